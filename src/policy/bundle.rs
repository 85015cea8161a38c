//! The container of a compiled policy: magic, format, hash, payload.
//!
//! The hash covers every byte of the payload, and the payload is what the
//! compiler wrote, so equal hashes mean equal policies. The payload is
//! `postcard`: compact, canonical when written, and decoded without recursion
//! for the flat [`Model`].

use sha2::{Digest, Sha256};

use super::model::Model;
use super::problem::Problem;

/// The first bytes of every bundle.
const MAGIC: &[u8; 8] = b"PRECHECK";
/// The bundle format that this engine reads and writes.
pub const FORMAT: u8 = 1;
/// The largest bundle that is looked at, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

const HEADER: usize = 8 + 1 + 32;

/// Wraps a model for shipping.
///
/// # Errors
///
/// Says so when the bundle would exceed [`MAX_BYTES`] or cannot be encoded.
pub fn write(model: &Model) -> Result<Vec<u8>, Problem> {
    let payload = postcard::to_allocvec(model)
        .map_err(|error| Problem::new("", "bundle-malformed", format!("cannot encode: {error}")))?;
    if payload.len() + HEADER > MAX_BYTES {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(HEADER + payload.len());
    bytes.extend_from_slice(MAGIC);
    bytes.push(FORMAT);
    bytes.extend_from_slice(&Sha256::digest(&payload));
    bytes.extend_from_slice(&payload);
    Ok(bytes)
}

fn too_large() -> Problem {
    Problem::new("", "bundle-too-large", "the bundle is larger than 1 MiB")
}

/// Unwraps a bundle: the model and the SHA-256 of its payload.
pub(super) fn read(bytes: &[u8]) -> Result<(Model, [u8; 32]), Problem> {
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
    let Some((header, payload)) = bytes.split_at_checked(HEADER) else {
        return Err(Problem::new(
            "",
            "bundle-truncated",
            "the bundle ends inside its header",
        ));
    };
    if header[8] != FORMAT {
        return Err(Problem::new(
            "",
            "bundle-format",
            "the bundle has a format that this engine does not read; rebuild it with the same version",
        ));
    }
    let hash: [u8; 32] = Sha256::digest(payload).into();
    if header[9..] != hash {
        return Err(Problem::new(
            "",
            "bundle-altered",
            "the bundle is not what was built: its hash differs; fetch or build it again",
        ));
    }
    match postcard::take_from_bytes::<Model>(payload) {
        Ok((model, [])) => Ok((model, hash)),
        _ => Err(Problem::new(
            "",
            "bundle-malformed",
            "the payload does not decode; rebuild the bundle with this version of precheck",
        )),
    }
}
