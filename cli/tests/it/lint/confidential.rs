//! Constants by which only the server decides, and texts that tell them.

use precheck_cli::{Diagnostic, Pack, compile, lint};

use crate::mini;

const FILE: &str = "reasons/INCOME-LOW.md";

/// The pack in which a reason for browsers says something more, in both
/// languages, and the text of its file.
fn saying(more: &str) -> (Vec<(String, String)>, String) {
    let mut files = mini::files();
    let own = files.iter_mut().find(|(path, _)| path == FILE);
    let text = &mut own.expect("the reason is there").1;
    *text = text.replace("What happened", &format!("What happened {more}"));
    *text = text.replace("说明是", &format!("说明是 {more} "));
    let text = text.clone();
    (files, text)
}

fn found(pack: &Pack) -> Vec<Diagnostic> {
    let compiled = compile(pack).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let found = lint(pack, &compiled).into_iter();
    found
        .filter(|one| one.code.starts_with("confidential"))
        .collect()
}

/// `most_requests` is 4321 and only compared with a server fact, under a
/// confidential reason.
#[test]
fn what_a_text_tells() {
    let named = "confidential-constant-told";
    let written = "confidential-number-told";
    for (says, expected, at, why) in [
        ("{ $least_income }", None, "", "a public constant"),
        ("{ $most_requests }", Some(named), "$most_requests", "named"),
        ("4321 times", Some(written), "4321", "written"),
        ("4,321 times", Some(written), "4,321", "written in groups"),
        ("43210 times", None, "", "another number"),
        ("14321 times", None, "", "another number"),
        ("4321.5 times", None, "", "another number"),
        ("4321%", None, "", "a share is no count"),
        (
            "at most 4321.",
            Some(written),
            "4321",
            "at the end of a sentence",
        ),
    ] {
        let (files, text) = saying(says);
        let all = found(&Pack::from_files(files));
        let codes: Vec<&str> = all.iter().map(|one| one.code).collect();
        assert_eq!(codes, Vec::from_iter(expected), "{says}: {why}");
        for one in &all {
            assert_eq!(
                (one.file.as_str(), &text[one.span.clone()]),
                (FILE, at),
                "{says}"
            );
        }
    }
}

/// Another rule that browsers get makes the constant public.
#[test]
fn what_browsers_decide_by_is_no_secret() {
    let (mut files, _) = saying("{ $most_requests }");
    assert_eq!(found(&Pack::from_files(files.clone())).len(), 1);
    for (path, text) in &mut files {
        if path == "policy.toml" {
            let count = "[facts.count]\nkind = \"integer\"\ndomain = [0, 9999]\nsource = \"account\"\naudience = \"public\"\n\n[facts.member]";
            *text = text.replace("[facts.member]", count);
            *text = text.replace("\"share\", \"member\"", "\"share\", \"member\", \"count\"");
            *text = text.replace("&& !member", "&& !member || count > most_requests");
        }
        if path.starts_with("locales/") {
            text.push_str("fact-count = count\n");
        }
    }
    assert_eq!(found(&Pack::from_files(files)), []);
}
