//! Pre-checks over HTTP: the bytes of the public policy, and nothing kept.

use precheck::units::Locale;
use precheck::{Application, Entries, FactInput, Policy, WishInput, advise, assess};
use serde_json::json;

use crate::support::client::{Answer, Request};
use crate::support::{Service, as_of, model};

async fn pre_check(service: &Service, body: String) -> Answer {
    let request = Request::new("POST", "/v1/pre-checks").json(body);
    service.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pre_check_has_the_bytes_of_the_public_policy() {
    let service = Service::new().await;
    let policy = Policy::from_model(model::public()).expect("the model is consistent");
    for locale in Locale::ALL {
        let body = json!({
            "scenario": "activation",
            "locale": locale.as_str(),
            "fields": { "phone": "138" },
            "facts": { "monthly_income": 800_000 },
        });
        let answer = pre_check(&service, body.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let application = Application {
            scenario: "activation".into(),
            as_of: as_of(),
            fields: Entries(vec![("phone".into(), "138".into())]),
            facts: Entries(vec![("monthly_income".into(), FactInput::Integer(800_000))]),
        };
        let document = assess(&policy, &application, *locale).expect("valid");
        assert_eq!(answer.text(), document.to_json());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_pre_check_names_its_places() {
    let service = Service::new().await;
    for (body, code, pointers) in [
        (json!({}), "request-invalid", &["/scenario"][..]),
        (
            json!({ "scenario": "activation", "as_of": "2026-02-30", "account": "x" }),
            "request-invalid",
            &["/account", "/as_of"],
        ),
        (
            json!({ "scenario": "opening" }),
            "application-invalid",
            &["/scenario"],
        ),
        (
            json!({ "scenario": "activation", "facts": { "overdue_12m": 0, "employment": 1 } }),
            "application-invalid",
            &["/facts/employment", "/facts/overdue_12m"],
        ),
    ] {
        let answer = pre_check(&service, body.to_string()).await;
        assert_eq!(answer.status, 422, "{body}");
        let problem = answer.json();
        assert_eq!(problem["code"], code, "{body}");
        let errors = problem["errors"].as_array().expect("a list").iter();
        let found: Vec<&str> = errors.filter_map(|one| one["pointer"].as_str()).collect();
        assert_eq!(found, pointers, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_have_the_bytes_of_the_public_policy() {
    let service = Service::new().await;
    let policy = Policy::from_model(model::public()).expect("the model is consistent");
    let body = json!({
        "scenario": "activation",
        "locale": "en",
        "facts": { "monthly_income": 800_000 },
        "wish": { "decision": "refer", "locks": ["monthly_income"], "days": 30 },
    });
    let request = Request::new("POST", "/v1/plans").json(body.to_string());
    let answer = service.send(request).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let application = Application {
        scenario: "activation".into(),
        as_of: as_of(),
        fields: Entries(Vec::new()),
        facts: Entries(vec![("monthly_income".into(), FactInput::Integer(800_000))]),
    };
    let wish = WishInput {
        decision: Some(precheck::Decision::Refer),
        locks: vec!["monthly_income".into()],
        days: Some(30),
        ..WishInput::default()
    };
    let advice = advise(&policy, &application, &wish, Locale::En).expect("valid");
    assert_eq!(answer.text(), advice.to_json());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_wish_names_its_places() {
    let service = Service::new().await;
    for (wish, code, pointer) in [
        (json!({ "goal": "approve" }), "request-invalid", "/wish"),
        (json!("approve"), "request-invalid", "/wish"),
        (
            json!({ "locks": ["shoe_size"] }),
            "application-invalid",
            "/wish/locks/0",
        ),
        (
            json!({ "margin": -1 }),
            "application-invalid",
            "/wish/margin",
        ),
    ] {
        let body = json!({ "scenario": "activation", "wish": wish });
        let request = Request::new("POST", "/v1/plans").json(body.to_string());
        let answer = service.send(request).await;
        let text = answer.text();
        assert!(text.contains(code) && text.contains(pointer), "{text}");
    }
    let answer = pre_check(
        &service,
        json!({ "scenario": "activation", "wish": {} }).to_string(),
    );
    assert_eq!(answer.await.status, 422, "a pre-check has no wish");
}
