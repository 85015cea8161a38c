//! How the service is, for machines that look after it.
//!
//! | path | who asks | what it says |
//! |---|---|---|
//! | `/healthz` | anybody | whether decisions are taken |
//! | `/readyz` | a load balancer | the same, and not once the service is about to stop |
//! | `/v1/operate/state` | an operator, with a key | how the sources and the load are |

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::{Service, codes, json, wish};
use crate::clock::Moment;
use crate::problem::{Problem, ProblemKind};

/// What stands in the way of decisions, if anything.
fn trouble(service: &Service) -> Option<ProblemKind> {
    let day = service
        .as_of
        .or_else(|| Moment::now().map(|now| now.date()));
    if !service.store.is_writable() {
        Some(ProblemKind::StoreUnavailable)
    } else if !day.is_some_and(|day| service.policies.active().policy.is_in_force(day)) {
        Some(ProblemKind::PolicyNotInForce)
    } else {
        None
    }
}

fn answer(trouble: Option<ProblemKind>, uri: &Uri) -> Response {
    match trouble {
        Some(kind) => Problem::new(kind, wish(uri)).into_response(),
        None => json(r#"{"status":"ok"}"#.to_owned()),
    }
}

pub(super) async fn alive(State(service): State<Arc<Service>>, uri: Uri) -> Response {
    answer(trouble(&service), &uri)
}

pub(super) async fn ready(State(service): State<Arc<Service>>, uri: Uri) -> Response {
    let stopping = service.stopping.is_set().then_some(ProblemKind::Stopping);
    answer(stopping.or_else(|| trouble(&service)), &uri)
}

#[derive(Serialize)]
struct Shown<'a> {
    trouble: Option<&'static str>,
    stopping: bool,
    /// How long a request waits that comes now.
    wait_ms: u64,
    sources: Vec<SourceState<'a>>,
    codes: Option<CodeState>,
}

/// How one-time codes are, where they are sent.
#[derive(Serialize)]
struct CodeState {
    /// Wrong codes from everybody together, in the window of the alarm.
    wrong: i64,
    /// More than so many, and new codes are held.
    alarm: i64,
    held: bool,
}

#[derive(Serialize)]
struct SourceState<'a> {
    source: &'a str,
    breaker: &'static str,
}

async fn code_state(service: &Service) -> Option<CodeState> {
    service.upstreams.messages.as_ref()?;
    let (store, rules) = (&service.store, service.upstreams.rules);
    let since_ms = store.steady_ms() - rules.alarm_ms;
    let everybody = codes::everybody(store);
    let wrong = store.wrong_codes(&everybody, since_ms, 2 * rules.alarm);
    let wrong = wrong.await.ok()?;
    Some(CodeState {
        wrong,
        alarm: rules.alarm,
        held: wrong > rules.alarm,
    })
}

pub(super) async fn state(State(service): State<Arc<Service>>) -> Response {
    let now = Instant::now();
    let sources = service.upstreams.states(now);
    let state = Shown {
        trouble: trouble(&service).map(ProblemKind::code),
        stopping: service.stopping.is_set(),
        wait_ms: service.gate.load.wait(now),
        sources: sources
            .map(|(source, breaker)| SourceState { source, breaker })
            .collect(),
        codes: code_state(&service).await,
    };
    // Words and numbers only: nothing that can fail.
    json(serde_json::to_string(&state).unwrap_or_default())
}
