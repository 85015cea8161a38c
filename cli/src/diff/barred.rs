//! Impossible combinations, as the search sees them.
//!
//! A combination may name facts that no application of the scenario states.
//! These can be anything; so an application is refused only where no way of
//! theirs is left. Combinations that share such facts are looked at together.

use precheck::{FactId, FactState, Facts, Op, Truth};

use super::gather::Wanted;
use super::known::Partners;
use super::space::{Side, Variable, alone, mentions, same_condition};

/// The most ways of facts that nobody states; of more, the engine is asked at
/// the end.
const WAYS: usize = 64;

/// Combinations that are looked at together.
pub(super) struct Barred {
    /// Their positions in the policy.
    at: Vec<usize>,
    /// Both sides have them, and no others with them.
    pub(super) is_shared: bool,
    pub(super) mentions: Vec<usize>,
    /// Every way of the facts that nobody states, each as these facts.
    ways: Vec<Vec<(FactId, FactState)>>,
}

impl Barred {
    /// Whether an application with these facts, or with more, is refused.
    pub(super) fn truth(&self, side: Side<'_>, facts: &Facts) -> Truth {
        let mut all = Truth::True;
        for way in &self.ways {
            let mut facts = facts.clone();
            way.iter()
                .for_each(|(fact, state)| facts.set(*fact, *state));
            let truths = side.policy.combinations(&facts);
            let own = self.at.iter().map(|at| truths[*at]);
            all = all.min(own.max().unwrap_or(Truth::False));
        }
        all
    }
}

/// The combinations that bear upon the facts.
pub(super) fn barred(
    variables: &[Variable<'_>],
    sides: [Side<'_>; 2],
    wanted: &Wanted,
) -> [Vec<Barred>; 2] {
    let when = |side: usize, at: usize| &*sides[side].policy.model().impossible[at].when;
    let [old, new] = &wanted.combinations;
    let mut shared = Partners::new(old.len(), new.len());
    shared.pair(|at, other| {
        same_condition(variables, sides, [when(0, old[at]), when(1, new[other])])
    });
    let groups = [0, 1].map(|side: usize| {
        let all = wanted.combinations[side].iter().map(|at| when(side, *at));
        together(
            &all.map(|when| unstated(sides[side], when))
                .collect::<Vec<_>>(),
        )
    });
    [0, 1].map(|side: usize| {
        let partners = &shared.0[side];
        let all = groups[side].iter().map(|group| {
            let at: Vec<usize> = group
                .iter()
                .map(|one| wanted.combinations[side][*one])
                .collect();
            let theirs: Option<Vec<usize>> = group.iter().map(|one| partners[*one]).collect();
            let is_group = |mut theirs: Vec<usize>| {
                theirs.sort_unstable();
                groups[1 - side].contains(&theirs)
            };
            let mut seen = at
                .iter()
                .flat_map(|at| mentions(variables, side, when(side, *at)))
                .collect::<Vec<_>>();
            seen.sort_unstable();
            seen.dedup();
            Barred {
                is_shared: theirs.is_some_and(is_group),
                mentions: seen,
                ways: ways(
                    sides[side],
                    at.iter()
                        .flat_map(|at| unstated(sides[side], when(side, *at)))
                        .collect(),
                ),
                at,
            }
        });
        all.collect()
    })
}

/// The facts of a condition that no application states.
fn unstated(side: Side<'_>, when: &[Op]) -> Vec<FactId> {
    let facts = when.iter().filter_map(|op| match op {
        Op::Atom(fact, _) => Some(*fact),
        _ => None,
    });
    facts.filter(|fact| !side.has(*fact)).collect()
}

/// Puts together what shares a fact, by position and rising.
fn together(all: &[Vec<FactId>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, facts) in all.iter().enumerate() {
        let shares = |group: &Vec<usize>| {
            let mut theirs = group.iter().flat_map(|one| &all[*one]);
            theirs.any(|fact| facts.contains(fact))
        };
        let (near, mut far): (Vec<_>, Vec<_>) = groups.into_iter().partition(shares);
        let mut group: Vec<usize> = near.into_iter().flatten().chain([index]).collect();
        group.sort_unstable();
        far.push(group);
        groups = far;
    }
    groups
}

/// Every way of some facts; one in which they stay open where there are too many.
fn ways(side: Side<'_>, mut facts: Vec<FactId>) -> Vec<Vec<(FactId, FactState)>> {
    facts.sort_unstable();
    facts.dedup();
    let mut ways = vec![Vec::new()];
    for fact in facts {
        let mut more = Vec::new();
        for way in &ways {
            for state in alone(side, fact) {
                let mut way: Vec<(FactId, FactState)> = way.clone();
                way.push((fact, state));
                more.push(way);
            }
        }
        if more.len() > WAYS {
            return vec![Vec::new()];
        }
        ways = more;
    }
    ways
}
