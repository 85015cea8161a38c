//! Decimal numbers as texts, read so that every comparison comes out right.

/// Reads a decimal number in units of 1/10^`digits`: `("-2.5", 2)` is −250.
///
/// What has more decimals than fit is cut off; where the last digit that is
/// left would be a zero, it becomes a one. So a number that is not a multiple
/// of ten units is read as one that is not either, between the same two, and
/// compares with all of them as the whole number would.
///
/// Returns `None` for what is no number, or too large. `+`, spaces and
/// grouping are no part of a number; an exponent may be.
pub fn parse(text: &str, digits: u8) -> Option<i64> {
    let text = text.as_bytes();
    let (is_negative, text) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, text),
    };
    let (number, exponent) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (&text[..at], exponent(&text[at + 1..])?),
        None => (text, 0),
    };
    let point = number.iter().position(|byte| *byte == b'.');
    let whole = point.unwrap_or(number.len());
    if number.len() == usize::from(point.is_some()) {
        return None;
    }
    let mut kept = i64::try_from(whole).ok()? + i64::from(digits) + exponent;
    let (mut value, mut is_cut) = (0_i64, false);
    for (at, byte) in number.iter().enumerate() {
        match byte {
            b'0'..=b'9' if kept > 0 => {
                value = value.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                kept -= 1;
            }
            b'0'..=b'9' => is_cut |= *byte != b'0',
            _ if point == Some(at) => {}
            _ => return None,
        }
    }
    while kept > 0 && value != 0 {
        value = value.checked_mul(10)?;
        kept -= 1;
    }
    if is_cut && value % 10 == 0 {
        value += 1;
    }
    Some(if is_negative { -value } else { value })
}

/// A number of 1/10^`digits` as [`write`] writes it; an integer with no digits.
///
/// The module for browsers has `format!` nowhere: what that brings in and each
/// use of it are large.
pub(crate) fn text(value: i64, digits: u8) -> String {
    let mut out = String::new();
    write(&mut out, value, digits);
    out
}

fn whole(out: &mut String, value: u64) {
    if value >= 10 {
        whole(out, value / 10);
    }
    out.push(char::from(b'0' + (value % 10) as u8));
}

/// Appends a number of 1/10^`digits`; decimals that are zero at the end are
/// left out: `(1_250, 2)` is `12.5`.
pub fn write(out: &mut String, value: i64, digits: u8) {
    if value < 0 {
        out.push('-');
    }
    let size = value.unsigned_abs();
    let mut unit = 10_u64.saturating_pow(digits.into());
    whole(out, size / unit);
    let mut rest = size % unit;
    if rest > 0 {
        out.push('.');
    }
    while rest > 0 {
        unit /= 10;
        // One decimal digit: the rest is smaller than ten units.
        out.push(char::from(b'0' + (rest / unit) as u8));
        rest %= unit;
    }
}

/// At most four digits: more is more than any number here can hold.
fn exponent(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text.split_first() {
        Some((b'-', rest)) => (-1, rest),
        Some((b'+', rest)) => (1, rest),
        _ => (1, text),
    };
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    let mut value = 0;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    Some(sign * value)
}

#[cfg(test)]
mod tests {
    use super::{parse, write};

    #[test]
    fn numbers_are_read_exactly_or_beside_no_cut() {
        for (text, digits, expected, why) in [
            ("0", 2, Some(0), "zero"),
            ("12.5", 2, Some(1_250), "as many decimals as fit"),
            ("-12.5", 2, Some(-1_250), "the sign holds for all of it"),
            ("12.50000", 2, Some(1_250), "zeros behind say nothing"),
            ("12.501", 2, Some(1_251), "above 12.5, not 12.5"),
            ("12.499", 2, Some(1_249), "below 12.5, not 12.5"),
            ("12.519", 2, Some(1_251), "cut off"),
            ("-12.501", 2, Some(-1_251), "below −12.5"),
            ("-12.499", 2, Some(-1_249), "above −12.5"),
            ("0.001", 2, Some(1), "above zero"),
            ("-0.001", 2, Some(-1), "below zero"),
            ("-0", 2, Some(0), "there is one zero"),
            (".5", 1, Some(5), "the whole part may be left out"),
            ("5.", 1, Some(50), "so may the decimals"),
            ("1e2", 1, Some(1_000), "an exponent"),
            ("1.25E-1", 3, Some(125), "to the left"),
            ("1e-300", 3, Some(1), "very small, and yet not zero"),
            ("0e400", 3, Some(0), "zero, however written"),
            ("1e19", 0, None, "too large"),
            ("9223372036854775808", 0, None, "one too large"),
            ("", 1, None, "nothing"),
            ("-", 1, None, "a sign"),
            (".", 1, None, "a point"),
            ("1.2.3", 1, None, "two points"),
            ("1e", 1, None, "no exponent"),
            ("1e+-2", 1, None, "two signs"),
            ("e5", 1, None, "no number"),
            ("+1", 1, None, "no plus"),
            ("NaN", 1, None, "no number at all"),
            ("1 000", 1, None, "grouped"),
            ("１", 1, None, "another digit"),
        ] {
            assert_eq!(parse(text, digits), expected, "`{text}`, {digits}: {why}");
        }
    }

    #[test]
    fn numbers_are_written_without_what_says_nothing() {
        for (value, digits, expected) in [
            (0, 0, "0"),
            (0, 3, "0"),
            (7, 0, "7"),
            (-7, 0, "-7"),
            (1_250, 2, "12.5"),
            (-1_205, 2, "-12.05"),
            (5, 3, "0.005"),
            (-5, 3, "-0.005"),
            (1_000, 3, "1"),
            (i64::MIN, 15, "-9223.372036854775808"),
        ] {
            let mut out = String::new();
            write(&mut out, value, digits);
            assert_eq!(out, expected);
        }
    }
}
