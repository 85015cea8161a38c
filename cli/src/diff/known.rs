//! What is known of the rules and scorecards of both sides before any search.

use precheck::{Characteristic, Decision, Disclosure, Op, Scorecard, Test, Truth};

use super::cased::same_cases;
use super::space::{Side, Variable, mentions, same_condition};

/// What is known of a rule beforehand.
pub(super) struct Known {
    pub(super) effect: Decision,
    /// Both sides have a rule with this condition and effect.
    pub(super) is_shared: bool,
    /// The rule of the other side that does and says the same where it fires,
    /// if all such pairs stand in the same order.
    pub(super) twin: Option<usize>,
    pub(super) mentions: Vec<usize>,
}

/// The most severe effects that a group of rules may come to.
pub(super) fn levels<'r>(rules: impl Iterator<Item = (&'r Known, &'r Truth)>) -> Vec<Decision> {
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
pub(super) fn stretches(card: Option<&Scorecard>, range: (i64, i64)) -> Vec<(Decision, i64, i64)> {
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
pub(super) fn spoken(side: Side<'_>, reason: u16) -> (&str, bool) {
    let model = side.policy.model();
    let reason = &model.reasons[usize::from(reason)];
    let is_named = reason.disclosure == Disclosure::Full;
    (&reason.code, is_named)
}

fn neutral_reason(side: Side<'_>) -> &str {
    spoken(side, side.policy.model().neutral_reason).0
}

pub(super) fn known_rules(variables: &[Variable<'_>], sides: [Side<'_>; 2]) -> [Vec<Known>; 2] {
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
pub(super) struct Partners(pub(super) [Vec<Option<usize>>; 2]);

impl Partners {
    pub(super) fn new(old: usize, new: usize) -> Partners {
        Partners([vec![None; old], vec![None; new]])
    }

    /// Pairs what is still free, the first that fits with the first.
    pub(super) fn pair(&mut self, fits: impl Fn(usize, usize) -> bool) {
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

/// Whether both scorecards give the same reasons for the same facts, where both
/// scores fail.
pub(super) fn same_card(variables: &[Variable<'_>], sides: [Side<'_>; 2]) -> bool {
    let cards = sides.map(|side| side.policy.scenario(side.scenario).scorecard.as_ref());
    let [Some(old), Some(new)] = cards else {
        return cards == [None, None];
    };
    let same_fact = |old: u16, new: u16| {
        let test = Test::Missing;
        let ops = [old, new].map(|fact| [Op::Atom(fact, test.clone())]);
        same_condition(variables, sides, [&ops[0], &ops[1]])
    };
    old.method == new.method
        && same_cases(variables, sides)
        && neutral_reason(sides[0]) == neutral_reason(sides[1])
        && old.characteristics.len() == new.characteristics.len()
        && old
            .characteristics
            .iter()
            .zip(&new.characteristics)
            .all(|(one, other)| {
                let values = |it: &Characteristic| (it.missing, it.baseline);
                same_fact(one.fact, other.fact)
                    && one.bins == other.bins
                    && one.specials == other.specials
                    && values(one) == values(other)
                    && spoken(sides[0], one.reason) == spoken(sides[1], other.reason)
            })
}
