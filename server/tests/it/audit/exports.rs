//! One decision for an authority, and all of them taken again.

use precheck_server::audit::{KeySource, Place, VerifyOptions, check, export, replay, verify};
use serde_json::Value;

use super::{run, stopped};
use crate::support::{Service, application, model, signed};

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_checked_without_the_service() {
    let (data, ids) = stopped(7).await;
    let key = KeySource::Folder;
    let text = export(data.path(), &key, &ids[2]).await.expect("an export");
    let verified = verify(data.path(), &VerifyOptions::default()).await;
    let signer = verified.expect("readable").signer;
    drop(data);
    let checked = check(&text, Some(&signer)).expect("it holds");
    assert_eq!(checked.id, ids[2]);
    assert_eq!(
        (checked.decision.as_str(), checked.sequence),
        ("decline", 3)
    );
    assert_eq!(checked.policy.0, "hand-made");

    let shown: Value = serde_json::from_str(&text).expect("JSON");
    let trace = &shown["document"]["trace"];
    assert_eq!(trace["account"], "demo-overdue");
    assert_eq!(trace["facts"]["monthly_income"], 800_000);
    let origins = trace["origins"].as_array().expect("a list");
    let overdue = origins
        .iter()
        .find(|one| one["facts"].to_string().contains("overdue_12m"))
        .expect("where it came from");
    assert_eq!(overdue["source"], "bureau");
    assert_eq!(overdue["at"], shown["document"]["row"]["decided_at"]);
    for other in [&ids[1], &ids[3]] {
        assert!(
            !text.contains(other.as_str()),
            "nothing of another decision"
        );
    }
}

/// One altered byte anywhere, and it is refused.
#[tokio::test(flavor = "multi_thread")]
async fn an_altered_export_is_refused() {
    let (data, ids) = stopped(3).await;
    let text = export(data.path(), &KeySource::Folder, &ids[0]).await;
    let text = text.expect("an export");
    let signer = check(&text, None).expect("it holds").signer;
    for at in (0..text.len()).step_by(7) {
        if !text.is_char_boundary(at) || !text.is_char_boundary(at + 1) {
            continue;
        }
        let mut altered = text.clone();
        let other = if altered.as_bytes()[at] == b'1' {
            "2"
        } else {
            "1"
        };
        altered.replace_range(at..=at, other);
        assert!(check(&altered, Some(&signer)).is_err(), "byte {at}");
    }
    for (altered, code) in [
        (text.replace("\"approve\"", "\"decline\""), "export-altered"),
        (text.replace("800000", "900000"), "export-altered"),
        (
            text.replace("precheck-decision/1", "precheck-decision/2"),
            "export-malformed",
        ),
        (text[..text.len() - 1].to_owned(), "export-malformed"),
        ("{}".to_owned(), "export-malformed"),
    ] {
        let error = check(&altered, Some(&signer)).expect_err("it is refused");
        assert_eq!(error.code(), code, "{error}");
    }
    let (other, ids) = stopped(1).await;
    let foreign = export(other.path(), &KeySource::Folder, &ids[0]).await;
    let error = check(&foreign.expect("an export"), Some(&signer));
    assert_eq!(
        error.expect_err("another signer").code(),
        "export-key-other"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_there_is_exported() {
    let (data, ids) = stopped(2).await;
    let key = KeySource::Folder;
    for id in ["", "0b7e6a52-7f7e-4c1e-9d1c-3d3f6c1a2b4d"] {
        let error = export(data.path(), &key, id).await.expect_err("unknown");
        assert_eq!(error.code(), "decision-not-found");
    }
    let gone = precheck_server::audit::erase(data.path(), &key, "demo-good").await;
    gone.expect("erased");
    let error = export(data.path(), &key, &ids[0])
        .await
        .expect_err("erased");
    assert_eq!(error.code(), "person-erased");
    run(
        data.path(),
        "UPDATE log SET locale = 'en' WHERE sequence = 2",
    )
    .await;
    let error = export(data.path(), &key, &ids[1])
        .await
        .expect_err("altered");
    assert_eq!(error.code(), "log-broken", "it would not be believed");
}

/// Each decision is taken again under the policy that took it, also after that
/// was replaced; what comes out otherwise is named.
#[tokio::test(flavor = "multi_thread")]
async fn decisions_are_taken_again_under_their_own_policies() {
    let mut service = Service::new().await;
    for version in 7..10 {
        for account in [
            "demo-good",
            "demo-overdue",
            "demo-velocity",
            "demo-bureau-down",
        ] {
            let answer = service.post(application(account).to_string()).await;
            assert_eq!(answer.status, 201);
        }
        service = service
            .restart_with(|config| {
                let (mut server, mut public) = (model::server(), model::public());
                (server.version, public.version) = (version + 1, version + 1);
                // Every version decides otherwise about somebody.
                server.scenarios[0].rules.truncate(12 - version as usize);
                public.scenarios[0].rules.truncate(12 - version as usize);
                config.server_bundle = signed::bundle(&server);
                config.public_bundle = signed::bundle(&public);
            })
            .await;
    }
    let Service { data, running } = service;
    running.stop().await;
    let key = KeySource::Folder;
    let all = replay(data.path(), &key, None, None)
        .await
        .expect("readable");
    assert_eq!(all.differences, []);
    assert_eq!((all.same, all.policies), (12, 3));
    let some = replay(
        data.path(),
        &key,
        Some(Place::Sequence(3)),
        Some(Place::Sequence(6)),
    );
    assert_eq!(some.await.expect("readable").same, 4);
    let day = signed::day("2000-01-01");
    let none = replay(data.path(), &key, None, Some(Place::Day(day)));
    assert_eq!(none.await.expect("readable").same, 0);

    // Another decision, an opened seal and a lost policy are differences.
    run(
        data.path(),
        "UPDATE log SET decision = 'refer' WHERE sequence = 1; \
         UPDATE log SET sealed = zeroblob(100) WHERE sequence = 2; \
         UPDATE log SET policy_hash = 'gone' WHERE sequence = 3; \
         UPDATE log SET policy_hash = (SELECT policy_hash FROM log WHERE sequence = 12) \
         WHERE sequence = 4",
    )
    .await;
    let found = replay(data.path(), &key, None, None)
        .await
        .expect("readable");
    let found: Vec<_> = found
        .differences
        .iter()
        .map(|one| (one.sequence, one.code))
        .collect();
    let expected = [
        (1, "decision-differs"),
        (2, "seal-broken"),
        (3, "policy-not-kept"),
    ];
    assert_eq!(found[..3], expected);
    assert_eq!(
        found.get(3).map(|one| one.0),
        Some(4),
        "another policy says otherwise"
    );
}
