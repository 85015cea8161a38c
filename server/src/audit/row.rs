//! One row of the log, and the hash that chains it to the row before.
//!
//! ```text
//! body = SHA-256("precheck-body/1", kind, id, …, sealed)     every column, each with its length
//! hash = SHA-256("precheck-row/1", chain, sequence, previous hash, body)
//! ```
//!
//! The hash is over what is *sealed*, so that a chain verifies after a person's
//! key has been deleted. Splitting it in two lets an export prove that its row
//! is in the chain with 32 bytes a row and without any other row's content.

use sha2::{Digest, Sha256};

/// SHA-256.
pub(crate) type Hash = [u8; 32];

/// What precedes the first row.
pub(crate) const NOTHING: Hash = [0; 32];

/// What a row tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A decision was taken.
    Decision,
    /// Something happened to a person's line.
    Line,
    /// Something became of a person's appeal.
    Appeal,
    /// A person was erased: their key is gone, and that is right.
    Erasure,
    /// Something was done to the service; about nobody, and in the open.
    Deed,
}

impl Kind {
    /// The word in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Kind::Decision => "decision",
            Kind::Line => "line",
            Kind::Appeal => "appeal",
            Kind::Erasure => "erasure",
            Kind::Deed => "deed",
        }
    }
}

/// What a row holds. Nothing outside of `sealed` is about a person, except for
/// whoever has the key of `subject`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Body {
    /// [`Kind::as_str`]; a text, so that an altered one can be looked at.
    pub(crate) kind: String,
    /// The decision's id.
    pub(crate) id: String,
    /// When, in words of Asia/Shanghai.
    pub(crate) decided_at: String,
    /// When, in milliseconds since 1970.
    pub(crate) decided_ms: i64,
    pub(crate) scenario: String,
    pub(crate) policy_pack: String,
    pub(crate) policy_version: u32,
    pub(crate) policy_hash: String,
    /// The day for which it was taken.
    pub(crate) as_of: String,
    /// The random name of the person.
    pub(crate) subject: Vec<u8>,
    /// In which locale it was answered.
    pub(crate) locale: String,
    /// What was decided.
    pub(crate) decision: String,
    /// Whether it counts as an application of the person.
    pub(crate) counts: bool,
    /// The [`super::trace::Trace`], sealed.
    pub(crate) sealed: Vec<u8>,
}

impl Body {
    /// The row that says that a person was erased.
    pub(crate) fn erasure(id: String, at: String, ms: i64, subject: Vec<u8>) -> Body {
        Body {
            kind: Kind::Erasure.as_str().to_owned(),
            id,
            decided_at: at,
            decided_ms: ms,
            scenario: String::new(),
            policy_pack: String::new(),
            policy_version: 0,
            policy_hash: String::new(),
            as_of: String::new(),
            subject,
            locale: String::new(),
            decision: String::new(),
            counts: false,
            sealed: Vec::new(),
        }
    }

    /// The hash of everything in it.
    pub(crate) fn digest(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(b"precheck-body/1");
        let parts: [&[u8]; 14] = [
            self.kind.as_bytes(),
            self.id.as_bytes(),
            self.decided_at.as_bytes(),
            &self.decided_ms.to_be_bytes(),
            self.scenario.as_bytes(),
            self.policy_pack.as_bytes(),
            &self.policy_version.to_be_bytes(),
            self.policy_hash.as_bytes(),
            self.as_of.as_bytes(),
            &self.subject,
            self.locale.as_bytes(),
            self.decision.as_bytes(),
            &[u8::from(self.counts)],
            &self.sealed,
        ];
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        hasher.finalize().into()
    }
}

/// The hash of a row at a place.
pub(crate) fn link(chain: &[u8; 16], sequence: i64, previous: &Hash, body: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"precheck-row/1");
    hasher.update(chain);
    hasher.update(sequence.to_be_bytes());
    hasher.update(previous);
    hasher.update(body);
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::{Body, NOTHING, link};

    /// Moving a byte from one column to its neighbour, or changing any column,
    /// changes the hash.
    #[test]
    fn every_column_counts() {
        let empty = || Body::erasure(String::new(), String::new(), 0, Vec::new());
        let changes: [fn(&mut Body); 17] = [
            |_| {},
            |body| body.kind.push('x'),
            |body| body.id.push('x'),
            |body| body.decided_at.push('x'),
            |body| body.decided_ms = 1,
            |body| body.scenario.push('x'),
            |body| body.policy_pack.push('x'),
            |body| body.policy_version = 1,
            |body| body.policy_hash.push('x'),
            |body| body.as_of.push('x'),
            |body| body.subject.push(b'x'),
            |body| body.locale.push('x'),
            |body| body.decision.push('x'),
            |body| body.counts = true,
            |body| body.sealed.push(b'x'),
            |body| body.sealed.push(0),
            |body| body.sealed.extend([0, 0]),
        ];
        let mut digests = Vec::new();
        for change in changes {
            let mut body = empty();
            change(&mut body);
            digests.push(body.digest());
        }
        digests.push(link(&[0; 16], 1, &NOTHING, &NOTHING));
        digests.push(link(&[1; 16], 1, &NOTHING, &NOTHING));
        digests.push(link(&[0; 16], 2, &NOTHING, &NOTHING));
        digests.push(link(&[0; 16], 1, &[1; 32], &NOTHING));
        digests.push(link(&[0; 16], 1, &NOTHING, &[1; 32]));
        let all = digests.len();
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), all, "all of them differ");
    }
}
