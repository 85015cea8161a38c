//! What changed between two policies, against trying every application.

mod all;
mod draw;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use precheck::units::{Date, Locale};
use precheck::{Decision, FactInput, FactKind, Policy, assess};
use precheck_cli::diff::{Comparison, Example, NODE_BUDGET, ScenarioChanges, Stated, compare};
use serde_json::Value;

use all::{Full, Outcome, outcome, stated_by, with_computed};
use draw::{Pair, pair};

fn input(value: &Value) -> FactInput {
    serde_json::from_value(value.clone()).expect("a fact")
}

fn fact<'f>(full: &'f Full, name: &str) -> Option<&'f FactInput> {
    let found = full.facts.iter().find(|(one, _)| one == name);
    found.map(|(_, value)| value)
}

/// How much differs from the neutral application, as far as it is compared: what
/// is stated otherwise, and the day.
fn distance(scenario: &ScenarioChanges, names: &[String], full: &Full) -> usize {
    let neutral = |name: &str| scenario.neutral.iter().find(|one| one.fact == name);
    let differing = full
        .facts
        .iter()
        .filter(|(name, value)| match neutral(name) {
            Some(one) => input(&one.json) != *value,
            None => names.contains(name),
        });
    differing.count() + usize::from(full.day != scenario.neutral_day)
}

/// The facts that the comparison is about.
fn compared_names(scenario: &ScenarioChanges) -> Vec<String> {
    let decisions = scenario.decisions.iter().map(|one| &one.example);
    let accepted = scenario.accepted.iter().map(|one| &one.example);
    let reasons = scenario.reasons.iter().map(|one| &one.example);
    let amounts = scenario.amounts.iter().map(|one| &one.example);
    let examples = decisions.chain(accepted).chain(reasons).chain(amounts);
    let all = examples.flat_map(|one| one.facts.iter().chain(one.computed.iter().flatten()));
    let mut names: Vec<String> = all.map(|one| one.fact.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What becomes of an example, of which the facts that it does not name may be
/// anything: an application that the reference has tried, too.
fn shown<'p>(pair: &'p Pair, example: &Example, seed: u64) -> &'p Full {
    let is_one = |full: &&Full| {
        let mut facts = example.facts.iter();
        // The rest may be impossible by itself, on both sides.
        full.day == example.as_of
            && full.outcomes != [None, None]
            && facts.all(|one| fact(full, &one.fact) == Some(&input(&one.json)))
    };
    let found = pair.all.iter().find(is_one);
    let full = found.unwrap_or_else(|| panic!("seed {seed}: nobody is like {example:?}"));
    // By itself it is an application as well, and settles the same.
    let models = pair.policies.each_ref().map(Policy::model);
    let stated = example
        .facts
        .iter()
        .map(|one| (one.fact.clone(), input(&one.json)));
    let stated: Vec<_> = stated.collect();
    let told = with_computed(models, &stated, example.as_of).expect("it can be stated");
    for (side, policy) in pair.policies.iter().enumerate() {
        let application = stated_by(models[side], &told, example.as_of);
        let found = outcome(policy, &application);
        assert_eq!(
            found,
            Some(full.outcomes[side]),
            "seed {seed}: {application:?}"
        );
        computed_is_right(policy, &application, &example.computed[side], seed);
    }
    full
}

/// What is shown as computed is what the engine computes.
fn computed_is_right(
    policy: &Policy,
    application: &precheck::Application,
    shown: &[Stated],
    seed: u64,
) {
    let Ok(valid) = precheck::validate(policy, application) else {
        return;
    };
    for one in shown {
        let id = policy.fact_id(&one.fact).expect("a fact of the policy");
        let def = policy.fact(id).expect("a fact of the policy");
        let state = match valid.facts.get(id) {
            precheck::FactState::Known(day) if def.kind == FactKind::Date => {
                let day = i32::try_from(day).ok().and_then(Date::from_days);
                day.expect("a day").to_string().into()
            }
            precheck::FactState::Known(value) => value.into(),
            precheck::FactState::Missing => serde_json::json!({ "state": "missing" }),
            precheck::FactState::Special(code) => {
                serde_json::json!({ "special": def.specials[usize::from(code)] })
            }
            other => panic!("seed {seed}: {} is {other:?}", one.fact),
        };
        assert_eq!(one.json, state, "seed {seed}: {}", one.fact);
    }
}

fn compared(pair: &Pair, budget: u32) -> Comparison {
    let [old, new] = &pair.policies;
    compare(old, new, budget).expect("whole policies")
}

/// Pairs of outcomes that changed.
fn changes(scenario: &ScenarioChanges) -> Vec<([Outcome; 2], &Example)> {
    let decisions = scenario.decisions.iter();
    let decisions = decisions.map(|one| ([Some(one.old), Some(one.new)], &one.example));
    let accepted = scenario.accepted.iter().map(|one| {
        let decision = Some(one.decision);
        let pair = if one.is_new {
            [None, decision]
        } else {
            [decision, None]
        };
        (pair, &one.example)
    });
    decisions.chain(accepted).collect()
}

/// No changed decision is missed and none is invented; every example is an
/// application that gets it, and none differs from the neutral one in fewer facts.
#[test]
fn changed_decisions_are_those_of_the_reference() {
    let (mut decided, mut accepted, mut computed, mut tried) = (0, 0, 0, 0);
    for seed in 0..2_000 {
        let Some(pair) = pair(seed) else { continue };
        tried += 1;
        let found = compared(&pair, NODE_BUDGET);
        let scenario = &found.scenarios[0];
        let names = compared_names(scenario);
        let mut nearest: BTreeMap<[Outcome; 2], usize> = BTreeMap::new();
        for full in &pair.all {
            if full.outcomes[0] != full.outcomes[1] {
                let distance = distance(scenario, &names, full);
                let least = nearest.entry(full.outcomes).or_insert(distance);
                *least = distance.min(*least);
            }
        }
        assert!(scenario.is_exact, "seed {seed}");
        let pairs = changes(scenario).into_iter().map(|(outcomes, example)| {
            let full = shown(&pair, example, seed);
            assert_eq!(full.outcomes, outcomes, "seed {seed}: the example");
            assert!(example.is_smallest);
            computed += usize::from(!example.computed.iter().all(Vec::is_empty));
            (outcomes, example.differs.len())
        });
        assert_eq!(pairs.collect::<BTreeMap<_, _>>(), nearest, "seed {seed}");
        assert_eq!(found.is_same(), nearest.is_empty(), "seed {seed}");
        decided += scenario.decisions.len();
        accepted += scenario.accepted.len();
    }
    let counts = format!("{tried} pairs, {decided} and {accepted} changes, {computed} computed");
    assert!(tried > 800 && decided > 250, "{counts}");
    assert!(accepted > 100 && computed > 100, "{counts}");
}

/// The same for who is approved with more, and with less.
#[test]
fn changed_amounts_are_those_of_the_reference() {
    let (mut moved, mut tried) = (0, 0);
    for seed in 10_000..11_500 {
        let Some(pair) = pair(seed) else { continue };
        tried += 1;
        let found = compared(&pair, NODE_BUDGET);
        let scenario = &found.scenarios[0];
        let names = compared_names(scenario);
        let mut nearest: BTreeMap<Ordering, usize> = BTreeMap::new();
        for full in &pair.all {
            let [old, new] = full.amounts;
            if old != new {
                let distance = distance(scenario, &names, full);
                let least = nearest.entry(new.cmp(&old)).or_insert(distance);
                *least = distance.min(*least);
            }
        }
        assert!(scenario.is_amounts_exact, "seed {seed}");
        let given = scenario.amounts.iter().map(|one| {
            let full = shown(&pair, &one.example, seed);
            assert_eq!(full.amounts, [one.old, one.new], "seed {seed}");
            assert!(one.example.is_smallest);
            (one.new.cmp(&one.old), one.example.differs.len())
        });
        assert_eq!(given.collect::<BTreeMap<_, _>>(), nearest, "seed {seed}");
        assert_eq!(found.is_same_amount(), nearest.is_empty(), "seed {seed}");
        moved += nearest.len();
    }
    assert!(tried > 600 && moved > 80, "{tried} pairs, {moved} changes");
}

fn reasons(policy: &Policy, full: &Full, told: &[(String, FactInput)]) -> Vec<String> {
    let application = stated_by(policy.model(), told, full.day);
    let document = assess(policy, &application, Locale::ZhCn).expect("valid");
    let reasons = document.outcome.reasons.iter();
    reasons.map(|one| one.code.to_owned()).collect()
}

/// The same for the reasons of decisions that stay.
#[test]
fn changed_reasons_are_those_of_the_reference() {
    let mut changes = 0;
    for seed in 5_000..5_600 {
        let Some(pair) = pair(seed) else { continue };
        let models = pair.policies.each_ref().map(Policy::model);
        let both = |full: &Full| {
            let told = with_computed(models, &full.facts, full.day).expect("it was tried");
            [0, 1].map(|side: usize| reasons(&pair.policies[side], full, &told))
        };
        let mut wanted: BTreeSet<Decision> = BTreeSet::new();
        for full in &pair.all {
            let [Some(stays), Some(new)] = full.outcomes else {
                continue;
            };
            if !wanted.contains(&stays) && stays == new {
                let [old, new] = both(full);
                wanted.extend((old != new).then_some(stays));
            }
        }
        let found = compared(&pair, NODE_BUDGET);
        let scenario = &found.scenarios[0];
        assert!(scenario.is_reasons_exact, "seed {seed}");
        let given = scenario.reasons.iter().map(|one| {
            let full = shown(&pair, &one.example, seed);
            assert_eq!(
                both(full),
                [one.old.clone(), one.new.clone()],
                "seed {seed}"
            );
            assert_eq!(full.outcomes, [Some(one.decision); 2], "seed {seed}");
            assert_ne!(one.old, one.new, "seed {seed}");
            one.decision
        });
        assert_eq!(given.collect::<BTreeSet<_>>(), wanted, "seed {seed}");
        changes += wanted.len();
    }
    assert!(changes > 50, "{changes}");
}

/// Whatever the budget: what is found is real, and unfinished says so.
#[test]
fn a_small_budget_gives_a_lower_bound() {
    let mut unfinished = 0;
    for seed in 0..300 {
        let Some(pair) = pair(seed) else { continue };
        let whole = compared(&pair, NODE_BUDGET);
        let whole = changes(&whole.scenarios[0]);
        for budget in [0, 1, 2, 5, 20] {
            let found = compared(&pair, budget);
            let scenario = &found.scenarios[0];
            for (outcomes, example) in changes(scenario) {
                let is_real = whole.iter().any(|(other, _)| *other == outcomes);
                assert!(is_real, "seed {seed}");
                assert_eq!(
                    shown(&pair, example, seed).outcomes,
                    outcomes,
                    "seed {seed}"
                );
            }
            if scenario.is_exact {
                assert_eq!(changes(scenario).len(), whole.len(), "seed {seed}");
            } else {
                assert!(!found.is_same(), "seed {seed}: nothing is proved");
                unfinished += 1;
            }
            for one in &scenario.amounts {
                let full = shown(&pair, &one.example, seed);
                assert_eq!(full.amounts, [one.old, one.new], "seed {seed}");
            }
            let is_proved = scenario.amounts.is_empty() && scenario.is_amounts_exact;
            assert_eq!(found.is_same_amount(), is_proved, "seed {seed}");
        }
    }
    assert!(unfinished > 100, "{unfinished}");
}
