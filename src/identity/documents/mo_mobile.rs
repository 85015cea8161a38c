//! Mobile number of Macau: eight digits from 6, with or without +853.
use super::mobile::{self, Plan};
use super::written::{Finding, Form};
use super::{DocumentSpec, FieldKind, IssueCode};

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "mo-mobile",
    kind: FieldKind::MoMobile,
    source: "CTT, numbering plan of Macau: mobiles begin with 6",
    effective: "2005-08-18",
    valid: &[
        "66123456",
        "+853 6612 3456",
        "00853-6212-3456",
        "853 6812 3456",
        "(853) 6312 3456",
        "６６１２３４５６",
    ],
    invalid: &[
        ("", IssueCode::MobileEmpty),
        ("85", IssueCode::MobileEmpty),
        ("6612345", IssueCode::MobileEightIncomplete),
        ("+853 6", IssueCode::MobileEightIncomplete),
        ("6612345l", IssueCode::MobileCharacter),
        ("661234567", IssueCode::MobileEightTooLong),
        ("28123456", IssueCode::MobileMoStart), // a landline
        ("85291234567", IssueCode::MobileMoStart),
        ("+852 9123 4567", IssueCode::MobileElsewhere),
    ],
};

const PLAN: Plan = Plan {
    country: b"853",
    has_trunk: false,
    length: 8,
    starts: b"6",
    wrong_start: IssueCode::MobileMoStart,
    elsewhere: IssueCode::MobileElsewhere,
    unfinished: IssueCode::MobileEightIncomplete,
    too_long: IssueCode::MobileEightTooLong,
    range: |_, _| Finding::OK,
};

pub(super) const FORM: Form = Form {
    inspect: |text, context| PLAN.inspect(text, context.tables),
    settle: |text, status| PLAN.settle(text, status),
    ..mobile::FORM
};
