//! A service that begins anew, on the same data, on other days.

use std::time::Duration;

use precheck::units::Date;
use precheck_server::audit::{self, KeySource, VerifyOptions};
use precheck_server::{Callers, Config, Running, start};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Answer, Request};
use crate::scenarios::sample;
use crate::signed;

/// Made up, nobody's.
pub(crate) const PERSON: &str = "line-good";

/// A service that begins anew, on the same data, on other days.
pub(crate) struct Shop {
    pub(crate) data: TempDir,
    pub(crate) running: Option<Running>,
}

/// What the sources say of the person on a usual day.
pub(crate) fn usual() -> Value {
    json!({
        "account_age_days": 1460, "region": "elsewhere", "orders_12m": 36, "overdue_12m": 0,
        "zhima_score": 720, "inquiries_3m": 1, "identity_match": "match", "applications_24h": 1,
        "login_places_7d": 1, "line_kind": "standard", "other_adverse": "none",
        "online_loans_6m": 0, "unusual_login": false, "risk_module": 640,
        "platform_state": "normal", "economy": "steady", "funding": "ample",
        "on_time_share": 10_000, "limit_use": 1_000, "return_rate": 1_200, "average_order": 15_000,
        "line_overdue_days": 0, "line_overdue_amount": 0, "line_balance": 0,
        "small_orders_7d": 2, "stance": "usual", "resale_share": 0, "scene": "mall",
        "order_amount": 45_900, "order_items": 2, "new_device": false,
        "payment_gateway": "answering", "records": "in-step", "requested_by": "user",
        "refund_pending": false, "membership": "none", "code_check": "passed",
        "face_check": "not-done",
    })
}

impl Shop {
    pub(crate) fn new() -> Shop {
        let data = tempfile::tempdir().expect("a temporary folder");
        Shop {
            data,
            running: None,
        }
    }

    /// Begins a day on which the sources say something else than usual.
    pub(crate) async fn day(&mut self, day: &str, change: impl FnOnce(&mut Value)) {
        let mut facts = usual();
        change(&mut facts);
        self.day_of(day, vec![(PERSON.to_owned(), facts)]).await;
    }

    /// Begins a day with these persons, and what the sources say of them.
    pub(crate) async fn day_of(&mut self, day: &str, persons: Vec<(String, Value)>) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        let sample = sample();
        let label = json!({ "zh-CN": "测试", "en": "test" });
        let person = |(id, facts)| json!({ "id": id, "label": label, "facts": facts });
        let accounts = Value::Array(persons.into_iter().map(person).collect());
        let config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            data: self.data.path().to_owned(),
            www: None,
            server_bundle: sample.server_bundle.clone(),
            public_bundle: sample.public_bundle.clone(),
            trusted_keys: vec![signed::trusted()],
            as_of: Date::parse(day),
            demo: Some(accounts.to_string()),
            master_key: KeySource::Folder,
            sources: None,
            callers: Callers::Demo,
            drain: Duration::ZERO,
        };
        self.running = Some(start(config).await.expect("the service starts"));
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let request = Request::new(method, path);
        self.put(match body {
            Some(body) => request.json(body.to_string()),
            None => request,
        })
        .await
    }

    pub(crate) async fn put(&self, request: Request) -> Answer {
        let running = self.running.as_ref().expect("a day has begun");
        request.send(running.local_addr()).await
    }

    /// How it stands, as it is told.
    pub(crate) async fn line(&self) -> Value {
        let path = format!("/v1/accounts/{PERSON}/line");
        let answer = self.send("GET", &path, None).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// State and limit.
    pub(crate) async fn stands(&self) -> (String, i64) {
        let line = self.line().await;
        let state = line["state"].as_str().expect("a word").to_owned();
        (state, line["limit"].as_i64().expect("an amount"))
    }

    /// What there is at a path.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.send("GET", path, None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(body)).await
    }

    /// Opens the line; the decision's id.
    pub(crate) async fn open(&self) -> String {
        self.open_of(PERSON).await
    }

    /// Opens somebody's line; the decision's id.
    pub(crate) async fn open_of(&self, person: &str) -> String {
        let body = json!({
            "account": person,
            "fields": { "name": "测试样本", "id_number": "110101199003071233", "phone": "13800138000" },
            "facts": { "monthly_income": 900_000, "employment": "employed", "monthly_debt": 80_000 },
        });
        let answer = self
            .send("POST", "/v1/activation/decisions", Some(body))
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let id = answer.json()["id"].clone();
        id.as_str().expect("an id").to_owned()
    }

    /// The person asks for a look at the limit; what is decided.
    pub(crate) async fn review(&self) -> String {
        self.review_of(PERSON).await
    }

    /// Somebody asks for it.
    pub(crate) async fn review_of(&self, person: &str) -> String {
        let facts = json!({ "monthly_income": 900_000, "monthly_debt": 80_000 });
        let body = json!({ "account": person, "facts": facts });
        let answer = self
            .send("POST", "/v1/limit-review/decisions", Some(body))
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let document = &answer.json()["document"];
        let decision = &document["outcome"]["decisions"][0];
        decision.as_str().expect("a decision").to_owned()
    }

    pub(crate) async fn act(&self, body: Value) -> Answer {
        let path = format!("/v1/accounts/{PERSON}/line/acts");
        self.send("POST", &path, Some(body)).await
    }

    pub(crate) async fn operate(&self, body: Value) -> Answer {
        let path = format!("/v1/operate/lines/{PERSON}/acts");
        self.send("POST", &path, Some(body)).await
    }

    /// Topics and notices, the first first.
    pub(crate) async fn told(&self) -> Vec<(String, Value)> {
        self.told_of(PERSON).await
    }

    /// What somebody is told.
    pub(crate) async fn told_of(&self, person: &str) -> Vec<(String, Value)> {
        let path = format!("/v1/accounts/{person}/notices?locale=en");
        let answer = self.send("GET", &path, None).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let all = answer.json();
        let all = all.as_array().expect("a list").iter().rev();
        all.map(|one| {
            let topic = one["topic"].as_str().expect("a word").to_owned();
            (topic, one["notice"].clone())
        })
        .collect()
    }

    pub(crate) async fn topics(&self) -> Vec<String> {
        let told = self.told().await;
        told.into_iter().map(|(topic, _)| topic).collect()
    }

    /// Stops, and verifies the log with every seal.
    pub(crate) async fn verified(self) -> i64 {
        self.verified_with(0).await
    }

    /// The same where so many rows are about the service, which are not sealed.
    pub(crate) async fn verified_with(mut self, deeds: i64) -> i64 {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        let options = VerifyOptions {
            key: Some(KeySource::Folder),
            ..VerifyOptions::default()
        };
        let verified = audit::verify(self.data.path(), &options).await;
        let verified = verified.expect("the log can be looked at");
        assert_eq!(verified.findings, []);
        assert_eq!(verified.opened + deeds, verified.rows, "every seal opens");
        verified.rows
    }
}
