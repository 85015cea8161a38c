//! One fact that the person can change: how far, in which steps, at what effort.
//!
//! A position is a number of steps from the present value, negative below it; of
//! a code, its place among those that it can become.

use super::Wish;
use crate::evaluate::Board;
use crate::facts::{FactState, Facts};
use crate::policy::{Actionable, Audience, Change, FactDef, FactId, FactKind, Policy};

/// A fact that the person can change.
#[derive(Debug, Clone)]
pub(super) struct Mover<'p> {
    pub(super) change: &'p Change,
    def: &'p FactDef,
    /// The value now.
    pub(super) from: i64,
    /// The lowest and the highest value that it can be brought to.
    reach: (i64, i64),
    /// The values that a code can be brought to, if it is one.
    codes: Vec<i64>,
}

impl<'p> Mover<'p> {
    pub(super) fn new(
        policy: &'p Policy,
        change: &'p Change,
        facts: &Facts,
        wish: &Wish,
    ) -> Option<Mover<'p>> {
        let def = policy.fact(change.fact)?;
        let FactState::Known(from) = facts.get(change.fact) else {
            return None;
        };
        if def.audience != Audience::Public || wish.locks.contains(&change.fact) {
            return None;
        }
        let (mut low, mut high) = (def.min, def.max);
        if matches!(def.actionable, Actionable::Up | Actionable::No) {
            low = from;
        }
        if matches!(def.actionable, Actionable::Down | Actionable::No) {
            high = from;
        }
        for (_, least, most) in wish.ranges.iter().filter(|(fact, ..)| *fact == change.fact) {
            low = low.max(*least);
            high = high.min(*most);
        }
        let mut codes = Vec::new();
        if def.kind == FactKind::Code {
            let is_left = |code: &i64| *code != from && (low..=high).contains(code);
            if change.to.is_empty() {
                codes.extend((def.min..=def.max).filter(is_left));
            } else {
                codes.extend(change.to.iter().copied().filter(is_left));
            }
        } else {
            let far = change.step.saturating_mul(change.most.into());
            low = low.max(from.saturating_sub(far));
            high = high.min(from.saturating_add(far));
        }
        Some(Mover {
            change,
            def,
            from,
            // Where it is now is always possible.
            reach: (low.min(from), high.max(from)),
            codes,
        })
    }

    pub(super) fn fact(&self) -> FactId {
        self.change.fact
    }

    pub(super) fn is_code(&self) -> bool {
        self.def.kind == FactKind::Code
    }

    /// How many positions lie below and above the present one.
    pub(super) fn extent(&self) -> (i64, i64) {
        if self.is_code() {
            return (0, self.codes.len() as i64);
        }
        let steps = |far: i64| far / self.change.step + i64::from(far % self.change.step > 0);
        (
            steps(self.from - self.reach.0),
            steps(self.reach.1 - self.from),
        )
    }

    /// The value at a position; 0 is the present one.
    pub(super) fn value(&self, position: i64) -> i64 {
        if position == 0 {
            return self.from;
        }
        if self.is_code() {
            return self.codes[position as usize - 1];
        }
        let value = self
            .from
            .saturating_add(position.saturating_mul(self.change.step));
        value.max(self.reach.0).min(self.reach.1)
    }

    pub(super) fn effort(&self, position: i64) -> u64 {
        let steps = if self.is_code() {
            1
        } else {
            position.unsigned_abs()
        };
        self.change.effort(self.from, self.value(position), steps)
    }
}

/// The nearest position in every stretch of a fact that acts on nothing else.
pub(super) fn alone(mover: &Mover<'_>, board: &Board<'_>, place: usize) -> Vec<i64> {
    let (below, above) = mover.extent();
    if mover.is_code() {
        return (1..=above).collect();
    }
    let step = mover.change.step;
    let up = |far: i64| far / step + i64::from(far % step > 0);
    let starts = board.plan.facts[place].starts();
    let mut found = Vec::with_capacity(starts.len());
    for (at, start) in starts.iter().enumerate() {
        if *start > mover.from {
            let position = up(start - mover.from);
            // A step may jump over a stretch.
            let is_in = starts
                .get(at + 1)
                .is_none_or(|next| mover.value(position) < *next);
            if position <= above && is_in {
                found.push(position);
            }
        }
        let end = starts
            .get(at + 1)
            .map(|next| next - 1)
            .filter(|end| *end < mover.from);
        if let Some(end) = end {
            let position = up(mover.from - end);
            if position <= below && mover.value(-position) >= *start {
                found.push(-position);
            }
        }
    }
    found
}
