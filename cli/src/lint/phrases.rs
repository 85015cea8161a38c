//! Phrases that explain nothing, in the texts of reasons.
//!
//! The lists are short and closed: each entry could stand in any refusal, or
//! under any advice, whatever. The neutral reason is exempt, since saying nothing is its task.

use precheck::Model;
use precheck::units::Locale;

use super::report::Report;
use crate::compile::{Pack, Places, Spot};

/// Per locale; lower case where there is a case.
const PHRASES: [(Locale, &[&str]); 2] = [
    (
        Locale::ZhCn,
        &[
            "综合评估未通过",
            "综合评分不足",
            "不符合要求",
            "不符合我们的要求",
            "暂不符合条件",
            "系统评估",
            "由于各种原因",
            "因各种原因",
            "其他原因",
            "内部政策",
            "保持良好的信用",
            "注意相关事项",
            "按照相关规定",
            "提高信用意识",
            "合理使用",
        ],
    ),
    (
        Locale::En,
        &[
            "for various reasons",
            "for other reasons",
            "does not meet our requirements",
            "do not meet our requirements",
            "does not meet our criteria",
            "do not meet our criteria",
            "overall assessment",
            "comprehensive assessment",
            "internal policy",
            "internal policies",
            "unable to approve at this time",
            "keep a good credit record",
            "maintain good credit",
            "follow the instructions",
            "follow the relevant rules",
            "use credit responsibly",
        ],
    ),
];

/// Checks the files of all reasons in use.
pub(super) fn check(pack: &Pack, model: &Model, places: &Places, report: &Report<'_>) {
    for ((index, reason), at) in (0u16..).zip(&model.reasons).zip(&places.reasons) {
        let Some(text) = pack
            .text(&at.file)
            .filter(|_| index != model.neutral_reason)
        else {
            continue;
        };
        // Changes no offset: only ASCII letters change.
        let lower = text.to_ascii_lowercase();
        let locales = model.texts.iter().map(|texts| texts.locale);
        for locale in locales {
            let own = PHRASES.iter().filter(|(of, _)| *of == locale);
            for phrase in own.flat_map(|(_, phrases)| *phrases) {
                for (start, _) in lower.match_indices(phrase) {
                    let spot = Spot {
                        file: at.file.clone(),
                        start,
                        end: start + phrase.len(),
                    };
                    let message = "this could be said of anything".into();
                    let help = "name what was looked at and how far it is from enough, or what exactly to do";
                    let code = &reason.code;
                    report.find(&spot, "text-says-nothing", code, message, help);
                }
            }
        }
    }
}
