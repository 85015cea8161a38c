//! Facts, as a policy declares them.

use serde::{Deserialize, Serialize};

use super::model::Audience;
use crate::facts::FactState;

/// The type of a fact or constant; all values are integers underneath.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactKind {
    /// 0 or 1.
    Bool,
    /// A count.
    Integer,
    /// An amount in fen (1/100 yuan).
    Money,
    /// A ratio in basis points (1/10 000).
    Ratio,
    /// A civil day, as days since 1970-01-01.
    Date,
    /// A number of days.
    Days,
    /// A number of completed years.
    Years,
    /// One of a closed list; the value is the position in the list.
    Code,
    /// A decimal number, in units of 1/10^[`FactDef::digits`].
    ///
    /// The last digit is a guard: what a policy compares with has a zero
    /// there, and a value with more digits is cut off, to a last digit that is
    /// not zero. So every comparison comes out as it would of the whole value.
    Decimal,
}

/// Where a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Stated by the applicant.
    Applicant,
    /// Observed on the device.
    Device,
    /// The shop account.
    Account,
    /// A credit bureau or third-party score.
    Bureau,
    /// Fraud control.
    Fraud,
    /// The platform and the market.
    Market,
}

impl Source {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Source::Applicant => "applicant",
            Source::Device => "device",
            Source::Account => "account",
            Source::Bureau => "bureau",
            Source::Fraud => "fraud",
            Source::Market => "market",
        }
    }
}

/// Whether and how the applicant can move a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actionable {
    /// Cannot be changed by the person.
    No,
    /// Can only be raised.
    Up,
    /// Can only be lowered.
    Down,
    /// Can be moved both ways.
    Free,
}

/// One fact, declared once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactDef {
    /// Name, unique in the policy.
    pub name: String,
    /// Type and unit.
    pub kind: FactKind,
    /// Lowest value, in the fact's unit.
    pub min: i64,
    /// Highest value, in the fact's unit.
    pub max: i64,
    /// How many decimals a [`FactKind::Decimal`] holds, the guard included,
    /// 1 to 15; 0 otherwise.
    pub digits: u8,
    /// The closed list of a [`FactKind::Code`]; empty otherwise.
    pub codes: Vec<String>,
    /// Codes that are not numbers, such as `unavailable`.
    pub specials: Vec<String>,
    /// Whether the fact can be known to be absent.
    pub may_be_missing: bool,
    /// Where it comes from.
    pub source: Source,
    /// Who may see it.
    pub audience: Audience,
    /// Whether the person can change it.
    pub actionable: Actionable,
    /// Whether it is personal data.
    pub personal: bool,
}

impl FactDef {
    /// Whether the declaration allows a state.
    pub(crate) fn allows(&self, state: FactState) -> bool {
        match state {
            FactState::Unknown => true,
            FactState::Missing => self.may_be_missing,
            FactState::Special(code) => usize::from(code) < self.specials.len(),
            FactState::Known(value) => (self.min..=self.max).contains(&value),
            FactState::Between(low, high) => self.min <= low && low <= high && high <= self.max,
        }
    }
}
