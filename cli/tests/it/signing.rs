//! Keys, signed bundles, and what the command says of them.

use std::fs;
use std::path::Path;

use crate::command::{Folder, out, run, text, told};

/// A folder with the mini pack and a key that signs in 2026.
struct Signer {
    folder: Folder,
    pack: String,
    key: String,
    trust: String,
}

impl Signer {
    fn new(name: &str) -> Signer {
        let folder = Folder::new(name);
        let pack = text(&folder.pack("", "")).to_owned();
        let file = |name: &str| text(&folder.0.join(name)).to_owned();
        let (name, key, trust) = (file("k"), file("k.key"), file("k.pub"));
        let arguments = [
            "key",
            "new",
            &name,
            "--from",
            "2026-01-01",
            "--until",
            "2026-12-31",
        ];
        let output = run(&arguments, "");
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        Signer {
            folder,
            pack,
            key,
            trust,
        }
    }

    fn file(&self, name: &str) -> String {
        text(&self.folder.0.join(name)).to_owned()
    }

    /// Builds into a folder of this name, and names the public bundle.
    fn build(&self, name: &str, more: &[&str]) -> String {
        let dir = self.file(name);
        let arguments = ["build", &self.pack, "--out", &dir];
        let output = run(&[&arguments[..], more].concat(), "");
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        self.file(&format!("{name}/mini.public.bundle"))
    }

    fn signed(&self, name: &str) -> String {
        self.build(name, &["--key", &self.key, "--signed-on", "2026-03-01"])
    }
}

#[test]
fn a_new_key_is_a_pair_of_files() {
    let signer = Signer::new("pair");
    let (secret, public) = (
        fs::read_to_string(&signer.key).expect("the secret half"),
        fs::read_to_string(&signer.trust).expect("the public half"),
    );
    let line = |text: &str| text.lines().nth(1).expect("a second line").to_owned();
    let words = |text: &str| line(text).split(' ').map(String::from).collect::<Vec<_>>();
    let (secret, public) = (words(&secret), words(&public));
    assert_eq!((&*secret[0], &*public[0]), ("ed25519-secret", "ed25519"));
    assert_eq!((&secret[1], &secret[3..]), (&public[1], &public[3..]));
    assert_eq!(public[3..], ["2026-01-01", "2026-12-31"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&signer.key)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "nobody else reads it");
    }

    let other = signer.file("deeper/other");
    let output = run(&["key", "new", &other, "--json"], "");
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let made: serde_json::Value = serde_json::from_str(&out(&output)).expect("JSON");
    assert_ne!(made["id"], public[1].as_str(), "no two keys are the same");
    let secret = fs::read_to_string(format!("{other}.key")).expect("the secret half");
    let seed = line(&secret).split(' ').nth(2).expect("a seed").to_owned();
    assert!(!out(&output).contains(&seed) && !told(&output).contains(&seed));
}

#[test]
fn a_key_is_never_overwritten() {
    let signer = Signer::new("overwrite");
    let name = signer.file("k");
    for (missing, why) in [
        (None, "both"),
        (Some(&signer.key), "one"),
        (Some(&signer.trust), "the other"),
    ] {
        if let Some(file) = missing {
            fs::remove_file(file).expect("it was there");
        }
        let files = || [&signer.key, &signer.trust].map(|file| fs::read(file).ok());
        let before = files();
        let output = run(&["key", "new", &name], "");
        assert_eq!(output.status.code(), Some(1), "{why}");
        assert!(
            told(&output).contains("error[file-exists]"),
            "{}",
            told(&output)
        );
        assert_eq!(files(), before, "{why}: nothing changes");
        if let (Some(file), [secret, public]) = (missing, before) {
            let kept = if *file == signer.key { public } else { secret };
            let other = if *file == signer.key {
                &signer.trust
            } else {
                &signer.key
            };
            assert_eq!(fs::read(other).ok(), kept);
            fs::remove_file(other).expect("it was there");
            let output = run(&["key", "new", &name], "");
            assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        }
    }
}

#[test]
fn the_same_pack_key_and_day_give_the_same_bytes() {
    let signer = Signer::new("reproducible");
    let read = |path: String| fs::read(path).expect("a bundle");
    let first = read(signer.signed("one"));
    assert_eq!(first, read(signer.signed("two")));
    let day = ["--key", &signer.key, "--signed-on", "2026-03-02"];
    assert_ne!(first, read(signer.build("three", &day)));
}

/// Rows: what is asked of `inspect`, its exit code, and what it says.
#[test]
fn inspect_says_what_would_become_of_a_bundle() {
    let signer = Signer::new("inspect");
    let good = signer.signed("good");
    let unsigned = signer.build("unsigned", &[]);
    let altered = signer.file("altered.bundle");
    let mut bytes = fs::read(&good).expect("a bundle");
    bytes[9] ^= 1;
    fs::write(&altered, bytes).expect("a file");
    let other = signer.file("other");
    assert_eq!(run(&["key", "new", &other], "").status.code(), Some(0));
    let other = other + ".pub";
    let trust = ["--trust", &signer.trust, "--as-of", "2026-03-01"];
    let with = |more: &[&'static str]| -> Vec<String> {
        trust
            .iter()
            .chain(more)
            .map(|&word| word.to_owned())
            .collect()
    };
    let none = Vec::new;
    for (bundle, more, code, said) in [
        (&good, none(), 0, "say --trust FILE to know"),
        (&good, with(&[]), 0, "accepted  yes"),
        (&good, with(&["--not-below", "3"]), 0, "accepted  yes"),
        (&good, with(&["--not-below", "4"]), 1, "[bundle-older]"),
        (
            &good,
            with(&["--audience", "server"]),
            1,
            "[bundle-audience]",
        ),
        (
            &good,
            vec!["--trust".into(), other],
            1,
            "[bundle-key-unknown]",
        ),
        (&unsigned, none(), 0, "by nobody"),
        (&unsigned, with(&[]), 1, "[bundle-unsigned]"),
        (&altered, none(), 1, "not what that key signed"),
        (&altered, with(&[]), 1, "[bundle-altered]"),
    ] {
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let arguments = [&["inspect", bundle.as_str()], &more[..]].concat();
        let output = run(&arguments, "");
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {}",
            told(&output)
        );
        assert!(
            out(&output).contains(said),
            "{arguments:?}: {}",
            out(&output)
        );
        let output = run(&[&arguments[..], &["--json"]].concat(), "");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        let report: serde_json::Value = serde_json::from_str(&out(&output)).expect("JSON");
        assert_eq!(report["pack"], "mini");
        assert_eq!(report["version"], 3);
        assert_eq!(report["audience"], "public");
        assert_eq!(report["accepted"].is_null(), more.is_empty());
        assert_eq!(report["hash"].as_str().map(str::len), Some(64));
        let refused = report["problems"]
            .as_array()
            .is_some_and(|all| !all.is_empty());
        assert_eq!(report["accepted"] == false, refused);
    }
    let output = run(&["inspect", &good, "--model"], "");
    assert!(out(&output).contains("\"pack\": \"mini\""));
    assert!(
        !out(&output).contains("velocity"),
        "confidential rules do not ship"
    );
}

/// Rows: a way to use keys and bundles wrongly, its exit code and its code.
#[test]
fn keys_and_bundles_used_wrongly() {
    let signer = Signer::new("wrongly");
    let bundle = signer.signed("good");
    let unsigned = signer.build("unsigned", &[]);
    let exposed = signer.file("exposed.key");
    fs::copy(&signer.key, &exposed).expect("a copy");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&exposed, fs::Permissions::from_mode(0o640)).expect("its owner may");
    }
    let (pack, key, trust) = (&*signer.pack, &*signer.key, &*signer.trust);
    let assess = ["assess", "--policy"];
    let application = r#"{"scenario":"open","as_of":"2026-03-01"}"#;
    let mut rows = vec![
        (vec!["build", pack, "--key", trust], 1, "key-malformed"),
        (
            vec!["build", pack, "--key", "/does/not/exist"],
            2,
            "file-unreadable",
        ),
        (
            vec!["build", pack, "--key", key, "--signed-on", "2027-01-01"],
            1,
            "key-period",
        ),
        (vec!["build", pack, "--signed-on", "2026-03-01"], 2, "--key"),
        (vec!["key", "new", "/"], 2, "name-missing"),
        (
            vec![
                "key",
                "new",
                "x",
                "--from",
                "2026-02-01",
                "--until",
                "2026-01-01",
            ],
            2,
            "period-empty",
        ),
        ([&assess[..], &[&bundle, "-"]].concat(), 2, "trust-missing"),
        (
            [&assess[..], &[&bundle, "--trust", key, "-"]].concat(),
            1,
            "key-secret",
        ),
        (
            [&assess[..], &[&bundle, "--trust", &bundle, "-"]].concat(),
            1,
            "key-malformed",
        ),
        (
            [&assess[..], &[&unsigned, "--trust", trust, "-"]].concat(),
            1,
            "bundle-unsigned",
        ),
        (
            [
                &assess[..],
                &[&bundle, "--trust", trust, "--as-of", "2025-12-31", "-"],
            ]
            .concat(),
            1,
            "bundle-not-yet-valid",
        ),
        (
            [
                &assess[..],
                &[&bundle, "--trust", trust, "--audience", "server", "-"],
            ]
            .concat(),
            1,
            "bundle-audience",
        ),
        (vec!["serve", "--demo", "--bundles", pack], 2, "--trust"),
        (
            vec!["serve", "--demo", "--bundles", pack, "--trust", trust],
            2,
            "bundles-missing",
        ),
        (
            vec![
                "serve",
                "--demo",
                "--bundles",
                pack,
                "--trust",
                trust,
                "--key",
                key,
            ],
            2,
            "--key",
        ),
    ];
    if cfg!(unix) {
        rows.push((vec!["build", pack, "--key", &exposed], 1, "key-exposed"));
    }
    for (arguments, code, said) in rows {
        let output = run(&arguments, application);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {}",
            told(&output)
        );
        assert!(
            told(&output).contains(said),
            "{arguments:?}: {}",
            told(&output)
        );
        assert_eq!(out(&output), "", "{arguments:?}");
    }
    let output = run(
        &[&assess[..], &[&bundle, "--trust", trust, "-"]].concat(),
        application,
    );
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    // A code of an old decision is explained long after its policy has ended.
    let explained = run(
        &[
            "explain",
            "NOT-PASSED",
            "--policy",
            &bundle,
            "--trust",
            trust,
        ],
        "",
    );
    assert_eq!(explained.status.code(), Some(0), "{}", told(&explained));
}

/// What `serve` refuses has the engine's code, and nothing listens.
#[test]
fn serve_refuses_what_the_engine_refuses() {
    let signer = Signer::new("serve-bundles");
    let data = signer.file("data");
    signer.build("unsigned", &[]);
    signer.signed("good");
    for (folder, code) in [
        ("unsigned", "bundle-unsigned"),
        ("good", "scenario-missing"),
    ] {
        let folder = signer.file(folder);
        let arguments = [
            "serve",
            "--demo",
            "--listen",
            "127.0.0.1:0",
            "--data",
            &data,
            "--bundles",
            &folder,
            "--trust",
            &signer.trust,
            "--as-of",
            "2026-03-01",
            "--json",
        ];
        let output = run(&arguments, "");
        assert_eq!(output.status.code(), Some(1), "{}", told(&output));
        let start = format!(r#"{{"error":{{"code":"{code}""#);
        assert!(out(&output).starts_with(&start), "{}", out(&output));
        assert!(!Path::new(&data).exists(), "nothing is written");
    }
}
