//! What a decision is taken on, as it is at one moment: looked at anew after
//! whatever took time.

use precheck::Policy;
use precheck::units::Date;

use super::Service;
use super::kept::Kept;
use super::lines::facts_of;
use super::own::{ByLink, Standing};
use super::pending::unknown_account;
use crate::clock::Moment;
use crate::problem::{Problem, ProblemKind};
use crate::request::DecisionRequest;
use crate::store::{Account, FirstAnswer, KeptLine, NewKey};

/// What a decision is taken on besides what was asked.
pub(super) struct Round {
    pub(super) now: Moment,
    pub(super) as_of: Date,
    /// The account, with the facts of its line as it stands.
    pub(super) account: Account,
    pub(super) line: KeptLine,
    /// How the link stands that it came by.
    pub(super) link: Option<Standing>,
}

/// What a round begins with.
pub(super) enum Look {
    /// The request was decided before.
    Again(Kept),
    New(Box<Round>),
}

/// Begins a round.
pub(super) async fn look(
    service: &Service,
    policy: &Policy,
    scenario: &str,
    request: &DecisionRequest,
    key: Option<&NewKey>,
    link: Option<&ByLink>,
) -> Result<Look, Problem> {
    let problem = |kind| Problem::new(kind, request.locale);
    // One look at the clock: the day and the time of a decision agree.
    let now = Moment::now().ok_or_else(|| problem(ProblemKind::Internal))?;
    if let Some(key) = key {
        let first = service.store.first_answer(key, now.milliseconds()).await;
        match first.map_err(|error| problem(error.into()))? {
            Some(FirstAnswer::Same(kept)) => {
                let kept = Kept::again(&kept).ok_or_else(|| problem(ProblemKind::Internal));
                return kept.map(Look::Again);
            }
            Some(FirstAnswer::Other) => return Err(problem(ProblemKind::IdempotencyKeyReused)),
            None => {}
        }
    }
    let as_of = service.as_of.unwrap_or_else(|| now.date());
    if !policy.is_in_force(as_of) {
        return Err(problem(ProblemKind::PolicyNotInForce));
    }
    let account = service.store.account(&request.account, service.demo).await;
    let account = account.map_err(|error| problem(error.into()))?;
    let account = account.ok_or_else(|| unknown_account(request.locale))?;
    let line = service.store.line(&account.id).await;
    let line = line.map_err(|error| problem(error.into()))?;
    let facts = facts_of(policy, scenario, &account, &line, as_of);
    let link = match link {
        Some(link) => {
            let standing = link.look(service).await;
            let standing = standing.map_err(|error| problem(error.into()))?;
            Some(standing.ok_or_else(|| problem(ProblemKind::LinkUnknown))?)
        }
        None => None,
    };
    Ok(Look::New(Box::new(Round {
        now,
        as_of,
        account: account.with(facts),
        line,
        link,
    })))
}
