//! Taking a decision, and showing it again.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use precheck::Audience;
use uuid::Uuid;

use super::kept::{Kept, answer};
use super::pending::{Begun, Pending, unknown_account};
use super::{Service, body_of, json, links, progress, wish};
use crate::callers::Caller;
use crate::idempotency::Key;
use crate::observe::DecisionId;
use crate::problem::{Problem, ProblemKind};
use crate::request::{self, locale_of};
use crate::store::KeptDecision;

/// The scenario that every policy has; the page is about it.
pub(crate) const SCENARIO: &str = "activation";

/// On the answer to a request that was decided before.
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

pub(super) async fn create(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    scenario: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let scenario = scenario.ok().map(|Path(name)| name);
    let scenario = scenario.filter(|name| is_offered(&service, name));
    let scenario = scenario.ok_or_else(|| Problem::new(ProblemKind::NotFound, wish(&uri)))?;
    let bytes = body_of(&service, &headers, body).await?;
    let request = request::parse(&bytes)?;
    let locale = request.locale;
    let key =
        Key::of(&headers).map_err(|_| Problem::new(ProblemKind::IdempotencyKeyInvalid, locale))?;
    // Another account than a session's is answered like one that is not there,
    // before anything about it is looked at: an answer under a key, above all.
    if !caller.may_see(&request.account) {
        return Err(unknown_account(locale));
    }
    let key = key.map(|key| key.tags(&service.store, &caller.id, &scenario, &request));
    let is_stream = progress::is_wished(&headers);
    match Pending::begin(service, &caller, scenario, request, key, None).await? {
        Begun::Again(kept) if is_stream => Ok(progress::again(kept, locale)),
        Begun::Again(kept) => Ok(created(kept)),
        Begun::New(pending) if is_stream => Ok(progress::stream(*pending)),
        Begun::New(pending) => pending.decide(None).await.map(created),
    }
}

pub(super) fn created(kept: Kept) -> Response {
    let mut response = json(kept.answer);
    *response.status_mut() = StatusCode::CREATED;
    let location = HeaderValue::from_str(&format!("/v1/decisions/{}", kept.id));
    let headers = response.headers_mut();
    if let Ok(location) = location {
        headers.insert(header::LOCATION, location);
    }
    if kept.is_replayed {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response.extensions_mut().insert(DecisionId(kept.id));
    response
}

/// Whether callers may have decisions in a scenario: those of the server's
/// own are answered like ones that do not exist.
fn is_offered(service: &Service, name: &str) -> bool {
    let release = service.policies.active();
    let policy = &release.policy;
    let scenario = policy.scenario_id(name).map(|id| policy.scenario(id));
    // Where there are links, a line is activated by one, and not around it.
    let is_by_link = name == links::SCENARIO && service.upstreams.messages.is_some();
    !is_by_link && scenario.is_some_and(|one| one.audience == Audience::Public)
}

pub(super) async fn show(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let may_see =
        |kept: &KeptDecision| caller.is_of(kept.caller.as_deref()) && caller.may_see(&kept.account);
    shown(&service, id, &uri, may_see).await
}

/// What staff see of a decision: what its person sees, whoever asked for it.
pub(super) async fn operate(
    State(service): State<Arc<Service>>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    shown(&service, id, &uri, |_| true).await
}

async fn shown(
    service: &Service,
    id: Result<Path<String>, PathRejection>,
    uri: &Uri,
    may_see: impl Fn(&KeptDecision) -> bool,
) -> Result<Response, Problem> {
    let problem = |kind| Problem::new(kind, wish(uri));
    let wished = locale_of(uri)?;
    // An id that could not be one is answered like one that is not there.
    let id = id.ok().map(|Path(id)| id).filter(|id| is_decision_id(id));
    let id = id.ok_or_else(|| problem(ProblemKind::DecisionNotFound))?;
    let kept = service
        .store
        .decision(&id)
        .await
        .map_err(|error| problem(error.into()))?;
    let kept = kept.filter(may_see);
    let kept = kept.ok_or_else(|| problem(ProblemKind::DecisionNotFound))?;
    let locale = match wished {
        Some(locale) => locale.as_str(),
        None => &kept.locale,
    };
    let notice = kept.notices.0.get(locale);
    let answer = notice.and_then(|notice| answer(&id, &kept.decided_at, &kept.outcome, notice));
    let mut response = json(answer.ok_or_else(|| problem(ProblemKind::Internal))?);
    response.extensions_mut().insert(DecisionId(id));
    Ok(response)
}

/// Whether a text is an id exactly as [`create`] writes it.
pub(super) fn is_decision_id(text: &str) -> bool {
    text.parse::<Uuid>().is_ok_and(|id| id.to_string() == text)
}
