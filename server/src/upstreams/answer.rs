//! What a source said: bytes → facts, or why they are none.
//!
//! Strict in everything, and all or nothing: an answer that lacks one of its
//! facts, repeats a name, or is about somebody else gives no fact at all. A
//! half-understood answer would be an invented one.

use std::collections::BTreeMap;
use std::fmt;

use precheck::FactInput;
use precheck::units::Date;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::Question;
use super::missing::Missing;

/// A fact as a source gives it.
#[derive(Debug)]
pub(super) struct Given {
    /// The fact's name.
    pub(super) fact: String,
    /// Where it stands in the answer, as a JSON Pointer.
    pub(super) at: String,
    /// What stands there.
    pub(super) reads: Reads,
    /// Whether `null` means that it is known to be absent.
    pub(super) may_be_missing: bool,
    /// What the fact is when the source is silent.
    pub(super) silent: FactInput,
}

/// What a fact looks like in an answer.
#[derive(Debug)]
pub(super) enum Reads {
    /// `true` or `false`.
    Bool,
    /// An integer in the fact's unit, from the first to the last.
    Integer(i64, i64),
    /// `YYYY-MM-DD`, from the first to the last, in days since 1970.
    Date(i64, i64),
    /// One of these texts, which stand for these codes.
    Code(BTreeMap<String, String>),
}

impl Given {
    fn read(&self, answer: &Value) -> Result<FactInput, Missing> {
        let value = answer.pointer(&self.at).ok_or(Missing::Incomplete)?;
        if value.is_null() && self.may_be_missing {
            return Ok(FactInput::Missing);
        }
        let found = match &self.reads {
            Reads::Bool => value.as_bool().map(FactInput::Bool),
            Reads::Integer(first, last) => value
                .as_i64()
                .filter(|value| (first..=last).contains(&value))
                .map(FactInput::Integer),
            Reads::Date(first, last) => value
                .as_str()
                .filter(|text| {
                    let day = Date::parse(text).map(|day| i64::from(day.days()));
                    day.is_some_and(|day| (first..=last).contains(&&day))
                })
                .map(|text| FactInput::Text(text.to_owned())),
            Reads::Code(codes) => value
                .as_str()
                .and_then(|text| codes.get(text))
                .map(|code| FactInput::Text(code.clone())),
        };
        found.ok_or(Missing::Unreadable)
    }
}

/// Reads an answer to a question. `repeats` says which field of the question
/// has to stand where in it.
pub(super) fn read(
    bytes: &[u8],
    question: &Question,
    repeats: &BTreeMap<String, String>,
    gives: &[Given],
) -> Result<Vec<FactInput>, Missing> {
    let Strict(answer) = serde_json::from_slice(bytes).map_err(|_| Missing::Unreadable)?;
    if !answer.is_object() {
        return Err(Missing::Unreadable);
    }
    let text = |at: &str| answer.pointer(at).map(|value| value.as_str());
    match text("/reference") {
        Some(Some(reference)) if reference == question.reference => {}
        Some(Some(_)) => return Err(Missing::OtherPerson),
        _ => return Err(Missing::Incomplete),
    }
    for (at, field) in repeats {
        match text(at) {
            Some(Some(value)) if question.field(field) == Some(value) => {}
            Some(Some(_)) => return Err(Missing::OtherPerson),
            _ => return Err(Missing::Incomplete),
        }
    }
    gives.iter().map(|given| given.read(&answer)).collect()
}

/// A JSON value in which no object has a name twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Strict, D::Error> {
        deserializer.deserialize_any(Reader).map(Strict)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    // A fraction is a value of JSON, and no fact.
    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = items.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Strict(value))) = members.next_entry::<String, _>()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name stands twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Missing::{Incomplete, OtherPerson, Unreadable};
    use super::*;

    fn question() -> Question {
        Question {
            reference: "r1".into(),
            account: "a".into(),
            fields: vec![("id_number".into(), "110101199003071233".into())],
        }
    }

    fn gives() -> Vec<Given> {
        let given = |fact: &str, at: &str, reads, may_be_missing| Given {
            fact: fact.into(),
            at: at.into(),
            reads,
            may_be_missing,
            silent: FactInput::Special("unavailable".into()),
        };
        let codes = BTreeMap::from([("SAME".to_owned(), "match".to_owned())]);
        vec![
            given("late", "/report/late", Reads::Integer(0, 1000), true),
            given("same", "/same", Reads::Code(codes), false),
        ]
    }

    fn answered(bytes: &[u8]) -> Result<Vec<FactInput>, Missing> {
        let repeats = BTreeMap::from([("/id".to_owned(), "id_number".to_owned())]);
        read(bytes, &question(), &repeats, &gives())
    }

    #[test]
    fn answers_are_whole_or_nothing() {
        let good =
            r#"{"reference":"r1","id":"110101199003071233","report":{"late":3},"same":"SAME"}"#;
        let facts = |late| Ok(vec![late, FactInput::Text("match".into())]);
        assert_eq!(answered(good.as_bytes()), facts(FactInput::Integer(3)));
        for (from, to, expected, why) in [
            ("3}", "null}", facts(FactInput::Missing), "no record at all"),
            (
                r#""SAME""#,
                "null",
                Err(Unreadable),
                "this one is never absent",
            ),
            (
                "r1",
                "r2",
                Err(OtherPerson),
                "an answer to another question",
            ),
            (
                "71233",
                "71241",
                Err(OtherPerson),
                "an answer about another person",
            ),
            (
                r#""reference":"r1","#,
                "",
                Err(Incomplete),
                "an answer to no question",
            ),
            (
                r#""id":"110101199003071233","#,
                "",
                Err(Incomplete),
                "about nobody",
            ),
            (r#","same":"SAME""#, "", Err(Incomplete), "half an answer"),
            (r#""late":3"#, "", Err(Incomplete), "half a report"),
            ("3}", "3.0}", Err(Unreadable), "a fraction is no count"),
            ("3}", "\"3\"}", Err(Unreadable), "a text is no count"),
            ("3}", "1001}", Err(Unreadable), "beyond the domain"),
            ("3}", "-1}", Err(Unreadable), "below the domain"),
            ("3}", "1e400}", Err(Unreadable), "beyond all numbers"),
            ("3}", "NaN}", Err(Unreadable), "no JSON"),
            ("SAME", "match", Err(Unreadable), "our word, and not theirs"),
            (
                r#""same""#,
                r#""same":"SAME","same""#,
                Err(Unreadable),
                "a name twice",
            ),
            (
                "3}",
                "3,\"late\":0}",
                Err(Unreadable),
                "a name twice inside",
            ),
            ("}", "", Err(Unreadable), "cut off"),
            (good, "", Err(Unreadable), "nothing"),
            (good, "[]", Err(Unreadable), "a list"),
        ] {
            assert_eq!(
                answered(good.replace(from, to).as_bytes()),
                expected,
                "{why}"
            );
        }
    }

    proptest! {
        /// Bytes that nobody meant give no fact, and never a panic.
        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(answered(&bytes).is_err());
        }

        /// An answer that ends early gives no fact, wherever it ends.
        #[test]
        fn no_beginning_is_an_answer(end in 0..80_usize) {
            let whole = r#"{"reference":"r1","id":"110101199003071233","report":{"late":3},"same":"SAME"}"#;
            prop_assert!(answered(&whole.as_bytes()[..end.min(whole.len() - 1)]).is_err());
        }
    }
}
