//! Which facts the comparison of a scenario is about.
//!
//! Those that a rule or a scorecard of either side looks at; what these are
//! computed from; and what an impossible combination or a formula ties to them,
//! directly or through others. The rest may be anything.

use precheck::units::Date;
use precheck::{FactDef, FactId, Formula, Op};

use super::space::{Side, match_up};

/// A fact of either side or of both.
pub(super) struct Want {
    pub(super) ids: [Option<FactId>; 2],
    /// The side that computes it, the old one if both do, and how.
    pub(super) computed: Option<(usize, Formula)>,
    /// Whether something that is computed reads it.
    pub(super) is_input: bool,
    /// Whether a share is taken of it.
    pub(super) is_divisor: bool,
    /// Whether days are counted from it to the day of evaluation.
    pub(super) is_dating: bool,
    /// Whether some inputs give a value that is refused or left out.
    pub(super) is_binding: bool,
    /// Whether it may be stated where it cannot be computed.
    pub(super) is_free: bool,
}

/// What the comparison is about.
pub(super) struct Wanted {
    pub(super) facts: Vec<Want>,
    /// The fact of each side that is the day.
    pub(super) today: [Option<FactId>; 2],
    /// The first and the last day, where the day matters: those on which the new
    /// policy is in force.
    pub(super) days: Option<(i64, i64)>,
    /// The combinations of each side that bear upon the facts, by position.
    pub(super) combinations: [Vec<usize>; 2],
}

impl<'p> Side<'p> {
    /// Whether an application states a fact, itself or in a field.
    pub(super) fn states(self, fact: FactId) -> bool {
        let data = self.data();
        let mut fields = data.fields.iter();
        let is_listed =
            data.facts.contains(&fact) || fields.any(|one| one.birth_date == Some(fact));
        let is_computed = self.given(fact).is_some_and(|formula| {
            let (first, second) = formula.inputs();
            first.is_none() || second.is_some()
        });
        is_listed && !is_computed
    }

    fn given(self, fact: FactId) -> Option<Formula> {
        let mut derived = self.policy.model().derived.iter();
        let found = derived.find(|one| one.fact == fact);
        found.map(|one| one.formula)
    }

    /// How a fact is computed from others that applications state; the day is
    /// none of these.
    pub(super) fn formula(self, fact: FactId) -> Option<Formula> {
        self.given(fact).filter(|formula| {
            let (first, second) = formula.inputs();
            first.is_some()
                && [first, second]
                    .into_iter()
                    .flatten()
                    .all(|one| self.states(one))
        })
    }

    /// Whether the fact can ever be known.
    pub(super) fn has(self, fact: FactId) -> bool {
        self.states(fact) || self.formula(fact).is_some() || self.day() == Some(fact)
    }

    /// The fact that another declaration is about.
    fn twin(self, def: &FactDef) -> Option<FactId> {
        let mut all = self.facts();
        let found = all.find(|(_, other)| other.name == def.name && match_up(def, other));
        found.map(|(fact, _)| fact).filter(|fact| self.has(*fact))
    }
}

/// The facts that an application of a scenario is made of, as far as they matter.
pub(super) fn gather(sides: [Side<'_>; 2]) -> Wanted {
    let mut wanted = sides.map(|side| {
        let facts = side.facts();
        facts
            .map(|(fact, _)| side.uses(fact) && side.has(fact))
            .collect::<Vec<_>>()
    });
    for (index, wanted) in wanted.iter_mut().enumerate() {
        for fact in own_combinations(sides, index) {
            wanted[usize::from(fact)] = true;
        }
    }
    while spread(sides, &mut wanted) {}
    let today = [0, 1].map(|side: usize| {
        let (own, other) = (sides[side], sides[1 - side]);
        // Where one side has the day and the other declares it, it is the day.
        own.day().or_else(|| own.twin(other.def(other.day()?)?))
    });
    let is_wanted = |side: usize, fact: FactId| wanted[side][usize::from(fact)];
    let has_day = [0, 1].map(|side: usize| today[side].filter(|day| is_wanted(side, *day)));
    let mut facts = Vec::new();
    for (index, side) in sides.iter().enumerate() {
        for (fact, def) in side.facts() {
            if is_wanted(index, fact) && side.has(fact) && today[index] != Some(fact) {
                pair(sides, index, (fact, def), &mut facts);
            }
        }
    }
    for (index, side) in sides.iter().enumerate() {
        let own = facts.iter().filter_map(|one: &Want| one.ids[index]);
        let formulas: Vec<Formula> = own.filter_map(|fact| side.formula(fact)).collect();
        for formula in formulas {
            let (first, second) = formula.inputs();
            let is_ratio = matches!(formula, Formula::Ratio { .. });
            for one in facts.iter_mut().filter(|one| one.ids[index].is_some()) {
                let own = one.ids[index];
                one.is_input |= own == first || own == second;
                one.is_divisor |= is_ratio && own == second;
                one.is_dating |= second.is_none() && own == first;
            }
        }
    }
    let looks = facts.iter().any(|one| {
        one.computed
            .is_some_and(|(_, formula)| formula.inputs().1.is_none())
    });
    let combinations = [0, 1].map(|side: usize| {
        let all = sides[side].policy.model().impossible.iter().enumerate();
        let near = all.filter(|(_, one)| facts_of(&one.when).any(|fact| is_wanted(side, fact)));
        near.map(|(index, _)| index).collect()
    });
    let model = sides[1].policy.model();
    let last = model.valid_until.or(Date::from_ymd(2999, 12, 31));
    let days = last.map(|last| (i64::from(model.valid_from.days()), i64::from(last.days())));
    Wanted {
        facts,
        today: has_day,
        days: days.filter(|_| looks || has_day != [None, None]),
        combinations,
    }
}

/// The facts of combinations that a side alone has: they matter, whoever else
/// looks at their facts.
fn own_combinations(sides: [Side<'_>; 2], index: usize) -> Vec<FactId> {
    let all = |side: usize| sides[side].policy.model().impossible.iter();
    let is_same = |one: &Op, other: &Op| match (one, other) {
        (Op::Atom(one, test), Op::Atom(other, same)) => {
            let ids = if index == 0 {
                [*one, *other]
            } else {
                [*other, *one]
            };
            test == same
                && sides[0].def(ids[0]) == sides[1].def(ids[1])
                && sides[0].has(ids[0]) == sides[1].has(ids[1])
                && follows_alike(sides, ids.map(Some))
        }
        (one, other) => one == other,
    };
    let is_shared = |when: &[Op]| {
        all(1 - index).any(|other| {
            let steps = when.iter().zip(&other.when);
            when.len() == other.when.len() && steps.into_iter().all(|(a, b)| is_same(a, b))
        })
    };
    let own = all(index).filter(|one| !is_shared(&one.when));
    let facts = own.flat_map(|one| facts_of(&one.when));
    facts.collect()
}

fn facts_of(when: &[Op]) -> impl Iterator<Item = FactId> {
    when.iter().filter_map(|op| match op {
        Op::Atom(fact, _) => Some(*fact),
        _ => None,
    })
}

/// Adds what hangs together with what is wanted; whether there was anything.
fn spread(sides: [Side<'_>; 2], wanted: &mut [Vec<bool>; 2]) -> bool {
    let before = wanted.clone();
    let has_day = [0, 1].into_iter().any(|side: usize| {
        let day = sides[side].day();
        day.is_some_and(|day| before[side][usize::from(day)])
    });
    for (index, side) in sides.iter().enumerate() {
        let (other, place) = (sides[1 - index], 1 - index);
        let mut more: Vec<FactId> = Vec::new();
        for (fact, def) in side.facts() {
            let inputs = side.formula(fact).map(Formula::inputs);
            let inputs: Vec<FactId> = inputs
                .into_iter()
                .flat_map(|(a, b)| [a, b])
                .flatten()
                .collect();
            if before[index][usize::from(fact)] {
                more.extend(&inputs);
                if let Some(twin) = other.twin(def) {
                    wanted[place][usize::from(twin)] = true;
                }
            } else if let [date] = inputs[..] {
                // A date may be refused on a day for what is computed from it.
                let is_near = has_day || before[index][usize::from(date)];
                more.extend(Some(fact).filter(|_| is_near));
            }
        }
        for one in &side.policy.model().impossible {
            // Through what is never stated, combinations hang together too.
            let own = || facts_of(&one.when);
            let inputs = own()
                .filter_map(|fact| side.formula(fact))
                .flat_map(|formula| {
                    let (first, second) = formula.inputs();
                    [first, second].into_iter().flatten()
                });
            if own()
                .chain(inputs)
                .any(|fact| before[index][usize::from(fact)])
            {
                more.extend(own());
            }
        }
        for fact in more {
            wanted[index][usize::from(fact)] = true;
        }
    }
    *wanted != before
}

/// Adds a fact with the other side's, unless the two follow in different ways.
fn pair(sides: [Side<'_>; 2], index: usize, (fact, def): (FactId, &FactDef), into: &mut Vec<Want>) {
    let twin = sides[1 - index].twin(def);
    let alone = [0, 1].map(|side| (side == index).then_some(fact));
    let both = [0, 1].map(|side| if side == index { Some(fact) } else { twin });
    if into
        .iter()
        .any(|one| one.ids == both || one.ids[index] == Some(fact))
    {
        return;
    }
    let ids = if follows_alike(sides, both) {
        both
    } else {
        alone
    };
    let defs = [0, 1].map(|side: usize| ids[side].and_then(|one| sides[side].def(one)));
    let formula = |side: usize| Some((side, sides[side].formula(ids[side]?)?));
    let computed = formula(0).or(formula(1));
    let is_dated = computed.is_some_and(|(_, formula)| formula.inputs().1.is_none());
    let own = computed.map(|(side, _)| side);
    let declared = [0, 1]
        .into_iter()
        .any(|side: usize| Some(side) != own && ids[side].is_some() && formula(side).is_none());
    let is_free = is_dated
        && [0, 1]
            .into_iter()
            .all(|side: usize| ids[side].is_none_or(|one| sides[side].states(one)));
    let differ = matches!(defs, [Some(old), Some(new)] if (old.min, old.max) != (new.min, new.max));
    into.push(Want {
        ids,
        computed,
        is_input: false,
        is_divisor: false,
        is_dating: false,
        is_binding: is_dated || declared || differ,
        is_free,
    });
}

/// Whether one value can be both sides' value of a fact: one of them declares
/// it, or both compute it in the same way.
fn follows_alike(sides: [Side<'_>; 2], ids: [Option<FactId>; 2]) -> bool {
    let [Some(old), Some(new)] = ids else {
        return true;
    };
    let (Some(one), Some(other)) = (sides[0].formula(old), sides[1].formula(new)) else {
        return true;
    };
    let (Some(before), Some(after)) = (sides[0].def(old), sides[1].def(new)) else {
        return false;
    };
    let is_same = |old: Option<FactId>, new: Option<FactId>| match (old, new) {
        (Some(old), Some(new)) => sides[0]
            .def(old)
            .is_some_and(|def| sides[1].twin(def) == Some(new)),
        (old, new) => old == new,
    };
    let special = |def: &FactDef, code: Option<u8>| {
        code.and_then(|code| def.specials.get(usize::from(code)).cloned())
    };
    let is_like = match (one, other) {
        (Formula::YearsSince(_), Formula::YearsSince(_))
        | (Formula::DaysSince(_), Formula::DaysSince(_)) => true,
        (
            Formula::Ratio { up, zero, .. },
            Formula::Ratio {
                up: same,
                zero: none,
                ..
            },
        ) => {
            up == same
                && special(before, zero) == special(after, none)
                && is_span_same(before, after)
        }
        (Formula::Sum(..), Formula::Sum(..))
        | (Formula::DaysBetween { .. }, Formula::DaysBetween { .. }) => is_span_same(before, after),
        _ => false,
    };
    let ((a, b), (c, d)) = (one.inputs(), other.inputs());
    is_like && is_same(a, c) && is_same(b, d)
}

/// What lies beyond a domain counts as its end, so the ends matter.
fn is_span_same(old: &FactDef, new: &FactDef) -> bool {
    (old.min, old.max) == (new.min, new.max)
}
