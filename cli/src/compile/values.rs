//! Values as policies write them: money in yuan, ratios in per cent, days.

use precheck::units::Date;
use precheck::{FactDef, FactKind};

use super::table::Node;
use crate::decimal::{self, DecimalError};

/// The kinds of facts and constants.
pub(super) const KINDS: [(&str, FactKind); 9] = [
    ("bool", FactKind::Bool),
    ("integer", FactKind::Integer),
    ("money", FactKind::Money),
    ("ratio", FactKind::Ratio),
    ("date", FactKind::Date),
    ("days", FactKind::Days),
    ("years", FactKind::Years),
    ("code", FactKind::Code),
    ("decimal", FactKind::Decimal),
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
        FactKind::Decimal => "an integer, or a decimal number as a text, such as \"0.25\"",
        FactKind::Integer | FactKind::Days | FactKind::Years => "an integer",
    }
}

/// A text as a value of a kind: money, a ratio, a date or a decimal number with
/// so many digits, of which the last is the guard.
pub(super) fn text_value(text: &str, kind: FactKind, digits: u8) -> Result<i64, String> {
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
        FactKind::Decimal => {
            let read = decimal::read(text, usize::from(digits).saturating_sub(1));
            let value = read.and_then(|value| value.checked_mul(10).ok_or(DecimalError::TooLarge));
            value.map_err(|error| format!("`{text}` {}", error.as_str()))
        }
        FactKind::Date => match Date::parse(text) {
            Some(date) => Ok(i64::from(date.days())),
            None => Err(format!("`{text}` is not a day")),
        },
        _ => Err(format!("a text is no {}", kind_name(kind))),
    }
}

/// Reads an integer, or a decimal number as a text, in units of 1/10^`digits`.
pub(super) fn number(node: Node<'_>, digits: u8) -> Option<i64> {
    let read = match node.as_text() {
        Some(text) => decimal::read(text, digits.into()),
        None => {
            let scaled = node
                .integer()?
                .checked_mul(10_i64.saturating_pow(digits.into()));
            scaled.ok_or(DecimalError::TooLarge)
        }
    };
    let report = |error: DecimalError| {
        let message = format!("the number {}", error.as_str());
        let help = "write an integer, or as a text a number with no more decimals than `digits` of the scorecard";
        node.report("value-malformed", message, help);
    };
    read.map_err(report).ok()
}

/// Reads a value of a fact.
pub(super) fn value_of(node: Node<'_>, def: &FactDef) -> Option<i64> {
    value(node, def.kind, def.digits)
}

/// Reads a value of a kind; `digits` are those of a decimal number.
pub(super) fn value(node: Node<'_>, kind: FactKind, digits: u8) -> Option<i64> {
    match kind {
        FactKind::Bool => node.boolean().map(i64::from),
        FactKind::Integer | FactKind::Days | FactKind::Years => node.integer(),
        FactKind::Date => node.date().map(|date| i64::from(date.days())),
        FactKind::Decimal if node.as_text().is_none() => {
            let scaled = node
                .integer()?
                .checked_mul(10_i64.saturating_pow(digits.into()));
            if scaled.is_none() {
                node.report("value-malformed", "the number is too large", None);
            }
            scaled
        }
        FactKind::Money | FactKind::Ratio | FactKind::Decimal => {
            let Some(text) = node.as_text() else {
                let message = format!("this is no {}", kind_name(kind));
                node.report("value-type", message, format!("write {}", spelling(kind)));
                return None;
            };
            match text_value(text, kind, digits) {
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
