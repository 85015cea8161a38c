//! Paying back over HTTP: the bytes of the public policy, strictly asked for.

use precheck::units::Locale;
use precheck::{Instalments, Model, Policy, Terms, Weekends, repay};

use crate::support::{Service, as_of, model, signed};

fn with_terms(mut model: Model) -> Model {
    model.repayment = Some(Terms {
        statement_day: 1,
        due_days: 29,
        weekends: Weekends::Keep,
        instalments: Some(Instalments {
            count: 3,
            fee: 6_000,
            least: 10_000,
        }),
        late: 500,
        reminders: vec![3, 0],
        overdue: vec![1],
    });
    model
}

async fn service() -> Service {
    Service::with(|config| {
        config.server_bundle = signed::bundle(&with_terms(model::server()));
        config.public_bundle = signed::bundle(&with_terms(model::public()));
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_have_the_bytes_of_the_public_policy() {
    let service = service().await;
    let policy = Policy::from_model(with_terms(model::public())).expect("consistent");
    let answer = service.get("/v1/repayment-plans?amount=150000").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let expected = repay(&policy, 150_000, as_of(), Locale::ZhCn).expect("a plan");
    assert_eq!(answer.text(), expected.to_json());
    let path = "/v1/repayment-plans?from=2028-02-29&locale=en&amount=1";
    let answer = service.get(path).await;
    let day = precheck::units::Date::from_ymd(2028, 2, 29).expect("a day");
    let expected = repay(&policy, 1, day, Locale::En).expect("a plan");
    assert_eq!(answer.text(), expected.to_json());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_question_names_its_places() {
    let service = service().await;
    for (query, status, code, pointers) in [
        ("", 422, "request-invalid", &["/amount"][..]),
        ("?amount=1.5", 422, "request-invalid", &["/amount"]),
        ("?amount=+", 422, "request-invalid", &["/amount"]),
        (
            "?amount=99999999999999999999",
            422,
            "request-invalid",
            &["/amount"],
        ),
        ("?amount=1&amount=2", 422, "request-invalid", &["/amount"]),
        (
            "?amount=1&from=2027-02-29",
            422,
            "request-invalid",
            &["/from"],
        ),
        ("?amount=1&from=", 422, "request-invalid", &["/from"]),
        ("?amount=1&locale=de", 422, "request-invalid", &["/locale"]),
        ("?amount=1&phone=13800138000", 422, "request-invalid", &[""]),
        (
            "?from=x&x",
            422,
            "request-invalid",
            &["", "/amount", "/from"],
        ),
        ("?amount=0", 422, "application-invalid", &["/amount"]),
        (
            "?amount=1000000001",
            422,
            "application-invalid",
            &["/amount"],
        ),
        (
            "?amount=1&from=2999-12-01",
            422,
            "application-invalid",
            &["/from"],
        ),
    ] {
        let answer = service.get(&format!("/v1/repayment-plans{query}")).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.text());
        let problem = answer.json();
        assert_eq!(problem["code"], code, "{query}");
        let errors = problem["errors"].as_array().expect("a list");
        let found: Vec<&str> = errors
            .iter()
            .filter_map(|one| one["pointer"].as_str())
            .collect();
        assert_eq!(found, pointers, "{query}");
        assert!(
            !answer.text().contains("13800138000"),
            "nothing is repeated"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_without_terms_has_no_plans() {
    let service = Service::new().await;
    let answer = service.get("/v1/repayment-plans?amount=1&locale=en").await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["code"], "not-found");
    let service = self::service().await;
    let request = crate::support::client::Request::new("POST", "/v1/repayment-plans").json("{}");
    assert_eq!(service.send(request).await.status, 405);
}
