//! Sums of points and how likely each is, segment by segment.
//!
//! Probabilities are integers in 2^-62. Products are rounded to the nearest.

/// One.
const BITS: u32 = 62;
/// Wider sums than this are not worked out: a card with such points asks for
/// more memory than an answer is worth.
const WIDEST: usize = 1 << 14;

/// The product of a number and a probability.
pub(super) fn multiply(one: u64, chance: u64) -> u64 {
    let product = u128::from(one) * u128::from(chance) + (1 << (BITS - 1));
    (product >> BITS) as u64
}

/// A part as a share of the whole, in 2^-`bits`; `whole` is below 2^63 and
/// nothing has no share.
pub(super) fn share(part: u64, whole: u64, bits: u32) -> u64 {
    if part >= whole {
        return u64::from(whole > 0) << bits;
    }
    let (mut rest, mut share) = (part, 0);
    for _ in 0..bits {
        rest <<= 1;
        share <<= 1;
        if rest >= whole {
            rest -= whole;
            share |= 1;
        }
    }
    share + u64::from(rest << 1 >= whole)
}

/// How likely each sum of points is; what rules stop is left out.
#[derive(Clone)]
pub(super) struct Spread {
    /// The lowest sum.
    pub(super) low: i64,
    /// Sum by sum, from the lowest: the probability in each segment.
    mass: Vec<u64>,
    segments: usize,
}

impl Spread {
    /// One sum, for certain.
    pub(super) fn unit(segments: usize, low: i64) -> Spread {
        let mass = vec![1 << BITS; segments];
        Spread {
            low,
            mass,
            segments,
        }
    }

    /// The same place, and nothing there.
    pub(super) fn nothing(&self) -> Spread {
        Spread {
            low: self.low,
            mass: vec![0; self.segments],
            segments: self.segments,
        }
    }

    /// The highest sum.
    pub(super) fn high(&self) -> i64 {
        self.low + (self.mass.len() / self.segments) as i64 - 1
    }

    /// Adds the points of a fact: what each piece gives, and how likely it is
    /// in each segment.
    pub(super) fn times<'c>(
        &self,
        pieces: impl Iterator<Item = (i64, &'c [u64])> + Clone,
    ) -> Option<Spread> {
        let least = pieces.clone().map(|(points, _)| points).min()?;
        let most = pieces.clone().map(|(points, _)| points).max()?;
        let mut next = Spread {
            low: self.low + least,
            mass: Vec::new(),
            segments: self.segments,
        };
        next.widen(self.high() + most)?;
        for (points, chances) in pieces {
            let start = (points - least) as usize * self.segments;
            let sums = self.mass.chunks_exact(self.segments);
            let slots = next.mass[start..].chunks_exact_mut(self.segments);
            for (sum, slots) in sums.zip(slots) {
                for ((slot, mass), chance) in slots.iter_mut().zip(sum).zip(chances) {
                    if *mass > 0 {
                        *slot += multiply(*mass, *chance);
                    }
                }
            }
        }
        Some(next)
    }

    /// Adds what lies in another.
    pub(super) fn add(&mut self, other: &Spread) -> Option<()> {
        if other.low < self.low {
            let more = (self.low - other.low) as usize * self.segments;
            self.low = other.low;
            let old = core::mem::take(&mut self.mass);
            self.mass = vec![0; more];
            self.mass.extend(old);
        }
        self.widen(self.high().max(other.high()))?;
        let start = (other.low - self.low) as usize * self.segments;
        for (slot, mass) in self.mass[start..].iter_mut().zip(&other.mass) {
            *slot += mass;
        }
        Some(())
    }

    fn widen(&mut self, high: i64) -> Option<()> {
        let width = usize::try_from(high - self.low + 1).ok()?;
        if width > WIDEST {
            return None;
        }
        self.mass.resize(width * self.segments, 0);
        Some(())
    }

    /// How likely a sum is at least `from` in each segment, where points
    /// between `hidden.0` and `hidden.1`, all equally likely, come to it.
    pub(super) fn above(&self, from: i64, hidden: (i64, i64)) -> Vec<u64> {
        let mut found = vec![0; self.segments];
        let all = hidden.1 - hidden.0 + 1;
        for (sum, masses) in (self.low..).zip(self.mass.chunks_exact(self.segments)) {
            let enough = (sum + hidden.1 + 1).saturating_sub(from).clamp(0, all);
            let chance = share(enough as u64, all as u64, BITS);
            for (found, mass) in found.iter_mut().zip(masses) {
                *found += multiply(*mass, chance);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_to_the_nearest() {
        for (part, whole, bits, expected, why) in [
            (0, 3, 2, 0, "nothing"),
            (1, 3, 2, 1, "a third of 4 is 1.33"),
            (2, 3, 2, 3, "two thirds of 4 are 2.67"),
            (1, 8, 2, 1, "a half is rounded up"),
            (3, 3, 62, 1 << 62, "the whole is one"),
            (0, 0, 62, 0, "nothing of nothing"),
            (1, (1 << 63) - 1, 62, 1, "the widest whole"),
        ] {
            assert_eq!(share(part, whole, bits), expected, "{part}/{whole}: {why}");
        }
    }

    #[test]
    fn two_dice_and_a_hidden_point() {
        let sixth = [share(1, 6, BITS)];
        let die = (1..=6).map(|points| (points, &sixth[..]));
        let dice = Spread::unit(1, 0).times(die.clone());
        let dice = dice.and_then(|one| one.times(die)).expect("narrow");
        assert_eq!((dice.low, dice.high()), (2, 12));
        for (from, hidden, of_72, why) in [
            (2, (0, 0), 72, "every throw"),
            (12, (0, 0), 2, "both sixes"),
            (13, (0, 0), 0, "no throw"),
            (
                13,
                (0, 1),
                1,
                "both sixes, and the hidden point in one of two cases",
            ),
            (12, (0, 1), 4, "both sixes, or eleven and the point"),
            (i64::MIN, (0, 1), 72, "no bound"),
        ] {
            let expected = share(of_72, 72, 40);
            let found = dice.above(from, hidden)[0] >> 22;
            assert!(found.abs_diff(expected) <= 1, "{from}: {why}");
        }
    }

    #[test]
    fn a_card_too_wide_has_no_spread() {
        let half = [share(1, 2, BITS)];
        let far = [0, 1_000_000].into_iter().map(|points| (points, &half[..]));
        assert!(Spread::unit(1, 0).times(far).is_none());
    }
}
