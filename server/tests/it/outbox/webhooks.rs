//! Notices over HTTP: signed, once for whoever drops doubles, in order.

use std::time::Duration;

use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use precheck_server::audit::{KeySource, erase};
use precheck_server::start;
use serde_json::{Value, json};
use sha2::Sha256;

use super::{PERSON, QUICK, channels, inbox, open, operate, post, service, settled, shown, until};
use crate::support::Service;
use crate::support::config;
use crate::support::post::{Came, Mode, Receiver};

fn hook(receiver: &Receiver, more: &str) -> String {
    let address = receiver.address;
    format!(
        "[[channel]]\nid = \"hook\"\n{QUICK}{more}\
         webhook = {{ url = \"http://{address}/notices\", key_file = \"hook.key\" }}\n"
    )
}

fn ids(came: &[Came]) -> Vec<String> {
    let ids = came
        .iter()
        .map(|one| one.header("idempotency-key").to_owned());
    ids.collect()
}

/// The first of each, as a receiver that drops doubles has them.
fn once(mut ids: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    ids
}

/// Whether the signature is that of the standard.
fn is_signed(came: &Came) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(&[b'k'; 32]).expect("a key");
    let [id, time] = ["webhook-id", "webhook-timestamp"].map(|name| came.header(name));
    mac.update(format!("{id}.{time}.{}", came.body).as_bytes());
    let tag = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    came.header("webhook-signature") == format!("v1,{tag}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_posted_with_its_words_and_signed() {
    let receiver = Receiver::web().await;
    let service = service(&hook(&receiver, "")).await;
    open(&service, PERSON).await;
    settled(&service).await;
    let came = receiver.came();
    let told = inbox(&service, PERSON).await;
    let wanted: Vec<String> = told.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!(ids(&came), wanted);
    for (one, (id, topic)) in came.iter().zip(&told) {
        assert!(is_signed(one), "{one:?}");
        assert_eq!(one.header("webhook-id"), id);
        let body: Value = serde_json::from_str(&one.body).expect("JSON");
        assert_eq!(
            (&body["topic"], &body["account"]),
            (&json!(topic), &json!(PERSON))
        );
        assert_eq!(body["locale"], "zh-CN", "that of the last decision");
        for locale in ["zh-CN", "en"] {
            assert_eq!(body["words"][locale]["because"], "x");
            let short = body["short"][locale].as_str().expect("a sentence");
            assert!((1..=160).contains(&short.chars().count()), "{short}");
        }
    }
    service.running.stop().await;
}

/// Down, back, down again in the middle, with a start in between: everything
/// arrives, in order, each under one id.
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_was_down_gets_everything_in_order() {
    let receiver = Receiver::web().await;
    receiver.behave(Mode::Busy);
    let text = hook(&receiver, "");
    let service = service(&text).await;
    open(&service, PERSON).await;
    operate(&service, PERSON, json!({ "act": "freeze", "because": "x" })).await;
    until("it is tried", || async { receiver.tries() > 0 }).await;
    let waits = shown(&service).await;
    let channel = &waits["channels"][0];
    let count = |name: &str| channel[name].as_i64().expect("a number");
    assert_eq!(channel["channel"], "hook");
    assert_eq!(
        count("queued") + count("sending") + count("failed"),
        3,
        "{waits}"
    );
    assert_eq!(waits["waiting"][0]["topic"], "offer");
    assert!(channel["oldest_s"].is_i64(), "{waits}");

    receiver.behave(Mode::BreakingOff);
    let service = service
        .restart_with(|config| config.notices = Some(channels(&config.data, &text)))
        .await;
    until("it breaks off", || async { !receiver.came().is_empty() }).await;
    operate(
        &service,
        PERSON,
        json!({ "act": "unfreeze", "because": "x" }),
    )
    .await;
    receiver.behave(Mode::Silent);
    tokio::time::sleep(Duration::from_millis(100)).await;
    receiver.behave(Mode::Well);
    settled(&service).await;
    let told = inbox(&service, PERSON).await;
    let wanted: Vec<String> = told.iter().map(|(id, _)| id.clone()).collect();
    let came = ids(&receiver.came());
    assert!(
        came.len() > wanted.len(),
        "what broke off came twice: {came:?}"
    );
    assert_eq!(once(came), wanted);
    let all = shown(&service).await;
    assert_eq!(
        (&all["waiting"], &all["given_up"]),
        (&json!([]), &json!([]))
    );
    service.running.stop().await;
}

/// What one receiver never takes does not keep later notices from coming, and
/// is sent when an operator says so.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_given_up_and_sent_anew_by_an_operator() {
    let receiver = Receiver::web().await;
    receiver.behave(Mode::Refusing);
    let service = service(&hook(&receiver, "")).await;
    open(&service, PERSON).await;
    settled(&service).await;
    let all = shown(&service).await;
    assert_eq!(all["channels"][0]["given_up"], 2, "{all}");
    let first = &all["given_up"][0];
    assert_eq!(
        (&first["ending"], &first["attempts"]),
        (&json!("refused"), &json!(1))
    );
    let measured = service.get("/v1/operate/metrics").await;
    let measured = measured.text();
    let line = r#"precheck_notices{channel="hook",state="given-up"} 2"#;
    assert!(measured.contains(line), "{measured}");
    receiver.behave(Mode::Well);
    let id = first["id"].as_str().expect("an id");
    let path = format!("/v1/operate/notices/{id}/retry");
    let again = post(&service, &path, json!({})).await;
    assert_eq!(again.status, 200, "{}", again.text());
    settled(&service).await;
    assert_eq!(ids(&receiver.came()), [id]);
    let again = post(&service, "/v1/operate/channels/hook/retry", json!({})).await;
    assert_eq!(again.json(), json!({ "queued": true }));
    settled(&service).await;
    assert_eq!(receiver.came().len(), 2);
    for path in [
        "/v1/operate/notices/none/retry",
        "/v1/operate/channels/none/retry",
    ] {
        assert_eq!(post(&service, path, json!({})).await.status, 404, "{path}");
    }
    let Service { data, running } = service;
    running.stop().await;
    // Who wanted what sent anew is in the log, in order.
    let deeds = crate::audit::deeds(data.path()).await;
    let about = |at: usize| {
        deeds[at]["notice"]
            .as_str()
            .or(deeds[at]["channel"].as_str())
    };
    assert_eq!((about(0), about(1)), (Some(id), Some("hook")), "{deeds:?}");
    assert_eq!(crate::audit::verified(data.path()).await.findings, vec![]);
}

/// Whoever was not reached for long enough is not tried any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_given_up_after_its_time() {
    let receiver = Receiver::web().await;
    receiver.behave(Mode::Busy);
    let service = service(&hook(&receiver, "give_up_ms = 300\n")).await;
    open(&service, PERSON).await;
    settled(&service).await;
    let all = shown(&service).await;
    assert_eq!(all["channels"][0]["given_up"], 2, "{all}");
    assert_eq!(all["given_up"][0]["ending"], "out-of-order");
    service.running.stop().await;
}

/// Only what it is for goes over a channel.
#[tokio::test(flavor = "multi_thread")]
async fn a_channel_takes_its_topics() {
    let receiver = Receiver::web().await;
    let service = service(&hook(&receiver, "topics = [\"freeze\"]\n")).await;
    open(&service, PERSON).await;
    operate(&service, PERSON, json!({ "act": "freeze", "because": "x" })).await;
    until("it comes", || async { !receiver.came().is_empty() }).await;
    settled(&service).await;
    let came = receiver.came();
    assert_eq!(came.len(), 1);
    assert!(came[0].body.contains("\"topic\":\"freeze\""), "{came:?}");
    service.running.stop().await;
}

/// Erasing a person takes along what waits; others' notices go on.
#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_is_not_written_to() {
    let receiver = Receiver::web().await;
    receiver.behave(Mode::Busy);
    let service = service(&hook(&receiver, "")).await;
    open(&service, PERSON).await;
    open(&service, "demo-new").await;
    until("it is tried", || async { receiver.tries() > 0 }).await;
    let erased = erase(service.data.path(), &KeySource::Folder, PERSON).await;
    erased.expect("the person is erased");
    let left = shown(&service).await;
    let left = left["waiting"].as_array().expect("a list");
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(
        left.iter().all(|one| one["account"] == "demo-new"),
        "{left:?}"
    );
    receiver.behave(Mode::Well);
    settled(&service).await;
    let came = receiver.came();
    assert_eq!(came.len(), 2);
    assert!(
        came.iter().all(|one| !one.body.contains(PERSON)),
        "{came:?}"
    );
    service.running.stop().await;
}

/// A channel in trouble gets rest, and what waits keeps its tries; it all comes
/// once the channel is back.
#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_down_is_left_alone() {
    let receiver = Receiver::web().await;
    receiver.behave(Mode::Busy);
    let service = service(&hook(&receiver, "")).await;
    open(&service, PERSON).await;
    until("the breaker opens", || async {
        shown(&service).await["channels"][0]["breaker"] == "open"
    })
    .await;
    let before = shown(&service).await["waiting"].clone();
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(shown(&service).await["waiting"], before, "nobody tries");
    let attempts = before[0]["attempts"].as_i64().expect("a number");
    assert!((8..15).contains(&attempts), "{before}");
    assert_eq!(before[1]["attempts"], 0, "a later one has not been tried");
    receiver.behave(Mode::Well);
    settled(&service).await;
    assert_eq!(receiver.came().len(), 2);
    service.running.stop().await;
}

/// Two services on one database: each notice once, in order.
#[tokio::test(flavor = "multi_thread")]
async fn services_on_one_database_do_not_send_twice() {
    let receiver = Receiver::web().await;
    let text = hook(&receiver, "");
    let service = service(&text).await;
    let mut second = config(service.data.path());
    second.notices = Some(channels(service.data.path(), &text));
    let second = start(second).await.expect("another service starts");
    open(&service, PERSON).await;
    for _ in 0..8 {
        for act in ["freeze", "unfreeze"] {
            operate(&service, PERSON, json!({ "act": act, "because": "x" })).await;
        }
    }
    settled(&service).await;
    let told = inbox(&service, PERSON).await;
    let wanted: Vec<String> = told.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!(ids(&receiver.came()), wanted);
    second.stop().await;
    service.running.stop().await;
}
