//! What waits to be sent to people, for operators.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use serde::Serialize;

use super::{Service, json, wish};
use crate::clock::Moment;
use crate::outbox::State as Standing;
use crate::problem::{Problem, ProblemKind};
use crate::store::{Again, Listed, Waiting};

#[derive(Serialize)]
struct Shown<'a> {
    channels: Vec<ShownChannel<'a>>,
    /// The oldest first, a hundred at most.
    waiting: Vec<Listed>,
    /// The same of what was given up.
    given_up: Vec<Listed>,
}

#[derive(Serialize)]
struct ShownChannel<'a> {
    channel: &'a str,
    /// Whether it is used: `closed`, `open` or `half-open`; `None` for one that
    /// is not in the file any more.
    breaker: Option<&'static str>,
    queued: i64,
    sending: i64,
    failed: i64,
    given_up: i64,
    /// For how long the oldest has waited.
    oldest_s: Option<i64>,
}

/// What waits, by channel, and what was given up.
pub(super) async fn show(
    State(service): State<Arc<Service>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let problem = |kind: ProblemKind| Problem::new(kind, wish(&uri));
    let failed = |error: crate::store::StoreError| problem(error.into());
    let store = &service.store;
    let counts = store.waiting().await.map_err(failed)?;
    let waiting = store.unsent().await.map_err(failed)?;
    let given_up = store.given_up().await.map_err(failed)?;
    let now = Moment::now().ok_or_else(|| problem(ProblemKind::Internal))?;
    let mut breakers: BTreeMap<&str, Option<&'static str>> =
        counts.keys().map(|channel| (&**channel, None)).collect();
    let states = store.outbox().states(Instant::now());
    breakers.extend(states.map(|(channel, breaker)| (channel, Some(breaker))));
    let none = Waiting::default();
    let channels = breakers.into_iter().map(|(channel, breaker)| {
        let Waiting { counts, oldest_ms } = counts.get(channel).unwrap_or(&none);
        let count = |state: Standing| counts.get(state.as_str()).copied().unwrap_or(0);
        let age = |ms: i64| now.milliseconds().saturating_sub(ms).max(0) / 1000;
        ShownChannel {
            channel,
            breaker,
            queued: count(Standing::Queued),
            sending: count(Standing::Sending),
            failed: count(Standing::Failed),
            given_up: count(Standing::GivenUp),
            oldest_s: oldest_ms.map(age),
        }
    });
    let shown = Shown {
        channels: channels.collect(),
        waiting,
        given_up,
    };
    let text = serde_json::to_string(&shown);
    let text = text.map_err(|_| problem(ProblemKind::Internal))?;
    Ok(json(text))
}

/// Sends a notice anew over every channel where it failed or was given up; how
/// far it is then.
pub(super) async fn retry(
    State(service): State<Arc<Service>>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let problem = |kind: ProblemKind| Problem::new(kind, wish(&uri));
    let failed = |error: crate::store::StoreError| problem(error.into());
    let Ok(Path(id)) = id else {
        return Err(problem(ProblemKind::NotFound));
    };
    let now = Moment::now().ok_or_else(|| problem(ProblemKind::Internal))?;
    let again = Again::Notice(id.clone());
    let again = service.store.again(again, now.milliseconds()).await;
    // What is on its way or has arrived stays so.
    again.map_err(failed)?;
    let listed = service.store.deliveries_of(&id).await.map_err(failed)?;
    if listed.is_empty() {
        return Err(problem(ProblemKind::NotFound));
    }
    let text = serde_json::to_string(&listed);
    let text = text.map_err(|_| problem(ProblemKind::Internal))?;
    Ok(json(text))
}

/// Sends everything anew that was given up over a channel.
pub(super) async fn retry_all(
    State(service): State<Arc<Service>>,
    channel: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let problem = |kind: ProblemKind| Problem::new(kind, wish(&uri));
    let mut states = service.store.outbox().states(Instant::now());
    let channel = channel.ok().map(|Path(channel)| channel);
    let Some(channel) = channel.filter(|id| states.any(|(one, _)| one == id)) else {
        return Err(problem(ProblemKind::NotFound));
    };
    let now = Moment::now().ok_or_else(|| problem(ProblemKind::Internal))?;
    let again = Again::Channel(channel);
    let any = service.store.again(again, now.milliseconds()).await;
    let any = any.map_err(|error| problem(error.into()))?;
    Ok(json(format!("{{\"queued\":{any}}}")))
}
