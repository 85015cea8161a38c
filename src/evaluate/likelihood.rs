//! How likely each decision is, given what is known.
//!
//! The priors of the policy say how often the values of an unknown fact occur
//! in each segment of people. What is known makes some segments more likely;
//! inside a segment facts are independent, so the sum of the points is found
//! by convolution, exactly, without sampling. Rules come in by severity: for
//! each decision, the points of all completions in which no rule more severe
//! than it fires. Facts that an open rule looks at are tried jointly with the
//! others of that rule, by what the rules tell apart; all others are convolved.
//!
//! What is open by the projection has no probability: opaque conditions are
//! taken to find nothing, which the answer says, and hidden points are taken
//! as equally likely over their range, so that a browser learns nothing of
//! them. A fact computed from two others is computed from the middles of
//! their stretches.
//!
//! Where a fact that matters has no prior, or the work is too much, there is
//! no likelihood, and never a wrong one. Numbers are binary fractions in
//! integers; each is rounded to the nearest, in a fixed order.

use super::chance::{BITS, entropy, mixed};
use super::look::Look;
use super::spread::{Spread, multiply, share};
use super::truth::{Truth, atom, condition};
use crate::facts::FactState;
use crate::policy::{Characteristic, Derived, FactId, Op, Rule, Test};

/// What the rules leave: per decision, the points of the completions in which
/// no rule more severe than it fires.
type Left = [Option<Spread>; 3];

impl<'p> Look<'p> {
    /// The probability of each decision, mildest first, in 2^-32.
    pub(crate) fn decisions(&mut self) -> Option<[u64; 4]> {
        let left = self.left(None)?;
        let weights = self.segments.clone();
        Some(self.chances(&left, 0, &weights))
    }

    /// What is expected to remain open, in 2^-32 bits, when this fact is known.
    pub(crate) fn entropy_after(&mut self, fact: FactId) -> Option<u64> {
        let Some(index) = self.open.iter().position(|one| one.fact == fact) else {
            return Some(entropy(&self.decisions()?));
        };
        let scenario = self.scenario;
        let tests = tests_of(scenario.rules.iter(), fact);
        let groups = self.groups(index, &tests)?;
        if self.open[index].chances.is_empty() {
            return None;
        }
        let whole = self.segments.iter().sum();
        let mut expected = 0;
        for group in groups {
            let (fixed, more) = self.fix(fact, self.open[index].pieces[group[0]].0);
            let left = self.left(Some(index));
            self.free(&fixed);
            let left = left?;
            for piece in group {
                let open = &self.open[index];
                let count = self.segments.len();
                let chances = &open.chances[piece * count..][..count];
                let pairs = self.segments.iter().zip(chances);
                let weights: Vec<u64> = pairs.map(|(one, other)| multiply(*one, *other)).collect();
                let mass: u64 = weights.iter().sum();
                if mass > 0 {
                    let more = more + open.pieces[piece].1;
                    let found = entropy(&self.chances(&left, more, &weights));
                    expected += multiply(found, share(mass, whole, 62));
                }
            }
        }
        Some(expected)
    }

    /// The score below which a share of people stays, for shares in percent:
    /// the lowest score that at least so many do not exceed.
    pub(crate) fn quantiles<const N: usize>(&mut self, percent: [u64; N]) -> Option<[i64; N]> {
        self.card()?;
        let all = self.convolved(&[], None)?;
        let hidden = self.hidden();
        let weights = self.segments.clone();
        let (low, high) = (all.low + hidden.0, all.high() + hidden.1);
        Some(percent.map(|percent| {
            let (mut low, mut high) = (low, high);
            while low < high {
                let middle = low + (high - low).div_euclid(2);
                let above = self.above(&all, middle + 1, &weights);
                if ((1 << BITS) - above) * 100 >= percent << BITS {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            low
        }))
    }

    fn hidden(&self) -> (i64, i64) {
        self.card().map_or((0, 0), |card| card.hidden)
    }

    /// How likely a score is at least `from`, in 2^-32.
    fn above(&self, spread: &Spread, from: i64, weights: &[u64]) -> u64 {
        let found = spread.above(from, self.hidden());
        mixed(&found, weights)
    }

    /// The decisions of what the rules leave, with some points more.
    fn chances(&self, left: &Left, more: i64, weights: &[u64]) -> [u64; 4] {
        let mut upto = [0, 0, 0, 1 << BITS];
        for (at, spread) in left.iter().enumerate() {
            let Some(spread) = spread else { continue };
            let bands = self.card().map_or(&[][..], |card| &card.bands);
            let first = bands.iter().position(|band| band.decision as usize <= at);
            upto[at] = match first {
                None if bands.is_empty() => self.above(spread, i64::MIN, weights),
                None => 0,
                Some(0) => self.above(spread, i64::MIN, weights),
                Some(first) => self.above(spread, bands[first].from - more, weights),
            };
        }
        let mut before = 0;
        upto.map(|upto| {
            let own = upto.max(before) - before;
            before += own;
            own
        })
    }

    /// What the rules leave; `skip` is an open fact whose points do not count.
    fn left(&mut self, skip: Option<usize>) -> Option<Left> {
        let mut left: Left = [None, None, None];
        let mut before: Vec<&Rule> = Vec::new();
        for at in 0..left.len() {
            let mut rules: Vec<&'p Rule> = Vec::new();
            let mut fires = false;
            for rule in &self.scenario.rules {
                if rule.effect as usize > at {
                    match condition(&rule.when, &self.model.facts, &self.facts) {
                        Truth::True => fires = true,
                        Truth::Unknown => rules.push(rule),
                        Truth::False => {}
                    }
                }
            }
            if fires {
                continue;
            }
            let same = at > 0 && left[at - 1].is_some() && rules.len() == before.len();
            left[at] = if same {
                left[at - 1].clone()
            } else {
                Some(self.convolved(&rules, skip)?)
            };
            before = rules;
        }
        Some(left)
    }

    /// The points of all completions in which none of the open rules fires.
    fn convolved(&mut self, rules: &[&'p Rule], skip: Option<usize>) -> Option<Spread> {
        let count = self.open.len();
        // Facts that share a rule or a formula get one label.
        let mut labels: Vec<usize> = (0..count).collect();
        let mut is_joint = vec![false; count];
        let mut join = |look: &Look<'_>, facts: &mut dyn Iterator<Item = FactId>| {
            let mut first = None;
            for fact in facts {
                let Some(at) = look.open.iter().position(|one| one.fact == fact) else {
                    continue;
                };
                if Some(at) == skip {
                    continue;
                }
                is_joint[at] = true;
                let (old, new) = (labels[at], *first.get_or_insert(labels[at]));
                for label in &mut labels {
                    if *label == old {
                        *label = new;
                    }
                }
            }
        };
        for rule in rules {
            let mut facts: Vec<FactId> = Vec::new();
            for op in &rule.when {
                if let Op::Atom(fact, _) = op {
                    self.readers(*fact, &mut facts);
                }
            }
            join(self, &mut facts.into_iter());
        }
        let model = self.model;
        for derived in &model.derived {
            let is_open = self.facts.get(derived.fact) == FactState::Unknown;
            let own = |one: &Characteristic| one.fact == derived.fact;
            let is_scored = self
                .card()
                .is_some_and(|card| card.characteristics.iter().any(own));
            if is_open && is_scored && self.derived(derived.fact).is_some() {
                let mut facts = Vec::new();
                self.readers(derived.fact, &mut facts);
                join(self, &mut facts.into_iter());
            }
        }
        let mut spread = Spread::unit(self.segments.len(), self.base);
        for label in 0..count {
            let own: Vec<usize> = (0..count)
                .filter(|at| is_joint[*at] && labels[*at] == label)
                .collect();
            if own.is_empty() {
                continue;
            }
            let looks = |rule: &&&Rule| {
                rule.when.iter().any(|op| match op {
                    Op::Atom(fact, _) => {
                        let mut facts = Vec::new();
                        self.readers(*fact, &mut facts);
                        own.iter().any(|at| facts.contains(&self.open[*at].fact))
                    }
                    _ => false,
                })
            };
            let rules: Vec<&Rule> = rules.iter().filter(looks).copied().collect();
            let mut sum = None;
            self.visit(&own, &rules, &spread, &mut sum)?;
            spread = sum.unwrap_or_else(|| spread.nothing());
        }
        self.assumes |= rules.iter().any(|rule| rule.when.contains(&Op::Opaque));
        for at in (0..count).filter(|at| !is_joint[*at] && Some(*at) != skip) {
            spread = self.times(&spread, at, None)?;
        }
        Some(spread)
    }

    /// The facts that have to be known for a fact to be known.
    fn readers(&self, fact: FactId, facts: &mut Vec<FactId>) {
        if let Some(derived) = self
            .derived(fact)
            .filter(|_| self.facts.get(fact) == FactState::Unknown)
        {
            let (first, second) = derived.formula.inputs();
            facts.extend(first.into_iter().chain(second));
        } else {
            facts.push(fact);
        }
    }

    /// Adds what no rule stops below this node.
    fn visit(
        &mut self,
        facts: &[usize],
        rules: &[&Rule],
        spread: &Spread,
        sum: &mut Option<Spread>,
    ) -> Option<()> {
        self.budget = self.budget.checked_sub(1)?;
        let mut is_open = false;
        for rule in rules {
            match condition(&rule.when, &self.model.facts, &self.facts) {
                Truth::True => return Some(()),
                Truth::Unknown => is_open = true,
                Truth::False => {}
            }
        }
        let Some((at, rest)) = facts.split_first() else {
            // What is still open is so by the projection.
            match sum {
                Some(sum) => sum.add(spread)?,
                None => *sum = Some(spread.clone()),
            }
            return Some(());
        };
        let fact = self.open[*at].fact;
        let tests = if is_open {
            tests_of(rules.iter().copied(), fact)
        } else {
            Vec::new()
        };
        for group in self.groups(*at, &tests)? {
            let mut next = self.times(spread, *at, Some(&group))?;
            let (computed, points) = self.fix(fact, self.open[*at].pieces[group[0]].0);
            next.low += points;
            let found = self.visit(rest, rules, &next, sum);
            self.free(&computed);
            found?;
        }
        Some(())
    }

    /// Fixes an open fact, and what can be computed then: all that was fixed,
    /// and the points of what was computed.
    fn fix(&mut self, fact: FactId, state: FactState) -> (Vec<FactId>, i64) {
        self.facts.set(fact, state);
        let (mut fixed, mut points) = (vec![fact], 0);
        let model = self.model;
        for Derived { fact, formula } in &model.derived {
            let (Some(first), Some(second)) = formula.inputs() else {
                continue;
            };
            let inputs = (self.facts.get(first), self.facts.get(second));
            let def = model.facts.get(usize::from(*fact));
            let (FactState::Unknown, Some(def)) = (self.facts.get(*fact), def) else {
                continue;
            };
            let state = match inputs {
                (FactState::Unknown, _) | (_, FactState::Unknown) => continue,
                (FactState::Known(first), FactState::Known(second)) => {
                    formula.value(first, second, def)
                }
                _ => FactState::Missing,
            };
            points += self.points(*fact, state);
            self.facts.set(*fact, state);
            fixed.push(*fact);
        }
        (fixed, points)
    }

    fn free(&mut self, facts: &[FactId]) {
        for fact in facts {
            self.facts.set(*fact, FactState::Unknown);
        }
    }

    /// The pieces of an open fact that tests do not tell apart; those that a
    /// formula reads stay apart. `None` for more tests than are looked at.
    fn groups(&self, at: usize, tests: &[&Test]) -> Option<Vec<Vec<usize>>> {
        let open = &self.open[at];
        let def = self.model.facts.get(usize::from(open.fact))?;
        let mut seen: Vec<u64> = Vec::new();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        if tests.len() > 64 {
            return None;
        }
        for (index, (state, _)) in open.pieces.iter().enumerate() {
            let bits = tests.iter().fold(0, |bits, test| {
                bits << 1 | u64::from(atom(def, *state, test) == Truth::True)
            });
            match seen.iter().position(|one| *one == bits && !open.is_input) {
                Some(found) => groups[found].push(index),
                None => {
                    seen.push(bits);
                    groups.push(vec![index]);
                }
            }
        }
        Some(groups)
    }

    /// Adds the points of an open fact, or of some of its pieces; `None` where
    /// it has no prior and that matters.
    fn times(&self, spread: &Spread, at: usize, group: Option<&[usize]>) -> Option<Spread> {
        let open = &self.open[at];
        let count = self.segments.len();
        let is_whole = group.is_none_or(|group| group.len() == open.pieces.len());
        let all: Vec<usize> = (0..open.pieces.len()).collect();
        let group = group.unwrap_or(&all);
        let (_, first) = *open.pieces.get(*group.first()?)?;
        if is_whole && open.pieces.iter().all(|(_, points)| *points == first) {
            let mut next = spread.clone();
            next.low += first;
            return Some(next);
        }
        if open.chances.is_empty() {
            return None;
        }
        spread.times(group.iter().map(|piece| {
            let (_, points) = open.pieces[*piece];
            (points, &open.chances[piece * count..][..count])
        }))
    }
}

fn tests_of<'r>(rules: impl Iterator<Item = &'r Rule>, fact: FactId) -> Vec<&'r Test> {
    let ops = rules.flat_map(|rule| &rule.when);
    ops.filter_map(|op| match op {
        Op::Atom(of, test) if *of == fact => Some(test),
        _ => None,
    })
    .collect()
}
