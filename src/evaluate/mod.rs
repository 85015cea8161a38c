//! Facts → Evaluation: what follows from what is known, and nothing else.
//!
//! Every rule gets a three-valued verdict, the score a range, and the decision
//! a set that is *sound* (it holds the decision of every way the unknown facts
//! may turn out) and *tight* (each member is the decision of some way). Bounds
//! come first, because they are cheap and usually enough; where rules and
//! score pull in different directions, a search over the classes of the
//! unknown facts settles which decisions are really reached, and with which
//! amounts.

mod batch;
mod board;
mod chance;
mod channels;
mod classes;
mod clause;
mod compile;
mod conditional;
mod derived;
mod evaluator;
mod held;
mod index;
mod kernel;
mod likelihood;
mod limit;
mod load;
mod look;
mod plan;
mod proved;
mod search;
mod spread;
mod tally;
mod truth;

pub use batch::{Batch, BatchError, Cell, Column, Decided};
pub(crate) use board::{Board, Choice, classes};
pub(crate) use chance::basis_points;
pub(crate) use classes::{cuts_of, points};
pub(crate) use compile::Parts;
pub(crate) use conditional::{open_cases, open_span, settled};
pub(crate) use evaluator::Paused;
pub use evaluator::{Evaluator, Verdict};
pub(crate) use look::Look;
pub(crate) use plan::Plan;
pub use truth::Truth;
pub(crate) use truth::{MAX_DEPTH, condition};

use serde::Serialize;

use crate::facts::Facts;
use crate::policy::{Decision, FactDef, LimitTable, Scenario, Scorecard};

/// All decisions that some completion of the facts reaches, and whether that is
/// exact; none for facts that nobody has.
pub(crate) fn decisions(
    board: &mut Board<'_>,
    given: &Facts,
    checks: Checks,
) -> (DecisionSet, bool) {
    let found = search::reached(board, given, checks);
    (found.value, found.tight)
}

/// The amounts that an approval may come with.
pub(crate) fn limit<'p>(
    board: &mut Board<'p>,
    given: &Facts,
    table: &'p LimitTable,
) -> Option<Range> {
    search::limit(board, given, table).value
}

/// An inclusive range of points or of amounts in fen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Range {
    /// The least it can be.
    pub min: i64,
    /// The most it can be.
    pub max: i64,
}

impl Range {
    /// The range that holds one number.
    pub(crate) fn only(number: i64) -> Range {
        Range {
            min: number,
            max: number,
        }
    }

    /// The least range that holds both.
    fn with(self, other: Range) -> Range {
        Range {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }
}

/// Whether checks that only the server can make may find something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checks {
    MayFind,
    FindNothing,
}

/// A set of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DecisionSet(u8);

impl DecisionSet {
    /// The set without members.
    pub const EMPTY: DecisionSet = DecisionSet(0);

    /// The set with one member.
    pub fn only(decision: Decision) -> DecisionSet {
        DecisionSet(1 << decision as u8)
    }

    /// One bit per decision, the mildest in the lowest.
    pub(crate) fn bits(self) -> u32 {
        self.0.into()
    }

    /// Adds a decision.
    pub fn insert(&mut self, decision: Decision) {
        self.0 |= DecisionSet::only(decision).0;
    }

    /// Whether the decision is a member.
    pub fn contains(self, decision: Decision) -> bool {
        self.0 & DecisionSet::only(decision).0 != 0
    }

    /// Whether every member is also in `other`.
    pub fn is_subset(self, other: DecisionSet) -> bool {
        self.0 & !other.0 == 0
    }

    /// The members of either.
    pub fn union(self, other: DecisionSet) -> DecisionSet {
        DecisionSet(self.0 | other.0)
    }

    /// The members of both.
    pub fn intersection(self, other: DecisionSet) -> DecisionSet {
        DecisionSet(self.0 & other.0)
    }

    /// The members that are at least as severe as a decision.
    pub(crate) fn at_least(self, decision: Decision) -> DecisionSet {
        let below = DecisionSet::only(decision).0 - 1;
        DecisionSet(self.0 & !below)
    }

    /// How many members.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether there is no member.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The members, mildest first.
    pub fn iter(self) -> impl Iterator<Item = Decision> {
        Decision::ALL
            .into_iter()
            .filter(move |decision| self.contains(*decision))
    }
}

/// What follows from the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// Per rule of the scenario, in policy order: whether it fires.
    pub rules: Vec<Truth>,
    /// The score, if the scenario has a scorecard.
    pub score: Option<Range>,
    /// The score as far as the facts that a browser may have determine it.
    pub shown_score: Option<Range>,
    /// Every decision that is possible.
    pub decisions: DecisionSet,
    /// Every decision that is possible if the checks that only the server can
    /// make find nothing.
    pub if_checks_pass: DecisionSet,
    /// The amounts that an approval may come with, in fen; `None` when it
    /// cannot be approved or the scenario has no table of limits.
    pub limit: Option<Range>,
    /// Whether every member of the sets and both ends of the ranges are known to
    /// be reached, and no rule is left open that is settled. A search that ran
    /// into its node budget, or a ratio that jumps, leaves this `false`; sets,
    /// ranges and verdicts are sound then too.
    pub tight: bool,
}

/// The verdict of every rule.
pub(crate) fn rule_truths(scenario: &Scenario, defs: &[FactDef], facts: &Facts) -> Vec<Truth> {
    scenario
        .rules
        .iter()
        .map(|rule| condition(&rule.when, defs, facts))
        .collect()
}

/// The decisions of the bands that a range of scores touches.
pub(crate) fn bands(card: &Scorecard, range: Range) -> DecisionSet {
    let mut set = DecisionSet::EMPTY;
    for (index, band) in card.bands.iter().enumerate() {
        let above_start = index == 0 || range.max >= band.from;
        let below_end = card
            .bands
            .get(index + 1)
            .is_none_or(|next| range.min < next.from);
        if above_start && below_end {
            set.insert(band.decision);
        }
    }
    set
}
