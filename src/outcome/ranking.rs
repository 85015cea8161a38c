//! All reasons of a score with what they cost, for who scores many rows.
//!
//! An outcome says the few reasons that matter to a person, each with what its
//! characteristic cost. Here every reason is listed, and what several
//! characteristics cost is added up where they give the same reason.

use crate::evaluate::{points, settled};
use crate::facts::{FactState, Facts};
use crate::policy::{Policy, ReasonId, ScenarioId};

impl Policy {
    /// Every reason of a scorecard with the points that it lost in all, most
    /// first, ties in policy order; zero and negative where nothing was lost.
    /// Characteristics whose points are not known yet are left out.
    pub fn ranking(&self, scenario: ScenarioId, facts: &Facts) -> Vec<(ReasonId, i64)> {
        let mut ranking: Vec<(ReasonId, i64)> = Vec::new();
        let mut add = |reason: ReasonId, lost: i64| match ranking
            .iter_mut()
            .find(|(one, _)| *one == reason)
        {
            Some((_, sum)) => *sum += lost,
            None => ranking.push((reason, lost)),
        };
        let Some(card) = &self.scenario(scenario).scorecard else {
            return ranking;
        };
        for one in &card.characteristics {
            let state = facts.get(one.fact);
            if state != FactState::Unknown {
                add(
                    one.reason,
                    card.method.lost(points(one, state), one.baseline),
                );
            }
        }
        for one in &card.conditional {
            if let Some((_, (points, reason))) = settled(one, &self.model().facts, facts) {
                add(reason, card.method.lost(points, one.baseline));
            }
        }
        ranking.sort_by_key(|(_, lost)| -lost);
        ranking
    }
}
