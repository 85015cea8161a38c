//! How much: the range of the amounts that an approval may come with.
//!
//! The range is *sound* (it holds the amount of every completion of the facts
//! in which the application is approved) and *tight* (some such completion has
//! either end). Two searches settle it, one for each end: the facts that the
//! table is cut by are split first, then the others, and a branch is left as
//! soon as nothing below it is approved or goes beyond what was found. The
//! classes of a fact rise in points, so that the first way down is nearly the
//! best one.

use super::derived::reach;
use super::search::NODE_BUDGET;
use super::{Plan, Range, Truth, condition, score_range};
use crate::facts::{FactState, Facts};
use crate::policy::{Axis, Decision, FactDef, LimitTable, Scenario};

/// The amounts of an approval, and whether both ends are known to be reached;
/// `None` when nothing is approved or the scenario has no table.
pub(super) fn limit(
    scenario: &Scenario,
    plan: &Plan,
    defs: &[FactDef],
    facts: &Facts,
) -> (Option<Range>, bool) {
    let Some(table) = &scenario.limit else {
        return (None, true);
    };
    let mut search = Search {
        scenario,
        table,
        plan,
        defs,
        given: facts,
        facts: facts.clone(),
        found: None,
        seeks_most: false,
        is_sure: true,
        budget: NODE_BUDGET,
    };
    let bound = search.bound();
    search.visit(0, true);
    let mut is_whole = search.budget > 0;
    search.seeks_most = true;
    search.budget = NODE_BUDGET;
    search.visit(0, true);
    is_whole &= search.budget > 0;
    let range = if is_whole { search.found } else { bound };
    (range, is_whole && search.is_sure)
}

struct Search<'a> {
    scenario: &'a Scenario,
    table: &'a LimitTable,
    plan: &'a Plan,
    defs: &'a [FactDef],
    given: &'a Facts,
    facts: Facts,
    found: Option<Range>,
    seeks_most: bool,
    /// Whether all that was found has a completion for certain.
    is_sure: bool,
    budget: u32,
}

impl Search<'_> {
    /// The amounts below this node, each fact bounded by itself; `None` when
    /// nothing below it is approved.
    fn bound(&self) -> Option<Range> {
        for rule in &self.scenario.rules {
            let stops = rule.effect != Decision::Approve;
            if stops && condition(&rule.when, self.defs, &self.facts) == Truth::True {
                return None;
            }
        }
        let mut score = None;
        if let Some(card) = &self.scenario.scorecard {
            let mut range = score_range(card, self.plan, self.defs, &self.facts, |_| false);
            let approves = |at: usize| card.bands[at].decision == Decision::Approve;
            // Bands fall in severity: from the first that approves on, all do.
            let first = (0..card.bands.len()).find(|at| approves(*at))?;
            if first > 0 {
                range.min = range.min.max(card.bands[first].from);
            }
            if range.min > range.max {
                return None;
            }
            score = Some(range);
        }
        self.amounts(score)
    }

    /// The amounts of the cells that the facts and a range of scores touch.
    fn amounts(&self, score: Option<Range>) -> Option<Range> {
        let rows = &self.table.rows;
        let mut all: Option<Range> = None;
        for (index, (least, most)) in self.table.amounts.iter().enumerate() {
            let row = index % (rows.len() + 1);
            let is_touched = score.is_none_or(|score| {
                (row == 0 || score.max >= rows[row - 1])
                    && (row == rows.len() || score.min < rows[row])
            });
            if is_touched && self.is_open(index / (rows.len() + 1)) {
                all = Some(widened(all, *least, *most));
            }
        }
        all
    }

    /// Whether the facts allow a place along the axes.
    fn is_open(&self, mut place: usize) -> bool {
        // The last axis runs fastest.
        self.table.axes.iter().rev().all(|axis| {
            let Some(def) = self.defs.get(usize::from(axis.fact)) else {
                return false;
            };
            let length = axis.length(def);
            let own = place % length;
            place /= length;
            position(axis, def, self.facts.get(axis.fact)).is_none_or(|found| found == own)
        })
    }

    /// Adds what is reached below this node; `from` is the first fact of the
    /// plan that may still be open.
    fn visit(&mut self, from: usize, is_sure: bool) {
        self.budget = self.budget.saturating_sub(1);
        if self.budget == 0 {
            return;
        }
        let Some(bound) = self.bound() else { return };
        let goes_beyond = self.found.is_none_or(|found| {
            if self.seeks_most {
                bound.max > found.max
            } else {
                bound.min < found.min
            }
        });
        if !goes_beyond {
            return;
        }
        let plan = self.plan;
        let open = plan.limit.iter().enumerate().skip(from).find(|(_, fact)| {
            fact.classes.len() > 1 && self.facts.get(fact.fact) == FactState::Unknown
        });
        let Some((index, fact)) = open else {
            self.is_sure &= is_sure;
            // What is open still is open by the projection, hence possible.
            self.found = Some(widened(self.found, bound.min, bound.max));
            return;
        };
        let last = fact.classes.len() - 1;
        for at in 0..=last {
            let class = &fact.classes[if self.seeks_most { last - at } else { at }];
            let reach = reach(fact, class, &self.facts, self.given, &plan.limit, self.defs);
            if reach != Truth::False {
                self.facts.set(fact.fact, class.state);
                self.visit(index + 1, is_sure && reach == Truth::True);
                self.facts.set(fact.fact, FactState::Unknown);
            }
        }
    }
}

fn widened(range: Option<Range>, least: i64, most: i64) -> Range {
    range.map_or(
        Range {
            min: least,
            max: most,
        },
        |range| Range {
            min: range.min.min(least),
            max: range.max.max(most),
        },
    )
}

/// Where a state lies along an axis; `None` for one that is not known.
pub(super) fn position(axis: &Axis, def: &FactDef, state: FactState) -> Option<usize> {
    let bins = axis.upto.len();
    Some(match state {
        FactState::Unknown => return None,
        FactState::Known(value) => axis.upto.partition_point(|upto| *upto < value),
        FactState::Missing => bins,
        FactState::Special(code) => bins + usize::from(def.may_be_missing) + usize::from(code),
    })
}
