//! What time it is in Shanghai; and, for what runs out, a time that never goes
//! back.
//!
//! Mainland China has one zone and no summer time (since 1991), so a fixed
//! offset is exact. The engine has no clock; these are the only ones.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

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
        Moment::from_milliseconds(since_epoch)
    }

    /// The moment so many milliseconds after 1970, UTC.
    pub(crate) fn from_milliseconds(since_epoch: i64) -> Option<Moment> {
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

/// A time for what runs out, such as codes and links: it follows the clock, and
/// goes on by itself where the clock jumps back, so that nothing comes back to
/// life. A clock that is behind is followed again once it has caught up.
///
/// What other services on the same data have seen, and earlier starts, is
/// learned from the database, which keeps the latest time of every change.
pub(crate) struct Steady(Mutex<Reading>);

/// What the time was, and when that was by a clock that cannot be set.
struct Reading {
    milliseconds: i64,
    at: Instant,
}

impl Steady {
    /// Begins with what the clock says now.
    pub(crate) fn new() -> Steady {
        Steady(Mutex::new(Reading {
            milliseconds: wall(SystemTime::now()),
            at: Instant::now(),
        }))
    }

    /// Now, in milliseconds since 1970, UTC.
    pub(crate) fn now(&self) -> i64 {
        self.read(wall(SystemTime::now()), Instant::now())
    }

    /// It is at least this late: somebody else has seen it.
    pub(crate) fn learn(&self, milliseconds: i64) {
        self.read(milliseconds, Instant::now());
    }

    fn read(&self, clock: i64, at: Instant) -> i64 {
        // A reading is whole after every assignment.
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = at.saturating_duration_since(last.at).as_millis();
        let passed = i64::try_from(passed).unwrap_or(i64::MAX);
        let milliseconds = clock.max(last.milliseconds.saturating_add(passed));
        *last = Reading { milliseconds, at };
        milliseconds
    }
}

/// Milliseconds since 1970; 0 for a clock that stands before.
fn wall(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Instant, Moment, Mutex, Reading, Steady, UNIX_EPOCH};

    #[test]
    fn steady_time_never_goes_back_and_never_stands_still() {
        let start = Instant::now();
        let steady = Steady(Mutex::new(Reading {
            milliseconds: 1_000_000,
            at: start,
        }));
        // Rows: milliseconds since the start, what the clock says, what it is.
        for (passed, clock, expected, why) in [
            (0, 1_000_000, 1_000_000, "at first"),
            (500, 1_000_500, 1_000_500, "with the clock"),
            (600, 400_000, 1_000_600, "the clock jumps back"),
            (60_600, 460_000, 1_060_600, "and time goes on"),
            (60_700, 9_000_000, 9_000_000, "the clock jumps ahead"),
            (60_800, 1_060_800, 9_000_100, "and comes back"),
            (60_900, 9_500_000, 9_500_000, "it has caught up"),
        ] {
            let at = start + Duration::from_millis(passed);
            assert_eq!(steady.read(clock, at), expected, "{why}");
        }
    }

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
