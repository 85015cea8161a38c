//! Resident identity number, and residence permits of the same make.
//!
//! Eighteen characters: region (6), day of birth (8), sequence (3), check (1).
//! Residence permits for people from Hong Kong, Macau and Taiwan have the
//! regions 810000, 820000 and 830000. Fifteen-digit numbers of the old cards
//! are recognised and refused with the eighteen-digit form as a suggestion.
//!
//! Refused is only what is certainly wrong. Nobody is refused because of a
//! prefecture or county (tables of them age badly) or because of the sequence
//! 000 (the standard does not forbid it).

use super::normalise::{self, Placed};
use super::{DocumentSpec, FieldCheck, FieldKind, IssueCode, Span, Status, Verdict};
use super::{mended_number, plain};
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
        ("9", IssueCode::IdRegion),
        ("710000199003071233", IssueCode::IdRegion), // permits for Taiwan have 83
        ("160101199003071232", IssueCode::IdRegion),
        ("810101199003071239", IssueCode::IdPermitRegion),
        ("110101199002301236", IssueCode::IdBirthDate), // 30 February
        ("110101190002291233", IssueCode::IdBirthDate), // 1900 is a common year
        ("11010119901", IssueCode::IdIncomplete),
        ("110101199013", IssueCode::IdBirthDate), // certain with the second digit
        ("11010119902", IssueCode::IdBirthDate), // certain with the first digit
        ("1101013", IssueCode::IdBirthFuture),
        ("110101299903071237", IssueCode::IdBirthFuture),
        ("110101189912311231", IssueCode::IdBirthTooEarly),
        ("110101199003071230", IssueCode::IdCheckDigit),
        ("110105491231002", IssueCode::IdFifteenDigits),
    ],
};

const LENGTH: usize = 18;

/// Nobody alive was born earlier, so an earlier year is a slip of the finger.
const FIRST_BIRTH_YEAR: u32 = 1900;

/// The provinces of GB/T 2260 that issue numbers, then the permits. Taiwan's
/// own 71 is not among them: permits for Taiwan have 83.
const REGIONS: &str = "11121314152122233132333435363741424344454650515253546162636465818283";

/// Weights and check characters of GB 11643 (ISO 7064, MOD 11-2).
const WEIGHTS: [u8; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

/// Something certainly wrong: what, and from which character to which.
type Fault = (IssueCode, usize, usize);

/// The plain characters of a value that may be a number, with their places.
struct Typed {
    text: [u8; LENGTH],
    places: [Span; LENGTH],
    len: usize,
}

impl Typed {
    fn text(&self) -> &[u8] {
        &self.text[..self.len]
    }

    /// Returns the part of the value from one character up to another.
    fn span(&self, from: usize, upto: usize) -> Span {
        self.places[from].to(self.places[upto - 1])
    }
}

pub(super) fn judge(value: &str, as_of: Date) -> Verdict {
    let typed = match read(value) {
        Ok(typed) => typed,
        Err(refusal) => return refusal,
    };
    if let Some((code, from, upto)) = fault(typed.text(), as_of) {
        return Verdict::invalid(code, typed.span(from, upto));
    }
    match typed.len {
        0 => Verdict::incomplete(IssueCode::IdEmpty),
        LENGTH => Verdict::OK,
        _ => Verdict::incomplete(IssueCode::IdIncomplete),
    }
}

pub(super) fn describe(value: &str, as_of: Date, found: &mut FieldCheck) {
    found.canonical = plain(value, normalise::number);
    match found.status {
        Status::Invalid => suggest(value, as_of, found),
        Status::Ok | Status::Warn => {
            let text = found.canonical.as_bytes();
            found.province = region(text);
            found.birth_date = Date::from_ymd(
                number(text, 6, 10) as i32,
                number(text, 10, 12),
                number(text, 12, 14),
            );
        }
        Status::Incomplete => {}
    }
}

/// Reads the characters, and refuses what no number contains.
fn read(value: &str) -> Result<Typed, Verdict> {
    let nowhere = Span { start: 0, end: 0 };
    let mut typed = Typed {
        text: [0; LENGTH],
        places: [nowhere; LENGTH],
        len: 0,
    };
    let mut early_x: Option<Span> = None;
    let mut surplus: Option<Span> = None;
    for Placed { letter, span } in normalise::rewritten(value, normalise::number) {
        if !letter.is_ascii_digit() && letter != 'X' {
            return Err(Verdict::invalid(IssueCode::IdCharacter, span));
        }
        if letter == 'X' && typed.len < LENGTH - 1 {
            early_x = early_x.or(Some(span));
        }
        if typed.len < LENGTH {
            typed.text[typed.len] = letter as u8;
            typed.places[typed.len] = span;
            typed.len += 1;
        } else {
            surplus = Some(surplus.unwrap_or(span).to(span));
        }
    }
    if let Some(span) = early_x {
        return Err(Verdict::invalid(IssueCode::IdXPosition, span));
    }
    match surplus {
        Some(span) => Err(Verdict::invalid(IssueCode::IdTooLong, span)),
        None => Ok(typed),
    }
}

/// Returns what is certainly wrong with a number or the beginning of one.
///
/// `text` has at most 18 characters, digits but for an X in the last place.
/// Every digit is judged as soon as it is there: a beginning without a fault
/// has a continuation without a fault.
fn fault(text: &[u8], as_of: Date) -> Option<Fault> {
    let fault = region_fault(text)
        .or_else(|| birth_fault(text, as_of))
        .or_else(|| {
            (text.len() == LENGTH && check_character(text) != text[LENGTH - 1]).then_some((
                IssueCode::IdCheckDigit,
                0,
                LENGTH,
            ))
        });
    if fault.is_some() && text.len() == 15 && upgraded(text, as_of).is_some() {
        return Some((IssueCode::IdFifteenDigits, 0, 15));
    }
    fault
}

fn region_fault(text: &[u8]) -> Option<Fault> {
    let known = text.len().min(2);
    if !(0..REGIONS.len())
        .step_by(2)
        .any(|at| REGIONS.as_bytes()[at..at + known] == text[..known])
    {
        return Some((IssueCode::IdRegion, 0, known));
    }
    if text.first() == Some(&b'8') {
        let upto = text.len().min(6);
        if (2..upto).any(|at| text[at] != b'0') {
            return Some((IssueCode::IdPermitRegion, 0, upto));
        }
    }
    None
}

/// Judges as much of the day of birth as is there.
///
/// The rest is taken to be the earliest that the calendar has, so that only a
/// day that is certainly wrong is refused.
fn birth_fault(text: &[u8], as_of: Date) -> Option<Fault> {
    let upto = text.len().min(14);
    let known = upto.saturating_sub(6);
    let future = |from| Some((IssueCode::IdBirthFuture, from, upto));
    let (now_year, now_month, now_day) = as_of.ymd();

    let open = 10_u32.pow(4 - known.min(4) as u32);
    let earliest = number(text, 6, upto.min(10)) * open;
    if earliest + open <= FIRST_BIRTH_YEAR {
        return Some((IssueCode::IdBirthTooEarly, 6, upto.min(10)));
    }
    let year = earliest.max(FIRST_BIRTH_YEAR);
    if year as i32 > now_year {
        // An empty field never says that somebody is born in the future.
        return if known == 0 { None } else { future(6) };
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
        return Some((IssueCode::IdBirthDate, 10, upto.min(12)));
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
        return Some((IssueCode::IdBirthDate, 12, upto));
    }
    if (year as i32, month, day.max(1)) > (now_year, now_month, now_day) {
        return future(6);
    }
    None
}

/// Returns the value of the digits from one place up to another, 0 for none.
fn number(text: &[u8], from: usize, upto: usize) -> u32 {
    text.get(from..upto).map_or(0, |digits| {
        digits
            .iter()
            .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
    })
}

/// Returns the check character that belongs to the first seventeen digits.
fn check_character(text: &[u8]) -> u8 {
    let sum: u32 = text
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * u32::from(weight))
        .sum();
    CHECKS[(sum % 11) as usize]
}

/// Returns the eighteen-digit form of a fifteen-digit number, if it is one:
/// the century is 19, and the check character is computed.
fn upgraded(text: &[u8], as_of: Date) -> Option<[u8; LENGTH]> {
    let mut long = [0; LENGTH];
    long[..6].copy_from_slice(text.get(..6)?);
    long[6..8].copy_from_slice(b"19");
    long[8..17].copy_from_slice(text.get(6..15)?);
    long[17] = check_character(&long[..17]);
    // Residence permits are younger than the long numbers.
    (long[0] != b'8' && fault(&long, as_of).is_none()).then_some(long)
}

/// Returns the first two digits if they are a region.
fn region(text: &[u8]) -> Option<&'static str> {
    (0..REGIONS.len())
        .step_by(2)
        .filter_map(|at| REGIONS.get(at..at + 2))
        .find(|region| text.starts_with(region.as_bytes()))
}

/// Adds what may have been meant: letters that look like digits put right, the
/// long form of an old number, the one swap of neighbours that is valid.
fn suggest(value: &str, as_of: Date, found: &mut FieldCheck) {
    let mended = mended_number(value);
    if judge(&mended, as_of).status != Status::Invalid {
        found.suggestions.push(mended);
    } else if found.code == Some(IssueCode::IdFifteenDigits) {
        found.suggestions.extend(
            upgraded(found.canonical.as_bytes(), as_of).map(|long| ascii(&long)),
        );
    } else if let Ok(text) = <[u8; LENGTH]>::try_from(found.canonical.as_bytes()) {
        found.suggestions.extend(swapped(text, as_of).map(|text| ascii(&text)));
    }
}

/// Returns the number with two neighbours exchanged, if exactly one exchange
/// makes it valid.
fn swapped(text: [u8; LENGTH], as_of: Date) -> Option<[u8; LENGTH]> {
    let mut only = None;
    for at in 0..LENGTH - 1 {
        let mut other = text;
        other.swap(at, at + 1);
        let is_number = other[..17].iter().all(u8::is_ascii_digit)
            && (other[17].is_ascii_digit() || other[17] == b'X');
        if other != text && is_number && fault(&other, as_of).is_none() {
            if only.is_some() {
                return None;
            }
            only = Some(other);
        }
    }
    only
}

fn ascii(text: &[u8; LENGTH]) -> String {
    text.iter().copied().map(char::from).collect()
}
