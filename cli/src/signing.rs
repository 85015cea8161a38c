//! The secret half of a key, and signing with it.
//!
//! The engine only verifies; that anything is signed happens here. A secret
//! key is one line of text, of the same form as the public line that the
//! engine reads, so that neither can be taken for the other:
//!
//! ```text
//! ed25519-secret <id> <seed, 64 hexadecimal digits> <first day> <last day>
//! ```

use std::fmt;

use ed25519_dalek::{Signer, SigningKey};
use precheck::units::Date;
use precheck::{Draft, Model, Problem, PublicKey, TrustedKey};
use zeroize::{Zeroize, Zeroizing};

/// A key that signs bundles. Its memory is wiped when it is dropped.
pub struct SecretKey {
    secret: SigningKey,
    public: TrustedKey,
}

/// The system has no randomness to give.
#[derive(Debug)]
pub struct NoRandomness;

impl SecretKey {
    /// The key that grows from a seed (RFC 8032), for these days.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32], from: Date, until: Date) -> SecretKey {
        let secret = SigningKey::from_bytes(seed);
        let key = PublicKey::from_bytes(secret.verifying_key().to_bytes());
        SecretKey {
            secret,
            public: TrustedKey { key, from, until },
        }
    }

    /// A new key, from the system's randomness.
    ///
    /// # Errors
    ///
    /// When the system has none.
    pub fn generate(from: Date, until: Date) -> Result<SecretKey, NoRandomness> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed).map_err(|_| NoRandomness)?;
        Ok(SecretKey::from_seed(&seed, from, until))
    }

    /// Reads a secret key from its text.
    ///
    /// # Errors
    ///
    /// `key-malformed`, without repeating any of it.
    pub fn read(text: &str) -> Result<SecretKey, Problem> {
        let lines = text.lines().map(str::trim);
        let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let line = lines.next().filter(|_| lines.next().is_none());
        line.and_then(SecretKey::read_line).ok_or_else(|| {
            let text = "this is no secret key; make one with `precheck key new`";
            Problem::new("", "key-malformed", text)
        })
    }

    fn read_line(line: &str) -> Option<SecretKey> {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let [algorithm, id, digits, from, until] = words[..] else {
            return None;
        };
        let seed = Zeroizing::new(seed(digits)?);
        let (from, until) = (Date::parse(from)?, Date::parse(until)?);
        let key = SecretKey::from_seed(&seed, from, until);
        let is_whole = algorithm == "ed25519-secret" && key.public.key.id() == id && from <= until;
        is_whole.then_some(key)
    }

    /// The text of the key, for a file that nobody else reads.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let TrustedKey { key, from, until } = self.public;
        let id = key.id();
        let mut digits: String = Zeroizing::new(self.secret.to_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let text = format!(
            "# SECRET. Whoever reads this file can sign policies as {id}.\n\
             ed25519-secret {id} {digits} {from} {until}\n"
        );
        digits.zeroize();
        Zeroizing::new(text)
    }

    /// The public half, with its days.
    #[must_use]
    pub fn public(&self) -> &TrustedKey {
        &self.public
    }

    /// The signed bundle of a model. The same model, key and day give the same
    /// bytes: Ed25519 needs no randomness.
    ///
    /// # Errors
    ///
    /// `key-period` when the key does not sign on that day;
    /// `bundle-too-large`.
    pub fn sign(&self, model: &Model, day: Date) -> Result<Vec<u8>, Problem> {
        if !self.public.signs_on(day) {
            let TrustedKey { from, until, .. } = self.public;
            let text = format!(
                "the key signs from {from} to {until}, and not on {day}; use another key, or make \
                 one with `precheck key new`"
            );
            return Err(Problem::new("", "key-period", text));
        }
        let draft = Draft::new(model, &self.public.key, day)?;
        let signature = self.secret.sign(&draft.message());
        Ok(draft.seal(&signature.to_bytes()))
    }
}

impl fmt::Debug for SecretKey {
    /// Says which key it is, and never the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SecretKey")
            .field(&self.public.key.id())
            .finish()
    }
}

fn seed(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let is_hex = digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !is_hex {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&digits[at..at + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Date, SecretKey};

    fn day(text: &str) -> Date {
        Date::parse(text).expect("the test writes days of the calendar")
    }

    fn key() -> SecretKey {
        SecretKey::from_seed(&[7; 32], day("2026-01-01"), day("2027-12-31"))
    }

    /// RFC 8032, section 7.1, test 1.
    #[test]
    fn the_public_half_is_that_of_the_standard() {
        let seed = [
            0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec,
            0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03,
            0x1c, 0xae, 0x7f, 0x60,
        ];
        let key = SecretKey::from_seed(&seed, day("2026-01-01"), day("2026-01-01"));
        assert_eq!(
            key.public().key.to_string(),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        );
    }

    #[test]
    fn a_key_reads_back_and_nothing_else_does() {
        let text = key().to_text();
        let again = SecretKey::read(&text).expect("it was written so");
        assert_eq!(again.public(), key().public());
        assert_eq!(*again.to_text(), *text);
        for (from, to, why) in [
            ("ed25519-secret", "ed25519", "a public key is no secret one"),
            ("0707", "0708", "another seed than the id says"),
            ("0707", "07", "a digit is missing"),
            ("2027-12-31", "2025-12-31", "it would end before it begins"),
            ("2027-12-31", "2027-12-31 x", "nothing comes after"),
            ("#", "ed25519", "one key a file"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, *text, "{why}");
            let problem = SecretKey::read(&changed).expect_err(why);
            assert_eq!(problem.code, "key-malformed", "{why}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let shown = format!("{:?}", key());
        assert!(shown.contains(&key().public().key.id()), "{shown}");
        assert!(
            !shown.contains("0707") && !shown.contains("7, 7"),
            "{shown}"
        );
    }
}
