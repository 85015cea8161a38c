//! Exact shares: what each of a few groups adds, averaged over all orders.
//!
//! The share of a group is the mean, over all orders in which the groups could
//! have changed one after another, of what its change does at its turn. It is
//! the one division in which shares sum to the difference, a group that does
//! nothing gets nothing, and groups that do the same get the same
//! (L. S. Shapley, *A value for n-person games*, 1953).

use super::Group;

/// How many groups there are.
pub(super) const GROUPS: usize = Group::ALL.len();
/// How many ways there are to take some of the groups as they are now.
pub(super) const MIXES: usize = 1 << GROUPS;

/// The number of orders of all groups.
const ORDERS: i128 = 24;
/// In how many orders a group's turn comes after `n` certain others: n! (3 - n)!.
const TURNS: [i128; GROUPS] = [6, 2, 2, 6];

/// The shares of the groups in the difference between the last value and the
/// first, in whole units; `values` by mix, bit `n` standing for group `n` as it
/// is now. They sum to the difference exactly: what is left of the fractions
/// goes, unit by unit, to the largest of them, of equal ones to the group that
/// comes first. Exchanging before and after negates every share.
pub(super) fn shares(values: &[i64; MIXES]) -> [i64; GROUPS] {
    let mut exact = [0_i128; GROUPS];
    for (group, share) in exact.iter_mut().enumerate() {
        for mix in (0..MIXES).filter(|mix| mix & 1 << group == 0) {
            let added = i128::from(values[mix | 1 << group]) - i128::from(values[mix]);
            *share += added * TURNS[mix.count_ones() as usize];
        }
    }
    // Rounded as if the first share that is not zero were positive, so that
    // ties fall the same way when before and after are exchanged.
    let first = exact.iter().find(|share| **share != 0);
    let sign: i128 = if first.is_some_and(|share| *share < 0) {
        -1
    } else {
        1
    };
    let total: i128 = exact.iter().sum::<i128>() * sign / ORDERS;
    let mut whole = exact.map(|share| (share * sign).div_euclid(ORDERS));
    let mut rest = exact.map(|share| (share * sign).rem_euclid(ORDERS));
    for _ in 0..total - whole.iter().sum::<i128>() {
        let mut largest = 0;
        for group in 1..GROUPS {
            if rest[group] > rest[largest] {
                largest = group;
            }
        }
        whole[largest] += 1;
        rest[largest] = 0;
    }
    // Points and amounts of a policy are far from where this would cut anything off.
    whole.map(|share| {
        let share = share * sign;
        i64::try_from(share).unwrap_or(if share < 0 { i64::MIN } else { i64::MAX })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Splits a value that depends on two groups, the first and the third.
    fn two(before: i64, first: i64, third: i64, both: i64) -> [i64; GROUPS] {
        let mut values = [0; MIXES];
        for (mix, value) in values.iter_mut().enumerate() {
            *value = match (mix & 1 != 0, mix & 4 != 0) {
                (false, false) => before,
                (true, false) => first,
                (false, true) => third,
                (true, true) => both,
            };
        }
        shares(&values)
    }

    #[test]
    fn two_groups() {
        for (values, expected, why) in [
            ((7, 7, 7, 7), [0, 0, 0, 0], "nothing changes"),
            ((0, 10, 0, 10), [10, 0, 0, 0], "one alone"),
            ((0, 10, -4, 6), [10, 0, -4, 0], "side by side"),
            ((0, 0, 0, 10), [5, 0, 5, 0], "only together"),
            (
                (8, 5, 5, 5),
                [-2, 0, -1, 0],
                "either: the odd one to the first",
            ),
            (
                (5, 5, 5, 8),
                [2, 0, 1, 0],
                "the same exchanged: all negated",
            ),
            ((0, 1, 0, 0), [1, 0, -1, 0], "halves that cancel out"),
            ((0, 0, 1, 0), [-1, 0, 1, 0], "and the other way round"),
        ] {
            let (before, first, third, both) = values;
            assert_eq!(two(before, first, third, both), expected, "{why}");
        }
    }

    #[test]
    fn extremes_do_not_overflow() {
        let mut values = [i64::MIN; MIXES];
        values[MIXES - 1] = i64::MAX;
        let _ = shares(&values);
    }
}
