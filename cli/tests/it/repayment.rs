//! The terms of paying back: how they are written, what is refused, what ships.

use precheck::{Instalments, Terms, Weekends};
use precheck_cli::{Pack, compile};

use crate::command::{out, run};
use crate::mini;

const TERMS: &str = r#"[repayment]
free_days = 60
statement_day = 1
due_days = 29
weekends = "keep"
reminders = [3, 0]
overdue = [1, 7]
late = "0.05%"

[repayment.instalments]
count = 3
fee = "0.6%"
least = "least_income"

"#;

/// The mini pack with these terms.
fn pack(terms: &str) -> Pack {
    worded(terms, |text| text)
}

/// The same with a change to what it says in each language.
fn worded(terms: &str, change: impl Fn(String) -> String) -> Pack {
    let mut files = mini::files();
    for (path, text) in &mut files {
        if path == "policy.toml" {
            *text = text.replacen("[constants]\n", &format!("{terms}[constants]\n"), 1);
        } else if path.starts_with("locales/") {
            *text = change(core::mem::take(text));
        }
    }
    Pack::from_files(files)
}

#[test]
fn terms_ship_to_both_sides() {
    let compiled = compile(&pack(TERMS)).expect("the terms are right");
    let expected = Terms {
        statement_day: 1,
        due_days: 29,
        weekends: Weekends::Keep,
        instalments: Some(Instalments {
            count: 3,
            fee: 6_000,
            // The constant's value.
            least: 200_000,
        }),
        late: 500,
        reminders: vec![3, 0],
        overdue: vec![1, 7],
    };
    assert_eq!(compiled.server.repayment, Some(expected.clone()));
    assert_eq!(compiled.public.repayment, Some(expected));
    let amount = TERMS.replace("\"least_income\"", "\"0.01\"");
    let compiled = compile(&pack(&amount)).expect("an amount does as well");
    let split = compiled
        .server
        .repayment
        .and_then(|terms| terms.instalments);
    assert_eq!(split.map(|split| split.least), Some(1));
    assert_eq!(mini::compiled().server.repayment, None);
}

/// Rows: text, its replacement, code, and the line that the problem is on.
#[test]
#[rustfmt::skip] // One row, one line.
fn wrong_terms_are_refused_at_their_place() {
    for (from, to, code, line) in [
        ("late", "latee", "key-unknown", "latee = \"0.05%\""),
        ("late = \"0.05%\"\n", "", "key-missing", "[repayment]"),
        ("free_days = 60", "free_days = 61", "repayment-free-days", "free_days = 61"),
        ("\"keep\"", "\"next\"", "repayment-free-days", "free_days = 60"),
        ("\"keep\"", "\"sunday\"", "word-unknown", "weekends = \"sunday\""),
        ("statement_day = 1", "statement_day = 0", "repayment-range", "statement_day = 0"),
        ("statement_day = 1", "statement_day = 32", "repayment-range", "statement_day = 32"),
        ("statement_day = 1", "statement_day = 1.5", "value-type", "statement_day = 1.5"),
        ("due_days = 29", "due_days = 61", "repayment-range", "due_days = 61"),
        ("\"0.05%\"", "\"0.05\"", "repayment-percentage", "late = \"0.05\""),
        ("\"0.05%\"", "\"0.00005%\"", "repayment-percentage", "late = \"0.00005%\""),
        ("\"0.05%\"", "\"-0.05%\"", "repayment-percentage", "late = \"-0.05%\""),
        ("\"0.05%\"", "\"0.0658%\"", "repayment-rate", "late = \"0.0658%\""),
        ("\"0.6%\"", "\"1.3%\"", "repayment-rate", "fee = \"1.3%\""),
        ("[3, 0]", "[0, 3]", "repayment-order", "reminders = [0, 3]"),
        ("[1, 7]", "[7, 7]", "repayment-order", "overdue = [7, 7]"),
        ("[1, 7]", "[0, 7]", "repayment-range", "overdue = [0, 7]"),
        ("count = 3", "count = 1", "repayment-range", "count = 1"),
        ("count = 3", "count = 13", "repayment-range", "count = 13"),
        ("\"least_income\"", "\"adult\"", "repayment-least", "least = \"adult\""),
        ("\"least_income\"", "\"income\"", "repayment-least", "least = \"income\""),
        ("\"least_income\"", "\"0.00\"", "repayment-least", "least = \"0.00\""),
        ("\"least_income\"", "\"least_incom\"", "value-malformed", "least = \"least_incom\""),
    ] {
        let pack = pack(&TERMS.replacen(from, to, 1));
        let text = pack.text("policy.toml").expect("it has one");
        let expected = text.lines().position(|one| one == line).expect("the line is there") + 1;
        let found = compile(&pack).err().unwrap_or_default();
        let is_there = found.iter().any(|one| one.code == code && one.line as usize == expected);
        assert!(is_there, "`{to}`: expected {code} on line {expected}, found {found:#?}");
    }
}

#[test]
fn what_has_terms_needs_the_words() {
    let silent = |text: String| -> String {
        let lines = text.lines().filter(|line| !line.starts_with("repay-"));
        lines.flat_map(|line| [line, "\n"]).collect()
    };
    assert!(
        compile(&worded("", silent)).is_ok(),
        "what has none needs none"
    );
    let found = compile(&worded(TERMS, silent)).expect_err("words are missing");
    let missing = found.iter().filter(|one| one.code == "text-missing");
    assert_eq!(missing.count(), 10, "five in each language: {found:#?}");
    let vague = |text: String| text.replace("repay-late =", "repay-late = costs #");
    let vague = |text: String| -> String {
        let lines = vague(text);
        let lines = lines.lines().map(|line| match line.split_once(" #") {
            Some((before, _)) => before,
            None => line,
        });
        lines.flat_map(|line| [line, "\n"]).collect()
    };
    let found = compile(&worded(TERMS, vague)).expect_err("a rate that is not told");
    let codes: Vec<&str> = found.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["text-slot", "text-slot"]);
}

#[test]
fn the_command_says_it_in_words_and_as_json() {
    let sample = "../policies/baitiao";
    let common = ["repay", "--policy", sample, "--from", "2026-11-22"];
    let told = |rest: &[&str]| {
        let output = run(&[&common[..], rest].concat(), "");
        (output.status.code(), out(&output))
    };
    let (code, text) = told(&["1500", "--locale", "en"]);
    assert_eq!(code, Some(0));
    assert!(
        text.starts_with("- Pay ¥1,500 back at once by 28 December 2026"),
        "{text}"
    );
    assert!(text.contains("\n    ¥509 by 28 January 2027"), "{text}");
    let (code, text) = told(&["1500.00", "--json"]);
    assert_eq!(code, Some(0));
    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["outcome"]["plans"][1]["total"], 152_700);
    assert_eq!(document["notice"]["locale"], "zh-CN");
    for (amount, status, words) in [
        ("0", 1, "repayment-amount"),
        ("15.001", 2, "more decimals"),
        ("many", 2, "not a decimal number"),
    ] {
        let (code, text) = told(&[amount, "--json"]);
        assert_eq!(code, Some(status), "{amount}");
        assert!(text.contains(words), "{amount}: {text}");
    }
}
