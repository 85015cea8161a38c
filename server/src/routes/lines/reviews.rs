//! What is due: what time does to lines, and looking at limits by schedule.
//!
//! A line is looked at with what its sources say now and what the person stated
//! last. Where that is not enough for a decision nothing changes, and it is
//! looked at again the next time.

use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use precheck::Entries;
use serde::Serialize;

use super::change::{At, change, postpone};
use crate::application::may_state;
use crate::callers::DEMO;
use crate::clock::Moment;
use crate::line::{self, By, State as Standing, Why};
use crate::problem::{Problem, ProblemKind};
use crate::request::{DEFAULT_LOCALE, DecisionRequest};
use crate::routes::pending::Pending;
use crate::routes::{Service, decisions, json, wish};
use crate::store::Account;

/// How many lines one call works on.
const MOST: i64 = 500;
/// How often a service looks by itself.
const EVERY: Duration = Duration::from_secs(15 * 60);
/// Whom the decisions are for of an account about which nobody asked.
const NOBODY: &str = "schedule";

/// What was done.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    /// Lines that had something due.
    due: usize,
    /// Lines whose limit was looked at.
    reviewed: usize,
    /// Lines that could not be decided on with what is known.
    postponed: usize,
    /// Whether there may be more.
    more: bool,
}

/// Does what is due, when an operator says so.
pub(in crate::routes) async fn run_now(
    State(service): State<Arc<Service>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let problem = |kind| Problem::new(kind, wish(&uri));
    let report = run(&service).await.map_err(problem)?;
    let text = serde_json::to_string(&report).map_err(|_| problem(ProblemKind::Internal))?;
    Ok(json(text))
}

/// Does what is due, now and again, as long as the service is there.
pub(crate) async fn watch(service: Weak<Service>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(service) = service.upgrade() else {
            return;
        };
        match run(&service).await {
            Ok(Report { due: 0, .. }) => {}
            Ok(report) => tracing::info!(
                due = report.due,
                reviewed = report.reviewed,
                postponed = report.postponed,
                "looked at lines"
            ),
            Err(kind) => tracing::error!(code = kind.code(), "lines were not looked at"),
        }
    }
}

async fn run(service: &Arc<Service>) -> Result<Report, ProblemKind> {
    let now = Moment::now().ok_or(ProblemKind::Internal)?;
    let today = service.as_of.unwrap_or_else(|| now.date());
    let mut report = Report::default();
    let release = service.policies.active();
    if !release.policy.is_in_force(today) {
        return Err(ProblemKind::PolicyNotInForce);
    }
    let accounts = service.store.lines_due(today, MOST).await?;
    report.more = accounts.len() as i64 == MOST;
    for id in accounts {
        let Some(account) = service.store.account(&id, service.demo).await? else {
            continue;
        };
        report.due += 1;
        let kept = service.store.line(&id).await?;
        let is_due = kept.review.is_some_and(|day| day <= today);
        let is_open = matches!(kept.line.state, Standing::Active | Standing::Restricted);
        if is_due && is_open && release.policy.scenario_id(line::REVIEW).is_some() {
            match review(service, &account).await? {
                true => report.reviewed += 1,
                false => report.postponed += 1,
            }
            continue;
        }
        let done = change(service, &account, By::Time, &[], &Why::default()).await;
        let after = done.map_err(|error| error.kind())?;
        if after.review.is_some_and(|day| day <= today) {
            // Nothing to look at in this state: not again tomorrow.
            postpone(service, &account, after, At { now, today }).await?;
        }
    }
    Ok(report)
}

/// Looks at the limit of a line; `false` where what is known is not enough.
async fn review(service: &Arc<Service>, account: &Account) -> Result<bool, ProblemKind> {
    let Stated { caller, facts } = stated(service, account).await?;
    let request = DecisionRequest {
        account: account.id.clone(),
        locale: DEFAULT_LOCALE,
        fields: Vec::new(),
        facts,
    };
    let scenario = line::REVIEW.to_owned();
    let begun = Pending::by_schedule(Arc::clone(service), caller, scenario, request).await;
    let decided = match begun {
        Ok(pending) => pending.decide(None).await.map(|_| ()),
        Err(problem) => Err(problem),
    };
    match decided {
        Ok(()) => Ok(true),
        Err(problem) if is_passing(problem.kind()) => Err(problem.kind()),
        Err(_) => {
            let now = Moment::now().ok_or(ProblemKind::Internal)?;
            let today = service.as_of.unwrap_or_else(|| now.date());
            let kept = service.store.line(&account.id).await?;
            postpone(service, account, kept, At { now, today }).await?;
            Ok(false)
        }
    }
}

/// Whether it is about this moment, and not about this line.
fn is_passing(kind: ProblemKind) -> bool {
    kind != ProblemKind::Internal && kind.status().is_server_error()
}

/// What the person stated last.
struct Stated {
    /// Whom that decision was for.
    caller: String,
    facts: Vec<(String, precheck::FactInput)>,
}

/// What the person stated last, as far as a review asks for it.
async fn stated(service: &Service, account: &Account) -> Result<Stated, ProblemKind> {
    let release = service.policies.active();
    let policy = &release.policy;
    let review = policy.scenario_id(line::REVIEW);
    let review = review.map(|id| policy.scenario(id));
    let mut stated = Stated {
        caller: NOBODY.to_owned(),
        facts: Vec::new(),
    };
    for scenario in [decisions::SCENARIO, line::REVIEW] {
        let Some(found) = service.store.last_decision(account, scenario).await? else {
            continue;
        };
        let all: Entries<precheck::FactInput> =
            serde_json::from_str(&found.facts).map_err(|_| ProblemKind::Internal)?;
        let may = |name: &str| review.is_some_and(|one| may_state(policy, one, name));
        let all = all.0.into_iter().filter(|(name, _)| may(name));
        stated.facts = all.collect();
        stated.caller = found.caller.unwrap_or_else(|| DEMO.to_owned());
    }
    Ok(stated)
}
