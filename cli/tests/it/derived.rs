//! Every way to break a formula of two facts.

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
