//! What is worth asking next.
//!
//! Each open question is tried with every answer that makes a difference; the
//! one that is expected to leave least open comes first. Where the policy says
//! how often answers occur, that is measured by entropy; otherwise by the
//! number of decisions left on average, then by how far the answer moves the
//! score. Ties keep policy order. Questions that can change nothing any more
//! are not asked.

use serde::Serialize;

use crate::evaluate::{Board, Checks, Choice, Evaluation, Look, bands, classes, settled};
use crate::policy::{Audience, FactId, Policy, Source};
use crate::validate::Validated;

/// One question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ask<'p> {
    /// The fact that the answer gives.
    pub fact: &'p str,
    /// The identity field that gives it, if one does.
    pub field: Option<&'p str>,
}

pub(super) fn ask<'p>(
    policy: &'p Policy,
    application: &Validated,
    evaluation: &Evaluation,
    mut look: Option<&mut Look<'_>>,
) -> Vec<Ask<'p>> {
    if evaluation.if_checks_pass.len() <= 1 {
        return Vec::new();
    }
    let scenario = policy.scenario(application.scenario);
    let plan = policy.plan(application.scenario);
    let defs = &policy.model().facts;
    let mut board = Board::of(policy, application.scenario, &application.facts);
    let now = board.bound(Checks::FindNothing);
    let score_is_open = match (&scenario.scorecard, evaluation.score) {
        (Some(card), Some(score)) => bands(card, score).len() > 1,
        _ => false,
    };
    let mut asks: Vec<Ask<'p>> = Vec::new();
    // Decisions left open in thousandths on average, spread, policy order.
    let mut order: Vec<(i64, i64, usize, usize)> = Vec::new();
    let mut entropies = Some(Vec::new());
    for (at, fact) in plan.facts.iter().enumerate() {
        let given = board.choice(at);
        if !board.is_open(at) || application.facts.get(fact.fact).is_settled() {
            continue;
        }
        let Some((asked, ask)) = question(policy, application, fact.fact) else {
            continue;
        };
        let (mut left, mut answers) = (0, 0);
        let mut narrows = false;
        for class in classes(fact, given) {
            board.set(at, Choice::Class(class as u16));
            let then = board.bound(Checks::FindNothing);
            left += then.len() as i64;
            answers += 1;
            narrows |= then != now;
        }
        board.set(at, given);
        let mut spread = fact.points.1 - fact.points.0;
        for one in scenario.scorecard.iter().flat_map(|card| &card.conditional) {
            if one.facts().any(|of| of == fact.fact)
                && settled(one, defs, &application.facts).is_none()
            {
                let (least, most) = one.span();
                spread += most - least;
            }
        }
        if (narrows || (score_is_open && spread > 0)) && !asks.contains(&ask) {
            let place = scenario.facts.iter().position(|id| *id == asked);
            let average = left * 1000 / answers;
            order.push((average, -spread, place.unwrap_or(usize::MAX), asks.len()));
            asks.push(ask);
            let after = look.as_mut().and_then(|look| look.entropy_after(fact.fact));
            entropies = entropies.zip(after).map(|(mut all, after)| {
                all.push(after);
                all
            });
        }
    }
    if let Some(entropies) = entropies {
        for (place, entropy) in order.iter_mut().zip(entropies) {
            (place.0, place.1) = (entropy as i64, 0);
        }
    }
    crate::order::sort(&mut order);
    order.into_iter().map(|(.., index)| asks[index]).collect()
}

/// What to ask for a fact: itself, or the one that it is derived from. `None`
/// when it is not the applicant's to tell.
fn question<'p>(
    policy: &'p Policy,
    application: &Validated,
    fact: FactId,
) -> Option<(FactId, Ask<'p>)> {
    let derived = policy.model().derived.iter().find(|one| one.fact == fact);
    let asked = derived.map_or(Some(fact), |one| {
        let (first, second) = one.formula.inputs();
        let is_open = |fact| !application.facts.get(fact).is_settled();
        second.filter(|_| !first.is_some_and(is_open)).or(first)
    })?;
    let def = policy.fact(asked)?;
    if def.audience != Audience::Public || def.source != Source::Applicant {
        return None;
    }
    let fields = &policy.scenario(application.scenario).fields;
    let field = fields.iter().find(|field| field.birth_date == Some(asked));
    let ask = Ask {
        fact: &def.name,
        field: field.map(|field| field.name.as_str()),
    };
    Some((asked, ask))
}
