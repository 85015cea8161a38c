//! What is wrong with a pack: collecting it, placing it, and showing it.

use std::cell::RefCell;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

use super::pack::{POLICY, Pack};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The pack does not do what it says.
    Error,
    /// Likely a mistake; the author may keep it, with a reason.
    Warning,
    /// Something proved, or something that could not be.
    Note,
}

/// One problem of a pack, with its place and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Path in the pack.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What, for machines. Stable.
    pub code: &'static str,
    /// What, for people.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// The bytes of the file to point at.
    #[serde(skip)]
    pub span: Range<usize>,
}

impl Diagnostic {
    /// Shows the problem in its line, with colours as ANSI sequences. Strip
    /// them, as `anstream` does, where nobody looks.
    pub fn render(&self, pack: Option<&Pack>) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let title = level.primary_title(&*self.message).id(self.code);
        let mut groups = match pack.and_then(|pack| pack.text(&self.file)) {
            Some(text) => {
                let mark = AnnotationKind::Primary.span(self.span.clone());
                let snippet = Snippet::source(text).path(&*self.file).annotation(mark);
                vec![title.element(snippet)]
            }
            None => vec![title.element(annotate_snippets::Origin::path(&*self.file))],
        };
        if let Some(help) = &self.help {
            groups.push(annotate_snippets::Group::with_title(
                Level::HELP.secondary_title(&**help),
            ));
        }
        Renderer::styled().render(&groups)
    }
}

/// What to do about a problem, if the message does not say it.
pub(crate) struct Help(Option<String>);

impl From<Option<String>> for Help {
    fn from(text: Option<String>) -> Help {
        Help(text)
    }
}

impl From<String> for Help {
    fn from(text: String) -> Help {
        Help(Some(text))
    }
}

impl From<&str> for Help {
    fn from(text: &str) -> Help {
        Help(Some(text.into()))
    }
}

/// A part of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    pub(crate) file: &'a str,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl<'a> Place<'a> {
    /// The very beginning of a file.
    pub(crate) fn top(file: &'a str) -> Place<'a> {
        Place {
            file,
            start: 0,
            end: 0,
        }
    }
}

/// Collects the problems of one pack.
pub(crate) struct Problems<'a> {
    pack: &'a Pack,
    found: RefCell<Vec<Diagnostic>>,
}

impl<'a> Problems<'a> {
    pub(crate) fn new(pack: &'a Pack) -> Problems<'a> {
        Problems {
            pack,
            found: RefCell::default(),
        }
    }

    /// Reports a problem; `help` says what to do unless the message does.
    pub(crate) fn report(
        &self,
        place: Place<'_>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<Help>,
    ) {
        self.find(Severity::Error, place, code, message, help);
    }

    /// Reports a finding of any severity.
    pub(crate) fn find(
        &self,
        severity: Severity,
        place: Place<'_>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<Help>,
    ) {
        let text = self.pack.text(place.file).unwrap_or_default();
        // Parsers point past the end, and between the bytes of a character.
        let start = text.floor_char_boundary(place.start);
        let end = text.ceil_char_boundary(place.end.max(start)).max(start);
        let (line, column) = position(text, start);
        self.found.borrow_mut().push(Diagnostic {
            severity,
            file: place.file.into(),
            line,
            column,
            code,
            message: message.into(),
            help: help.into().0,
            span: start..end,
        });
    }

    /// A place for a message about another one: `facts/account.toml:12:2`.
    pub(crate) fn shown(&self, place: Place<'_>) -> String {
        let text = self.pack.text(place.file).unwrap_or_default();
        let (line, column) = position(text, text.floor_char_boundary(place.start));
        format!("{}:{line}:{column}", place.file)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// Whether nothing but warnings and notes was found.
    pub(crate) fn has_no_error(&self) -> bool {
        let found = self.found.borrow();
        found.iter().all(|one| one.severity != Severity::Error)
    }

    /// All problems in the order of the files, `policy.toml` first.
    pub(crate) fn into_sorted(self) -> Vec<Diagnostic> {
        let mut found = self.found.into_inner();
        found.sort_by(|one, other| {
            let key = |one: &Diagnostic| (one.file != POLICY, one.file.clone(), one.span.start);
            key(one).cmp(&key(other))
        });
        found.dedup();
        found
    }
}

fn position(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
    (
        number(before.matches('\n').count()),
        number(before[line_start..].chars().count()),
    )
}

/// “did you mean”: the nearest of the names, if one is near.
pub(crate) fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let distance = |other: &&str| strsim::damerau_levenshtein(name, other);
    let best = names.into_iter().min_by_key(distance)?;
    // Half of a word wrong is another word.
    let is_near = distance(&best) * 2 <= name.chars().count().max(3);
    is_near.then(|| format!("did you mean `{best}`?"))
}

/// The nearest name, or all of them.
pub(crate) fn one_of(name: &str, names: &[&str]) -> Option<String> {
    let all = || {
        let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        format!("write one of {}", quoted.join(", "))
    };
    nearest(name, names.iter().copied()).or_else(|| (!names.is_empty()).then(all))
}
