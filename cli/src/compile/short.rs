//! Whether the sentences for text messages fit, whatever they come to.
//!
//! The engine never cuts a sentence, so this tries every scenario with every
//! way to end, every reason that it can give and every amount, and refuses
//! what is longer than one message.

use std::collections::BTreeSet;

use precheck::units::Locale;
use precheck::{
    Arg, Disclosure, FactKind, Message, Model, Phrase, ReasonId, Scenario, Texts, Token,
    short_message, short_sentence, spoken,
};

use super::diagnostic::{Place, Problems};
use super::pack::Pack;
use super::reasons::Reasons;

/// The most UTF-16 units of a message with any character (GSM 03.38, UCS-2).
const MOST_UNITS: usize = 70;
/// The most septets of a message that keeps to the default alphabet.
const MOST_SEPTETS: usize = 160;

/// 30 September 2026, in days since 1970: no day has a longer name.
const LONG_DAY: i64 = 20_726;

/// Characters of the default alphabet besides those of ASCII (GSM 03.38, 6.2.1).
const BASIC: &str = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";
/// Characters of its extension, which take two septets.
const EXTENDED: &str = "^{}\\[~]|€";

/// Reports the sentences of a pack that are too long for a text message.
pub(super) fn check<'a>(
    problems: &Problems<'a>,
    pack: &'a Pack,
    model: &Model,
    reasons: &Reasons<'a>,
) {
    for (index, texts) in model.texts.iter().enumerate() {
        let mut files = pack.folder("locales");
        let Some((_, file, _)) = files.find(|(tag, ..)| *tag == texts.locale.as_str()) else {
            continue;
        };
        of_lines(problems, file, model, texts);
        // What is too long in itself is not said again of every reason.
        let mut told = BTreeSet::new();
        for (position, scenario) in model.scenarios.iter().enumerate() {
            for own in Phrase::SHORT {
                let say =
                    |reason: &str, amount| short_message(texts, position, own, reason, amount);
                let by_itself = amounts(scenario).map(|amount| say("", amount));
                let longest = by_itself.filter_map(|text| too_long(&text)).max();
                if let Some(long) = longest {
                    let id = format!("{}-{}", scenario.name, own.id());
                    let message = format!("the message of `{}` is {}", scenario.name, long.said());
                    let help = format!("write a shorter `{id}`, or a shorter `short`");
                    problems.report(Place::top(file), "text-too-long", message, help);
                    continue;
                }
                let has_reason = own.headline().is_some_and(|(_, has_reason)| has_reason);
                for reason in told_by(model, scenario).into_iter().filter(|_| has_reason) {
                    let title = &texts.reasons[usize::from(reason)].title;
                    let titles = ways(model, title, texts.locale).into_iter();
                    let longest = titles
                        .filter_map(|title| too_long(&say(&title, None)))
                        .max();
                    let Some(long) = longest.filter(|_| told.insert(reason)) else {
                        continue;
                    };
                    let place = reasons.title(reason, index);
                    let message = format!(
                        "with this title the message of `{}` is {}",
                        scenario.name,
                        long.said()
                    );
                    let help = format!(
                        "shorten the title, or write a shorter `{}-{}` in `{file}`",
                        scenario.name,
                        own.id()
                    );
                    let place = place.unwrap_or(Place::top(file));
                    problems.report(place, "text-too-long", message, help);
                }
            }
        }
    }
}

/// Reports what is told of a line and does not fit, with the largest amount of
/// the pack and a day that is long to write.
fn of_lines<'a>(problems: &Problems<'a>, file: &'a str, model: &Model, texts: &Texts) {
    let all = model.scenarios.iter().flat_map(amounts);
    let most = all.flatten().max().unwrap_or(0);
    let amount = spoken(FactKind::Money, most, 0, texts.locale);
    let day = spoken(FactKind::Date, LONG_DAY, 0, texts.locale);
    let phrases = Phrase::ALL.iter().copied();
    for phrase in phrases.filter(|one| one.is_of_line()) {
        let mut text = texts.phrases[phrase as usize].clone();
        for (name, slot) in phrase.slots() {
            let value = if *name == "day" { &day } else { &amount };
            text = text.replace(*slot, value);
        }
        if let Some(long) = too_long(&short_sentence(&text, texts.locale)) {
            let message = format!("`{}` is {}", phrase.id(), long.said());
            let help = format!("write a shorter `{}`", phrase.id());
            problems.report(Place::top(file), "text-too-long", message, help);
        }
    }
}

/// No amount, and every amount that approving can come with.
fn amounts(scenario: &Scenario) -> impl Iterator<Item = Option<i64>> {
    let table = scenario.limit.iter().flat_map(|table| &table.amounts);
    let distinct: BTreeSet<i64> = table.flat_map(|(least, most)| [*least, *most]).collect();
    std::iter::once(None).chain(distinct.into_iter().map(Some))
}

/// The reasons that a person can be told in a scenario.
fn told_by(model: &Model, scenario: &Scenario) -> BTreeSet<ReasonId> {
    let rules = scenario.rules.iter().map(|rule| rule.reason);
    let cards = scenario.scorecard.iter();
    let points = cards.flat_map(|card| {
        let single = card.characteristics.iter().map(|one| one.reason);
        let cases = card.conditional.iter().flat_map(|one| one.ends());
        single.chain(cases.map(|(_, reason)| reason))
    });
    let given = rules.chain(points).map(|reason| {
        let is_neutral = |one: &precheck::Reason| one.disclosure == Disclosure::Neutral;
        if model
            .reasons
            .get(usize::from(reason))
            .is_some_and(is_neutral)
        {
            model.neutral_reason
        } else {
            reason
        }
    });
    given.collect()
}

/// Everything that a title can read, which names constants only.
fn ways(model: &Model, title: &Message, locale: Locale) -> Vec<String> {
    let value = |arg: Arg| match arg {
        Arg::Constant(index) => {
            let constant = &model.constants[usize::from(index)];
            let overlaid = constant.overlaid.iter().map(|(_, value)| *value);
            let values = std::iter::once(constant.value).chain(overlaid);
            values
                .map(|value| spoken(constant.kind, value, 0, locale))
                .collect()
        }
        // Refused where titles are read.
        Arg::Fact(_) => vec![String::new()],
    };
    let mut ways = vec![String::new()];
    // Of a choice: what stood before it, and what its variants came to.
    let mut before = Vec::new();
    let mut variants = Vec::new();
    for token in title.tokens() {
        match token {
            Token::Text(text) => ways = times(&ways, &[text.to_owned()]),
            Token::Arg(arg) => ways = times(&ways, &value(arg)),
            Token::Select(_) => before = core::mem::take(&mut ways),
            Token::When(_) | Token::Otherwise => {
                variants.append(&mut ways);
                ways.clone_from(&before);
            }
            Token::End => {
                variants.append(&mut ways);
                ways = core::mem::take(&mut variants);
            }
        }
    }
    ways
}

fn times(starts: &[String], ends: &[String]) -> Vec<String> {
    let pairs = starts
        .iter()
        .flat_map(|start| ends.iter().map(move |end| format!("{start}{end}")));
    pairs.collect()
}

/// A text that is too long for one message.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Long {
    length: usize,
    most: usize,
}

impl Long {
    fn said(&self) -> String {
        format!(
            "{} characters long; a message holds {}",
            self.length, self.most
        )
    }
}

fn too_long(text: &str) -> Option<Long> {
    let septets = text.chars().map(|one| match one {
        one if EXTENDED.contains(one) => Some(2),
        '`' => None,
        ' '..='~' | '\n' => Some(1),
        one => BASIC.contains(one).then_some(1),
    });
    let (length, most) = match septets.sum::<Option<usize>>() {
        Some(septets) => (septets, MOST_SEPTETS),
        None => (text.encode_utf16().count(), MOST_UNITS),
    };
    (length > most).then_some(Long { length, most })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_message_holds() {
        for (text, fits, why) in [
            ("a".repeat(160), true, "plain letters"),
            ("a".repeat(161), false, "one letter more"),
            ("¥".repeat(160), true, "the alphabet has the yen sign"),
            ("€".repeat(80), true, "an escape and a sign each"),
            ("€".repeat(81), false, "one of them more"),
            ("元".repeat(70), true, "any character"),
            ("元".repeat(71), false, "one character more"),
            (
                format!("{}’", "a".repeat(70)),
                false,
                "one quote costs half of it",
            ),
            ("𠮷".repeat(35), true, "two units each"),
            ("𠮷".repeat(36), false, "one of them more"),
        ] {
            assert_eq!(too_long(&text).is_none(), fits, "{why}");
        }
    }
}
