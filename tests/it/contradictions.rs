//! Applications whose facts cannot be together are told so, and no others.

use precheck::{Application, Entries, Policy, Problem, assess, units::Locale, validate};
use proptest::prelude::*;

use crate::random::{self, Random};
use crate::reference::{completions, is_possible};
use crate::scenarios::sample;

/// A policy with impossible combinations that leave somebody, and whether they
/// are about facts that can all be stated.
fn policy(random: &mut Random) -> Option<Policy> {
    let mut model = if random.one_in(3) {
        random::model_with_formula(random)
    } else {
        random::model(random)
    };
    random::exclude(random, &mut model);
    let is_plain = model.derived.is_empty();
    let nobody = completions(&model, &random::with_facts(Vec::new()));
    let is_empty = !nobody.iter().any(|full| is_possible(&model, full));
    match Policy::from_model(model) {
        Ok(policy) => {
            assert!(!(is_plain && is_empty), "a policy for nobody is refused");
            Some(policy)
        }
        Err(problems) => {
            let at: Vec<&str> = problems.iter().map(|one| one.at.as_str()).collect();
            assert!(is_empty && at == ["/impossible"], "{problems:?}");
            None
        }
    }
}

fn problems(policy: &Policy, application: &Application) -> Vec<Problem> {
    validate(policy, application).err().unwrap_or_default()
}

/// The application without the facts that problems point at.
fn without(application: &Application, problems: &[Problem]) -> Application {
    let blamed = |name: &str| {
        let mut all = problems.iter();
        all.any(|one| one.at.strip_prefix("/facts/") == Some(name))
    };
    let rest = application.facts.0.iter();
    Application {
        facts: Entries(rest.filter(|(name, _)| !blamed(name)).cloned().collect()),
        ..application.clone()
    }
}

proptest! {
    /// Contradictions are found exactly: something is reported if and only if
    /// no way of the unknown facts avoids every combination. (Computed facts
    /// are taken for free, so with them a contradiction may be missed.)
    #[test]
    fn an_application_is_refused_only_if_nobody_is_like_that(seed: u64) {
        let random = &mut Random(seed);
        let Some(policy) = policy(random) else { return Ok(()) };
        for _ in 0..8 {
            let application = random::application(random, policy.model());
            let all = completions(policy.model(), &application);
            let is_real = all.iter().any(|full| is_possible(policy.model(), full));
            let found = problems(&policy, &application);
            if is_real {
                prop_assert_eq!(found, vec![]);
            } else if policy.model().derived.is_empty() {
                prop_assert!(!found.is_empty());
            }
        }
    }

    /// Who leaves out the facts that the problems point at can go on.
    #[test]
    fn what_is_pointed_at_is_enough(seed: u64) {
        let random = &mut Random(seed);
        let Some(policy) = policy(random) else { return Ok(()) };
        for _ in 0..8 {
            let application = random::application(random, policy.model());
            let found = problems(&policy, &application);
            for problem in &found {
                prop_assert_eq!(problem.code, "facts-contradict");
            }
            let rest = without(&application, &found);
            prop_assert_eq!(problems(&policy, &rest), vec![]);
        }
    }
}

/// The sample product's combinations, edges first: what is told where.
#[test]
fn the_sample_says_what_belongs_together() {
    let sample = sample();
    for (scenario, facts, expected) in [
        (
            "closure",
            r#""line_overdue_days":0,"line_overdue_amount":0"#,
            None,
        ),
        (
            "closure",
            r#""line_overdue_days":1,"line_overdue_amount":1"#,
            None,
        ),
        ("closure", r#""line_overdue_days":1"#, None),
        (
            "closure",
            r#""line_overdue_days":0,"line_overdue_amount":1"#,
            Some(("overdue-days-and-amount", "line_overdue_amount", 2)),
        ),
        (
            "closure",
            r#""line_overdue_amount":0,"line_overdue_days":1"#,
            Some(("overdue-days-and-amount", "line_overdue_amount", 2)),
        ),
        // The amount is not stated, but days overdue need one, and nothing to
        // pay leaves none: two combinations together.
        (
            "closure",
            r#""line_overdue_days":1,"line_balance":0"#,
            Some(("overdue-days-and-amount", "line_overdue_days", 2)),
        ),
        (
            "checkout",
            r#""average_order":{"state":"missing"},"return_rate":0"#,
            Some(("orders-and-their-mean", "return_rate", 2)),
        ),
        (
            "checkout",
            r#""average_order":{"state":"missing"},"return_rate":{"state":"missing"}"#,
            None,
        ),
    ] {
        let text =
            format!(r#"{{"scenario":"{scenario}","as_of":"2026-11-22","facts":{{{facts}}}}}"#);
        let application: Application = serde_json::from_str(&text).expect("an application");
        for policy in [&sample.public, &sample.server] {
            let found = problems(policy, &application);
            let first = found.first();
            let told = first.and_then(|one| one.contradiction.as_ref());
            let expected = expected.map(|(id, at, count)| (id, format!("/facts/{at}"), count));
            let shown = first.zip(told);
            let shown = shown.map(|(one, told)| (&*told.id, one.at.clone(), told.facts.len()));
            assert_eq!(shown, expected, "{facts}");
            for one in found.iter().filter_map(|one| one.contradiction.as_ref()) {
                let locales: Vec<Locale> = one.said.iter().map(|said| said.locale).collect();
                assert_eq!(locales, Locale::ALL);
                assert!(one.said.iter().all(|said| !said.text.is_empty()));
            }
        }
    }
}

/// A combination with a fact that only the server has is not told at all.
#[test]
fn a_confidential_contradiction_tells_nothing() {
    let sample = sample();
    let mut model = sample.server.model().clone();
    let public = sample.server.fact_id("line_kind").expect("a fact");
    let secret = sample.server.fact_id("zhima_score").expect("a fact");
    model.impossible.push(precheck::Impossible {
        id: "secret-id".into(),
        when: vec![
            precheck::Op::Atom(public, precheck::Test::AtMost(0)),
            precheck::Op::Atom(secret, precheck::Test::AtLeast(0)),
            precheck::Op::All(2),
        ],
    });
    for texts in &mut model.texts {
        texts.impossible.push("secret sentence".into());
    }
    let policy = Policy::from_model(model).expect("consistent");
    let text = r#"{"scenario":"activation","as_of":"2026-11-22",
        "facts":{"zhima_score":700,"line_kind":"standard"}}"#;
    let application: Application = serde_json::from_str(text).expect("an application");
    let problems = assess(&policy, &application, Locale::En).expect_err("it contradicts itself");
    let said = format!("{problems:?}");
    assert_eq!(problems[0].code, "facts-contradict");
    for secret in ["secret", "standard", "line_kind\""] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}
