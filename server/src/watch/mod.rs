//! Looks after the decisions: how often what is decided and told, whether what
//! the sources say has another shape than before, and what to do then.
//!
//! | what | when | what follows |
//! |---|---|---|
//! | alarm | the values of a fact, or the score, of a scenario have moved ([`drift`]) | a line in the log, `/v1/operate/alarms`, a metric |
//! | hold | the policy has the special `withdrawn` for the fact that moved, or staff say so | what is said of it does not count: decisions are taken with `withdrawn`, which the policy has a rule and words for |
//! | lift | staff say so | it counts again, and is looked at anew |
//!
//! A hold decides nothing by itself. Which facts may be held without anybody
//! being asked is written in the policy: those that may be withdrawn.
//!
//! All of it follows the log (as [`crate::policies`] does for a candidate), so
//! decisions wait for nothing, and a service that starts again has looked at
//! the last rows before anything new happens.

mod drift;
mod metrics;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::Duration;

use precheck::units::Date;
use precheck::{
    Application, Entries, FactDef, FactInput, FactKind, FactState, Policy, Source, validate,
};
use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::routes::Service;
use crate::store::{Change, Deed, Followed, KeptHold, StoreError};
use drift::{Turn, Value, Values, rounded};
pub(crate) use metrics::{MEDIA_TYPE, Metrics};

/// The special code of a fact whose source is at fault.
pub(crate) const WITHDRAWN: &str = "withdrawn";

/// How often the log is looked at.
const EVERY: Duration = Duration::from_millis(250);
/// How many rows are read at a time.
const ROWS: i64 = 128;
/// How many rows of before a start are looked at.
const BACK: i64 = 4_000;
/// How many alarms are remembered.
const REMEMBERED: usize = 100;
/// The act of the log that ends a hold.
pub(crate) const LIFT: &str = "lift";
/// What the score is called beside the facts.
const SCORE: &str = "score";

/// Something that was found to be wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Alarm {
    pub(crate) scenario: String,
    /// The fact, or `score`.
    pub(crate) what: String,
    /// How it was found: `stability-index`.
    pub(crate) measure: &'static str,
    pub(crate) value: f64,
    /// The first row of the log that may be part of it.
    pub(crate) from: i64,
    /// The row with which it was found.
    pub(crate) to: i64,
    pub(crate) at: String,
    /// Whether it is over.
    pub(crate) over: bool,
}

/// See the module.
pub(crate) struct Watch {
    holds: RwLock<Arc<BTreeMap<String, KeptHold>>>,
    /// By fact, the row of the log up to which it was at fault: what it said
    /// before that is no measure for anything.
    lifted: RwLock<BTreeMap<String, i64>>,
    found: Mutex<Found>,
    pub(crate) metrics: Metrics,
}

#[derive(Default)]
struct Found {
    /// By scenario and fact.
    measures: BTreeMap<(String, String), Values>,
    /// The policy by which scores were worked out.
    policy: String,
    alarms: Vec<Alarm>,
}

/// Something that turned while rows were looked at.
struct Turned {
    scenario: String,
    what: String,
    turn: Turn,
    place: i64,
}

impl Watch {
    /// Begins with the holds that there are, and with those that were lifted.
    pub(crate) fn new(holds: Vec<KeptHold>, lifted: BTreeMap<String, i64>) -> Watch {
        let watch = Watch {
            holds: RwLock::default(),
            lifted: RwLock::new(lifted),
            found: Mutex::default(),
            metrics: Metrics::new(),
        };
        watch.put(holds);
        watch
    }

    fn put(&self, holds: Vec<KeptHold>) {
        self.metrics.held(holds.len());
        let holds = holds.into_iter().map(|hold| (hold.fact.clone(), hold));
        let mut current = self.holds.write().unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(holds.collect());
    }

    /// The facts of which nothing counts.
    pub(crate) fn holds(&self) -> Arc<BTreeMap<String, KeptHold>> {
        Arc::clone(&self.holds.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was found to be wrong, the last first.
    pub(crate) fn alarms(&self) -> Vec<Alarm> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.alarms.iter().rev().cloned().collect()
    }

    /// Looks at decisions; tells what turned.
    fn look(&self, policy: &Policy, rows: &[Followed]) -> Vec<Turned> {
        let held = self.holds();
        let lifted = self.lifted.read();
        let lifted = lifted.unwrap_or_else(PoisonError::into_inner).clone();
        let seen: Vec<_> = rows
            .iter()
            .filter_map(|row| Some((row, measured(policy, row)?)))
            .collect();
        let mut turned = Vec::new();
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.policy != policy.hash() {
            // Scores of two policies are not held against each other.
            found.policy = policy.hash();
            found.measures.retain(|(_, what), _| what != SCORE);
        }
        for (row, values) in seen {
            for (what, value) in values {
                let is_faulty = lifted.get(&what).is_some_and(|last| row.sequence <= *last);
                if is_faulty || held.contains_key(&what) {
                    continue;
                }
                let key = (row.scenario.clone(), what);
                let values = found.measures.entry(key.clone()).or_default();
                values.add(row.sequence, value);
                if let Some(turn) = values.turn() {
                    let (scenario, what) = key;
                    turned.push(Turned {
                        scenario,
                        what,
                        turn,
                        place: row.sequence,
                    });
                }
            }
        }
        for ((scenario, what), values) in &found.measures {
            if let Some(index) = values.index() {
                self.metrics.drift(scenario, what, index);
            }
        }
        turned
    }

    /// Remembers what turned; the alarms that are new.
    fn remember(&self, turned: Vec<Turned>, at: &str) -> Vec<Alarm> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new = Vec::new();
        for Turned {
            scenario,
            what,
            turn,
            place,
        } in turned
        {
            match turn {
                Turn::Wrong(value, from) => {
                    tracing::error!(scenario, fact = what, value, from, place, "alarm");
                    let alarm = Alarm {
                        scenario,
                        what,
                        measure: "stability-index",
                        value: rounded(value),
                        from,
                        to: place,
                        at: at.to_owned(),
                        over: false,
                    };
                    found.alarms.push(alarm.clone());
                    new.push(alarm);
                }
                Turn::Well => {
                    tracing::info!(scenario, fact = what, place, "the alarm is over");
                    let alarms = found.alarms.iter_mut();
                    for alarm in alarms.filter(|one| one.scenario == scenario && one.what == what) {
                        alarm.over = true;
                    }
                }
            }
        }
        let surplus = found.alarms.len().saturating_sub(REMEMBERED);
        found.alarms.drain(..surplus);
        self.metrics
            .alarmed(found.alarms.iter().filter(|alarm| !alarm.over).count());
        new
    }

    /// A fact counts again: its values are looked at anew, in every scenario.
    fn lifted(&self, fact: &str, place: i64) {
        let mut lifted = self.lifted.write().unwrap_or_else(PoisonError::into_inner);
        lifted.insert(fact.to_owned(), place);
        drop(lifted);
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let of = found
            .measures
            .iter_mut()
            .filter(|((_, what), _)| what == fact);
        for (_, values) in of {
            values.begin_anew();
        }
        for alarm in found.alarms.iter_mut().filter(|alarm| alarm.what == fact) {
            alarm.over = true;
        }
        self.metrics
            .alarmed(found.alarms.iter().filter(|alarm| !alarm.over).count());
    }
}

/// What is told of a hold.
pub(crate) struct Said<'s> {
    pub(crate) fact: &'s str,
    pub(crate) caller: Option<&'s str>,
    pub(crate) because: &'s str,
}

/// Lets nothing count that is said of a fact.
///
/// # Errors
///
/// [`StoreError::Stale`] where it is held already.
pub(crate) async fn hold(service: &Service, said: Said<'_>) -> Result<(), StoreError> {
    change(service, "hold", Change::Hold(said.fact), said)
        .await
        .map(|_| ())
}

/// Lets it count again.
///
/// # Errors
///
/// [`StoreError::Stale`] where it is not held.
pub(crate) async fn lift(service: &Service, said: Said<'_>) -> Result<(), StoreError> {
    let fact = said.fact.to_owned();
    // In this order nothing is measured that was said while it was held.
    let place = change(service, LIFT, Change::Lift(&fact), said).await?;
    service.watch.lifted(&fact, place);
    service.watch.put(service.store.holds().await?);
    Ok(())
}

async fn change(
    service: &Service,
    act: &'static str,
    change: Change<'_>,
    Said {
        fact,
        caller,
        because,
    }: Said<'_>,
) -> Result<i64, StoreError> {
    let now = Moment::now().ok_or(StoreError::Unavailable)?;
    let deed = Deed {
        act,
        caller,
        because,
        fact: Some(fact),
        now,
    };
    let place = service.store.does(deed, change).await?;
    tracing::warn!(act, fact, caller, "what is said of a fact counts otherwise");
    if act != LIFT {
        service.watch.put(service.store.holds().await?);
    }
    Ok(place)
}

/// What an outcome says that is counted.
#[derive(Deserialize)]
pub(super) struct Told {
    pub(super) reasons: Vec<Reason>,
}

#[derive(Deserialize)]
pub(super) struct Reason {
    pub(super) code: String,
}

/// The values of a decision that are looked at: of the facts that are not the
/// applicant's own, and the score.
fn measured(policy: &Policy, row: &Followed) -> Option<Vec<(String, Value)>> {
    let trace = row.trace.as_ref()?;
    let id = policy.scenario_id(&row.scenario)?;
    let scenario = policy.scenario(id);
    let facts: Entries<FactInput> = serde_json::from_str(trace.facts.get()).ok()?;
    let carried: BTreeSet<_> = scenario.facts.iter().collect();
    let is_carried = |name: &String| policy.fact_id(name).is_some_and(|id| carried.contains(&id));
    let application = Application {
        scenario: row.scenario.clone(),
        as_of: Date::parse(&row.as_of)?,
        fields: Entries::default(),
        facts: Entries(
            facts
                .0
                .into_iter()
                .filter(|(name, _)| is_carried(name))
                .collect(),
        ),
    };
    let validated = validate(policy, &application).ok()?;
    let mut values = Vec::new();
    for &id in &scenario.facts {
        let Some(def) = policy.fact(id) else { continue };
        if !matches!(def.source, Source::Applicant | Source::Device) {
            values.push((def.name.clone(), value(def, validated.facts.get(id))));
        }
    }
    let score = policy.evaluate(id, &validated.facts).score;
    if let Some(score) = score {
        values.push((SCORE.to_owned(), Value::Number(score.min)));
    }
    Some(values)
}

fn value(def: &FactDef, state: FactState) -> Value {
    match state {
        FactState::Unknown | FactState::Missing | FactState::Between(..) => Value::Nothing,
        FactState::Special(code) => Value::Special(code),
        FactState::Known(code) if def.kind == FactKind::Code => Value::Code(code),
        FactState::Known(value) => Value::Number(value),
    }
}

/// Follows the log, as long as the service is there.
pub(crate) async fn follow(service: Weak<Service>) {
    let mut upto = None;
    loop {
        if let Some(service) = service.upgrade() {
            while step(&service, &mut upto).await {}
        } else {
            return;
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// How far the log was followed.
#[derive(Debug, Clone, Copy)]
struct Upto {
    place: i64,
    /// Where it ended at the start: what is before was counted by then.
    start: i64,
}

/// Looks at the next rows; whether there were any.
async fn step(service: &Arc<Service>, upto: &mut Option<Upto>) -> bool {
    // Where the database does not answer, it has said so itself.
    let mut after = match *upto {
        Some(after) => after,
        None => match service.store.end().await {
            Ok(start) => Upto {
                place: start.saturating_sub(BACK).max(0),
                start,
            },
            Err(_) => return false,
        },
    };
    *upto = Some(after);
    let Ok((rows, last)) = service.store.follow(after.place, ROWS).await else {
        return false;
    };
    if last == after.place {
        return false;
    }
    for row in rows.iter().filter(|row| row.sequence > after.start) {
        service.watch.metrics.decided(row);
    }
    after.place = last;
    *upto = Some(after);
    let (looking, release) = (Arc::clone(service), service.policies.active());
    let turned =
        tokio::task::spawn_blocking(move || looking.watch.look(&release.policy, &rows)).await;
    let Ok(turned) = turned else { return true };
    let at = Moment::now().map(|now| now.to_string()).unwrap_or_default();
    let new = service.watch.remember(turned, &at);
    let release = service.policies.active();
    for alarm in new {
        let id = release.policy.fact_id(&alarm.what);
        let def = id.and_then(|id| release.policy.fact(id));
        let may = def.is_some_and(|def| def.specials.iter().any(|code| code == WITHDRAWN));
        if !may || service.watch.holds().contains_key(&alarm.what) {
            continue;
        }
        let because = format!(
            "{} of {} is {}; log rows {} to {}",
            alarm.measure, alarm.scenario, alarm.value, alarm.from, alarm.to
        );
        let said = Said {
            fact: &alarm.what,
            caller: None,
            because: &because,
        };
        if let Err(error) = hold(service, said).await {
            tracing::error!(fact = alarm.what, ?error, "a faulty fact is not held");
        }
    }
    true
}
