//! Asking for a second look: by the person, and by staff who answer.
//!
//! An appeal is about a decision of the account. Whoever asks reaches a person:
//! nothing here is decided by a machine. What staff decide is a row of the log
//! that names the first decision; granting it undoes what was done to the line,
//! in the same transaction.

mod staff;

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;
use precheck::Phrase;
use precheck::units::Locale;
use serde::Serialize;
use uuid::Uuid;

use super::decisions::is_decision_id;
use super::lines::{Became, keep};
use super::pending::unknown_account;
use super::{Service, body_of, json, wish};
use crate::appeal::{self, Act, MOST_DOCUMENTS, Material};
use crate::callers::Caller;
use crate::line::{By, Why};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request;
use crate::store::{Account, AppealChange, KeptAppeal, NewStep, SealedMaterial};

pub(super) use staff::{act as operate, download, one, queue};

/// How many appeals there may be about one decision.
const MOST_APPEALS: i64 = 3;

/// An appeal as it is told.
#[derive(Serialize)]
struct Shown<'a> {
    id: &'a str,
    account: &'a str,
    decision: &'a str,
    state: &'static str,
    created_at: &'a str,
    /// The row of the log that ended it.
    second: Option<&'a str>,
    statement: &'a str,
    materials: Vec<ShownMaterial<'a>>,
}

#[derive(Serialize)]
struct ShownMaterial<'a> {
    id: &'a str,
    media_type: &'a str,
    bytes: i64,
}

fn shown(kept: &KeptAppeal) -> Shown<'_> {
    let materials = kept.materials.iter();
    Shown {
        id: &kept.id,
        account: &kept.account,
        decision: &kept.about,
        state: kept.state.as_str(),
        created_at: &kept.created_at,
        second: kept.step.as_deref(),
        statement: &kept.statement,
        materials: materials
            .map(|(id, media_type, bytes)| ShownMaterial {
                id,
                media_type,
                bytes: *bytes,
            })
            .collect(),
    }
}

fn answer<T: Serialize>(value: &T, locale: Locale) -> Result<Response, Problem> {
    let text = serde_json::to_string(value);
    text.map(json)
        .map_err(|_| Problem::new(ProblemKind::Internal, locale))
}

/// Why an appeal cannot be, or cannot be changed.
fn refused(pointer: &str, code: &'static str, locale: Locale) -> Problem {
    let (zh, en) = match code {
        "appeal-open" => (
            "这个结果已经有一份复议在处理。",
            "There is an appeal about this decision already.",
        ),
        "appeals-many" => (
            "这个结果已经复议过几次；新的情况请联系客服。",
            "There were several appeals about this decision; talk to customer service.",
        ),
        "decision-unknown" => ("没有这个结果。", "There is no such decision."),
        "materials-many" => ("材料最多 5 份。", "There are five documents at most."),
        "material-malformed" => (
            "文件和它的类型不符，或者不完整。请重新导出后再传。",
            "The file is not what its type says, or not whole. Export it again.",
        ),
        _ => ("现在不能这样做。", "This cannot be done now."),
    };
    let detail = if locale == Locale::En { en } else { zh };
    let fault = Fault::new(pointer, code, detail);
    Problem::at(ProblemKind::AppealRefused, locale, vec![fault])
}

/// The account that a path names, if the caller may know of it.
async fn account_of(
    service: &Service,
    caller: &Caller,
    id: &str,
    locale: Locale,
) -> Result<Account, Problem> {
    if !caller.may_see(id) {
        return Err(unknown_account(locale));
    }
    let found = service.store.account(id, service.demo).await;
    let found = found.map_err(|error| Problem::new(error.into(), locale))?;
    found.ok_or_else(|| unknown_account(locale))
}

/// The appeal that a path names, of this account.
async fn appeal_of(
    service: &Service,
    account: &Account,
    id: &str,
    locale: Locale,
) -> Result<KeptAppeal, Problem> {
    let missing = || Problem::new(ProblemKind::NotFound, locale);
    if !is_decision_id(id) {
        return Err(missing());
    }
    let found = service.store.appeal(id).await;
    let found = found.map_err(|error| Problem::new(error.into(), locale))?;
    let own = found.filter(|appeal| appeal.account == account.id);
    own.ok_or_else(missing)
}

/// What is done, who does it, and whose key it is done with.
type Done<'c> = (&'static str, By, &'c Caller);

/// A change of an appeal as a row of the log, with what the person is told.
fn step_of(
    service: &Service,
    kept: &KeptAppeal,
    (act, by, caller): Done<'_>,
    change: AppealChange,
    phrase: Option<Phrase>,
    because: Option<&str>,
) -> Option<NewStep> {
    let why = Why {
        decision: Some(kept.about.clone()),
        because: because.map(str::to_owned),
        caller: Some(caller.id.clone()),
        ..Why::default()
    };
    let became = Became {
        account: &kept.account,
        appeal: &kept.id,
        act,
        by,
        change,
        phrase,
    };
    became.step(service, &why)
}

/// The person asks for a second look.
pub(super) async fn create(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let Ok(Path(account)) = id else {
        return Err(unknown_account(wish(&uri)));
    };
    let account = account_of(&service, &caller, &account, wish(&uri)).await?;
    let bytes = body_of(&service, &headers, body).await?;
    let request = request::parse_appeal(&bytes)?;
    let locale = request.locale;
    let problem = |kind| Problem::new(kind, locale);
    let about = &request.decision;
    let replay = if is_decision_id(about) {
        let found = service.store.replay(about).await;
        found.map_err(|error| problem(error.into()))?
    } else {
        None
    };
    // Somebody else's decision is answered like one that is not there.
    let is_own = replay
        .is_some_and(|one| account.is_subject(&one.subject) && caller.is_of(one.caller.as_deref()));
    if !is_own {
        return Err(refused("/decision", "decision-unknown", locale));
    }
    let before = service.store.appeals_about(about).await;
    if before.map_err(|error| problem(error.into()))? >= MOST_APPEALS {
        return Err(refused("/decision", "appeals-many", locale));
    }
    let id = Uuid::new_v4().to_string();
    let statement = service
        .store
        .sealed(&account, &id, request.statement.as_bytes());
    let change = AppealChange::New {
        id: id.clone(),
        about: about.clone(),
        statement: statement.map_err(|error| problem(error.into()))?,
    };
    let begun = KeptAppeal::begun(&id, &account.id, about);
    let phrase = Some(Phrase::LineAppealReceived);
    let step = step_of(
        &service,
        &begun,
        ("appeal", By::Person, &caller),
        change,
        phrase,
        None,
    );
    let step = step.ok_or_else(|| problem(ProblemKind::Internal))?;
    let is_kept = keep(&service, &account, vec![step]).await;
    if !is_kept.map_err(|error| problem(error.into()))? {
        return Err(refused("/decision", "appeal-open", locale));
    }
    let kept = appeal_of(&service, &account, &id, locale).await?;
    let mut response = answer(&shown(&kept), locale)?;
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// The appeals of an account, the oldest first.
pub(super) async fn list(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let locale = wish(&uri);
    let Ok(Path(account)) = id else {
        return Err(unknown_account(locale));
    };
    let account = account_of(&service, &caller, &account, locale).await?;
    let all = service.store.appeals(Some(&account.id)).await;
    let all = all.map_err(|error| Problem::new(error.into(), locale))?;
    answer(&all.iter().map(shown).collect::<Vec<_>>(), locale)
}

/// The person hands a document in: its bytes, with their media type.
pub(super) async fn add(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    path: Result<Path<(String, String)>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let locale = wish(&uri);
    let problem = |kind| Problem::new(kind, locale);
    let Ok(Path((account, id))) = path else {
        return Err(problem(ProblemKind::NotFound));
    };
    let account = account_of(&service, &caller, &account, locale).await?;
    let kept = appeal_of(&service, &account, &id, locale).await?;
    let to = appeal::step(kept.state, Act::Add);
    let to = to.ok_or_else(|| refused("", "appeal-state", locale))?;
    if kept.materials.len() as i64 >= MOST_DOCUMENTS {
        return Err(refused("", "materials-many", locale));
    }
    let media_type = headers.get(header::CONTENT_TYPE);
    let media_type = media_type.and_then(|value| value.to_str().ok());
    let kind = media_type.and_then(Material::parse);
    let kind = kind.ok_or_else(|| problem(ProblemKind::MediaTypeUnsupported))?;
    let bytes = {
        let _outside = service.gate.load.leave();
        request::document(&headers, body).await.map_err(problem)?
    };
    if !kind.is(&bytes) {
        return Err(refused("", "material-malformed", locale));
    }
    // These ids rise with time, so documents stay in the order of handing in.
    let material = Uuid::now_v7().to_string();
    let sealed = service.store.sealed(&account, &material, &bytes);
    let change = AppealChange::State {
        id: kept.id.clone(),
        to,
        version: kept.version,
        ends: false,
        material: Some(SealedMaterial {
            id: material,
            media_type: kind.media_type(),
            size: bytes.len() as i64,
            sealed: sealed.map_err(|error| problem(error.into()))?,
        }),
    };
    let by = ("appeal-add", By::Person, &caller);
    changed(&service, &account, &kept, by, change, None, None, locale).await
}

/// The person takes the appeal back.
pub(super) async fn act(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    path: Result<Path<(String, String)>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let Ok(Path((account, id))) = path else {
        return Err(Problem::new(ProblemKind::NotFound, wish(&uri)));
    };
    let account = account_of(&service, &caller, &account, wish(&uri)).await?;
    let kept = appeal_of(&service, &account, &id, wish(&uri)).await?;
    let bytes = body_of(&service, &headers, body).await?;
    let request = request::parse_own_act(&bytes)?;
    let locale = request.locale;
    let act = Act::parse(&request.act).filter(|act| *act == Act::Withdraw);
    let to = act.and_then(|act| appeal::step(kept.state, act));
    let to = to.ok_or_else(|| refused("/act", "appeal-state", locale))?;
    let change = AppealChange::State {
        id: kept.id.clone(),
        to,
        version: kept.version,
        ends: true,
        material: None,
    };
    let phrase = Some(Phrase::LineAppealWithdrawn);
    let by = ("appeal-withdraw", By::Person, &caller);
    changed(&service, &account, &kept, by, change, phrase, None, locale).await
}

/// Keeps a change of an appeal, and says how it stands then.
#[expect(
    clippy::too_many_arguments,
    reason = "each is said once, by its callers"
)]
async fn changed(
    service: &Service,
    account: &Account,
    kept: &KeptAppeal,
    by: Done<'_>,
    change: AppealChange,
    phrase: Option<Phrase>,
    because: Option<&str>,
    locale: Locale,
) -> Result<Response, Problem> {
    let step = step_of(service, kept, by, change, phrase, because);
    let step = step.ok_or_else(|| Problem::new(ProblemKind::Internal, locale))?;
    kept_all(service, account, kept, vec![step], locale).await
}

async fn kept_all(
    service: &Service,
    account: &Account,
    kept: &KeptAppeal,
    steps: Vec<NewStep>,
    locale: Locale,
) -> Result<Response, Problem> {
    let is_kept = keep(service, account, steps).await;
    if !is_kept.map_err(|error| Problem::new(error.into(), locale))? {
        // Somebody else was faster: how it stands now says what to do.
        return Err(refused("", "appeal-state", locale));
    }
    let after = appeal_of(service, account, &kept.id, locale).await?;
    answer(&shown(&after), locale)
}
