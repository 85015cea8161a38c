//! What is seen to be reached without a search.

use super::board::{Board, Choice};
use super::{Checks, DecisionSet, Truth};
use crate::policy::Decision;

impl Board<'_> {
    /// Those members of a bound that are seen to be reached without a search.
    ///
    /// Where each open fact has a class that is as good as any, the mildest is;
    /// where each has one that is as bad, or some rule can fire that gives it,
    /// the most severe is. Others are where some sum of points lies in a band
    /// that gives them, while no open fact makes a rule fire.
    pub(super) fn proved(&self, bound: DecisionSet, checks: Checks) -> DecisionSet {
        let mut proved = DecisionSet::EMPTY;
        let is_free = self.is_free();
        if let Some(last) = bound
            .iter()
            .last()
            .filter(|last| is_free && self.can_fire(*last, checks))
        {
            proved.insert(last);
        }
        if self.open[1] == 0 {
            bound.iter().take(1).for_each(|one| proved.insert(one));
        }
        if self.open[2] == 0 {
            bound
                .iter()
                .last()
                .into_iter()
                .for_each(|one| proved.insert(one));
        }
        let Some(card) = &self.scenario.scorecard else {
            return proved;
        };
        if bound.is_subset(proved) || !self.plan.cases.is_empty() || !is_free {
            return proved;
        }
        let certain = self.certain();
        for (index, band) in card.bands.iter().enumerate() {
            let decision = band.decision.max(certain);
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

    /// Whether a rule of an effect can fire, where open facts are free: one that
    /// looks at each fact once fires in some completion unless it cannot.
    fn can_fire(&self, effect: Decision, checks: Checks) -> bool {
        let plan = self.plan;
        let whole = match checks {
            Checks::MayFind => &plan.whole,
            Checks::FindNothing => &plan.whole_public,
        };
        let whole = &whole[effect as usize * plan.words..][..plan.words];
        self.can
            .iter()
            .zip(whole)
            .any(|(can, whole)| can & whole != 0)
            || plan.long.iter().any(|at| {
                let rule = &plan.rules[usize::from(*at)];
                let is_asked = checks == Checks::MayFind || !rule.is_check;
                let is_plain = rule.effect == effect && !rule.repeats && is_asked;
                is_plain && self.truth(rule.clause) != Truth::False
            })
    }

    /// Whether a walk through the open facts, each time towards the middle of
    /// what is wanted, ends at a sum of points between two others while no open
    /// fact makes a literal hold. That it does not proves nothing.
    fn hits(&self, low: i64, high: i64) -> bool {
        let mut range = self.sum;
        let open = || {
            let places = self.plan.facts.iter().zip(&self.choices);
            places.filter(|(_, choice)| !matches!(choice, Choice::Class(_)))
        };
        for (fact, choice) in open() {
            let (Choice::Open, Some(least), Some(most)) =
                (choice, fact.clean.first(), fact.clean.last())
            else {
                return false;
            };
            range.min += least - fact.points.0;
            range.max += most - fact.points.1;
        }
        for (fact, _) in open() {
            let (least, most) = (fact.clean[0], fact.clean[fact.clean.len() - 1]);
            let (low, high) = (low.max(range.min), high.min(range.max));
            // Twice the distance of the middles, were these the points.
            let miss = |points: i64| {
                let middle = range.min + range.max + 2 * points - least - most;
                middle.abs_diff(low.saturating_add(high))
            };
            let best = fact
                .clean
                .iter()
                .copied()
                .min_by_key(|points| miss(*points));
            let best = best.unwrap_or(least);
            range.min += best - least;
            range.max += best - most;
        }
        low <= range.max && range.min <= high
    }
}
