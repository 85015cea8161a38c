//! What changed since an earlier decision.
//!
//! Both decisions are taken again, under the policies that took them and with
//! the facts that were kept, and compared by the engine. Nothing is kept of it.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use precheck::units::{Date, Locale};
use precheck::{Application, Audience, Entries, FactInput, Policy, Purpose, Taken, Trust};
use serde::Serialize;
use serde_json::value::RawValue;

use super::decisions::is_decision_id;
use super::{Service, body_of, json, wish};
use crate::callers::Caller;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request::{self, ChangesRequest};
use crate::store::Replay;

pub(super) async fn create(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let missing = |locale| Problem::new(ProblemKind::DecisionNotFound, locale);
    let id = id.ok().map(|Path(id)| id).filter(|id| is_decision_id(id));
    let id = id.ok_or_else(|| missing(wish(&uri)))?;
    let bytes = body_of(&service, &headers, body).await?;
    let ChangesRequest {
        locale,
        since,
        modules,
    } = request::parse_changes(&bytes)?;
    let problem = |kind| Problem::new(kind, locale);
    let store = &service.store;
    let after = store.replay(&id).await;
    let after = after.map_err(|error| problem(error.into()))?;
    // Another caller's decision does not exist here.
    let is_own = |one: &Replay| caller.is_of(one.caller.as_deref()) && caller.may_see(&one.account);
    let after = after.filter(is_own);
    let after = after.ok_or_else(|| missing(locale))?;
    let before = match &since {
        Some(since) => store.replay(since).await,
        None => store.replay_before(&after, is_own).await,
    };
    let before = before.map_err(|error| problem(error.into()))?;
    let Some(before) = before.filter(is_own) else {
        let (zh, en) = match since {
            Some(_) => ("没有这个决定。", "There is no such decision."),
            None => (
                "在这之前，这个账户在这个场景里没有别的结果。",
                "Before this one, the account has no other decision in the scenario.",
            ),
        };
        return Err(not_comparable(locale, "decision-not-found", zh, en));
    };
    if before.subject != after.subject {
        let (zh, en) = ("不是同一个账户的。", "It is another account's.");
        return Err(not_comparable(locale, "accounts-differ", zh, en));
    }
    if before.sequence >= after.sequence {
        let (zh, en) = ("不比这次更早。", "It is not earlier than this one.");
        return Err(not_comparable(locale, "order-wrong", zh, en));
    }
    let release = service.policies.active();
    let now = &release.policy;
    let policies = [
        old_policy(&service, now, &before, locale).await?,
        old_policy(&service, now, &after, locale).await?,
    ];
    let [old, new] = [(&policies[0], &before), (&policies[1], &after)].map(|(old, replay)| {
        let policy = old.as_deref().unwrap_or(now);
        application(replay, locale).map(|application| (policy, application))
    });
    let ((old, earlier), (new, later)) = (old?, new?);
    let found = precheck::changes(
        Taken {
            policy: old,
            application: &earlier,
            modules: &modules[0],
        },
        Taken {
            policy: new,
            application: &later,
            modules: &modules[1],
        },
        locale,
    );
    let document = found.map_err(|problems| refused(problems, locale))?;
    let document = RawValue::from_string(document.to_json());
    let answer = document.ok().and_then(|document| {
        serde_json::to_string(&Answer {
            id: &id,
            since: &before.id,
            document: &document,
        })
        .ok()
    });
    answer
        .map(json)
        .ok_or_else(|| problem(ProblemKind::Internal))
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    since: &'a str,
    document: &'a RawValue,
}

fn not_comparable(locale: Locale, code: &'static str, zh: &str, en: &str) -> Problem {
    let detail = if locale == Locale::En { en } else { zh };
    let fault = Fault::new("/since", code, detail);
    Problem::at(ProblemKind::DecisionsNotComparable, locale, vec![fault])
}

/// The policy that took a decision, where it is not the one that decides now.
pub(super) async fn old_policy(
    service: &Service,
    now: &Policy,
    replay: &Replay,
    locale: Locale,
) -> Result<Option<Arc<Policy>>, Problem> {
    if replay.policy_hash == now.hash() {
        return Ok(None);
    }
    if let Some(policy) = service.policies.past(&replay.policy_hash) {
        return Ok(Some(policy));
    }
    let bundle = service.store.bundle(&replay.policy_hash).await;
    let bundle = bundle.map_err(|error| Problem::new(error.into(), locale))?;
    let trust = Trust {
        keys: service.policies.trusted(),
        audience: Audience::Server,
        purpose: Purpose::Replay,
    };
    let policy = bundle.and_then(|bundle| match Policy::load(&bundle, &trust) {
        Ok(policy) if policy.hash() == replay.policy_hash => Some(policy),
        Ok(_) => None,
        Err(problems) => {
            let code = problems.first().map(|one| one.code);
            tracing::warn!(code, "an earlier policy does not load");
            None
        }
    });
    let policy = policy.map(|policy| service.policies.remember(policy));
    policy.map(Some).ok_or_else(|| {
        let (zh, en) = (
            "当时的政策已经取不到了。",
            "The policy of that time is not available any more.",
        );
        not_comparable(locale, "policy-not-kept", zh, en)
    })
}

pub(super) fn application(replay: &Replay, locale: Locale) -> Result<Application, Problem> {
    let facts: Option<Entries<FactInput>> = serde_json::from_str(&replay.facts).ok();
    let as_of = Date::parse(&replay.as_of);
    let found = facts.zip(as_of).map(|(facts, as_of)| Application {
        scenario: replay.scenario.clone(),
        as_of,
        // What the identity fields gave is among the facts.
        fields: Entries::default(),
        facts,
    });
    found.ok_or_else(|| Problem::new(ProblemKind::Internal, locale))
}

/// What the caller said wrongly, with its place in the request; everything else
/// is the server's own fault.
fn refused(problems: Vec<precheck::Problem>, locale: Locale) -> Problem {
    let mut faults = Vec::new();
    for mut problem in problems {
        let sides = ["before", "after"];
        let side = sides.iter().find_map(|side| {
            let at = problem.at.strip_prefix(&format!("/{side}/modules/"))?;
            Some(format!("/modules/{side}/{at}"))
        });
        if problem.code == "scenarios-differ" {
            let (zh, en) = ("不是同一个场景的。", "It is of another scenario.");
            return not_comparable(locale, "scenarios-differ", zh, en);
        }
        let Some(at) = side else {
            let code = problem.code;
            tracing::error!(code, "a kept decision cannot be taken again");
            return Problem::new(ProblemKind::Internal, locale);
        };
        problem.at = at;
        faults.push(problem.into());
    }
    Problem::at(ProblemKind::RequestInvalid, locale, faults)
}
