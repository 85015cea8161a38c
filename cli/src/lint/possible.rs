//! Combinations that no application has: every question leaves them out.
//!
//! Not so those with the fact whose direction is looked at: between two values
//! that can be, one may lie that cannot, and a proof goes from each value to
//! the next. More applications are looked at there, so what is proved stays
//! proved.

use precheck::{FactId, Model};

use super::formula::Formula;
use super::report::Report;
use super::solve::{Question, Window};
use crate::compile::Places;

/// The combinations that bear upon some facts, directly or through others, and
/// do not look at one fact.
pub(super) fn related(
    impossible: &[Formula],
    without: Option<FactId>,
    mut facts: Vec<FactId>,
) -> Vec<&Formula> {
    let mut found: Vec<&Formula> = Vec::new();
    let is_left = |one: &&Formula| without.is_none_or(|fact| !one.facts().contains(&fact));
    let mut rest: Vec<&Formula> = impossible.iter().filter(is_left).collect();
    loop {
        let bears = |one: &&Formula| one.facts().iter().any(|fact| facts.contains(fact));
        let (near, far): (Vec<_>, Vec<_>) = rest.into_iter().partition(bears);
        if near.is_empty() {
            return found;
        }
        facts.extend(near.iter().flat_map(|one| one.facts()));
        found.extend(near);
        rest = far;
    }
}

/// Reports combinations that exclude nobody whom the others leave.
pub(super) fn check(model: &Model, places: &Places, report: &Report<'_>) {
    let all: Vec<Formula> = model
        .impossible
        .iter()
        .map(|one| Formula::of(&one.when))
        .collect();
    for (index, (one, places)) in model.impossible.iter().zip(&places.impossible).enumerate() {
        let others = all.iter().enumerate().filter(|(other, _)| *other != index);
        let mut wants: Vec<(&Formula, bool)> = others.map(|(_, other)| (other, false)).collect();
        wants.push((&all[index], true));
        let question = Question {
            defs: &model.facts,
            wants,
            characteristics: Vec::new(),
            cases: Vec::new(),
            window: Window::ALL,
        };
        let (id, at) = (&one.id, &places.id);
        let unknown = format!("`{id}` excludes any application");
        if report.settle(question.solve(), at, id, &unknown) == Some(None) {
            let message = format!("`{id}` excludes nobody whom the other combinations leave");
            let help =
                "look for parts that exclude each other or lie outside a domain, or remove it";
            report.find(at, "impossible-idle", id, message, help);
        }
    }
}
