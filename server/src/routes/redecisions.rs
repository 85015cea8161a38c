//! Taking decisions again that a faulty fact had a part in, and telling those
//! who were wronged.
//!
//! Each is the same application with one fact put right: what is known of it
//! now, or nothing at all where that is not known, as the policy has it. What
//! comes out better is kept, undoes what the first one did to the line, and is
//! told, with the sentence that the fault was ours; what comes out worse or
//! the same is left as it was.

use std::cmp::Ordering;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use precheck::units::Date;
use precheck::{Application, Decision, Entries, FactDef, FactInput, Module, Modules};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::lines::{At, compared, facts_of, righted};
use super::{Service, body_of, json};
use crate::application::{self, HELD, withdrawn};
use crate::audit::{Origin, Trace};
use crate::callers::{Caller, DEMO};
use crate::clock::Moment;
use crate::line::Why;
use crate::policies::Release;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request::{self, DEFAULT_LOCALE, RedecisionRequest};
use crate::store::{Account, Followed, NewDecision, StoreError};

/// How many rows of the log one call looks at.
const MOST: i64 = 2_000;
/// How often one is tried anew where something changed meanwhile.
const TRIES: usize = 4;

/// What came of it.
#[derive(Debug, Default, Serialize)]
struct Report {
    /// Decisions that were looked at.
    seen: u64,
    /// Those that were taken again.
    again: u64,
    better: u64,
    same: u64,
    worse: u64,
    /// Persons who were told.
    told: u64,
    /// Those that another decision came after, in the same scenario.
    superseded: u64,
    /// Those that cannot be taken again: the person was erased, or the facts do
    /// not fit the policy any more.
    left: u64,
    /// The last row that was looked at.
    upto: i64,
    /// Whether there may be more behind it.
    more: bool,
}

/// What became of one decision.
enum Became {
    /// The fact had no part in it.
    Nothing,
    Superseded,
    Left,
    Same,
    Worse,
    Better,
}

pub(super) async fn create(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body_of(&service, &headers, body).await?;
    let request = request::parse_redecision(&bytes)?;
    let problem = |kind| Problem::new(kind, request.locale);
    let release = service.policies.active();
    let def = release.policy.fact_id(&request.fact);
    let def = def.and_then(|id| release.policy.fact(id));
    let Some(def) = def else {
        let (zh, en) = ("政策里没有这一项。", "The policy has no such fact.");
        let detail = if request.locale == precheck::units::Locale::En {
            en
        } else {
            zh
        };
        let fault = Fault::new("/fact", "fact-unknown", detail);
        let kind = ProblemKind::RequestInvalid;
        return Err(Problem::at(kind, request.locale, vec![fault]));
    };
    let again = Again {
        service: &service,
        release: &release,
        request: &request,
        caller: &caller,
        def,
    };
    let report = again.all().await.map_err(problem)?;
    tracing::warn!(
        fact = request.fact,
        from = request.from,
        upto = report.upto,
        better = report.better,
        caller = caller.id,
        "decisions were taken again"
    );
    let text = serde_json::to_string(&report).map_err(|_| problem(ProblemKind::Internal))?;
    Ok(json(text))
}

/// Decisions that are taken again.
struct Again<'a> {
    service: &'a Service,
    release: &'a Release,
    request: &'a RedecisionRequest,
    caller: &'a Caller,
    def: &'a FactDef,
}

impl Again<'_> {
    async fn all(&self) -> Result<Report, ProblemKind> {
        let mut report = Report::default();
        let mut after = self.request.from.saturating_sub(1).max(0);
        let last = self.request.to.min(after.saturating_add(MOST));
        while after < last {
            let (rows, upto) = self.service.store.follow(after, 64).await?;
            if upto == after {
                break;
            }
            after = upto.min(last);
            for row in rows.iter().filter(|row| row.sequence <= last) {
                report.seen += 1;
                let became = self.one(row).await?;
                let count = match became {
                    Became::Nothing => continue,
                    Became::Superseded => &mut report.superseded,
                    Became::Left => &mut report.left,
                    Became::Same => &mut report.same,
                    Became::Worse => &mut report.worse,
                    Became::Better => &mut report.better,
                };
                *count += 1;
            }
        }
        report.upto = after;
        report.more = after < self.request.to && after == last;
        report.again = report.same + report.worse + report.better;
        report.told = report.better;
        Ok(report)
    }

    async fn one(&self, row: &Followed) -> Result<Became, ProblemKind> {
        let Some(trace) = &row.trace else {
            return Ok(Became::Left);
        };
        let fact = &self.request.fact;
        if !trace
            .origins
            .iter()
            .any(|origin| origin.facts.contains(fact))
        {
            return Ok(Became::Nothing);
        }
        for _ in 0..TRIES {
            let account = self
                .service
                .store
                .account(&trace.account, self.service.demo)
                .await?;
            let Some(account) = account else {
                return Ok(Became::Left);
            };
            let last = self
                .service
                .store
                .last_decision(&account, &row.scenario)
                .await?;
            if last.is_some_and(|last| last.id != row.id) {
                return Ok(Became::Superseded);
            }
            match self.again(row, trace, account).await {
                Err(Tried::Stale) => {}
                Err(Tried::Failed(kind)) => return Err(kind),
                Ok(became) => return Ok(became),
            }
        }
        Ok(Became::Left)
    }

    /// What is known of the fact now, and since when; nothing where that is not
    /// known, or does not count.
    async fn value(&self, account: &Account, facts: &str) -> Option<FactInput> {
        let fact = &self.request.fact;
        if self.service.watch.holds().contains_key(fact) {
            return None;
        }
        if let Some(said) = self.service.upstreams.now(fact, &account.id).await {
            return Some(said);
        }
        let stored: Entries<FactInput> = serde_json::from_str(facts).ok()?;
        let mut stored = stored.0.into_iter();
        stored
            .find(|(name, _)| name == fact)
            .map(|(_, input)| input)
    }

    async fn again(
        &self,
        row: &Followed,
        trace: &Trace,
        account: Account,
    ) -> Result<Became, Tried> {
        let (service, policy) = (self.service, &self.release.policy);
        let now = Moment::now().ok_or(ProblemKind::Internal)?;
        let today = service.as_of.unwrap_or_else(|| now.date());
        let kept = service.store.line(&account.id).await?;
        let known = facts_of(policy, &row.scenario, &account, &kept, today);
        let value = self.value(&account, &known).await;
        let nothing = withdrawn(self.def).map(|word| FactInput::Special(word.to_owned()));
        let missing = value.is_none().then(|| HELD.to_owned());
        let as_of = Date::parse(&row.as_of).ok_or(ProblemKind::Internal)?;
        let was: Option<Entries<FactInput>> = serde_json::from_str(trace.facts.get()).ok();
        let (Some(value), Some(was)) = (value.or(nothing), was) else {
            return Ok(Became::Left);
        };
        let fact = &self.request.fact;
        let others = was.0.iter().filter(|(name, _)| name != fact).cloned();
        let facts: Vec<_> = others.chain([(fact.clone(), value)]).collect();
        let mut origins = trace.origins.clone();
        for origin in &mut origins {
            origin.facts.retain(|name| name != fact);
        }
        origins.retain(|origin| !origin.facts.is_empty());
        origins.push(Origin {
            source: self.def.source.into(),
            upstream: None,
            missing,
            at: Some(now.to_string()),
            facts: vec![fact.clone()],
        });
        let decided = application::again(policy, &row.scenario, as_of, facts.clone(), origins);
        let mut all = Decision::ALL.into_iter();
        let first = all.find(|one| one.as_str() == row.decision);
        let (Some(decided), Some(first)) = (decided, first) else {
            return Ok(Became::Left);
        };
        // Decisions are in order, the mildest first; of two that are alike, the
        // higher limit is milder.
        let limits = [&trace.outcome, &decided.outcome].map(|outcome| limit(outcome));
        match decided.decision.cmp(&first).then(limits[0].cmp(&limits[1])) {
            Ordering::Less => {}
            Ordering::Equal => return Ok(Became::Same),
            Ordering::Greater => return Ok(Became::Worse),
        }
        let model = policy.model();
        let decision = NewDecision {
            id: Uuid::now_v7().to_string(),
            caller: trace.caller.clone().unwrap_or_else(|| DEMO.to_owned()),
            decided_at: now.to_string(),
            decided_ms: now.milliseconds(),
            scenario: row.scenario.clone(),
            policy_pack: model.pack.clone(),
            policy_version: model.version,
            policy_hash: policy.hash(),
            as_of: row.as_of.clone(),
            account,
            locale: DEFAULT_LOCALE.as_str(),
            decision: decided.decision.as_str(),
            // The person did not apply again.
            counts: false,
            outcome: decided.outcome,
            notices: decided.notices,
            facts: decided.facts,
            origins: decided.origins,
            key: None,
            counted: None,
            link: None,
            phone: None,
        };
        let application = |facts: Vec<(String, FactInput)>| Application {
            scenario: row.scenario.clone(),
            as_of,
            fields: Entries::default(),
            facts: Entries(facts),
        };
        let (earlier, later) = (application(was.0), application(facts));
        let [before, after] = self.modules();
        let why = Why {
            decision: Some(decision.id.clone()),
            notices: None,
            changes: compared([(&earlier, policy), (&later, policy)], [&before, &after])?,
            because: Some(self.request.because.clone()),
            caller: Some(self.caller.id.clone()),
        };
        let at = At { now, today };
        let steps = righted(service, policy, &decision, (&row.id, kept), &why, at)?;
        service.store.keep_with(decision, steps).await?;
        Ok(Became::Better)
    }

    /// What the fact's source ran on: what was at fault, and what is not.
    fn modules(&self) -> [Modules; 2] {
        let source = self.def.source.as_str().to_owned();
        [true, false].map(|faulty| {
            let version = if faulty { "at-fault" } else { "put-right" };
            let module = Module {
                version: version.to_owned(),
                faulty,
            };
            Modules(Entries(vec![(source.clone(), module)]))
        })
    }
}

/// The most that an outcome approves, in fen.
fn limit(outcome: &RawValue) -> Option<i64> {
    #[derive(Deserialize)]
    struct Outcome {
        limit: Option<Range>,
    }
    #[derive(Deserialize)]
    struct Range {
        max: i64,
    }
    let outcome: Outcome = serde_json::from_str(outcome.get()).ok()?;
    outcome.limit.map(|limit| limit.max)
}

/// Why one was not taken again this time.
enum Tried {
    /// Something changed meanwhile.
    Stale,
    Failed(ProblemKind),
}

impl From<StoreError> for Tried {
    fn from(error: StoreError) -> Tried {
        match error {
            StoreError::Stale => Tried::Stale,
            error => Tried::Failed(error.into()),
        }
    }
}

impl From<ProblemKind> for Tried {
    fn from(kind: ProblemKind) -> Tried {
        Tried::Failed(kind)
    }
}
