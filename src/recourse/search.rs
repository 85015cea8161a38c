//! The cheapest ways of all groups together that reach a goal.
//!
//! Branch and bound: one group after the other takes each of its ways, cheapest
//! first as far as points tell. What the groups still to come cost at least, for
//! the points that are still missing, is a table that dynamic programming fills;
//! where only points stand in the way, the first descent is the optimum and the
//! rest of the tree is cut. Rules cut more: a branch ends where one fires that
//! no group to come can undo.

use super::moves::{Group, groups};
use super::{Goal, Holds, Wish};
use crate::evaluate::{Board, Checks, Choice, DecisionSet, Truth, decisions, limit};
use crate::facts::Facts;
use crate::policy::{LimitTable, Policy, ScenarioId};
use crate::validate::contradicts;

/// Nodes visited before the search settles for the best so far.
const NODE_BUDGET: u32 = 50_000;
/// The points that are missing are counted in at most so many parts.
const PARTS: i64 = 64;
/// What cannot be reached.
const NEVER: u64 = u64::MAX;

/// The cheapest ways, one of each group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Best {
    /// Effort, with the number of changes in the lowest byte.
    pub(super) cost: u64,
    pub(super) ways: Vec<usize>,
}

/// What is searched: what the person can do, from the facts as they are.
pub(super) struct Space<'p> {
    pub(super) policy: &'p Policy,
    pub(super) board: Board<'p>,
    pub(super) facts: Facts,
    pub(super) groups: Vec<Group<'p>>,
    goal: Goal,
    table: Option<&'p LimitTable>,
    /// Nodes visited so far.
    pub(super) nodes: u32,
    /// Whether all of the tree was seen, each time.
    pub(super) is_complete: bool,
}

/// What every search of a space is led by, however many changes it allows.
pub(super) struct Ground {
    /// Points that are missing.
    missing: i64,
    /// What the groups from one on cost at least for so many parts of points.
    least: Vec<u64>,
    parts: usize,
    /// Points of one part.
    part: i64,
    /// Per group and place: what it can still be.
    wide: Vec<Choice>,
    /// Per group and way: the points that it adds.
    gains: Vec<i64>,
    /// Where each group begins in these two.
    starts: Vec<(usize, usize)>,
}

struct Search<'s, 'p> {
    space: &'s mut Space<'p>,
    ground: &'s Ground,
    holds: Holds,
    most: u64,
    chosen: Vec<usize>,
    /// Per group that has its way, and for the one at hand: what each way comes to.
    totals: Vec<u64>,
    best: Option<Best>,
    scratch: Facts,
    budget: u32,
}

impl<'p> Space<'p> {
    pub(super) fn new(
        policy: &'p Policy,
        scenario: ScenarioId,
        facts: &Facts,
        goal: Goal,
        wish: &Wish,
    ) -> Space<'p> {
        let board = Board::of(policy, scenario, facts);
        let groups = groups(policy, &board, facts, wish);
        Space {
            policy,
            table: policy.scenario(scenario).limit.as_ref(),
            facts: facts.clone(),
            groups,
            board,
            goal,
            nodes: 0,
            is_complete: true,
        }
    }

    /// The same search from other facts, for a look only.
    pub(super) fn on(&self, facts: &Facts) -> Space<'p> {
        let mut board = self.board.clone();
        board.load(facts);
        Space {
            policy: self.policy,
            table: self.table,
            facts: facts.clone(),
            groups: Vec::new(),
            board,
            goal: self.goal,
            nodes: 0,
            is_complete: true,
        }
    }

    /// The score from which the goal is reached, if a scorecard has a say; a
    /// goal that no score reaches is none.
    pub(super) fn from(&self) -> Option<i64> {
        let card = self.board.scenario.scorecard.as_ref()?;
        let reaches = card
            .bands
            .iter()
            .position(|one| one.decision <= self.goal.worst);
        // The first band has no lower end.
        Some(match reaches {
            Some(0) => i64::MIN,
            Some(at) => card.bands[at].from.saturating_add(self.goal.margin),
            None => i64::MAX,
        })
    }

    /// Whether the goal is reached as the board is, with the facts that it is
    /// made of.
    pub(super) fn is_reached(&mut self, facts: &Facts, holds: Holds) -> bool {
        let allowed = |set: DecisionSet| set.iter().all(|one| one <= self.goal.worst);
        // The plan has only those combinations that its rules and points meet.
        if contradicts(self.policy.model(), facts) {
            return false;
        }
        let (all, mut tight) = decisions(&mut self.board, facts, Checks::MayFind);
        let reached = match holds {
            // Of facts that nobody has, anything is true.
            Holds::Certainly => !all.is_empty() && allowed(all),
            Holds::IfChecksPass => {
                let (clear, exact) = decisions(&mut self.board, facts, Checks::FindNothing);
                let clear = clear.intersection(all);
                tight &= exact;
                !clear.is_empty() && allowed(clear)
            }
            Holds::Possibly => all.iter().any(|one| one <= self.goal.worst),
        };
        if !reached {
            // What is left open though it is settled may hide a way.
            self.is_complete &= tight || holds == Holds::Possibly;
            return false;
        }
        let least = self.from().is_none_or(|from| {
            let score = self.board.score();
            self.goal.margin == 0 || holds == Holds::Possibly || score.min >= from
        });
        let amount = match (self.goal.least_limit, self.table) {
            (Some(wanted), Some(table)) => {
                let range = limit(&mut self.board, facts, table);
                range.is_some_and(|range| match holds {
                    Holds::Possibly => range.max >= wanted,
                    _ => range.min >= wanted,
                })
            }
            (Some(_), None) => false,
            (None, _) => true,
        };
        least && amount
    }

    /// Per group and place: what it can be, whatever its group makes of it.
    fn wide(&self) -> Vec<Choice> {
        let mut wide = Vec::with_capacity(self.groups.iter().map(|one| one.places.len()).sum());
        for group in &self.groups {
            let width = group.places.len();
            for (at, place) in group.places.iter().enumerate() {
                let ways = (0..group.len()).map(|way| group.choices[way * width + at]);
                wide.push(self.board.cover(*place, ways));
            }
        }
        wide
    }

    fn widen(&mut self, wide: &[Choice]) {
        let places = self.groups.iter().flat_map(|group| &group.places);
        for (place, choice) in places.zip(wide) {
            self.board.set(*place, *choice);
        }
    }

    /// Sets every place back to what it is now.
    pub(super) fn narrow(&mut self) {
        for group in &self.groups {
            for (place, choice) in group.choices_of(0) {
                self.board.set(place, choice);
            }
        }
    }

    /// What the search is led by; `None` where points alone say that nothing
    /// reaches the goal.
    pub(super) fn ground(&mut self, holds: Holds) -> Option<Ground> {
        let from = self.from();
        if from == Some(i64::MAX) {
            return None;
        }
        // Where open facts are tied to each other, the least is reached by nobody.
        let mut choices = self.groups.iter().flat_map(|group| &group.choices);
        let is_free =
            self.board.is_free() && choices.all(|choice| matches!(choice, Choice::Class(_)));
        let by_least = holds != Holds::Possibly && is_free;
        let of = |(least, most): (i64, i64)| if by_least { least } else { most };
        let now = of(self.board.reach());
        let missing = from.map_or(0, |from| from.saturating_sub(now).max(0));
        let mut gains = Vec::with_capacity(self.groups.iter().map(Group::len).sum());
        let mut starts = Vec::with_capacity(self.groups.len());
        let mut places = 0;
        for group in &self.groups {
            starts.push((places, gains.len()));
            places += group.places.len();
            let points = |(place, choice)| of(self.board.points_of(place, choice));
            let sum = |way| -> i64 { group.choices_of(way).map(points).sum() };
            let stay = sum(0);
            gains.extend((0..group.len()).map(|way| sum(way) - stay));
        }
        let part = (missing / PARTS).saturating_add(1);
        let parts = up(missing, part).min(PARTS) as usize;
        let least = table(&self.groups, &starts, &gains, parts, part);
        self.nodes = self.nodes.saturating_add(1);
        (least[parts] != NEVER).then(|| Ground {
            missing,
            least,
            parts,
            part,
            wide: self.wide(),
            gains,
            starts,
        })
    }

    /// The cheapest ways with at most so many changes.
    pub(super) fn cheapest(&mut self, ground: &Ground, holds: Holds, most: u64) -> Option<Best> {
        self.widen(&ground.wide);
        let mut search = Search {
            ground,
            holds,
            most,
            chosen: vec![0; self.groups.len()],
            totals: Vec::with_capacity(self.groups.iter().map(Group::len).sum()),
            best: None,
            scratch: self.facts.clone(),
            budget: NODE_BUDGET,
            space: self,
        };
        search.visit(0, 0, ground.missing);
        let (best, left) = (search.best, search.budget);
        self.nodes = self.nodes.saturating_add(NODE_BUDGET - left);
        self.is_complete &= left > 0 && self.groups.iter().all(|group| group.is_whole);
        self.narrow();
        best
    }

    /// The board with every group as wide as it goes, for a proof.
    pub(super) fn widest<T>(&mut self, look: impl FnOnce(&Board<'p>) -> T) -> T {
        self.widen(&self.wide());
        let seen = look(&self.board);
        self.narrow();
        seen
    }
}

impl Ground {
    /// What the groups from one on cost at least for so many points.
    #[inline]
    fn rest(&self, group: usize, missing: i64) -> u64 {
        let missing = up(missing.max(0), self.part).min(self.parts as i64);
        self.least[group * (self.parts + 1) + missing as usize]
    }
}

impl Search<'_, '_> {
    fn visit(&mut self, at: usize, cost: u64, missing: i64) {
        self.budget = self.budget.saturating_sub(1);
        if self.budget == 0 {
            return;
        }
        if at == self.space.groups.len() {
            self.arrive(cost);
            return;
        }
        // What each way comes to at least; `NEVER` once it has been taken.
        let first = self.totals.len();
        let ground = self.ground;
        let (places, ways) = ground.starts[at];
        let ways = &ground.gains[ways..];
        let costs = self.space.groups[at].costs.iter().zip(ways);
        for (own, gain) in costs {
            let rest = ground.rest(at + 1, missing.saturating_sub(*gain));
            self.totals
                .push(cost.saturating_add(*own).saturating_add(rest));
        }
        // What looks cheapest first, so that the first descent is a good one.
        loop {
            let (mut way, mut total) = (0, NEVER);
            for (at, own) in self.totals[first..].iter().enumerate() {
                if *own < total {
                    (way, total) = (at, *own);
                }
            }
            let is_beaten = self.best.as_ref().is_some_and(|best| total >= best.cost);
            if total == NEVER || is_beaten {
                break;
            }
            self.totals[first + way] = NEVER;
            let own = self.space.groups[at].costs[way];
            let sum = cost + own;
            if sum & 0xff > self.most {
                continue;
            }
            self.chosen[at] = way;
            let space = &mut *self.space;
            for (place, choice) in space.groups[at].choices_of(way) {
                space.board.set(place, choice);
            }
            let board = &space.board;
            if board.certain() <= space.goal.worst && board.barred() != Truth::True {
                let left = missing.saturating_sub(ways[way]);
                self.visit(at + 1, sum, left);
            }
            let space = &mut *self.space;
            for (place, choice) in space.groups[at].places.iter().zip(&ground.wide[places..]) {
                space.board.set(*place, *choice);
            }
            self.chosen[at] = 0;
        }
        self.totals.truncate(first);
    }

    /// Every group has its way.
    fn arrive(&mut self, cost: u64) {
        let space = &mut *self.space;
        for (group, way) in space.groups.iter().zip(&self.chosen) {
            group.bring(*way, &mut self.scratch);
        }
        let is_cheaper = self.best.as_ref().is_none_or(|best| cost < best.cost);
        if is_cheaper && space.is_reached(&self.scratch, self.holds) {
            self.best = Some(Best {
                cost,
                ways: self.chosen.clone(),
            });
        }
    }
}

/// Per group, and once behind the last: the least cost of so many parts of points.
///
/// Points of a way are rounded up to parts, and so is what is missing: no way of
/// reaching it is overlooked.
fn table(
    groups: &[Group<'_>],
    starts: &[(usize, usize)],
    gains: &[i64],
    parts: usize,
    part: i64,
) -> Vec<u64> {
    let width = parts + 1;
    let mut least = vec![NEVER; (groups.len() + 1) * width];
    least[groups.len() * width] = 0;
    for at in (0..groups.len()).rev() {
        let (own, after) = least[at * width..(at + 2) * width].split_at_mut(width);
        own.copy_from_slice(after);
        let gains = &gains[starts[at].1..];
        for (cost, gain) in groups[at].costs.iter().zip(gains).skip(1) {
            let gain = up(*gain, part);
            // What takes effort and gains nothing is never better than to stay.
            if gain <= 0 {
                continue;
            }
            let enough = gain.min(width as i64) as usize;
            let (reached, missing) = own.split_at_mut(enough);
            for own in reached {
                *own = (*own).min(after[0].saturating_add(*cost));
            }
            for (own, after) in missing.iter_mut().zip(&*after) {
                *own = (*own).min(after.saturating_add(*cost));
            }
        }
    }
    least
}

/// A quotient, rounded up.
#[inline]
fn up(number: i64, by: i64) -> i64 {
    // Mostly fewer points are missing than there are parts.
    if by == 1 {
        return number;
    }
    number.div_euclid(by) + i64::from(number.rem_euclid(by) > 0)
}
