//! What the log has of decisions that sources outside had a part in.

use precheck_server::audit::{KeySource, check, export, replay};
use serde_json::{Value, json};

use crate::support::application;
use crate::support::sources::Outside;

impl Outside {
    async fn id(&self, account: &str) -> String {
        let answer = self.service.post(application(account).to_string()).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().expect("an id").to_owned()
    }
}

/// The facts and origins of an exported decision.
fn trace(text: &str) -> Value {
    check(text, None).expect("it holds");
    let shown: Value = serde_json::from_str(text).expect("JSON");
    shown["document"]["trace"].clone()
}

/// Where a fact came from.
fn origin<'t>(trace: &'t Value, fact: &str) -> &'t Value {
    let origins = trace["origins"].as_array().expect("a list");
    let has = |one: &&Value| {
        one["facts"]
            .as_array()
            .expect("names")
            .contains(&json!(fact))
    };
    origins.iter().find(has).expect("where it came from")
}

/// Answers, silence and contradictions alike: what the sources gave is in the
/// log, with who and when, and each decision comes out of it again.
#[tokio::test(flavor = "multi_thread")]
async fn decisions_that_sources_had_a_part_in_are_taken_again() {
    let outside = Outside::new().await;
    let answered = outside.id("demo-overdue").await;
    let silent = outside.id("demo-bureau-down").await;
    outside
        .control(json!({ "bureau": { "mode": "error" }, "score": { "mode": "half" } }))
        .await;
    let broken = outside.id("demo-good").await;
    for account in ["demo-new", "demo-mismatch", "demo-counted"] {
        outside.id(account).await;
    }
    let Outside { service, sandbox } = outside;
    let crate::support::Service { data, running } = service;
    running.stop().await;
    // Nobody is there who could be asked.
    sandbox.stop().await;

    let key = KeySource::Folder;
    let replayed = replay(data.path(), &key, None, None).await;
    let replayed = replayed.expect("readable");
    assert_eq!(replayed.differences, []);
    assert_eq!(replayed.same, 6);

    let text = export(data.path(), &key, &answered)
        .await
        .expect("it is there");
    let found = trace(&text);
    assert_eq!(found["account"], "demo-overdue");
    assert_eq!(found["caller"], "demo");
    let late = found["facts"]["overdue_12m"].as_i64().expect("a number");
    assert!(late > 0, "as the bureau said");
    let bureau = origin(&found, "overdue_12m");
    assert_eq!(
        (&bureau["source"], &bureau["upstream"]),
        (&json!("bureau"), &json!("bureau"))
    );
    assert_eq!(bureau["missing"], Value::Null);
    let decided_at = origin(&found, "monthly_income")["at"].as_str();
    let asked_at = bureau["at"].as_str();
    assert!(
        asked_at.is_some() && asked_at <= decided_at,
        "{asked_at:?} {decided_at:?}"
    );
    assert_eq!(origin(&found, "monthly_income")["upstream"], Value::Null);
    assert_eq!(origin(&found, "identity_match")["upstream"], "identity");

    for (id, source, fact, missing) in [
        (&silent, "bureau", "overdue_12m", "timed-out"),
        (&broken, "bureau", "overdue_12m", "out-of-order"),
        (&broken, "score", "zhima_score", "incomplete"),
    ] {
        let text = export(data.path(), &key, id).await.expect("it is there");
        let found = trace(&text);
        assert_eq!(found["facts"][fact], json!({ "special": "unavailable" }));
        let origin = origin(&found, fact);
        assert_eq!(
            (&origin["upstream"], &origin["missing"]),
            (&json!(source), &json!(missing))
        );
        let decision = &found["outcome"]["decisions"][0];
        assert_eq!(decision, "retry-later", "missing is no refusal");
    }
}
