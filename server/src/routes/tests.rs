//! What no caller can bring about: a policy that ends while the service runs.

#[path = "../../tests/it/support/model.rs"]
mod model;

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use precheck::Policy;
use precheck::units::Date;

use super::{PublicBundle, Service, decisions, health};
use crate::audit::KeySource;
use crate::callers::{Caller, Callers, Gate};
use crate::connections::Stopping;
use crate::idempotency::Turns;
use crate::policies::{Policies, Release};
use crate::store::{PolicyVersion, Store};
use crate::upstreams::Upstreams;
use crate::watch::Watch;

/// Asks for the state of health and for a decision on a day.
async fn on(day: &str) -> [Response; 2] {
    let data = tempfile::tempdir().expect("a temporary folder");
    let policy = Policy::from_model(model::server()).expect("the model is consistent");
    let hash = policy.hash();
    let version = PolicyVersion {
        pack: &policy.model().pack,
        version: policy.model().version,
        hash: &hash,
        bundle: &[],
        at: "2026-11-22T00:00:00.000+08:00",
    };
    let opened = Store::open(data.path(), version, None, &KeySource::Folder);
    let opened = opened.await.expect("the store opens");
    let release = Release {
        public: Policy::from_model(model::public()).expect("the model is consistent"),
        public_bundle: PublicBundle::new(Vec::new(), &hash),
        policy,
    };
    let service = Arc::new(Service {
        policies: Policies::new(release, Vec::new(), None),
        watch: Watch::new(Vec::new(), Default::default()),
        store: opened.store,
        upstreams: Upstreams::default(),
        turns: Turns::default(),
        as_of: Date::parse(day),
        demo: false,
        gate: Gate::new(&Callers::Demo).expect("there is randomness"),
        stopping: Stopping::new(Duration::ZERO),
    });
    let mut headers = HeaderMap::new();
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    let body = Body::from(r#"{"account":"nobody","locale":"en","fields":{},"facts":{}}"#);
    let state = || State(Arc::clone(&service));
    let answers = [
        health::alive(state(), Uri::from_static("/healthz")).await,
        decisions::create(
            state(),
            Extension(Caller::demo()),
            Ok(Path("activation".to_owned())),
            Uri::from_static("/v1/activation/decisions"),
            headers,
            body,
        )
        .await
        .into_response(),
    ];
    service.store.close().await;
    drop(service);
    opened.task.await.expect("the writer ends");
    answers
}

#[tokio::test]
async fn nothing_is_decided_after_the_last_day() {
    let statuses = |answers: [Response; 2]| answers.map(|answer| answer.status());
    assert_eq!(
        statuses(on("2027-12-31").await),
        [StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY],
        "the last day: only the account is unknown"
    );
    for day in ["2028-01-01", "2025-12-31"] {
        for answer in on(day).await {
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{day}");
            assert!(answer.headers().contains_key(header::RETRY_AFTER), "{day}");
        }
    }
}
