//! `precheck score`: the rows of a CSV file, one by one.
//!
//! Columns are found by the names of facts; other columns are passed over. An
//! empty cell is a missing fact; a fact without column is unknown, and the
//! score then is a range.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use precheck::units::Date;
use precheck::{
    Application, Decision, Entries, Evaluation, FactDef, FactInput, FactKind, Policy, Range,
    ScenarioId, validate,
};
use serde::Serialize;

use super::failure::Failure;
use super::policy::{self, PolicyArguments};
use super::{open, parse_date, today};
use crate::decimal;

/// The most mismatches and problems that are told one by one.
const TOLD: usize = 10;

/// Score the rows of a CSV file.
#[derive(Debug, Args)]
pub(super) struct Score {
    #[command(flatten)]
    policy: PolicyArguments,
    /// The CSV file; `-` for standard input.
    rows: PathBuf,
    /// The scenario; not needed when the policy has only one.
    #[arg(long)]
    scenario: Option<String>,
    /// Compare the score with a column.
    #[arg(long, value_name = "COLUMN")]
    expect: Option<String>,
    /// The day of the assessment; today in Asia/Shanghai by default.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    as_of: Option<Date>,
}

/// A line of the output with `--json`.
#[derive(Serialize)]
struct Line {
    row: u64,
    score: Option<i64>,
    decision: Option<Decision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score_range: Option<[i64; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decisions: Option<Vec<Decision>>,
}

impl Score {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let as_of = self.as_of.unwrap_or_else(today);
        let policy = self.policy.load(None, policy::on(as_of))?;
        let scenario = policy::scenario(&policy, self.scenario.as_deref())?;
        let input = csv::ReaderBuilder::new()
            .flexible(false)
            .from_reader(open(&self.rows)?);
        let out = BufWriter::new(io::stdout().lock());
        let mut run = Run {
            policy: &policy,
            scenario,
            as_of,
            json,
            out,
            summary: Summary::default(),
        };
        run.all(input, self.expect.as_deref())?;
        run.out.flush()?;
        let Summary {
            rows,
            mismatches,
            problems,
        } = run.summary;
        if self.expect.is_some() {
            anstream::eprintln!(
                "{rows} rows, {mismatches} mismatches, {problems} rows with problems"
            );
        } else if problems > 0 {
            anstream::eprintln!("{rows} rows, {problems} of them with problems");
        }
        if mismatches + problems == 0 {
            Ok(())
        } else {
            Err(Failure::Told)
        }
    }
}

#[derive(Default)]
struct Summary {
    rows: u64,
    mismatches: usize,
    problems: usize,
}

/// A column that names a fact.
struct Column<'p> {
    index: usize,
    def: &'p FactDef,
}

struct Run<'p, W> {
    policy: &'p Policy,
    scenario: ScenarioId,
    as_of: Date,
    json: bool,
    out: W,
    summary: Summary,
}

impl<'p, W: Write> Run<'p, W> {
    fn all<R: io::Read>(
        &mut self,
        mut input: csv::Reader<R>,
        expect: Option<&str>,
    ) -> Result<(), Failure> {
        let header = input.headers().map_err(|error| unreadable(&error))?.clone();
        if header.iter().all(str::is_empty) {
            return Err(Failure::usage(
                "header-missing",
                "the file has no header line",
            ));
        }
        let columns = self.columns(&header)?;
        let expect = match expect {
            Some(name) => Some(header.iter().position(|one| one == name).ok_or_else(|| {
                Failure::usage("column-unknown", format!("the file has no column `{name}`"))
            })?),
            None => None,
        };
        if !self.json {
            writeln!(self.out, "row,score,decision")?;
        }
        let mut record = csv::StringRecord::new();
        loop {
            let row = self.summary.rows + 1;
            match input.read_record(&mut record) {
                Ok(false) => return Ok(()),
                Ok(true) => {
                    self.summary.rows = row;
                    self.row(row, &record, &columns, expect)?;
                }
                Err(error) if error.is_io_error() => return Err(unreadable(&error)),
                Err(error) => {
                    self.summary.rows = row;
                    let what = match error.kind() {
                        csv::ErrorKind::UnequalLengths {
                            expected_len, len, ..
                        } => {
                            format!("has {len} cells, the header has {expected_len}")
                        }
                        csv::ErrorKind::Utf8 { .. } => "is not UTF-8 text".into(),
                        _ => "cannot be read".into(),
                    };
                    self.problem(row, &[what])?;
                }
            }
        }
    }

    fn columns(&self, header: &csv::StringRecord) -> Result<Vec<Column<'p>>, Failure> {
        let mut columns = Vec::new();
        let facts = &self.policy.scenario(self.scenario).facts;
        for def in facts.iter().filter_map(|fact| self.policy.fact(*fact)) {
            let mut found = (0..).zip(header).filter(|(_, name)| *name == def.name);
            let first = found.next();
            if found.next().is_some() {
                let text = format!("the column `{}` is there twice", def.name);
                return Err(Failure::usage("column-duplicate", text));
            }
            match first {
                Some((index, _)) => columns.push(Column { index, def }),
                None => anstream::eprintln!("note: no column `{}`: the fact is unknown", def.name),
            }
        }
        if columns.is_empty() {
            return Err(Failure::usage(
                "columns-missing",
                "no column names a fact of the scenario",
            ));
        }
        Ok(columns)
    }

    fn row(
        &mut self,
        row: u64,
        record: &csv::StringRecord,
        columns: &[Column<'p>],
        expect: Option<usize>,
    ) -> Result<(), Failure> {
        let mut facts = Vec::with_capacity(columns.len());
        let mut problems = Vec::new();
        for column in columns {
            match cell(column.def, record.get(column.index).unwrap_or_default()) {
                Ok(input) => facts.push((column.def.name.clone(), input)),
                Err(what) => problems.push(format!("column `{}` {what}", column.def.name)),
            }
        }
        let application = Application {
            scenario: self.policy.scenario(self.scenario).name.clone(),
            as_of: self.as_of,
            fields: Entries::default(),
            facts: Entries(facts),
        };
        let validated = validate(self.policy, &application).map_err(|found| {
            let words = found.iter().map(|one| {
                format!(
                    "column `{}`: {} [{}]",
                    one.at.trim_start_matches("/facts/"),
                    one.text,
                    one.code
                )
            });
            problems.extend(words);
        });
        let Ok(validated) = validated else {
            return self.problem(row, &problems);
        };
        if !problems.is_empty() {
            return self.problem(row, &problems);
        }
        let evaluation = self.policy.evaluate(self.scenario, &validated.facts);
        self.write(row, &evaluation)?;
        if let Some(expected) = expect.and_then(|index| record.get(index)) {
            self.compare(row, evaluation.score, expected);
        }
        Ok(())
    }

    /// A row that could not be scored keeps its line.
    fn problem(&mut self, row: u64, problems: &[String]) -> Result<(), Failure> {
        if self.summary.problems < TOLD {
            for what in problems {
                anstream::eprintln!("row {row}: {what}");
            }
        }
        self.summary.problems += 1;
        if self.json {
            let line = Line {
                row,
                score: None,
                decision: None,
                score_range: None,
                decisions: None,
            };
            writeln!(
                self.out,
                "{}",
                serde_json::to_string(&line).expect("plain data is JSON")
            )?;
        } else {
            writeln!(self.out, "{row},,")?;
        }
        Ok(())
    }

    fn write(&mut self, row: u64, evaluation: &Evaluation) -> Result<(), Failure> {
        let exact = evaluation
            .score
            .filter(|range| range.min == range.max)
            .map(|range| range.min);
        let decisions: Vec<Decision> = evaluation.decisions.iter().collect();
        if self.json {
            let only = match decisions[..] {
                [only] => Some(only),
                _ => None,
            };
            let open = evaluation.score.filter(|range| range.min != range.max);
            let line = Line {
                row,
                score: exact,
                decision: only,
                score_range: open.map(|range| [range.min, range.max]),
                decisions: only.is_none().then_some(decisions),
            };
            writeln!(
                self.out,
                "{}",
                serde_json::to_string(&line).expect("plain data is JSON")
            )?;
            return Ok(());
        }
        write!(self.out, "{row},")?;
        match (exact, evaluation.score) {
            (Some(score), _) => write!(self.out, "{score},")?,
            (None, Some(range)) => write!(self.out, "{}..{},", range.min, range.max)?,
            (None, None) => write!(self.out, ",")?,
        }
        for (index, decision) in decisions.iter().enumerate() {
            let separator = if index == 0 { "" } else { "|" };
            write!(self.out, "{separator}{}", decision.as_str())?;
        }
        writeln!(self.out)?;
        Ok(())
    }

    fn compare(&mut self, row: u64, score: Option<Range>, expected: &str) {
        let found = match score {
            Some(range)
                if decimal::read(expected, 0) == Ok(range.min) && range.min == range.max =>
            {
                return;
            }
            Some(range) if range.min == range.max => range.min.to_string(),
            Some(range) => format!("{}..{}", range.min, range.max),
            None => "no score".into(),
        };
        if self.summary.mismatches < TOLD {
            anstream::eprintln!("row {row}: expected {expected}, found {found}");
        }
        self.summary.mismatches += 1;
    }
}

/// A cell as a fact; what is wrong does not repeat the cell.
pub(super) fn cell(def: &FactDef, text: &str) -> Result<FactInput, String> {
    if text.is_empty() {
        return Ok(FactInput::Missing);
    }
    if def.specials.iter().any(|special| special == text) {
        return Ok(FactInput::Special(text.into()));
    }
    match def.kind {
        FactKind::Code | FactKind::Date => Ok(FactInput::Text(text.into())),
        FactKind::Bool => match text {
            "true" | "1" => Ok(FactInput::Bool(true)),
            "false" | "0" => Ok(FactInput::Bool(false)),
            _ => Err("is neither true nor false".into()),
        },
        kind => match decimal::read_kind(text, kind) {
            Ok(value) => Ok(FactInput::Integer(value)),
            Err(error) => Err(error.as_str().into()),
        },
    }
}

pub(super) fn unreadable(error: &csv::Error) -> Failure {
    Failure::failed("input-unreadable", format!("cannot read the rows: {error}"))
}
