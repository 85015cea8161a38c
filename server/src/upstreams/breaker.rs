//! A circuit breaker: stops asking a source that is in trouble.
//!
//! | state | what happens to a call | what ends it |
//! |---|---|---|
//! | closed | it goes out | half of the last [`WINDOW`] calls failed, of [`LEAST`] at least |
//! | open | it is refused at once | the pause is over |
//! | half-open | one at a time goes out, the others are refused | [`PROBES`] good ones close it; a failure opens it for twice as long |
//!
//! It has no clock and no lock: whoever owns it says what time it is. A call
//! that ends after the state has changed says nothing about the new state, so
//! a permit belongs to the state that gave it.

use std::time::{Duration, Instant};

/// How many calls are remembered.
pub(super) const WINDOW: u32 = 20;
/// How many calls have to be remembered before they say anything.
pub(super) const LEAST: u32 = 8;
/// How many good calls in a row close a breaker that was open.
pub(super) const PROBES: u32 = 3;
/// How long the first pause is.
pub(super) const PAUSE: Duration = Duration::from_secs(5);
/// How long a pause is at most: a source that is back is found within a minute.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How a call ended, as far as it says something about the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The source answered.
    Good,
    /// It did not, or not in time.
    Failed,
    /// Nobody waited for the answer any more.
    Abandoned,
}

/// The right to make one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Permit {
    era: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The last calls, the newest in the lowest bit; a set bit is a failure.
    Closed {
        failures: u32,
        calls: u32,
    },
    Open {
        until: Instant,
        pause: Duration,
    },
    HalfOpen {
        is_probing: bool,
        good: u32,
        pause: Duration,
    },
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Breaker {
    state: State,
    /// Counts the changes of state.
    era: u64,
}

const CLOSED: State = State::Closed {
    failures: 0,
    calls: 0,
};

impl Breaker {
    /// A closed one.
    pub(crate) const fn new() -> Breaker {
        Breaker {
            state: CLOSED,
            era: 0,
        }
    }

    /// Asks to make a call; `None` when it has to be left out.
    pub(crate) fn permit(&mut self, now: Instant) -> Option<Permit> {
        if let State::Open { until, pause } = self.state
            && now >= until
        {
            self.enter(State::HalfOpen {
                is_probing: false,
                good: 0,
                pause,
            });
        }
        match &mut self.state {
            State::Closed { .. } => {}
            State::HalfOpen { is_probing, .. } if !*is_probing => *is_probing = true,
            State::Open { .. } | State::HalfOpen { .. } => return None,
        }
        Some(Permit { era: self.era })
    }

    /// The state's name.
    pub(crate) fn name(&self, now: Instant) -> &'static str {
        match self.state {
            State::Closed { .. } => "closed",
            State::Open { until, .. } if now < until => "open",
            State::Open { .. } | State::HalfOpen { .. } => "half-open",
        }
    }

    /// Tells how a call ended.
    pub(crate) fn ended(&mut self, permit: Permit, ending: Ending, now: Instant) {
        if permit.era != self.era {
            return;
        }
        match (self.state, ending) {
            (State::Closed { .. }, Ending::Abandoned) | (State::Open { .. }, _) => {}
            (State::Closed { failures, calls }, _) => {
                let is_failure = ending == Ending::Failed;
                let failures = (failures << 1 | u32::from(is_failure)) & ((1 << WINDOW) - 1);
                let calls = (calls + 1).min(WINDOW);
                let are_many = calls >= LEAST && failures.count_ones() * 2 >= calls;
                // A good call opens nothing, whatever the ones before it were.
                if is_failure && are_many {
                    self.open(PAUSE, now);
                } else {
                    self.state = State::Closed { failures, calls };
                }
            }
            (State::HalfOpen { pause, .. }, Ending::Failed) => {
                self.open(pause.saturating_mul(2).min(LONGEST_PAUSE), now);
            }
            (State::HalfOpen { good, pause, .. }, _) => {
                let good = good + u32::from(ending == Ending::Good);
                if good >= PROBES {
                    self.enter(CLOSED);
                } else {
                    self.state = State::HalfOpen {
                        is_probing: false,
                        good,
                        pause,
                    };
                }
            }
        }
    }

    fn open(&mut self, pause: Duration, now: Instant) {
        let until = now + pause;
        self.enter(State::Open { until, pause });
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.era += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Ending::{Abandoned, Failed, Good};
    use super::*;

    /// Makes a call that ends at once; whether it went out.
    fn call(breaker: &mut Breaker, ending: Ending, now: Instant) -> bool {
        let permit = breaker.permit(now);
        if let Some(permit) = permit {
            breaker.ended(permit, ending, now);
        }
        permit.is_some()
    }

    fn opened(now: Instant) -> Breaker {
        let mut breaker = Breaker::new();
        while call(&mut breaker, Failed, now) {}
        breaker
    }

    #[test]
    fn it_opens_at_half_and_not_before() {
        let now = Instant::now();
        for (good, failed, opens, why) in [
            (0, LEAST - 1, false, "too few calls say nothing"),
            (0, LEAST, true, "all of the least number failed"),
            (WINDOW / 2 + 1, WINDOW / 2 - 1, false, "less than half"),
            (WINDOW / 2, WINDOW / 2, true, "half"),
            (
                10 * WINDOW,
                WINDOW / 2,
                true,
                "what is long ago does not count",
            ),
        ] {
            let mut breaker = Breaker::new();
            for _ in 0..good {
                assert!(call(&mut breaker, Good, now), "{why}");
            }
            for _ in 0..failed {
                assert!(call(&mut breaker, Failed, now), "{why}");
            }
            assert_eq!(breaker.permit(now).is_none(), opens, "{why}");
        }
    }

    #[test]
    fn it_lets_one_probe_through_after_the_pause() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let last = now + PAUSE - Duration::from_nanos(1);
        assert_eq!(breaker.permit(last), None, "the pause is not over");
        let then = now + PAUSE;
        let probe = breaker.permit(then).expect("the pause is over");
        assert_eq!(breaker.permit(then), None, "one is on its way");
        breaker.ended(probe, Abandoned, then);
        for _ in 0..PROBES {
            assert!(call(&mut breaker, Good, then), "the next probe");
        }
        assert!(breaker.permit(then).is_some() && breaker.permit(then).is_some());
    }

    #[test]
    fn pauses_double_up_to_a_minute_and_begin_anew() {
        let mut now = Instant::now();
        let mut breaker = opened(now);
        for seconds in [5, 10, 20, 40, 60, 60] {
            let pause = Duration::from_secs(seconds);
            assert_eq!(breaker.permit(now + pause - Duration::from_millis(1)), None);
            now += pause;
            assert!(call(&mut breaker, Failed, now), "after {seconds} s");
        }
        now += LONGEST_PAUSE;
        for _ in 0..PROBES {
            assert!(call(&mut breaker, Good, now));
        }
        while call(&mut breaker, Failed, now) {}
        assert!(
            breaker.permit(now + PAUSE).is_some(),
            "the first pause again"
        );
    }

    #[test]
    fn a_late_answer_says_nothing_about_a_later_state() {
        let now = Instant::now();
        let mut breaker = Breaker::new();
        let late = breaker.permit(now).expect("closed");
        while call(&mut breaker, Failed, now) {}
        let then = now + PAUSE;
        let probe = breaker.permit(then).expect("half-open");
        breaker.ended(late, Failed, then);
        assert_eq!(breaker.permit(then), None, "the probe is still on its way");
        breaker.ended(probe, Good, then);
        assert!(breaker.permit(then).is_some(), "it was not opened again");
    }

    proptest! {
        /// Whatever happens, a source that is well is asked again after the
        /// longest pause, and closes after as many good calls as it takes.
        #[test]
        fn it_never_stays_open(
            steps in prop::collection::vec((0_u64..90_000, 0..3_u8), 0..200),
        ) {
            let mut now = Instant::now();
            let mut breaker = Breaker::new();
            for (milliseconds, ending) in steps {
                now += Duration::from_millis(milliseconds);
                let ending = [Good, Failed, Abandoned][usize::from(ending)];
                call(&mut breaker, ending, now);
            }
            now += LONGEST_PAUSE;
            for _ in 0..=PROBES {
                prop_assert!(call(&mut breaker, Good, now));
            }
            let is_closed = matches!(breaker.state, State::Closed { .. });
            prop_assert!(is_closed);
        }
    }
}
