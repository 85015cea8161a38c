//! Shares of a number of people, and how sure one can be of them.

#![expect(
    clippy::float_arithmetic,
    reason = "statistics about many people, on one machine; nobody's decision is made of them"
)]

use serde::Serialize;

/// The normal quantile of an interval that holds in 99 cases of 100: many
/// groups are looked at side by side, and one in twenty would differ by chance.
const Z: f64 = 2.575_829_303_548_900_4;

/// Fewer people than this say nothing about their group.
const FEWEST: u64 = 30;

/// A share with its interval of 99 % (Wilson 1927), to four decimals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// How many of all.
    pub share: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

/// How many of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub some: u64,
    /// Of how many.
    pub all: u64,
}

/// As precise as counts of people need: below 2^53 nothing is lost.
#[expect(
    clippy::cast_precision_loss,
    reason = "nobody counts 2^53 people, and the answer is rounded"
)]
fn float(count: u64) -> f64 {
    count as f64
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

impl Count {
    fn ends(self) -> Option<[f64; 3]> {
        if self.all == 0 {
            return None;
        }
        let (all, share) = (float(self.all), float(self.some) / float(self.all));
        let spread = Z * Z / all;
        let centre = (share + spread / 2.0) / (1.0 + spread);
        let half = (spread * (share * (1.0 - share) + spread / 4.0)).sqrt() / (1.0 + spread);
        Some([share, (centre - half).max(0.0), (centre + half).min(1.0)])
    }

    /// The share; `None` of nobody.
    #[must_use]
    pub fn share(self) -> Option<Share> {
        self.ends().map(|[share, low, high]| Share {
            share: rounded(share),
            low: rounded(low),
            high: rounded(high),
        })
    }

    /// Everybody who is not in `part`.
    #[must_use]
    pub fn without(self, part: Count) -> Count {
        Count {
            some: self.some.saturating_sub(part.some),
            all: self.all.saturating_sub(part.all),
        }
    }

    /// Whether two shares differ by more than chance explains: whether the
    /// interval of their difference (Newcombe 1998, from the two Wilson
    /// intervals) leaves 0 out. `false` where one of the two is of fewer than
    /// 30 people.
    #[must_use]
    pub fn differs(self, other: Count) -> bool {
        if self.all < FEWEST || other.all < FEWEST {
            return false;
        }
        let (Some([one, one_low, one_high]), Some([two, two_low, two_high])) =
            (self.ends(), other.ends())
        else {
            return false;
        };
        let difference = one - two;
        let below = ((one - one_low).powi(2) + (two_high - two).powi(2)).sqrt();
        let above = ((one_high - one).powi(2) + (two - two_low).powi(2)).sqrt();
        difference - below > 0.0 || difference + above < 0.0
    }
}

/// By how much one share is larger than another; of nobody, 0.
#[must_use]
pub fn excess(one: Option<Share>, other: Option<Share>) -> f64 {
    let share = |of: Option<Share>| of.map_or(0.0, |share| share.share);
    share(one) - share(other)
}

/// A mean of amounts, in whole fen; `None` of none.
#[must_use]
pub fn mean(sum: i128, count: u64) -> Option<i64> {
    let mean = sum.checked_div(i128::from(count))?;
    i64::try_from(mean).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(some: u64, all: u64) -> Count {
        Count { some, all }
    }

    /// Against the formula written down a second time, in another language.
    #[test]
    fn shares_have_wilson_intervals() {
        let cases = [
            (0, 10, [0.0, 0.0, 0.3989]),
            (10, 10, [1.0, 0.6011, 1.0]),
            (15, 148, [0.1014, 0.0536, 0.1833]),
        ];
        for (some, all, [share, low, high]) in cases {
            let found = count(some, all).share();
            assert_eq!(found, Some(Share { share, low, high }), "{some} of {all}");
        }
        assert_eq!(count(0, 0).share(), None);
    }

    #[test]
    fn a_difference_is_told_where_chance_does_not_explain_it() {
        let cases = [
            (count(10, 100), count(12, 100), false),
            (count(10, 100), count(40, 100), true),
            (count(0, 100), count(0, 100), false),
            (count(0, 100), count(30, 100), true),
            // The same shares, of too few.
            (count(0, 29), count(29, 29), false),
            (count(100, 1000), count(120, 1000), false),
            (count(1000, 10_000), count(1200, 10_000), true),
        ];
        for (one, two, differs) in cases {
            assert_eq!(one.differs(two), differs, "{one:?} {two:?}");
            assert_eq!(two.differs(one), differs, "{two:?} {one:?}");
        }
    }

    #[test]
    fn a_mean_is_whole_fen() {
        assert_eq!(mean(100_001, 2), Some(50_000));
        assert_eq!(mean(0, 0), None);
    }
}
