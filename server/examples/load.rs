//! Measures the service under load: `cargo xtask bench server`.
//!
//! Load and service share the machine, each with threads of its own, and one
//! run has all cases, so that they can be compared:
//!
//! | part | question |
//! |---|---|
//! | one kind after the other | what a durable decision costs beside an answer of the same service that keeps nothing |
//! | too many | what is left of the best when ten times as many callers never rest, and how soon it is back |
//!
//! On a machine that others use as well, rates are about the others. The CPU time
//! of service and load together, for one answer, hardly is.
//!
//! Callers are closed loops: each sends, waits, and sends again at once, also
//! when it was told to come back later. That is the worst that callers do.

#[path = "../tests/it/support/model.rs"]
mod model;
#[expect(dead_code, reason = "the engine's own tests use the rest of it")]
#[path = "../../tests/it/signed.rs"]
mod signed;

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use precheck_server::audit::KeySource;
use precheck_server::{Callers, Config, Running, start};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

const ACCOUNTS: usize = 1000;
/// How long a case takes.
const CASE: Duration = Duration::from_secs(5);
/// With so many callers the best is measured.
const CALM: usize = 64;
/// So many come too many.
const TOO_MANY: [usize; 2] = [10 * CALM, 1_500];
/// Counted apart, so that one can see when it is well again.
const SLICE: Duration = Duration::from_millis(250);

fn main() -> Result<(), Box<dyn Error>> {
    let data = tempfile::tempdir()?;
    let served = Builder::new_multi_thread().enable_all().build()?;
    let running = served.block_on(start(Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data: data.path().to_owned(),
        www: None,
        server_bundle: signed::bundle(&model::server()),
        public_bundle: signed::bundle(&model::public()),
        trusted_keys: vec![signed::trusted()],
        as_of: Some(signed::day("2026-11-22")),
        demo: Some(accounts()),
        sources: None,
        notices: None,
        callers: Callers::Demo,
        drain: Duration::ZERO,
        master_key: KeySource::Folder,
    }))?;
    let threads = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let load = Load {
        threads,
        address: running.local_addr(),
        requests: Arc::new(Requests::new()),
    };
    let wanted = std::env::args().nth(1);
    let is_wanted = |part| wanted.as_deref().is_none_or(|wanted| wanted == part);
    if is_wanted("kinds") {
        load.kinds()?;
    }
    if is_wanted("overload") {
        load.overload()?;
    }
    served.block_on(Running::stop(running));
    Ok(())
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Health,
    PreCheck,
    Decision,
    DecisionUnderKey,
    /// Four pre-checks for one decision.
    Mixed,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Health => "`GET /healthz`",
            Kind::PreCheck => "pre-check, keeps nothing",
            Kind::Decision => "decision, durable",
            Kind::DecisionUnderKey => "decision, durable, under a key",
            Kind::Mixed => "four pre-checks for a decision",
        }
    }

    /// What a caller asks at its turn, where it is not always the same.
    fn of(self, turn: usize) -> Kind {
        match self {
            Kind::Mixed if turn.is_multiple_of(5) => Kind::Decision,
            Kind::Mixed => Kind::PreCheck,
            same => same,
        }
    }
}

/// Requests as they are sent; made once, since making them is no work of the
/// service.
struct Requests {
    pre_check: Vec<u8>,
    /// Of each account.
    decisions: Vec<String>,
}

impl Requests {
    fn new() -> Requests {
        let fields = json!({
            "name": "测试样本", "id_number": "110101199003071233", "phone": "13800138000",
        });
        let facts = json!({
            "monthly_income": 800_000, "employment": "employed", "monthly_debt": 100_000,
        });
        let body = json!({ "scenario": "activation", "fields": fields, "facts": facts });
        let body = body.to_string();
        let head = |path: &str, length: usize| {
            format!(
                "POST {path} HTTP/1.1\r\nhost: load\r\ncontent-type: application/json\r\n\
                 content-length: {length}\r\n"
            )
        };
        let pre_check = format!("{}\r\n{body}", head("/v1/pre-checks", body.len()));
        let decisions = (0..ACCOUNTS).map(|number| {
            let account = format!("load-{number}");
            let body = json!({ "account": account, "fields": fields, "facts": facts });
            let body = body.to_string();
            format!("{}\n{body}", head("/v1/activation/decisions", body.len()))
        });
        Requests {
            pre_check: pre_check.into_bytes(),
            decisions: decisions.collect(),
        }
    }

    /// Writes a request; `number` is another one for each.
    fn write(&self, kind: Kind, number: usize, request: &mut Vec<u8>) {
        request.clear();
        match kind {
            Kind::Health => {
                request.extend_from_slice(b"GET /healthz HTTP/1.1\r\nhost: load\r\n\r\n")
            }
            Kind::PreCheck | Kind::Mixed => request.extend_from_slice(&self.pre_check),
            Kind::Decision | Kind::DecisionUnderKey => {
                let decision = self.decisions.get(number % ACCOUNTS);
                let (head, body) = decision
                    .and_then(|one| one.rsplit_once('\n'))
                    .unwrap_or_default();
                request.extend_from_slice(head.as_bytes());
                if kind == Kind::DecisionUnderKey {
                    let key = format!(
                        "idempotency-key: bench-{}-{number:09}\r\n",
                        std::process::id()
                    );
                    request.extend_from_slice(key.as_bytes());
                }
                request.extend_from_slice(b"\r\n");
                request.extend_from_slice(body.as_bytes());
            }
        }
    }
}

/// One answer.
#[derive(Debug, Clone, Copy)]
struct Answered {
    /// Since the case began.
    at: Duration,
    took: Duration,
    kind: Kind,
    is_served: bool,
}

/// Where the load comes from.
struct Load {
    threads: Runtime,
    address: SocketAddr,
    requests: Arc<Requests>,
}

impl Load {
    /// Each kind for itself.
    fn kinds(&self) -> io::Result<()> {
        println!(
            "| case | callers | served/s | p50 ms | p99 ms | times pre-checks | CPU µs each |"
        );
        println!("|---|---|---|---|---|---|---|");
        for callers in [CALM, 256] {
            let mut base = None;
            for kind in [
                Kind::Health,
                Kind::PreCheck,
                Kind::Decision,
                Kind::DecisionUnderKey,
            ] {
                let before = cpu_ticks();
                let answers = self.run(kind, callers, CASE)?;
                let ticks = cpu_ticks().zip(before).map(|(now, then)| now - then);
                let each =
                    ticks.map(|ticks| ticks * TICK_MICROSECONDS / answers.len().max(1) as u64);
                let found = Found::of(&answers, CASE, |one| one.is_served);
                if kind == Kind::PreCheck {
                    base = Some(found.per_second);
                }
                let ratio = base.map_or("–".to_owned(), |base| share(found.per_second, base));
                println!(
                    "| {} | {callers} | {} | {} | {} | {ratio} | {} |",
                    kind.name(),
                    found.per_second,
                    milliseconds(found.median),
                    milliseconds(found.tail),
                    each.map_or("–".to_owned(), |each| each.to_string()),
                );
            }
        }
        println!();
        Ok(())
    }

    /// The best, too many, and what is left afterwards.
    fn overload(&self) -> io::Result<()> {
        println!(
            "| {} | callers | served/s | of the best | decisions/s | p50 ms | p99 ms | told to come \
             back/s | p99 ms |",
            Kind::Mixed.name()
        );
        println!("|---|---|---|---|---|---|---|---|---|");
        let (best, calm) = self.mixed("calm", CALM, None)?;
        for callers in TOO_MANY {
            self.mixed("too many", callers, Some(best))?;
            let (_, after) = self.mixed("afterwards", CALM, Some(best))?;
            // Well again: as much as nine tenths of the best, in a slice.
            let slices = |answers: &[Answered]| {
                let mut counts = vec![0_u64; (CASE.as_millis() / SLICE.as_millis()) as usize];
                for one in answers.iter().filter(|one| one.is_served) {
                    let place = (one.at.as_millis() / SLICE.as_millis()) as usize;
                    if let Some(count) = counts.get_mut(place) {
                        *count += 1;
                    }
                }
                counts
            };
            let mut usual = slices(&calm);
            usual.sort_unstable();
            let usual = usual.get(usual.len() / 2).copied().unwrap_or(0);
            let slices = slices(&after);
            let well = slices.iter().position(|count| count * 10 >= usual * 9);
            match well {
                Some(place) => {
                    let end = SLICE * (u32::try_from(place).unwrap_or(0) + 1);
                    println!(
                        "|  well again within {} ms | | | | | | | | |",
                        end.as_millis()
                    );
                }
                None => println!(
                    "| not well again within {} s | | | | | | | | |",
                    CASE.as_secs()
                ),
            }
        }
        Ok(())
    }

    fn mixed(
        &self,
        name: &str,
        callers: usize,
        best: Option<u64>,
    ) -> io::Result<(u64, Vec<Answered>)> {
        let answers = self.run(Kind::Mixed, callers, CASE)?;
        let all = Found::of(&answers, CASE, |one| one.is_served);
        let decisions = Found::of(&answers, CASE, |one| {
            one.is_served && one.kind == Kind::Decision
        });
        let away = Found::of(&answers, CASE, |one| !one.is_served);
        println!(
            "| {name} | {callers} | {} | {} | {} | {} | {} | {} | {} |",
            all.per_second,
            share(all.per_second, best.unwrap_or(all.per_second)),
            decisions.per_second,
            milliseconds(all.median),
            milliseconds(all.tail),
            away.per_second,
            milliseconds(away.tail),
        );
        Ok((all.per_second, answers))
    }

    /// Lets callers call for a while.
    fn run(&self, kind: Kind, callers: usize, long: Duration) -> io::Result<Vec<Answered>> {
        let (began, address) = (Instant::now(), self.address);
        let tasks: Vec<_> = (0..callers)
            .map(|caller| {
                let requests = Arc::clone(&self.requests);
                let call = async move {
                    let mut answers = Vec::new();
                    let (mut number, mut turn) = (caller, caller);
                    let mut request = Vec::new();
                    let mut stream = connect(address).await?;
                    let mut bytes = Vec::with_capacity(16 * 1024);
                    while began.elapsed() < long {
                        let kind = kind.of(turn);
                        requests.write(kind, number, &mut request);
                        let asked = Instant::now();
                        let sent = stream.write_all(&request).await;
                        let status = match sent {
                            Ok(()) => answer(&mut stream, &mut bytes).await?,
                            Err(_) => None,
                        };
                        match status {
                            Some(status) => answers.push(Answered {
                                at: began.elapsed(),
                                took: asked.elapsed(),
                                kind,
                                is_served: status < 300,
                            }),
                            // The connection was ended.
                            None => stream = connect(address).await?,
                        }
                        number += callers;
                        turn += 1;
                    }
                    io::Result::Ok(answers)
                };
                self.threads.spawn(call)
            })
            .collect();
        let mut answers = Vec::new();
        for task in tasks {
            let joined = self.threads.block_on(task);
            answers.extend(joined.map_err(io::Error::other)??);
        }
        Ok(answers)
    }
}

async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Reads one answer, which has to be a good one or one that says to come back;
/// `None` where the connection was ended instead.
async fn answer(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<Option<u16>> {
    bytes.clear();
    loop {
        match stream.read_buf(bytes).await {
            Ok(0) | Err(_) => return Ok(None),
            Ok(_) => {}
        }
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = str::from_utf8(&bytes[..end]).map_err(io::Error::other)?;
        let length = head.split("content-length: ").nth(1);
        let length = length.and_then(|rest| rest.lines().next()?.parse::<usize>().ok());
        let length = length.ok_or(io::ErrorKind::InvalidData)?;
        if bytes.len() < end + 4 + length {
            continue;
        }
        let status = head.get(9..12).and_then(|text| text.parse().ok());
        return match status {
            Some(status @ (200..300 | 503)) => Ok(Some(status)),
            _ => Err(io::Error::other(
                String::from_utf8_lossy(bytes).into_owned(),
            )),
        };
    }
}

/// What was measured.
struct Found {
    per_second: u64,
    median: Duration,
    tail: Duration,
}

impl Found {
    fn of(answers: &[Answered], long: Duration, counts: impl Fn(&Answered) -> bool) -> Found {
        // What came after the end had waited with nobody behind it.
        let counted = answers.iter().filter(|one| one.at < long && counts(one));
        let mut times: Vec<Duration> = counted.map(|one| one.took).collect();
        times.sort_unstable();
        let at = |percent: usize| times.get(times.len() * percent / 100).copied();
        Found {
            per_second: times.len() as u64 * 1000 / (long.as_millis() as u64).max(1),
            median: at(50).unwrap_or_default(),
            tail: at(99).unwrap_or_default(),
        }
    }
}

/// A tick of [`cpu_ticks`]: `USER_HZ` is 100 wherever Linux runs.
const TICK_MICROSECONDS: u64 = 10_000;

/// The CPU time of this process so far, where the system tells it.
fn cpu_ticks() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name, which may hold anything: state is the third field, the
    // times of the user and of the system are the 14th and 15th.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(11);
    let (user, system) = (fields.next()?, fields.next()?);
    Some(user.parse::<u64>().ok()? + system.parse::<u64>().ok()?)
}

/// A number as a share of another, with two places.
fn share(of: u64, all: u64) -> String {
    let hundredths = of * 100 / all.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
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
