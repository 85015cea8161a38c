//! Conditions, compiled: over literals, each of which looks at one fact.
//!
//! A literal is a set of states of one fact. Negations are pushed down to the
//! literals, where they are exact, and what a conjunction or disjunction asks
//! of one fact becomes one literal. Then Kleene logic loses nothing in a
//! condition that looks at each fact once, and every condition is *rising*: a
//! literal that comes to hold never makes a condition fail.

use super::truth::{Truth, atom};
use crate::facts::FactState;
use crate::policy::{FactDef, FactId, Op};

/// States of one fact, a bit each, in the order of [`States::all`].
pub(super) type Set = Vec<u64>;

/// The states of one fact that conditions can tell apart.
pub(super) struct States<'a> {
    pub(super) fact: FactId,
    pub(super) def: &'a FactDef,
    /// The first value of every stretch, rising; then missing, if the fact may
    /// be; then its special codes.
    pub(super) all: Vec<FactState>,
    /// The distinct literals about the fact.
    pub(super) literals: Vec<Set>,
}

impl States<'_> {
    /// The first value of every stretch, rising.
    pub(super) fn starts(&self) -> Vec<i64> {
        let values = self.all.iter().map_while(|state| match state {
            FactState::Known(value) => Some(*value),
            _ => None,
        });
        values.collect()
    }
}

/// A condition over sets of states.
#[derive(Clone)]
pub(super) enum Expr {
    Always(bool),
    /// The fact, by its place among the facts of the plan, is in one of these states.
    In(usize, Set),
    All(Vec<Expr>),
    Any(Vec<Expr>),
    /// Not known here.
    Open,
}

/// One step of a compiled condition, in postfix order.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// One of these literals, all in one word, holds.
    AnyOf(u32, u64),
    /// All of them hold.
    AllOf(u32, u64),
    And,
    Or,
    Always(bool),
    Open,
}

impl Expr {
    /// Reads a postfix condition; the loader has checked its shape.
    pub(super) fn new(ops: &[Op], facts: &[States<'_>]) -> Expr {
        let mut stack: Vec<Expr> = Vec::new();
        for op in ops {
            let next = match op {
                Op::Opaque => Expr::Open,
                Op::Atom(fact, test) => match facts.iter().position(|one| one.fact == *fact) {
                    Some(index) => {
                        let states = &facts[index];
                        let mut set = vec![0; states.all.len().div_ceil(64)];
                        for (bit, state) in states.all.iter().enumerate() {
                            if atom(states.def, *state, test) == Truth::True {
                                set[bit / 64] |= 1 << (bit % 64);
                            }
                        }
                        joined(true, vec![Expr::In(index, set)], facts)
                    }
                    None => Expr::Open,
                },
                Op::Not => negated(stack.pop().unwrap_or(Expr::Open), facts),
                Op::All(count) | Op::Any(count) => {
                    let from = stack.len().saturating_sub(usize::from(*count));
                    let operands = stack.split_off(from);
                    joined(matches!(op, Op::All(_)), operands, facts)
                }
            };
            stack.push(next);
        }
        stack.pop().unwrap_or(Expr::Open)
    }

    /// Calls back for every literal.
    pub(super) fn literals<'e>(&'e self, found: &mut dyn FnMut(usize, &'e Set)) {
        match self {
            Expr::In(fact, set) => found(*fact, set),
            Expr::All(parts) | Expr::Any(parts) => {
                for part in parts {
                    part.literals(found);
                }
            }
            Expr::Always(_) | Expr::Open => {}
        }
    }

    /// Whether the condition looks at a fact of the plan.
    pub(super) fn looks_at(&self, fact: usize) -> bool {
        let mut found = false;
        self.literals(&mut |of, _| found |= of == fact);
        found
    }

    /// Whether a condition that is a single literal holds in a state of its fact.
    pub(super) fn holds(&self, bit: usize) -> bool {
        match self {
            Expr::In(_, set) => set[bit / 64] >> (bit % 64) & 1 == 1,
            Expr::Always(value) => *value,
            _ => false,
        }
    }

    /// How many values evaluation has to hold at a time.
    fn need(&self) -> u32 {
        match self {
            Expr::All(parts) | Expr::Any(parts) => {
                let needs = parts.iter().map(Expr::need);
                let most = needs.clone().max().unwrap_or(0);
                most + u32::from(needs.filter(|need| *need == most).count() > 1)
            }
            _ => 1,
        }
    }

    /// Writes the condition in postfix order; `number` says which literal a
    /// set is. Literals side by side become one step where they share a word;
    /// of the rest, what needs most is computed first, so that the depth is the
    /// logarithm of the length.
    pub(super) fn write(&self, number: &dyn Fn(usize, &Set) -> u32, steps: &mut Vec<Step>) {
        let literal = |fact: usize, set: &Set| {
            let literal = number(fact, set);
            (literal / 64, 1u64 << (literal % 64))
        };
        let (parts, is_all) = match self {
            Expr::Always(value) => return steps.push(Step::Always(*value)),
            Expr::Open => return steps.push(Step::Open),
            Expr::In(fact, set) => {
                let (word, mask) = literal(*fact, set);
                return steps.push(Step::AnyOf(word, mask));
            }
            Expr::All(parts) => (parts, true),
            Expr::Any(parts) => (parts, false),
        };
        let mut masks: Vec<(u32, u64)> = Vec::new();
        for part in parts {
            if let Expr::In(fact, set) = part {
                let (word, mask) = literal(*fact, set);
                match masks.iter_mut().find(|(other, _)| *other == word) {
                    Some((_, masks)) => *masks |= mask,
                    None => masks.push((word, mask)),
                }
            }
        }
        let join = if is_all { Step::And } else { Step::Or };
        let mut is_first = true;
        let mut joined = |steps: &mut Vec<Step>| {
            if !std::mem::take(&mut is_first) {
                steps.push(join);
            }
        };
        let nested = |at: &usize| !matches!(parts[*at], Expr::In(..));
        let deepest = (0..parts.len())
            .filter(nested)
            .max_by_key(|at| parts[*at].need());
        if let Some(at) = deepest {
            parts[at].write(number, steps);
            joined(steps);
        }
        for (at, part) in parts.iter().enumerate() {
            if nested(&at) && deepest != Some(at) {
                part.write(number, steps);
                joined(steps);
            }
        }
        for (word, mask) in masks {
            steps.push(if is_all {
                Step::AllOf(word, mask)
            } else {
                Step::AnyOf(word, mask)
            });
            joined(steps);
        }
    }
}

fn negated(expr: Expr, facts: &[States<'_>]) -> Expr {
    match expr {
        Expr::Always(value) => Expr::Always(!value),
        Expr::Open => Expr::Open,
        Expr::In(fact, mut set) => {
            for word in &mut set {
                *word = !*word;
            }
            trim(&mut set, facts[fact].all.len());
            Expr::In(fact, set)
        }
        Expr::All(parts) => {
            let parts = parts.into_iter().map(|part| negated(part, facts));
            joined(false, parts.collect(), facts)
        }
        Expr::Any(parts) => {
            let parts = parts.into_iter().map(|part| negated(part, facts));
            joined(true, parts.collect(), facts)
        }
    }
}

/// Clears the bits beyond the last state.
fn trim(set: &mut Set, states: usize) {
    if let Some(last) = set.last_mut().filter(|_| !states.is_multiple_of(64)) {
        *last &= (1 << (states % 64)) - 1;
    }
}

/// A conjunction, or a disjunction, with one literal for each fact that it
/// looks at directly.
fn joined(is_all: bool, parts: Vec<Expr>, facts: &[States<'_>]) -> Expr {
    let mut out: Vec<Expr> = Vec::new();
    let mut add = |part: Expr| {
        if let Expr::In(fact, set) = &part {
            let same = out.iter_mut().find_map(|one| match one {
                Expr::In(other, set) if other == fact => Some(set),
                _ => None,
            });
            if let Some(same) = same {
                for (word, more) in same.iter_mut().zip(set) {
                    *word = if is_all { *word & more } else { *word | more };
                }
                return;
            }
        }
        out.push(part);
    };
    for part in parts {
        match part {
            Expr::All(inner) if is_all => inner.into_iter().for_each(&mut add),
            Expr::Any(inner) if !is_all => inner.into_iter().for_each(&mut add),
            part => add(part),
        }
    }
    let mut settled = false;
    out.retain_mut(|part| {
        let held = match part {
            Expr::Always(value) => Some(*value),
            Expr::In(fact, set) => {
                let size: u32 = set.iter().map(|word| word.count_ones()).sum();
                match size as usize {
                    0 => Some(false),
                    size if size == facts[*fact].all.len() => Some(true),
                    _ => None,
                }
            }
            _ => None,
        };
        settled |= held == Some(!is_all);
        held.is_none()
    });
    match out.pop() {
        _ if settled => Expr::Always(!is_all),
        None => Expr::Always(is_all),
        Some(only) if out.is_empty() => only,
        Some(last) => {
            out.push(last);
            if is_all {
                Expr::All(out)
            } else {
                Expr::Any(out)
            }
        }
    }
}

/// The value of a compiled condition, given for each literal whether it can
/// hold and whether it must.
#[inline]
pub(super) fn value(steps: &[Step], can: &[u64], must: &[u64]) -> Truth {
    if let [Step::AllOf(word, mask)] = *steps {
        let word = word as usize;
        return match (can[word] & mask == mask, must[word] & mask == mask) {
            (_, true) => Truth::True,
            (true, false) => Truth::Unknown,
            (false, false) => Truth::False,
        };
    }
    match run(steps, |word| (can[word], must[word]), (1, 0)) {
        (_, 1) => Truth::True,
        (0, _) => Truth::False,
        _ => Truth::Unknown,
    }
}

/// Whether a compiled condition holds, given which literals do.
#[inline]
pub(super) fn holds(steps: &[Step], must: &[u64]) -> bool {
    // Most conditions are so short that to begin costs more than to end.
    match *steps {
        [Step::AllOf(word, mask)] => must[word as usize] & mask == mask,
        [Step::AnyOf(word, mask)] => must[word as usize] & mask != 0,
        _ => value(steps, must, must) == Truth::True,
    }
}

/// Whether what `hidden` does not stand for can make a condition hold, whatever
/// the literals of `hidden` that are open turn out to be.
pub(super) fn holds_without(steps: &[Step], can: &[u64], must: &[u64], hidden: &[u64]) -> bool {
    let plane = |word: usize| {
        let open = hidden[word] & can[word] & !must[word];
        (can[word] & !open, must[word])
    };
    run(steps, plane, (0, 0)).0 == 1
}

/// Whether a condition can hold and whether it must, as the lowest bits;
/// `open` is what a condition that is not known here gives.
fn run(steps: &[Step], plane: impl Fn(usize) -> (u64, u64), open: (u64, u64)) -> (u64, u64) {
    // Two stacks of bits; the loader's bound on the length of a condition
    // keeps them far below 64.
    let (mut can_hold, mut must_hold) = (0u64, 0u64);
    for step in steps {
        match *step {
            Step::AnyOf(word, mask) => {
                let (can, must) = plane(word as usize);
                can_hold = can_hold << 1 | u64::from(can & mask != 0);
                must_hold = must_hold << 1 | u64::from(must & mask != 0);
            }
            Step::AllOf(word, mask) => {
                let (can, must) = plane(word as usize);
                can_hold = can_hold << 1 | u64::from(can & mask == mask);
                must_hold = must_hold << 1 | u64::from(must & mask == mask);
            }
            Step::Always(value) => {
                can_hold = can_hold << 1 | u64::from(value);
                must_hold = must_hold << 1 | u64::from(value);
            }
            Step::Open => {
                can_hold = can_hold << 1 | open.0;
                must_hold = must_hold << 1 | open.1;
            }
            Step::And => {
                can_hold = can_hold >> 1 & (can_hold | !1);
                must_hold = must_hold >> 1 & (must_hold | !1);
            }
            Step::Or => {
                can_hold = can_hold >> 1 | can_hold & 1;
                must_hold = must_hold >> 1 | must_hold & 1;
            }
        }
    }
    (can_hold & 1, must_hold & 1)
}
