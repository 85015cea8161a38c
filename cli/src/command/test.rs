//! `precheck test`: a policy against its cases.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use precheck::{Audience, Policy};
use serde_json::{Map, Value, json};

use super::failure::Failure;
use super::{policy, unreadable, unwritable};
use crate::cases::{Case, Coverage, Faulty, Kind, Line, find};
use crate::{Diagnostic, compile, sample};

/// How many parts that no case reaches are named without `--coverage`.
const NAMED: usize = 5;
const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

/// Run the cases of a policy.
#[derive(Debug, Args)]
pub(super) struct Test {
    /// The pack; the sample product by default.
    #[arg(long, value_name = "PACK")]
    policy: Option<PathBuf>,
    /// Case files, and folders of them; the pack's own `cases` by default.
    cases: Vec<PathBuf>,
    /// Write what the policy gives into the cases that expect something else.
    #[arg(long)]
    update: bool,
    /// List every rule, bin, band and reason with the number of its cases.
    #[arg(long)]
    coverage: bool,
}

/// Both projections of a pack.
struct Both {
    server: Policy,
    public: Policy,
}

/// What came of one file.
struct Told {
    name: String,
    file: String,
    line: usize,
    verdict: Verdict,
}

enum Verdict {
    Passed,
    /// Expected and actual lines, where they differ; and whether the file now
    /// says the actual ones.
    Differs(Vec<Line>, Vec<Line>, bool),
    /// The problems, and how they look to people.
    Faulty(Vec<Diagnostic>, Vec<String>),
}

impl Test {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let both = self.policies()?;
        let mut coverage = Coverage::new(both.server.model());
        let mut out = anstream::stdout().lock();
        let mut all = Vec::new();
        for path in self.files()? {
            let told = match Case::read(&path) {
                Ok(case) => self.one(&case, &both, &mut coverage)?,
                Err(faulty) => broken(&faulty),
            };
            if !json {
                write!(out, "{}", words(&told))?;
            }
            all.push(told);
        }
        let failed = all.iter().filter(|told| told.fails()).count();
        if json {
            let report = self.report(&all, &coverage);
            writeln!(out, "{report}")?;
        } else {
            write!(out, "{}", self.summary(&all, &coverage))?;
        }
        if failed > 0 {
            return Err(Failure::Told);
        }
        Ok(())
    }

    fn policies(&self) -> Result<Both, Failure> {
        let compiled = match &self.policy {
            Some(folder) => policy::compile_folder(folder)?,
            None => {
                let pack = sample::pack();
                compile(&pack).map_err(|problems| Failure::Pack(Some(pack), problems))?
            }
        };
        let load = |model| {
            let refused = |problems| policy::bundle_problems("the pack".as_ref(), problems);
            Policy::from_model(model).map_err(refused)
        };
        Ok(Both {
            server: load(compiled.server)?,
            public: load(compiled.public)?,
        })
    }

    /// The case files, in the order of the arguments.
    fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let own = self.policy.as_ref().map(|folder| folder.join("cases"));
        let paths = match own {
            Some(own) if self.cases.is_empty() && own.is_dir() => vec![own],
            _ => self.cases.clone(),
        };
        let mut files = Vec::new();
        for path in &paths {
            files.extend(find(path).map_err(|error| unreadable(path, &error))?);
        }
        if files.is_empty() {
            let text = "no case files: name some, or folders with `*.md` files";
            return Err(Failure::usage("cases-missing", text));
        }
        Ok(files)
    }

    fn one(&self, case: &Case, both: &Both, coverage: &mut Coverage) -> Result<Told, Failure> {
        let policy = match case.bundle {
            Audience::Server => &both.server,
            Audience::Public => &both.public,
        };
        let verdict = match case.check(policy) {
            Err(problems) => {
                let shown = problems.iter().map(|one| case.render(one)).collect();
                Verdict::Faulty(problems, shown)
            }
            Ok(checked) => {
                coverage.count(case, policy, &checked.document.outcome);
                if case.holds(&checked) {
                    Verdict::Passed
                } else {
                    if self.update {
                        let written = case.update(&checked.actual);
                        written.map_err(|error| unwritable(&case.path, &error))?;
                    }
                    let (expected, actual) = (&case.expect, &checked.actual);
                    let only = |these: &[Line], those: &[Line]| -> Vec<Line> {
                        let differ = these.iter().filter(|line| !those.contains(line));
                        differ.cloned().collect()
                    };
                    let (minus, plus) = (only(expected, actual), only(actual, expected));
                    Verdict::Differs(minus, plus, self.update)
                }
            }
        };
        Ok(Told {
            name: case.name.clone(),
            file: case.path.display().to_string(),
            line: case.expect_line,
            verdict,
        })
    }

    fn summary(&self, all: &[Told], coverage: &Coverage) -> String {
        let count = |of: fn(&Told) -> bool| all.iter().filter(|told| of(told)).count();
        let failed = count(Told::fails);
        let updated = count(|told| matches!(told.verdict, Verdict::Differs(_, _, true)));
        let passed = all.len() - failed - updated;
        let noun = if all.len() == 1 { "case" } else { "cases" };
        let mut text = format!("\n{} {noun}: {passed} passed", all.len());
        if updated > 0 {
            text.push_str(&format!(", {updated} updated"));
        }
        text.push_str(&format!(", {failed} failed\n\n"));
        for kind in Kind::ALL {
            let never: Vec<_> = coverage.never(kind).collect();
            let parts = coverage.of(kind).count();
            let reached = parts - never.len();
            text.push_str(&format!("{:<8} {reached} of {parts}\n", kind.as_str()));
            if self.coverage {
                for item in coverage.of(kind) {
                    text.push_str(&format!("  {:>5}  {}\n", item.cases, item.name));
                }
                continue;
            }
            for item in never.iter().take(NAMED) {
                text.push_str(&format!("  never  {}\n", item.name));
            }
            if let Some(more) = never.len().checked_sub(NAMED).filter(|more| *more > 0) {
                text.push_str(&format!("  … and {more} more; --coverage lists them\n"));
            }
        }
        text
    }

    fn report(&self, all: &[Told], coverage: &Coverage) -> Value {
        let failed = all.iter().filter(|told| told.fails()).count();
        let kinds = Kind::ALL.into_iter().map(|kind| {
            let mut part = json!({
                "all": coverage.of(kind).count(),
                "reached": coverage.of(kind).filter(|item| item.cases > 0).count(),
                "never": coverage.never(kind).map(|item| &item.name).collect::<Vec<_>>(),
            });
            if self.coverage {
                let items = coverage.of(kind);
                let counts = items.map(|item| (item.name.clone(), item.cases.into()));
                part["cases"] = Value::Object(counts.collect());
            }
            (kind.as_str().to_owned(), part)
        });
        json!({
            "cases": all.iter().map(Told::json).collect::<Vec<_>>(),
            "passed": all.iter().filter(|told| matches!(told.verdict, Verdict::Passed)).count(),
            "failed": failed,
            "coverage": Value::Object(kinds.collect()),
        })
    }
}

impl Told {
    fn fails(&self) -> bool {
        !matches!(self.verdict, Verdict::Passed | Verdict::Differs(_, _, true))
    }

    fn json(&self) -> Value {
        let mut told = json!({ "name": self.name, "file": self.file, "line": self.line });
        let status = match &self.verdict {
            Verdict::Passed => "passed",
            Verdict::Differs(expected, actual, is_updated) => {
                told["expected"] = object(expected);
                told["actual"] = object(actual);
                if *is_updated { "updated" } else { "failed" }
            }
            Verdict::Faulty(problems, _) => {
                told["problems"] = json!(problems);
                "faulty"
            }
        };
        told["status"] = status.into();
        told
    }
}

/// Lines as JSON; those about texts by `notice.<locale>.<key>`.
fn object(lines: &[Line]) -> Value {
    let members = lines.iter().map(|line| {
        let key = match line.notice {
            Some(locale) => format!("notice.{}.{}", locale.as_str(), line.key),
            None => line.key.to_owned(),
        };
        (key, line.value.clone())
    });
    Value::Object(members.collect::<Map<_, _>>())
}

fn broken(faulty: &Faulty) -> Told {
    let shown = faulty.problems.iter().map(|one| faulty.render(one));
    Told {
        name: faulty.name.clone(),
        file: faulty.path.display().to_string(),
        line: faulty.problems.first().map_or(1, |one| one.line as usize),
        verdict: Verdict::Faulty(faulty.problems.clone(), shown.collect()),
    }
}

fn words(told: &Told) -> String {
    let name = &told.name;
    match &told.verdict {
        Verdict::Passed => format!("{GREEN}PASS{PLAIN} {name}\n"),
        Verdict::Faulty(_, shown) => {
            format!(
                "{RED}FAIL{PLAIN} {BOLD}{name}{PLAIN}\n{}\n",
                shown.join("\n")
            )
        }
        Verdict::Differs(expected, actual, is_updated) => {
            let word = if *is_updated { "DONE" } else { "FAIL" };
            let (file, line) = (&told.file, told.line);
            let mut text = format!("{RED}{word}{PLAIN} {BOLD}{name}{PLAIN}\n  {file}:{line}\n");
            for (colour, sign, lines) in
                [(RED, "- expected", expected), (GREEN, "+ actual  ", actual)]
            {
                for line in lines {
                    let notice = line.notice.map_or(String::new(), |locale| {
                        format!("notice.{} ", locale.as_str())
                    });
                    let shown = line.text();
                    text.push_str(&format!("  {colour}{sign}  {notice}{shown}{PLAIN}\n"));
                }
            }
            text
        }
    }
}
