//! Notices on their way out: over every channel, whatever happens to it.

mod files;
mod mails;
mod webhooks;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use precheck_server::Sources;
use serde_json::{Value, json};

use crate::support::client::{Answer, Request};
use crate::support::{Service, application};

/// What is quick enough for tests.
pub(crate) const QUICK: &str =
    "timeout_ms = 400\nretry_first_ms = 60\nretry_most_ms = 200\nat_once = 8\n";

/// Somebody made up who has a line.
pub(crate) const PERSON: &str = "demo-good";

/// The key of webhooks: 32 bytes of `k`.
pub(crate) const KEY: &str = "whsec_a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=";

/// A file of channels beside the data.
pub(crate) fn channels(folder: &Path, text: &str) -> Sources {
    Sources {
        path: folder.join("notices.toml"),
        text: text.to_owned(),
    }
}

/// Writes a file that nobody else may read.
pub(crate) fn private(path: &Path, text: &str) {
    std::fs::write(path, text).expect("the folder is writable");
    let owner = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(path, owner).expect("the file is ours");
}

/// A service with channels, and whose person has a line in use.
pub(crate) async fn service(text: &str) -> Service {
    let service = Service::with(|config| {
        private(&config.data.join("hook.key"), KEY);
        config.notices = Some(channels(&config.data, text));
    })
    .await;
    let answer = service.post(application(PERSON).to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    service
}

pub(crate) async fn post(service: &Service, path: &str, body: Value) -> Answer {
    let request = Request::new("POST", path).json(body.to_string());
    service.send(request).await
}

/// Does something to the line of an account.
pub(crate) async fn operate(service: &Service, account: &str, body: Value) {
    let path = format!("/v1/operate/lines/{account}/acts");
    let answer = post(service, &path, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// Opens a line that can be frozen and thawed: two notices.
pub(crate) async fn open(service: &Service, account: &str) {
    operate(
        service,
        account,
        json!({ "act": "offer", "limit": 500_000, "because": "x" }),
    )
    .await;
    operate(
        service,
        account,
        json!({ "act": "activate", "because": "x" }),
    )
    .await;
}

/// Topics of the person's inbox, the first first.
pub(crate) async fn inbox(service: &Service, account: &str) -> Vec<(String, String)> {
    let path = format!("/v1/accounts/{account}/notices");
    let all = service.get(&path).await.json();
    let all = all.as_array().expect("a list").iter().rev();
    let text = |one: &Value| one.as_str().expect("a text").to_owned();
    all.map(|one| (text(&one["id"]), text(&one["topic"])))
        .collect()
}

/// What operators see.
pub(crate) async fn shown(service: &Service) -> Value {
    let answer = service.get("/v1/operate/notices").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// Waits until something is so.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < Duration::from_secs(20), "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until nothing waits any more.
pub(crate) async fn settled(service: &Service) {
    until("everything is sent or given up", || async {
        shown(service).await["waiting"] == json!([])
    })
    .await;
}
