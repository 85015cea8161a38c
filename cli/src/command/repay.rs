//! `precheck repay`: how an order can be paid back.

use std::io::Write;

use clap::Args;
use precheck::units::{Date, Locale};
use precheck::{RepaymentNotice, repay};

use super::failure::Failure;
use super::policy::{self, PolicyArguments};
use super::{parse_date, parse_locale, today};
use crate::decimal;

/// Say how an order can be paid back: parts, days, and what it costs.
#[derive(Debug, Args)]
pub(super) struct Repay {
    #[command(flatten)]
    policy: PolicyArguments,
    /// What the order costs, in yuan: 1600 or 1599.90.
    #[arg(value_name = "YUAN", value_parser = parse_amount)]
    amount: i64,
    /// The day of the order; today in Asia/Shanghai by default.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    from: Option<Date>,
    /// The language; the policy's first by default.
    #[arg(long, value_parser = parse_locale)]
    locale: Option<Locale>,
}

impl Repay {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let from = self.from.unwrap_or_else(today);
        let policy = self.policy.load(None, policy::on(from))?;
        let first = policy.model().texts.first().map(|texts| texts.locale);
        let locale = self.locale.or(first).unwrap_or(Locale::ZhCn);
        let document = repay(&policy, self.amount, from, locale)
            .map_err(|problem| Failure::failed(problem.code, problem.text))?;
        let mut out = anstream::stdout().lock();
        if json {
            writeln!(out, "{}", document.to_json())?;
        } else {
            write!(out, "{}", words(&document.notice))?;
        }
        Ok(())
    }
}

fn parse_amount(text: &str) -> Result<i64, String> {
    decimal::read(text, 2).map_err(|error| format!("the amount {}; write yuan", error.as_str()))
}

fn words(notice: &RepaymentNotice) -> String {
    let mut lines = Vec::new();
    for plan in &notice.plans {
        lines.push(format!("- {}", plan.title));
        lines.extend(plan.instalments.iter().map(|one| format!("    {one}")));
        lines.push(format!("  {}", plan.yearly));
    }
    lines.push(notice.late.clone());
    lines.push(String::new());
    lines.join("\n")
}
