//! The keys that bundles are signed with, and the list of those that count.
//!
//! Only public halves: nothing here signs. A list of trusted keys is text, a
//! line a key, so that the lists of two keys are one list when they are put
//! together. The same text is read by the server, the command and the browser.
//!
//! ```text
//! # comment
//! ed25519 <id> <public key, 64 hexadecimal digits> <first day> <last day>
//! ```

use core::fmt;

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use super::hex;
use super::problem::{Problem, nth};
use crate::units::Date;

/// The public half of a key pair: an Ed25519 point, compressed (RFC 8032).
///
/// Two keys are the same when their bytes are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// The key with these bytes; whether they are a point shows in verifying.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> PublicKey {
        PublicKey(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The name of the key among people: the first eight bytes of its SHA-256,
    /// as 16 hexadecimal digits. Keys are compared as a whole, never by name.
    #[must_use]
    pub fn id(&self) -> String {
        hex::write(&Sha256::digest(self.0)[..8])
    }

    /// Whether the bytes are a point that can hold a signature: no point of
    /// small order, which would accept one signature for many messages.
    fn is_usable(&self) -> bool {
        VerifyingKey::from_bytes(&self.0).is_ok_and(|key| !key.is_weak())
    }

    /// Whether a message was signed with the secret half.
    ///
    /// Strict: a scalar beyond the group's order, a key or a commitment of
    /// small order, and a commitment that is not written canonically are all
    /// refused, so that a bundle has one valid signature and not several.
    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = Signature::from_bytes(signature);
        VerifyingKey::from_bytes(&self.0)
            .is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::write(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A key that may sign bundles, and on which days.
///
/// The days are held against the day of signing, which the signer states. They
/// keep honest signers to a rotation; against a thief, who can state any day,
/// only taking the key off the list helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustedKey {
    /// The key.
    pub key: PublicKey,
    /// The first day on which it signs.
    pub from: Date,
    /// The last day on which it signs.
    pub until: Date,
}

impl TrustedKey {
    /// Whether the key signs on a day.
    #[must_use]
    pub fn signs_on(&self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }

    /// Reads a list of keys. Empty lines, and lines that begin with `#`, say
    /// nothing.
    ///
    /// # Errors
    ///
    /// Every line that is no key (`key-malformed`) or holds a secret
    /// (`key-secret`), at `/lines/N`, counted from 1; a list without any key
    /// (`keys-missing`). No text repeats what is written there.
    pub fn read_list(text: &str) -> Result<Vec<TrustedKey>, Vec<Problem>> {
        let mut keys = Vec::new();
        let mut problems = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim_ascii();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match TrustedKey::read(line) {
                Ok(key) => keys.push(key),
                Err((code, text)) => {
                    let at = nth("/lines/", number);
                    problems.push(Problem::new(at, code, text));
                }
            }
        }
        if keys.is_empty() && problems.is_empty() {
            let text =
                "no key is trusted here; give the public key that the bundle was signed with";
            problems.push(Problem::new("", "keys-missing", text));
        }
        if problems.is_empty() {
            Ok(keys)
        } else {
            Err(problems)
        }
    }

    fn read(line: &str) -> Result<TrustedKey, (&'static str, &'static str)> {
        let malformed = |text| ("key-malformed", text);
        let mut words = line.split_ascii_whitespace();
        let mut next = || words.next().unwrap_or_default();
        match next() {
            "ed25519" => {}
            "ed25519-secret" => {
                return Err((
                    "key-secret",
                    "this is a secret key; give the public one, and keep this one to the signer",
                ));
            }
            _ => return Err(malformed("a line begins with `ed25519`")),
        }
        let id = next();
        let key = hex::read(next()).map(PublicKey);
        let (from, until) = (Date::parse(next()), Date::parse(next()));
        let rest = next();
        let Some(key) = key.filter(|key| key.id() == id) else {
            return Err(malformed(
                "id and public key do not belong together; copy the line again as it was made",
            ));
        };
        if !key.is_usable() {
            return Err(malformed("the public key is no point that can sign"));
        }
        match (from, until) {
            (Some(from), Some(until)) if from <= until && rest.is_empty() => {
                Ok(TrustedKey { key, from, until })
            }
            _ => Err(malformed(
                "after the key come its first and its last day, as YYYY-MM-DD, and nothing else",
            )),
        }
    }
}

impl fmt::Display for TrustedKey {
    /// The line of a list.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TrustedKey { key, from, until } = self;
        write!(f, "ed25519 {} {key} {from} {until}", key.id())
    }
}
