//! Mobile number of Taiwan: 09 and eight digits, or +886 9 and eight digits.
//!
//! The zero in front goes away after the country code, but many people leave
//! it there; both are read. The canonical form has it, and no country.

use super::hk_mobile::Plan;
use super::{DocumentSpec, FieldCheck, FieldKind, IssueCode, Verdict};
use crate::units::Date;

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
    doubtful: "",
    wrong_start: IssueCode::MobileTwStart,
    unfinished: IssueCode::MobileTenIncomplete,
    too_long: IssueCode::MobileTenTooLong,
};

pub(super) fn judge(value: &str, _as_of: Date) -> Verdict {
    PLAN.judge(value)
}

pub(super) fn describe(value: &str, as_of: Date, found: &mut FieldCheck) {
    PLAN.describe(value, as_of, found, judge);
}
