//! `precheck replay`: takes kept decisions again, each under its own policy.

use std::io::Write;

use clap::Args;
use precheck::units::Date;
use precheck_server::audit::{self, Place};
use serde_json::json;

use super::audit::{Data, wait};
use super::failure::Failure;

/// Take kept decisions again, each under the policy that took it.
#[derive(Debug, Args)]
pub(super) struct Replay {
    #[command(flatten)]
    data: Data,
    /// The first one: its place in the log, or a day.
    #[arg(long, value_name = "N|YYYY-MM-DD", value_parser = parse_place)]
    from: Option<Place>,
    /// The last one.
    #[arg(long, value_name = "N|YYYY-MM-DD", value_parser = parse_place)]
    to: Option<Place>,
}

fn parse_place(text: &str) -> Result<Place, String> {
    let place = text.parse().ok().filter(|place| *place > 0);
    let place = place.map(Place::Sequence);
    place
        .or_else(|| Date::parse(text).map(Place::Day))
        .ok_or_else(|| "write a place in the log such as 12, or a day as YYYY-MM-DD".into())
}

impl Replay {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let source = self.data.source();
        let found = wait(audit::replay(&self.data.data, &source, self.from, self.to))?;
        let mut out = anstream::stdout().lock();
        if json {
            let differences = found.differences.iter().map(|one| {
                json!({ "sequence": one.sequence, "id": one.id, "code": one.code, "text": one.text })
            });
            let report = json!({
                "same": found.same,
                "erased": found.erased,
                "policies": found.policies,
                "differences": differences.collect::<Vec<_>>(),
            });
            writeln!(out, "{report}")?;
        } else {
            for one in &found.differences {
                let (sequence, id, text) = (one.sequence, &one.id, &one.text);
                writeln!(out, "row {sequence}, decision {id}: {text} [{}]", one.code)?;
            }
            writeln!(
                out,
                "{} the same under {} policies, {} different, {} erased",
                found.same,
                found.policies,
                found.differences.len(),
                found.erased,
            )?;
        }
        if found.differences.is_empty() {
            Ok(())
        } else {
            Err(Failure::Told)
        }
    }
}
