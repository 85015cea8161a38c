//! Case files: finding them, and reading them with the place of every fault.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use precheck::{Application, Audience, Entries, FactInput};

use super::{Case, expect};
use crate::compile::diagnostic::{Place, Problems};
use crate::compile::table::{Node, Table, Toml};
use crate::{Diagnostic, Pack, Severity};

/// A case file that cannot be run.
#[derive(Debug, Clone)]
pub struct Faulty {
    /// Where it is.
    pub path: PathBuf,
    /// Folder and file, as [`Case::name`].
    pub name: String,
    /// Why, in the order of lines.
    pub problems: Vec<Diagnostic>,
    source: Option<Pack>,
}

impl Faulty {
    /// Shows a diagnostic of this file in its line.
    pub fn render(&self, diagnostic: &Diagnostic) -> String {
        diagnostic.render(self.source.as_ref())
    }
}

/// The case files at a path, by name: a file itself, or every `*.md` below a
/// folder. Hidden files and folders are passed over.
///
/// # Errors
///
/// When the path or a folder below it cannot be read.
pub fn find(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if fs::metadata(path)?.is_dir() {
        walk(path, &mut found)?;
        found.sort();
    } else {
        found.push(path.to_owned());
    }
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
    Ok(())
}

/// The last folder and the file without its ending.
fn name(path: &Path) -> String {
    let path = path.with_extension("");
    let steps: Vec<_> = path.iter().map(|step| step.to_string_lossy()).collect();
    steps[steps.len().saturating_sub(2)..].join("/")
}

impl Case {
    /// Reads a case file.
    ///
    /// # Errors
    ///
    /// Every problem of the file: `file-unreadable`, `block-missing`,
    /// `block-duplicate`, `block-open`, those of TOML (`toml-malformed`,
    /// `key-missing`, `key-unknown`, `value-type`, `word-unknown`) and
    /// `locale-unknown`.
    pub fn read(path: &Path) -> Result<Case, Faulty> {
        let file = path.to_string_lossy().into_owned();
        let faulty = |problems, source| Faulty {
            path: path.to_owned(),
            name: name(path),
            problems,
            source,
        };
        let text = fs::read_to_string(path).map_err(|error| {
            let problem = Diagnostic {
                file: file.clone(),
                line: 1,
                column: 1,
                code: "file-unreadable",
                message: format!("the file cannot be read: {error}"),
                help: Some("a case is a Markdown file in UTF-8".into()),
                span: 0..0,
                severity: Severity::Error,
            };
            faulty(vec![problem], None)
        })?;
        let source = Pack::from_files([(file.as_str(), text)]);
        let problems = Problems::new(&source);
        let parts = parts(&problems, &file, source.text(&file).unwrap_or_default());
        let problems = problems.into_sorted();
        match parts {
            Some(parts) if problems.is_empty() => Ok(Case {
                path: path.to_owned(),
                name: name(path),
                bundle: parts.bundle,
                covers: parts.covers,
                application: parts.application,
                json: parts.json,
                expect: parts.expect,
                expect_line: parts.expect_line,
                source,
                file,
                expect_block: parts.expect_block,
                places: parts.places,
            }),
            _ => Err(faulty(problems, Some(source))),
        }
    }
}

/// What a file says.
struct Parts {
    bundle: Audience,
    covers: Vec<String>,
    application: Application,
    json: serde_json::Value,
    expect: Vec<super::Line>,
    expect_line: usize,
    expect_block: Range<usize>,
    places: Vec<(String, Range<usize>)>,
}

fn parts<'a>(problems: &Problems<'a>, file: &'a str, text: &'a str) -> Option<Parts> {
    let case_block = block(problems, file, text, "case");
    let expect_block = block(problems, file, text, "expect");
    let (case_block, expect_block) = (case_block?, expect_block?);
    let parse =
        |range: &Range<usize>| Toml::parse(problems, file, &text[range.clone()], range.start);
    let (case, expected) = (parse(&case_block), parse(&expect_block));
    let (case, expected) = (case?, expected?);
    let mut places = Vec::new();
    let expected_root = expected.root(problems);
    let expect = expect::read(expected_root);
    for (locale, node) in expect::notices(expected_root) {
        let span = node.place.start..node.place.end;
        places.push((format!("/expect/notice/{}", locale.as_str()), span));
    }
    let case = case.root(problems);
    case.only_keys(&["bundle", "scenario", "as_of", "covers", "fields", "facts"]);
    let audiences = [("public", Audience::Public), ("server", Audience::Server)];
    let bundle = case.need_word("bundle", &audiences);
    let scenario = case.need("scenario");
    if let Some(node) = scenario {
        places.push(("/scenario".into(), node.place.start..node.place.end));
    }
    let scenario = scenario.and_then(Node::name);
    let as_of = case.need("as_of").and_then(Node::date);
    let names = case.names("covers").into_iter();
    let covers = names.map(|name| name.text.to_owned()).collect();
    let fields = entries(case, "fields", &mut places, |node| {
        node.name().map(|name| name.text.to_owned())
    });
    let facts = entries(case, "facts", &mut places, |node| {
        // What is no fact is told with its place when the case runs.
        let json = node.json()?;
        Some(serde_json::from_value(json).unwrap_or(FactInput::Malformed))
    });
    let (scenario, as_of) = (scenario?.text.to_owned(), as_of?);
    let mut json = serde_json::json!({ "scenario": scenario, "as_of": as_of });
    for key in ["fields", "facts"] {
        if let Some(part) = case.get(key).and_then(Node::json) {
            json[key] = part;
        }
    }
    Some(Parts {
        bundle: bundle?,
        covers,
        application: Application {
            scenario,
            as_of,
            fields,
            facts,
        },
        json,
        expect,
        expect_line: text[..expect_block.start].matches('\n').count(),
        expect_block,
        places,
    })
}

/// The members of a table of the application, and where they stand.
fn entries<T>(
    case: Table<'_>,
    key: &str,
    places: &mut Vec<(String, Range<usize>)>,
    read: impl Fn(Node<'_>) -> Option<T>,
) -> Entries<T> {
    let table = case.get(key).and_then(Node::table);
    let members = table.map(Table::entries).unwrap_or_default().into_iter();
    let members = members.filter_map(|(name, node)| {
        let pointer = name.text.replace('~', "~0").replace('/', "~1");
        let span = name.place.start..node.place.end.max(name.place.end);
        places.push((format!("/{key}/{pointer}"), span));
        Some((name.text.to_owned(), read(node)?))
    });
    Entries(members.collect())
}

/// The inside of the fence with this name.
fn block<'a>(
    problems: &Problems<'a>,
    file: &'a str,
    text: &'a str,
    name: &str,
) -> Option<Range<usize>> {
    let fence = format!("```{name}");
    let mut found: Option<Range<usize>> = None;
    let mut open: Option<(usize, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        let place = Place { file, start, end };
        match open {
            Some((_, inside)) if line.trim_end() == "```" => {
                open = None;
                found = Some(inside..start);
            }
            None if line.trim_end() == fence && found.is_some() => {
                let message = format!("a second `{name}` block");
                problems.report(place, "block-duplicate", message, "a file is one case");
            }
            None if line.trim_end() == fence => open = Some((start, end)),
            _ => {}
        }
    }
    if let Some((start, end)) = open {
        let message = format!("the `{name}` block does not end");
        let place = Place { file, start, end };
        problems.report(place, "block-open", message, "end it with a line of ```");
        return None;
    }
    if found.is_none() {
        let message = format!("no `{name}` block");
        let help = format!("begin it with a line of {fence}");
        problems.report(Place::top(file), "block-missing", message, help);
    }
    found
}
