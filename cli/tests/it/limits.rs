//! Tables of limits: their words, their cells, and every way to break one.

use precheck::units::{Date, Locale};
use precheck::{Application, Document, Entries, FactInput, Policy, assess};
use precheck_cli::compile;

use crate::broken::check;
use crate::mini;

const P: &str = "policy.toml";

#[test]
#[rustfmt::skip] // One row, one line.
fn broken_tables() {
    check(&[
        (P, "tiers = \"work\"", "tier = \"work\"", "key-unknown", "tier = "),
        (P, "tiers = \"work\"", "tiers = \"wrok\"", "fact-unknown", "\"wrok\""),
        (P, "tiers = \"work\"", "tiers = \"share\"", "limit-tiers-kind", "\"share\"\nrows"),
        (P, "tiers = \"work\"", "", "value-type", "{ employed = [\"9.01\""),
        (P, "fact = \"requests\", below", "fact = \"bureau\", below", "limit-fact-state", "\"bureau\", below"),
        (P, "fact = \"requests\", below", "fact = \"work\", below", "limit-columns-kind", "\"work\", below"),
        (P, "below = [100, 1000]", "below = [100, 100]", "limit-columns-order", "100] }"),
        (P, "below = [100, 1000]", "below = [0, 1000]", "limit-columns-order", "0, 1000]"),
        (P, "below = [100, 1000]", "below = [100, 10000]", "limit-columns-order", "10000]"),
        (P, "below = [100, 1000]", "below = [100, \"1000\"]", "value-type", "\"1000\""),
        (P, "below = [100, 1000]", "below = [100]", "limit-amounts-count", "[\"9.01\""),
        (P, "facts = [\"born\", \"age\", \"income\", \"work\"", "facts = [\"born\", \"age\", \"income\"", "fact-not-in-scenario", "\"work\"\nrows"),
        (P, "from = 175", "from = 160", "limit-rows-order", "160, amounts = { employed = [\"19"),
        (P, "from = 160", "from = 150", "limit-row-first", "150, amounts"),
        (P, "{ from = 175, ", "{ ", "key-missing", "{ amounts"),
        (P, "{ from = 175, ", "{ form = 175, ", "key-unknown", "form"),
        (P, "scorecard = \"card\"", "", "limit-row-score", "160, amounts"),
        (P, "\"9.01\"", "\"9.015\"", "value-malformed", "\"9.015\""),
        (P, "\"9.01\"", "\"-9.01\"", "limit-amount", "\"-9.01\""),
        (P, "\"9.01\"", "9", "value-type", "9, \"8.00\""),
        (P, "student = [\"3.02\"", "studnet = [\"3.02\"", "code-unknown", "studnet"),
        (P, "student = [\"3.02\"", "studnet = [\"3.02\"", "code-missing", "{ employed = [\"9.01\""),
    ]);
}

/// A scorecard that never approves leaves nothing to say a limit of.
#[test]
fn a_limit_needs_a_score_that_approves() {
    let approve = "  { from = 160, decision = \"approve\" },\n";
    let (pack, _) = mini::with("scorecards/card.toml", approve, "");
    let problems = compile(&pack).expect_err("no score approves");
    let codes: Vec<&str> = problems.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["limit-never"]);
}

#[test]
#[rustfmt::skip] // One row, one line.
fn sentences_say_the_amounts() {
    const ZH: &str = "locales/zh-CN.ftl";
    check(&[
        (ZH, "limit-exact { $limit }", "limit-exact", "text-slot", "limit-exact ="),
        (ZH, "{ $least } { $most }", "{ $least }", "text-slot", "limit-range ="),
        (ZH, "limit-exact { $limit }", "limit-exact { $most }", "name-unknown", "most }\nlimit-range"),
        (ZH, "limit-exact { $limit }", "limit-exact { $limit } { $adult }", "text-placeholder", "adult }"),
        (ZH, "approve-headline = zh-CN", "approve-headline = { $limit }", "name-unknown", "limit }"),
        (ZH, "limit-decided =", "limit-decide =", "text-missing", ""),
    ]);
}

fn document<'p>(policy: &'p Policy, facts: &[(&str, FactInput)]) -> Document<'p> {
    let facts = facts.iter();
    let application = Application {
        scenario: "open".into(),
        as_of: Date::parse("2026-11-22").expect("a day"),
        fields: Entries::default(),
        facts: Entries(
            facts
                .map(|(name, input)| ((*name).into(), input.clone()))
                .collect(),
        ),
    };
    assess(policy, &application, Locale::En).expect("valid")
}

/// Rows: income, work, bureau and requests, the least and the most on the
/// server, and the sentence.
#[test]
fn cells_and_sentences() {
    use FactInput::{Integer, Text};
    let server = mini::load(&mini::compiled().server);
    let public = mini::load(&mini::compiled().public);
    let employed = || Text("employed".into());
    for (income, work, bureau, requests, expected, said, why) in [
        (
            299_999,
            employed(),
            700,
            99,
            Some((1_900, 1_900)),
            "¥19",
            "177 points lie in the second row",
        ),
        (
            300_000,
            employed(),
            500,
            99,
            Some((901, 901)),
            "¥9.01",
            "172 points lie in the first row",
        ),
        (
            300_000,
            employed(),
            500,
            100,
            Some((800, 800)),
            "¥8",
            "a bound belongs to the column above it",
        ),
        (
            600_000,
            Text("student".into()),
            500,
            99,
            Some((302, 302)),
            "¥3.02",
            "a tier of its own",
        ),
        (
            200_000,
            Text("none".into()),
            500,
            99,
            None,
            "",
            "127 points are declined",
        ),
        (300_000, employed(), 500, 4_322, None, "", "a rule declines"),
    ] {
        let known = [
            ("born", Text("2001-03-05".into())),
            ("income", Integer(income)),
            ("work", work.clone()),
            ("share", Integer(0)),
            ("member", FactInput::Bool(true)),
        ];
        let mut all = known.to_vec();
        all.extend([("bureau", Integer(bureau)), ("requests", Integer(requests))]);
        let decided = document(&server, &all);
        let limit = decided.outcome.limit.map(|limit| (limit.min, limit.max));
        assert_eq!(limit, expected, "{why}");
        let sentence = expected.map(|_| format!("en limit-decided {said}"));
        assert_eq!(decided.notice.limit, sentence, "{why}");
        let json = decided.to_json();
        assert_eq!(json.contains("\"limit\":{"), expected.is_some(), "{why}");
        if let Some((least, most)) = expected {
            let foreseen = document(&public, &known)
                .outcome
                .limit
                .expect("may be approved");
            assert!(foreseen.min <= least && most <= foreseen.max, "{why}");
        }
    }
    let nothing = document(&public, &[]);
    let sentence = nothing.notice.limit.expect("may be approved");
    assert_eq!(sentence, "en limit-range ¥0 ¥19");
}
