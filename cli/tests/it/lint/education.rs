//! How to do it right: what lint asks of it, and what the compiler refuses.

use precheck_cli::{Pack, compile};

use super::pack::{files, found, rule};

const STEPS: &str = "- First BARE.\n- Then BARE.\n";

/// The sound pack with one text of `BARE` replaced.
fn pack(from: &str, to: &str) -> Vec<(String, String)> {
    let rules = rule("low", "n < 2", "refer", "BARE") + &rule("mid", "m > 1", "refer", "HELPED");
    let mut files = files(&rules, ("", ""), "");
    let bare = files.iter_mut().find(|(path, _)| path.ends_with("BARE.md"));
    let (_, text) = bare.expect("the pack has the reason");
    assert!(text.contains(from), "`{from}` is there");
    *text = text.replacen(from, to, 1);
    files
}

#[test]
fn what_helps_nobody_is_found() {
    let section = format!("## How to do it right\n\n{STEPS}");
    let many = "- One.\n- Two.\n- Three.\n- Four.\n- Five.\n- Six.\n";
    for (from, to, code, at, why) in [
        (&*section, "", "education-missing", "", "no section"),
        (
            STEPS,
            "- First BARE.\n",
            "education-length",
            "First BARE.",
            "one step is no order",
        ),
        (STEPS, many, "education-length", "Six.", "nobody reads six"),
        (
            "Then BARE.",
            "first  bare",
            "education-duplicate",
            "first  bare",
            "said twice",
        ),
        (
            "Then BARE.",
            "First HELPED.",
            "education-duplicate",
            "First HELPED.",
            "another’s step",
        ),
        (
            "Then BARE.",
            "Nothing.",
            "education-duplicate",
            "Nothing.",
            "what helps says it",
        ),
        (
            "Then BARE.",
            "Maintain good credit.",
            "text-says-nothing",
            "Maintain good credit",
            "advice to anybody",
        ),
    ] {
        let files = pack(from, to);
        let source = files.iter().find(|(path, _)| path.ends_with("BARE.md"));
        let source = source.expect("the pack has the reason").1.clone();
        let (_, all) = found(files);
        let hits: Vec<_> = all.iter().filter(|one| one.code == code).collect();
        assert!(!hits.is_empty(), "{why}: {code} in {all:#?}");
        // Of two that are the same, the one that is read later is at fault.
        let spots: Vec<&str> = hits.iter().map(|hit| &source[hit.span.clone()]).collect();
        let is_there = spots.contains(&at) || hits.iter().any(|hit| !hit.file.ends_with("BARE.md"));
        assert!(is_there, "{why}: {code} at `{at}`, found at {spots:?}");
    }
}

#[test]
fn steps_are_plain_and_say_nothing_of_one_person() {
    for (to, code) in [
        ("In a paragraph.\n", "markdown-construct"),
        ("- With *markup*.\n- Then BARE.\n", "markdown-construct"),
        ("- Since { $n }.\n- Then BARE.\n", "text-fact"),
        ("- Then { $nowhere }.\n- Then BARE.\n", "name-unknown"),
        ("-\n- Then BARE.\n", "section-empty"),
        ("", "section-empty"),
    ] {
        let problems = compile(&Pack::from_files(pack(STEPS, to))).expect_err("refused");
        let codes: Vec<&str> = problems.iter().map(|one| one.code).collect();
        assert!(codes.contains(&code), "{code} for {to:?}, found {codes:?}");
    }
    let numbered = "1. First BARE,\n   on two lines.\n2. Then BARE.\n";
    compile(&Pack::from_files(pack(STEPS, numbered))).expect("an ordered list is a list");
    let section = format!("## How to do it right\n\n{STEPS}");
    compile(&Pack::from_files(pack(&section, ""))).expect("a pack without a help centre compiles");
}
