//! Activation links: making one, looking at one, opening it on a device, and
//! activating the line with it.
//!
//! | path | who | what |
//! |---|---|---|
//! | `POST /v1/activation-links` | a caller with a key, or a page ([`issue`]) | makes one for an approved line; those before it count no more |
//! | `GET /v1/activation-link` | whoever has it | how it stands; changes nothing, so that programs that look into messages open nothing |
//! | `POST /v1/activation-link` | the same | opens it on this device, and on no other from then on |
//! | `POST …/codes` | the device that opened it | sends a code to the account's phone |
//! | `POST …/activate` | the same | the decision of `link-activation`; an approval begins the line and uses the link |
//!
//! Whoever has a link sends its token in a header: addresses stand in the logs
//! of whatever is between a page and this service.
//!
//! `?after=` takes the `position` of an earlier answer: what is older is told
//! as `behind`, and never as how it stands.

mod issue;

use std::sync::Arc;
use std::time::Instant;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::Response;
use precheck::units::Locale;
use serde::Serialize;
use zeroize::Zeroizing;

use super::codes::{self, Asker, Wanted};
use super::own::ByLink;
use super::pending::{Begun, Pending};
use super::{Service, body_of, decisions, gate, json, wish};
use crate::audit::hex;
use crate::callers::Caller;
use crate::clock::Moment;
use crate::connections::Origin;
use crate::idempotency::Key;
use crate::link::{LinkId, Look, Seen};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request::{self, DecisionRequest, after_of};
use crate::store::{KeptLink, Tag};
pub(super) use issue::{after_approval, begins, issue};

/// The scenario that a link is for.
pub(super) const SCENARIO: &str = "link-activation";

/// The token of a link.
pub(super) const LINK: HeaderName = HeaderName::from_static("activation-link");

/// The secret of a device: 64 hexadecimal digits, which the page keeps.
pub(super) const DEVICE: HeaderName = HeaderName::from_static("activation-device");

/// The version of the link after a decision, since its body is the decision's.
pub(super) const POSITION: HeaderName = HeaderName::from_static("activation-position");

/// How soon somebody who was told `behind` may look again, in seconds.
const CATCHES_UP: u32 = 5;

/// The keyed hash of the secret that a device sends, if it sends one.
pub(super) fn device_of(
    service: &Service,
    headers: &HeaderMap,
    locale: Locale,
) -> Result<Option<Tag>, Problem> {
    let Some(value) = headers.get(DEVICE) else {
        return Ok(None);
    };
    let secret = value.to_str().ok().and_then(hex::read::<32>);
    let secret = secret.map(Zeroizing::new).ok_or_else(|| {
        let detail = match locale {
            Locale::En => "Send the device's secret in `Activation-Device` as it was given.",
            _ => "请在 Activation-Device 里原样填写得到的设备密钥。",
        };
        let fault = Fault::new("", "device-malformed", detail);
        Problem::at(ProblemKind::RequestInvalid, locale, vec![fault])
    })?;
    Ok(Some(service.store.device_tag(&*secret)))
}

/// Somebody who came with a link.
struct Visit {
    id: LinkId,
    locale: Locale,
    device: Option<Tag>,
    after: Option<i64>,
    /// The link as it stands; it may be older than what the caller has seen.
    kept: KeptLink,
    caller: Caller,
}

impl Visit {
    /// Finds the link whose token is sent. Tokens that are altered, made up or
    /// of nobody any more are all the same from outside, and like none.
    async fn begin(service: &Service, uri: &Uri, headers: &HeaderMap) -> Result<Visit, Problem> {
        let locale = request::locale_of(uri)?.unwrap_or_else(|| wish(uri));
        let problem = |kind| Problem::new(kind, locale);
        let unknown = || problem(ProblemKind::LinkUnknown);
        let token = headers.get(LINK).and_then(|token| token.to_str().ok());
        let id = token.and_then(|token| service.store.link_id(token));
        let id = id.ok_or_else(unknown)?;
        let device = device_of(service, headers, locale)?;
        let after = after_of(uri, locale)?;
        let kept = service.store.link(id).await;
        let kept = kept.map_err(|error| problem(error.into()))?;
        let Some(kept) = kept else {
            // It is ours, and the caller has seen it: it has not come here yet.
            return Err(match after {
                Some(_) => cannot(Seen::Behind, locale),
                None => unknown(),
            });
        };
        let today = Moment::now().ok_or_else(|| problem(ProblemKind::Internal))?;
        let caller = service
            .gate
            .by_link(&kept.caller, &kept.account, today.date());
        Ok(Visit {
            id,
            locale,
            device,
            after,
            caller: caller.ok_or_else(unknown)?,
            kept,
        })
    }

    fn seen(&self, service: &Service) -> Seen {
        self.kept.link.seen(&Look {
            now_ms: service.store.steady_ms(),
            device: self.device,
            after: self.after,
        })
    }

    /// The device that the link was opened on, which is the one that asks.
    fn own_device(&self, service: &Service) -> Result<Tag, Problem> {
        let link = &self.kept.link;
        if let Some(device) = self.device.filter(|one| link.is_of(Some(*one))) {
            return Ok(device);
        }
        Err(match self.seen(service) {
            Seen::Valid if link.device.is_none() => refused("", "not-opened", self.locale),
            seen => cannot(seen, self.locale),
        })
    }

    /// Counts a request that costs something; too many are turned away.
    fn count(&self, service: &Service) -> Result<(), Problem> {
        let counted = service
            .gate
            .count_person(&self.caller, &self.kept.account, Instant::now());
        counted.map_err(|wait| gate::too_many(wait, self.locale))
    }

    /// How the link stands, for whoever has it.
    fn answer(&self, service: &Service, secret: Option<&str>) -> Result<Response, Problem> {
        let KeptLink { link, decision, .. } = &self.kept;
        let seen = self.seen(service);
        let is_own = link.is_of(self.device);
        let shown = Shown {
            state: seen.as_str(),
            position: link.version,
            expires_at: written(link.expires_ms, self.locale)?,
            opened: is_own,
            decision: decision.as_deref().filter(|_| is_own),
            device: secret,
        };
        let text = serde_json::to_string(&shown);
        let text = text.map_err(|_| Problem::new(ProblemKind::Internal, self.locale))?;
        let mut response = json(text);
        if seen == Seen::Behind {
            let wait = HeaderValue::from(CATCHES_UP);
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        Ok(response)
    }
}

/// A link as it is told.
#[derive(Serialize)]
struct Shown<'a> {
    /// `valid`, `other-device`, `used`, `expired`, `replaced`, `withdrawn` or
    /// `behind`.
    state: &'static str,
    /// Rises with every change; what later questions say as `after`.
    position: i64,
    expires_at: String,
    /// Whether it was opened on the device that asks.
    opened: bool,
    /// The decision that used it, for the device that it was opened on.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'a str>,
    /// A secret for this device, when it has just got one.
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<&'a str>,
}

/// How a link stands.
pub(super) async fn show(
    State(service): State<Arc<Service>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visit = Visit::begin(&service, &uri, &headers).await?;
    visit.answer(&service, None)
}

/// Opens a link on a device: the one whose secret is sent, or one that gets a
/// secret now.
pub(super) async fn open(
    State(service): State<Arc<Service>>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let mut visit = Visit::begin(&service, &uri, &headers).await?;
    let bytes = body_of(&service, &headers, body).await?;
    visit.locale = request::parse_opening(&bytes)?;
    visit.count(&service)?;
    let problem = |kind| Problem::new(kind, visit.locale);
    let mut new = Zeroizing::new([0; 32]);
    let device = match visit.device {
        Some(device) => device,
        None => {
            getrandom::fill(&mut *new).map_err(|_| problem(ProblemKind::Internal))?;
            service.store.device_tag(&*new)
        }
    };
    let opened = service.store.open_link(visit.id, device).await;
    let opened = opened.map_err(|error| problem(error.into()))?;
    let kept = opened.ok_or_else(|| problem(ProblemKind::LinkUnknown))?;
    // A secret that opens nothing is none.
    let is_new = visit.device.is_none() && kept.link.is_of(Some(device));
    let secret = is_new.then(|| Zeroizing::new(hex::write(&*new)));
    if is_new {
        visit.device = Some(device);
    }
    visit.kept = kept;
    visit.answer(&service, secret.as_ref().map(|secret| secret.as_str()))
}

/// Sends a code for the activation.
pub(super) async fn code(
    State(service): State<Arc<Service>>,
    origin: Option<Extension<Origin>>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let mut visit = Visit::begin(&service, &uri, &headers).await?;
    let bytes = body_of(&service, &headers, body).await?;
    let request = request::parse_link_code(&bytes, SCENARIO)?;
    visit.locale = request.locale;
    let device = visit.own_device(&service)?;
    match visit.seen(&service) {
        Seen::Valid => {}
        seen => return Err(cannot(seen, visit.locale)),
    }
    visit.count(&service)?;
    let origin = origin.map(|Extension(origin)| origin);
    let wanted = Wanted {
        account: visit.kept.account,
        request,
        asker: Asker::new(&service, &headers, origin.as_ref(), Some(device)),
    };
    codes::send(&service, wanted).await
}

/// Takes the decision about the activation.
pub(super) async fn activate(
    State(service): State<Arc<Service>>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let mut visit = Visit::begin(&service, &uri, &headers).await?;
    let bytes = body_of(&service, &headers, body).await?;
    let form = request::parse_form(&bytes)?;
    visit.locale = form.locale;
    let locale = form.locale;
    let problem = |kind| Problem::new(kind, locale);
    let release = service.policies.active();
    if release.policy.scenario_id(SCENARIO).is_none() {
        return Err(problem(ProblemKind::NotFound));
    }
    // Before a try is counted: whoever knows more than is known here would lose
    // a code for it.
    if visit.seen(&service) == Seen::Behind {
        return Err(cannot(Seen::Behind, locale));
    }
    let key = Key::of(&headers).map_err(|_| problem(ProblemKind::IdempotencyKeyInvalid))?;
    let by = ByLink {
        id: visit.id,
        device: visit.own_device(&service)?,
        after: visit.after,
    };
    let request = DecisionRequest {
        account: visit.kept.account.clone(),
        locale,
        fields: form.fields,
        facts: form.facts,
    };
    let caller = &visit.caller;
    let key = key.map(|key| key.tags(&service.store, &caller.id, SCENARIO, &request));
    let scenario = SCENARIO.to_owned();
    let begun = Pending::begin(
        Arc::clone(&service),
        caller,
        scenario,
        request,
        key,
        Some(by),
    );
    let kept = match begun.await? {
        Begun::Again(kept) => kept,
        Begun::New(pending) => pending.decide(None).await?,
    };
    let mut response = decisions::created(kept);
    // The decision is kept, whether or not its place can be read now.
    if let Ok(Some(after)) = service.store.link(visit.id).await {
        let position = HeaderValue::from(after.link.version);
        response.headers_mut().insert(POSITION, position);
    }
    Ok(response)
}

/// What cannot be done with a link as it is seen.
fn cannot(seen: Seen, locale: Locale) -> Problem {
    let problem = refused("", seen.as_str(), locale);
    match seen {
        Seen::Behind => problem.after(CATCHES_UP),
        _ => problem,
    }
}

fn refused(pointer: &str, code: &'static str, locale: Locale) -> Problem {
    let (zh, en) = match code {
        "line-state" => (
            "这个账户没有等待激活的额度。",
            "The account has no line that waits to be activated.",
        ),
        "phone-unknown" => (
            "还不知道这个账户的手机号，请一并填写。",
            "The account's phone is not known yet; give it as well.",
        ),
        "not-opened" => ("请先打开链接。", "Open the link first."),
        "other-device" => (
            "链接已经在另一台设备上打开了，请在那台设备上继续，或者重新获取链接。",
            "The link was opened on another device. Go on there, or ask for a new link.",
        ),
        "used" => ("链接已经用过了。", "The link has been used."),
        "replaced" => (
            "已经有更新的链接，请用最新的。",
            "There is a newer link; use that one.",
        ),
        "withdrawn" => (
            "这笔额度已经不用这个链接激活了，请在“我的白条”里看现在的状态。",
            "The line does not wait for this link any more. See how the line stands.",
        ),
        "behind" => (
            "最新的状态还没有同步到这里，请稍后再看。",
            "The latest state has not come here yet. Look again in a moment.",
        ),
        _ => (
            "链接已经过期，请重新获取。",
            "The link has expired. Ask for a new one.",
        ),
    };
    let detail = if locale == Locale::En { en } else { zh };
    let fault = Fault::new(pointer, code, detail);
    Problem::at(ProblemKind::LinkRefused, locale, vec![fault])
}

/// A time as it is written.
fn written(milliseconds: i64, locale: Locale) -> Result<String, Problem> {
    let moment = Moment::from_milliseconds(milliseconds);
    let moment = moment.ok_or_else(|| Problem::new(ProblemKind::Internal, locale))?;
    Ok(moment.to_string())
}
