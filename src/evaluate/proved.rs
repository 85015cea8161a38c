//! What is seen to be reached without a search.

use super::board::{Board, Choice, Fired, classes};
use super::{Checks, DecisionSet, Range, bands};
use crate::policy::Decision;

impl Board<'_> {
    /// Those members of a bound that are seen to be reached without a search.
    ///
    /// Where each open fact has a class that is as good as any, the mildest is;
    /// where each has one that is as bad, or some rule can fire that gives it,
    /// the most severe is. Others are where some sum of points lies in a band
    /// that gives them, while no open fact makes a rule fire.
    pub(super) fn proved(&self, bound: DecisionSet, fired: &Fired) -> DecisionSet {
        let mut proved = DecisionSet::EMPTY;
        let is_free = self.is_free();
        let (mildest, last) = (bound.iter().next(), bound.iter().last());
        let is_reached = |last| is_free && fired.reached.contains(last);
        if let Some(last) = last.filter(|last| self.tally.no_worst == 0 || is_reached(*last)) {
            proved.insert(last);
        }
        if let Some(mildest) = mildest.filter(|_| self.tally.no_best == 0) {
            proved.insert(mildest);
        }
        let Some(card) = &self.scenario.scorecard else {
            return proved;
        };
        if bound.is_subset(proved)
            || !self.plan.cases.is_empty()
            || !is_free
            || self.tally.rough > 0
        {
            return proved;
        }
        for (index, band) in card.bands.iter().enumerate() {
            let decision = band.decision.max(fired.certain);
            if bound.contains(decision) && !proved.contains(decision) {
                let low = if index == 0 { i64::MIN } else { band.from };
                let next = card.bands.get(index + 1);
                let high = next.map_or(i64::MAX, |next| next.from - 1);
                if self.hits(low, high) {
                    proved.insert(decision);
                }
            }
        }
        proved
    }

    /// Whether a sum of points lies between two others while no open fact makes
    /// a literal hold. That it is not seen to proves nothing.
    fn hits(&self, low: i64, high: i64) -> bool {
        let all = self.tally.clean;
        if all.max < low || high < all.min {
            return false;
        }
        // From the least sum to the most, one fact at a time goes up one class:
        // no step on this way is wider than the widest.
        let is_wide = high.saturating_sub(low) >= self.plan.widest - 1;
        low <= all.min || all.max <= high || is_wide
    }

    /// What is left of a bound, and what of it is reached, after another look at
    /// what was not proved: a decision that no score gives while nothing more
    /// severe fires is out, and one that is met on the way down is in.
    pub(super) fn narrowed(
        &mut self,
        bound: DecisionSet,
        proved: DecisionSet,
        fired: &Fired,
        checks: Checks,
    ) -> (DecisionSet, DecisionSet) {
        let Some(card) = &self.scenario.scorecard else {
            return (bound, proved);
        };
        let (mut left, mut reached) = (proved, proved);
        for decision in bound.iter().filter(|one| !proved.contains(*one)) {
            let Some(range) = self.unfired(decision, checks) else {
                continue;
            };
            let by_score = bands(card, range);
            let by_rule = fired.possible.contains(decision) || fired.certain == decision;
            let is_milder = by_score.iter().next().is_some_and(|first| first < decision);
            if by_score.contains(decision) || by_rule && is_milder {
                left.insert(decision);
            }
            let bands = card.bands.iter().enumerate();
            for (index, _) in bands.filter(|(_, band)| band.decision == decision) {
                let next = card.bands.get(index + 1);
                let aim = Aim {
                    low: if index == 0 {
                        i64::MIN
                    } else {
                        card.bands[index].from
                    },
                    high: next.map_or(i64::MAX, |next| next.from - 1),
                    decision,
                    checks,
                };
                if self.is_free() && range.min <= aim.high && aim.low <= range.max {
                    reached = reached.union(self.walk(0, range, &aim));
                }
            }
        }
        (if left.is_empty() { bound } else { left }, reached)
    }

    /// The range of the score where no single literal makes a rule fire that is
    /// more severe than a decision, each open fact bounded by itself; `None`
    /// where that cannot be.
    fn unfired(&self, decision: Decision, checks: Checks) -> Option<Range> {
        let mut range = self.score();
        for at in (0..self.choices.len()).filter(|at| self.is_open(*at)) {
            let all = self.span(at, None, checks)?;
            let own = self.span(at, Some(decision), checks)?;
            range.min += own.min - all.min;
            range.max += own.max - all.max;
        }
        Some(range)
    }

    /// The points that an open fact may give, or only where no literal of it
    /// makes a rule fire that is more severe than a decision.
    fn span(&self, at: usize, upto: Option<Decision>, checks: Checks) -> Option<Range> {
        let (plan, fact) = (self.plan, &self.plan.facts[at]);
        let whole = plan.whole_of(checks);
        let severe = |effect: &Decision| upto.is_some_and(|upto| *effect > upto);
        let fires = |class: &usize| {
            let row = &fact.rows[class * fact.words..][..fact.words];
            Decision::ALL.into_iter().filter(severe).any(|effect| {
                let own = &whole[effect as usize * plan.words..][fact.first_word..];
                row.iter().zip(own).any(|(row, whole)| row & whole != 0)
            })
        };
        // Classes rise in points.
        let mut left = classes(fact, self.choices[at]).filter(|class| !fires(class));
        let first = left.next()?;
        let last = left.last().unwrap_or(first);
        Some(Range {
            min: fact.classes[first].points,
            max: fact.classes[last].points,
        })
    }

    /// Fixes one open fact after the other, from a place on, each time towards
    /// the middle of what is wanted and so that nothing more severe fires for
    /// certain: what is reached in the end. `left` is the range of the score
    /// that this may still come to.
    fn walk(&mut self, from: usize, left: Range, aim: &Aim) -> DecisionSet {
        let stays = |at: usize| aim.checks == Checks::FindNothing && self.plan.facts[at].is_server;
        let next = (from..self.choices.len()).find(|at| self.is_open(*at) && !stays(*at));
        let Some((at, own)) =
            next.and_then(|at| Some((at, self.span(at, Some(aim.decision), aim.checks)?)))
        else {
            return self.bound(aim.checks);
        };
        let fact = &self.plan.facts[at];
        let before = self.choices[at];
        let wanted = aim.low.max(left.min).saturating_add(aim.high.min(left.max));
        let mut best = None;
        for class in classes(fact, before) {
            let points = fact.classes[class].points;
            // Twice the distance of the middles, were these the points.
            let miss = (left.min + left.max + 2 * points - own.min - own.max).abs_diff(wanted);
            self.set(at, Choice::Class(class as u16));
            let key = (self.certain() > aim.decision, miss, class);
            if best.is_none_or(|best| key < best) {
                best = Some(key);
            }
        }
        let (.., class) = best.unwrap_or_default();
        let points = fact.classes[class].points;
        self.set(at, Choice::Class(class as u16));
        let left = Range {
            min: left.min + points - own.min,
            max: left.max + points - own.max,
        };
        let reached = self.walk(at + 1, left, aim);
        self.set(at, before);
        reached
    }
}

/// A decision by the score.
struct Aim {
    /// The lowest and the highest score that gives it.
    low: i64,
    high: i64,
    decision: Decision,
    checks: Checks,
}
