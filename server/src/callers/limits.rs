//! How often somebody may come: token buckets in a table of fixed size.
//!
//! A bucket is one number, the moment at which it would be full again (the
//! "theoretical arrival time" of the generic cell rate algorithm, which is a
//! token bucket written the other way round). Who comes is hashed with a key of
//! this process into one place in each of two rows; whoever finds room in one
//! of them may pass. Nobody can fill the memory, or push others out, by coming
//! under many names; two who share both places share a bucket, which only ever
//! makes it smaller.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Places in a row: four megabytes in all, and room for the million persons
/// about whom a server can decide in a minute.
const PLACES: usize = 1 << 18;
const MINUTE: Duration = Duration::from_secs(60);

/// Buckets of everybody.
pub(super) struct Limits {
    started: Instant,
    rows: [(RandomState, Box<[AtomicU64]>); 2],
}

impl Limits {
    pub(super) fn new(started: Instant) -> Limits {
        let row = || {
            let places = (0..PLACES).map(|_| AtomicU64::new(0));
            (RandomState::new(), places.collect())
        };
        Limits {
            started,
            rows: [row(), row()],
        }
    }

    /// Takes one of `who`'s tokens: as many as `per_minute` may come at once,
    /// and as many in each minute. `Err` says how long to wait for the next.
    pub(super) fn take(&self, who: &[&str], per_minute: u32, now: Instant) -> Result<(), Duration> {
        let since = now.saturating_duration_since(self.started);
        let now = u64::try_from(since.as_micros()).unwrap_or(u64::MAX / 2);
        let minute = u64::try_from(MINUTE.as_micros()).unwrap_or(u64::MAX);
        let step = minute / u64::from(per_minute.max(1));
        // Full at `now`, the bucket lets `per_minute` pass and the next not.
        let latest = now + minute - step.min(minute);
        let mut passes = false;
        let mut wait = u64::MAX;
        for (hasher, places) in &self.rows {
            let Ok(place) = usize::try_from(hasher.hash_one(who) % PLACES as u64) else {
                continue;
            };
            let Some(place) = places.get(place) else {
                continue;
            };
            let taken = place.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full| {
                let full = full.max(now);
                (full <= latest).then_some(full + step)
            });
            match taken {
                Ok(_) => passes = true,
                Err(full) => wait = wait.min(full.saturating_sub(latest)),
            }
        }
        if passes {
            Ok(())
        } else {
            Err(Duration::from_micros(wait.min(minute)))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bucket_is_full_at_first_and_fills_again() {
        let start = Instant::now();
        let limits = Limits::new(start);
        for _ in 0..3 {
            assert_eq!(limits.take(&["a"], 3, start), Ok(()));
        }
        let wait = Duration::from_secs(20);
        assert_eq!(limits.take(&["a"], 3, start), Err(wait));
        assert_eq!(
            limits.take(&["b"], 3, start),
            Ok(()),
            "others are not touched"
        );
        let almost = start + wait - Duration::from_micros(1);
        assert!(limits.take(&["a"], 3, almost).is_err());
        assert_eq!(
            limits.take(&["a"], 3, start + wait),
            Ok(()),
            "the time that was said"
        );
        assert!(limits.take(&["a"], 3, start + wait).is_err(), "one only");
        let later = start + 10 * MINUTE;
        for _ in 0..3 {
            assert_eq!(
                limits.take(&["a"], 3, later),
                Ok(()),
                "never more than full"
            );
        }
        assert!(limits.take(&["a"], 3, later).is_err());
    }

    #[test]
    fn names_do_not_run_into_each_other() {
        let start = Instant::now();
        let limits = Limits::new(start);
        assert_eq!(limits.take(&["ab", "c"], 1, start), Ok(()));
        assert_eq!(limits.take(&["a", "bc"], 1, start), Ok(()));
    }

    /// Coming under many names costs nobody else their room, as good as ever.
    #[test]
    fn a_flood_of_names_leaves_others_their_room() {
        let start = Instant::now();
        let limits = Limits::new(start);
        for number in 0..1_000 {
            let name = format!("flood-{number}");
            let _ = limits.take(&[&name], 1, start);
        }
        let held_up = (0..500).filter(|number| {
            let name = format!("person-{number}");
            limits.take(&[&name], 10, start).is_err()
        });
        // Sharing both places with one of them is a matter of one in 70 000.
        assert!(held_up.count() <= 2);
    }

    proptest! {
        /// In no stretch of time do more pass than a full bucket and what
        /// flowed in meanwhile.
        #[test]
        fn never_more_than_the_rate(
            per_minute in 1_u32..100,
            gaps in prop::collection::vec(0_u64..2_000, 1..300),
        ) {
            let start = Instant::now();
            let limits = Limits::new(start);
            let (mut now, mut passed) = (start, 0_u64);
            for gap in gaps {
                now += Duration::from_millis(gap);
                passed += u64::from(limits.take(&["a"], per_minute, now).is_ok());
                let flowed = (now - start).as_millis() as u64 * u64::from(per_minute) / 60_000;
                prop_assert!(passed <= u64::from(per_minute) + flowed + 1);
            }
        }
    }
}
