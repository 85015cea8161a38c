//! Lists of trusted keys: how they are read, and how keys take turns.

use precheck::units::Date;
use precheck::{Audience, Policy, TrustedKey};
use precheck_cli::SecretKey;
use proptest::prelude::*;

use crate::random::{Random, model};
use crate::signed::{self, bundle_from, day, trusted, trusted_from};

/// Keys rotate: while both are on the list both sign, each on its days, and
/// what the first one signed stays good after them.
#[test]
fn keys_take_turns() {
    const OTHER: [u8; 32] = [8; 32];
    let model = model(&mut Random(3));
    let codes = |keys: &[TrustedKey], bytes: &[u8]| -> Vec<&str> {
        let trust = signed::trust(keys, Audience::Server, day("2027-12-31"));
        let problems = Policy::load(bytes, &trust).err().unwrap_or_default();
        problems.iter().map(|problem| problem.code).collect()
    };
    let keys = [
        trusted_from(&signed::SEED, "2026-01-01", "2026-11-30"),
        trusted_from(&OTHER, "2026-11-01", "2027-10-31"),
    ];
    let old = &signed::SEED;
    for (seed, signed_on, expected, why) in [
        (old, "2026-11-30", &[][..], "the last day of the old key"),
        (old, "2026-12-01", &["bundle-key-period"], "the day after"),
        (&OTHER, "2026-11-01", &[], "the first day of the new key"),
        (
            &OTHER,
            "2026-10-31",
            &["bundle-key-period"],
            "the day before",
        ),
    ] {
        let bytes = bundle_from(seed, &model, day(signed_on));
        assert_eq!(codes(&keys, &bytes), expected, "{why}");
    }
    let text = keys.map(|key| key.to_string()).join("\n# the next one\n\n");
    assert_eq!(TrustedKey::read_list(&text), Ok(keys.to_vec()));
    let bytes = bundle_from(old, &model, day("2026-11-30"));
    let without = codes(&keys[1..], &bytes);
    assert_eq!(without, ["bundle-key-unknown"], "off the list");
}

/// Every wrong line is told, with its number and without what is in it.
#[test]
fn a_list_of_keys_names_its_wrong_lines() {
    let line = trusted().to_string();
    let secret = SecretKey::from_seed(&[9; 32], day("2026-01-01"), day("2026-12-31")).to_text();
    for (text, code, at, why) in [
        ("", "keys-missing", "", "nothing"),
        ("# none\n\n", "keys-missing", "", "a comment only"),
        (
            "ssh-ed25519 AAAA",
            "key-malformed",
            "/lines/1",
            "a key of something else",
        ),
        (
            &line.replacen("2026", "2026-", 1),
            "key-malformed",
            "/lines/1",
            "no day",
        ),
        (
            &line.replace("2027-12-31", "2025-12-31"),
            "key-malformed",
            "/lines/1",
            "ends before it begins",
        ),
        (
            &(line.clone() + " x"),
            "key-malformed",
            "/lines/1",
            "something more",
        ),
        (
            &line.replacen(&line[8..10], "zz", 1),
            "key-malformed",
            "/lines/1",
            "another id",
        ),
        (
            &line.to_uppercase(),
            "key-malformed",
            "/lines/1",
            "lower case only",
        ),
        (
            &format!("{line}\n\n{}", &line[..60]),
            "key-malformed",
            "/lines/3",
            "a line cut off",
        ),
        (&secret, "key-secret", "/lines/2", "the secret half"),
    ] {
        let problems = TrustedKey::read_list(text).expect_err(why);
        assert_eq!(
            (problems[0].code, problems[0].at.as_str()),
            (code, at),
            "{why}"
        );
        assert!(
            !problems[0].text.contains("0909"),
            "{why}: nothing is repeated"
        );
    }
    let problems = TrustedKey::read_list("a\nb\n").expect_err("two wrong lines");
    assert_eq!(problems.len(), 2, "all of them are told");
}

proptest! {
    /// Arbitrary text is no list of keys, and no panic.
    #[test]
    fn arbitrary_text_is_no_list_of_keys(text: String) {
        prop_assert!(TrustedKey::read_list(&text).is_err());
    }

    /// A key may sign on its days and on no other.
    #[test]
    fn a_key_signs_on_its_days(from in 0..40_000_i32, days in 0..2_000_i32, on in 0..42_000_i32) {
        let date = |days| Date::from_days(days).expect("in the calendar");
        let key = TrustedKey { key: trusted().key, from: date(from), until: date(from + days) };
        prop_assert_eq!(key.signs_on(date(on)), from <= on && on <= from + days);
        prop_assert_eq!(TrustedKey::read_list(&key.to_string()), Ok(vec![key]));
    }
}
