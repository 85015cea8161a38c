//! Characteristics by cases and decimals: what compiles, and what it means.

use precheck::units::Date;
use precheck::{Application, Entries, FactInput, Policy, Range, ScenarioId, validate};
use precheck_cli::compile;

use crate::mini;

const C: &str = "scorecards/card.toml";
const P: &str = "policy.toml";

const CASES: &str = r#"method = "below-mean"
digits = 1"#;

/// The mini pack with a characteristic by cases behind the others.
fn with_cases(cases: &str) -> precheck_cli::Pack {
    let last = "  { points = 37 },\n]\n";
    let added = format!("{last}\n[[characteristics]]\n{cases}\n");
    let (pack, _) = mini::with(C, last, &added);
    let files = pack_files(&pack, C, "method = \"below-mean\"", CASES);
    precheck_cli::Pack::from_files(files)
}

fn pack_files(
    pack: &precheck_cli::Pack,
    file: &str,
    from: &str,
    to: &str,
) -> Vec<(String, String)> {
    let names = mini::files().into_iter().map(|(path, _)| path);
    let text = |path: &str| pack.text(path).expect("the file is there").to_owned();
    let files = names.map(|path| {
        let text = text(&path);
        let text = if path == file {
            text.replacen(from, to, 1)
        } else {
            text
        };
        (path, text)
    });
    files.collect()
}

const PUBLIC: &str = r#"reason = "INCOME-LOW"
mean = 3
otherwise = "1.5"
cases = [
  { when = 'work == "student" && income < "500.00"', points = -7 },
  { when = 'is_missing(income)', points = "-0.5", reason = "SOURCE-DOWN" },
]"#;

fn asked(policy: &Policy, facts: &[(&str, FactInput)]) -> (ScenarioId, precheck::Validated) {
    let facts = facts
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    let application = Application {
        scenario: "open".into(),
        as_of: Date::from_ymd(2026, 3, 1).expect("a day of the calendar"),
        fields: Entries::default(),
        facts: Entries(facts.collect()),
    };
    let valid = validate(policy, &application).expect("the application is valid");
    (valid.scenario, valid)
}

#[test]
fn the_first_case_that_holds_gives_its_points() {
    let compiled = compile(&with_cases(PUBLIC)).expect("the pack compiles");
    let policy = mini::load(&compiled.server);
    let student = || ("work", FactInput::Text("student".into()));
    let employed = || ("work", FactInput::Text("employed".into()));
    let income = |fen| ("income", FactInput::Integer(fen));
    let missing = || ("income", FactInput::Missing);
    let bureau = || ("bureau", FactInput::Integer(800));
    // In tenths: base 100, income and work as in the file, the bureau 37.
    for (facts, score, why) in [
        (
            vec![student(), income(49_999), bureau()],
            (1_500, 1_500),
            "the first",
        ),
        (
            vec![student(), income(50_000), bureau()],
            (1_585, 1_585),
            "none",
        ),
        (
            vec![student(), missing(), bureau()],
            (1_515, 1_515),
            "the second",
        ),
        (
            vec![employed(), missing(), bureau()],
            (1_715, 1_715),
            "the second",
        ),
        (
            vec![employed(), bureau()],
            (1_715, 2_085),
            "none or the second",
        ),
    ] {
        let (scenario, valid) = asked(&policy, &facts);
        let found = policy.evaluate(scenario, &valid.facts).score;
        let (min, max) = score;
        assert_eq!(found, Some(Range { min, max }), "{why}: {facts:?}");
    }
    let (scenario, valid) = asked(&policy, &[student(), missing(), bureau()]);
    let code = |reason: u16| policy.model().reasons[usize::from(reason)].code.as_str();
    let ranking: Vec<(&str, i64)> = policy
        .ranking(scenario, &valid.facts)
        .into_iter()
        .map(|(reason, lost)| (code(reason), lost))
        .collect();
    // Income 15 and work 10 below, the case 3.5; the bureau is 17 above.
    let expected = [
        ("INCOME-LOW", 250),
        ("SOURCE-DOWN", 35),
        ("BUREAU-LOW", -170),
    ];
    assert_eq!(ranking, expected);
}

#[test]
fn a_case_on_a_server_fact_hides_the_whole() {
    let hidden = PUBLIC.replace("income < \"500.00\"", "bureau < 500");
    let compiled = compile(&with_cases(&hidden)).expect("the pack compiles");
    let card = |model: &precheck::Model| {
        let card = model.scenarios[0].scorecard.clone();
        card.expect("a scorecard")
    };
    let (server, public) = (card(&compiled.server), card(&compiled.public));
    assert_eq!((server.conditional.len(), public.conditional.len()), (1, 0));
    assert_eq!(public.hidden, (-310 - 70, 370 + 15));
    let shown = compile(&with_cases(PUBLIC))
        .expect("the pack compiles")
        .public;
    let open = card(&shown).conditional;
    assert_eq!((open.len(), open[0].cases.len()), (1, 2));
    assert_eq!(card(&shown).hidden, (-310, 370));
    // Whatever is known, server and browser show the same.
    let policies = [&compiled.server, &compiled.public].map(mini::load);
    let facts = [
        ("work", FactInput::Text("student".into())),
        ("income", FactInput::Integer(1)),
    ];
    let shown = policies.map(|policy| {
        let (scenario, valid) = asked(&policy, &facts);
        policy.evaluate(scenario, &valid.facts).shown_score
    });
    assert_eq!(shown[0], shown[1]);
}

/// Changes of the cases, and the problem that each is.
#[test]
fn what_is_wrong_is_said() {
    for (from, to, code) in [
        ("otherwise = \"1.5\"\n", "", "key-missing"),
        (
            "otherwise = \"1.5\"",
            "otherwise = \"1.55\"",
            "value-malformed",
        ),
        ("otherwise = \"1.5\"", "otherwise = 1000001", "points-range"),
        ("mean = 3", "neutral = 3", "key-missing"),
        ("mean = 3", "mean = 3\nneutral = 3", "baseline-unexpected"),
        ("mean = 3", "mean = 3\nfact = \"work\"", "key-unknown"),
        ("points = -7", "points = -7, upto = 3", "key-unknown"),
        (
            "reason = \"SOURCE-DOWN\"",
            "reason = \"BUREAU\"",
            "reason-unknown",
        ),
        (
            "reason = \"SOURCE-DOWN\"",
            "reason = \"VELOCITY\"",
            "reason-disclosure",
        ),
        ("is_missing(income)", "is_missing(work)", "condition-state"),
        ("is_missing(income)", "is_missing(share)", "condition-state"),
        ("is_missing(income)", "incomes < 3", "name-unknown"),
    ] {
        assert!(PUBLIC.contains(from), "`{from}` is in the cases");
        let found = compile(&with_cases(&PUBLIC.replacen(from, to, 1)));
        let found = found.expect_err(code);
        let codes: Vec<&str> = found.iter().map(|one| one.code).collect();
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
    let (pack, _) = mini::with(C, "method", "digits = 10\nmethod");
    let found = compile(&pack).expect_err("too many");
    assert_eq!(found[0].code, "digits-range");
}

/// Decimals compare as the whole number does, and are written in every way.
#[test]
fn decimals_compare_exactly() {
    let decimal = "[facts.share]\nkind = \"decimal\"\ndigits = 2\ndomain = [\"-10.5\", 100]";
    let ratio = "[facts.share]\nkind = \"ratio\"\ndomain = [\"0%\", \"100%\"]";
    let fires = |when: &str, value: &FactInput| {
        let (pack, _) = mini::with(P, ratio, decimal);
        let files = pack_files(&pack, P, "\"36.01%\"", "\"36.01\"");
        let files = pack_files(
            &precheck_cli::Pack::from_files(files),
            P,
            "\"50%\"",
            "\"50\"",
        );
        let pack = precheck_cli::Pack::from_files(files);
        let files = pack_files(&pack, P, "'age < adult'", &format!("'{when}'"));
        let compiled = compile(&precheck_cli::Pack::from_files(files));
        let compiled = compiled.unwrap_or_else(|found| panic!("{when}: {found:#?}"));
        let policy = mini::load(&compiled.server);
        let (scenario, valid) = asked(&policy, &[("share", value.clone())]);
        policy.verdicts(scenario, &valid.facts)[0] == precheck::Truth::True
    };
    let text = |text: &str| FactInput::Text(text.into());
    for (when, value, expected) in [
        ("share < \"0.25\"", text("0.25"), false),
        ("share < \"0.25\"", text("0.2499999999"), true),
        ("share <= \"0.25\"", text("0.2500000001"), false),
        ("share <= \"0.25\"", text("0.25000"), true),
        ("share > \"0.25\"", text("0.25000000001"), true),
        ("share >= \"0.25\"", text("0.24999999999"), false),
        ("share == \"0.25\"", text("0.250000001"), false),
        ("share == \"0.25\"", text("2.5e-1"), true),
        ("share != \"0.25\"", text("0.250000001"), true),
        ("share in [\"0.25\", 3]", FactInput::Integer(3), true),
        ("share in [\"0.25\", 3]", text("3.001"), false),
        ("share < 0", text("-0.0000001"), true),
        ("share >= \"-10.5\"", text("-10.5"), true),
    ] {
        assert_eq!(fires(when, &value), expected, "{when} for {value:?}");
    }
    for (to, code) in [
        (decimal.replace("digits = 2\n", ""), "key-missing"),
        (decimal.replace("digits = 2", "digits = 15"), "digits-range"),
        (
            decimal.replace("\"-10.5\"", "\"-10.555\""),
            "value-malformed",
        ),
        (
            decimal
                .replace("decimal", "integer")
                .replace("\"-10.5\"", "1"),
            "digits-unexpected",
        ),
    ] {
        let found = compile(&mini::with(P, ratio, &to).0).expect_err(code);
        let codes: Vec<&str> = found.iter().map(|one| one.code).collect();
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
}
