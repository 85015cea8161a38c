//! What staff do with appeals: the queue, the documents, the second decision.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use precheck::Phrase;
use precheck::units::Locale;

use super::{account_of, answer, kept_all, refused, shown, step_of};
use crate::appeal::{self, Act};
use crate::callers::Caller;
use crate::line::{self, By, Event, Why};
use crate::problem::{Problem, ProblemKind};
use crate::request;
use crate::routes::decisions::is_decision_id;
use crate::routes::lines::changes_of;
use crate::routes::{Service, body_of, wish};
use crate::store::{Account, AppealChange, KeptAppeal};

/// The appeals that wait, the oldest first.
pub(in crate::routes) async fn queue(
    State(service): State<Arc<Service>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let locale = wish(&uri);
    let all = service.store.appeals(None).await;
    let all = all.map_err(|error| Problem::new(error.into(), locale))?;
    answer(&all.iter().map(shown).collect::<Vec<_>>(), locale)
}

async fn found(
    service: &Service,
    caller: &Caller,
    id: &str,
    locale: Locale,
) -> Result<(Account, KeptAppeal), Problem> {
    let missing = || Problem::new(ProblemKind::NotFound, locale);
    if !is_decision_id(id) {
        return Err(missing());
    }
    let kept = service.store.appeal(id).await;
    let kept = kept.map_err(|error| Problem::new(error.into(), locale))?;
    let kept = kept.ok_or_else(missing)?;
    Ok((
        account_of(service, caller, &kept.account, locale).await?,
        kept,
    ))
}

/// One of them.
pub(in crate::routes) async fn one(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let locale = wish(&uri);
    let id = id.map(|Path(id)| id).unwrap_or_default();
    let (_, kept) = found(&service, &caller, &id, locale).await?;
    answer(&shown(&kept), locale)
}

/// A document, as a download that no browser looks into.
pub(in crate::routes) async fn download(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    path: Result<Path<(String, String)>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let locale = wish(&uri);
    let (id, material) = path.map(|Path(both)| both).unwrap_or_default();
    let (account, kept) = found(&service, &caller, &id, locale).await?;
    let document = service.store.material(&account, &kept.id, &material).await;
    let document = document.map_err(|error| Problem::new(error.into(), locale))?;
    let (media_type, bytes) =
        document.ok_or_else(|| Problem::new(ProblemKind::NotFound, locale))?;
    let media_type = HeaderValue::from_str(&media_type)
        .map_err(|_| Problem::new(ProblemKind::Internal, locale))?;
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment"),
        ),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("sandbox; default-src 'none'"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

/// Staff ask for something, or decide.
pub(in crate::routes) async fn act(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let id = id.map(|Path(id)| id).unwrap_or_default();
    let (account, kept) = found(&service, &caller, &id, wish(&uri)).await?;
    let bytes = body_of(&service, &headers, body).await?;
    let request = request::parse_act(&bytes)?;
    let locale = request.locale;
    let act = Act::parse(&request.act);
    let (act, word, phrase) = match act {
        Some(act @ Act::Ask) => (act, "appeal-ask", Phrase::LineAppealAsked),
        Some(act @ Act::Grant) => (act, "appeal-grant", Phrase::LineAppealGranted),
        Some(act @ Act::Uphold) => (act, "appeal-uphold", Phrase::LineAppealUpheld),
        _ => return Err(refused("/act", "act-unknown", locale)),
    };
    let to = appeal::step(kept.state, act);
    let to = to.ok_or_else(|| refused("/act", "appeal-state", locale))?;
    let change = AppealChange::State {
        id: kept.id.clone(),
        to,
        version: kept.version,
        ends: to.is_over(),
        material: None,
    };
    let because = request.because.as_deref();
    let by = (word, By::Operator, &caller);
    let step = step_of(&service, &kept, by, change, Some(phrase), because);
    let step = step.ok_or_else(|| Problem::new(ProblemKind::Internal, locale))?;
    let mut steps = vec![step];
    if act == Act::Grant {
        let why = Why {
            decision: Some(kept.about.clone()),
            because: request.because.clone(),
            caller: Some(caller.id.clone()),
            ..Why::default()
        };
        let limit = request.limit;
        let choose = |line: &line::Line, today| -> Vec<Event> { line::granted(line, limit, today) };
        let made = changes_of(&service, &account, By::Operator, choose, &why).await;
        steps.extend(made.map_err(|error| error.problem(locale))?);
    }
    kept_all(&service, &account, &kept, steps, locale).await
}
