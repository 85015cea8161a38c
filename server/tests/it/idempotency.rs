//! The same request again is the same decision.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::client::Request;
use crate::support::{Service, application, changed};

const KEY: &str = "0b7e6a52-7f7e-4c1e-9d1c-3d3f6c1a2b4d";

/// How many decisions the log has of everybody.
async fn decisions(service: &Service) -> i64 {
    let options = sqlx::sqlite::SqliteConnectOptions::new();
    let options = options.filename(service.data.path().join("precheck.sqlite"));
    let mut connection = sqlx::ConnectOptions::connect(&options)
        .await
        .expect("the file opens");
    sqlx::query_scalar("SELECT count(*) FROM log")
        .fetch_one(&mut connection)
        .await
        .expect("the log is there")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_at_once_are_one_decision() {
    let service = Arc::new(Service::new().await);
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let service = Arc::clone(&service);
            let body = application("demo-good").to_string();
            tokio::spawn(async move { service.post_under(KEY, body).await })
        })
        .collect();
    let mut first: Option<String> = None;
    let mut replayed = 0;
    for task in tasks {
        let answer = task.await.expect("the task ends");
        assert_eq!(answer.status, 201, "{}", answer.text());
        let location = answer.header("location").expect("a place").to_owned();
        assert!(answer.text().contains(&location["/v1/decisions/".len()..]));
        replayed += usize::from(answer.header("idempotent-replayed") == Some("true"));
        let first = first.get_or_insert_with(|| answer.text().to_owned());
        assert_eq!(answer.text(), first, "byte for byte");
    }
    assert_eq!(replayed, 99, "one of them decided");
    assert_eq!(decisions(&service).await, 1);
}

/// What a second request under a key gets, and whether it was the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_stands_for_one_application() {
    let service = Service::new().await;
    let body = application("demo-good");
    let first = service.post_under(KEY, body.to_string()).await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(first.header("idempotent-replayed"), None);
    let income =
        |income: Value| changed("demo-good", |body| body["facts"]["monthly_income"] = income);
    let reversed = {
        let members = body.as_object().expect("an object").iter().rev();
        let members = members.map(|(name, value)| format!("{} : {value}", json!(name)));
        format!(" {{ {} }} ", members.collect::<Vec<_>>().join(" ,\n"))
    };
    let english = changed("demo-good", |body| body["locale"] = json!("en"));
    let unstated = changed("demo-good", |body| {
        body["facts"]
            .as_object_mut()
            .map(|facts| facts.remove("monthly_debt"));
    });
    let phone = changed("demo-good", |body| {
        body["fields"]["phone"] = json!("13900139000")
    });
    for (body, is_same, why) in [
        (body.to_string(), true, "the same bytes"),
        (reversed, true, "another order and spaces"),
        (
            english,
            true,
            "another language: the first answer, in its language",
        ),
        (income(json!(800_001)), false, "another value"),
        (income(json!("800000")), false, "another type"),
        (income(json!({ "min": 800_000 })), false, "a range"),
        (unstated, false, "a fact fewer"),
        (phone, false, "another phone"),
    ] {
        let answer = service.post_under(KEY, body).await;
        if is_same {
            assert_eq!(answer.text(), first.text(), "{why}");
            assert_eq!(answer.header("idempotent-replayed"), Some("true"), "{why}");
        } else {
            assert_eq!(answer.status, 422, "{why}: {}", answer.text());
            assert_eq!(answer.json()["code"], "idempotency-key-reused", "{why}");
        }
    }
    let elsewhere = service
        .post_under(KEY, application("demo-new").to_string())
        .await;
    assert_eq!(elsewhere.status, 201, "another account has keys of its own");
    assert_ne!(elsewhere.text(), first.text());
    let quoted = format!("\"{KEY}\"");
    let answer = service
        .post_under(&quoted, application("demo-good").to_string())
        .await;
    assert_eq!(
        answer.text(),
        first.text(),
        "quotation marks are not of the key"
    );
    assert_eq!(decisions(&service).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_outlives_a_restart() {
    let service = Service::new().await;
    let body = application("demo-overdue").to_string();
    let first = service.post_under(KEY, body.clone()).await;
    let service = service.restart().await;
    let again = service.post_under(KEY, body).await;
    assert_eq!(again.text(), first.text());
    assert_eq!(again.header("location"), first.header("location"));
    // What was answered stays answered, also when nothing new is decided.
    let service = service.restart_with(|config| config.as_of = None).await;
    let other = changed("demo-overdue", |body| body["facts"] = json!({}));
    let answer = service.post_under(KEY, other).await;
    assert_eq!(
        answer.json()["code"],
        "idempotency-key-reused",
        "nor is it forgotten"
    );
    assert_eq!(decisions(&service).await, 1);
}

/// A request that is refused keeps nothing, so its key is free for the mended one.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_leaves_its_key_free() {
    let service = Service::new().await;
    let wrong = changed("demo-good", |body| body["fields"]["phone"] = json!("1"));
    let refused = service.post_under(KEY, wrong).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let mended = service
        .post_under(KEY, application("demo-good").to_string())
        .await;
    assert_eq!(mended.status, 201, "{}", mended.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_key_is_a_new_one() {
    let service = Service::new().await;
    let body = application("demo-good").to_string();
    let first = service.post_under(KEY, body.clone()).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new();
    let options = options.filename(service.data.path().join("precheck.sqlite"));
    let mut connection = sqlx::ConnectOptions::connect(&options)
        .await
        .expect("the file opens");
    sqlx::query("UPDATE idempotency SET expires_ms = expires_ms - 24 * 60 * 60 * 1000")
        .execute(&mut connection)
        .await
        .expect("time passes");
    let second = service.post_under(KEY, body.clone()).await;
    assert_eq!(second.status, 201, "{}", second.text());
    assert_ne!(second.text(), first.text(), "a new decision");
    let third = service.post_under(KEY, body).await;
    assert_eq!(third.text(), second.text(), "which the key stands for now");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_key_is_refused() {
    let service = Service::new().await;
    let body = application("demo-good").to_string();
    let longest = "k".repeat(128);
    let too_long = "k".repeat(129);
    for (key, is_key, why) in [
        ("", false, "empty"),
        ("123456789012345", false, "15 characters"),
        ("1234567890123456", true, "16 characters"),
        (&longest, true, "128 characters"),
        (&too_long, false, "129 characters"),
        ("0123456789abcdef 0123456789abcdef", false, "a space"),
        ("0123456789abcdef,0123456789abcdef", false, "a list"),
        (
            "0123456789abcdef'; DROP TABLE log; --",
            false,
            "a statement",
        ),
        ("\"0123456789abcdef", false, "half of a pair of marks"),
        ("密钥密钥密钥密钥", false, "not ASCII"),
    ] {
        let answer = service.post_under(key, body.clone()).await;
        if is_key {
            assert_eq!(answer.status, 201, "{why}: {}", answer.text());
        } else {
            assert_eq!(answer.status, 400, "{why}: {}", answer.text());
            assert_eq!(answer.json()["code"], "idempotency-key-invalid", "{why}");
        }
    }
    let twice = Request::new("POST", "/v1/activation/decisions")
        .header("idempotency-key", KEY)
        .header("Idempotency-Key", "another-key-of-somebody");
    let answer = service.send(twice.json(body)).await;
    assert_eq!(answer.json()["code"], "idempotency-key-invalid", "two keys");
    assert_eq!(decisions(&service).await, 2, "the two good ones");
}

/// Neither keys nor bodies can be read or guessed from what is kept.
#[tokio::test(flavor = "multi_thread")]
async fn keys_are_not_kept_as_they_are() {
    let service = Service::new().await;
    service
        .post_under(KEY, application("demo-good").to_string())
        .await;
    let Service { data, running } = service;
    running.stop().await;
    let bytes = std::fs::read(data.path().join("precheck.sqlite")).expect("the file is readable");
    let found = bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes());
    assert!(!found, "the key is in the file");
}
