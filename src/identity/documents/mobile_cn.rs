//! Mobile number of mainland China: eleven digits, with or without +86.
//!
//! The segment, three to five digits, tells whether the number can exist and
//! whether a person is likely to read messages on it. Whether it is connected
//! is not known here. Numbers of machines with thirteen digits are no phone
//! numbers in this sense.
use super::mobile::{self, Plan};
use super::resident_id::number;
use super::written::{Finding, Form};
use super::{DocumentSpec, FieldKind, IssueCode};
use crate::identity::tables::{Segment, SegmentUse, Tables};

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "mobile-cn",
    kind: FieldKind::CnMobile,
    source: "MIIT, number segments of public mobile networks, 2023-03, and 1610 of 2026-03",
    effective: "2026-03",
    valid: &[
        "13800138000",
        "+86 138-0013-8000",
        "008613800138000",
        "8613800138000",
        "１３８００１３８０００",
        "17012345678",
        "16101234567",
        "13492345678",
        "17401234567",
    ],
    invalid: &[
        ("", IssueCode::MobileEmpty),
        ("+86", IssueCode::MobileEmpty),
        ("1380013800", IssueCode::MobileIncomplete),
        ("1380013800O", IssueCode::MobileCharacter),
        ("138+0013800", IssueCode::MobileCharacter),
        ("138001380000", IssueCode::MobileTooLong),
        ("01012345678", IssueCode::MobileStart),
        ("23800138000", IssueCode::MobileStart),
        ("+852 5123 4567", IssueCode::MobileCountry),
        ("0085251234567", IssueCode::MobileCountry),
        ("12012345678", IssueCode::MobileUnallocated),
        ("14412345678", IssueCode::MobileUnallocated),
        ("15412345678", IssueCode::MobileUnallocated),
        ("16112345678", IssueCode::MobileUnallocated),
        ("14612345678", IssueCode::MobileDataSegment),
        ("17212345678", IssueCode::MobileDataSegment),
        ("13491123456", IssueCode::MobileSatellite),
        ("17491234567", IssueCode::MobileSatellite),
        ("16191234567", IssueCode::MobileSatellite),
    ],
};

/// The segments in use: MIIT's table of 2023-03, and 1610 and 1619 of 2026-03.
/// Those of virtual operators (162, 165, 167, 170, 171) are people's like any
/// other. 140 to 144 are numbers of machines with thirteen digits; 146, 148 and
/// 172 are made for data, 145, 147 and 149 were once.
pub(in crate::identity) const BUILT_IN: &[Segment] = &[
    people(13000, 13489),
    satellite(13490, 13491),
    people(13492, 13493),
    satellite(13494, 13498),
    people(13499, 13999),
    data(14500, 14999),
    people(15000, 15399),
    people(15500, 15999),
    people(16100, 16109),
    satellite(16190, 16199),
    people(16200, 16299),
    people(16500, 16799),
    people(17000, 17199),
    data(17200, 17299),
    people(17300, 17405),
    satellite(17406, 17499),
    people(17500, 17899),
    people(18000, 18999),
    people(19000, 19399),
    people(19500, 19999),
];

const fn people(first: u16, last: u16) -> Segment {
    segment(first, last, SegmentUse::People)
}

const fn data(first: u16, last: u16) -> Segment {
    segment(first, last, SegmentUse::Data)
}

const fn satellite(first: u16, last: u16) -> Segment {
    segment(first, last, SegmentUse::Satellite)
}

const fn segment(first: u16, last: u16, used_by: SegmentUse) -> Segment {
    Segment {
        first,
        last,
        used_by,
    }
}

/// How many digits tell the segment.
const SHOWN: usize = 5;

const PLAN: Plan = Plan {
    country: b"86",
    has_trunk: false,
    length: 11,
    starts: b"1",
    wrong_start: IssueCode::MobileStart,
    elsewhere: IssueCode::MobileCountry,
    unfinished: IssueCode::MobileIncomplete,
    too_long: IssueCode::MobileTooLong,
    range,
};

fn range(digits: &[u8], tables: Tables<'_>) -> Finding {
    let known = digits.len().min(SHOWN);
    match reached(digits, known, tables) {
        Some(SegmentUse::People) => Finding::OK,
        Some(SegmentUse::Data) => Finding::warn(IssueCode::MobileDataSegment, 0, 3),
        Some(SegmentUse::Satellite) => Finding::warn(IssueCode::MobileSatellite, 0, 4),
        None => {
            // Only as many digits are pointed at as decide it.
            let mut shown = 3..known;
            let shown = shown.find(|&shown| reached(digits, shown, tables).is_none());
            Finding::invalid(IssueCode::MobileUnallocated, 0, shown.unwrap_or(known))
        }
    }
}

/// Returns who uses the first segment that so many digits leave possible.
fn reached(digits: &[u8], shown: usize, tables: Tables<'_>) -> Option<SegmentUse> {
    let open = 10_u32.pow((SHOWN - shown) as u32);
    let first = number(digits, 0, shown) * open;
    let last = first + open - 1;
    let mut segments = tables.segments.iter();
    let segment = segments.find(|segment| {
        first <= u32::from(segment.last) && u32::from(segment.first) <= last
    });
    segment.map(|segment| segment.used_by)
}

pub(super) const FORM: Form = Form {
    inspect: |text, context| PLAN.inspect(text, context.tables),
    settle: |text, status| PLAN.settle(text, status),
    mend: |text| PLAN.without_zero(text),
    ..mobile::FORM
};
