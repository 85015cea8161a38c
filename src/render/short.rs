//! One sentence for a text message.
//!
//! Made of a headline, the title of the weightiest reason and where to read
//! on. Nothing is ever cut: the compiler has tried the longest that every
//! scenario can come to, and refuses a pack whose sentences do not fit.

use super::phrase::Phrase;
use super::{Fill, fill};
use crate::evaluate::Range;
use crate::policy::{LEAST_AMOUNT, Texts};
use crate::units::Locale;

/// The sentence of a scenario for a text message.
///
/// | argument | what |
/// |---|---|
/// | `scenario` | position in [`crate::Model::scenarios`] |
/// | `own` | one of [`Phrase::SHORT`]; empty for any other phrase |
/// | `reason` | the title of the weightiest reason; empty for none |
/// | `limit` | the amount of the line in fen, where it is certain |
pub fn short_message(
    texts: &Texts,
    scenario: usize,
    own: Phrase,
    reason: &str,
    limit: Option<i64>,
) -> String {
    let Some((headline, has_reason)) = own.headline() else {
        return String::new();
    };
    let said = |phrase| texts.phrase(scenario, phrase);
    let own = said(own);
    // What says an amount is of no use where there is none to say.
    let is_apt = !own.is_empty() && (limit.is_some() || own.chars().all(|one| one != LEAST_AMOUNT));
    let headline = if is_apt { own } else { said(headline) };
    let mut with = Fill::new(texts.locale);
    with.amounts = limit.map(|amount| Range {
        min: amount,
        max: amount,
    });
    let headline = fill(headline, &with);
    with.headline = stem(&headline);
    with.reason = if has_reason { stem(reason) } else { "" };
    let frame = if with.reason.is_empty() {
        Phrase::Short
    } else {
        Phrase::ShortBecause
    };
    short_sentence(&fill(said(frame), &with), texts.locale)
}

/// A sentence for a text message, without anything that makes it cost more
/// than one: in English the characters of the default alphabet (GSM 03.38),
/// since one that is not of it more than halves what a message holds.
pub fn short_sentence(sentence: &str, locale: Locale) -> String {
    if locale == Locale::ZhCn {
        return sentence.into();
    }
    sentence.chars().map(plain).collect()
}

/// A sentence without the mark at its end, for another to go on with.
fn stem(sentence: &str) -> &str {
    let shorter = sentence.strip_suffix('。');
    shorter.or(sentence.strip_suffix('.')).unwrap_or(sentence)
}

/// What stands for a typographic character where there are only plain ones.
fn plain(one: char) -> char {
    match one {
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{2013}' | '\u{2014}' | '\u{2212}' => '-',
        '\u{a0}' => ' ',
        other => other,
    }
}
