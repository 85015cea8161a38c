//! What a kill, a power cut and a full disk leave behind.
//!
//! This program runs itself as a service (`--serve DIR`) and does to it what no
//! test inside one process can. How many rounds of kills there are says
//! `PRECHECK_CRASH_ROUNDS`, for running a thousand by hand:
//!
//! ```text
//! PRECHECK_CRASH_ROUNDS=1000 cargo test -p precheck-server --test crash
//! ```

#[expect(dead_code, reason = "the service's other tests use the rest of it")]
#[path = "../it/support/client.rs"]
mod client;
mod disk;
mod kill;
mod lines;
#[path = "../it/support/model.rs"]
mod model;
mod power;
#[expect(dead_code, reason = "the engine's own tests use the rest of it")]
#[path = "../../../tests/it/signed.rs"]
mod signed;

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use precheck_server::audit::{KeySource, Verified, VerifyOptions, verify};
use precheck_server::{Callers, Config, DEMO_ACCOUNTS, StartError, start};
use serde_json::{Value, json};

use client::{Answer, Request};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    if let [_, command, folder] = &arguments[..]
        && command == "--serve"
    {
        runtime.block_on(serve(Path::new(folder)));
        return;
    }
    let filter = arguments.get(1).filter(|word| !word.starts_with('-'));
    let wanted = |name: &str| filter.is_none_or(|filter| name.contains(filter.as_str()));
    if wanted("kill") {
        runtime.block_on(kill::rounds());
    }
    if wanted("lines") {
        runtime.block_on(lines::rounds());
    }
    if wanted("power") {
        runtime.block_on(power::cuts());
    }
    if wanted("disk") {
        runtime.block_on(disk::full_and_read_only());
    }
}

fn config(data: &Path) -> Config {
    Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data: data.to_owned(),
        www: None,
        server_bundle: signed::bundle(&model::server()),
        public_bundle: signed::bundle(&model::public()),
        trusted_keys: vec![signed::trusted()],
        as_of: Some(signed::day("2026-11-22")),
        demo: Some(DEMO_ACCOUNTS.to_owned()),
        sources: None,
        callers: Callers::Demo,
        drain: Duration::ZERO,
        master_key: KeySource::Folder,
    }
}

/// The service that gets killed.
async fn serve(folder: &Path) {
    match start(config(folder)).await {
        Ok(running) => {
            println!("{}", running.local_addr());
            // Whoever reads may be gone.
            let _ = std::io::stdout().flush();
            running.wait().await.expect("signals");
        }
        Err(error) => refuse(&error),
    }
}

fn refuse(error: &StartError) {
    println!("refused {}: {error}", error.code());
}

/// A service in a process of its own.
struct Process {
    child: Child,
    address: Option<SocketAddr>,
}

impl Process {
    /// Starts one without waiting for it.
    fn spawn(data: &Path) -> Process {
        let child = Command::new(std::env::current_exe().expect("this program"))
            .arg("--serve")
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the process starts");
        Process {
            child,
            address: None,
        }
    }

    /// Starts one and waits until it listens.
    fn start(data: &Path) -> Process {
        let mut process = Process::spawn(data);
        let line = process.line();
        process.address = line.trim().parse().ok();
        assert!(process.address.is_some(), "it does not start: {line}");
        process
    }

    fn line(&mut self) -> String {
        let out = self.child.stdout.take().expect("it is piped");
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).expect("a line");
        line
    }

    fn address(&self) -> SocketAddr {
        self.address.expect("it listens")
    }

    /// Ends it as nothing can be caught.
    fn kill(self) {
        drop(self);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Also after a failed test: nobody else would end it.
        let ended = self.child.kill().and_then(|()| self.child.wait());
        assert!(ended.is_ok() || std::thread::panicking(), "it is killed");
    }
}

fn application(account: &str) -> Value {
    json!({
        "account": account,
        "locale": "zh-CN",
        "fields": { "name": "测试样本", "id_number": "110101199003071233", "phone": "13800138000" },
        "facts": { "monthly_income": 800_000, "employment": "employed", "monthly_debt": 100_000 },
    })
}

/// Asks for a decision under a key; an error when the service goes away.
async fn decide(address: SocketAddr, key: &str, account: &str) -> std::io::Result<Answer> {
    let request = Request::new("POST", "/v1/activation/decisions").header("idempotency-key", key);
    let body = application(account).to_string();
    let sent = request.json(body).try_send(address);
    let answer = tokio::time::timeout(Duration::from_secs(20), sent).await;
    answer.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
}

async fn verified(data: &Path) -> Verified {
    let options = VerifyOptions {
        key: Some(KeySource::Folder),
        ..VerifyOptions::default()
    };
    verify(data, &options).await.expect("the log is readable")
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}
