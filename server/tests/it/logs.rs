//! What is logged, and what never is.

use serde_json::json;

use crate::support::client::Request;
use crate::support::{ID_NUMBER, NAME, PHONE, Service, application, changed, log};

/// Every place in which a request can carry a person's data.
#[tokio::test(flavor = "multi_thread")]
async fn logs_hold_times_and_ids_but_nobody() {
    let service = Service::new().await;
    let created = service.post(application("demo-velocity").to_string()).await;
    let id = created.json()["id"].as_str().expect("an id").to_owned();
    let broken = application("demo-good").to_string().replace('}', "");
    service.post(broken).await;
    service
        .post(changed("demo-good", |body| {
            body["facts"][ID_NUMBER] = json!(1)
        }))
        .await;
    service
        .post(changed("demo-good", |body| body[PHONE] = json!(NAME)))
        .await;
    service
        .post(changed("demo-good", |body| {
            body["account"] = json!(ID_NUMBER)
        }))
        .await;
    service
        .post(changed("demo-good", |body| {
            body["facts"]["employment"] = json!(NAME)
        }))
        .await;
    for path in ["/v1/decisions/", "/v1/", "/", "/healthz?phone="] {
        service.get(&format!("{path}{PHONE}")).await;
    }
    service
        .send(Request::new(PHONE, "/healthz").header("cookie", ID_NUMBER))
        .await;
    service.running.stop().await;

    let log = log::captured();
    for expected in [
        &*format!("decision=\"{id}\""),
        "route=\"/v1/{scenario}/decisions\" status=201",
        "status=422",
        "microseconds=",
        "method=\"other\"",
    ] {
        assert!(log.contains(expected), "the log lacks `{expected}`");
    }
    let line = log
        .lines()
        .find(|line| line.contains(&id))
        .expect("the line of the decision");
    for secret in ["decline", "demo-velocity", "applications_24h", "VELOCITY"] {
        assert!(!line.contains(secret), "{line}");
    }
    // Of all tests so far: they use one synthetic person.
    for secret in [
        NAME,
        ID_NUMBER,
        PHONE,
        "1990-03-07",
        "19900307",
        "800000",
        "monthly_income",
    ] {
        let found = log.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "`{secret}` is in the log");
    }
}
