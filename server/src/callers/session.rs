//! Session tokens: what a page calls with, for a quarter of an hour.
//!
//! A page cannot keep a key, because everybody can look into it. The shop's own
//! server asks for a token with its key, for one account, and gives it to the
//! page. A token says whose it is, for which account and until when, and is
//! signed (HMAC-SHA-256) with a secret of this process: it is kept nowhere, and
//! ends with the process or with the caller's last key. It grants decisions and
//! pre-checks of that account, and nothing else.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::keys::{hex, unhex};

/// What every token begins with.
pub(super) const PREFIX: &str = "session_";
/// How long a token counts, in seconds.
pub(crate) const SECONDS: u64 = 15 * 60;

/// The secret that signs.
pub(super) struct Secret([u8; 32]);

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) caller: String,
    pub(super) account: String,
    /// The scopes, as bits.
    pub(super) scopes: u8,
    /// In seconds since 1970: it counts before this moment.
    pub(super) ends: u64,
}

impl Secret {
    /// A new one; `None` when the system has no randomness to give.
    pub(super) fn generate() -> Option<Secret> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).ok()?;
        Some(Secret(secret))
    }

    fn mac(&self, said: &[u8]) -> Option<Hmac<Sha256>> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        Some(mac.chain_update(said))
    }

    /// Writes a token.
    pub(super) fn write(&self, session: &Session) -> Option<String> {
        let said = serde_json::to_vec(session).ok()?;
        let mac = self.mac(&said)?.finalize().into_bytes();
        Some(format!("{PREFIX}{}_{}", hex(&said), hex(&mac)))
    }

    /// Reads a token; `None` for one that is not ours or has ended.
    pub(super) fn read(&self, token: &str, now: u64) -> Option<Session> {
        let (said, mac) = token.strip_prefix(PREFIX)?.split_once('_')?;
        let (said, mac) = (unhex(said)?, unhex(mac)?);
        // In constant time, and before anything of it is looked at.
        self.mac(&said)?.verify_slice(&mac).ok()?;
        let session: Session = serde_json::from_slice(&said).ok()?;
        (now < session.ends).then_some(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_counts_as_it_was_written_until_it_ends() {
        let secret = Secret::generate().expect("randomness");
        let session = Session {
            caller: "shop".into(),
            account: "a".into(),
            scopes: 3,
            ends: 1_000,
        };
        let token = secret.write(&session).expect("a token");
        assert_eq!(secret.read(&token, 999), Some(session));
        assert_eq!(secret.read(&token, 1_000), None, "it has ended");
        let other = Secret::generate().expect("randomness");
        assert_eq!(other.read(&token, 999), None, "another process");
        for place in PREFIX.len()..token.len() {
            let mut altered = token.clone().into_bytes();
            altered[place] = if altered[place] == b'0' { b'1' } else { b'0' };
            let altered = String::from_utf8(altered).expect("ASCII");
            assert_eq!(secret.read(&altered, 999), None, "at {place}");
            assert_eq!(secret.read(&token[..place], 999), None, "up to {place}");
        }
    }
}
