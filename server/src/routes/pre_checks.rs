//! A pre-check, and plans, for callers without the WASM package: old engines, other apps.
//!
//! It answers from the public bundle, with the bytes that a browser would have
//! computed, and keeps nothing.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use precheck::units::Locale;
use precheck::{Application, Entries, WishInput, advise, assess};
use tokio::sync::SemaphorePermit;

use super::{Service, body_of, json};
use crate::callers::Kind;
use crate::clock::Moment;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request::{self, PreCheckRequest};

pub(super) async fn create(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body_of(&service, &headers, body).await?;
    let request = request::parse_pre_check(&bytes)?;
    let locale = request.locale;
    let (application, _) = stated(&service, request)?;
    let _place = place(&service, locale).await?;
    match assess(&service.policies.active().public, &application, locale) {
        Ok(document) => Ok(json(document.to_json())),
        Err(problems) => Err(invalid(problems, locale)),
    }
}

/// What the caller could do, from the public bundle as well.
pub(super) async fn plans(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body_of(&service, &headers, body).await?;
    let request = request::parse_plans(&bytes)?;
    let locale = request.locale;
    let (application, wish) = stated(&service, request)?;
    let _place = place(&service, locale).await?;
    match advise(
        &service.policies.active().public,
        &application,
        &wish,
        locale,
    ) {
        Ok(advice) => Ok(json(advice.to_json())),
        Err(problems) => Err(invalid(problems, locale)),
    }
}

async fn place(service: &Service, locale: Locale) -> Result<SemaphorePermit<'_>, Problem> {
    let place = service.gate.load.place(Kind::Look).await;
    place.ok_or_else(|| Problem::new(ProblemKind::Overloaded, locale))
}

/// The application that a request states, today unless it says another day.
fn stated(
    service: &Service,
    request: PreCheckRequest,
) -> Result<(Application, WishInput), Problem> {
    let today = || {
        service
            .as_of
            .or_else(|| Moment::now().map(|now| now.date()))
    };
    let as_of = request.as_of.or_else(today);
    let application = Application {
        scenario: request.scenario,
        as_of: as_of.ok_or_else(|| Problem::new(ProblemKind::Internal, request.locale))?,
        fields: Entries(request.fields),
        facts: Entries(request.facts),
    };
    Ok((application, request.wish))
}

fn invalid(problems: Vec<precheck::Problem>, locale: Locale) -> Problem {
    let faults = problems.into_iter().map(Fault::from);
    Problem::at(ProblemKind::ApplicationInvalid, locale, faults.collect())
}
