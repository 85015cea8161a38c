//! Decimal numbers as people and files write them, read exactly.
//!
//! No float is involved: `0.0642` with four decimals is 642.

use precheck::FactKind;

/// Why a text is no number of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecimalError {
    /// Not digits with at most one point.
    Malformed,
    /// More decimals than the unit has.
    TooFine,
    /// Does not fit.
    TooLarge,
}

impl DecimalError {
    /// What is wrong, to follow the text in a message.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            DecimalError::Malformed => "is not a decimal number",
            DecimalError::TooFine => "has more decimals than the unit holds",
            DecimalError::TooLarge => "is too large",
        }
    }
}

/// Reads a decimal number in units of 1/10^`decimals`: `("2000.5", 2)` is 200 050.
pub(crate) fn read(text: &str, decimals: usize) -> Result<i64, DecimalError> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return Err(DecimalError::Malformed),
        Some(parts) => parts,
        None => (digits, ""),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return Err(DecimalError::Malformed);
    }
    let kept = &fraction[..fraction.len().min(decimals)];
    if fraction[kept.len()..].bytes().any(|byte| byte != b'0') {
        return Err(DecimalError::TooFine);
    }
    let padding = core::iter::repeat_n(b'0', decimals - kept.len());
    let mut value = 0_i64;
    for byte in whole.bytes().chain(kept.bytes()).chain(padding) {
        let digit = i64::from(byte - b'0');
        let next = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(digit));
        value = next.ok_or(DecimalError::TooLarge)?;
    }
    Ok(if is_negative { -value } else { value })
}

/// Reads a number of a kind: money in yuan, a ratio as `36.01%` or as a
/// fraction `0.3601`, everything else as an integer.
pub(crate) fn read_kind(text: &str, kind: FactKind) -> Result<i64, DecimalError> {
    match (kind, text.strip_suffix('%')) {
        (FactKind::Money, _) => read(text, 2),
        (FactKind::Ratio, Some(percent)) => read(percent, 2),
        (FactKind::Ratio, None) => read(text, 4),
        _ => read(text, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        for (text, decimals, expected, why) in [
            ("0.0642", 4, Ok(642), "as many decimals as fit"),
            ("-0.2326", 4, Ok(-2_326), "the sign holds for all of it"),
            ("2.0", 0, Ok(2), "decimals that are zero say nothing"),
            ("2000", 2, Ok(200_000), "decimals may be left out"),
            ("2000.5", 2, Ok(200_050), "or some of them"),
            ("-0.0", 0, Ok(0), "there is one zero"),
            ("9223372036854775807", 0, Ok(i64::MAX), "the largest"),
            (
                "9223372036854775808",
                0,
                Err(DecimalError::TooLarge),
                "one more",
            ),
            ("2.5", 0, Err(DecimalError::TooFine), "never rounded"),
            ("", 0, Err(DecimalError::Malformed), "nothing"),
            ("-", 0, Err(DecimalError::Malformed), "only a sign"),
            (".5", 2, Err(DecimalError::Malformed), "no whole part"),
            (
                "5.",
                2,
                Err(DecimalError::Malformed),
                "no fraction after the point",
            ),
            ("1e3", 0, Err(DecimalError::Malformed), "no exponents"),
            ("1,000", 0, Err(DecimalError::Malformed), "no grouping"),
            ("+1", 0, Err(DecimalError::Malformed), "no plus"),
        ] {
            assert_eq!(read(text, decimals), expected, "`{text}`: {why}");
        }
    }

    #[test]
    fn ratios_are_basis_points() {
        for (text, expected) in [
            ("36.01%", 3_601),
            ("0.3601", 3_601),
            ("100%", 10_000),
            ("1", 10_000),
        ] {
            assert_eq!(read_kind(text, FactKind::Ratio), Ok(expected), "`{text}`");
        }
    }
}
