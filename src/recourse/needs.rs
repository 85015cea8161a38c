//! How unknown facts must turn out for a plan to have a chance.

use serde::Serialize;

use super::Wish;
use super::plan::Written;
use super::search::Space;
use crate::evaluate::{Choice, classes};
use crate::facts::Facts;
use crate::policy::{Audience, Policy, ScenarioId};

/// What has to hold of a fact that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Need<'p> {
    /// The fact.
    pub fact: &'p str,
    /// The values that leave the goal within reach, as ranges, both ends included.
    pub within: Vec<[Written<'p>; 2]>,
}

/// What must hold of the public facts that are open, each beside those before.
pub(super) fn needs<'p>(
    policy: &'p Policy,
    scenario: ScenarioId,
    facts: &Facts,
    wish: &Wish,
) -> Vec<Need<'p>> {
    let mut space = Space::new(policy, scenario, facts, wish.goal, wish);
    let plan = space.board.plan;
    let mut all = Vec::new();
    for place in 0..plan.facts.len() {
        let fact = plan.facts[place].fact;
        let before = space.board.choice(place);
        let Some(def) = policy.fact(fact) else {
            continue;
        };
        let is_asked = def.audience == Audience::Public && plan.facts[place].computed.is_none();
        if !is_asked || !space.board.is_open(place) {
            continue;
        }
        let open: Vec<usize> = classes(&plan.facts[place], before).collect();
        let mut left = Vec::new();
        for class in &open {
            space.board.set(place, Choice::Class(*class as u16));
            if space.is_reached(facts, super::Holds::Possibly) {
                left.push(*class);
            }
        }
        if left.len() == open.len() || left.is_empty() {
            space.board.set(place, before);
            continue;
        }
        let chosen = left.iter().map(|class| Choice::Class(*class as u16));
        let chosen = space.board.cover(place, chosen);
        space.board.set(place, chosen);
        let spans = plan.facts[place].spans(&left, def.max);
        let span = facts.get(fact).span();
        let within = spans.into_iter().filter_map(|(low, high)| {
            let (least, most) = span.unwrap_or((def.min, def.max));
            let (low, high) = (low.max(least).max(def.min), high.min(most));
            (low <= high).then(|| [Written::of(def, low), Written::of(def, high)])
        });
        all.push(Need {
            fact: &def.name,
            within: within.collect(),
        });
    }
    all
}
