//! What ages: the segments of mobile numbers and the prefixes of bank cards.
//!
//! Tables of both are built in, with the day of their sources. Authorities and
//! card schemes hand out new ones every year, so a policy may bring tables of
//! its own, which replace the built-in ones whole.

use serde::{Deserialize, Serialize};

use super::detect::detect_by;
use super::documents::{BUILT_IN_CARDS, BUILT_IN_SEGMENTS};
use super::mask::mask_by;
use super::{FieldCheck, FieldKind, Verdict, check_with, documents};
use crate::units::Date;

/// Who uses the numbers of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SegmentUse {
    /// Ordinary people.
    People,
    /// Data cards and machines, in use or by origin: few of them read messages.
    Data,
    /// Satellite telephones.
    Satellite,
}

/// A segment of the mobile numbers of mainland China.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// The first five digits of its first number, such as 13400.
    pub first: u16,
    /// The first five digits of its last number, such as 13489.
    pub last: u16,
    /// Who uses it.
    pub used_by: SegmentUse,
}

/// How far the cards of an issuer keep to the Luhn check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardCheck {
    /// All of them: a failure is a fault.
    Kept,
    /// Not all of them: a failure is only a hint.
    Loose,
    /// Not all of them, and the issuer is not known by these digits.
    Unlisted,
}

/// A range of bank card numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRange {
    /// The first six digits of its first number, such as 620000.
    pub first: u32,
    /// The first six digits of its last number, such as 629999.
    pub last: u32,
    /// The fewest digits of a card.
    pub shortest: u8,
    /// The most digits of a card.
    pub longest: u8,
    /// What its check digit is worth.
    pub check: CardCheck,
}

/// The tables that fields are checked by. Both are sorted and do not overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tables<'t> {
    /// The segments of mobile numbers in use.
    pub segments: &'t [Segment],
    /// The ranges of bank card numbers that are known.
    pub cards: &'t [CardRange],
}

impl Tables<'_> {
    /// The tables of this version; their files in `documents/` name sources and
    /// days.
    pub const BUILT_IN: Tables<'static> = Tables {
        segments: BUILT_IN_SEGMENTS,
        cards: BUILT_IN_CARDS,
    };

    /// Judges like [`super::check`], by these tables.
    #[must_use]
    pub fn check(self, kind: FieldKind, value: &str, as_of: Date) -> FieldCheck {
        check_with(
            kind,
            value,
            Context {
                as_of,
                tables: self,
            },
        )
    }

    /// Judges like [`super::check_packed`], by these tables.
    #[must_use]
    pub fn check_packed(self, kind: FieldKind, value: &str, as_of: Date) -> u32 {
        self.judge(kind, value, as_of).pack()
    }

    /// Finds kinds like [`super::detect()`], by these tables.
    #[must_use]
    pub fn detect(self, value: &str, as_of: Date) -> Vec<FieldKind> {
        detect_by(self, value, as_of)
    }

    /// Hides like [`super::mask()`], by these tables.
    #[must_use]
    pub fn mask(self, kind: FieldKind, value: &str) -> String {
        mask_by(self, kind, value)
    }

    pub(super) fn judge(self, kind: FieldKind, value: &str, as_of: Date) -> Verdict {
        let context = Context {
            as_of,
            tables: self,
        };
        documents::judge(kind, value, context)
    }
}

/// What a judgement depends on besides the value.
#[derive(Clone, Copy)]
pub(super) struct Context<'t> {
    pub(super) as_of: Date,
    pub(super) tables: Tables<'t>,
}
