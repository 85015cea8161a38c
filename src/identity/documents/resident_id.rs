//! Resident identity number, and residence permits of the same make.
//!
//! Eighteen characters: region (6), day of birth (8), sequence (3), check (1).
//! Residence permits for people from Hong Kong, Macau and Taiwan have the
//! regions 810000, 820000 and 830000. The old cards had fifteen digits: the
//! century and the check character were missing. A beginning may still become
//! either, so it is refused only when both readings are wrong.
//!
//! Refused is only what is certainly wrong. Nobody is refused because of a
//! prefecture or county (tables of them age badly) or because of the sequence
//! 000 (the standard does not forbid it). A region that was withdrawn before
//! the birth is odd; one that came later is not, since numbers are given at
//! registration and nobody had one before 1984.
use zeroize::Zeroizing;

use super::written::{END, Finding, Form};
use super::{DocumentSpec, FieldKind, IssueCode};
use crate::identity::regions;
use crate::identity::tables::Context;
use crate::identity::{FieldCheck, Status};
use crate::units::{Date, days_in_month};

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "resident-id",
    kind: FieldKind::CnId,
    source: "GB 11643-1999; residence permits: 国办发〔2018〕81号",
    effective: "1999-07-01",
    valid: &[
        "11010519491231002X", // the example of the standard, check character X
        "11010519491231002x",
        "810000199003071237", // Hong Kong
        "82000019991231017X", // Macau
        "830000198506150040", // Taiwan
        "440306200002290009", // leap day, sequence 000
        "１１０１０１１９９００３０７１２３３", // full width
        "110101 19900307-1233",
        "65432119000101001X", // the first day
    ],
    invalid: &[
        ("", IssueCode::IdEmpty),
        (" - ", IssueCode::IdEmpty),
        ("11010119900307123", IssueCode::IdIncomplete),
        ("8100", IssueCode::IdIncomplete),
        ("110O01199003071233", IssueCode::IdCharacter),
        ("11010119900307123Х", IssueCode::IdCharacter), // Cyrillic
        ("1101011990030712X3", IssueCode::IdXPosition),
        ("1101011990030712331", IssueCode::IdTooLong),
        ("9", IssueCode::IdForeignPr),
        ("911840199003071236", IssueCode::IdForeignPr),
        ("710000199003071233", IssueCode::IdRegion), // permits for Taiwan have 83
        ("160101199003071232", IssueCode::IdRegion),
        ("810101199003071239", IssueCode::IdPermitRegion),
        ("110101199002301236", IssueCode::IdBirthDate), // 30 February
        ("110101190002291233", IssueCode::IdBirthDate), // 1900 is a common year
        ("11010119901", IssueCode::IdIncomplete),
        ("110101199013", IssueCode::IdBirthDate), // certain with the second digit
        ("11010119902", IssueCode::IdBirthDate), // certain with the first digit
        ("110101199002", IssueCode::IdIncomplete),
        ("1101013", IssueCode::IdIncomplete), // 1930s with fifteen digits
        ("11010130", IssueCode::IdIncomplete),
        ("110101303", IssueCode::IdBirthFuture),
        ("110101299903071237", IssueCode::IdBirthFuture),
        ("110101189912311231", IssueCode::IdBirthTooEarly),
        ("110101199003071230", IssueCode::IdCheckDigit),
        ("110105491231002", IssueCode::IdFifteenDigits),
        ("110101190101011", IssueCode::IdFifteenDigits), // or 1901-01-01 …
        ("449901199003071231", IssueCode::IdPrefectureUnknown),
        ("110104201503071239", IssueCode::IdRegionWithdrawn), // 宣武区, until 2010
        ("510299200503071230", IssueCode::IdRegionWithdrawn), // the prefecture, until 1997
        ("440399199003071236", IssueCode::IdCountyUnknown),
    ],
};

const LENGTH: usize = 18;

/// The length of the old numbers.
const OLD_LENGTH: usize = 15;

/// Nobody alive was born earlier, so an earlier year is a slip of the finger.
const FIRST_BIRTH_YEAR: u32 = 1900;

/// The provinces of GB/T 2260 that issue numbers, then the permits: for each
/// first digit a bit per second digit. Taiwan's own 71 is not among them:
/// permits for Taiwan have 83.
const REGIONS: [u16; 10] = [
    0,
    0b00_0011_1110, // 11–15
    0b00_0000_1110, // 21–23
    0b00_1111_1110, // 31–37
    0b00_0111_1110, // 41–46
    0b00_0001_1111, // 50–54
    0b00_0011_1110, // 61–65
    0,
    0b00_0000_1110, // 81–83
    0,
];

/// Weights and check characters of GB 11643 (ISO 7064, MOD 11-2).
const WEIGHTS: [u8; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

pub(super) const FORM: Form = Form {
    inspect,
    settle: |text, status| {
        if matches!(status, Status::Ok | Status::Warn) && text.len() == OLD_LENGTH {
            lengthened(text)
        } else {
            None
        }
    },
    is_swapped: |found| found.status == Status::Invalid && found.canonical.len() == LENGTH,
    tell,
    ..Form::NUMBER
};

fn inspect(text: &[u8], context: Context<'_>) -> Finding {
    if let Some(fault) = misplaced(text) {
        return fault;
    }
    if text.is_empty() {
        return Finding::incomplete(IssueCode::IdEmpty);
    }
    let as_of = context.as_of;
    let long_fault = fault(text, as_of);
    let old_fault = old(text).map(|(long, len)| fault(&long[..len], as_of));
    match (long_fault, old_fault) {
        (_, Some(None)) if text.len() == OLD_LENGTH => {
            Finding::warn(IssueCode::IdFifteenDigits, 0, END)
        }
        // With fifteen digits it is the old reading that people mean.
        (Some(_), Some(Some(fault))) if text.len() == OLD_LENGTH => fault.without_century(),
        (Some(fault), None | Some(Some(_))) => fault,
        _ if text.len() < LENGTH => Finding::incomplete(IssueCode::IdIncomplete),
        _ => doubt(text),
    }
}

fn tell(found: &mut FieldCheck) {
    let text = found.canonical.as_bytes();
    found.birth_date = birth_date(text);
    found.region = text
        .first_chunk()
        .and_then(|code| regions::look_up(code, number(text, 6, 10)).name());
}

/// Returns what no number contains: letters, an X too early, too much.
fn misplaced(text: &[u8]) -> Option<Finding> {
    let strange = |letter: &u8| !letter.is_ascii_digit();
    let at = text.iter().position(strange);
    if let Some(at) = at.filter(|&at| at != LENGTH - 1 || text[at] != b'X') {
        let other = |letter: &u8| strange(letter) && *letter != b'X';
        return Some(match text.iter().position(other) {
            Some(at) => Finding::wrong(IssueCode::IdCharacter, at),
            None if at < LENGTH => Finding::wrong(IssueCode::IdXPosition, at),
            None => Finding::invalid(IssueCode::IdTooLong, LENGTH, END),
        });
    }
    (text.len() > LENGTH).then_some(Finding::invalid(IssueCode::IdTooLong, LENGTH, END))
}

/// Returns what is certainly wrong with a number or the beginning of one.
///
/// `text` has at most 18 characters, digits but for an X in the last place.
/// Every digit is judged as soon as it is there: a beginning without a fault
/// has a continuation without a fault.
fn fault(text: &[u8], as_of: Date) -> Option<Finding> {
    region_fault(text)
        .or_else(|| birth_fault(text, as_of))
        .or_else(|| check_fault(text))
}

fn region_fault(text: &[u8]) -> Option<Finding> {
    if text.first() == Some(&b'9') {
        return Some(Finding::invalid(IssueCode::IdForeignPr, 0, END));
    }
    if !begins_with_region(text) {
        return Some(Finding::invalid(IssueCode::IdRegion, 0, 2));
    }
    if text.first() == Some(&b'8') {
        let upto = text.len().min(6);
        if (2..upto).any(|at| text[at] != b'0') {
            return Some(Finding::invalid(IssueCode::IdPermitRegion, 0, upto));
        }
    }
    None
}

/// Tells whether the first two digits, as far as there are two, can be the
/// code of a province or the beginning of a permit's.
pub(super) fn begins_with_region(text: &[u8]) -> bool {
    let digit = |at| text.get(at).map(|digit| usize::from(digit - b'0'));
    let seconds = digit(0).map_or(1, |first| REGIONS[first]);
    digit(1).map_or(seconds != 0, |second| seconds >> second & 1 == 1)
}

/// Tells whether two digits are the code of a province that issues numbers.
pub(super) fn is_province(digits: &[u8]) -> bool {
    digits[0] != b'8' && begins_with_region(digits)
}

pub(super) fn check_fault(text: &[u8]) -> Option<Finding> {
    let is_wrong = text.len() == LENGTH && check_character(text) != text[LENGTH - 1];
    is_wrong.then_some(Finding::invalid(IssueCode::IdCheckDigit, 0, LENGTH))
}

/// Returns what is odd or worth knowing about a whole number without a fault.
fn doubt(text: &[u8]) -> Finding {
    let Some(code) = text.first_chunk().filter(|code| code[0] != b'8') else {
        return Finding::OK;
    };
    let place = regions::look_up(code, number(text, 6, 10));
    if code.ends_with(b"0000") {
        // The province alone: in the list, though hardly on any card.
        Finding::noted(IssueCode::IdCountyUnknown)
    } else if place.prefecture.is_none() {
        Finding::warn(IssueCode::IdPrefectureUnknown, 0, 4)
    } else if !place.in_force {
        Finding::warn(IssueCode::IdRegionWithdrawn, 0, 6)
    } else if !place.county_known {
        Finding::noted(IssueCode::IdCountyUnknown)
    } else {
        Finding::OK
    }
}

/// Judges as much of the day of birth as is there.
///
/// The rest is taken to be the earliest that the calendar has, so that only a
/// day that is certainly wrong is refused.
pub(super) fn birth_fault(text: &[u8], as_of: Date) -> Option<Finding> {
    let upto = text.len().min(14);
    let known = upto.saturating_sub(6);
    let future = Some(Finding::invalid(IssueCode::IdBirthFuture, 6, upto));
    let (now_year, now_month, now_day) = as_of.ymd();

    let open = 10_u32.pow(4 - known.min(4) as u32);
    let earliest = number(text, 6, upto.min(10)) * open;
    if earliest + open <= FIRST_BIRTH_YEAR {
        return Some(Finding::invalid(IssueCode::IdBirthTooEarly, 6, upto.min(10)));
    }
    let year = earliest.max(FIRST_BIRTH_YEAR);
    if year as i32 > now_year {
        // An empty field never says that somebody is born in the future.
        return if known == 0 { None } else { future };
    }

    let (month, is_month) = match known {
        ..=4 => return None,
        5 => (number(text, 10, 11) * 10, text[10] <= b'1'),
        _ => {
            let month = number(text, 10, 12);
            (month, days_in_month(year as i32, month) > 0)
        }
    };
    if !is_month {
        return Some(Finding::invalid(IssueCode::IdBirthDate, 10, upto.min(12)));
    }
    let month = month.max(1);

    let last = days_in_month(year as i32, month);
    let (day, is_day) = match known {
        ..=6 => (1, true),
        7 => (number(text, 12, 13) * 10, number(text, 12, 13) * 10 <= last),
        _ => {
            let day = number(text, 12, 14);
            (day, (1..=last).contains(&day))
        }
    };
    if !is_day {
        return Some(Finding::invalid(IssueCode::IdBirthDate, 12, upto));
    }
    if (year as i32, month, day.max(1)) > (now_year, now_month, now_day) {
        return future;
    }
    None
}

/// Returns the value of the digits from one place up to another, 0 for none.
pub(super) fn number(text: &[u8], from: usize, upto: usize) -> u32 {
    text.get(from..upto).map_or(0, |digits| {
        digits
            .iter()
            .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
    })
}

/// Returns the check character that belongs to the first seventeen digits.
pub(super) fn check_character(text: &[u8]) -> u8 {
    let sum: u32 = text
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * u32::from(weight))
        .sum();
    CHECKS[(sum % 11) as usize]
}

/// Returns the day of birth of a whole number.
pub(super) fn birth_date(text: &[u8]) -> Option<Date> {
    Date::from_ymd(
        number(text, 6, 10) as i32,
        number(text, 10, 12),
        number(text, 12, 14),
    )
}

/// Returns an old number, or the beginning of one that shows a part of the
/// year, with its century, and how long it is then.
fn old(text: &[u8]) -> Option<(Zeroizing<[u8; LENGTH]>, usize)> {
    // Residence permits are younger than the long numbers.
    if !(7..=OLD_LENGTH).contains(&text.len()) || text[0] == b'8' {
        return None;
    }
    let mut long = Zeroizing::new([0; LENGTH]);
    let len = text.len() + 2;
    long[..6].copy_from_slice(&text[..6]);
    long[6..8].copy_from_slice(b"19");
    long[8..len].copy_from_slice(&text[6..]);
    Some((long, len))
}

/// Returns the long number that an old one is today: century and check
/// character are added.
fn lengthened(text: &str) -> Option<String> {
    let (mut long, _) = old(text.as_bytes())?;
    long[LENGTH - 1] = check_character(&long[..LENGTH - 1]);
    Some(core::str::from_utf8(&*long).ok()?.to_owned())
}
