//! Bank card number: 13 to 19 digits, the last of them a Luhn check digit.
//!
//! Cards of UnionPay, and older cards of Chinese banks, do not all keep to the
//! check digit, so there a failure is only a hint. Cards of the international
//! brands do. Where a brand has numbers of several lengths, a number that fails
//! may go on: it is unfinished, not wrong.
//!
//! An issuer that is not in the table is never refused, because such tables
//! age badly; only a 0 in front is no bank's.
use super::resident_id::number;
use super::written::{END, Finding, Form, stray};
use super::{DocumentSpec, FieldKind, IssueCode};
use crate::identity::tables::{CardCheck, CardRange, Context};

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "bankcard",
    kind: FieldKind::Bankcard,
    source: "ISO/IEC 7812-1; lengths and prefixes as the brands publish them",
    effective: "2017-01-01",
    valid: &[
        "6217001234567893",
        "6217 0012 3456 7890 7",
        "621700-123456-789011",
        "６２１７００１２３４５６７８９０１２２",
        "8100123456789017",
        "4012000123456",
        "4111111111111111",
        "5524001234567893",
        "2221001234567896",
        "378282246310005",
        "3528001234567894",
        "30569309025904",
        "6011001234567891",
        "6500123456789017",
    ],
    invalid: &[
        ("", IssueCode::BankcardEmpty),
        ("6217001234567", IssueCode::BankcardIncomplete),
        ("401200012345", IssueCode::BankcardIncomplete),
        ("55240012345678", IssueCode::BankcardIncomplete),
        ("621700123456789O", IssueCode::BankcardCharacter),
        ("62170012345678901225", IssueCode::BankcardTooLong),
        ("55240012345678931", IssueCode::BankcardTooLong),
        ("3782822463100051", IssueCode::BankcardTooLong),
        ("0000000000000000", IssueCode::BankcardStart),
        ("5524001234567894", IssueCode::BankcardCheckDigit),
        ("378282246310006", IssueCode::BankcardCheckDigit),
        ("4012000123456789017", IssueCode::BankcardTooLong),
        ("4111111111111112", IssueCode::BankcardCheckDigit),
        ("7060123456789018", IssueCode::BankcardCheckDigit),
        ("4012000123457", IssueCode::BankcardCheckOrLonger),
        ("6217001234567894", IssueCode::BankcardUnionpayCheck),
        ("62123456789010", IssueCode::BankcardUnionpayShort),
        ("621234567890123", IssueCode::BankcardUnionpayShort),
        ("9558801234567890123", IssueCode::BankcardIssuer),
        ("7060123456789017", IssueCode::BankcardIssuer),
    ],
};

/// The cards that are known, as of 2026-11. Those from 6 to 9 without a brand
/// are of Chinese banks from before the prefix 62. The brands allow for 19
/// digits; outside UnionPay no card in use here has more than 16, and whoever
/// accepts such cards replaces the table.
pub(in crate::identity) const BUILT_IN: &[CardRange] = &[
    card(222_100, 272_099, 16, 16, CardCheck::Kept), // Mastercard
    card(300_000, 305_999, 14, 16, CardCheck::Kept), // Diners Club
    card(309_500, 309_599, 14, 16, CardCheck::Kept),
    card(340_000, 349_999, 15, 15, CardCheck::Kept), // American Express
    card(352_800, 358_999, 16, 16, CardCheck::Kept), // JCB
    card(360_000, 369_999, 14, 16, CardCheck::Kept), // Diners Club
    card(370_000, 379_999, 15, 15, CardCheck::Kept), // American Express
    card(380_000, 399_999, 14, 16, CardCheck::Kept), // Diners Club
    card(400_000, 499_999, 13, 16, CardCheck::Kept), // Visa
    card(510_000, 559_999, 16, 16, CardCheck::Kept), // Mastercard
    card(600_000, 601_099, 16, 19, CardCheck::Unlisted),
    card(601_100, 601_199, 16, 16, CardCheck::Kept), // Discover
    card(601_200, 619_999, 16, 19, CardCheck::Unlisted),
    card(620_000, 629_999, 16, 19, CardCheck::Loose), // UnionPay
    card(630_000, 643_999, 16, 19, CardCheck::Unlisted),
    card(644_000, 659_999, 16, 16, CardCheck::Kept), // Discover
    card(660_000, 699_999, 16, 19, CardCheck::Unlisted),
    card(800_000, 809_999, 16, 19, CardCheck::Unlisted),
    card(810_000, 819_999, 16, 19, CardCheck::Loose), // UnionPay
    card(820_000, 999_999, 16, 19, CardCheck::Unlisted),
];

const fn card(first: u32, last: u32, shortest: u8, longest: u8, check: CardCheck) -> CardRange {
    CardRange {
        first,
        last,
        shortest,
        longest,
        check,
    }
}

/// What holds for a card whose first digits are not in the table.
const UNKNOWN: CardRange = card(0, 0, 13, 16, CardCheck::Kept);

/// The shortest cards of UnionPay that are known of.
const SHORTEST_LOOSE: usize = 14;

pub(super) const FORM: Form = Form {
    inspect,
    is_swapped: |found| {
        matches!(
            found.code,
            Some(IssueCode::BankcardCheckDigit | IssueCode::BankcardUnionpayCheck)
        )
    },
    ..Form::NUMBER
};

fn inspect(text: &[u8], context: Context<'_>) -> Finding {
    let len = text.len();
    if let Some(fault) = stray(text, 0, END, IssueCode::BankcardCharacter) {
        return fault;
    }
    match text.first() {
        None => return Finding::incomplete(IssueCode::BankcardEmpty),
        Some(b'0') => return Finding::wrong(IssueCode::BankcardStart, 0),
        Some(_) => {}
    }
    // Fewer digits than six are far from any card's length.
    let six = number(text, 0, 6);
    let mut known = context.tables.cards.iter();
    let known = known.find(|range| (range.first..=range.last).contains(&six));
    let range = known.unwrap_or(&UNKNOWN);
    let (shortest, longest) = (usize::from(range.shortest), usize::from(range.longest));
    if len > longest {
        return Finding::invalid(IssueCode::BankcardTooLong, longest, END);
    }
    if len < shortest {
        return if len >= SHORTEST_LOOSE && range.check == CardCheck::Loose {
            Finding::warn(IssueCode::BankcardUnionpayShort, 0, END)
        } else {
            Finding::incomplete(IssueCode::BankcardIncomplete)
        };
    }
    match (luhn_sum(text).is_multiple_of(10), range.check) {
        (false, CardCheck::Kept) if len < longest => {
            Finding::incomplete(IssueCode::BankcardCheckOrLonger)
        }
        (false, CardCheck::Kept) => Finding::invalid(IssueCode::BankcardCheckDigit, 0, END),
        _ if known.is_none() || range.check == CardCheck::Unlisted => {
            Finding::warn(IssueCode::BankcardIssuer, 0, 6)
        }
        (false, _) => Finding::warn(IssueCode::BankcardUnionpayCheck, 0, END),
        (true, _) => Finding::OK,
    }
}

/// Returns the sum of the digits, every second from the right counted double
/// and cast out by nines. It is a multiple of ten for a right number.
fn luhn_sum(digits: &[u8]) -> u32 {
    const DOUBLED: [u8; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let value = |digit: u8| usize::from(digit - b'0') % 10;
    let mut sum = 0;
    for pair in digits.rchunks(2) {
        sum += match *pair {
            [second, first] => DOUBLED[value(second)] + value(first) as u8,
            _ => pair.iter().map(|&only| value(only) as u8).sum(),
        };
    }
    u32::from(sum)
}
