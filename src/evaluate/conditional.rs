//! Characteristics by conditions: the first case that holds gives its points.

use super::Truth;
use super::truth::condition;
use crate::facts::Facts;
use crate::policy::{Conditional, FactDef, ReasonId};

/// What a characteristic may still come to, each condition bounded by itself:
/// its points and the reason for them, in the order of the cases.
fn open<'c>(
    one: &'c Conditional,
    defs: &'c [FactDef],
    facts: &'c Facts,
) -> impl Iterator<Item = (usize, (i32, ReasonId))> + 'c {
    let truths = one
        .cases
        .iter()
        .map(|case| condition(&case.when, defs, facts));
    let mut is_settled = false;
    truths
        .chain([Truth::True])
        .zip(one.ends().enumerate())
        .filter_map(move |(truth, end)| {
            let is_open = !is_settled && truth != Truth::False;
            is_settled |= truth == Truth::True;
            is_open.then_some(end)
        })
}

/// The cases that it may still come to, the number of cases standing for none.
pub(crate) fn open_cases(one: &Conditional, defs: &[FactDef], facts: &Facts) -> Vec<usize> {
    open(one, defs, facts).map(|(case, _)| case).collect()
}

/// The case, the points and the reason for them; none while more than one case
/// is open. What holds where no case does comes after the last case.
pub(crate) fn settled(
    one: &Conditional,
    defs: &[FactDef],
    facts: &Facts,
) -> Option<(usize, (i32, ReasonId))> {
    let mut open = open(one, defs, facts);
    let first = open.next();
    first.filter(|_| open.next().is_none())
}

/// The least and the most points that it may still come to.
pub(crate) fn open_span(one: &Conditional, defs: &[FactDef], facts: &Facts) -> (i64, i64) {
    let points = || open(one, defs, facts).map(|(_, (points, _))| i64::from(points));
    (points().min().unwrap_or(0), points().max().unwrap_or(0))
}
