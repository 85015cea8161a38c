//! Evaluation → Outcome: what may be told.
//!
//! The outcome is the document that every side agrees on. It names what is
//! possible, what stands in the way and what is worth asking next, and it
//! holds nothing that a person may not see: confidential reasons have become
//! the policy's neutral one, and the score is the range that the public facts
//! leave, on the server too.

mod ask;
mod likelihood;
mod ranking;
mod reasons;

use serde::Serialize;

pub use ask::Ask;
pub use likelihood::{Chance, Likelihood, ScoreQuantiles};
pub use reasons::{OutcomeReason, Stage};

use crate::evaluate::{Evaluation, Look, Range};
use crate::identity::cross::CrossIssue;
use crate::identity::{FieldCheck, FieldKind, Span, Status as FieldStatus};
use crate::policy::{Audience, Decision, Policy, ReasonMethod};
use crate::units::Date;
use crate::validate::Validated;

/// The version of the outcome's shape.
pub const OUTCOME_FORMAT: u8 = 1;

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Approved unless a check that only the server can make finds something.
    Likely,
    /// Depends on what is not known yet.
    CannotTell,
    /// Not approved, however the unknown facts turn out.
    WouldFail,
    /// Everything is known, and the full policy has decided.
    Decided,
}

/// Which policy an outcome comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyRef<'p> {
    /// Name of the pack.
    pub pack: &'p str,
    /// Version of the pack.
    pub version: u32,
    /// Whose projection of the policy it is.
    pub audience: Audience,
    /// SHA-256 of the bundle's payload, in hexadecimal.
    pub hash: String,
}

impl<'p> PolicyRef<'p> {
    pub(crate) fn of(policy: &'p Policy) -> PolicyRef<'p> {
        let model = policy.model();
        PolicyRef {
            pack: &model.pack,
            version: model.version,
            audience: model.audience,
            hash: policy.hash(),
        }
    }
}

/// The score as far as public facts determine it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ShownScore {
    /// The least it can be.
    pub min: i64,
    /// The most it can be.
    pub max: i64,
    /// The score from which the scorecard approves, if any score does.
    pub approve_from: Option<i64>,
    /// How many decimals the three have; left out when none.
    #[serde(skip_serializing_if = "is_zero")]
    pub digits: u8,
}

/// How the reasons of a score are ranked. The baselines are those of the
/// policy that the outcome names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ranking<'p> {
    /// The scorecard.
    pub scorecard: &'p str,
    /// What points are measured against.
    pub method: ReasonMethod,
}

/// The check of one identity field, without what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldOutcome<'p> {
    /// Name of the field.
    pub name: &'p str,
    /// How it was checked.
    pub kind: FieldKind,
    /// The verdict.
    pub status: FieldStatus,
    /// The issue, if there is one.
    pub code: Option<&'static str>,
    /// The place of the issue in what was typed.
    pub span: Option<Span>,
}

/// What may be told about an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome<'p> {
    /// [`OUTCOME_FORMAT`].
    pub format: u8,
    /// The policy.
    pub policy: PolicyRef<'p>,
    /// The scenario.
    pub scenario: &'p str,
    /// The day.
    pub as_of: Date,
    /// Where the application stands.
    pub status: Status,
    /// Every decision that is possible, mildest first. One: it is certain.
    pub decisions: Vec<Decision>,
    /// The same if the checks that only the server can make find nothing.
    pub if_checks_pass: Vec<Decision>,
    /// Whether each of the decisions, and both ends of the limit, are known to
    /// be reached by some completion.
    pub tight: bool,
    /// The score, if the scenario has a scorecard.
    pub score: Option<ShownScore>,
    /// The amounts in fen that an approval may come with; left out when it
    /// cannot be approved or the scenario has no table of limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Range>,
    /// How likely each decision is; left out where that is certain, or the
    /// policy does not say how often the values of an unknown fact occur.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<Likelihood>,
    /// How the reasons of the score were ranked; left out without a scorecard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranking: Option<Ranking<'p>>,
    /// What stands in the way for certain; at most four, most weighty first.
    pub reasons: Vec<OutcomeReason<'p>>,
    /// What may stand in the way, depending on facts not given; at most four.
    pub possible: Vec<OutcomeReason<'p>>,
    /// What the server will look at besides.
    pub checks: Vec<&'p str>,
    /// What is worth asking next, best first.
    pub ask: Vec<Ask<'p>>,
    /// The identity fields that were given.
    pub fields: Vec<FieldOutcome<'p>>,
    /// What the fields say about each other; left out when that is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<CrossIssue>,
    /// The public facts that were known.
    pub known: Vec<&'p str>,
    /// The public facts that were not known, and about which nothing was assumed.
    pub unknown: Vec<&'p str>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
pub(crate) fn is_zero(digits: &u8) -> bool {
    *digits == 0
}

/// Puts together what may be told.
pub fn decide<'p>(
    policy: &'p Policy,
    application: &Validated,
    evaluation: &Evaluation,
) -> Outcome<'p> {
    let scenario = policy.scenario(application.scenario);
    let model = policy.model();
    let mut stated = reasons::reasons(policy, application, evaluation);
    let mut status = status(model.audience, evaluation);
    if status == Status::WouldFail && !model.says_would_fail {
        status = Status::CannotTell;
        stated.soften();
    }
    let (known, unknown) = scenario
        .facts
        .iter()
        .filter_map(|id| Some((*id, policy.fact(*id)?)))
        .filter(|(_, def)| def.audience == Audience::Public)
        .partition::<Vec<_>, _>(|(id, _)| application.facts.get(*id).is_settled());
    let names = |facts: Vec<(u16, &'p crate::policy::FactDef)>| {
        facts
            .into_iter()
            .map(|(_, def)| def.name.as_str())
            .collect()
    };
    let mut look = Look::new(policy, application.scenario, &application.facts);
    let look = &mut look;
    Outcome {
        format: OUTCOME_FORMAT,
        policy: PolicyRef::of(policy),
        scenario: &scenario.name,
        as_of: application.facts.as_of(),
        status,
        decisions: evaluation.decisions.iter().collect(),
        if_checks_pass: evaluation.if_checks_pass.iter().collect(),
        tight: evaluation.tight,
        score: evaluation.shown_score.map(|range| ShownScore {
            min: range.min,
            max: range.max,
            digits: scenario.scorecard.as_ref().map_or(0, |card| card.digits),
            approve_from: scenario.scorecard.as_ref().and_then(|card| {
                let approving = card
                    .bands
                    .iter()
                    .find(|one| one.decision == Decision::Approve);
                approving.map(|band| band.from)
            }),
        }),
        limit: evaluation.limit,
        likelihood: look
            .as_mut()
            .and_then(|look| likelihood::likelihood(policy, application, evaluation, look)),
        ranking: scenario.scorecard.as_ref().map(|card| Ranking {
            scorecard: &card.id,
            method: card.method,
        }),
        reasons: stated.certain,
        possible: stated.possible,
        checks: stated.checks,
        ask: ask::ask(policy, application, evaluation, look.as_mut()),
        fields: fields(policy, application),
        form: application.form.clone(),
        known: names(known),
        unknown: names(unknown),
    }
}

fn status(audience: Audience, evaluation: &Evaluation) -> Status {
    let decisions = evaluation.decisions;
    let could_pass = decisions.contains(Decision::Approve) || decisions.contains(Decision::Refer);
    if audience == Audience::Server && decisions.len() == 1 {
        Status::Decided
    } else if !could_pass {
        Status::WouldFail
    } else if evaluation.if_checks_pass.iter().eq([Decision::Approve]) {
        Status::Likely
    } else {
        Status::CannotTell
    }
}

fn fields<'p>(policy: &'p Policy, application: &Validated) -> Vec<FieldOutcome<'p>> {
    let declared = &policy.scenario(application.scenario).fields;
    let given = declared.iter().zip(&application.fields);
    given
        .filter_map(|(field, check)| {
            let check: &FieldCheck = check.as_ref()?;
            Some(FieldOutcome {
                name: &field.name,
                kind: field.kind,
                status: check.status,
                code: check.code.map(|code| code.as_str()),
                span: check.span,
            })
        })
        .collect()
}
