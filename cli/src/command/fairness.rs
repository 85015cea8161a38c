//! `precheck fairness`: who is refused how often, by groups of people.

use std::fmt::Write as _;
use std::io::Write as _;

use clap::Args;
use precheck::Policy;
use precheck::units::Date;
use precheck_server::rates::Share;
use serde::Serialize;

use super::failure::Failure;
use super::policy::{self, PolicyArguments};
use super::rows::RowArguments;
use super::{parse_date, today};
use crate::fairness::{Fairness, Group, Person, Rates};
use crate::spell;

/// Say how often groups of people are refused, and which reasons explain it.
#[derive(Debug, Args)]
pub(super) struct FairnessArguments {
    #[command(flatten)]
    policy: PolicyArguments,
    #[command(flatten)]
    rows: RowArguments,
    /// The columns that say who belongs together; the policy need not look at
    /// them.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', required = true)]
    by: Vec<String>,
    /// Who is known to have paid: of those, how often each group is refused.
    #[arg(long, value_name = "COLUMN=VALUE")]
    good: Option<String>,
    /// The scenario; not needed when the policy has only one.
    #[arg(long)]
    scenario: Option<String>,
    /// The day of the assessment; today in Asia/Shanghai by default.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    as_of: Option<Date>,
}

#[derive(Serialize)]
struct Report<'r> {
    pack: &'r str,
    version: u32,
    hash: String,
    scenario: &'r str,
    #[serde(flatten)]
    found: &'r Fairness,
}

impl FairnessArguments {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let as_of = self.as_of.unwrap_or_else(today);
        let policy = self.policy.load(None, policy::on(as_of))?;
        let scenario = policy::scenario(&policy, self.scenario.as_deref())?;
        let good = self.good.as_deref().map(|text| {
            text.split_once('=').ok_or_else(|| {
                let text = format!("`--good {text}` names no value; write COLUMN=VALUE");
                Failure::usage("column-unknown", text)
            })
        });
        let good = good.transpose()?;
        let mut columns: Vec<&str> = self.by.iter().map(String::as_str).collect();
        columns.extend(good.map(|(column, _)| column));
        let rows = self.rows.read_with(&policy, scenario, as_of, &columns)?;
        let people = rows.into_iter().map(|(valid, mut values)| {
            let outcome = values.drain(self.by.len()..).next();
            Person {
                valid,
                is_good: good.zip(outcome).map(|((_, good), found)| found == good),
                values,
            }
        });
        let people: Vec<Person> = people.collect();
        let found = Fairness::of(&policy, &self.by, &people);
        let name = &policy.scenario(scenario).name;
        let mut out = anstream::stdout().lock();
        if json {
            let model = policy.model();
            let report = Report {
                pack: &model.pack,
                version: model.version,
                hash: policy.hash(),
                scenario: name,
                found: &found,
            };
            let text = serde_json::to_string(&report).expect("plain data is JSON");
            writeln!(out, "{text}")?;
        } else {
            write!(out, "{}", words(&policy, name, &found))?;
        }
        Ok(())
    }
}

#[expect(
    clippy::float_arithmetic,
    reason = "statistics about many people; nobody's decision is made of them"
)]
fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

fn interval(share: Option<Share>) -> String {
    share.map_or_else(String::new, |one| {
        let [share, low, high] = [one.share, one.low, one.high].map(percent);
        format!("{share} ({low} to {high})")
    })
}

fn words(policy: &Policy, scenario: &str, found: &Fairness) -> String {
    let model = policy.model();
    let Rates {
        people, declined, ..
    } = &found.whole;
    let mut text = format!(
        "{people} people, {scenario} under `{}` version {}: declined {}\n",
        model.pack,
        model.version,
        interval(*declined)
    );
    if found.open > 0 {
        let _ = writeln!(text, "{} of them with more than one decision", found.open);
    }
    for column in &found.columns {
        let _ = writeln!(text, "\n{}", column.column);
        for group in &column.groups {
            line(&mut text, group);
        }
    }
    text.push_str("\nIntervals hold in 99 cases of 100. Whether reasons are lawful grounds is for people to say.\n");
    text
}

fn line(text: &mut String, group: &Group) {
    let Rates {
        people,
        declined,
        good_declined,
        limit,
        ..
    } = &group.rates;
    let value = match &*group.value {
        "" => "(empty)",
        value => value,
    };
    let said = |differs: bool| if differs { ", unlike the others" } else { "" };
    let _ = write!(
        text,
        "  {value}: {people} people, declined {}{}",
        interval(*declined),
        said(group.differs)
    );
    if good_declined.is_some() {
        let (share, differs) = (interval(*good_declined), said(group.good_differs));
        let _ = write!(text, "; of those who paid {share}{differs}");
    }
    if let Some(limit) = limit {
        let _ = write!(text, "; mean limit ¥{}", spell::points(*limit, 2));
    }
    text.push('\n');
    for one in &group.because {
        let share = |of: Option<Share>| of.map_or_else(String::new, |of| percent(of.share));
        let (here, elsewhere) = (share(one.here), share(one.elsewhere));
        let _ = writeln!(
            text,
            "    {}: told to {here} here, to {elsewhere} elsewhere",
            one.reason
        );
    }
}
