//! Every scenario over HTTP: the bytes of the native engine.
//!
//! A scenario on the server bundle is a decision: the facts of its account,
//! bureau and fraud sources become a demo account, the rest is what a page
//! sends. A scenario on the public bundle is a pre-check.

use std::collections::BTreeMap;
use std::time::Duration;

use precheck::units::{Date, Locale};
use precheck::{Audience, Source, assess};
use precheck_server::audit::KeySource;
use precheck_server::{Callers, Config, Running, start};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::case::{self, Case};
use crate::client::{Answer, Request};
use crate::scenarios::{Sample, sample};
use crate::signed;

/// The part of an answer whose bytes count.
#[derive(serde::Deserialize)]
struct Decision {
    id: String,
    document: Box<RawValue>,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scenario_has_the_same_bytes_over_http() {
    let sample = sample();
    let mut by_day: BTreeMap<Date, Vec<Case>> = BTreeMap::new();
    for case in case::all() {
        by_day.entry(case.application.as_of).or_default().push(case);
    }
    for (day, cases) in by_day {
        let data = tempfile::tempdir().expect("a temporary folder");
        let accounts: Vec<Value> = cases.iter().map(|case| account(&sample, case)).collect();
        let running = start(Config {
            listen: ([127, 0, 0, 1], 0).into(),
            data: data.path().to_owned(),
            www: None,
            server_bundle: sample.server_bundle.clone(),
            public_bundle: sample.public_bundle.clone(),
            trusted_keys: vec![signed::trusted()],
            as_of: Some(day),
            demo: Some(Value::from(accounts).to_string()),
            sources: None,
            notices: None,
            callers: Callers::Demo,
            drain: Duration::ZERO,
            master_key: KeySource::Folder,
        })
        .await
        .expect("the service starts");
        for case in &cases {
            if case.bundle == Audience::Server && !is_offered(&sample, case) {
                refuse(case, &running).await;
                continue;
            }
            for &locale in Locale::ALL {
                let policy = sample.policy(case.bundle);
                let native = assess(policy, &case.application, locale)
                    .expect("valid")
                    .to_json();
                let found = match case.bundle {
                    Audience::Server => decide(&sample, case, locale, &running).await,
                    Audience::Public => pre_check(case, locale, &running).await,
                };
                assert_eq!(found, native, "{} in {locale:?}", case.name);
            }
        }
        running.stop().await;
    }
}

/// Whether callers may have decisions in the scenario of a case.
fn is_offered(sample: &Sample, case: &Case) -> bool {
    let name = &case.application.scenario;
    let id = sample.server.scenario_id(name).expect("a scenario");
    sample.server.scenario(id).audience == Audience::Public
}

/// The server's own scenarios do not exist for callers.
async fn refuse(case: &Case, running: &Running) {
    let path = format!("/v1/{}/decisions", case.application.scenario);
    let body = json!({ "account": case.name, "facts": {} });
    let answer = send("POST", &path, Some(body), running).await;
    assert_eq!(answer.status, 404, "{}: {}", case.name, answer.text());
}

/// Whether a fact comes from the server's own sources.
fn is_own(sample: &Sample, name: &str) -> bool {
    let def = sample
        .server
        .fact_id(name)
        .and_then(|id| sample.server.fact(id));
    def.is_some_and(|def| !matches!(def.source, Source::Applicant | Source::Device))
}

/// The facts of a scenario from one side.
fn facts(sample: &Sample, case: &Case, own: bool) -> Value {
    let facts = case.json["facts"].as_object().into_iter().flatten();
    facts
        .filter(|(name, _)| is_own(sample, name) == own)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn account(sample: &Sample, case: &Case) -> Value {
    let label = json!({ "zh-CN": case.name, "en": case.name });
    json!({ "id": case.name, "label": label, "facts": facts(sample, case, true) })
}

async fn decide(sample: &Sample, case: &Case, locale: Locale, running: &Running) -> String {
    let body = json!({
        "account": case.name,
        "locale": locale.as_str(),
        "fields": case.json.get("fields").cloned().unwrap_or_else(|| json!({})),
        "facts": facts(sample, case, false),
    });
    let path = format!("/v1/{}/decisions", case.application.scenario);
    let answer = send("POST", &path, Some(body), running).await;
    assert_eq!(answer.status, 201, "{}: {}", case.name, answer.text());
    let text = answer.text();
    let decision: Decision = serde_json::from_str(text).expect("an answer");
    let path = format!("/v1/decisions/{}", decision.id);
    let again = send("GET", &path, None, running).await;
    assert_eq!(
        again.text(),
        text,
        "a kept decision has the bytes of the first answer"
    );
    decision.document.get().to_owned()
}

async fn pre_check(case: &Case, locale: Locale, running: &Running) -> String {
    let mut body = case.json.clone();
    body["locale"] = locale.as_str().into();
    let answer = send("POST", "/v1/pre-checks", Some(body), running).await;
    assert_eq!(answer.status, 200, "{}: {}", case.name, answer.text());
    answer.text().to_string()
}

async fn send(method: &str, path: &str, body: Option<Value>, running: &Running) -> Answer {
    let request = Request::new(method, path);
    let request = match body {
        Some(body) => request.json(body.to_string()),
        None => request,
    };
    request.send(running.local_addr()).await
}
