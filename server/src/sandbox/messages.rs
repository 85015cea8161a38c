//! The gateway for text messages of the sandbox: it keeps the last ones for
//! whoever tries things out, and sends them nowhere.

use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Mode, Shared, behave, json_answer};
use crate::clock::Moment;
use crate::problem::Problem;
use crate::request;

/// How many messages are kept.
const KEPT: usize = 1_000;

/// A message as the service sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    reference: String,
    to: String,
    text: String,
}

#[derive(Clone, Serialize)]
struct Kept {
    #[serde(skip)]
    to: String,
    text: String,
    sent_at: String,
}

/// The last messages, the newest first.
#[derive(Default)]
pub(super) struct Messages(Mutex<VecDeque<Kept>>);

impl Messages {
    fn keep(&self, message: Kept) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push_front(message);
        all.truncate(KEPT);
    }

    fn all(&self) -> Vec<Kept> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().cloned().collect()
    }
}

pub(super) async fn take(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = request::bytes(&headers, body).await?;
    let Ok(sent) = serde_json::from_slice::<Sent>(&bytes) else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    let Some(mode) = shared.begin("sms", &sent.reference).await else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    // A gateway that is out of order has sent nothing.
    if mode == Mode::Well {
        shared.messages.keep(Kept {
            to: sent.to,
            text: sent.text,
            sent_at: Moment::now().map_or_else(String::new, |now| now.to_string()),
        });
    }
    let answer = json!({ "reference": sent.reference, "accepted": true });
    Ok(behave(mode, answer).await)
}

pub(super) async fn all(State(shared): State<Arc<Shared>>) -> Response {
    let mut text = String::from("Messages of the sandbox, which were sent nowhere.\n");
    for Kept {
        to,
        text: said,
        sent_at,
    } in shared.messages.all()
    {
        let _ = write!(text, "\n{sent_at} {to}\n{said}\n");
    }
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, plain)], text).into_response()
}

pub(super) async fn of(State(shared): State<Arc<Shared>>, Path(phone): Path<String>) -> Response {
    let mut found = shared.messages.all();
    found.retain(|one| one.to == phone);
    json_answer(Body::from(
        serde_json::to_string(&found).unwrap_or_default(),
    ))
}
