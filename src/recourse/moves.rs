//! What a person can do: the facts that can be changed, in groups that do not
//! touch each other, and the ways of changing each group that make a difference.
//!
//! A change acts on more than its own fact: couplings move others with it, and
//! computed facts follow. Facts that act on a common one form a group, so that
//! whatever a group does is independent of the other groups. Of the values that
//! a fact can take, only the nearest of each stretch that the policy tells apart
//! is worth going to.

use super::Wish;
use super::mover::{Mover, alone};
use crate::evaluate::{Board, Choice, Plan};
use crate::facts::{FactState, Facts};
use crate::policy::{Coupling, Derived, FactId, Op, Policy, Pull};

/// More positions than this of the facts of one group are not looked at.
const MOST_POSITIONS: i64 = 20_000;
/// Most groups have fewer ways.
const FEW: usize = 10;
/// Places of a group whose stretches fit a [`Key`].
const KEYED: usize = 8;

/// The stretches that the facts of a group lie in.
type Key = [u32; KEYED];

/// Facts that act on common ones, and what can be done with them.
#[derive(Debug, Clone)]
pub(super) struct Group<'p> {
    pub(super) movers: Vec<Mover<'p>>,
    /// The facts that they act on, themselves first.
    pub(super) touched: Vec<FactId>,
    /// Which of these the plan has, by their places in it.
    pub(super) places: Vec<usize>,
    /// Touched facts, by position, of which every value counts: those that are
    /// not in the plan but in combinations that no application has, and those
    /// that something is computed from together with what is not known.
    loose: Vec<usize>,
    couplings: Vec<&'p Coupling>,
    derived: Vec<&'p Derived>,
    /// Per way: effort, with the number of changes in the lowest byte. The
    /// first way is to leave all as it is.
    pub(super) costs: Vec<u64>,
    /// Per way and mover: the value.
    pub(super) values: Vec<i64>,
    /// Per way and touched fact: the state.
    states: Vec<FactState>,
    /// Per way and place: what it means for the plan.
    pub(super) choices: Vec<Choice>,
    /// Whether every position was looked at.
    pub(super) is_whole: bool,
}

/// All groups of a scenario; what touches nothing that the plan has is left out.
pub(super) fn groups<'p>(
    policy: &'p Policy,
    board: &Board<'p>,
    facts: &Facts,
    wish: &Wish,
) -> Vec<Group<'p>> {
    let changes = &policy.model().changes;
    let mut groups: Vec<Group<'p>> = Vec::with_capacity(changes.len());
    for change in changes {
        if let Some(mover) = Mover::new(policy, change, facts, wish) {
            add(policy, board.plan, mover, &mut groups);
        }
    }
    groups.retain(|group| !group.places.is_empty());
    let mut scratch = facts.clone();
    for group in &mut groups {
        for derived in &group.derived {
            let (first, second) = derived.formula.inputs();
            let inputs = || [first, second].into_iter().flatten();
            if inputs().any(|fact| !facts.get(fact).is_settled()) {
                let read = |at: &usize| inputs().any(|fact| fact == group.touched[*at]);
                group.loose.extend((0..group.touched.len()).filter(read));
            }
        }
        group.fill(policy, board, facts, &mut scratch);
    }
    groups.retain(|group| group.costs.len() > 1);
    groups
}

/// Makes a group of a fact, together with the groups that it meets.
fn add<'p>(policy: &'p Policy, plan: &'p Plan, mover: Mover<'p>, groups: &mut Vec<Group<'p>>) {
    let model = policy.model();
    let own = mover.fact();
    let mut touched = vec![own];
    for coupling in model.couplings.iter().filter(|one| one.fact == own) {
        if !touched.contains(&coupling.moves) {
            touched.push(coupling.moves);
        }
    }
    for derived in &model.derived {
        let (first, second) = derived.formula.inputs();
        let reads = |fact: Option<FactId>| fact.is_some_and(|fact| touched.contains(&fact));
        if reads(first) || reads(second) {
            touched.push(derived.fact);
        }
    }
    let mut movers = vec![mover];
    let mut at = 0;
    while at < groups.len() {
        if groups[at].touched.iter().any(|fact| touched.contains(fact)) {
            let mut met = groups.remove(at);
            // In policy order: the groups were made in it.
            met.movers.append(&mut movers);
            movers = met.movers;
            let new = met
                .touched
                .into_iter()
                .filter(|fact| !touched.contains(fact));
            let new: Vec<FactId> = new.collect();
            touched.extend(new);
        } else {
            at += 1;
        }
    }
    let is_moved = |fact: FactId| movers.iter().any(|mover| mover.fact() == fact);
    let places = touched.iter().filter_map(|fact| plan.place(*fact));
    let is_barred = |fact: FactId| {
        let mut ops = model.impossible.iter().flat_map(|one| &one.when);
        ops.any(|op| matches!(op, Op::Atom(own, _) if *own == fact))
    };
    let is_loose = |at: &usize| plan.place(touched[*at]).is_none() && is_barred(touched[*at]);
    groups.push(Group {
        places: places.collect(),
        loose: (0..touched.len()).filter(is_loose).collect(),
        couplings: model
            .couplings
            .iter()
            .filter(|one| is_moved(one.fact))
            .collect(),
        derived: model
            .derived
            .iter()
            .filter(|one| touched.contains(&one.fact))
            .collect(),
        movers,
        touched,
        costs: Vec::new(),
        values: Vec::new(),
        states: Vec::new(),
        choices: Vec::new(),
        is_whole: true,
    });
}

impl Group<'_> {
    /// How many ways there are.
    pub(super) fn len(&self) -> usize {
        self.costs.len()
    }

    /// What a way means for the plan, place by place.
    pub(super) fn choices_of(&self, way: usize) -> impl Iterator<Item = (usize, Choice)> + '_ {
        let choices = &self.choices[way * self.places.len()..][..self.places.len()];
        self.places.iter().copied().zip(choices.iter().copied())
    }

    /// Brings facts to where a way leads.
    pub(super) fn bring(&self, way: usize, facts: &mut Facts) {
        let states = &self.states[way * self.touched.len()..];
        for (fact, state) in self.touched.iter().zip(states) {
            facts.set(*fact, *state);
        }
    }

    /// Finds the ways.
    fn fill(&mut self, policy: &Policy, board: &Board<'_>, facts: &Facts, scratch: &mut Facts) {
        self.costs.reserve(FEW);
        self.values.reserve(FEW * self.movers.len());
        self.states.reserve(FEW * self.touched.len());
        self.choices.reserve(FEW * self.places.len());
        let mut positions = vec![0; self.movers.len()];
        self.record(policy, board, scratch, facts, &positions);
        let is_alone = self.couplings.is_empty() && self.derived.is_empty();
        if let ([mover], true) = (&self.movers[..], is_alone) {
            for position in alone(mover, board, self.places[0]) {
                self.record(policy, board, scratch, facts, &[position]);
            }
        } else {
            self.walk(policy, board, facts, scratch, &mut positions, 0, 1);
        }
        for fact in &self.touched {
            scratch.set(*fact, facts.get(*fact));
        }
    }

    /// Goes through the positions of one fact after the other; those of the
    /// last one are found between where something changes.
    #[expect(clippy::too_many_arguments, reason = "the state of one recursion")]
    fn walk(
        &mut self,
        policy: &Policy,
        board: &Board<'_>,
        facts: &Facts,
        scratch: &mut Facts,
        positions: &mut Vec<i64>,
        at: usize,
        product: i64,
    ) {
        let (below, above) = self.movers[at].extent();
        let is_last = at + 1 == self.movers.len();
        let is_ordered =
            !self.movers[at].is_code() && self.places.len() <= KEYED && self.loose.is_empty();
        if is_last && is_ordered {
            for (sign, extent) in [(1, above), (-1, below)] {
                let mut found = self.stops(at, sign, extent);
                let mut more = Vec::new();
                for two in found.windows(2) {
                    self.between(
                        policy,
                        board,
                        facts,
                        scratch,
                        positions,
                        at,
                        (two[0], two[1]),
                        &mut more,
                    );
                }
                found.append(&mut more);
                crate::order::sort_by(&mut found, |one: &i64, other| {
                    one.unsigned_abs() < other.unsigned_abs()
                });
                found.dedup();
                for position in found.into_iter().filter(|position| *position != 0) {
                    positions[at] = position;
                    self.record(policy, board, scratch, facts, positions);
                }
            }
            positions[at] = 0;
            self.record(policy, board, scratch, facts, positions);
            return;
        }
        let all = product.saturating_mul(below + above + 1);
        let is_few = all <= MOST_POSITIONS;
        self.is_whole &= is_few;
        let left = MOST_POSITIONS / product.max(1) / 2;
        let (below, above) = if is_few {
            (below, above)
        } else {
            (below.min(left), above.min(left))
        };
        for position in -below..=above {
            positions[at] = position;
            if is_last {
                self.record(policy, board, scratch, facts, positions);
            } else {
                self.walk(
                    policy,
                    board,
                    facts,
                    scratch,
                    positions,
                    at + 1,
                    product * (below + above + 1),
                );
            }
        }
        positions[at] = 0;
    }

    /// Positions on one side at which something may jump, with both ends.
    fn stops(&self, at: usize, sign: i64, extent: i64) -> Vec<i64> {
        let mover = &self.movers[at];
        let mut stops = vec![0, extent - 1, extent];
        for coupling in self.couplings.iter().filter(|one| one.fact == mover.fact()) {
            if let Pull::At { value, .. } = coupling.pull {
                let far = (value - mover.from) * sign;
                let position = far / mover.change.step;
                stops.extend([position - 1, position, position + 1]);
            }
        }
        stops.retain(|position| (0..=extent).contains(position));
        crate::order::sort(&mut stops);
        stops.dedup();
        for stop in &mut stops {
            *stop *= sign;
        }
        stops
    }

    /// The first positions, going away from the present one, of every stretch
    /// between two positions, the second included.
    #[expect(clippy::too_many_arguments, reason = "the state of one recursion")]
    fn between(
        &self,
        policy: &Policy,
        board: &Board<'_>,
        facts: &Facts,
        scratch: &mut Facts,
        positions: &mut Vec<i64>,
        at: usize,
        (near, far): (i64, i64),
        found: &mut Vec<i64>,
    ) {
        let mut key = |position: i64| {
            positions[at] = position;
            self.key(policy, board, facts, scratch, positions)
        };
        if key(near) == key(far) {
            return;
        }
        if near.abs_diff(far) == 1 {
            found.push(far);
            return;
        }
        let middle = near + (far - near) / 2;
        self.between(
            policy,
            board,
            facts,
            scratch,
            positions,
            at,
            (near, middle),
            found,
        );
        self.between(
            policy,
            board,
            facts,
            scratch,
            positions,
            at,
            (middle, far),
            found,
        );
    }

    /// The stretches that positions lead to. Every fact that is touched rises or
    /// falls steadily with each position, so that equal keys at two positions
    /// mean the same between them.
    fn key(
        &self,
        policy: &Policy,
        board: &Board<'_>,
        facts: &Facts,
        scratch: &mut Facts,
        positions: &[i64],
    ) -> Key {
        self.put(policy, facts, scratch, positions);
        let mut key = [0; KEYED];
        for (slot, place) in key.iter_mut().zip(&self.places) {
            let fact = board.plan.facts[*place].fact;
            *slot = board.stretches(*place, scratch.get(fact));
        }
        key
    }

    /// Sets what the group touches as positions make it.
    fn put(&self, policy: &Policy, facts: &Facts, scratch: &mut Facts, positions: &[i64]) {
        let movers = || self.movers.iter().zip(positions);
        let goes = |mover: &Mover<'_>, position: i64| (mover.from, mover.value(position));
        for fact in &self.touched {
            scratch.set(*fact, facts.get(*fact));
        }
        for (mover, position) in movers() {
            scratch.set(mover.fact(), FactState::Known(mover.value(*position)));
        }
        // What is moved by so much first, then what is set.
        for is_set in [false, true] {
            for coupling in &self.couplings {
                let is_now = matches!(coupling.pull, Pull::At { .. }) == is_set;
                let mover = movers().find(|(mover, _)| mover.fact() == coupling.fact);
                let def = policy.fact(coupling.moves);
                if let (true, Some((mover, position)), Some(def)) = (is_now, mover, def) {
                    let (from, to) = goes(mover, *position);
                    let state = scratch.get(coupling.moves);
                    scratch.set(coupling.moves, coupling.moved(state, from, to, def));
                }
            }
        }
        for derived in &self.derived {
            if let Some(def) = policy.fact(derived.fact) {
                scratch.set(derived.fact, derived.state(scratch, def));
            }
        }
    }

    /// Takes positions up as a way, unless one that does the same is as good.
    fn record(
        &mut self,
        policy: &Policy,
        board: &Board<'_>,
        scratch: &mut Facts,
        facts: &Facts,
        positions: &[i64],
    ) {
        let changes = positions.iter().filter(|position| **position != 0).count() as u64;
        let movers = self.movers.iter().zip(positions);
        let effort: u64 = movers
            .filter(|(_, position)| **position != 0)
            .map(|(mover, position)| mover.effort(*position))
            .sum();
        let cost = effort << 8 | changes;
        self.put(policy, facts, scratch, positions);
        let is_allowed = self.touched.iter().all(|fact| {
            let def = policy.fact(*fact);
            def.is_none_or(|def| def.allows(scratch.get(*fact)))
        });
        if !is_allowed && changes > 0 {
            return;
        }
        let first = self.choices.len();
        for place in &self.places {
            let state = scratch.get(board.plan.facts[*place].fact);
            self.choices.push(board.choice_of(*place, state));
        }
        let width = self.places.len();
        let (before, own) = self.choices.split_at(first);
        let states = |way: usize| &self.states[way * self.touched.len()..];
        let is_same = |way: usize, at: &usize| states(way)[*at] == scratch.get(self.touched[*at]);
        let same = |way: &usize| {
            before[way * width..][..width] == *own && self.loose.iter().all(|at| is_same(*way, at))
        };
        let is_as_good =
            |one: u64, other: u64| one >> 8 <= other >> 8 && one & 0xff <= other & 0xff;
        let mut ways = (0..self.costs.len()).filter(same);
        let better = ways.clone().any(|way| is_as_good(self.costs[way], cost));
        let worse = ways.find(|way| *way > 0 && is_as_good(cost, self.costs[*way]));
        if better || worse.is_some() {
            self.choices.truncate(first);
        }
        if better {
            return;
        }
        if let Some(way) = worse {
            self.costs[way] = cost;
            self.set_way(way, scratch, positions);
            return;
        }
        self.costs.push(cost);
        let movers = self.movers.iter().zip(positions);
        self.values
            .extend(movers.map(|(mover, position)| mover.value(*position)));
        self.states
            .extend(self.touched.iter().map(|fact| scratch.get(*fact)));
    }

    fn set_way(&mut self, way: usize, scratch: &Facts, positions: &[i64]) {
        let width = self.movers.len();
        for (at, position) in positions.iter().enumerate() {
            self.values[way * width + at] = self.movers[at].value(*position);
        }
        let width = self.touched.len();
        for (at, fact) in self.touched.iter().enumerate() {
            self.states[way * width + at] = scratch.get(*fact);
        }
    }
}
