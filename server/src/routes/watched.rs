//! What was found to be wrong, what does not count, and how often what happens.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use precheck::units::Locale;
use serde::Serialize;

use super::{Service, body_of, json, wish};
use crate::application::withdrawn;
use crate::callers::Caller;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request;
use crate::store::{KeptHold, StoreError};
use crate::watch::{self, Alarm, MEDIA_TYPE, Said};

#[derive(Serialize)]
struct Shown<'a> {
    /// The last first.
    alarms: Vec<Alarm>,
    holds: Vec<&'a KeptHold>,
}

/// Alarms and holds.
pub(super) async fn alarms(
    State(service): State<Arc<Service>>,
    uri: Uri,
) -> Result<Response, Problem> {
    shown(&service, wish(&uri))
}

fn shown(service: &Service, locale: Locale) -> Result<Response, Problem> {
    let holds = service.watch.holds();
    let text = serde_json::to_string(&Shown {
        alarms: service.watch.alarms(),
        holds: holds.values().collect(),
    });
    text.map(json)
        .map_err(|_| Problem::new(ProblemKind::Internal, locale))
}

/// Staff hold a fact, or let it count again.
pub(super) async fn act(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    fact: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body_of(&service, &headers, body).await?;
    let request = request::parse_act(&bytes)?;
    let locale = request.locale;
    let fact = fact.map(|Path(fact)| fact).unwrap_or_default();
    let release = service.policies.active();
    let def = release.policy.fact_id(&fact);
    let def = def.and_then(|id| release.policy.fact(id));
    let said = Said {
        fact: &fact,
        caller: Some(&caller.id),
        because: request.because.as_deref().unwrap_or_default(),
    };
    let done = match &*request.act {
        "hold" => {
            let def = def.ok_or_else(|| refused("fact-unknown", locale))?;
            if withdrawn(def).is_none() {
                return Err(refused("fact-not-withdrawable", locale));
            }
            watch::hold(&service, said).await
        }
        "lift" => watch::lift(&service, said).await,
        _ => return Err(refused("act-unknown", locale)),
    };
    match done {
        Ok(()) => shown(&service, locale),
        Err(StoreError::Stale) => Err(refused("hold-state", locale)),
        Err(error) => Err(Problem::new(error.into(), locale)),
    }
}

fn refused(code: &'static str, locale: Locale) -> Problem {
    let (zh, en) = match code {
        "fact-unknown" => ("政策里没有这一项。", "The policy has no such fact."),
        "fact-not-withdrawable" => (
            "政策没有说明这一项缺失时怎么办（没有 withdrawn，也没有 unavailable）。",
            "The policy does not say what is done without it: it has neither `withdrawn` nor `unavailable`.",
        ),
        "hold-state" => ("这一项已经是这样了。", "It is so already."),
        _ => ("没有这样的操作。", "There is no such act."),
    };
    let detail = if locale == Locale::En { en } else { zh };
    let fault = Fault::new("/act", code, detail);
    Problem::at(ProblemKind::HoldRefused, locale, vec![fault])
}

/// Counts and gauges, as Prometheus reads them.
pub(super) async fn metrics(
    State(service): State<Arc<Service>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let text = service.watch.metrics.text();
    let text = text.ok_or_else(|| Problem::new(ProblemKind::Internal, wish(&uri)))?;
    let kind = HeaderValue::from_static(MEDIA_TYPE);
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
