//! A board without its policy, for a holder of both: a borrow of one in the
//! other cannot be kept, and all that was counted is worth keeping.

use super::board::{Board, Choice};
use super::tally::Tally;
use crate::policy::{Policy, ScenarioId};

/// What a [`Board`] holds of its own.
#[derive(Debug, Clone)]
pub(super) struct Held {
    choices: Vec<Choice>,
    can: Vec<u64>,
    must: Vec<u64>,
    tally: Tally,
    order: Vec<u16>,
}

impl Board<'_> {
    pub(super) fn pause(self) -> Held {
        Held {
            choices: self.choices,
            can: self.can,
            must: self.must,
            tally: self.tally,
            order: self.order,
        }
    }
}

impl Held {
    /// Goes on where it paused, with the same policy and scenario.
    pub(super) fn resume(self, policy: &Policy, scenario: ScenarioId) -> Board<'_> {
        Board {
            scenario: policy.scenario(scenario),
            plan: policy.plan(scenario),
            defs: &policy.model().facts,
            choices: self.choices,
            can: self.can,
            must: self.must,
            tally: self.tally,
            order: self.order,
        }
    }
}
