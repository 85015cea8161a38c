//! Taking a decision, and showing it again.

use std::sync::Arc;
use std::time::Instant;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use precheck::units::{Date, Locale};
use precheck::{Audience, Scenario};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{Service, body_of, gate, json, progress, wish};
use crate::application::{self, Decided};
use crate::callers::{Caller, DEMO};
use crate::clock::Moment;
use crate::observe::DecisionId;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request::{self, DecisionRequest, locale_of};
use crate::store::{Account, NewDecision, StoreError};
use crate::upstreams::{Gathered, Progress, Question};

/// The scenario that every policy has; the page is about it.
pub(crate) const SCENARIO: &str = "activation";

pub(super) async fn create(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    scenario: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let scenario = scenario.ok().map(|Path(name)| name);
    let scenario = scenario.filter(|name| is_offered(&service, name));
    let scenario = scenario.ok_or_else(|| Problem::new(ProblemKind::NotFound, wish(&uri)))?;
    let bytes = body_of(&service, &headers, body).await?;
    let request = request::parse(&bytes)?;

    let locale = request.locale;
    let problem = |kind| Problem::new(kind, locale);
    // One look at the clock: the day and the time of a decision agree.
    let now = Moment::now().ok_or_else(|| problem(ProblemKind::Internal))?;
    let as_of = service.as_of.unwrap_or_else(|| now.date());
    if !service.policy.is_in_force(as_of) {
        return Err(problem(ProblemKind::PolicyNotInForce));
    }
    let account = service.store.account(&request.account, service.demo).await;
    let account = account.map_err(|error| problem(error.into()))?;
    // Another account than a session's is answered like one that is not there.
    let Some(account) = account.filter(|account| caller.may_see(&account.id)) else {
        return Err(unknown_account(locale));
    };
    let counted = service
        .gate
        .count_person(&caller, &account.id, Instant::now());
    counted.map_err(|wait| gate::too_many(wait, locale))?;
    let pending = Pending {
        service,
        caller: caller.id,
        scenario,
        now,
        as_of,
        request,
        account,
    };
    pending.check()?;
    if progress::is_wished(&headers) {
        return Ok(progress::stream(pending));
    }
    let Kept { id, answer } = pending.decide(None).await?;
    let mut response = json(answer);
    *response.status_mut() = StatusCode::CREATED;
    if let Ok(location) = HeaderValue::from_str(&format!("/v1/decisions/{id}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response.extensions_mut().insert(DecisionId(id));
    Ok(response)
}

/// A decision that can be taken as soon as the sources have answered. It holds
/// personal data, so it cannot be printed.
pub(super) struct Pending {
    pub(super) service: Arc<Service>,
    caller: String,
    scenario: String,
    now: Moment,
    as_of: Date,
    pub(super) request: DecisionRequest,
    account: Account,
}

/// A decision that is durable, and its answer.
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) answer: String,
}

impl Pending {
    /// The scenario itself; the handler has looked it up before.
    fn scenario(&self) -> Option<&Scenario> {
        let policy = &self.service.policy;
        let id = policy.scenario_id(&self.scenario);
        id.map(|id| policy.scenario(id))
    }

    /// How many sources will be asked.
    pub(super) fn sources(&self) -> usize {
        let service = &self.service;
        let count = |scenario| service.upstreams.count(scenario, &service.policy);
        self.scenario().map_or(0, count)
    }

    fn take(&self, gathered: &Gathered) -> Result<Decided, Problem> {
        let policy = &self.service.policy;
        let request = self.request.clone();
        let facts = &self.account.facts;
        application::take(policy, &self.scenario, self.as_of, request, facts, gathered)
    }

    /// Finds what is wrong with the application before anybody outside is
    /// asked: questions cost money, and some are counted against the person.
    fn check(&self) -> Result<(), Problem> {
        if self.sources() == 0 {
            return Ok(());
        }
        let policy = &self.service.policy;
        let silent = self
            .scenario()
            .map(|one| self.service.upstreams.silent(one, policy));
        self.take(&silent.unwrap_or_default()).map(|_| ())
    }

    /// Asks the sources, takes the decision and keeps it.
    pub(super) async fn decide(
        self,
        progress: Option<&mpsc::Sender<Progress>>,
    ) -> Result<Kept, Problem> {
        let locale = self.request.locale;
        let problem = |kind| Problem::new(kind, locale);
        let policy = &self.service.policy;
        let decided = match self.scenario() {
            Some(scenario) if self.sources() > 0 => {
                let fields =
                    application::canonical(policy, scenario, &self.request.fields, self.as_of);
                let question = Question::new(self.account.id.clone(), fields);
                let upstreams = &self.service.upstreams;
                // Waiting for others is no load of ours.
                let outside = self.service.gate.load.leave();
                let gathered = upstreams.gather(scenario, policy, question, progress).await;
                drop(outside);
                self.take(&gathered).or_else(|problem| {
                    if !problem.is(ProblemKind::Internal) {
                        return Err(problem);
                    }
                    // What the sources say cannot be true of one person, so
                    // nobody knows which of them is wrong.
                    tracing::error!("the sources contradict each other or the account");
                    self.take(&upstreams.silent(scenario, policy))
                })?
            }
            _ => self.take(&Gathered::default())?,
        };
        let Decided {
            outcome,
            notices,
            facts,
        } = decided;
        let Pending {
            service,
            caller,
            scenario,
            now,
            as_of,
            account,
            ..
        } = self;
        let id = Uuid::new_v4().to_string();
        let decided_at = now.to_string();
        let notice = notices.0.get(locale.as_str());
        let answer = notice.and_then(|notice| answer(&id, &decided_at, &outcome, notice));
        let answer = answer.ok_or_else(|| problem(ProblemKind::Internal))?;
        let model = service.policy.model();
        let decision = NewDecision {
            id: id.clone(),
            caller,
            decided_at,
            scenario,
            policy_pack: model.pack.clone(),
            policy_version: model.version,
            policy_hash: service.policy.hash(),
            as_of: as_of.to_string(),
            account: account.id,
            locale: locale.as_str(),
            outcome,
            notices,
            facts,
        };
        service
            .store
            .keep(decision)
            .await
            .map_err(|error| problem(error.into()))?;
        Ok(Kept { id, answer })
    }
}

/// Whether callers may have decisions in a scenario: those of the server's
/// own are answered like ones that do not exist.
fn is_offered(service: &Service, name: &str) -> bool {
    let policy = &service.policy;
    let scenario = policy.scenario_id(name).map(|id| policy.scenario(id));
    scenario.is_some_and(|one| one.audience == Audience::Public)
}

pub(super) async fn show(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Response, Problem> {
    let problem = |kind| Problem::new(kind, wish(&uri));
    let wished = locale_of(&uri)?;
    // An id that could not be one is answered like one that is not there.
    let id = id.ok().map(|Path(id)| id).filter(|id| is_decision_id(id));
    let id = id.ok_or_else(|| problem(ProblemKind::DecisionNotFound))?;
    let kept = service
        .store
        .decision(&id)
        .await
        .map_err(|error| problem(error.into()))?;
    // Both are looked up in any case: somebody else's takes as long as none.
    let is_own = is_own(&service, &caller, &id).await;
    let is_own = is_own.map_err(|error| problem(error.into()))?;
    let kept = kept.filter(|kept| is_own && caller.may_see(&kept.account));
    let kept = kept.ok_or_else(|| problem(ProblemKind::DecisionNotFound))?;
    let locale = match wished {
        Some(locale) => locale.as_str(),
        None => &kept.locale,
    };
    let notice = kept.notices.0.get(locale);
    let answer = notice.and_then(|notice| answer(&id, &kept.decided_at, &kept.outcome, notice));
    let mut response = json(answer.ok_or_else(|| problem(ProblemKind::Internal))?);
    response.extensions_mut().insert(DecisionId(id));
    Ok(response)
}

/// Whether a decision is the caller's; one that is not there is the demo's.
pub(super) async fn is_own(
    service: &Service,
    caller: &Caller,
    id: &str,
) -> Result<bool, StoreError> {
    let owner = service.store.caller_of(id).await?;
    Ok(owner.as_deref().unwrap_or(DEMO) == caller.id)
}

/// Whether a text is an id exactly as [`create`] writes it.
pub(super) fn is_decision_id(text: &str) -> bool {
    text.parse::<Uuid>().is_ok_and(|id| id.to_string() == text)
}

/// The answer. The document has the bytes that the engine's own
/// `Document::to_json` has, whether the decision is new or kept.
fn answer(id: &str, decided_at: &str, outcome: &str, notice: &RawValue) -> Option<String> {
    #[derive(Serialize)]
    struct Answer<'a> {
        id: &'a str,
        decided_at: &'a str,
        document: &'a RawValue,
    }
    let document = format!(r#"{{"outcome":{outcome},"notice":{}}}"#, notice.get());
    let document = RawValue::from_string(document).ok()?;
    serde_json::to_string(&Answer {
        id,
        decided_at,
        document: &document,
    })
    .ok()
}

fn unknown_account(locale: Locale) -> Problem {
    let detail = match locale {
        Locale::En => "There is no such account.",
        _ => "账户不存在。",
    };
    let fault = Fault::new("/account", "account-unknown", detail);
    Problem::at(ProblemKind::AccountUnknown, locale, vec![fault])
}
