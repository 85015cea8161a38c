//! Mobile number of Hong Kong: eight digits, with or without +852.
//!
//! Which levels are mobiles is known; a few shared ones have other services too.
use super::mobile::{self, Plan};
use super::written::{Finding, Form};
use super::{DocumentSpec, FieldKind, IssueCode};

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "hk-mobile",
    kind: FieldKind::HkMobile,
    source: "OFCA, numbering plan for telecommunications services, with levels 4, 7 and 8 for mobiles",
    effective: "2018-02-05",
    valid: &[
        "51234567",
        "+852 6123 4567",
        "00852-9123-4567",
        "852 9123 4567",
        "(852) 4612 3456",
        "７０１２３４５６",
        "84123456",
        "85291234567",
    ],
    invalid: &[
        ("", IssueCode::MobileEmpty),
        ("+852", IssueCode::MobileEmpty),
        ("0", IssueCode::MobileEmpty),
        ("5123456", IssueCode::MobileEightIncomplete),
        ("852912345", IssueCode::MobileEightIncomplete),
        ("5123456O", IssueCode::MobileCharacter),
        ("512345678", IssueCode::MobileEightTooLong),
        ("85212345678", IssueCode::MobileHkStart),
        ("21234567", IssueCode::MobileHkStart), // a landline
        ("051234567", IssueCode::MobileHkStart),
        ("+86 138 0013 8000", IssueCode::MobileElsewhere),
        ("00853 6612 3456", IssueCode::MobileElsewhere),
        ("81234567", IssueCode::MobileHkRange),
        ("85291234", IssueCode::MobileHkRange), // eight digits, not a country
        ("99912345", IssueCode::MobileHkRange),
    ],
};

/// Pairs of first digits for paging, personal numbers and free calls, with a
/// few mobiles among them. The levels that are mobiles without doubt: 4, 5, 6,
/// 70, 84, 90–98.
const SHARED: &str = "71727374757677787980818283858687888999";

const PLAN: Plan = Plan {
    country: b"852",
    has_trunk: false,
    length: 8,
    starts: b"456789",
    wrong_start: IssueCode::MobileHkStart,
    elsewhere: IssueCode::MobileElsewhere,
    unfinished: IssueCode::MobileEightIncomplete,
    too_long: IssueCode::MobileEightTooLong,
    range: |digits, _| {
        let mut shared = SHARED.as_bytes().chunks_exact(2);
        if shared.any(|pair| digits.starts_with(pair)) {
            Finding::warn(IssueCode::MobileHkRange, 0, 2)
        } else {
            Finding::OK
        }
    },
};

pub(super) const FORM: Form = Form {
    inspect: |text, context| PLAN.inspect(text, context.tables),
    settle: |text, status| PLAN.settle(text, status),
    ..mobile::FORM
};
