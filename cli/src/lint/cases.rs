//! Characteristics by cases, as conditions over trees.

use precheck::{Conditional, FactId, FactState, ReasonMethod};

use super::formula::{Formula, Shape};

/// A characteristic by cases.
pub(super) struct Cases<'a> {
    pub(super) source: &'a Conditional,
    pub(super) when: Vec<Formula>,
}

impl<'a> Cases<'a> {
    pub(super) fn of(source: &'a Conditional) -> Cases<'a> {
        let when = source.cases.iter().map(|case| Formula::of(&case.when));
        Cases {
            source,
            when: when.collect(),
        }
    }

    /// The facts that its conditions mention, each once.
    pub(super) fn facts(&self) -> Vec<FactId> {
        let mut facts: Vec<FactId> = self.when.iter().flat_map(Formula::facts).collect();
        facts.sort_unstable();
        facts.dedup();
        facts
    }

    /// The points, as far as the facts are fixed.
    pub(super) fn points(&self, states: &impl Fn(FactId) -> Option<FactState>) -> Option<i64> {
        for (when, case) in self.when.iter().zip(&self.source.cases) {
            if when.truth(states)? {
                return Some(case.points.into());
            }
        }
        Some(self.source.otherwise.into())
    }

    /// Per end, the cases first: when it is the one that gives the points.
    pub(super) fn ends(&self) -> Vec<Formula> {
        let not = |one: &Formula| Formula::made(Shape::Not(Box::new(one.clone())));
        let end = |at: usize| {
            let mut parts: Vec<Formula> = self.when[..at].iter().map(not).collect();
            parts.extend(self.when.get(at).cloned());
            Formula::made(Shape::All(parts))
        };
        (0..=self.when.len()).map(end).collect()
    }

    /// That it costs nothing, or gives a reason that `is_meant` is not about.
    pub(super) fn costs_nothing(
        &self,
        method: ReasonMethod,
        is_meant: impl Fn(u16) -> bool,
    ) -> Formula {
        let costs = |end: &(i32, u16)| method.lost(end.0, self.source.baseline) > 0;
        let parts = self.source.ends().zip(self.ends());
        let parts = parts.filter(|(end, _)| !(costs(end) && is_meant(end.1)));
        Formula::made(Shape::Any(parts.map(|(_, when)| when).collect()))
    }
}
