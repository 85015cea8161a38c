//! A decision on its way: begun, the sources asked, taken, kept.
//!
//! | step | what may happen |
//! |---|---|
//! | a turn | with a key: the account's other decisions come first, for a while |
//! | a round | the clock, the key's first answer, the account as it is now |
//! | a trial | what is wrong with the application, before anybody outside is asked |
//! | the sources | asked once, whatever happens afterwards: questions cost money |
//! | a code | looked at once: every look is a try, and the first right one is its use |
//! | another round | after whatever took time; and where what was decided on has changed by the time it is kept |
//!
//! Nothing is held while sources are asked but the turn of a key.

use std::sync::Arc;
use std::time::Instant;

use precheck::units::Locale;
use precheck::{Decision, Scenario};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::codes::{self, Holder};
use super::kept::{Kept, answer};
use super::lines::{At, follow};
use super::own::{ByLink, Own};
use super::round::{Look, Round, look};
use super::{SCENARIO, Service, gate, links};
use crate::application::{self, Decided, Known};
use crate::callers::Caller;
use crate::idempotency::Turn;
use crate::line::{Act, Begins, State};
use crate::policies::Release;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request::DecisionRequest;
use crate::store::{Counted, NewDecision, NewKey, NewStep, StoreError, Tag, Tried};
use crate::upstreams::{Gathered, Missing, Progress, Question};
use crate::velocity;

/// How often a decision is taken again because something that it was taken on
/// changed. Within one process turns leave one way to that, an erasure; with
/// others on the same database there are more.
const ATTEMPTS: u32 = 16;

/// A decision that can be taken as soon as the sources have answered. It holds
/// personal data, so it cannot be printed.
pub(super) struct Pending {
    pub(super) service: Arc<Service>,
    /// The policy that decides, whatever comes after it meanwhile.
    release: Arc<Release>,
    caller: String,
    scenario: String,
    pub(super) request: DecisionRequest,
    key: Option<NewKey>,
    turn: Option<Turn>,
    /// The activation link that it came by.
    link: Option<ByLink>,
    /// Whether a page asks for its person, who is the user then.
    by_page: bool,
    /// What the typed code is worth, once somebody has looked.
    tried: Option<Tried>,
    round: Round,
}

/// What became of a request at first.
pub(super) enum Begun {
    /// It was decided before.
    Again(Kept),
    /// Nothing is wrong with it.
    New(Box<Pending>),
}

impl Pending {
    /// Finds out what can be known before anybody outside is asked. Whoever
    /// sends a key waits for the others of the account: the first of them
    /// decides, the others get its answer.
    pub(super) async fn begin(
        service: Arc<Service>,
        caller: &Caller,
        scenario: String,
        request: DecisionRequest,
        key: Option<NewKey>,
        link: Option<ByLink>,
    ) -> Result<Begun, Problem> {
        let mut turn = None;
        if key.is_some() {
            let busy = ProblemKind::IdempotencyKeyInFlight;
            turn = Some(take_turn(&service, &request, busy).await?);
        }
        let release = service.policies.active();
        let policy = &release.policy;
        let (one, by) = (key.as_ref(), link.as_ref());
        let round = match look(&service, policy, &scenario, &request, one, by).await? {
            Look::Again(kept) => return Ok(Begun::Again(kept)),
            Look::New(round) => *round,
        };
        let counted = service
            .gate
            .count_person(caller, &round.account.id, Instant::now());
        counted.map_err(|wait| gate::too_many(wait, request.locale))?;
        let pending = Pending {
            service,
            release,
            caller: caller.id.clone(),
            scenario,
            request,
            key,
            turn,
            link,
            by_page: caller.is_session(),
            tried: None,
            round,
        };
        pending.check()?;
        Ok(Begun::New(Box::new(pending)))
    }

    /// A decision that nobody asked for now: `caller` is whom the account's
    /// decisions are for. It is neither limited nor repeated.
    pub(super) async fn by_schedule(
        service: Arc<Service>,
        caller: String,
        scenario: String,
        request: DecisionRequest,
    ) -> Result<Pending, Problem> {
        let release = service.policies.active();
        let policy = &release.policy;
        let round = match look(&service, policy, &scenario, &request, None, None).await? {
            Look::New(round) => *round,
            Look::Again(_) => return Err(Problem::new(ProblemKind::Internal, request.locale)),
        };
        let pending = Pending {
            service,
            release,
            caller,
            scenario,
            request,
            key: None,
            turn: None,
            link: None,
            by_page: false,
            tried: None,
            round,
        };
        pending.check()?;
        Ok(pending)
    }

    /// The scenario itself; the handler has looked it up before.
    fn scenario(&self) -> Option<&Scenario> {
        let policy = &self.release.policy;
        let id = policy.scenario_id(&self.scenario);
        id.map(|id| policy.scenario(id))
    }

    /// How many sources will be asked.
    pub(super) fn sources(&self) -> usize {
        let upstreams = &self.service.upstreams;
        let count = |scenario| upstreams.count(scenario, &self.release.policy);
        self.scenario().map_or(0, count)
    }

    /// Whether the service counts how often the account applied.
    fn is_counted(&self, gathered: &Gathered) -> bool {
        let policy = &self.release.policy;
        velocity::is_counted(policy, &self.scenario, &self.round.account.facts, gathered)
    }

    fn take(&self, gathered: &Gathered, applications: Option<i64>) -> Result<Decided, Problem> {
        let Round {
            now,
            as_of,
            account,
            line: _,
            link: _,
        } = &self.round;
        let known = Known {
            account: &account.facts,
            gathered,
            applications,
            held: &self.service.watch.holds(),
            at: &now.to_string(),
        };
        let policy = &self.release.policy;
        application::take(policy, &self.scenario, *as_of, self.request.clone(), &known)
    }

    /// Finds what is wrong with the application before anybody outside is
    /// asked: questions cost money, and some are counted against the person.
    fn check(&self) -> Result<(), Problem> {
        if self.sources() == 0 && self.link.is_none() && !self.checks_code() {
            return Ok(());
        }
        let (policy, upstreams) = (&self.release.policy, &self.service.upstreams);
        let silent = |one| upstreams.silent(one, policy, Missing::NotAsked);
        let silent = self.scenario().map(silent);
        let silent = self.with_own(silent.unwrap_or_default());
        // How often the account applied is counted later, and is at least this.
        let applications = self.is_counted(&silent).then_some(1);
        self.take(&silent, applications).map(|_| ())
    }

    /// Whether the code that was typed is looked at here.
    fn checks_code(&self) -> bool {
        let policy = &self.release.policy;
        let checks = |scenario| codes::checks(&self.service, policy, scenario);
        self.scenario().is_some_and(checks)
    }

    /// Adds what the service itself knows, as of this round.
    fn with_own(&self, mut gathered: Gathered) -> Gathered {
        let own = self.scenario().map(|scenario| Own {
            policy: &self.release.policy,
            scenario,
            account: &self.round.account,
            link: self.link.as_ref().zip(self.round.link.as_ref()),
            by_page: self.by_page,
            checks: self.checks_code(),
            gathered: &gathered,
            tried: self.tried,
        });
        if let Some(own) = own.and_then(Own::facts) {
            gathered.put_own(own);
        }
        gathered
    }

    /// The identity fields in the forms in which they are looked at.
    fn canonical(&self, scenario: &Scenario) -> Vec<(String, String)> {
        let policy = &self.release.policy;
        application::canonical(policy, scenario, &self.request.fields, self.round.as_of)
    }

    /// The phone that the application names, in its canonical form.
    fn number(&self) -> Option<String> {
        let fields = self.canonical(self.scenario()?);
        let mut fields = fields.into_iter();
        fields
            .find(|(name, _)| name == codes::PHONE)
            .map(|(_, number)| number)
    }

    /// The account's phone from now on, where an application was approved that
    /// names one: codes go to it.
    fn new_phone(&self, steps: &[NewStep]) -> Option<Tag> {
        let is_new = steps.iter().any(|step| step.act == Act::Offer.as_str());
        let number = self.number().filter(|_| is_new)?;
        let store = &self.service.store;
        let holder = Holder::new(store, &self.round.account.id, &self.scenario);
        Some(holder.phone(store, &number))
    }

    /// The phone that a link goes to, where an application was approved whose
    /// line waits for one.
    fn link_goes_to(&self, decision: &str, steps: &[NewStep]) -> Option<String> {
        let is_approved = self.scenario == SCENARIO && decision == Decision::Approve.as_str();
        let policy = &self.release.policy;
        let begins = links::begins(&self.service, policy, &self.scenario);
        let mut after = steps.iter().rev().filter_map(|step| step.after.as_ref());
        let after = after.next().unwrap_or(&self.round.line);
        let waits = begins == Begins::ByLink && after.line.state == State::Offered;
        self.number().filter(|_| is_approved && waits)
    }

    /// Looks at the code that was typed: once for each request, since every
    /// look is a try. `true` where it was looked at now.
    async fn try_code(&mut self) -> Result<bool, Problem> {
        let policy = &self.release.policy;
        let checks = |one: &&Scenario| codes::checks(&self.service, policy, one);
        let Some(scenario) = self.scenario().filter(checks) else {
            return Ok(false);
        };
        let (service, fields) = (&self.service, self.canonical(scenario));
        let holder = Holder::new(&service.store, &self.round.account.id, &self.scenario);
        let tried = holder.check(service, scenario, &fields).await;
        let tried = tried.map_err(|error| Problem::new(error.into(), self.request.locale));
        self.tried = Some(tried?);
        Ok(true)
    }

    /// Asks the sources, where there are any.
    async fn gather(&self, progress: Option<&mpsc::Sender<Progress>>) -> Option<Gathered> {
        let scenario = self.scenario().filter(|_| self.sources() > 0)?;
        let (policy, upstreams) = (&self.release.policy, &self.service.upstreams);
        let fields = self.canonical(scenario);
        let question = Question::new(self.round.account.id.clone(), fields);
        // Waiting for others is no load of ours.
        let _outside = self.service.gate.load.leave();
        let gathered = upstreams.gather(scenario, policy, question, progress);
        Some(gathered.await)
    }

    /// Asks the sources, takes the decision and keeps it.
    pub(super) async fn decide(
        mut self,
        progress: Option<&mpsc::Sender<Progress>>,
    ) -> Result<Kept, Problem> {
        let locale = self.request.locale;
        let problem = |kind| Problem::new(kind, locale);
        let gathered = self.gather(progress).await;
        // Time has passed where somebody was asked.
        let mut is_fresh = gathered.is_none();
        let mut gathered = gathered.unwrap_or_default();
        is_fresh &= !self.try_code().await?;
        for _ in 0..ATTEMPTS {
            if !is_fresh {
                let policy = &self.release.policy;
                let (key, link) = (self.key.as_ref(), self.link.as_ref());
                let (service, request) = (&self.service, &self.request);
                match look(service, policy, &self.scenario, request, key, link).await? {
                    Look::Again(kept) => return Ok(kept),
                    Look::New(round) => self.round = *round,
                }
            }
            is_fresh = false;
            gathered = self.with_own(gathered);
            let is_counted = self.is_counted(&gathered);
            if is_counted && self.turn.is_none() {
                let turn = take_turn(&self.service, &self.request, ProblemKind::Overloaded);
                self.turn = Some(turn.await?);
                // Others may have applied while this one waited.
                continue;
            }
            let mut counted = None;
            if is_counted {
                let now_ms = self.round.now.milliseconds();
                let since_ms = now_ms.saturating_sub(velocity::WINDOW_MS);
                let store = &self.service.store;
                let seen = store.applications(&self.round.account, since_ms).await;
                let seen = seen.map_err(|error| problem(error.into()))?;
                counted = Some(Counted { since_ms, seen });
            }
            let decided = self.decided(&gathered, counted)?;
            let notice = decided.notices.0.get(locale.as_str());
            // In the order of time: one page of the index is written to, and
            // not another one for each. The rest of it is random.
            let id = Uuid::now_v7().to_string();
            let decided_at = self.round.now.to_string();
            let answer = notice.and_then(|one| answer(&id, &decided_at, &decided.outcome, one));
            let answer = answer.ok_or_else(|| problem(ProblemKind::Internal))?;
            let decision = self.to_keep(id.clone(), decided_at, decided, counted);
            let (line, now, today) = (self.round.line.clone(), self.round.now, self.round.as_of);
            let policy = &self.release.policy;
            let steps = follow(&self.service, policy, &decision, line, At { now, today }).await;
            let steps = steps.map_err(problem)?;
            let decision = NewDecision {
                phone: self.new_phone(&steps),
                ..decision
            };
            let number = self.link_goes_to(decision.decision, &steps);
            match self.service.store.keep_with(decision, steps).await {
                Ok(()) => {
                    if let Some(number) = number {
                        let service = Arc::clone(&self.service);
                        let (account, caller) = (self.round.account.id, self.caller);
                        links::after_approval(service, account, caller, number, locale);
                    }
                    return Ok(Kept {
                        id,
                        answer,
                        is_replayed: false,
                    });
                }
                Err(StoreError::Stale) => {}
                Err(error) => return Err(problem(error.into())),
            }
        }
        Err(problem(ProblemKind::Overloaded))
    }

    /// Takes the decision, once.
    fn decided(&self, gathered: &Gathered, counted: Option<Counted>) -> Result<Decided, Problem> {
        let applications = counted.map(|counted| counted.seen.saturating_add(1));
        self.take(gathered, applications).or_else(|problem| {
            if gathered.answers.is_empty() || !problem.is(ProblemKind::Internal) {
                return Err(problem);
            }
            // What the sources say cannot be true of one person, so nobody
            // knows which of them is wrong.
            tracing::error!("the sources contradict each other or the account");
            let (policy, upstreams) = (&self.release.policy, &self.service.upstreams);
            let silent = |one| upstreams.silent(one, policy, Missing::Contradicting);
            let silent = self.scenario().map(silent);
            self.take(&self.with_own(silent.unwrap_or_default()), applications)
        })
    }

    /// The decision as it is kept.
    fn to_keep(
        &self,
        id: String,
        decided_at: String,
        decided: Decided,
        counted: Option<Counted>,
    ) -> NewDecision {
        let Round {
            now,
            as_of,
            account,
            line: _,
            link: _,
        } = &self.round;
        let policy = &self.release.policy;
        let model = policy.model();
        let is_approved = decided.decision == Decision::Approve;
        let used = || Some(self.link.as_ref()?.to_use(&self.service));
        NewDecision {
            id,
            caller: self.caller.clone(),
            decided_at,
            decided_ms: now.milliseconds(),
            scenario: self.scenario.clone(),
            policy_pack: model.pack.clone(),
            policy_version: model.version,
            policy_hash: policy.hash(),
            as_of: as_of.to_string(),
            account: account.clone(),
            locale: self.request.locale.as_str(),
            decision: decided.decision.as_str(),
            counts: velocity::is_application(policy, &self.scenario, decided.decision),
            outcome: decided.outcome,
            notices: decided.notices,
            facts: decided.facts,
            origins: decided.origins,
            key: self.key,
            counted,
            link: is_approved.then(used).flatten(),
            phone: None,
        }
    }
}

/// Waits until no other decision of the account is being taken here. `busy` is
/// what is said where that takes too long.
async fn take_turn(
    service: &Service,
    request: &DecisionRequest,
    busy: ProblemKind,
) -> Result<Turn, Problem> {
    // Waiting for somebody else is no load.
    let _outside = service.gate.load.leave();
    let turn = service.turns.take(&request.account).await;
    turn.ok_or_else(|| Problem::new(busy, request.locale))
}

pub(super) fn unknown_account(locale: Locale) -> Problem {
    let detail = match locale {
        Locale::En => "There is no such account.",
        _ => "账户不存在。",
    };
    let fault = Fault::new("/account", "account-unknown", detail);
    Problem::at(ProblemKind::AccountUnknown, locale, vec![fault])
}
