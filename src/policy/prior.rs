//! Priors: how often the values of facts occur, before anything is known.
//!
//! People are taken to fall into a few *segments*. Inside a segment the facts
//! are independent; what is known of a person makes some segments more likely
//! than others, and this is how facts tell of each other. All weights are
//! integers; what counts is their share of the sum.

use serde::{Deserialize, Serialize};

use super::fact::FactDef;
use super::formula::Derived;
use super::model::{FactId, Model};
use crate::facts::FactState;

/// More segments would make every question slow.
pub(super) const MAX_SEGMENTS: usize = 64;
/// The largest weight.
pub(super) const MAX_WEIGHT: u32 = 1_000_000;

/// The segments and what is expected of facts in each of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priors {
    /// The weight of each segment; empty where a policy declares no priors.
    pub segments: Vec<u32>,
    /// At most one per fact, by rising fact.
    pub facts: Vec<Prior>,
}

impl Priors {
    /// Of a policy that declares none: it gives no likelihood.
    pub const NONE: Priors = Priors {
        segments: Vec::new(),
        facts: Vec::new(),
    };

    /// The prior of a fact.
    pub fn of(&self, fact: FactId) -> Option<&Prior> {
        self.facts.iter().find(|one| one.fact == fact)
    }
}

/// How often the values of one fact occur.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prior {
    /// The fact.
    pub fact: FactId,
    /// Highest value of each stretch, rising, up to the end of the domain.
    /// Inside a stretch all values are equally frequent.
    pub upto: Vec<i64>,
    /// Segment by segment: the weight of each stretch, then of a missing fact
    /// if there may be one, then of each special code.
    pub weights: Vec<u32>,
}

impl Prior {
    /// How many weights a segment has; `def` is the declaration of the fact.
    pub fn places(&self, def: &FactDef) -> usize {
        self.upto.len() + usize::from(def.may_be_missing) + def.specials.len()
    }

    /// Where a state has its weight; `None` for one that is not known.
    pub fn place(&self, def: &FactDef, state: FactState) -> Option<usize> {
        let stretches = self.upto.len();
        Some(match state {
            FactState::Unknown | FactState::Between(..) => return None,
            FactState::Known(value) => self.upto.partition_point(|upto| *upto < value),
            FactState::Missing => stretches,
            FactState::Special(code) => {
                stretches + usize::from(def.may_be_missing) + usize::from(code)
            }
        })
    }
}

/// Whether a formula keeps a fact from having a prior: what two facts give
/// follows from theirs, and what one gives has its prior either here or there.
pub(super) fn is_barred(priors: &Priors, fact: FactId, derived: &[Derived]) -> bool {
    let own = derived.iter().find(|one| one.fact == fact);
    own.is_some_and(|one| {
        let (first, second) = one.formula.inputs();
        let twice = derived
            .iter()
            .filter(|other| other.formula.inputs() == (first, None));
        let twice = twice
            .filter(|other| priors.of(other.fact).is_some())
            .count()
            > 1;
        second.is_some() || twice || first.is_some_and(|first| priors.of(first).is_some())
    })
}

/// Whether the priors of a model have the shape that evaluation relies on.
pub(super) fn is_sound(model: &Model) -> bool {
    let priors = &model.priors;
    let segments = priors.segments.len();
    let bounded = |weights: &[u32]| {
        weights.iter().all(|one| *one <= MAX_WEIGHT) && weights.iter().any(|one| *one > 0)
    };
    let fits = |one: &Prior| {
        let Some(def) = model.facts.get(usize::from(one.fact)) else {
            return false;
        };
        let places = one.places(def);
        one.upto.first().is_some_and(|first| *first >= def.min)
            && one.upto.last() == Some(&def.max)
            && one.upto.windows(2).all(|two| two[0] < two[1])
            && one.weights.len() == places * segments
            && one.weights.chunks_exact(places).all(bounded)
            && !is_barred(priors, one.fact, &model.derived)
    };
    let rises = priors.facts.windows(2).all(|two| two[0].fact < two[1].fact);
    let has_segments = bounded(&priors.segments) || (segments == 0 && priors.facts.is_empty());
    segments <= MAX_SEGMENTS && rises && has_segments && priors.facts.iter().all(fits)
}
