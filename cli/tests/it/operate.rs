//! Looking after a service from the command line: the way of a policy from the
//! pack to being in force and back, and a fact that is held.

use std::fs;

use serde_json::{Value, json};

use crate::command::{Folder, out, run, text, told};
use crate::serving::Serving;

fn ok(arguments: &[&str]) -> String {
    let output = run(arguments, "");
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    out(&output)
}

#[test]
fn a_policy_goes_the_way_from_its_pack_to_being_in_force_and_back() {
    let folder = Folder::new("operate");
    let at = |name: &str| folder.0.join(name);
    let (key, public) = (at("release.key"), at("release.pub"));
    ok(&["key", "new", text(&at("release"))]);
    // The sample, as two versions of it.
    let pack = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/baitiao");
    let copy = at("pack");
    copied(pack.as_ref(), &copy);
    let build = |out: &str| {
        ok(&[
            "build",
            text(&copy),
            "--key",
            text(&key),
            "--out",
            text(&at(out)),
        ]);
    };
    build("old");
    let file = copy.join("policy.toml");
    let toml = fs::read_to_string(&file).expect("it is readable");
    let next = toml.replacen("version        = 3", "version        = 4", 1);
    assert_ne!(toml, next, "the sample's version is written so");
    fs::write(&file, next).expect("it is writable");
    build("new");

    let (bundles, data) = (at("old"), at("data"));
    let start = || {
        Serving::start(&[
            "--bundles",
            text(&bundles),
            "--trust",
            text(&public),
            "--data",
            text(&data),
        ])
    };
    let serving = start();
    let service = serving.url();
    let operate = |arguments: &[&str]| {
        let output = run(
            &[&["operate", "--service", &service], arguments].concat(),
            "",
        );
        (output.status.code(), out(&output), told(&output))
    };
    let said = |arguments: &[&str], part: &str| {
        let (code, out, told) = operate(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {told}");
        assert!(out.contains(part), "{arguments:?}: {out}");
    };
    said(&["policies"], "baitiao decides with version 3");
    let new = |name: &str| at("new").join(format!("baitiao.{name}.bundle"));
    let (server, open) = (new("server"), new("public"));
    let because = ["--because", "The same rules under another number."];
    let put = [
        &["put", text(&server), text(&open), "--candidate"],
        &because[..],
    ]
    .concat();
    said(&put, "version 4 stands beside it");
    serving.decide("demo-good");
    let counted = |_| {
        let (_, out, _) = operate(&["report", "--json"]);
        let said: Value = serde_json::from_str(&out).unwrap_or_default();
        std::thread::sleep(std::time::Duration::from_millis(200));
        said["scenarios"][0]["decisions"] == 1
    };
    assert!((0..50).any(counted), "the decision is compared");
    said(
        &["report"],
        "activation: 0 of 1 decisions come out otherwise",
    );
    said(
        &[&["promote"], &because[..]].concat(),
        "decides with version 4",
    );

    // The key that signs is what it takes to go back.
    let signed = ["--key", text(&key)];
    let back = [&["back", "--to", "4"], &signed[..], &because].concat();
    said(&back, "decides with version 5");
    let (code, _, told) = operate(&[&["back", "--to", "99"], &signed[..], &because].concat());
    assert_eq!(
        (code, told.contains("version-not-kept")),
        (Some(1), true),
        "{told}"
    );
    let (code, _, told) = operate(&[&["promote"], &because[..]].concat());
    assert_eq!(
        (code, told.contains("candidate-missing")),
        (Some(1), true),
        "{told}"
    );

    said(&["alarms"], "nothing is held");
    let hold = [&["hold", "risk_module"], &["--because", "Looks odd."][..]].concat();
    said(&hold, "held: risk_module");
    let (code, _, told) = operate(&hold);
    assert_eq!(
        (code, told.contains("hold-state")),
        (Some(1), true),
        "{told}"
    );
    said(
        &[&["lift", "risk_module"], &because[..]].concat(),
        "nothing is held",
    );
    let again = ["redecide", "risk_module", "--from", "1", "--to", "50"];
    said(
        &[&again[..], &because].concat(),
        "1 taken again: 0 better, 1 as before",
    );
    drop(serving);

    // What was put in force stays so, with the old files at the start.
    let serving = start();
    let service = serving.url();
    let output = run(&["operate", "--service", &service, "policies"], "");
    assert!(
        out(&output).contains("decides with version 5"),
        "{}",
        out(&output)
    );
}

#[test]
fn what_is_no_service_is_said() {
    let cases = [
        ("http://decide.example", 2, "service-address"),
        ("https://decide.example/path", 2, "service-address"),
        ("http://127.0.0.1:9", 1, "service-unanswered"),
    ];
    for (service, code, word) in cases {
        let output = run(&["operate", "--service", service, "alarms", "--json"], "");
        assert_eq!(
            output.status.code(),
            Some(code),
            "{service}: {}",
            told(&output)
        );
        let said: Value = serde_json::from_slice(&output.stdout).expect("this is JSON");
        assert_eq!(said["error"]["code"], json!(word), "{service}");
    }
}

fn copied(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the folder is readable") {
        let entry = entry.expect("the entry is readable");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("it is copied");
        }
    }
}
