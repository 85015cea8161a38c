//! A decision as events: what is asked, in order, and then the answer.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::client::{Answer, Request};
use crate::support::sources::Outside;
use crate::support::{application, changed};

fn request(body: String) -> Request {
    Request::new("POST", "/v1/activation/decisions")
        .header("accept", "text/event-stream")
        .json(body)
}

/// The events of a body that may be chunked: name and data.
fn events(answer: &Answer) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut name = String::new();
    for line in answer.text().lines() {
        if let Some(event) = line.strip_prefix("event: ") {
            event.clone_into(&mut name);
        } else if let Some(data) = line.strip_prefix("data: ") {
            found.push((name.clone(), data.to_owned()));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_source_is_told_and_then_the_same_bytes() {
    let outside = Outside::new().await;
    outside
        .control(json!({ "bureau": { "latency_ms": 100 } }))
        .await;
    let body = changed("demo-good", |body| body["locale"] = json!("en"));
    let answer = outside.service.send(request(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let events = events(&answer);
    let sources: Vec<Value> = events
        .iter()
        .filter(|(name, _)| name == "source")
        .map(|(_, data)| serde_json::from_str(data).expect("JSON"))
        .collect();
    let step = |source: &str, name: &str, step: &str| json!({ "source": source, "name": name, "step": step });
    assert_eq!(
        sources[..3],
        [
            step("identity", "Identity check", "asked"),
            step("bureau", "Credit bureau", "asked"),
            step("score", "Credit score", "asked"),
        ]
    );
    assert_eq!(sources.len(), 6, "{sources:?}");
    assert_eq!(
        sources.last(),
        Some(&step("bureau", "Credit bureau", "answered")),
        "the slowest is the last"
    );
    let (name, data) = events.last().expect("an event");
    assert_eq!(name, "decision");
    let id = serde_json::from_str::<Value>(data).expect("JSON")["id"].clone();
    let id = id.as_str().expect("an id");
    let kept = outside.service.get(&format!("/v1/decisions/{id}")).await;
    assert_eq!(kept.text(), data, "the very same bytes");
}

/// A page that lost the connection asks again, and hears the same at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_under_a_key_is_told_again() {
    let outside = Outside::new().await;
    let sent = || {
        let request = request(application("demo-good").to_string());
        request.header("idempotency-key", "the-one-submission")
    };
    let first = outside.service.send(sent()).await;
    let told = events(&first);
    let again = outside.service.send(sent()).await;
    assert_eq!(again.status, 200, "{}", again.text());
    assert_eq!(again.header("content-type"), Some("text/event-stream"));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(events(&again), told[told.len() - 1..]);
    assert_eq!(outside.asked("bureau").await, 1, "nobody is asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_source_is_told_by_name_and_never_why() {
    let outside = Outside::new().await;
    let answer = request(application("demo-bureau-down").to_string());
    let answer = outside.service.send(answer).await;
    let events = events(&answer);
    let missing = r#"{"source":"bureau","name":"征信机构","step":"missing"}"#;
    assert!(
        events.contains(&("source".into(), missing.into())),
        "{events:?}"
    );
    assert_eq!(events.last().expect("an event").0, "decision");
    assert!(events.last().expect("an event").1.contains("retry-later"));
}

/// What is wrong with a request is said with its status, before any event.
#[tokio::test(flavor = "multi_thread")]
async fn a_bad_request_is_answered_as_ever() {
    let outside = Outside::new().await;
    let body = changed("demo-good", |body| body["fields"]["phone"] = json!("1"));
    let answer = outside.service.send(request(body)).await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_also_takes_json_gets_json() {
    let outside = Outside::new().await;
    let request = Request::new("POST", "/v1/activation/decisions")
        .header("accept", "text/event-stream, application/json")
        .json(application("demo-good").to_string());
    let answer = outside.service.send(request).await;
    assert_eq!(answer.status, 201);
}

/// A caller that has gone gets no decision: nobody would know of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_ends_the_questions() {
    let outside = Outside::new().await;
    outside
        .control(json!({ "bureau": { "mode": "silent" } }))
        .await;
    let body = application("demo-good").to_string();
    let head = format!(
        "POST /v1/activation/decisions HTTP/1.1\r\nhost: test\r\naccept: text/event-stream\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let address = outside.service.running.local_addr();
    let mut stream = TcpStream::connect(address).await.expect("it accepts");
    stream.write_all(head.as_bytes()).await.expect("it reads");
    let mut first = [0; 400];
    let read = stream.read(&mut first).await.expect("it answers");
    assert!(first[..read].starts_with(b"HTTP/1.1 200"));
    drop(stream);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let file = outside.service.data.path().join("precheck.sqlite-wal");
    let kept = std::fs::read(file).expect("the file is there");
    let needle = b"demo-good\x7a\x68-CN"; // account and locale of a row stand side by side
    let is_kept = kept.windows(needle.len()).any(|part| part == needle);
    assert!(!is_kept, "a decision was kept");
}

/// Longer than the heartbeat: what stands in between sees that it lives.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_wait_has_a_heartbeat() {
    let outside = Outside::with(|sources| {
        let sources = sources.replace("deadline_ms = 700", "deadline_ms = 9000");
        sources.replace("timeout_ms = 300", "timeout_ms = 6000\nretries = 0")
    })
    .await;
    outside
        .control(json!({ "bureau": { "mode": "silent" } }))
        .await;
    let answer = request(application("demo-good").to_string());
    let answer = outside.service.send(answer).await;
    assert!(answer.text().lines().any(|line| line.starts_with(':')));
    assert_eq!(events(&answer).last().expect("an event").0, "decision");
}
