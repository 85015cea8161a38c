//! The files of a policy pack, as text.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::diagnostic::{Diagnostic, Severity};

/// The file that every pack has.
pub(super) const POLICY: &str = "policy.toml";
/// The file that only packs have which say what is likely.
pub(super) const PRIORS: &str = "priors.toml";
/// The folders that belong to a pack, and how the names of their files end.
const FOLDERS: [(&str, &str); 6] = [
    ("facts", ".toml"),
    ("locales", ".ftl"),
    ("overlays", ".toml"),
    ("reasons", ".md"),
    ("scenarios", ".toml"),
    ("scorecards", ".toml"),
];

/// The folders that belong to a pack, and how the names of their files end.
pub(crate) fn folders() -> impl Iterator<Item = (&'static str, &'static str)> {
    FOLDERS.into_iter()
}

/// The source of a policy: its files by relative path.
///
/// Other files, such as a README, may lie beside them and are not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    files: BTreeMap<String, String>,
}

impl Pack {
    /// Takes files that are already text; paths are relative, with `/`.
    pub fn from_files<P: Into<String>, T: Into<String>>(
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Pack {
        let files = files
            .into_iter()
            .map(|(path, text)| (path.into(), text.into()));
        Pack {
            files: files.collect(),
        }
    }

    /// Reads the files of a pack out of its folder.
    ///
    /// # Errors
    ///
    /// A diagnostic per file that cannot be read (`file-unreadable`), is not
    /// UTF-8 (`file-not-text`) or does not belong where it is (`file-unknown`).
    pub fn read(folder: &Path) -> Result<Pack, Vec<Diagnostic>> {
        let mut reading = Reading {
            files: BTreeMap::new(),
            problems: Vec::new(),
        };
        reading.file(&folder.join(POLICY), POLICY);
        if folder.join(PRIORS).exists() {
            reading.file(&folder.join(PRIORS), PRIORS);
        }
        for (name, ending) in FOLDERS {
            reading.folder(&folder.join(name), name, ending);
        }
        if reading.problems.is_empty() {
            Ok(Pack {
                files: reading.files,
            })
        } else {
            reading
                .problems
                .sort_by(|one, other| one.file.cmp(&other.file));
            Err(reading.problems)
        }
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Every file: its path and its text, by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter();
        files.map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The files of a folder, by name without ending: name, path and text.
    pub(super) fn folder<'p>(
        &'p self,
        folder: &'static str,
    ) -> impl Iterator<Item = (&'p str, &'p str, &'p str)> {
        let ending = FOLDERS
            .iter()
            .find(|(name, _)| *name == folder)
            .map_or("", |(_, end)| end);
        self.files.iter().filter_map(move |(path, text)| {
            let name = path
                .strip_prefix(folder)?
                .strip_prefix('/')?
                .strip_suffix(ending)?;
            Some((name, path.as_str(), text.as_str()))
        })
    }
}

struct Reading {
    files: BTreeMap<String, String>,
    problems: Vec<Diagnostic>,
}

impl Reading {
    fn folder(&mut self, folder: &Path, name: &str, ending: &str) {
        // No folder is a must; what is missed is reported later.
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        for entry in entries.flatten() {
            let file = entry.file_name().to_string_lossy().into_owned();
            if file.starts_with('.') {
                continue;
            }
            let path = format!("{name}/{file}");
            if file.ends_with(ending) {
                self.file(&entry.path(), &path);
            } else {
                let help = format!("only files named `*{ending}` belong in `{name}`");
                self.problem(
                    path,
                    "file-unknown",
                    "this file is no part of a pack".into(),
                    help,
                );
            }
        }
    }

    fn file(&mut self, file: &Path, path: &str) {
        match fs::read(file).map(String::from_utf8) {
            Ok(Ok(text)) => {
                self.files.insert(path.into(), text);
            }
            Ok(Err(_)) => {
                let message = "the file is not UTF-8 text".into();
                self.problem(
                    path.into(),
                    "file-not-text",
                    message,
                    "save it as UTF-8".into(),
                );
            }
            Err(error) => {
                let message = format!("the file cannot be read: {error}");
                let help = "a pack is a folder with a `policy.toml`".into();
                self.problem(path.into(), "file-unreadable", message, help);
            }
        }
    }

    fn problem(&mut self, file: String, code: &'static str, message: String, help: String) {
        let help = Some(help);
        self.problems.push(Diagnostic {
            severity: Severity::Error,
            file,
            line: 1,
            column: 1,
            code,
            message,
            help,
            span: 0..0,
        });
    }
}
