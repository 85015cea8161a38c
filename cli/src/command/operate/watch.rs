//! Alarms, holds, and putting right what went wrong.

use std::fmt::Write as _;

use clap::Args;
use serde_json::{Value, json};

use super::Calls;
use crate::command::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct Fact {
    /// The fact, by its name in the policy.
    fact: String,
    /// Why, for whoever reads the log.
    #[arg(long, value_name = "TEXT")]
    because: String,
}

impl Fact {
    pub(super) fn run(&self, service: &Calls, act: &str) -> Result<Value, Failure> {
        let body = json!({ "act": act, "because": self.because, "locale": "en" });
        service.post(
            &format!("/v1/operate/holds/{}/acts", step(&self.fact)),
            &body,
        )
    }
}

/// A name as one step of a path: names of facts have no other characters.
fn step(name: &str) -> String {
    let is_plain = |one: &char| one.is_ascii_alphanumeric() || matches!(one, '_' | '-');
    name.chars().filter(is_plain).collect()
}

#[derive(Debug, Args)]
pub(super) struct Redecide {
    /// The fact that was wrong.
    fact: String,
    /// The first row of the log, such as the one that an alarm names.
    #[arg(long, value_name = "ROW")]
    from: i64,
    /// The last row of the log.
    #[arg(long, value_name = "ROW")]
    to: i64,
    /// Why: the persons are told it.
    #[arg(long, value_name = "TEXT")]
    because: String,
}

impl Redecide {
    pub(super) fn run(&self, service: &Calls) -> Result<Value, Failure> {
        let body = json!({
            "fact": self.fact,
            "from": self.from,
            "to": self.to,
            "because": self.because,
            "locale": "en",
        });
        service.post("/v1/operate/redecisions", &body)
    }
}

/// Alarms and holds as people read them.
pub(super) fn alarms(said: &Value) -> String {
    let mut out = String::new();
    let word = |value: &Value| value.as_str().unwrap_or("–").to_owned();
    for hold in said["holds"].as_array().into_iter().flatten() {
        let _ = writeln!(
            out,
            "held: {} since {} (log row {}): {}",
            word(&hold["fact"]),
            word(&hold["placed"]),
            hold["since"],
            word(&hold["because"])
        );
    }
    for alarm in said["alarms"].as_array().into_iter().flatten() {
        let _ = writeln!(
            out,
            "alarm: {} in {}, {} {}, log rows {} to {}",
            word(&alarm["what"]),
            word(&alarm["scenario"]),
            word(&alarm["measure"]),
            alarm["value"],
            alarm["from"],
            alarm["to"]
        );
    }
    if out.is_empty() {
        out.push_str("nothing is held, and nothing was found to be wrong\n");
    }
    out
}

/// What came of taking decisions again.
pub(super) fn redecided(said: &Value) -> String {
    format!(
        "{} looked at, {} taken again: {} better, {} as before, {} worse and left as they were; {} told\n",
        said["seen"], said["again"], said["better"], said["same"], said["worse"], said["told"]
    )
}
