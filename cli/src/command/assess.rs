//! `precheck assess`: one application, in words or as the canonical document.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use precheck::units::{Date, Locale};
use precheck::{Application, Entries, FactInput, MAX_BYTES, Notice, NoticeReason};
use serde::Deserialize;

use super::failure::Failure;
use super::policy::{self, PolicyArguments};
use super::{Side, open, parse_date, parse_locale, today};

/// Look at one application and say what follows.
#[derive(Debug, Args)]
pub(super) struct Assess {
    #[command(flatten)]
    policy: PolicyArguments,
    /// The application as JSON; `-` for standard input.
    application: PathBuf,
    /// The language; the policy's first by default.
    #[arg(long, value_parser = parse_locale)]
    locale: Option<Locale>,
    /// Which projection of a pack to use: the server's by default.
    #[arg(long)]
    audience: Option<Side>,
    /// The day of the assessment: before the application's own; today in
    /// Asia/Shanghai when neither says.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    as_of: Option<Date>,
}

/// An application that may leave the day to the command line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stated {
    scenario: String,
    as_of: Option<Date>,
    #[serde(default)]
    fields: Entries<String>,
    #[serde(default)]
    facts: Entries<FactInput>,
}

impl Assess {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let application = self.application()?;
        // A bundle has to be in force on the day that is asked about.
        let purpose = policy::on(application.as_of);
        let audience = self.audience.map(Side::audience);
        let policy = self.policy.load(audience, purpose)?;
        let first = policy.model().texts.first().map(|texts| texts.locale);
        let locale = self.locale.or(first).unwrap_or(Locale::ZhCn);
        let document = precheck::assess(&policy, &application, locale).map_err(|problems| {
            let text = "the application has problems".into();
            Failure::Problems("application-problems", text, problems)
        })?;
        let mut out = anstream::stdout().lock();
        if json {
            writeln!(out, "{}", document.to_json())?;
        } else {
            write!(out, "{}", words(&document.notice))?;
        }
        Ok(())
    }

    fn application(&self) -> Result<Application, Failure> {
        read(&self.application, self.as_of)
    }
}

/// Reads an application; the day is the one given, its own, or today.
pub(super) fn read(path: &Path, as_of: Option<Date>) -> Result<Application, Failure> {
    use std::io::Read;
    let mut text = Vec::new();
    // As much as a bundle, which is far more than any application.
    let mut input = open(path)?.take(MAX_BYTES as u64);
    let read = input.read_to_end(&mut text);
    read.map_err(|error| Failure::failed("input-unreadable", error.to_string()))?;
    let stated: Stated = serde_json::from_slice(&text).map_err(|error| {
        // Only the place: the message could repeat what the applicant wrote.
        let place = format!("line {}, column {}", error.line(), error.column());
        let text = format!(
            "this is no application, at {place}: members are scenario, as_of, fields, facts"
        );
        Failure::failed("application-malformed", text)
    })?;
    Ok(Application {
        scenario: stated.scenario,
        as_of: as_of.or(stated.as_of).unwrap_or_else(today),
        fields: stated.fields,
        facts: stated.facts,
    })
}

/// The headings around a notice.
struct Headings {
    reasons: &'static str,
    possible: &'static str,
    checks: &'static str,
    ask: &'static str,
    fields: &'static str,
}

fn headings(locale: Locale) -> Headings {
    match locale {
        Locale::ZhCn => Headings {
            reasons: "原因",
            possible: "可能的原因",
            checks: "还要核对",
            ask: "还想知道",
            fields: "填写有误",
        },
        _ => Headings {
            reasons: "Reasons",
            possible: "Possible reasons",
            checks: "Still to be checked",
            ask: "Worth telling",
            fields: "To put right",
        },
    }
}

fn words(notice: &Notice) -> String {
    let headings = headings(notice.locale);
    let mut out = format!("{}\n{}\n", notice.headline, notice.detail);
    if let Some(limit) = &notice.limit {
        out.push_str(&format!("{limit}\n"));
    }
    let mut list = |heading: &str, items: Vec<String>| {
        if !items.is_empty() {
            out.push_str(&format!("\n{heading}\n"));
            items
                .iter()
                .for_each(|item| out.push_str(&format!("- {item}\n")));
        }
    };
    let field = notice
        .fields
        .iter()
        .map(|field| format!("{}: {}", field.name, field.message));
    list(headings.fields, field.collect());
    list(
        headings.reasons,
        notice.reasons.iter().map(reason).collect(),
    );
    list(
        headings.possible,
        notice.possible.iter().map(reason).collect(),
    );
    list(
        headings.checks,
        notice
            .checks
            .iter()
            .map(|check| check.title.clone())
            .collect(),
    );
    list(
        headings.ask,
        notice.ask.iter().map(|ask| ask.question.clone()).collect(),
    );
    out.push_str(&format!("\n{}\n", notice.note));
    out
}

pub(super) fn reason(reason: &NoticeReason) -> String {
    let lines = [&reason.title, &reason.text, &reason.help].into_iter();
    let lines = lines
        .filter(|line| !line.is_empty())
        .map(|line| line.replace('\n', "\n  "));
    lines.collect::<Vec<_>>().join("\n  ")
}
