//! What moves facts, as far as a browser has the facts.

use precheck::{Change, Coupling, Evolution};

use super::Projection;

impl Projection<'_> {
    pub(super) fn changes(&self) -> Vec<Change> {
        let all = self.server.changes.iter();
        let kept = all.filter_map(|one| {
            Some(Change {
                fact: *self.facts.get(&one.fact)?,
                ..one.clone()
            })
        });
        kept.collect()
    }

    /// What a change moves on the server alone is open in a browser in any case.
    pub(super) fn couplings(&self) -> Vec<Coupling> {
        let all = self.server.couplings.iter();
        let kept = all.filter_map(|one| {
            Some(Coupling {
                fact: *self.facts.get(&one.fact)?,
                moves: *self.facts.get(&one.moves)?,
                pull: one.pull,
            })
        });
        kept.collect()
    }

    pub(super) fn evolutions(&self) -> Vec<Evolution> {
        let all = self.server.evolutions.iter();
        let kept = all.filter_map(|one| {
            Some(Evolution {
                fact: *self.facts.get(&one.fact)?,
                pace: one.pace,
            })
        });
        kept.collect()
    }
}
