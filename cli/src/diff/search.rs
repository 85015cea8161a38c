//! Which pairs of decisions two policies give, over all applications.
//!
//! A node of the search has some variables fixed. Its bound is a superset of
//! the pairs (old decision, new decision) below it, and it is *relational*:
//! rules that both sides have count once for both, and scores are bounded by
//! their difference too. Where nothing that differs can matter, the bound has
//! no changed pair, and the branch ends; so the work grows with what differs
//! and not with the policy. A bound of one pair is reached.
//!
//! The example of a pair is the one with the fewest facts that differ from a
//! neutral application, by trying none, one, two, … of them.

use precheck::units::Date;
use precheck::{Decision, FactState, Facts, Scorecard, Truth, Validated, decide};

use super::space::{Side, Variable, mentions, same_condition};

/// A set of pairs of decisions: bit `4 * old + new`.
pub(super) type Pairs = u16;

/// The pairs of two different decisions.
pub(super) const CHANGED: Pairs = !0b1000_0100_0010_0001;

/// The set of one pair.
pub(super) fn pair(old: Decision, new: Decision) -> Pairs {
    1 << (4 * old as u16 + new as u16)
}

/// What is known of a rule beforehand.
struct Known {
    effect: Decision,
    /// Both sides have a rule with this condition and effect.
    is_shared: bool,
    /// The rule of the other side that does and says the same where it fires,
    /// if all such pairs stand in the same order.
    twin: Option<usize>,
    mentions: Vec<usize>,
}

/// What a node leaves open.
struct Node {
    pairs: Pairs,
    verdicts: [Vec<Truth>; 2],
    /// Whether the bands of the score are settled.
    is_scored: bool,
    /// Whether no score below this node may fail, on either side.
    is_passing: bool,
}

/// A search over one scenario of two policies.
pub(super) struct Search<'p> {
    sides: [Side<'p>; 2],
    pub(super) variables: Vec<Variable<'p>>,
    rules: [Vec<Known>; 2],
    is_card_told_alike: bool,
    /// Variables, those that what differs looks at first.
    order: Vec<usize>,
    facts: [Facts; 2],
    chosen: Vec<Option<usize>>,
    /// The class of each variable that counts as nothing special.
    pub(super) neutral: Vec<usize>,
    pub(super) nodes: u32,
}

impl<'p> Search<'p> {
    pub(super) fn new(sides: [Side<'p>; 2], variables: Vec<Variable<'p>>, day: Date) -> Self {
        let rules = known_rules(&variables, sides);
        let is_card_told_alike = same_card(&variables, sides);
        let mut order: Vec<usize> = (0..variables.len()).collect();
        let own = |index: &usize| {
            let mentioning = rules.iter().flatten();
            let mut mentioning = mentioning.filter(|rule| rule.mentions.contains(index));
            let in_own = mentioning.clone().any(|rule| !rule.is_shared);
            let in_retold = mentioning.any(|rule| rule.twin.is_none());
            let classes = &variables[*index].classes;
            let shift = |class: &super::space::Class| class.points[1] - class.points[0];
            let is_shifted = classes.iter().any(|one| shift(one) != shift(&classes[0]));
            match (in_own, is_shifted, in_retold) {
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
            nodes: 0,
            sides,
            variables,
            rules,
            is_card_told_alike,
            order,
        }
    }

    fn choose(&mut self, variable: usize, class: Option<usize>) {
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
    fn classes(&self, variable: usize) -> Vec<usize> {
        let neutral = self.neutral[variable];
        let others = (0..self.variables[variable].classes.len()).filter(|one| *one != neutral);
        std::iter::once(neutral).chain(others).collect()
    }

    /// A node more; `None` when the budget is used up.
    fn look(&mut self) -> Option<Node> {
        self.nodes = self.nodes.checked_sub(1)?;
        let verdicts = [0, 1].map(|index: usize| {
            let side = self.sides[index];
            side.policy.verdicts(side.scenario, &self.facts[index])
        });
        let levels = |side: usize, shared: bool| {
            let rules = self.rules[side].iter().zip(&verdicts[side]);
            levels(rules.filter(|(rule, _)| rule.is_shared == shared))
        };
        // The shared rules are the same on both sides.
        let (common, old, new) = (levels(0, true), levels(0, false), levels(1, false));
        let bands = self.bands();
        let mut pairs = 0;
        for (first, second) in &bands {
            for common in &common {
                for old in &old {
                    for new in &new {
                        pairs |= pair(*common.max(first).max(old), *common.max(second).max(new));
                    }
                }
            }
        }
        Some(Node {
            pairs,
            verdicts,
            is_scored: bands.len() == 1,
            is_passing: bands == [(Decision::Approve, Decision::Approve)],
        })
    }

    /// The pairs of score bands that are possible, by both scores and their
    /// difference.
    fn bands(&self) -> Vec<(Decision, Decision)> {
        let cards = self
            .sides
            .map(|side| side.policy.scenario(side.scenario).scorecard.as_ref());
        let [old, new] = cards.map(|card| card.map_or(0, |card| i64::from(card.base)));
        let mut range = [(old, old), (new, new), (new - old, new - old)];
        for (variable, chosen) in self.variables.iter().zip(&self.chosen) {
            let classes = match chosen {
                Some(class) => &variable.classes[*class..=*class],
                None => &variable.classes[..],
            };
            let values: [fn([i64; 2]) -> i64; 3] = [|p| p[0], |p| p[1], |p| p[1] - p[0]];
            for (sum, value) in range.iter_mut().zip(values) {
                let points = classes.iter().map(|class| value(class.points));
                sum.0 += points.clone().min().unwrap_or_default();
                sum.1 += points.max().unwrap_or_default();
            }
        }
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

    /// The next variable that the decisions at a node may depend on.
    fn next(&self, node: &Node) -> Option<usize> {
        let is_asked = |variable: usize| {
            let mut open = [0, 1].into_iter().flat_map(|side: usize| {
                let rules = self.rules[side].iter().zip(&node.verdicts[side]);
                rules.filter(|(_, truth)| **truth == Truth::Unknown)
            });
            let classes = &self.variables[variable].classes;
            let scores =
                !node.is_scored && classes.iter().any(|one| one.points != classes[0].points);
            scores || open.any(|(rule, _)| rule.mentions.contains(&variable))
        };
        let mut order = self.order.iter().copied();
        order.find(|variable| self.chosen[*variable].is_none() && is_asked(*variable))
    }

    /// Everything chosen so far, and the neutral class of the rest.
    fn filled(&self) -> Vec<usize> {
        let both = self.chosen.iter().zip(&self.neutral);
        both.map(|(chosen, neutral)| chosen.unwrap_or(*neutral))
            .collect()
    }

    /// Finds every pair of `wanted` that some application gives, with an
    /// application for each. `false` when the budget ended the search.
    pub(super) fn reach(&mut self, wanted: Pairs, found: &mut Vec<(Pairs, Vec<usize>)>) -> bool {
        let Some(node) = self.look() else {
            return false;
        };
        let known = found.iter().fold(0, |all, (one, _)| all | one);
        if node.pairs & wanted & !known == 0 {
            return true;
        }
        if node.pairs.count_ones() == 1 {
            found.push((node.pairs, self.filled()));
            return true;
        }
        let Some(variable) = self.next(&node) else {
            return true;
        };
        let mut is_whole = true;
        for class in self.classes(variable) {
            self.choose(variable, Some(class));
            is_whole = self.reach(wanted, found);
            if !is_whole {
                break;
            }
        }
        self.choose(variable, None);
        is_whole
    }

    /// An application with the pair in which at most `most` facts differ from
    /// the neutral one. `Err` when the budget ended the search.
    pub(super) fn near(&mut self, wanted: Pairs, most: usize) -> Result<Option<Vec<usize>>, ()> {
        let node = self.look().ok_or(())?;
        if node.pairs & wanted == 0 {
            return Ok(None);
        }
        if node.pairs == wanted {
            return Ok(Some(self.filled()));
        }
        let Some(variable) = self.next(&node) else {
            return Ok(None);
        };
        let mut result = Ok(None);
        for class in self.classes(variable) {
            let cost = usize::from(class != self.neutral[variable]);
            if cost > most {
                break;
            }
            self.choose(variable, Some(class));
            result = self.near(wanted, most - cost);
            if result != Ok(None) {
                break;
            }
        }
        self.choose(variable, None);
        result
    }

    /// Finds, for every decision, an application that gets it on both sides
    /// for different reasons, in which at most `most` facts are not neutral.
    /// `false` when the budget ended the search.
    pub(super) fn retold(&mut self, most: usize, found: &mut Vec<(Decision, Vec<usize>)>) -> bool {
        let Some(node) = self.look() else {
            return false;
        };
        let open = Decision::ALL.into_iter().filter(|decision| {
            node.pairs & pair(*decision, *decision) != 0
                && !found.iter().any(|(one, _)| one == decision)
        });
        if open.count() == 0 || !self.may_differ(&node) {
            return true;
        }
        let Some(variable) = self.next(&node).or_else(|| self.scored(&node)) else {
            let all = self.filled();
            if let Some((decision, [old, new])) = self.reasons(&all)
                && old != new
                && !found.iter().any(|(one, _)| *one == decision)
            {
                found.push((decision, all));
            }
            return true;
        };
        let mut is_whole = true;
        for class in self.classes(variable) {
            let cost = usize::from(class != self.neutral[variable]);
            if cost > most {
                break;
            }
            self.choose(variable, Some(class));
            is_whole = self.retold(most - cost, found);
            if !is_whole {
                break;
            }
        }
        self.choose(variable, None);
        is_whole
    }

    fn may_differ(&self, node: &Node) -> bool {
        let differs = [0, 1].into_iter().any(|side: usize| {
            let mut rules = self.rules[side].iter().zip(&node.verdicts[side]);
            rules.any(|(rule, truth)| match rule.twin {
                None => *truth != Truth::False,
                Some(_) if rule.is_shared => false,
                Some(twin) => *truth == Truth::Unknown || node.verdicts[1 - side][twin] != *truth,
            })
        });
        differs || (!self.is_card_told_alike && !node.is_passing)
    }

    /// A variable that the reasons of a score may depend on.
    fn scored(&self, node: &Node) -> Option<usize> {
        let is_binned = |variable: &usize| {
            [0, 1].into_iter().any(|index: usize| {
                let side = self.sides[index];
                let cards = side.policy.scenario(side.scenario).scorecard.iter();
                let mut binned = cards.flat_map(|card| &card.characteristics);
                binned.any(|one| Some(one.fact) == self.variables[*variable].ids[index])
            })
        };
        let mut open = self.order.iter().copied();
        open.find(|one| !node.is_passing && self.chosen[*one].is_none() && is_binned(one))
    }

    /// The decision that both sides give, and the reasons of each; `None` when
    /// they do not agree on a decision.
    pub(super) fn reasons(&self, all: &[usize]) -> Option<(Decision, [Vec<&'p str>; 2])> {
        let told = [0, 1].map(|index: usize| {
            let Side { policy, scenario } = self.sides[index];
            let mut facts = policy.no_facts(self.facts[index].as_of());
            for (variable, class) in self.variables.iter().zip(all) {
                if let Some(fact) = variable.ids[index] {
                    facts.set(fact, variable.classes[*class].states[index]);
                }
            }
            let evaluation = policy.evaluate(scenario, &facts);
            let application = Validated {
                scenario,
                facts,
                fields: Vec::new(),
                form: Vec::new(),
            };
            let outcome = decide(policy, &application, &evaluation);
            let codes = outcome.reasons.iter().map(|one| one.code).collect();
            (outcome.decisions, codes)
        });
        let [(old, before), (new, after)] = told;
        match (&old[..], &new[..]) {
            ([old], [new]) if old == new => Some((*old, [before, after])),
            _ => None,
        }
    }
}

/// The most severe effects that a group of rules may come to.
fn levels<'r>(rules: impl Iterator<Item = (&'r Known, &'r Truth)>) -> Vec<Decision> {
    let mut certain = Decision::Approve;
    let mut possible = Vec::new();
    for (rule, truth) in rules {
        match truth {
            Truth::True => certain = certain.max(rule.effect),
            Truth::Unknown => possible.push(rule.effect),
            Truth::False => {}
        }
    }
    let mut levels = vec![certain];
    possible.retain(|effect| *effect > certain);
    levels.extend(possible);
    levels.sort_unstable();
    levels.dedup();
    levels
}

/// The bands that a range of scores touches, each with its part of the range.
fn stretches(card: Option<&Scorecard>, range: (i64, i64)) -> Vec<(Decision, i64, i64)> {
    let Some(card) = card else {
        return vec![(Decision::Approve, range.0, range.1)];
    };
    let bands = card.bands.iter().enumerate().filter_map(|(index, band)| {
        let low = if index == 0 { i64::MIN } else { band.from };
        let high = card
            .bands
            .get(index + 1)
            .map_or(i64::MAX, |next| next.from - 1);
        let (low, high) = (low.max(range.0), high.min(range.1));
        (low <= high).then_some((band.decision, low, high))
    });
    bands.collect()
}

/// A reason as a person is told it.
fn spoken(side: Side<'_>, reason: u16) -> (&str, bool) {
    let model = side.policy.model();
    let reason = &model.reasons[usize::from(reason)];
    let is_named = reason.disclosure == precheck::Disclosure::Full;
    (&reason.code, is_named)
}

fn neutral_reason(side: Side<'_>) -> &str {
    spoken(side, side.policy.model().neutral_reason).0
}

fn known_rules(variables: &[Variable<'_>], sides: [Side<'_>; 2]) -> [Vec<Known>; 2] {
    let [old, new] = sides.map(|side| &side.policy.scenario(side.scenario).rules);
    let same_effect = |at: usize, other: usize| old[at].effect == new[other].effect;
    let same_reason = |at: usize, other: usize| {
        same_effect(at, other)
            && spoken(sides[0], old[at].reason) == spoken(sides[1], new[other].reason)
    };
    let same_when = |at: usize, other: usize| {
        same_condition(variables, sides, [&old[at].when, &new[other].when])
    };
    let mut shared = Partners::new(old.len(), new.len());
    // Rules with the same reason first, so that a twin with another is left.
    shared.pair(|at, other| same_reason(at, other) && same_when(at, other));
    let mut twins = shared.clone();
    shared.pair(|at, other| same_effect(at, other) && same_when(at, other));
    let is_free =
        |at: usize, other: usize| shared.0[0][at].is_none() && shared.0[1][other].is_none();
    twins.pair(|at, other| is_free(at, other) && same_reason(at, other));
    let is_told_in_order = twins.0[0].iter().flatten().is_sorted()
        && neutral_reason(sides[0]) == neutral_reason(sides[1]);
    let known = |side: usize| {
        let rules = [old, new][side].iter().enumerate();
        let known = rules.map(|(at, rule)| Known {
            effect: rule.effect,
            is_shared: shared.0[side][at].is_some(),
            twin: twins.0[side][at].filter(|_| is_told_in_order),
            mentions: mentions(variables, side, &rule.when),
        });
        known.collect()
    };
    [known(0), known(1)]
}

/// Which rule of one side belongs to which of the other, by position.
#[derive(Clone)]
struct Partners([Vec<Option<usize>>; 2]);

impl Partners {
    fn new(old: usize, new: usize) -> Partners {
        Partners([vec![None; old], vec![None; new]])
    }

    /// Pairs what is still free, the first that fits with the first.
    fn pair(&mut self, fits: impl Fn(usize, usize) -> bool) {
        let Partners([old, new]) = self;
        for (at, partner) in old.iter_mut().enumerate() {
            if partner.is_none() {
                let mut free = (0..new.len()).filter(|other| new[*other].is_none());
                *partner = free.find(|other| fits(at, *other));
                if let Some(found) = *partner {
                    new[found] = Some(at);
                }
            }
        }
    }
}

/// Whether both scorecards give the same reasons for the same facts.
fn same_card(variables: &[Variable<'_>], sides: [Side<'_>; 2]) -> bool {
    let cards = sides.map(|side| side.policy.scenario(side.scenario).scorecard.as_ref());
    let [Some(old), Some(new)] = cards else {
        return cards == [None, None];
    };
    let same_fact = |old: u16, new: u16| {
        let test = precheck::Test::Missing;
        let ops = [old, new].map(|fact| [precheck::Op::Atom(fact, test.clone())]);
        same_condition(variables, sides, [&ops[0], &ops[1]])
    };
    (old.base, &old.bands) == (new.base, &new.bands)
        && neutral_reason(sides[0]) == neutral_reason(sides[1])
        && old.characteristics.len() == new.characteristics.len()
        && old
            .characteristics
            .iter()
            .zip(&new.characteristics)
            .all(|(one, other)| {
                let values = |it: &precheck::Characteristic| (it.missing, it.baseline);
                same_fact(one.fact, other.fact)
                    && one.bins == other.bins
                    && one.specials == other.specials
                    && values(one) == values(other)
                    && spoken(sides[0], one.reason) == spoken(sides[1], other.reason)
            })
}
