//! Whole numbers for facts that formulas tie together.
//!
//! A tie is an inequality between two of them, `a x + b y <= c`, or the years
//! from one to the other. The ranges are narrowed as far as each tie by itself
//! allows; then the first that is still open is halved, the lower half first.
//! So what is found is the lowest, number by number, and nothing is missed. Two
//! inequalities about the same two numbers are joined first: shares that exclude
//! each other would else be narrowed one step at a time.

use precheck::units::Date;

/// Halvings before a question is given up.
const BUDGET: u32 = 20_000;

/// How two numbers hang together, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tie {
    /// `times.0 * first + times.1 * second <= most`.
    Linear {
        of: (usize, usize),
        times: (i128, i128),
        most: i128,
    },
    /// Completed years from one day to another lie between two numbers.
    Years {
        from: usize,
        to: usize,
        least: i64,
        most: i64,
    },
}

/// The question was too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exhausted;

/// The lowest numbers in their ranges for which every tie holds, if there are
/// any; the highest of those whose range says so.
pub(super) fn solve(
    ranges: &[(i64, i64, bool)],
    ties: &[Tie],
) -> Result<Option<Vec<i64>>, Exhausted> {
    let wide = |(low, high, _): &(i64, i64, bool)| (i128::from(*low), i128::from(*high));
    let highest: Vec<bool> = ranges.iter().map(|one| one.2).collect();
    let mut ranges: Vec<(i128, i128)> = ranges.iter().map(wide).collect();
    if !join(&mut ranges, ties) {
        return Ok(None);
    }
    let mut budget = BUDGET;
    let found = halve(ranges, ties, &highest, &mut budget)?;
    let narrow = |value: i128| i64::try_from(value).ok();
    Ok(found.and_then(|all| all.into_iter().map(narrow).collect()))
}

type Ranges = Vec<(i128, i128)>;

fn halve(
    mut ranges: Ranges,
    ties: &[Tie],
    highest: &[bool],
    budget: &mut u32,
) -> Result<Option<Vec<i128>>, Exhausted> {
    *budget = budget.checked_sub(1).ok_or(Exhausted)?;
    if !narrow(&mut ranges, ties) {
        return Ok(None);
    }
    let Some(open) = ranges.iter().position(|(low, high)| low < high) else {
        return Ok(Some(ranges.into_iter().map(|(low, _)| low).collect()));
    };
    let (low, high) = ranges[open];
    let middle = low + (high - low) / 2;
    let mut halves = [(low, middle), (middle + 1, high)];
    if highest[open] {
        halves.reverse();
    }
    for half in halves {
        let mut part = ranges.clone();
        part[open] = half;
        let found = halve(part, ties, highest, budget)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Narrows by every tie until nothing moves much more; `false` where no number is left.
fn narrow(ranges: &mut Ranges, ties: &[Tie]) -> bool {
    // Where it converges slowly, halving is faster.
    for _ in 0..8 {
        let before = ranges.clone();
        let is_left = ties.iter().all(|tie| match *tie {
            Tie::Linear { of, times, most } => linear(ranges, of, times, most),
            Tie::Years {
                from,
                to,
                least,
                most,
            } => years(ranges, (from, to), (least, most)),
        });
        if !is_left {
            return false;
        }
        if *ranges == before {
            return true;
        }
    }
    true
}

fn linear(ranges: &mut Ranges, of: (usize, usize), times: (i128, i128), most: i128) -> bool {
    let least = |(low, high): (i128, i128), times: i128| (low * times).min(high * times);
    let left = most - least(ranges[of.1], times.1);
    if !at_most(&mut ranges[of.0], times.0, left) {
        return false;
    }
    let left = most - least(ranges[of.0], times.0);
    at_most(&mut ranges[of.1], times.1, left)
}

/// Narrows a range to the numbers for which `times * number <= most`.
fn at_most(range: &mut (i128, i128), times: i128, most: i128) -> bool {
    match times {
        0 => return most >= 0,
        1.. => range.1 = range.1.min(most.div_euclid(times)),
        // Divided by a negative number, it is the least.
        _ => range.0 = range.0.max(-most.div_euclid(-times)),
    }
    range.0 <= range.1
}

/// What follows for a single number from two inequalities about the same two.
fn join(ranges: &mut Ranges, ties: &[Tie]) -> bool {
    for (index, one) in ties.iter().enumerate() {
        for other in &ties[..index] {
            let (
                &Tie::Linear {
                    of,
                    times: (a, b),
                    most,
                },
                &Tie::Linear {
                    of: same,
                    times: (c, d),
                    most: more,
                },
            ) = (one, other)
            else {
                continue;
            };
            if of != same {
                continue;
            }
            // With the first cancelled, then with the second.
            for (number, (a, b), (c, d)) in [(of.1, (a, b), (c, d)), (of.0, (b, a), (d, c))] {
                let is_opposite = a.signum() * c.signum() < 0;
                let sum = || a.abs() * more + c.abs() * most;
                if is_opposite && !at_most(&mut ranges[number], a.abs() * d + c.abs() * b, sum()) {
                    return false;
                }
            }
        }
    }
    true
}

/// Years grow with the later day and shrink with the earlier one.
fn years(ranges: &mut Ranges, of: (usize, usize), (least, most): (i64, i64)) -> bool {
    let (from, to) = (ranges[of.0], ranges[of.1]);
    let between = |from: i128, to: i128| match (day(from), day(to)) {
        (Some(from), Some(to)) => i64::from(from.years_until(to)),
        _ => 0,
    };
    let Some(first) = lowest(from, |one| between(one, to.0) <= most) else {
        return false;
    };
    let Some(last) = highest((first, from.1), |one| between(one, to.1) >= least) else {
        return false;
    };
    let Some(start) = lowest(to, |one| between(first, one) >= least) else {
        return false;
    };
    let Some(end) = highest((start, to.1), |one| between(last, one) <= most) else {
        return false;
    };
    ranges[of.0] = (first, last);
    ranges[of.1] = (start, end);
    true
}

fn day(days: i128) -> Option<Date> {
    i32::try_from(days).ok().and_then(Date::from_days)
}

/// The lowest number of a range from which on something holds.
fn lowest((mut low, mut high): (i128, i128), holds: impl Fn(i128) -> bool) -> Option<i128> {
    if !holds(high) {
        return None;
    }
    while low < high {
        let middle = low + (high - low).div_euclid(2);
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}

/// The highest number of a range up to which something holds.
fn highest((low, high): (i128, i128), holds: impl Fn(i128) -> bool) -> Option<i128> {
    lowest((-high, -low), |one| holds(-one)).map(|one| -one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_most(of: (usize, usize), times: (i128, i128), most: i128) -> Tie {
        Tie::Linear { of, times, most }
    }

    fn lowest_of(ranges: &[(i64, i64)], ties: &[Tie]) -> Result<Option<Vec<i64>>, Exhausted> {
        let ranges: Vec<_> = ranges
            .iter()
            .map(|(low, high)| (*low, *high, false))
            .collect();
        solve(&ranges, ties)
    }

    /// Every way to tie two or three small numbers, against trying them all.
    #[test]
    fn the_lowest_numbers_are_found_if_there_are_any() {
        let mut seed = 1_u64;
        let mut below = |bound: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % bound
        };
        let mut none = 0;
        for round in 0..20_000 {
            let ranges: Vec<(i64, i64)> = (0..3)
                .map(|_| {
                    let low = i64::try_from(below(40)).expect("small") - 20;
                    (low, low + i64::try_from(below(12)).expect("small"))
                })
                .collect();
            let mut number = |bound: u64| i128::from(below(2 * bound + 1)) - i128::from(bound);
            let ties: Vec<Tie> = (0..3)
                .map(|_| {
                    let of = [(0, 1), (1, 2), (0, 2), (0, 1)]
                        [usize::try_from(number(1) + 1).expect("small")];
                    at_most(of, (number(7), number(7)), number(90))
                })
                .collect();
            let holds = |all: &[i64]| {
                ties.iter().all(|tie| match *tie {
                    Tie::Linear { of, times, most } => {
                        times.0 * i128::from(all[of.0]) + times.1 * i128::from(all[of.1]) <= most
                    }
                    Tie::Years { .. } => true,
                })
            };
            let mut wanted = None;
            'all: for a in ranges[0].0..=ranges[0].1 {
                for b in ranges[1].0..=ranges[1].1 {
                    for c in ranges[2].0..=ranges[2].1 {
                        if holds(&[a, b, c]) {
                            wanted = Some(vec![a, b, c]);
                            break 'all;
                        }
                    }
                }
            }
            none += usize::from(wanted.is_none());
            assert_eq!(
                lowest_of(&ranges, &ties),
                Ok(wanted),
                "round {round}: {ranges:?} {ties:?}"
            );
        }
        assert!((2_000..18_000).contains(&none), "{none} without");
    }

    /// Large ranges: what shares of the same two amounts exclude each other is
    /// seen at once, and a share is met to the fen.
    #[test]
    fn amounts_are_large_and_shares_narrow() {
        let amounts = [(0, 100_000_000), (1, 100_000_000)];
        let over = |share: i128| at_most((0, 1), (-10_000, share), -1);
        let up_to = |share: i128| at_most((0, 1), (10_000, -share), 0);
        for (ties, wanted, why) in [
            ([over(7_000), up_to(7_000)], None, "they exclude each other"),
            (
                [over(7_001), up_to(6_999)],
                None,
                "as do those farther apart",
            ),
            (
                [over(6_999), up_to(7_000)],
                Some(vec![7, 10]),
                "exactly seven tenths",
            ),
        ] {
            assert_eq!(lowest_of(&amounts, &ties), Ok(wanted), "{why}");
        }
        // Ten million fen of income and a share of exactly 70.01 %.
        let given = [(0, 100_000_000), (10_000_000, 10_000_000)];
        let ties = [over(7_000), up_to(7_001)];
        assert_eq!(
            lowest_of(&given, &ties),
            Ok(Some(vec![7_000_001, 10_000_000]))
        );
        // What is added and what is taken away: no whole number is half of seven.
        let sum = |total: i128| {
            [
                at_most((0, 1), (1, 1), total),
                at_most((0, 1), (-1, -1), -total),
            ]
        };
        let same = [at_most((0, 1), (1, -1), 0), at_most((0, 1), (-1, 1), 0)];
        let ties = |total| [&sum(total)[..], &same[..]].concat();
        assert_eq!(lowest_of(&amounts, &ties(7)), Ok(None));
        assert_eq!(
            lowest_of(&amounts, &ties(60_000_000)),
            Ok(Some(vec![30_000_000; 2]))
        );
    }

    #[test]
    fn years_are_those_of_the_calendar() {
        let date = |text: &str| i64::from(Date::parse(text).expect("a day").days());
        let years = |least, most| Tie::Years {
            from: 0,
            to: 1,
            least,
            most,
        };
        let (first, last) = (date("1900-01-01"), date("2100-12-31"));
        let day = date("2026-02-28");
        for (least, most, wanted, why) in [
            (18, 18, Some(date("2007-03-01")), "the oldest who are 18"),
            (
                0,
                17,
                Some(date("2008-03-01")),
                "born on the 29th, 18 on the 28th",
            ),
            (130, 150, None, "nobody is as old"),
        ] {
            let found = lowest_of(&[(first, last), (day, day)], &[years(least, most)]);
            assert_eq!(found.map(|all| all.map(|all| all[0])), Ok(wanted), "{why}");
        }
        let youngest = solve(&[(first, last, true), (day, day, false)], &[years(18, 60)]);
        assert_eq!(youngest, Ok(Some(vec![date("2008-02-29"), day])));
        // The day is open: somebody born on a day is 18 from a day on.
        let born = date("2008-02-29");
        let found = lowest_of(&[(born, born), (day - 40, day + 40)], &[years(18, 20)]);
        assert_eq!(found, Ok(Some(vec![born, date("2026-02-28")])));
    }
}
