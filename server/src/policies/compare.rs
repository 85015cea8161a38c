//! A candidate beside the policy that decides: every decision is taken by it
//! as well, and nothing follows from that.
//!
//! What it is given are the rows of the log, from the moment when it was put
//! there: the same facts, at most a moment later. So the decision itself waits
//! for nothing, none is left out, and a service that was restarted counts the
//! same again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use precheck::units::Date;
use precheck::{
    Application, Decision, Entries, FactInput, FactKind, FactState, Policy, Validated, decide,
    validate,
};
use serde::Deserialize;

use super::Release;
use crate::routes::Service;
use crate::store::Followed;

/// How often the log is looked at.
const EVERY: Duration = Duration::from_millis(250);
/// How many rows are read at a time.
const ROWS: i64 = 128;

/// A release beside the one that decides.
pub(crate) struct Candidate {
    pub(crate) release: Release,
    /// The end of the log when it was put there.
    pub(crate) since: i64,
    pub(super) compared: Mutex<Compared>,
}

/// What a decision came to, as far as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Came {
    pub(super) decisions: Vec<Decision>,
    reasons: Vec<Coded>,
    limit: Option<Most>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Coded {
    code: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
struct Most {
    max: i64,
}

impl Came {
    /// The decision, where it is certain.
    fn decision(&self) -> Option<Decision> {
        match &self.decisions[..] {
            [one] => Some(*one),
            _ => None,
        }
    }
}

/// Numbers of one side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Side {
    pub(super) declined: u64,
    pub(super) approved: u64,
    /// The limits of those approved, added up, in fen.
    pub(super) limits: i128,
}

impl Side {
    fn count(&mut self, came: &Came, decision: Decision) {
        match decision {
            Decision::Approve => {
                self.approved += 1;
                self.limits += came.limit.map_or(0, |limit| i128::from(limit.max));
            }
            Decision::Decline => self.declined += 1,
            Decision::Refer | Decision::RetryLater => {}
        }
    }
}

/// A number of applicants, and what both policies make of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) all: u64,
    pub(super) sides: [Side; 2],
    /// By reason, how many were told it.
    pub(super) reasons: BTreeMap<String, [u64; 2]>,
}

impl Tally {
    fn count(&mut self, came: [&Came; 2], decisions: [Decision; 2]) {
        self.all += 1;
        for (place, side) in self.sides.iter_mut().enumerate() {
            side.count(came[place], decisions[place]);
            for reason in &came[place].reasons {
                let told = self.reasons.entry(reason.code.clone()).or_default();
                told[place] += 1;
            }
        }
    }
}

/// What was found in one scenario.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct InScenario {
    pub(super) whole: Tally,
    /// By decision of the one and of the other.
    pub(super) pairs: BTreeMap<[Decision; 2], u64>,
    /// By fact and code: the groups that the policy itself tells apart.
    pub(super) groups: BTreeMap<(String, String), Tally>,
    /// The last decision that came out otherwise, by pair: to look at.
    pub(super) examples: BTreeMap<[Decision; 2], String>,
}

/// What was found so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Compared {
    /// The place in the log up to which it goes.
    pub(super) upto: i64,
    pub(super) scenarios: BTreeMap<String, InScenario>,
    /// Decisions that the candidate cannot take with the facts that were known.
    pub(super) undecided: u64,
    /// Decisions in scenarios that the candidate does not have.
    pub(super) not_offered: u64,
    /// Decisions about persons who were erased.
    pub(super) erased: u64,
}

impl Candidate {
    /// A release that is held beside the other from a place in the log on.
    pub(crate) fn new(release: Release, since: i64) -> Candidate {
        Candidate {
            release,
            since,
            compared: Mutex::new(Compared {
                upto: since,
                ..Compared::default()
            }),
        }
    }

    pub(super) fn upto(&self) -> i64 {
        let compared = self.compared.lock();
        compared.unwrap_or_else(PoisonError::into_inner).upto
    }

    /// Takes decisions once more, and counts.
    fn count(&self, rows: &[Followed], upto: i64) {
        // Decided first: whoever reads the report does not wait for that.
        let found: Vec<_> = rows.iter().map(|row| (row, self.again(row))).collect();
        let mut compared = self.compared.lock().unwrap_or_else(PoisonError::into_inner);
        compared.upto = upto;
        for (row, again) in found {
            match again {
                Again::Decided(both) => {
                    let [old, new] = both.came.each_ref();
                    let scenario = compared.scenarios.entry(row.scenario.clone()).or_default();
                    scenario.whole.count([old, new], both.decisions);
                    *scenario.pairs.entry(both.decisions).or_default() += 1;
                    for group in both.groups {
                        let tally = scenario.groups.entry(group).or_default();
                        tally.count([old, new], both.decisions);
                    }
                    if both.decisions[0] != both.decisions[1] {
                        scenario.examples.insert(both.decisions, row.id.clone());
                    }
                }
                Again::Undecided => compared.undecided += 1,
                Again::NotOffered => compared.not_offered += 1,
                Again::Erased => compared.erased += 1,
            }
        }
    }

    fn again(&self, row: &Followed) -> Again {
        let Some(trace) = &row.trace else {
            return Again::Erased;
        };
        let policy = &self.release.policy;
        if policy.scenario_id(&row.scenario).is_none() {
            return Again::NotOffered;
        }
        let old: Option<Came> = serde_json::from_str(trace.outcome.get()).ok();
        let facts: Option<Entries<FactInput>> = serde_json::from_str(trace.facts.get()).ok();
        let day = Date::parse(&row.as_of);
        let (Some(old), Some(facts), Some(day)) = (old, facts, day) else {
            return Again::Undecided;
        };
        let Some((new, validated)) = taken(policy, &row.scenario, day, facts.0) else {
            return Again::Undecided;
        };
        let (Some(before), Some(after)) = (old.decision(), new.decision()) else {
            return Again::Undecided;
        };
        Again::Decided(Box::new(Both {
            groups: groups(policy, &validated),
            came: [old, new],
            decisions: [before, after],
        }))
    }
}

/// What becomes of a decision that is taken again.
enum Again {
    Decided(Box<Both>),
    Undecided,
    NotOffered,
    Erased,
}

struct Both {
    came: [Came; 2],
    decisions: [Decision; 2],
    groups: Vec<(String, String)>,
}

/// What a policy makes of facts, of which it knows what it knows.
fn taken(
    policy: &Policy,
    scenario: &str,
    day: Date,
    facts: Vec<(String, FactInput)>,
) -> Option<(Came, Validated)> {
    let of = policy.scenario(policy.scenario_id(scenario)?);
    let model = policy.model();
    let is_carried = |name: &String| {
        let id = policy.fact_id(name);
        id.is_some_and(|id| {
            let is_derived = model.derived.iter().any(|one| one.fact == id);
            of.facts.contains(&id) && !is_derived
        })
    };
    let facts = facts.into_iter().filter(|(name, _)| is_carried(name));
    let application = Application {
        scenario: scenario.to_owned(),
        as_of: day,
        fields: Entries::default(),
        facts: Entries(facts.collect()),
    };
    let validated = validate(policy, &application).ok()?;
    let evaluation = policy.evaluate(validated.scenario, &validated.facts);
    let outcome = decide(policy, &validated, &evaluation);
    let reasons = outcome.reasons.iter().map(|one| Coded {
        code: one.code.to_owned(),
    });
    let came = Came {
        decisions: outcome.decisions.clone(),
        reasons: reasons.collect(),
        limit: outcome.limit.map(|limit| Most { max: limit.max }),
    };
    Some((came, validated))
}

/// The groups that an application is of: by every fact whose values are codes
/// and that is no secret of fraud control.
fn groups(policy: &Policy, validated: &Validated) -> Vec<(String, String)> {
    let scenario = policy.scenario(validated.scenario);
    let facts = scenario.facts.iter();
    let of = facts.filter_map(|&id| {
        let def = policy.fact(id)?;
        let FactState::Known(value) = validated.facts.get(id) else {
            return None;
        };
        let is_code = def.kind == FactKind::Code && def.audience == precheck::Audience::Public;
        let code = usize::try_from(value).ok().and_then(|at| def.codes.get(at));
        code.filter(|_| is_code)
            .map(|code| (def.name.clone(), code.clone()))
    });
    of.collect()
}

/// Follows the log for the candidate, as long as the service is there.
pub(crate) async fn watch(service: Weak<Service>) {
    loop {
        tokio::time::sleep(EVERY).await;
        while let Some(service) = service.upgrade() {
            let Some(candidate) = service.policies.candidate() else {
                break;
            };
            if !step(&service, candidate).await {
                break;
            }
        }
        if service.strong_count() == 0 {
            return;
        }
    }
}

/// Looks at the next rows; whether there were any.
async fn step(service: &Service, candidate: Arc<Candidate>) -> bool {
    let upto = candidate.upto();
    // Where the database does not answer, it has said so itself.
    let Ok((rows, last)) = service.store.follow(upto, ROWS).await else {
        return false;
    };
    if last == upto {
        return false;
    }
    let counting = tokio::task::spawn_blocking(move || candidate.count(&rows, last));
    counting.await.is_ok()
}
