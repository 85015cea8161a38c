//! The three speeds of evaluation agree, and combinations that no application
//! has do not count.

use std::collections::BTreeSet;

use precheck::{
    Application, Audience, Decision, FactDef, FactInput, FactState, Policy, Truth, validate,
};
use proptest::prelude::*;

use crate::random::{self, Random, application};
use crate::reference::{answers, completions, is_possible};

/// A random policy, with combinations that no application has and with a
/// computed fact in one of two.
fn policy(random: &mut Random) -> Option<Policy> {
    let mut model = if random.one_in(2) {
        random::model(random)
    } else {
        random::model_with_formula(random)
    };
    if random.one_in(2) {
        random::exclude(random, &mut model);
    }
    Policy::from_model(model).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// What nobody can be like makes no decision, no score and no verdict
    /// possible; what is said to be exact is reached by somebody.
    #[test]
    fn only_people_who_can_be_count(seed: u64) {
        let mut random = Random(seed);
        let Some(policy) = policy(&mut random) else { return Ok(()) };
        let model = policy.model();
        let application = application(&mut random, model);
        let Ok(valid) = validate(&policy, &application) else { return Ok(()) };
        let full = completions(model, &application);
        let people: Vec<_> = full.iter().filter(|full| is_possible(model, full)).collect();
        prop_assume!(!people.is_empty());
        let all: Vec<_> = people.iter().flat_map(|full| answers(model, full)).collect();
        let found = policy.evaluate(valid.scenario, &valid.facts);
        let reached: BTreeSet<Decision> = all.iter().map(|one| one.decision).collect();
        let possible: BTreeSet<Decision> = found.decisions.iter().collect();
        prop_assert!(reached.is_subset(&possible));
        let scores = || all.iter().filter_map(|one| one.score);
        if let Some(score) = found.score {
            prop_assert!(scores().all(|one| (score.min..=score.max).contains(&one)));
        }
        for (index, truth) in found.rules.iter().enumerate() {
            let fires: BTreeSet<bool> = all.iter().map(|one| one.fires[index]).collect();
            prop_assert!(*truth != Truth::True || !fires.contains(&false));
            prop_assert!(*truth != Truth::False || !fires.contains(&true));
            prop_assert!(!found.tight || (fires.len() == 2) == (*truth == Truth::Unknown));
        }
        if found.tight {
            prop_assert_eq!(reached, possible, "{:?}\n{:?}", model, application);
            prop_assert_eq!(found.score.map(|one| one.min), scores().min());
            prop_assert_eq!(found.score.map(|one| one.max), scores().max());
        }
        // Only a ratio may jump over what is asked.
        prop_assert!(found.tight || !model.derived.is_empty());
    }

    /// Facts changed one at a time end where all of them at once do.
    #[test]
    fn a_changed_fact_gives_what_a_new_application_gives(seed: u64) {
        let mut random = Random(seed);
        let Some(policy) = policy(&mut random) else { return Ok(()) };
        let model = policy.model();
        let start = application(&mut random, model);
        let Ok(valid) = validate(&policy, &start) else { return Ok(()) };
        let mut handle = policy.evaluator(valid.scenario, valid.facts.as_of());
        handle.load(&valid.facts);
        for _ in 0..6 {
            let place = random.below(model.facts.len() as u64);
            let def = &model.facts[usize::try_from(place).expect("small")];
            let low = random.range(def.min - 1, def.max);
            let state = random.pick(&[
                FactState::Unknown,
                FactState::Missing,
                FactState::Special(0),
                FactState::Known(low),
                FactState::Known(low),
                FactState::Between(low, def.max),
            ]);
            let before = handle.verdict();
            let fact = u16::try_from(place).expect("small");
            let is_changed = handle.set(fact, state).is_ok();
            let after = handle.verdict();
            prop_assert!(is_changed || before == after, "a refused change changes nothing");
            let facts = handle.facts().clone();
            let mut fresh = policy.evaluator(valid.scenario, facts.as_of());
            prop_assert_eq!(fresh.evaluate(&facts), after);
            let whole = policy.evaluate(valid.scenario, &facts);
            prop_assert_eq!(whole.decisions, after.decisions);
            for (index, truth) in whole.rules.iter().enumerate() {
                prop_assert_eq!(handle.rule(index), *truth);
            }
        }
    }

    /// What holds for somebody whose answers are all there, if checks that only
    /// the server can make find nothing, is never left out before.
    #[test]
    fn checks_that_find_nothing_hide_no_answer(seed: u64) {
        let mut random = Random(seed);
        let Ok(policy) = Policy::from_model(random::model(&mut random)) else { return Ok(()) };
        let model = policy.model();
        let now = application(&mut random, model);
        let evaluated = |application: &Application| {
            let valid = validate(&policy, application).ok()?;
            Some(policy.evaluate(valid.scenario, &valid.facts))
        };
        let Some(before) = evaluated(&now) else { return Ok(()) };
        let is_public = |name: &str| {
            let mut facts = model.facts.iter();
            facts.any(|def| def.name == name && def.audience == Audience::Public)
        };
        for mut full in completions(model, &now) {
            // What only the server has stays as it is.
            full.facts.0.retain(|(name, _)| is_public(name));
            let servers = now.facts.0.iter().filter(|(name, _)| !is_public(name));
            full.facts.0.extend(servers.cloned());
            let Some(then) = evaluated(&full) else { continue };
            // Where checks find something in any case, the answer is no other
            // one than without the assumption.
            let is_given = |def: &FactDef| {
                let mut facts = full.facts.0.iter();
                facts.any(|(name, input)| *name == def.name && !matches!(input, FactInput::Unknown | FactInput::Between(_)))
            };
            let has_checks = !model.facts.iter().all(is_given);
            let finds_always = has_checks && then.if_checks_pass == then.decisions;
            prop_assert!(
                finds_always || then.if_checks_pass.is_subset(before.if_checks_pass),
                "{:?}\n{:?}\n{:?}", model, now, full
            );
        }
    }
}
