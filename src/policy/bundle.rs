//! The container of a compiled policy: who signed what, and on which day.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `PRECHECK` |
//! | 1 | [`FORMAT`] |
//! | 4 | day of signing: days since 1970-01-01, little-endian |
//! | 32 | public key of the signer |
//! | 32 | SHA-256 of the payload |
//! | 64 | Ed25519 signature |
//! | rest | payload: a [`Model`], as [`super::code`] writes it |
//!
//! Signed are [`DOMAIN`] and everything before the signature; the hash stands
//! for the payload, so no byte is left out. The hash is also the name of the
//! policy: it does not depend on who signed, or when. The payload is compact,
//! canonical, and read without recursion; it is not looked into before its
//! signature has been found to be that of a trusted key.
//!
//! The key is in the bundle so that a bundle of another signer can be told
//! from one that was altered. That it is there makes it no bit more trusted.

use sha2::{Digest, Sha256};

use super::key::PublicKey;
use super::model::Model;
use super::problem::Problem;
use super::{code, hex};
use crate::units::Date;

/// The first bytes of every bundle.
const MAGIC: &[u8; 8] = b"PRECHECK";
/// The bundle format that this engine reads and writes.
pub const FORMAT: u8 = 6;
/// The largest bundle that is looked at, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// Keeps a signature of a bundle from being one of anything else.
const DOMAIN: &[u8; 23] = b"precheck policy bundle\n";
/// What is signed of a bundle.
const HEAD: usize = 8 + 1 + 4 + 32 + 32;
const SIGNATURE: usize = 64;
const MESSAGE: usize = DOMAIN.len() + HEAD;

/// A bundle that waits for its signature.
///
/// The engine holds no secret: whoever has the key signs [`Draft::message`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    head: [u8; HEAD],
    payload: Vec<u8>,
}

impl Draft {
    /// Encodes a model, to be signed with this key, as of this day.
    ///
    /// # Errors
    ///
    /// `bundle-too-large` beyond [`MAX_BYTES`].
    pub fn new(model: &Model, signer: &PublicKey, signed_on: Date) -> Result<Draft, Problem> {
        Draft::with(model, signer, signed_on.days())
    }

    /// A bundle without a signature. No engine loads it; it is there to be
    /// compared: whoever builds the same source gets the same hash.
    ///
    /// # Errors
    ///
    /// As [`Draft::new`].
    pub fn unsigned(model: &Model) -> Result<Vec<u8>, Problem> {
        let draft = Draft::with(model, &PublicKey::from_bytes([0; 32]), 0)?;
        Ok(draft.seal(&[0; SIGNATURE]))
    }

    fn with(model: &Model, signer: &PublicKey, day: i32) -> Result<Draft, Problem> {
        let payload = encode(model)?;
        let mut head = [0; HEAD];
        let parts: [&[u8]; 5] = [
            MAGIC,
            &[FORMAT],
            &day.to_le_bytes(),
            signer.as_bytes(),
            &Sha256::digest(&payload),
        ];
        let mut rest = &mut head[..];
        for part in parts {
            let (place, after) = rest.split_at_mut(part.len());
            place.copy_from_slice(part);
            rest = after;
        }
        Ok(Draft { head, payload })
    }

    /// What has to be signed.
    #[must_use]
    pub fn message(&self) -> [u8; MESSAGE] {
        message(&self.head)
    }

    /// The bundle with its signature. Nothing is checked here; load it.
    #[must_use]
    pub fn seal(&self, signature: &[u8; SIGNATURE]) -> Vec<u8> {
        [&self.head[..], signature, &self.payload].concat()
    }
}

fn message(head: &[u8; HEAD]) -> [u8; MESSAGE] {
    let mut message = [0; MESSAGE];
    let (domain, rest) = message.split_at_mut(DOMAIN.len());
    domain.copy_from_slice(DOMAIN);
    rest.copy_from_slice(head);
    message
}

/// The canonical bytes of a model.
pub(super) fn encode(model: &Model) -> Result<Vec<u8>, Problem> {
    let payload = code::write(model);
    if payload.len() + HEAD + SIGNATURE > MAX_BYTES {
        return Err(too_large());
    }
    Ok(payload)
}

fn too_large() -> Problem {
    Problem::new(
        "",
        "bundle-too-large",
        "the bundle is larger than 1 MiB; build a smaller policy",
    )
}

/// A bundle whose parts are where they belong; nothing is verified yet.
struct Parts<'b> {
    head: &'b [u8; HEAD],
    signature: &'b [u8; SIGNATURE],
    payload: &'b [u8],
}

impl<'b> Parts<'b> {
    fn of(bytes: &'b [u8]) -> Result<Parts<'b>, Problem> {
        if bytes.len() > MAX_BYTES {
            return Err(too_large());
        }
        if !bytes.starts_with(MAGIC) {
            return Err(Problem::new(
                "",
                "bundle-not-a-bundle",
                "these bytes are no policy bundle; make one with `precheck build`",
            ));
        }
        if bytes.get(8).is_some_and(|format| *format != FORMAT) {
            return Err(Problem::new(
                "",
                "bundle-format",
                "the bundle has a format that this engine does not read; rebuild it with the same version",
            ));
        }
        let parts = bytes.split_first_chunk().and_then(|(head, rest)| {
            let (signature, payload) = rest.split_first_chunk()?;
            Some(Parts {
                head,
                signature,
                payload,
            })
        });
        parts.ok_or_else(|| {
            Problem::new(
                "",
                "bundle-truncated",
                "the bundle ends inside its header; fetch or build it again",
            )
        })
    }

    /// The `N` bytes of the head at a place.
    fn field<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut field = [0; N];
        field.copy_from_slice(&self.head[at..at + N]);
        field
    }

    fn signer(&self) -> PublicKey {
        PublicKey::from_bytes(self.field(13))
    }

    fn signed_on(&self) -> Option<Date> {
        Date::from_days(i32::from_le_bytes(self.field(9)))
    }

    fn is_signed(&self) -> bool {
        self.signature != &[0; SIGNATURE]
    }

    /// Verifies hash and signature.
    fn open(self) -> Result<Opened<'b>, Problem> {
        if !self.is_signed() {
            return Err(Problem::new(
                "",
                "bundle-unsigned",
                "nobody signed this bundle; build it with `precheck build --key FILE`",
            ));
        }
        let hash: [u8; 32] = Sha256::digest(self.payload).into();
        let signer = self.signer();
        if self.field(45) != hash || !signer.has_signed(&message(self.head), self.signature) {
            return Err(Problem::new(
                "",
                "bundle-altered",
                "the bundle is not what was signed; fetch or build it again",
            ));
        }
        let signed_on = self.signed_on().ok_or_else(malformed)?;
        Ok(Opened {
            signer,
            signed_on,
            hash,
            payload: self.payload,
        })
    }
}

/// A bundle that is as its signer made it, whoever that is.
pub(super) struct Opened<'b> {
    pub(super) signer: PublicKey,
    pub(super) signed_on: Date,
    pub(super) hash: [u8; 32],
    payload: &'b [u8],
}

/// Verifies a bundle, as far as it carries the means itself.
pub(super) fn open(bytes: &[u8]) -> Result<Opened<'_>, Problem> {
    Parts::of(bytes)?.open()
}

impl Opened<'_> {
    /// Decodes the payload.
    pub(super) fn model(&self) -> Result<Model, Problem> {
        decode(self.payload)
    }
}

fn decode(payload: &[u8]) -> Result<Model, Problem> {
    code::read(payload).ok_or_else(malformed)
}

fn malformed() -> Problem {
    Problem::new(
        "",
        "bundle-malformed",
        "the bundle does not decode; rebuild it with this version of precheck",
    )
}

/// What a bundle says of itself. To look at, never to decide with: nothing of
/// it is trusted, and the model is not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// SHA-256 of the payload as it is, in lower-case hexadecimal.
    pub hash: String,
    /// The key that is said to have signed; `None` when nobody did.
    pub signer: Option<PublicKey>,
    /// The day on which it is said to have been signed.
    pub signed_on: Option<Date>,
    /// Whether hash and signature are right for that key and that day.
    pub intact: bool,
    /// The policy.
    pub model: Model,
}

impl Inspection {
    /// Looks into a bundle, signed or not.
    ///
    /// # Errors
    ///
    /// What keeps it from being looked into: `bundle-too-large`,
    /// `bundle-not-a-bundle`, `bundle-format`, `bundle-truncated`; and where
    /// the payload does not decode, `bundle-altered` or `bundle-malformed`.
    pub fn of(bytes: &[u8]) -> Result<Inspection, Problem> {
        let parts = Parts::of(bytes)?;
        let (signer, signed_on) = (parts.signer(), parts.signed_on());
        let (is_signed, payload) = (parts.is_signed(), parts.payload);
        let opened = parts.open();
        let intact = opened.is_ok();
        let model = decode(payload).map_err(|malformed| match opened {
            Err(altered) if is_signed => altered,
            _ => malformed,
        })?;
        Ok(Inspection {
            hash: hex::write(&Sha256::digest(payload)),
            signer: is_signed.then_some(signer),
            signed_on: signed_on.filter(|_| is_signed),
            intact,
            model,
        })
    }
}
