//! Measures the service under load: `cargo xtask bench server`.
//!
//! Load and service share the machine, and one run has all cases, so that they
//! can be compared: the ratio says what a durable decision costs beside an
//! answer of the same service that keeps nothing.

#[path = "../tests/it/support/model.rs"]
mod model;
#[expect(dead_code, reason = "the engine's own tests use the rest of it")]
#[path = "../../tests/it/signed.rs"]
mod signed;

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use precheck_server::audit::KeySource;
use precheck_server::{Callers, Config, start};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ACCOUNTS: usize = 1000;
const SECONDS: u64 = 5;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = tempfile::tempdir()?;
    let running = start(Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data: data.path().to_owned(),
        www: None,
        server_bundle: signed::bundle(&model::server()),
        public_bundle: signed::bundle(&model::public()),
        trusted_keys: vec![signed::trusted()],
        as_of: Some(signed::day("2026-11-22")),
        demo: Some(accounts()),
        sources: None,
        callers: Callers::Demo,
        drain: Duration::ZERO,
        master_key: KeySource::Folder,
    })
    .await?;
    let address = running.local_addr();
    println!("| case | connections | requests/s | p50 ms | p99 ms | ratio to pre-checks |");
    println!("|---|---|---|---|---|---|");
    for connections in [64, 256] {
        let mut base = None;
        for case in [
            Case::Health,
            Case::PreCheck,
            Case::Decision,
            Case::DecisionUnderKey,
        ] {
            let found = run(case, connections, address).await?;
            if case == Case::PreCheck {
                base = Some(found.per_second);
            }
            let ratio = base.map_or("–".to_owned(), |base| {
                let hundredths = found.per_second * 100 / base.max(1);
                format!("{}.{:02}", hundredths / 100, hundredths % 100)
            });
            println!(
                "| {} | {connections} | {} | {} | {} | {ratio} |",
                case.name(),
                found.per_second,
                milliseconds(found.median),
                milliseconds(found.tail),
            );
        }
    }
    running.stop().await;
    Ok(())
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Health,
    PreCheck,
    Decision,
    DecisionUnderKey,
}

impl Case {
    fn name(self) -> &'static str {
        match self {
            Case::Health => "`GET /healthz`",
            Case::PreCheck => "pre-check, keeps nothing",
            Case::Decision => "decision, durable",
            Case::DecisionUnderKey => "decision, durable, under a key",
        }
    }

    fn request(self, number: usize) -> String {
        let fields = json!({
            "name": "测试样本", "id_number": "110101199003071233", "phone": "13800138000",
        });
        let facts = json!({
            "monthly_income": 800_000, "employment": "employed", "monthly_debt": 100_000,
        });
        let account = format!("load-{}", number % ACCOUNTS);
        let (path, body, key) = match self {
            Case::Health => return "GET /healthz HTTP/1.1\r\nhost: load\r\n\r\n".to_owned(),
            Case::PreCheck => (
                "/v1/pre-checks",
                json!({ "scenario": "activation", "fields": fields, "facts": facts }),
                String::new(),
            ),
            Case::Decision | Case::DecisionUnderKey => (
                "/v1/activation/decisions",
                json!({ "account": account, "fields": fields, "facts": facts }),
                if self == Case::Decision {
                    String::new()
                } else {
                    let id = uuid::Uuid::new_v4();
                    format!("idempotency-key: {id}\r\n")
                },
            ),
        };
        let body = body.to_string();
        format!(
            "POST {path} HTTP/1.1\r\nhost: load\r\ncontent-type: application/json\r\n{key}\
             content-length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}

/// What was measured.
struct Found {
    per_second: u64,
    median: Duration,
    tail: Duration,
}

async fn run(case: Case, connections: usize, address: SocketAddr) -> io::Result<Found> {
    let started = Instant::now();
    let until = started + Duration::from_secs(SECONDS);
    let tasks: Vec<_> = (0..connections)
        .map(|connection| {
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                let mut times = Vec::new();
                let mut number = connection;
                while Instant::now() < until {
                    let asked = Instant::now();
                    let request = case.request(number);
                    stream.write_all(request.as_bytes()).await?;
                    answer(&mut stream).await?;
                    times.push(asked.elapsed());
                    number += connections;
                }
                io::Result::Ok(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.map_err(io::Error::other)??);
    }
    let elapsed = started.elapsed().as_millis().max(1);
    times.sort_unstable();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied();
    let per_second = times.len() as u128 * 1000 / elapsed;
    Ok(Found {
        per_second: u64::try_from(per_second).unwrap_or(u64::MAX),
        median: at(50).unwrap_or_default(),
        tail: at(99).unwrap_or_default(),
    })
}

/// Reads one answer, which has to be a good one.
async fn answer(stream: &mut TcpStream) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(8192);
    loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.split("content-length: ").nth(1);
        let length = length.and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
        let length = length.ok_or(io::ErrorKind::InvalidData)?;
        if bytes.len() < end + 4 + length {
            continue;
        }
        if head.starts_with("http/1.1 20") {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        return Err(io::Error::other(text));
    }
}

fn milliseconds(time: Duration) -> String {
    let tenths = time.as_micros() / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Accounts whose applications a source states: each may ask without end.
fn accounts() -> String {
    let accounts = (0..ACCOUNTS).map(|number| {
        json!({
            "id": format!("load-{number}"),
            "label": { "zh-CN": "负载", "en": "load" },
            "facts": {
                "account_age_days": 1460, "orders_12m": 36, "overdue_12m": 0, "zhima_score": 720,
                "inquiries_3m": 1, "identity_match": "match", "applications_24h": 1,
                "login_places_7d": 1,
            },
        })
    });
    Value::from(accounts.collect::<Vec<_>>()).to_string()
}
