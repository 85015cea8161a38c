//! `precheck operate`: looking after a service that runs.

mod policies;
mod watch;

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use precheck_server::Remote;
use serde_json::Value;

use super::failure::Failure;
use super::unreadable;

/// Where the key is, if no file is named.
const KEY: &str = "PRECHECK_CALLER_KEY";

/// Look after a service that runs: its policies, alarms and holds.
#[derive(Debug, Args)]
pub(super) struct Operate {
    /// The service: https://host, or http:// for one on this machine.
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:8080",
        global = true
    )]
    service: String,
    /// A file with a caller's key of scope `operate`; without it, the variable
    /// PRECHECK_CALLER_KEY. A service for demonstration needs none.
    #[arg(long, value_name = "FILE", global = true)]
    caller_key: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The policies that decide, stand beside, or did.
    Policies,
    /// Put a policy in force at once, or beside the one in force.
    Put(policies::Put),
    /// Put the candidate in force.
    Promote(Because),
    /// Take the candidate away.
    Withdraw(Because),
    /// Go back to an earlier policy: its content, signed again under the next version.
    Back(policies::Back),
    /// What the candidate decides otherwise, by scenario, reason and group.
    Report,
    /// What was found to be wrong, and which facts are held.
    Alarms,
    /// Let nothing count that is said of a fact, until it is lifted.
    Hold(watch::Fact),
    /// Let it count again.
    Lift(watch::Fact),
    /// Take decisions again that a faulty fact had a part in.
    Redecide(watch::Redecide),
}

/// Why something is done.
#[derive(Debug, Args)]
struct Because {
    /// Why, for whoever reads the log.
    #[arg(long, value_name = "TEXT")]
    because: String,
}

impl Operate {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let key = match &self.caller_key {
            Some(file) => Some(fs::read_to_string(file).map_err(|error| unreadable(file, &error))?),
            None => std::env::var(KEY).ok(),
        };
        let remote = Remote::new(&self.service, key.as_deref());
        let remote = remote.map_err(|error| Failure::Usage(error.code(), error.to_string()))?;
        let service = Calls {
            remote,
            runtime: super::serve::runtime()?,
        };
        let said = match &self.command {
            Command::Policies => service.get("/v1/operate/policies"),
            Command::Put(put) => put.run(&service),
            Command::Promote(Because { because }) => policies::act(&service, "promote", because),
            Command::Withdraw(Because { because }) => policies::act(&service, "withdraw", because),
            Command::Back(back) => back.run(&service),
            Command::Report => service.get("/v1/operate/policies/candidate/report"),
            Command::Alarms => service.get("/v1/operate/alarms"),
            Command::Hold(fact) => fact.run(&service, "hold"),
            Command::Lift(fact) => fact.run(&service, "lift"),
            Command::Redecide(redecide) => redecide.run(&service),
        }?;
        let mut out = std::io::stdout().lock();
        if json {
            writeln!(out, "{said}")?;
        } else {
            let text = match &self.command {
                Command::Report => policies::report(&said),
                Command::Alarms | Command::Hold(_) | Command::Lift(_) => watch::alarms(&said),
                Command::Redecide(_) => watch::redecided(&said),
                _ => policies::list(&said),
            };
            write!(out, "{text}")?;
        }
        Ok(())
    }
}

/// A service, called one after the other.
struct Calls {
    remote: Remote,
    runtime: tokio::runtime::Runtime,
}

impl Calls {
    fn get(&self, path: &str) -> Result<Value, Failure> {
        self.call(path, None)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.call(path, Some(body.to_string()))
    }

    fn call(&self, path: &str, body: Option<String>) -> Result<Value, Failure> {
        let reply = self.runtime.block_on(self.remote.call(path, body));
        let reply = reply.map_err(|error| Failure::failed(error.code(), error.to_string()))?;
        let said: Option<Value> = serde_json::from_slice(&reply.body).ok();
        match said {
            Some(said) if (200..300).contains(&reply.status) => Ok(said),
            Some(said) => Err(refusal(&said)),
            None => Err(Failure::failed(
                "service-other",
                format!(
                    "status {} without JSON: is this a precheck service?",
                    reply.status
                ),
            )),
        }
    }
}

/// What the service says is wrong, in full.
fn refusal(said: &Value) -> Failure {
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let mut words = format!("the service refuses: {}", text(said, "title"));
    for fault in said["errors"].as_array().into_iter().flatten() {
        let (at, code) = (text(fault, "pointer"), text(fault, "code"));
        words.push_str(&format!("\n  `{at}` {code}: {}", text(fault, "detail")));
    }
    if said["errors"].as_array().is_none_or(Vec::is_empty) {
        words.push_str(&format!(
            " ({}) {}",
            text(said, "code"),
            text(said, "detail")
        ));
    }
    Failure::failed("service-refused", words)
}
