//! Whether what is said of people has another shape than before.
//!
//! The last [`RECENT`] values are held against up to [`BEFORE`] values before
//! them by the population stability index: over tenths of the values before,
//! and over each special and code, the sum of `(p − q) · ln(p / q)`. By chance
//! alone it is about 0.05 here, with a spread of 0.03; [`ALARM`] is the value
//! from which scorecard practice speaks of another population. A fault that
//! moves every value to one end is beyond it when a fifth of the recent values
//! are faulty: after some 45 decisions.

#![expect(
    clippy::float_arithmetic,
    reason = "statistics about many people, on one machine; nobody's decision is made of them"
)]

use std::collections::{BTreeMap, VecDeque};

/// How many values are recent.
pub(super) const RECENT: usize = 200;
/// How many values before them are kept.
const BEFORE: usize = 1000;
/// Fewer values before say too little.
const FEWEST: usize = 300;
/// The index from which it is an alarm.
pub(super) const ALARM: f64 = 0.25;
/// The index below which an alarm is over.
const CALM: f64 = 0.1;
/// Parts of equal size that numbers are cut into.
const PARTS: usize = 10;

/// One value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    /// Nobody knows it.
    Nothing,
    /// A special code, by its place.
    Special(u8),
    /// A code, by its place: each is a part of its own.
    Code(i64),
    /// A number.
    Number(i64),
}

/// The values of one measure, in the order of the log.
#[derive(Debug, Default)]
pub(super) struct Values {
    before: VecDeque<Value>,
    recent: VecDeque<(i64, Value)>,
    /// While something is wrong, what was before stays as it is.
    is_alarmed: bool,
}

/// What became of a measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Turn {
    /// It went wrong: the index, and the first row of the log that may be part
    /// of it.
    Wrong(f64, i64),
    /// It is well again.
    Well,
}

impl Values {
    /// Adds a value at a place of the log.
    pub(super) fn add(&mut self, place: i64, value: Value) {
        self.recent.push_back((place, value));
        if self.recent.len() <= RECENT {
            return;
        }
        let Some((_, oldest)) = self.recent.pop_front() else {
            return;
        };
        if self.is_alarmed {
            return;
        }
        self.before.push_back(oldest);
        if self.before.len() > BEFORE {
            self.before.pop_front();
        }
    }

    /// Forgets what was recent: it was put right.
    pub(super) fn begin_anew(&mut self) {
        self.recent.clear();
        self.is_alarmed = false;
    }

    /// The index, where there is enough to say.
    pub(super) fn index(&self) -> Option<f64> {
        if self.before.len() < FEWEST || self.recent.len() < RECENT {
            return None;
        }
        let edges = self.edges();
        let mut parts: BTreeMap<(u8, i64), [u32; 2]> = BTreeMap::new();
        let recent = self.recent.iter().map(|(_, value)| value);
        for (side, value) in self
            .before
            .iter()
            .map(|one| (0, one))
            .chain(recent.map(|one| (1, one)))
        {
            parts.entry(part(*value, &edges)).or_default()[side] += 1;
        }
        let sums = [self.before.len(), self.recent.len()].map(whole);
        let count = whole(parts.len());
        // Half a person in every part: one that is empty on a side has a share too.
        let share = |count_in: u32, sum: f64| (f64::from(count_in) + 0.5) / (sum + 0.5 * count);
        let terms = parts.values().map(|[before, recent]| {
            let (p, q) = (share(*recent, sums[1]), share(*before, sums[0]));
            (p - q) * (p / q).ln()
        });
        Some(terms.sum())
    }

    /// Whether it has gone wrong, or well again, since the last time.
    pub(super) fn turn(&mut self) -> Option<Turn> {
        let index = self.index()?;
        if !self.is_alarmed && index >= ALARM {
            self.is_alarmed = true;
            let first = self.recent.front().map_or(0, |(place, _)| *place);
            return Some(Turn::Wrong(index, first));
        }
        if self.is_alarmed && index < CALM {
            self.is_alarmed = false;
            return Some(Turn::Well);
        }
        None
    }

    /// Where the numbers before are cut into parts of about the same size.
    fn edges(&self) -> Vec<i64> {
        let numbers = self.before.iter().filter_map(|value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        });
        let mut numbers: Vec<i64> = numbers.collect();
        numbers.sort_unstable();
        let mut edges: Vec<i64> = (1..PARTS)
            .filter_map(|part| numbers.get(part * numbers.len() / PARTS).copied())
            .collect();
        edges.dedup();
        edges
    }
}

fn part(value: Value, edges: &[i64]) -> (u8, i64) {
    match value {
        Value::Nothing => (0, 0),
        Value::Special(code) => (1, i64::from(code)),
        Value::Code(code) => (2, code),
        Value::Number(number) => {
            let place = edges.partition_point(|edge| *edge <= number);
            (3, i64::try_from(place).unwrap_or(i64::MAX))
        }
    }
}

/// An index as it is told, to three decimals.
pub(super) fn rounded(index: f64) -> f64 {
    (index * 1000.0).round() / 1000.0
}

/// Small counts, exactly.
fn whole(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Numbers that look drawn at random, always the same.
    fn drawn(seed: u64) -> impl Iterator<Item = i64> {
        let mut state = seed;
        std::iter::from_fn(move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            i64::try_from((state >> 33) % 1000).ok()
        })
    }

    fn fed(values: impl Iterator<Item = Value>) -> (Values, Option<(usize, f64, i64)>) {
        let mut all = Values::default();
        let mut wrong = None;
        for (count, value) in values.enumerate() {
            all.add(i64::try_from(count).unwrap_or(i64::MAX), value);
            if let Some(Turn::Wrong(index, first)) = all.turn() {
                wrong.get_or_insert((count, index, first));
            }
        }
        (all, wrong)
    }

    #[test]
    fn what_stays_as_it_is_raises_no_alarm() {
        for seed in 0..20 {
            let (all, wrong) = fed(drawn(seed).take(20_000).map(Value::Number));
            assert_eq!(wrong, None, "seed {seed}, index {:?}", all.index());
        }
    }

    /// The bound that the module states.
    #[test]
    fn a_fault_is_found_within_sixty_decisions() {
        for seed in 0..20 {
            let good = drawn(seed).take(1500).map(Value::Number);
            let low = drawn(seed + 100)
                .take(200)
                .map(|one| Value::Number(one / 20));
            let (_, wrong) = fed(good.chain(low));
            let (count, index, first) = wrong.expect("it is found");
            let after = count - 1500;
            assert!((20..60).contains(&after), "seed {seed}: after {after}");
            assert!(
                index >= ALARM && first <= 1500,
                "seed {seed}: {index} {first}"
            );
        }
    }

    #[test]
    fn a_source_that_falls_silent_is_found() {
        let good = drawn(1).take(800).map(Value::Number);
        let silent = std::iter::repeat_n(Value::Special(0), 100);
        let (_, wrong) = fed(good.chain(silent));
        let (count, ..) = wrong.expect("it is found");
        assert!(count < 800 + 40, "{count}");
    }

    #[test]
    fn few_values_say_nothing() {
        let values = drawn(3).take(499).map(Value::Number);
        let (all, wrong) = fed(values);
        assert_eq!((all.index(), wrong), (None, None));
    }

    #[test]
    fn it_is_over_when_it_is_over() {
        let good = || drawn(5).map(Value::Number);
        let mut values = Values::default();
        let mut turns = Vec::new();
        let wrong = std::iter::repeat_n(Value::Code(7), 300);
        let all = good().take(1000).chain(wrong).chain(good().take(400));
        for (place, value) in all.enumerate() {
            values.add(i64::try_from(place).unwrap_or(i64::MAX), value);
            turns.extend(values.turn().map(|turn| matches!(turn, Turn::Well)));
        }
        assert_eq!(turns, [false, true], "wrong once, well once");
    }

    proptest! {
        /// Of the same values on both sides nothing is told.
        #[test]
        fn nothing_is_made_of_nothing(value in -5i64..5, kind in 0u8..4) {
            let value = match kind {
                0 => Value::Nothing,
                1 => Value::Special(1),
                2 => Value::Code(value),
                _ => Value::Number(value),
            };
            let (all, wrong) = fed(std::iter::repeat_n(value, 900));
            prop_assert_eq!(wrong, None);
            prop_assert!(all.index().is_some_and(|index| index.abs() < 0.01));
        }
    }
}
