//! Bank card number: 13 to 19 digits, the last of them a Luhn check digit.
//!
//! Cards of UnionPay, and older cards of Chinese banks that begin with 9, do
//! not all keep to the check digit, so there a failure is only a hint. Cards
//! of the international brands do. Where a brand has numbers of several
//! lengths, a number that fails may go on: it is unfinished, not wrong.
//!
//! An issuer that is not in the table is never refused, because such tables
//! age badly; only a 0 in front is no bank's.

use super::normalise;
use super::written::{self, Written};
use super::{DocumentSpec, FieldCheck, FieldKind, IssueCode, Status, Verdict};
use super::{meant_in_number, plain};
use crate::units::Date;

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
        "4012000123456789016",
        "5524001234567893",
        "2221001234567896",
        "378282246310005",
        "3528001234567894",
        "30569309025904",
        "6011001234567891",
        "6500123456789012340",
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
        ("4012000123456789017", IssueCode::BankcardCheckDigit),
        ("4111111111111112", IssueCode::BankcardCheckOrLonger),
        ("7060123456789018", IssueCode::BankcardCheckOrLonger),
        ("6217001234567894", IssueCode::BankcardUnionpayCheck),
        ("62123456789010", IssueCode::BankcardUnionpayShort),
        ("621234567890123", IssueCode::BankcardUnionpayShort),
        ("9558801234567890123", IssueCode::BankcardIssuer),
        ("1031234567890123458", IssueCode::BankcardIssuer),
        ("7060123456789017", IssueCode::BankcardIssuer),
    ],
};

/// What the first digits say about a card.
struct Issuer {
    shortest: usize,
    longest: usize,
    keeps_check: bool,
    is_known: bool,
}

const fn brand(shortest: usize, longest: usize) -> Issuer {
    Issuer {
        shortest,
        longest,
        keeps_check: true,
        is_known: true,
    }
}

const UNIONPAY: Issuer = Issuer {
    keeps_check: false,
    ..brand(16, 19)
};

/// Cards of Chinese banks from before the prefix 62. ISO/IEC 7812 leaves the
/// numbers from 9 to each country.
const DOMESTIC: Issuer = Issuer {
    is_known: false,
    ..UNIONPAY
};

const UNKNOWN: Issuer = Issuer {
    is_known: false,
    ..brand(13, 19)
};

/// Returns what is known about a card with these first four digits.
fn issuer(first_four: u32) -> Issuer {
    match first_four {
        6200..=6299 | 8100..=8199 => UNIONPAY,
        9000..=9999 => DOMESTIC,
        4000..=4999 => brand(13, 19),               // Visa
        5100..=5599 | 2221..=2720 => brand(16, 16), // Mastercard
        3400..=3499 | 3700..=3799 => brand(15, 15), // American Express
        3528..=3589 => brand(16, 19),               // JCB
        3000..=3059 | 3095 | 3600..=3699 | 3800..=3999 => brand(14, 19), // Diners Club
        6011 | 6440..=6599 => brand(16, 19),        // Discover
        _ => UNKNOWN,
    }
}

pub(super) fn judge(value: &str, _as_of: Date) -> Verdict {
    let written = Written::read(value, normalise::number);
    let text = written.text();
    let len = text.len();
    if let Some(at) = text.iter().position(|digit| !digit.is_ascii_digit()) {
        return Verdict::invalid(IssueCode::BankcardCharacter, written.span(at, at + 1));
    }
    let Some(first) = text.first() else {
        return Verdict::incomplete(IssueCode::BankcardEmpty);
    };
    if *first == b'0' {
        return Verdict::invalid(IssueCode::BankcardStart, written.span(0, 1));
    }
    let four = text.iter().take(4);
    let issuer = issuer(four.fold(0, |number, digit| number * 10 + u32::from(digit - b'0')));
    // Fewer digits than four are far from any card's length.
    let whole = || written.span(0, len);
    if len > issuer.longest {
        let span = written.span(issuer.longest, usize::MAX);
        return Verdict::invalid(IssueCode::BankcardTooLong, span);
    }
    if len < issuer.shortest {
        let is_short_unionpay = len >= 14 && !issuer.keeps_check && issuer.is_known;
        return if is_short_unionpay {
            Verdict::warn(IssueCode::BankcardUnionpayShort, whole())
        } else {
            Verdict::incomplete(IssueCode::BankcardIncomplete)
        };
    }
    let is_right = luhn_sum(text).is_multiple_of(10);
    match issuer {
        Issuer {
            keeps_check: true, ..
        } if !is_right && len < issuer.longest => {
            Verdict::incomplete(IssueCode::BankcardCheckOrLonger)
        }
        Issuer {
            keeps_check: true, ..
        } if !is_right => Verdict::invalid(IssueCode::BankcardCheckDigit, whole()),
        Issuer {
            is_known: false, ..
        } => Verdict::warn(IssueCode::BankcardIssuer, written.span(0, 6)),
        _ if !is_right => Verdict::warn(IssueCode::BankcardUnionpayCheck, whole()),
        _ => Verdict::OK,
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

pub(super) fn describe(value: &str, as_of: Date, found: &mut FieldCheck) {
    found.canonical = plain(value, normalise::number);
    match found.code {
        // Sixteen is by far the most common length: there the exchange of two
        // neighbours is worth a look although the number may go on.
        Some(IssueCode::BankcardCheckDigit | IssueCode::BankcardUnionpayCheck) => {
            written::offer_swapped(found, as_of, judge);
        }
        Some(IssueCode::BankcardCheckOrLonger) if found.canonical.len() == 16 => {
            written::offer_swapped(found, as_of, judge);
        }
        _ if found.status == Status::Invalid => {
            written::offer_mended(
                found,
                |_, letter| meant_in_number(letter).unwrap_or(letter),
                as_of,
                judge,
            );
        }
        _ => {}
    }
}
