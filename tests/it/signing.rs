//! Who may say what the policy is: every refusal has its code, and every bit
//! counts.

use std::thread;

use precheck::{
    Audience, Draft, Inspection, MAX_BYTES, Model, Policy, Problem, Purpose, Trust, TrustedKey,
};
use precheck_cli::SecretKey;
use proptest::prelude::*;

use crate::random::{Random, model};
use crate::scenarios::sample;
use crate::signed::{self, bundle, bundle_from, day, signed_on, trusted, trusted_from};

const OTHER: [u8; 32] = [8; 32];

/// A server policy, version 5, in force in December 2026.
fn december() -> Model {
    let mut model = model(&mut Random(3));
    model.version = 5;
    model.valid_from = day("2026-12-01");
    model.valid_until = Some(day("2026-12-31"));
    model
}

/// What a caller asks for in a row of the table.
struct Asked {
    keys: Vec<TrustedKey>,
    audience: Audience,
    purpose: Purpose,
}

impl Asked {
    fn usual() -> Asked {
        Asked {
            keys: vec![trusted()],
            audience: Audience::Server,
            purpose: decide("2026-12-15", 5),
        }
    }

    fn load(&self, bytes: &[u8]) -> Result<Policy, Vec<Problem>> {
        let Asked {
            keys,
            audience,
            purpose,
        } = self;
        Policy::load(
            bytes,
            &Trust {
                keys,
                audience: *audience,
                purpose: *purpose,
            },
        )
    }

    fn codes(&self, bytes: &[u8]) -> Vec<&'static str> {
        let problems = self.load(bytes).err().unwrap_or_default();
        for problem in &problems {
            let says_what_to_do = problem.text.contains("; ");
            let is_sound = says_what_to_do || problem.code == "bundle-inconsistent";
            assert!(is_sound, "{}: {}", problem.code, problem.text);
        }
        problems.iter().map(|problem| problem.code).collect()
    }
}

fn decide(today: &str, not_below: u32) -> Purpose {
    Purpose::Decide {
        today: day(today),
        not_below,
    }
}

/// Rows: the codes, why, and what is different from a bundle that loads.
#[test]
fn every_refusal_has_its_code() {
    type Change = fn(&mut Model, &mut Asked);
    let rows: [(&[&str], &str, Change); 14] = [
        (&[], "as it should be", |_, _| {}),
        (&[], "the first day", |_, asked| {
            asked.purpose = decide("2026-12-01", 0);
        }),
        (&["bundle-not-yet-valid"], "the day before", |_, asked| {
            asked.purpose = decide("2026-11-30", 0);
        }),
        (&[], "the last day", |_, asked| {
            asked.purpose = decide("2026-12-31", 0);
        }),
        (&["bundle-expired"], "the day after", |_, asked| {
            asked.purpose = decide("2027-01-01", 0);
        }),
        (&[], "without end", |model, asked| {
            model.valid_until = None;
            asked.purpose = decide("2999-12-31", 0);
        }),
        (&["bundle-older"], "one version less", |model, _| {
            model.version = 4;
        }),
        (&[], "one version more", |model, _| model.version = 6),
        (&["bundle-audience"], "the server's bundle", |_, asked| {
            asked.audience = Audience::Public;
        }),
        (&["bundle-key-unknown"], "nobody is trusted", |_, asked| {
            asked.keys.clear();
        }),
        (&["bundle-key-unknown"], "somebody else is", |_, asked| {
            asked.keys = vec![trusted_from(&OTHER, "2026-01-01", "2027-12-31")];
        }),
        (&["bundle-key-period"], "a key of later", |_, asked| {
            asked.keys = vec![trusted_from(&signed::SEED, "2026-11-02", "2027-12-31")];
        }),
        (&["bundle-key-period"], "a key of before", |_, asked| {
            asked.keys = vec![trusted_from(&signed::SEED, "2026-01-01", "2026-10-31")];
        }),
        (
            &[
                "bundle-key-period",
                "bundle-audience",
                "bundle-expired",
                "bundle-older",
                "bundle-inconsistent",
            ],
            "everything at once",
            |model, asked| {
                model.version = 4;
                model.neutral_reason = 99;
                *asked = Asked {
                    keys: vec![trusted_from(&signed::SEED, "2026-01-01", "2026-10-31")],
                    audience: Audience::Public,
                    purpose: decide("2027-06-01", 5),
                };
            },
        ),
    ];
    for (codes, why, change) in rows {
        let (mut model, mut asked) = (december(), Asked::usual());
        change(&mut model, &mut asked);
        assert_eq!(asked.codes(&bundle(&model)), codes, "{why}");
    }
}

/// What is wrong with the bytes is told before, and instead of, the rest.
#[test]
fn what_is_no_intact_bundle_is_refused_first() {
    let good = bundle(&december());
    let with = |place: usize, bytes: &[u8]| {
        let mut changed = good.clone();
        changed[place..place + bytes.len()].copy_from_slice(bytes);
        changed
    };
    let resigned = bundle_from(&OTHER, &december(), signed_on());
    let signature = 77..141;
    for (bytes, code, why) in [
        (Vec::new(), "bundle-not-a-bundle", "nothing"),
        (
            b"<!doctype html>".to_vec(),
            "bundle-not-a-bundle",
            "an error page",
        ),
        (
            good[..8].to_vec(),
            "bundle-truncated",
            "cut before the format",
        ),
        (
            good[..140].to_vec(),
            "bundle-truncated",
            "cut inside the signature",
        ),
        (
            good[..141].to_vec(),
            "bundle-altered",
            "cut before the payload",
        ),
        (
            good[..good.len() - 1].to_vec(),
            "bundle-altered",
            "cut at the end",
        ),
        ([&good[..], &[0]].concat(), "bundle-altered", "a byte more"),
        (
            with(8, &[1]),
            "bundle-format",
            "the format before signatures",
        ),
        (with(8, &[9]), "bundle-format", "a format of the future"),
        (with(9, &[0; 4]), "bundle-altered", "signed on another day"),
        (
            with(13, &resigned[13..45]),
            "bundle-altered",
            "in the name of another key",
        ),
        (
            with(77, &resigned[signature.clone()]),
            "bundle-altered",
            "another's signature",
        ),
        (
            with(77, &[0; 64]),
            "bundle-unsigned",
            "the signature taken off",
        ),
        (
            Draft::unsigned(&december()).expect("small"),
            "bundle-unsigned",
            "never signed",
        ),
        (
            resigned.clone(),
            "bundle-key-unknown",
            "whole, but of another signer",
        ),
        (
            vec![0; MAX_BYTES + 1],
            "bundle-too-large",
            "more than a mebibyte",
        ),
        (
            [&good[..], &vec![0; MAX_BYTES]].concat(),
            "bundle-too-large",
            "a bundle and more",
        ),
    ] {
        assert_eq!(Asked::usual().codes(&bytes), [code], "{why}");
    }
}

/// A signature does not make sense of what is no policy.
#[test]
fn what_a_trusted_key_signed_still_has_to_decode() {
    use ed25519_dalek::{Signer, SigningKey};
    use sha2::{Digest, Sha256};
    let good = bundle(&december());
    let key = SigningKey::from_bytes(&signed::SEED);
    for payload in [
        &b""[..],
        &[0xff; 40],
        &good[141..good.len() - 1],
        &[&good[141..], &[0]].concat(),
    ] {
        let mut bytes = good[..77].to_vec();
        bytes[45..].copy_from_slice(&Sha256::digest(payload));
        let signature = key.sign(&[b"precheck policy bundle\n", &bytes[..]].concat());
        bytes.extend_from_slice(&signature.to_bytes());
        bytes.extend_from_slice(payload);
        assert_eq!(Asked::usual().codes(&bytes), ["bundle-malformed"]);
    }
}

/// Every bit of the sample product's bundles counts, and so does their end.
#[test]
fn every_flipped_bit_is_refused() {
    let sample = sample();
    refuses_every_flip(&sample.public_bundle, Audience::Public);
    refuses_every_flip(&sample.server_bundle, Audience::Server);
}

fn refuses_every_flip(good: &[u8], audience: Audience) {
    let keys = [trusted()];
    let trust = signed::trust(&keys, audience, day("2026-11-22"));
    assert!(Policy::load(good, &trust).is_ok());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for worker in 0..workers {
            scope.spawn(move || {
                let mut bytes = good.to_vec();
                for bit in (worker..8 * good.len()).step_by(workers) {
                    bytes[bit / 8] ^= 1 << (bit % 8);
                    let problems = Policy::load(&bytes, &trust).expect_err("a flipped bit");
                    let expected = match bit / 8 {
                        0..8 => "bundle-not-a-bundle",
                        8 => "bundle-format",
                        _ => "bundle-altered",
                    };
                    assert_eq!(problems[0].code, expected, "bit {bit}");
                    bytes[bit / 8] ^= 1 << (bit % 8);
                }
            });
        }
    });
    for length in (0..200).chain(good.len() - 200..good.len()) {
        let cut = &good[..length];
        assert!(Policy::load(cut, &trust).is_err(), "cut to {length} bytes");
    }
    for more in [1, 2, 64, 4096] {
        let longer = [good, &vec![0; more]].concat();
        assert!(Policy::load(&longer, &trust).is_err(), "{more} bytes more");
    }
}

/// Strict verification: what some verifiers let pass is refused here.
#[test]
fn a_bundle_has_one_signature() {
    // The order of the group, little-endian (RFC 8032, section 5.1).
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut bytes = bundle(&december());
    let mut carry = 0;
    for (byte, order) in bytes[109..141].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
    assert_eq!(carry, 0, "the scalar and the order fit into 32 bytes");
    assert_eq!(Asked::usual().codes(&bytes), ["bundle-altered"]);

    // The neutral point as key and commitment, with the scalar 0, verifies
    // everything where nobody looks for it.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut bytes = bundle(&december());
    bytes[13..45].copy_from_slice(&neutral);
    bytes[77..109].copy_from_slice(&neutral);
    bytes[109..141].fill(0);
    let mut asked = Asked::usual();
    asked.keys[0].key = precheck::PublicKey::from_bytes(neutral);
    assert_eq!(asked.codes(&bytes), ["bundle-altered"]);
    let line = asked.keys[0].to_string();
    let problems = TrustedKey::read_list(&line).expect_err("no key to trust");
    assert_eq!(problems[0].code, "key-malformed");
}

/// Replaying needs the signature and nothing of today.
#[test]
fn a_replay_needs_the_signature_only() {
    let bytes = bundle(&december());
    let mut asked = Asked::usual();
    asked.purpose = Purpose::Replay;
    let replayed = asked.load(&bytes).expect("the signature counts");
    let decided = Asked::usual().load(&bytes).expect("in force");
    assert_eq!(replayed.hash(), decided.hash());
    assert!(replayed.is_in_force(day("2026-12-31")));
    assert!(!replayed.is_in_force(day("2027-01-01")));
    asked.audience = Audience::Public;
    assert_eq!(asked.codes(&bytes), ["bundle-audience"]);
    asked = Asked {
        keys: vec![trusted_from(&OTHER, "2026-01-01", "2027-12-31")],
        ..Asked::usual()
    };
    asked.purpose = Purpose::Replay;
    assert_eq!(asked.codes(&bytes), ["bundle-key-unknown"]);
}

/// Same pack, same key, same day: the same bytes. Another key or day changes
/// them, and not the hash, which names the policy.
#[test]
fn a_bundle_is_reproducible() {
    let model = december();
    let key = SecretKey::from_seed(&signed::SEED, day("2026-01-01"), day("2027-12-31"));
    let first = key.sign(&model, signed_on()).expect("in its days");
    assert_eq!(first, key.sign(&model, signed_on()).expect("in its days"));
    assert_eq!(first, bundle(&model), "whoever signs");
    let unsigned = Draft::unsigned(&model).expect("small");
    let later = bundle_from(&signed::SEED, &model, day("2026-11-02"));
    let others = bundle_from(&OTHER, &model, signed_on());
    let hash = Policy::from_model(model).expect("consistent").hash();
    for (bytes, why) in [
        (&unsigned, "nobody"),
        (&later, "another day"),
        (&others, "another key"),
    ] {
        assert_ne!(*bytes, first, "{why}");
        let found = Inspection::of(bytes).expect("a bundle");
        assert_eq!(found.hash, hash, "{why}");
    }
}

#[test]
fn an_inspection_tells_what_a_bundle_claims() {
    let model = december();
    let good = bundle(&model);
    let found = Inspection::of(&good).expect("a bundle");
    assert_eq!(
        (found.signer, found.signed_on),
        (Some(trusted().key), Some(signed_on()))
    );
    assert!(found.intact);
    assert_eq!(found.model, model);
    let unsigned = Draft::unsigned(&model).expect("small");
    let found = Inspection::of(&unsigned).expect("a bundle");
    assert_eq!(
        (found.signer, found.signed_on, found.intact),
        (None, None, false)
    );
    let mut altered = good.clone();
    altered[9] ^= 1;
    let found = Inspection::of(&altered).expect("it still decodes");
    assert_eq!((found.signer, found.intact), (Some(trusted().key), false));
    let cut = Inspection::of(&good[..good.len() - 1]).expect_err("it does not decode");
    assert_eq!(cut.code, "bundle-altered");
}

proptest! {
    /// A signed bundle holds exactly what was signed, and its bytes are the
    /// only ones that do.
    #[test]
    fn a_bundle_holds_its_model(seed: u64) {
        let model = model(&mut Random(seed));
        let bytes = bundle(&model);
        let keys = [trusted()];
        let trust = signed::trust(&keys, Audience::Server, day("2026-12-15"));
        let policy = Policy::load(&bytes, &trust).expect("a random policy loads");
        prop_assert_eq!(policy.model(), &model);
        prop_assert_eq!(&bundle(policy.model()), &bytes);
        let compiled = Policy::from_model(model).expect("consistent");
        prop_assert_eq!(policy.hash(), compiled.hash());
    }

    /// Any number of changed bytes is refused.
    #[test]
    fn an_altered_bundle_is_refused(
        seed: u64,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..5),
    ) {
        let good = bundle(&model(&mut Random(seed)));
        let mut bytes = good.clone();
        for (place, change) in changes {
            bytes[place.index(good.len())] ^= change;
        }
        prop_assume!(bytes != good);
        let keys = [trusted()];
        let trust = signed::trust(&keys, Audience::Server, day("2026-12-15"));
        prop_assert!(Policy::load(&bytes, &trust).is_err());
    }

    /// Arbitrary bytes, with or without the look of a bundle, are an error
    /// with a code, never a panic.
    #[test]
    fn arbitrary_bytes_are_refused(bytes: Vec<u8>, has_magic: bool) {
        let start: &[u8] = if has_magic { b"PRECHECK\x02" } else { b"" };
        let bytes = [start, &bytes].concat();
        let keys = [trusted()];
        for purpose in [Purpose::Replay, Purpose::Decide { today: signed_on(), not_below: 0 }] {
            let trust = Trust { keys: &keys, audience: Audience::Public, purpose };
            let problems = Policy::load(&bytes, &trust).expect_err("no bundle");
            prop_assert!(problems.iter().all(|problem| problem.code.starts_with("bundle-")));
        }
        let _ = Inspection::of(&bytes);
    }
}
