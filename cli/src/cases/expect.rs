//! What a case expects: the outcome in a few lines, and texts where it likes.
//!
//! ```toml
//! status    = ["decided"]
//! decisions = ["decline"]
//! reasons   = ["BALANCE-OPEN"]
//!
//! [notice.zh-CN]
//! headline = "暂时不能关闭"
//! ```
//!
//! Empty lists are left out. Texts are compared where they are stated only.

use precheck::units::Locale;
use precheck::{Notice, NoticeReason, Outcome, OutcomeReason};
use serde_json::Value;

use crate::compile::diagnostic::one_of;
use crate::compile::table::{Node, Table};

/// One line of an expectation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The locale of the notice that it is about; `None` for the outcome.
    pub notice: Option<Locale>,
    /// What is stated, such as `decisions`.
    pub key: &'static str,
    /// A text, or a list of texts or integers.
    pub value: Value,
}

/// What can be stated of an outcome, in the order of writing.
const OUTCOME: [&str; 11] = [
    "status",
    "decisions",
    "if_checks_pass",
    "reasons",
    "possible",
    "checks",
    "ask",
    "fields",
    "form",
    "score",
    "limit",
];
/// What can be stated of a notice; reasons by what happened or is required.
const NOTICE: [&str; 5] = ["headline", "detail", "reasons", "possible", "note"];

impl Line {
    /// The line as a file has it: `decisions      = ["approve"]`.
    pub fn text(&self) -> String {
        let value = match &self.value {
            Value::Array(values) => {
                let values: Vec<String> = values.iter().map(quoted).collect();
                format!("[{}]", values.join(", "))
            }
            other => quoted(other),
        };
        format!("{:<14} = {value}", self.key)
    }
}

/// JSON's escapes are TOML's, one character aside.
fn quoted(value: &Value) -> String {
    value.to_string().replace('\u{7f}', "\\u007f")
}

/// The inside of an `expect` block.
pub(super) fn block(lines: &[Line]) -> String {
    let mut text = String::new();
    let mut notice = None;
    for line in lines {
        if let Some(locale) = line.notice.filter(|_| line.notice != notice) {
            let gap = if text.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{gap}[notice.{}]\n", locale.as_str()));
            notice = line.notice;
        }
        text.push_str(&line.text());
        text.push('\n');
    }
    text
}

/// The tables of expected texts.
pub(super) fn notices(root: Table<'_>) -> Vec<(Locale, Node<'_>)> {
    let outer = root.get("notice").and_then(Node::table);
    let entries = outer.map(Table::entries).unwrap_or_default().into_iter();
    let tags: Vec<&str> = Locale::ALL.iter().map(|locale| locale.as_str()).collect();
    let read = entries.filter_map(|(name, node)| {
        let locale = Locale::parse(name.text);
        if locale.is_none() {
            let message = format!("unknown locale `{}`", name.text);
            let help = one_of(name.text, &tags);
            node.report_at(name.place, "locale-unknown", message, help);
        }
        Some((locale?, node))
    });
    read.collect()
}

/// Reads an expectation into the order of writing.
pub(super) fn read(root: Table<'_>) -> Vec<Line> {
    let mut keys: Vec<&str> = OUTCOME.to_vec();
    keys.push("notice");
    root.only_keys(&keys);
    let mut lines = Vec::new();
    for key in OUTCOME {
        let Some(nodes) = root.get(key).and_then(Node::array) else {
            continue;
        };
        let of_numbers = matches!(key, "score" | "limit");
        let values = nodes.into_iter().filter_map(|node| {
            if of_numbers {
                node.integer().map(Value::from)
            } else {
                node.name().map(|name| name.text.into())
            }
        });
        let value = Value::Array(values.collect());
        // An empty list and no list are the same.
        if value != Value::Array(Vec::new()) {
            lines.push(Line {
                notice: None,
                key,
                value,
            });
        }
    }
    let tables = notices(root);
    for &locale in Locale::ALL {
        let tables = tables.iter().filter(|(of, _)| *of == locale);
        for table in tables.filter_map(|(_, node)| node.table()) {
            table.only_keys(&NOTICE);
            lines.extend(
                NOTICE
                    .iter()
                    .filter_map(|key| text_line(table, locale, key)),
            );
        }
    }
    lines
}

fn text_line(table: Table<'_>, locale: Locale, key: &'static str) -> Option<Line> {
    let node = table.get(key)?;
    let value = if matches!(key, "reasons" | "possible") {
        let names = node.array()?.into_iter().filter_map(Node::name);
        names.map(|name| Value::from(name.text)).collect()
    } else {
        node.name()?.text.into()
    };
    Some(Line {
        notice: Some(locale),
        key,
        value,
    })
}

/// An outcome as a case states it: empty lists are left out.
pub fn summary(outcome: &Outcome<'_>) -> Vec<Line> {
    fn codes<'r>(reasons: &'r [OutcomeReason<'_>]) -> Vec<&'r str> {
        reasons.iter().map(|one| one.code).collect()
    }
    let words = |decisions: &[precheck::Decision]| -> Value {
        decisions.iter().map(|one| one.as_str()).collect()
    };
    let clear = if outcome.if_checks_pass == outcome.decisions {
        &[][..]
    } else {
        &outcome.if_checks_pass
    };
    let fields = outcome.fields.iter().filter_map(|field| {
        let (name, status) = (field.name, field.status.as_str());
        Some(format!("{name}: {status} {}", field.code?))
    });
    let form = outcome.form.iter().map(|issue| {
        let (names, status, code) = (issue.fields.join(", "), issue.status, issue.code);
        format!("{names}: {} {}", status.as_str(), code.as_str())
    });
    let ask = outcome.ask.iter().map(|ask| ask.field.unwrap_or(ask.fact));
    let score = outcome
        .score
        .iter()
        .flat_map(|score| [score.min, score.max]);
    let limit = outcome.limit.iter();
    let limit = limit.flat_map(|limit| [limit.min, limit.max]);
    let status = serde_json::to_value(outcome.status).unwrap_or_default();
    let values: [Value; OUTCOME.len()] = [
        Value::Array(vec![status]),
        words(&outcome.decisions),
        words(clear),
        codes(&outcome.reasons).into(),
        codes(&outcome.possible).into(),
        outcome.checks.clone().into(),
        ask.collect(),
        fields.collect(),
        form.collect(),
        score.collect(),
        limit.collect(),
    ];
    let lines = OUTCOME.into_iter().zip(values).map(|(key, value)| Line {
        notice: None,
        key,
        value,
    });
    lines
        .filter(|line| line.value != Value::Array(Vec::new()))
        .collect()
}

/// The texts of a notice that an expectation states something about.
pub(super) fn texts(expected: &[Line], locale: Locale, notice: &Notice) -> Vec<Line> {
    let said = |reasons: &[NoticeReason]| -> Value {
        reasons.iter().map(|one| one.text.as_str()).collect()
    };
    let asked = expected.iter().filter(|line| line.notice == Some(locale));
    let lines = asked.map(|line| Line {
        value: match line.key {
            "headline" => notice.headline.as_str().into(),
            "detail" => notice.detail.as_str().into(),
            "reasons" => said(&notice.reasons),
            "possible" => said(&notice.possible),
            _ => notice.note.as_str().into(),
        },
        ..line.clone()
    });
    lines.collect()
}
