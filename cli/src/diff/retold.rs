//! Which decisions stay and are told for other reasons.

use precheck::{Decision, Truth, Validated, decide};

use super::concrete::Concrete;
use super::search::{Node, Search, pair};
use super::space::Side;

/// A decision of both sides, and the reasons of each.
pub(super) type Told<'p> = (Decision, [Vec<&'p str>; 2]);

impl<'p> Search<'p> {
    /// Finds, for every decision, an application that gets it on both sides
    /// for different reasons, in which at most `most` facts are not neutral;
    /// `left` of them are not used up yet. `false` when the search did not come
    /// to its end.
    pub(super) fn retold(
        &mut self,
        left: usize,
        most: usize,
        found: &mut Vec<(Decision, Concrete)>,
    ) -> bool {
        let Some(node) = self.look() else {
            return false;
        };
        let open = Decision::ALL.into_iter().filter(|decision| {
            node.pairs & pair(Some(*decision), Some(*decision)) != 0
                && !found.iter().any(|(one, _)| one == decision)
        });
        if open.count() == 0 || !self.may_differ(&node) {
            return true;
        }
        let next = self.next(&node).or_else(|| self.scored(&node));
        let Some(variable) = next.or_else(|| self.loose()) else {
            let Ok(one) = self.concrete() else {
                return false;
            };
            if let Some(one) = one.filter(|one| self.distance(one) <= most)
                && let Some((decision, [old, new])) = self.reasons(&one)
                && old != new
                && !found.iter().any(|(one, _)| *one == decision)
            {
                found.push((decision, one));
            }
            return true;
        };
        let mut is_whole = true;
        for class in self.classes(variable) {
            let cost = self.cost(variable, class);
            if cost <= left && self.try_class(variable, class) {
                is_whole = self.retold(left - cost, most, found);
            }
            if !is_whole {
                break;
            }
        }
        self.choose(variable, None);
        is_whole
    }

    fn may_differ(&self, node: &Node) -> bool {
        let differs = [0, 1].into_iter().any(|side: usize| {
            let mut rules = self.rules[side].iter().zip(&node.verdicts[side]);
            rules.any(|(rule, truth)| match rule.twin {
                None => *truth != Truth::False,
                Some(_) if rule.is_shared => false,
                Some(twin) => *truth == Truth::Unknown || node.verdicts[1 - side][twin] != *truth,
            })
        });
        differs || (!self.is_card_told_alike && !node.is_passing)
    }

    /// A variable that the reasons of a score may depend on.
    fn scored(&self, node: &Node) -> Option<usize> {
        let is_binned = |variable: &usize| {
            [0, 1].into_iter().any(|index: usize| {
                let cards = self.sides[index].data().scorecard.iter();
                let mut binned = cards.flat_map(|card| &card.characteristics);
                binned.any(|one| Some(one.fact) == self.variables[*variable].ids[index])
            })
        };
        let mut open = self.order.iter().copied();
        open.find(|one| !node.is_passing && self.chosen[*one].is_none() && is_binned(one))
    }

    /// The decision that both sides give, and the reasons of each; `None` when
    /// they do not agree on a decision.
    pub(super) fn reasons(&self, one: &Concrete) -> Option<Told<'p>> {
        let [old, new] = self.facts_of(one);
        if !(old.1 && new.1) {
            return None;
        }
        let told = [(0, old.0), (1, new.0)].map(|(index, facts): (usize, _)| {
            let Side { policy, scenario } = self.sides[index];
            let evaluation = policy.evaluate(scenario, &facts);
            let application = Validated {
                scenario,
                facts,
                fields: Vec::new(),
                form: Vec::new(),
            };
            let outcome = decide(policy, &application, &evaluation);
            let codes = outcome.reasons.iter().map(|one| one.code).collect();
            (outcome.decisions, codes)
        });
        let [(old, before), (new, after)] = told;
        match (&old[..], &new[..]) {
            ([old], [new]) if old == new => Some((*old, [before, after])),
            _ => None,
        }
    }
}
