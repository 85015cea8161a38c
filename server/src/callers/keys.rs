//! The file of API keys: who may call, for what, and until when.
//!
//! A key is `precheck_<id>_<secret>`: the id is no secret and finds the row,
//! the secret is 256 random bits. The file has the SHA-256 of the secret and
//! never the secret; a slow hash would protect guessable secrets, and this one
//! is none. Rotating is a second row of the same caller whose days overlap;
//! revoking is taking the row out, or giving it a last day.

use std::collections::BTreeSet;

use precheck::units::Date;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::ConfigFault;

/// What every key begins with, so that scanners of leaked secrets find it.
pub(super) const PREFIX: &str = "precheck_";

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Decisions: taking them, and seeing one's own.
    Decide,
    /// Pre-checks and plans from the public policy.
    PreCheck,
    /// Looking at how the service is.
    Operate,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 3] = [Scope::Decide, Scope::PreCheck, Scope::Operate];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Scope::Decide => "decide",
            Scope::PreCheck => "pre-check",
            Scope::Operate => "operate",
        }
    }
}

/// A set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Scopes(u8);

impl Scopes {
    pub(crate) fn has(self, scope: Scope) -> bool {
        self.0 & Scopes::from_iter([scope]).0 != 0
    }

    /// Those that are in both.
    pub(super) fn and(self, other: Scopes) -> Scopes {
        Scopes(self.0 & other.0)
    }

    pub(super) fn bits(self) -> u8 {
        self.0
    }

    pub(super) fn from_bits(bits: u8) -> Scopes {
        Scopes(bits).and(Scopes::from_iter(Scope::ALL))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Scopes {
        let bits = scopes.into_iter().map(|scope| 1 << scope as u8);
        Scopes(bits.fold(0, |all, bit: u8| all | bit))
    }
}

/// One row of the file.
pub(super) struct Key {
    pub(super) caller: String,
    id: String,
    sha256: [u8; 32],
    pub(super) scopes: Scopes,
    from: Option<Date>,
    until: Option<Date>,
    /// Requests a minute.
    pub(super) per_minute: u32,
}

impl Key {
    /// Whether the key counts on a day.
    fn counts(&self, today: Date) -> bool {
        self.from.is_none_or(|day| day <= today) && self.until.is_none_or(|day| today <= day)
    }
}

/// The whole file.
pub(super) struct Keys {
    keys: Vec<Key>,
    /// Pages of these origins may call.
    pub(super) origins: Vec<String>,
    /// How often something may be decided about one person, a minute.
    pub(super) per_person_per_minute: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    origins: Vec<String>,
    #[serde(default = "per_person")]
    per_person_per_minute: u32,
    #[serde(default)]
    key: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    caller: String,
    id: String,
    sha256: String,
    scopes: Vec<Scope>,
    from: Option<String>,
    until: Option<String>,
    #[serde(default = "per_minute")]
    per_minute: u32,
}

const fn per_person() -> u32 {
    10
}

const fn per_minute() -> u32 {
    6_000
}

/// The most that a minute may have: the table counts in microseconds.
const MOST_PER_MINUTE: u32 = 10_000_000;

impl Keys {
    /// No key at all, for the demo.
    pub(super) fn none() -> Keys {
        Keys {
            keys: Vec::new(),
            origins: Vec::new(),
            per_person_per_minute: per_person(),
        }
    }

    /// Reads the file, or says everything that is wrong with it.
    pub(super) fn read(text: &str) -> Result<Keys, Vec<ConfigFault>> {
        let whole = |error: toml::de::Error| {
            // The words of the reader may show a line of the file; a hash is
            // no secret, but a key that somebody pasted there is.
            let place = error.span().map_or(0, |span| span.start);
            let line = text[..place.min(text.len())].matches('\n').count() + 1;
            vec![ConfigFault::new(format!("line {line}"), error.message())]
        };
        let file: File = toml::from_str(text).map_err(whole)?;
        let mut faults = Vec::new();
        let mut keys = Vec::new();
        let mut ids = BTreeSet::new();
        for row in file.key {
            let at = format!("key {}", row.id);
            let mut fault = |text: &str| faults.push(ConfigFault::new(at.clone(), text));
            if !ids.insert(row.id.clone()) {
                fault("two keys have this id; take one out");
            }
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            if row.caller.is_empty() || row.caller.len() > 60 || !row.caller.bytes().all(is_plain) {
                fault("a caller is named with letters, digits and -, at most 60 of them");
            }
            if row.caller == super::DEMO {
                fault("this name is that of the demo mode; choose another");
            }
            if row.scopes.is_empty() {
                fault("give one scope at least: decide, pre-check, operate");
            }
            if row.per_minute == 0 || row.per_minute > MOST_PER_MINUTE {
                fault("per_minute is 1 to 10000000");
            }
            let sha256 = unhex(&row.sha256).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            if sha256.is_none() {
                fault("sha256 is 64 hexadecimal digits; `precheck caller new` writes them");
            }
            let mut day = |text: Option<String>| match text.as_deref().map(Date::parse) {
                Some(None) => {
                    fault("a day is written \"YYYY-MM-DD\"");
                    None
                }
                day => day.flatten(),
            };
            let (from, until) = (day(row.from), day(row.until));
            keys.extend(sha256.map(|sha256| Key {
                caller: row.caller,
                id: row.id,
                sha256,
                scopes: row.scopes.into_iter().collect(),
                from,
                until,
                per_minute: row.per_minute,
            }));
        }
        for origin in &file.origins {
            let is_origin = axum::http::HeaderValue::from_str(origin).is_ok()
                && (origin.starts_with("https://") || origin.starts_with("http://"))
                && !origin.ends_with('/');
            if !is_origin {
                let text = "an origin is written https://shop.example, without a path";
                faults.push(ConfigFault::new("origins", text));
            }
        }
        if file.per_person_per_minute == 0 || file.per_person_per_minute > MOST_PER_MINUTE {
            let text = "1 to 10000000";
            faults.push(ConfigFault::new("per_person_per_minute", text));
        }
        if faults.is_empty() {
            Ok(Keys {
                keys,
                origins: file.origins,
                per_person_per_minute: file.per_person_per_minute,
            })
        } else {
            Err(faults)
        }
    }

    /// The row of a key as a caller sends it. It takes as long for an id that
    /// is not there as for a secret that is wrong.
    pub(super) fn find(&self, sent: &str, today: Date) -> Option<&Key> {
        let (id, secret) = sent.strip_prefix(PREFIX)?.split_once('_')?;
        let hash: [u8; 32] = Sha256::digest(secret).into();
        let row = self.keys.iter().find(|key| key.id == id);
        let expected = row.map_or([0; 32], |key| key.sha256);
        let is_right = bool::from(hash.ct_eq(&expected));
        row.filter(|key| is_right && key.counts(today))
    }

    /// A caller that has a key today, with all that it may, for its sessions:
    /// they end with the last key.
    pub(super) fn caller(&self, caller: &str, today: Date) -> Option<(Scopes, u32)> {
        let keys = self.keys.iter();
        let mut keys = keys.filter(|key| key.caller == caller && key.counts(today));
        let first = keys.next()?;
        Some(
            keys.fold((first.scopes, first.per_minute), |(scopes, most), key| {
                (Scopes(scopes.0 | key.scopes.0), most.max(key.per_minute))
            }),
        )
    }
}

/// A key that was just made.
#[derive(Debug)]
pub struct NewKey {
    /// What the caller sends. It is shown once and kept nowhere.
    pub key: String,
    /// What stands in the file, as a table of TOML.
    pub row: String,
}

impl NewKey {
    /// Makes a key for a caller. The days, if any, are the first and the last.
    ///
    /// # Errors
    ///
    /// When the system has no randomness to give.
    pub fn generate(
        caller: &str,
        scopes: &[Scope],
        from: Option<Date>,
        until: Option<Date>,
    ) -> std::io::Result<NewKey> {
        let mut random = [0; 38];
        getrandom::fill(&mut random).map_err(std::io::Error::other)?;
        let (id, secret) = (hex(&random[..6]), hex(&random[6..]));
        let hash = hex(&Sha256::digest(&secret));
        let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        let mut row = format!(
            "[[key]]\ncaller = {caller:?}\nid = \"{id}\"\nsha256 = \"{hash}\"\nscopes = {scopes:?}\n"
        );
        for (name, day) in [("from", from), ("until", until)] {
            if let Some(day) = day {
                row += &format!("{name} = \"{day}\"\n");
            }
        }
        Ok(NewKey {
            key: format!("{PREFIX}{id}_{secret}"),
            row,
        })
    }
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes of hexadecimal digits.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| {
        let value = char::from(*byte).to_digit(16)?;
        u8::try_from(value).ok()
    };
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).expect("a day of the calendar")
    }

    #[test]
    fn a_key_counts_for_its_days_and_its_secret() {
        let from = Some(day("2026-11-01"));
        let new = NewKey::generate("shop", &[Scope::Decide], from, Some(day("2026-11-30")));
        let new = new.expect("randomness");
        let keys = Keys::read(&new.row).unwrap_or_else(|faults| panic!("{faults:?}"));
        let other = NewKey::generate("shop", &[Scope::Decide], None, None).expect("randomness");
        let wrong = new.key.replace(&new.key[new.key.len() - 4..], "0000");
        let found = |sent: &str, on: &str| keys.find(sent, day(on)).is_some();
        for (sent, on, expected, why) in [
            (&*new.key, "2026-10-31", false, "the day before"),
            (&*new.key, "2026-11-01", true, "the first day"),
            (&*new.key, "2026-11-30", true, "the last day"),
            (&*new.key, "2026-12-01", false, "the day after"),
            (&*wrong, "2026-11-02", false, "another secret"),
            (&*other.key, "2026-11-02", false, "a key that is not there"),
            (&new.key[9..], "2026-11-02", false, "without the beginning"),
            ("", "2026-11-02", false, "nothing"),
            ("precheck__", "2026-11-02", false, "nothing but signs"),
        ] {
            assert_eq!(found(sent, on), expected, "{why}");
        }
        assert!(
            !new.row.contains(&new.key[23..]),
            "the secret is not in the row"
        );
    }

    #[test]
    fn a_file_that_does_not_fit_is_told() {
        let good = NewKey::generate("shop", &[Scope::Decide], None, None).expect("randomness");
        for (from, to, at, expected) in [
            ("\"shop\"", "\"the shop\"", "key ", "letters, digits"),
            ("\"shop\"", "\"demo\"", "key ", "demo mode"),
            ("[\"decide\"]", "[]", "key ", "one scope"),
            ("[\"decide\"]", "[\"all\"]", "line 5", "unknown variant"),
            ("sha256 = \"", "sha256 = \"0", "key ", "64 hexadecimal"),
            (
                "scopes",
                "until = \"tomorrow\"\nscopes",
                "key ",
                "YYYY-MM-DD",
            ),
            ("scopes", "per_minute = 0\nscopes", "key ", "per_minute"),
            (
                "scopes",
                "secret = \"x\"\nscopes",
                "line 5",
                "unknown field",
            ),
            (
                "[[key]]",
                "origins = [\"shop.example\"]\n[[key]]",
                "origins",
                "https://",
            ),
        ] {
            let faults = Keys::read(&good.row.replace(from, to))
                .err()
                .unwrap_or_default();
            let is_told = faults
                .iter()
                .any(|one| one.at.starts_with(at) && one.text.contains(expected));
            assert!(is_told, "{to}: {faults:?}");
        }
    }
}
