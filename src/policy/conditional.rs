//! Characteristics by cases, as data.

use serde::{Deserialize, Serialize};

use super::model::{FactId, Op, ReasonId};

/// Points that depend on conditions: the first case that holds gives its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditional {
    /// The cases, in the order in which they are tried.
    pub cases: Vec<Case>,
    /// Points where no case holds.
    pub otherwise: i32,
    /// What the ranking of reasons measures lost points against.
    pub baseline: i32,
    /// The reason given when `otherwise` costs points.
    pub reason: ReasonId,
}

/// A case of a [`Conditional`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// When it holds.
    pub when: Vec<Op>,
    /// Points, in the scorecard's unit.
    pub points: i32,
    /// The reason given when they cost.
    pub reason: ReasonId,
}

impl Conditional {
    /// The facts that its cases look at, as often as they do.
    pub fn facts(&self) -> impl Iterator<Item = FactId> {
        let ops = self.cases.iter().flat_map(|case| &case.when);
        ops.filter_map(|op| match op {
            Op::Atom(fact, _) => Some(*fact),
            _ => None,
        })
    }

    /// The least and the most points that it may come to.
    pub fn span(&self) -> (i64, i64) {
        let points = || self.ends().map(|(points, _)| i64::from(points));
        (points().min().unwrap_or(0), points().max().unwrap_or(0))
    }

    /// Everything that it may come to: points and the reason for them, the
    /// cases first, then what holds where no case does.
    pub fn ends(&self) -> impl Iterator<Item = (i32, ReasonId)> {
        let cases = self.cases.iter().map(|case| (case.points, case.reason));
        cases.chain([(self.otherwise, self.reason)])
    }
}
