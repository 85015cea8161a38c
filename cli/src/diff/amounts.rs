//! Applications that both policies approve, and how much they get.
//!
//! The tables are read place by place once the facts that they are cut by are
//! fixed; until then, what a place may be is bounded fact by fact. The rows are
//! taken together: scores whose difference is known meet in few pairs of rows.

use precheck::{Decision, LimitTable, Op, Test};

use super::concrete::Concrete;
use super::known::stretches;
use super::search::{Goal, Node, Pairs, Search, pair};
use super::space::{Side, Variable, same_condition};

/// How many facts may differ where that is tried first.
const NEAR: usize = 4;

/// What an approval comes with, in fen; nothing without a table of limits.
pub(super) type Amount = Option<i64>;

/// How an amount differs; none is less than any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    More,
    Less,
}

impl Way {
    fn is(self, [old, new]: [Amount; 2]) -> bool {
        match self {
            Way::More => new > old,
            Way::Less => new < old,
        }
    }
}

/// A stretch of scores, and the amounts that it may come with.
type Piece = (i64, i64, Vec<Amount>);

/// The tables of both sides, as the search sees them.
pub(super) struct Tables {
    /// The variables that the table of each side is cut by.
    axes: [Vec<usize>; 2],
    /// Whether the same score and the same facts give the same amount.
    is_shared: bool,
}

impl Tables {
    pub(super) fn new(variables: &[Variable<'_>], sides: [Side<'_>; 2]) -> Tables {
        let tables = sides.map(|side| side.data().limit.as_ref());
        let axes = [0, 1].map(|side: usize| {
            let own = tables[side].iter().flat_map(|table| &table.axes);
            let found = own.filter_map(|axis| {
                let mut all = variables.iter();
                all.position(|one| one.ids[side] == Some(axis.fact))
            });
            found.collect()
        });
        let is_shared = match tables {
            [Some(old), Some(new)] => is_shared(variables, sides, [old, new]),
            tables => tables == [None, None],
        };
        Tables { axes, is_shared }
    }
}

fn is_shared(
    variables: &[Variable<'_>],
    sides: [Side<'_>; 2],
    [old, new]: [&LimitTable; 2],
) -> bool {
    let mut axes = old.axes.iter().zip(&new.axes);
    let is_like = |fact: u16, other: u16| {
        let ops = [fact, other].map(|fact| [Op::Atom(fact, Test::Missing)]);
        let places = [0, 1].map(|side: usize| {
            let def = sides[side].def([fact, other][side]);
            def.map(|def| (def.may_be_missing, &def.specials))
        });
        places[0] == places[1] && same_condition(variables, sides, [&ops[0], &ops[1]])
    };
    (&old.rows, &old.amounts) == (&new.rows, &new.amounts)
        && old.axes.len() == new.axes.len()
        && axes.all(|(one, other)| one.upto == other.upto && is_like(one.fact, other.fact))
}

impl Search<'_> {
    /// The pairs of both approving.
    pub(super) const APPROVED: Pairs = 1;

    /// Whether every application below a node is approved by both with another
    /// amount; `None` where none is.
    pub(super) fn may_move(&self, way: Way, node: &Node) -> Option<bool> {
        debug_assert_eq!(
            Self::APPROVED,
            pair(Some(Decision::Approve), Some(Decision::Approve))
        );
        let is_same = self.tables.is_shared && node.scores[2] == (0, 0);
        if is_same || node.pairs & Self::APPROVED == 0 {
            return None;
        }
        let moves = self.moves(node);
        let moved = moves.iter().filter(|one| way.is(**one)).count();
        (moved > 0).then_some(moved == moves.len() && node.pairs == Self::APPROVED)
    }

    /// The pairs of amounts that are possible.
    fn moves(&self, node: &Node) -> Vec<[Amount; 2]> {
        let [old, new] = [0, 1].map(|side: usize| self.pieces(side, node.scores[side]));
        let shift = node.scores[2];
        let mut moves = Vec::new();
        for (low, high, amounts) in &old {
            for (from, to, others) in &new {
                if from - high > shift.1 || to - low < shift.0 {
                    continue;
                }
                for old in amounts {
                    for new in others {
                        if !moves.contains(&[*old, *new]) {
                            moves.push([*old, *new]);
                        }
                    }
                }
            }
        }
        moves
    }

    /// The scores of a range that approve, by the amounts that they may come with.
    fn pieces(&self, side: usize, range: (i64, i64)) -> Vec<Piece> {
        let data = self.sides[side].data();
        let approving = stretches(data.scorecard.as_ref(), range).into_iter();
        let approving = approving.filter(|(decision, ..)| *decision == Decision::Approve);
        let Some(table) = &data.limit else {
            return approving
                .map(|(_, low, high)| (low, high, vec![None]))
                .collect();
        };
        let places = self.places(side, table);
        let rows = table.rows.len() + 1;
        let mut pieces = Vec::new();
        for (_, low, high) in approving {
            for row in 0..rows {
                let first = row.checked_sub(1).map_or(low, |before| table.rows[before]);
                let last = table.rows.get(row).map_or(high, |next| next - 1);
                let (first, last) = (first.max(low), last.min(high));
                if first > last {
                    continue;
                }
                let cells = places.iter().map(|place| table.amounts[place * rows + row]);
                let mut amounts: Vec<Amount> = cells.map(|(amount, _)| Some(amount)).collect();
                amounts.sort_unstable();
                amounts.dedup();
                pieces.push((first, last, amounts));
            }
        }
        pieces
    }

    /// The places of a table that the facts leave, rows aside.
    fn places(&self, side: usize, table: &LimitTable) -> Vec<usize> {
        let mut places = vec![0];
        for axis in &table.axes {
            let Some(def) = self.sides[side].def(axis.fact) else {
                continue;
            };
            let state = self.facts[side].get(axis.fact);
            let own = match axis.place(def, state) {
                Some(place) => place..place + 1,
                None => 0..axis.length(def),
            };
            // The last axis runs fastest.
            let next = places.iter().flat_map(|before| {
                let first = before * axis.length(def);
                own.clone().map(move |place| first + place)
            });
            places = next.collect();
        }
        places
    }

    /// The next variable that the amounts at a node may depend on.
    pub(super) fn next_of_amount(&self, node: &Node) -> Option<usize> {
        let is_open = |one: &usize| self.chosen[*one].is_none();
        let mut axes = self.tables.axes.iter().flatten().copied();
        axes.find(is_open)
            .or_else(|| self.next(node))
            .or_else(|| self.next_of_score(node))
    }

    /// What each side approves an application with; nothing where it does not.
    pub(super) fn amounts(&self, one: &Concrete) -> Option<[Amount; 2]> {
        let facts = self.facts_of(one);
        let found = [0, 1].map(|side: usize| {
            let (Side { policy, scenario }, (facts, _)) = (self.sides[side], &facts[side]);
            let limit = policy.evaluate(scenario, facts).limit;
            limit.map(|range| range.min)
        });
        let is_approved = self.outcomes(one) == [Some(Some(Decision::Approve)); 2];
        is_approved.then_some(found)
    }

    /// The application with an amount that differs this way and in the fewest facts
    /// from the neutral one, and whether that is certain. `Err` where the search did
    /// not come to its end and found none.
    pub(super) fn moved(&mut self, way: Way, budget: u32) -> Result<Option<(Concrete, bool)>, ()> {
        let wanted = Goal::Amount(way);
        self.nodes = budget;
        // Those that are near are found soonest.
        for most in 0..NEAR {
            match self.near(wanted, most, most) {
                Ok(Some(one)) => return Ok(Some((one, true))),
                Ok(None) => {}
                Err(()) => break,
            }
        }
        self.nodes = budget;
        let all = self.variables.len();
        let found = self.near(wanted, all, all)?;
        Ok(found.map(|first| self.smallest(wanted, &first, budget)))
    }

    /// Whether an application is approved by both with another amount.
    pub(super) fn is_moved(&self, way: Way, one: &Concrete) -> bool {
        self.amounts(one).is_some_and(|amounts| way.is(amounts))
    }
}
