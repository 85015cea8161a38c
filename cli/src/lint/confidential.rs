//! Constants that only the server decides by, and texts that tell them.
//!
//! A constant is confidential when every condition that names it stays on the
//! server: it is compared with a server-only fact, or its rule has a
//! confidential reason, or its scenario is the server's own. A text that a
//! browser gets must not name such a constant, and better not write its value.
//! Numbers of one digit stand in every text and are not looked for.

use std::collections::BTreeSet;

use precheck::{Arg, Audience, Constant, Disclosure, FactId, FactKind, Message, Op, Token};

use super::report::Report;
use crate::compile::{Compiled, Pack, Spot};

/// Checks the texts of every reason that browsers get.
pub(super) fn check(pack: &Pack, compiled: &Compiled, report: &Report<'_>) {
    let model = &compiled.server;
    let confidential = confidential(pack, compiled);
    let shipped: BTreeSet<&str> = compiled
        .public
        .reasons
        .iter()
        .map(|one| &*one.code)
        .collect();
    for ((index, reason), at) in model
        .reasons
        .iter()
        .enumerate()
        .zip(&compiled.places.reasons)
    {
        if !shipped.contains(reason.code.as_str()) {
            continue;
        }
        let texts = model.texts.iter().map(|texts| &texts.reasons[index]);
        let messages = texts.flat_map(|one| [&one.title, &one.requirement, &one.notice, &one.help]);
        // Steps are in no bundle, but in the help texts, which anybody may read.
        let lessons = compiled.places.lessons.iter();
        let steps = lessons.flat_map(|all| &all[index].steps);
        let messages = messages.chain(steps.map(|(step, _)| step));
        let parts: Vec<Token<'_>> = messages.flat_map(Message::tokens).collect();
        let source = pack.text(&at.file).unwrap_or_default();
        let spot = |needle: &str| {
            let start = source.find(needle).unwrap_or(0);
            let end = start + needle.len().min(source.len());
            Spot {
                file: at.file.clone(),
                start,
                end,
            }
        };
        for (number, constant) in &confidential {
            let name = &constant.name;
            if parts.contains(&Token::Arg(Arg::Constant(*number))) {
                let message = format!(
                    "only the server decides by `{name}`, and this text tells it to browsers"
                );
                let help = "say it without the number, or make the reason confidential";
                let at = spot(&format!("${name}"));
                report.find(
                    &at,
                    "confidential-constant-told",
                    &reason.code,
                    message,
                    help,
                );
            }
            let literals = parts.iter().filter_map(|piece| match piece {
                Token::Text(text) => Some(*text),
                _ => None,
            });
            let literals: Vec<&str> = literals.collect();
            let written = spellings(constant).into_iter();
            let told = written.filter(|one| literals.iter().any(|text| says(text, one)));
            if let Some(number) = told.max_by_key(String::len) {
                let message = format!(
                    "`{number}` is also the value of `{name}`, by which only the server decides"
                );
                let help = "say it without the number, or allow it where it is another one";
                let at = spot(&number);
                report.find(&at, "confidential-number-told", &reason.code, message, help);
            }
        }
    }
}

/// The constants that no condition of a browser holds, by position.
fn confidential<'m>(pack: &Pack, compiled: &'m Compiled) -> Vec<(u16, &'m Constant)> {
    let model = &compiled.server;
    let is_public = |fact: FactId| model.facts[usize::from(fact)].audience == Audience::Public;
    let mut public = BTreeSet::new();
    let mut hidden = BTreeSet::new();
    let mut see = |ops: &[Op], spots: &[Spot], is_shipped: bool| {
        for (op, spot) in ops.iter().zip(spots) {
            let Op::Atom(fact, _) = op else { continue };
            let source = pack.text(&spot.file).unwrap_or_default();
            let source = source.get(spot.start..spot.end).unwrap_or_default();
            let is_word = |one: char| one.is_ascii_alphanumeric() || one == '_';
            let names = source.split(|one| !is_word(one)).map(str::to_owned);
            if is_shipped && is_public(*fact) {
                public.extend(names);
            } else {
                hidden.extend(names);
            }
        }
    };
    for (scenario, places) in model.scenarios.iter().zip(&compiled.places.scenarios) {
        for (rule, places) in scenario.rules.iter().zip(&places.rules) {
            let reason = &model.reasons[usize::from(rule.reason)];
            let is_shipped =
                scenario.audience == Audience::Public && reason.disclosure == Disclosure::Full;
            see(&rule.when, &places.when, is_shipped);
        }
    }
    for (one, places) in model.impossible.iter().zip(&compiled.places.impossible) {
        let shipped = &compiled.public.impossible;
        let is_shipped = shipped.iter().any(|other| other.id == one.id);
        see(&one.when, &places.when, is_shipped);
    }
    let constants = (0..).zip(&model.constants);
    constants
        .filter(|(_, one)| hidden.contains(&one.name) && !public.contains(&one.name))
        .collect()
}

/// How a person would write the value of a constant; nothing for one digit.
fn spellings(constant: &Constant) -> Vec<String> {
    let value = constant.value.unsigned_abs();
    let (whole, cents) = (value / 100, value % 100);
    let grouped = |number: u64| {
        let digits = number.to_string();
        let head = (digits.len() + 2) % 3 + 1;
        let (first, rest) = digits.split_at(head.min(digits.len()));
        let rest = rest.as_bytes().chunks(3).map(String::from_utf8_lossy);
        rest.fold(first.to_owned(), |all, next| all + "," + &next)
    };
    let mut all = match constant.kind {
        FactKind::Money | FactKind::Ratio if cents != 0 => {
            vec![
                format!("{whole}.{cents:02}"),
                format!("{}.{cents:02}", grouped(whole)),
            ]
        }
        FactKind::Money | FactKind::Ratio => vec![
            whole.to_string(),
            grouped(whole),
            format!("{whole}.00"),
            format!("{}.00", grouped(whole)),
        ],
        FactKind::Bool | FactKind::Code | FactKind::Date => Vec::new(),
        _ => vec![value.to_string(), grouped(value)],
    };
    if constant.kind == FactKind::Ratio {
        all = all.into_iter().map(|one| one + "%").collect();
    }
    all.retain(|one| one.len() > 1);
    all
}

/// Whether a number stands in a text as a whole.
fn says(text: &str, number: &str) -> bool {
    text.match_indices(number).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let mut after = text[start + number.len()..].chars();
        let (next, then) = (after.next(), after.next());
        let is_part = |one: Option<char>| one.is_some_and(|one| one.is_ascii_digit());
        let goes_on = matches!(next, Some('.' | ',')) && is_part(then);
        !is_part(before)
            && !matches!(before, Some('.' | ','))
            && !is_part(next)
            && !goes_on
            && (next != Some('%') || number.ends_with('%'))
    })
}
