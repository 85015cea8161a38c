//! What changed since an earlier decision, over HTTP.

use precheck::units::Locale;
use precheck::{
    Application, Decision, Entries, FactInput, Module, Modules, Op, Policy, Taken, Test,
};
use precheck_server::{Config, DEMO_ACCOUNTS, start};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::support::client::{Answer, Request};
use crate::support::{Service, application, as_of, changed, config, model, signed};

/// The part of an answer whose bytes count.
#[derive(serde::Deserialize)]
struct Answered {
    id: String,
    since: String,
    document: Box<RawValue>,
}

async fn decide(service: &Service, body: String) -> String {
    let answer = service.post(body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_str().expect("an id").to_owned()
}

async fn compare(service: &Service, id: &str, body: &Value) -> Answer {
    let path = format!("/v1/decisions/{id}/changes");
    let request = Request::new("POST", &path).json(body.to_string());
    service.send(request).await
}

/// Starts again on the same data with a change of the configuration.
async fn restart(service: Service, change: impl FnOnce(&mut Config)) -> Service {
    let Service { data, running } = service;
    running.stop().await;
    let mut config = config(data.path());
    change(&mut config);
    let running = start(config).await.expect("the service starts again");
    Service { data, running }
}

/// The demo accounts, with other facts of the first.
fn accounts(facts: &Value) -> String {
    let mut accounts: Value = serde_json::from_str(DEMO_ACCOUNTS).expect("a list");
    for (name, value) in facts.as_object().expect("an object") {
        accounts[0]["facts"][name] = value.clone();
    }
    accounts.to_string()
}

/// A policy that asks for more income, and everything else as it was.
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

#[tokio::test(flavor = "multi_thread")]
async fn a_faulty_source_is_told_as_ours() {
    let service = Service::new().await;
    let first = decide(&service, application("demo-good").to_string()).await;
    let now = json!({ "overdue_12m": 4 });
    let service = restart(service, |config| config.demo = Some(accounts(&now))).await;
    let second = decide(&service, application("demo-good").to_string()).await;

    let policy = Policy::from_model(model::server()).expect("the model is consistent");
    let number = |name: &str, value| (name.to_owned(), FactInput::Integer(value));
    let code = |name: &str, value: &str| (name.to_owned(), FactInput::Text(value.to_owned()));
    let at = |overdue| Application {
        scenario: "activation".into(),
        as_of: as_of(),
        fields: Entries::default(),
        facts: Entries(vec![
            code("birth_date", "1990-03-07"),
            number("monthly_income", 800_000),
            code("employment", "employed"),
            number("monthly_debt", 100_000),
            number("account_age_days", 1460),
            number("orders_12m", 36),
            number("overdue_12m", overdue),
            number("zhima_score", 720),
            number("inquiries_3m", 1),
            code("identity_match", "match"),
            number("applications_24h", 1),
            number("login_places_7d", 1),
        ]),
    };
    let module = |version: &str, faulty| {
        let module = Module {
            version: version.into(),
            faulty,
        };
        Modules(Entries(vec![("bureau".into(), module)]))
    };
    let (applications, modules) = ([at(0), at(4)], [module("1", false), module("2", true)]);
    let taken = |side: usize| Taken {
        policy: &policy,
        application: &applications[side],
        modules: &modules[side],
    };
    for locale in Locale::ALL {
        let body = json!({
            "locale": locale.as_str(),
            "modules": {
                "before": { "bureau": "1" },
                "after": { "bureau": { "version": "2", "faulty": true } },
            },
        });
        let answer = compare(&service, &second, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let native = precheck::changes(taken(0), taken(1), *locale).expect("valid");
        assert_eq!(native.changes.shares[3].sufficient, Some(true));
        let found: Answered = serde_json::from_str(answer.text()).expect("an answer");
        assert_eq!((&found.id, &found.since), (&second, &first));
        assert_eq!(found.document.get(), native.to_json());
    }
    let document = &compare(&service, &second, &json!({ "locale": "en" }))
        .await
        .json()["document"];
    assert_eq!(
        document["changes"]["fault"],
        Value::Null,
        "nobody said there was one"
    );
    assert_eq!(document["changes"]["turned_by"], json!([["you"]]));
}

/// A decision is taken again under the policy that took it, whatever decides now.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_policy_is_kept() {
    let service = Service::new().await;
    let first = decide(&service, application("demo-good").to_string()).await;
    let service = restart(service, stricter).await;
    let second = decide(&service, application("demo-good").to_string()).await;
    let answer = compare(&service, &second, &json!({ "since": first })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let changes = &answer.json()["document"]["changes"];
    assert_eq!(changes["before"]["decisions"], json!(["approve"]));
    assert_eq!(changes["after"]["decisions"], json!(["decline"]));
    assert_eq!(changes["turned_by"], json!([["policy"]]));
    assert_eq!(changes["before"]["policy"]["version"], 7);

    // Signed with a key that nobody trusts any more, it counts for nothing.
    let service = restart(service, |config| {
        stricter(config);
        let seed = [9; 32];
        let day = signed::signed_on();
        let (mut server, mut public) = (model::server(), model::public());
        (server.version, public.version) = (9, 9);
        config.server_bundle = signed::bundle_from(&seed, &server, day);
        config.public_bundle = signed::bundle_from(&seed, &public, day);
        config.trusted_keys = vec![signed::trusted_from(&seed, "2026-01-01", "2027-12-31")];
    })
    .await;
    let answer = compare(&service, &second, &json!({ "since": first })).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.json()["code"], "decisions-not-comparable");
    assert_eq!(answer.json()["errors"][0]["code"], "policy-not-kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_compared_is_said() {
    let service = Service::new().await;
    let only = decide(&service, application("demo-new").to_string()).await;
    let first = decide(&service, application("demo-good").to_string()).await;
    let poorer = changed("demo-good", |body| {
        body["facts"]["monthly_income"] = json!(100_000);
    });
    let second = decide(&service, poorer).await;
    let nobody = "11111111-1111-4111-8111-111111111111";
    let one = |modules: Value| json!({ "since": first, "modules": modules });
    for (id, body, code, errors) in [
        (nobody, json!({}), "decision-not-found", vec![]),
        ("1", json!({}), "decision-not-found", vec![]),
        (
            &*only,
            json!({}),
            "decisions-not-comparable",
            vec![("/since", "decision-not-found")],
        ),
        (
            &*second,
            json!({ "since": nobody }),
            "decisions-not-comparable",
            vec![("/since", "decision-not-found")],
        ),
        (
            &*second,
            json!({ "since": only }),
            "decisions-not-comparable",
            vec![("/since", "accounts-differ")],
        ),
        (
            &*first,
            json!({ "since": second }),
            "decisions-not-comparable",
            vec![("/since", "order-wrong")],
        ),
        (
            &*second,
            json!({ "since": 1, "until": "x" }),
            "request-invalid",
            vec![("/since", "member-type"), ("/until", "member-unknown")],
        ),
        (
            &*second,
            one(json!({ "now": {}, "after": { "bureau": 2 } })),
            "request-invalid",
            vec![
                ("/modules/after/bureau", "member-type"),
                ("/modules/now", "member-unknown"),
            ],
        ),
        (
            &*second,
            one(json!({ "before": { "bureau": "1", "sun": "1" }, "after": { "sun": "1" } })),
            "request-invalid",
            vec![
                ("/modules/before/bureau", "module-one-sided"),
                ("/modules/before/sun", "module-unknown"),
                ("/modules/after/sun", "module-unknown"),
            ],
        ),
    ] {
        let answer = compare(&service, id, &body).await;
        let problem = answer.json();
        assert_eq!(problem["code"], code, "{body}: {problem}");
        let found = problem["errors"].as_array().expect("a list").iter();
        let found: Vec<(&str, &str)> = found
            .filter_map(|one| Some((one["pointer"].as_str()?, one["code"].as_str()?)))
            .collect();
        assert_eq!(found, errors, "{body}");
    }
    let answer = compare(&service, &second, &json!({ "since": first })).await;
    let changes = &answer.json()["document"]["changes"];
    assert_eq!(changes["turned_by"], json!([["you"]]));
    assert_eq!(changes["changed"][0]["code"], "LOW-INCOME");
    assert_eq!(changes["changed"][0]["way"], "began");
}
