//! The facts of one application, as the engine sees them.
//!
//! A fact is in exactly one of four states, which are never mixed up: *unknown*
//! says nothing about the applicant, *missing* says that there is nothing to
//! know, *special* is a code that is not a number.

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
