//! Scenario files: reading, and writing what they expect.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use precheck::{Application, Audience, Outcome, OutcomeReason};
use serde::Deserialize;

/// One scenario file.
pub(crate) struct Case {
    pub(crate) path: PathBuf,
    pub(crate) bundle: Audience,
    /// The rows of the catalogue that it shows.
    pub(crate) covers: Vec<String>,
    pub(crate) application: Application,
    /// The facts as JSON, for the paths that take text.
    pub(crate) json: serde_json::Value,
    pub(crate) expect: String,
}

/// What a `case` block holds besides the application.
#[derive(Deserialize)]
struct Head {
    bundle: Audience,
    covers: Vec<String>,
}

impl Case {
    /// Folder and file, such as `closure/balance-open`.
    pub(crate) fn name(&self) -> String {
        let path = self.path.strip_prefix(folder()).expect("inside the folder");
        let steps = path.with_extension("");
        let steps = steps.iter().map(|step| step.to_string_lossy());
        steps.collect::<Vec<_>>().join("/")
    }
}

/// The folder of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder() -> PathBuf {
    root().join("tests/scenarios")
}

/// Every scenario file, by name: a folder per scenario, a file per case.
pub(crate) fn all() -> Vec<Case> {
    let mut paths: Vec<PathBuf> = entries(&folder())
        .iter()
        .flat_map(|one| entries(one))
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    assert!(!paths.is_empty());
    let cases: Vec<Case> = paths.into_iter().map(read).collect();
    for case in &cases {
        let name = case.name();
        let is_at_home = name.split('/').next() == Some(case.application.scenario.as_str());
        assert!(is_at_home, "{name} lies in the folder of another scenario");
    }
    cases
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.expect("a readable entry").path())
        .collect()
}

fn read(path: PathBuf) -> Case {
    let text = fs::read_to_string(&path).expect("a readable scenario");
    let shown = path.display();
    let case = block(&text, "case").unwrap_or_else(|| panic!("{shown}: no `case` block"));
    let expect = block(&text, "expect").unwrap_or_else(|| panic!("{shown}: no `expect` block"));
    let mut table: toml::Table = case
        .parse()
        .unwrap_or_else(|error| panic!("{shown}: {error}"));
    let mut head = toml::Table::new();
    for name in ["bundle", "covers"] {
        let value = table
            .remove(name)
            .unwrap_or_else(|| panic!("{shown}: no `{name}`"));
        head.insert(name.into(), value);
    }
    let head: Head = head
        .try_into()
        .unwrap_or_else(|error| panic!("{shown}: {error}"));
    let json = serde_json::to_value(&table).expect("TOML without dates is JSON");
    let application = serde_json::from_value(json.clone())
        .unwrap_or_else(|error| panic!("{shown}: no application: {error}"));
    let expect = expect.to_owned();
    Case {
        path,
        bundle: head.bundle,
        covers: head.covers,
        application,
        json,
        expect,
    }
}

/// The text inside the fence with this name.
fn block<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let open = format!("\n```{name}\n");
    let start = text.find(&open)? + open.len();
    let length = if text[start..].starts_with("```") {
        0
    } else {
        text[start..].find("\n```")? + 1
    };
    Some(&text[start..start + length])
}

/// Replaces what a scenario expects.
pub(crate) fn update(case: &Case, expect: &str) {
    let text = fs::read_to_string(&case.path).expect("a readable scenario");
    let old = format!("\n```expect\n{}```", case.expect);
    let new = format!("\n```expect\n{expect}```");
    assert_eq!(text.matches(&old).count(), 1, "{}", case.path.display());
    fs::write(&case.path, text.replace(&old, &new)).expect("a writable scenario");
}

/// An outcome as a scenario file states it: empty lists are left out.
pub(crate) fn summary(outcome: &Outcome<'_>) -> String {
    let mut out = String::new();
    let mut line = |name: &str, values: Vec<String>| {
        if !values.is_empty() {
            let quoted: Vec<String> = values.iter().map(|one| format!("\"{one}\"")).collect();
            writeln!(out, "{name:<14} = [{}]", quoted.join(", ")).expect("a string grows");
        }
    };
    line("status", vec![word(&outcome.status)]);
    line(
        "decisions",
        outcome
            .decisions
            .iter()
            .map(|one| one.as_str().into())
            .collect(),
    );
    if outcome.if_checks_pass != outcome.decisions {
        let clear = outcome.if_checks_pass.iter().map(|one| one.as_str().into());
        line("if_checks_pass", clear.collect());
    }
    let codes = |reasons: &[OutcomeReason<'_>]| reasons.iter().map(|one| one.code.into()).collect();
    line("reasons", codes(&outcome.reasons));
    line("possible", codes(&outcome.possible));
    line(
        "checks",
        outcome.checks.iter().map(|&code| code.into()).collect(),
    );
    line(
        "ask",
        outcome
            .ask
            .iter()
            .map(|ask| ask.field.unwrap_or(ask.fact).into())
            .collect(),
    );
    let fields = outcome.fields.iter().filter_map(|field| {
        Some(format!(
            "{}: {} {}",
            field.name,
            field.status.as_str(),
            field.code?
        ))
    });
    line("fields", fields.collect());
    let form = outcome.form.iter().map(|issue| {
        let (names, status, code) = (issue.fields.join(", "), issue.status, issue.code);
        format!("{names}: {} {}", status.as_str(), code.as_str())
    });
    line("form", form.collect());
    if let Some(score) = outcome.score {
        writeln!(out, "{:<14} = [{}, {}]", "score", score.min, score.max).expect("a string grows");
    }
    if let Some(limit) = outcome.limit {
        writeln!(out, "{:<14} = [{}, {}]", "limit", limit.min, limit.max).expect("a string grows");
    }
    out
}

/// The name of a value on the wire.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => panic!("not one word: {other:?}"),
    }
}
