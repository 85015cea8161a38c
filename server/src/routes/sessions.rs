//! Session tokens for pages.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;

use super::{Service, body_of, json};
use crate::callers::{Caller, SESSION_SECONDS};
use crate::problem::{Problem, ProblemKind};
use crate::request;

#[derive(Serialize)]
struct Opened<'a> {
    token: &'a str,
    /// How long it counts, in seconds.
    expires_in: u64,
}

/// Makes a token for a page of the caller's, about one account.
pub(super) async fn create(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body_of(&service, &headers, body).await?;
    let (account, locale) = request::parse_session(&bytes)?;
    let problem = |kind| Problem::new(kind, locale);
    if caller.is_session() {
        return Err(problem(ProblemKind::ScopeMissing));
    }
    // Whether there is such an account is not told here.
    let token = service.gate.open(&caller, account);
    let token = token.ok_or_else(|| problem(ProblemKind::Internal))?;
    let opened = Opened {
        token: &token,
        expires_in: SESSION_SECONDS,
    };
    let text = serde_json::to_string(&opened);
    let mut response = json(text.map_err(|_| problem(ProblemKind::Internal))?);
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}
