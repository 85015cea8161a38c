//! A pre-check for callers without the WASM package: old engines, other apps.
//!
//! It answers from the public bundle, with the bytes that a browser would have
//! computed, and keeps nothing.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use precheck::{Application, Entries, assess};

use super::{Service, json};
use crate::clock::Moment;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request::{self, PreCheckRequest};

pub(super) async fn create(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = request::bytes(&headers, body).await?;
    let PreCheckRequest {
        locale,
        scenario,
        as_of,
        fields,
        facts,
    } = request::parse_pre_check(&bytes)?;

    let today = || {
        service
            .as_of
            .or_else(|| Moment::now().map(|now| now.date()))
    };
    let as_of = as_of.or_else(today);
    let application = Application {
        scenario,
        as_of: as_of.ok_or_else(|| Problem::new(ProblemKind::Internal, locale))?,
        fields: Entries(fields),
        facts: Entries(facts),
    };
    match assess(&service.public_policy, &application, locale) {
        Ok(document) => Ok(json(document.to_json())),
        Err(problems) => {
            let faults = problems.into_iter().map(Fault::from);
            let kind = ProblemKind::ApplicationInvalid;
            Err(Problem::at(kind, locale, faults.collect()))
        }
    }
}
