//! Decisions: what they are, and that they are kept as they were answered.

use precheck::units::Locale;
use precheck::{Application, Entries, FactInput, Policy, assess};
use serde_json::json;

use crate::support::{ID_NUMBER, NAME, PHONE, Service, application, as_of, changed, model};

#[tokio::test(flavor = "multi_thread")]
async fn every_demo_account_gets_its_decision() {
    let service = Service::new().await;
    for (account, decision, reason) in [
        ("demo-good", "approve", None),
        ("demo-new", "refer", Some("NEW-ACCOUNT")),
        ("demo-overdue", "decline", Some("OVERDUE")),
        ("demo-velocity", "decline", Some("NOT-NAMED")),
        ("demo-places", "refer", Some("NOT-NAMED")),
        ("demo-bureau-down", "retry-later", Some("NO-ANSWER")),
        ("demo-mismatch", "decline", Some("MISMATCH")),
    ] {
        let answer = service.post(application(account).to_string()).await;
        assert_eq!(answer.status, 201, "{account}: {}", answer.text());
        let outcome = &answer.json()["document"]["outcome"];
        assert_eq!(outcome["status"], "decided", "{account}");
        assert_eq!(outcome["decisions"], json!([decision]), "{account}");
        assert_eq!(outcome["reasons"][0]["code"].as_str(), reason, "{account}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_demo_account_is_listed_with_its_public_facts() {
    let service = Service::new().await;
    let answer = service.get("/v1/demo/accounts").await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let accounts = answer.json();
    let accounts = accounts.as_array().expect("a list");
    let ids: Vec<&str> = accounts
        .iter()
        .filter_map(|account| account["id"].as_str())
        .collect();
    // As in the file, the ordinary customer first: pages choose the first.
    let all = [
        "demo-good",
        "demo-new",
        "demo-overdue",
        "demo-velocity",
        "demo-places",
        "demo-bureau-down",
        "demo-mismatch",
        "demo-peak",
        "demo-fault",
        "demo-module",
        "demo-counted",
    ];
    assert_eq!(ids, all);
    for account in accounts {
        let id = &account["id"];
        for locale in Locale::ALL {
            assert!(
                account["label"][locale.as_str()].is_string(),
                "{id} has a label"
            );
        }
        let facts = account["public_facts"].as_object().expect("an object");
        let names: Vec<&str> = facts.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["account_age_days", "orders_12m"],
            "{id}: nothing of the server's"
        );
    }
}

/// Says that the answer, the kept decision and the engine agree to the byte.
#[tokio::test(flavor = "multi_thread")]
async fn a_kept_decision_has_the_bytes_of_the_engine() {
    let service = Service::new().await;
    let policy = Policy::from_model(model::server()).expect("the policy loads");
    let number = |name: &str, value| (name.to_owned(), FactInput::Integer(value));
    let code = |name: &str, value: &str| (name.to_owned(), FactInput::Text(value.to_owned()));
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let same = Application {
        scenario: "activation".into(),
        as_of: as_of(),
        fields: Entries(vec![
            field("name", NAME),
            field("id_number", ID_NUMBER),
            field("phone", PHONE),
        ]),
        facts: Entries(vec![
            number("monthly_income", 800_000),
            code("employment", "employed"),
            number("monthly_debt", 100_000),
            number("account_age_days", 900),
            number("orders_12m", 18),
            number("overdue_12m", 4),
            number("zhima_score", 600),
            number("inquiries_3m", 3),
            code("identity_match", "match"),
            number("applications_24h", 1),
            number("login_places_7d", 1),
        ]),
    };
    let english = changed("demo-overdue", |body| body["locale"] = json!("en"));
    let created = service.post(english).await;
    let location = created.header("location").expect("a place").to_owned();
    let shown = service.get(&location).await;
    assert_eq!(shown.status, 200);
    assert_eq!(
        shown.text(),
        created.text(),
        "without a wish, as it was answered"
    );

    let written = created.json();
    let id = written["id"].as_str().expect("an id");
    let decided_at = written["decided_at"].as_str().expect("a time");
    assert_eq!(location, format!("/v1/decisions/{id}"));
    assert!(decided_at.ends_with("+08:00"), "{decided_at}");
    for &locale in Locale::ALL {
        let document = assess(&policy, &same, locale)
            .expect("the application is valid")
            .to_json();
        let expected =
            format!(r#"{{"id":"{id}","decided_at":"{decided_at}","document":{document}}}"#);
        let shown = service
            .get(&format!("{location}?locale={}", locale.as_str()))
            .await;
        assert_eq!(shown.text(), expected, "{}", locale.as_str());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_at_the_same_moment_are_all_kept() {
    let service = Service::new().await;
    let service = std::sync::Arc::new(service);
    let tasks: Vec<_> = (0..60)
        .map(|_| {
            let service = std::sync::Arc::clone(&service);
            tokio::spawn(async move { service.post(application("demo-good").to_string()).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("the task ends"));
    }
    let service = std::sync::Arc::into_inner(service).expect("every task has ended");
    let service = service.restart().await;
    let mut ids: Vec<String> = Vec::new();
    for created in answers {
        assert_eq!(created.status, 201, "{}", created.text());
        let shown = service
            .get(created.header("location").expect("a place"))
            .await;
        assert_eq!(shown.text(), created.text(), "kept over a restart");
        ids.push(created.json()["id"].to_string());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 60, "each has an id of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_omitted_locale_is_chinese() {
    let service = Service::new().await;
    let body = changed("demo-good", |body| {
        body.as_object_mut().map(|members| members.remove("locale"));
    });
    let answer = service.post(body).await;
    assert_eq!(answer.json()["document"]["notice"]["locale"], "zh-CN");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_without_influence_may_be_left_out() {
    let service = Service::new().await;
    let body = changed("demo-good", |body| {
        body["facts"] = json!({ "monthly_income": 800_000, "employment": "employed" });
    });
    let answer = service.post(body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let unknown = &answer.json()["document"]["outcome"]["unknown"];
    assert_eq!(*unknown, json!(["monthly_debt"]));
}

/// A name, an identity number and a phone number are used and forgotten; facts,
/// outcomes and notices are kept, and none of them can be read in the folder.
#[tokio::test(flavor = "multi_thread")]
async fn the_data_folder_tells_nothing_about_anybody() {
    let service = Service::new().await;
    let created = service.post(application("demo-overdue").to_string()).await;
    assert_eq!(created.status, 201);
    let Service { data, running } = service;
    running.stop().await;
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(data.path()).expect("the folder is readable") {
        let path = entry.expect("the entry is readable").path();
        bytes.extend(std::fs::read(path).expect("the file is readable"));
    }
    let holds = |text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    let id = created.json()["id"].as_str().expect("an id").to_owned();
    assert!(holds(&id), "the decision is there");
    for secret in [
        NAME,
        ID_NUMBER,
        PHONE,
        "800000",
        "\"outcome\"",
        "1990-03-07",
    ] {
        assert!(!holds(secret), "`{secret}` is in the data folder");
    }
}
