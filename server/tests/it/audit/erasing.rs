//! A person who is erased: unreadable everywhere, and still counted.

use std::fs;

use precheck_server::audit::{KeySource, Place, erase, replay};
use serde_json::json;

use super::{run, stopped, tables, verified};
use crate::support::client::Request;
use crate::support::{Service, application, refused};

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_is_unreadable_and_the_chain_verifies() {
    let service = Service::new().await;
    let mut locations = Vec::new();
    for account in ["demo-good", "demo-overdue", "demo-good"] {
        let answer = service.post(application(account).to_string()).await;
        let location = answer.header("location").expect("a place");
        locations.push(location.to_owned());
    }
    let folder = service.data.path().to_owned();
    // While the service runs.
    let erased = erase(&folder, &KeySource::Folder, "demo-good").await;
    let erased = erased.expect("the person is erased");
    assert_eq!((erased.decisions, erased.sequence), (2, Some(4)));

    let statuses = [
        service.get(&locations[0]).await.status,
        service.get(&locations[1]).await.status,
        service.get(&locations[2]).await.status,
    ];
    assert_eq!(statuses, [404, 200, 404], "as one that was never there");
    let path = format!("{}/changes", locations[2]);
    let request = Request::new("POST", &path).json("{}");
    let changes = service.send(request).await;
    assert_eq!(changes.status, 404, "{}", changes.text());
    let again = service.post(application("demo-good").to_string()).await;
    assert_eq!(again.json()["code"], "account-unknown");

    // A demo account comes back with the next start, as somebody new.
    let service = service.restart().await;
    let again = service.post(application("demo-good").to_string()).await;
    assert_eq!(again.status, 201, "{}", again.text());
    assert_eq!(service.get(&locations[0]).await.status, 404);

    let found = verified(&folder).await;
    assert_eq!(found.findings, []);
    assert_eq!((found.rows, found.erased, found.opened), (5, 2, 2));
    let replayed = replay(&folder, &KeySource::Folder, None, None).await;
    let replayed = replayed.expect("readable");
    assert_eq!((replayed.same, replayed.erased), (2, 2));
    assert_eq!(replayed.differences, []);
}

/// The bytes of the person's key are in no file of the folder.
#[tokio::test(flavor = "multi_thread")]
async fn the_key_leaves_the_files() {
    let (data, _) = stopped(6).await;
    let mut connection = super::database(data.path()).await;
    let query = "SELECT key FROM subjects WHERE account = 'demo-new'";
    let key: Vec<u8> = sqlx::query_scalar(query)
        .fetch_one(&mut connection)
        .await
        .expect("a key");
    sqlx::Connection::close(connection)
        .await
        .expect("it closes");
    let count = || {
        let files = fs::read_dir(data.path()).expect("the folder is readable");
        let files = files.map(|file| fs::read(file.expect("a file").path()).expect("readable"));
        let holds = |bytes: &Vec<u8>| bytes.windows(key.len()).any(|part| part == key);
        files.filter(holds).count()
    };
    assert_eq!(count(), 1, "it was there");
    let erased = erase(data.path(), &KeySource::Folder, "demo-new").await;
    assert!(erased.expect("erased").is_overwritten);
    assert_eq!(count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_unknown_cannot_be_erased() {
    let (data, _) = stopped(1).await;
    for account in ["nobody", "", "' OR 1 = 1 --"] {
        let error = erase(data.path(), &KeySource::Folder, account).await;
        let error = error.expect_err("nobody is erased");
        assert_eq!(error.code(), "account-unknown", "{account}");
    }
    // Known, and without a decision.
    let erased = erase(data.path(), &KeySource::Folder, "demo-peak").await;
    assert_eq!(erased.expect("erased").sequence, None);
    assert_eq!(verified(data.path()).await.rows, 1);
}

/// Decisions of before there was a log are sealed into it by the first start.
#[tokio::test(flavor = "multi_thread")]
async fn decisions_of_before_are_sealed_by_the_next_start() {
    let (data, _) = stopped(0).await;
    // As the first three migrations left it; whatever a later one brings goes.
    for table in tables(data.path()).await {
        if !["policies", "bundles", "_sqlx_migrations"].contains(&table.as_str()) {
            let drop = format!("PRAGMA foreign_keys = OFF; DROP TABLE {table};");
            run(data.path(), &drop).await;
        }
    }
    run(
        data.path(),
        "DELETE FROM _sqlx_migrations WHERE version > 3;",
    )
    .await;
    run(
        data.path(),
        include_str!("../../../migrations/0001_start.sql"),
    )
    .await;
    let id = "0b7e6a52-7f7e-4c1e-9d1c-3d3f6c1a2b4d";
    let notices = json!({ "zh-CN": { "headline": "好" }, "en": { "headline": "good" } });
    let outcome = json!({ "decisions": ["approve"] });
    let facts = json!({ "monthly_income": 800_000 });
    run(
        data.path(),
        &format!(
            "INSERT INTO accounts VALUES ('demo-good', 0, '{{}}', '{{}}'); \
         INSERT INTO decisions VALUES (1, '{id}', '2026-11-22T08:00:00.000+08:00', 'activation', \
         'hand-made', 7, 'hash', '2026-11-22', 'demo-good', 'en', '{outcome}', '{notices}'); \
         INSERT INTO decision_facts VALUES (1, '{facts}');"
        ),
    )
    .await;
    // The key was made by the first start; a folder without one gets another.
    fs::remove_file(data.path().join("master.key")).expect("the key goes");
    let running = precheck_server::start(crate::support::config(data.path())).await;
    let service = Service {
        data,
        running: running.expect("a start"),
    };
    let shown = service.get(&format!("/v1/decisions/{id}")).await;
    assert_eq!(
        shown.text(),
        format!(
            r#"{{"id":"{id}","decided_at":"2026-11-22T08:00:00.000+08:00","document":{{"outcome":{outcome},"notice":{{"headline":"good"}}}}}}"#
        )
    );
    let Service { data, running } = service;
    running.stop().await;
    let found = verified(data.path()).await;
    assert_eq!((found.findings, found.rows, found.opened), (vec![], 1, 1));
    let bytes = fs::read(data.path().join("precheck.sqlite")).expect("readable");
    assert!(
        !bytes.windows(6).any(|part| part == b"800000"),
        "the facts are sealed"
    );
    let replayed = replay(
        data.path(),
        &KeySource::Folder,
        Some(Place::Sequence(1)),
        None,
    )
    .await;
    let differences = replayed.expect("readable").differences;
    assert_eq!(
        differences[0].code, "policy-not-kept",
        "its bundle never was there"
    );
}

/// Without the key nothing is opened, and another one is no help.
#[tokio::test(flavor = "multi_thread")]
async fn another_master_key_is_refused() {
    let (data, _) = stopped(1).await;
    let key = data.path().join("master.key");
    let kept = fs::read(&key).expect("readable");
    fs::remove_file(&key).expect("the key goes");
    let error = refused(crate::support::config(data.path())).await;
    assert_eq!(error.code(), "master-key-missing", "{error}");
    let (other, _) = stopped(0).await;
    fs::copy(other.path().join("master.key"), &key).expect("another key");
    let error = refused(crate::support::config(data.path())).await;
    assert_eq!(error.code(), "master-key-other", "{error}");
    fs::write(&key, kept).expect("the key comes back");
    let running = precheck_server::start(crate::support::config(data.path())).await;
    running.expect("it starts").stop().await;
}
