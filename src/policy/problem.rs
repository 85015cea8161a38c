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
