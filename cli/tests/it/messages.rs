//! `serve --demo --sandbox` as somebody plays it who has just built it: a line
//! is activated, the messages are read where the service says, its log holds
//! none of what was sent, and a kill at any moment leaves all or nothing.

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

/// Nobody types faster: `fastest_seconds` of the policy.
const READING: Duration = Duration::from_millis(4_050);

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
    /// With everything that it says in a file, at a level.
    fn start(folder: &Path, said: &Path, level: &str, more: &[&Path]) -> Serve {
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
            .args(more)
            .env("RUST_LOG", level)
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

    /// Where its messages are read.
    fn messages(said: &Path) -> String {
        let said = fs::read_to_string(said).expect("it has said something");
        let note = said
            .split_once("read them on http://")
            .expect("where messages are");
        note.1.split('/').next().expect("an address").to_owned()
    }

    fn post(&self, path: &str, headers: &str, body: &Value) -> Value {
        let answer = exchange(&self.address, &post(path, headers, body));
        answer.unwrap_or_else(|| panic!("{path} is not answered"))
    }

    fn get(&self, path: &str, headers: &str) -> Value {
        let request =
            format!("GET /v1{path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{headers}\r\n");
        let answer = exchange(&self.address, &request);
        answer.unwrap_or_else(|| panic!("{path} is not answered"))
    }
}

fn post(path: &str, headers: &str, body: &Value) -> String {
    let body = body.to_string();
    format!(
        "POST /v1{path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{headers}\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Sends a request; the body of the answer, if one comes.
fn exchange(address: &str, request: &str) -> Option<Value> {
    let answer = sent(address, request).ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    serde_json::from_str(body).ok()
}

fn sent(address: &str, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// The digits of the last message to a phone that has a code, as soon as one is
/// there.
fn code(messages: &str, phone: &str) -> String {
    let path = format!("/messages/{phone}");
    let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(10) {
        let all = exchange(messages, &request).expect("messages");
        let texts = all.as_array().into_iter().flatten();
        let mut texts = texts.filter_map(|one| one["text"].as_str());
        if let Some(after) = texts.find_map(|text| text.split_once("验证码 ")) {
            return after.1.chars().take_while(char::is_ascii_digit).collect();
        }
        sleep(Duration::from_millis(50));
    }
    panic!("no message came");
}

/// What a page sends in the end.
fn form(phone: &str, code: &str) -> Value {
    json!({
        "fields": { "phone": phone, "code": code },
        "facts": { "browser_supported": true, "network": "stable", "clock": "right" },
    })
}

#[test]
fn a_newcomer_activates_a_line_and_the_log_knows_nothing_of_it() {
    let folder = Folder::new("messages");
    let log = folder.0.join("said.txt");
    let serve = Serve::start(&folder.0, &log, "trace", &[]);
    let messages = Serve::messages(&log);

    let offer = json!({ "act": "offer", "limit": 500_000, "because": "welcome" });
    serve.post("/operate/lines/demo-good/acts", "", &offer);
    let wanted = json!({ "account": "demo-good", "phone": PHONE });
    let link = serve.post("/activation-links", "", &wanted);
    assert_eq!(link["sent"], true, "{link}");
    let token = link["token"].as_str().expect("a token");
    let header = format!("activation-link: {token}\r\n");
    let opened = serve.post("/activation-link", &header, &json!({}));
    let device = opened["device"].as_str().expect("a secret");
    let header = format!("{header}activation-device: {device}\r\n");
    let asked = json!({ "phone": PHONE });
    let asked = serve.post("/activation-link/codes", &header, &asked);
    assert_eq!(asked["expires_in"], 600, "{asked}");
    let code = code(&messages, PHONE);
    sleep(READING);
    let form = form(PHONE, &code);
    let decided = serve.post("/activation-link/activate", &header, &form);
    let decisions = &decided["document"]["outcome"]["decisions"];
    assert_eq!(*decisions, json!(["approve"]), "{decided}");

    drop(serve);
    let said = fs::read_to_string(&log).expect("the log is readable");
    let route = "route=\"/v1/activation-link/activate\" status=201";
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

/// Somebody who is about to send the code.
struct Person {
    account: String,
    phone: String,
    /// The link and the device, as headers.
    headers: String,
    code: String,
}

impl Person {
    fn begin(serve: &Serve, number: usize) -> Person {
        let (account, phone) = (format!("person-{number}"), format!("1380013800{number}"));
        let offer = json!({ "act": "offer", "limit": 500_000, "because": "welcome" });
        serve.post(&format!("/operate/lines/{account}/acts"), "", &offer);
        let wanted = json!({ "account": account, "phone": phone });
        let link = serve.post("/activation-links", "", &wanted);
        let token = link["token"].as_str().expect("a token");
        let header = format!("activation-link: {token}\r\n");
        let opened = serve.post("/activation-link", &header, &json!({}));
        let device = opened["device"].as_str().expect("a secret");
        Person {
            headers: format!(
                "{header}activation-device: {device}\r\nidempotency-key: the-key-of-{account}\r\n"
            ),
            account,
            phone,
            code: String::new(),
        }
    }

    /// How the link and the line stand.
    fn stands(&self, serve: &Serve) -> (Value, Value) {
        let link = serve.get("/activation-link", &self.headers);
        let line = serve.get(&format!("/accounts/{}/line", self.account), "");
        (link["state"].clone(), line["state"].clone())
    }
}

/// Killed while the code is on its way in: the link is used and the line begun,
/// or neither; what was answered holds, and the same request sent again is
/// answered as it was, or decided once.
#[test]
fn killed_at_any_moment_link_and_line_are_of_one_mind() {
    const PERSONS: usize = 6;
    let folder = Folder::new("killed");
    let demo = include_str!("../../../server/demo/accounts.json");
    let demo: Vec<Value> = serde_json::from_str(demo).expect("accounts");
    let people = (0..PERSONS).map(|number| {
        let mut person = demo[0].clone();
        person["id"] = json!(format!("person-{number}"));
        person
    });
    let people: Vec<Value> = people.collect();
    let people = folder.file("people.json", Value::Array(people).to_string());
    let people = [Path::new("--accounts"), people.as_path()];
    let log = folder.0.join("said.txt");
    let mut serve = Serve::start(&folder.0, &log, "warn", &people);
    let messages = Serve::messages(&log);
    let mut persons: Vec<Person> = (0..PERSONS).map(|one| Person::begin(&serve, one)).collect();
    for person in &mut persons {
        let asked = json!({ "phone": person.phone });
        let headers = &person.headers;
        serve.post("/activation-link/codes", headers, &asked);
        person.code = code(&messages, &person.phone);
    }
    sleep(READING);
    for (round, person) in persons.iter().enumerate() {
        let body = form(&person.phone, &person.code);
        let request = post("/activation-link/activate", &person.headers, &body);
        let address = serve.address.clone();
        let asking = std::thread::spawn({
            let request = request.clone();
            move || exchange(&address, &request)
        });
        // Up to a while after it is answered.
        sleep(Duration::from_millis(8 * round as u64));
        drop(serve);
        let answered = asking.join().expect("it asks");
        serve = Serve::start(&folder.0, &log, "warn", &people);
        let stands = person.stands(&serve);
        let (begun, waits) = (
            (json!("used"), json!("active")),
            (json!("valid"), json!("offered")),
        );
        assert!(stands == begun || stands == waits, "{stands:?}");
        assert!(
            answered.is_none() || stands == begun,
            "what was answered holds"
        );
        let again = exchange(&serve.address, &request).expect("an answer");
        let decision = again["document"]["outcome"]["decisions"][0].clone();
        if stands == begun {
            assert_eq!(decision, "approve", "{again}");
            assert!(answered.is_none_or(|first| first == again), "as it was");
        } else {
            // The code may have been used up by what was cut off.
            let is_one = decision == "approve" || decision == "retry-later";
            assert!(is_one, "{again}");
        }
        let expected = if decision == "approve" { begun } else { waits };
        assert_eq!(person.stands(&serve), expected);
    }
}
