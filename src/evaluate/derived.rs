//! Facts computed from two others, while one of these is not known.
//!
//! The search splits the inputs first and the computed fact last. What is
//! asked here is whether values of the inputs, each in its span, give a value
//! in a class of the computed fact. Sums and differences take every value
//! between their ends; a ratio may jump, so that a class is reached for
//! certain only where a witness on the edge of the spans is found.

use super::Truth;
use super::plan::{Class, FactPlan};
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

/// What an input can be at a node of the search, where it is not known, known,
/// or fixed to one of its classes, which the state of its first value tells.
fn span(
    fact: FactId,
    facts: &Facts,
    given: &Facts,
    plans: &[FactPlan],
    defs: &[FactDef],
) -> Option<Span> {
    let def = defs.get(usize::from(fact))?;
    Some(match facts.get(fact) {
        FactState::Unknown => Span {
            values: Some((def.min, def.max)),
            lacks: def.may_be_missing || !def.specials.is_empty(),
        },
        state @ FactState::Known(first) => {
            let mut last = first;
            if given.get(fact) == FactState::Unknown {
                let plan = plans.iter().find(|plan| plan.fact == fact)?;
                last = plan.classes.iter().find(|one| one.state == state)?.last;
            }
            Span {
                values: Some((first, last)),
                lacks: false,
            }
        }
        FactState::Missing | FactState::Special(_) => Span {
            values: None,
            lacks: true,
        },
    })
}

/// Whether a class of a fact can come about at a node of the search; `Unknown`
/// where that is not settled.
pub(super) fn reach(
    fact: &FactPlan,
    class: &Class,
    facts: &Facts,
    given: &Facts,
    plans: &[FactPlan],
    defs: &[FactDef],
) -> Truth {
    let Some(formula) = fact.formula else {
        return Truth::True;
    };
    let (first, second) = formula.inputs();
    let spans = second.and_then(|second| {
        let def = defs.get(usize::from(fact.fact))?;
        let span = |fact| span(fact, facts, given, plans, defs);
        Some((span(first?)?, span(second)?, def))
    });
    let Some((first, second, def)) = spans else {
        return Truth::True;
    };
    let found = within(formula, class, first, second, def);
    if fact.shares_input && found == Truth::True {
        return Truth::Unknown;
    }
    found
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
        Formula::YearsSince(_) | Formula::DaysSince(_) | Formula::Today => Truth::True,
    }
}
