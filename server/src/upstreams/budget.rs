//! How often a source may be asked again: at most one call in ten.
//!
//! Without a budget a source that is slow because it has too much to do gets
//! twice as much. Every call saves a tenth of a retry; a retry costs a whole
//! one. It begins empty, so that the tenth holds from the first call on.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Tenths of a retry that are saved at most: after a quiet day there are not
/// a thousand retries at once.
const MOST: u32 = 10 * 10;
/// How long the first wait before a retry is at most.
const FIRST_WAIT: Duration = Duration::from_millis(50);

/// Saved tenths of retries.
#[derive(Debug, Default)]
pub(super) struct Budget(AtomicU32);

impl Budget {
    /// A first call was made.
    pub(super) fn earn(&self) {
        let more = |tenths: u32| Some((tenths + 1).min(MOST));
        // The closure always gives a value.
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }

    /// Takes a retry out; `false` when there is none.
    pub(super) fn spend(&self) -> bool {
        let less = |tenths: u32| tenths.checked_sub(10);
        let spent = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        spent.is_ok()
    }
}

/// How long to wait before the retry with this number, counted from 0: anything
/// up to a bound that doubles, so that callers who failed together do not come
/// back together. `chance` is uniform.
pub(super) fn wait(retry: u32, chance: u32) -> Duration {
    let most = FIRST_WAIT.saturating_mul(1 << retry.min(6));
    let micros = u64::try_from(most.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(micros.saturating_mul(u64::from(chance)) >> 32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn waits_lie_below_a_bound_that_doubles() {
        for (retry, chance, micros, why) in [
            (0, 0, 0, "no wait at all is possible"),
            (0, u32::MAX, 49_999, "below the first bound"),
            (1, u32::MAX, 99_999, "below twice the bound"),
            (1, 1 << 31, 50_000, "in the middle"),
            (40, u32::MAX, 3_199_999, "bounds end"),
        ] {
            assert_eq!(wait(retry, chance), Duration::from_micros(micros), "{why}");
        }
    }

    proptest! {
        /// Retries are never more than a tenth of the calls so far.
        #[test]
        fn retries_are_a_tenth(asks in prop::collection::vec(any::<bool>(), 0..2_000)) {
            let budget = Budget::default();
            let (mut calls, mut retries) = (0, 0);
            for is_retry in asks {
                if is_retry {
                    retries += u32::from(budget.spend());
                } else {
                    budget.earn();
                    calls += 1;
                }
                prop_assert!(retries * 10 <= calls);
            }
        }
    }
}
