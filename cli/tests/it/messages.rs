//! `serve --demo --sandbox` as somebody plays it who has just built it: a line
//! is activated, the messages are read where the service says, and its log
//! holds none of what was sent.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::command::Folder;

/// Made up, nobody's.
const PHONE: &str = "13800138000";

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
    /// With everything that it says in a file.
    fn start(folder: &Path, said: &Path) -> Serve {
        let said = fs::File::create(said).expect("the folder is writable");
        let mut child = Command::new(env!("CARGO_BIN_EXE_precheck"))
            .args([
                "serve",
                "--listen=127.0.0.1:0",
                "--json",
                "--demo",
                "--sandbox",
            ])
            .args(["--as-of", "2026-11-22"])
            .arg("--data")
            .arg(folder.join("data"))
            .env("RUST_LOG", "trace")
            .stdout(Stdio::piped())
            .stderr(said)
            .spawn()
            .expect("the command runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("output is piped");
        let read = BufReader::new(stdout).read_line(&mut line);
        read.expect("it says where it listens");
        let listening: Value = serde_json::from_str(&line).expect("this is JSON");
        let address = listening["listening"].as_str().expect("an address");
        Serve {
            address: address.to_owned(),
            child,
        }
    }

    fn post(&self, path: &str, headers: &str, body: &Value) -> Value {
        let body = body.to_string();
        let request = format!(
            "POST /v1{path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{headers}\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let text = exchange(&self.address, &request);
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{path}: {text}"))
    }
}

/// Sends a request; the body of the answer.
fn exchange(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it accepts");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    body.to_owned()
}

/// The digits of the last message that has a code.
fn code(messages: &str) -> Option<String> {
    let request = "GET /messages HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n";
    let all = exchange(messages, request);
    let after = all.split_once("验证码 ")?.1;
    Some(after.chars().take_while(char::is_ascii_digit).collect())
}

#[test]
fn a_newcomer_activates_a_line_and_the_log_knows_nothing_of_it() {
    let folder = Folder::new("messages");
    let log = folder.0.join("said.txt");
    let serve = Serve::start(&folder.0, &log);
    let said = fs::read_to_string(&log).expect("it has said something");
    let note = said
        .split_once("read them on http://")
        .expect("where messages are");
    let messages = note.1.split('/').next().expect("an address").to_owned();

    let offer = json!({ "act": "offer", "limit": 500_000, "because": "welcome" });
    serve.post("/operate/lines/demo-good/acts", "", &offer);
    let wanted = json!({ "account": "demo-good", "phone": PHONE });
    let link = serve.post("/activation-links", "", &wanted);
    assert_eq!(link["sent"], true, "{link}");
    let token = link["token"].as_str().expect("a token");
    let opened = serve.post(&format!("/activation-links/{token}"), "", &json!({}));
    let device = opened["device"].as_str().expect("a secret");
    let header = format!("activation-device: {device}\r\n");
    let asked = json!({ "phone": PHONE });
    let asked = serve.post(&format!("/activation-links/{token}/codes"), &header, &asked);
    assert_eq!(asked["expires_in"], 600, "{asked}");
    let started = Instant::now();
    let code = loop {
        if let Some(code) = code(&messages) {
            break code;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "no message");
        sleep(Duration::from_millis(50));
    };
    // Nobody types faster: `fastest_seconds` of the policy.
    sleep(Duration::from_millis(4_050));
    let form = json!({
        "fields": { "phone": PHONE, "code": code },
        "facts": { "browser_supported": true, "network": "stable", "clock": "right" },
    });
    let decided = serve.post(
        &format!("/activation-links/{token}/activate"),
        &header,
        &form,
    );
    let decisions = &decided["document"]["outcome"]["decisions"];
    assert_eq!(*decisions, json!(["approve"]), "{decided}");

    drop(serve);
    let said = fs::read_to_string(&log).expect("the log is readable");
    let route = "route=\"/v1/activation-links/{token}/activate\" status=201";
    let plain = said
        .replace("\u{1b}[3m", "")
        .replace("\u{1b}[0m", "")
        .replace("\u{1b}[2m", "");
    assert!(plain.contains(route), "{plain}");
    // Digits of a time or a hash are not the code.
    let holds = |line: &str, secret: &str| {
        let mut words = line.split(|one: char| !one.is_ascii_alphanumeric());
        words.any(|word| word == secret)
    };
    for secret in [PHONE, token, device, &code] {
        let line = said.lines().find(|line| holds(line, secret));
        assert_eq!(line, None, "`{secret}` is in the log");
    }
}
