//! How often somebody applied: counted by the service where no source says it.
//!
//! The fifth application within 24 hours is declined by the tests' policy.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::{Service, application};

/// What was decided about an account whose applications are counted.
async fn apply(service: &Service, account: &str) -> String {
    let answer = service.post(application(account).to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let decision = &answer.json()["document"]["outcome"]["decisions"][0];
    decision.as_str().expect("a decision").to_owned()
}

/// Two accounts without the count, one of which the bureaus do not answer about.
fn accounts() -> String {
    let label = json!({ "zh-CN": "样本", "en": "sample" });
    let facts = json!({
        "account_age_days": 900, "orders_12m": 18, "overdue_12m": 0, "zhima_score": 700,
        "inquiries_3m": 1, "identity_match": "match", "login_places_7d": 1,
    });
    let mut silent = facts.clone();
    silent["identity_match"] = json!({ "special": "unavailable" });
    let account = |id: &str, facts: &Value| json!({ "id": id, "label": label, "facts": facts });
    json!([
        account("one", &facts),
        account("two", &facts),
        account("silent", &silent),
    ])
    .to_string()
}

async fn service() -> Service {
    Service::with(|config| config.demo = Some(accounts())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_account_is_counted_on_its_own_and_over_restarts() {
    let mut service = service().await;
    for count in 1..=4 {
        assert_eq!(apply(&service, "one").await, "approve", "number {count}");
        service = service
            .restart_with(|config| config.demo = Some(accounts()))
            .await;
    }
    assert_eq!(apply(&service, "one").await, "decline", "number 5");
    assert_eq!(apply(&service, "two").await, "approve", "somebody else");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_has_an_account_that_is_counted() {
    let service = Service::new().await;
    let mut decisions = Vec::new();
    for _ in 0..5 {
        decisions.push(apply(&service, "demo-counted").await);
    }
    assert_eq!(
        decisions,
        ["approve", "approve", "approve", "approve", "decline"]
    );
}

/// However many ask at once, four of them are within the limit.
#[tokio::test(flavor = "multi_thread")]
async fn at_once_is_one_after_the_other() {
    let service = Arc::new(service().await);
    let tasks: Vec<_> = (0..24)
        .map(|_| {
            let service = Arc::clone(&service);
            tokio::spawn(async move { apply(&service, "one").await })
        })
        .collect();
    let mut approved = 0;
    for task in tasks {
        approved += usize::from(task.await.expect("the task ends") == "approve");
    }
    assert_eq!(approved, 4);
}

/// Two services on one database are held to one count: no turn of either
/// knows of the other.
#[tokio::test(flavor = "multi_thread")]
async fn two_services_on_one_database_count_together() {
    let first = service().await;
    let mut config = crate::support::config(first.data.path());
    config.demo = Some(accounts());
    let second = precheck_server::start(config).await.expect("a second one");
    let addresses = [first.running.local_addr(), second.local_addr()];
    let tasks: Vec<_> = (0..24)
        .map(|number| {
            let address = addresses[number % 2];
            let body = application("one").to_string();
            tokio::spawn(async move {
                let path = "/v1/activation/decisions";
                let request = crate::support::client::Request::new("POST", path);
                request.json(body).send(address).await
            })
        })
        .collect();
    let mut approved = 0;
    let mut declined = 0;
    for task in tasks {
        let answer = task.await.expect("the task ends");
        // Who loses every race is told to come back; nothing is kept of that.
        if answer.status == 503 {
            assert_eq!(answer.json()["code"], "overloaded");
            continue;
        }
        assert_eq!(answer.status, 201, "{}", answer.text());
        let decision = &answer.json()["document"]["outcome"]["decisions"][0];
        approved += usize::from(decision == "approve");
        declined += usize::from(decision == "decline");
    }
    assert_eq!(approved, 4, "and {declined} declined");
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn to_be_told_to_come_back_is_no_application() {
    let service = service().await;
    for _ in 0..5 {
        assert_eq!(apply(&service, "silent").await, "retry-later");
    }
    // The bureaus answer again.
    let answering = accounts().replace(r#"{"special":"unavailable"}"#, r#""match""#);
    let service = service
        .restart_with(|config| config.demo = Some(answering))
        .await;
    assert_eq!(apply(&service, "silent").await, "approve");
}

/// A day later the count begins anew; what lies ahead after a clock went back
/// still counts.
#[tokio::test(flavor = "multi_thread")]
async fn the_window_is_24_hours() {
    for (hours, decision, why) in [
        (25, "approve", "all of them are out of the window"),
        (23, "decline", "all of them are in it"),
        (-2, "decline", "the clock went back two hours"),
    ] {
        let service = service().await;
        for _ in 0..4 {
            apply(&service, "one").await;
        }
        let options = sqlx::sqlite::SqliteConnectOptions::new();
        let options = options.filename(service.data.path().join("precheck.sqlite"));
        let mut connection = sqlx::ConnectOptions::connect(&options)
            .await
            .expect("the file opens");
        sqlx::query("UPDATE log SET decided_ms = decided_ms - ? * 60 * 60 * 1000")
            .bind(hours)
            .execute(&mut connection)
            .await
            .expect("time passes");
        assert_eq!(apply(&service, "one").await, decision, "{why}");
    }
}
