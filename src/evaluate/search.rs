//! What is really reached: branch and bound over the classes of open facts.
//!
//! At a node the open facts are bounded one by one, which gives a superset of
//! what completions of the node reach. A branch that can bring nothing new is
//! left; one in which the question is settled is not split further, unless it
//! has to be shown that it has a completion at all. With every fact fixed, what
//! remains open is open by the projection (opaque conditions, hidden points),
//! hence possible.

use super::board::{Board, Choice, classes};
use super::derived::reach;
use super::limit::amounts;
use super::plan::{Clause, FactPlan};
use super::{Checks, DecisionSet, Range, Truth};
use crate::facts::Facts;
use crate::policy::LimitTable;

/// Nodes visited before the search settles for the superset.
const NODE_BUDGET: u32 = 20_000;

/// What is searched for, and what was found so far.
enum Goal<'p> {
    /// All decisions. `unsure`: reached unless a formula jumps over the values
    /// in question.
    Decisions {
        checks: Checks,
        reached: DecisionSet,
        unsure: DecisionSet,
    },
    /// An end of the score.
    Score { most: bool, found: Option<i64> },
    /// An end of the amounts.
    Amount {
        table: &'p LimitTable,
        most: bool,
        found: Option<Range>,
    },
    /// A completion in which a condition holds, or one in which it fails.
    Truth {
        clause: Clause,
        wanted: bool,
        found: bool,
    },
}

struct Search<'b, 'p> {
    board: &'b mut Board<'p>,
    given: &'b Facts,
    goal: Goal<'p>,
    /// Whether all that was found has a completion for certain.
    is_sure: bool,
    budget: u32,
}

/// What a search found, and whether that is exact.
pub(super) struct Found<T> {
    pub(super) value: T,
    pub(super) tight: bool,
}

impl<T> Found<T> {
    pub(super) fn exact(value: T) -> Found<T> {
        Found { value, tight: true }
    }
}

/// All decisions that some completion of the facts reaches. Facts that nobody
/// has count as what rules and points alone say.
pub(super) fn decisions(
    board: &mut Board<'_>,
    given: &Facts,
    checks: Checks,
) -> Found<DecisionSet> {
    let found = reached(board, given, checks);
    if !found.value.is_empty() {
        return found;
    }
    let fired = board.fired(checks);
    Found {
        value: board.bound_of(&fired),
        tight: false,
    }
}

/// All decisions that some completion of the facts reaches; none where every
/// completion is one that no application has.
pub(super) fn reached(board: &mut Board<'_>, given: &Facts, checks: Checks) -> Found<DecisionSet> {
    let fired = board.fired(checks);
    let bound = board.bound_of(&fired);
    if board.is_known() || bound.len() == 1 && board.barred() == Truth::False {
        return Found::exact(bound);
    }
    let reached = board.proved(bound, &fired);
    if bound.is_subset(reached) {
        return Found::exact(bound);
    }
    let (bound, reached) = board.narrowed(bound, reached, &fired, checks);
    if bound.is_subset(reached) {
        return Found::exact(bound);
    }
    let goal = Goal::Decisions {
        checks,
        reached,
        unsure: DecisionSet::EMPTY,
    };
    let search = Search::run(board, given, goal);
    let is_whole = search.budget > 0;
    let Goal::Decisions {
        reached, unsure, ..
    } = search.goal
    else {
        return Found::exact(bound);
    };
    let found = reached.union(unsure);
    if !is_whole {
        return Found {
            value: bound,
            tight: false,
        };
    }
    Found {
        value: found,
        tight: unsure.is_subset(reached),
    }
}

/// The range of the score over all completions.
pub(super) fn score(board: &mut Board<'_>, given: &Facts) -> Found<Range> {
    let mut range = board.score();
    let mut tight = true;
    if board.is_free() {
        return Found::exact(range);
    }
    for most in [false, true] {
        let goal = Goal::Score { most, found: None };
        let search = Search::run(board, given, goal);
        let is_whole = search.budget > 0;
        match search.goal {
            Goal::Score {
                found: Some(found), ..
            } if is_whole => {
                tight &= search.is_sure;
                *(if most { &mut range.max } else { &mut range.min }) = found;
            }
            _ => tight = false,
        }
    }
    Found {
        value: range,
        tight,
    }
}

/// The amounts of an approval; `None` when nothing is approved.
///
/// Facts that the table is cut by are split first, then the others. Since the
/// classes of a fact rise in points, the first way down is nearly the best.
pub(super) fn limit<'p>(
    board: &mut Board<'p>,
    given: &Facts,
    table: &'p LimitTable,
) -> Found<Option<Range>> {
    let bound = amounts(board, table);
    if bound.is_none() || board.is_known() {
        return Found::exact(bound);
    }
    let mut range = None;
    let (mut is_whole, mut is_sure) = (true, true);
    for most in [false, true] {
        let goal = Goal::Amount {
            table,
            most,
            found: range,
        };
        let search = Search::run(board, given, goal);
        is_whole &= search.budget > 0;
        is_sure &= search.is_sure;
        if let Goal::Amount { found, .. } = search.goal {
            range = found;
        }
    }
    Found {
        value: if is_whole { range } else { bound },
        tight: is_whole && is_sure,
    }
}

/// Whether a condition holds in every completion, in none, or in some.
pub(super) fn truth(board: &mut Board<'_>, given: &Facts, clause: Clause) -> Found<Truth> {
    let mut possible = [false; 2];
    let mut tight = true;
    for wanted in [false, true] {
        let goal = Goal::Truth {
            clause,
            wanted,
            found: false,
        };
        let search = Search::run(board, given, goal);
        if search.budget == 0 {
            possible[usize::from(wanted)] = true;
            tight = false;
        } else if let Goal::Truth { found, .. } = search.goal {
            possible[usize::from(wanted)] = found;
            tight &= search.is_sure;
        }
    }
    let value = match possible {
        [true, false] => Truth::False,
        [false, true] => Truth::True,
        _ => Truth::Unknown,
    };
    Found { value, tight }
}

impl<'b, 'p> Search<'b, 'p> {
    fn run(board: &'b mut Board<'p>, given: &'b Facts, goal: Goal<'p>) -> Search<'b, 'p> {
        let mut search = Search {
            board,
            given,
            goal,
            is_sure: true,
            budget: NODE_BUDGET,
        };
        search.visit(0, true);
        search
    }

    /// Adds what is reached below this node; `from` is the first place that may
    /// still be open, `is_sure` whether the node is known to have a completion
    /// but for what is barred.
    fn visit(&mut self, from: usize, is_sure: bool) {
        self.budget = self.budget.saturating_sub(1);
        if self.budget == 0 {
            return;
        }
        let Some(is_settled) = self.look(is_sure) else {
            return;
        };
        let barred = self.board.barred();
        if barred == Truth::True {
            return;
        }
        let plan = self.board.plan;
        let order = match &self.goal {
            Goal::Amount { .. } => plan.by_table.as_slice(),
            _ => &[],
        };
        let place = |index: usize| order.get(index).map_or(index, |place| usize::from(*place));
        let next = (from..plan.facts.len()).find(|index| {
            let at = place(*index);
            let fact = &plan.facts[at];
            let is_asked =
                !is_settled && self.asks(fact) || barred == Truth::Unknown && fact.in_bar;
            is_asked && self.board.is_open(at) && !self.stays_open(at)
        });
        let Some(index) = next else {
            self.add(is_sure);
            return;
        };
        let at = place(index);
        let fact = &plan.facts[at];
        let before = self.board.choice(at);
        let descending = matches!(
            self.goal,
            Goal::Score { most: true, .. } | Goal::Amount { most: true, .. }
        );
        for step in 0..fact.classes.len() {
            let class = if descending {
                fact.classes.len() - 1 - step
            } else {
                step
            };
            let is_left = before == Choice::Open || classes(fact, before).any(|one| one == class);
            if !is_left {
                continue;
            }
            let reach = reach(self.board, self.given, at, class);
            if reach != Truth::False {
                self.board.set(at, Choice::Class(class as u16));
                self.visit(index + 1, is_sure && reach == Truth::True);
                self.board.set(at, before);
            }
        }
    }

    /// What only the server knows stays open while its checks are taken to
    /// find nothing, so that both projections of a policy agree on it.
    fn stays_open(&self, at: usize) -> bool {
        let Goal::Decisions { checks, .. } = &self.goal else {
            return false;
        };
        *checks == Checks::FindNothing && self.board.plan.facts[at].is_server
    }

    /// Whether an answer to the question may depend on how a fact is split. A
    /// score needs only facts that are tied to others: the rest are at an end
    /// of their own points in some completion.
    fn asks(&self, fact: &FactPlan) -> bool {
        match &self.goal {
            Goal::Decisions { .. } => fact.is_tied || fact.decides,
            Goal::Score { .. } => fact.is_tied,
            Goal::Amount { .. } => true,
            Goal::Truth { clause, .. } => fact.is_tied || self.board.plan.looks_at(*clause, fact),
        }
    }

    /// `None` where nothing new lies below this node; otherwise whether all of
    /// its completions give the same.
    fn look(&self, is_sure: bool) -> Option<bool> {
        let board = &self.board;
        let (is_new, is_settled) = match &self.goal {
            Goal::Decisions {
                checks,
                reached,
                unsure,
            } => {
                let bound = board.bound(*checks);
                let known = if is_sure {
                    *reached
                } else {
                    reached.union(*unsure)
                };
                (!bound.is_subset(known), bound.len() == 1)
            }
            Goal::Score { most, found } => {
                let score = board.score();
                let is_beyond = |found| {
                    if *most {
                        score.max > found
                    } else {
                        score.min < found
                    }
                };
                (found.is_none_or(is_beyond), false)
            }
            Goal::Amount { table, most, found } => {
                let bound = amounts(board, table)?;
                let is_beyond = |found: Range| {
                    if *most {
                        bound.max > found.max
                    } else {
                        bound.min < found.min
                    }
                };
                (found.is_none_or(is_beyond), false)
            }
            Goal::Truth {
                clause,
                wanted,
                found,
            } => {
                let truth = board.truth(*clause);
                let is_open = !found || is_sure && !self.is_sure;
                (
                    is_open && truth != Truth::from_bool(!wanted),
                    truth != Truth::Unknown,
                )
            }
        };
        is_new.then_some(is_settled)
    }

    /// Adds what this node reaches.
    fn add(&mut self, is_sure: bool) {
        let board = &self.board;
        match &mut self.goal {
            Goal::Decisions {
                checks,
                reached,
                unsure,
            } => {
                let bound = board.bound(*checks);
                let set = if is_sure { reached } else { unsure };
                *set = set.union(bound);
            }
            Goal::Score { most, found } => {
                let score = board.score();
                *found = Some(if *most { score.max } else { score.min });
                self.is_sure = is_sure;
            }
            Goal::Amount { table, found, .. } => {
                // What is open still is open by the projection, hence possible.
                if let Some(bound) = amounts(board, table) {
                    *found = Some(found.map_or(bound, |found| found.with(bound)));
                    self.is_sure &= is_sure;
                }
            }
            Goal::Truth { found, .. } => {
                *found = true;
                self.is_sure = is_sure;
            }
        }
    }
}
