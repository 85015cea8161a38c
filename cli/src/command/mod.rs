//! The command line: what there is, how it fails, where it writes.
//!
//! Exit codes: 0 fine, 1 a check failed or a policy has problems, 2 wrong use.
//! Results go to standard output, everything else to standard error; with
//! `--json` errors are results too.

mod assess;
mod audit;
mod build;
mod calibrate;
mod caller;
mod changes;
mod check;
mod diff;
mod explain;
mod exposure;
mod failure;
mod fairness;
mod fit;
mod form;
mod import;
mod inspect;
mod key;
mod lines;
mod lint;
mod mask;
mod moves;
mod operate;
mod plan;
mod policy;
mod repay;
mod replay;
mod rows;
mod sandbox;
mod score;
mod serve;
mod test;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Parser, Subcommand, ValueEnum};
use precheck::Audience;
use precheck::units::{Date, Locale};

use failure::Failure;

/// Credit pre-check and explainer: policies, checks and batch work.
#[derive(Debug, Parser)]
#[command(name = "precheck", version, arg_required_else_help = true)]
struct Arguments {
    /// Print JSON, errors included.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compile a policy pack into its server and public bundles.
    Build(build::Build),
    /// Prove that a policy pack does what it says, or show where it does not.
    Lint(lint::Lint),
    /// Say what a bundle is, who signed it, and whether it would be accepted.
    Inspect(inspect::Inspect),
    /// Make keys that sign policies.
    Key(key::Key),
    /// Check what somebody types into an identity field.
    Check(check::Check),
    /// Say what a code means, with an example and what helps.
    Explain(explain::Explain),
    /// Hide the part of a value that tells whose it is.
    Mask(mask::Mask),
    /// Look at one application and say what follows.
    Assess(assess::Assess),
    /// Say what somebody can do: the cheapest plan, proved, or what blocks.
    Plan(plan::Plan),
    /// Say how an order can be paid back: parts, days, and what it costs.
    Repay(repay::Repay),
    /// Say what changed between two decisions, and whose doing it is.
    Changes(changes::Changes),
    /// Run the cases of a policy.
    Test(test::Test),
    /// Say which applications get another decision or another amount.
    ///
    /// Exit code 0: every application gets what it got; 1: some do not, or that was not proved
    /// within the budget; 2: the policies cannot be compared.
    Diff(diff::Diff),
    /// Make a policy pack of a scorecard in PMML.
    Import(import::Import),
    /// Score the rows of a CSV file.
    Score(score::Score),
    /// Estimate parts of a policy from rows.
    Fit(fit::Fit),
    /// Hold what is likely against rows whose decision is known.
    Calibrate(calibrate::Calibrate),
    Fairness(fairness::FairnessArguments),
    /// Serve decisions and the page.
    Serve(serve::Serve),
    Operate(operate::Operate),
    /// Make keys for those who call a service.
    Caller(caller::Caller),
    /// Play the sources outside, such as the credit bureau, for development.
    Sandbox(sandbox::Sandbox),
    /// Verify the log of decisions, copy the data, export or erase from it.
    Audit(audit::Audit),
    /// Take kept decisions again, each under the policy that took it.
    Replay(replay::Replay),
}

/// Whose projection of a policy is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Side {
    /// The whole policy.
    Server,
    /// What a browser has.
    Public,
}

impl Side {
    fn audience(self) -> Audience {
        match self {
            Side::Server => Audience::Server,
            Side::Public => Audience::Public,
        }
    }
}

/// Runs the command with its arguments, the first being its own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let wants_json = arguments.iter().any(|argument| argument == "--json");
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) if wants_json && error.use_stderr() => {
            let text = error.render().to_string();
            let first = text.lines().next().unwrap_or_default();
            let first = first.strip_prefix("error: ").unwrap_or(first);
            return Failure::usage("arguments-wrong", first).report(true);
        }
        Err(error) => {
            // Help and version are no errors; a closed pipe is nobody's.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let json = arguments.json;
    let result = match &arguments.command {
        Command::Build(build) => build.run(json),
        Command::Lint(lint) => lint.run(json),
        Command::Inspect(inspect) => inspect.run(json),
        Command::Key(key) => key.run(json),
        Command::Check(check) => check.run(json),
        Command::Explain(explain) => explain.run(json),
        Command::Mask(mask) => mask.run(json),
        Command::Assess(assess) => assess.run(json),
        Command::Plan(plan) => plan.run(json),
        Command::Repay(repay) => repay.run(json),
        Command::Changes(changes) => changes.run(json),
        Command::Test(test) => test.run(json),
        Command::Diff(diff) => diff.run(json),
        Command::Import(import) => import.run(json),
        Command::Score(score) => score.run(json),
        Command::Fit(fit) => fit.run(),
        Command::Calibrate(calibrate) => calibrate.run(json),
        Command::Fairness(fairness) => fairness.run(json),
        Command::Serve(serve) => serve.run(json),
        Command::Operate(operate) => operate.run(json),
        Command::Caller(caller) => caller.run(json),
        Command::Sandbox(sandbox) => sandbox.run(json),
        Command::Audit(audit) => audit.run(json),
        Command::Replay(replay) => replay.run(json),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(json),
    }
}

/// Today in Asia/Shanghai, which has had no summer time since 1991.
fn today() -> Date {
    const OFFSET: u64 = 8 * 60 * 60;
    const DAY: u64 = 24 * 60 * 60;
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |past| past.as_secs());
    let days = i32::try_from((seconds + OFFSET) / DAY).unwrap_or(i32::MAX);
    Date::from_days(days).expect("the clock shows a day of the calendar")
}

fn parse_date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "write a day of the calendar as YYYY-MM-DD".into())
}

fn parse_locale(text: &str) -> Result<Locale, String> {
    let tags = Locale::ALL
        .iter()
        .map(|locale| locale.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    Locale::parse(text).ok_or_else(|| format!("write one of {tags}"))
}

/// Opens a file, or standard input for `-`.
fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(
        "file-unreadable",
        format!("cannot read `{}`: {error}", path.display()),
    )
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::failed(
        "file-unwritable",
        format!("cannot write `{}`: {error}", path.display()),
    )
}
