//! The values of one fact: stretches that nothing cuts, and classes of them
//! that do the same.

use super::clause::States;
use super::compile::conditions;
use super::plan::{Class, FactPlan};
use super::tally::Tally;
use crate::facts::FactState;
use crate::policy::{Audience, Bin, Characteristic, Derived, FactDef, FactId, Op, Scenario, Test};

pub(super) fn tests<'a>(scenario: &'a Scenario, bars: &[&'a [Op]], fact: FactId) -> Vec<&'a Test> {
    let ops = conditions(scenario).chain(bars.iter().copied()).flatten();
    ops.filter_map(|op| match op {
        Op::Atom(of, test) if *of == fact => Some(test),
        _ => None,
    })
    .collect()
}

/// The first value of every stretch that nothing in a scenario cuts, rising.
pub(super) fn starts(
    scenario: &Scenario,
    fact: FactId,
    def: &FactDef,
    tests: Vec<&Test>,
) -> Vec<i64> {
    let bins = characteristics(scenario, fact).flat_map(|one| &one.bins);
    let mut starts = cuts(def, tests.into_iter(), bins);
    let axes = scenario.limit.iter().flat_map(|table| &table.axes);
    for axis in axes.filter(|axis| axis.fact == fact) {
        starts.extend(axis.upto.iter().map(|upto| upto.saturating_add(1)));
    }
    tidy(def, starts)
}

pub(super) fn tidy(def: &FactDef, mut starts: Vec<i64>) -> Vec<i64> {
    starts.retain(|start| (def.min..=def.max).contains(start));
    crate::order::sort(&mut starts);
    starts.dedup();
    starts
}

pub(super) fn characteristics(
    scenario: &Scenario,
    fact: FactId,
) -> impl Iterator<Item = &Characteristic> {
    let cards = scenario.scorecard.iter();
    cards
        .flat_map(|card| &card.characteristics)
        .filter(move |one| one.fact == fact)
}

pub(super) fn states(def: &FactDef, starts: Vec<i64>) -> Vec<FactState> {
    let mut states: Vec<FactState> = starts.into_iter().map(FactState::Known).collect();
    if def.may_be_missing {
        states.push(FactState::Missing);
    }
    states.extend((0u8..).take(def.specials.len()).map(FactState::Special));
    states
}

impl FactPlan {
    pub(super) fn new(
        scenario: &Scenario,
        states: &States<'_>,
        first_literal: usize,
        folded: &[i64],
        derived: &[Derived],
        in_plan: &[FactId],
    ) -> FactPlan {
        let States { fact, def, .. } = *states;
        let first_word = first_literal / 64;
        let shift = first_literal % 64;
        let count = states.literals.len();
        let words = if count == 0 {
            0
        } else {
            (shift + count).div_ceil(64)
        };
        // Which literals hold, per state, side by side.
        let mut bits = vec![0u64; words * states.all.len()];
        let mut mask = vec![0u64; words];
        for (literal, set) in (shift..).zip(&states.literals) {
            let (word, bit) = (literal / 64, 1u64 << (literal % 64));
            mask[word] |= bit;
            for index in 0..states.all.len() {
                if set[index / 64] >> (index % 64) & 1 == 1 {
                    bits[index * words + word] |= bit;
                }
            }
        }
        let row = |index: usize| &bits[index * words..(index + 1) * words];
        let axis = scenario.limit.iter().flat_map(|table| &table.axes);
        let axis = axis.into_iter().find(|axis| axis.fact == fact);
        // A formula asks where values lie, so that stretches stay apart.
        let in_stretches = derived.iter().any(|one| {
            let (first, second) = one.formula.inputs();
            let reads = first == Some(fact) || second == Some(fact);
            one.fact == fact || reads && in_plan.contains(&one.fact)
        });
        let own: Vec<&Characteristic> = characteristics(scenario, fact).collect();
        let states_of = states.all.iter().enumerate().zip(folded);
        let signatures: Vec<(i64, Option<usize>, usize)> = states_of
            .map(|((index, state), folded)| {
                let own = own.iter().map(|one| i64::from(points(one, *state)));
                let place = axis.and_then(|axis| axis.place(def, *state));
                let apart = if in_stretches { index } else { 0 };
                (own.sum::<i64>() + folded, place, apart)
            })
            .collect();
        // One state of each class, rising in points.
        let mut first: Vec<usize> = Vec::with_capacity(states.all.len());
        let find = |first: &[usize], index: usize| {
            let signature = |of: usize| (&signatures[of], row(of));
            first.binary_search_by(|one| signature(*one).cmp(&signature(index)))
        };
        for index in 0..states.all.len() {
            if let Err(at) = find(&first, index) {
                first.insert(at, index);
            }
        }
        let class_of = (0..states.all.len()).map(|index| find(&first, index).unwrap_or(0) as u16);
        let class_of = class_of.collect();
        let mut rows = Vec::with_capacity(first.len() * words);
        for one in &first {
            rows.extend_from_slice(row(*one));
        }
        let class = |index: &usize| Class {
            state: states.all[*index],
            points: signatures[*index].0,
            last: match states.all.get(*index + 1) {
                Some(FactState::Known(next)) => next - 1,
                _ => def.max,
            },
        };
        let classes: Vec<Class> = first.iter().map(class).collect();
        let mut plan = FactPlan {
            fact,
            is_server: def.audience == Audience::Server,
            computed: None,
            in_bar: false,
            is_tied: false,
            decides: count > 0
                || classes.first().map(|one| one.points) != classes.last().map(|one| one.points),
            starts: states.starts(),
            class_of,
            points: (
                classes.first().map_or(0, |class| class.points),
                classes.last().map_or(0, |class| class.points),
            ),
            first_word,
            words,
            must: mask.clone(),
            can: vec![0; words],
            mask,
            has_best: false,
            has_worst: false,
            clean: Vec::with_capacity(first.len()),
            blank: Tally::default(),
            classes,
            rows,
        };
        for class in 0..plan.classes.len() {
            for word in 0..words {
                let bits = plan.rows[class * words + word];
                plan.can[word] |= bits;
                plan.must[word] &= bits;
            }
        }
        let is = |class: usize, ideal: &[u64], points: i64| {
            plan.classes[class].points == points
                && plan.rows[class * words..(class + 1) * words] == *ideal
        };
        for class in 0..plan.classes.len() {
            if plan.rows[class * words..(class + 1) * words] == plan.must {
                plan.clean.push(plan.classes[class].points);
            }
        }
        plan.clean.dedup();
        let all = 0..plan.classes.len();
        plan.has_best = all
            .clone()
            .any(|class| is(class, &plan.must, plan.points.1));
        plan.has_worst = all
            .into_iter()
            .any(|class| is(class, &plan.can, plan.points.0));
        plan
    }
}

/// The first value of every stretch that no test and no bin cuts, rising.
fn cuts<'t>(
    def: &FactDef,
    tests: impl Iterator<Item = &'t Test>,
    bins: impl Iterator<Item = &'t Bin>,
) -> Vec<i64> {
    let mut starts = vec![def.min];
    for test in tests {
        match test {
            Test::AtMost(bound) => starts.push(bound.saturating_add(1)),
            Test::AtLeast(bound) => starts.push(*bound),
            Test::OneOf(values) => {
                for value in values {
                    starts.extend([*value, value.saturating_add(1)]);
                }
            }
            Test::Missing | Test::Special(_) => {}
        }
    }
    for bin in bins {
        starts.push(bin.upto.saturating_add(1));
    }
    tidy(def, starts)
}

/// The first value of every stretch of a fact's values that neither the rules
/// nor the scorecard of a scenario tell apart, rising.
pub(crate) fn cuts_of(scenario: &Scenario, fact: FactId, def: &FactDef) -> Vec<i64> {
    let tests = tests(scenario, &[], fact).into_iter();
    let bins = characteristics(scenario, fact).flat_map(|one| &one.bins);
    cuts(def, tests, bins)
}

/// The points of a characteristic for a state that is not unknown.
pub(crate) fn points(characteristic: &Characteristic, state: FactState) -> i32 {
    let found = match state {
        FactState::Known(value) => {
            let bins = &characteristic.bins;
            bins.get(bins.partition_point(|bin| bin.upto < value))
                .map(|bin| bin.points)
        }
        FactState::Missing => characteristic.missing,
        FactState::Special(code) => characteristic.specials.get(usize::from(code)).copied(),
        _ => None,
    };
    // The loader has checked that the bins cover the domain.
    found.unwrap_or(0)
}
