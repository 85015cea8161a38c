//! Killed while lines are changed and appeals are decided: the line, what its
//! person was told and the log are of one mind, and a granted appeal has undone
//! what it was about.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Answer, Request};
use crate::{Process, Random, decide, verified};

const ROUNDS: u64 = 8;
const ACCOUNT: &str = "demo-good";

async fn post(process: &Process, path: &str, body: Value) -> Option<Answer> {
    let request = Request::new("POST", path).json(body.to_string());
    let sent = request.try_send(process.address());
    let answer = tokio::time::timeout(Duration::from_secs(20), sent).await;
    answer.ok()?.ok()
}

async fn get(process: &Process, path: &str) -> Value {
    let answer = Request::new("GET", path).send(process.address()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn operate(process: &Process, body: Value) -> Option<Answer> {
    let path = format!("/v1/operate/lines/{ACCOUNT}/acts");
    post(process, &path, body).await
}

/// Rounds of changes that are cut off somewhere, and what is there afterwards.
pub(crate) async fn rounds() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let mut random = Random(2);
    let process = Process::start(data.path());
    let decision = decide(process.address(), "the-first-key-of-all", ACCOUNT).await;
    let decision = decision.expect("it answers").json()["id"].clone();
    for body in [
        json!({ "act": "offer", "limit": 500_000, "because": "x" }),
        json!({ "act": "activate", "because": "x" }),
    ] {
        let answer = operate(&process, body).await.expect("it answers");
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    process.kill();
    let (mut done, mut cut) = (2, 0);
    for round in 0..ROUNDS {
        let process = Process::start(data.path());
        let killing = tokio::time::sleep(Duration::from_millis(random.below(40)));
        let mut answered = 0;
        tokio::select! {
            () = killing => {}
            () = change(&process, &decision, round, &mut answered) => {}
        }
        process.kill();
        cut += 1;
        done += answered;
        check(data.path(), done).await;
    }
    assert!(cut > 0);
    println!("lines: {ROUNDS} kills, {done} changes acknowledged");
}

/// Lowers, freezes, appeals, grants: each depends on the one before.
async fn change(process: &Process, decision: &Value, round: u64, answered: &mut usize) {
    let limit = 400_000 - 1_000 * round;
    for body in [
        json!({ "act": "lower", "limit": limit, "because": "x" }),
        json!({ "act": "freeze", "because": "x" }),
    ] {
        let answer = operate(process, body).await;
        *answered += usize::from(answer.is_some_and(|answer| answer.status == 200));
    }
    let path = format!("/v1/accounts/{ACCOUNT}/appeals");
    let body = json!({ "decision": decision, "statement": "x" });
    let Some(begun) = post(process, &path, body).await else {
        return;
    };
    *answered += usize::from(begun.status == 201);
    let queue = get(process, "/v1/operate/appeals").await;
    let Some(id) = queue[0]["id"].as_str() else {
        return;
    };
    let path = format!("/v1/operate/appeals/{id}/acts");
    let grant = json!({ "act": "grant", "because": "x" });
    let granted = post(process, &path, grant).await;
    *answered += usize::from(granted.is_some_and(|answer| answer.status == 200));
}

async fn check(data: &Path, done: usize) {
    let process = Process::start(data);
    let line = get(&process, &format!("/v1/accounts/{ACCOUNT}/line")).await;
    let notices = get(&process, &format!("/v1/accounts/{ACCOUNT}/notices")).await;
    let appeals = get(&process, &format!("/v1/accounts/{ACCOUNT}/appeals")).await;
    process.kill();
    let topics = |wanted: &str| {
        let all = notices.as_array().into_iter().flatten();
        all.filter(|one| one["topic"] == wanted).count()
    };
    let told = notices.as_array().map_or(0, Vec::len);
    assert!(
        told >= done,
        "what was acknowledged is there: {told} of {done}"
    );
    // A granted appeal and what it undid are there together or not at all.
    let all = appeals.as_array().into_iter().flatten();
    let granted: Vec<&Value> = all.filter(|one| one["state"] == "granted").collect();
    assert_eq!(topics("appeal-grant"), granted.len());
    assert_eq!(topics("restore"), granted.len());
    assert!(granted.iter().all(|one| one["second"].is_string()));
    let expected = match notices[0]["topic"].as_str() {
        Some("restore" | "activate") => &["active"][..],
        Some("freeze" | "appeal") => &["frozen"],
        _ => &["active", "frozen"],
    };
    let state = line["state"].as_str().expect("a word");
    assert!(expected.contains(&state), "{state} after {}", notices[0]);
    // A row for each notice, and the decision.
    let found = verified(data).await;
    assert_eq!(found.findings, []);
    assert_eq!(usize::try_from(found.rows), Ok(told + 1));
    assert_eq!(found.opened, found.rows, "every seal opens");
}
