//! A person's line: how it stands, what can be done, what the person is told.

mod change;
mod reviews;

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use precheck::units::{Date, Locale};
use serde::Serialize;
use serde_json::value::RawValue;

use super::pending::unknown_account;
use super::{Service, body_of, json, wish};
use crate::callers::Caller;
use crate::clock::Moment;
use crate::line::{self, Act, By, Event, Why};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request::{self, ActRequest, locale_of};
use crate::store::{Account, KeptLine, Told};
use change::change;
pub(super) use change::{At, Became, changes_of, compared, facts_of, follow, keep, righted};
pub(super) use reviews::run_now;
pub(crate) use reviews::watch;

/// What a person may do to their line by themselves.
const OWN: [Act; 3] = [Act::Raise, Act::Decline, Act::Stay];

/// A line as it is told.
#[derive(Serialize)]
struct Shown<'a> {
    account: &'a str,
    state: &'static str,
    limit: i64,
    proposed: Option<i64>,
    until: Option<Date>,
    closes: Option<Date>,
    opened: Option<Date>,
    review: Option<Date>,
    decision: Option<&'a str>,
    /// What the person can do now.
    acts: Vec<&'static str>,
}

fn shown(account: &str, kept: &KeptLine) -> Option<String> {
    let line = &kept.line;
    let can = |act: &Act| *act != Act::Raise || line.proposed > 0;
    let can = |act: &Act| can(act) && (*act != Act::Decline || line.proposed > 0);
    let acts = line::acts(line).filter(|act| OWN.contains(act) && can(act));
    serde_json::to_string(&Shown {
        account,
        state: line.state.as_str(),
        limit: line.limit,
        proposed: Some(line.proposed).filter(|limit| *limit > 0),
        until: line.until,
        closes: line.closes,
        opened: line.opened,
        review: kept.review,
        decision: kept.decision.as_deref(),
        acts: acts.map(Act::as_str).collect(),
    })
    .ok()
}

/// The account that a path names, if the caller may know of it.
async fn account_of(
    service: &Service,
    caller: &Caller,
    id: Result<Path<String>, PathRejection>,
    locale: Locale,
) -> Result<Account, Problem> {
    let id = id.ok().map(|Path(id)| id);
    let Some(id) = id.filter(|id| caller.may_see(id)) else {
        return Err(unknown_account(locale));
    };
    let found = service.store.account(&id, service.demo).await;
    let found = found.map_err(|error| Problem::new(error.into(), locale))?;
    found.ok_or_else(|| unknown_account(locale))
}

/// How the line stands.
pub(super) async fn show(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let locale = wish(&uri);
    let account = account_of(&service, &caller, id, locale).await?;
    let kept = service.store.line(&account.id).await;
    let kept = kept.map_err(|error| Problem::new(error.into(), locale))?;
    let text = shown(&account.id, &kept);
    text.map(json)
        .ok_or_else(|| Problem::new(ProblemKind::Internal, locale))
}

/// What a person does to their own line.
pub(super) async fn act(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let account = account_of(&service, &caller, id, wish(&uri)).await?;
    let bytes = body_of(&service, &headers, body).await?;
    let request = request::parse_own_act(&bytes)?;
    let act = Act::parse(&request.act).filter(|act| OWN.contains(act));
    done(&service, &account, (By::Person, caller), act, request).await
}

/// What a member of staff does to a line.
pub(super) async fn operate(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let account = account_of(&service, &caller, id, wish(&uri)).await?;
    let bytes = body_of(&service, &headers, body).await?;
    let request = request::parse_act(&bytes)?;
    let act = Act::parse(&request.act);
    done(&service, &account, (By::Operator, caller), act, request).await
}

async fn done(
    service: &Service,
    account: &Account,
    (by, caller): (By, Caller),
    act: Option<Act>,
    request: ActRequest,
) -> Result<Response, Problem> {
    let locale = request.locale;
    let act = act.ok_or_else(|| refused("act-unknown", locale))?;
    let event = Event {
        act,
        limit: request.limit.unwrap_or(0),
        until: request.until,
    };
    let why = Why {
        because: request.because,
        caller: Some(caller.id),
        ..Why::default()
    };
    let kept = change(service, account, by, &[event], &why).await;
    let kept = kept.map_err(|error| error.problem(locale))?;
    let text = shown(&account.id, &kept);
    text.map(json)
        .ok_or_else(|| Problem::new(ProblemKind::Internal, locale))
}

fn refused(code: &'static str, locale: Locale) -> Problem {
    let (zh, en) = ("现在不能这样做。", "This cannot be done now.");
    let detail = if locale == Locale::En { en } else { zh };
    let fault = Fault::new("/act", code, detail);
    Problem::at(ProblemKind::LineRefused, locale, vec![fault])
}

/// A notice as it is told.
#[derive(Serialize)]
struct Notice<'a> {
    #[serde(flatten)]
    told: &'a Told,
    notice: &'a RawValue,
}

/// What the person is told, the last first.
pub(super) async fn notices(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let locale = locale_of(&uri)?.unwrap_or_else(|| wish(&uri));
    let account = account_of(&service, &caller, id, locale).await?;
    let all = service.store.notices(&account.id).await;
    let all = all.map_err(|error| Problem::new(error.into(), locale))?;
    let told: Option<Vec<Notice<'_>>> = all
        .iter()
        .map(|told| {
            let notice = told.words.0.get(locale.as_str())?;
            Some(Notice { told, notice })
        })
        .collect();
    let text = told.and_then(|told| serde_json::to_string(&told).ok());
    text.map(json)
        .ok_or_else(|| Problem::new(ProblemKind::Internal, locale))
}

/// The person has seen a notice.
pub(super) async fn seen(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    path: Result<Path<(String, String)>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let locale = wish(&uri);
    let missing = || Problem::new(ProblemKind::NotFound, locale);
    let Ok(Path((account, id))) = path else {
        return Err(missing());
    };
    let account = account_of(&service, &caller, Ok(Path(account)), locale).await?;
    let now = Moment::now().ok_or_else(|| Problem::new(ProblemKind::Internal, locale))?;
    let seen = service.store.see(&account.id, &id, now.to_string()).await;
    match seen.map_err(|error| Problem::new(error.into(), locale))? {
        true => Ok(json(String::from("{}"))),
        false => Err(missing()),
    }
}
