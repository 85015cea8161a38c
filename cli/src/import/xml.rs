//! The document, and what is said about its elements.

use roxmltree::Node;

use super::number::Number;
use crate::Severity;
use crate::compile::Problems;
use crate::compile::diagnostic::{Help, Place};

/// What an importer reads and reports with.
pub(super) struct Source<'p> {
    pub(super) file: &'p str,
    pub(super) problems: &'p Problems<'p>,
}

/// An element of the document.
pub(super) type Element<'d> = Node<'d, 'd>;

impl Source<'_> {
    /// Reports what keeps the file from being imported.
    pub(super) fn error(
        &self,
        element: Element<'_>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<Help>,
    ) {
        self.find(Severity::Error, element, code, message, help);
    }

    /// Reports what is left out, or done otherwise, without an effect.
    pub(super) fn note(
        &self,
        element: Element<'_>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<Help>,
    ) {
        self.find(Severity::Note, element, code, message, help);
    }

    fn find(
        &self,
        severity: Severity,
        element: Element<'_>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<Help>,
    ) {
        // The name of the element stands for all of it.
        let start = element.range().start;
        let place = Place {
            file: self.file,
            start,
            end: start + 1 + element.tag_name().name().len(),
        };
        self.problems.find(severity, place, code, message, help);
    }

    /// An attribute that has to be there.
    pub(super) fn need<'d>(&self, element: Element<'d>, name: &str) -> Option<&'d str> {
        let found = element.attribute(name);
        if found.is_none() {
            let what = element.tag_name().name();
            let message = format!("`{what}` has no `{name}`");
            self.error(element, "pmml-attribute-missing", message, None);
        }
        found
    }

    /// A number in an attribute, if it is there.
    pub(super) fn number(&self, element: Element<'_>, name: &str) -> Option<Number> {
        let text = element.attribute(name)?;
        let number = Number::parse(text);
        if number.is_none() {
            let message = format!("`{name}` is `{text}`, which is no number that can be kept");
            let help = "numbers have at most 30 digits, and are not infinite";
            self.error(element, "pmml-number", message, help);
        }
        number
    }

    /// `true` or `false` in an attribute, or what holds without it.
    pub(super) fn flag(&self, element: Element<'_>, name: &str, without: bool) -> bool {
        match element.attribute(name) {
            None => without,
            Some("true" | "1") => true,
            Some("false" | "0") => false,
            Some(other) => {
                let message = format!("`{name}` is `{other}`, neither true nor false");
                self.error(element, "pmml-value", message, None);
                without
            }
        }
    }

    /// Refuses a word that is not in the list; the first is the default.
    pub(super) fn word<'w>(
        &self,
        element: Element<'_>,
        name: &str,
        words: &[&'w str],
    ) -> Option<&'w str> {
        let Some(text) = element.attribute(name) else {
            return words.first().copied();
        };
        let found = words.iter().find(|word| **word == text);
        if found.is_none() {
            let message = format!("`{name}` is `{text}`, which is not imported");
            let listed: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            let help = format!("it can be {}", listed.join(", "));
            self.error(element, "pmml-value", message, help);
        }
        found.copied()
    }
}

/// The elements under one, with their names.
pub(super) fn children<'d>(
    element: Element<'d>,
) -> impl Iterator<Item = (&'d str, Element<'d>)> + use<'d> {
    let all = element.children().filter(Node::is_element);
    all.map(|one| (one.tag_name().name(), one))
}

/// The elements of a name under one.
pub(super) fn named<'d>(
    element: Element<'d>,
    name: &'static str,
) -> impl Iterator<Item = Element<'d>> + use<'d> {
    children(element)
        .filter(move |(one, _)| *one == name)
        .map(|(_, one)| one)
}
