//! Mainland travel permit for residents of Hong Kong and Macau.
//!
//! A letter, H or M, and eight digits, for life; cards of before 2013 add two
//! digits that count the renewals. Permanent residents who are not Chinese
//! have HA or MA and seven digits, since the day that such cards are issued.

use super::written::{self, Written};
use super::{DocumentSpec, FieldCheck, FieldKind, IssueCode, Status, Verdict};
use super::{meant_in_number, plain};
use crate::units::Date;

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "hk-mo-permit",
    kind: FieldKind::HkMoPermit,
    source: "Ministry of Public Security, number rules of 2010-03-10; National Immigration Administration, 2024-07-01",
    effective: "2024-07-10",
    valid: &[
        "H12345678",
        "m12345678",
        "H1234567800",
        "M12345678 01",
        "HA1234567",
        "MA1234567",
        "Ｈ１２３４５６７８",
    ],
    invalid: &[
        ("", IssueCode::PermitEmpty),
        ("H1234567", IssueCode::PermitIncomplete),
        ("H123456780", IssueCode::PermitIncomplete),
        ("HA", IssueCode::PermitIncomplete),
        ("H1234567O", IssueCode::PermitCharacter),
        ("HB1234567", IssueCode::PermitCharacter),
        ("H123456780X", IssueCode::PermitCharacter),
        ("H12345678001", IssueCode::PermitTooLong),
        ("HA12345678", IssueCode::PermitTooLong),
        ("123456789", IssueCode::PermitStart),
        ("C12345678", IssueCode::PermitStart),
    ],
};

const LENGTH: usize = 9;
const RENEWED: usize = 11;

/// The first day of cards for residents who are not Chinese.
const FIRST_FOREIGN: (i32, u32, u32) = (2024, 7, 10);

pub(super) fn judge(value: &str, as_of: Date) -> Verdict {
    let written = Written::read(value, written::code);
    let text = written.text();
    match text.first() {
        None => return Verdict::incomplete(IssueCode::PermitEmpty),
        Some(b'H' | b'M') => {}
        Some(_) => return Verdict::invalid(IssueCode::PermitStart, written.span(0, 1)),
    }
    let is_foreign = text.get(1) == Some(&b'A');
    let (letters, longest) = if is_foreign {
        (2, LENGTH)
    } else {
        (1, RENEWED)
    };
    if let Some(at) = (letters..text.len().min(longest)).find(|&at| !text[at].is_ascii_digit()) {
        return Verdict::invalid(IssueCode::PermitCharacter, written.span(at, at + 1));
    }
    match text.len() {
        LENGTH if is_foreign && as_of.ymd() < FIRST_FOREIGN => {
            Verdict::warn(IssueCode::PermitNotYet, written.span(0, 2))
        }
        LENGTH | RENEWED if text.len() <= longest => Verdict::OK,
        len if len > longest => {
            Verdict::invalid(IssueCode::PermitTooLong, written.span(longest, usize::MAX))
        }
        _ => Verdict::incomplete(IssueCode::PermitIncomplete),
    }
}

pub(super) fn describe(value: &str, as_of: Date, found: &mut FieldCheck) {
    found.canonical = plain(value, written::code);
    if found.status == Status::Invalid {
        written::offer_mended(found, meant, as_of, judge);
    }
}

/// Returns the character that was probably meant in this place.
fn meant(at: usize, letter: char) -> char {
    match (at, written::meant_letter(letter)) {
        (0, letter) | (1, letter @ 'A') => letter,
        (_, 'L') => '1',
        (_, letter) => meant_in_number(letter).unwrap_or(letter),
    }
}
