//! `precheck fit priors`: how often the values of facts occur, from rows.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use precheck::units::Date;

use super::failure::Failure;
use super::policy::{self, PolicyArguments};
use super::rows::RowArguments;
use super::{parse_date, today, unwritable};
use crate::priors::{fit, write};

/// Estimate parts of a policy from rows.
#[derive(Debug, Args)]
pub(super) struct Fit {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// How often the values of facts occur: writes a `priors.toml`.
    Priors(FitPriors),
}

#[derive(Debug, Args)]
struct FitPriors {
    #[command(flatten)]
    policy: PolicyArguments,
    #[command(flatten)]
    rows: RowArguments,
    /// The scenario; not needed when the policy has only one.
    #[arg(long)]
    scenario: Option<String>,
    /// Into how many segments people are taken to fall.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..=64))]
    segments: u8,
    /// Where to write; standard output by default.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The day from which ages and the like are counted; today in Asia/Shanghai
    /// by default.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    as_of: Option<Date>,
}

impl Fit {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let What::Priors(priors) = &self.what;
        priors.run()
    }
}

impl FitPriors {
    fn run(&self) -> Result<(), Failure> {
        let as_of = self.as_of.unwrap_or_else(today);
        let policy = self.policy.load(None, policy::on(as_of))?;
        let scenario = policy::scenario(&policy, self.scenario.as_deref())?;
        let rows = self.rows.read(&policy, scenario, as_of)?;
        let priors = fit(&policy, scenario, &rows, usize::from(self.segments));
        let about = format!(
            "Made by `precheck fit priors` from {} rows: how often the values of facts occur in\n\
             each of {} segments. Make it again when bins or rules change.",
            rows.len(),
            self.segments
        );
        let text = write(&policy, &priors, &about);
        match &self.out {
            Some(out) => fs::write(out, text).map_err(|error| unwritable(out, &error)),
            None => {
                use std::io::Write as _;
                Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
            }
        }
    }
}
