//! Formulas: facts that are computed from others or from the day, a closed list.

use serde::{Deserialize, Serialize};

use super::model::{FactDef, FactId};
use crate::facts::FactState;

/// A fact computed from the day or from one or two others; formulas are a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derived {
    /// The fact that is computed.
    pub fact: FactId,
    /// How.
    pub formula: Formula,
}

/// How a derived fact is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Formula {
    /// Completed years from a date to the day of evaluation.
    YearsSince(FactId),
    /// Days from a date to the day of evaluation.
    DaysSince(FactId),
    /// One amount as a share of another, in basis points.
    Ratio {
        /// The amount above the line.
        over: FactId,
        /// The amount below it.
        under: FactId,
        /// Whether the last basis point is rounded up, or down.
        up: bool,
        /// What a share of nothing is: this special code, or missing.
        zero: Option<u8>,
    },
    /// The sum of two amounts.
    Sum(FactId, FactId),
    /// Days from a date to another, negative where the other is earlier.
    DaysBetween {
        /// Where counting begins.
        from: FactId,
        /// Where it ends.
        to: FactId,
    },
    /// The day of evaluation itself: it reads no fact, and is always known.
    Today,
}

impl Formula {
    /// The facts that the formula reads: none, one, or the first and the second.
    pub fn inputs(self) -> (Option<FactId>, Option<FactId>) {
        match self {
            Formula::YearsSince(fact) | Formula::DaysSince(fact) => (Some(fact), None),
            Formula::Ratio { over, under, .. } => (Some(over), Some(under)),
            Formula::Sum(first, second) => (Some(first), Some(second)),
            Formula::DaysBetween { from, to } => (Some(from), Some(to)),
            Formula::Today => (None, None),
        }
    }

    /// What two known inputs give; `def` declares the computed fact. A value
    /// beyond its domain counts as the end of the domain: 9 000 % of debt is as
    /// bad as the worst that the policy tells apart, and no error of the applicant.
    pub(crate) fn value(self, first: i64, second: i64, def: &FactDef) -> FactState {
        let value = match self {
            Formula::Ratio { zero, .. } if second <= 0 => {
                return zero.map_or(FactState::Missing, FactState::Special);
            }
            Formula::Ratio { up, .. } => ratio(first, second, up),
            Formula::Sum(..) => first.saturating_add(second),
            _ => second.saturating_sub(first),
        };
        FactState::Known(value.max(def.min).min(def.max))
    }
}

/// One amount as a share of another in basis points. The loader has bounded the
/// first, which is not negative; the second is positive.
pub(crate) fn ratio(over: i64, under: i64, up: bool) -> i64 {
    let scaled = over.saturating_mul(10_000);
    let more = up && scaled % under != 0;
    scaled / under + i64::from(more)
}
