//! Where the parts of a pack stand, and what it says for its author's tools
//! only: nothing of this ships, so nothing of it is in the model.

use super::diagnostic::Place;
use super::reasons::Lesson;

/// A part of a file, kept after compiling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    pub(crate) file: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Spot {
    pub(crate) fn place(&self) -> Place<'_> {
        Place {
            file: &self.file,
            start: self.start,
            end: self.end,
        }
    }
}

impl From<Place<'_>> for Spot {
    fn from(place: Place<'_>) -> Spot {
        Spot {
            file: place.file.into(),
            start: place.start,
            end: place.end,
        }
    }
}

/// Which way a fact is better for the applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Better {
    Higher,
    Lower,
}

/// What a declaration says about a fact besides its definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FactNotes {
    pub(crate) at: Spot,
    pub(crate) better: Option<Better>,
    pub(crate) is_protected: bool,
    /// What the fact stands in for, if the author says so.
    pub(crate) proxy_for: Option<String>,
}

/// A rule of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RulePlaces {
    pub(crate) id: Spot,
    /// Per step of the condition: the part of the source that it comes from.
    pub(crate) when: Vec<Spot>,
    /// The rule states a minimum that a law sets.
    pub(crate) is_legal_minimum: bool,
}

/// An impossible combination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImpossiblePlaces {
    pub(crate) id: Spot,
    /// Per step of the condition, as in [`RulePlaces`].
    pub(crate) when: Vec<Spot>,
}

/// A characteristic by cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CasePlaces {
    pub(crate) at: Spot,
    /// Per case and step of its condition: where it comes from.
    pub(crate) when: Vec<Vec<Spot>>,
}

/// A scenario, and its scorecard's parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScenarioPlaces {
    pub(crate) name: Spot,
    pub(crate) rules: Vec<RulePlaces>,
    pub(crate) bands: Vec<Spot>,
    /// Per characteristic: where it names its fact.
    pub(crate) characteristics: Vec<Spot>,
    /// Per characteristic by cases.
    pub(crate) conditional: Vec<CasePlaces>,
}

/// A finding that the author has looked at and keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Allowed {
    pub(crate) code: String,
    /// The names it is allowed for: rules, facts, reasons or scenarios.
    pub(crate) names: Vec<String>,
    pub(crate) because: String,
    pub(crate) at: Spot,
}

/// Places and notes of a whole pack, in the order of the model's parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Places {
    pub(crate) facts: Vec<FactNotes>,
    pub(crate) reasons: Vec<Spot>,
    pub(crate) impossible: Vec<ImpossiblePlaces>,
    /// Per coupling: where it stands.
    pub(crate) couplings: Vec<Spot>,
    pub(crate) scenarios: Vec<ScenarioPlaces>,
    pub(crate) allowed: Vec<Allowed>,
    /// Per locale of the pack and reason.
    pub(crate) lessons: Vec<Vec<Lesson>>,
}
