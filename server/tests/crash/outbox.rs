//! Killed while notices are sent: each arrives, in order, under its id.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use precheck_server::Sources;
use serde_json::{Value, json};

use crate::client::Request;
use crate::{Process, Random, decide};

const ROUNDS: u64 = 6;
const ACCOUNT: &str = "demo-good";

/// What is quick enough for tests.
const CHANNELS: &str = r#"
[[channel]]
id = "lines"
timeout_ms = 100
retry_first_ms = 20
retry_most_ms = 50
file = { path = "out.jsonl" }
"#;

/// The channels of a folder that has some.
pub(crate) fn channels(data: &Path) -> Option<Sources> {
    let path = data.join("notices.toml");
    let text = std::fs::read_to_string(&path).ok()?;
    Some(Sources { path, text })
}

/// Does something to the line; whether it was answered.
async fn operate(process: &Process, act: &str) -> bool {
    let path = format!("/v1/operate/lines/{ACCOUNT}/acts");
    let body = json!({ "act": act, "limit": 500_000, "because": "x" });
    let body = match act {
        "offer" => body,
        _ => json!({ "act": act, "because": "x" }),
    };
    let request = Request::new("POST", &path).json(body.to_string());
    let sent = request.try_send(process.address()).await;
    sent.is_ok_and(|answer| answer.status == 200)
}

async fn get(process: &Process, path: &str) -> Value {
    let answer = Request::new("GET", path).send(process.address()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// Rounds of changes that are cut off somewhere, and what has arrived.
pub(crate) async fn rounds() {
    let data = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(data.path().join("notices.toml"), CHANNELS).expect("the folder is writable");
    let mut random = Random(3);
    let process = Process::start(data.path());
    let decision = decide(process.address(), "the-first-key-of-all", ACCOUNT).await;
    assert_eq!(decision.expect("it answers").status, 201);
    assert!(operate(&process, "offer").await);
    assert!(operate(&process, "activate").await);
    process.kill();
    for _ in 0..ROUNDS {
        let process = Process::start(data.path());
        let killing = tokio::time::sleep(Duration::from_millis(random.below(60)));
        let changing = async {
            loop {
                for act in ["freeze", "unfreeze"] {
                    operate(&process, act).await;
                }
            }
        };
        tokio::select! {
            () = killing => {}
            () = changing => {}
        }
        process.kill();
    }
    let process = Process::start(data.path());
    let started = Instant::now();
    while get(&process, "/v1/operate/notices").await["waiting"] != json!([]) {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "nothing more is sent"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let given_up = get(&process, "/v1/operate/notices").await["given_up"].clone();
    assert_eq!(given_up, json!([]));
    let inbox = get(&process, &format!("/v1/accounts/{ACCOUNT}/notices")).await;
    process.kill();

    let id = |one: &Value| one["id"].as_str().expect("an id").to_owned();
    let inbox: Vec<String> = inbox.as_array().into_iter().flatten().map(id).collect();
    let text = std::fs::read(data.path().join("out.jsonl")).expect("it is there");
    let text = String::from_utf8_lossy(&text);
    // What a kill has cut off is no line, and came again.
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let mut came: Vec<String> = lines.map(|line: Value| id(&line)).collect();
    let all = came.len();
    let mut seen = BTreeSet::new();
    came.retain(|id| seen.insert(id.clone()));
    // The inbox has the last hundred, the last first.
    let wanted: Vec<String> = inbox.into_iter().rev().collect();
    assert!(came.len() >= wanted.len() && wanted.len() > 2);
    assert_eq!(came.split_off(came.len() - wanted.len()), wanted);
    println!(
        "outbox: {ROUNDS} kills, {all} lines, {} notices",
        seen.len()
    );
}
