//! Values as policies write them: money in yuan, ratios in per cent, days.

use precheck::FactKind;
use precheck::units::Date;

use super::table::Node;
use crate::decimal;

/// The kinds of facts and constants.
pub(super) const KINDS: [(&str, FactKind); 8] = [
    ("bool", FactKind::Bool),
    ("integer", FactKind::Integer),
    ("money", FactKind::Money),
    ("ratio", FactKind::Ratio),
    ("date", FactKind::Date),
    ("days", FactKind::Days),
    ("years", FactKind::Years),
    ("code", FactKind::Code),
];

/// The name of a kind.
pub(super) fn kind_name(kind: FactKind) -> &'static str {
    KINDS
        .iter()
        .find(|(_, one)| *one == kind)
        .map_or("", |(name, _)| name)
}

/// How a value of a kind is written.
pub(super) fn spelling(kind: FactKind) -> &'static str {
    match kind {
        FactKind::Bool => "true or false",
        FactKind::Money => "an amount in yuan as a text, such as \"2000.00\"",
        FactKind::Ratio => "a percentage as a text, such as \"36.01%\"",
        FactKind::Date => "a day, such as \"2026-03-01\"",
        FactKind::Code => "one of the codes as a text",
        FactKind::Integer | FactKind::Days | FactKind::Years => "an integer",
    }
}

/// A text as a value of a kind: money, a ratio or a date.
pub(super) fn text_value(text: &str, kind: FactKind) -> Result<i64, String> {
    match kind {
        FactKind::Money => {
            decimal::read(text, 2).map_err(|error| format!("`{text}` {}", error.as_str()))
        }
        FactKind::Ratio => match text
            .strip_suffix('%')
            .map(|percent| decimal::read(percent, 2))
        {
            Some(Ok(value)) => Ok(value),
            Some(Err(error)) => Err(format!("`{text}` {}", error.as_str())),
            None => Err(format!("`{text}` is not a percentage")),
        },
        FactKind::Date => match Date::parse(text) {
            Some(date) => Ok(i64::from(date.days())),
            None => Err(format!("`{text}` is not a day")),
        },
        _ => Err(format!("a text is no {}", kind_name(kind))),
    }
}

/// Reads a value of a kind.
pub(super) fn value(node: Node<'_>, kind: FactKind) -> Option<i64> {
    match kind {
        FactKind::Bool => node.boolean().map(i64::from),
        FactKind::Integer | FactKind::Days | FactKind::Years => node.integer(),
        FactKind::Date => node.date().map(|date| i64::from(date.days())),
        FactKind::Money | FactKind::Ratio => {
            let Some(text) = node.as_text() else {
                let message = format!("this is no {}", kind_name(kind));
                node.report("value-type", message, format!("write {}", spelling(kind)));
                return None;
            };
            match text_value(text, kind) {
                Ok(value) => Some(value),
                Err(message) => {
                    node.report(
                        "value-malformed",
                        message,
                        format!("write {}", spelling(kind)),
                    );
                    None
                }
            }
        }
        FactKind::Code => {
            node.report("value-type", "a code has no value here", None);
            None
        }
    }
}
