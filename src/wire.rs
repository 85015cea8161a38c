//! The application as it travels: JSON in, one document out.
//!
//! Reading is forgiving in nothing: unknown members, duplicate names and
//! `null` are kept apart from values so that `validate` can say where they are.

use core::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::json;
use crate::outcome::Outcome;
use crate::recourse::Plans;
use crate::render::{Notice, PlansNotice, RepaymentNotice};
use crate::repayment::Repayment;
use crate::units::Date;

/// What somebody wants to know: a scenario, a day, identity fields and facts.
///
/// Facts that are left out are unknown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// Name of the scenario.
    pub scenario: String,
    /// The day for which everything is looked at.
    pub as_of: Date,
    /// Identity fields by name, as typed.
    #[serde(default)]
    pub fields: Entries<String>,
    /// Facts by name.
    #[serde(default)]
    pub facts: Entries<FactInput>,
}

/// The members of a JSON object in their order, duplicates included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries<T>(pub Vec<(String, T)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Entries(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(core::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Entries<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Members(core::marker::PhantomData))
    }
}

/// A fact as written: a bare value, or an object for the other states.
///
/// | written | meaning |
/// |---|---|
/// | `true`, `12`, `"employed"`, `"2001-03-05"` | known |
/// | `{"state": "missing"}` | known to be absent |
/// | `{"state": "unknown"}`, or left out | unknown |
/// | `{"special": "unavailable"}` | a special code of the fact |
/// | `{"min": 300000}`, `{"max": 9}`, `{"min": 3, "max": 9}` | not known, but between these, both included |
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactInput {
    /// A truth value.
    Bool(bool),
    /// An integer in the fact's unit.
    Integer(i64),
    /// A code or a day.
    Text(String),
    /// `{"state": "missing"}`.
    Missing,
    /// `{"state": "unknown"}`.
    Unknown,
    /// `{"special": "…"}`.
    Special(String),
    /// `{"min": …, "max": …}`: at least one of the two.
    Between([Option<Bound>; 2]),
    /// Something that is no fact: `null`, a fraction, a list, another object.
    Malformed,
}

/// An end of a range of values as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// An integer in the fact's unit.
    Integer(i64),
    /// A day.
    Text(String),
}

impl FactInput {
    /// Adds a member of a fact that is written as an object to those before
    /// it; what does not fit makes it malformed.
    pub(crate) fn member(self, name: &str, value: FactInput) -> FactInput {
        let is_first = matches!(self, FactInput::Between([None, None]));
        match (self, name, value) {
            (FactInput::Between(mut ends), "min" | "max", value) => {
                let end = &mut ends[usize::from(name == "max")];
                let bound = match value {
                    FactInput::Integer(value) => Bound::Integer(value),
                    FactInput::Text(text) => Bound::Text(text),
                    _ => return FactInput::Malformed,
                };
                if end.replace(bound).is_some() {
                    return FactInput::Malformed;
                }
                FactInput::Between(ends)
            }
            (_, "state", FactInput::Text(state)) if is_first && state == "missing" => {
                FactInput::Missing
            }
            (_, "state", FactInput::Text(state)) if is_first && state == "unknown" => {
                FactInput::Unknown
            }
            (_, "special", FactInput::Text(code)) if is_first => FactInput::Special(code),
            _ => FactInput::Malformed,
        }
    }

    /// What an object without further members is.
    pub(crate) fn whole(self) -> FactInput {
        match self {
            FactInput::Between([None, None]) => FactInput::Malformed,
            input => input,
        }
    }
}

impl<'de> Deserialize<'de> for FactInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FactVisitor)
    }
}

struct FactVisitor;

impl<'de> Visitor<'de> for FactVisitor {
    type Value = FactInput;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fact")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<FactInput, E> {
        Ok(FactInput::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<FactInput, E> {
        Ok(FactInput::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<FactInput, E> {
        Ok(i64::try_from(value).map_or(FactInput::Malformed, FactInput::Integer))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<FactInput, E> {
        Ok(FactInput::Malformed)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<FactInput, E> {
        Ok(FactInput::Text(value.into()))
    }

    fn visit_unit<E: Error>(self) -> Result<FactInput, E> {
        Ok(FactInput::Malformed)
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<FactInput, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(FactInput::Malformed)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FactInput, A::Error> {
        let mut found = FactInput::Between([None, None]);
        while let Some(name) = map.next_key::<String>()? {
            found = found.member(&name, map.next_value()?);
        }
        Ok(found.whole())
    }
}

/// The answer: the outcome for machines and its words for people.
///
/// Same policy, same application: the same bytes, on any machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document<'p> {
    /// What follows.
    pub outcome: Outcome<'p>,
    /// The same in words.
    pub notice: Notice,
}

/// What the person can do, for machines and in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advice<'p> {
    /// The plans.
    pub outcome: Plans<'p>,
    /// The same in words.
    pub notice: PlansNotice,
}

/// How an order can be paid back, for machines and in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RepaymentDocument<'p> {
    /// The plans.
    pub outcome: Repayment<'p>,
    /// The same in words.
    pub notice: RepaymentNotice,
}

impl Document<'_> {
    /// The canonical JSON text of the document.
    pub fn to_json(&self) -> String {
        json_text(self)
    }
}

impl Advice<'_> {
    /// The canonical JSON text.
    pub fn to_json(&self) -> String {
        json_text(self)
    }
}

impl RepaymentDocument<'_> {
    /// The canonical JSON text.
    pub fn to_json(&self) -> String {
        json_text(self)
    }
}

/// The canonical JSON text of a document.
pub(crate) fn json_text<T: Serialize>(value: &T) -> String {
    // Not `expect`, which would bring the printing of an error into the module.
    let Ok(text) = json::to_string(value) else {
        unreachable!("strings, integers, booleans and lists are JSON")
    };
    text
}
