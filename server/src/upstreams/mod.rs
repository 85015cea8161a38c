//! The sources outside: identity check, credit bureau, score, gateways.
//!
//! They are asked side by side, within one deadline for all. What a source
//! does not give, for whatever reason, becomes the special `unavailable`:
//! never a value, never a refusal by itself, and nothing that approves.
//!
//! | who says a fact | what counts |
//! |---|---|
//! | the applicant, or the page | what is stated; no source is ever asked for it |
//! | several sources | the first of them, in the order of the file, that answered |
//! | a source that is asked, and the account | the source, even when it is silent: what was true once is no answer today |
//! | a source that is not asked, and the account | the account; a source is not asked in a scenario whose form lacks what it has to be sent |
//!
//! Not hedged: two questions for one answer cost twice as much, and some
//! sources count every question against the person.

mod answer;
pub(crate) mod breaker;
mod budget;
pub(crate) mod client;
mod config;
mod messages;
mod missing;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use precheck::{FactInput, Policy, Scenario};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::clock::Moment;
use crate::error::StartError;
use crate::otp::Rules;
use crate::start::Sources;
use breaker::{Breaker, Ending, Permit};
use budget::Budget;
use client::Http;
pub(crate) use config::Names;
use config::{ACCOUNT, Read, Spec};
pub(crate) use messages::{Message, Messages};
pub(crate) use missing::Missing;

/// Whom a decision is about, as a source is asked. It holds personal data, so
/// it cannot be printed.
pub(crate) struct Question {
    /// Made for this question, and repeated in every answer to it.
    reference: String,
    account: String,
    /// The identity fields in their canonical forms.
    fields: Vec<(String, String)>,
}

impl Question {
    /// A new question.
    pub(crate) fn new(account: String, fields: Vec<(String, String)>) -> Question {
        Question {
            reference: Uuid::new_v4().to_string(),
            account,
            fields,
        }
    }

    fn field(&self, name: &str) -> Option<&str> {
        if name == ACCOUNT {
            return Some(&self.account);
        }
        let found = self.fields.iter().find(|(one, _)| one == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// How far a source is, for whoever waits.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    /// The source's id.
    pub(crate) source: String,
    /// What it is called.
    pub(crate) names: Names,
    /// How far it is.
    pub(crate) step: Step,
}

/// See [`Progress`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The question is on its way.
    Asked,
    /// It has answered.
    Answered,
    /// It has not, or with nothing that is of use.
    Missing,
}

/// What the sources gave. It is about a person, so it cannot be printed.
#[derive(Default)]
pub(crate) struct Gathered {
    /// By source, in the order of the file.
    pub(crate) answers: Vec<Answered>,
}

/// What one source gave, or what its silence means.
pub(crate) struct Answered {
    /// The source's id.
    pub(crate) source: String,
    /// When it answered, or was given up.
    pub(crate) at: Option<Moment>,
    /// Why it gave nothing.
    pub(crate) missing: Option<Missing>,
    /// Facts by name; each at most once among all answers.
    pub(crate) facts: Vec<(String, FactInput)>,
}

impl Gathered {
    /// Puts what the service knows itself before everything else, in place of
    /// what it knew before.
    pub(crate) fn put_own(&mut self, own: Answered) {
        self.answers.retain(|one| one.source != own.source);
        self.answers.insert(0, own);
    }

    /// The answer that counts for a fact.
    pub(crate) fn who_gave(&self, fact: &str) -> Option<&Answered> {
        let gave = |one: &&Answered| one.facts.iter().any(|(name, _)| name == fact);
        self.answers.iter().find(gave)
    }

    /// A fact.
    pub(crate) fn fact(&self, fact: &str) -> Option<&FactInput> {
        let mut all = self.answers.iter().flat_map(|one| &one.facts);
        all.find(|(name, _)| name == fact).map(|(_, input)| input)
    }
}

/// A source that is asked, and what came of it.
struct Asked {
    source: Arc<Source>,
    at: Option<Moment>,
    answer: Result<Vec<FactInput>, Missing>,
}

/// Every source of the service.
#[derive(Default)]
pub(crate) struct Upstreams {
    sources: Vec<Arc<Source>>,
    deadline: Duration,
    /// The gateway for text messages, if there is one.
    pub(crate) messages: Option<Messages>,
    /// The rules of one-time codes.
    pub(crate) rules: Rules,
}

struct Source {
    spec: Spec,
    http: Http,
    breaker: Mutex<Breaker>,
    budget: Budget,
    places: Semaphore,
}

impl Upstreams {
    /// Reads the file that names the sources.
    pub(crate) fn read(file: &Sources, policy: &Policy) -> Result<Upstreams, StartError> {
        let refused = |faults| StartError::UpstreamsRefused {
            path: file.path.clone(),
            faults,
        };
        let Read {
            specs,
            deadline,
            messages,
            rules,
        } = config::read(file, policy).map_err(refused)?;
        let all = specs.iter().chain(messages.iter().map(|(spec, _)| spec));
        let http = Http::new(all).map_err(|source| StartError::TlsUnusable { source })?;
        let source = |spec: Spec| {
            Arc::new(Source {
                http: http.clone(),
                breaker: Mutex::new(Breaker::new()),
                budget: Budget::default(),
                places: Semaphore::new(spec.at_once),
                spec,
            })
        };
        Ok(Upstreams {
            sources: specs.into_iter().map(source).collect(),
            deadline,
            messages: messages.map(|(spec, words)| Messages::new(source(spec), words)),
            rules,
        })
    }

    /// The sources that are asked in a scenario.
    fn asked<'a>(
        &'a self,
        scenario: &'a Scenario,
        policy: &'a Policy,
    ) -> impl Iterator<Item = &'a Arc<Source>> {
        let has_field = |name: &String| {
            name == ACCOUNT || scenario.fields.iter().any(|field| field.name == *name)
        };
        let has_fact = |fact: &str| {
            let id = policy.fact_id(fact);
            id.is_some_and(|id| scenario.facts.contains(&id))
        };
        self.sources.iter().filter(move |source| {
            let spec = &source.spec;
            spec.sends.iter().all(has_field) && spec.gives.iter().any(|given| has_fact(&given.fact))
        })
    }

    /// Every source and whether it is asked: `closed`, `open` or `half-open`.
    pub(crate) fn states(&self, now: Instant) -> impl Iterator<Item = (&str, &'static str)> {
        let state = move |source: &Source| lock(&source.breaker).name(now);
        let gateway = self.messages.iter().map(Messages::source);
        let all = self.sources.iter().map(|source| &**source).chain(gateway);
        all.map(move |source| (&*source.spec.id, state(source)))
    }

    /// How many sources are asked in a scenario.
    pub(crate) fn count(&self, scenario: &Scenario, policy: &Policy) -> usize {
        self.asked(scenario, policy).count()
    }

    /// What is known when every source is silent, for one and the same reason.
    pub(crate) fn silent(
        &self,
        scenario: &Scenario,
        policy: &Policy,
        missing: Missing,
    ) -> Gathered {
        collect(&self.unanswered(scenario, policy, missing))
    }

    fn unanswered(&self, scenario: &Scenario, policy: &Policy, missing: Missing) -> Vec<Asked> {
        let sources = self.asked(scenario, policy);
        sources
            .map(|source| Asked {
                source: Arc::clone(source),
                at: Moment::now(),
                answer: Err(missing),
            })
            .collect()
    }

    /// Asks every source that the scenario needs, side by side, and tells how
    /// far they are. Dropping the future ends all questions.
    pub(crate) async fn gather(
        &self,
        scenario: &Scenario,
        policy: &Policy,
        question: Question,
        progress: Option<&mpsc::Sender<Progress>>,
    ) -> Gathered {
        let deadline = Instant::now() + self.deadline;
        let question = Arc::new(question);
        // What is not heard of again has failed without a word.
        let mut asked = self.unanswered(scenario, policy, Missing::BrokeOff);
        let tell = |source: &Source, step| {
            if let Some(progress) = progress {
                // There is room for every step of every source; whoever
                // listened may have gone.
                let _ = progress.try_send(Progress {
                    source: source.spec.id.clone(),
                    names: source.spec.names.clone(),
                    step,
                });
            }
        };
        let mut questions = JoinSet::new();
        for (place, Asked { source, .. }) in asked.iter().enumerate() {
            tell(source, Step::Asked);
            let (source, question) = (Arc::clone(source), Arc::clone(&question));
            questions.spawn(async move { (place, source.ask(&question, deadline).await) });
        }
        while let Some(ended) = questions.join_next().await {
            // A question that panicked is one without an answer.
            let Ok((place, answer)) = ended else {
                tracing::error!("asking a source failed abnormally");
                continue;
            };
            if let Some(asked) = asked.get_mut(place) {
                let step = if answer.is_ok() {
                    Step::Answered
                } else {
                    Step::Missing
                };
                tell(&asked.source, step);
                (asked.at, asked.answer) = (Moment::now(), answer);
            }
        }
        collect(&asked)
    }
}

impl Upstreams {
    /// What a source says of a fact now that has to be sent nothing but the
    /// account; `None` where there is no such source, or no answer.
    pub(crate) async fn now(&self, fact: &str, account: &str) -> Option<FactInput> {
        let place = |source: &Arc<Source>| {
            let mut gives = source.spec.gives.iter();
            gives.position(|given| given.fact == fact)
        };
        let is_bare = |source: &&Arc<Source>| source.spec.sends.iter().all(|name| name == ACCOUNT);
        let mut sources = self.sources.iter().filter(is_bare);
        let (source, place) = sources.find_map(|source| Some((source, place(source)?)))?;
        let question = Question::new(account.to_owned(), Vec::new());
        let deadline = Instant::now() + self.deadline;
        let answer = source.ask(&question, deadline).await.ok()?;
        answer.into_iter().nth(place)
    }
}

/// Brings what the sources gave together: of a fact that several give, what
/// the first says that answered.
fn collect(asked: &[Asked]) -> Gathered {
    let answered = |one: &Asked| Answered {
        source: one.source.spec.id.clone(),
        at: one.at,
        missing: one.answer.as_ref().err().copied(),
        facts: Vec::new(),
    };
    let mut gathered = Gathered {
        answers: asked.iter().map(answered).collect(),
    };
    for has_answered in [true, false] {
        for (number, one) in asked.iter().enumerate() {
            if one.answer.is_ok() != has_answered {
                continue;
            }
            for (place, given) in one.source.spec.gives.iter().enumerate() {
                if gathered.fact(&given.fact).is_some() {
                    continue;
                }
                let found = one.answer.as_ref().ok();
                let found = found.and_then(|answer| answer.get(place));
                let input = found.unwrap_or(&given.silent).clone();
                if let Some(answered) = gathered.answers.get_mut(number) {
                    answered.facts.push((given.fact.clone(), input));
                }
            }
        }
    }
    gathered
}

impl Source {
    /// Asks until there is an answer, or nothing more can be tried in time.
    async fn ask(&self, question: &Question, deadline: Instant) -> Result<Vec<FactInput>, Missing> {
        let started = Instant::now();
        let mut attempts = 0;
        let answer = self.attempts(question, deadline, &mut attempts).await;
        self.tell(&answer, attempts, started);
        answer
    }

    /// Says in the log how it went.
    fn tell<T>(&self, answer: &Result<T, Missing>, attempts: u32, started: Instant) {
        let ending = answer
            .as_ref()
            .map_or_else(|missing| missing.code(), |_| "answered");
        let source = &*self.spec.id;
        let microseconds = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::info!(source, ending, attempts, microseconds, "asked a source");
    }

    async fn attempts(
        &self,
        question: &Question,
        deadline: Instant,
        attempts: &mut u32,
    ) -> Result<Vec<FactInput>, Missing> {
        let spec = &self.spec;
        let body = written(spec, question)?;
        let bytes = self.exchange(body, deadline, attempts).await?;
        answer::read(&bytes, question, &spec.repeats, &spec.gives)
    }

    /// Sends until something comes back, or nothing more can be tried in time.
    async fn exchange(
        &self,
        body: Bytes,
        deadline: Instant,
        attempts: &mut u32,
    ) -> Result<Bytes, Missing> {
        let spec = &self.spec;
        let _place = self.places.try_acquire().map_err(|_| Missing::TooMany)?;
        self.budget.earn();
        loop {
            let missing = match self.attempt(body.clone(), deadline, attempts).await {
                Ok(bytes) => return Ok(bytes),
                Err(missing) => missing,
            };
            let retry = attempts.saturating_sub(1);
            let wait = budget::wait(retry, getrandom::u32().unwrap_or(u32::MAX));
            let is_time_left = Instant::now() + wait < deadline;
            let may_retry = missing.is_trouble() && retry < spec.retries && is_time_left;
            if !may_retry || !self.budget.spend() {
                return Err(missing);
            }
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(
        &self,
        body: Bytes,
        deadline: Instant,
        attempts: &mut u32,
    ) -> Result<Bytes, Missing> {
        let call = Call::begin(&self.breaker).ok_or(Missing::LeftAlone)?;
        *attempts += 1;
        let left = deadline.saturating_duration_since(Instant::now());
        let patience = self.spec.timeout.min(left);
        let answer = tokio::time::timeout(patience, self.http.ask(&self.spec, body)).await;
        let answer = answer.unwrap_or(Err(Missing::TimedOut));
        call.end(match &answer {
            Err(missing) if missing.is_trouble() => Ending::Failed,
            _ => Ending::Good,
        });
        answer
    }
}

/// A call that the breaker let through. One that is dropped was given up.
struct Call<'a> {
    breaker: &'a Mutex<Breaker>,
    permit: Permit,
    ending: Ending,
}

impl Call<'_> {
    fn begin(breaker: &Mutex<Breaker>) -> Option<Call<'_>> {
        let permit = lock(breaker).permit(Instant::now())?;
        Some(Call {
            breaker,
            permit,
            ending: Ending::Abandoned,
        })
    }

    fn end(mut self, ending: Ending) {
        self.ending = ending;
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        lock(self.breaker).ended(self.permit, self.ending, Instant::now());
    }
}

fn lock(breaker: &Mutex<Breaker>) -> MutexGuard<'_, Breaker> {
    // A breaker is whole after every assignment.
    breaker.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The question as it is sent: the reference, and what the source needs.
fn written(spec: &Spec, question: &Question) -> Result<Bytes, Missing> {
    #[derive(Serialize)]
    struct Shape<'a> {
        reference: &'a str,
        person: Person<'a>,
    }
    struct Person<'a>(Vec<(&'a str, &'a str)>);
    impl Serialize for Person<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(self.0.len()))?;
            for (name, value) in &self.0 {
                map.serialize_entry(name, value)?;
            }
            map.end()
        }
    }
    let sends = spec.sends.iter();
    let person = sends.map(|name| Some((name.as_str(), question.field(name)?)));
    let person: Option<Vec<_>> = person.collect();
    let shape = Shape {
        reference: &question.reference,
        person: Person(person.ok_or(Missing::Incomplete)?),
    };
    let text = serde_json::to_vec(&shape).map_err(|_| Missing::Incomplete)?;
    Ok(text.into())
}
