//! `Idempotency-Key`: the same request again is the same decision.
//!
//! | question | decided |
//! |---|---|
//! | required? | no, as with the careful payment interfaces: no money moves here, and a second decision costs no more than a second count. Callers that may repeat a request send one |
//! | scope | the account: a key of one account is unknown to all others, so nobody reads another's answer by guessing keys |
//! | the same request | the same scenario, account, fields and facts, in any order and spelling of JSON. Not the locale: who switches languages and submits again gets the first answer, in its language, and reads the other one under the decision's address |
//! | another request | 422 `idempotency-key-reused` |
//! | one in flight | is waited for, at most [`PATIENCE`]; then 409 |
//! | refused requests | keep nothing, so the key can be used for the mended one |
//! | form | 16 to 128 characters of `A-Z a-z 0-9 - _ . : ~`; a UUID fits, and so does one in quotation marks (a string of RFC 9651) |
//! | kept | keyed hashes of key and request: a key may hold anything, and a request is about a person |
//! | how long | a day |

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use axum::http::HeaderMap;
use precheck::{Bound, FactInput};
use tokio::sync::{Mutex, MutexGuard};

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
    pub(crate) fn tags(&self, store: &Store, scenario: &str, request: &DecisionRequest) -> NewKey {
        let account = request.account.as_bytes();
        NewKey {
            tag: store.tag(&[b"key", account, self.0.as_bytes()]),
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

/// One decision of an account at a time, where order matters. Accounts share a
/// fixed number of places, so that nobody can fill the memory with accounts.
pub(crate) struct Turns {
    places: Vec<Mutex<()>>,
    hasher: RandomState,
}

/// How many places there are.
const PLACES: usize = 1024;

impl Turns {
    pub(crate) fn new() -> Turns {
        Turns {
            places: (0..PLACES).map(|_| Mutex::new(())).collect(),
            hasher: RandomState::new(),
        }
    }

    /// Waits for the turn of an account; `None` when that takes too long.
    pub(crate) async fn take(&self, account: &str) -> Option<MutexGuard<'_, ()>> {
        let hash = self.hasher.hash_one(account);
        let place = usize::try_from(hash % PLACES as u64).ok()?;
        let turn = self.places.get(place)?.lock();
        tokio::time::timeout(PATIENCE, turn).await.ok()
    }
}
