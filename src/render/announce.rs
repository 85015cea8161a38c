//! What a person is told when something happens to their line.

use super::plans::fill;
use super::{Phrase, format};
use crate::policy::{DAY, FactKind, LEAST_AMOUNT, MOST_AMOUNT, Policy};
use crate::units::{Date, Locale};

/// Says a sentence about a line in a locale; a locale that the policy does not
/// have gets the policy's first. `limits` are those before and after, in fen;
/// what the sentence has no place for is not said.
///
/// Browsers announce nothing: their bundles have these sentences empty.
pub fn announce(
    policy: &Policy,
    phrase: Phrase,
    limits: [i64; 2],
    day: Option<Date>,
    locale: Locale,
) -> String {
    let texts = policy.model().texts_in(locale);
    let number = |kind: FactKind, value: i64| {
        let mut text = String::new();
        format::number(&mut text, kind, value, 0, texts.locale);
        text
    };
    let [before, after] = limits.map(|limit| number(FactKind::Money, limit));
    let day = day.map(|day| number(FactKind::Date, day.days().into()));
    let filled = [
        (MOST_AMOUNT, &*before),
        (LEAST_AMOUNT, &*after),
        (DAY, day.as_deref().unwrap_or_default()),
    ];
    // The loader has checked that every phrase has a text.
    fill(&texts.phrases[phrase as usize], &filled)
}
