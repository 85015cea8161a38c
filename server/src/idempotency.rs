//! `Idempotency-Key`: the same request again is the same decision.
//!
//! | question | decided |
//! |---|---|
//! | required? | no, as with the careful payment interfaces: no money moves here, and a second decision costs no more than a second count. Callers that may repeat a request send one |
//! | scope | the caller and the account: a key of one is unknown to all others, so nobody reads another's answer by guessing keys |
//! | the same request | the same scenario, account, fields and facts, in any order and spelling of JSON. Not the locale: who switches languages and submits again gets the first answer, in its language, and reads the other one under the decision's address |
//! | another request | 422 `idempotency-key-reused` |
//! | one in flight | is waited for, at most [`PATIENCE`]; then 409 |
//! | refused requests | keep nothing, so the key can be used for the mended one |
//! | form | 16 to 128 characters of `A-Z a-z 0-9 - _ . : ~`; a UUID fits, and so does one in quotation marks (a string of RFC 9651) |
//! | kept | keyed hashes of key and request: a key may hold anything, and a request is about a person |
//! | how long | a day |

use std::collections::HashMap;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use precheck::{Bound, FactInput};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::request::DecisionRequest;
use crate::store::{NewKey, Store};

/// The header.
pub(crate) const HEADER: &str = "idempotency-key";
/// How long one of an account waits for another.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// A key as the caller wrote it. It may hold anything, so it cannot be printed.
pub(crate) struct Key(String);

/// The header is there, and no key.
pub(crate) struct Malformed;

impl Key {
    /// Reads the header; `Ok(None)` without one.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Option<Key>, Malformed> {
        let mut values = headers.get_all(HEADER).iter();
        let Some(value) = values.next() else {
            return Ok(None);
        };
        let text = value.to_str().map_err(|_| Malformed)?.trim();
        let quoted = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'));
        let text = quoted.unwrap_or(text);
        let is_allowed = |one: u8| one.is_ascii_alphanumeric() || b"-_.:~".contains(&one);
        let is_key = (16..=128).contains(&text.len()) && text.bytes().all(is_allowed);
        // Two keys are none: nobody can say which of them was meant.
        if is_key && values.next().is_none() {
            Ok(Some(Key(text.to_owned())))
        } else {
            Err(Malformed)
        }
    }

    /// The key and what it is for, as they are kept.
    pub(crate) fn tags(
        &self,
        store: &Store,
        caller: &str,
        scenario: &str,
        request: &DecisionRequest,
    ) -> NewKey {
        let scope = [caller.as_bytes(), request.account.as_bytes()];
        NewKey {
            tag: store.tag(&[b"key", scope[0], scope[1], self.0.as_bytes()]),
            fingerprint: fingerprint(store, scenario, request),
        }
    }
}

/// What a request means, whatever its spelling and language.
fn fingerprint(store: &Store, scenario: &str, request: &DecisionRequest) -> [u8; 32] {
    let mut fields: Vec<_> = request.fields.iter().collect();
    fields.sort();
    let mut facts: Vec<_> = request.facts.iter().collect();
    facts.sort_by(|one, other| one.0.cmp(&other.0));
    let mut parts: Vec<Vec<u8>> = vec![
        b"request".to_vec(),
        scenario.into(),
        request.account.as_bytes().into(),
        fields.len().to_string().into(),
    ];
    for (name, value) in fields {
        parts.extend([name.as_bytes().into(), value.as_bytes().into()]);
    }
    for (name, fact) in facts {
        parts.push(name.as_bytes().into());
        parts.extend(words(fact).map(String::into_bytes));
    }
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    store.tag(&parts)
}

/// A fact as three words, different for different facts.
fn words(fact: &FactInput) -> [String; 3] {
    let end = |bound: &Option<Bound>| match bound {
        None => String::new(),
        Some(Bound::Integer(value)) => format!("i{value}"),
        Some(Bound::Text(text)) => format!("t{text}"),
    };
    let (word, first, second) = match fact {
        FactInput::Bool(value) => ("bool", value.to_string(), String::new()),
        FactInput::Integer(value) => ("integer", value.to_string(), String::new()),
        FactInput::Text(text) => ("text", text.clone(), String::new()),
        FactInput::Missing => ("missing", String::new(), String::new()),
        FactInput::Unknown => ("unknown", String::new(), String::new()),
        FactInput::Special(code) => ("special", code.clone(), String::new()),
        FactInput::Between([low, high]) => ("between", end(low), end(high)),
        // Never kept: an application with one is refused.
        FactInput::Malformed => ("malformed", String::new(), String::new()),
    };
    [word.to_owned(), first, second]
}

/// One decision of an account at a time, where order matters. There are as many
/// places as decisions on their way, which connections limit.
#[derive(Clone, Default)]
pub(crate) struct Turns(Arc<std::sync::Mutex<Places>>);

type Places = HashMap<String, Arc<Mutex<()>>>;

/// The turn of an account, or waiting for it, until it is dropped.
pub(crate) struct Turn {
    turns: Turns,
    account: String,
    place: Option<Arc<Mutex<()>>>,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Waits for the turn of an account; `None` when that takes too long.
    pub(crate) async fn take(&self, account: &str) -> Option<Turn> {
        self.wait(account, PATIENCE).await
    }

    async fn wait(&self, account: &str, patience: Duration) -> Option<Turn> {
        let place = {
            let mut places = self.places();
            Arc::clone(places.entry(account.to_owned()).or_default())
        };
        // Made before the wait: whoever gives up takes the place away as well.
        let mut turn = Turn {
            turns: self.clone(),
            account: account.to_owned(),
            place: Some(Arc::clone(&place)),
            guard: None,
        };
        let guard = tokio::time::timeout(patience, place.lock_owned()).await;
        turn.guard = Some(guard.ok()?);
        Some(turn)
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        // A table is whole after every change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut places = self.turns.places();
        // Whoever holds a place has cloned it under this lock, so nobody else
        // has one where the table's is the last.
        self.guard = None;
        self.place = None;
        let is_last = |place: &Arc<Mutex<()>>| Arc::strong_count(place) == 1;
        if places.get(&self.account).is_some_and(is_last) {
            places.remove(&self.account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_is_waited_for_and_leaves_nothing_behind() {
        let turns = Turns::default();
        let first = turns.take("one").await.expect("nobody is there");
        assert!(turns.take("other").await.is_some(), "another account");
        let second = turns.take("one");
        tokio::pin!(second);
        let short = Duration::from_millis(20);
        let waiting = tokio::time::timeout(short, &mut second).await;
        assert!(waiting.is_err(), "it waits");
        drop(first);
        let second = second.await.expect("its turn came");
        let none = turns.wait("one", short).await;
        assert!(none.is_none(), "for a while only");
        let given_up = tokio::time::timeout(short, turns.take("one")).await;
        assert!(given_up.is_err(), "or as long as somebody listens");
        assert_eq!(turns.places().len(), 1);
        drop(second);
        assert_eq!(turns.places().len(), 0);
    }
}
