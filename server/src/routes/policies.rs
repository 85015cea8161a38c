//! Policies that are put in force while the service runs, and beside it.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use precheck::units::Locale;
use precheck::{Policy, Purpose};
use serde::Serialize;

use super::{Service, json, wish};
use crate::callers::Caller;
use crate::clock::Moment;
use crate::error::BundleRole;
use crate::policies::{Candidate, Release, Report, Unfit};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request::{self, ReleaseRequest};
use crate::store::{Change, Deed, KeptRelease, PolicyVersion, Role, StoreError};

/// What there is.
#[derive(Serialize)]
struct Shown<'a> {
    pack: &'a str,
    /// The version that decides, and its hash.
    active: Named,
    candidate: Option<Named>,
    /// Those that were put in force, or beside it, while a service ran.
    releases: Vec<KeptRelease>,
}

#[derive(Serialize)]
struct Named {
    version: u32,
    hash: String,
}

impl From<&Release> for Named {
    fn from(release: &Release) -> Named {
        Named {
            version: release.version(),
            hash: release.policy.hash(),
        }
    }
}

/// The policies of the service.
pub(super) async fn list(
    State(service): State<Arc<Service>>,
    uri: Uri,
) -> Result<Response, Problem> {
    listed(&service, wish(&uri)).await
}

async fn listed(service: &Service, locale: Locale) -> Result<Response, Problem> {
    let active = service.policies.active();
    let pack = &active.policy.model().pack;
    let releases = service.store.releases(pack).await;
    let candidate = service.policies.candidate();
    answer(
        &Shown {
            pack,
            active: Named::from(&*active),
            candidate: candidate.map(|one| Named::from(&one.release)),
            releases: releases.map_err(|error| Problem::new(error.into(), locale))?,
        },
        locale,
    )
}

fn answer<T: Serialize>(value: &T, locale: Locale) -> Result<Response, Problem> {
    let text = serde_json::to_string(value);
    text.map(json)
        .map_err(|_| Problem::new(ProblemKind::Internal, locale))
}

/// What the candidate does otherwise.
pub(super) async fn report(
    State(service): State<Arc<Service>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let locale = wish(&uri);
    let report = Report::of(&service.policies);
    let report = report.ok_or_else(|| refused("/role", "candidate-missing", locale))?;
    answer(&report, locale)
}

/// Puts a policy in force, or beside the one in force.
pub(super) async fn put(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = {
        let _outside = service.gate.load.leave();
        request::large(&headers, body).await?
    };
    let request = request::parse_release(&bytes)?;
    let locale = request.locale;
    let role = match &*request.role {
        "active" => Role::Active,
        "candidate" => Role::Candidate,
        _ => return Err(refused("/role", "role-unknown", locale)),
    };
    let release = verified(&service, &request)?;
    let kept = Kept {
        server: &request.server,
        public: &request.public,
    };
    let deed = match role {
        Role::Active => "policy-put-in-force",
        _ => "policy-put-beside",
    };
    let done = switch(
        &service,
        release,
        kept,
        role,
        (deed, &caller, &request.because),
    )
    .await;
    done.map_err(|kind| unswitched(kind, locale))?;
    let mut response = listed(&service, locale).await?;
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// What becomes of the candidate: it is put in force, or taken away.
pub(super) async fn act(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = super::body_of(&service, &headers, body).await?;
    let request = request::parse_act(&bytes)?;
    let locale = request.locale;
    let problem = |kind| Problem::new(kind, locale);
    let because = request.because.unwrap_or_default();
    let active = service.policies.active();
    let pack = &active.policy.model().pack;
    let kept = service.store.releases(pack).await;
    let kept = kept.map_err(|error| problem(error.into()))?;
    let kept = kept.into_iter().find(|one| one.role == Role::Candidate);
    let missing = || refused("", "candidate-missing", wish(&uri));
    let kept = kept.ok_or_else(missing)?;
    let (role, deed) = match &*request.act {
        "promote" => (Role::Active, "policy-promoted"),
        "withdraw" => (Role::Past, "policy-withdrawn"),
        _ => return Err(refused("/act", "act-unknown", locale)),
    };
    let purpose = match role {
        Role::Active => service.policies.purpose(today(&service, locale)?),
        _ => Purpose::Replay,
    };
    let release = service.policies.verify(&kept.server, &kept.public, purpose);
    let release = release.map_err(|unfit| unfit_of(unfit, locale))?;
    let bytes = Kept {
        server: &kept.server,
        public: &kept.public,
    };
    let done = switch(&service, release, bytes, role, (deed, &caller, &because)).await;
    done.map_err(|kind| unswitched(kind, locale))?;
    listed(&service, locale).await
}

/// The two bundles of a release, to be signed again under a higher version.
pub(super) async fn show(
    State(service): State<Arc<Service>>,
    version: Result<axum::extract::Path<u32>, axum::extract::rejection::PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let locale = wish(&uri);
    let missing = || Problem::new(ProblemKind::NotFound, locale);
    let version = version.map_err(|_| missing())?.0;
    let active = service.policies.active();
    let releases = service.store.releases(&active.policy.model().pack).await;
    let releases = releases.map_err(|error| Problem::new(error.into(), locale))?;
    let found = releases.into_iter().find(|one| one.version == version);
    let found = found.ok_or_else(missing)?;
    answer(
        &request::Bundles {
            version: found.version,
            server: request::encoded(&found.server),
            public: request::encoded(&found.public),
        },
        locale,
    )
}

fn today(service: &Service, locale: Locale) -> Result<precheck::units::Date, Problem> {
    let day = service
        .as_of
        .or_else(|| Moment::now().map(|now| now.date()));
    day.ok_or_else(|| Problem::new(ProblemKind::Internal, locale))
}

/// Verifies what was sent as what it is to be.
fn verified(service: &Service, request: &ReleaseRequest) -> Result<Release, Problem> {
    let locale = request.locale;
    let purpose = service.policies.purpose(today(service, locale)?);
    let release = service
        .policies
        .verify(&request.server, &request.public, purpose);
    let release = release.map_err(|unfit| unfit_of(unfit, locale))?;
    let active = service.policies.active();
    let pack = |policy: &Policy| policy.model().pack.clone();
    if pack(&release.policy) != pack(&active.policy) {
        return Err(refused("/server", "pack-other", locale));
    }
    Ok(release)
}

/// The bytes of a release.
struct Kept<'k> {
    server: &'k [u8],
    public: &'k [u8],
}

/// Keeps what is to be, and then does it.
async fn switch(
    service: &Service,
    release: Release,
    bytes: Kept<'_>,
    role: Role,
    (act, caller, because): (&'static str, &Caller, &str),
) -> Result<(), ProblemKind> {
    let now = Moment::now().ok_or(ProblemKind::Internal)?;
    let model = release.policy.model();
    let (pack, version, hash) = (model.pack.clone(), model.version, release.policy.hash());
    let policy = PolicyVersion {
        pack: &pack,
        version,
        hash: &hash,
        bundle: bytes.server,
        at: &now.to_string(),
    };
    let deed = Deed {
        act,
        caller: Some(&caller.id),
        because,
        fact: None,
        now,
    };
    let change = Change::Release {
        role,
        policy,
        public: bytes.public,
    };
    // What is durable comes first: after a crash the service begins with it.
    let since = match service.store.does(deed, change).await {
        Ok(since) => since,
        Err(StoreError::Stale) => return Err(ProblemKind::PolicyRefused),
        Err(error) => return Err(error.into()),
    };
    tracing::info!(act, pack, version, caller = caller.id, "policies changed");
    match role {
        Role::Active => {
            let is_candidate = service.policies.candidate();
            let is_candidate = is_candidate.is_some_and(|one| one.release.version() <= version);
            service.policies.put_in_force(release);
            if is_candidate {
                service.policies.put_beside(None);
            }
        }
        Role::Candidate => {
            let candidate = Candidate::new(release, since);
            service.policies.put_beside(Some(candidate));
        }
        Role::Past => service.policies.put_beside(None),
    }
    Ok(())
}

fn unswitched(kind: ProblemKind, locale: Locale) -> Problem {
    match kind {
        ProblemKind::PolicyRefused => refused("/server", "bundle-older", locale),
        other => Problem::new(other, locale),
    }
}

/// What does not fit of a release that was sent.
fn unfit_of(unfit: Unfit, locale: Locale) -> Problem {
    let faults = match unfit {
        Unfit::Bundle { role, problems } => {
            let member = match role {
                BundleRole::Server => "/server",
                BundleRole::Public => "/public",
            };
            let faults = problems.into_iter().map(|problem| {
                let precheck::Problem { code, text, .. } = problem;
                Fault::new(member, code, text)
            });
            faults.collect()
        }
        Unfit::Differ { .. } => return refused("/public", "bundles-differ", locale),
        Unfit::ScenarioMissing => return refused("/server", "scenario-missing", locale),
        Unfit::Sources(error) => vec![Fault::new("/server", error.code(), error.to_string())],
    };
    Problem::at(ProblemKind::PolicyRefused, locale, faults)
}

fn refused(pointer: &str, code: &'static str, locale: Locale) -> Problem {
    let (zh, en) = match code {
        "role-unknown" => (
            "只能是 active（生效）或 candidate（旁路对照）。",
            "It is `active` or `candidate`.",
        ),
        "candidate-missing" => ("现在没有旁路对照的政策。", "There is no candidate."),
        "pack-other" => (
            "这是另一个政策包。",
            "It is another pack than the one that decides.",
        ),
        "bundle-older" => (
            "已经见过更高的版本；请用更高的版本号重新签名。",
            "A higher version has been seen; sign it under a higher one.",
        ),
        "bundles-differ" => (
            "两个文件不是同一个政策的。",
            "The two bundles are of different policies.",
        ),
        "scenario-missing" => (
            "政策里没有开通场景。",
            "The policy lacks the scenario of activation.",
        ),
        _ => ("没有这样的操作。", "There is no such act."),
    };
    let detail = if locale == Locale::En { en } else { zh };
    let fault = Fault::new(pointer, code, detail);
    Problem::at(ProblemKind::PolicyRefused, locale, vec![fault])
}
