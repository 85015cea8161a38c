//! Characteristics by cases, as the search sees them.
//!
//! One that both sides have, with the same conditions, counts once for both:
//! whichever case it comes to, the difference of its points is known.

use precheck::{Conditional, Facts};

use super::known::{Partners, spoken};
use super::space::{Side, Variable, mentions, same_condition};

/// A characteristic by cases, of either side or of both.
pub(super) struct Cased {
    /// Its position on each side that has it.
    at: [Option<usize>; 2],
    pub(super) mentions: Vec<usize>,
}

/// What it may still come to.
pub(super) struct Span {
    /// The least and the most points on each side, and of their difference.
    pub(super) points: [(i64, i64); 3],
    /// Whether there is more than one way.
    pub(super) is_open: bool,
}

fn all(side: Side<'_>) -> &[Conditional] {
    let card = side.data().scorecard.as_ref();
    card.map_or(&[], |card| &card.conditional)
}

/// Whether the same case holds on both sides, whatever the facts.
fn is_like(
    variables: &[Variable<'_>],
    sides: [Side<'_>; 2],
    [old, new]: [&Conditional; 2],
) -> bool {
    let mut cases = old.cases.iter().zip(&new.cases);
    old.cases.len() == new.cases.len()
        && cases.all(|(one, other)| same_condition(variables, sides, [&one.when, &other.when]))
}

/// The characteristics by cases of both sides.
pub(super) fn cased(variables: &[Variable<'_>], sides: [Side<'_>; 2]) -> Vec<Cased> {
    let [old, new] = sides.map(all);
    let mut shared = Partners::new(old.len(), new.len());
    shared.pair(|at, other| is_like(variables, sides, [&old[at], &new[other]]));
    let seen = |side: usize, one: &Conditional| {
        let cases = one.cases.iter();
        let mut seen: Vec<usize> = cases
            .flat_map(|case| mentions(variables, side, &case.when))
            .collect();
        seen.sort_unstable();
        seen.dedup();
        seen
    };
    let first = old.iter().enumerate().map(|(at, one)| Cased {
        at: [Some(at), shared.0[0][at]],
        mentions: seen(0, one),
    });
    let rest = new.iter().enumerate();
    let rest = rest.filter(|(at, _)| shared.0[1][*at].is_none());
    first
        .chain(rest.map(|(at, one)| Cased {
            at: [None, Some(at)],
            mentions: seen(1, one),
        }))
        .collect()
}

impl Cased {
    /// What it may still come to, given what each side knows.
    pub(super) fn span(&self, sides: [Side<'_>; 2], facts: &[Facts; 2]) -> Span {
        let own = [0, 1].map(|side: usize| Some(&all(sides[side])[self.at[side]?]));
        let side = usize::from(self.at[0].is_none());
        let open = own[side].map_or_else(Vec::new, |one| {
            sides[side].policy.open_cases(one, &facts[side])
        });
        let points = |side: usize, case: usize| {
            let end = own[side].and_then(|one| one.ends().nth(case));
            end.map_or(0, |(points, _)| i64::from(points))
        };
        let ways = open.iter().map(|case| {
            let [old, new] = [0, 1].map(|side| points(side, *case));
            [old, new, new - old]
        });
        let ways: Vec<[i64; 3]> = ways.collect();
        Span {
            points: [0, 1, 2].map(|of: usize| {
                let of = || ways.iter().map(|way| way[of]);
                (of().min().unwrap_or(0), of().max().unwrap_or(0))
            }),
            is_open: ways.len() > 1,
        }
    }
}

/// Whether both sides have the same of them, and say the same for them.
pub(super) fn same_cases(variables: &[Variable<'_>], sides: [Side<'_>; 2]) -> bool {
    let told = |side: usize, one: &Conditional| {
        let ends = one.ends();
        let ends = ends.map(|(points, reason)| {
            let (code, is_named) = spoken(sides[side], reason);
            (points, code.to_owned(), is_named)
        });
        (one.baseline, ends.collect::<Vec<_>>())
    };
    let [old, new] = sides.map(all);
    old.len() == new.len()
        && old.iter().zip(new).all(|(one, other)| {
            is_like(variables, sides, [one, other]) && told(0, one) == told(1, other)
        })
}
