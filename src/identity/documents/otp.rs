//! One-time code from a text message: six digits, or four to eight.
//!
//! The field does not know whose message it is, so it cannot know the length:
//! six digits are what nearly every sender in China uses and are `ok`; four,
//! five, seven and eight exist and are accepted with a warning. Whether the
//! code is the right one is not known here.
use super::written::{END, Finding, Form, stray};
use super::{DocumentSpec, FieldKind, IssueCode};
use crate::identity::tables::Context;

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "otp",
    kind: FieldKind::Otp,
    source: "the habit of senders; JR/T 0068-2020 asks banks for six characters or more",
    effective: "2020-02",
    valid: &["024681", " 024 681 ", "０２４６８１", "024-681"],
    invalid: &[
        ("", IssueCode::OtpEmpty),
        ("024", IssueCode::OtpIncomplete),
        ("O24681", IssueCode::OtpCharacter),
        ("G-024681", IssueCode::OtpCharacter),
        ("024681357", IssueCode::OtpTooLong),
        ("0246", IssueCode::OtpLength),
        ("02468135", IssueCode::OtpLength),
    ],
};

const SHORTEST: usize = 4;
const USUAL: usize = 6;
const LONGEST: usize = 8;

pub(super) const FORM: Form = Form {
    inspect,
    ..Form::NUMBER
};

fn inspect(text: &[u8], _: Context<'_>) -> Finding {
    if let Some(fault) = stray(text, 0, END, IssueCode::OtpCharacter) {
        return fault;
    }
    match text.len() {
        0 => Finding::incomplete(IssueCode::OtpEmpty),
        USUAL => Finding::OK,
        len if len < SHORTEST => Finding::incomplete(IssueCode::OtpIncomplete),
        len if len > LONGEST => Finding::invalid(IssueCode::OtpTooLong, LONGEST, END),
        _ => Finding::warn(IssueCode::OtpLength, 0, END),
    }
}
