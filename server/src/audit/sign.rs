//! What is signed of a chain: its head with every commit, and checkpoints.
//!
//! A hash chain alone does not show that its end was cut off, or that all of
//! it was written anew. So the last hash is signed in the same transaction as
//! the rows: the *head*. Every [`EVERY`] rows, at a start and at an end a
//! *checkpoint* is signed too, kept for good and written to the log of the
//! service; collected elsewhere, these lines show it even when the whole
//! database has been put back to an earlier state. The two are signed
//! under different labels, so that an old checkpoint is no head.

use ed25519_dalek::{Signature, VerifyingKey};
use precheck::PublicKey;

use super::hex;
use super::keys::Keys;
use super::row::Hash;

/// How many rows there are between two checkpoints at most. The proof in an
/// export has 32 bytes for each.
pub(crate) const EVERY: i64 = 256;

/// For what a place in a chain is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// This is the last row.
    Head,
    /// This row has been there.
    Checkpoint,
}

/// A signed place in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signed {
    pub(crate) sequence: i64,
    pub(crate) hash: Hash,
    pub(crate) signature: [u8; 64],
}

fn message(role: Role, chain: &[u8; 16], sequence: i64, hash: &Hash) -> Vec<u8> {
    let label: &[u8] = match role {
        Role::Head => b"precheck-head/1\0",
        Role::Checkpoint => b"precheck-checkpoint/1\0",
    };
    [label, chain, &sequence.to_be_bytes(), hash].concat()
}

impl Signed {
    /// Signs a place.
    pub(crate) fn new(
        role: Role,
        chain: &[u8; 16],
        sequence: i64,
        hash: Hash,
        keys: &Keys,
    ) -> Signed {
        Signed {
            sequence,
            hash,
            signature: keys.sign(&message(role, chain, sequence, &hash)),
        }
    }

    /// Whether the key has signed this, in this role and for this chain.
    pub(crate) fn is_good(&self, role: Role, chain: &[u8; 16], key: &PublicKey) -> bool {
        let message = message(role, chain, self.sequence, &self.hash);
        has_signed(key, &message, &self.signature)
    }

    /// The line that is kept elsewhere.
    pub(crate) fn to_line(self, chain: &[u8; 16]) -> String {
        format!(
            "precheck-checkpoint {} {} {} {}",
            hex::write(chain),
            self.sequence,
            hex::write(&self.hash),
            hex::write(&self.signature),
        )
    }

    /// Reads such a line, wherever in a line of a log it stands; the chain
    /// comes first. `None` where there is none.
    pub(crate) fn find(line: &str) -> Option<([u8; 16], Signed)> {
        let (_, rest) = line.split_once("precheck-checkpoint ")?;
        let mut words = rest.split(|one: char| one.is_whitespace() || one == '"');
        let chain = hex::read(words.next()?)?;
        let signed = Signed {
            sequence: words.next()?.parse().ok()?,
            hash: hex::read(words.next()?)?,
            signature: hex::read(words.next()?)?,
        };
        Some((chain, signed))
    }
}

/// Whether a message was signed with the secret half of a key; strict.
pub(crate) fn has_signed(key: &PublicKey, message: &[u8], signature: &[u8; 64]) -> bool {
    let signature = Signature::from_bytes(signature);
    VerifyingKey::from_bytes(key.as_bytes())
        .is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::{Keys, Role, Signed};
    use crate::audit::MasterKey;

    #[test]
    fn a_line_is_found_in_a_log_and_stands_for_nothing_else() {
        let keys = Keys::of(&MasterKey::generate().expect("randomness"));
        let chain = [3; 16];
        let signed = Signed::new(Role::Checkpoint, &chain, 7, [5; 32], &keys);
        let line = signed.to_line(&chain);
        for text in [
            line.clone(),
            format!("2026 INFO checkpoint=\"{line}\" rows=7"),
        ] {
            assert_eq!(Signed::find(&text), Some((chain, signed)), "{text}");
        }
        assert_eq!(Signed::find(&line[..line.len() - 1]), None, "a part of it");
        assert!(signed.is_good(Role::Checkpoint, &chain, keys.public()));
        assert!(
            !signed.is_good(Role::Head, &chain, keys.public()),
            "it is no head"
        );
        assert!(
            !signed.is_good(Role::Checkpoint, &[4; 16], keys.public()),
            "nor another chain's"
        );
        let later = Signed {
            sequence: 8,
            ..signed
        };
        assert!(
            !later.is_good(Role::Checkpoint, &chain, keys.public()),
            "nor another place's"
        );
    }
}
