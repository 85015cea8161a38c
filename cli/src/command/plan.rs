//! `precheck plan`: what somebody can do to reach a goal.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use precheck::units::{Date, Locale};
use precheck::{Bound, Decision, Entries, FactInput, NoticeReason, PlansNotice, WishInput, advise};

use super::assess::read;
use super::failure::Failure;
use super::policy::{self, PolicyArguments};
use super::{Side, parse_date, parse_locale};

/// Say what somebody can do: the cheapest plan, proved, or what blocks.
#[derive(Debug, Args)]
pub(super) struct Plan {
    #[command(flatten)]
    policy: PolicyArguments,
    /// The application as JSON; `-` for standard input.
    application: PathBuf,
    /// The most severe decision that is good enough.
    #[arg(long, default_value = "approve", value_parser = parse_decision)]
    goal: Decision,
    /// The least limit in fen.
    #[arg(long, value_name = "FEN")]
    limit: Option<i64>,
    /// Points above what the decision needs.
    #[arg(long, default_value_t = 0)]
    margin: i64,
    /// A fact that is not to be changed; may be given several times.
    #[arg(long, value_name = "FACT")]
    lock: Vec<String>,
    /// Where a fact may be brought to, in its unit; may be given several times.
    #[arg(long, value_name = "FACT=LEAST..MOST", value_parser = parse_range)]
    range: Vec<(String, FactInput)>,
    /// The most facts to change.
    #[arg(long)]
    changes: Option<u8>,
    /// How many days to look ahead; three years by default.
    #[arg(long)]
    days: Option<u32>,
    /// The language; the policy's first by default.
    #[arg(long, value_parser = parse_locale)]
    locale: Option<Locale>,
    /// Which projection of a pack to use: the server's by default.
    #[arg(long)]
    audience: Option<Side>,
    /// The day: before the application's own; today in Asia/Shanghai when
    /// neither says.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    as_of: Option<Date>,
}

impl Plan {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let application = read(&self.application, self.as_of)?;
        let purpose = policy::on(application.as_of);
        let audience = self.audience.map(Side::audience);
        let policy = self.policy.load(audience, purpose)?;
        let first = policy.model().texts.first().map(|texts| texts.locale);
        let locale = self.locale.or(first).unwrap_or(Locale::ZhCn);
        let wish = WishInput {
            decision: Some(self.goal),
            limit: self.limit,
            margin: self.margin,
            locks: self.lock.clone(),
            ranges: Entries(self.range.clone()),
            changes: self.changes,
            days: self.days,
        };
        let advice = advise(&policy, &application, &wish, locale).map_err(|problems| {
            let text = "the application has problems".into();
            Failure::Problems("application-problems", text, problems)
        })?;
        let mut out = anstream::stdout().lock();
        if json {
            writeln!(out, "{}", advice.to_json())?;
        } else {
            write!(out, "{}", words(&advice.notice))?;
        }
        Ok(())
    }
}

fn parse_decision(text: &str) -> Result<Decision, String> {
    let found = Decision::ALL.into_iter().find(|one| one.as_str() == text);
    found.ok_or_else(|| "write approve, refer, retry-later or decline".into())
}

/// `income=300000..500000`, with either end left out, or one value.
fn parse_range(text: &str) -> Result<(String, FactInput), String> {
    let wrong = || String::from("write FACT=LEAST..MOST, in the fact's unit");
    let (name, range) = text.split_once('=').ok_or_else(wrong)?;
    let Some((least, most)) = range.split_once("..") else {
        let value = range.parse().map(FactInput::Integer);
        let value = value.unwrap_or_else(|_| FactInput::Text(range.into()));
        return Ok((name.into(), value));
    };
    let end = |text: &str| match text {
        "" => Ok(None),
        text => text.parse().map(|value| Some(Bound::Integer(value))),
    };
    let ends = [end(least), end(most)].map(|end| end.map_err(|_| wrong()));
    let [least, most] = ends;
    Ok((name.into(), FactInput::Between([least?, most?])))
}

fn words(notice: &PlansNotice) -> String {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(notice.summary.clone());
    for (index, plan) in notice.plans.iter().enumerate() {
        if notice.plans.len() > 1 {
            lines.push(format!("{}.", index + 1));
        }
        lines.extend(plan.steps.iter().map(|step| format!("  - {step}")));
        lines.extend(plan.moves.iter().map(|step| format!("    ({step})")));
        lines.push(format!("  {}", plan.result));
        lines.extend(plan.from.iter().map(|from| format!("  {from}")));
    }
    lines.extend(notice.earliest.clone());
    for blocked in &notice.blocked {
        lines.push(format!("- {}", reason(blocked)));
    }
    lines.push(notice.note.clone());
    lines.push(String::new());
    lines.join("\n")
}

fn reason(reason: &NoticeReason) -> String {
    let lines = [&reason.title, &reason.text, &reason.help].into_iter();
    let lines = lines
        .filter(|line| !line.is_empty())
        .map(|line| line.replace('\n', "\n  "));
    lines.collect::<Vec<_>>().join("\n  ")
}
