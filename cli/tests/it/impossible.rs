//! Impossible combinations: their words, what lint makes of them, what ships.

use precheck_cli::{Compiled, Pack, compile, lint};

use crate::broken::check;
use crate::mini;

const P: &str = "policy.toml";
const FIRST: &str = "[scenarios.open]\n";

/// The pack with combinations, and a sentence for each of these ids.
fn pack(combinations: &str, ids: &[&str]) -> Pack {
    let mut files = mini::files();
    for (path, text) in &mut files {
        if path == P {
            *text = text.replacen(FIRST, &format!("{combinations}\n{FIRST}"), 1);
        }
        if path.starts_with("locales/") {
            for id in ids {
                text.push_str(&format!("impossible-{id} = {id} belongs together\n"));
            }
        }
    }
    Pack::from_files(files)
}

fn combination(id: &str, when: &str) -> String {
    format!("[[impossible]]\nid = \"{id}\"\nwhen = '{when}'\n")
}

fn compiled(pack: &Pack) -> Compiled {
    compile(pack).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

#[test]
fn broken_combinations() {
    let good = r#"work == "student" && share > "50%""#;
    let row = |id: &str, when: &str, code, at| {
        check(&[(P, FIRST, &(combination(id, when) + FIRST), code, at)]);
    };
    row("a b", good, "name-malformed", "\"a b\"");
    row("a", "share > \"50%\"", "impossible-single", "'share >");
    row(
        "a",
        "shar > \"50%\" && member",
        "name-unknown",
        "shar > \"50%\" &&",
    );
    row(
        "a",
        "share >= \"0%\" || member",
        "impossible-all",
        "\"a\"\nwhen",
    );
    let codes = compile(&pack(
        &(combination("a", good) + &combination("a", good)),
        &["a"],
    ));
    let codes: Vec<&str> = codes
        .expect_err("twice")
        .iter()
        .map(|one| one.code)
        .collect();
    assert_eq!(
        codes,
        ["impossible-duplicate", "text-missing", "text-missing"]
    );
    let unsaid = compile(&pack(&combination("a", good), &[])).expect_err("no sentence");
    let unsaid: Vec<&str> = unsaid.iter().map(|one| one.code).collect();
    assert_eq!(unsaid, ["text-missing", "text-missing"]);
    check(&[(
        "locales/en.ftl",
        "fact-born",
        "impossible-b = x\nfact-born",
        "text-unknown",
        "impossible-b",
    )]);
}

/// Combinations that together leave nobody are named together.
#[test]
fn nobody_is_left() {
    let all = combination("a", "member && share >= \"0%\"")
        + &combination("b", "!member && share >= \"0%\"");
    let problems = compile(&pack(&all, &["a", "b"])).expect_err("nobody");
    assert_eq!(problems[0].code, "impossible-all");
    assert!(problems[0].message.contains("`a`, `b`"), "{problems:?}");
}

/// What looks at a server-only fact does not ship, and neither does its text.
#[test]
fn only_public_combinations_ship() {
    let all = combination("secret", "member && bureau > 888")
        + &combination("told", "member && share > \"99%\"");
    let compiled = compiled(&pack(&all, &["secret", "told"]));
    assert_eq!(compiled.server.impossible.len(), 2);
    let ids: Vec<&str> = compiled
        .public
        .impossible
        .iter()
        .map(|one| &*one.id)
        .collect();
    assert_eq!(ids, ["told"]);
    for texts in &compiled.public.texts {
        assert_eq!(texts.impossible, ["told belongs together"]);
    }
    mini::load(&compiled.public);
    mini::load(&compiled.server);
}

/// Lint looks at nobody who cannot be: a rule for such people never fires.
#[test]
fn lint_leaves_out_the_impossible() {
    let found = |combinations: &str, ids: &[&str]| -> Vec<(&str, String)> {
        let pack = pack(combinations, ids);
        let found = lint(&pack, &compiled(&pack)).into_iter();
        found.map(|one| (one.code, one.message)).collect()
    };
    let never = |found: &[(&str, String)]| {
        found
            .iter()
            .any(|(code, text)| *code == "rule-never-fires" && text.contains("`mixed`"))
    };
    assert!(!never(&found("", &[])));
    let mixed = combination("a", r#"work != "employed" && bureau < 400"#);
    assert!(never(&found(&mixed, &["a"])));
    let idle = mixed.clone() + &combination("b", r#"work == "none" && bureau < 350"#);
    let codes = found(&idle, &["a", "b"]);
    let idle: Vec<&String> = codes
        .iter()
        .filter(|(code, _)| *code == "impossible-idle")
        .map(|(_, text)| text)
        .collect();
    assert!(idle.len() == 1 && idle[0].contains("`b`"), "{idle:?}");
}
