//! Mobile number of Taiwan: 09 and eight digits, or +886 9 and eight digits.
//!
//! The zero in front goes away after the country code, but many people leave
//! it there; both are read. The canonical form has it, and no country.
use super::mobile::{self, Plan};
use super::written::{Finding, Form};
use super::{DocumentSpec, FieldKind, IssueCode};

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "tw-mobile",
    kind: FieldKind::TwMobile,
    source: "Numbering plan of Taiwan: mobiles begin with 09",
    effective: "2001-01-01",
    valid: &[
        "0912345678",
        "+886 912 345 678",
        "00886-912-345-678",
        "886912345678",
        "+886 (0)912-345-678",
        "０９１２３４５６７８",
    ],
    invalid: &[
        ("", IssueCode::MobileEmpty),
        ("0", IssueCode::MobileEmpty),
        ("+886 0", IssueCode::MobileEmpty),
        ("091234567", IssueCode::MobileTenIncomplete),
        ("+886 912 345 67", IssueCode::MobileTenIncomplete),
        ("O912345678", IssueCode::MobileCharacter),
        ("09123456789", IssueCode::MobileTenTooLong),
        ("912345678", IssueCode::MobileTwStart),
        ("0223456789", IssueCode::MobileTwStart), // a landline
        ("+886 00912345678", IssueCode::MobileTwStart),
        ("+86 138 0013 8000", IssueCode::MobileElsewhere),
    ],
};

const PLAN: Plan = Plan {
    country: b"886",
    has_trunk: true,
    length: 9,
    starts: b"9",
    wrong_start: IssueCode::MobileTwStart,
    elsewhere: IssueCode::MobileElsewhere,
    unfinished: IssueCode::MobileTenIncomplete,
    too_long: IssueCode::MobileTenTooLong,
    range: |_, _| Finding::OK,
};

pub(super) const FORM: Form = Form {
    inspect: |text, context| PLAN.inspect(text, context.tables),
    settle: |text, status| PLAN.settle(text, status),
    // The zero in front is often left out.
    mend: |text| text.starts_with('9').then(|| ["0", text].concat()),
    ..mobile::FORM
};
