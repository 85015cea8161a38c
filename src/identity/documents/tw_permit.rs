//! Mainland travel permit for residents of Taiwan.
//!
//! Eight digits, for life. The booklets of before 2015 add two digits that
//! count the renewals, and often the letter of the agency, in brackets; I and O
//! are not used for it, since they look like digits.
use super::written::{self, END, Finding, Form, stray};
use super::{DocumentSpec, FieldKind, IssueCode};
use crate::identity::tables::Context;

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

pub(super) const FORM: Form = Form {
    rewrite: written::bracketed_code,
    inspect,
    meant,
    ..Form::CODE
};

fn inspect(text: &[u8], _: Context<'_>) -> Finding {
    if let Some(fault) = stray(text, 0, RENEWED, IssueCode::PermitCharacter) {
        return fault;
    }
    let is_agency = |letter: &u8| letter.is_ascii_uppercase() && !matches!(letter, b'I' | b'O');
    if !text.get(RENEWED).is_none_or(is_agency) {
        return Finding::wrong(IssueCode::PermitCharacter, RENEWED);
    }
    match text.len() {
        0 => Finding::incomplete(IssueCode::PermitEmpty),
        LENGTH | RENEWED | WITH_AGENCY => Finding::OK,
        1..WITH_AGENCY => Finding::incomplete(IssueCode::TwPermitIncomplete),
        _ => Finding::invalid(IssueCode::TwPermitTooLong, WITH_AGENCY, END),
    }
}

/// Returns the character that was probably meant in this place.
fn meant(_: &str, at: usize, letter: char) -> char {
    match (at, letter) {
        // The letter of the agency after a number without renewals.
        (LENGTH.., 'B') => letter,
        (..RENEWED, _) => written::meant_digit(letter),
        _ => written::meant_letter(letter),
    }
}
