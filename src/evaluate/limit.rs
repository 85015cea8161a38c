//! How much: the range of the amounts that an approval may come with.

use super::Range;
use super::board::{Board, Choice};
use crate::policy::{Decision, LimitTable};

/// The amounts at a node of the search, each open fact bounded by itself;
/// `None` when nothing is approved.
pub(super) fn amounts(board: &Board<'_>, table: &LimitTable) -> Option<Range> {
    if board.refuses() {
        return None;
    }
    let mut score = None;
    if let Some(card) = &board.scenario.scorecard {
        let mut range = board.score();
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
    let rows = &table.rows;
    let mut all: Option<Range> = None;
    for (index, (min, max)) in table.amounts.iter().enumerate() {
        let row = index % (rows.len() + 1);
        let is_touched = score.is_none_or(|score: Range| {
            (row == 0 || score.max >= rows[row - 1]) && (row == rows.len() || score.min < rows[row])
        });
        if is_touched && is_left(board, table, index / (rows.len() + 1)) {
            let cell = Range {
                min: *min,
                max: *max,
            };
            all = Some(all.map_or(cell, |all| all.with(cell)));
        }
    }
    all
}

/// Whether the facts leave a place along the axes.
fn is_left(board: &Board<'_>, table: &LimitTable, mut place: usize) -> bool {
    // The last axis runs fastest.
    table.axes.iter().rev().all(|axis| {
        let def = &board.defs[usize::from(axis.fact)];
        let length = axis.length(def);
        let own = place % length;
        place /= length;
        let at = board.plan.place_of[usize::from(axis.fact)].map(usize::from);
        at.is_none_or(|at| match board.choice(at) {
            Choice::Class(class) => {
                let state = board.plan.facts[at].classes[usize::from(class)].state;
                axis.place(def, state) == Some(own)
            }
            _ => true,
        })
    })
}
