//! What conditions and texts mean once compiled.

use std::collections::BTreeMap;

use precheck::units::{Date, Locale};
use precheck::{Application, Decision, Entries, FactInput, Policy, assess, validate};
use precheck_cli::{Pack, compile};

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

/// Where a declaration lies makes no difference.
#[test]
fn a_pack_in_many_files_says_the_same() {
    let heads = [("facts.", "facts"), ("scenarios.", "scenarios")];
    let mut files = mini::files();
    let (_, policy) = files.remove(0);
    let mut kept = String::new();
    let mut moved: BTreeMap<String, String> = BTreeMap::new();
    for block in format!("\n{policy}").split("\n[").skip(1) {
        let head = heads
            .iter()
            .find(|(head, _)| block.trim_start_matches('[').starts_with(head));
        let Some((head, folder)) = head else {
            kept += &format!("\n[{block}");
            continue;
        };
        let name = block.trim_start_matches('[')[head.len()..]
            .split(['.', ']'])
            .next();
        let name = name.expect("a heading has a name");
        if *folder == "facts" {
            let source = block
                .lines()
                .find_map(|line| line.strip_prefix("source = "));
            let source = source.expect("a fact has a source").trim_matches('"');
            let body = block
                .replace("facts.", "")
                .replace(&format!("source = \"{source}\"\n"), "");
            *moved.entry(format!("facts/{source}.toml")).or_default() += &format!("[{body}\n");
        } else {
            let head = format!("scenarios.{name}]\n");
            let body = match block.strip_prefix(&head) {
                Some(body) => body.to_owned(),
                None => format!("[{}", block.replace(&format!("scenarios.{name}."), "")),
            };
            *moved.entry(format!("scenarios/{name}.toml")).or_default() += &format!("{body}\n");
        }
    }
    assert_eq!(moved.len(), 6, "four sources and two scenarios");
    files.push(("policy.toml".into(), kept));
    files.extend(moved);
    let compiled = match compile(&Pack::from_files(files)) {
        Ok(compiled) => compiled,
        Err(problems) => panic!("the pack in many files compiles: {problems:#?}"),
    };
    let (one, many) = (mini::compiled(), compiled);
    let facts = |model: &precheck::Model| {
        let mut facts = model.facts.clone();
        facts.sort_by(|one, other| one.name.cmp(&other.name));
        facts
    };
    assert_eq!(facts(&one.server), facts(&many.server));
    let integer = |value| FactInput::Integer(value);
    let asked = application(&[
        ("income", integer(150_000)),
        ("work", FactInput::Text("student".into())),
        ("bureau", integer(390)),
        ("requests", integer(4400)),
    ]);
    for (one, many) in [(&one.server, &many.server), (&one.public, &many.public)] {
        let public = ["income", "work"];
        let mut asked = asked.clone();
        if one.audience == precheck::Audience::Public {
            asked
                .facts
                .0
                .retain(|(name, _)| public.contains(&name.as_str()));
        }
        let (one, many) = (mini::load(one), mini::load(many));
        let [one, many] = [&one, &many].map(|policy| {
            let document = assess(policy, &asked, Locale::En).expect("valid");
            document.to_json().replace(&policy.hash(), "")
        });
        assert_eq!(one, many);
    }
}

/// A scenario says a sentence in its own words where it has some; a scenario of
/// the server's own is shipped to nobody, and neither are its words.
#[test]
fn scenarios_have_words_of_their_own() {
    let own = "short-decline-headline = short words\nopen-decline-headline = open words\n\
               short-would-fail-headline = short warning\n";
    let mut files = mini::files();
    for (path, text) in &mut files {
        match path.as_str() {
            "locales/en.ftl" | "locales/zh-CN.ftl" => text.push_str(own),
            "policy.toml" => {
                *text = text.replace(
                    "[scenarios.open]\n",
                    "[scenarios.open]\naudience = \"server\"\n",
                );
            }
            _ => {}
        }
    }
    let compiled = compile(&Pack::from_files(files)).expect("it compiles");
    let headline = |scenario: &str| {
        let policy = mini::load(&compiled.server);
        let mut asked = application(&[
            ("work", FactInput::Text("student".into())),
            ("bureau", FactInput::Missing),
            ("share", FactInput::Integer(0)),
        ]);
        asked.scenario = scenario.into();
        if scenario == "open" {
            asked
                .facts
                .0
                .push(("requests".into(), FactInput::Integer(5000)));
            asked.facts.0.push(("age".into(), FactInput::Integer(17)));
        }
        let document = assess(&policy, &asked, Locale::En).expect("valid");
        (
            document.notice.headline.clone(),
            document.notice.detail.clone(),
        )
    };
    let general = "en decline-detail".to_owned();
    assert_eq!(headline("short"), ("short words".into(), general.clone()));
    assert_eq!(headline("open"), ("open words".into(), general));

    let public = &compiled.public;
    let names: Vec<&str> = public
        .scenarios
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["short"]);
    for texts in &public.texts {
        let [only] = &texts.wordings[..] else {
            panic!("one wording: {:?}", texts.wordings)
        };
        // A browser announces no decision, so it has no words for one.
        assert_eq!((only.scenario, only.text.as_str()), (0, "short warning"));
    }
    mini::load(public);
}
