//! Activating a line by link and one-time code, over HTTP, with the gateway for
//! text messages of a sandbox: as somebody with the sample product does it.

mod closing;
mod codes;
mod links;

use std::fs;
use std::time::Duration;

use precheck_server::audit::{self, KeySource, VerifyOptions};
use precheck_server::{
    Callers, Config, DEMO_ACCOUNTS, NewKey, Running, Sandbox, Scope, Sources, sandbox_sources,
    start,
};
use serde_json::{Value, json};
use tempfile::TempDir;

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
    /// What is sent as the caller's key, if callers have some.
    key: Option<String>,
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
        Shop::of(|config| {
            let sources = config.sources.take();
            config.sources = sources.map(|file| Sources {
                text: change(file.text),
                ..file
            });
        })
        .await
    }

    /// With a change to whatever a service begins with.
    async fn of(change: impl FnOnce(&mut Config)) -> Shop {
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
        let mut config = Config {
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
                text,
            }),
            notices: None,
            callers: Callers::Demo,
            drain: Duration::ZERO,
            master_key: KeySource::Folder,
        };
        change(&mut config);
        let running = start(config).await.expect("the service starts");
        Shop {
            data,
            running,
            sandbox,
            key: None,
        }
    }

    /// With a change to the file of sources, for callers with keys only: the
    /// shop has one.
    async fn with_keys(change: impl FnOnce(String) -> String) -> Shop {
        Shop::with_keys_of(|config| {
            let sources = config.sources.take();
            config.sources = sources.map(|file| Sources {
                text: change(file.text),
                ..file
            });
        })
        .await
    }

    /// With a change to whatever a service begins with, for callers with keys.
    async fn with_keys_of(change: impl FnOnce(&mut Config)) -> Shop {
        let scopes = [Scope::Decide, Scope::Operate];
        let key = NewKey::generate("shop", &scopes, None, None);
        let key = key.expect("there is randomness");
        let mut shop = Shop::of(|config| {
            // It is read at the start only.
            let file = config.data.join("callers.toml");
            fs::write(&file, &key.row).expect("the folder is writable");
            config.callers = Callers::File(file);
            change(config);
        })
        .await;
        shop.key = Some(key.key.clone());
        shop
    }

    /// A token for a page about an account.
    async fn session(&self, account: &str) -> String {
        let body = json!({ "account": account });
        let opened = self.send("POST", "/v1/sessions", Some(body)).await;
        assert_eq!(opened.status, 201, "{}", opened.text());
        let token = opened.json()["token"].clone();
        token.as_str().expect("a token").to_owned()
    }

    async fn new() -> Shop {
        Shop::with(|text| text).await
    }

    async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.as_caller(self.key.as_deref(), method, path, body)
            .await
    }

    async fn as_caller(
        &self,
        key: Option<&str>,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::new(method, path);
        if let Some(key) = key {
            request = request.header("authorization", &format!("Bearer {key}"));
        }
        if let Some(body) = body {
            request = request.json(body.to_string());
        }
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
        let page = self.issue(PERSON).await;
        self.open_here(page).await
    }

    /// Opens a link on a device that gets its secret now.
    async fn open_here(&self, mut page: Page) -> Page {
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
        let path = format!("/v1/activation-link{rest}");
        let mut request = Request::new(method, &path).header("activation-link", &page.token);
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

    /// The link of the message that comes after so many.
    async fn link(&self, before: usize) -> Page {
        for _ in 0..200 {
            let messages = self.messages(PHONE).await;
            if messages.len() > before {
                let (_, rest) = messages[0].split_once("/activate/#").expect("a link");
                let token = rest.chars().take_while(char::is_ascii_hexdigit).collect();
                return Page {
                    token,
                    device: None,
                };
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

    async fn close(&self, phone: &str, code: &str) -> (String, Vec<String>) {
        let body = json!({
            "account": PERSON, "facts": {}, "fields": { "phone": phone, "code": code },
        });
        let answer = self.send("POST", "/v1/closure/decisions", Some(body)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        outcome(&answer)
    }

    /// Sends a code for closing, and reads it on the phone.
    async fn closing_code(&self) -> String {
        let before = self.messages(PHONE).await.len();
        let body = json!({ "purpose": "closure", "phone": PHONE });
        let path = format!("/v1/accounts/{PERSON}/codes");
        let asked = self.send("POST", &path, Some(body)).await;
        assert_eq!(asked.status, 202, "{}", asked.text());
        self.read(before).await
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

/// An application with a phone, of a person who is approved.
fn application() -> Value {
    json!({
        "account": PERSON,
        "fields": { "name": "测试样本", "id_number": "110101199003071233", "phone": PHONE },
        "facts": { "monthly_income": 900_000, "employment": "employed", "monthly_debt": 80_000 },
    })
}

/// The decision and the codes of its reasons.
fn outcome(answer: &Answer) -> (String, Vec<String>) {
    let outcome = &answer.json()["document"]["outcome"];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let reasons = outcome["reasons"].as_array().expect("reasons");
    let reasons = reasons.iter().map(|reason| text(&reason["code"]));
    (text(&outcome["decisions"][0]), reasons.collect())
}
