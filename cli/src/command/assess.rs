//! `precheck assess`: one application, in words or as the canonical document.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use precheck::units::{Date, Locale};
use precheck::{
    Application, Audience, Document, Entries, FactInput, MAX_BYTES, Page, Policy, decide, render,
    trace_for, validate,
};
use serde::{Deserialize, Serialize};

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
    /// How much to say.
    #[arg(long, value_enum, default_value_t = Length::Screen)]
    length: Length,
    /// In which form; `--json` is short for `--format json`.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Leave out of a trace what the applicant may not see: for passing it on.
    #[arg(long)]
    redacted: bool,
}

/// How much to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Length {
    /// One sentence that fits into a text message.
    Short,
    /// What the applicant reads on one screen; as JSON, the canonical document.
    Screen,
    /// Every rule, every point and every fact that was used.
    Trace,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Plain text.
    Text,
    /// A fragment of HTML, escaped.
    Html,
    /// JSON.
    Json,
}

/// One sentence, as JSON.
#[derive(Serialize)]
struct Sentence {
    locale: Locale,
    short: String,
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
        let format = if json { Format::Json } else { self.format };
        if self.redacted && self.length != Length::Trace {
            let text = "only a trace has anything to leave out: add `--length trace`";
            return Err(Failure::usage("redacted-length", text));
        }
        let said = self.said(&policy, &application, locale, format)?;
        let mut out = anstream::stdout().lock();
        write!(out, "{said}")?;
        Ok(())
    }

    /// The answer as asked for, with a line break at the end.
    fn said(
        &self,
        policy: &Policy,
        application: &Application,
        locale: Locale,
        format: Format,
    ) -> Result<String, Failure> {
        let validated = validate(policy, application).map_err(|problems| {
            let text = "the application has problems".into();
            Failure::Problems("application-problems", text, problems)
        })?;
        let evaluation = policy.evaluate(validated.scenario, &validated.facts);
        let outcome = decide(policy, &validated, &evaluation);
        let notice = render(policy, &validated, &outcome, locale);
        let line = |json: String| Ok(json + "\n");
        let page = match (self.length, format) {
            (Length::Short, Format::Json) => {
                let (locale, short) = (notice.locale, notice.short);
                return line(
                    serde_json::to_string(&Sentence { locale, short }).unwrap_or_default(),
                );
            }
            (Length::Screen, Format::Json) => return line(Document { outcome, notice }.to_json()),
            (Length::Short, _) => Page::short(&notice),
            (Length::Screen, _) => Page::screen(&notice),
            (Length::Trace, _) => {
                let eyes = if self.redacted {
                    Audience::Public
                } else {
                    policy.model().audience
                };
                let trace = trace_for(policy, &validated, &evaluation, &outcome, eyes);
                if format == Format::Json {
                    return line(trace.to_json());
                }
                Page::trace(policy, &validated, &trace, locale)
            }
        };
        Ok(if format == Format::Html {
            page.html()
        } else {
            page.text()
        })
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
