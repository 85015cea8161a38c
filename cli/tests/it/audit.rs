//! A service as people start it, and what the command says about its log.

use std::fs;

use serde_json::{Value, json};

use crate::command::{Folder, out, run, text, told};
use crate::serving::Serving;

fn json_of(arguments: &[&str], code: i32) -> Value {
    let output = run(&[arguments, &["--json"]].concat(), "");
    assert_eq!(
        output.status.code(),
        Some(code),
        "{} {}",
        out(&output),
        told(&output)
    );
    serde_json::from_slice(&output.stdout).expect("this is JSON")
}

#[test]
fn a_log_is_verified_exported_replayed_and_erased() {
    let folder = Folder::new("audit");
    let (data, key) = (folder.0.join("data"), folder.0.join("secrets/service.key"));
    let (data, key) = (text(&data), text(&key));
    let made = json_of(&["key", "master", key], 0);
    let public = made["public_key"].as_str().expect("a key").to_owned();
    let again = json_of(&["key", "master", key], 1);
    assert_eq!(again["error"]["code"], "file-exists");

    let with = ["--data", data, "--master-key", key];
    let serving = Serving::start(&with);
    let answer = serving.decide("demo-good");
    let id = answer
        .split("\"id\":\"")
        .nth(1)
        .and_then(|rest| rest.get(..36));
    let id = id.unwrap_or_else(|| panic!("no decision: {answer}"));
    // While the service runs, and after it was killed.
    let verify = ["audit", "verify", "--data", data, "--trust", &public];
    // The decision, and the line that it opened: offered and activated.
    assert_eq!(json_of(&verify, 0)["rows"], 3);
    drop(serving);
    let opened = [&verify[..], &["--open", "--master-key", key]].concat();
    assert_eq!(json_of(&opened, 0)["opened"], 3);
    let replayed = json_of(&[&["replay"], &with[..]].concat(), 0);
    assert_eq!(
        (&replayed["same"], &replayed["policies"]),
        (&json!(1), &json!(1))
    );

    let document = folder.0.join("document.json");
    let document = text(&document);
    json_of(
        &[&["audit", "export", id, "--out", document], &with[..]].concat(),
        0,
    );
    let checked = json_of(&["audit", "check", document, "--trust", &public], 0);
    assert_eq!(checked["id"], id);
    let altered = fs::read_to_string(document).expect("readable");
    fs::write(document, altered.replace("demo-good", "demo-evil")).expect("writable");
    let refused = json_of(&["audit", "check", document], 1);
    assert_eq!(refused["error"]["code"], "export-altered");

    let erased = json_of(&[&["audit", "erase", "demo-good"], &with[..]].concat(), 0);
    assert_eq!(
        (&erased["decisions"], &erased["overwritten"]),
        (&json!(1), &json!(true))
    );
    let found = json_of(&verify, 0);
    assert_eq!((&found["rows"], &found["erased"]), (&json!(4), &json!(1)));
    let other = "00".repeat(32);
    let found = json_of(&["audit", "verify", "--data", data, "--trust", &other], 1);
    assert_eq!(found["findings"][0]["code"], "signer-other");
}

#[test]
fn what_is_not_there_is_said() {
    let folder = Folder::new("audit-none");
    let none = folder.0.join("none");
    for (arguments, code, error) in [
        (vec!["audit", "verify"], 1, "data-missing"),
        (vec!["replay"], 1, "data-missing"),
        (vec!["replay", "--from", "yesterday"], 2, "arguments-wrong"),
        (
            vec!["audit", "verify", "--trust", "12"],
            2,
            "arguments-wrong",
        ),
    ] {
        let all = [&arguments[..], &["--data", text(&none)]].concat();
        assert_eq!(json_of(&all, code)["error"]["code"], error, "{arguments:?}");
    }
}
