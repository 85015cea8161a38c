//! Decimal numbers of a file, exactly.

use core::cmp::Ordering;

/// A number `units / 10^digits`, without zeros at the end of its decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) units: i128,
    pub(super) digits: u8,
}

impl Number {
    pub(super) const ZERO: Number = Number {
        units: 0,
        digits: 0,
    };

    /// Reads a number as XML Schema writes doubles, except infinities and what
    /// is none; at most thirty digits.
    pub(super) fn parse(text: &str) -> Option<Number> {
        let text = text.trim();
        let (text, exponent) = match text.split_once(['e', 'E']) {
            Some((text, exponent)) => (text, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (is_negative, text) = match text.strip_prefix(['-', '+']) {
            Some(rest) => (text.starts_with('-'), rest),
            None => (false, text),
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let mut units = 0_i128;
        for byte in whole.bytes().chain(fraction.bytes()) {
            let digit = i128::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
            units = units.checked_mul(10)?.checked_add(digit)?;
        }
        if whole.len() + fraction.len() == 0 || units > 10_i128.pow(30) {
            return None;
        }
        let mut digits = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
        while units != 0 && digits > 0 && units % 10 == 0 {
            units /= 10;
            digits -= 1;
        }
        if units == 0 {
            return Some(Number::ZERO);
        }
        while digits < 0 {
            units = units
                .checked_mul(10)
                .filter(|units| *units < 10_i128.pow(30))?;
            digits += 1;
        }
        let units = if is_negative { -units } else { units };
        let digits = u8::try_from(digits).ok().filter(|digits| *digits <= 30)?;
        Some(Number { units, digits })
    }

    /// With at most so many decimals, half away from zero.
    pub(super) fn rounded(self, digits: u8) -> Number {
        let Some(less) = self.digits.checked_sub(digits) else {
            return self;
        };
        let unit = 10_i128.pow(less.into());
        let half = if self.units < 0 { -unit / 2 } else { unit / 2 };
        let text = Number {
            units: (self.units + half) / unit,
            digits,
        };
        // Zeros at the end go.
        Number::parse(&text.to_string()).unwrap_or(Number::ZERO)
    }

    /// The largest whole number that is not above it.
    pub(super) fn floor(self) -> i128 {
        self.units.div_euclid(10_i128.pow(self.digits.into()))
    }

    pub(super) fn is_whole(self) -> bool {
        self.digits == 0
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        let whole = self.floor().cmp(&other.floor());
        let rest = |one: &Number| {
            let unit = 10_i128.pow(one.digits.into());
            (
                one.units.rem_euclid(unit),
                10_i128.pow((30 - one.digits).into()),
            )
        };
        let ((rest, by), (other, other_by)) = (rest(self), rest(other));
        whole.then_with(|| (rest * by).cmp(&(other * other_by)))
    }
}

impl core::fmt::Display for Number {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let unit = 10_u128.pow(self.digits.into());
        let size = self.units.unsigned_abs();
        let sign = if self.units < 0 { "-" } else { "" };
        write!(f, "{sign}{}", size / unit)?;
        if self.digits > 0 {
            let width = usize::from(self.digits);
            write!(f, ".{:0width$}", size % unit)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn numbers_are_read_and_written() {
        for (text, expected) in [
            ("0", Some("0")),
            ("-0.0", Some("0")),
            ("19.0", Some("19")),
            ("+2.50", Some("2.5")),
            ("-9.25", Some("-9.25")),
            ("1E3", Some("1000")),
            ("1.5e-3", Some("0.0015")),
            (".5", Some("0.5")),
            ("5.", Some("5")),
            (" 7 ", Some("7")),
            ("", None),
            (".", None),
            ("INF", None),
            ("NaN", None),
            ("1e99", None),
            ("1,5", None),
            ("--1", None),
        ] {
            let found = Number::parse(text).map(|one| one.to_string());
            assert_eq!(found.as_deref(), expected, "`{text}`");
        }
    }

    #[test]
    fn numbers_are_ordered_and_rounded() {
        let read = |text| Number::parse(text).expect("a number");
        let order = [
            "-2", "-1.5", "-1.25", "-0.01", "0", "0.009", "0.1", "0.11", "1", "10",
        ];
        for pair in order.windows(2) {
            assert!(read(pair[0]) < read(pair[1]), "{pair:?}");
        }
        for (text, digits, expected) in [
            ("1.25", 1, "1.3"),
            ("-1.25", 1, "-1.3"),
            ("1.24", 1, "1.2"),
            ("0.04", 1, "0"),
            ("1.96", 1, "2"),
            ("7", 2, "7"),
        ] {
            assert_eq!(read(text).rounded(digits).to_string(), expected, "{text}");
        }
    }
}
