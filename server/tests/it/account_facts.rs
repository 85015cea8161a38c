//! What the server's own sources have, or do not have, about an account.

use precheck_server::Config;
use serde_json::{Value, json};

use crate::support::{Service, application, model, signed};

/// Starts with another policy.
async fn with_model(change: impl Fn(&mut precheck::Model)) -> Service {
    Service::with(|config: &mut Config| {
        let (mut server, mut public) = (model::server(), model::public());
        change(&mut server);
        change(&mut public);
        config.server_bundle = signed::bundle(&server);
        config.public_bundle = signed::bundle(&public);
    })
    .await
}

fn rename(model: &mut precheck::Model, from: &str, to: &str) {
    for fact in &mut model.facts {
        if fact.name == from {
            fact.name = to.into();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bureau_without_an_entry_has_not_answered() {
    let service = with_model(|model| rename(model, "zhima_score", "other_score")).await;
    let answer = service.post(application("demo-good").to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(
        answer.json()["document"]["outcome"]["decisions"],
        json!(["retry-later"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_that_the_caller_cannot_fill_is_not_the_callers_fault() {
    let service = with_model(|model| rename(model, "applications_24h", "applications_7d")).await;
    let answer = service.post(application("demo-good").to_string()).await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_eq!(answer.json()["code"], "source-unavailable");
    assert_eq!(answer.header("retry-after"), Some("60"));
    assert_eq!(answer.faults(), [], "it does not tell which source");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_fact_outside_its_domain_is_not_told() {
    let service = with_model(|model| {
        for fact in &mut model.facts {
            if fact.name == "login_places_7d" {
                fact.max = 5;
            }
        }
    })
    .await;
    let answer = service.post(application("demo-places").to_string()).await;
    assert_eq!(answer.status, 500, "{}", answer.text());
    assert!(!answer.text().contains("login_places"), "{}", answer.text());
    let fine = service.post(application("demo-good").to_string()).await;
    assert_eq!(fine.status, 201, "other accounts are served");
}

#[tokio::test(flavor = "multi_thread")]
async fn demo_accounts_are_there_only_in_a_demo() {
    let service = Service::new().await;
    let Service { data, running } = service;
    running.stop().await;
    let mut config = crate::support::config(data.path());
    config.demo = None;
    let running = precheck_server::start(config)
        .await
        .expect("the service starts");
    let service = Service { data, running };
    let answer = service.post(application("demo-good").to_string()).await;
    assert_eq!(
        answer.json()["code"],
        "account-unknown",
        "though the database has it"
    );
    let listed: Value = service.get("/v1/demo/accounts").await.json();
    assert_eq!(listed["code"], "not-found");
}
