//! Making links, and sending them.
//!
//! | who | whose phone | what is answered |
//! |---|---|---|
//! | a caller with a key | the one it names, from now on; else the one that is known | the token, after the message was handed over |
//! | a page, with its session | the one that is known, typed again | the same whether it was the right one; only the message has the link |
//! | nobody: an application was approved | the one that it names | nothing; only the message has the link |
//!
//! Messages with links are counted as those with codes are. The first one to a
//! phone that a caller with a key says is another one now does not wait.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use precheck::Policy;
use precheck::identity::FieldKind;
use precheck::units::Locale;
use serde::Serialize;
use zeroize::Zeroizing;

use super::super::codes::{self, Asker, Holder};
use super::super::pending::unknown_account;
use super::super::{Service, body_of, json};
use super::{SCENARIO, device_of, refused, written};
use crate::callers::Caller;
use crate::connections::Origin;
use crate::line::Begins;
use crate::link::LinkId;
use crate::otp;
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request::{self, IssueRequest};
use crate::store::{Issue, Issued, Phone, Sending};
use crate::upstreams::{Message, Messages};

/// How a line begins whose application is approved: by a link where messages
/// can bring one to the phone that the application names, else at once.
pub(in crate::routes) fn begins(service: &Service, policy: &Policy, scenario: &str) -> Begins {
    let scenario = policy.scenario_id(scenario).map(|id| policy.scenario(id));
    let has_phone = scenario.is_some_and(|one| codes::phone_field(one).is_some());
    match sender(service) {
        Some(_) if has_phone => Begins::ByLink,
        _ => Begins::AtOnce,
    }
}

/// The gateway, where its messages bring links.
fn sender(service: &Service) -> Option<&Messages> {
    let messages = service.upstreams.messages.as_ref();
    messages.filter(|messages| messages.has_page())
}

/// A link that was made.
#[derive(Serialize)]
struct Made<'a> {
    token: &'a str,
    expires_at: String,
    position: i64,
    /// Whether the gateway has taken a message with the link.
    sent: bool,
}

/// What a page is told that asks for another message.
#[derive(Serialize)]
struct Asked {
    /// How long until the next may be asked for, in seconds.
    next_in: i64,
}

/// Makes a link for an approved line.
pub(in crate::routes) async fn issue(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    origin: Option<Extension<Origin>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body_of(&service, &headers, body).await?;
    let request = request::parse_issue(&bytes)?;
    let locale = request.locale;
    let device = device_of(&service, &headers, locale)?;
    let origin = origin.map(|Extension(origin)| origin);
    let asker = Asker::new(&service, &headers, origin.as_ref(), device);
    let number = typed(&service, &request)?;
    if caller.is_session() {
        return send_again(&service, &caller, request.account, number, &asker, locale).await;
    }
    let problem = |kind| Problem::new(kind, locale);
    let store = &service.store;
    let account = store.account(&request.account, service.demo).await;
    let account = account.map_err(|error| problem(error.into()))?;
    let account = account.ok_or_else(|| unknown_account(locale))?.id;
    let link = New::of(&service, account, caller.id, number.as_deref(), &asker)
        .ok_or_else(|| problem(ProblemKind::Internal))?;
    let (id, issued) = link.make(&service, Phone::New).await.map_err(problem)?;
    let expires_ms = match issued {
        Issued::Made { expires_ms, .. } => expires_ms,
        other => return Err(not_made(other, locale)),
    };
    let token = store.link_token(&id, expires_ms);
    let token = token.ok_or_else(|| problem(ProblemKind::Internal))?;
    let sent = match number {
        Some(number) => {
            // Waiting for the gateway is no load of ours.
            let _outside = service.gate.load.leave();
            tell(&service, number, &token, locale).await
        }
        None => false,
    };
    let made = Made {
        token: &token,
        expires_at: written(expires_ms, locale)?,
        position: 1,
        sent,
    };
    answer(StatusCode::CREATED, &made, locale)
}

/// Sends a new link to a page's person. The page itself gets none: a link and a
/// code are two proofs only where the link comes to the phone.
async fn send_again(
    service: &Arc<Service>,
    caller: &Caller,
    account: String,
    number: Option<String>,
    asker: &Asker,
    locale: Locale,
) -> Result<Response, Problem> {
    let problem = |kind| Problem::new(kind, locale);
    if !caller.may_see(&account) {
        return Err(unknown_account(locale));
    }
    if sender(service).is_none() {
        return Err(problem(ProblemKind::CodesUnavailable));
    }
    let number = number.ok_or_else(|| {
        let detail = match locale {
            Locale::En => "Add `phone`.",
            _ => "缺少 phone。",
        };
        let fault = Fault::new("/phone", "member-missing", detail);
        Problem::at(ProblemKind::RequestInvalid, locale, vec![fault])
    })?;
    let link = New::of(service, account, caller.id.clone(), Some(&number), asker);
    let link = link.ok_or_else(|| problem(ProblemKind::Internal))?;
    let (id, issued) = link.make(service, Phone::Only).await.map_err(problem)?;
    let next_ms = match issued {
        Issued::Made {
            expires_ms,
            next_ms,
        } => {
            deliver(Arc::clone(service), id, expires_ms, number, locale);
            next_ms
        }
        Issued::PhoneOther { next_ms } => next_ms,
        other => return Err(not_made(other, locale)),
    };
    let next_in = next_ms / 1000;
    answer(StatusCode::ACCEPTED, &Asked { next_in }, locale)
}

/// An application was approved, and its line waits: a link goes to the phone
/// that the application names, after the answer. What goes wrong is made good by
/// asking for another one.
pub(in crate::routes) fn after_approval(
    service: Arc<Service>,
    account: String,
    caller: String,
    number: String,
    locale: Locale,
) {
    tokio::spawn(async move {
        let asker = Asker::default();
        let link = New::of(&service, account, caller, Some(&number), &asker);
        let made = match link {
            Some(link) => link.make(&service, Phone::Only).await,
            None => Err(ProblemKind::Internal),
        };
        match made {
            Ok((id, Issued::Made { expires_ms, .. })) => {
                deliver(service, id, expires_ms, number, locale);
            }
            // The one that was sent a moment ago still counts.
            Ok((_, Issued::TooSoon { .. })) => {}
            _ => tracing::warn!("an approved line waits, and no link was made"),
        }
    });
}

fn answer(status: StatusCode, value: &impl Serialize, locale: Locale) -> Result<Response, Problem> {
    let text = serde_json::to_string(value);
    let text = text.map_err(|_| Problem::new(ProblemKind::Internal, locale))?;
    let mut response = json(text);
    *response.status_mut() = status;
    Ok(response)
}

/// The phone in its canonical form, where one was typed.
fn typed(service: &Service, request: &IssueRequest) -> Result<Option<String>, Problem> {
    let release = service.policies.active();
    let number = |typed| {
        let kind = FieldKind::CnMobile;
        codes::number(service, &release.policy, kind, typed, request.locale)
    };
    request.phone.as_deref().map(number).transpose()
}

/// A link that is about to be made.
struct New {
    id: LinkId,
    account: String,
    caller: String,
    /// The keyed hash of the phone that was typed.
    phone: Option<[u8; 32]>,
    sending: Option<Sending>,
}

impl New {
    /// `None` when the system has no randomness to give.
    fn of(
        service: &Service,
        account: String,
        caller: String,
        number: Option<&str>,
        asker: &Asker,
    ) -> Option<New> {
        let mut id: LinkId = [0; 16];
        getrandom::fill(&mut id).ok()?;
        let store = &service.store;
        let holder = Holder::new(store, &account, SCENARIO);
        let sent = number.filter(|_| sender(service).is_some());
        let sending = sent.map(|number| Sending {
            holder: holder.links(store),
            counted: codes::counted(service, &account, number, asker),
            rules: service.upstreams.rules,
        });
        Some(New {
            id,
            phone: number.map(|number| holder.phone(store, number)),
            sending,
            account,
            caller,
        })
    }

    /// Makes it; `as_said` is what the typed phone means.
    async fn make(
        self,
        service: &Service,
        as_said: fn([u8; 32]) -> Phone,
    ) -> Result<(LinkId, Issued), ProblemKind> {
        let store = &service.store;
        let id = self.id;
        let issued = store.issue_link(Issue {
            id,
            account: self.account,
            caller: self.caller,
            phone: self.phone.map_or(Phone::Known, as_said),
            sending: self.sending,
            now_ms: store.steady_ms(),
            lasts_ms: service.upstreams.rules.link_ms,
        });
        Ok((id, issued.await?))
    }
}

fn not_made(issued: Issued, locale: Locale) -> Problem {
    match issued {
        Issued::NotApproved => refused("/account", "line-state", locale),
        Issued::TooSoon { wait_ms } => codes::later(ProblemKind::MessageTooSoon, wait_ms, locale),
        Issued::PhoneUnknown => refused("/phone", "phone-unknown", locale),
        // The first was made, and the second is told to nobody.
        Issued::Made { .. } | Issued::PhoneOther { .. } => {
            Problem::new(ProblemKind::Internal, locale)
        }
    }
}

/// Hands a message with a link over, after the answer.
fn deliver(service: Arc<Service>, id: LinkId, expires_ms: i64, to: String, locale: Locale) {
    tokio::spawn(async move {
        let token = service.store.link_token(&id, expires_ms);
        if let Some(token) = token.map(Zeroizing::new) {
            // How it went is in the log, with the gateway's name.
            tell(&service, to, &token, locale).await;
        }
    });
}

/// Sends a link, where messages name a page for it; whether the gateway has
/// taken it.
async fn tell(service: &Service, to: String, token: &str, locale: Locale) -> bool {
    let Some(messages) = sender(service) else {
        return false;
    };
    let Some(link) = messages.address(token) else {
        return false;
    };
    let days = (service.upstreams.rules.link_ms / otp::DAY_MS).to_string();
    let places = [
        ("signature", messages.signature(locale)),
        ("link", &link),
        ("days", &days),
    ];
    let text = Zeroizing::new(otp::text(otp::Kind::Link, locale, &places));
    messages.send(&Message { to, text }).await.is_ok()
}
