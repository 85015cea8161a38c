//! `precheck calibrate`: whether what is likely comes true.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use precheck::units::Date;

use super::failure::Failure;
use super::policy::{self, PolicyArguments};
use super::rows::RowArguments;
use super::{parse_date, today, unwritable};
use crate::priors::{Calibration, Tenth, calibrate, plot};

/// Hold what is likely against rows whose decision is known.
#[derive(Debug, Args)]
pub(super) struct Calibrate {
    #[command(flatten)]
    policy: PolicyArguments,
    #[command(flatten)]
    rows: RowArguments,
    /// The scenario; not needed when the policy has only one.
    #[arg(long)]
    scenario: Option<String>,
    /// Shares of the facts to hide, in percent.
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', default_values_t = [20, 40, 60, 80],
          value_parser = clap::value_parser!(u8).range(1..=100))]
    hide: Vec<u8>,
    /// Begins the random choice of what is hidden.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many rows are asked questions.
    #[arg(long, value_name = "NUMBER", default_value_t = 2_000)]
    ask: usize,
    /// How many points a decile may be off before the check fails.
    #[arg(long, value_name = "POINTS", default_value_t = 3)]
    within: u8,
    /// Where to write the plot, as SVG.
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// The day of the assessment; today in Asia/Shanghai by default.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    as_of: Option<Date>,
}

impl Calibrate {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let as_of = self.as_of.unwrap_or_else(today);
        let policy = self.policy.load(None, policy::on(as_of))?;
        let scenario = policy::scenario(&policy, self.scenario.as_deref())?;
        let rows = self.rows.read(&policy, scenario, as_of)?;
        let rates: Vec<u64> = self
            .hide
            .iter()
            .map(|percent| u64::from(*percent) * 100)
            .collect();
        let found = calibrate(&policy, scenario, &rows, &rates, self.seed, self.ask);
        if let Some(file) = &self.plot {
            fs::write(file, plot(&found)).map_err(|error| unwritable(file, &error))?;
        }
        let mut out = anstream::stdout().lock();
        if json {
            let text = serde_json::to_string(&found).expect("plain data is JSON");
            writeln!(out, "{text}")?;
        } else {
            write!(out, "{}", words(&found))?;
        }
        let answers: u64 = found
            .hidden
            .iter()
            .flat_map(|one| &one.deciles)
            .map(|one| one.answers)
            .sum();
        if answers == 0 {
            let text = "the policy does not say how often the values of its facts occur; make a \
                        `priors.toml` with `precheck fit priors`";
            return Err(Failure::failed("priors-missing", text));
        }
        if found.farthest() <= u64::from(self.within) * 100 {
            Ok(())
        } else {
            Err(Failure::Told)
        }
    }
}

fn words(found: &Calibration) -> String {
    let mut text = format!("{} rows; said and came in percent, by tenths\n", found.rows);
    for hidden in &found.hidden {
        text += &match hidden.rate {
            Some(rate) => format!("\n{} % of the facts hidden\n", rate / 100),
            None => "\nall together\n".into(),
        };
        for (name, tenths) in [
            ("answers in ten equal parts", &hidden.deciles),
            ("of them, where the decision was open", &hidden.open_deciles),
            ("by what was said", &hidden.scale),
        ] {
            text += &format!("  {name}\n    answers    said    came     off\n");
            for tenth in tenths {
                text += &line(tenth);
            }
        }
        if hidden.without > 0 {
            text += &format!("  {} answers without a likelihood\n", hidden.without);
        }
    }
    let asked = found.questions;
    let mean = |sum: u64| percent((sum * 100).checked_div(asked.rows).unwrap_or_default() as i64);
    text += &format!(
        "\nfarthest decile off: {} points\n\
         questions until the decision is certain, mean of {} rows: {} in the order of the form, \
         {} by expected entropy, {} % fewer\n",
        percent(found.farthest() as i64),
        asked.rows,
        mean(asked.by_form),
        mean(asked.by_entropy),
        percent(asked.saved())
    );
    text
}

fn line(tenth: &Tenth) -> String {
    let (said, came) = (percent(tenth.said as i64), percent(tenth.came as i64));
    format!(
        "    {:>7} {said:>7} {came:>7} {:>7}\n",
        tenth.answers,
        percent(tenth.off())
    )
}

/// Hundredths as a decimal number.
fn percent(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!(
        "{sign}{}.{:02}",
        value.unsigned_abs() / 100,
        value.unsigned_abs() % 100
    )
}
