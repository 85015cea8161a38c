//! What can be wrong with a bundle or an application.

use serde::Serialize;

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
}

impl Problem {
    pub(crate) fn new(at: impl Into<String>, code: &'static str, text: impl Into<String>) -> Self {
        Problem {
            at: at.into(),
            code,
            text: text.into(),
        }
    }
}
