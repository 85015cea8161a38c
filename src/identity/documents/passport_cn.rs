//! Chinese passport number: nine characters, one or two letters and digits.
//!
//! The letters tell the kind of passport. Numbers of the passports of Hong
//! Kong and Macau are accepted with a hint: their series are not published in
//! one place, and in this field another document is usually meant. Passports
//! of before 2007 (14, 15, P., S.) have all expired and are refused.

use super::written::{self, Written};
use super::{DocumentSpec, FieldCheck, FieldKind, IssueCode, Status, Verdict};
use super::{meant_in_number, plain};
use crate::units::Date;

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "passport-cn",
    kind: FieldKind::PassportCn,
    source: "Exit and entry administration, series of ordinary passports E of 2012 and E with a second letter of 2017",
    effective: "2017-04-05",
    valid: &[
        "E12345678",
        "G12345678",
        "EA1234567",
        "ez1234567",
        "PE1234567",
        "SE1234567",
        "DE1234567",
        "Ｅ１２３４５６７８",
        "E 1234-5678",
    ],
    invalid: &[
        ("", IssueCode::PassportEmpty),
        ("E1234567", IssueCode::PassportIncomplete),
        ("PE", IssueCode::PassportIncomplete),
        ("E1234567O", IssueCode::PassportCharacter),
        ("EO1234567", IssueCode::PassportCharacter),
        ("EI1234567", IssueCode::PassportCharacter),
        ("GA1234567", IssueCode::PassportCharacter),
        ("EAB123456", IssueCode::PassportCharacter),
        ("E12345678#", IssueCode::PassportTooLong),
        ("E123456789", IssueCode::PassportTooLong),
        ("123456789", IssueCode::PassportStart),
        ("A12345678", IssueCode::PassportStart),
        ("P12345678", IssueCode::PassportStart),
        ("K12345678", IssueCode::PassportSar),
        ("KJ1234567", IssueCode::PassportSar),
        ("H12345678", IssueCode::PassportSar),
        ("MA1234567", IssueCode::PassportSar),
        ("MB1234567", IssueCode::PassportSar),
    ],
};

const LENGTH: usize = 9;

pub(super) fn judge(value: &str, _as_of: Date) -> Verdict {
    let written = Written::read(value, written::code);
    let text = written.text();
    let (Some(first), second) = (text.first(), text.get(1).copied().unwrap_or(b'0')) else {
        return Verdict::incomplete(IssueCode::PassportEmpty);
    };
    let wrong_start = |upto| Verdict::invalid(IssueCode::PassportStart, written.span(0, upto));
    // How many letters there are; with one character it does not matter yet.
    let letters = match (first, second) {
        (b'E', b'I' | b'O') => 1,
        (b'E', b'A'..=b'Z') => 2,
        (b'P' | b'S' | b'D', b'E') | (b'K', b'J') | (b'M', b'A' | b'B') => 2,
        (b'E' | b'G' | b'H' | b'K', _) => 1,
        (b'P' | b'S' | b'D' | b'M', _) if text.len() == 1 => 1,
        (b'P' | b'S' | b'D' | b'M', _) => return wrong_start(2),
        _ => return wrong_start(1),
    };
    let digits = text.iter().take(LENGTH).skip(letters);
    if let Some(at) = digits.clone().position(|digit| !digit.is_ascii_digit()) {
        let at = at + letters;
        return Verdict::invalid(IssueCode::PassportCharacter, written.span(at, at + 1));
    }
    match text.len() {
        ..LENGTH => Verdict::incomplete(IssueCode::PassportIncomplete),
        LENGTH if matches!(first, b'H' | b'K' | b'M') => {
            Verdict::warn(IssueCode::PassportSar, written.span(0, letters))
        }
        LENGTH => Verdict::OK,
        _ => Verdict::invalid(IssueCode::PassportTooLong, written.span(LENGTH, usize::MAX)),
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
    match (at, letter) {
        (0, '6') => 'G',
        (0, '5') => 'S',
        (0, _) => written::meant_letter(letter),
        // The second place can be a letter, but neither I nor O.
        (1, 'I') => '1',
        (1, 'O') => '0',
        (1, '8'..='9' | 'A'..='Z') => letter,
        (1, _) => written::meant_letter(letter),
        (_, 'L') => '1',
        _ => meant_in_number(letter).unwrap_or(letter),
    }
}
