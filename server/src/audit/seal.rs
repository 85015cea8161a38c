//! Sealing what a decision says about a person.
//!
//! Each person (an account) has a random key; each decision a key derived from
//! it and the decision's id, so that one decision can be opened for somebody
//! without opening any other. What is sealed is XChaCha20-Poly1305 under a
//! random nonce, bound to the decision and the person. The keys of persons are
//! kept wrapped under the master key; deleting one makes everything about its
//! person unreadable, in copies of the log too.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::keys::Keys;

/// Bytes of a nonce; they stand before what is sealed.
const NONCE: usize = 24;

/// Something sealed does not open: another key, or altered bytes. Or the
/// system has no randomness for sealing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SealError;

/// A person in the log: a random name that means nothing elsewhere, and a key.
pub(crate) struct Subject {
    /// The name in the log.
    pub(crate) id: [u8; 16],
    key: Zeroizing<[u8; 32]>,
}

/// The key of one decision.
pub(crate) struct DecisionKey(Zeroizing<[u8; 32]>);

impl Subject {
    /// A person who was not in the log yet.
    pub(crate) fn generate() -> Result<Subject, SealError> {
        let mut id = [0; 16];
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(&mut id).map_err(|_| SealError)?;
        getrandom::fill(&mut *key).map_err(|_| SealError)?;
        Ok(Subject { id, key })
    }

    /// The key as it is kept.
    pub(crate) fn wrapped(&self, keys: &Keys) -> Result<Vec<u8>, SealError> {
        seal(keys.wrapping(), &*self.key, &self.id)
    }

    /// Reads a key as it was kept.
    pub(crate) fn unwrap(id: &[u8], wrapped: &[u8], keys: &Keys) -> Result<Subject, SealError> {
        let id: [u8; 16] = id.try_into().map_err(|_| SealError)?;
        let opened = open(keys.wrapping(), wrapped, &id)?;
        let key = opened.as_slice().try_into().map_err(|_| SealError)?;
        Ok(Subject {
            id,
            key: Zeroizing::new(key),
        })
    }

    /// The key of one of the person's decisions.
    pub(crate) fn decision_key(&self, decision: &str) -> DecisionKey {
        let mut key = Zeroizing::new([0; 32]);
        let label = [b"precheck/1 decision ", decision.as_bytes()];
        Hkdf::<Sha256>::from_prk(&*self.key)
            .expect("the key is as long as a hash")
            .expand_multi_info(&label, &mut *key)
            .expect("32 bytes are within what HKDF gives");
        DecisionKey(key)
    }
}

impl DecisionKey {
    /// A key that was handed out.
    pub(super) fn from_bytes(bytes: [u8; 32]) -> DecisionKey {
        DecisionKey(Zeroizing::new(bytes))
    }

    /// The bytes, for handing them out.
    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals what is about a decision of a person.
    pub(crate) fn seal(
        &self,
        text: &[u8],
        decision: &str,
        subject: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        seal(&self.0, text, &bound(decision, subject))
    }

    /// Opens it again.
    pub(crate) fn open(
        &self,
        sealed: &[u8],
        decision: &str,
        subject: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        open(&self.0, sealed, &bound(decision, subject))
    }
}

/// What a seal is bound to: nothing sealed can be moved to another row.
fn bound(decision: &str, subject: &[u8]) -> Vec<u8> {
    [decision.as_bytes(), b"\0", subject].concat()
}

fn seal(key: &[u8; 32], text: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(|_| SealError)?;
    let payload = Payload {
        msg: text,
        aad: bound_to,
    };
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| SealError)?;
    Ok([&nonce[..], &sealed].concat())
}

fn open(key: &[u8; 32], sealed: &[u8], bound_to: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(SealError)?;
    let payload = Payload {
        msg: sealed,
        aad: bound_to,
    };
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), payload)
        .map(Zeroizing::new)
        .map_err(|_| SealError)
}

#[cfg(test)]
mod tests {
    use super::{Keys, Subject};
    use crate::audit::MasterKey;

    /// One flipped bit anywhere, another place or another key: nothing opens.
    #[test]
    fn only_the_same_place_and_key_open_a_seal() {
        let keys = Keys::of(&MasterKey::generate().expect("randomness"));
        let others = Keys::of(&MasterKey::generate().expect("randomness"));
        let subject = Subject::generate().expect("randomness");
        let wrapped = subject.wrapped(&keys).expect("it is wrapped");
        let again = Subject::unwrap(&subject.id, &wrapped, &keys).expect("it is unwrapped");
        assert!(Subject::unwrap(&subject.id, &wrapped, &others).is_err());
        assert!(Subject::unwrap(&[0; 16], &wrapped, &keys).is_err());
        assert!(Subject::unwrap(&[], &wrapped, &keys).is_err());

        let key = again.decision_key("one");
        let sealed = key.seal(b"text", "one", &subject.id).expect("it is sealed");
        let opened = subject
            .decision_key("one")
            .open(&sealed, "one", &subject.id);
        assert_eq!(opened.expect("it opens").as_slice(), b"text");
        assert!(
            key.open(&sealed, "two", &subject.id).is_err(),
            "another decision"
        );
        assert!(
            key.open(&sealed, "one", &[0; 16]).is_err(),
            "another person"
        );
        let other = subject.decision_key("two");
        assert!(
            other.open(&sealed, "one", &subject.id).is_err(),
            "another key"
        );
        for bit in 0..sealed.len() * 8 {
            let mut altered = sealed.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(key.open(&altered, "one", &subject.id).is_err(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(
                key.open(&sealed[..length], "one", &subject.id).is_err(),
                "{length} bytes"
            );
        }
    }
}
