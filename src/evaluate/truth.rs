//! Three-valued truth and the conditions over it.

use crate::facts::{FactState, Facts};
use crate::policy::{FactDef, Op, Test};

/// The deepest a condition may stack; the loader refuses more.
pub(crate) const MAX_DEPTH: usize = 32;

/// Whether something holds, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// Does not hold, however the unknown facts turn out.
    False,
    /// Depends on what is not known.
    Unknown,
    /// Holds, however the unknown facts turn out.
    True,
}

impl Truth {
    pub(crate) fn from_bool(value: bool) -> Truth {
        if value { Truth::True } else { Truth::False }
    }

    fn not(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }
}

/// Whether one fact passes a test.
///
/// An unknown fact ranges over its whole declared domain, so a test that no
/// value of the domain can fail is already true.
pub(crate) fn atom(def: &FactDef, state: FactState, test: &Test) -> Truth {
    match state {
        FactState::Known(value) => Truth::from_bool(match test {
            Test::AtMost(bound) => value <= *bound,
            Test::AtLeast(bound) => value >= *bound,
            Test::OneOf(values) => values.binary_search(&value).is_ok(),
            Test::Missing | Test::Special(_) => false,
        }),
        FactState::Missing => Truth::from_bool(matches!(test, Test::Missing)),
        FactState::Special(code) => {
            Truth::from_bool(matches!(test, Test::Special(asked) if *asked == code))
        }
        FactState::Unknown => unknown_atom(def, test),
        FactState::Between(low, high) => within(low, high, false, test),
    }
}

fn unknown_atom(def: &FactDef, test: &Test) -> Truth {
    let lacks = def.may_be_missing || !def.specials.is_empty();
    match test {
        Test::Missing if def.may_be_missing => Truth::Unknown,
        Test::Special(code) if usize::from(*code) < def.specials.len() => Truth::Unknown,
        test => within(def.min, def.max, lacks, test),
    }
}

/// Whether a value between two others passes a test, or what `lacks` a value.
fn within(low: i64, high: i64, lacks: bool, test: &Test) -> Truth {
    let (some, all) = match test {
        Test::AtMost(bound) => (low <= *bound, high <= *bound),
        Test::AtLeast(bound) => (high >= *bound, low >= *bound),
        Test::OneOf(values) => {
            let inside = values.iter().filter(|value| (low..=high).contains(value));
            let inside = inside.count() as u64;
            (inside > 0, inside > high.abs_diff(low))
        }
        Test::Missing | Test::Special(_) => (false, false),
    };
    match (some, all && !lacks) {
        (false, _) => Truth::False,
        (true, true) => Truth::True,
        (true, false) => Truth::Unknown,
    }
}

/// Evaluates a postfix condition. The loader has checked its shape; a shape
/// that it would have refused counts as not known.
pub(crate) fn condition(ops: &[Op], defs: &[FactDef], facts: &Facts) -> Truth {
    let mut stack = [Truth::Unknown; MAX_DEPTH];
    let mut top = 0;
    for op in ops {
        let value = match op {
            Op::Atom(fact, test) => match defs.get(usize::from(*fact)) {
                Some(def) => atom(def, facts.get(*fact), test),
                None => Truth::Unknown,
            },
            Op::Opaque => Truth::Unknown,
            Op::Not if top > 0 => {
                top -= 1;
                stack[top].not()
            }
            Op::All(count) | Op::Any(count) if usize::from(*count) <= top => {
                let operands = &stack[top - usize::from(*count)..top];
                top -= usize::from(*count);
                let joined = match op {
                    Op::All(_) => operands.iter().min(),
                    _ => operands.iter().max(),
                };
                joined.copied().unwrap_or(Truth::Unknown)
            }
            Op::Not | Op::All(_) | Op::Any(_) => return Truth::Unknown,
        };
        match stack.get_mut(top) {
            Some(slot) => *slot = value,
            None => return Truth::Unknown,
        }
        top += 1;
    }
    if top == 1 { stack[0] } else { Truth::Unknown }
}
