//! `precheck score`: the rows of a CSV file, one by one.
//!
//! Columns are found by the names of facts, or by what the policy's first
//! locale calls them; other columns are passed over. An empty cell is a missing
//! fact; a fact without column is unknown, and the score then is a range.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use precheck::units::Date;
use precheck::{
    Application, Decision, Entries, Evaluation, FactDef, FactInput, FactKind, FactText, Facts,
    Policy, Range, ScenarioId, Truth, validate,
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::failure::Failure;
use super::policy::{self, PolicyArguments};
use super::{open, parse_date, today};
use crate::import::ANY_OTHER;
use crate::{decimal, spell};

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
    /// Tell the reasons too: of the rules that fire, and of the score, all that
    /// lost no less than zero points, most first.
    #[arg(long)]
    reasons: bool,
    /// The day of the assessment; today in Asia/Shanghai by default.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    as_of: Option<Date>,
}

/// A line of the output with `--json`.
#[derive(Serialize)]
struct Line<'l> {
    row: u64,
    score: Option<Box<RawValue>>,
    decision: Option<Decision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score_range: Option<[Box<RawValue>; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decisions: Option<Vec<Decision>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<Vec<&'l str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<Cost<'l>>>,
}

/// A reason of the score and the points that it lost.
#[derive(Serialize)]
struct Cost<'l> {
    code: &'l str,
    lost: Box<RawValue>,
}

/// The reasons of a row: of rules that fire, and of the score.
type Told<'p> = (Vec<&'p str>, Vec<(&'p str, i64)>);

impl Score {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let as_of = self.as_of.unwrap_or_else(today);
        let policy = self.policy.load(None, policy::on(as_of))?;
        let scenario = policy::scenario(&policy, self.scenario.as_deref())?;
        let scorecard = policy.scenario(scenario).scorecard.as_ref();
        let input = csv::ReaderBuilder::new()
            .flexible(false)
            .from_reader(open(&self.rows)?);
        let out = BufWriter::new(io::stdout().lock());
        let mut run = Run {
            policy: &policy,
            scenario,
            as_of,
            json,
            reasons: self.reasons,
            digits: scorecard.map_or(0, |card| card.digits),
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
    text: &'p FactText,
}

struct Run<'p, W> {
    policy: &'p Policy,
    scenario: ScenarioId,
    as_of: Date,
    json: bool,
    reasons: bool,
    digits: u8,
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
            let more = if self.reasons { ",rules,reasons" } else { "" };
            writeln!(self.out, "row,score,decision{more}")?;
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
        let texts = &self.policy.model().texts[0].facts;
        for fact in facts {
            let place = usize::from(*fact);
            let (Some(def), Some(text)) = (self.policy.fact(*fact), texts.get(place)) else {
                continue;
            };
            let is_named = header.iter().any(|name| name == def.name);
            let name = if is_named { &def.name } else { &text.label };
            let mut found = (0..).zip(header).filter(|(_, one)| one == name);
            let first = found.next();
            if found.next().is_some() {
                let text = format!("the column `{}` is there twice", def.name);
                return Err(Failure::usage("column-duplicate", text));
            }
            match first {
                Some((index, _)) => columns.push(Column { index, def, text }),
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
            match cell(
                column.def,
                column.text,
                record.get(column.index).unwrap_or_default(),
            ) {
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
        let told = self
            .reasons
            .then(|| self.told(&validated.facts, &evaluation));
        self.write(row, &evaluation, told)?;
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
                rules: None,
                reasons: None,
            };
            writeln!(
                self.out,
                "{}",
                serde_json::to_string(&line).expect("plain data is JSON")
            )?;
        } else {
            let more = if self.reasons { ",," } else { "" };
            writeln!(self.out, "{row},,{more}")?;
        }
        Ok(())
    }

    fn told(&self, facts: &Facts, evaluation: &Evaluation) -> Told<'p> {
        let reasons = &self.policy.model().reasons;
        let code = |reason: u16| reasons[usize::from(reason)].code.as_str();
        let rules = self.policy.scenario(self.scenario).rules.iter();
        let firing = rules.zip(&evaluation.rules);
        let firing = firing.filter(|(_, truth)| **truth == Truth::True);
        let mut rules: Vec<&str> = firing.map(|(rule, _)| code(rule.reason)).collect();
        rules.dedup();
        let ranking = self.policy.ranking(self.scenario, facts).into_iter();
        let ranking = ranking.filter(|(_, lost)| *lost >= 0);
        (
            rules,
            ranking.map(|(reason, lost)| (code(reason), lost)).collect(),
        )
    }

    /// Points as a JSON number.
    fn number(&self, points: i64) -> Box<RawValue> {
        let text = spell::points(points, self.digits);
        RawValue::from_string(text).expect("a decimal number is JSON")
    }

    fn write(
        &mut self,
        row: u64,
        evaluation: &Evaluation,
        told: Option<Told<'_>>,
    ) -> Result<(), Failure> {
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
                score: exact.map(|score| self.number(score)),
                decision: only,
                score_range: open.map(|range| [range.min, range.max].map(|end| self.number(end))),
                decisions: only.is_none().then_some(decisions),
                rules: told.as_ref().map(|(rules, _)| rules.clone()),
                reasons: told.map(|(_, reasons)| {
                    let reasons = reasons.into_iter();
                    let cost = |(code, lost)| Cost {
                        code,
                        lost: self.number(lost),
                    };
                    reasons.map(cost).collect()
                }),
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
            (Some(score), _) => write!(self.out, "{},", spell::points(score, self.digits))?,
            (None, Some(Range { min, max })) => {
                let [min, max] = [min, max].map(|end| spell::points(end, self.digits));
                write!(self.out, "{min}..{max},")?;
            }
            (None, None) => write!(self.out, ",")?,
        }
        for (index, decision) in decisions.iter().enumerate() {
            let separator = if index == 0 { "" } else { "|" };
            write!(self.out, "{separator}{}", decision.as_str())?;
        }
        if let Some((rules, reasons)) = told {
            let reasons: Vec<&str> = reasons.into_iter().map(|(code, _)| code).collect();
            write!(self.out, ",{},{}", rules.join("|"), reasons.join("|"))?;
        }
        writeln!(self.out)?;
        Ok(())
    }

    fn compare(&mut self, row: u64, score: Option<Range>, expected: &str) {
        let found = match score {
            Some(range)
                if decimal::read(expected, self.digits.into()) == Ok(range.min)
                    && range.min == range.max =>
            {
                return;
            }
            Some(Range { min, max }) => {
                let [min, max] = [min, max].map(|end| spell::points(end, self.digits));
                if min == max {
                    min
                } else {
                    format!("{min}..{max}")
                }
            }
            None => "no score".into(),
        };
        if self.summary.mismatches < TOLD {
            anstream::eprintln!("row {row}: expected {expected}, found {found}");
        }
        self.summary.mismatches += 1;
    }
}

/// A cell as a fact; what is wrong does not repeat the cell.
///
/// A code is written as itself or as the policy's first locale calls it, and
/// any other text is the code `any-other` where the fact has it.
pub(super) fn cell(def: &FactDef, words: &FactText, text: &str) -> Result<FactInput, String> {
    if text.is_empty() {
        return Ok(FactInput::Missing);
    }
    if def.specials.iter().any(|special| special == text) {
        return Ok(FactInput::Special(text.into()));
    }
    match def.kind {
        FactKind::Code => {
            let codes = || def.codes.iter();
            let called = codes().zip(&words.codes).find(|(_, name)| *name == text);
            let code = called.map(|(code, _)| code.as_str());
            let code = code.or_else(|| codes().map(String::as_str).find(|code| *code == text));
            let other = || codes().map(String::as_str).find(|code| *code == ANY_OTHER);
            Ok(FactInput::Text(code.or_else(other).unwrap_or(text).into()))
        }
        FactKind::Date | FactKind::Decimal => Ok(FactInput::Text(text.into())),
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
