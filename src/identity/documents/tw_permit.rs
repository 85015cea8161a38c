//! Mainland travel permit for residents of Taiwan.
//!
//! Eight digits, for life. The booklets of before 2015 add two digits that
//! count the renewals, and often the letter of the agency, in brackets.

use super::written::{self, Written};
use super::{DocumentSpec, FieldCheck, FieldKind, IssueCode, Status, Verdict};
use super::{meant_in_number, plain};
use crate::units::Date;

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "tw-permit",
    kind: FieldKind::TwPermit,
    source: "Ministry of Public Security, notice on the electronic permit for residents of Taiwan",
    effective: "2015-07-06",
    valid: &[
        "12345678",
        "01234567",
        "1234567801",
        "1234567801B",
        "12345678 01 (b)",
        "１２３４５６７８",
    ],
    invalid: &[
        ("", IssueCode::PermitEmpty),
        ("1234567", IssueCode::TwPermitIncomplete),
        ("123456780", IssueCode::TwPermitIncomplete),
        ("1234567O", IssueCode::PermitCharacter),
        ("12345678B", IssueCode::PermitCharacter),
        ("123456780B", IssueCode::PermitCharacter),
        ("12345678011", IssueCode::PermitCharacter),
        ("1234567801BB", IssueCode::TwPermitTooLong),
    ],
};

const LENGTH: usize = 8;
const RENEWED: usize = LENGTH + 2;
const WITH_AGENCY: usize = RENEWED + 1;

pub(super) fn judge(value: &str, _as_of: Date) -> Verdict {
    let written = Written::read(value, written::bracketed_code);
    let text = written.text();
    let is_wrong = |at: &usize| match *at {
        ..RENEWED => !text[*at].is_ascii_digit(),
        _ => !text[*at].is_ascii_uppercase(),
    };
    if let Some(at) = (0..text.len().min(WITH_AGENCY)).find(is_wrong) {
        return Verdict::invalid(IssueCode::PermitCharacter, written.span(at, at + 1));
    }
    match text.len() {
        0 => Verdict::incomplete(IssueCode::PermitEmpty),
        LENGTH | RENEWED | WITH_AGENCY => Verdict::OK,
        1..WITH_AGENCY => Verdict::incomplete(IssueCode::TwPermitIncomplete),
        _ => Verdict::invalid(
            IssueCode::TwPermitTooLong,
            written.span(WITH_AGENCY, usize::MAX),
        ),
    }
}

pub(super) fn describe(value: &str, as_of: Date, found: &mut FieldCheck) {
    found.canonical = plain(value, written::bracketed_code);
    if found.status == Status::Invalid {
        written::offer_mended(found, meant, as_of, judge);
    }
}

/// Returns the character that was probably meant in this place.
fn meant(at: usize, letter: char) -> char {
    match letter {
        _ if at >= RENEWED => written::meant_letter(letter),
        'L' => '1',
        _ => meant_in_number(letter).unwrap_or(letter),
    }
}
