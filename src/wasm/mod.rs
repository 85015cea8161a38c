//! The WebAssembly boundary: the only place that says `wasm_bindgen`.
//!
//! A binding forwards; it decides nothing and keeps no global. The
//! document goes out as its canonical text, so that two sides can be compared
//! byte for byte, or parsed from it; small objects go through
//! `serde-wasm-bindgen`.

mod application;
mod environment;
mod what_if;

pub use environment::environment;
pub use what_if::WhatIf;

use std::rc::Rc;

use js_sys::{Error, JSON, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::identity::{FieldKind, IssueCode, Region, Span, Status};
use crate::policy::{
    Audience, Contact, Lasts, Policy, Problem, Purpose, ReasonKind, Trust, TrustedKey,
};
use crate::units::{Date, Locale};
use crate::wire::{Document, json_text};

/// Smaller than the allocator of the standard library.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// A loaded policy.
#[wasm_bindgen]
pub struct Engine(Rc<Policy>);

#[wasm_bindgen]
impl Engine {
    /// Loads a signed bundle for new assessments.
    ///
    /// | argument | what |
    /// |---|---|
    /// | `keys` | the trusted keys, one a line: see `TrustedKey` |
    /// | `audience` | `public` or `server`: whose bundle it has to be |
    /// | `today` | the day, `YYYY-MM-DD` |
    /// | `not_below` | the highest version seen before; 0 for none |
    ///
    /// # Errors
    ///
    /// Throws an `Error` with `code` (the first problem's) and `problems`, a
    /// list of `{ at, code, text }`: those of `Policy::load` and of
    /// `TrustedKey::read_list`, `audience-unknown`, `day-malformed`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        bundle: &[u8],
        keys: &str,
        audience: &str,
        today: &str,
        not_below: u32,
    ) -> Result<Engine, JsValue> {
        let audience = match audience {
            "public" => Audience::Public,
            "server" => Audience::Server,
            _ => return Err(wrong("audience-unknown", "write `public` or `server`")),
        };
        let today = Date::parse(today).ok_or_else(|| wrong("day-malformed", "write YYYY-MM-DD"))?;
        let load = || {
            let trust = Trust {
                keys: &TrustedKey::read_list(keys)?,
                audience,
                purpose: Purpose::Decide { today, not_below },
            };
            Policy::load(bundle, &trust)
        };
        let policy = load().map_err(|problems| thrown(&problems))?;
        Ok(Engine(Rc::new(policy)))
    }

    /// Looks at an application and returns the document as an object.
    ///
    /// # Errors
    ///
    /// As [`Engine::new`]; an object that is no application has the code
    /// `application-malformed`.
    pub fn assess(&self, application: JsValue, locale: &str) -> Result<JsValue, JsValue> {
        // Out of the canonical text, so that the two cannot differ.
        JSON::parse(&self.assess_text(application, locale)?)
    }

    /// The same as canonical JSON text.
    ///
    /// # Errors
    ///
    /// As [`Engine::assess`].
    #[wasm_bindgen(js_name = assessText)]
    pub fn assess_text(&self, application: JsValue, locale: &str) -> Result<String, JsValue> {
        Ok(self.document(&application, locale)?.to_json())
    }

    /// Looks for what the person can do to reach a goal, and returns that and
    /// the same in words; `wish` is an object as `WishInput` describes it, or
    /// `undefined`.
    ///
    /// # Errors
    ///
    /// As [`Engine::assess`], and `wish-malformed`.
    pub fn plans(
        &self,
        application: JsValue,
        wish: JsValue,
        locale: &str,
    ) -> Result<JsValue, JsValue> {
        let locale = locale_of(locale)?;
        let application = application::read(&application);
        let advice = application.and_then(|application| {
            let wish = application::wish(&wish)?;
            let advice = crate::advise(&self.0, &application, &wish, locale)?;
            Ok(advice.to_json())
        });
        JSON::parse(&advice.map_err(|problems| thrown(&problems))?)
    }

    /// Checks one field and returns `{ kind, status, code, canonical,
    /// suggestions, span, birth_date, age, region, message }`; the age is the
    /// one on the day `as_of`.
    ///
    /// # Errors
    ///
    /// Throws for an unknown kind, day (`YYYY-MM-DD`) or locale.
    #[wasm_bindgen(js_name = checkField)]
    pub fn check_field(
        &self,
        kind: &str,
        value: &str,
        as_of: &str,
        locale: &str,
    ) -> Result<JsValue, JsValue> {
        let locale = locale_of(locale)?;
        let kind = kind_of(FieldKind::parse(kind))?;
        let day = Date::parse(as_of).ok_or_else(|| wrong("day-malformed", "write YYYY-MM-DD"))?;
        let check = self.0.tables().check(kind, value, day);
        to_js(&FieldAnswer {
            kind,
            status: check.status,
            code: check.code.map(IssueCode::as_str),
            canonical: &check.canonical,
            suggestions: &check.suggestions,
            span: check.span,
            birth_date: check.birth_date,
            age: check.birth_date.map(|born| born.years_until(day)),
            region: check.region,
            message: check.code.map(|code| self.0.issue_text(code, locale)),
        })
    }

    /// Checks one field and returns the verdict as one integer: see
    /// `Verdict::pack` for the bits. The cheapest call per keystroke.
    ///
    /// # Errors
    ///
    /// Throws for an unknown kind or a day out of range.
    #[wasm_bindgen(js_name = checkFieldPacked)]
    pub fn check_field_packed(
        &self,
        kind: u8,
        value: &str,
        as_of_days: i32,
    ) -> Result<u32, JsValue> {
        let kind = kind_of(FieldKind::from_number(kind))?;
        let day = Date::from_days(as_of_days);
        let day = day.ok_or_else(|| wrong("day-malformed", "out of range"))?;
        Ok(self.0.tables().check_packed(kind, value, day))
    }

    /// The policy as forms see it: fields, questions, codes and their names.
    ///
    /// # Errors
    ///
    /// Throws for an unknown locale.
    pub fn policy(&self, locale: &str) -> Result<JsValue, JsValue> {
        JSON::parse(&json_text(&self.0.view(locale_of(locale)?)))
    }

    /// Every reason of the policy as it is said to nobody in particular:
    /// `{ code, kind, lasts, contact, title, requirement, help }`.
    ///
    /// # Errors
    ///
    /// Throws for an unknown locale.
    pub fn reasons(&self, locale: &str) -> Result<JsValue, JsValue> {
        let model = self.0.model();
        let texts = model.texts_in(locale_of(locale)?);
        let said = |message| crate::render::in_general(model, texts, message);
        let reasons = model.reasons.iter().zip(&texts.reasons);
        let answers = reasons.map(|(reason, text)| ReasonAnswer {
            code: &reason.code,
            kind: reason.kind,
            lasts: reason.lasts,
            contact: reason.contact,
            title: said(&text.title),
            requirement: said(&text.requirement),
            help: said(&text.help),
        });
        to_js(&answers.collect::<Vec<_>>())
    }
}

impl Engine {
    fn document(&self, application: &JsValue, locale: &str) -> Result<Document<'_>, JsValue> {
        let locale = locale_of(locale)?;
        let application = application::read(application).map_err(|problems| thrown(&problems))?;
        crate::assess(&self.0, &application, locale).map_err(|problems| thrown(&problems))
    }
}

/// The check of one field, with its message.
#[derive(Serialize)]
struct FieldAnswer<'c> {
    kind: FieldKind,
    status: Status,
    code: Option<&'static str>,
    canonical: &'c str,
    suggestions: &'c [String],
    span: Option<Span>,
    birth_date: Option<Date>,
    age: Option<i32>,
    region: Option<Region>,
    message: Option<&'c str>,
}

/// A reason, in general.
#[derive(Serialize)]
struct ReasonAnswer<'p> {
    code: &'p str,
    kind: ReasonKind,
    lasts: Lasts,
    contact: Contact,
    title: String,
    requirement: String,
    help: String,
}

/// The version of this package.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}

fn kind_of(kind: Option<FieldKind>) -> Result<FieldKind, JsValue> {
    kind.ok_or_else(|| wrong("kind-unknown", "no such kind of field"))
}

fn locale_of(tag: &str) -> Result<Locale, JsValue> {
    Locale::parse(tag).ok_or_else(|| wrong("locale-unknown", "write `zh-CN` or `en`"))
}

fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    let serialized = value.serialize(&Serializer::json_compatible());
    serialized.map_err(JsValue::from)
}

fn wrong(code: &'static str, text: &str) -> JsValue {
    thrown(&[Problem::new("", code, text)])
}

/// An `Error` that carries every problem.
fn thrown(problems: &[Problem]) -> JsValue {
    let first = problems.first();
    let error = Error::new(first.map_or("", |problem| &problem.text));
    let code = first.map_or("internal", |problem| problem.code);
    let list = to_js(&problems).unwrap_or_default();
    let error = JsValue::from(error);
    set(&error, "code", &code.into());
    set(&error, "problems", &list);
    error
}

fn set(target: &JsValue, name: &str, value: &JsValue) {
    // Setting a property of a fresh object cannot fail.
    let _ = Reflect::set(target, &name.into(), value);
}
