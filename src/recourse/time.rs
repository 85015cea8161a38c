//! What becomes of the facts when nobody does anything.

use crate::evaluate::Board;
use crate::facts::Facts;
use crate::policy::{Audience, Disclosure, FactId, Model, Op, Pace, Policy, ReasonId};
use crate::units::Date;

/// Days looked ahead when nobody says how many.
pub const HORIZON: u32 = 1_096;

/// Whether the first day on which a fact helps would tell something that is not
/// told: it counts for a reason that is confidential.
fn is_confidential(model: &Model, fact: FactId) -> bool {
    let def = model.facts.get(usize::from(fact));
    if def.is_none_or(|def| def.audience == Audience::Public) {
        return false;
    }
    let is_neutral = |reason: ReasonId| {
        let own = model.reasons.get(usize::from(reason));
        own.is_none_or(|own| own.disclosure == Disclosure::Neutral)
    };
    let reads = |when: &[Op]| {
        when.iter()
            .any(|op| matches!(op, Op::Atom(own, _) if *own == fact))
    };
    model.scenarios.iter().any(|scenario| {
        let mut rules = scenario.rules.iter();
        let cards = scenario.scorecard.iter();
        rules.any(|rule| is_neutral(rule.reason) && reads(&rule.when))
            || cards
                .flat_map(|card| &card.characteristics)
                .any(|one| one.fact == fact && is_neutral(one.reason))
    })
}

/// The facts some days later. Facts that are computed follow, from the dates and
/// from the facts that they read.
pub(super) fn later(policy: &Policy, facts: &Facts, days: i64) -> Option<Facts> {
    let day = i64::from(facts.as_of().days()) + days;
    let day = i32::try_from(day).ok().and_then(Date::from_days)?;
    let mut after = facts.on(day);
    let model = policy.model();
    for one in &model.evolutions {
        let def = policy.fact(one.fact);
        if let Some(def) = def.filter(|_| !is_confidential(model, one.fact)) {
            after.set(one.fact, one.after(facts.get(one.fact), days, def));
        }
    }
    for one in &model.derived {
        if let Some(def) = policy.fact(one.fact) {
            let state = one.state(&after, def);
            // Nobody grows older than the policy thinks.
            after.set(
                one.fact,
                if def.allows(state) {
                    state
                } else {
                    facts.get(one.fact)
                },
            );
        }
    }
    Some(after)
}

/// The days, counted from now, on which something of a scenario begins to be
/// otherwise, rising and up to the horizon.
pub(super) fn turns(policy: &Policy, board: &Board<'_>, facts: &Facts, horizon: u32) -> Vec<i64> {
    let model = policy.model();
    let mut last = i64::from(horizon);
    if let Some(until) = model.valid_until {
        last = last.min(i64::from(until.days()) - i64::from(facts.as_of().days()));
    }
    let mut stops = vec![0, last.max(0)];
    for one in &model.evolutions {
        if let Pace::RunsOut { days, .. } = one.pace {
            let day = i64::from(days);
            stops.extend(
                [1, day - 1, day]
                    .into_iter()
                    .filter(|day| (0..last).contains(day)),
            );
        }
    }
    crate::order::sort(&mut stops);
    stops.dedup();
    let moving: Vec<usize> = (0..board.plan.facts.len())
        .filter(|place| {
            let fact = board.plan.facts[*place].fact;
            let evolves = model.evolutions.iter().any(|one| one.fact == fact);
            evolves || model.derived.iter().any(|one| one.fact == fact)
        })
        .collect();
    // What is computed together with something unknown: every value counts.
    let loose: Vec<FactId> = (model.evolutions.iter().map(|one| one.fact))
        .filter(|fact| {
            model.derived.iter().any(|one| {
                let (first, second) = one.formula.inputs();
                let inputs = || [first, second].into_iter().flatten();
                inputs().any(|input| input == *fact)
                    && inputs().any(|input| !facts.get(input).is_settled())
            })
        })
        .collect();
    if moving.is_empty() && loose.is_empty() {
        return Vec::new();
    }
    let look = |day: i64| -> Vec<u32> {
        let after = later(policy, facts, day);
        let state = |place: &usize| {
            let fact = board.plan.facts[*place].fact;
            after
                .as_ref()
                .map_or(u32::MAX, |after| board.stretches(*place, after.get(fact)))
        };
        let value = |fact: &FactId| {
            let span = after.as_ref().and_then(|after| after.get(*fact).span());
            span.map_or(0, |(low, high)| low.wrapping_add(high) as u32)
        };
        moving
            .iter()
            .map(state)
            .chain(loose.iter().map(value))
            .collect()
    };
    let mut found = Vec::new();
    for two in stops.windows(2) {
        between(
            &look,
            (two[0], look(two[0])),
            (two[1], look(two[1])),
            &mut found,
        );
    }
    crate::order::sort(&mut found);
    found.dedup();
    found
}

type Seen = (i64, Vec<u32>);

/// Every fact rises or falls steadily with time between two stops.
fn between(look: &dyn Fn(i64) -> Vec<u32>, near: Seen, far: Seen, found: &mut Vec<i64>) {
    if near.1 == far.1 || near.0 >= far.0 {
        return;
    }
    if near.0 + 1 == far.0 {
        found.push(far.0);
        return;
    }
    let middle = near.0 + (far.0 - near.0) / 2;
    let seen = look(middle);
    between(look, near, (middle, seen.clone()), found);
    between(look, (middle, seen), far, found);
}
