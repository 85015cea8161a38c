//! `serve`, `sandbox` and `caller` as processes: keys, signals, and a service
//! whose sources are another process.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::command::{Folder, out, run, text};

/// Keys are shown once; the file has what tells them, and not them.
#[test]
fn keys_of_callers_are_added_to_their_file() {
    let folder = Folder::new("caller");
    let file = folder.0.join("callers.toml");
    let make = |caller: &str| {
        let arguments = ["caller", "new", caller, "--file", text(&file)];
        let rest = ["--scopes", "pre-check,decide", "--until", "2027-11-30"];
        run(&[&arguments[..], &rest].concat(), "")
    };
    let keys = ["shop", "shop", "app"].map(|caller| {
        let output = make(caller);
        assert_eq!(output.status.code(), Some(0));
        out(&output).trim().to_owned()
    });
    let written = std::fs::read_to_string(&file).expect("the file is there");
    let rows: toml::Table = toml::from_str(&written).expect("this is TOML");
    let rows = rows["key"].as_array().expect("a list");
    let callers: Vec<&str> = rows
        .iter()
        .filter_map(|row| row["caller"].as_str())
        .collect();
    assert_eq!(callers, ["shop", "shop", "app"]);
    assert_eq!(
        written
            .matches("scopes = [\"decide\", \"pre-check\"]")
            .count(),
        3
    );
    assert_eq!(written.matches("until = \"2027-11-30\"").count(), 3);
    for key in keys {
        let secret = key.rsplit('_').next().expect("a secret");
        assert_eq!(secret.len(), 64, "{key}");
        assert!(!written.contains(secret), "the secret is in the file");
    }
    assert_eq!(make("the shop").status.code(), Some(2));
    assert_eq!(make("demo").status.code(), Some(2));
}

/// Nobody is let in by accident.
#[test]
fn serve_asks_who_may_call() {
    let output = run(&["serve", "--data", "/does/not/exist"], "");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("--callers"), "{said}");
}

/// A running `serve`, which does not outlive its test.
struct Serve {
    child: Child,
    address: String,
}

impl Drop for Serve {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serve {
    fn start(folder: &Path, arguments: &[&str]) -> Serve {
        let mut child = Command::new(env!("CARGO_BIN_EXE_precheck"))
            .args(["serve", "--listen=127.0.0.1:0", "--json", "--sandbox"])
            .args(["--as-of", "2026-11-22"])
            .arg("--data")
            .arg(folder.join("data"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("output is piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("it says where it listens");
        let said: serde_json::Value = serde_json::from_str(&line).expect("this is JSON");
        let address = said["listening"].as_str().expect("an address").to_owned();
        Serve { child, address }
    }

    /// Asks for a decision; the status and the body.
    fn decide(&self, key: &str, account: &str) -> (u16, String) {
        let body = format!(
            r#"{{"account":"{account}","locale":"en","fields":{{"name":"测试样本",
            "id_number":"110101199003071233","phone":"13800138000"}},"facts":{{
            "monthly_income":800000,"employment":"employed","monthly_debt":100000}}}}"#
        );
        let mut stream = TcpStream::connect(&self.address).expect("it accepts");
        let request = format!(
            "POST /v1/activation/decisions HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\
             authorization: Bearer {key}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let status = answer.split(' ').nth(1).and_then(|text| text.parse().ok());
        (status.expect("a status"), answer)
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let process = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &process]).status();
        assert!(sent.expect("kill runs").success());
    }
}

/// Waits for something that another process does soon.
fn soon(mut happens: impl FnMut() -> bool, what: &str) {
    let started = Instant::now();
    while !happens() {
        assert!(started.elapsed() < Duration::from_secs(10), "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(unix)]
#[test]
fn keys_sources_and_signals_of_a_running_service() {
    let folder = Folder::new("serve-running");
    let file = folder.0.join("callers.toml");
    let arguments = ["caller", "new", "shop", "--scopes", "decide", "--file"];
    let key = run(&[&arguments[..], &[text(&file)]].concat(), "");
    let key = out(&key).trim().to_owned();
    let demo = format!(
        "{}/../server/demo/accounts.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let arguments = ["--callers", text(&file), "--accounts", &demo];
    let mut serve = Serve::start(&folder.0, &arguments);

    let (status, answer) = serve.decide(&key, "demo-good");
    assert_eq!(status, 201, "{answer}");
    assert!(answer.contains(r#""decisions":["approve"]"#), "{answer}");
    let (status, answer) = serve.decide(&key, "demo-bureau-down");
    assert_eq!(status, 201, "{answer}");
    assert!(
        answer.contains(r#""decisions":["retry-later"]"#),
        "{answer}"
    );
    assert!(answer.contains("SOURCE-UNAVAILABLE"), "{answer}");
    assert_eq!(serve.decide("", "demo-good").0, 401);

    fs::write(&file, "").expect("the file can be written");
    assert_eq!(
        serve.decide(&key, "demo-good").0,
        201,
        "nobody was told yet"
    );
    serve.signal("HUP");
    soon(
        || serve.decide(&key, "demo-good").0 == 401,
        "the key is revoked",
    );

    serve.signal("TERM");
    let ended = serve.child.wait().expect("it ends");
    assert!(ended.success(), "{ended}");
    assert!(
        TcpStream::connect(&serve.address).is_err(),
        "nothing listens"
    );
}
