//! What somebody wants to reach, and what they will not or cannot do.

use serde::Deserialize;

use super::time::HORIZON;
use crate::facts::FactState;
use crate::policy::{Decision, FactId, Policy, Problem, nth};
use crate::validate::state;
use crate::wire::{Entries, FactInput};

/// Points beyond this lose exactness in JavaScript.
const MOST_POINTS: i64 = 9_007_199_254_740_991;

/// A goal as written; everything may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WishInput {
    /// The most severe decision that is good enough; `approve` by default, and
    /// `refer` to keep a line, for example.
    pub decision: Option<Decision>,
    /// The least limit in fen.
    pub limit: Option<i64>,
    /// Points above what the decision needs, at least 0.
    pub margin: i64,
    /// Facts that are not to be changed, by name.
    pub locks: Vec<String>,
    /// Where facts may be brought to: a range, or a single value.
    pub ranges: Entries<FactInput>,
    /// The most facts to change.
    pub changes: Option<u8>,
    /// How many days to look ahead; three years by default.
    pub days: Option<u32>,
}

/// What is to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goal {
    /// The most severe decision that is good enough.
    pub worst: Decision,
    /// The least limit in fen, if one is wanted.
    pub least_limit: Option<i64>,
    /// Points above what the decision needs.
    pub margin: i64,
}

/// A goal and the person's own bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The goal.
    pub goal: Goal,
    /// Facts that are not to be changed.
    pub locks: Vec<FactId>,
    /// The lowest and the highest value that a fact may be brought to.
    pub ranges: Vec<(FactId, i64, i64)>,
    /// The most facts to change.
    pub most_changes: u64,
    /// Days to look ahead.
    pub horizon: u32,
}

impl WishInput {
    /// Checks what is wished against a policy.
    ///
    /// # Errors
    ///
    /// Every problem, with codes `fact-unknown`, `fact-type`, `fact-domain`,
    /// `fact-code`, `fact-state`, `fact-malformed` for ranges and locks, and
    /// `wish-range` for numbers that are negative or too large.
    pub fn read(&self, policy: &Policy) -> Result<Wish, Vec<Problem>> {
        let mut problems = Vec::new();
        let unknown = |at: String, name: &str| {
            let text = ["the policy has no fact `", name, "`; leave it out"].concat();
            Problem::new(&at, "fact-unknown", &text)
        };
        let mut locks = Vec::new();
        for (index, name) in self.locks.iter().enumerate() {
            match policy.fact_id(name) {
                Some(fact) => locks.push(fact),
                None => problems.push(unknown(nth("/wish/locks/", index), name)),
            }
        }
        let mut ranges = Vec::new();
        for (name, input) in &self.ranges.0 {
            let at = String::from("/wish/ranges/") + &name.replace('~', "~0").replace('/', "~1");
            let Some((fact, def)) = policy
                .fact_id(name)
                .and_then(|fact| Some((fact, policy.fact(fact)?)))
            else {
                problems.push(unknown(at, name));
                continue;
            };
            match state(def, input) {
                Ok(FactState::Known(value)) => ranges.push((fact, value, value)),
                Ok(FactState::Between(low, high)) => ranges.push((fact, low, high)),
                Ok(_) => {
                    let text = "a range is a value, or {\"min\": …, \"max\": …}";
                    problems.push(Problem::new(&at, "fact-state", text));
                }
                Err((code, text)) => problems.push(Problem::new(&at, code, &text)),
            }
        }
        let sane = |number: i64| (0..=MOST_POINTS).contains(&number);
        for (at, number) in [
            ("/wish/limit", self.limit),
            ("/wish/margin", Some(self.margin)),
        ] {
            if number.is_some_and(|number| !sane(number)) {
                problems.push(Problem::new(at, "wish-range", "negative, or too large"));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Wish {
            goal: Goal {
                worst: self.decision.unwrap_or(Decision::Approve),
                least_limit: self.limit,
                margin: self.margin,
            },
            locks,
            ranges,
            most_changes: self.changes.map_or(u64::from(u8::MAX), u64::from),
            horizon: self.days.unwrap_or(HORIZON).min(36_525),
        })
    }
}
