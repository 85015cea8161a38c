//! What operators and load balancers are told, and what happens when too many come.

use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::support::client::Request;
use crate::support::{Service, application};

const PRE_CHECK: &str = r#"{"scenario":"activation"}"#;

/// A load balancer hears it while everything is still answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_stops_says_so_first() {
    let service = Service::with(|config| config.drain = Duration::from_millis(800)).await;
    assert_eq!(service.get("/readyz").await.status, 200);
    let address = service.running.local_addr();
    let stopping = tokio::spawn(service.running.stop());
    tokio::time::sleep(Duration::from_millis(200)).await;
    let answer = Request::new("GET", "/readyz").send(address).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.json()["code"], "stopping");
    let alive = Request::new("GET", "/healthz").send(address).await;
    assert_eq!(alive.status, 200, "it is not ill");
    let body = application("demo-good").to_string();
    let decided = Request::new("POST", "/v1/activation/decisions").json(body);
    assert_eq!(decided.send(address).await.status, 201, "nobody is lost");
    stopping.await.expect("it stops");
    let gone = tokio::net::TcpStream::connect(address).await;
    assert!(gone.is_err(), "then nothing listens");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_sources_and_load() {
    let outside = crate::support::sources::Outside::new().await;
    outside
        .control(json!({ "bureau": { "mode": "error" } }))
        .await;
    for _ in 0..9 {
        outside
            .service
            .post(application("demo-good").to_string())
            .await;
    }
    let state = outside.service.get("/v1/operate/state").await.json();
    let sources = json!([
        { "source": "identity", "breaker": "closed" },
        { "source": "bureau", "breaker": "open" },
        { "source": "score", "breaker": "closed" },
    ]);
    assert_eq!(state["sources"], sources);
    assert_eq!(state["stopping"], false);
    assert_eq!(state["trouble"], json!(null));
    assert!(state["wait_ms"].is_u64(), "{state}");
}

/// More connections than are served: whoever comes then is told at once.
#[tokio::test(flavor = "multi_thread")]
async fn beyond_all_places_the_answer_is_quick() {
    let service = Service::new().await;
    let address = service.running.local_addr();
    let mut idle = Vec::new();
    for _ in 0..1_024 {
        idle.push(
            tokio::net::TcpStream::connect(address)
                .await
                .expect("it accepts"),
        );
    }
    // They are accepted in order, so the next one is beyond.
    let started = std::time::Instant::now();
    let answer = service.post(application("demo-good").to_string()).await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_eq!(answer.json()["code"], "overloaded");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(service.get("/healthz").await.status, 200, "it is not ill");
    let right = Request::new("POST", "/v1/closure/decisions").json("{}");
    let answer = service.send(right).await;
    assert_eq!(answer.status, 404, "let in: this policy has no closure");
    assert!(started.elapsed() < Duration::from_secs(2));
    drop(idle);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let answer = service.post(application("demo-good").to_string()).await;
    assert_eq!(answer.status, 201, "there is room again");
}

/// Whoever sends slowly must not look like a server that is slow.
#[tokio::test(flavor = "multi_thread")]
async fn slow_senders_cost_the_others_nothing() {
    let service = Service::new().await;
    let mut slow = Vec::new();
    for _ in 0..100 {
        let address = service.running.local_addr();
        let mut stream = tokio::net::TcpStream::connect(address)
            .await
            .expect("it accepts");
        let head = b"POST /v1/pre-checks HTTP/1.1\r\nhost: test\r\n\
            content-type: application/json\r\ncontent-length: 50\r\n\r\n{";
        stream.write_all(head).await.expect("it reads");
        slow.push(stream);
    }
    let mut served = 0;
    for _ in 0..40 {
        let request = Request::new("POST", "/v1/pre-checks").json(PRE_CHECK);
        served += u32::from(service.send(request).await.status == 200);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // A machine that is busy with other things may cost one or two.
    assert!(served > 35, "{served} of 40");
}
