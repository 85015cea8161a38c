//! Changes of a line: what leads to them, and keeping them.

use std::collections::BTreeMap;

use precheck::units::{Date, Locale};
use precheck::{Application, Decision, Entries, Modules, Phrase, Policy, Taken};
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use uuid::Uuid;

use super::super::Service;
use super::super::changes::{application, old_policy};
use super::super::links::begins;
use super::refused;
use crate::audit::Kind;
use crate::clock::Moment;
use crate::line::{self, Act, By, Event, Refusal, State, Why};
use crate::problem::{Problem, ProblemKind};
use crate::request::DEFAULT_LOCALE;
use crate::store::{
    Account, AppealChange, KeptLine, NewDecision, NewNotice, NewStep, StoreError, Under,
};

/// Why a change was not made.
pub(in crate::routes) enum Unchanged {
    Refused(Refusal),
    Store(StoreError),
    /// The clock is unusable, or what was made cannot be written.
    Internal,
}

impl Unchanged {
    pub(super) fn kind(&self) -> ProblemKind {
        match self {
            Unchanged::Refused(_) => ProblemKind::LineRefused,
            Unchanged::Store(error) => (*error).into(),
            Unchanged::Internal => ProblemKind::Internal,
        }
    }

    pub(in crate::routes) fn problem(self, locale: Locale) -> Problem {
        match self {
            Unchanged::Refused(refusal) => refused(refusal.code(), locale),
            other => Problem::new(other.kind(), locale),
        }
    }
}

/// How often a change is tried anew where the line changed meanwhile.
const TRIES: usize = 8;

/// Makes changes of a line, in order and all or none, with what time has done
/// to it before.
pub(super) async fn change(
    service: &Service,
    account: &Account,
    by: By,
    events: &[Event],
    why: &Why,
) -> Result<KeptLine, Unchanged> {
    let release = service.policies.active();
    let policy = &release.policy;
    let now = Moment::now().ok_or(Unchanged::Internal)?;
    let today = service.as_of.unwrap_or_else(|| now.date());
    for _ in 0..TRIES {
        let kept = service.store.line(&account.id).await;
        let kept = kept.map_err(Unchanged::Store)?;
        let at = At { now, today };
        let due = line::timely(&kept.line, today);
        let time = Why::default();
        let (mut made, kept) = steps(policy, &account.id, kept, By::Time, &due, &time, at)?;
        let (after, last) = steps(policy, &account.id, kept, by, events, why, at)?;
        made.extend(after);
        if made.is_empty() {
            return Ok(last);
        }
        match service
            .store
            .keep_steps(account, made, &under(policy))
            .await
        {
            Ok(()) => return Ok(last),
            Err(StoreError::Stale) => {}
            Err(error) => return Err(Unchanged::Store(error)),
        }
    }
    Err(Unchanged::Store(StoreError::Stale))
}

/// Keeps changes; `false`, and nothing is kept, where something is not any more
/// as it was when they were made.
pub(in crate::routes) async fn keep(
    service: &Service,
    account: &Account,
    steps: Vec<NewStep>,
) -> Result<bool, StoreError> {
    let under = under(&service.policies.active().policy);
    match service.store.keep_steps(account, steps, &under).await {
        Ok(()) => Ok(true),
        Err(StoreError::Stale) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The changes that somebody chooses on a line as it stands now, with what time
/// has done to it before; not kept yet.
pub(in crate::routes) async fn changes_of(
    service: &Service,
    account: &Account,
    by: By,
    choose: impl Fn(&line::Line, Date) -> Vec<Event>,
    why: &Why,
) -> Result<Vec<NewStep>, Unchanged> {
    let now = Moment::now().ok_or(Unchanged::Internal)?;
    let today = service.as_of.unwrap_or_else(|| now.date());
    let at = At { now, today };
    let release = service.policies.active();
    let policy = &release.policy;
    let kept = service.store.line(&account.id).await;
    let kept = kept.map_err(Unchanged::Store)?;
    let due = line::timely(&kept.line, today);
    let time = Why::default();
    let (mut made, kept) = steps(policy, &account.id, kept, By::Time, &due, &time, at)?;
    let events = choose(&kept.line, today);
    let (after, _) = steps(policy, &account.id, kept, by, &events, why, at)?;
    made.extend(after);
    Ok(made)
}

/// What became of an appeal, as a row of the log.
pub(in crate::routes) struct Became<'a> {
    pub(in crate::routes) account: &'a str,
    pub(in crate::routes) appeal: &'a str,
    pub(in crate::routes) act: &'static str,
    pub(in crate::routes) by: By,
    pub(in crate::routes) change: AppealChange,
    /// The sentence that the person is told.
    pub(in crate::routes) phrase: Option<Phrase>,
}

impl Became<'_> {
    /// The row, and what is told.
    pub(in crate::routes) fn step(self, service: &Service, why: &Why) -> Option<NewStep> {
        let now = Moment::now()?;
        let today = service.as_of.unwrap_or_else(|| now.date());
        let notice = match self.phrase {
            Some(phrase) => {
                let words =
                    line::told(&service.policies.active().policy, phrase, [0, 0], None, why)?;
                Some(NewNotice {
                    id: Uuid::new_v4().to_string(),
                    topic: self.act,
                    words,
                })
            }
            None => None,
        };
        Some(NewStep {
            id: Uuid::new_v4().to_string(),
            at: now.to_string(),
            at_ms: now.milliseconds(),
            as_of: today.to_string(),
            kind: Kind::Appeal,
            act: self.act,
            trace: line::appealed(self.account, self.appeal, self.act, self.by, why)?,
            after: None,
            appeal: Some(self.change),
            notice,
        })
    }
}

/// A policy, as changes name it.
fn under(policy: &Policy) -> Under {
    let model = policy.model();
    Under {
        pack: model.pack.clone(),
        version: model.version,
        hash: policy.hash(),
    }
}

/// When something is done.
#[derive(Clone, Copy)]
pub(in crate::routes) struct At {
    pub(in crate::routes) now: Moment,
    pub(in crate::routes) today: Date,
}

/// The changes that events make of a line, and how it stands then.
fn steps(
    policy: &Policy,
    account: &str,
    mut kept: KeptLine,
    by: By,
    events: &[Event],
    why: &Why,
    at: At,
) -> Result<(Vec<NewStep>, KeptLine), Unchanged> {
    let mut made = Vec::new();
    let mut take = |kept: &mut KeptLine, event: Event| -> Result<(), Unchanged> {
        let before = kept.line;
        let after = line::step(&before, event, at.today).map_err(Unchanged::Refused)?;
        *kept = KeptLine {
            line: after,
            review: line::review_after(&after, kept.review, at.today),
            decision: why.decision.clone().or(kept.decision.take()),
            version: kept.version + 1,
        };
        let words = line::words_of(policy, event.act, [&before, &after], why);
        made.push(NewStep {
            id: Uuid::new_v4().to_string(),
            at: at.now.to_string(),
            at_ms: at.now.milliseconds(),
            as_of: at.today.to_string(),
            kind: Kind::Line,
            act: event.act.as_str(),
            trace: line::trace(account, event.act, by, [&before, &after], why)
                .ok_or(Unchanged::Internal)?,
            after: Some(kept.clone()),
            appeal: None,
            notice: words.map(|words| NewNotice {
                id: Uuid::new_v4().to_string(),
                topic: event.act.as_str(),
                words,
            }),
        });
        Ok(())
    };
    for event in events {
        take(&mut kept, *event)?;
    }
    // A line that is opened at once is told of once.
    let acts: Vec<&str> = made.iter().map(|step| step.act).collect();
    if acts.ends_with(&[Act::Offer.as_str(), Act::Activate.as_str()])
        && let Some(offer) = made.iter_mut().rev().nth(1)
    {
        offer.notice = None;
    }
    Ok((made, kept))
}

/// The facts of an account, with what its line says in place of what is kept;
/// as they are where nothing ever happened to the line.
pub(in crate::routes) fn facts_of(
    policy: &Policy,
    scenario: &str,
    account: &Account,
    kept: &KeptLine,
    today: Date,
) -> String {
    if kept.version == 0 {
        return account.facts.clone();
    }
    // What time has done is true before anybody has written it down.
    let due = line::timely(&kept.line, today);
    let line = due.into_iter().fold(kept.line, |line, event| {
        line::step(&line, event, today).unwrap_or(line)
    });
    line::facts(policy, scenario, &line, &account.facts, today)
}

/// What of an outcome a line goes by.
#[derive(Deserialize)]
struct Outcome {
    limit: Option<Limit>,
}

#[derive(Deserialize)]
struct Limit {
    max: i64,
}

/// The changes of a line that follow from a decision, with what changed since
/// the one before.
pub(in crate::routes) async fn follow(
    service: &Service,
    policy: &Policy,
    decision: &NewDecision,
    kept: KeptLine,
    at: At,
) -> Result<Vec<NewStep>, ProblemKind> {
    let internal = |_| ProblemKind::Internal;
    let outcome: Outcome = serde_json::from_str(decision.outcome.get()).map_err(internal)?;
    let mut all = Decision::ALL.into_iter();
    let taken = all.find(|one| one.as_str() == decision.decision);
    let Some(taken) = taken else {
        return Err(ProblemKind::Internal);
    };
    let mut now = kept.clone();
    let mut early = Vec::new();
    // Whether a pause ends is what a review decides, on its last day too.
    let is_judged = decision.scenario == line::REVIEW && now.line.state == State::Restricted;
    if kept.version > 0 && !is_judged {
        let because = Why::default();
        let (account, events) = (&decision.account.id, line::timely(&kept.line, at.today));
        let due = steps(policy, account, kept, By::Time, &events, &because, at);
        (early, now) = due.map_err(|error| error.kind())?;
    }
    let limit = outcome.limit.map(|limit| limit.max);
    let judged = (decision.scenario.as_str(), taken);
    let begins = begins(service, policy, &decision.scenario);
    let events = line::events(&now.line, judged, limit, begins, at.today);
    let is_review = decision.scenario == line::REVIEW && now.version > 0;
    if events.is_empty() && !is_review {
        // What time has done is written down with the next change.
        return Ok(Vec::new());
    }
    if is_review {
        now.review = line::next_review(at.today);
    }
    let why = Why {
        decision: Some(decision.id.clone()),
        notices: Some(decision.notices.clone()),
        changes: explained(service, policy, decision).await?,
        because: None,
        caller: None,
    };
    let by = By::Decision;
    let made = if events.is_empty() {
        // Nothing changed but the day of the next review.
        let looked = looked_at(&decision.account.id, &mut now, &why, at);
        vec![looked.ok_or(ProblemKind::Internal)?]
    } else {
        let made = steps(policy, &decision.account.id, now, by, &events, &why, at);
        made.map_err(|error| error.kind())?.0
    };
    early.extend(made);
    Ok(early)
}

/// Puts the next look at a line off, since nothing can be decided now.
pub(super) async fn postpone(
    service: &Service,
    account: &Account,
    mut kept: KeptLine,
    at: At,
) -> Result<(), ProblemKind> {
    kept.review = line::next_review(at.today);
    let step = looked_at(&account.id, &mut kept, &Why::default(), at);
    let step = step.ok_or(ProblemKind::Internal)?;
    let under = under(&service.policies.active().policy);
    match service.store.keep_steps(account, vec![step], &under).await {
        // Somebody else changed the line: what is due then is seen the next time.
        Ok(()) | Err(StoreError::Stale) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// That a line was looked at, and stays as it is.
fn looked_at(account: &str, kept: &mut KeptLine, why: &Why, at: At) -> Option<NewStep> {
    kept.version += 1;
    Some(NewStep {
        id: Uuid::new_v4().to_string(),
        at: at.now.to_string(),
        at_ms: at.now.milliseconds(),
        as_of: at.today.to_string(),
        kind: Kind::Line,
        act: "review",
        trace: line::reviewed(account, &kept.line, why)?,
        after: Some(kept.clone()),
        appeal: None,
        notice: None,
    })
}

/// What changed since the decision before in the same scenario, by locale;
/// nothing where there is none, or where its policy or facts are gone.
async fn explained(
    service: &Service,
    policy: &Policy,
    decision: &NewDecision,
) -> Result<BTreeMap<String, Box<RawValue>>, ProblemKind> {
    let none = BTreeMap::new();
    let before = service
        .store
        .last_decision(&decision.account, &decision.scenario);
    let Some(before) = before.await.map_err(ProblemKind::from)? else {
        return Ok(none);
    };
    let locale = DEFAULT_LOCALE;
    let old = old_policy(service, policy, &before, locale).await;
    let (Ok(old), Ok(earlier)) = (old, application(&before, locale)) else {
        return Ok(none);
    };
    let Ok(facts) = serde_json::from_str(decision.facts.get()) else {
        return Ok(none);
    };
    let later = Application {
        scenario: decision.scenario.clone(),
        as_of: Date::parse(&decision.as_of).ok_or(ProblemKind::Internal)?,
        fields: Entries::default(),
        facts,
    };
    let none = Modules::default();
    let [old, new] = [
        (&earlier, old.as_deref().unwrap_or(policy)),
        (&later, policy),
    ];
    compared([old, new], [&none, &none])
}

/// What changed between two applications, each under its policy and with what
/// its sources ran on, by locale; nothing where they cannot be compared.
pub(in crate::routes) fn compared(
    [(earlier, old), (later, new)]: [(&Application, &Policy); 2],
    [before, after]: [&Modules; 2],
) -> Result<BTreeMap<String, Box<RawValue>>, ProblemKind> {
    let mut all = BTreeMap::new();
    for locale in Locale::ALL {
        let found = precheck::changes(
            Taken {
                policy: old,
                application: earlier,
                modules: before,
            },
            Taken {
                policy: new,
                application: later,
                modules: after,
            },
            *locale,
        );
        let Ok(document) = found else {
            tracing::error!("a kept decision cannot be compared");
            return Ok(BTreeMap::new());
        };
        let notice = to_raw_value(&document.notice).map_err(|_| ProblemKind::Internal)?;
        all.insert(locale.as_str().to_owned(), notice);
    }
    Ok(all)
}

/// What a decision that puts an earlier one right does to a line, and what its
/// person is told: what the earlier one did is undone, else what follows from
/// it, else it is only told.
pub(in crate::routes) fn righted(
    service: &Service,
    policy: &Policy,
    decision: &NewDecision,
    (earlier, kept): (&str, KeptLine),
    why: &Why,
    at: At,
) -> Result<Vec<NewStep>, ProblemKind> {
    let outcome: Outcome =
        serde_json::from_str(decision.outcome.get()).map_err(|_| ProblemKind::Internal)?;
    let limit = outcome.limit.map(|limit| limit.max);
    let mut all = Decision::ALL.into_iter();
    let taken = all.find(|one| one.as_str() == decision.decision);
    let taken = taken.ok_or(ProblemKind::Internal)?;
    let account = &decision.account.id;
    let due = line::timely(&kept.line, at.today);
    let time = Why::default();
    let done = steps(policy, account, kept, By::Time, &due, &time, at);
    let (mut made, kept) = done.map_err(|error| error.kind())?;
    let events = if kept.decision.as_deref() == Some(earlier) {
        line::granted(
            &kept.line,
            limit.filter(|_| taken == Decision::Approve),
            at.today,
        )
    } else {
        let judged = (decision.scenario.as_str(), taken);
        let begins = begins(service, policy, &decision.scenario);
        line::events(&kept.line, judged, limit, begins, at.today)
    };
    if events.is_empty() {
        let (id, at_ms) = (Uuid::new_v4().to_string(), at.now.milliseconds());
        made.push(NewStep {
            at: at.now.to_string(),
            at_ms,
            as_of: at.today.to_string(),
            kind: Kind::Line,
            act: "redecide",
            trace: line::redecided(account, &kept.line, why).ok_or(ProblemKind::Internal)?,
            after: None,
            appeal: None,
            notice: line::righted(why).map(|words| NewNotice {
                id: Uuid::new_v4().to_string(),
                topic: "redecided",
                words,
            }),
            id,
        });
        return Ok(made);
    }
    let done = steps(policy, account, kept, By::Operator, &events, why, at);
    made.extend(done.map_err(|error| error.kind())?.0);
    Ok(made)
}
