//! Mainland travel permit for residents of Hong Kong and Macau.
//!
//! A letter, H or M, and eight digits, for life; cards of before 2013 add two
//! digits that count the renewals. Permanent residents who are not Chinese
//! have HA or MA and seven digits, since the day that such cards are issued.
use super::written::{self, END, Finding, Form, stray};
use super::{DocumentSpec, FieldKind, IssueCode};
use crate::identity::tables::Context;

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

pub(super) const FORM: Form = Form {
    inspect,
    meant,
    ..Form::CODE
};

fn inspect(text: &[u8], context: Context<'_>) -> Finding {
    match text.first() {
        None => return Finding::incomplete(IssueCode::PermitEmpty),
        Some(b'H' | b'M') => {}
        Some(_) => return Finding::wrong(IssueCode::PermitStart, 0),
    }
    let is_foreign = text.get(1) == Some(&b'A');
    let (letters, longest) = if is_foreign {
        (2, LENGTH)
    } else {
        (1, RENEWED)
    };
    if let Some(fault) = stray(text, letters, longest, IssueCode::PermitCharacter) {
        return fault;
    }
    match text.len() {
        LENGTH if is_foreign && context.as_of.ymd() < FIRST_FOREIGN => {
            Finding::warn(IssueCode::PermitNotYet, 0, 2)
        }
        LENGTH | RENEWED if text.len() <= longest => Finding::OK,
        len if len > longest => Finding::invalid(IssueCode::PermitTooLong, longest, END),
        _ => Finding::incomplete(IssueCode::PermitIncomplete),
    }
}

/// Returns the character that was probably meant in this place.
fn meant(_: &str, at: usize, letter: char) -> char {
    match (at, written::meant_letter(letter)) {
        (0, letter) | (1, letter @ 'A') => letter,
        (_, letter) => written::meant_digit(letter),
    }
}
