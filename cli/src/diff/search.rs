//! Which pairs of outcomes two policies give, over all applications.
//!
//! A node of the search has some variables fixed. Its bound is a superset of
//! the pairs (old outcome, new outcome) below it, and it is *relational*:
//! rules and impossible combinations that both sides have count once for both,
//! and scores are bounded by their difference too. Where nothing that differs
//! can matter, the bound has no changed pair, and the branch ends; so the work
//! grows with what differs and not with the policy. A bound of one pair is
//! reached.
//!
//! What is computed is fixed like any fact, as far as its inputs allow it
//! (`concrete`); they are fixed themselves where they are asked about, or where
//! it matters how many of them differ.
//!
//! The example of a pair is the one with the fewest facts that differ from a
//! neutral application, by trying none, one, two, … of them.

use precheck::units::Date;
use precheck::{Decision, FactState, Facts, Truth};

use super::amounts::{Tables, Way};
use super::barred::{Barred, barred};
use super::cased::{Cased, Span, cased};
use super::concrete::Concrete;
use super::gather::Wanted;
use super::known::{Known, known_rules, levels, same_card, stretches};
use super::space::{Class, Side, Variable};

/// What becomes of an application; nothing where its policy takes it for impossible.
pub(super) type Outcome = Option<Decision>;

/// A set of pairs of outcomes: bit `5 * old + new`.
pub(super) type Pairs = u32;

/// The pairs of two different outcomes.
pub(super) const CHANGED: Pairs = 0x1FF_FFFF & !(1 | 1 << 6 | 1 << 12 | 1 << 18 | 1 << 24);

/// Every outcome, that of an impossible application last.
pub(super) const OUTCOMES: [Outcome; 5] = [
    Some(Decision::Approve),
    Some(Decision::Refer),
    Some(Decision::RetryLater),
    Some(Decision::Decline),
    None,
];

/// The set of one pair.
pub(super) fn pair(old: Outcome, new: Outcome) -> Pairs {
    let place = |one: Outcome| one.map_or(4, |decision| decision as u32);
    1 << (5 * place(old) + place(new))
}

/// Pairs with an application for each.
pub(super) type Found = Vec<(Pairs, Concrete)>;

/// What an example is searched for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Goal {
    /// A pair of outcomes.
    Outcomes(Pairs),
    /// Approval by both, with another amount.
    Amount(Way),
}

/// What a node leaves open.
pub(super) struct Node {
    pub(super) pairs: Pairs,
    /// The least and the most score of each side, and of their difference.
    pub(super) scores: [(i64, i64); 3],
    /// Which characteristics by cases are open.
    is_case_open: Vec<bool>,
    pub(super) verdicts: [Vec<Truth>; 2],
    barred: [Vec<Truth>; 2],
    /// Whether the bands of the score are settled.
    is_scored: bool,
    /// Whether no score below this node may fail, on either side.
    pub(super) is_passing: bool,
    /// Whether the score of each side may pass where the other's fails.
    pub(super) passes_alone: [bool; 2],
}

/// A search over one scenario of two policies.
pub(super) struct Search<'p> {
    pub(super) sides: [Side<'p>; 2],
    pub(super) variables: Vec<Variable<'p>>,
    pub(super) rules: [Vec<Known>; 2],
    barred: [Vec<Barred>; 2],
    cased: Vec<Cased>,
    pub(super) tables: Tables,
    pub(super) is_card_told_alike: bool,
    /// Variables, those that what differs looks at first.
    pub(super) order: Vec<usize>,
    pub(super) facts: [Facts; 2],
    /// The day where none is fixed.
    pub(super) day: Date,
    pub(super) chosen: Vec<Option<usize>>,
    /// The class of each variable that counts as nothing special.
    pub(super) neutral: Vec<usize>,
    /// The application that the examples are compared with, once there is one.
    pub(super) plain: Option<Concrete>,
    pub(super) nodes: u32,
}

impl<'p> Search<'p> {
    pub(super) fn new(
        sides: [Side<'p>; 2],
        variables: Vec<Variable<'p>>,
        wanted: &Wanted,
        day: Date,
    ) -> Self {
        let rules = known_rules(&variables, sides);
        let barred = barred(&variables, sides, wanted);
        let cased = cased(&variables, sides);
        let is_card_told_alike = same_card(&variables, sides);
        let mut order: Vec<usize> = (0..variables.len()).collect();
        let own = |index: &usize| {
            let mentioning = rules.iter().flatten();
            let mut mentioning = mentioning.filter(|rule| rule.mentions.contains(index));
            let in_own = mentioning.clone().any(|rule| !rule.is_shared);
            let in_retold = mentioning.any(|rule| rule.twin.is_none());
            let mut bars = barred.iter().flatten().filter(|one| !one.is_shared);
            let in_bar = bars.any(|one| one.mentions.contains(index));
            let classes = &variables[*index].classes;
            let shift = |class: &Class| class.points[1] - class.points[0];
            let is_shifted = classes.iter().any(|one| shift(one) != shift(&classes[0]))
                || cased.iter().any(|one| one.mentions.contains(index));
            match (in_own || in_bar, is_shifted, in_retold) {
                (true, ..) => 0,
                (_, true, _) => 1,
                (.., true) => 2,
                _ => 3,
            }
        };
        order.sort_by_key(own);
        Search {
            facts: sides.map(|side| side.policy.no_facts(day)),
            chosen: vec![None; variables.len()],
            neutral: vec![0; variables.len()],
            plain: None,
            nodes: 0,
            day,
            tables: Tables::new(&variables, sides),
            sides,
            variables,
            rules,
            barred,
            cased,
            is_card_told_alike,
            order,
        }
    }

    pub(super) fn choose(&mut self, variable: usize, class: Option<usize>) {
        self.chosen[variable] = class;
        let states = class.map(|class| self.variables[variable].classes[class].states);
        for (side, facts) in self.facts.iter_mut().enumerate() {
            if let Some(fact) = self.variables[variable].ids[side] {
                facts.set(
                    fact,
                    states.map_or(FactState::Unknown, |states| states[side]),
                );
            }
        }
    }

    /// The classes of a variable, the neutral one first.
    pub(super) fn classes(&self, variable: usize) -> Vec<usize> {
        let neutral = self.neutral[variable];
        let others = (0..self.variables[variable].classes.len()).filter(|one| *one != neutral);
        std::iter::once(neutral).chain(others).collect()
    }

    /// Fixes a variable; whether some application is left.
    pub(super) fn try_class(&mut self, variable: usize, class: usize) -> bool {
        self.choose(variable, Some(class));
        let one = &self.variables[variable];
        let is_tied = one.is_input || one.computed.is_some();
        // Too large a question is asked again of the whole application.
        !is_tied || self.numbers() != Ok(None)
    }

    /// A node more; `None` when the budget is used up.
    pub(super) fn look(&mut self) -> Option<Node> {
        self.nodes = self.nodes.checked_sub(1)?;
        let verdicts = [0, 1].map(|index: usize| {
            let side = self.sides[index];
            side.policy.verdicts(side.scenario, &self.facts[index])
        });
        let barred = [0, 1].map(|index: usize| {
            let (side, facts) = (self.sides[index], &self.facts[index]);
            let all = self.barred[index].iter();
            all.map(|one| one.truth(side, facts)).collect::<Vec<_>>()
        });
        let levels = |side: usize, shared: bool| {
            let rules = self.rules[side].iter().zip(&verdicts[side]);
            levels(rules.filter(|(rule, _)| rule.is_shared == shared))
        };
        // The shared rules are the same on both sides.
        let (common, old, new) = (levels(0, true), levels(0, false), levels(1, false));
        let cases = self.cased.iter();
        let cases: Vec<Span> = cases.map(|one| one.span(self.sides, &self.facts)).collect();
        let scores = self.scores(&cases);
        let bands = self.bands(scores);
        let mut pairs = 0;
        for (first, second) in &bands {
            for common in &common {
                for old in &old {
                    for new in &new {
                        let (old, new) =
                            (*common.max(first).max(old), *common.max(second).max(new));
                        pairs |= pair(Some(old), Some(new));
                    }
                }
            }
        }
        Some(Node {
            pairs: self.accepted(pairs, &barred),
            scores,
            is_case_open: cases.iter().map(|one| one.is_open).collect(),
            verdicts,
            barred,
            is_scored: bands.len() == 1,
            passes_alone: [0, 1].map(|side: usize| {
                let passes = |one: Decision| one == Decision::Approve;
                let mut sides = bands.iter().map(|(old, new)| [passes(*old), passes(*new)]);
                sides.any(|passes| passes[side] && !passes[1 - side])
            }),
            is_passing: bands == [(Decision::Approve, Decision::Approve)],
        })
    }

    /// The pairs with those of applications that a side takes for impossible.
    fn accepted(&self, decided: Pairs, barred: &[Vec<Truth>; 2]) -> Pairs {
        let most = |side: usize, shared: bool| {
            let all = self.barred[side].iter().zip(&barred[side]);
            let all = all.filter(|(one, _)| one.is_shared == shared);
            all.map(|(_, truth)| *truth).max().unwrap_or(Truth::False)
        };
        let (common, old, new) = (most(0, true), most(0, false), most(1, false));
        let can = |truth: Truth| truth != Truth::False;
        let need_not = |truth: Truth| truth != Truth::True;
        let mut pairs = 0;
        if need_not(common) && need_not(old) && need_not(new) {
            pairs |= decided;
        }
        for before in OUTCOMES {
            for after in OUTCOMES {
                if decided & pair(before, after) == 0 || !need_not(common) {
                    continue;
                }
                if can(old) && need_not(new) {
                    pairs |= pair(None, after);
                }
                if can(new) && need_not(old) {
                    pairs |= pair(before, None);
                }
            }
        }
        if can(common) || can(old) && can(new) {
            pairs |= pair(None, None);
        }
        pairs
    }

    /// The least and the most score of each side, and of their difference.
    fn scores(&self, cases: &[Span]) -> [(i64, i64); 3] {
        let cards = self.sides.map(|side| side.data().scorecard.as_ref());
        let [old, new] = cards.map(|card| card.map_or(0, |card| i64::from(card.base)));
        let mut range = [(old, old), (new, new), (new - old, new - old)];
        let mut add = |of: usize, (least, most): (i64, i64)| {
            range[of].0 += least;
            range[of].1 += most;
        };
        for (variable, chosen) in self.variables.iter().zip(&self.chosen) {
            let classes = match chosen {
                Some(class) => &variable.classes[*class..=*class],
                None => &variable.classes[..],
            };
            let values: [fn([i64; 2]) -> i64; 3] = [|p| p[0], |p| p[1], |p| p[1] - p[0]];
            for (of, value) in values.iter().enumerate() {
                let points = || classes.iter().map(|class| value(class.points));
                let ends = points().min().zip(points().max());
                add(of, ends.unwrap_or_default());
            }
        }
        for one in cases {
            for (of, ends) in one.points.iter().enumerate() {
                add(of, *ends);
            }
        }
        range
    }

    /// The pairs of score bands that are possible, by both scores and their
    /// difference.
    fn bands(&self, range: [(i64, i64); 3]) -> Vec<(Decision, Decision)> {
        let cards = self.sides.map(|side| side.data().scorecard.as_ref());
        let [old, new] = [0, 1].map(|side: usize| stretches(cards[side], range[side]));
        let shift = range[2];
        let mut pairs = Vec::new();
        for (first, low, high) in &old {
            for (second, from, to) in &new {
                if from - high <= shift.1
                    && to - low >= shift.0
                    && !pairs.contains(&(*first, *second))
                {
                    pairs.push((*first, *second));
                }
            }
        }
        pairs
    }

    /// The next variable that the outcomes at a node may depend on.
    pub(super) fn next(&self, node: &Node) -> Option<usize> {
        let is_asked = |variable: usize| {
            let mut open = [0, 1].into_iter().flat_map(|side: usize| {
                let rules = self.rules[side].iter().zip(&node.verdicts[side]);
                let rules = rules.map(|(rule, truth)| (&rule.mentions, truth));
                let barred = self.barred[side].iter().zip(&node.barred[side]);
                rules
                    .chain(barred.map(|(one, truth)| (&one.mentions, truth)))
                    .filter(|(_, truth)| **truth == Truth::Unknown)
            });
            let scores = !node.is_scored && self.is_scoring(variable, node);
            scores || open.any(|(mentions, _)| mentions.contains(&variable))
        };
        let mut order = self.order.iter().copied();
        order.find(|variable| self.chosen[*variable].is_none() && is_asked(*variable))
    }

    /// The next variable that the scores at a node depend on.
    pub(super) fn next_of_score(&self, node: &Node) -> Option<usize> {
        let mut open = self.order.iter().copied();
        open.find(|one| self.chosen[*one].is_none() && self.is_scoring(*one, node))
    }

    /// Whether the score at a node may depend on a variable.
    pub(super) fn is_scoring(&self, variable: usize, node: &Node) -> bool {
        let classes = &self.variables[variable].classes;
        let mut cases = self.cased.iter().zip(&node.is_case_open);
        classes.iter().any(|one| one.points != classes[0].points)
            || cases.any(|(one, is_open)| *is_open && one.mentions.contains(&variable))
    }

    /// Finds every pair of `wanted` that some application gives, with an
    /// application for each. `false` when the search did not come to its end.
    pub(super) fn reach(&mut self, wanted: Pairs, found: &mut Found) -> bool {
        let Some(node) = self.look() else {
            return false;
        };
        let known = found.iter().fold(0, |all, (one, _)| all | one);
        if node.pairs & wanted & !known == 0 {
            return true;
        }
        let next = self.next(&node).filter(|_| node.pairs.count_ones() > 1);
        let Some(variable) = next else {
            return match self.reached() {
                Ok(Some((pairs, one))) => {
                    if wanted & !known & pairs != 0 {
                        found.push((pairs, one));
                    }
                    pairs & node.pairs != 0
                }
                Ok(None) => true,
                Err(()) => false,
            };
        };
        let mut is_whole = true;
        for class in self.classes(variable) {
            if self.try_class(variable, class) {
                is_whole = self.reach(wanted, found);
            }
            if !is_whole {
                break;
            }
        }
        self.choose(variable, None);
        is_whole
    }

    /// The application that what is fixed stands for, and what becomes of it;
    /// nothing where there is none. `Err` where that is not known.
    fn reached(&self) -> Result<Option<(Pairs, Concrete)>, ()> {
        let Some(one) = self.concrete().map_err(|_| ())? else {
            return Ok(None);
        };
        let [Some(old), Some(new)] = self.outcomes(&one) else {
            return Err(());
        };
        Ok(Some((pair(old, new), one)))
    }

    /// An application as wanted in which at most `most` facts differ from the
    /// neutral one; `left` of them are not used up yet. `Err` when the search did
    /// not come to its end.
    pub(super) fn near(
        &mut self,
        wanted: Goal,
        left: usize,
        most: usize,
    ) -> Result<Option<Concrete>, ()> {
        let node = self.look().ok_or(())?;
        let next = match wanted {
            Goal::Outcomes(pairs) if node.pairs & pairs == 0 => return Ok(None),
            Goal::Outcomes(pairs) if node.pairs == pairs => None,
            Goal::Outcomes(_) => self.next(&node),
            Goal::Amount(way) => match self.may_move(way, &node) {
                None => return Ok(None),
                Some(true) => None,
                Some(false) => self.next_of_amount(&node),
            },
        };
        // Where any number of facts may differ, it does not matter which.
        let loose = || self.loose().filter(|_| most < self.variables.len());
        let Some(variable) = next.or_else(loose) else {
            return self.taken(wanted, most);
        };
        let mut result = Ok(None);
        for class in self.classes(variable) {
            let cost = self.cost(variable, class);
            if cost <= left && self.try_class(variable, class) {
                result = self.near(wanted, left - cost, most);
            }
            if result != Ok(None) {
                break;
            }
        }
        self.choose(variable, None);
        result
    }

    /// The application that what is fixed stands for, if it is as wanted.
    fn taken(&self, wanted: Goal, most: usize) -> Result<Option<Concrete>, ()> {
        let Some((pairs, one)) = self.reached()? else {
            return Ok(None);
        };
        let is_wanted = match wanted {
            Goal::Outcomes(wanted) => pairs == wanted,
            Goal::Amount(way) => self.is_moved(way, &one),
        };
        Ok(Some(one).filter(|one| is_wanted && self.distance(one) <= most))
    }

    /// How many facts differ from the neutral application by a class: one, or
    /// none that is stated.
    pub(super) fn cost(&self, variable: usize, class: usize) -> usize {
        let is_stated = self.variables[variable].computed.is_none();
        usize::from(is_stated && class != self.neutral[variable])
    }
}
