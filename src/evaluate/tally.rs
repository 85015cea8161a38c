//! What the facts of a board come to together.

use super::Range;

/// What a fact comes to, or several. A fact that is known comes to points and
/// to nothing else.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    /// The points.
    pub(super) sum: Range,
    /// The points of what makes no more literals hold than is certain.
    pub(super) clean: Range,
    /// How many facts are open.
    pub(super) open: i64,
    /// Of these: how many have no class that is as good as any, and how many
    /// none that is as bad.
    pub(super) no_best: i64,
    pub(super) no_worst: i64,
    /// How many are tied to others.
    pub(super) tied: i64,
    /// For how many the clean points are not known.
    pub(super) rough: i64,
}

impl Tally {
    /// What a known fact comes to.
    pub(super) fn known(points: i64) -> Tally {
        Tally {
            sum: Range::only(points),
            clean: Range::only(points),
            ..Tally::default()
        }
    }

    /// Adds what a fact comes to.
    #[inline]
    pub(super) fn add(&mut self, other: &Tally) {
        self.join(other, 1);
    }

    /// Takes away what a fact came to.
    #[inline]
    pub(super) fn remove(&mut self, other: &Tally) {
        self.join(other, -1);
    }

    #[inline]
    fn join(&mut self, other: &Tally, sign: i64) {
        self.sum.min += sign * other.sum.min;
        self.sum.max += sign * other.sum.max;
        self.clean.min += sign * other.clean.min;
        self.clean.max += sign * other.clean.max;
        self.open += sign * other.open;
        self.no_best += sign * other.no_best;
        self.no_worst += sign * other.no_worst;
        self.tied += sign * other.tied;
        self.rough += sign * other.rough;
    }
}
