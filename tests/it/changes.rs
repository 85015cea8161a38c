//! What changed between two policies, against trying every application.

use std::collections::{BTreeMap, BTreeSet};

use precheck::units::Locale;
use precheck::{
    Application, Band, Decision, FactInput, Model, Op, Policy, Rule, Scenario, Test, assess,
};
use precheck_cli::diff::{Comparison, Example, NODE_BUDGET, Stated, compare};
use serde_json::Value;

use crate::random::{Random, model, with_facts, without_opaque_rules};
use crate::reference::{answers, completions};

/// The most applications that the reference tries.
const MOST: usize = 3_000;

/// What an author may do to a policy between two versions.
fn edit(random: &mut Random, model: &mut Model) {
    let shift = random.range(-2, 2);
    let scenario = &mut model.scenarios[0];
    let Scenario {
        rules, scorecard, ..
    } = scenario;
    match random.below(9) {
        0 => rules.reverse(),
        1 => drop(rules.pop()),
        2 if !rules.is_empty() => {
            let again = Rule {
                id: format!("{}-again", rules[0].id),
                effect: Decision::Refer,
                ..rules[0].clone()
            };
            rules.push(again);
        }
        3 => {
            if let Some(rule) = rules.first_mut() {
                rule.effect = random.pick(&[Decision::Refer, Decision::RetryLater]);
            }
        }
        4 => {
            if let Some(rule) = rules.last_mut() {
                rule.reason = (rule.reason + 1) % 6;
            }
        }
        5 => {
            for band in scorecard.iter_mut().flat_map(|card| &mut card.bands[1..]) {
                let Band { from, .. } = band;
                *from += shift;
            }
        }
        6 => {
            let cards = scorecard.iter_mut();
            if let Some(one) = cards.flat_map(|card| &mut card.characteristics).next() {
                one.bins[0].points += 3;
                one.baseline += 1;
            }
        }
        7 => *scorecard = None,
        _ => {
            let ops = rules.iter_mut().flat_map(|rule| &mut rule.when);
            for op in ops.take(2) {
                if let Op::Atom(_, Test::AtLeast(bound) | Test::AtMost(bound)) = op {
                    *bound += shift;
                }
            }
        }
    }
}

/// Takes a fact that nothing looks at, or that one side alone will have, away.
fn without_last_fact(model: &mut Model) {
    let last = u16::try_from(model.facts.len() - 1).expect("few facts");
    let is_used = |scenario: &Scenario| {
        let mut ops = scenario.rules.iter().flat_map(|rule| &rule.when);
        let cards = scenario.scorecard.iter();
        let mut binned = cards.flat_map(|card| &card.characteristics);
        ops.any(|op| matches!(op, Op::Atom(fact, _) if *fact == last))
            || binned.any(|one| one.fact == last)
    };
    let scenario = &mut model.scenarios[0];
    scenario.rules.retain(|rule| {
        let mut ops = rule.when.iter();
        !ops.any(|op| matches!(op, Op::Atom(fact, _) if *fact == last))
    });
    if let Some(card) = &mut scenario.scorecard {
        card.characteristics.retain(|one| one.fact != last);
    }
    assert!(!is_used(scenario));
    scenario.facts.retain(|fact| *fact != last);
    model.facts.pop();
    for texts in &mut model.texts {
        texts.facts.pop();
    }
}

/// Lets the first fact have a value more, which is no application of the other side.
fn widen(model: &mut Model) {
    model.facts[0].max += 1;
    let max = model.facts[0].max;
    let cards = model.scenarios[0].scorecard.iter_mut();
    let binned = cards.flat_map(|card| &mut card.characteristics);
    for one in binned.filter(|one| one.fact == 0) {
        one.bins.last_mut().expect("bins cover the domain").upto = max;
    }
}

/// The part of an application that a policy has facts for.
fn own(model: &Model, full: &Application) -> Application {
    let facts = full.facts.0.iter();
    let known = |name: &String| model.facts.iter().any(|def| def.name == *name);
    with_facts(facts.filter(|(name, _)| known(name)).cloned().collect())
}

fn decision(model: &Model, full: &Application) -> Decision {
    let found = answers(model, &own(model, full));
    assert_eq!(found.len(), 1, "a whole policy leaves nothing open");
    found[0].decision
}

fn reasons(policy: &Policy, full: &Application) -> Vec<String> {
    let document = assess(policy, &own(policy.model(), full), Locale::ZhCn).expect("valid");
    let reasons = document.outcome.reasons.iter();
    reasons.map(|one| one.code.to_owned()).collect()
}

fn input(value: &Value) -> FactInput {
    serde_json::from_value(value.clone()).expect("a fact")
}

/// How many facts differ from the neutral application, at the least.
fn distance(neutral: &[Stated], full: &Application) -> usize {
    let differing = neutral.iter().filter(|one| {
        let found = full.facts.0.iter().find(|(name, _)| *name == one.fact);
        found.map(|(_, value)| value) != Some(&input(&one.json))
    });
    differing.count()
}

struct Pair {
    models: [Model; 2],
    policies: [Policy; 2],
    /// Every application of both.
    all: Vec<Application>,
}

/// Two policies of which one is an edit of the other.
fn pair(seed: u64) -> Option<Pair> {
    let mut random = Random(seed);
    let mut old = model(&mut random);
    without_opaque_rules(&mut old);
    // Characteristics by cases are not compared.
    let cards = old
        .scenarios
        .iter_mut()
        .filter_map(|one| one.scorecard.as_mut());
    cards.for_each(|card| card.conditional.clear());
    let mut new = old.clone();
    for _ in 0..random.range(0, 3) {
        edit(&mut random, &mut new);
    }
    if random.one_in(4) {
        widen(&mut new);
    }
    let whole = old.clone();
    if random.one_in(4) && old.facts.len() > 1 {
        without_last_fact(if random.one_in(2) { &mut old } else { &mut new });
    }
    let sizes = whole.facts.iter().map(|def| {
        let numbers = usize::try_from(def.max - def.min + 1).expect("small");
        numbers + def.specials.len() + usize::from(def.may_be_missing)
    });
    if sizes.product::<usize>() > MOST {
        return None;
    }
    let load = |model: &Model| Policy::from_model(model.clone()).ok();
    let policies = [load(&old)?, load(&new)?];
    let all = completions(&whole, &with_facts(Vec::new()));
    let models = [old, new];
    Some(Pair {
        models,
        policies,
        all,
    })
}

fn application(example: &Example) -> Application {
    let facts = example.facts.iter();
    with_facts(
        facts
            .map(|one| (one.fact.clone(), input(&one.json)))
            .collect(),
    )
}

/// Facts that no rule looks at are not in an example: any value will do.
fn filled(example: &Example, like: &Application) -> Application {
    let mut facts = like.facts.0.clone();
    for (name, value) in application(example).facts.0 {
        let slot = facts.iter_mut().find(|(one, _)| *one == name);
        slot.expect("an example has facts of the policies").1 = value;
    }
    with_facts(facts)
}

fn compared(pair: &Pair, budget: u32) -> Comparison {
    let [old, new] = &pair.policies;
    compare(old, new, budget).expect("whole policies")
}

/// No changed decision is missed and none is invented; every example is one,
/// and none differs from the neutral application in fewer facts.
#[test]
fn changed_decisions_are_those_of_the_reference() {
    let mut changes = 0;
    let mut tried = 0;
    for seed in 0..1_500 {
        let Some(pair) = pair(seed) else { continue };
        tried += 1;
        let [old, new] = &pair.models;
        let found = compared(&pair, NODE_BUDGET);
        let scenario = &found.scenarios[0];
        let mut nearest: BTreeMap<(Decision, Decision), usize> = BTreeMap::new();
        for full in &pair.all {
            let key = (decision(old, full), decision(new, full));
            if key.0 != key.1 {
                let distance = distance(&scenario.neutral, full);
                let least = nearest.entry(key).or_insert(distance);
                *least = distance.min(*least);
            }
        }
        assert!(scenario.is_exact, "seed {seed}");
        let pairs = scenario.decisions.iter().map(|one| {
            let example = filled(&one.example, &pair.all[0]);
            let given = (decision(old, &example), decision(new, &example));
            assert_eq!(given, (one.old, one.new), "seed {seed}: the example");
            assert!(one.example.is_smallest);
            (given, one.example.differs.len())
        });
        assert_eq!(pairs.collect::<BTreeMap<_, _>>(), nearest, "seed {seed}");
        assert_eq!(found.is_same(), nearest.is_empty(), "seed {seed}");
        changes += nearest.len();
    }
    assert!(
        tried > 500 && changes > 200,
        "{tried} policies, {changes} changes"
    );
}

/// The same for the reasons of decisions that stay.
#[test]
fn changed_reasons_are_those_of_the_reference() {
    let mut changes = 0;
    for seed in 5_000..5_400 {
        let Some(pair) = pair(seed) else { continue };
        let [old, new] = &pair.policies;
        let mut wanted = BTreeSet::new();
        for full in &pair.all {
            let stays = decision(&pair.models[0], full);
            if !wanted.contains(&stays)
                && stays == decision(&pair.models[1], full)
                && reasons(old, full) != reasons(new, full)
            {
                wanted.insert(stays);
            }
        }
        let found = compared(&pair, NODE_BUDGET);
        let scenario = &found.scenarios[0];
        assert!(scenario.is_reasons_exact);
        let given = scenario.reasons.iter().map(|one| {
            let example = filled(&one.example, &pair.all[0]);
            assert_eq!(reasons(old, &example), one.old, "seed {seed}");
            assert_eq!(reasons(new, &example), one.new, "seed {seed}");
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
        let whole = &whole.scenarios[0].decisions;
        for budget in [0, 1, 2, 5, 20] {
            let found = compared(&pair, budget);
            let scenario = &found.scenarios[0];
            for one in &scenario.decisions {
                let is_real = |other: &&_| pairs(one) == pairs(other);
                assert!(whole.iter().any(|other| is_real(&other)), "seed {seed}");
            }
            if scenario.is_exact {
                assert_eq!(scenario.decisions.len(), whole.len(), "seed {seed}");
            } else {
                assert!(!found.is_same(), "seed {seed}: nothing is proved");
                unfinished += 1;
            }
        }
    }
    assert!(unfinished > 100, "{unfinished}");
}

fn pairs(change: &precheck_cli::diff::DecisionChange) -> (Decision, Decision) {
    (change.old, change.new)
}
