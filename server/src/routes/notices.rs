//! What waits to be sent to people, for operators.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use serde::Serialize;

use super::{Service, json, wish};
use crate::callers::Caller;
use crate::clock::Moment;
use crate::outbox::State as Standing;
use crate::problem::{Problem, ProblemKind};
use crate::store::{About, Again, Change, Deed, Listed, StoreError, Waiting};
use crate::watch::Metrics;

#[derive(Serialize)]
struct Shown {
    channels: Vec<ShownChannel>,
    /// The oldest first, a hundred at most.
    waiting: Vec<Listed>,
    /// The same of what was given up.
    given_up: Vec<Listed>,
}

#[derive(Serialize)]
pub(super) struct ShownChannel {
    channel: String,
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

impl ShownChannel {
    /// Puts it among what is measured.
    pub(super) fn measure(&self, metrics: &Metrics) {
        let counts = [
            (Standing::Queued, self.queued),
            (Standing::Sending, self.sending),
            (Standing::Failed, self.failed),
            (Standing::GivenUp, self.given_up),
        ];
        let counts = counts.map(|(state, count)| (state.as_str(), count));
        metrics.waiting(&self.channel, counts, self.oldest_s);
    }
}

/// What waits, by channel: those of the file, and those of before.
pub(super) async fn channels(service: &Service) -> Result<Vec<ShownChannel>, ProblemKind> {
    let counts = service.store.waiting().await.map_err(ProblemKind::from)?;
    let now = Moment::now().ok_or(ProblemKind::Internal)?;
    let breakers: BTreeMap<&str, &'static str> =
        service.store.outbox().states(Instant::now()).collect();
    let ids: BTreeSet<&str> = counts
        .keys()
        .map(|id| &**id)
        .chain(breakers.keys().copied())
        .collect();
    let none = Waiting::default();
    let channels = ids.into_iter().map(|channel| {
        let Waiting { counts, oldest_ms } = counts.get(channel).unwrap_or(&none);
        let count = |state: Standing| counts.get(state.as_str()).copied().unwrap_or(0);
        let age = |ms: i64| now.milliseconds().saturating_sub(ms).max(0) / 1000;
        ShownChannel {
            channel: channel.to_owned(),
            breaker: breakers.get(channel).copied(),
            queued: count(Standing::Queued),
            sending: count(Standing::Sending),
            failed: count(Standing::Failed),
            given_up: count(Standing::GivenUp),
            oldest_s: oldest_ms.map(age),
        }
    });
    Ok(channels.collect())
}

/// What waits, by channel, and what was given up.
pub(super) async fn show(
    State(service): State<Arc<Service>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let problem = |kind: ProblemKind| Problem::new(kind, wish(&uri));
    let failed = |error: StoreError| problem(error.into());
    let store = &service.store;
    let shown = Shown {
        channels: channels(&service).await.map_err(problem)?,
        waiting: store.unsent().await.map_err(failed)?,
        given_up: store.given_up().await.map_err(failed)?,
    };
    let text = serde_json::to_string(&shown);
    let text = text.map_err(|_| problem(ProblemKind::Internal))?;
    Ok(json(text))
}

/// Sends a notice anew over every channel where it failed or was given up; how
/// far it is then.
pub(super) async fn retry(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let problem = |kind: ProblemKind| Problem::new(kind, wish(&uri));
    let failed = |error: StoreError| problem(error.into());
    let Ok(Path(id)) = id else {
        return Err(problem(ProblemKind::NotFound));
    };
    let about = (About::Notice(&id), Again::Notice(&id));
    // What is on its way or has arrived stays so.
    send(&service, &caller, about).await.map_err(problem)?;
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
    Extension(caller): Extension<Caller>,
    channel: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let problem = |kind: ProblemKind| Problem::new(kind, wish(&uri));
    let mut states = service.store.outbox().states(Instant::now());
    let channel = channel.ok().map(|Path(channel)| channel);
    let Some(channel) = channel.filter(|id| states.any(|(one, _)| one == id)) else {
        return Err(problem(ProblemKind::NotFound));
    };
    let about = (About::Channel(&channel), Again::Channel(&channel));
    let any = send(&service, &caller, about).await.map_err(problem)?;
    Ok(json(format!("{{\"queued\":{any}}}")))
}

/// Sends notices anew, with a row of the log that says who wanted it; whether
/// there were any.
async fn send(
    service: &Service,
    caller: &Caller,
    (about, again): (About<'_>, Again<'_>),
) -> Result<bool, ProblemKind> {
    let now = Moment::now().ok_or(ProblemKind::Internal)?;
    let deed = Deed {
        act: "notices-sent-anew",
        caller: Some(&caller.id),
        because: "",
        about: Some(about),
        now,
    };
    let change = Change::Send(again, now.milliseconds());
    match service.store.does(deed, change).await {
        Ok(_) => Ok(true),
        Err(StoreError::Stale) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
