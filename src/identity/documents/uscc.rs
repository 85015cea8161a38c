//! Unified social credit code of an organisation: eighteen characters.
//!
//! Registration authority (1), kind of organisation (1), region (6),
//! organisation code with its own check character (9), check character (1).
//! The last one is a hard test. The inner one, authority and region are only
//! hints: lists of them grow, and codes exist that were made without them.
use super::resident_id;
use super::written::{self, END, Finding, Form};
use super::{DocumentSpec, FieldKind, IssueCode};
use crate::identity::tables::Context;

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "uscc",
    kind: FieldKind::Uscc,
    source: "GB 32100-2015 with amendment 1; organisation code: GB 11714-1997",
    effective: "2016-04-18",
    valid: &[
        "91110000MA001234XN", // the inner check character is X
        "91330100MA200022X0", // the check character is 0
        "91330100MA20002380",
        "12440300MB2C123488",
        "n2330100mf1234567x",
        "A1100000123456788G",
        "Y11100001234567880",
        "92310115-MA1H1234-7U",
        "５１１００００050001234ＸC",
    ],
    invalid: &[
        ("", IssueCode::UsccEmpty),
        ("91110000MA001234X", IssueCode::UsccIncomplete),
        ("91110000MAO01234XN", IssueCode::UsccCharacter),
        ("9111000#", IssueCode::UsccCharacter),
        ("91110000MA001234XN0", IssueCode::UsccTooLong),
        ("9111A", IssueCode::UsccRegionDigits),
        ("91110000MA001234XM", IssueCode::UsccCheckDigit),
        ("91330100MA200022XY", IssueCode::UsccCheckDigit),
        ("B1110000123456788K", IssueCode::UsccAuthority),
        ("94110000123456788C", IssueCode::UsccAuthority),
        ("91660000123456788U", IssueCode::UsccRegion),
        ("91110000MA0012340W", IssueCode::UsccInnerCheck),
        ("91350203M0001QK12U", IssueCode::UsccXiamen),
    ],
};

const LENGTH: usize = 18;

const CHARACTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The places of the region.
const REGION: core::ops::Range<usize> = 2..8;

/// The authorities, each with a kind of organisation that it registers.
const AUTHORITIES: &str = concat!(
    "11121319",
    "2129",
    "313233343539",
    "4149",
    "51525359",
    "616269",
    "717279",
    "8189",
    "91929399",
    "A1A9",
    "N1N2N3N9",
    "Y1",
);

pub(super) const FORM: Form = Form {
    inspect,
    meant,
    is_swapped: |found| found.code == Some(IssueCode::UsccCheckDigit),
    ..Form::CODE
};

fn inspect(text: &[u8], _: Context<'_>) -> Finding {
    // The sum of the values with the weights 3^i modulo 31, that of the check
    // character being 1: a multiple of 31 for a right code.
    let (mut sum, mut weight) = (0, 1);
    for (at, &letter) in text.iter().take(LENGTH).enumerate() {
        let Some(value) = value_of(letter) else {
            return Finding::wrong(IssueCode::UsccCharacter, at);
        };
        if value >= 10 && REGION.contains(&at) {
            return Finding::wrong(IssueCode::UsccRegionDigits, at);
        }
        if at == LENGTH - 1 {
            weight = 1;
        }
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    match text.len() {
        0 => return Finding::incomplete(IssueCode::UsccEmpty),
        1..LENGTH => return Finding::incomplete(IssueCode::UsccIncomplete),
        LENGTH => {}
        _ => return Finding::invalid(IssueCode::UsccTooLong, LENGTH, END),
    }
    let is_inner_right = is_inner_right(&text[8..17]);
    if !sum.is_multiple_of(31) {
        // Xiamen gave out codes with another check character until 2016.
        let is_old_xiamen = text[2..].starts_with(b"3502") && text[8..].starts_with(b"M000");
        return if is_old_xiamen && is_inner_right {
            Finding::warn(IssueCode::UsccXiamen, 0, LENGTH)
        } else {
            Finding::invalid(IssueCode::UsccCheckDigit, 0, LENGTH)
        };
    }
    let mut authorities = AUTHORITIES.as_bytes().chunks_exact(2);
    if !authorities.any(|pair| text.starts_with(pair)) {
        Finding::warn(IssueCode::UsccAuthority, 0, 2)
    } else if !is_province(&text[2..4]) {
        Finding::warn(IssueCode::UsccRegion, 2, 8)
    } else if !is_inner_right {
        Finding::warn(IssueCode::UsccInnerCheck, 8, 17)
    } else {
        Finding::OK
    }
}

/// Returns the value of a character among the 31; there is no I, O, S, V, Z.
fn value_of(letter: u8) -> Option<u32> {
    let place = CHARACTERS.iter().position(|&known| known == letter);
    place.map(|value| value as u32)
}

/// Tells whether an organisation code keeps to the check character of GB 11714,
/// where no letter is skipped.
fn is_inner_right(code: &[u8]) -> bool {
    const WEIGHTS: [u8; 9] = [3, 7, 9, 10, 5, 8, 4, 2, 1];
    let mut sum = 0;
    for (at, (&letter, &weight)) in code.iter().zip(&WEIGHTS).enumerate() {
        let value = match letter {
            b'0'..=b'9' => letter - b'0',
            b'X' if at == 8 => 10,
            _ if at == 8 => return false,
            _ => letter - b'A' + 10,
        };
        sum += u32::from(value) * u32::from(weight);
    }
    sum.is_multiple_of(11)
}

/// Tells whether two digits are a province of GB/T 2260, or 10 for the state.
fn is_province(digits: &[u8]) -> bool {
    matches!(digits, b"10" | b"71" | b"81" | b"82") || resident_id::is_province(digits)
}

/// Returns the character that was probably meant in this place.
fn meant(_: &str, at: usize, letter: char) -> char {
    if REGION.contains(&at) || matches!(letter, 'I' | 'O' | 'S' | 'Z') {
        written::meant_digit(letter)
    } else {
        written::meant_letter(letter)
    }
}
