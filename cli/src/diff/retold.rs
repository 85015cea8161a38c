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
        let Some(most_severe) = open.max() else {
            return true;
        };
        if !self.may_differ(&node, most_severe) {
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

    /// Looks at the applications that differ from those found in one fact that
    /// nothing is computed from: where one decision is told otherwise, the others
    /// often are as well.
    pub(super) fn retold_nearby(&self, found: &mut Vec<(Decision, Concrete)>) {
        let mut at = 0;
        while let Some((_, start)) = found.get(at).cloned() {
            for (index, variable) in self.variables.iter().enumerate() {
                let is_free = !variable.is_input && !variable.is_day && variable.computed.is_none();
                for class in variable.classes.iter().filter(|_| is_free) {
                    let mut one = start.clone();
                    one.stated[index] = Some(class.states);
                    if let Some((decision, [old, new])) = self.reasons(&one)
                        && old != new
                        && !found.iter().any(|(one, _)| *one == decision)
                    {
                        found.push((decision, one));
                    }
                }
            }
            at += 1;
        }
    }

    /// Whether a decision that is no more severe may be told otherwise: a rule
    /// that fires, or a score that fails, brings a decision as severe as its own.
    fn may_differ(&self, node: &Node, most_severe: Decision) -> bool {
        let differs = [0, 1].into_iter().any(|side: usize| {
            let rules = self.rules[side].iter().zip(&node.verdicts[side]);
            let mut rules = rules.filter(|(rule, _)| rule.effect <= most_severe);
            rules.any(|(rule, truth)| match rule.twin {
                None => *truth != Truth::False,
                Some(_) if rule.is_shared => false,
                Some(twin) => *truth == Truth::Unknown || node.verdicts[1 - side][twin] != *truth,
            })
        });
        // Where one score passes, a rule of that side has to bring the decision.
        let is_told_apart = || {
            [0, 1].into_iter().any(|side: usize| {
                let rules = self.rules[side].iter().zip(&node.verdicts[side]);
                let mut rules = rules.filter(|(rule, _)| rule.effect <= most_severe);
                node.passes_alone[side] && rules.any(|(_, truth)| *truth != Truth::False)
            })
        };
        let is_scored = most_severe > Decision::Approve && !node.is_passing;
        differs || is_scored && (!self.is_card_told_alike || is_told_apart())
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
        let is_asked = |variable: &usize| is_binned(variable) || self.is_scoring(*variable, node);
        let mut open = self.order.iter().copied();
        open.find(|one| !node.is_passing && self.chosen[*one].is_none() && is_asked(one))
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
