//! What the loader works out once per scenario, so that evaluation need not.
//!
//! Per fact: the stretches of values that nothing tells apart, and the classes
//! of stretches that do the same. Per class: its points and, as one row of
//! bits, which literals hold. A condition is a few steps over literals; one
//! that is a single literal is a bit in a mask.

use super::Checks;
use super::clause::Step;
use super::index::Index;
use super::tally::Tally;
use crate::facts::FactState;
use crate::policy::{Decision, FactDef, FactId, Formula};

/// Values of one fact that no rule and no characteristic tells apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Class {
    /// A value that stands for all of them.
    pub(crate) state: FactState,
    /// What the value adds to the score, over all characteristics.
    pub(crate) points: i64,
    /// The last value of the stretch that begins with `state`.
    pub(crate) last: i64,
}

/// How a fact is computed from facts of the same plan or from others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Computed {
    pub(crate) formula: Formula,
    /// The places in the plan of the facts that the formula reads.
    pub(crate) inputs: [Option<u16>; 2],
    /// Whether another computed fact of the plan reads one of the inputs.
    pub(crate) shares_input: bool,
}

/// One fact of a scenario.
#[derive(Debug, Clone)]
pub(crate) struct FactPlan {
    pub(crate) fact: FactId,
    /// Whether only the server has it.
    pub(crate) is_server: bool,
    pub(crate) computed: Option<Computed>,
    /// Whether a combination that no application has looks at it.
    pub(crate) in_bar: bool,
    /// Whether its values do not come about independently of other facts'.
    pub(crate) is_tied: bool,
    /// Whether rules or points tell its values apart.
    pub(super) decides: bool,
    /// The first value of every stretch, rising.
    pub(super) starts: Vec<i64>,
    /// The class of every stretch, of missing if the fact may be, and of every
    /// special code.
    pub(super) class_of: Vec<u16>,
    /// The values that make a difference, rising in points.
    pub(crate) classes: Vec<Class>,
    /// The least and the most that the fact adds to the score.
    pub(crate) points: (i64, i64),
    /// Where its literals begin, in words, and how many words they take.
    pub(super) first_word: usize,
    pub(super) words: usize,
    /// Which bits of these words are its own.
    pub(super) mask: Vec<u64>,
    /// Per class: which literals hold.
    pub(super) rows: Vec<u64>,
    /// Which literals hold in some class, and in every class.
    pub(super) can: Vec<u64>,
    pub(super) must: Vec<u64>,
    /// Whether one class is at least as good as any other whatever else is
    /// known: fewest literals, most points; and whether one is as bad.
    pub(super) has_best: bool,
    pub(super) has_worst: bool,
    /// The points, rising, of the classes that make no more literals hold than
    /// every class does.
    pub(super) clean: Vec<i64>,
    /// What it comes to while nothing is known of it.
    pub(super) blank: Tally,
}

impl FactPlan {
    /// Where a state lies among those of `class_of`; a value outside the
    /// domain counts as its end.
    pub(super) fn place(&self, state: FactState, def: &FactDef) -> usize {
        let stretches = self.starts.len();
        match state {
            FactState::Special(code) => {
                stretches + usize::from(def.may_be_missing) + usize::from(code)
            }
            FactState::Missing => stretches,
            FactState::Known(value) => self.stretch(value),
            _ => 0,
        }
    }

    /// The stretch that a value lies in.
    #[inline]
    pub(super) fn stretch(&self, value: i64) -> usize {
        let above = self.starts.partition_point(|start| *start <= value);
        above.max(1) - 1
    }

    /// The first value of every stretch that is told apart, rising.
    pub(crate) fn starts(&self) -> &[i64] {
        &self.starts
    }

    /// The values of some classes, as spans; `last` ends the last stretch.
    pub(crate) fn spans(&self, classes: &[usize], last: i64) -> Vec<(i64, i64)> {
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for (at, start) in self.starts.iter().enumerate() {
            if !classes.contains(&usize::from(self.class_of[at])) {
                continue;
            }
            let end = self.starts.get(at + 1).map_or(last, |next| next - 1);
            match spans.last_mut() {
                Some(span) if span.1 + 1 == *start => span.1 = end,
                _ => spans.push((*start, end)),
            }
        }
        spans
    }
}

/// A stretch of [`Plan::steps`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Clause {
    pub(super) first: u32,
    pub(super) last: u32,
}

/// The condition of a rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct RulePlan {
    pub(super) clause: Clause,
    pub(super) effect: Decision,
    pub(super) is_check: bool,
    /// Whether it looks at some fact more than once, so that Kleene logic may
    /// leave open what is settled.
    pub(super) repeats: bool,
}

/// A characteristic by cases; the last one always holds.
#[derive(Debug, Clone)]
pub(super) struct Cases {
    pub(super) all: Vec<(Clause, i64)>,
    /// The least and the most points.
    pub(super) span: (i64, i64),
    /// Whether it looks at something that only the server knows.
    pub(super) is_server: bool,
}

/// One scenario, ready for evaluation.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The facts, what is computed after what it is computed from.
    pub(crate) facts: Vec<FactPlan>,
    /// The same facts: how their values are looked up.
    pub(super) index: Index,
    /// The farthest step between the points of two clean classes of a fact.
    pub(super) widest: i64,
    /// The place in `facts` of each fact of the policy.
    pub(super) place_of: Vec<Option<u16>>,
    /// The same facts in the order of the search for amounts: those that the
    /// table is cut by first.
    pub(super) by_table: Vec<u16>,
    /// How many words the literals take.
    pub(super) words: usize,
    /// Whether those of some fact take more than one.
    pub(super) is_long: bool,
    pub(super) steps: Vec<Step>,
    pub(super) rules: Vec<RulePlan>,
    /// The rules that are more than one literal, by place.
    pub(super) long: Vec<u16>,
    /// Per effect and word: the literals that are rules of that effect, and
    /// those of them that look at nothing that only the server knows.
    pub(super) whole: Vec<u64>,
    pub(super) whole_public: Vec<u64>,
    /// The literals about facts that only the server has.
    pub(super) server: Vec<u64>,
    /// The characteristics by cases that look at more than one fact.
    pub(super) cases: Vec<Cases>,
    /// Combinations that no application has.
    pub(super) bars: Vec<Clause>,
    /// Whether the projection hides conditions or points.
    pub(super) hides: bool,
    /// Whether something only the server knows can make a difference.
    pub(super) has_checks: bool,
    /// Per rule: whether it looks at something that only the server knows.
    pub(crate) is_check: Vec<bool>,
}

impl Plan {
    /// The place of a fact among those of the plan.
    pub(crate) fn place(&self, fact: FactId) -> Option<usize> {
        let place = self.place_of.get(usize::from(fact)).copied().flatten();
        place.map(usize::from)
    }

    /// Whether a condition looks at a fact.
    pub(super) fn looks_at(&self, clause: Clause, fact: &FactPlan) -> bool {
        let own = fact.first_word..fact.first_word + fact.words;
        self.steps(clause).iter().any(|step| match *step {
            Step::AnyOf(word, mask) | Step::AllOf(word, mask) => {
                let word = word as usize;
                own.contains(&word) && fact.mask[word - own.start] & mask != 0
            }
            _ => false,
        })
    }

    /// The literals that are rules, as far as they count, by effect and word.
    pub(super) fn whole_of(&self, checks: Checks) -> &[u64] {
        match checks {
            Checks::MayFind => &self.whole,
            Checks::FindNothing => &self.whole_public,
        }
    }

    pub(super) fn steps(&self, clause: Clause) -> &[Step] {
        &self.steps[clause.first as usize..clause.last as usize]
    }
}
