//! Everything that a decision came from, for staff who look at it again.
//!
//! The decision is taken once more, under the policy that took it and with the
//! facts that were kept: rules with their verdicts, points, facts with their
//! values, laid out by the engine. Beside it stands from whom the facts were,
//! and when. Nothing is kept of it, and no person's page asks for it.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use precheck::units::Locale;
use precheck::{Audience, Block, Page, decide, trace_for, validate};
use serde::Serialize;

use super::changes::{application, old_policy};
use super::decisions::is_decision_id;
use super::{Service, json, wish};
use crate::audit::Origin;
use crate::observe::DecisionId;
use crate::problem::{Problem, ProblemKind};

#[derive(Serialize)]
struct Shown<'t> {
    id: &'t str,
    account: &'t str,
    /// The language that everything is in.
    locale: Locale,
    title: &'t str,
    blocks: &'t [Block],
    origins: &'t [Origin],
}

/// The full trace of a decision, in the locale that is asked for.
pub(super) async fn show(
    State(service): State<Arc<Service>>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let locale = wish(&uri);
    let problem = |kind| Problem::new(kind, locale);
    // An id that could not be one is answered like one that is not there.
    let id = id.ok().map(|Path(id)| id).filter(|id| is_decision_id(id));
    let id = id.ok_or_else(|| problem(ProblemKind::DecisionNotFound))?;
    let replay = service.store.replay(&id).await;
    let replay = replay.map_err(|error| problem(error.into()))?;
    let replay = replay.ok_or_else(|| problem(ProblemKind::DecisionNotFound))?;
    let release = service.policies.active();
    let old = old_policy(&service, &release.policy, &replay, locale).await?;
    let policy = old.as_deref().unwrap_or(&release.policy);
    let validated = validate(policy, &application(&replay, locale)?);
    let validated = validated.map_err(|problems| {
        let code = problems.first().map(|one| one.code);
        tracing::error!(code, "a kept decision cannot be taken again");
        problem(ProblemKind::Internal)
    })?;
    let evaluation = policy.evaluate(validated.scenario, &validated.facts);
    let outcome = decide(policy, &validated, &evaluation);
    let trace = trace_for(policy, &validated, &evaluation, &outcome, Audience::Server);
    let page = Page::trace(policy, &validated, &trace, locale);
    let text = serde_json::to_string(&Shown {
        id: &id,
        account: &replay.account,
        locale: page.locale,
        title: &page.title,
        blocks: &page.blocks,
        origins: &replay.origins,
    });
    let mut response = json(text.map_err(|_| problem(ProblemKind::Internal))?);
    response.extensions_mut().insert(DecisionId(id));
    Ok(response)
}
