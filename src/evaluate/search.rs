//! Which decisions are really reached: bounds first, then branch and bound.
//!
//! At a node the unknown facts are bounded one by one (Kleene logic for rules,
//! an interval for the score), which gives a superset of the reachable
//! decisions. A superset of one member is reached; a superset inside what has
//! been reached already teaches nothing; otherwise the next unknown fact is
//! split into its classes. With every fact fixed, what remains open is open by
//! the projection (opaque conditions, hidden points), hence possible.

use super::derived::reach;
use super::{DecisionSet, Plan, Range, Truth, bands, rule_truths, score_range};
use crate::facts::{FactState, Facts};
use crate::policy::{Decision, FactDef, Scenario};

/// Nodes visited before the search settles for the superset.
pub(super) const NODE_BUDGET: u32 = 20_000;

/// Whether checks that only the server can make may find something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checks {
    MayFind,
    FindNothing,
}

/// What the search found.
pub(crate) struct Reachable {
    pub(crate) decisions: DecisionSet,
    pub(crate) tight: bool,
}

/// All decisions that some completion of the facts reaches.
pub(crate) fn reachable(
    scenario: &Scenario,
    plan: &Plan,
    defs: &[FactDef],
    facts: &Facts,
    checks: Checks,
) -> Reachable {
    let mut search = Search {
        given: facts,
        unsure: DecisionSet::EMPTY,
        scenario,
        plan,
        defs,
        checks,
        facts: facts.clone(),
        reached: DecisionSet::EMPTY,
        budget: NODE_BUDGET,
    };
    let bound = search.bound();
    search.visit(0, true);
    if search.budget == 0 {
        return Reachable {
            decisions: bound,
            tight: bound.len() == 1,
        };
    }
    Reachable {
        decisions: search.reached.union(search.unsure),
        tight: search.unsure.is_subset(search.reached),
    }
}

/// A superset of the reachable decisions, without search.
pub(crate) fn bound(
    scenario: &Scenario,
    plan: &Plan,
    defs: &[FactDef],
    facts: &Facts,
    checks: Checks,
) -> DecisionSet {
    let rules = rule_truths(scenario, defs, facts);
    let by_score = match &scenario.scorecard {
        Some(card) => {
            let range: Range = score_range(card, plan, defs, facts, |_| false);
            bands(card, range)
        }
        None => DecisionSet::only(Decision::Approve),
    };
    let mut certain = Decision::Approve;
    let mut possible = DecisionSet::EMPTY;
    for ((rule, truth), is_check) in scenario.rules.iter().zip(&rules).zip(&plan.is_check) {
        match truth {
            Truth::True => certain = certain.max(rule.effect),
            Truth::Unknown if *is_check && checks == Checks::FindNothing => {}
            Truth::Unknown => possible.insert(rule.effect),
            Truth::False => {}
        }
    }
    let mut set = DecisionSet::EMPTY;
    for band in by_score.iter() {
        let floor = band.max(certain);
        set.insert(floor);
        // Whichever of the open rules fire, the most severe of them decides.
        for effect in possible.iter() {
            set.insert(floor.max(effect));
        }
    }
    set
}

struct Search<'a> {
    scenario: &'a Scenario,
    plan: &'a Plan,
    defs: &'a [FactDef],
    checks: Checks,
    given: &'a Facts,
    facts: Facts,
    reached: DecisionSet,
    /// Reached unless a formula jumps over the values in question.
    unsure: DecisionSet,
    budget: u32,
}

impl Search<'_> {
    fn bound(&self) -> DecisionSet {
        bound(
            self.scenario,
            self.plan,
            self.defs,
            &self.facts,
            self.checks,
        )
    }

    /// Adds what is reached below this node; `from` is the first fact of the
    /// plan that may still be open, `is_sure` whether the node is known to
    /// have a completion.
    fn visit(&mut self, from: usize, is_sure: bool) {
        self.budget = self.budget.saturating_sub(1);
        if self.budget == 0 {
            return;
        }
        let bound = self.bound();
        let known = if is_sure {
            self.reached
        } else {
            self.reached.union(self.unsure)
        };
        if bound.is_subset(known) {
            return;
        }
        let plan = self.plan;
        let open = plan.facts.iter().enumerate().skip(from).find(|(_, fact)| {
            // What only the server knows stays open while its checks are taken to
            // find nothing, so that both projections of a policy agree on it.
            let stays_open = fact.is_server && self.checks == Checks::FindNothing;
            fact.classes.len() > 1 && !stays_open && self.facts.get(fact.fact) == FactState::Unknown
        });
        let Some((index, fact)) = open.filter(|_| bound.len() > 1) else {
            if is_sure {
                self.reached = self.reached.union(bound);
            } else {
                self.unsure = self.unsure.union(bound);
            }
            return;
        };
        for class in &fact.classes {
            let facts = &plan.facts;
            let reach = reach(fact, class, &self.facts, self.given, facts, self.defs);
            if reach != Truth::False {
                self.facts.set(fact.fact, class.state);
                self.visit(index + 1, is_sure && reach == Truth::True);
                self.facts.set(fact.fact, FactState::Unknown);
            }
        }
        self.facts.set(fact.fact, FactState::Unknown);
    }
}
