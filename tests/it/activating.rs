//! Activating a line by link and one-time code, over HTTP, with the gateway for
//! text messages of a sandbox: as somebody with the sample product does it.

use std::fs;
use std::time::Duration;

use precheck_server::audit::{self, KeySource, VerifyOptions};
use precheck_server::{
    Callers, Config, DEMO_ACCOUNTS, Running, Sandbox, Sources, sandbox_sources, start,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::client::{Answer, Request};
use crate::scenarios::sample;
use crate::signed;

/// A demo account.
const PERSON: &str = "demo-good";
/// Made up, nobody's.
const PHONE: &str = "13800138000";
/// Made up, nobody's, and not the account's.
const OTHER_PHONE: &str = "13900139000";
/// Nobody reads and types a code faster: `fastest_seconds` of the policy.
const READING: Duration = Duration::from_millis(4_050);

/// A service with a sandbox beside it.
struct Shop {
    data: TempDir,
    running: Running,
    sandbox: Running,
}

/// A link as a page holds it.
#[derive(Clone)]
struct Page {
    token: String,
    device: Option<String>,
}

impl Shop {
    /// With a change to the file of sources.
    async fn with(change: impl FnOnce(String) -> String) -> Shop {
        let sources = ["identity", "bureau", "score", "sms", "payment"];
        let quick = sources.map(|source| (source.to_owned(), json!({ "latency_ms": 0 })));
        let sandbox = Sandbox {
            listen: ([127, 0, 0, 1], 0).into(),
            people: DEMO_ACCOUNTS.to_owned(),
            seed: 1,
            control: Some(Value::Object(quick.into_iter().collect()).to_string()),
        };
        let sandbox = sandbox.start().await.expect("the sandbox starts");
        let text = sandbox_sources(sandbox.local_addr(), ([127, 0, 0, 1], 8080).into());
        let data = tempfile::tempdir().expect("a temporary folder");
        let sample = sample();
        let config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            data: data.path().to_owned(),
            www: None,
            server_bundle: sample.server_bundle.clone(),
            public_bundle: sample.public_bundle.clone(),
            trusted_keys: vec![signed::trusted()],
            as_of: Some(signed::day("2026-11-22")),
            demo: Some(DEMO_ACCOUNTS.to_owned()),
            sources: Some(Sources {
                path: "sources.toml".into(),
                text: change(text),
            }),
            callers: Callers::Demo,
            drain: Duration::ZERO,
            master_key: KeySource::Folder,
        };
        let running = start(config).await.expect("the service starts");
        Shop {
            data,
            running,
            sandbox,
        }
    }

    async fn new() -> Shop {
        Shop::with(|text| text).await
    }

    async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let request = Request::new(method, path);
        let request = match body {
            Some(body) => request.json(body.to_string()),
            None => request,
        };
        request.send(self.running.local_addr()).await
    }

    /// Staff offer a line, which waits to be activated.
    async fn offer(&self, account: &str) {
        let path = format!("/v1/operate/lines/{account}/acts");
        let body = json!({ "act": "offer", "limit": 500_000, "because": "welcome" });
        let answer = self.send("POST", &path, Some(body)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    async fn issue(&self, account: &str) -> Page {
        let body = json!({ "account": account, "phone": PHONE, "locale": "en" });
        let answer = self.send("POST", "/v1/activation-links", Some(body)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let token = answer.json()["token"].clone();
        Page {
            token: token.as_str().expect("a token").to_owned(),
            device: None,
        }
    }

    /// A line that waits, and a link that is open here.
    async fn begin(&self) -> Page {
        self.offer(PERSON).await;
        let mut page = self.issue(PERSON).await;
        let opened = self.open(&page).await;
        page.device = opened["device"].as_str().map(str::to_owned);
        assert_eq!(
            (&opened["state"], &opened["opened"]),
            (&json!("valid"), &json!(true))
        );
        page
    }

    async fn by(&self, page: &Page, method: &str, rest: &str, body: Option<Value>) -> Answer {
        self.under(page, method, rest, body, None).await
    }

    async fn under(
        &self,
        page: &Page,
        method: &str,
        rest: &str,
        body: Option<Value>,
        key: Option<&str>,
    ) -> Answer {
        let path = format!("/v1/activation-links/{}{rest}", page.token);
        let mut request = Request::new(method, &path);
        if let Some(device) = &page.device {
            request = request.header("activation-device", device);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = body {
            request = request.json(body.to_string());
        }
        request.send(self.running.local_addr()).await
    }

    async fn open(&self, page: &Page) -> Value {
        let answer = self.by(page, "POST", "", Some(json!({}))).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    async fn look(&self, page: &Page) -> Value {
        let answer = self.by(page, "GET", "", None).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    async fn ask(&self, page: &Page, phone: &str) -> Answer {
        let body = json!({ "phone": phone, "locale": "en" });
        self.by(page, "POST", "/codes", Some(body)).await
    }

    /// Sends a code, and reads it on the phone.
    async fn code(&self, page: &Page) -> String {
        let before = self.messages(PHONE).await.len();
        let asked = self.ask(page, PHONE).await;
        assert_eq!(asked.status, 202, "{}", asked.text());
        assert_eq!(asked.json(), json!({ "expires_in": 600, "next_in": 60 }));
        self.read(before).await
    }

    /// The code of the message that comes after so many.
    async fn read(&self, before: usize) -> String {
        for _ in 0..200 {
            let messages = self.messages(PHONE).await;
            if messages.len() > before {
                return code_in(&messages[0]);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no message came");
    }

    /// The messages to a phone, the last first.
    async fn messages(&self, phone: &str) -> Vec<String> {
        let request = Request::new("GET", &format!("/messages/{phone}"));
        let all = request.send(self.sandbox.local_addr()).await.json();
        let all = all.as_array().expect("a list").iter();
        all.map(|one| one["text"].as_str().expect("a text").to_owned())
            .collect()
    }

    async fn control(&self, control: Value) {
        let request = Request::new("PUT", "/control").json(control.to_string());
        let answer = request.send(self.sandbox.local_addr()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    async fn activate(&self, page: &Page, code: &str) -> (String, Vec<String>) {
        let answer = self
            .by(page, "POST", "/activate", Some(form(PHONE, code)))
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        outcome(&answer)
    }

    async fn line(&self) -> String {
        let path = format!("/v1/accounts/{PERSON}/line");
        let line = self.send("GET", &path, None).await.json();
        line["state"].as_str().expect("a word").to_owned()
    }

    /// Stops, and verifies the log with every seal; the data folder has no
    /// phone, no token and no secret of a device.
    async fn verified(self, page: &Page) {
        self.running.stop().await;
        let secrets = [Some(PHONE), Some(&*page.token), page.device.as_deref()];
        for entry in fs::read_dir(self.data.path()).expect("the folder is readable") {
            let path = entry.expect("an entry").path();
            let bytes = fs::read(&path).expect("a file");
            for secret in secrets.into_iter().flatten() {
                let mut parts = bytes.windows(secret.len());
                let is_there = parts.any(|part| part == secret.as_bytes());
                assert!(!is_there, "`{secret}` is in {}", path.display());
            }
        }
        let options = VerifyOptions {
            key: Some(KeySource::Folder),
            ..VerifyOptions::default()
        };
        let verified = audit::verify(self.data.path(), &options).await;
        let verified = verified.expect("the log can be looked at");
        assert_eq!(verified.findings, []);
        assert_eq!(verified.opened, verified.rows, "every seal opens");
    }
}

fn form(phone: &str, code: &str) -> Value {
    json!({
        "locale": "en",
        "fields": { "phone": phone, "code": code },
        "facts": { "browser_supported": true, "network": "stable", "clock": "right" },
    })
}

fn code_in(message: &str) -> String {
    let mut runs = message.split(|one: char| !one.is_ascii_digit());
    let code = runs.find(|run| run.len() == 6);
    code.expect("a code of six digits").to_owned()
}

/// Another code than this one.
fn wrong(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
}

/// The decision and the codes of its reasons.
fn outcome(answer: &Answer) -> (String, Vec<String>) {
    let outcome = &answer.json()["document"]["outcome"];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let reasons = outcome["reasons"].as_array().expect("reasons");
    let reasons = reasons.iter().map(|reason| text(&reason["code"]));
    (text(&outcome["decisions"][0]), reasons.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_line_begins_by_link_and_code() {
    let shop = Shop::new().await;
    let early = json!({ "account": PERSON, "phone": PHONE });
    let early = shop.send("POST", "/v1/activation-links", Some(early)).await;
    assert_eq!(early.status, 409);
    assert_eq!(early.faults(), [("/account".into(), "line-state".into())]);
    shop.offer(PERSON).await;
    let unknown = json!({ "account": PERSON });
    let unknown = shop
        .send("POST", "/v1/activation-links", Some(unknown))
        .await;
    assert_eq!(
        unknown.faults(),
        [("/phone".into(), "phone-unknown".into())]
    );

    let mut page = shop.issue(PERSON).await;
    let message = shop.messages(PHONE).await.remove(0);
    let link = format!("http://127.0.0.1:8080/activate/#{}", page.token);
    assert!(
        message.starts_with("[Sample] ") && message.contains(&link),
        "{message}"
    );
    // Programs look into messages; a look opens nothing.
    for _ in 0..2 {
        let seen = shop.look(&page).await;
        assert_eq!(
            (&seen["state"], &seen["position"]),
            (&json!("valid"), &json!(1))
        );
        assert_eq!(seen["opened"], false);
    }
    let early = shop.ask(&page, PHONE).await;
    assert_eq!(early.faults(), [(String::new(), "not-opened".into())]);

    let opened = shop.open(&page).await;
    let device = opened["device"].as_str().expect("a secret").to_owned();
    let stranger = page.clone();
    page.device = Some(device);
    assert_eq!(shop.open(&page).await["state"], "valid", "again, here");
    // Elsewhere it is clear what is the matter, and nothing can be done.
    let elsewhere = shop.open(&stranger).await;
    assert_eq!(elsewhere["state"], "other-device");
    assert_eq!(
        elsewhere.get("device"),
        None,
        "no secret for what is not open"
    );
    assert_eq!(shop.look(&stranger).await["state"], "other-device");
    let other = Page {
        device: Some("00".repeat(32)),
        ..page.clone()
    };
    for page in [&stranger, &other] {
        let refused = shop.ask(page, PHONE).await;
        assert_eq!(refused.status, 409);
        assert_eq!(refused.faults(), [(String::new(), "other-device".into())]);
        let refused = shop
            .by(page, "POST", "/activate", Some(form(PHONE, "123456")))
            .await;
        assert_eq!(refused.faults(), [(String::new(), "other-device".into())]);
    }

    let code = shop.code(&page).await;
    tokio::time::sleep(READING).await;
    let body = || Some(form(PHONE, &code));
    let key = Some("0123456789abcdef-1");
    let first = shop.under(&page, "POST", "/activate", body(), key).await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(outcome(&first), ("approve".to_owned(), vec![]));
    assert_eq!(first.header("activation-position"), Some("3"));
    assert_eq!(shop.line().await, "active");
    // The same again is the same, though the code is used and the link too.
    let again = shop.under(&page, "POST", "/activate", body(), key).await;
    assert_eq!(again.text(), first.text());
    assert_eq!(again.header("idempotent-replayed"), Some("true"));

    let seen = shop.look(&page).await;
    assert_eq!(
        (&seen["state"], &seen["position"]),
        (&json!("used"), &json!(3))
    );
    assert_eq!(seen["decision"], first.json()["id"]);
    assert_eq!(
        shop.look(&stranger).await.get("decision"),
        None,
        "not for others"
    );
    // Whoever has seen more than is here is told so, and no old state.
    let ahead = shop.by(&page, "GET", "?after=4", None).await;
    assert_eq!(ahead.json()["state"], "behind");
    assert!(ahead.header("retry-after").is_some());
    assert_eq!(
        shop.by(&page, "GET", "?after=3", None).await.json()["state"],
        "used"
    );
    let (decision, reasons) = shop.activate(&page, &code).await;
    assert_eq!(decision, "decline");
    assert!(
        reasons.contains(&"ALREADY-ACTIVE".to_owned()),
        "{reasons:?}"
    );
    shop.verified(&page).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_begins_the_line() {
    let shop = std::sync::Arc::new(Shop::new().await);
    let page = shop.begin().await;
    let code = shop.code(&page).await;
    tokio::time::sleep(READING).await;
    let mut all = JoinSet::new();
    for _ in 0..12 {
        let (shop, page, code) = (shop.clone(), page.clone(), code.clone());
        all.spawn(async move { shop.activate(&page, &code).await });
    }
    let all = all.join_all().await;
    let approved = all.iter().filter(|(decision, _)| decision == "approve");
    assert_eq!(approved.count(), 1, "{all:?}");
    assert_eq!(shop.line().await, "active");
    let path = format!("/v1/accounts/{PERSON}/notices?locale=en");
    let told = shop.send("GET", &path, None).await.json();
    let begun = told.as_array().expect("a list").iter();
    assert_eq!(begun.filter(|one| one["topic"] == "activate").count(), 1);
    let shop = std::sync::Arc::into_inner(shop).expect("nobody else has it");
    shop.verified(&page).await;
}

/// Faster than anybody reads, on a device that nobody knows: a person looks.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_does_begins_nothing() {
    let shop = Shop::new().await;
    let page = shop.begin().await;
    let code = shop.code(&page).await;
    let (decision, _) = shop.activate(&page, &code).await;
    assert_eq!(decision, "refer");
    assert_eq!(shop.line().await, "offered");
    assert_eq!(
        shop.look(&page).await["state"],
        "valid",
        "the link still counts"
    );
    // The code was right, and was used.
    let (decision, reasons) = shop.activate(&page, &code).await;
    assert_eq!(
        (decision.as_str(), &*reasons[0]),
        ("retry-later", "CODE-WRONG")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_not_found_by_trying() {
    let shop = Shop::new().await;
    let page = shop.begin().await;
    let code = shop.code(&page).await;
    tokio::time::sleep(READING).await;
    for _ in 0..5 {
        let (decision, reasons) = shop.activate(&page, &wrong(&code)).await;
        assert_eq!(
            (decision.as_str(), &reasons[..]),
            ("retry-later", &["CODE-WRONG".into()][..])
        );
    }
    // The right one, too late; and a sign that only staff can read.
    let (decision, reasons) = shop.activate(&page, &code).await;
    assert_eq!(decision, "retry-later");
    assert!(
        reasons.contains(&"CHECK-NOT-PASSED".to_owned()),
        "{reasons:?}"
    );
    assert_eq!(shop.line().await, "offered");
    // Another message gives no more tries, and comes no sooner.
    let soon = shop.ask(&page, PHONE).await;
    assert_eq!(
        (soon.status, &soon.json()["code"]),
        (429, &json!("code-too-soon"))
    );
    let wait: u32 = soon
        .header("retry-after")
        .expect("a time")
        .parse()
        .expect("seconds");
    assert!((50..=60).contains(&wait), "{wait}");
    shop.verified(&page).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_in_trouble_refuses_nobody() {
    let shop = Shop::new().await;
    let page = shop.begin().await;
    shop.control(json!({ "sms": { "mode": "error" } })).await;
    let asked = shop.ask(&page, PHONE).await;
    assert_eq!(asked.json(), json!({ "expires_in": 600, "next_in": 60 }));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (decision, reasons) = shop.activate(&page, "123456").await;
    assert_eq!(
        (decision.as_str(), &*reasons[0]),
        ("retry-later", "CODE-NOT-CHECKED")
    );
}

/// Asking tells nothing of accounts and phones: same status, same words, same
/// headers, and the same the second time.
#[tokio::test(flavor = "multi_thread")]
async fn asking_for_a_code_tells_nothing() {
    let shop = Shop::new().await;
    let page = shop.begin().await;
    let account = |account: &str| format!("/v1/accounts/{account}/codes");
    let closing = |phone: &str| json!({ "purpose": "closure", "phone": phone, "locale": "en" });
    let mut first = Vec::new();
    for (path, phone) in [
        (account(PERSON), PHONE),
        (account("demo-new"), PHONE),
        (account("nobody-there"), PHONE),
        (account("nobody-else"), OTHER_PHONE),
    ] {
        let answers = [
            shop.send("POST", &path, Some(closing(phone))).await,
            shop.send("POST", &path, Some(closing(phone))).await,
        ];
        let shapes = answers.map(|answer| {
            let names = [
                "content-type",
                "content-length",
                "content-language",
                "cache-control",
            ];
            let headers = names.map(|name| answer.header(name).map(str::to_owned));
            (answer.status, answer.text().to_owned(), headers)
        });
        assert_eq!(shapes[0].0, 202, "{}", shapes[0].1);
        assert_eq!(shapes[1].0, 429, "{}", shapes[1].1);
        first.push(shapes);
    }
    assert!(first.iter().all(|one| *one == first[0]), "{first:?}");
    let other = shop.ask(&page, OTHER_PHONE).await;
    assert_eq!(
        (other.status, other.text()),
        (first[0][0].0, &*first[0][0].1)
    );
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(
        shop.messages(OTHER_PHONE).await.is_empty(),
        "it is nobody's"
    );
    // The link, and the one code for the account's own phone.
    assert_eq!(shop.messages(PHONE).await.len(), 2);

    for (body, pointer, code) in [
        (closing("1380013800"), "/phone", "mobile-length"),
        (
            json!({ "purpose": "checkout", "phone": PHONE }),
            "/purpose",
            "purpose-unknown",
        ),
        (json!({ "purpose": "closure" }), "/phone", "member-missing"),
    ] {
        let answer = shop.send("POST", &account(PERSON), Some(body)).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        let faults = answer.faults();
        assert_eq!(faults[0].0, pointer, "{code}: {faults:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_do_not_count() {
    let shop = Shop::new().await;
    let page = shop.begin().await;
    let unknown = shop
        .send("GET", "/v1/activation-links/0000?locale=en", None)
        .await;
    assert_eq!(unknown.status, 404);
    for place in [0, 33, 41, 71] {
        let mut altered = page.token.clone().into_bytes();
        altered[place] = if altered[place] == b'0' { b'1' } else { b'0' };
        let token = String::from_utf8(altered).expect("ASCII");
        let page = Page {
            token,
            ..page.clone()
        };
        for (method, rest, body) in [
            ("GET", "?locale=en", None),
            ("POST", "?locale=en", Some(json!({}))),
            ("POST", "/codes?locale=en", Some(json!({ "phone": PHONE }))),
            ("POST", "/activate?locale=en", Some(form(PHONE, "123456"))),
        ] {
            let answer = shop.by(&page, method, rest, body).await;
            assert_eq!(answer.status, 404, "{method} {rest}");
            assert_eq!(answer.text(), unknown.text(), "nothing more is told");
        }
    }
    // A newer one takes its place, also where a code is on its way.
    let code = shop.code(&page).await;
    let newer = shop.issue(PERSON).await;
    assert_eq!(shop.look(&page).await["state"], "replaced");
    assert_eq!(shop.look(&newer).await["state"], "valid");
    let refused = shop.ask(&page, PHONE).await;
    assert_eq!(refused.faults(), [(String::new(), "replaced".into())]);
    let (decision, reasons) = shop.activate(&page, &code).await;
    assert_eq!(
        (decision.as_str(), &*reasons[0]),
        ("decline", "LINK-EXPIRED")
    );
    assert_eq!(shop.line().await, "offered");
    // There is no way around links.
    let body = json!({ "account": PERSON, "fields": { "phone": PHONE, "code": code } });
    let around = shop
        .send("POST", "/v1/link-activation/decisions", Some(body))
        .await;
    assert_eq!(around.status, 404);

    for (headers, query, code) in [
        (("activation-device", "secret"), "", "device-malformed"),
        (("accept", "*/*"), "?after=-1", "position-malformed"),
    ] {
        let path = format!("/v1/activation-links/{}{query}", page.token);
        let request = Request::new("GET", &path).header(headers.0, headers.1);
        let answer = request.send(shop.running.local_addr()).await;
        assert_eq!(answer.faults(), [(String::new(), code.into())]);
    }
}

/// Opened by two devices in the same moment, it is open on one.
#[tokio::test(flavor = "multi_thread")]
async fn one_device_opens_it() {
    let shop = std::sync::Arc::new(Shop::new().await);
    shop.offer(PERSON).await;
    let page = shop.issue(PERSON).await;
    let mut all = JoinSet::new();
    for _ in 0..12 {
        let (shop, page) = (shop.clone(), page.clone());
        all.spawn(async move { shop.open(&page).await });
    }
    let all = all.join_all().await;
    let valid = all.iter().filter(|seen| seen["state"] == "valid");
    assert_eq!(valid.count(), 1, "{all:?}");
    let secrets = all.iter().filter(|seen| seen["device"].is_string());
    assert_eq!(secrets.count(), 1);
    let clear = all.iter().filter(|seen| seen["state"] == "other-device");
    assert_eq!(clear.count(), 11);
}

/// A code is for one purpose: that of an activation closes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn closing_asks_for_a_code_of_its_own() {
    let shop = Shop::new().await;
    let page = shop.begin().await;
    let close = async |code: &str| {
        let body = json!({
            "account": PERSON, "facts": {}, "fields": { "phone": PHONE, "code": code },
        });
        let answer = shop.send("POST", "/v1/closure/decisions", Some(body)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        outcome(&answer)
    };
    let for_activation = shop.code(&page).await;
    let (decision, reasons) = close(&for_activation).await;
    assert_eq!(
        (decision.as_str(), &reasons[..]),
        ("retry-later", &["CODE-WRONG".into()][..])
    );

    let before = shop.messages(PHONE).await.len();
    let body = json!({ "purpose": "closure", "phone": PHONE });
    let path = format!("/v1/accounts/{PERSON}/codes");
    assert_eq!(shop.send("POST", &path, Some(body)).await.status, 202);
    let code = shop.read(before).await;
    let message = shop.messages(PHONE).await.remove(0);
    assert!(
        message.starts_with("【示例】") && message.contains("关闭"),
        "{message}"
    );
    let (decision, reasons) = close(&code).await;
    assert_eq!(decision, "approve", "{reasons:?}");
    assert_eq!(shop.line().await, "closed", "it was never used");
    // The one for the activation is none of the closure's business.
    tokio::time::sleep(READING).await;
    let (decision, reasons) = shop.activate(&page, &for_activation).await;
    assert_eq!(
        (decision.as_str(), &reasons[..]),
        ("decline", &["LINE-NOT-APPROVED".into()][..])
    );
}

/// The phone of an application that was approved is the account's: codes go to
/// it without a link.
#[tokio::test(flavor = "multi_thread")]
async fn who_applied_with_a_phone_can_close_by_it() {
    let shop = Shop::new().await;
    let unreachable = json!({ "purpose": "closure", "phone": PHONE });
    let path = format!("/v1/accounts/{PERSON}/codes");
    let body = json!({
        "account": PERSON,
        "fields": { "name": "测试样本", "id_number": "110101199003071233", "phone": PHONE },
        "facts": { "monthly_income": 900_000, "employment": "employed", "monthly_debt": 80_000 },
    });
    let opened = shop
        .send("POST", "/v1/activation/decisions", Some(body))
        .await;
    assert_eq!(outcome(&opened).0, "approve");
    assert_eq!(shop.line().await, "active");
    assert_eq!(
        shop.send("POST", &path, Some(unreachable)).await.status,
        202
    );
    let code = shop.read(0).await;
    let body =
        json!({ "account": PERSON, "facts": {}, "fields": { "phone": PHONE, "code": code } });
    let closed = shop.send("POST", "/v1/closure/decisions", Some(body)).await;
    assert_eq!(outcome(&closed).0, "approve", "{}", closed.text());
    assert_eq!(shop.line().await, "closing");
}

/// Many wrong codes from everybody together: new ones wait, whoever asks.
#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_holds_new_codes() {
    let shop = Shop::with(|text| text.replace("alarm = 1000", "alarm = 3")).await;
    let page = shop.begin().await;
    let code = shop.code(&page).await;
    let state = async || {
        let state = shop.send("GET", "/v1/operate/state", None).await.json();
        state["codes"].clone()
    };
    for tried in 0..4 {
        assert_eq!(
            state().await,
            json!({ "wrong": tried, "alarm": 3, "held": false })
        );
        shop.activate(&page, &wrong(&code)).await;
    }
    assert_eq!(
        state().await,
        json!({ "wrong": 4, "alarm": 3, "held": true })
    );
    for account in [PERSON, "nobody-there"] {
        let path = format!("/v1/accounts/{account}/codes");
        let body = json!({ "purpose": "closure", "phone": PHONE });
        let held = shop.send("POST", &path, Some(body)).await;
        assert_eq!(
            (held.status, &held.json()["code"]),
            (503, &json!("codes-held"))
        );
        let wait: u32 = held
            .header("retry-after")
            .expect("a time")
            .parse()
            .expect("seconds");
        assert!((500..=600).contains(&wait), "{wait}");
    }
    // Who has a code can still use it.
    tokio::time::sleep(READING).await;
    assert_eq!(shop.activate(&page, &code).await.0, "approve");
}

/// Days are counted for each person; 429 says when.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_has_so_many_messages() {
    let few = |text: String| text.replace("address = 200", "address = 2");
    let shop = Shop::with(few).await;
    for (account, status) in [("one", 202), ("two", 202), ("three", 429)] {
        let path = format!("/v1/accounts/{account}/codes");
        let body = json!({ "purpose": "closure", "phone": PHONE });
        let answer = shop.send("POST", &path, Some(body)).await;
        assert_eq!(answer.status, status, "{account}: {}", answer.text());
        if status == 429 {
            let wait: u32 = answer
                .header("retry-after")
                .expect("a time")
                .parse()
                .expect("s");
            assert!((86_000..=86_400).contains(&wait), "{wait}");
        }
    }
}
