//! What the loader works out once per scenario, so that evaluation need not.

use super::limit::position;
use super::truth::{Truth, atom};
use crate::facts::FactState;
use crate::policy::{
    Audience, Axis, Bin, Characteristic, Derived, FactDef, FactId, Formula, Op, Rule, Scenario,
    Test,
};

/// Values of one fact that no rule and no characteristic tells apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Class {
    /// A value that stands for all of them.
    pub(crate) state: FactState,
    /// What the value adds to the score, over all characteristics.
    pub(crate) points: i64,
    /// The last value of the stretch that begins with `state`.
    pub(crate) last: i64,
}

/// One fact of a scenario.
#[derive(Debug, Clone)]
pub(crate) struct FactPlan {
    pub(crate) fact: FactId,
    /// Whether only the server has it.
    pub(crate) is_server: bool,
    /// How it is computed, if from two others.
    pub(crate) formula: Option<Formula>,
    /// Whether another computed fact of the plan reads one of its inputs.
    pub(crate) shares_input: bool,
    /// The values that make a difference, rising in points.
    pub(crate) classes: Vec<Class>,
    /// The least and the most that the fact adds to the score.
    pub(crate) points: (i64, i64),
}

/// One scenario, ready for evaluation.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) facts: Vec<FactPlan>,
    /// The same with classes that the table of limits tells apart as well, its
    /// own facts first; empty where there is no table.
    pub(crate) limit: Vec<FactPlan>,
    /// Per rule: whether it looks at something that only the server knows.
    pub(crate) is_check: Vec<bool>,
}

impl Plan {
    pub(crate) fn new(scenario: &Scenario, defs: &[FactDef], derived: &[Derived]) -> Plan {
        let characteristics: &[Characteristic] = scenario
            .scorecard
            .as_ref()
            .map_or(&[], |card| &card.characteristics);
        let mut used: Vec<FactId> = Vec::new();
        for op in scenario.rules.iter().flat_map(|rule| &rule.when) {
            if let Op::Atom(fact, _) = op {
                used.push(*fact);
            }
        }
        used.extend(
            characteristics
                .iter()
                .map(|characteristic| characteristic.fact),
        );
        used.sort_unstable();
        used.dedup();
        // What is computed from two facts comes after both.
        let of = |fact: FactId| derived.iter().find(|one| one.fact == fact);
        let is_pair = |fact: &FactId| of(*fact).is_some_and(|one| one.formula.inputs().1.is_some());
        let (pairs, mut used): (Vec<FactId>, Vec<FactId>) = used.into_iter().partition(is_pair);
        used.extend(pairs);
        let axes = scenario.limit.iter().flat_map(|table| &table.axes);
        let in_plan: Vec<FactId> = axes.map(|axis| axis.fact).chain(used.clone()).collect();
        let reads = |one: &Derived, input: FactId| {
            let (first, second) = one.formula.inputs();
            in_plan.contains(&one.fact) && (first == Some(input) || second == Some(input))
        };
        let plan = |fact: FactId, axis: Option<&Axis>| {
            let def = defs.get(usize::from(fact))?;
            let tests = tests_of(&scenario.rules, fact);
            let own: Vec<&Characteristic> = characteristics
                .iter()
                .filter(|one| one.fact == fact)
                .collect();
            let is_input = derived.iter().any(|one| reads(one, fact));
            let mut plan =
                FactPlan::new(fact, def, &tests, &own, axis, is_input || is_pair(&fact))?;
            plan.formula = of(fact)
                .map(|one| one.formula)
                .filter(|one| one.inputs().1.is_some());
            plan.shares_input = derived.iter().filter(|one| one.fact != fact).any(|other| {
                let inputs = plan.formula.map(Formula::inputs);
                inputs.is_some_and(|(first, second)| {
                    let mut both = [first, second].into_iter().flatten();
                    both.any(|input| reads(other, input))
                })
            });
            Some(plan)
        };
        let facts: Vec<FactPlan> = used.iter().filter_map(|fact| plan(*fact, None)).collect();
        let mut limit = Vec::new();
        if let Some(table) = &scenario.limit {
            for axis in &table.axes {
                limit.extend(plan(axis.fact, Some(axis)));
                used.retain(|fact| *fact != axis.fact);
            }
            let others = facts.iter().filter(|one| used.contains(&one.fact));
            limit.extend(others.cloned());
            let (pairs, mut first): (Vec<FactPlan>, Vec<FactPlan>) =
                limit.into_iter().partition(|one| one.formula.is_some());
            first.extend(pairs);
            limit = first;
        }
        let is_check = scenario
            .rules
            .iter()
            .map(|rule| is_check(rule, defs))
            .collect();
        Plan {
            facts,
            limit,
            is_check,
        }
    }
}

fn tests_of(rules: &[Rule], fact: FactId) -> Vec<&Test> {
    let ops = rules.iter().flat_map(|rule| &rule.when);
    ops.filter_map(|op| match op {
        Op::Atom(of, test) if *of == fact => Some(test),
        _ => None,
    })
    .collect()
}

fn is_check(rule: &Rule, defs: &[FactDef]) -> bool {
    rule.when.iter().any(|op| match op {
        Op::Opaque => true,
        Op::Atom(fact, _) => defs
            .get(usize::from(*fact))
            .is_some_and(|def| def.audience == Audience::Server),
        _ => false,
    })
}

impl FactPlan {
    fn new(
        fact: FactId,
        def: &FactDef,
        tests: &[&Test],
        characteristics: &[&Characteristic],
        axis: Option<&Axis>,
        is_in_stretches: bool,
    ) -> Option<FactPlan> {
        let mut seen: Vec<(Vec<Truth>, i64, Option<usize>)> = Vec::new();
        let mut classes: Vec<Class> = Vec::new();
        let states = candidates(def, tests, characteristics, axis);
        for (index, state) in states.iter().copied().enumerate() {
            let truths: Vec<Truth> = tests.iter().map(|test| atom(def, state, test)).collect();
            let points = characteristics
                .iter()
                .map(|one| i64::from(points(one, state)))
                .sum();
            let place = axis.and_then(|axis| position(axis, def, state));
            let signature = (truths, points, place);
            // A formula asks where values lie, so that stretches stay apart.
            if is_in_stretches || !seen.contains(&signature) {
                seen.push(signature);
                let at = classes.partition_point(|class| class.points <= points);
                let last = match states.get(index + 1) {
                    Some(FactState::Known(next)) => next - 1,
                    _ => def.max,
                };
                let class = Class {
                    state,
                    points,
                    last,
                };
                classes.insert(at, class);
            }
        }
        let least = classes.iter().map(|class| class.points).min()?;
        let most = classes.iter().map(|class| class.points).max()?;
        let is_server = def.audience == Audience::Server;
        Some(FactPlan {
            fact,
            is_server,
            formula: None,
            shares_input: false,
            classes,
            points: (least, most),
        })
    }
}

/// One state out of every stretch of values between two cuts, lowest first.
fn candidates(
    def: &FactDef,
    tests: &[&Test],
    characteristics: &[&Characteristic],
    axis: Option<&Axis>,
) -> Vec<FactState> {
    let bins = characteristics.iter().flat_map(|one| &one.bins);
    let mut starts = cuts(def, tests.iter().copied(), bins);
    for upto in axis.iter().flat_map(|axis| &axis.upto) {
        starts.push(upto.saturating_add(1));
    }
    starts.retain(|start| (def.min..=def.max).contains(start));
    starts.sort_unstable();
    starts.dedup();
    let mut states: Vec<FactState> = starts.into_iter().map(FactState::Known).collect();
    if def.may_be_missing {
        states.push(FactState::Missing);
    }
    states.extend((0u8..).take(def.specials.len()).map(FactState::Special));
    states
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
    starts.retain(|start| (def.min..=def.max).contains(start));
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// The first value of every stretch of a fact's values that neither the rules
/// nor the scorecard of a scenario tell apart, rising.
pub(crate) fn cuts_of(scenario: &Scenario, fact: FactId, def: &FactDef) -> Vec<i64> {
    let cards = scenario.scorecard.iter();
    let own = cards
        .flat_map(|card| &card.characteristics)
        .filter(|one| one.fact == fact);
    let tests = tests_of(&scenario.rules, fact).into_iter();
    cuts(def, tests, own.flat_map(|one| &one.bins))
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
        FactState::Unknown => None,
    };
    // The loader has checked that the bins cover the domain.
    found.unwrap_or(0)
}
