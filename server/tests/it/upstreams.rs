//! The sources outside: what they give, and what happens when they do not.

use std::time::{Duration, Instant};

use precheck_server::{StartError, sandbox_sources};
use serde_json::{Value, json};

use crate::support::client::Request;
use crate::support::sources::{Outside, SOURCES, file};
use crate::support::{Service, application, changed, config, log, refused};

/// The decision and the reasons of an answer.
fn outcome(answer: &Value) -> (String, Vec<String>) {
    let outcome = &answer["document"]["outcome"];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let reasons = outcome["reasons"].as_array().expect("reasons");
    let reasons = reasons.iter().map(|reason| text(&reason["code"]));
    (text(&outcome["decisions"][0]), reasons.collect())
}

impl Outside {
    async fn decide(&self, account: &str) -> (String, Vec<String>) {
        let answer = self.service.post(application(account).to_string()).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        outcome(&answer.json())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_come_from_the_sources() {
    let outside = Outside::new().await;
    for (account, decision, reason) in [
        ("demo-good", "approve", None),
        ("demo-overdue", "decline", Some("OVERDUE")),
        ("demo-mismatch", "decline", Some("MISMATCH")),
        ("demo-new", "refer", Some("NEW-ACCOUNT")),
    ] {
        let (found, reasons) = outside.decide(account).await;
        assert_eq!(found, decision, "{account}");
        let has_reason = reason.is_none_or(|reason| reasons.iter().any(|one| one == reason));
        assert!(has_reason, "{account}: {reasons:?}");
    }
    assert_eq!(outside.asked("bureau").await, 4, "once for each");
    assert_eq!(outside.asked("sms").await, 0, "nobody needs it");
}

/// A person whose bureau says nothing gets no result, and soon.
#[tokio::test(flavor = "multi_thread")]
async fn silence_about_one_person_is_a_missing_source() {
    let outside = Outside::new().await;
    let started = Instant::now();
    let (decision, reasons) = outside.decide("demo-bureau-down").await;
    assert_eq!(decision, "retry-later");
    assert!(reasons.contains(&"NO-ANSWER".to_owned()), "{reasons:?}");
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "the deadline holds"
    );
    assert_eq!(
        outside.decide("demo-good").await.0,
        "approve",
        "others are served"
    );
}

/// Every kind of trouble, of a person whom the account's own record and every
/// well source would approve: never an approval, never a refusal, in time.
#[tokio::test(flavor = "multi_thread")]
async fn trouble_never_approves_and_never_refuses() {
    for (mode, ending) in [
        ("silent", "timed-out"),
        ("error", "out-of-order"),
        ("refused", "refused"),
        ("wrong-type", "unreadable"),
        ("other-person", "other-person"),
        ("half", "incomplete"),
        ("broken-off", "broke-off"),
        ("endless", "too-long"),
    ] {
        let outside = Outside::new().await;
        for source in ["bureau", "identity", "score"] {
            outside.control(json!({ (source): { "mode": mode } })).await;
            let started = Instant::now();
            let (decision, reasons) = outside.decide("demo-good").await;
            assert_eq!(decision, "retry-later", "{source} {mode}");
            assert_eq!(reasons, ["NO-ANSWER"], "{source} {mode}");
            let elapsed = started.elapsed();
            assert!(
                elapsed < Duration::from_secs(3),
                "{source} {mode}: {elapsed:?}"
            );
            let line = format!("source=\"{source}\" ending=\"{ending}\"");
            assert!(log::captured().contains(&line), "{line}");
            outside
                .control(json!({ (source): { "mode": "well" } }))
                .await;
        }
        assert_eq!(
            outside.decide("demo-good").await.0,
            "approve",
            "after {mode}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_that_are_gone_are_missing() {
    let Outside { service, sandbox } = Outside::new().await;
    sandbox.stop().await;
    let answer = service.post(application("demo-overdue").to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(outcome(&answer.json()).0, "retry-later");
}

/// Questions cost money, and some are counted against the person.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_about_an_application_that_cannot_be_decided() {
    let outside = Outside::new().await;
    type Change = fn(&mut Value);
    let changes: [(Change, u16); 5] = [
        (
            |body| body["fields"]["id_number"] = json!("110101199003071234"),
            422,
        ),
        (|body| body["facts"]["overdue_12m"] = json!(0), 422),
        (|body| body["facts"]["employment"] = json!("king"), 422),
        (|body| body["account"] = json!("nobody"), 422),
        (|body| body["facts"] = json!({}), 422),
    ];
    for (change, status) in changes {
        let answer = outside.service.post(changed("demo-good", change)).await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    assert_eq!(outside.asked("identity").await, 0);
}

/// Many at once under one key, while a source takes its time: one decision,
/// and one question.
#[tokio::test(flavor = "multi_thread")]
async fn a_submission_asks_once_however_often_it_is_sent() {
    let outside = Outside::new().await;
    outside
        .control(json!({ "bureau": { "latency_ms": 150 } }))
        .await;
    let body = application("demo-good").to_string();
    let (first, second, third) = tokio::join!(
        outside
            .service
            .post_under("the-one-submission", body.clone()),
        outside
            .service
            .post_under("the-one-submission", body.clone()),
        outside
            .service
            .post_under("the-one-submission", body.clone()),
    );
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!((first.text(), first.text()), (second.text(), third.text()));
    assert_eq!(outside.asked("bureau").await, 1);
}

/// Without a key everybody is asked about, side by side: nobody waits for the
/// sources of somebody else's decision.
#[tokio::test(flavor = "multi_thread")]
async fn decisions_do_not_wait_for_each_others_sources() {
    let outside = Outside::new().await;
    outside
        .control(json!({ "bureau": { "latency_ms": 200 } }))
        .await;
    let body = application("demo-counted").to_string();
    let started = Instant::now();
    let decisions = eight_times(&outside, &body).await;
    assert!(started.elapsed() < Duration::from_millis(1_000));
    let approved = decisions.iter().filter(|one| *one == "approve").count();
    assert_eq!((approved, decisions.len()), (4, 8), "{decisions:?}");
}

/// What is decided when one application is sent eight times at once.
async fn eight_times(outside: &Outside, body: &str) -> Vec<String> {
    let mut sent = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let address = outside.service.running.local_addr();
        let request = Request::new("POST", "/v1/activation/decisions").json(body);
        sent.spawn(async move { request.send(address).await });
    }
    let answers = sent.join_all().await;
    answers.iter().map(|one| outcome(&one.json()).0).collect()
}

/// A source in trouble is left alone: decisions are quick, and it gets rest.
#[tokio::test(flavor = "multi_thread")]
async fn a_source_in_trouble_is_left_alone() {
    let outside = Outside::new().await;
    outside
        .control(json!({ "bureau": { "mode": "error" } }))
        .await;
    for _ in 0..12 {
        assert_eq!(outside.decide("demo-good").await.0, "retry-later");
    }
    let asked = outside.asked("bureau").await;
    assert!((8..12).contains(&asked), "asked {asked} times");
    assert_eq!(outside.asked("score").await, 12, "the others go on");
    assert!(log::captured().contains("source=\"bureau\" ending=\"left-alone\""));
}

/// In the order of the file: the first that answers counts.
#[tokio::test(flavor = "multi_thread")]
async fn of_several_sources_the_first_that_answers_counts() {
    let second = r#"
[[source]]
id = "second"
names = { zh-CN = "备用", en = "Second" }
url = "http://{here}/payment"
sends = ["account"]
facts.identity_match = { at = "/state", codes = { UP = "mismatch" } }
"#;
    let outside = Outside::with(|sources| sources + second).await;
    assert_eq!(outside.decide("demo-good").await.0, "approve", "the first");
    outside
        .control(json!({ "identity": { "mode": "error" } }))
        .await;
    assert_eq!(outside.decide("demo-good").await.0, "decline", "the second");
    outside
        .control(json!({ "payment": { "mode": "half" } }))
        .await;
    assert_eq!(
        outside.decide("demo-good").await.0,
        "retry-later",
        "neither"
    );
}

/// Everything that is wrong is told, with its place, and nothing listens.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_does_not_fit_is_refused() {
    for (from, to, at, expected) in [
        (
            "deadline_ms = 700",
            "deadline_ms = 0",
            "deadline_ms",
            "0 is not between",
        ),
        ("id = \"bureau\"", "id = \"score\"", "score", "two sources"),
        (
            "id = \"bureau\"",
            "id = \"the bureau\"",
            "the bureau",
            "a to z",
        ),
        (
            "http://{here}/bureau",
            "http://bureau.test/",
            "bureau.url",
            "https only",
        ),
        (
            "http://{here}/bureau",
            "ftp://127.0.0.1/",
            "bureau.url",
            "https only",
        ),
        (
            "http://{here}/bureau",
            "https://a:b@bureau.test/",
            "bureau.url",
            "key_file",
        ),
        (
            "http://{here}/bureau",
            "/bureau",
            "bureau.url",
            "https://host",
        ),
        (
            "facts.overdue_12m",
            "facts.overdue",
            "bureau.facts.overdue",
            "no such fact",
        ),
        (
            "facts.overdue_12m",
            "facts.age",
            "bureau.facts.age",
            "never asked",
        ),
        (
            "facts.overdue_12m",
            "facts.orders_12m",
            "bureau.facts.orders_12m",
            "unavailable",
        ),
        (
            "= \"mismatch\"",
            "= \"no\"",
            "identity.facts.identity_match",
            "no code `no`",
        ),
        (
            "\"/id_number\" = \"id_number\"",
            "\"/p\" = \"code\"",
            "identity.repeats",
            "not sent",
        ),
        (
            "\"phone\"]",
            "\"email\"]",
            "identity.sends",
            "no form has a field `email`",
        ),
        (
            "timeout_ms = 300",
            "timeout = 300",
            "",
            "unknown field `timeout`",
        ),
        (
            "timeout_ms = 300",
            "retries = 3",
            "identity.retries",
            "at most 2",
        ),
        (
            "timeout_ms = 300",
            "key_file = \"/none\"",
            "identity.key_file",
            "`/none`",
        ),
    ] {
        let data = tempfile::tempdir().expect("a temporary folder");
        let mut config = config(data.path());
        let text = SOURCES
            .replacen(from, to, 1)
            .replace("{here}", "127.0.0.1:9");
        config.sources = Some(file(&text));
        let error = refused(config).await;
        assert_eq!(error.code(), "upstreams-refused", "{to}: {error}");
        let StartError::UpstreamsRefused { faults, .. } = &error else {
            panic!("{error}");
        };
        let found = faults
            .iter()
            .any(|one| one.at == at && one.text.contains(expected));
        assert!(found, "{to}: {error}");
    }
}

/// The example names what the sample policy has; the small one lacks some.
#[tokio::test(flavor = "multi_thread")]
async fn the_example_says_what_another_policy_lacks() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let mut config = config(data.path());
    config.sources = Some(file(&sandbox_sources(
        ([127, 0, 0, 1], 9).into(),
        ([127, 0, 0, 1], 8).into(),
    )));
    let error = refused(config).await.to_string();
    for lacking in [
        "bureau.facts.other_adverse",
        "payment.facts.payment_gateway",
    ] {
        assert!(error.contains(lacking), "{error}");
    }
    let service = Service::new().await;
    service.running.stop().await;
}
