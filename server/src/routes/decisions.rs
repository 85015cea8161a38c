//! Taking a decision, and showing it again.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use precheck::Audience;
use precheck::units::Locale;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{Service, json, lines, wish};
use crate::application::{self, Decided};
use crate::clock::Moment;
use crate::idempotency::Key;
use crate::observe::DecisionId;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request::{self, DecisionRequest, locale_of};
use crate::store::{Account, Counted, FirstAnswer, KeptDecision, NewDecision, StoreError};
use crate::velocity;

/// The scenario that every policy has; the page is about it.
pub(crate) const SCENARIO: &str = "activation";

/// How often a decision is taken again because something that it was taken on
/// changed. Within one process turns leave one way to that, an erasure; with
/// others on the same database there are more.
const ATTEMPTS: u32 = 16;

pub(super) async fn create(
    State(service): State<Arc<Service>>,
    scenario: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let scenario = scenario.ok().map(|Path(name)| name);
    let scenario = scenario.filter(|name| is_offered(&service, name));
    let scenario = scenario.ok_or_else(|| Problem::new(ProblemKind::NotFound, wish(&uri)))?;
    let bytes = request::bytes(&headers, body).await?;
    let request = request::parse(&bytes)?;
    let locale = request.locale;
    let problem = |kind| Problem::new(kind, locale);
    let key = Key::of(&headers).map_err(|_| problem(ProblemKind::IdempotencyKeyInvalid))?;
    let key = key.map(|key| key.tags(&service.store, &scenario, &request));

    // Whoever sends a key waits for the others of the account: the first of
    // them decides, the others get its answer.
    let mut turn = None;
    if key.is_some() {
        turn = Some(take_turn(&service, &request, ProblemKind::IdempotencyKeyInFlight).await?);
    }
    for _ in 0..ATTEMPTS {
        // One look at the clock: the day and the time of a decision agree.
        let now = Moment::now().ok_or_else(|| problem(ProblemKind::Internal))?;
        if let Some(key) = &key {
            let first = service.store.first_answer(key, now.milliseconds()).await;
            match first.map_err(|error| problem(error.into()))? {
                Some(FirstAnswer::Same(kept)) => return again(kept, locale),
                Some(FirstAnswer::Other) => {
                    return Err(problem(ProblemKind::IdempotencyKeyReused));
                }
                None => {}
            }
        }
        let as_of = service.as_of.unwrap_or_else(|| now.date());
        if !service.policy.is_in_force(as_of) {
            return Err(problem(ProblemKind::PolicyNotInForce));
        }
        let account = service.store.account(&request.account, service.demo).await;
        let Some(account) = account.map_err(|error| problem(error.into()))? else {
            return Err(unknown_account(locale));
        };
        let line = service.store.line(&account.id).await;
        let line = line.map_err(|error| problem(error.into()))?;
        let facts = lines::facts_of(&service, &scenario, &account, &line, as_of);
        let account = Account { facts, ..account };
        let is_counted = velocity::is_counted(&service.policy, &scenario, &account.facts);
        if is_counted && turn.is_none() {
            turn = Some(take_turn(&service, &request, ProblemKind::Overloaded).await?);
            // Others may have applied while this one waited.
            continue;
        }
        let mut counted = None;
        if is_counted {
            let since_ms = now.milliseconds().saturating_sub(velocity::WINDOW_MS);
            let seen = service.store.applications(&account, since_ms).await;
            let seen = seen.map_err(|error| problem(error.into()))?;
            counted = Some(Counted { since_ms, seen });
        }
        let decision = decide(&service, &scenario, &request, account, counted, now)?;
        let decision = NewDecision { key, ..decision };
        let notice = decision.notices.0.get(locale.as_str());
        let answer = notice.and_then(|notice| {
            let NewDecision { id, decided_at, .. } = &decision;
            answer(id, decided_at, &decision.outcome, notice)
        });
        let answer = answer.ok_or_else(|| problem(ProblemKind::Internal))?;
        let id = decision.id.clone();
        let at = lines::At { now, today: as_of };
        let steps = lines::follow(&service, &decision, line, at).await;
        let steps = steps.map_err(problem)?;
        match service.store.keep_with(decision, steps).await {
            Ok(()) => return Ok(created(id, answer)),
            Err(StoreError::Stale) => {}
            Err(error) => return Err(problem(error.into())),
        }
    }
    Err(problem(ProblemKind::Overloaded))
}

/// Waits until no other decision of the account is being taken here. `busy` is
/// what is said where that takes too long.
async fn take_turn<'s>(
    service: &'s Service,
    request: &DecisionRequest,
    busy: ProblemKind,
) -> Result<tokio::sync::MutexGuard<'s, ()>, Problem> {
    let turn = service.turns.take(&request.account).await;
    turn.ok_or_else(|| Problem::new(busy, request.locale))
}

/// Takes a decision, once.
pub(super) fn decide(
    service: &Service,
    scenario: &str,
    request: &DecisionRequest,
    account: Account,
    counted: Option<Counted>,
    now: Moment,
) -> Result<NewDecision, Problem> {
    let as_of = service.as_of.unwrap_or_else(|| now.date());
    let decided_at = now.to_string();
    let locale = request.locale;
    let Decided {
        decision,
        outcome,
        notices,
        facts,
        origins,
    } = application::take(
        &service.policy,
        scenario,
        as_of,
        request.clone(),
        &account.facts,
        counted.map(|counted| counted.seen.saturating_add(1)),
        &decided_at,
    )?;
    let model = service.policy.model();
    Ok(NewDecision {
        id: Uuid::new_v4().to_string(),
        decided_at,
        decided_ms: now.milliseconds(),
        scenario: scenario.to_owned(),
        policy_pack: model.pack.clone(),
        policy_version: model.version,
        policy_hash: service.policy.hash(),
        as_of: as_of.to_string(),
        account,
        locale: locale.as_str(),
        decision: decision.as_str(),
        counts: velocity::is_application(&service.policy, scenario, decision),
        outcome,
        notices,
        facts,
        origins,
        key: None,
        counted,
    })
}

/// The answer to a request that was decided before: that answer.
fn again(kept: KeptDecision, locale: Locale) -> Result<Response, Problem> {
    let notice = kept.notices.0.get(&kept.locale);
    let text = notice.and_then(|notice| answer(&kept.id, &kept.decided_at, &kept.outcome, notice));
    let text = text.ok_or_else(|| Problem::new(ProblemKind::Internal, locale))?;
    let mut response = created(kept.id, text);
    let replayed = HeaderName::from_static("idempotent-replayed");
    response
        .headers_mut()
        .insert(replayed, HeaderValue::from_static("true"));
    Ok(response)
}

fn created(id: String, answer: String) -> Response {
    let mut response = json(answer);
    *response.status_mut() = StatusCode::CREATED;
    if let Ok(location) = HeaderValue::from_str(&format!("/v1/decisions/{id}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response.extensions_mut().insert(DecisionId(id));
    response
}

/// Whether callers may have decisions in a scenario: those of the server's
/// own are answered like ones that do not exist.
fn is_offered(service: &Service, name: &str) -> bool {
    let policy = &service.policy;
    let scenario = policy.scenario_id(name).map(|id| policy.scenario(id));
    scenario.is_some_and(|one| one.audience == Audience::Public)
}

pub(super) async fn show(
    State(service): State<Arc<Service>>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let problem = |kind| Problem::new(kind, wish(&uri));
    let wished = locale_of(&uri)?;
    // An id that could not be one is answered like one that is not there.
    let id = id.ok().map(|Path(id)| id).filter(|id| is_decision_id(id));
    let id = id.ok_or_else(|| problem(ProblemKind::DecisionNotFound))?;
    let kept = service
        .store
        .decision(&id)
        .await
        .map_err(|error| problem(error.into()))?;
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

/// The answer. The document has the bytes that the engine's own
/// `Document::to_json` has, whether the decision is new or kept.
fn answer(id: &str, decided_at: &str, outcome: &RawValue, notice: &RawValue) -> Option<String> {
    #[derive(Serialize)]
    struct Answer<'a> {
        id: &'a str,
        decided_at: &'a str,
        document: &'a RawValue,
    }
    let document = format!(
        r#"{{"outcome":{},"notice":{}}}"#,
        outcome.get(),
        notice.get()
    );
    let document = RawValue::from_string(document).ok()?;
    serde_json::to_string(&Answer {
        id,
        decided_at,
        document: &document,
    })
    .ok()
}

pub(super) fn unknown_account(locale: Locale) -> Problem {
    let detail = match locale {
        Locale::En => "There is no such account.",
        _ => "账户不存在。",
    };
    let fault = Fault::new("/account", "account-unknown", detail);
    Problem::at(ProblemKind::AccountUnknown, locale, vec![fault])
}
