//! Whatever is done to the log is found, and its place is named.

use precheck_server::audit::{KeySource, MasterKey, VerifyOptions, verify};

use super::{run, stopped, verified};
use crate::support::{config, refused};

#[tokio::test(flavor = "multi_thread")]
async fn an_untouched_log_verifies() {
    let (data, _) = stopped(9).await;
    let found = verified(data.path()).await;
    assert_eq!(found.findings, []);
    assert_eq!((found.rows, found.opened, found.erased), (9, 9, 0));
    assert_eq!(found.checkpoints, 1, "that of the end");
}

/// What is done, and what has to be found: code, first and last row. The log
/// has nine rows.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_named_with_its_place() {
    const SWAP: &str = "UPDATE log SET sequence = -1 WHERE sequence = 3; \
        UPDATE log SET sequence = 3 WHERE sequence = 7; \
        UPDATE log SET sequence = 7 WHERE sequence = -1;";
    const SWAP_NEXT: &str = "UPDATE log SET sequence = -1 WHERE sequence = 4; \
        UPDATE log SET sequence = 4 WHERE sequence = 5; \
        UPDATE log SET sequence = 5 WHERE sequence = -1;";
    const CLOSE: &str = "UPDATE log SET sequence = -sequence WHERE sequence > 4; \
        UPDATE log SET sequence = -sequence - 1 WHERE sequence < 0;";
    const OPEN: &str = "UPDATE log SET sequence = -sequence WHERE sequence >= 4; \
        UPDATE log SET sequence = -sequence + 1 WHERE sequence < 0;";
    const COPY: &str = "INSERT INTO log SELECT 4, kind, 'another', decided_at, decided_ms, \
        scenario, policy_pack, policy_version, policy_hash, as_of, subject, locale, decision, \
        counts, previous, hash, sealed FROM log WHERE sequence = 2;";
    const AFTER: &str = "INSERT INTO log SELECT 10, kind, 'another', decided_at, decided_ms, \
        scenario, policy_pack, policy_version, policy_hash, as_of, subject, locale, decision, \
        counts, previous, hash, sealed FROM log WHERE sequence = 9;";
    let cases = [
        (
            "a decision",
            "UPDATE log SET decision = 'approve' WHERE sequence = 3",
            "row-altered",
            3,
            3,
        ),
        (
            "a time",
            "UPDATE log SET decided_ms = decided_ms + 1 WHERE sequence = 1",
            "row-altered",
            1,
            1,
        ),
        (
            "the last one",
            "UPDATE log SET policy_version = 8 WHERE sequence = 9",
            "row-altered",
            9,
            9,
        ),
        (
            "a person",
            "UPDATE log SET subject = (SELECT subject FROM log WHERE sequence = 1) WHERE sequence = 5",
            "row-altered",
            5,
            5,
        ),
        (
            "whether it counts",
            "UPDATE log SET counts = 1 - counts WHERE sequence = 4",
            "row-altered",
            4,
            4,
        ),
        (
            "what is sealed",
            "UPDATE log SET sealed = x'00' WHERE sequence = 6",
            "row-altered",
            6,
            6,
        ),
        (
            "its own hash",
            "UPDATE log SET hash = zeroblob(32) WHERE sequence = 6",
            "row-altered",
            6,
            6,
        ),
        (
            "the hash before",
            "UPDATE log SET previous = zeroblob(32) WHERE sequence = 6",
            "row-altered",
            6,
            6,
        ),
        (
            "one taken out",
            "DELETE FROM log WHERE sequence = 4",
            "row-missing",
            4,
            4,
        ),
        (
            "three taken out",
            "DELETE FROM log WHERE sequence BETWEEN 4 AND 6",
            "row-missing",
            4,
            6,
        ),
        (
            "the first taken out",
            "DELETE FROM log WHERE sequence = 1",
            "row-missing",
            1,
            1,
        ),
        ("two changed places", SWAP, "row-moved", 3, 3),
        ("neighbours changed places", SWAP_NEXT, "row-moved", 4, 4),
        (
            "one put before all",
            "UPDATE log SET sequence = 0 WHERE sequence = 5",
            "row-moved",
            0,
            0,
        ),
        (
            "the end cut off",
            "DELETE FROM log WHERE sequence > 6",
            "tail-cut",
            7,
            9,
        ),
        ("everything cut off", "DELETE FROM log", "tail-cut", 1, 9),
        ("one put after the end", AFTER, "row-inserted", 10, 10),
        (
            "end and head cut off",
            "DELETE FROM log WHERE sequence > 6; \
            UPDATE chain SET sequence = 6, hash = (SELECT hash FROM log WHERE sequence = 6)",
            "head-forged",
            6,
            6,
        ),
        (
            "a checkpoint is no head",
            "DELETE FROM log WHERE sequence = 9; \
            UPDATE chain SET signature = (SELECT signature FROM checkpoints)",
            "head-forged",
            9,
            9,
        ),
        (
            "a forged checkpoint",
            "UPDATE checkpoints SET hash = zeroblob(32)",
            "checkpoint-forged",
            9,
            9,
        ),
        (
            "a key taken out",
            "DELETE FROM subjects WHERE account = 'demo-new'",
            "person-key-missing",
            2,
            8,
        ),
        (
            "keys exchanged",
            "UPDATE subjects SET key = (SELECT key FROM subjects WHERE account = 'demo-good') \
            WHERE account = 'demo-new'",
            "seal-broken",
            2,
            2,
        ),
    ];
    let (data, _) = stopped(9).await;
    let gap_closed = format!("DELETE FROM log WHERE sequence = 4; {CLOSE}");
    let put_in = format!("{OPEN} {COPY}");
    let renumbered = [
        (
            "one taken out, the rest renumbered",
            gap_closed.as_str(),
            "row-missing",
            4,
            4,
        ),
        (
            "one put in, the rest renumbered",
            put_in.as_str(),
            "row-inserted",
            4,
            4,
        ),
    ];
    for (why, statements, code, from, until) in cases.into_iter().chain(renumbered) {
        let copy = tempfile::tempdir().expect("a temporary folder");
        for file in ["precheck.sqlite", "master.key"] {
            std::fs::copy(data.path().join(file), copy.path().join(file)).expect("a copy");
        }
        run(copy.path(), statements).await;
        let found = verified(copy.path()).await.findings;
        let named = found
            .iter()
            .find(|one| one.code == code && one.from == Some(from) && one.until == Some(until));
        assert!(
            named.is_some(),
            "{why}: {code} {from} to {until}: {found:#?}"
        );
    }
}

/// A thief of the database who knows how rows are hashed, and has no key.
#[tokio::test(flavor = "multi_thread")]
async fn an_altered_row_that_was_hashed_again_is_found() {
    let (data, _) = stopped(5).await;
    run(
        data.path(),
        "UPDATE log SET hash = (SELECT hash FROM log WHERE sequence = 1) WHERE sequence = 5; \
         UPDATE chain SET hash = (SELECT hash FROM log WHERE sequence = 5)",
    )
    .await;
    let codes: Vec<_> = verified(data.path()).await.findings;
    let codes: Vec<_> = codes.iter().map(|one| one.code).collect();
    assert!(codes.contains(&"head-forged"), "{codes:?}");
    assert_eq!(refused(config(data.path())).await.code(), "log-broken");
}

/// A whole database put back to an earlier state is right in itself; what was
/// kept elsewhere tells.
#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_state_is_found_by_what_was_kept_elsewhere() {
    let (data, _) = stopped(4).await;
    let earlier = tempfile::tempdir().expect("a temporary folder");
    for file in ["precheck.sqlite", "master.key"] {
        std::fs::copy(data.path().join(file), earlier.path().join(file)).expect("a copy");
    }
    let running = precheck_server::start(config(data.path()))
        .await
        .expect("a start");
    let request = crate::support::client::Request::new("POST", "/v1/activation/decisions");
    let body = crate::support::application("demo-good").to_string();
    let answer = request.json(body).send(running.local_addr()).await;
    assert_eq!(answer.status, 201);
    running.stop().await;
    // The service's own log is what is kept elsewhere.
    let log = crate::support::log::captured();
    let options = VerifyOptions {
        checkpoints: Some(log),
        ..VerifyOptions::default()
    };
    let now = verify(data.path(), &options).await.expect("readable");
    assert_eq!(now.findings, []);
    assert_eq!(now.checkpoints, 4, "two, each in both places");
    let then = verify(earlier.path(), &options).await.expect("readable");
    let cut: Vec<_> = then
        .findings
        .iter()
        .map(|one| (one.code, one.from, one.until))
        .collect();
    assert_eq!(cut, [("tail-cut", Some(5), Some(5))]);
}

/// Somebody with a key of their own can write a log that is right in itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_of_another_key_is_told() {
    let (data, _) = stopped(2).await;
    let known = MasterKey::generate().expect("randomness").public();
    let options = VerifyOptions {
        trusted: Some(known),
        ..VerifyOptions::default()
    };
    let found = verify(data.path(), &options).await.expect("readable");
    let codes: Vec<_> = found.findings.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["signer-other", "checkpoint-forged", "head-forged"]);
    let own = verified(data.path()).await.signer;
    let options = VerifyOptions {
        trusted: Some(own),
        key: Some(KeySource::Folder),
        checkpoints: None,
    };
    let found = verify(data.path(), &options).await.expect("readable");
    assert_eq!(found.findings, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_starts_on_a_log_that_was_cut_off() {
    let (data, _) = stopped(3).await;
    run(data.path(), "DELETE FROM log WHERE sequence = 3").await;
    let error = refused(config(data.path())).await;
    assert_eq!(error.code(), "log-broken", "{error}");
}

/// Checkpoints are in their places, whatever the commits were.
#[tokio::test(flavor = "multi_thread")]
async fn every_256th_row_is_signed_for_good() {
    let service = std::sync::Arc::new(crate::support::Service::new().await);
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let service = std::sync::Arc::clone(&service);
            tokio::spawn(async move {
                for _ in 0..130 {
                    let body = crate::support::application("demo-good").to_string();
                    assert_eq!(service.post(body).await.status, 201);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("the task ends");
    }
    let service = std::sync::Arc::into_inner(service).expect("every task has ended");
    let crate::support::Service { data, running } = service;
    running.stop().await;
    let found = verified(data.path()).await;
    assert_eq!(found.findings, []);
    assert_eq!(
        (found.rows, found.checkpoints),
        (520, 3),
        "256, 512 and the end"
    );
    run(data.path(), "DELETE FROM checkpoints WHERE sequence = 512").await;
    let found = verified(data.path()).await.findings;
    let places: Vec<_> = found.iter().map(|one| (one.code, one.from)).collect();
    assert_eq!(places, [("checkpoint-missing", Some(512))]);
}
