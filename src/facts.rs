//! The facts of one application, as the engine sees them.
//!
//! A fact is in exactly one of four states, which are never mixed up: *unknown*
//! says nothing about the applicant (or only between what the value lies),
//! *missing* says that there is nothing to know, *special* is a code that is not
//! a number.

use crate::policy::FactId;
use crate::units::Date;

/// What is known of one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactState {
    /// Not asked, or not on this side.
    Unknown,
    /// Known to be absent.
    Missing,
    /// A code that is not a number, by its position in the fact's declaration.
    Special(u8),
    /// A value in the fact's unit.
    Known(i64),
    /// A value that is not known but lies between these two, both included.
    Between(i64, i64),
}

impl FactState {
    /// Whether it is the one state that a fact has in the end: known, missing
    /// or special.
    pub fn is_settled(self) -> bool {
        !matches!(self, FactState::Unknown | FactState::Between(..))
    }

    /// A value between two others, which is known where they are the same.
    pub(crate) fn between(low: i64, high: i64) -> FactState {
        if low == high {
            FactState::Known(low)
        } else {
            FactState::Between(low, high)
        }
    }

    /// The lowest and the highest value, if it is known to have a value.
    pub(crate) fn span(self) -> Option<(i64, i64)> {
        match self {
            FactState::Known(value) => Some((value, value)),
            FactState::Between(low, high) => Some((low, high)),
            _ => None,
        }
    }
}

/// All facts of one application on one day.
///
/// An application's are made by [`crate::validate`], so that every value lies
/// in its domain and every derived fact is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    as_of: Date,
    states: Vec<FactState>,
}

impl Facts {
    /// No fact known yet; `count` is the number of facts of the policy.
    pub(crate) fn unknown(count: usize, as_of: Date) -> Facts {
        Facts {
            as_of,
            states: vec![FactState::Unknown; count],
        }
    }

    /// The same facts on another day; what is computed from the day does not follow.
    pub(crate) fn on(&self, day: Date) -> Facts {
        Facts {
            as_of: day,
            states: self.states.clone(),
        }
    }

    /// Takes all states over; the facts are of the same policy.
    pub(crate) fn copy_from(&mut self, other: &Facts) {
        self.as_of = other.as_of;
        self.states.copy_from_slice(&other.states);
    }

    /// The day for which the application is looked at.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// The state of a fact; a fact that the policy does not have is unknown.
    pub fn get(&self, fact: FactId) -> FactState {
        self.states
            .get(usize::from(fact))
            .copied()
            .unwrap_or(FactState::Unknown)
    }

    /// The state of a fact that the policy has.
    #[inline]
    pub(crate) fn state(&self, fact: FactId) -> &FactState {
        &self.states[usize::from(fact)]
    }

    /// Sets a fact; a fact that the policy does not have is passed over.
    ///
    /// For programs that look at a policy and not at an application: derived
    /// facts do not follow, and the caller answers for the domain.
    pub fn set(&mut self, fact: FactId, state: FactState) {
        if let Some(slot) = self.states.get_mut(usize::from(fact)) {
            *slot = state;
        }
    }
}
