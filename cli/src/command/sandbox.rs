//! `precheck sandbox`: plays the sources outside, for development and tests.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use clap::Args;
use precheck_server::{DEMO_ACCOUNTS, Running, Sources, sandbox_sources};

use super::failure::Failure;
use super::{unreadable, unwritable};

/// Play the credit bureau and the other sources, about made-up people.
#[derive(Debug, Args)]
pub(super) struct Sandbox {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// The people about whom something is written, as demo accounts in JSON;
    /// the sample product's by default.
    #[arg(long, value_name = "FILE")]
    accounts: Option<PathBuf>,
    /// What everybody else's record follows from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How sources behave, as `PUT /control` takes it:
    /// '{"bureau": {"mode": "silent", "share": 50, "latency_ms": 10}}'.
    #[arg(long, value_name = "JSON")]
    control: Option<String>,
    /// Where the service with the page listens, for links in messages.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    service: SocketAddr,
    /// Write the file that `serve --upstreams` reads.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// End when standard input does: with the process that holds its other end.
    #[arg(long)]
    until_input_ends: bool,
}

impl Sandbox {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let people = match &self.accounts {
            Some(file) => fs::read_to_string(file).map_err(|error| unreadable(file, &error))?,
            None => DEMO_ACCOUNTS.to_owned(),
        };
        let sandbox = precheck_server::Sandbox {
            listen: self.listen,
            people,
            seed: self.seed,
            control: self.control.clone(),
        };
        let runtime = super::serve::runtime()?;
        runtime.block_on(async {
            let running = sandbox.start().await;
            let running = running.map_err(|error| Failure::start(&error))?;
            if let Some(file) = &self.write {
                let text = sandbox_sources(running.local_addr(), self.service);
                fs::write(file, text).map_err(|error| unwritable(file, &error))?;
            }
            super::serve::announce(running.local_addr(), json)?;
            if self.until_input_ends {
                tokio::select! {
                    () = input_ends() => return Ok(()),
                    ended = wait(running) => return ended,
                }
            }
            wait(running).await
        })
    }
}

async fn wait(running: Running) -> Result<(), Failure> {
    let ended = running.wait().await;
    ended.map_err(|error| Failure::failed("signals-unavailable", error.to_string()))
}

/// Reads standard input to its end, in a thread that nobody waits for.
async fn input_ends() {
    let (ended, end) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = ended.send(());
    });
    let _ = end.await;
}

/// A sandbox that runs beside this process and ends with it, however it ends:
/// the other end of its standard input is here.
pub(super) struct Beside {
    child: Child,
    pub(super) sources: Sources,
    /// Where it listens.
    pub(super) address: SocketAddr,
}

impl Beside {
    /// Starts it; `service` is where the service with the page will listen.
    pub(super) fn start(accounts: Option<&Path>, service: SocketAddr) -> Result<Beside, Failure> {
        let failed = |error: std::io::Error| {
            Failure::failed(
                "sandbox-failed",
                format!("cannot start the sandbox: {error}"),
            )
        };
        let program = std::env::current_exe().map_err(failed)?;
        let mut command = Command::new(program);
        command
            .args(["sandbox", "--listen", "127.0.0.1:0", "--until-input-ends"])
            .arg("--json");
        if let Some(accounts) = accounts {
            command.arg("--accounts").arg(accounts);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            let mut out = BufReader::new(out).take(1000);
            out.read_line(&mut line).map_err(failed)?;
        }
        let address = serde_json::from_str::<serde_json::Value>(&line).ok();
        let address = address.and_then(|said| said["listening"].as_str()?.parse().ok());
        let Some(address) = address else {
            let said = line.trim();
            return Err(Failure::failed(
                "sandbox-failed",
                format!("the sandbox said `{said}`"),
            ));
        };
        Ok(Beside {
            child,
            sources: Sources {
                path: "the sandbox's file of sources".into(),
                text: sandbox_sources(address, service),
            },
            address,
        })
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It ends by itself now; waiting takes it off the list of processes.
        let _ = self.child.wait();
        let _ = std::io::stdout().flush();
    }
}
