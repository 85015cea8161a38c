//! How to do it right: whether every reason says it, and says something.
//!
//! What the help centre teaches is worth reading only where it is there, short,
//! and not what stands elsewhere already: in another reason, or under what helps.

use std::collections::BTreeMap;

use precheck::{Model, in_general};

use super::report::Report;
use crate::compile::{Places, Spot};

/// How many steps a person reads.
const STEPS: core::ops::RangeInclusive<usize> = 2..=5;

/// Checks the steps of all active reasons, in every locale.
pub(super) fn check(model: &Model, places: &Places, report: &Report<'_>) {
    for (texts, lessons) in model.texts.iter().zip(&places.lessons) {
        let locale = texts.locale.as_str();
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        let reasons = model.reasons.iter().zip(&texts.reasons);
        for (((reason, text), lesson), at) in reasons.zip(lessons).zip(&places.reasons) {
            let code = &reason.code;
            if lesson.steps.is_empty() {
                let message = format!("`{code}` does not say in {locale} how to do it right");
                let help = "add the section after the example, with two to five steps";
                report.find(at, "education-missing", code, message, help);
                continue;
            }
            if !STEPS.contains(&lesson.steps.len()) {
                let count = lesson.steps.len();
                let message = format!("how to do it right has {count} steps in {locale}");
                let help = "keep two to five: what people get wrong most, in the order of doing it";
                let at = lesson.steps.last().map_or(at, |(_, at)| at);
                report.find(at, "education-length", code, message, help);
            }
            let said = [&text.requirement, &text.notice, &text.help];
            let said = said.map(|message| plain(&in_general(model, texts, message)));
            for (step, at) in &lesson.steps {
                let step = plain(&in_general(model, texts, step));
                if said.iter().any(|one| one.contains(&step)) {
                    duplicate(report, at, code, "the texts above say this already".into());
                } else if let Some(other) = seen.insert(step, code) {
                    duplicate(report, at, code, format!("`{other}` has the same step"));
                }
            }
        }
    }
}

fn duplicate(report: &Report<'_>, at: &Spot, code: &str, message: String) {
    let help = "say what is to be done for this reason, or remove the step";
    report.find(at, "education-duplicate", code, message, help);
}

/// A text by its letters and digits, so that spelling alone makes no difference.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(|one| one.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}
