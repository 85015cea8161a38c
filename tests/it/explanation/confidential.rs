//! What is confidential is not told, and not silent either.

use precheck::units::Locale;
use precheck::{
    Audience, Disclosure, Page, WishInput, advise, assess, decide, trace, trace_for, validate,
};

use super::twins::{levelled, twins};
use super::{case, sample, told};

/// Whichever confidential rules fire, the person is told the same, byte for
/// byte: document, sentence, screen and public trace.
/// `tests/allocations.rs` counts that the same is done for it.
#[test]
fn which_confidential_rule_it_was_shows_nowhere() {
    let sample = sample();
    let policy = levelled(sample.server.model());
    let (mut pairs, mut covered) = (0, Vec::new());
    for twins in twins(&policy, case::root()) {
        let told: Vec<(String, String, String)> = twins
            .all
            .iter()
            .map(|(rules, application)| {
                let documents = [Locale::ZhCn, Locale::En].map(|locale| {
                    let document = assess(&policy, application, locale).expect("valid");
                    let wish = WishInput::default();
                    let advice = advise(&policy, application, &wish, locale).expect("valid");
                    document.to_json() + &advice.to_json()
                });
                let validated = validate(&policy, application).expect("valid");
                let evaluation = policy.evaluate(validated.scenario, &validated.facts);
                let outcome = decide(&policy, &validated, &evaluation);
                let public =
                    trace_for(&policy, &validated, &evaluation, &outcome, Audience::Public);
                let page = Page::trace(&policy, &validated, &public, Locale::En);
                let traces = public.to_json() + &page.html() + &page.text();
                // The full one does differ: the test can fail.
                let full = trace(&policy, &validated, &evaluation, &outcome);
                for rule in &rules[..] {
                    let fires = full
                        .rules
                        .iter()
                        .any(|one| one.id == rule && one.fires == Some(true));
                    assert!(fires, "{}: {rule}", twins.scenario);
                }
                (rules.join("+"), documents.concat(), traces)
            })
            .collect();
        for (index, (one, document, public)) in told.iter().enumerate() {
            for (other, other_document, other_public) in &told[index + 1..] {
                let name = format!("{}: {one} and {other}", twins.scenario);
                assert_eq!(document, other_document, "{name}");
                assert_eq!(public, other_public, "{name}");
                pairs += 1;
            }
        }
        covered.extend(twins.all.into_iter().flat_map(|(rules, _)| rules));
    }
    // Every confidential rule of the sample takes part.
    let model = policy.model();
    for rule in model.scenarios.iter().flat_map(|one| &one.rules) {
        if model.reasons[usize::from(rule.reason)].disclosure == Disclosure::Neutral {
            assert!(
                covered.contains(&rule.id),
                "{} fires alone in no application",
                rule.id
            );
        }
    }
    assert!(pairs > 10, "{pairs}");
}

/// What is redacted of the server's trace is what a browser could have made.
#[test]
fn a_redacted_trace_is_the_projections() {
    let sample = sample();
    for told in told(&sample).iter().filter(|one| one.is_on_server()) {
        let mut application = told.case.application.clone();
        application.facts.0.retain(|(name, _)| {
            let fact = told
                .policy
                .fact_id(name)
                .and_then(|id| told.policy.fact(id));
            fact.is_some_and(|def| def.audience == Audience::Public)
        });
        if sample.public.scenario_id(&application.scenario).is_none() {
            continue;
        }
        let validated = validate(&sample.public, &application).expect("valid");
        let evaluation = sample.public.evaluate(validated.scenario, &validated.facts);
        let outcome = decide(&sample.public, &validated, &evaluation);
        let browsers = trace(&sample.public, &validated, &evaluation, &outcome);
        let redacted = told.public_trace();
        assert_eq!(redacted.rules, browsers.rules, "{}", told.case.name);
        assert_eq!(redacted.score, browsers.score, "{}", told.case.name);
        assert_eq!(redacted.facts, browsers.facts, "{}", told.case.name);
    }
}

#[test]
fn row_15_the_full_trace_says_what_the_person_is_not_told() {
    let sample = sample();
    let model = sample.server.model();
    let mut seen = 0;
    for told in told(&sample).iter().filter(|one| one.is_on_server()) {
        let [document, _] = &told.documents;
        let fired = told
            .trace
            .rules
            .iter()
            .filter(|one| one.fires == Some(true));
        let json = told.trace.to_json();
        for rule in fired.filter(|one| one.disclosure == Disclosure::Neutral) {
            assert!(json.contains(rule.id) && json.contains(rule.reason));
            let said = document.to_json() + &told.public_trace().to_json();
            assert!(
                !said.contains(rule.reason),
                "{}: {}",
                told.case.name,
                rule.id
            );
            assert!(
                !said.contains(&format!("\"{}\"", rule.id)),
                "{}",
                told.case.name
            );
            // The neutral statement is last, so that its place tells nothing.
            let neutral = &*model.reasons[usize::from(model.neutral_reason)].code;
            assert_eq!(told.codes().last(), Some(&neutral), "{}", told.case.name);
            seen += 1;
        }
        for fact in told.public_trace().facts {
            assert_eq!(fact.audience, Audience::Public);
        }
    }
    assert!(seen > 10, "{seen}");
}
