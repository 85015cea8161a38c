//! Everything about a change, for people who may see everything.

use serde::Serialize;

use super::mix::{Mixed, Mixes};
use super::pair::Pair;
use super::told::has_one_scale;
use super::{Fault, Group, Moved, Taken};
use crate::evaluate::Range;
use crate::policy::{Decision, Problem};

/// A stated fact that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedFact<'p> {
    /// The fact.
    pub name: &'p str,
    /// Whose doing it is.
    pub group: Group,
}

/// A mix of the two decisions, decided by the whole engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mix<'p> {
    /// The groups that are as they are now.
    pub groups: Vec<Group>,
    /// Whether the policy can decide it; nothing follows where it cannot.
    pub decidable: bool,
    /// Every decision that is possible.
    pub decisions: Vec<Decision>,
    /// The score.
    pub score: Option<Range>,
    /// The limit in fen, where it is approved and exact.
    pub limit: Option<Range>,
    /// The ids of the rules that fire.
    pub fires: Vec<&'p str>,
}

/// What one group has done, confidential points included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TraceShare {
    /// The group.
    pub group: Group,
    /// By how much it moved the score; left out where a mix has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Moved>,
    /// By how much it moved the limit in fen; left out where a mix has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Moved>,
    /// As in [`super::Share`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub necessary: Option<bool>,
    /// As in [`super::Share`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sufficient: Option<bool>,
}

/// What changed between two decisions, with how that was found. It holds what a
/// person may not see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attribution<'p> {
    /// The stated facts that differ, in the order of the later policy.
    pub facts: Vec<ChangedFact<'p>>,
    /// What each group has done; every group, in order.
    pub shares: Vec<TraceShare>,
    /// As in [`super::Changes`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turned_by: Option<Vec<Vec<Group>>>,
    /// As in [`super::Changes`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// Every mix of the groups that anything belongs to: from none of them as
    /// it is now, which is the earlier decision, to all, which is the later.
    pub mixes: Vec<Mix<'p>>,
}

/// Finds what changed between two decisions in one scenario.
///
/// # Errors
///
/// As [`super::changes`].
pub fn attribute<'p>(before: Taken<'p>, after: Taken<'p>) -> Result<Attribution<'p>, Vec<Problem>> {
    let pair = Pair::new(before, after)?;
    let mixes = Mixes::new(&pair);
    let score = mixes.shares(|mix| mix.evaluation.score);
    let score = score.filter(|_| has_one_scale(&mixes));
    let limit = mixes.shares(Mixed::limit);
    let shares = Group::ALL.into_iter().map(|group| {
        let (necessary, sufficient) = mixes.turns(group);
        TraceShare {
            group,
            score: score.map(|all| all[group as usize]),
            limit: limit.map(|all| all[group as usize]),
            necessary,
            sufficient,
        }
    });
    let facts = pair.facts.iter();
    Ok(Attribution {
        facts: facts
            .map(|(name, group)| ChangedFact {
                name,
                group: *group,
            })
            .collect(),
        shares: shares.collect(),
        turned_by: mixes.turned_by(),
        fault: pair.fault,
        mixes: mixes.sets().map(|set| mix(&mixes, set)).collect(),
    })
}

fn mix<'p>(mixes: &Mixes<'p>, set: usize) -> Mix<'p> {
    let groups = Group::ALL.into_iter();
    let groups = groups.filter(|group| set >> *group as usize & 1 == 1);
    let found = mixes.get(set);
    let fires = found.into_iter().flat_map(|found| {
        let rules = found.scenario().rules.iter();
        rules.filter(|rule| found.fires(&rule.id) == Some(true))
    });
    Mix {
        groups: groups.collect(),
        decidable: found.is_some(),
        decisions: found.map_or_else(Vec::new, |one| one.evaluation.decisions.iter().collect()),
        score: found.and_then(|one| one.evaluation.score),
        limit: found.and_then(Mixed::limit),
        fires: fires.map(|rule| rule.id.as_str()).collect(),
    }
}
