//! The edge: bytes of a request → a [`DecisionRequest`] or a [`PreCheckRequest`].
//!
//! Forgiving in nothing, because what a reader silently drops or picks is what
//! a caller did not mean: unknown members, duplicate names, other types and
//! extra bytes are refused, each with its place. What a member holds is never
//! repeated in an error.

mod acts;
mod links;
mod release;

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, Uri, header};
use precheck::units::{Date, Locale};
use precheck::{Entries, FactInput, Modules, WishInput};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::problem::{Fault, Problem, ProblemKind};
pub(crate) use acts::{
    ActRequest, RedecisionRequest, parse_act, parse_appeal, parse_own_act, parse_redecision,
};
pub(crate) use links::{
    CodeRequest, IssueRequest, after_of, parse_code, parse_form, parse_issue, parse_link_code,
    parse_opening,
};
pub(crate) use release::{Bundles, ReleaseRequest, encoded, large, parse_release};

/// The locale of errors before, or without, a wish.
pub(crate) const DEFAULT_LOCALE: Locale = Locale::ZhCn;

/// The largest body that is looked at, in bytes.
const MOST_BYTES: usize = 64 * 1024;
/// How much of a body that is too large is read and thrown away, so that its
/// sender gets to see the answer and not a broken connection.
const DRAINED_BYTES: usize = 2 * 1024 * 1024;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most members that an object may have; an application has a dozen.
const MOST_MEMBERS: usize = 64;

/// What a caller wants decided. It holds personal data, so it cannot be
/// printed.
#[derive(Clone)]
pub(crate) struct DecisionRequest {
    pub(crate) account: String,
    pub(crate) locale: Locale,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) facts: Vec<(String, FactInput)>,
}

/// What a caller wants looked at, without a decision. Nothing is kept of it.
pub(crate) struct PreCheckRequest {
    pub(crate) locale: Locale,
    pub(crate) scenario: String,
    /// `None` for today.
    pub(crate) as_of: Option<Date>,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) facts: Vec<(String, FactInput)>,
    /// What the caller wants to reach; for plans only.
    pub(crate) wish: WishInput,
}

/// What a caller wants compared.
pub(crate) struct ChangesRequest {
    pub(crate) locale: Locale,
    /// The earlier decision; `None` for the one before.
    pub(crate) since: Option<String>,
    /// What the sources ran on, before and after.
    pub(crate) modules: [Modules; 2],
}

/// The locale that `?locale=` asks for: `Ok(None)` without one, and `Err` for
/// one that does not exist.
pub(crate) fn locale_of(uri: &Uri) -> Result<Option<Locale>, Problem> {
    let mut parameters = uri.query().unwrap_or_default().split('&');
    let Some(tag) = parameters.find_map(|one| one.strip_prefix("locale=")) else {
        return Ok(None);
    };
    Locale::parse(tag).map(Some).ok_or_else(|| {
        let locale = DEFAULT_LOCALE;
        Problem::at(
            ProblemKind::RequestInvalid,
            locale,
            vec![unknown_locale("", locale)],
        )
    })
}

/// Reads the body of a request that carries JSON, within limits of size and time.
pub(crate) async fn bytes(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Problem> {
    let early = |kind| Problem::new(kind, DEFAULT_LOCALE);
    check_headers(headers).map_err(early)?;
    read(body, MOST_BYTES).await.map_err(early)
}

/// Reads a document that is handed in, within limits of size and time.
pub(crate) async fn document(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, ProblemKind> {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(ProblemKind::ContentEncodingUnsupported);
    }
    read(body, crate::appeal::MOST_BYTES).await
}

/// Checks the headers of a request that carries JSON.
fn check_headers(headers: &HeaderMap) -> Result<(), ProblemKind> {
    let value = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if headers.contains_key(header::CONTENT_ENCODING)
        && !value(header::CONTENT_ENCODING).is_some_and(|one| one.eq_ignore_ascii_case("identity"))
    {
        return Err(ProblemKind::ContentEncodingUnsupported);
    }
    let content_type = value(header::CONTENT_TYPE).unwrap_or_default();
    let (media_type, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let parameters = parameters.trim();
    let is_utf8 = parameters.is_empty()
        || ["charset=utf-8", "charset=\"utf-8\""]
            .iter()
            .any(|one| parameters.eq_ignore_ascii_case(one));
    if media_type.trim().eq_ignore_ascii_case("application/json") && is_utf8 {
        Ok(())
    } else {
        Err(ProblemKind::MediaTypeUnsupported)
    }
}

/// Reads a body, within limits of size and time.
async fn read(mut body: Body, most: usize) -> Result<Vec<u8>, ProblemKind> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > DRAINED_BYTES {
        return Err(ProblemKind::BodyTooLarge);
    }
    let reading = async {
        let mut bytes = Vec::with_capacity(announced.min(most));
        let mut size = 0usize;
        while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            let frame = frame.map_err(|_| ProblemKind::JsonMalformed)?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            size = size.saturating_add(data.len());
            if size > DRAINED_BYTES {
                break;
            }
            if size <= most {
                bytes.extend_from_slice(&data);
            }
        }
        if size > most {
            Err(ProblemKind::BodyTooLarge)
        } else {
            Ok(bytes)
        }
    };
    let read = tokio::time::timeout(PATIENCE, reading).await;
    read.unwrap_or(Err(ProblemKind::RequestTimeout))
}

/// Reads a request for a decision, or says everything that is wrong with its shape.
pub(crate) fn parse(bytes: &[u8]) -> Result<DecisionRequest, Problem> {
    let (mut parts, mut shape) = parts(bytes, &["account", "locale", "fields", "facts"])?;
    let account = parts.text(&mut shape, "account");
    match account {
        Some(account) if shape.faults.is_empty() => Ok(DecisionRequest {
            account,
            locale: shape.locale,
            fields: parts.fields,
            facts: parts.facts,
        }),
        _ => Err(shape.problem()),
    }
}

/// Reads a request for a pre-check, or says everything that is wrong with its shape.
pub(crate) fn parse_pre_check(bytes: &[u8]) -> Result<PreCheckRequest, Problem> {
    pre_check(bytes, &["scenario", "as_of", "locale", "fields", "facts"])
}

/// Reads a request for plans: a pre-check that may say what is to be reached.
pub(crate) fn parse_plans(bytes: &[u8]) -> Result<PreCheckRequest, Problem> {
    let allowed = ["scenario", "as_of", "locale", "fields", "facts", "wish"];
    pre_check(bytes, &allowed)
}

fn pre_check(bytes: &[u8], allowed: &[&str]) -> Result<PreCheckRequest, Problem> {
    let (mut parts, mut shape) = parts(bytes, allowed)?;
    let scenario = parts.text(&mut shape, "scenario");
    let as_of = parts.texts.remove("as_of").flatten();
    let day = as_of.as_deref().and_then(Date::parse);
    if as_of.is_some() && day.is_none() {
        shape.wrong_type("/as_of", "日期 YYYY-MM-DD", "a day as YYYY-MM-DD");
    }
    match scenario {
        Some(scenario) if shape.faults.is_empty() => Ok(PreCheckRequest {
            locale: shape.locale,
            scenario,
            as_of: day,
            fields: parts.fields,
            facts: parts.facts,
            wish: parts.wish,
        }),
        _ => Err(shape.problem()),
    }
}

/// Reads a request for what changed.
pub(crate) fn parse_changes(bytes: &[u8]) -> Result<ChangesRequest, Problem> {
    let (mut parts, shape) = parts(bytes, &["since", "locale", "modules"])?;
    if !shape.faults.is_empty() {
        return Err(shape.problem());
    }
    Ok(ChangesRequest {
        locale: shape.locale,
        since: parts.texts.remove("since").flatten(),
        modules: parts.modules,
    })
}

/// Reads a request for a session: the account it is for.
pub(crate) fn parse_session(bytes: &[u8]) -> Result<(String, Locale), Problem> {
    let (mut parts, mut shape) = parts(bytes, &["account", "locale"])?;
    match parts.text(&mut shape, "account") {
        Some(account) if shape.faults.is_empty() => Ok((account, shape.locale)),
        _ => Err(shape.problem()),
    }
}

/// The members of a request, before it is known which of them have to be there.
struct Parts {
    /// Members that are texts; `None` for one that was none.
    texts: BTreeMap<String, Option<String>>,
    fields: Vec<(String, String)>,
    facts: Vec<(String, FactInput)>,
    wish: WishInput,
    modules: [Modules; 2],
    limit: Option<i64>,
    /// Rows of the log, by member.
    rows: BTreeMap<String, i64>,
}

impl Parts {
    /// A text that has to be there.
    fn text(&mut self, shape: &mut Shape, name: &str) -> Option<String> {
        let found = self.texts.remove(name);
        if found.is_none() {
            let (zh, en) = (format!("缺少 {name}。"), format!("Add `{name}`."));
            shape.fault(format!("/{name}"), "member-missing", &zh, &en);
        }
        found.flatten()
    }
}

/// Reads the members that a request may have; what is wrong with them is in the shape.
fn parts(bytes: &[u8], allowed: &[&str]) -> Result<(Parts, Shape), Problem> {
    let members = members(bytes)?;
    // The locale first: everything else is said in it.
    let tag = members.iter().find(|(name, _)| name == "locale");
    let tag = tag.and_then(|(_, raw)| text(raw));
    let locale = tag.and_then(|tag| Locale::parse(&tag));
    let mut shape = Shape {
        locale: locale.unwrap_or(DEFAULT_LOCALE),
        faults: Vec::new(),
    };
    shape.names(&members, "");
    let mut parts = Parts {
        texts: BTreeMap::new(),
        fields: Vec::new(),
        facts: Vec::new(),
        wish: WishInput::default(),
        modules: [Modules::default(), Modules::default()],
        limit: None,
        rows: BTreeMap::new(),
    };
    for (name, raw) in &members {
        match name.as_str() {
            name if !allowed.contains(&name) => {
                let at = format!("/{}", step(name));
                let zh = format!("没有这个成员；可用的有 {}。", allowed.join("、"));
                let en = format!("There is no such member; there are {}.", allowed.join(", "));
                shape.fault(at, "member-unknown", &zh, &en);
            }
            "locale" => {
                if text(raw).and_then(|tag| Locale::parse(&tag)).is_none() {
                    shape.faults.push(unknown_locale("/locale", shape.locale));
                }
            }
            "fields" => {
                for (name, raw) in shape.object(raw, "/fields") {
                    if let Some(value) = shape.text(raw, &format!("/fields/{}", step(&name))) {
                        parts.fields.push((name, value));
                    }
                }
            }
            "facts" => {
                let object = shape.object(raw, "/facts").into_iter();
                parts.facts = object
                    .map(|(name, raw)| {
                        let fact = serde_json::from_str(raw.get());
                        (name, fact.unwrap_or(FactInput::Malformed))
                    })
                    .collect();
            }
            "wish" => match serde_json::from_str(raw.get()) {
                Ok(wish) => parts.wish = wish,
                Err(_) => shape.wrong_type(
                    "/wish",
                    "对象，成员有 decision、limit、margin、locks、ranges、changes、days",
                    "an object with members decision, limit, margin, locks, ranges, changes, days",
                ),
            },
            "modules" => {
                for (name, raw) in shape.object(raw, "/modules") {
                    let at = format!("/modules/{}", step(&name));
                    match ["before", "after"].iter().position(|side| *side == name) {
                        Some(side) => parts.modules[side] = shape.modules(raw, &at),
                        None => {
                            let en = "There is no such member; there are before, after.";
                            let zh = "没有这个成员；可用的有 before、after。";
                            shape.fault(at, "member-unknown", zh, en);
                        }
                    }
                }
            }
            "limit" => match serde_json::from_str(raw.get()) {
                Ok(limit) => parts.limit = Some(limit),
                Err(_) => shape.wrong_type("/limit", "整数，单位为分", "whole fen"),
            },
            "from" | "to" => match serde_json::from_str(raw.get()) {
                Ok(row) => drop(parts.rows.insert(name.clone(), row)),
                Err(_) => shape.wrong_type(&format!("/{name}"), "日志的行号", "a row of the log"),
            },
            name => {
                let value = shape.text(raw, &format!("/{name}"));
                parts.texts.insert(name.to_owned(), value);
            }
        }
    }
    Ok((parts, shape))
}

type Members<'a> = Vec<(String, &'a RawValue)>;

/// The members of the outermost object.
fn members(bytes: &[u8]) -> Result<Members<'_>, Problem> {
    let locale = DEFAULT_LOCALE;
    let malformed = |detail| {
        let fault = Fault::new("", "json", detail);
        Problem::at(ProblemKind::JsonMalformed, locale, vec![fault])
    };
    let text = str::from_utf8(bytes)
        .map_err(|error| malformed(format!("UTF-8, byte {}", error.valid_up_to())))?;
    // The words of the parser's error may repeat a value; its place does not.
    serde_json::from_str::<Entries<&RawValue>>(text)
        .map(|entries| entries.0)
        .map_err(|error| {
            if error.classify() == Category::Data {
                let mut shape = Shape {
                    locale,
                    faults: Vec::new(),
                };
                shape.wrong_type("", "对象", "an object");
                Problem::at(ProblemKind::RequestInvalid, locale, shape.faults)
            } else {
                malformed(format!("line {}, column {}", error.line(), error.column()))
            }
        })
}

/// Collects what is wrong with the shape of a request.
struct Shape {
    locale: Locale,
    faults: Vec<Fault>,
}

impl Shape {
    fn problem(self) -> Problem {
        Problem::at(ProblemKind::RequestInvalid, self.locale, self.faults)
    }

    fn fault(&mut self, at: impl Into<String>, code: &'static str, zh: &str, en: &str) {
        let detail = if self.locale == Locale::En { en } else { zh };
        self.faults.push(Fault::new(at, code, detail));
    }

    fn has_fault(&self, at: &str) -> bool {
        self.faults.iter().any(|fault| fault.pointer == at)
    }

    fn wrong_type(&mut self, at: &str, zh: &str, en: &str) {
        self.fault(
            at,
            "member-type",
            &format!("这里应为{zh}。"),
            &format!("Write {en} here."),
        );
    }

    /// A member that is a text.
    fn text(&mut self, raw: &RawValue, at: &str) -> Option<String> {
        let found = text(raw);
        if found.is_none() {
            self.wrong_type(at, "文本", "a text");
        }
        found
    }

    /// The members of a member that is an object, without duplicates.
    fn object<'a>(&mut self, raw: &'a RawValue, at: &str) -> Members<'a> {
        match serde_json::from_str::<Entries<&RawValue>>(raw.get()) {
            Ok(entries) if self.names(&entries.0, at) => entries.0,
            Ok(_) => Vec::new(),
            Err(_) => {
                self.wrong_type(at, "对象", "an object");
                Vec::new()
            }
        }
    }

    /// What sources ran on, by their names.
    fn modules(&mut self, raw: &RawValue, at: &str) -> Modules {
        let mut modules = Modules::default();
        for (name, raw) in self.object(raw, at) {
            match serde_json::from_str(raw.get()) {
                Ok(module) => modules.0.0.push((name, module)),
                Err(_) => self.wrong_type(
                    &format!("{at}/{}", step(&name)),
                    "版本，或 { version, faulty }",
                    "a version, or { version, faulty }",
                ),
            }
        }
        modules
    }

    /// Whether the names of an object are few and distinct.
    fn names(&mut self, members: &Members<'_>, at: &str) -> bool {
        if members.len() > MOST_MEMBERS {
            self.fault(
                at,
                "members-too-many",
                &format!("成员过多，最多 {MOST_MEMBERS} 个。"),
                &format!("There are too many members; at most {MOST_MEMBERS}."),
            );
            return false;
        }
        let mut distinct = true;
        for (index, (name, _)) in members.iter().enumerate() {
            if members[..index].iter().any(|(other, _)| other == name) {
                distinct = false;
                let at = format!("{at}/{}", step(name));
                self.fault(
                    at,
                    "member-duplicate",
                    "重复的成员，请只写一次。",
                    "Give it once.",
                );
            }
        }
        distinct
    }
}

fn unknown_locale(at: &str, locale: Locale) -> Fault {
    let tags: Vec<&str> = Locale::ALL.iter().map(|one| one.as_str()).collect();
    let detail = match locale {
        Locale::En => format!("There is no such locale; there are {}.", tags.join(", ")),
        _ => format!("没有这种语言；可用的有 {}。", tags.join("、")),
    };
    Fault::new(at, "locale-unknown", detail)
}

fn text(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}

/// A name as one step of a JSON Pointer.
pub(crate) fn step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
