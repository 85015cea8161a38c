//! One-time code from a text message: six digits, or four to eight.
//!
//! The field does not know whose message it is, so it cannot know the length:
//! six digits are what nearly every sender in China uses and are `ok`; four,
//! five, seven and eight exist and are accepted with a warning. Whether the
//! code is the right one is not known here.

use super::normalise::{self, Placed};
use super::{DocumentSpec, FieldCheck, FieldKind, IssueCode, Span, Status, Verdict};
use super::{mended_number, plain};
use crate::units::Date;

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

pub(super) fn judge(value: &str, _as_of: Date) -> Verdict {
    let mut len = 0;
    let mut whole: Option<Span> = None;
    let mut surplus: Option<Span> = None;
    for Placed { letter, span } in normalise::rewritten(value, normalise::number) {
        if !letter.is_ascii_digit() {
            return Verdict::invalid(IssueCode::OtpCharacter, span);
        }
        len += 1;
        whole = Some(whole.unwrap_or(span).to(span));
        if len > LONGEST {
            surplus = Some(surplus.unwrap_or(span).to(span));
        }
    }
    match (surplus, whole) {
        (Some(span), _) => Verdict::invalid(IssueCode::OtpTooLong, span),
        (None, None) => Verdict::incomplete(IssueCode::OtpEmpty),
        _ if len == USUAL => Verdict::OK,
        (None, Some(whole)) if len >= SHORTEST => Verdict::warn(IssueCode::OtpLength, whole),
        _ => Verdict::incomplete(IssueCode::OtpIncomplete),
    }
}

pub(super) fn describe(value: &str, as_of: Date, found: &mut FieldCheck) {
    found.canonical = plain(value, normalise::number);
    if found.status == Status::Invalid {
        let mut mended = mended_number(value);
        if judge(&mended, as_of).status != Status::Invalid {
            found.suggestions.push(core::mem::take(&mut *mended));
        }
    }
}
