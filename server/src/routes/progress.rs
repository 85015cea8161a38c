//! A decision as server-sent events: what is being asked, and then the answer.
//!
//! The same address as the plain decision, chosen by `Accept`, rather than one
//! of its own that is polled: one request, one decision, one connection that
//! ends; a page without this reads JSON as before, and a caller that goes away
//! ends the questions. (The browser's `EventSource` cannot send a body; pages
//! read the stream of `fetch`.)
//!
//! | event | data | when |
//! |---|---|---|
//! | `source` | `{ "source", "name", "step" }`, step `asked`, `answered` or `missing` | for each source twice, in the order in which it happens |
//! | `decision` | the bytes of the plain answer | last |
//! | `problem` | the problem document | last, in place of the decision |
//!
//! A comment is sent every [`HEARTBEAT`], so that nothing in between takes the
//! connection for dead. What is wrong with a request is known before the first
//! event, and answered as ever, with its status. Names are said in the locale
//! of the request; what a source said is never in an event.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use precheck::units::Locale;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_stream::Stream;

use super::decisions::REPLAYED;
use super::kept::Kept;
use super::pending::Pending;
use crate::observe::{DecisionId, PATIENCE};
use crate::problem::{Problem, ProblemKind};
use crate::upstreams::{Progress, Step};

/// How long the stream is silent at most.
const HEARTBEAT: Duration = Duration::from_secs(5);
const MEDIA_TYPE: &str = "text/event-stream";

/// Whether the caller wants events. Whoever accepts both gets JSON.
pub(super) fn is_wished(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter();
    let types = accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|all| all.split(','))
        .map(|one| one.split(';').next().unwrap_or_default().trim());
    let mut wishes_events = false;
    for media_type in types {
        if media_type.eq_ignore_ascii_case("application/json") {
            return false;
        }
        wishes_events |= media_type.eq_ignore_ascii_case(MEDIA_TYPE);
    }
    wishes_events
}

/// Takes the decision while it tells how far it is.
pub(super) fn stream(pending: Pending) -> Response {
    let locale = pending.request.locale;
    // Two steps a source, and the end: nothing ever waits for a slow reader.
    let room = 2 * pending.sources() + 1;
    let (events, waiting) = mpsc::channel(room);
    let mut work = JoinSet::new();
    work.spawn(tell(pending, events, locale));
    response(waiting, work, locale)
}

/// Tells a decision that was taken before.
pub(super) fn again(kept: Kept, locale: Locale) -> Response {
    let (events, waiting) = mpsc::channel(1);
    // There is room for it.
    let _ = events.try_send(decision(kept.answer));
    let mut response = response(waiting, JoinSet::new(), locale);
    let replayed = HeaderValue::from_static("true");
    response.headers_mut().insert(REPLAYED, replayed);
    response.extensions_mut().insert(DecisionId(kept.id));
    response
}

fn decision(answer: String) -> Event {
    Event::default().event("decision").data(answer)
}

fn response(waiting: mpsc::Receiver<Event>, work: JoinSet<()>, locale: Locale) -> Response {
    let stream = Events {
        waiting,
        _work: work,
    };
    let stream = Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    let mut response = stream.into_response();
    let headers = response.headers_mut();
    let unbuffered = HeaderName::from_static("x-accel-buffering");
    headers.insert(unbuffered, HeaderValue::from_static("no"));
    let private = HeaderValue::from_static("no-store");
    headers.insert(header::CACHE_CONTROL, private);
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(locale.as_str()),
    );
    response
}

/// Runs a decision, and sends what happens.
async fn tell(pending: Pending, events: mpsc::Sender<Event>, locale: Locale) {
    let (progress, mut steps) = mpsc::channel(2 * pending.sources() + 1);
    // In a task of its own, so that a defect ends in an event and not in silence.
    let mut deciding = JoinSet::new();
    deciding.spawn(async move {
        let service = Arc::clone(&pending.service);
        let _inside = service.gate.load.enter();
        pending.decide(Some(&progress)).await
    });
    let patience = tokio::time::sleep(PATIENCE);
    tokio::pin!(patience);
    let ended = loop {
        tokio::select! {
            biased;
            Some(step) = steps.recv() => {
                // Whoever listened may have gone; then this task is ended soon.
                let _ = events.try_send(source(&step, locale));
            }
            ended = deciding.join_next() => break ended,
            () = &mut patience => break Some(Ok(Err(Problem::new(ProblemKind::TimedOut, locale)))),
        }
    };
    let internal = || Problem::new(ProblemKind::Internal, locale);
    let ended = match ended {
        Some(Ok(ended)) => ended,
        _ => Err(internal()),
    };
    let last = match ended {
        Ok(Kept { id, answer, .. }) => {
            tracing::info!(decision = id, "told over events");
            decision(answer)
        }
        Err(problem) => {
            tracing::info!(code = problem.code(), "told over events");
            Event::default().event("problem").data(problem.document())
        }
    };
    let _ = events.try_send(last);
}

fn source(step: &Progress, locale: Locale) -> Event {
    #[derive(Serialize)]
    struct Shape<'a> {
        source: &'a str,
        name: &'a str,
        step: &'a str,
    }
    let shape = Shape {
        source: &step.source,
        name: match locale {
            Locale::En => &step.names.en,
            _ => &step.names.zh_cn,
        },
        step: match step.step {
            Step::Asked => "asked",
            Step::Answered => "answered",
            Step::Missing => "missing",
        },
    };
    // Three texts: nothing that can fail.
    let data = serde_json::to_string(&shape).unwrap_or_default();
    Event::default().event("source").data(data)
}

/// The events of one decision. Dropping them ends the work: nobody waits.
struct Events {
    waiting: mpsc::Receiver<Event>,
    _work: JoinSet<()>,
}

impl Stream for Events {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.waiting.poll_recv(context).map(|event| event.map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_for_whoever_asks_for_nothing_else() {
        for (accepted, expected, why) in [
            (vec!["text/event-stream"], true, "events"),
            (
                vec!["Text/Event-Stream; q=1"],
                true,
                "however it is written",
            ),
            (vec!["*/*"], false, "anything is JSON"),
            (
                vec!["application/json, text/event-stream"],
                false,
                "both is JSON",
            ),
            (
                vec!["text/event-stream", "application/json"],
                false,
                "in two headers",
            ),
            (vec![], false, "nothing said is JSON"),
        ] {
            let mut headers = HeaderMap::new();
            for value in accepted {
                headers.append(header::ACCEPT, HeaderValue::from_static(value));
            }
            assert_eq!(is_wished(&headers), expected, "{why}");
        }
    }
}
