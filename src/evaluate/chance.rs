//! Chances out of weights, and what is told of them.

use super::spread::{multiply, share};
use crate::facts::FactState;
use crate::policy::{FactDef, Prior};

/// Fractional bits of a probability that is told.
pub(super) const BITS: u32 = 32;
/// Posterior weights stay below this, so that the sum of all segments fits.
const TOP: u64 = 1 << 56;

/// Segment by segment: the weights of a prior and their sum.
pub(super) fn totals<'p>(
    prior: &'p Prior,
    def: &FactDef,
) -> impl Iterator<Item = (&'p [u32], u64)> {
    let all = prior.weights.chunks_exact(prior.places(def));
    all.map(|own| (own, own.iter().map(|one| u64::from(*one)).sum()))
}

/// How likely a state is in each segment, or a value between a known state and
/// `last`.
pub(super) fn chance(prior: &Prior, def: &FactDef, state: FactState, last: i64) -> Vec<u64> {
    let shares = totals(prior, def).map(|(weights, total)| {
        let FactState::Known(first) = state else {
            let place = prior.place(def, state).unwrap_or_default();
            return share(u64::from(weights[place]), total, 62);
        };
        // In 2^-32 of a weight.
        let mut part = 0;
        let mut start = def.min;
        for (upto, weight) in prior.upto.iter().zip(weights) {
            let size = upto.abs_diff(start) + 1;
            let below = |end: i64| share(end.saturating_sub(start).max(0) as u64, size, BITS);
            part += (below(last.saturating_add(1)) - below(first)) * u64::from(*weight);
            start = upto + 1;
        }
        share(part, total << BITS, 62)
    });
    shares.collect()
}

/// The weights of the segments after something that has a chance in each;
/// `None` where it has none in all.
pub(super) fn scaled(weights: &[u64], chances: &[u64]) -> Option<Vec<u64>> {
    let pairs = weights.iter().zip(chances);
    let mut next: Vec<u64> = pairs.map(|(one, other)| multiply(*one, *other)).collect();
    let mut most = next.iter().copied().max().filter(|most| *most > 0)?;
    while most < TOP >> 1 {
        most <<= 1;
        next.iter_mut().for_each(|one| *one <<= 1);
    }
    Some(next)
}

/// A probability over all segments, in 2^-32.
pub(super) fn mixed(chances: &[u64], weights: &[u64]) -> u64 {
    let whole: u64 = weights.iter().sum();
    let pairs = chances.iter().zip(weights);
    let part: u64 = pairs.map(|(one, other)| multiply(*other, *one)).sum();
    share(part, whole, BITS)
}

/// How open a decision is, in 2^-32 bits.
pub(super) fn entropy(chances: &[u64]) -> u64 {
    let own = chances
        .iter()
        .map(|chance| (chance * minus_log2(*chance)) >> 16);
    own.sum()
}

/// How many bits a probability in 2^-32 stands for, in 2^-16; at least 2^-16
/// is right.
fn minus_log2(chance: u64) -> u64 {
    if chance == 0 || chance >= 1 << BITS {
        return 0;
    }
    let whole = chance.leading_zeros() - (63 - BITS);
    // Between one and two, in 2^-31; squaring doubles the logarithm.
    let mut rest = chance << whole >> 1;
    let mut fraction = 0;
    for _ in 0..16 {
        rest = (rest * rest) >> 31;
        fraction <<= 1;
        if rest >= 1 << 32 {
            fraction |= 1;
            rest >>= 1;
        }
    }
    (u64::from(whole) << 16) - fraction
}

/// Probabilities in 2^-32 as parts per ten thousand, which sum to that: what
/// is left goes to the largest remainders, the milder decision first.
pub(crate) fn basis_points(chances: [u64; 4]) -> [u64; 4] {
    let mut found = chances.map(|chance| (chance * 10_000) >> BITS);
    let mut rests = chances.map(|chance| (chance * 10_000) & ((1 << BITS) - 1));
    for _ in found.iter().sum::<u64>()..10_000 {
        let most = rests.iter().copied().max().unwrap_or_default();
        let at = rests
            .iter()
            .position(|rest| *rest == most)
            .unwrap_or_default();
        found[at] += 1;
        rests[at] = 0;
    }
    found
}
