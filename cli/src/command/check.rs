//! `precheck check`: one value for people, or a stream of them for programs.

use std::io::{self, BufRead, Write};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use clap::Args;
use precheck::identity::{self, FieldCheck, FieldKind, Span, Status};
use precheck::units::{Date, Locale};
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::{parse_date, parse_locale, today};

/// Check what somebody types into an identity field.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The kind of field, such as `cn_id`.
    #[arg(required_unless_present = "jsonl")]
    kind: Option<String>,
    /// The value as typed.
    #[arg(required_unless_present = "jsonl", allow_hyphen_values = true)]
    value: Option<String>,
    /// Read lines of `{"kind", "value"}`, write one line each.
    #[arg(long, conflicts_with_all = ["kind", "value"])]
    jsonl: bool,
    /// The day of the check; today in Asia/Shanghai by default.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    as_of: Option<Date>,
    /// The language of the message.
    #[arg(long, default_value = "zh-CN", value_parser = parse_locale)]
    locale: Locale,
}

#[derive(Deserialize)]
struct Asked {
    kind: String,
    value: String,
}

/// The answer of the JSON contract.
#[derive(Serialize)]
struct Answer<'c> {
    kind: FieldKind,
    value: &'c str,
    status: Status,
    code: Option<&'static str>,
    canonical: &'c str,
    suggestions: &'c [String],
}

#[derive(Serialize)]
struct Malformed {
    error: LineError,
}

#[derive(Serialize)]
struct LineError {
    code: &'static str,
    line: usize,
    text: String,
}

impl Check {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let as_of = self.as_of.unwrap_or_else(today);
        match (&self.kind, &self.value) {
            (Some(kind), Some(value)) => self.one(kind, value, as_of, json),
            _ => lines(as_of),
        }
    }

    fn one(&self, kind: &str, value: &str, as_of: Date, json: bool) -> Result<(), Failure> {
        let kind =
            FieldKind::parse(kind).ok_or_else(|| Failure::usage("kind-unknown", unknown_kind()))?;
        let found = identity::check(kind, value, as_of);
        let mut out = anstream::stdout().lock();
        if json {
            writeln!(out, "{}", answer(value, &found))?;
        } else {
            writeln!(out, "{}", self.words(value, &found))?;
        }
        match found.status {
            Status::Ok | Status::Warn => Ok(()),
            Status::Incomplete | Status::Invalid => Err(Failure::Told),
        }
    }

    /// What there is to say, with a caret under the place.
    fn words(&self, value: &str, found: &FieldCheck) -> String {
        let message = found.code.map(|code| code.message(self.locale));
        let level = match found.status {
            Status::Ok => Level::INFO.with_name("ok"),
            Status::Incomplete => Level::NOTE.with_name("incomplete"),
            Status::Warn => Level::WARNING.with_name("warn"),
            Status::Invalid => Level::ERROR.with_name("invalid"),
        };
        let mut title = level.primary_title(message.unwrap_or(&found.canonical));
        if let Some(code) = found.code {
            title = title.id(code.as_str());
        }
        let mut groups = match found.span {
            Some(span) => {
                let mark = AnnotationKind::Primary.span(bytes(value, span));
                let snippet = Snippet::source(value)
                    .line_numbering(false)
                    .annotation(mark);
                vec![title.element(snippet)]
            }
            None => vec![annotate_snippets::Group::with_title(title)],
        };
        for suggestion in &found.suggestions {
            let title = Level::HELP.secondary_title(suggestion.as_str());
            groups.push(annotate_snippets::Group::with_title(title));
        }
        Renderer::styled().render(&groups)
    }
}

/// A span in UTF-16 code units as a range of bytes.
fn bytes(value: &str, span: Span) -> core::ops::Range<usize> {
    let offset = |units: u32| {
        let mut seen = 0;
        let place = value.char_indices().find(|(_, one)| {
            let is_there = seen >= units;
            seen += u32::try_from(one.len_utf16()).unwrap_or(1);
            is_there
        });
        place.map_or(value.len(), |(at, _)| at)
    };
    offset(span.start)..offset(span.end)
}

fn answer(value: &str, found: &FieldCheck) -> String {
    let answer = Answer {
        kind: found.kind,
        value,
        status: found.status,
        code: found.code.map(|code| code.as_str()),
        canonical: &found.canonical,
        suggestions: &found.suggestions,
    };
    serde_json::to_string(&answer).expect("plain data is JSON")
}

fn unknown_kind() -> String {
    let kinds: Vec<&str> = FieldKind::ALL.iter().map(|kind| kind.as_str()).collect();
    format!("no such kind of field; there is {}", kinds.join(", "))
}

/// Answers standard input line by line.
fn lines(as_of: Date) -> Result<(), Failure> {
    let mut input = io::stdin().lock();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut line = Vec::new();
    let mut is_sound = true;
    for number in 1.. {
        line.clear();
        let read = input.read_until(b'\n', &mut line);
        if read.map_err(|error| Failure::failed("input-unreadable", error.to_string()))? == 0 {
            break;
        }
        let asked = serde_json::from_slice::<Asked>(&line);
        let answer = match asked {
            Ok(Asked { kind, value }) => match FieldKind::parse(&kind) {
                Some(kind) => Ok(answer(&value, &identity::check(kind, &value, as_of))),
                None => Err(("kind-unknown", unknown_kind())),
            },
            // The parser's own message could repeat what was typed.
            Err(_) => Err((
                "line-malformed",
                "write {\"kind\": \"…\", \"value\": \"…\"} on one line".into(),
            )),
        };
        let answer = answer.unwrap_or_else(|(code, text)| {
            is_sound = false;
            let error = LineError {
                code,
                line: number,
                text,
            };
            serde_json::to_string(&Malformed { error }).expect("plain data is JSON")
        });
        writeln!(out, "{answer}")?;
    }
    out.flush()?;
    if is_sound { Ok(()) } else { Err(Failure::Told) }
}
