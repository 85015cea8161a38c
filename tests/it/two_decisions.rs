//! The two-step cases of `tests/changes`: what is said of a change.
//!
//! A file names two cases of `tests/scenarios` in a `two` block, and may say
//! what is otherwise in each; then come the shares, and the words in every
//! locale. `UPDATE_CHANGES=1` rewrites what the files expect; the difference is
//! to be read as prose.

use std::collections::BTreeMap;
use std::fs;

use precheck::units::{Date, Locale};
use precheck::{
    Application, Audience, ChangesDocument, Decision, Disclosure, FactInput, Modules, Moved, Op,
    Policy, Rule, Taken, Test, changes,
};
use precheck_cli::cases::find;

use crate::case;
use crate::scenarios::sample;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Two {
    before: Step,
    after: Step,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// A case of `tests/scenarios`.
    case: String,
    /// The day, where it is another one.
    as_of: Option<Date>,
    /// Fields that are otherwise than in the case.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// Facts that are otherwise than in the case.
    #[serde(default)]
    facts: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    modules: Modules,
}

impl Step {
    fn application(&self) -> Application {
        let mut cases = case::all().into_iter();
        let case = cases.find(|case| case.name == self.case);
        let mut application = case.expect("a case with this name").application;
        application.as_of = self.as_of.unwrap_or(application.as_of);
        for (name, typed) in &self.fields {
            let fields = &mut application.fields.0;
            fields.retain(|(other, _)| other != name);
            fields.push((name.clone(), typed.clone()));
        }
        for (name, value) in &self.facts {
            let input: FactInput = serde_json::from_value(value.clone()).expect("a fact");
            let facts = &mut application.facts.0;
            facts.retain(|(other, _)| other != name);
            facts.push((name.clone(), input));
        }
        application
    }
}

/// The places of the inside of a block.
fn block(text: &str, name: &str) -> (usize, usize) {
    let fence = format!("```{name}\n");
    let start = text.find(&fence).expect("the block") + fence.len();
    let end = start + text[start..].find("```").expect("the end of the block");
    (start, end)
}

fn shares(document: &ChangesDocument<'_>) -> String {
    let mut out = String::new();
    let moved = |moved: Option<Moved>| match moved {
        None => "not divided".into(),
        Some(Moved { min, max }) if min == max => min.to_string(),
        Some(Moved { min, max }) => format!("{min} to {max}"),
    };
    let changes = &document.changes;
    for share in changes.shares.iter().filter(|share| share.changed) {
        let name = share.group.as_str();
        out.push_str(&format!("{name:<7} points {}", moved(share.score)));
        if changes.before.limit.is_some() && changes.after.limit.is_some() {
            out.push_str(&format!(", fen {}", moved(share.limit)));
        }
        for (word, holds) in [
            ("necessary", share.necessary),
            ("sufficient", share.sufficient),
        ] {
            if holds == Some(true) {
                out.push_str(&format!(", {word}"));
            }
        }
        out.push('\n');
    }
    out
}

fn words(document: &ChangesDocument<'_>) -> String {
    let notice = &document.notice;
    let mut out = format!(
        "{}\n{} → {}\n",
        notice.headline, notice.before, notice.after
    );
    for share in &notice.shares {
        let effect = share.effect.as_deref().unwrap_or_default();
        let line = format!("- {} {effect}", share.text);
        out.push_str(line.trim_end());
        out.push('\n');
        for one in &share.changed {
            let way = serde_json::to_string(&one.way).expect("a word");
            out.push_str(&format!("  {}: {}\n", way.trim_matches('"'), one.text));
        }
        for fact in &share.facts {
            out.push_str(&format!("  {fact}\n"));
        }
    }
    for text in [&notice.together, &notice.neutral].into_iter().flatten() {
        out.push_str(&format!("{text}\n"));
    }
    out
}

fn compare<'p>(
    policy: &'p Policy,
    two: &'p [Application; 2],
    modules: [&'p Modules; 2],
    locale: Locale,
) -> ChangesDocument<'p> {
    let taken = |side: usize| Taken {
        policy,
        application: &two[side],
        modules: modules[side],
    };
    changes(taken(0), taken(1), locale).expect("two valid decisions")
}

/// What only the server may know: its facts, and the reasons that are told as
/// the neutral one.
fn confidential(policy: &Policy) -> Vec<String> {
    let model = policy.model();
    let facts = model.facts.iter();
    let facts = facts.filter(|def| def.audience == Audience::Server);
    let reasons = model.reasons.iter();
    let reasons = reasons.filter(|one| one.disclosure == Disclosure::Neutral);
    facts
        .map(|def| format!("\"{}\"", def.name))
        .chain(reasons.map(|one| format!("\"{}\"", one.code)))
        .collect()
}

#[test]
fn every_change_is_told_as_expected() {
    let sample = sample();
    let policy = &sample.server;
    let secrets = confidential(policy);
    let digits = |text: &str| {
        let digits = text.chars().filter(char::is_ascii_digit);
        digits.collect::<String>()
    };
    let files = find(&case::root().join("tests/changes")).expect("a readable folder");
    assert!(!files.is_empty());
    for path in files {
        let name = path.display();
        let mut text = fs::read_to_string(&path).expect("a readable file");
        let (start, end) = block(&text, "two");
        let two: Two = toml::from_str(&text[start..end]).unwrap_or_else(|error| {
            panic!("{name}: {error}");
        });
        let applications = [two.before.application(), two.after.application()];
        let modules = [&two.before.modules, &two.after.modules];
        let mut expected = vec![("shares".to_owned(), String::new())];
        let mut said = Vec::new();
        for locale in Locale::ALL {
            let document = compare(policy, &applications, modules, *locale);
            let json = document.to_json();
            for secret in &secrets {
                assert!(!json.contains(secret.as_str()), "{name} tells {secret}");
            }
            expected[0].1 = shares(&document);
            let words = words(&document);
            said.push(digits(&words.replace('年', "")));
            expected.push((locale.as_str().to_owned(), words));
        }
        assert!(
            said.windows(2).all(|pair| pair[0] == pair[1]),
            "{name}: {said:?}"
        );
        for (block_name, found) in expected {
            let (start, end) = block(&text, &block_name);
            if std::env::var_os("UPDATE_CHANGES").is_some() {
                text.replace_range(start..end, &found);
                fs::write(&path, &text).expect("the file can be written");
            }
            let (start, end) = block(&text, &block_name);
            assert_eq!(&text[start..end], found, "{name}, {block_name}");
        }
    }
}

/// Which of two confidential facts moved makes no difference to a single byte.
#[test]
fn what_is_confidential_is_told_alike() {
    let sample = sample();
    let usual = |facts: serde_json::Value| {
        let step = Step {
            case: "limit-review/raised".into(),
            as_of: None,
            fields: BTreeMap::new(),
            facts: facts.as_object().cloned().expect("an object"),
            modules: Modules::default(),
        };
        step.application()
    };
    let none = Modules::default();
    let before = serde_json::json!({ "limit_use": 7500 });
    let mut told = Vec::new();
    for after in [
        serde_json::json!({ "limit_use": 7500, "small_orders_7d": 30 }),
        serde_json::json!({ "limit_use": 7500, "login_places_7d": 9 }),
        serde_json::json!({ "limit_use": 7500, "unusual_login": true }),
    ] {
        let two = [usual(before.clone()), usual(after)];
        let both = Locale::ALL.iter().map(|locale| {
            let document = compare(&sample.server, &two, [&none; 2], *locale);
            assert_eq!(document.changes.neutral, Some("CHECK-NOT-PASSED"));
            document.to_json()
        });
        told.push(both.collect::<Vec<_>>());
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:#?}");
    // And where nothing comes of it, it is not told at all.
    let quiet = serde_json::json!({ "limit_use": 7500, "small_orders_7d": 3 });
    let same = [usual(before.clone()), usual(before.clone())];
    let moved = [usual(before), usual(quiet)];
    let json = |two| compare(&sample.server, two, [&none; 2], Locale::En).to_json();
    assert_eq!(json(&moved), json(&same));
}

/// Browsers get none of the texts, and compare nothing.
#[test]
fn a_projection_compares_nothing() {
    let sample = sample();
    let model = sample.public.model();
    for texts in &model.texts {
        let phrases = precheck::Phrase::ALL.iter().zip(&texts.phrases);
        for (phrase, text) in phrases {
            assert!(!phrase.is_of_server() || text.is_empty(), "{}", phrase.id());
        }
    }
    let mut cases = case::all().into_iter();
    let case = cases.find(|case| case.bundle == Audience::Public);
    let application = case.expect("a public case").application;
    let none = Modules::default();
    let taken = Taken {
        policy: &sample.public,
        application: &application,
        modules: &none,
    };
    let problems = changes(taken, taken, Locale::ZhCn).expect_err("nothing to compare");
    assert!(problems.iter().all(|one| one.code == "policy-projected"));
}

/// The parts of two versions of a policy: what the new rules do is the
/// policy's, beside what the person did.
#[test]
fn another_version_is_the_policys_doing() {
    let sample = sample();
    let mut model = sample.server.model().clone();
    model.version += 1;
    let limit_review = model.scenarios.iter_mut();
    let mut limit_review = limit_review.filter(|one| one.name == "limit-review");
    let scenario = limit_review.next().expect("the scenario");
    let card = scenario.scorecard.as_mut().expect("a scorecard");
    card.base -= 10;
    let newer = Policy::from_model(model).expect("a consistent model");
    let step = |facts: serde_json::Value| Step {
        case: "limit-review/raised".into(),
        as_of: None,
        fields: BTreeMap::new(),
        facts: facts.as_object().cloned().expect("an object"),
        modules: Modules::default(),
    };
    let none = Modules::default();
    let before = step(serde_json::json!({})).application();
    let after = step(serde_json::json!({ "limit_use": 7000 })).application();
    let taken = |policy, application| Taken {
        policy,
        application,
        modules: &none,
    };
    let document = changes(
        taken(&sample.server, &before),
        taken(&newer, &after),
        Locale::ZhCn,
    )
    .expect("two valid decisions");
    assert_eq!(
        shares(&document),
        "you     points -12, fen -250000\npolicy  points -10, fen -250000\n"
    );
}

/// A fact that only the newer policy asks for: that it counts is the policy's.
#[test]
fn a_new_question_is_the_policys_doing() {
    let sample = sample();
    let mut model = sample.server.model().clone();
    model.version += 1;
    let fact = sample.server.fact_id("order_items").expect("a fact");
    let mut reasons = (0..).zip(&model.reasons);
    let reason = reasons.find(|(_, reason)| reason.code == "RETURNS-MANY");
    let (reason, _) = reason.expect("a reason");
    let mut scenarios = model.scenarios.iter_mut();
    let scenario = scenarios.find(|one| one.name == "limit-review");
    let scenario = scenario.expect("the scenario");
    scenario.facts.push(fact);
    scenario.rules.push(Rule {
        id: "review-items".into(),
        when: vec![Op::Atom(fact, Test::AtLeast(5))],
        effect: Decision::Refer,
        reason,
    });
    let newer = Policy::from_model(model).expect("a consistent model");
    let cases = case::all();
    let case = cases.iter().find(|case| case.name == "limit-review/raised");
    let before = case.expect("the case").application.clone();
    let mut after = before.clone();
    let items = FactInput::Integer(9);
    after.facts.0.push(("order_items".into(), items));
    let none = Modules::default();
    let taken = |policy, application| Taken {
        policy,
        application,
        modules: &none,
    };
    let document = changes(
        taken(&sample.server, &before),
        taken(&newer, &after),
        Locale::En,
    )
    .expect("two valid decisions");
    assert_eq!(
        shares(&document),
        "policy  points 0, necessary, sufficient\n"
    );
    assert!(document.changes.facts.is_empty());
}
