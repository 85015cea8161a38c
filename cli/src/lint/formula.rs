//! Conditions as trees, with the place of every part.

use precheck::{FactDef, FactId, FactState, Op, Test};

/// A condition or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Formula {
    pub(super) shape: Shape,
    /// Which step of the compiled condition it is; `None` for what lint made.
    pub(super) step: Option<usize>,
}

/// How a formula is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    Constant(bool),
    Atom(FactId, Test),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

impl Formula {
    /// A part that stands nowhere in the source.
    pub(super) fn made(shape: Shape) -> Formula {
        Formula { shape, step: None }
    }

    /// That a fact is in a state.
    pub(super) fn is(fact: FactId, state: FactState) -> Formula {
        Formula::made(match state {
            FactState::Known(value) => Shape::Atom(fact, Test::OneOf(vec![value])),
            FactState::Special(code) => Shape::Atom(fact, Test::Special(code)),
            FactState::Missing => Shape::Atom(fact, Test::Missing),
            // A search over applications with every fact known has neither.
            FactState::Unknown | FactState::Between(..) => Shape::Constant(true),
        })
    }

    /// The tree of a condition in postfix order, as the compiler writes them.
    pub(super) fn of(ops: &[Op]) -> Formula {
        let mut stack: Vec<Formula> = Vec::new();
        for (step, op) in ops.iter().enumerate() {
            let shape = match op {
                Op::Atom(fact, test) => Shape::Atom(*fact, test.clone()),
                Op::Not => Shape::Not(Box::new(stack.pop().expect("the compiler stacked it"))),
                Op::All(count) => Shape::All(take(&mut stack, *count)),
                Op::Any(count) => Shape::Any(take(&mut stack, *count)),
                Op::Opaque => unreachable!("only the public projection has opaque steps"),
            };
            let step = Some(step);
            stack.push(Formula { shape, step });
        }
        stack.pop().expect("a condition has a step")
    }

    /// The parts directly under this one.
    pub(super) fn parts(&self) -> &[Formula] {
        match &self.shape {
            Shape::Constant(_) | Shape::Atom(..) => &[],
            Shape::Not(part) => core::slice::from_ref(part),
            Shape::All(parts) | Shape::Any(parts) => parts,
        }
    }

    /// Calls for every atom.
    pub(super) fn atoms<'f>(&'f self, see: &mut impl FnMut(&'f Formula, FactId, &'f Test)) {
        if let Shape::Atom(fact, test) = &self.shape {
            see(self, *fact, test);
        }
        for part in self.parts() {
            part.atoms(see);
        }
    }

    /// The facts that are mentioned, each once.
    pub(super) fn facts(&self) -> Vec<FactId> {
        let mut facts = Vec::new();
        self.atoms(&mut |_, fact, _| {
            if !facts.contains(&fact) {
                facts.push(fact);
            }
        });
        facts
    }

    /// Whether it holds, as far as the facts are fixed.
    pub(super) fn truth(&self, states: &impl Fn(FactId) -> Option<FactState>) -> Option<bool> {
        match &self.shape {
            Shape::Constant(value) => Some(*value),
            Shape::Atom(fact, test) => states(*fact).map(|state| passes(state, test)),
            Shape::Not(part) => part.truth(states).map(|truth| !truth),
            Shape::All(parts) => joined(parts, states, false),
            Shape::Any(parts) => joined(parts, states, true),
        }
    }

    /// The same with one fact fixed.
    pub(super) fn with(&self, fixed: FactId, state: FactState) -> Formula {
        let many = |parts: &[Formula]| parts.iter().map(|one| one.with(fixed, state)).collect();
        let shape = match &self.shape {
            Shape::Atom(fact, test) if *fact == fixed => Shape::Constant(passes(state, test)),
            Shape::Constant(_) | Shape::Atom(..) => self.shape.clone(),
            Shape::Not(part) => Shape::Not(Box::new(part.with(fixed, state))),
            Shape::All(parts) => Shape::All(many(parts)),
            Shape::Any(parts) => Shape::Any(many(parts)),
        };
        Formula {
            shape,
            step: self.step,
        }
    }

    /// The same with one part replaced; `path` leads to it.
    pub(super) fn replaced(&self, path: &[usize], by: bool) -> Formula {
        let Some((first, rest)) = path.split_first() else {
            return Formula {
                shape: Shape::Constant(by),
                step: self.step,
            };
        };
        let mut copy = self.clone();
        let part = match &mut copy.shape {
            Shape::Not(part) => Some(&mut **part),
            Shape::All(parts) | Shape::Any(parts) => parts.get_mut(*first),
            Shape::Constant(_) | Shape::Atom(..) => None,
        };
        if let Some(part) = part {
            *part = part.replaced(rest, by);
        }
        copy
    }
}

fn take(stack: &mut Vec<Formula>, count: u8) -> Vec<Formula> {
    stack.split_off(stack.len().saturating_sub(usize::from(count)))
}

/// Whether all hold, or any does: `decides` is the truth that settles it.
fn joined(
    parts: &[Formula],
    states: &impl Fn(FactId) -> Option<FactState>,
    decides: bool,
) -> Option<bool> {
    let mut result = Some(!decides);
    for part in parts {
        match part.truth(states) {
            Some(truth) if truth == decides => return Some(decides),
            Some(_) => {}
            None => result = None,
        }
    }
    result
}

/// Whether a state passes a test: a fact that is missing or special fails
/// every comparison.
pub(crate) fn passes(state: FactState, test: &Test) -> bool {
    match (state, test) {
        (FactState::Known(value), Test::AtMost(bound)) => value <= *bound,
        (FactState::Known(value), Test::AtLeast(bound)) => value >= *bound,
        (FactState::Known(value), Test::OneOf(values)) => values.contains(&value),
        (FactState::Missing, Test::Missing) => true,
        (FactState::Special(code), Test::Special(asked)) => code == *asked,
        _ => false,
    }
}

/// One state out of every class of values that no cut tells apart, lowest
/// first, then missing, then the special codes. `cuts` are first values of a
/// new class.
pub(super) fn states(def: &FactDef, cuts: impl IntoIterator<Item = i64>) -> Vec<FactState> {
    let mut starts = vec![def.min];
    starts.extend(cuts);
    starts.retain(|start| (def.min..=def.max).contains(start));
    starts.sort_unstable();
    starts.dedup();
    let mut states: Vec<FactState> = starts.into_iter().map(FactState::Known).collect();
    if def.may_be_missing {
        states.push(FactState::Missing);
    }
    states.extend((0u8..).take(def.specials.len()).map(FactState::Special));
    states
}

/// Where a test begins or ceases to hold.
pub(crate) fn cuts(test: &Test) -> Vec<i64> {
    match test {
        Test::AtMost(bound) => vec![bound.saturating_add(1)],
        Test::AtLeast(bound) => vec![*bound],
        Test::OneOf(values) => values
            .iter()
            .flat_map(|value| [*value, value.saturating_add(1)])
            .collect(),
        Test::Missing | Test::Special(_) => Vec::new(),
    }
}
