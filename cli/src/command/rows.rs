//! The rows of a CSV file as facts, all at once.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use clap::Args;
use flate2::read::GzDecoder;
use precheck::units::Date;
use precheck::{Application, Entries, Facts, Policy, ScenarioId, Validated, validate};

use super::failure::Failure;
use super::score::{cell, unreadable as unreadable_rows};
use super::{open, unreadable};

/// Which rows of a file are taken.
#[derive(Debug, Args)]
pub(super) struct RowArguments {
    /// A CSV file, compressed if its name ends in `.gz`; `-` for standard input.
    rows: std::path::PathBuf,
    /// Only rows that have a value in a column.
    #[arg(long = "where", value_name = "COLUMN=VALUE")]
    only: Option<String>,
}

impl RowArguments {
    /// The facts of each row. A column that names no fact is passed over; an
    /// empty cell is a missing fact.
    pub(super) fn read(
        &self,
        policy: &Policy,
        scenario: ScenarioId,
        as_of: Date,
    ) -> Result<Vec<Facts>, Failure> {
        let rows = self.read_with(policy, scenario, as_of, &[])?;
        Ok(rows.into_iter().map(|(valid, _)| valid.facts).collect())
    }

    /// The same, with what stands in other columns.
    pub(super) fn read_with(
        &self,
        policy: &Policy,
        scenario: ScenarioId,
        as_of: Date,
        others: &[&str],
    ) -> Result<Vec<(Validated, Vec<String>)>, Failure> {
        let mut input = csv::Reader::from_reader(decompressed(&self.rows)?);
        let header = input
            .headers()
            .map_err(|error| unreadable_rows(&error))?
            .clone();
        let find = |name: &str| header.iter().position(|one| one == name);
        let only = match &self.only {
            None => None,
            Some(text) => {
                let found = text.split_once('=');
                let found = found.and_then(|(name, value)| Some((find(name)?, value)));
                Some(found.ok_or_else(|| {
                    let text = format!("`--where {text}` names no column; write COLUMN=VALUE");
                    Failure::usage("column-unknown", text)
                })?)
            }
        };
        let name = &policy.scenario(scenario).name;
        let facts = policy.scenario(scenario).facts.iter();
        let words = policy.model().texts.first();
        let words = words.map_or(&[][..], |texts| &texts.facts);
        let columns: Vec<_> = facts
            .filter_map(|fact| Some((policy.fact(*fact)?, words.get(usize::from(*fact))?)))
            .filter_map(|(def, words)| Some((def, words, find(&def.name)?)))
            .collect();
        if columns.is_empty() {
            let text = "no column names a fact of the scenario";
            return Err(Failure::usage("columns-missing", text));
        }
        let others = others.iter().map(|name| {
            find(name).ok_or_else(|| {
                let text = format!("the file has no column `{name}`");
                Failure::usage("column-unknown", text)
            })
        });
        let others: Vec<usize> = others.collect::<Result<_, _>>()?;
        let mut rows = Vec::new();
        for (number, record) in (1..).zip(input.records()) {
            let record = record.map_err(|error| unreadable_rows(&error))?;
            if only.is_some_and(|(at, value)| record.get(at) != Some(value)) {
                continue;
            }
            let wrong =
                |text: String| Failure::failed("row-wrong", format!("row {number}: {text}"));
            let mut facts = Vec::with_capacity(columns.len());
            for (def, words, at) in &columns {
                let text = record.get(*at).unwrap_or_default();
                let input = cell(def, words, text);
                let input = input.map_err(|what| wrong(format!("column `{}` {what}", def.name)))?;
                facts.push((def.name.clone(), input));
            }
            let application = Application {
                scenario: name.clone(),
                as_of,
                fields: Entries::default(),
                facts: Entries(facts),
            };
            let valid = validate(policy, &application).map_err(|found| {
                let found = found.first();
                wrong(found.map_or_else(String::new, |one| format!("{}: {}", one.at, one.text)))
            })?;
            let others = others.iter().map(|at| record.get(*at).unwrap_or_default());
            rows.push((valid, others.map(str::to_owned).collect()));
        }
        if rows.is_empty() {
            return Err(Failure::usage(
                "rows-missing",
                "there are no such rows in the file",
            ));
        }
        Ok(rows)
    }
}

fn decompressed(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if path.extension().is_some_and(|ending| ending == "gz") {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        return Ok(Box::new(GzDecoder::new(file)));
    }
    open(path)
}
