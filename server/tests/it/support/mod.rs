//! A service on a free port with a data folder of its own.

pub(crate) mod client;
pub(crate) mod log;
pub(crate) mod model;
pub(crate) mod post;
#[expect(dead_code, reason = "the engine's own tests use the rest of it")]
#[path = "../../../../tests/it/signed.rs"]
pub(crate) mod signed;
pub(crate) mod sources;

use std::path::Path;
use std::time::Duration;

use precheck::units::Date;
use precheck_server::audit::KeySource;
use precheck_server::{Callers, Config, DEMO_ACCOUNTS, Running, StartError, start};
use serde_json::{Value, json};
use tempfile::TempDir;

use client::{Answer, Request};

/// Made up, nobody's.
pub(crate) const NAME: &str = "测试样本";
/// Made up, nobody's. Born on 7 March 1990.
pub(crate) const ID_NUMBER: &str = "110101199003071233";
/// Made up, nobody's.
pub(crate) const PHONE: &str = "13800138000";

/// The day on which the tests take place.
pub(crate) fn as_of() -> Date {
    Date::from_ymd(2026, 11, 22).expect("a day of the calendar")
}

/// A start that works; tests change what they are about.
pub(crate) fn config(data: &Path) -> Config {
    log::capture();
    Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data: data.to_owned(),
        www: None,
        server_bundle: signed::bundle(&model::server()),
        public_bundle: signed::bundle(&model::public()),
        trusted_keys: vec![signed::trusted()],
        as_of: Some(as_of()),
        demo: Some(DEMO_ACCOUNTS.to_owned()),
        sources: None,
        notices: None,
        callers: Callers::Demo,
        drain: Duration::ZERO,
        master_key: KeySource::Folder,
    }
}

/// A running service and its data.
pub(crate) struct Service {
    pub(crate) data: TempDir,
    pub(crate) running: Running,
}

impl Service {
    /// Starts with a change to the usual configuration.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Service {
        let data = tempfile::tempdir().expect("a temporary folder");
        let mut config = config(data.path());
        change(&mut config);
        let running = start(config).await.expect("the service starts");
        Service { data, running }
    }

    pub(crate) async fn new() -> Service {
        Service::with(|_| {}).await
    }

    pub(crate) async fn send(&self, request: Request) -> Answer {
        request.send(self.running.local_addr()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::new("GET", path)).await
    }

    /// Asks for a decision.
    pub(crate) async fn post(&self, body: impl Into<Vec<u8>>) -> Answer {
        self.send(Request::new("POST", "/v1/activation/decisions").json(body))
            .await
    }

    /// Asks for a decision under an idempotency key.
    pub(crate) async fn post_under(&self, key: &str, body: impl Into<Vec<u8>>) -> Answer {
        let request = Request::new("POST", "/v1/activation/decisions");
        self.send(request.header("idempotency-key", key).json(body))
            .await
    }

    /// Stops, and starts again on the same data.
    pub(crate) async fn restart(self) -> Service {
        self.restart_with(|_| {}).await
    }

    /// The same with a change to the usual configuration.
    pub(crate) async fn restart_with(self, change: impl FnOnce(&mut Config)) -> Service {
        let Service { data, running } = self;
        running.stop().await;
        let mut config = config(data.path());
        change(&mut config);
        let running = start(config).await.expect("the service starts again");
        Service { data, running }
    }
}

/// Starts where that has to fail.
pub(crate) async fn refused(config: Config) -> StartError {
    match start(config).await {
        Ok(running) => panic!("it listens on {}", running.local_addr()),
        Err(error) => error,
    }
}

/// A good application of the synthetic person for an account.
pub(crate) fn application(account: &str) -> Value {
    json!({
        "account": account,
        "locale": "zh-CN",
        "fields": { "name": NAME, "id_number": ID_NUMBER, "phone": PHONE },
        "facts": { "monthly_income": 800_000, "employment": "employed", "monthly_debt": 100_000 },
    })
}

/// The same with a change.
pub(crate) fn changed(account: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut application = application(account);
    change(&mut application);
    application.to_string()
}
