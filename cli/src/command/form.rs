//! `precheck check --form`: the fields of one person, alone and together.
//!
//! The form comes as one JSON document on standard input, never as arguments,
//! which other users of the machine could read:
//!
//! ```json
//! {
//!   "fields": {"name": {"kind": "cn_name", "value": "…"}, "id_number": {"kind": "cn_id", "value": "…"}},
//!   "birth_date": "1990-03-07",
//!   "validity": "2016.03.01-2036.03.01"
//! }
//! ```

use std::io::{self, Read, Write};

use precheck::Entries;
use precheck::identity::cross::{self, Checked, CrossIssue, Validity};
use precheck::identity::{FieldKind, Status};
use precheck::units::Date;
use serde::{Deserialize, Serialize};

use super::check::{By, Whole};
use super::failure::Failure;
use super::lines;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    fields: Entries<Input>,
    birth_date: Option<Date>,
    validity: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    kind: FieldKind,
    value: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    fields: Vec<Named<'a>>,
    form: Vec<Together<'a>>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    #[serde(flatten)]
    check: Whole<'a>,
}

#[derive(Serialize)]
struct Together<'a> {
    #[serde(flatten)]
    issue: &'a CrossIssue,
    message: &'a str,
}

/// Checks the form on standard input.
pub(super) fn run(by: &By<'_>, json: bool) -> Result<(), Failure> {
    let mut text = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut text);
    read.map_err(|error| Failure::failed("input-unreadable", error.to_string()))?;
    let form: Form = serde_json::from_slice(&text).map_err(|error| {
        // The parser's own message could repeat what was typed.
        let text = format!(
            "line {}, column {}: not a form; write {{\"fields\": {{\"<name>\": {{\"kind\": \"…\", \
             \"value\": \"…\"}}}}}}, and perhaps \"birth_date\" and \"validity\"; {}",
            error.line(),
            error.column(),
            lines::kinds()
        );
        Failure::failed("form-malformed", text)
    })?;
    let validity = match &form.validity {
        Some(text) => Some(Validity::parse(text).ok_or_else(|| {
            let text = "`validity` is a period such as `2016.03.01-2036.03.01` or `20160301-长期`";
            Failure::failed("validity-malformed", text.to_owned())
        })?),
        None => None,
    };
    let fields = &form.fields.0;
    for (at, (name, _)) in fields.iter().enumerate() {
        if fields[..at].iter().any(|(other, _)| other == name) {
            let text = format!("`{name}` is there twice; give each field once");
            return Err(Failure::failed("field-duplicate", text));
        }
    }
    let typed: Vec<(&str, FieldKind, &str)> = fields
        .iter()
        .map(|(name, input)| (name.as_str(), input.kind, input.value.as_str()))
        .collect();
    let found: Vec<_> = typed
        .iter()
        .map(|&(_, kind, value)| by.check(kind, value))
        .collect();
    let checked: Vec<Checked<'_>> = typed
        .iter()
        .zip(&found)
        .map(|(&(name, ..), found)| Checked { name, found })
        .collect();
    let issues = cross::compare(&checked, form.birth_date, validity, by.as_of);
    let is_good = |status| matches!(status, Status::Ok | Status::Warn);

    let mut out = anstream::stdout().lock();
    if json {
        let answer = Answer {
            fields: typed
                .iter()
                .zip(&found)
                .map(|(&(name, _, value), found)| Named {
                    name,
                    check: by.whole(value, found),
                })
                .collect(),
            form: issues
                .iter()
                .map(|issue| Together {
                    issue,
                    message: by.message(issue.code),
                })
                .collect(),
        };
        let mut line = Vec::new();
        lines::json(&answer, &mut line);
        line.push(b'\n');
        out.write_all(&line)?;
    } else {
        for (&(name, _, value), found) in typed.iter().zip(&found) {
            writeln!(out, "{name}: {}", by.words(value, found))?;
        }
        for issue in &issues {
            let names = match &issue.fields[..] {
                [] => "validity".to_owned(),
                names => names.join(", "),
            };
            let (status, code) = (issue.status.as_str(), issue.code.as_str());
            writeln!(out, "{names}: {status}[{code}]: {}", by.message(issue.code))?;
        }
    }
    let fields_pass = found.iter().all(|found| is_good(found.status));
    if fields_pass && issues.iter().all(|issue| is_good(issue.status)) {
        Ok(())
    } else {
        Err(Failure::Told)
    }
}
