//! What moves facts: the person, other facts that move with them, and time.

use serde::{Deserialize, Serialize};

use super::fact::{Actionable, FactDef, FactKind};
use super::model::{FactId, Model};
use crate::facts::FactState;

/// How a person changes a fact, and what that takes. Which way it goes is said
/// by [`FactDef::actionable`].
///
/// Effort has no unit: an author weighs the changes of one policy against each
/// other. A change takes `fixed`, `per_step` for each step begun, and the
/// distance on the scale between the values before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The fact.
    pub fact: FactId,
    /// Effort of changing it at all.
    pub fixed: u32,
    /// Effort per step.
    pub per_step: u32,
    /// How far a step goes, in the fact's unit, at least 1. The last step may
    /// be cut short by the end of the domain.
    pub step: i64,
    /// The most steps that a person can be expected to go.
    pub most: u32,
    /// Places on a scale, each from a value on; both rise. Below the first, the
    /// place is 0.
    pub scale: Vec<(i64, u32)>,
    /// The codes that it can become, where not all can; sorted.
    pub to: Vec<i64>,
}

impl Change {
    /// The effort of a change by `steps` steps.
    pub(crate) fn effort(&self, from: i64, to: i64, steps: u64) -> u64 {
        let place = |value: i64| {
            let above = self.scale.partition_point(|(start, _)| *start <= value);
            above.checked_sub(1).map_or(0, |at| self.scale[at].1)
        };
        let distance = place(from).abs_diff(place(to));
        u64::from(self.fixed) + u64::from(self.per_step) * steps + u64::from(distance)
    }
}

/// A fact that moves when a person changes another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coupling {
    /// The fact that the person changes.
    pub fact: FactId,
    /// The fact that moves with it.
    pub moves: FactId,
    /// How.
    pub pull: Pull,
}

/// How one fact moves another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pull {
    /// By so many units for every `per` units of the change, cut off towards
    /// zero, within the domain.
    By {
        /// Units of the fact that moves.
        times: i32,
        /// Units of the fact that is changed, at least 1.
        per: u32,
    },
    /// Becomes `to` once the fact that is changed has this value.
    At {
        /// The value of the fact that is changed.
        value: i64,
        /// The value of the fact that moves.
        to: i64,
    },
}

impl Coupling {
    /// What becomes of the fact that moves, when the other goes from a value to
    /// another; `def` declares the fact that moves. What is not known stays so.
    pub(crate) fn moved(&self, state: FactState, from: i64, to: i64, def: &FactDef) -> FactState {
        match self.pull {
            Pull::By { times, per } => {
                // Whole units first, and then what is left of one: nothing here needs 128 bits. The rest is less
                // than 2^32, so that its product fits.
                let (change, per, times) = (to - from, i64::from(per.max(1)), i64::from(times));
                let whole = (change / per).saturating_mul(times);
                let by = whole.saturating_add(change % per * times / per);
                let within = |value: i64| value.saturating_add(by).max(def.min).min(def.max);
                match state {
                    FactState::Known(value) => FactState::Known(within(value)),
                    FactState::Between(low, high) => FactState::between(within(low), within(high)),
                    other => other,
                }
            }
            Pull::At { value, to: then } if value == to && from != to => FactState::Known(then),
            Pull::At { .. } => state,
        }
    }
}

/// A fact that moves with time while nobody does anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evolution {
    /// The fact.
    pub fact: FactId,
    /// How.
    pub pace: Pace,
}

/// How a fact moves with time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pace {
    /// One more every day, up to the end of its domain.
    Up,
    /// One less every day, down to the end of its domain.
    Down,
    /// What it counts runs out: after so many days it has this value, and
    /// before that it lies between this value and what it is now.
    RunsOut {
        /// Days until the value is certain, at least 1.
        days: u32,
        /// The value in the end.
        to: i64,
    },
}

impl Evolution {
    /// What is known of the fact after some days; `def` declares it.
    pub(crate) fn after(&self, state: FactState, days: i64, def: &FactDef) -> FactState {
        let Some((low, high)) = state.span() else {
            return state;
        };
        let within = |value: i64| value.max(def.min).min(def.max);
        match self.pace {
            Pace::Up => FactState::between(within(low + days), within(high + days)),
            Pace::Down => FactState::between(within(low - days), within(high - days)),
            Pace::RunsOut { .. } if days <= 0 => state,
            Pace::RunsOut { days: all, to } if days >= i64::from(all) => FactState::Known(to),
            Pace::RunsOut { to, .. } => FactState::between(low.min(to), high.max(to)),
        }
    }
}

/// More effort, or more steps, than this would be no advice.
const MOST: u32 = 1_000_000;

/// Whether all that a model says about moving facts fits its facts.
pub(super) fn is_sound(model: &Model) -> bool {
    let def = |fact: FactId| model.facts.get(usize::from(fact));
    let is_computed = |fact: FactId| model.derived.iter().any(|one| one.fact == fact);
    let changes = model.changes.iter().enumerate().all(|(index, one)| {
        let is_second = model.changes[..index]
            .iter()
            .any(|other| other.fact == one.fact);
        let rises = one
            .scale
            .windows(2)
            .all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1);
        let few = one.scale.iter().all(|(_, place)| *place <= MOST);
        let sorted = one.to.windows(2).all(|two| two[0] < two[1]);
        def(one.fact).is_some_and(|def| {
            let within = one.to.iter().all(|code| (def.min..=def.max).contains(code));
            let is_coded = def.kind == FactKind::Code;
            def.actionable != Actionable::No
                && def.kind != FactKind::Date
                && within
                && (is_coded || one.to.is_empty())
        }) && !is_second
            && !is_computed(one.fact)
            && rises
            && few
            && sorted
            && one.step >= 1
            && [one.fixed, one.per_step, one.most]
                .iter()
                .all(|number| *number <= MOST)
    });
    let couplings = model.couplings.iter().all(|one| {
        let is_changed = |fact: FactId| model.changes.iter().any(|other| other.fact == fact);
        let pulls = |fact: FactId| model.couplings.iter().any(|other| other.fact == fact);
        let fits = |fact: FactId, value: i64| {
            def(fact).is_some_and(|def| (def.min..=def.max).contains(&value))
        };
        let pull = match one.pull {
            Pull::By { per, .. } => {
                let is_number = |fact| def(fact).is_some_and(|def| def.kind != FactKind::Code);
                per >= 1 && is_number(one.fact) && is_number(one.moves)
            }
            Pull::At { value, to } => fits(one.fact, value) && fits(one.moves, to),
        };
        is_changed(one.fact)
            && def(one.moves).is_some()
            && !is_computed(one.moves)
            && !pulls(one.moves)
            && pull
    });
    let evolutions = model.evolutions.iter().enumerate().all(|(index, one)| {
        let is_second = model.evolutions[..index]
            .iter()
            .any(|other| other.fact == one.fact);
        let pace = def(one.fact).is_some_and(|def| match one.pace {
            Pace::RunsOut { days, to } => {
                (1..=MOST).contains(&days) && (def.min..=def.max).contains(&to)
            }
            _ => !matches!(def.kind, FactKind::Code | FactKind::Bool),
        });
        pace && !is_second && !is_computed(one.fact)
    });
    changes && couplings && evolutions
}
