//! Formulas: facts that are computed from others or from the day, a closed list.

use serde::{Deserialize, Serialize};

use super::fact::FactDef;
use super::model::FactId;
use crate::facts::{FactState, Facts};
use crate::units::Date;

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

impl Derived {
    /// What the formula gives for what is known of the facts that it reads;
    /// `def` declares the computed fact. What comes from one date may lie
    /// outside the domain, which is for the caller to say.
    pub(crate) fn state(&self, facts: &Facts, def: &FactDef) -> FactState {
        let (first, second) = self.formula.inputs();
        let Some(first) = first else {
            // A day on which the policy is not in force counts as the nearest
            // one on which it is.
            let day = i64::from(facts.as_of().days());
            return FactState::Known(day.max(def.min).min(def.max));
        };
        let a = facts.get(first);
        let Some(second) = second else {
            let since = |day| self.formula.since(day, facts.as_of());
            return match a {
                FactState::Known(day) => FactState::Known(since(day)),
                FactState::Between(first, last) => FactState::between(since(last), since(first)),
                _ => FactState::Unknown,
            };
        };
        let b = facts.get(second);
        let lacks = |state| matches!(state, FactState::Missing | FactState::Special(_));
        if lacks(a) || lacks(b) {
            return FactState::Missing;
        }
        let (Some((a_low, a_high)), Some((b_low, b_high))) = (a.span(), b.span()) else {
            return FactState::Unknown;
        };
        let value = |a, b| self.formula.value(a, b, def);
        let ends = match self.formula {
            Formula::Sum(..) => [value(a_low, b_low), value(a_high, b_high)],
            Formula::Ratio { .. } if b_low <= 0 && b_low < b_high => return FactState::Unknown,
            Formula::Ratio { .. } => [value(a_low, b_high), value(a_high, b_low)],
            _ => [value(a_high, b_low), value(a_low, b_high)],
        };
        match ends {
            [FactState::Known(low), FactState::Known(high)] => FactState::between(low, high),
            [state, _] => state,
        }
    }
}

impl Formula {
    /// What a formula of one date gives for a day; a day that no calendar has
    /// counts as the day of evaluation.
    pub(crate) fn since(self, day: i64, as_of: Date) -> i64 {
        let date = i32::try_from(day).ok().and_then(Date::from_days);
        let date = date.unwrap_or(as_of);
        match self {
            Formula::YearsSince(_) => i64::from(date.years_until(as_of)),
            _ => i64::from(as_of.days()) - i64::from(date.days()),
        }
    }

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
