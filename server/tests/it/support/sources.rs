//! A sandbox with the sources that the small policy knows.

use precheck_server::{DEMO_ACCOUNTS, Running, Sandbox, Sources};
use serde_json::{Value, json};

use super::Service;
use super::client::Request;

/// The sources of the small policy; `{here}` is where they are.
pub(crate) const SOURCES: &str = r#"
deadline_ms = 700

[[source]]
id = "identity"
names = { zh-CN = "身份核对", en = "Identity check" }
url = "http://{here}/identity"
timeout_ms = 300
sends = ["account", "name", "id_number", "phone"]
repeats = { "/id_number" = "id_number" }
facts.identity_match = { at = "/result", codes = { CONSISTENT = "match", INCONSISTENT = "mismatch" } }

[[source]]
id = "bureau"
names = { zh-CN = "征信机构", en = "Credit bureau" }
url = "http://{here}/bureau"
timeout_ms = 300
sends = ["account", "id_number"]
repeats = { "/id_number" = "id_number" }
facts.overdue_12m = { at = "/report/late_payments_12m" }
facts.inquiries_3m = { at = "/report/inquiries_3m" }

[[source]]
id = "score"
names = { zh-CN = "信用分", en = "Credit score" }
url = "http://{here}/score"
timeout_ms = 300
sends = ["account", "id_number"]
facts.zhima_score = { at = "/score" }
"#;

/// A service whose sources are played by a sandbox.
pub(crate) struct Outside {
    pub(crate) service: Service,
    pub(crate) sandbox: Running,
}

impl Outside {
    /// Quick sources, all well.
    pub(crate) async fn new() -> Outside {
        Outside::with(|sources| sources).await
    }

    /// With a change to the file of sources.
    pub(crate) async fn with(change: impl FnOnce(String) -> String) -> Outside {
        let control = ["identity", "bureau", "score", "sms", "payment"]
            .map(|source| (source.to_owned(), json!({ "latency_ms": 0 })));
        let sandbox = Sandbox {
            listen: ([127, 0, 0, 1], 0).into(),
            people: DEMO_ACCOUNTS.to_owned(),
            seed: 1,
            control: Some(Value::Object(control.into_iter().collect()).to_string()),
        };
        let sandbox = sandbox.start().await.expect("the sandbox starts");
        let here = sandbox.local_addr().to_string();
        let text = change(SOURCES.to_owned()).replace("{here}", &here);
        let service = Service::with(|config| config.sources = Some(file(&text))).await;
        Outside { service, sandbox }
    }

    /// Makes sources behave otherwise.
    pub(crate) async fn control(&self, control: Value) {
        let request = Request::new("PUT", "/control").json(control.to_string());
        let answer = request.send(self.sandbox.local_addr()).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// How often a source was asked.
    pub(crate) async fn asked(&self, source: &str) -> u64 {
        let answer = Request::new("GET", "/control");
        let answer = answer.send(self.sandbox.local_addr()).await.json();
        answer[source]["asked"].as_u64().expect("a number")
    }
}

/// A file of sources with this text.
pub(crate) fn file(text: &str) -> Sources {
    Sources {
        path: "sources.toml".into(),
        text: text.to_owned(),
    }
}
