//! Numbers as people write them, with integers only.

use crate::policy::FactKind;
use crate::units::{Date, Locale, decimal};

/// Appends a value of the given kind.
///
/// | kind | zh-CN | en |
/// |---|---|---|
/// | money, 250 050 fen | 2,500.50 元 | ¥2,500.50 |
/// | money, 250 000 fen | 2,500 元 | ¥2,500 |
/// | ratio, 3 601 basis points | 36.01% | 36.01% |
/// | date | 2026年3月1日 | 1 March 2026 |
/// | bool | 是 / 否 | yes / no |
/// | decimal, 12 500 with 4 digits | 1.25 | 1.25 |
/// | others | 1,234 | 1,234 |
pub(crate) fn number(out: &mut String, kind: FactKind, value: i64, digits: u8, locale: Locale) {
    match kind {
        FactKind::Money => money(out, value, locale),
        FactKind::Ratio => {
            sign(out, value);
            hundredths(out, value.unsigned_abs());
            out.push('%');
        }
        FactKind::Decimal => {
            sign(out, value);
            let unit = 10_u64.saturating_pow(digits.into());
            grouped(out, value.unsigned_abs() / unit);
            let mut rest = String::new();
            decimal::write(&mut rest, (value.unsigned_abs() % unit) as i64, digits);
            out.push_str(&rest[1..]);
        }
        FactKind::Date => date(out, value, locale),
        FactKind::Bool => out.push_str(match (locale, value != 0) {
            (Locale::ZhCn, true) => "是",
            (Locale::ZhCn, false) => "否",
            (Locale::En, true) => "yes",
            (Locale::En, false) => "no",
        }),
        FactKind::Integer | FactKind::Days | FactKind::Years | FactKind::Code => {
            sign(out, value);
            grouped(out, value.unsigned_abs());
        }
    }
}

fn sign(out: &mut String, value: i64) {
    if value < 0 {
        // U+2212, the minus sign that lines up with digits.
        out.push('\u{2212}');
    }
}

fn money(out: &mut String, fen: i64, locale: Locale) {
    sign(out, fen);
    if locale == Locale::En {
        out.push('¥');
    }
    hundredths(out, fen.unsigned_abs());
    if locale == Locale::ZhCn {
        out.push_str(" 元");
    }
}

/// A number of hundredths; the decimals are left out when they are zero.
fn hundredths(out: &mut String, value: u64) {
    grouped(out, value / 100);
    let rest = value % 100;
    if rest != 0 {
        out.push('.');
        out.push(digit(rest / 10));
        out.push(digit(rest % 10));
    }
}

fn grouped(out: &mut String, value: u64) {
    if value >= 1000 {
        grouped(out, value / 1000);
        out.push(',');
        let rest = value % 1000;
        out.push(digit(rest / 100));
        out.push(digit(rest / 10 % 10));
        out.push(digit(rest % 10));
    } else {
        plain(out, value);
    }
}

fn plain(out: &mut String, value: u64) {
    if value >= 10 {
        plain(out, value / 10);
    }
    out.push(digit(value % 10));
}

fn digit(value: u64) -> char {
    // The callers pass one decimal digit.
    char::from(b'0' + (value % 10) as u8)
}

fn date(out: &mut String, days: i64, locale: Locale) {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let Some(date) = i32::try_from(days).ok().and_then(Date::from_days) else {
        return;
    };
    let (year, month, day) = date.ymd();
    let year = u64::from(year.unsigned_abs());
    match locale {
        Locale::ZhCn => {
            plain(out, year);
            out.push('年');
            plain(out, u64::from(month));
            out.push('月');
            plain(out, u64::from(day));
            out.push('日');
        }
        Locale::En => {
            plain(out, u64::from(day));
            out.push(' ');
            out.push_str(MONTHS[(month as usize + 11) % 12]);
            out.push(' ');
            plain(out, year);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_both_locales() {
        for (kind, digits, value, zh, en) in [
            (FactKind::Money, 0, 0, "0 元", "¥0"),
            (FactKind::Money, 0, 5, "0.05 元", "¥0.05"),
            (FactKind::Money, 0, 250_050, "2,500.50 元", "¥2,500.50"),
            (FactKind::Money, 0, -100, "\u{2212}1 元", "\u{2212}¥1"),
            (FactKind::Ratio, 0, 3_601, "36.01%", "36.01%"),
            (FactKind::Integer, 0, 999, "999", "999"),
            (FactKind::Integer, 0, 1_000, "1,000", "1,000"),
            (FactKind::Integer, 0, 1_000_001, "1,000,001", "1,000,001"),
            (FactKind::Decimal, 4, 0, "0", "0"),
            (FactKind::Decimal, 4, 12_345_000, "1,234.5", "1,234.5"),
            (FactKind::Decimal, 4, -1, "\u{2212}0.0001", "\u{2212}0.0001"),
            (FactKind::Bool, 0, 1, "是", "yes"),
            (FactKind::Date, 0, 0, "1970年1月1日", "1 January 1970"),
        ] {
            for (locale, expected) in [(Locale::ZhCn, zh), (Locale::En, en)] {
                let mut out = String::new();
                number(&mut out, kind, value, digits, locale);
                assert_eq!(out, expected, "{kind:?} {value} in {locale:?}");
            }
        }
    }
}
