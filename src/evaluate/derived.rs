//! Facts computed from two others, while one of these is not known.
//!
//! The search splits the inputs first and the computed fact last. What is
//! asked here is whether values of the inputs, each in its span, give a value
//! in a class of the computed fact. Sums and differences take every value
//! between their ends; a ratio may jump, so that a class is reached for
//! certain only where a witness on the edge of the spans is found.

use super::Truth;
use super::board::{Board, Choice};
use super::plan::Class;
use crate::facts::{FactState, Facts};
use crate::policy::{FactDef, FactId, Formula, ratio};

/// What an input can still be.
#[derive(Clone, Copy)]
struct Span {
    /// The lowest and the highest value, if it can have any.
    values: Option<(i64, i64)>,
    /// Whether it can be missing or special.
    lacks: bool,
}

/// What an input can be at a node of the search, where it is open, known, or
/// fixed to one of its classes.
fn span(board: &Board<'_>, given: &Facts, fact: FactId, place: Option<u16>) -> Option<Span> {
    let def = board.defs.get(usize::from(fact))?;
    let mut span = match given.get(fact) {
        FactState::Known(value) => Span {
            values: Some((value, value)),
            lacks: false,
        },
        FactState::Between(low, high) => Span {
            values: Some((low, high)),
            lacks: false,
        },
        FactState::Unknown => Span {
            values: Some((def.min, def.max)),
            lacks: def.may_be_missing || !def.specials.is_empty(),
        },
        FactState::Missing | FactState::Special(_) => Span {
            values: None,
            lacks: true,
        },
    };
    if let Some(place) = place.map(usize::from)
        && let Choice::Class(class) = board.choice(place)
    {
        let class = &board.plan.facts[place].classes[usize::from(class)];
        match class.state {
            FactState::Known(first) => {
                let within = |(low, high): (i64, i64)| (low.max(first), high.min(class.last));
                span.values = span.values.map(within);
                span.lacks = false;
            }
            _ => span.values = None,
        }
    }
    Some(span)
}

/// Whether a class of a fact can come about at a node of the search; `Unknown`
/// where that is not settled.
pub(super) fn reach(board: &Board<'_>, given: &Facts, at: usize, class: usize) -> Truth {
    let fact = &board.plan.facts[at];
    let Some(computed) = &fact.computed else {
        return Truth::True;
    };
    let (first, second) = computed.formula.inputs();
    let span = |fact, input: usize| span(board, given, fact, computed.inputs[input]);
    let class = &fact.classes[class];
    let (Some(def), Some(a)) = (board.defs.get(usize::from(fact.fact)), span(first, 0)) else {
        return Truth::True;
    };
    let found = match second.and_then(|second| span(second, 1)) {
        Some(b) => within(computed.formula, class, a, b, def),
        None => since(computed.formula, class, a, given),
    };
    if computed.shares_input && found == Truth::True {
        return Truth::Unknown;
    }
    found
}

/// What is computed from one date: every value between those of the first and
/// the last day. Without a date it can be stated, and be anything.
fn since(formula: Formula, class: &Class, date: Span, given: &Facts) -> Truth {
    let Some((first_day, last_day)) = date.values.filter(|_| !date.lacks) else {
        return Truth::True;
    };
    let FactState::Known(first) = class.state else {
        return Truth::False;
    };
    let least = formula.since(last_day, given.as_of());
    let most = formula.since(first_day, given.as_of());
    Truth::from_bool(least <= class.last && first <= most)
}

fn within(formula: Formula, class: &Class, a: Span, b: Span, def: &FactDef) -> Truth {
    let by_zero = |state: FactState| {
        let has_zero = b.values.is_some_and(|(low, _)| low == 0);
        matches!(formula, Formula::Ratio { .. })
            && has_zero
            && a.values.is_some()
            && formula.value(0, 0, def) == state
    };
    let FactState::Known(first) = class.state else {
        let lacks = class.state == FactState::Missing && (a.lacks || b.lacks);
        return Truth::from_bool(lacks || by_zero(class.state));
    };
    let (Some((a_low, a_high)), Some((b_low, b_high))) = (a.values, b.values) else {
        return Truth::False;
    };
    // What lies beyond the domain counts as its end.
    let first = if first <= def.min { i64::MIN } else { first };
    let last = if class.last >= def.max {
        i64::MAX
    } else {
        class.last
    };
    let between = |low: i64, high: i64| Truth::from_bool(low <= last && first <= high);
    match formula {
        Formula::Sum(..) => between(a_low.saturating_add(b_low), a_high.saturating_add(b_high)),
        Formula::DaysBetween { .. } => between(b_low - a_high, b_high - a_low),
        Formula::Ratio { up, .. } => {
            let b_low = b_low.max(1);
            if b_high < b_low || ratio(a_low, b_high, up) > last || ratio(a_high, b_low, up) < first
            {
                return Truth::False;
            }
            // The largest ratio that is at most `last`, along each edge.
            let above = last.saturating_add(1);
            let is_in = |a: i64, b: i64| (first..=last).contains(&ratio(a, b, up));
            let along_b = [b_low, b_high].into_iter().any(|b| {
                let most = if up {
                    b.saturating_mul(last.max(0)) / 10_000
                } else {
                    (b.saturating_mul(above.max(0)) - 1).div_euclid(10_000)
                };
                is_in(most.clamp(a_low, a_high), b)
            });
            let along_a = [a_low, a_high].into_iter().any(|a| {
                let least = if up {
                    ratio(a, last.max(1), true)
                } else {
                    a * 10_000 / above.max(1) + 1
                };
                is_in(a, least.clamp(b_low, b_high))
            });
            if along_a || along_b {
                Truth::True
            } else {
                Truth::Unknown
            }
        }
        Formula::YearsSince(_) | Formula::DaysSince(_) => Truth::True,
    }
}
