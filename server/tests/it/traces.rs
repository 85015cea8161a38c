//! Everything that a decision came from, over HTTP, for staff.

use precheck::{Decision, Op, Test};
use precheck_server::Config;
use serde_json::{Value, json};

use crate::support::{Service, application, model, signed};

/// The same policy with another limit on income, under a higher version.
fn stricter(config: &mut Config) {
    let (mut server, mut public) = (model::server(), model::public());
    for model in [&mut server, &mut public] {
        model.version += 1;
        let rules = &mut model.scenarios[0].rules;
        let income = rules.iter_mut().find(|rule| rule.reason == 2);
        let income = income.expect("the rule on income");
        assert_eq!(income.effect, Decision::Decline);
        if let Op::Atom(_, Test::AtMost(most)) = &mut income.when[0] {
            *most = 899_999;
        }
    }
    config.server_bundle = signed::bundle(&server);
    config.public_bundle = signed::bundle(&public);
}

/// The rows of every table that is laid out.
fn rows(trace: &Value) -> Vec<Vec<&str>> {
    let blocks = trace["blocks"].as_array().expect("a list");
    let tables = blocks.iter().filter_map(|block| block.get("table"));
    let rows = tables.flat_map(|table| table[1].as_array().expect("rows"));
    rows.map(|row| {
        let cells = row.as_array().expect("cells").iter();
        cells.map(|cell| cell.as_str().expect("a text")).collect()
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_what_a_decision_came_from_under_the_policy_that_took_it() {
    let service = Service::new().await;
    let answer = service.post(application("demo-overdue").to_string()).await;
    let answer = answer.json();
    let id = answer["id"].as_str().expect("an id");
    let outcome = &answer["document"]["outcome"];
    let path = format!("/v1/operate/decisions/{id}/trace?locale=en");
    let trace = service.get(&path).await;
    assert_eq!(trace.status, 200, "{}", trace.text());
    let said = trace.json();
    assert_eq!(said["id"], json!(id));
    assert_eq!(said["account"], "demo-overdue");
    assert_eq!(said["locale"], "en");
    let hash = outcome["policy"]["hash"].as_str().expect("a hash");
    let blocks = said["blocks"].to_string();
    assert!(blocks.contains(hash), "{blocks}");
    // Every reason that the person is told comes from a row.
    let rows = rows(&said);
    for reason in outcome["reasons"].as_array().expect("a list") {
        let code = reason["code"].as_str().expect("a code");
        let found = rows.iter().flatten().any(|cell| cell.starts_with(code));
        assert!(found, "{code}: {rows:?}");
    }
    // Every fact has somebody who said it.
    let origins = said["origins"].as_array().expect("a list");
    let count = |origin: &Value| origin["facts"].as_array().map_or(0, Vec::len);
    assert!(origins.iter().map(count).sum::<usize>() > 3, "{origins:?}");

    // Another policy decides meanwhile; this one was taken by the old one.
    let service = service.restart_with(stricter).await;
    assert_eq!(service.get(&path).await.text(), trace.text());

    for id in ["none", "123e4567-e89b-42d3-a456-426614174000"] {
        let path = format!("/v1/operate/decisions/{id}/trace");
        let missing = service.get(&path).await;
        assert_eq!(
            (missing.status, missing.json()["code"].clone()),
            (404, json!("decision-not-found")),
            "{id}"
        );
    }
}
