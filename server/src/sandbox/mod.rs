//! The sources outside as one process for development and tests.
//!
//! It answers as `demo/upstreams.toml` agrees with each source, about made-up
//! people, as fast or slow, right or wrong as it is told. It is no part of a
//! service: another process, reached over HTTP like the real ones.
//!
//! | path | what |
//! |---|---|
//! | `POST /identity`, `/bureau`, `/score`, `/payment` | the sources |
//! | `POST /sms` | the gateway for text messages, which sends them nowhere |
//! | `GET /messages` | what it took, the last first, to be read by whoever tries things out |
//! | `GET /messages/{phone}` | the same of one phone, as JSON: `[{ "text", "sent_at" }]` |
//! | `GET /control` | how each of them behaves, and how often it was asked |
//! | `PUT /control` | changes that: `{ "bureau": { "mode": "silent", "share": 50, "latency_ms": 10 } }` |

mod messages;
mod people;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::connections::{Running, Stopping};
use crate::error::StartError;
use crate::problem::Problem;
use crate::{request, start};
use messages::Messages;
use people::{Known, People};

/// The sources as `demo/upstreams.toml` names them, on another address;
/// `service` is where the service with the page listens.
#[must_use]
pub fn sandbox_sources(address: SocketAddr, service: SocketAddr) -> String {
    let [here, page] = [address, service].map(|one| format!("http://{one}/"));
    include_str!("../../demo/upstreams.toml")
        .replace("http://127.0.0.1:8080/", &page)
        .replace("http://127.0.0.1:8090/", &here)
}

/// How a source behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Mode {
    /// It answers.
    Well,
    /// It takes the question and says nothing.
    Silent,
    /// It answers with status 500.
    Error,
    /// It answers with status 404.
    Refused,
    /// Its numbers are texts.
    WrongType,
    /// It answers about somebody else.
    OtherPerson,
    /// It leaves something out.
    Half,
    /// The connection breaks in the middle of the answer.
    BrokenOff,
    /// The answer never ends.
    Endless,
}

/// How a source behaves, and since the start.
#[derive(Debug, Clone, Copy, Serialize)]
struct Behaviour {
    mode: Mode,
    /// For how many of a hundred questions the mode counts.
    share: u8,
    latency_ms: u64,
    asked: u64,
}

/// A change of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    mode: Option<Mode>,
    share: Option<u8>,
    latency_ms: Option<u64>,
}

/// Every source and how long it usually takes, in milliseconds.
const SOURCES: [(&str, u64); 5] = [
    ("identity", 120),
    ("bureau", 280),
    ("score", 160),
    ("sms", 90),
    ("payment", 60),
];

/// How long a silent source keeps the connection.
const SILENCE: Duration = Duration::from_secs(30);

/// What a sandbox is started with.
#[derive(Debug, Clone)]
pub struct Sandbox {
    /// Where to listen; port 0 picks a free one.
    pub listen: SocketAddr,
    /// The people about whom something is written, as demo accounts in JSON.
    pub people: String,
    /// What everybody else's record follows from.
    pub seed: u64,
    /// How behaviours differ from the usual ones, as `PUT /control` takes it.
    pub control: Option<String>,
}

struct Shared {
    people: People,
    messages: Messages,
    behaviours: Mutex<BTreeMap<&'static str, Behaviour>>,
}

impl Sandbox {
    /// Starts the sources. They answer when this has returned.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the people, the behaviours or the address;
    /// nothing listens then.
    pub async fn start(self) -> Result<Running, StartError> {
        let malformed = |source| StartError::AccountsMalformed { source };
        let people = People::read(&self.people, self.seed).map_err(malformed)?;
        let usual = SOURCES.map(|(source, latency_ms)| {
            let behaviour = Behaviour {
                mode: Mode::Well,
                share: 100,
                latency_ms,
                asked: 0,
            };
            (source, behaviour)
        });
        let mut behaviours = BTreeMap::from(usual);
        if let Some(control) = &self.control {
            let text = |text| StartError::ControlRefused { text };
            change(&mut behaviours, control.as_bytes()).map_err(text)?;
        }
        let shared = Arc::new(Shared {
            people,
            messages: Messages::default(),
            behaviours: Mutex::new(behaviours),
        });
        let (listener, address) = start::bind(self.listen).await?;
        let router = Router::new()
            .route("/control", get(shown).put(changed))
            .route("/sms", post(messages::take))
            .route("/messages", get(messages::all))
            .route("/messages/{phone}", get(messages::of))
            .route("/{source}", post(asked))
            .with_state(shared);
        let stopping = Stopping::new(Duration::ZERO);
        Ok(Running::start(listener, address, router, stopping, async {}))
    }
}

fn lock(shared: &Shared) -> MutexGuard<'_, BTreeMap<&'static str, Behaviour>> {
    let locked = shared.behaviours.lock();
    locked.unwrap_or_else(PoisonError::into_inner)
}

async fn shown(State(shared): State<Arc<Shared>>) -> Response {
    let text = serde_json::to_string(&*lock(&shared)).unwrap_or_default();
    json_answer(Body::from(text))
}

async fn changed(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let changed = change(&mut lock(&shared), &body);
    match changed {
        Ok(()) => shown(State(shared)).await,
        Err(text) => (StatusCode::UNPROCESSABLE_ENTITY, text).into_response(),
    }
}

/// Changes all that is named, or nothing.
fn change(
    behaviours: &mut BTreeMap<&'static str, Behaviour>,
    control: &[u8],
) -> Result<(), String> {
    let changes: BTreeMap<String, Change> =
        serde_json::from_slice(control).map_err(|error| error.to_string())?;
    let mut new = behaviours.clone();
    for (source, change) in changes {
        let Some(behaviour) = new.get_mut(source.as_str()) else {
            let known: Vec<&str> = SOURCES.iter().map(|(source, _)| *source).collect();
            let known = known.join(", ");
            return Err(format!("no source `{source}`; there are {known}"));
        };
        behaviour.mode = change.mode.unwrap_or(behaviour.mode);
        behaviour.share = change.share.unwrap_or(behaviour.share).min(100);
        behaviour.latency_ms = change.latency_ms.unwrap_or(behaviour.latency_ms);
    }
    *behaviours = new;
    Ok(())
}

/// A question as `upstreams` writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    reference: String,
    person: Map<String, Value>,
}

async fn asked(
    State(shared): State<Arc<Shared>>,
    Path(source): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = request::bytes(&headers, body).await?;
    let Ok(question) = serde_json::from_slice::<Asked>(&bytes) else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    let Some(mode) = shared.begin(&source, &question.reference).await else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    Ok(match answer(&shared.people, &source, &question) {
        Some(answer) => behave(mode, answer).await,
        None => silent().await,
    })
}

impl Shared {
    /// Counts a question, waits as long as the source usually takes, and says
    /// how it behaves; `None` for a source that there is not.
    async fn begin(&self, source: &str, reference: &str) -> Option<Mode> {
        let behaviour = {
            let mut behaviours = lock(self);
            let behaviour = behaviours.get_mut(source)?;
            behaviour.asked += 1;
            *behaviour
        };
        let dice = self.people.dice(source, reference);
        // Half to one and a half times the usual, so that sources overtake each other.
        let latency = behaviour.latency_ms * (50 + dice) / 100;
        tokio::time::sleep(Duration::from_millis(latency)).await;
        Some(if dice < u64::from(behaviour.share) {
            behaviour.mode
        } else {
            Mode::Well
        })
    }
}

async fn silent() -> Response {
    tokio::time::sleep(SILENCE).await;
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

/// What a source that is well says; `None` when it is silent about the person.
fn answer(people: &People, source: &str, question: &Asked) -> Option<Value> {
    let person = &question.person;
    let fact = |name| match people.fact(person, name) {
        Known::Value(value) => Some(value),
        Known::Silence => None,
    };
    let word = |name, words: &[(&str, &str)]| {
        let value = fact(name)?;
        let found = words.iter().find(|(ours, _)| value.as_str() == Some(ours));
        Some(found.map_or(Value::Null, |(_, theirs)| json!(theirs)))
    };
    let mut answer = match source {
        "identity" => {
            let words = [("match", "CONSISTENT"), ("mismatch", "INCONSISTENT")];
            json!({ "result": word("identity_match", &words)? })
        }
        "bureau" => {
            let words = [("none", "N"), ("court-order", "J"), ("written-off", "W")];
            json!({ "report": {
                "late_payments_12m": fact("overdue_12m")?,
                "inquiries_3m": fact("inquiries_3m")?,
                "online_loans_6m": fact("online_loans_6m")?,
                "adverse": word("other_adverse", &words)?,
            } })
        }
        "score" => json!({ "score": fact("zhima_score")? }),
        _ => json!({ "state": "UP" }),
    };
    answer["reference"] = json!(question.reference);
    if let Some(number) = person.get("id_number") {
        answer["id_number"] = number.clone();
    }
    Some(answer)
}

/// Answers in a mode.
async fn behave(mode: Mode, mut answer: Value) -> Response {
    match mode {
        Mode::Well => {}
        Mode::Silent => return silent().await,
        Mode::Error => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mode::Refused => return StatusCode::NOT_FOUND.into_response(),
        Mode::WrongType => distort(&mut answer),
        Mode::OtherPerson => answer["reference"] = json!("another"),
        Mode::Half => shorten(&mut answer),
        Mode::BrokenOff => {
            let mut text = answer.to_string();
            text.truncate(text.len() / 2);
            return json_answer(Body::from_stream(broken(text)));
        }
        Mode::Endless => {
            let blank = Bytes::from_static(&[b' '; 1024]);
            let parts = std::iter::repeat_with(move || Ok::<_, std::io::Error>(blank.clone()));
            return json_answer(Body::from_stream(tokio_stream::iter(parts)));
        }
    }
    json_answer(Body::from(answer.to_string()))
}

/// A beginning, and after a moment in which it arrives a broken connection.
fn broken(beginning: String) -> ReceiverStream<Result<Bytes, std::io::Error>> {
    let (parts, stream) = mpsc::channel(2);
    tokio::spawn(async move {
        // Nobody listens when the caller has gone.
        let _ = parts.send(Ok(beginning.into())).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        let _ = parts
            .send(Err(std::io::ErrorKind::ConnectionReset.into()))
            .await;
    });
    ReceiverStream::new(stream)
}

/// Writes what is no text as one, and the other way round, but for the names
/// by which an answer finds its question.
fn distort(value: &mut Value) {
    if let Value::Object(members) = value {
        for (name, member) in members.iter_mut() {
            match member {
                Value::Object(_) => distort(member),
                _ if name == "reference" || name == "id_number" => {}
                Value::String(_) => *member = json!(1),
                _ => *member = json!(member.to_string()),
            }
        }
    }
}

/// Leaves out half of what it says.
fn shorten(value: &mut Value) {
    let Value::Object(members) = value else {
        return;
    };
    for (_, member) in members.iter_mut() {
        if member.is_object() {
            return shorten(member);
        }
    }
    let is_said = |name: &&String| !["reference", "id_number"].contains(&name.as_str());
    let said: Vec<String> = members.keys().filter(is_said).cloned().collect();
    for name in said.iter().skip(said.len() / 2) {
        members.remove(name);
    }
}

fn json_answer(body: Body) -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], body).into_response()
}
