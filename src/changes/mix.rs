//! Mixes of two decisions: some groups as they are now, the others as they were,
//! and what follows from how the policy decides them.

use super::pair::{Pair, Side};
use super::shapley::{GROUPS, MIXES, shares};
use super::{Group, Moved};
use crate::evaluate::{Evaluation, Range, Truth};
use crate::facts::Facts;
use crate::policy::{Decision, Model, Policy, Scenario};
use crate::validate::Validated;

/// A mix, decided.
#[derive(Debug, Clone)]
pub(crate) struct Mixed<'p> {
    pub(crate) policy: &'p Policy,
    pub(crate) read: Validated,
    pub(crate) evaluation: Evaluation,
}

impl<'p> Mixed<'p> {
    pub(super) fn new(policy: &'p Policy, read: Validated) -> Mixed<'p> {
        Mixed {
            policy,
            evaluation: policy.evaluate(read.scenario, &read.facts),
            read,
        }
    }

    pub(crate) fn scenario(&self) -> &'p Scenario {
        self.policy.scenario(self.read.scenario)
    }

    pub(crate) fn model(&self) -> &'p Model {
        self.policy.model()
    }

    pub(crate) fn facts(&self) -> &Facts {
        &self.read.facts
    }

    /// The decision, where there is one.
    pub(crate) fn decision(&self) -> Option<Decision> {
        let decisions = self.evaluation.decisions;
        decisions.iter().next().filter(|_| decisions.len() == 1)
    }

    /// The amounts of an approval, where they are known to be exact.
    pub(crate) fn limit(&self) -> Option<Range> {
        self.evaluation.limit.filter(|_| self.evaluation.tight)
    }

    /// Whether a rule fires, by its id; `None` where that is open.
    pub(crate) fn fires(&self, id: &str) -> Option<bool> {
        let rule = self.scenario().rules.iter().position(|one| one.id == id);
        match rule.map(|rule| self.evaluation.rules[rule]) {
            Some(Truth::Unknown) => None,
            Some(Truth::True) => Some(true),
            Some(Truth::False) | None => Some(false),
        }
    }
}

/// Every mix of two decisions.
#[derive(Debug, Clone)]
pub(crate) struct Mixes<'p> {
    /// By mix; of those that differ in no group that anything belongs to, the
    /// one without these groups.
    all: [Option<Mixed<'p>>; MIXES],
    active: usize,
}

impl<'p> Mixes<'p> {
    pub(crate) fn new(pair: &Pair<'p>) -> Mixes<'p> {
        let all = core::array::from_fn(|mix| {
            let real = |side: &Side<'p>| Some(Mixed::new(side.taken.policy, side.read.clone()));
            if mix & pair.active != mix {
                None
            } else if mix == 0 {
                real(&pair.sides[0])
            } else if mix == pair.active {
                real(&pair.sides[1])
            } else {
                pair.mixed(mix)
            }
        });
        Mixes {
            all,
            active: pair.active,
        }
    }

    /// The mix with these groups as they are now; `None` where it is nothing
    /// that the policy could decide.
    pub(crate) fn get(&self, mix: usize) -> Option<&Mixed<'p>> {
        self.all[mix & self.active].as_ref()
    }

    /// Before and after, which are real.
    pub(crate) fn ends(&self) -> [&Mixed<'p>; 2] {
        [0, MIXES - 1].map(|mix| self.get(mix).expect("both decisions are real"))
    }

    /// The sets of groups that anything belongs to, smaller numbers first.
    pub(crate) fn sets(&self) -> impl Iterator<Item = usize> {
        let active = self.active;
        (0..MIXES).filter(move |mix| mix & active == *mix)
    }

    /// The shares of the groups in a range, where every mix has one.
    pub(crate) fn shares(
        &self,
        of: impl Fn(&Mixed<'p>) -> Option<Range>,
    ) -> Option<[Moved; GROUPS]> {
        let [mut least, mut most] = [[0; MIXES]; 2];
        for (mix, (least, most)) in least.iter_mut().zip(&mut most).enumerate() {
            Range {
                min: *least,
                max: *most,
            } = of(self.get(mix)?)?;
        }
        let [min, max] = [shares(&least), shares(&most)];
        Some(core::array::from_fn(|group| Moved {
            min: min[group],
            max: max[group],
        }))
    }

    /// The groups whose change makes a difference to something, in whatever
    /// mix of the others.
    pub(crate) fn matter<T: PartialEq>(&self, of: impl Fn(&Mixed<'p>) -> Option<T>) -> Vec<Group> {
        let value = |mix: usize| self.get(mix).and_then(&of);
        let matters = |group: &Group| {
            let bit = 1 << *group as usize;
            (0..MIXES).any(|mix| {
                let pair = (value(mix & !bit), value(mix | bit));
                matches!(&pair, (Some(without), Some(with)) if without != with)
            })
        };
        Group::ALL.into_iter().filter(matters).collect()
    }

    /// Whether the decision changed, and is one on both sides: what it is now.
    pub(crate) fn turned(&self) -> Option<Decision> {
        let [before, after] = self.ends().map(Mixed::decision);
        after.filter(|_| before.is_some() && before != after)
    }

    /// Whether the decision would be another one without a group's change, and
    /// whether it is this one by that change alone.
    pub(crate) fn turns(&self, group: Group) -> (Option<bool>, Option<bool>) {
        let Some(now) = self.turned() else {
            return (None, None);
        };
        let decision = |mix| self.get(mix).and_then(Mixed::decision);
        let bit = 1 << group as usize;
        let without = decision((MIXES - 1) & !bit);
        (
            without.map(|decision| decision != now),
            decision(bit).map(|decision| decision == now),
        )
    }

    /// The smallest sets of groups that give the decision of now.
    pub(crate) fn turned_by(&self) -> Option<Vec<Vec<Group>>> {
        let now = self.turned()?;
        let mut found: Vec<usize> = Vec::new();
        let mut sets: Vec<usize> = self.sets().collect();
        sets.sort_unstable_by_key(|set| (set.count_ones(), *set));
        for set in sets {
            let decision = self.get(set)?.decision()?;
            let is_smallest = found.iter().all(|other| other & set != *other);
            if decision == now && is_smallest {
                found.push(set);
            }
        }
        let groups = |set: usize| {
            let all = Group::ALL.into_iter();
            all.filter(|group| set >> *group as usize & 1 == 1)
                .collect()
        };
        Some(found.into_iter().map(groups).collect())
    }
}
