//! What is logged, and what never is.

use precheck_server::{Callers, NewKey, Scope};
use serde_json::json;

use crate::support::client::Request;
use crate::support::sources::Outside;
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
    let secrets = with_keys_and_sources().await;

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
        "late_payments_12m",
    ]
    .into_iter()
    .chain(secrets.iter().map(String::as_str))
    {
        let found = log.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "`{secret}` is in the log");
    }
}

/// Calls with a key and a session, in the right and the wrong places, while
/// sources are asked; gives what no log may hold.
async fn with_keys_and_sources() -> Vec<String> {
    let outside = Outside::new().await;
    outside
        .service
        .post(application("demo-good").to_string())
        .await;
    let broken = json!({ "bureau": { "mode": "wrong-type" }, "score": { "mode": "half" } });
    outside.control(broken).await;
    outside
        .service
        .post(application("demo-good").to_string())
        .await;

    let key = NewKey::generate("shop", &[Scope::Decide], None, None).expect("randomness");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("callers.toml");
    std::fs::write(&file, &key.row).expect("the folder is writable");
    let service = Service::with(|config| config.callers = Callers::File(file.clone())).await;
    let bearer = |secret: &str| format!("Bearer {secret}");
    let opened = Request::new("POST", "/v1/sessions")
        .header("authorization", &bearer(&key.key))
        .json(json!({ "account": "demo-good" }).to_string());
    let opened = service.send(opened).await.json();
    let token = opened["token"].as_str().expect("a token").to_owned();
    for secret in [&key.key, &token] {
        let header = Request::new("GET", "/v1/operate/state");
        service
            .send(header.header("authorization", &bearer(secret)))
            .await;
        service.get(&format!("/v1/decisions/{secret}")).await;
        service.get(&format!("/readyz?key={secret}")).await;
    }
    // What somebody pastes into the file is not repeated either.
    std::fs::write(&file, format!("{}\n", key.key)).expect("the folder is writable");
    service.running.reload();
    service.running.stop().await;
    let secret = key.key.rsplit('_').next().expect("a secret").to_owned();
    vec![secret, token]
}
