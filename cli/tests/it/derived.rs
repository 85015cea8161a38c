//! Every way to break a formula of two facts.

use precheck_cli::{Pack, compile};

use crate::broken::check;

const P: &str = "policy.toml";

/// `[facts.share]` with a formula, whose text comes next.
fn share(formula: &str) -> String {
    format!("[facts.share]\nderived = {formula}\nmissing = true\n")
}

#[test]
fn broken_formulas() {
    let from = "[facts.share]\n";
    for (formula, code, at) in [
        (
            r#"{ ratio = ["income", "income"], zero = "missing" }"#,
            "key-missing",
            "{ ratio",
        ),
        (
            r#"{ ratio = ["income", "income"], rounds = "upp", zero = "missing" }"#,
            "word-unknown",
            "\"upp\"",
        ),
        (
            r#"{ ratio = ["income", "income"], rounds = "up" }"#,
            "derived-zero",
            "{ ratio",
        ),
        (
            r#"{ ratio = ["income", "income"], rounds = "up", zero = "none" }"#,
            "derived-zero",
            "\"none\" }",
        ),
        (
            r#"{ ratio = ["income"], rounds = "up", zero = "missing" }"#,
            "derived-input",
            "[\"income\"]",
        ),
        (
            r#"{ ratio = "income", rounds = "up", zero = "missing" }"#,
            "value-type",
            "\"income\", rounds",
        ),
        (
            r#"{ ratio = ["income", "born"], rounds = "up", zero = "missing" }"#,
            "derived-input",
            "\"born\"], rounds",
        ),
        (
            r#"{ ratio = ["income", "incme"], rounds = "up", zero = "missing" }"#,
            "fact-unknown",
            "\"incme\"",
        ),
        (r#"{ sum = ["income", "income"] }"#, "derived-kind", "{ sum"),
        (
            r#"{ sum = ["income", "income"], rounds = "up" }"#,
            "derived-formula",
            "\"up\" }",
        ),
        (
            r#"{ days_between = ["born", "born"] }"#,
            "derived-kind",
            "{ days_between",
        ),
        (
            r#"{ days_between = ["born", "income"] }"#,
            "derived-input",
            "\"income\"] }",
        ),
        (
            r#"{ sum = ["income", "income"], days_between = ["born", "born"] }"#,
            "derived-formula",
            "{ sum",
        ),
    ] {
        check(&[(P, from, &share(formula), code, at)]);
    }
    let plain = "[facts.share]\nderived = { ratio = [\"income\", \"income\"], rounds = \"up\", zero = \"missing\" }\n";
    check(&[(P, from, plain, "derived-state", "{ ratio")]);
    check(&[(P, from, plain, "derived-zero", "\"missing\" }")]);
}

/// A fact computed from two others can be known only where both are listed, or
/// come with a field; one computed from one date may be stated itself.
#[test]
fn a_scenario_lists_what_it_computes_from() {
    let span = "[facts.span]\nkind = \"days\"\ndomain = [-9000, 9000]\nsource = \"applicant\"\naudience = \"public\"\nderived = { days_between = [\"born\", \"moved\"] }\n\n";
    let moved = "[facts.moved]\nkind = \"date\"\ndomain = [2000-01-01, 2020-12-31]\nsource = \"applicant\"\naudience = \"public\"\n\n";
    let problems = |facts: &str, has_field: bool| -> Vec<(&str, String)> {
        let mut files = crate::mini::files();
        for (path, text) in &mut files {
            if path == P {
                *text = text.replace(
                    "[facts.share]\n",
                    &(span.to_owned() + moved + "[facts.share]\n"),
                );
                *text = text.replace("facts = [\"born\", \"age\", ", &format!("facts = [{facts}"));
                if !has_field {
                    *text = text.replace(", birth_date = \"born\"", "");
                }
            }
            if path.starts_with("locales/") {
                text.push_str("fact-span = span\nfact-moved = moved\n    .question = When?\n");
                if !has_field {
                    *text = text.replace(
                        "fact-born = born",
                        "fact-born = born\n    .question = When?",
                    );
                }
            }
        }
        let found = compile(&Pack::from_files(files)).err().unwrap_or_default();
        found
            .into_iter()
            .map(|one| (one.code, one.message))
            .collect()
    };
    assert_eq!(
        problems("\"born\", \"age\", \"moved\", \"span\", ", false),
        []
    );
    assert_eq!(
        problems("\"age\", \"moved\", \"span\", ", true),
        [],
        "the number tells the birth"
    );
    assert_eq!(problems("\"age\", ", false), [], "an age may be stated");
    let found = problems("\"age\", \"span\", ", false);
    let codes: Vec<&str> = found.iter().map(|one| one.0).collect();
    assert_eq!(
        codes,
        ["derived-not-in-scenario", "derived-not-in-scenario"]
    );
    assert!(
        found[0].1.contains("`born`") && found[1].1.contains("`moved`"),
        "{found:?}"
    );
}
