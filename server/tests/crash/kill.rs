//! Killed at a random moment under load, again and again.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::client::Request;
use crate::{Process, Random, decide, verified};

const ROUNDS: u64 = 16;
const CLIENTS: usize = 8;
const ACCOUNTS: [&str; 5] = [
    "demo-good",
    "demo-new",
    "demo-overdue",
    "demo-places",
    // Its applications are counted: a turn, a count and a condition more.
    "demo-counted",
];

/// What a client knows of a key.
struct Asked {
    key: String,
    account: &'static str,
    /// The answer; `None` when the service went away.
    answer: Option<String>,
}

/// Every acknowledged decision is there, none is there twice, keys are answered
/// as they were, and the log verifies.
pub(crate) async fn rounds() {
    let rounds = std::env::var("PRECHECK_CRASH_ROUNDS");
    let rounds = rounds.ok().and_then(|rounds| rounds.parse().ok());
    let rounds: u64 = rounds.unwrap_or(ROUNDS);
    let started = Instant::now();
    let data = tempfile::tempdir().expect("a temporary folder");
    let mut random = Random(1);
    let (mut acknowledged, mut unanswered, mut decisions) = (0_usize, 0_usize, 0_i64);
    for round in 0..rounds {
        if round % 4 == 3 {
            // In the middle of a start, too: migrations, seeds, checkpoints.
            let process = Process::spawn(data.path());
            tokio::time::sleep(Duration::from_millis(random.below(60))).await;
            process.kill();
        }
        let delay = Duration::from_millis(random.below(120));
        let asked = under_load(data.path(), round, delay).await;
        let process = Process::start(data.path());
        for one in &asked {
            again(&process, one).await;
        }
        acknowledged += asked.iter().filter(|one| one.answer.is_some()).count();
        unanswered += asked.iter().filter(|one| one.answer.is_none()).count();
        decisions += i64::try_from(asked.len()).expect("a small number");
        process.kill();
        // All of it after every tenth round: the log grows.
        if round % 10 == 9 || round + 1 == rounds {
            let found = verified(data.path()).await;
            assert_eq!(found.findings, [], "round {round}");
            assert_eq!(found.rows, decisions, "round {round}: one row a key");
            assert_eq!(found.opened, decisions, "round {round}: all readable");
        }
    }
    println!(
        "kill: {rounds} rounds in {} s, {acknowledged} decisions acknowledged, {unanswered} cut off \
         and asked for again; {decisions} rows, all verified",
        started.elapsed().as_secs()
    );
    assert!(acknowledged > 0 && decisions > 0, "there was a load");
}

/// Asks until the service is killed.
async fn under_load(data: &Path, round: u64, delay: Duration) -> Vec<Asked> {
    let process = Process::start(data);
    let address = process.address();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let asked = Arc::clone(&asked);
            tokio::spawn(async move {
                for number in 0_usize.. {
                    let key = format!("round-{round}-client-{client}-number-{number}");
                    let account = ACCOUNTS[(client + number) % ACCOUNTS.len()];
                    let answer = decide(address, &key, account).await.ok();
                    let is_last = answer.is_none();
                    let answer = answer.map(|answer| {
                        assert_eq!(answer.status, 201, "{}", answer.text());
                        answer.text().to_owned()
                    });
                    let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
                    asked.push(Asked {
                        key,
                        account,
                        answer,
                    });
                    if is_last {
                        break;
                    }
                }
            })
        })
        .collect();
    tokio::time::sleep(delay).await;
    process.kill();
    for client in clients {
        client.await.expect("a client ends");
    }
    let asked = Arc::into_inner(asked).expect("every client has ended");
    asked.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Asks again what was asked, and reads it.
async fn again(process: &Process, one: &Asked) {
    let answer = decide(process.address(), &one.key, one.account).await;
    let answer = answer.expect("nobody kills it now");
    assert_eq!(answer.status, 201, "{}: {}", one.key, answer.text());
    if let Some(first) = &one.answer {
        assert_eq!(answer.text(), first, "{}: byte for byte", one.key);
        let is_replayed = answer.header("idempotent-replayed") == Some("true");
        assert!(is_replayed, "{}: it was acknowledged", one.key);
    }
    let location = answer.header("location").expect("a place").to_owned();
    let shown = Request::new("GET", &location);
    let shown = shown.send(process.address()).await;
    assert_eq!(shown.text(), answer.text(), "{}: it is there", one.key);
}
