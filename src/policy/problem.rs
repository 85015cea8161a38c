//! What can be wrong with a bundle or an application.

use serde::Serialize;

use crate::units::{Locale, decimal};

/// One problem: what, where, and in words what to do about it.
///
/// Loading and validating report *every* problem they find. The text never
/// repeats a value of the applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where, as a JSON Pointer; empty for the whole document.
    pub at: String,
    /// What, for machines. Stable.
    pub code: &'static str,
    /// What and how to mend it, for developers, in English.
    pub text: String,
    /// What `facts-contradict` is about, for machines and for the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contradiction: Option<Box<Contradiction>>,
}

/// Facts of an application that cannot be together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contradiction {
    /// Id of the combination in the policy.
    pub id: String,
    /// The facts that contradict each other, by name.
    pub facts: Vec<String>,
    /// How they belong together, in every locale of the policy.
    pub said: Vec<Said>,
}

/// A sentence in one locale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// Which locale.
    pub locale: Locale,
    /// The sentence.
    pub text: String,
}

/// A place in a list, as a JSON Pointer.
pub(crate) fn nth(list: &str, index: usize) -> String {
    let index = i64::try_from(index).unwrap_or(i64::MAX);
    [list, &decimal::text(index, 0)].concat()
}

/// Where something is in a model; written out only for what is wrong.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    above: Option<&'a At<'a>>,
    part: &'a str,
    index: Option<usize>,
}

/// The whole model.
pub(super) const ROOT: At<'static> = At {
    above: None,
    part: "",
    index: None,
};

impl<'a> At<'a> {
    /// A member: `/name`.
    pub(super) fn part(&'a self, part: &'a str) -> At<'a> {
        At {
            above: Some(self),
            part,
            index: None,
        }
    }

    /// An element of a list: `/name/`.
    pub(super) fn nth(&'a self, part: &'a str, index: usize) -> At<'a> {
        At {
            index: Some(index),
            ..self.part(part)
        }
    }

    /// As a JSON Pointer.
    pub(super) fn pointer(&self) -> String {
        let above = self.above.map(At::pointer).unwrap_or_default();
        let part = match self.index {
            Some(index) => &nth(self.part, index),
            None => self.part,
        };
        [&above, part].concat()
    }
}

impl Problem {
    /// A problem that is said with its text alone.
    pub fn new(at: impl Into<String>, code: &'static str, text: impl Into<String>) -> Self {
        Problem {
            at: at.into(),
            code,
            text: text.into(),
            contradiction: None,
        }
    }
}
