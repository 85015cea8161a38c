//! Says whether what a shopper types into an identity field is right.
//!
//! Every field is judged with more than yes or no: fine, not finished yet,
//! doubtful, or wrong, with the place and a way to put it right. Nothing here
//! knows whether a number was really issued, and nothing leaves the device.
//! What a field holds is never changed behind the shopper's back: a canonical
//! form is the same value written plainly, a suggestion is only offered.
//!
//! Two doors lead to the same judgement: [`check_packed`] answers a keystroke
//! with one integer, [`check`] tells everything.

pub mod cross;
mod detect;
mod documents;
mod issues;
mod letters;
mod mask;
mod mobile;
mod normalise;
mod regions;
mod tables;
mod verdict;
mod written;

#[cfg(test)]
mod tests;

pub use detect::detect;
pub use documents::{DocumentSpec, FieldKind};
pub use issues::IssueCode;
pub use mask::mask;
pub use regions::Region;
pub use tables::{CardCheck, CardRange, Segment, SegmentUse, Tables};
pub use verdict::{Span, Status, Verdict};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroize;

use crate::units::Date;
use tables::Context;

/// Everything that is known about the value of one field.
///
/// Serializes with the keys of its fields; `code` is `null` when there is
/// nothing to say; `span`, `birth_date` and `region` are left out where
/// there is none.
///
/// It holds personal data: do not log it. What it copied of the value is wiped
/// from memory when it is dropped; [`FieldCheck::into_canonical`] takes the
/// canonical form out, and with it the duty to wipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FieldCheck {
    /// The kind of field that was asked for.
    pub kind: FieldKind,
    /// How good the value is.
    pub status: Status,
    /// What there is to say; `None` only when `status` is [`Status::Ok`], which
    /// may have a note.
    pub code: Option<IssueCode>,
    /// The value written plainly: without separators, half width, upper case
    /// `X`. It is the form to store when the status is `ok` or `warn`, and the
    /// same rewriting as far as it goes when it is not.
    pub canonical: String,
    /// Canonical forms that may have been meant. None of them is `invalid`,
    /// and none may be applied without asking.
    pub suggestions: Vec<String>,
    /// The part to point at; present exactly for `warn` and `invalid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// The day of birth that a good number tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<Date>,
    /// The place that a good number names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

impl FieldCheck {
    /// Returns the canonical form without copying it; everything else is wiped.
    #[must_use]
    pub fn into_canonical(mut self) -> String {
        core::mem::take(&mut self.canonical)
    }

    /// Returns the suggestions without copying them; everything else is wiped.
    #[must_use]
    pub fn into_suggestions(mut self) -> Vec<String> {
        core::mem::take(&mut self.suggestions)
    }
}

impl Drop for FieldCheck {
    fn drop(&mut self) {
        self.canonical.zeroize();
        self.suggestions.zeroize();
    }
}

/// Judges the value of a field as typed, on the day `as_of`.
///
/// `incomplete` is exact: it is the answer if and only if typing on can lead
/// to a value that is not `invalid`, and the value is neither `ok` nor `warn`
/// already. The empty field is always `incomplete`. Never panics.
///
/// An `as_of` before 1900 is outside this promise: nobody is born yet then, so
/// every whole identity number is refused, though its region is not.
///
/// # Examples
///
/// ```
/// use precheck::identity::{FieldKind, Status, check};
/// use precheck::units::Date;
/// let today = Date::from_ymd(2026, 3, 1).expect("a day of the calendar");
/// let found = check(FieldKind::CnMobile, "+86 138-0013-8000", today);
/// assert_eq!(found.status, Status::Ok);
/// assert_eq!(found.canonical, "13800138000");
/// ```
#[must_use]
pub fn check(kind: FieldKind, value: &str, as_of: Date) -> FieldCheck {
    Tables::BUILT_IN.check(kind, value, as_of)
}

/// Judges like [`check`], and answers with one integer, without allocating.
///
/// The layout is the one of [`Verdict::pack`]; [`Verdict::unpack`] reads it.
#[must_use]
pub fn check_packed(kind: FieldKind, value: &str, as_of: Date) -> u32 {
    Tables::BUILT_IN.check_packed(kind, value, as_of)
}

fn check_with(kind: FieldKind, value: &str, context: Context<'_>) -> FieldCheck {
    let Verdict { status, code, span } = documents::judge(kind, value, context);
    let mut found = FieldCheck {
        kind,
        status,
        code,
        canonical: String::new(),
        suggestions: Vec::new(),
        span,
        birth_date: None,
        region: None,
    };
    documents::describe(kind, value, context, &mut found);
    found
}

impl<'de> Deserialize<'de> for FieldKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::units::named::deserialize(deserializer, "a kind of field", FieldKind::parse)
    }
}

impl Serialize for FieldKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Serialize for IssueCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
