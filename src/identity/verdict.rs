//! The judgement of one value, in words and as one integer.
//!
//! It says how good a value is, why, and where to look. It carries no text of
//! the value itself, so it may be logged and sent across the WASM boundary.

use serde::Serialize;

use super::IssueCode;

/// How good a value is, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Status {
    /// Nothing to say against it.
    Ok = 0,
    /// Not finished: typing on can still make it right.
    Incomplete = 1,
    /// Unusual, perhaps wrong; never a reason to stop somebody.
    Warn = 2,
    /// Wrong, and typing on will not help.
    Invalid = 3,
}

impl Status {
    /// Every status, from best to worst.
    pub const ALL: &'static [Status] = &[
        Status::Ok,
        Status::Incomplete,
        Status::Warn,
        Status::Invalid,
    ];

    /// Returns the word of the JSON contract, as in `"incomplete"`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Incomplete => "incomplete",
            Status::Warn => "warn",
            Status::Invalid => "invalid",
        }
    }
}

/// A part of the value as typed, never empty.
///
/// Counted in UTF-16 code units, as `setSelectionRange` and the length of a
/// string in a browser are: `𠮷` takes two, `张` and `1` take one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Span {
    /// The first code unit.
    pub start: u32,
    /// One past the last code unit.
    pub end: u32,
}

impl Span {
    /// Returns the part from the beginning of `self` to the end of `last`.
    pub(super) const fn to(self, last: Span) -> Span {
        Span {
            start: self.start,
            end: last.end,
        }
    }
}

/// Status, reason and place: everything but the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// How good the value is.
    pub status: Status,
    /// What there is to say about it.
    pub code: Option<IssueCode>,
    /// The part to point at.
    pub span: Option<Span>,
}

impl Verdict {
    /// Returns the verdict as one integer.
    ///
    /// | bits | content |
    /// |---|---|
    /// | 0–1 | status: 0 ok, 1 incomplete, 2 warn, 3 invalid |
    /// | 2–9 | [`IssueCode::number`]; 0 for none |
    /// | 10–17 | start of the span, at most 255 |
    /// | 18–25 | end of the span, at most 255; 0 for no span |
    /// | 26–31 | 0 |
    ///
    /// A span beyond 255 code units loses its exact place, nothing else does.
    #[must_use]
    pub fn pack(self) -> u32 {
        let code = self.code.map_or(0, IssueCode::number);
        let (start, end) = self.span.map_or((0, 0), |span| (span.start, span.end));
        self.status as u32 | u32::from(code) << 2 | start.min(255) << 10 | end.min(255) << 18
    }

    /// Reads what [`Verdict::pack`] wrote; `None` for any other integer.
    #[must_use]
    pub fn unpack(packed: u32) -> Option<Verdict> {
        let status = *Status::ALL.get((packed & 3) as usize)?;
        let code = match (packed >> 2 & 255) as u8 {
            0 => None,
            number => Some(IssueCode::from_number(number)?),
        };
        let (start, end) = (packed >> 10 & 255, packed >> 18 & 255);
        if packed >> 26 != 0 || start > end || (start == end && start != 0 && start != 255) {
            return None;
        }
        let span = (end != 0).then_some(Span { start, end });
        Some(Verdict { status, code, span })
    }
}
