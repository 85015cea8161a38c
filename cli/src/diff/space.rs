//! The facts of two policies as one space.
//!
//! A fact that both sides declare is one variable, and its values are cut
//! where either side cuts them; values that neither side tells apart are one
//! class. A fact that only one side uses is free on the other. Codes and
//! special codes are matched by name, since their positions may move; what only
//! one side's domain holds is no application of the other and is left out.
//!
//! What a side computes is a variable too, but no application states it: it
//! follows from others ([`Computed`]). A fact that both compute in the same way
//! is one variable; so is one that a side computes and the other declares, which
//! then has the computed value. The day is a variable of its own.

use std::sync::LazyLock;

use precheck::{
    Actionable, Audience, Axis, FactDef, FactId, FactKind, FactState, Formula, Op, Policy,
    Scenario, ScenarioId, Source, Test,
};

use super::gather::Wanted;
use crate::lint::formula::{cuts, passes};

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
    /// The first and the last value of its stretch.
    pub(super) span: Option<(i64, i64)>,
    /// What it adds to the score of each side.
    pub(super) points: [i64; 2],
}

/// How a variable follows from others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Computed {
    /// The side that says how, the old one if both do.
    pub(super) side: usize,
    pub(super) formula: Formula,
    /// The variables that it reads: of one date, the date and the day.
    pub(super) inputs: [usize; 2],
    /// Values beyond the first of these count as it, and beyond the second;
    /// what comes from one date is refused instead.
    pub(super) ends: (i64, i64),
    /// Whether some inputs give a value that is refused or left out.
    pub(super) is_binding: bool,
    /// Whether it may be stated where its date is not known.
    pub(super) is_free: bool,
}

/// One fact, of either side or of both, or the day.
#[derive(Debug, Clone)]
pub(super) struct Variable<'p> {
    pub(super) name: &'p str,
    /// The fact on each side that has it.
    pub(super) ids: [Option<FactId>; 2],
    /// The declaration that values are spelled by.
    pub(super) def: &'p FactDef,
    pub(super) classes: Vec<Class>,
    pub(super) computed: Option<Computed>,
    /// Whether something that is computed reads it: its stretches stay apart.
    pub(super) is_input: bool,
    /// Whether a share is taken of it.
    pub(super) is_divisor: bool,
    /// Whether the latest value is the plainest: an age is low where its date is late.
    pub(super) is_latest: bool,
    /// Whether it is the day and no fact.
    pub(super) is_day: bool,
}

/// How the day is spelled.
pub(super) static DAY: LazyLock<FactDef> = LazyLock::new(|| FactDef {
    name: "as_of".into(),
    kind: FactKind::Date,
    min: 0,
    max: 0,
    digits: 0,
    codes: Vec::new(),
    specials: Vec::new(),
    may_be_missing: false,
    source: Source::Market,
    audience: Audience::Public,
    actionable: Actionable::No,
    personal: false,
});

impl<'p> Side<'p> {
    pub(super) fn data(self) -> &'p Scenario {
        self.policy.scenario(self.scenario)
    }

    /// Whether a rule, the scorecard or the table of limits looks at a fact.
    pub(super) fn uses(self, fact: FactId) -> bool {
        let cards = self.data().scorecard.iter();
        let mut binned = cards.flat_map(|card| &card.characteristics);
        let mut ops = self.conditions().flatten();
        ops.any(|op| matches!(op, Op::Atom(of, _) if *of == fact))
            || binned.any(|one| one.fact == fact)
            || self.axes().any(|one| one.fact == fact)
    }

    /// The conditions of the rules and of the scorecard's cases.
    fn conditions(self) -> impl Iterator<Item = &'p Vec<Op>> {
        let cards = self.data().scorecard.iter();
        let cases = cards
            .flat_map(|card| &card.conditional)
            .flat_map(|one| &one.cases);
        let rules = self.data().rules.iter().map(|rule| &rule.when);
        rules.chain(cases.map(|case| &case.when))
    }

    /// What the table of limits is cut by, besides the score.
    fn axes(self) -> impl Iterator<Item = &'p Axis> {
        self.data().limit.iter().flat_map(|table| &table.axes)
    }

    /// Where a state of a fact lies in the table of limits.
    fn place(self, fact: FactId, state: FactState) -> Option<usize> {
        let axis = self.axes().find(|one| one.fact == fact)?;
        axis.place(self.def(fact)?, state)
    }

    /// The facts, as positions and declarations.
    pub(super) fn facts(self) -> impl Iterator<Item = (FactId, &'p FactDef)> {
        (0..).zip(&self.policy.model().facts)
    }

    pub(super) fn def(self, fact: FactId) -> Option<&'p FactDef> {
        self.policy.model().facts.get(usize::from(fact))
    }

    /// The fact that is the day.
    pub(super) fn day(self) -> Option<FactId> {
        let mut all = self.policy.model().derived.iter();
        all.find(|one| one.formula == Formula::Today)
            .map(|one| one.fact)
    }

    /// The points of every characteristic of a fact.
    fn points(self, fact: FactId, state: FactState) -> Vec<i64> {
        let cards = self.data().scorecard.iter();
        let own = cards
            .flat_map(|card| &card.characteristics)
            .filter(|one| one.fact == fact);
        own.filter_map(|one| one.points(state))
            .map(i64::from)
            .collect()
    }

    /// Every test of a fact, by rules, cases and impossible combinations.
    fn tests(self, fact: FactId) -> impl Iterator<Item = &'p Test> {
        let barred = self.policy.model().impossible.iter();
        let barred = barred.map(|one| &one.when);
        let ops = self.conditions().chain(barred).flatten();
        ops.filter_map(move |op| match op {
            Op::Atom(of, test) if *of == fact => Some(test),
            _ => None,
        })
    }

    /// The answers to every test of a fact: all that is seen of a value.
    fn answers(self, fact: FactId, state: FactState) -> Vec<bool> {
        self.tests(fact).map(|test| passes(state, test)).collect()
    }

    /// The first values of stretches that something tells apart.
    fn starts(self, fact: FactId) -> Vec<i64> {
        let mut starts = self.policy.cuts(self.scenario, fact);
        starts.extend(self.tests(fact).flat_map(cuts));
        let axes = self.axes().filter(|one| one.fact == fact);
        starts.extend(axes.flat_map(|one| one.upto.iter().map(|upto| upto.saturating_add(1))));
        starts
    }
}

/// Whether a value of one declaration can be one of the other at all.
pub(super) fn match_up(old: &FactDef, new: &FactDef) -> bool {
    let shares = if old.kind == FactKind::Code {
        old.codes.iter().any(|code| new.codes.contains(code))
    } else {
        old.min.max(new.min) <= old.max.min(new.max)
    };
    old.kind == new.kind && old.digits == new.digits && shares
}

/// The variables of a scenario, the day last: every fact that a rule, a scorecard
/// or a table of limits of either side looks at, and what these hang together with.
pub(super) fn variables<'p>(sides: [Side<'p>; 2], wanted: &Wanted) -> Vec<Variable<'p>> {
    let mut variables: Vec<Variable<'p>> = Vec::new();
    for one in &wanted.facts {
        let ids = one.ids;
        let pair =
            [0, 1].map(|side: usize| ids[side].zip(ids[side].and_then(|id| sides[side].def(id))));
        let Some((_, def)) = pair.into_iter().flatten().next() else {
            continue;
        };
        let known = [0, 1]
            .into_iter()
            .filter_map(|side: usize| Some((sides[side], ids[side]?)));
        let mut starts: Vec<i64> = known.flat_map(|(side, fact)| side.starts(fact)).collect();
        // No share is taken of nothing.
        starts.extend(one.is_divisor.then_some(1));
        let keeps = one.is_input || one.computed.is_some();
        variables.push(Variable {
            name: &def.name,
            ids,
            def,
            classes: classes(sides, ids, states(pair, starts), keeps),
            computed: None,
            is_input: one.is_input,
            is_divisor: one.is_divisor,
            is_latest: one.is_dating,
            is_day: false,
        });
    }
    let day = variables.len();
    let place = |side: usize, fact: FactId| {
        let mut all = wanted.facts.iter();
        let found = all.position(|one| one.ids[side] == Some(fact));
        found.or((wanted.today[side] == Some(fact)).then_some(day))
    };
    for (variable, one) in variables.iter_mut().zip(&wanted.facts) {
        let Some((side, formula)) = one.computed else {
            continue;
        };
        let (first, second) = formula.inputs();
        let inputs = [first.and_then(|fact| place(side, fact)), {
            second.map_or(Some(day), |fact| place(side, fact))
        }];
        if let ([Some(first), Some(second)], Some(def)) = (
            inputs,
            variable.ids[side].and_then(|fact| sides[side].def(fact)),
        ) {
            variable.computed = Some(Computed {
                side,
                formula,
                inputs: [first, second],
                ends: (def.min, def.max),
                is_binding: one.is_binding,
                is_free: one.is_free,
            });
        }
    }
    if let Some((first, last)) = wanted.days {
        variables.push(days(sides, wanted, (first, last)));
    }
    variables
}

/// The day, which each side may have as a fact: before the first and after the
/// last day of its policy as the nearest of these.
fn days<'p>(sides: [Side<'p>; 2], wanted: &Wanted, (first, last): (i64, i64)) -> Variable<'p> {
    let ids = wanted.today;
    let defs = [0, 1].map(|side: usize| ids[side].and_then(|fact| sides[side].def(fact)));
    let (mut first, mut last) = (first, last);
    for (side, def) in sides.iter().zip(defs) {
        // Who declares it has no day beyond the domain.
        if let Some(def) = def.filter(|_| side.day().is_none()) {
            (first, last) = (first.max(def.min), last.min(def.max));
        }
    }
    let mut starts = vec![first];
    for (side, (def, fact)) in sides.iter().zip(defs.into_iter().zip(ids)) {
        let Some((def, fact)) = def.zip(fact) else {
            continue;
        };
        starts.extend(side.starts(fact));
        starts.extend([def.min, def.max + 1]);
    }
    let all = stretches(starts, first, last)
        .into_iter()
        .map(|(start, end)| {
            let near = |def: &FactDef| FactState::Known(start.max(def.min).min(def.max));
            (
                defs.map(|def| def.map_or(FactState::Unknown, near)),
                Some((start, end)),
            )
        });
    Variable {
        name: &DAY.name,
        ids,
        def: &DAY,
        classes: classes(sides, ids, all.collect(), true),
        computed: None,
        is_input: true,
        is_divisor: false,
        is_latest: false,
        is_day: true,
    }
}

/// A state as each side has it, and its stretch of values.
type States = ([FactState; 2], Option<(i64, i64)>);

/// The stretches of a range that begin where something is told apart.
fn stretches(mut starts: Vec<i64>, low: i64, high: i64) -> Vec<(i64, i64)> {
    starts.retain(|start| (low..=high).contains(start));
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([high]);
    starts.iter().copied().zip(ends).collect()
}

/// The states with what each side makes of them; those of which both sides make
/// the same are one class, unless they are to be kept apart.
fn classes(
    sides: [Side<'_>; 2],
    ids: [Option<FactId>; 2],
    states: Vec<States>,
    keeps: bool,
) -> Vec<Class> {
    let mut seen = Vec::new();
    let mut classes = Vec::new();
    for (states, span) in states {
        let signature = [0, 1].map(|index: usize| {
            let (side, state) = (sides[index], states[index]);
            ids[index].map(|fact| {
                let points = side.points(fact, state);
                (side.answers(fact, state), points, side.place(fact, state))
            })
        });
        if !keeps && seen.contains(&signature) {
            continue;
        }
        let points = [0, 1].map(|index: usize| {
            signature[index]
                .as_ref()
                .map_or(0, |one| one.1.iter().sum::<i64>())
        });
        seen.push(signature);
        classes.push(Class {
            states,
            span,
            points,
        });
    }
    classes
}

/// One state out of every stretch, as both sides have it, and the stretch's end.
fn states(pair: [Option<(FactId, &FactDef)>; 2], mut starts: Vec<i64>) -> Vec<States> {
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
        starts.push(low);
        for (start, end) in stretches(starts, low, high) {
            let states = pair.map(|one| one.map_or(Unknown, |_| Known(start)));
            all.push((states, Some((start, end))));
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

/// A state out of every stretch of a fact that one side has.
pub(super) fn alone(side: Side<'_>, fact: FactId) -> Vec<FactState> {
    let pair = [side.def(fact).map(|def| (fact, def)), None];
    let all = states(pair, side.starts(fact)).into_iter();
    all.map(|(states, _)| states[0]).collect()
}

impl Variable<'_> {
    /// The side by which values are spelled.
    pub(super) fn side(&self) -> usize {
        usize::from(self.ids[0].is_none() && self.ids[1].is_some())
    }

    /// Whether both sides mean the same by a value.
    fn is_same(&self) -> bool {
        self.classes
            .iter()
            .all(|one| one.states[0] == one.states[1])
    }

    /// The class of a state of a side.
    pub(super) fn class_of(&self, side: usize, state: FactState) -> Option<usize> {
        self.classes
            .iter()
            .position(|class| match (state, class.span) {
                (FactState::Known(value), Some((low, high))) => (low..=high).contains(&value),
                _ => class.states[side] == state,
            })
    }

    /// Makes a value of an input a class of its own, and says which.
    pub(super) fn single_out(&mut self, value: i64) -> Option<usize> {
        let holds = |class: &Class| {
            let span = class.span;
            span.is_some_and(|(low, high)| (low..=high).contains(&value))
        };
        let at = self.classes.iter().position(holds)?;
        let class = self.classes[at].clone();
        let (low, high) = class.span?;
        let parts = [(low, value - 1), (value, value), (value + 1, high)];
        let parts = parts.into_iter().filter(|(from, last)| from <= last);
        let parts = parts.map(|span| Class {
            span: Some(span),
            states: class.states.map(|state| moved(state, low, span.0)),
            ..class.clone()
        });
        let parts: Vec<Class> = parts.collect();
        self.classes.splice(at..=at, parts);
        Some(at + usize::from(low < value))
    }
}

/// The state of another value of the same stretch; a day that counts as another
/// one stays that.
fn moved(state: FactState, from: i64, to: i64) -> FactState {
    match state {
        FactState::Known(start) if start == from => FactState::Known(to),
        state => state,
    }
}

/// Whether two conditions are the same: the same steps about the same facts,
/// whose values mean the same on both sides.
pub(super) fn same_condition(
    variables: &[Variable<'_>],
    sides: [Side<'_>; 2],
    ops: [&[Op]; 2],
) -> bool {
    // A combination may name a fact that no application of the scenario states.
    let is_unstated = |old: FactId, new: FactId| {
        let mut all = variables.iter();
        all.all(|one| one.ids[0] != Some(old) && one.ids[1] != Some(new))
            && sides[0].def(old) == sides[1].def(new)
    };
    let same_fact = |old: FactId, new: FactId| {
        let mut all = variables.iter();
        all.any(|one| one.ids == [Some(old), Some(new)] && one.is_same()) || is_unstated(old, new)
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
