//! Collects findings, and turns those that the author allows into notes.

use std::cell::RefCell;

use precheck::Decision;

use super::codes::{self, CODES};
use super::solve::Exhausted;
use crate::compile::{Diagnostic, Pack, Places, Problems, Severity, Spot};

/// The findings of one pack.
pub(super) struct Report<'a> {
    problems: Problems<'a>,
    places: &'a Places,
    /// Per entry of `[lint] allow`: which of its names were needed.
    used: RefCell<Vec<Vec<bool>>>,
}

impl<'a> Report<'a> {
    pub(super) fn new(pack: &'a Pack, places: &'a Places) -> Report<'a> {
        let used = places.allowed.iter();
        Report {
            problems: Problems::new(pack),
            places,
            used: RefCell::new(used.map(|one| vec![false; one.names.len()]).collect()),
        }
    }

    /// Reports a finding about a rule, fact, reason or scenario, by its name.
    pub(super) fn find(
        &self,
        at: &Spot,
        code: &'static str,
        name: &str,
        message: String,
        help: impl Into<String>,
    ) {
        let severity = codes::severity(code);
        let mut used = self.used.borrow_mut();
        for (entry, used) in self.places.allowed.iter().zip(used.iter_mut()) {
            let found = entry.names.iter().position(|one| one == name);
            if let (true, Some(index)) = (entry.code == code, found) {
                used[index] = true;
                let help = format!("allowed: {}", entry.because);
                self.problems
                    .find(Severity::Note, at.place(), code, message, help);
                return;
            }
        }
        let help: String = help.into();
        self.problems
            .find(severity, at.place(), code, message, help);
    }

    /// The answer to a question; a question that was too large becomes a note
    /// that says what is not known.
    pub(super) fn settle<T>(
        &self,
        answer: Result<T, Exhausted>,
        at: &Spot,
        name: &str,
        unknown: &str,
    ) -> Option<T> {
        if answer.is_err() {
            let message = format!("it could not be decided whether {unknown}");
            let help = "there are too many combinations; this is neither proved nor refuted";
            self.find(at, "lint-budget", name, message, help);
        }
        answer.ok()
    }

    /// All findings, those about the list of allowed ones included.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        for (entry, used) in self.places.allowed.iter().zip(self.used.borrow().iter()) {
            let is_known = CODES.iter().any(|(code, ..)| *code == entry.code);
            let message = if is_known {
                let idle = entry.names.iter().zip(used).filter(|(_, used)| !**used);
                let idle: Vec<String> = idle.map(|(name, _)| format!("`{name}`")).collect();
                if idle.is_empty() && !entry.names.is_empty() {
                    continue;
                }
                let names = idle.join(", ");
                format!("`{}` is not found for {names}", entry.code)
            } else {
                format!("lint has no code `{}`", entry.code)
            };
            let help = "remove what is not needed, so that it hides nothing later";
            let (severity, place) = (Severity::Warning, entry.at.place());
            self.problems
                .find(severity, place, "lint-allow-unused", message, help);
        }
        self.problems.into_sorted()
    }
}

/// The word for a decision in a message.
pub(super) fn word(decision: Decision) -> String {
    format!("`{}`", decision.as_str())
}

/// `a`, `b` and `c`.
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
