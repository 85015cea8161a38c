//! A day of the civil calendar, without time or zone.
//!
//! The engine has no clock: whoever calls it says which day it is. This module
//! counts days and years; which zone "today" belongs to is the caller's
//! question (the command line uses Asia/Shanghai).
//!
//! Source: the Gregorian rules of ISO 8601, for the years 1800 to 2999.

use core::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const FIRST_YEAR: i32 = 1800;
const LAST_YEAR: i32 = 2999;

/// A civil day from 1800-01-01 to 2999-12-31.
///
/// Days order as they follow each other, and are written `YYYY-MM-DD`
/// everywhere: in text, in JSON and in policy files.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

impl Date {
    /// Returns the day with this year, month (1–12) and day of the month.
    ///
    /// Returns `None` for a day that the calendar does not have, and for years
    /// outside 1800 to 2999.
    ///
    /// # Examples
    ///
    /// ```
    /// use precheck::units::Date;
    /// assert!(Date::from_ymd(2024, 2, 29).is_some());
    /// assert!(Date::from_ymd(2023, 2, 29).is_none());
    /// ```
    #[must_use]
    pub const fn from_ymd(year: i32, month: u32, day: u32) -> Option<Date> {
        if year < FIRST_YEAR || year > LAST_YEAR || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        Some(Date(
            days_before_year(year) + days_before_month(year, month) + day as i32 - 1,
        ))
    }

    /// Returns the day that lies `days` days after 1970-01-01.
    ///
    /// Returns `None` outside the years 1800 to 2999.
    #[must_use]
    pub const fn from_days(days: i32) -> Option<Date> {
        if days < days_before_year(FIRST_YEAR) || days >= days_before_year(LAST_YEAR + 1) {
            return None;
        }
        Some(Date(days))
    }

    /// Returns the number of days since 1970-01-01, negative before it.
    #[must_use]
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Returns year, month (1–12) and day of the month.
    #[must_use]
    pub const fn ymd(self) -> (i32, u32, u32) {
        // No year is longer than 366 days, so this year is not too late, and
        // it is at most a few years too early over the supported range.
        let since_first = self.0 - days_before_year(FIRST_YEAR);
        let mut year = FIRST_YEAR + since_first / 366;
        while days_before_year(year + 1) <= self.0 {
            year += 1;
        }
        let mut day = (self.0 - days_before_year(year)) as u32;
        let mut month = 1;
        while day >= days_in_month(year, month) {
            day -= days_in_month(year, month);
            month += 1;
        }
        (year, month, day + 1)
    }

    /// Reads `YYYY-MM-DD` with exactly ten ASCII characters; `None` otherwise.
    #[must_use]
    pub fn parse(text: &str) -> Option<Date> {
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
            return None;
        };
        let year = number(&[y1, y2, y3, y4])?;
        Date::from_ymd(year as i32, number(&[m1, m2])?, number(&[d1, d2])?)
    }

    /// Returns how many whole years have passed from `self` until `later`.
    ///
    /// A year is complete *on* the day with the same month and day. Somebody
    /// born on 29 February completes a year on 28 February where there is no
    /// 29th. Before `self` the result is negative: −1 for the day before.
    ///
    /// # Examples
    ///
    /// ```
    /// use precheck::units::Date;
    /// let date = |text| Date::parse(text).expect("a day of the calendar");
    /// let born = date("2004-02-29");
    /// assert_eq!(born.years_until(date("2022-02-27")), 17);
    /// assert_eq!(born.years_until(date("2022-02-28")), 18);
    /// assert_eq!(born.years_until(date("2024-02-28")), 19);
    /// ```
    ///
    /// # Source
    ///
    /// Civil Code of the PRC, article 202: a period counted in years ends on
    /// the corresponding day, and on the last day of the month when there is
    /// none. (Criminal law counts an age from the day *after* the birthday,
    /// 法释〔2006〕1号 article 2; a policy that wants this asks with the day
    /// before.)
    #[must_use]
    pub const fn years_until(self, later: Date) -> i32 {
        let (year, month, day) = self.ymd();
        let (later_year, later_month, later_day) = later.ymd();
        let last = days_in_month(later_year, month);
        let corresponding = if day > last { last } else { day };
        let is_reached = later_month > month || later_month == month && later_day >= corresponding;
        later_year - year - if is_reached { 0 } else { 1 }
    }

    /// Returns the first day on which so many years are completed: the
    /// corresponding day, or the last of the month when there is none.
    ///
    /// Returns `None` outside the years 1800 to 2999.
    ///
    /// # Examples
    ///
    /// ```
    /// use precheck::units::Date;
    /// let date = |text| Date::parse(text).expect("a day of the calendar");
    /// assert_eq!(date("2004-02-29").in_years(18), Some(date("2022-02-28")));
    /// assert_eq!(date("2004-02-29").in_years(20), Some(date("2024-02-29")));
    /// assert_eq!(date("2004-02-29").in_years(1_000), None);
    /// ```
    #[must_use]
    pub const fn in_years(self, years: i32) -> Option<Date> {
        let (year, month, day) = self.ymd();
        let Some(year) = year.checked_add(years) else {
            return None;
        };
        if year < FIRST_YEAR || year > LAST_YEAR {
            return None;
        }
        let last = days_in_month(year, month);
        Date::from_ymd(year, month, if day > last { last } else { day })
    }
}

/// Returns the days from 1970-01-01 to the first day of `year`.
const fn days_before_year(year: i32) -> i32 {
    const EPOCH: i32 = leap_days_before(1970) + 365 * 1970;
    leap_days_before(year) + 365 * year - EPOCH
}

/// Returns the number of leap years from year 1 up to `year`, exclusive.
const fn leap_days_before(year: i32) -> i32 {
    let past = year - 1;
    past / 4 - past / 100 + past / 400
}

/// Returns the days of `year` that lie before `month`.
const fn days_before_month(year: i32, month: u32) -> i32 {
    let mut days = 0;
    let mut earlier = 1;
    while earlier < month {
        days += days_in_month(year, earlier) as i32;
        earlier += 1;
    }
    days
}

/// Returns the length of a month; 0 for a month that does not exist.
pub(crate) const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Reads ASCII digits; `None` when one is something else.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, digit| {
        digit
            .is_ascii_digit()
            .then(|| sum * 10 + u32::from(digit - b'0'))
    })
}

impl Date {
    /// The ISO form, without the machinery of `Display`.
    pub(crate) fn to_iso(self) -> String {
        self.with_iso(|text| text.into())
    }

    /// Calls `write` with the ten characters of the ISO form.
    fn with_iso<T>(self, write: impl FnOnce(&str) -> T) -> T {
        let (year, month, day) = self.ymd();
        let digit = |value: u32| b'0' + (value % 10) as u8;
        let year = year.unsigned_abs();
        let text = [
            digit(year / 1000),
            digit(year / 100),
            digit(year / 10),
            digit(year),
            b'-',
            digit(month / 10),
            digit(month),
            b'-',
            digit(day / 10),
            digit(day),
        ];
        write(core::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_iso(|text| f.pad(text))
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_iso(|text| f.pad(text))
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.with_iso(|text| serializer.serialize_str(text))
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        struct Iso;
        impl Visitor<'_> for Iso {
            type Value = Date;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date written `YYYY-MM-DD`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Date, E> {
                Date::parse(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Iso)
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    fn date(text: &str) -> Date {
        Date::parse(text).expect("the test writes days of the calendar")
    }

    /// Walks every day there is with a calendar of its own.
    #[test]
    fn every_day_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1800, 1, 1);
        let mut days = date("1800-01-01").days();
        while year < 3000 {
            let today = Date::from_ymd(year, month, day).expect("the walk stays in the calendar");
            assert_eq!(today.days(), days, "{today}");
            assert_eq!(today.ymd(), (year, month, day), "{today}");
            assert_eq!(Date::from_days(days), Some(today));
            assert_eq!(Date::parse(&today.to_string()), Some(today));
            days += 1;
            day += 1;
            let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            let lengths = [
                31,
                28 + u32::from(leap),
                31,
                30,
                31,
                30,
                31,
                31,
                30,
                31,
                30,
                31,
            ];
            if day > lengths[month as usize - 1] {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
        assert_eq!(Date::from_days(days), None, "3000-01-01 is outside");
        assert_eq!(date("1970-01-01").days(), 0);
        assert_eq!(date("2026-03-01").days(), 20_513);
    }

    #[test]
    fn only_the_exact_form_is_read() {
        for (text, why) in [
            ("", "nothing"),
            ("2026-02-29", "2026 is a common year"),
            ("1900-02-29", "centuries are common years"),
            ("2026-13-01", "no such month"),
            ("2026-00-01", "no such month"),
            ("2026-01-00", "no such day"),
            ("2026-1-01", "two digits for the month"),
            ("2026/01/01", "hyphens"),
            ("+026-01-01", "digits only"),
            ("2026-01-01 ", "no white space"),
            ("20260101", "hyphens"),
            ("２０２６-01", "ASCII only, though ten characters would fit"),
            ("1799-12-31", "before the first year"),
            ("3000-01-01", "after the last year"),
        ] {
            assert_eq!(Date::parse(text), None, "`{text}`: {why}");
        }
        assert_eq!(Date::from_days(i32::MIN), None);
        assert_eq!(Date::from_days(i32::MAX), None);
        assert_eq!(Date::from_ymd(i32::MAX, 1, 1), None);
        assert_eq!(Date::from_ymd(2026, u32::MAX, u32::MAX), None);
    }

    #[test]
    fn whole_years_at_the_birthday() {
        for (born, later, years, why) in [
            ("2008-03-02", "2026-03-01", 17, "the eve of the birthday"),
            ("2008-03-01", "2026-03-01", 18, "the birthday itself counts"),
            (
                "2008-02-29",
                "2026-02-27",
                17,
                "one day early in a common year",
            ),
            (
                "2008-02-29",
                "2026-02-28",
                18,
                "no 29th: the last day of the month",
            ),
            ("2008-02-29", "2028-02-28", 19, "a leap year has its 29th"),
            ("2008-02-29", "2028-02-29", 20, "on the 29th"),
            ("2026-03-01", "2026-03-01", 0, "the day of birth"),
            ("2026-03-01", "2026-02-28", -1, "the day before birth"),
            ("1800-01-01", "2999-12-31", 1_199, "the whole calendar"),
        ] {
            assert_eq!(
                date(born).years_until(date(later)),
                years,
                "{born} to {later}: {why}"
            );
        }
    }

    #[test]
    fn json_form_is_the_iso_text() {
        use serde::de::IntoDeserializer;
        use serde::de::value::{Error, StrDeserializer};
        let read = |text: &'static str| -> Result<Date, Error> {
            let source: StrDeserializer<'_, Error> = text.into_deserializer();
            serde::Deserialize::deserialize(source)
        };
        assert_eq!(read("2026-03-01"), Ok(date("2026-03-01")));
        let refused = read("2026-02-29").expect_err("not a day").to_string();
        assert!(refused.contains("`YYYY-MM-DD`"), "{refused}");
    }
}
