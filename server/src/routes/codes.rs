//! One-time codes: whom they are for, and sending them.
//!
//! Whoever asks gets the same answer, in the same time, whether there is such
//! an account or not and whether the phone is its own: the same is read,
//! counted and written, and sending is done after the answer.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use precheck::identity::{FieldKind, Status};
use precheck::units::Locale;
use precheck::{Field, Policy, Scenario};
use serde::Serialize;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::links::device_of;
use super::pending::unknown_account;
use super::{Service, body_of, json, wish};
use crate::callers::Caller;
use crate::clock::Moment;
use crate::connections::Origin;
use crate::otp::{self, FACT};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request::{self, CodeRequest};
use crate::store::{Ask, Asked, Sending, Store, StoreError, Tag, Tried, Try};
use crate::upstreams::Message;

/// The identity field that a code is sent to, in scenarios that check one.
pub(super) const PHONE: &str = "phone";

/// Whether a code of the form is checked by this service. Otherwise its fact
/// comes from where the others do.
pub(super) fn checks(service: &Service, policy: &Policy, scenario: &Scenario) -> bool {
    let fact = policy.fact_id(FACT);
    service.upstreams.messages.is_some()
        && fact.is_some_and(|id| scenario.facts.contains(&id))
        && code_field(scenario).is_some()
        && phone_field(scenario).is_some()
}

fn code_field(scenario: &Scenario) -> Option<&Field> {
    let mut fields = scenario.fields.iter();
    fields.find(|field| field.kind == FieldKind::Otp)
}

pub(super) fn phone_field(scenario: &Scenario) -> Option<&Field> {
    scenario.fields.iter().find(|field| field.name == PHONE)
}

fn scenario_of<'p>(policy: &'p Policy, name: &str) -> Option<&'p Scenario> {
    let id = policy.scenario_id(name);
    id.map(|id| policy.scenario(id))
}

/// Whom a code is for, and what for: keyed hashes only.
pub(super) struct Holder {
    account: String,
    holder: Tag,
}

impl Holder {
    pub(super) fn new(store: &Store, account: &str, purpose: &str) -> Holder {
        let parts: [&[u8]; 3] = [b"holder", account.as_bytes(), purpose.as_bytes()];
        Holder {
            account: account.to_owned(),
            holder: store.code_tag(&parts),
        }
    }

    /// The phone of the account, as it is kept. `number` is in its canonical
    /// form.
    pub(super) fn phone(&self, store: &Store, number: &str) -> Tag {
        store.code_tag(&[b"phone", self.account.as_bytes(), number.as_bytes()])
    }

    /// Whom messages with links are counted for: the account, whatever phone
    /// somebody types, or the pauses would tell which one is known.
    pub(super) fn links(&self, store: &Store) -> Tag {
        store.code_tag(&[b"links", &self.holder])
    }

    /// A code, as it is kept: for this holder, sent to this phone.
    fn code(&self, store: &Store, phone: &Tag, code: &str) -> Tag {
        store.code_tag(&[b"code", &self.holder, phone, code.as_bytes()])
    }

    /// Counts a typed code and says what it is worth. `fields` are the typed
    /// ones in their canonical forms.
    pub(super) async fn check(
        &self,
        service: &Service,
        scenario: &Scenario,
        fields: &[(String, String)],
    ) -> Result<Tried, StoreError> {
        let store = &service.store;
        let typed = |field: Option<&Field>| {
            let name = field.map(|field| &field.name);
            let found = fields.iter().find(|(one, _)| Some(one) == name);
            found.map_or("", |(_, value)| value)
        };
        let phone = self.phone(store, typed(phone_field(scenario)));
        let one = Try {
            holder: self.holder,
            account: self.account.clone(),
            phone,
            code: self.code(store, &phone, typed(code_field(scenario))),
            tries: store.code_tag(&[b"tries", &self.holder]),
            everybody: everybody(store),
            now_ms: store.steady_ms(),
            rules: service.upstreams.rules,
        };
        store.try_code(one).await
    }
}

/// The counter of wrong codes from everybody.
pub(super) fn everybody(store: &Store) -> Tag {
    store.code_tag(&[b"tries of everybody"])
}

/// Reads a phone number; a fault where it cannot be one.
pub(super) fn number(
    service: &Service,
    policy: &Policy,
    kind: FieldKind,
    typed: &str,
    locale: Locale,
) -> Result<String, Problem> {
    let now = Moment::now().ok_or_else(|| Problem::new(ProblemKind::Internal, locale))?;
    let as_of = service.as_of.unwrap_or_else(|| now.date());
    let check = policy.tables().check(kind, typed, as_of);
    if matches!(check.status, Status::Ok | Status::Warn) {
        return Ok(check.into_canonical());
    }
    let fault = check.code.map(|code| {
        let text = policy.issue_text(code, locale);
        Fault::new("/phone", code.as_str(), text)
    });
    let faults = fault.into_iter().collect();
    Err(Problem::at(ProblemKind::ApplicationInvalid, locale, faults))
}

/// Somebody who asks for a code.
pub(super) struct Wanted {
    pub(super) account: String,
    pub(super) request: CodeRequest,
    pub(super) asker: Asker,
}

/// Where somebody asks from, as far as messages are counted.
#[derive(Default)]
pub(super) struct Asker {
    /// The device, if it says.
    device: Option<Tag>,
    /// The network address; `None` where nobody asks from one.
    address: Option<String>,
}

impl Asker {
    pub(super) fn new(
        service: &Service,
        headers: &HeaderMap,
        origin: Option<&Origin>,
        device: Option<Tag>,
    ) -> Asker {
        let peer = origin.map(Origin::address);
        let messages = service.upstreams.messages.as_ref();
        Asker {
            device,
            address: messages.map(|messages| messages.origin(headers, peer)),
        }
    }
}

/// Sends a code for an action of the account's person that needs one.
pub(super) async fn create(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    origin: Option<Extension<Origin>>,
    account: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let account = account.ok().map(|Path(account)| account);
    // Another account than a session's, whether there is one or not.
    let account = account.filter(|account| caller.may_see(account));
    let account = account.ok_or_else(|| unknown_account(wish(&uri)))?;
    let bytes = body_of(&service, &headers, body).await?;
    let request = request::parse_code(&bytes)?;
    let device = device_of(&service, &headers, request.locale)?;
    let origin = origin.map(|Extension(origin)| origin);
    let asker = Asker::new(&service, &headers, origin.as_ref(), device);
    let wanted = Wanted {
        account,
        request,
        asker,
    };
    send(&service, wanted).await
}

/// What a message is counted as, besides its pauses, and how often it may be a
/// day.
pub(super) fn counted(
    service: &Service,
    account: &str,
    number: &str,
    asker: &Asker,
) -> Vec<(Tag, i64)> {
    let (store, a_day) = (&service.store, service.upstreams.rules.a_day);
    let counter = |what: &str, of: &[u8]| store.code_tag(&[b"sent", what.as_bytes(), of]);
    let mut counted = vec![
        (counter("person", account.as_bytes()), a_day.person),
        (counter("phone", number.as_bytes()), a_day.phone),
    ];
    let device = asker.device.as_ref();
    counted.extend(device.map(|device| (counter("device", device), a_day.device)));
    let address = asker.address.as_ref();
    counted.extend(address.map(|address| (counter("address", address.as_bytes()), a_day.address)));
    counted
}

/// A problem that is over after a while.
pub(super) fn later(kind: ProblemKind, wait_ms: i64, locale: Locale) -> Problem {
    // Rounded up: whoever comes after the time that was said gets one.
    let seconds = u32::try_from((wait_ms + 999) / 1000).unwrap_or(1);
    Problem::new(kind, locale).after(seconds.max(1))
}

/// What is answered to whoever asks for a code.
#[derive(Serialize)]
struct Sent {
    /// How long the code counts, in seconds.
    expires_in: i64,
    /// How long until the next may be asked for, in seconds.
    next_in: i64,
}

/// Sends a code, if it may be, and answers everybody the same.
pub(super) async fn send(service: &Arc<Service>, wanted: Wanted) -> Result<Response, Problem> {
    let CodeRequest {
        locale,
        ref purpose,
        ref phone,
    } = wanted.request;
    let problem = |kind| Problem::new(kind, locale);
    let release = service.policies.active();
    let policy = &release.policy;
    let scenario = scenario_of(policy, purpose);
    let kind = scenario.and_then(|one| Some(phone_field(one)?.kind));
    let messages = service.upstreams.messages.as_ref();
    let messages = messages.ok_or_else(|| problem(ProblemKind::CodesUnavailable))?;
    let kind = kind.filter(|_| scenario.is_some_and(|one| checks(service, policy, one)));
    let kind = kind.ok_or_else(|| unknown_purpose(service, policy, locale))?;
    let number = number(service, policy, kind, phone, locale)?;

    let (store, rules) = (&service.store, service.upstreams.rules);
    let holder = Holder::new(store, &wanted.account, purpose);
    let own = holder.phone(store, &number);
    let code = otp::generate(rules.digits).ok_or_else(|| problem(ProblemKind::Internal))?;
    let tag = holder.code(store, &own, &code);
    let sending = Sending {
        holder: holder.holder,
        counted: counted(service, &wanted.account, &number, &wanted.asker),
        rules,
    };
    let phone = store.phone_of(&wanted.account).await;
    let phone = phone.map_err(|error| problem(error.into()))?;
    let ask = Ask {
        sending,
        code: tag,
        everybody: everybody(store),
        is_reachable: phone.is_some(),
        now_ms: store.steady_ms(),
    };
    let asked = store.ask_code(ask).await;
    let later = |kind, wait_ms| later(kind, wait_ms, locale);
    let next_ms = match asked.map_err(|error| problem(error.into()))? {
        Asked::Kept { next_ms } => next_ms,
        Asked::TooSoon { wait_ms } => return Err(later(ProblemKind::MessageTooSoon, wait_ms)),
        Asked::Held { wait_ms } => {
            if messages.may_say_held(store.steady_ms()) {
                tracing::error!(
                    more_than = rules.alarm,
                    seconds = rules.alarm_ms / 1000,
                    "too many wrong codes from everybody together; no new ones are sent"
                );
            }
            return Err(later(ProblemKind::CodesHeld, wait_ms));
        }
    };
    if phone.is_some_and(|phone| phone.ct_eq(&own).into()) {
        let minutes = rules.minutes().to_string();
        let text = Zeroizing::new(otp::text(
            otp::Kind::Code(purpose),
            locale,
            &[
                ("signature", messages.signature(locale)),
                ("code", &code),
                ("minutes", &minutes),
            ],
        ));
        let message = Message { to: number, text };
        deliver(Arc::clone(service), holder.holder, tag, message);
    }
    let sent = Sent {
        expires_in: rules.lifetime_ms / 1000,
        next_in: next_ms / 1000,
    };
    let text = serde_json::to_string(&sent);
    let mut response = json(text.map_err(|_| problem(ProblemKind::Internal))?);
    *response.status_mut() = StatusCode::ACCEPTED;
    Ok(response)
}

/// Hands a message over after the answer, and keeps whether it was taken.
fn deliver(service: Arc<Service>, holder: Tag, code: Tag, message: Message) {
    tokio::spawn(async move {
        let Some(messages) = &service.upstreams.messages else {
            return;
        };
        let is_sent = messages.send(&message).await.is_ok();
        // Where this is not kept, the code counts as one on its way.
        let kept = service.store.code_delivered(holder, code, is_sent).await;
        if kept.is_err() {
            tracing::warn!("whether a code was sent was not kept");
        }
    });
}

fn unknown_purpose(service: &Service, policy: &Policy, locale: Locale) -> Problem {
    let scenarios = policy.model().scenarios.iter();
    let names: Vec<&str> = scenarios
        .filter(|one| checks(service, policy, one))
        .map(|one| one.name.as_str())
        .collect();
    let detail = match locale {
        Locale::En => format!("Codes are for one of: {}.", names.join(", ")),
        _ => format!("验证码用于其中之一：{}。", names.join("、")),
    };
    let fault = Fault::new("/purpose", "purpose-unknown", detail);
    Problem::at(ProblemKind::RequestInvalid, locale, vec![fault])
}
