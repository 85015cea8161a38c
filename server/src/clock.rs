//! What time it is in Shanghai.
//!
//! Mainland China has one zone and no summer time (since 1991), so a fixed
//! offset is exact. The engine has no clock; this is the only one.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use precheck::units::Date;

const OFFSET_SECONDS: i64 = 8 * 3600;
const DAY_SECONDS: i64 = 86_400;

/// A moment, written in RFC 3339 with the offset of Asia/Shanghai.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    date: Date,
    millisecond_of_day: i64,
}

impl Moment {
    /// Now; `None` when the clock is outside the engine's calendar.
    pub(crate) fn now() -> Option<Moment> {
        Moment::at(SystemTime::now())
    }

    fn at(time: SystemTime) -> Option<Moment> {
        let since_epoch = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).ok()?,
            Err(before) => -i64::try_from(before.duration().as_millis()).ok()?,
        };
        let local = since_epoch.checked_add(OFFSET_SECONDS * 1000)?;
        let days = i32::try_from(local.div_euclid(DAY_SECONDS * 1000)).ok()?;
        Some(Moment {
            date: Date::from_days(days)?,
            millisecond_of_day: local.rem_euclid(DAY_SECONDS * 1000),
        })
    }

    /// Milliseconds since 1970, in UTC.
    pub(crate) fn milliseconds(self) -> i64 {
        let days = i64::from(self.date.days());
        days * DAY_SECONDS * 1000 + self.millisecond_of_day - OFFSET_SECONDS * 1000
    }

    /// The day.
    pub(crate) fn date(self) -> Date {
        self.date
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.millisecond_of_day / 1000;
        write!(
            f,
            "{}T{:02}:{:02}:{:02}.{:03}+08:00",
            self.date,
            second / 3600,
            second / 60 % 60,
            second % 60,
            self.millisecond_of_day % 1000,
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Moment, UNIX_EPOCH};

    #[test]
    fn days_turn_at_midnight_in_shanghai() {
        for (milliseconds, written, why) in [
            (0, "1970-01-01T08:00:00.000+08:00", "the epoch"),
            (
                57_599_999,
                "1970-01-01T23:59:59.999+08:00",
                "the last moment of the day",
            ),
            (57_600_000, "1970-01-02T00:00:00.000+08:00", "midnight"),
            (
                1_709_164_800_000,
                "2024-02-29T08:00:00.000+08:00",
                "a leap day",
            ),
        ] {
            let moment = Moment::at(UNIX_EPOCH + Duration::from_millis(milliseconds));
            assert_eq!(
                moment.map(|one| one.milliseconds()),
                i64::try_from(milliseconds).ok(),
                "{why}"
            );
            assert_eq!(
                moment.map(|one| one.to_string()).as_deref(),
                Some(written),
                "{why}"
            );
        }
        let before = Moment::at(UNIX_EPOCH - Duration::from_secs(8 * 3600 + 1));
        let written = before.map(|one| one.to_string());
        assert_eq!(
            written.as_deref(),
            Some("1969-12-31T23:59:59.000+08:00"),
            "before the epoch"
        );
    }
}
