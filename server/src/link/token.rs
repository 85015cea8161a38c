//! What an activation link carries: a random name, the second in which it ends,
//! and a signature over both. Nothing about anybody.
//!
//! ```text
//! <32 hexadecimal digits: id> <8: end, in seconds since 1970> <32: HMAC-SHA-256, its first half>
//! ```
//!
//! The row in the database is what counts; the signature keeps whoever makes
//! tokens up away from it. 128 bits of it, because the token is typed into a
//! text message and guessing is 2^127 requests.

use subtle::ConstantTimeEq;

use crate::audit::{Keys, hex};

/// A name of a link.
pub(crate) type LinkId = [u8; 16];

/// A token as it is written.
pub(crate) fn write(keys: &Keys, id: &LinkId, expires_ms: i64) -> Option<String> {
    let seconds = u32::try_from(expires_ms / 1000).ok()?.to_be_bytes();
    let mac = mac(keys, id, seconds);
    Some(format!(
        "{}{}{}",
        hex::write(id),
        hex::write(&seconds),
        hex::write(&mac)
    ))
}

/// The link that a token names; `None` for a token that is not one of ours.
pub(crate) fn read(keys: &Keys, token: &str) -> Option<LinkId> {
    let bytes: [u8; 36] = hex::read(token)?;
    let (id, rest) = bytes.split_first_chunk::<16>()?;
    let (seconds, given) = rest.split_first_chunk::<4>()?;
    let is_ours: bool = mac(keys, id, *seconds)[..].ct_eq(given).into();
    is_ours.then_some(*id)
}

fn mac(keys: &Keys, id: &LinkId, seconds: [u8; 4]) -> [u8; 16] {
    let whole = keys.link_tag(&[b"token", id, &seconds]);
    let mut half = [0; 16];
    half.copy_from_slice(&whole[..16]);
    half
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::MasterKey;

    fn keys() -> Keys {
        Keys::of(&MasterKey::generate().expect("randomness"))
    }

    #[test]
    fn a_token_counts_as_it_was_written() {
        let keys = keys();
        let id = [7; 16];
        let token = write(&keys, &id, 1_800_000_000_000).expect("a token");
        assert_eq!(token.len(), 72);
        assert_eq!(read(&keys, &token), Some(id));
        for place in 0..token.len() {
            let mut altered = token.clone().into_bytes();
            altered[place] = if altered[place] == b'0' { b'1' } else { b'0' };
            let altered = String::from_utf8(altered).expect("ASCII");
            assert_eq!(read(&keys, &altered), None, "altered at {place}");
            assert_eq!(read(&keys, &token[..place]), None, "up to {place}");
        }
        assert_eq!(read(&keys, &format!("{token}00")), None, "longer");
        assert_eq!(read(&keys, &token.to_uppercase()), None, "one spelling");
        assert_eq!(read(&self::keys(), &token), None, "another service's");
        assert_eq!(write(&keys, &id, i64::MAX), None, "no such second");
    }
}
