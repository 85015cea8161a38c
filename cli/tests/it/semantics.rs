//! What conditions and texts mean once compiled.

use precheck::units::{Date, Locale};
use precheck::{Application, Decision, Entries, FactInput, Policy, assess, validate};
use precheck_cli::compile;

use crate::mini;

fn application(facts: &[(&str, FactInput)]) -> Application {
    Application {
        scenario: "open".into(),
        as_of: Date::from_ymd(2026, 3, 1).expect("a day of the calendar"),
        fields: Entries::default(),
        facts: Entries(
            facts
                .iter()
                .map(|(name, input)| ((*name).to_owned(), input.clone()))
                .collect(),
        ),
    }
}

/// Whether the first rule fires, written as `when`.
fn fires(when: &str, facts: &[(&str, FactInput)]) -> Option<bool> {
    let (pack, _) = mini::with("policy.toml", "'age < adult'", &format!("'{when}'"));
    let compiled = match compile(&pack) {
        Ok(compiled) => compiled,
        Err(problems) => panic!("`{when}` compiles: {problems:#?}"),
    };
    let policy: Policy = mini::load(&compiled.server);
    let validated = validate(&policy, &application(facts)).expect("the application is valid");
    match policy.evaluate(validated.scenario, &validated.facts).rules[0] {
        precheck::Truth::True => Some(true),
        precheck::Truth::False => Some(false),
        precheck::Truth::Unknown => None,
    }
}

#[test]
fn comparisons() {
    let missing = || FactInput::Missing;
    let special = || FactInput::Special("thin".into());
    for (when, fact, value, expected) in [
        ("bureau < 400", "bureau", FactInput::Integer(399), true),
        ("bureau < 400", "bureau", FactInput::Integer(400), false),
        ("bureau <= 400", "bureau", FactInput::Integer(400), true),
        ("bureau > 400", "bureau", FactInput::Integer(400), false),
        ("bureau >= 400", "bureau", FactInput::Integer(400), true),
        ("400 > bureau", "bureau", FactInput::Integer(399), true),
        ("400 <= bureau", "bureau", FactInput::Integer(399), false),
        ("bureau == 400", "bureau", FactInput::Integer(400), true),
        ("bureau != 400", "bureau", FactInput::Integer(400), false),
        ("bureau != 400", "bureau", FactInput::Integer(401), true),
        ("bureau != 400", "bureau", missing(), false),
        ("bureau != 400", "bureau", special(), false),
        ("bureau < 400", "bureau", missing(), false),
        ("!(bureau < 400)", "bureau", missing(), true),
        (
            "bureau in [400, 300]",
            "bureau",
            FactInput::Integer(300),
            true,
        ),
        (
            "bureau in [400, 300]",
            "bureau",
            FactInput::Integer(301),
            false,
        ),
        ("is_missing(bureau)", "bureau", missing(), true),
        ("is_missing(bureau)", "bureau", special(), false),
        ("is_special(bureau, \"thin\")", "bureau", special(), true),
        (
            "is_special(bureau, \"unavailable\")",
            "bureau",
            special(),
            false,
        ),
        (
            "income < \"2000.00\"",
            "income",
            FactInput::Integer(199_999),
            true,
        ),
        (
            "income < least_income",
            "income",
            FactInput::Integer(200_000),
            false,
        ),
        ("share > \"36%\"", "share", FactInput::Integer(3_601), true),
        ("share > \"36%\"", "share", FactInput::Integer(3_600), false),
        (
            "born < \"2010-05-01\"",
            "born",
            FactInput::Text("2010-04-30".into()),
            true,
        ),
        (
            "work != \"none\"",
            "work",
            FactInput::Text("none".into()),
            false,
        ),
        (
            "work != \"none\"",
            "work",
            FactInput::Text("student".into()),
            true,
        ),
        ("member", "member", FactInput::Bool(true), true),
        ("!member", "member", FactInput::Bool(true), false),
    ] {
        let said = format!("{when} with {value:?}");
        assert_eq!(fires(when, &[(fact, value)]), Some(expected), "{said}");
    }
}

/// Longer than the engine's stack: operands are joined in groups.
#[test]
fn long_conditions_stay_flat() {
    let values: Vec<String> = (0..60)
        .map(|value| format!("requests == {value}"))
        .collect();
    let when = values.join(" || ");
    assert_eq!(
        fires(&when, &[("requests", FactInput::Integer(59))]),
        Some(true)
    );
    assert_eq!(
        fires(&when, &[("requests", FactInput::Integer(60))]),
        Some(false)
    );
    let nested = format!("{}member{}", "!(".repeat(20), ")".repeat(20));
    assert_eq!(
        fires(&nested, &[("member", FactInput::Bool(true))]),
        Some(true)
    );
}

#[test]
fn deep_conditions_are_refused() {
    let mut when = "member".to_owned();
    for _ in 0..33 {
        when = format!("(member && member && member && ({when} || member))");
    }
    let (pack, _) = mini::with("policy.toml", "'age < adult'", &format!("'{when}'"));
    let problems = compile(&pack).err().unwrap_or_default();
    let codes: Vec<&str> = problems.iter().map(|one| one.code).collect();
    assert!(
        codes == ["condition-deep"] || codes == ["condition-syntax"],
        "{problems:#?}"
    );
}

#[test]
fn a_good_pack_decides_and_explains() {
    let policy = mini::load(&mini::compiled().server);
    let document = assess(
        &policy,
        &application(&[
            ("born", FactInput::Text("2010-01-01".into())),
            ("income", FactInput::Integer(150_050)),
            ("work", FactInput::Text("student".into())),
            ("share", FactInput::Integer(0)),
            ("member", FactInput::Bool(true)),
            ("bureau", FactInput::Integer(800)),
            ("requests", FactInput::Integer(0)),
        ]),
        Locale::En,
    );
    let document = document.expect("the application is valid");
    assert_eq!(document.outcome.decisions, [Decision::Decline]);
    let texts: Vec<(&str, &str)> = document
        .notice
        .reasons
        .iter()
        .map(|one| (one.code.as_str(), one.text.as_str()))
        .collect();
    assert_eq!(
        texts,
        [
            ("TOO-YOUNG", "What happened is 16."),
            ("INCOME-LOW", "What happened is ¥1,500.50."),
        ]
    );
}

#[test]
fn selectors_choose_by_value() {
    let selector =
        "is { $age ->\n    [0] less than a year\n    [one] a year\n   *[other] { $age } years\n }.";
    let (_, text) = mini::with("reasons/TOO-YOUNG.md", "is { $age }.", selector);
    let files = mini::files().into_iter().map(|(path, old)| {
        let new = if path == "reasons/TOO-YOUNG.md" {
            text.clone()
        } else {
            old
        };
        (path, new)
    });
    let compiled = compile(&precheck_cli::Pack::from_files(files)).expect("the pack compiles");
    let policy = mini::load(&compiled.server);
    for (born, expected) in [
        ("2020-03-01", "What happened is 6 years."),
        ("2020-12-31", "What happened is 5 years."),
    ] {
        let facts = [("born", FactInput::Text(born.into()))];
        let document = assess(&policy, &application(&facts), Locale::En).expect("valid");
        assert_eq!(document.notice.reasons[0].text, expected);
    }
}

/// Same source, same bytes; server and public bundle differ.
#[test]
fn compiling_is_deterministic() {
    let (one, two) = (mini::compiled(), mini::compiled());
    assert_eq!(one, two);
    assert_ne!(
        mini::load(&one.server).hash(),
        mini::load(&one.public).hash()
    );
}
