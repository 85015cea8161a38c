//! Chinese passport number: nine characters, one or two letters and digits.
//!
//! The letters tell the kind of passport. Numbers of the passports of Hong
//! Kong and Macau are accepted with a hint: their series are not published in
//! one place, and in this field another document is usually meant. Passports
//! of before 2007 (14, 15, P., S.) have all expired and are refused.
use super::written::{self, END, Finding, Form, stray};
use super::{DocumentSpec, FieldKind, IssueCode};
use crate::identity::tables::Context;

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

pub(super) const FORM: Form = Form {
    inspect,
    meant,
    ..Form::CODE
};

fn inspect(text: &[u8], _: Context<'_>) -> Finding {
    let (Some(first), second) = (text.first(), text.get(1).copied().unwrap_or(b'0')) else {
        return Finding::incomplete(IssueCode::PassportEmpty);
    };
    // How many letters there are; with one character it does not matter yet.
    let letters = match (first, second) {
        (b'E', b'I' | b'O') => 1,
        (b'E', b'A'..=b'Z') => 2,
        (b'P' | b'S' | b'D', b'E') | (b'K', b'J') | (b'M', b'A' | b'B') => 2,
        (b'E' | b'G' | b'H' | b'K', _) => 1,
        (b'P' | b'S' | b'D' | b'M', _) if text.len() == 1 => 1,
        (b'P' | b'S' | b'D' | b'M', _) => return Finding::invalid(IssueCode::PassportStart, 0, 2),
        _ => return Finding::wrong(IssueCode::PassportStart, 0),
    };
    if let Some(fault) = stray(text, letters, LENGTH, IssueCode::PassportCharacter) {
        return fault;
    }
    match text.len() {
        ..LENGTH => Finding::incomplete(IssueCode::PassportIncomplete),
        LENGTH if matches!(first, b'H' | b'K' | b'M') => {
            Finding::warn(IssueCode::PassportSar, 0, letters)
        }
        LENGTH => Finding::OK,
        _ => Finding::invalid(IssueCode::PassportTooLong, LENGTH, END),
    }
}

/// Returns the character that was probably meant in this place.
fn meant(_: &str, at: usize, letter: char) -> char {
    match (at, letter) {
        (0, '6') => 'G',
        (0, '5') => 'S',
        (0, _) => written::meant_letter(letter),
        // The second place can be a letter, but neither I nor O.
        (1, 'I') => '1',
        (1, 'O') => '0',
        (1, '8'..='9' | 'A'..='Z') => letter,
        (1, _) => written::meant_letter(letter),
        _ => written::meant_digit(letter),
    }
}
