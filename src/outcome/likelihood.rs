//! How likely each decision is, and where the score will probably lie.

use serde::Serialize;

use crate::evaluate::{Evaluation, Look, basis_points};
use crate::facts::FactState;
use crate::policy::{Audience, Decision, Policy};
use crate::validate::Validated;

/// How likely a decision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Chance {
    /// The decision.
    pub decision: Decision,
    /// Its probability, in basis points.
    pub probability: u64,
}

/// Where the score lies: at least so many percent of people with the known
/// facts have no higher one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ScoreQuantiles {
    /// One in twenty.
    pub p5: i64,
    /// A quarter.
    pub p25: i64,
    /// Half.
    pub p50: i64,
    /// Three quarters.
    pub p75: i64,
    /// All but one in twenty.
    pub p95: i64,
}

/// What the policy's priors say about the facts that are not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Likelihood {
    /// The decisions that are possible, mildest first; 10 000 together.
    pub decisions: Vec<Chance>,
    /// Whether checks that only the server can make were taken to find
    /// nothing: the probabilities then hold *if* they do.
    pub if_checks_pass: bool,
    /// The score, if the scenario has a scorecard whose points can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<ScoreQuantiles>,
}

/// What is likely; `None` where nothing is open, or a fact that matters has no
/// prior.
pub(super) fn likelihood(
    policy: &Policy,
    application: &Validated,
    evaluation: &Evaluation,
    look: &mut Look<'_>,
) -> Option<Likelihood> {
    if evaluation.decisions.len() <= 1 {
        return None;
    }
    let chances = basis_points(look.decisions()?);
    let if_checks_pass = look.assumes;
    // With the checks taken to find nothing, what only they bring about is out.
    let told = |decision: &Decision| {
        let is_open = evaluation.if_checks_pass.contains(*decision);
        !if_checks_pass || is_open || chances[*decision as usize] > 0
    };
    let decisions: Vec<Chance> = evaluation
        .decisions
        .iter()
        .filter(told)
        .map(|decision| Chance {
            decision,
            probability: chances[decision as usize],
        })
        .collect();
    if decisions.len() <= 1 {
        return None;
    }
    // A known fact of the server's own would show in the score.
    let scenario = policy.scenario(application.scenario);
    let mut known = scenario.facts.iter().filter(|fact| {
        let is_known = application.facts.get(**fact) != FactState::Unknown;
        let def = policy.fact(**fact);
        is_known && def.is_some_and(|def| def.audience == Audience::Server)
    });
    let quantiles = match known.next() {
        None => look.quantiles([5, 25, 50, 75, 95]),
        Some(_) => None,
    };
    let score = quantiles.map(|[p5, p25, p50, p75, p95]| ScoreQuantiles {
        p5,
        p25,
        p50,
        p75,
        p95,
    });
    Some(Likelihood {
        decisions,
        if_checks_pass,
        score,
    })
}
