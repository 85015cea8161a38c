//! Cases: applications in files, each with what is expected of it.
//!
//! A case is a Markdown file that says in prose what it shows, with a fenced
//! `case` block (which bundle, which application) and a fenced `expect` block
//! (what follows), both TOML. [`Case::check`] compares the expectation with
//! what a policy gives; [`Coverage`] counts what of the policy the cases reach.
//! Nothing here decides: that is the engine's.

mod coverage;
mod expect;
mod read;

pub use coverage::{Coverage, Item, Kind};
pub use expect::{Line, summary};
pub use read::{Faulty, find};

use std::fs;
use std::io;
use std::ops::Range;
use std::path::PathBuf;

use precheck::units::Locale;
use precheck::{Application, Audience, Document, Policy, Problem, assess};

use crate::compile::diagnostic::{Place, Problems};
use crate::{Diagnostic, Pack};

/// One case file.
#[derive(Debug, Clone)]
pub struct Case {
    /// Where it is.
    pub path: PathBuf,
    /// Folder and file, such as `closure/balance-open`.
    pub name: String,
    /// Whose bundle it runs on.
    pub bundle: Audience,
    /// The rows of a catalogue that it shows; the author's own names.
    pub covers: Vec<String>,
    /// The application.
    pub application: Application,
    /// The application as JSON.
    pub json: serde_json::Value,
    /// What is expected, in the order of [`summary`].
    pub expect: Vec<Line>,
    /// Line of the file on which the `expect` block opens, from 1.
    pub expect_line: usize,
    /// The file as a pack of one, for diagnostics.
    source: Pack,
    file: String,
    expect_block: Range<usize>,
    /// Where the parts of the application stand, by JSON Pointer.
    places: Vec<(String, Range<usize>)>,
}

/// What came of a case.
#[derive(Debug, Clone)]
pub struct Checked<'p> {
    /// What the policy gives, as far as the case can state it. Texts are in it
    /// where the case expects some.
    pub actual: Vec<Line>,
    /// The whole answer.
    pub document: Document<'p>,
}

impl Case {
    /// Runs the case on the policy whose audience it names.
    ///
    /// # Errors
    ///
    /// A diagnostic per problem of the application, with the codes of
    /// [`precheck::validate`], and `locale-unknown` where texts are expected
    /// that the policy does not have.
    pub fn check<'p>(&self, policy: &'p Policy) -> Result<Checked<'p>, Vec<Diagnostic>> {
        let run = |locale| assess(policy, &self.application, locale);
        let document = run(Locale::ZhCn).map_err(|problems| self.placed(&problems))?;
        let mut actual = summary(&document.outcome);
        for &locale in Locale::ALL {
            if !self.expect.iter().any(|line| line.notice == Some(locale)) {
                continue;
            }
            let texts = &policy.model().texts;
            if !texts.iter().any(|texts| texts.locale == locale) {
                let text = format!("the policy has no texts in `{}`", locale.as_str());
                let at = format!("/expect/notice/{}", locale.as_str());
                let problem = Problem::new(at, "locale-unknown", text);
                return Err(self.placed(&[problem]));
            }
            let spoken = run(locale).map_err(|problems| self.placed(&problems))?;
            actual.extend(expect::texts(&self.expect, locale, &spoken.notice));
        }
        Ok(Checked { actual, document })
    }

    /// Whether the expectation holds, spelling and order of the lines aside.
    pub fn holds(&self, checked: &Checked<'_>) -> bool {
        self.expect == checked.actual
    }

    /// Writes the file again with another expectation.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn update(&self, actual: &[Line]) -> io::Result<()> {
        let text = self.source.text(&self.file).unwrap_or_default();
        let mut updated = String::with_capacity(text.len());
        updated.push_str(&text[..self.expect_block.start]);
        updated.push_str(&expect::block(actual));
        updated.push_str(&text[self.expect_block.end..]);
        fs::write(&self.path, updated)
    }

    /// Shows a diagnostic of this case in its line.
    pub fn render(&self, diagnostic: &Diagnostic) -> String {
        diagnostic.render(Some(&self.source))
    }

    /// Problems of the application, placed in the file.
    fn placed(&self, problems: &[Problem]) -> Vec<Diagnostic> {
        let found = Problems::new(&self.source);
        for Problem { at, code, text, .. } in problems {
            let span = self.places.iter().find(|(pointer, _)| pointer == at);
            let span = span.map_or(0..0, |(_, span)| span.clone());
            let place = Place {
                file: &self.file,
                start: span.start,
                end: span.end,
            };
            found.report(place, code, text.clone(), None);
        }
        found.into_sorted()
    }
}
