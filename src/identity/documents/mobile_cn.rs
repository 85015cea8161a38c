//! Mobile number of mainland China: eleven digits, with or without +86.
//!
//! The segment, three to five digits, tells whether the number can exist and
//! whether a person is likely to read messages on it. Whether it is connected
//! is not known here. Numbers of machines with thirteen digits are no phone
//! numbers in this sense.

use super::normalise::{self, Placed};
use super::{DocumentSpec, FieldCheck, FieldKind, IssueCode, Span, Status, Verdict};
use super::{mended_number, plain};
use crate::units::Date;
use zeroize::Zeroizing;

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "mobile-cn",
    kind: FieldKind::CnMobile,
    source: "MIIT, number segments of public mobile networks, 2023-03, and 1610 of 2026-03",
    effective: "2026-03",
    valid: &[
        "13800138000",
        "+86 138-0013-8000",
        "008613800138000",
        "8613800138000",
        "１３８００１３８０００",
        "17012345678",
        "16101234567",
        "13492345678",
        "17401234567",
    ],
    invalid: &[
        ("", IssueCode::MobileEmpty),
        ("+86", IssueCode::MobileEmpty),
        ("1380013800", IssueCode::MobileIncomplete),
        ("1380013800O", IssueCode::MobileCharacter),
        ("138+0013800", IssueCode::MobileCharacter),
        ("138001380000", IssueCode::MobileTooLong),
        ("01012345678", IssueCode::MobileStart),
        ("23800138000", IssueCode::MobileStart),
        ("+852 5123 4567", IssueCode::MobileCountry),
        ("0085251234567", IssueCode::MobileCountry),
        ("12012345678", IssueCode::MobileUnallocated),
        ("14412345678", IssueCode::MobileUnallocated),
        ("15412345678", IssueCode::MobileUnallocated),
        ("16112345678", IssueCode::MobileUnallocated),
        ("14612345678", IssueCode::MobileDataSegment),
        ("17212345678", IssueCode::MobileDataSegment),
        ("13491123456", IssueCode::MobileSatellite),
        ("17491234567", IssueCode::MobileSatellite),
        ("16191234567", IssueCode::MobileSatellite),
    ],
};

const LENGTH: usize = 11;

/// With the longest way to write the country, 0086, and one digit too many.
const LONGEST: usize = LENGTH + 5;

/// What the beginning of a number says about it.
#[derive(Clone, Copy)]
enum Segment {
    Person,
    /// Data cards and machines, in use or by origin: few of them read messages.
    Data,
    Satellite,
    /// The next digit decides.
    Split,
    None,
}

/// The segments by the second digit (from 3) and the third.
const SEGMENTS: [[Segment; 10]; 7] = {
    use Segment::{Data as D, None as O, Person as P, Split as X};
    [
        [P, P, P, P, X, P, P, P, P, P], // 130–139; 134 is split
        [O, O, O, O, O, D, D, D, D, D], // 145–149; 140–144 exist with 13 digits only
        [P, P, P, P, O, P, P, P, P, P], // 150–159 without 154
        [O, X, P, O, O, P, P, P, O, O], // 162, 165–167; 161 is split
        [P, P, D, P, X, P, P, P, P, O], // 170–178; 174 is split
        [P, P, P, P, P, P, P, P, P, P], // 180–189
        [P, P, P, P, O, P, P, P, P, P], // 190–199 without 194
    ]
};

/// Returns the segment of the first digits, as far as they decide it.
///
/// With four digits it is certain whether the number can exist; the fifth only
/// tells a satellite from an ordinary number.
fn segment(digits: &[u8]) -> Segment {
    let row = match digits.get(1) {
        None => return Segment::Split,
        Some(second) => second.wrapping_sub(b'3'),
    };
    let Some(row) = SEGMENTS.get(usize::from(row)) else {
        return Segment::None;
    };
    let Some(third) = digits.get(2) else {
        return Segment::Split;
    };
    match row.get(usize::from(third.wrapping_sub(b'0'))) {
        Some(Segment::Split) => match digits {
            [_, _, _] => Segment::Split,
            // Tiantong satellites of China Telecom are ordinary subscribers.
            [b'1', b'3', b'4', b'9', b'2' | b'3' | b'9', ..] => Segment::Person,
            [b'1', b'7', b'4', b'0', b'0'..=b'5', ..] => Segment::Person,
            [b'1', b'3', b'4', b'9', ..] | [b'1', b'7', b'4', ..] => Segment::Satellite,
            [b'1', b'3', b'4', ..] | [b'1', b'6', b'1', b'0', ..] => Segment::Person,
            [b'1', b'6', b'1', b'9', ..] => Segment::Satellite,
            _ => Segment::None,
        },
        Some(segment) => *segment,
        None => Segment::None,
    }
}

pub(super) fn judge(value: &str, _as_of: Date) -> Verdict {
    let nowhere = Span { start: 0, end: 0 };
    let mut text = Zeroizing::new([0_u8; LONGEST]);
    let mut places = [nowhere; LONGEST];
    let mut len = 0;
    let mut last = nowhere;
    for Placed { letter, span } in normalise::rewritten(value, normalise::number) {
        if !letter.is_ascii_digit() && (letter != '+' || len > 0) {
            return Verdict::invalid(IssueCode::MobileCharacter, span);
        }
        if len < LONGEST {
            text[len] = letter as u8;
            places[len] = span;
        }
        len += 1;
        last = span;
    }
    let text = &text[..len.min(LONGEST)];
    let span = |from: usize, upto: usize| places[from].to(places[upto - 1]);

    let country = country(text).as_bytes();
    let known = text.len().min(country.len());
    if text[..known] != country[..known] {
        // 010… is a landline and 85… a slip; +852… and 00852… are elsewhere.
        let is_abroad = text[0] == b'+' || text.starts_with(b"00");
        return if is_abroad {
            Verdict::invalid(IssueCode::MobileCountry, span(0, known))
        } else {
            Verdict::invalid(IssueCode::MobileStart, span(0, 1))
        };
    }
    let start = country.len();
    let Some(digits) = text.get(start..).filter(|digits| !digits.is_empty()) else {
        return Verdict::incomplete(IssueCode::MobileEmpty);
    };
    if len > start + LENGTH {
        return Verdict::invalid(IssueCode::MobileTooLong, places[start + LENGTH].to(last));
    }
    if digits[0] != b'1' {
        return Verdict::invalid(IssueCode::MobileStart, span(start, start + 1));
    }
    // How much of the number shows its segment.
    let shown = |most: usize| span(start, start + digits.len().min(most));
    match segment(digits) {
        Segment::None if digits.get(..3) == Some(b"161") => {
            Verdict::invalid(IssueCode::MobileUnallocated, shown(4))
        }
        Segment::None => Verdict::invalid(IssueCode::MobileUnallocated, shown(3)),
        _ if digits.len() < LENGTH => Verdict::incomplete(IssueCode::MobileIncomplete),
        Segment::Data => Verdict::warn(IssueCode::MobileDataSegment, shown(3)),
        Segment::Satellite => Verdict::warn(IssueCode::MobileSatellite, shown(4)),
        Segment::Person | Segment::Split => Verdict::OK,
    }
}

/// Returns the way of writing +86 that a number can only begin with, if any.
fn country(text: &[u8]) -> &'static str {
    match text.first() {
        Some(b'+') => "+86",
        Some(b'0') => "0086",
        Some(b'8') => "86",
        _ => "",
    }
}

pub(super) fn describe(value: &str, as_of: Date, found: &mut FieldCheck) {
    found.canonical = national(plain(value, normalise::number));
    if found.status == Status::Invalid {
        let mut mended = mended_number(value);
        // A zero in front is the old way to dial another city's mobile.
        let without_zero = mended.strip_prefix('0').unwrap_or_default();
        if judge(&mended, as_of).status != Status::Invalid {
            found
                .suggestions
                .push(national(core::mem::take(&mut *mended)));
        } else if without_zero.starts_with('1')
            && judge(without_zero, as_of).status != Status::Invalid
        {
            found.suggestions.push(without_zero.to_owned());
        }
    }
}

/// Returns the number without +86, 0086 or 86.
fn national(text: String) -> String {
    let mut text = Zeroizing::new(text);
    match text.strip_prefix(country(text.as_bytes())) {
        Some(rest) if rest.len() < text.len() => rest.to_owned(),
        _ => core::mem::take(&mut *text),
    }
}
