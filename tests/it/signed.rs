//! Bundles signed for tests, with seeds that everybody can read.

use ed25519_dalek::{Signer, SigningKey};
use precheck::units::Date;
use precheck::{Audience, Draft, Model, PublicKey, Purpose, Trust, TrustedKey};

/// The seed of the key that tests trust.
pub(crate) const SEED: [u8; 32] = [7; 32];

pub(crate) fn day(text: &str) -> Date {
    Date::parse(text).expect("tests write days of the calendar")
}

/// The day on which tests sign.
pub(crate) fn signed_on() -> Date {
    day("2026-11-01")
}

/// The public half, for the years of the tests.
pub(crate) fn trusted() -> TrustedKey {
    trusted_from(&SEED, "2026-01-01", "2027-12-31")
}

pub(crate) fn trusted_from(seed: &[u8; 32], from: &str, until: &str) -> TrustedKey {
    let key = SigningKey::from_bytes(seed).verifying_key().to_bytes();
    TrustedKey {
        key: PublicKey::from_bytes(key),
        from: day(from),
        until: day(until),
    }
}

/// The bundle of a model.
pub(crate) fn bundle(model: &Model) -> Vec<u8> {
    bundle_from(&SEED, model, signed_on())
}

pub(crate) fn bundle_from(seed: &[u8; 32], model: &Model, day: Date) -> Vec<u8> {
    let key = SigningKey::from_bytes(seed);
    let public = PublicKey::from_bytes(key.verifying_key().to_bytes());
    let draft = Draft::new(model, &public, day).expect("the model is small");
    draft.seal(&key.sign(&draft.message()).to_bytes())
}

/// What tests trust, for decisions on a day.
pub(crate) fn trust(keys: &[TrustedKey], audience: Audience, today: Date) -> Trust<'_> {
    Trust {
        keys,
        audience,
        purpose: Purpose::Decide {
            today,
            not_below: 0,
        },
    }
}
