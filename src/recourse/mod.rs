//! Facts → Plans: what the person can do, and what time does.
//!
//! A plan is a change of facts that the person can bring about, after which the
//! goal is reached. The cheapest is the optimum of the effort that the policy
//! declares, with the nodes of the search and a lower bound beside it; where
//! there is none, the search is the proof, and what blocks is named. Every plan
//! is looked at by the whole engine again before it is returned.
//!
//! It decides nothing and promises nothing: it says what this policy would say
//! of other facts.

mod mover;
mod moves;
mod needs;
mod plan;
mod search;
mod time;
mod wish;

pub use needs::Need;
pub use plan::{Blocked, Certificate, Plan, PlanStep, Plans, PlansStatus, Written, plans};
pub use time::HORIZON;
pub use wish::{Goal, Wish, WishInput};

use serde::Serialize;

use crate::facts::Facts;
use crate::policy::{Policy, ScenarioId};
use search::{Best, Space};

/// The most plans without waiting, and the most with.
const MOST_PLANS: usize = 3;
/// Days on which plans are looked for.
const MOST_DAYS: usize = 64;

/// How sure it is that a plan reaches the goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// However the unknown facts turn out.
    Certainly,
    /// If the checks that only the server can make find nothing.
    IfChecksPass,
    /// If unknown facts turn out well.
    Possibly,
}

impl Holds {
    /// All, the strongest first.
    pub const ALL: [Holds; 3] = [Holds::Certainly, Holds::IfChecksPass, Holds::Possibly];
}

/// The ways that were found, before anything is said about them.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// `None` where nothing leads to the goal.
    pub(crate) holds: Option<Holds>,
    /// Whether the goal is reached as things are.
    pub(crate) is_reached: bool,
    /// By effort, each with fewer changes than the one before.
    pub(crate) now: Vec<Way>,
    /// The first day, counted from now, on which the goal is reached if nobody
    /// does anything.
    pub(crate) days: Option<i64>,
    /// Ways that take less effort than those before, later.
    pub(crate) then: Vec<Way>,
    pub(crate) nodes: u32,
    pub(crate) is_complete: bool,
}

impl Found {
    /// Nothing was looked for.
    fn unsettled() -> Found {
        Found {
            holds: None,
            is_reached: false,
            now: Vec::new(),
            days: None,
            then: Vec::new(),
            nodes: 0,
            is_complete: false,
        }
    }
}

/// One way to the goal.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    pub(crate) effort: u64,
    /// The facts that the person changes: from, to.
    pub(crate) steps: Vec<(crate::policy::FactId, i64, i64)>,
    /// The facts after it, on the day on which it counts.
    pub(crate) facts: Facts,
    /// Days to wait.
    pub(crate) days: i64,
}

/// Looks for the ways to a goal.
pub(crate) fn find(policy: &Policy, scenario: ScenarioId, facts: &Facts, wish: &Wish) -> Found {
    let mut space = Space::new(policy, scenario, facts, wish.goal, wish);
    let mut found = Found {
        is_complete: true,
        ..Found::unsettled()
    };
    let turns = time::turns(policy, &space.board, facts, wish.horizon);
    for holds in Holds::ALL {
        if space.is_reached(facts, holds) {
            found.holds = Some(holds);
            found.is_reached = true;
            break;
        }
        front(&mut space, holds, wish, &mut found.now);
        found.days = turns.iter().copied().find(|day| {
            let after = time::later(policy, facts, *day);
            after.is_some_and(|after| {
                let mut then = space.on(&after);
                then.is_reached(&after, holds)
            })
        });
        if !found.now.is_empty() || found.days.is_some() {
            found.holds = Some(holds);
            later(policy, scenario, &turns, holds, wish, facts, &mut found);
            break;
        }
    }
    found.nodes = found.nodes.saturating_add(space.nodes);
    found.is_complete &= space.is_complete;
    found
}

/// The cheapest way, and those with fewer changes.
fn front(space: &mut Space<'_>, holds: Holds, wish: &Wish, ways: &mut Vec<Way>) {
    let Some(ground) = space.ground(holds) else {
        return;
    };
    let mut most = wish.most_changes;
    while let Some(best) = space.cheapest(&ground, holds, most) {
        let changes = best.cost & 0xff;
        ways.push(way(space, &best, 0));
        if ways.len() == MOST_PLANS || changes <= 1 {
            break;
        }
        // The last place is for the fewest changes.
        most = changes - 1;
        if ways.len() + 1 == MOST_PLANS {
            let fewest = (1..most).find_map(|few| space.cheapest(&ground, holds, few));
            if let Some(fewest) = fewest {
                ways.push(way(space, &fewest, 0));
                break;
            }
        }
    }
}

fn way(space: &Space<'_>, best: &Best, days: i64) -> Way {
    let mut facts = space.facts.clone();
    let mut steps = Vec::new();
    for (group, way) in space.groups.iter().zip(&best.ways) {
        group.bring(*way, &mut facts);
        for (at, mover) in group.movers.iter().enumerate() {
            let to = group.values[way * group.movers.len() + at];
            if to != mover.from {
                steps.push((mover.fact(), mover.from, to));
            }
        }
    }
    crate::order::sort(&mut steps);
    Way {
        effort: best.cost >> 8,
        steps,
        facts,
        days,
    }
}

/// Ways that take less effort, for who can wait.
fn later(
    policy: &Policy,
    scenario: ScenarioId,
    turns: &[i64],
    holds: Holds,
    wish: &Wish,
    facts: &Facts,
    found: &mut Found,
) {
    let mut least = found.now.first().map(|way| way.effort);
    let before = |day: &&i64| found.days.is_none_or(|first| **day < first);
    let days: Vec<i64> = turns
        .iter()
        .filter(before)
        .take(MOST_DAYS)
        .copied()
        .collect();
    for day in days {
        if least == Some(0) || found.then.len() == MOST_PLANS {
            break;
        }
        let Some(after) = time::later(policy, facts, day) else {
            break;
        };
        let mut space = Space::new(policy, scenario, &after, wish.goal, wish);
        let best = space.ground(holds);
        let best = best.and_then(|ground| space.cheapest(&ground, holds, wish.most_changes));
        found.nodes = found.nodes.saturating_add(space.nodes);
        found.is_complete &= space.is_complete;
        if let Some(best) = best.filter(|best| least.is_none_or(|least| best.cost >> 8 < least)) {
            least = Some(best.cost >> 8);
            found.then.push(way(&space, &best, day));
        }
    }
}
