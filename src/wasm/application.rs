//! Reads an application from a JavaScript object.
//!
//! By hand, with `js-sys`: half the size of a generic deserialiser, and every
//! problem has its place. The rules are those of the JSON form: nothing
//! unknown, nothing silently converted.

use js_sys::{Array, Number, Object};
use wasm_bindgen::{JsCast, JsValue};

use crate::policy::{Decision, Problem};
use crate::recourse::WishInput;
use crate::units::Date;
use crate::wire::{Application, Entries, FactInput};

/// Reads an application.
///
/// # Errors
///
/// Every problem, with the code `application-malformed`.
pub(super) fn read(value: &JsValue) -> Result<Application, Vec<Problem>> {
    let mut read = Read {
        problems: Vec::new(),
    };
    let mut scenario = None;
    let mut as_of = None;
    let mut fields = Vec::new();
    let mut facts = Vec::new();
    for (name, value) in read.members("", value) {
        match name.as_str() {
            "scenario" => scenario = value.as_string(),
            "as_of" => as_of = value.as_string().and_then(|text| Date::parse(&text)),
            "fields" => {
                for (name, value) in read.members("/fields", &value) {
                    match value.as_string() {
                        Some(text) => fields.push((name, text)),
                        None => read.report(&["/fields/", &*name].concat(), "write a string"),
                    }
                }
            }
            "facts" => {
                let members = read.members("/facts", &value).into_iter();
                facts = members.map(|(name, value)| (name, fact(&value))).collect();
            }
            _ => read.report(&["/", &*name].concat(), "an application has no such member"),
        }
    }
    if scenario.is_none() {
        read.report("/scenario", "write the name of a scenario");
    }
    if as_of.is_none() {
        read.report("/as_of", "write a day as \"YYYY-MM-DD\"");
    }
    match (scenario, as_of) {
        (Some(scenario), Some(as_of)) if read.problems.is_empty() => Ok(Application {
            scenario,
            as_of,
            fields: Entries(fields),
            facts: Entries(facts),
        }),
        _ => Err(read.problems),
    }
}

/// Reads what is wished; nothing wished is a wish as well.
///
/// # Errors
///
/// Every problem, with the code `wish-malformed`.
pub(super) fn wish(value: &JsValue) -> Result<WishInput, Vec<Problem>> {
    let mut wish = WishInput::default();
    let mut problems = Vec::new();
    if value.is_undefined() {
        return Ok(wish);
    }
    for (name, value) in members(value).unwrap_or_default() {
        let number = || integer(&value);
        let is_read = match name.as_str() {
            "decision" => {
                let text = value.as_string();
                let all = Decision::ALL.iter();
                wish.decision = all
                    .copied()
                    .find(|one| text.as_deref() == Some(one.as_str()));
                wish.decision.is_some()
            }
            "limit" => {
                wish.limit = number();
                wish.limit.is_some()
            }
            "margin" => number().map(|margin| wish.margin = margin).is_some(),
            "changes" => {
                wish.changes = number().and_then(|number| u8::try_from(number).ok());
                wish.changes.is_some()
            }
            "days" => {
                wish.days = number().and_then(|number| u32::try_from(number).ok());
                wish.days.is_some()
            }
            "locks" => {
                let list = value.dyn_ref::<Array>();
                let names = list.into_iter().flat_map(Array::iter);
                wish.locks = names.filter_map(|name| name.as_string()).collect();
                list.is_some_and(|list| list.length() as usize == wish.locks.len())
            }
            "ranges" => members(&value)
                .map(|ranges| {
                    let ranges = ranges.into_iter();
                    wish.ranges =
                        Entries(ranges.map(|(name, value)| (name, fact(&value))).collect());
                })
                .is_some(),
            _ => false,
        };
        if !is_read {
            let at = ["/wish/", &*name].concat();
            let text = "no such member of a wish, or another type";
            problems.push(Problem::new(&at, "wish-malformed", text));
        }
    }
    if problems.is_empty() {
        Ok(wish)
    } else {
        Err(problems)
    }
}

struct Read {
    problems: Vec<Problem>,
}

impl Read {
    fn report(&mut self, at: &str, text: &str) {
        self.problems
            .push(Problem::new(at, "application-malformed", text));
    }

    /// The members of a plain object, in their order.
    fn members(&mut self, at: &str, value: &JsValue) -> Vec<(String, JsValue)> {
        members(value).unwrap_or_else(|| {
            self.report(at, "write a plain object");
            Vec::new()
        })
    }
}

/// The own members of a plain object. `None` for a list, a `Map`, a `Date` or
/// an instance of a class, whose members would seem to be none at all. An
/// object of another frame, or one without prototype, is as plain as any.
fn members(value: &JsValue) -> Option<Vec<(String, JsValue)>> {
    if !value.is_object() {
        return None;
    }
    let parent = |value: &JsValue| JsValue::from(Object::get_prototype_of(value));
    let prototype = parent(value);
    if !prototype.is_null() && !parent(&prototype).is_null() {
        return None;
    }
    let object: &Object = value.unchecked_ref();
    let (names, values) = (names(&Object::keys(object)), Object::values(object));
    // A getter may have changed its object.
    let is_same = values.length() as usize == names.len();
    is_same.then(|| names.into_iter().zip(values.iter()).collect())
}

/// The texts of a list, which come over in one piece where none holds a NUL:
/// each crossing costs as much as reading ten names.
fn names(list: &Array) -> Vec<String> {
    let count = list.length() as usize;
    let joined = String::from(list.join("\0"));
    let names: Vec<String> = joined.split('\0').map(String::from).collect();
    match count {
        0 => Vec::new(),
        count if names.len() == count => names,
        _ => list
            .iter()
            .map(|name| name.as_string().unwrap_or_default())
            .collect(),
    }
}

/// Reads one fact; see [`FactInput`] for the forms. `undefined` is what a
/// left-out member reads as, so it is unknown.
fn fact(value: &JsValue) -> FactInput {
    // Most facts are numbers; each question goes through JavaScript.
    if let Some(value) = integer(value) {
        return FactInput::Integer(value);
    }
    if value.is_undefined() {
        return FactInput::Unknown;
    }
    if let Some(value) = value.as_bool() {
        return FactInput::Bool(value);
    }
    if let Some(text) = value.as_string() {
        return FactInput::Text(text);
    }
    let Some(members) = members(value) else {
        return FactInput::Malformed;
    };
    let mut found = FactInput::Between([None, None]);
    for (name, value) in members {
        // Not by `fact` itself: an object in an object is no fact, however deep.
        let value = match value.as_string() {
            Some(text) => FactInput::Text(text),
            None => integer(&value).map_or(FactInput::Malformed, FactInput::Integer),
        };
        found = found.member(&name, value);
    }
    found.whole()
}

/// A number that is a safe integer: asked once, since each question goes
/// through JavaScript.
fn integer(value: &JsValue) -> Option<i64> {
    let number = value.as_f64()?;
    let is_safe = number.abs() <= Number::MAX_SAFE_INTEGER && number.trunc() == number;
    is_safe.then_some(number as i64)
}
