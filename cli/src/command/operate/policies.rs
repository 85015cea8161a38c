//! Policies of a service that runs.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use precheck::units::Date;
use precheck::{Inspection, Model};
use serde_json::{Value, json};

use super::Calls;
use crate::SecretKey;
use crate::command::failure::Failure;
use crate::command::{key, parse_date, today, unreadable};

#[derive(Debug, Args)]
pub(super) struct Put {
    /// The server bundle.
    server: PathBuf,
    /// The public bundle of the same policy.
    public: PathBuf,
    /// Beside the policy in force, which goes on deciding.
    #[arg(long)]
    candidate: bool,
    /// Why, for whoever reads the log.
    #[arg(long, value_name = "TEXT")]
    because: String,
}

impl Put {
    pub(super) fn run(&self, service: &Calls) -> Result<Value, Failure> {
        let read = |file: &PathBuf| fs::read(file).map_err(|error| unreadable(file, &error));
        let role = if self.candidate {
            "candidate"
        } else {
            "active"
        };
        put(
            service,
            role,
            [&read(&self.server)?, &read(&self.public)?],
            &self.because,
        )
    }
}

fn put(
    service: &Calls,
    role: &str,
    [server, public]: [&[u8]; 2],
    because: &str,
) -> Result<Value, Failure> {
    let body = json!({
        "role": role,
        "server": STANDARD.encode(server),
        "public": STANDARD.encode(public),
        "because": because,
        "locale": "en",
    });
    service.post("/v1/operate/policies", &body)
}

pub(super) fn act(service: &Calls, act: &str, because: &str) -> Result<Value, Failure> {
    let body = json!({ "act": act, "because": because, "locale": "en" });
    service.post("/v1/operate/policies/candidate/acts", &body)
}

#[derive(Debug, Args)]
pub(super) struct Back {
    /// The version to go back to; one that was put in force while the service ran.
    #[arg(long, value_name = "VERSION")]
    to: u32,
    /// The secret key that signs.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The day of signing; today in Asia/Shanghai by default.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    signed_on: Option<Date>,
    /// Why, for whoever reads the log.
    #[arg(long, value_name = "TEXT")]
    because: String,
}

impl Back {
    pub(super) fn run(&self, service: &Calls) -> Result<Value, Failure> {
        let there = service.get("/v1/operate/policies?locale=en")?;
        let all = there["releases"].as_array().into_iter().flatten();
        let kept: Vec<u64> = all.filter_map(|one| one["version"].as_u64()).collect();
        if !kept.contains(&u64::from(self.to)) {
            let kept: Vec<String> = kept.iter().map(u64::to_string).collect();
            let kept = match &*kept.join(", ") {
                "" => "none".to_owned(),
                kept => kept.to_owned(),
            };
            let text = format!("no version {} is kept there; kept are: {kept}", self.to);
            return Err(Failure::failed("version-not-kept", text));
        }
        let active = there["active"]["version"].as_u64();
        let highest = kept.into_iter().chain(active).max().unwrap_or(0);
        let next = u32::try_from(highest + 1)
            .map_err(|_| Failure::failed("version-range", "there is no higher version"))?;
        let kept = service.get(&format!("/v1/operate/policies/{}?locale=en", self.to))?;
        let secret = key::read_secret(&self.key)?;
        let day = match self.signed_on {
            Some(day) => day,
            None => today(),
        };
        let again = |member: &str| -> Result<Vec<u8>, Failure> {
            let bytes = kept[member]
                .as_str()
                .and_then(|text| STANDARD.decode(text).ok());
            let inspection = bytes.and_then(|bytes| Inspection::of(&bytes).ok());
            let inspection = inspection.filter(|found| found.intact).ok_or_else(|| {
                let text = format!("what the service kept as the {member} bundle is not intact");
                Failure::failed("bundle-altered", text)
            })?;
            signed(&secret, inspection.model, next, day)
        };
        let (server, public) = (again("server")?, again("public")?);
        put(service, "active", [&server, &public], &self.because)
    }
}

/// A policy under another version, signed.
fn signed(key: &SecretKey, model: Model, version: u32, day: Date) -> Result<Vec<u8>, Failure> {
    let model = Model { version, ..model };
    key.sign(&model, day)
        .map_err(|problem| Failure::Problems("policy-refused", problem.text.clone(), vec![problem]))
}

/// Policies as people read them.
pub(super) fn list(said: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let mut out = format!(
        "{} decides with version {}\n",
        text(&said["pack"]),
        said["active"]["version"]
    );
    if !said["candidate"].is_null() {
        let _ = writeln!(
            out,
            "version {} stands beside it",
            said["candidate"]["version"]
        );
    }
    for release in said["releases"].as_array().into_iter().flatten() {
        let _ = writeln!(
            out,
            "  {:>5}  {:<9}  since {}  sha256 {}",
            release["version"],
            text(&release["role"]),
            text(&release["changed_at"]),
            text(&release["hash"]),
        );
    }
    out
}

#[expect(clippy::float_arithmetic, reason = "a share is shown as a percentage")]
fn percent(share: &Value) -> String {
    let part = |name: &str| share[name].as_f64().map(|part| part * 100.0);
    match (part("share"), part("low"), part("high")) {
        (Some(share), Some(low), Some(high)) => format!("{share:.1} % ({low:.1}–{high:.1})"),
        _ => String::from("–"),
    }
}

/// The report about a candidate as people read it.
pub(super) fn report(said: &Value) -> String {
    let mut out = format!(
        "{} version {} beside version {}: log rows {} to {}\n",
        said["pack"].as_str().unwrap_or("?"),
        said["candidate"]["version"],
        said["active"]["version"],
        said["since"],
        said["upto"],
    );
    for name in ["undecided", "not_offered", "erased"] {
        if said[name].as_u64() > Some(0) {
            let _ = writeln!(out, "{}: {}", name.replace('_', " "), said[name]);
        }
    }
    for scenario in said["scenarios"].as_array().into_iter().flatten() {
        let _ = writeln!(
            out,
            "\n{}: {} of {} decisions come out otherwise",
            scenario["scenario"].as_str().unwrap_or("?"),
            scenario["otherwise"],
            scenario["decisions"]
        );
        for pair in scenario["changed"].as_array().into_iter().flatten() {
            let word = |name: &str| pair[name].as_str().unwrap_or("?").to_owned();
            let _ = writeln!(
                out,
                "  {:>6}  {} → {}, such as {}",
                pair["count"],
                word("active"),
                word("candidate"),
                word("example")
            );
        }
        let _ = writeln!(
            out,
            "  declined: {} → {}",
            percent(&scenario["declined"][0]),
            percent(&scenario["declined"][1])
        );
        for group in scenario["groups"].as_array().into_iter().flatten() {
            if group["differs"] == json!([false, false]) {
                continue;
            }
            let _ = writeln!(
                out,
                "  {} = {}: declined {} → {} of {}",
                group["fact"].as_str().unwrap_or("?"),
                group["code"].as_str().unwrap_or("?"),
                percent(&group["declined"][0]),
                percent(&group["declined"][1]),
                group["decisions"]
            );
            for because in group["because"].as_array().into_iter().flatten() {
                let _ = writeln!(
                    out,
                    "      {} {} here, {} elsewhere",
                    because["reason"].as_str().unwrap_or("?"),
                    percent(&because["here"]),
                    percent(&because["elsewhere"])
                );
            }
        }
    }
    out
}
