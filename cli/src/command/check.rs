//! `precheck check`: one value for people, or a stream of them for programs.

use std::io::Write;
use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use clap::Args;
use precheck::Policy;
use precheck::identity::{FieldCheck, FieldKind, IssueCode, Region, Span, Status, Tables};
use precheck::units::{Date, Locale};
use serde::Serialize;

use super::failure::Failure;
use super::{form, lines, parse_date, parse_locale, policy, today};

/// Check what somebody types into an identity field.
#[derive(Debug, Args)]
#[command(
    override_usage = "precheck check [OPTIONS] [KIND] <VALUE>\n       precheck check [OPTIONS] --jsonl\n       precheck check [OPTIONS] --form"
)]
pub(super) struct Check {
    /// The kind of field, such as `cn_id`; found out when it is left out.
    #[arg(value_name = "KIND")]
    first: Option<String>,
    /// The value as typed.
    #[arg(value_name = "VALUE", allow_hyphen_values = true)]
    second: Option<String>,
    /// Read lines of `{"kind", "value"}`, write one line each.
    #[arg(long, conflicts_with_all = ["first", "second"])]
    jsonl: bool,
    /// Read one form from standard input, and compare its fields too.
    #[arg(long, conflicts_with_all = ["first", "second", "jsonl"])]
    form: bool,
    /// A pack or bundle whose tables and words are used instead of the built-in ones.
    #[arg(long, value_name = "PATH")]
    policy: Option<PathBuf>,
    /// Trusted public keys, which the signature of a bundle is held against.
    #[arg(long, value_name = "FILE", requires = "policy")]
    trust: Option<PathBuf>,
    /// The day of the check; today in Asia/Shanghai by default.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    as_of: Option<Date>,
    /// The language of the message.
    #[arg(long, default_value = "zh-CN", value_parser = parse_locale)]
    locale: Locale,
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

/// What a single check tells besides.
#[derive(Serialize)]
pub(super) struct Whole<'c> {
    #[serde(flatten)]
    answer: Answer<'c>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birth_date: Option<Date>,
    /// In completed years, on the day of the check.
    #[serde(skip_serializing_if = "Option::is_none")]
    age: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

impl Check {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let as_of = self.as_of.unwrap_or_else(today);
        let policy = match &self.policy {
            Some(path) => Some(policy::load(
                path,
                self.trust.as_deref(),
                None,
                policy::on(as_of),
            )?),
            None => None,
        };
        let by = By {
            policy: policy.as_ref(),
            as_of,
            locale: self.locale,
        };
        if self.form {
            return form::run(&by, json);
        }
        let (kinds, value) = match (&self.first, &self.second) {
            (Some(kind), Some(value)) => (vec![lines::kind(kind)?], value),
            (Some(value), None) => (by.detected(value)?, value),
            (None, _) if !self.jsonl => {
                let text = "say what to check: a kind and a value, --jsonl or --form";
                return Err(Failure::usage("value-missing", text));
            }
            (None, _) => {
                return lines::run(|kind, value, out| {
                    write_answer(value, &by.check(kind, value), out);
                });
            }
        };
        let mut is_good = false;
        let mut out = anstream::stdout().lock();
        for kind in kinds {
            let found = by.check(kind, value);
            is_good |= matches!(found.status, Status::Ok | Status::Warn);
            if json {
                let mut line = Vec::new();
                lines::json(&by.whole(value, &found), &mut line);
                line.push(b'\n');
                out.write_all(&line)?;
            } else {
                if self.second.is_none() {
                    write!(out, "{}: ", kind.as_str())?;
                }
                writeln!(out, "{}", by.words(value, &found))?;
            }
        }
        if is_good { Ok(()) } else { Err(Failure::Told) }
    }
}

/// What fields are checked by, and in which language.
pub(super) struct By<'p> {
    policy: Option<&'p Policy>,
    pub(super) as_of: Date,
    locale: Locale,
}

impl By<'_> {
    pub(super) fn check(&self, kind: FieldKind, value: &str) -> FieldCheck {
        let tables = self.policy.map_or(Tables::BUILT_IN, Policy::tables);
        tables.check(kind, value, self.as_of)
    }

    /// The kinds that a value is good for; when there is none, the likeliest
    /// that it may become or was meant for.
    fn detected(&self, value: &str) -> Result<Vec<FieldKind>, Failure> {
        let tables = self.policy.map_or(Tables::BUILT_IN, Policy::tables);
        let kinds = tables.detect(value, self.as_of);
        let is_good = |kind: &FieldKind| {
            let status = self.check(*kind, value).status;
            matches!(status, Status::Ok | Status::Warn)
        };
        let good: Vec<FieldKind> = kinds.iter().copied().filter(is_good).collect();
        match (good.is_empty(), kinds.first()) {
            (false, _) => Ok(good),
            (true, Some(likeliest)) => Ok(vec![*likeliest]),
            (true, None) => {
                let text = "the value is wrong in every kind of field; say the kind to learn why";
                let text = format!("{text}: {}", lines::kinds());
                Err(Failure::failed("kind-undetected", text))
            }
        }
    }

    /// What is said about an issue.
    pub(super) fn message(&self, issue: IssueCode) -> &str {
        match self.policy {
            Some(policy) => policy.issue_text(issue, self.locale),
            None => issue.message(self.locale),
        }
    }

    pub(super) fn whole<'c>(&'c self, value: &'c str, found: &'c FieldCheck) -> Whole<'c> {
        Whole {
            answer: answer(value, found),
            message: found.code.map(|code| self.message(code)),
            span: found.span,
            birth_date: found.birth_date,
            age: found.birth_date.map(|born| born.years_until(self.as_of)),
            region: found.region,
        }
    }

    /// What there is to say, with a caret under the place.
    pub(super) fn words(&self, value: &str, found: &FieldCheck) -> String {
        let message = found.code.map(|code| self.message(code));
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
        let mut first = match found.span {
            Some(span) => {
                let mark = AnnotationKind::Primary.span(bytes(value, span));
                let snippet = Snippet::source(value)
                    .line_numbering(false)
                    .annotation(mark);
                title.element(snippet)
            }
            None => Group::with_title(title),
        };
        let is_good = matches!(found.status, Status::Ok | Status::Warn);
        if is_good && message.is_some() && found.canonical != value {
            let written = match self.locale {
                Locale::ZhCn => format!("规范写法：{}", found.canonical),
                _ => format!("written plainly: {}", found.canonical),
            };
            first = first.element(Level::NOTE.no_name().message(written));
        }
        for fact in self.facts(found) {
            first = first.element(Level::NOTE.no_name().message(fact));
        }
        let mut groups = vec![first];
        for suggestion in &found.suggestions {
            let title = Level::HELP.secondary_title(suggestion.as_str());
            groups.push(Group::with_title(title));
        }
        Renderer::styled().render(&groups)
    }

    /// What a good number tells of its holder.
    fn facts(&self, found: &FieldCheck) -> Vec<String> {
        let as_of = self.as_of;
        let birth = found.birth_date.map(|born| {
            let age = born.years_until(as_of);
            match self.locale {
                Locale::ZhCn => format!("出生日期：{born}，{as_of} 时满 {age} 周岁"),
                _ => format!("born on {born}, {age} years old on {as_of}"),
            }
        });
        let region = found.region.map(|region| match self.locale {
            Locale::ZhCn => format!("首次登记地：{region}"),
            _ => format!("first registered in {region}"),
        });
        birth.into_iter().chain(region).collect()
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

fn answer<'c>(value: &'c str, found: &'c FieldCheck) -> Answer<'c> {
    Answer {
        kind: found.kind,
        value,
        status: found.status,
        code: found.code.map(|code| code.as_str()),
        canonical: &found.canonical,
        suggestions: &found.suggestions,
    }
}

/// Appends [`Answer`] as JSON, by hand: a million lines a second are wanted.
fn write_answer(value: &str, found: &FieldCheck, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"kind\":\"");
    out.extend_from_slice(found.kind.as_str().as_bytes());
    out.extend_from_slice(b"\",\"value\":");
    lines::json_text(value, out);
    out.extend_from_slice(b",\"status\":\"");
    out.extend_from_slice(found.status.as_str().as_bytes());
    match found.code {
        Some(code) => {
            out.extend_from_slice(b"\",\"code\":\"");
            out.extend_from_slice(code.as_str().as_bytes());
            out.extend_from_slice(b"\",\"canonical\":");
        }
        None => out.extend_from_slice(b"\",\"code\":null,\"canonical\":"),
    }
    lines::json_text(&found.canonical, out);
    out.extend_from_slice(b",\"suggestions\":[");
    for (at, suggestion) in found.suggestions.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        lines::json_text(suggestion, out);
    }
    out.extend_from_slice(b"]}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_the_answer_as_json() {
        let today = Date::from_ymd(2026, 11, 22).expect("a day of the calendar");
        for kind in FieldKind::ALL {
            let spec = kind.spec();
            let odd = ["\"", "\\n", "110O01199003071233", "张\u{1}"];
            let shown = spec.invalid.iter().map(|(value, _)| *value);
            for value in spec.valid.iter().copied().chain(shown).chain(odd) {
                let found = Tables::BUILT_IN.check(*kind, value, today);
                let mut line = Vec::new();
                write_answer(value, &found, &mut line);
                let expected = serde_json::to_vec(&answer(value, &found)).unwrap_or_default();
                assert_eq!(line, expected, "`{value}`");
            }
        }
    }
}
