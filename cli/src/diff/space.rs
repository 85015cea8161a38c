//! The facts of two policies as one space.
//!
//! A fact that both sides declare is one variable, and its values are cut
//! where either side cuts them; values that neither side tells apart are one
//! class. A fact that only one side uses is free on the other. Codes and
//! special codes are matched by name, since their positions may move; what only
//! one side's domain holds is no application of the other and is left out.

use precheck::{FactDef, FactId, FactKind, FactState, Op, Policy, ScenarioId, Test};

/// One side of the comparison.
#[derive(Clone, Copy)]
pub(super) struct Side<'p> {
    pub(super) policy: &'p Policy,
    pub(super) scenario: ScenarioId,
}

/// Values of one fact that neither policy tells apart.
#[derive(Debug, Clone)]
pub(super) struct Class {
    /// A value that stands for them, the lowest, as each side has it.
    pub(super) states: [FactState; 2],
    /// The last value of its stretch, as the first side that has the fact says.
    pub(super) last: Option<i64>,
    /// What it adds to the score of each side.
    pub(super) points: [i64; 2],
}

/// One fact, of either side or of both.
#[derive(Debug, Clone)]
pub(super) struct Variable<'p> {
    pub(super) name: &'p str,
    /// The fact on each side that has it.
    pub(super) ids: [Option<FactId>; 2],
    /// The declaration that values are spelled by.
    pub(super) def: &'p FactDef,
    pub(super) classes: Vec<Class>,
}

impl<'p> Side<'p> {
    fn uses(self, fact: FactId) -> bool {
        let scenario = self.policy.scenario(self.scenario);
        let cards = scenario.scorecard.iter();
        let mut binned = cards.flat_map(|card| &card.characteristics);
        let mut ops = scenario.rules.iter().flat_map(|rule| &rule.when);
        ops.any(|op| matches!(op, Op::Atom(of, _) if *of == fact))
            || binned.any(|one| one.fact == fact)
    }

    fn def(self, fact: FactId) -> Option<(FactId, &'p FactDef)> {
        self.policy.fact(fact).map(|def| (fact, def))
    }

    fn points(self, fact: FactId, state: FactState) -> i64 {
        let cards = self.policy.scenario(self.scenario).scorecard.iter();
        let own = cards
            .flat_map(|card| &card.characteristics)
            .filter(|one| one.fact == fact);
        own.filter_map(|one| one.points(state)).map(i64::from).sum()
    }

    /// The answers to every test of a fact: what the rules see of a value.
    fn answers(self, fact: FactId, state: FactState) -> Vec<bool> {
        let rules = self.policy.scenario(self.scenario).rules.iter();
        let tests = rules.flat_map(|rule| &rule.when).filter_map(|op| match op {
            Op::Atom(of, test) if *of == fact => Some(test),
            _ => None,
        });
        tests.map(|test| passes(test, state)).collect()
    }
}

/// Whether a known state passes a test.
fn passes(test: &Test, state: FactState) -> bool {
    match (test, state) {
        (Test::AtMost(bound), FactState::Known(value)) => value <= *bound,
        (Test::AtLeast(bound), FactState::Known(value)) => value >= *bound,
        (Test::OneOf(values), FactState::Known(value)) => values.contains(&value),
        (Test::Missing, state) => state == FactState::Missing,
        (Test::Special(code), FactState::Special(of)) => *code == of,
        _ => false,
    }
}

/// Whether a value of one declaration can be one of the other at all.
pub(super) fn match_up(old: &FactDef, new: &FactDef) -> bool {
    let shares = if old.kind == FactKind::Code {
        old.codes.iter().any(|code| new.codes.contains(code))
    } else {
        old.min.max(new.min) <= old.max.min(new.max)
    };
    old.kind == new.kind && shares
}

/// The variables of a scenario: every fact that a rule or a scorecard of
/// either side looks at.
pub(super) fn variables<'p>(sides: [Side<'p>; 2]) -> Vec<Variable<'p>> {
    let [old, new] = sides;
    let facts = |side: Side<'p>| {
        let count = u16::try_from(side.policy.model().facts.len()).unwrap_or(u16::MAX);
        (0..count).filter_map(move |fact| side.def(fact))
    };
    let twin = |side: Side<'p>, def: &FactDef| {
        facts(side).find(|(_, other)| other.name == def.name && match_up(def, other))
    };
    let mut found: Vec<[Option<(FactId, &'p FactDef)>; 2]> = Vec::new();
    for one in facts(old) {
        let other = twin(new, one.1);
        if old.uses(one.0) || other.is_some_and(|(fact, _)| new.uses(fact)) {
            found.push([Some(one), other]);
        }
    }
    for one in facts(new) {
        if new.uses(one.0) && twin(old, one.1).is_none() {
            found.push([None, Some(one)]);
        }
    }
    let variables = found.into_iter().filter_map(|pair| variable(sides, pair));
    variables.collect()
}

fn variable<'p>(
    sides: [Side<'p>; 2],
    pair: [Option<(FactId, &'p FactDef)>; 2],
) -> Option<Variable<'p>> {
    let ids = pair.map(|one| one.map(|(fact, _)| fact));
    let (_, def) = pair.into_iter().flatten().next()?;
    let mut seen = Vec::new();
    let mut classes = Vec::new();
    for (states, last) in states(sides, pair) {
        let see = |index: usize| {
            let side: Side<'p> = sides[index];
            ids[index].map(|fact| {
                let state = states[index];
                (side.answers(fact, state), side.points(fact, state))
            })
        };
        let signature = [see(0), see(1)];
        if seen.contains(&signature) {
            continue;
        }
        let points = [0, 1].map(|index: usize| match &signature[index] {
            Some((_, points)) => *points,
            None => 0,
        });
        seen.push(signature);
        classes.push(Class {
            states,
            last,
            points,
        });
    }
    Some(Variable {
        name: &def.name,
        ids,
        def,
        classes,
    })
}

/// One state out of every stretch, as both sides have it, and the stretch's end.
fn states(
    sides: [Side<'_>; 2],
    pair: [Option<(FactId, &FactDef)>; 2],
) -> Vec<([FactState; 2], Option<i64>)> {
    use FactState::{Known, Missing, Special, Unknown};
    let defs: Vec<&FactDef> = pair.iter().flatten().map(|(_, def)| *def).collect();
    let each = |place: fn(&FactDef, &str) -> Option<FactState>, name: &str| {
        let states = pair.map(|one| one.map_or(Some(Unknown), |(_, def)| place(def, name)));
        Some([states[0]?, states[1]?])
    };
    let mut all = Vec::new();
    let Some(first) = defs.first() else {
        return all;
    };
    if first.kind == FactKind::Code {
        let place = |def: &FactDef, name: &str| {
            let at = def.codes.iter().position(|code| code == name)?;
            i64::try_from(at).ok().map(Known)
        };
        let codes = first.codes.iter();
        all.extend(codes.filter_map(|name| Some((each(place, name)?, None))));
    } else {
        let low = defs.iter().map(|def| def.min).max().unwrap_or_default();
        let high = defs.iter().map(|def| def.max).min().unwrap_or_default();
        let mut starts = vec![low];
        for (side, one) in sides.iter().zip(pair) {
            let cuts = one.map_or_else(Vec::new, |(fact, _)| side.policy.cuts(side.scenario, fact));
            starts.extend(cuts);
        }
        starts.retain(|start| (low..=high).contains(start));
        starts.sort_unstable();
        starts.dedup();
        for (index, start) in starts.iter().enumerate() {
            let last = starts.get(index + 1).map_or(high, |next| next - 1);
            let states = pair.map(|one| one.map_or(Unknown, |_| Known(*start)));
            all.push((states, Some(last)));
        }
    }
    if defs.iter().all(|def| def.may_be_missing) {
        all.push((pair.map(|one| one.map_or(Unknown, |_| Missing)), None));
    }
    let place = |def: &FactDef, name: &str| {
        let at = def.specials.iter().position(|code| code == name)?;
        u8::try_from(at).ok().map(Special)
    };
    let specials = first.specials.iter();
    all.extend(specials.filter_map(|name| Some((each(place, name)?, None))));
    all
}

/// Whether two rules have the same condition: the same steps about the same
/// facts, whose values mean the same on both sides.
pub(super) fn same_condition(
    variables: &[Variable<'_>],
    sides: [Side<'_>; 2],
    ops: [&[Op]; 2],
) -> bool {
    let same_fact = |old: FactId, new: FactId| {
        let paired = variables
            .iter()
            .any(|one| one.ids == [Some(old), Some(new)]);
        let defs = sides[0].policy.fact(old).zip(sides[1].policy.fact(new));
        paired
            && defs.is_some_and(|(old, new)| old.codes == new.codes && old.specials == new.specials)
    };
    let [old, new] = ops;
    old.len() == new.len()
        && old.iter().zip(new).all(|pair| match pair {
            (Op::Atom(old, one), Op::Atom(new, other)) => one == other && same_fact(*old, *new),
            (old, new) => old == new,
        })
}

/// The facts that a condition looks at, as positions of variables.
pub(super) fn mentions(variables: &[Variable<'_>], side: usize, ops: &[Op]) -> Vec<usize> {
    let found = variables.iter().enumerate().filter(|(_, variable)| {
        let id = variable.ids[side];
        ops.iter()
            .any(|op| matches!(op, Op::Atom(fact, _) if Some(*fact) == id))
    });
    found.map(|(index, _)| index).collect()
}
