//! Values of facts and constants as policies write them, for people to read.

use precheck::units::{Date, decimal};
use precheck::{FactDef, FactKind, FactState};

/// A value of a kind: yuan, percent, a day, a count; `digits` are those of a
/// decimal number.
pub(crate) fn value(kind: FactKind, digits: u8, value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, cents) = (value.unsigned_abs() / 100, value.unsigned_abs() % 100);
    match kind {
        FactKind::Money => format!("{sign}{whole}.{cents:02}"),
        FactKind::Ratio => format!("{sign}{whole}.{cents:02}%"),
        FactKind::Date => i32::try_from(value)
            .ok()
            .and_then(Date::from_days)
            .map_or_else(|| value.to_string(), |date| date.to_string()),
        FactKind::Decimal => points(value, digits),
        _ => value.to_string(),
    }
}

/// Points or a score of a scorecard with so many decimals.
pub(crate) fn points(points: i64, digits: u8) -> String {
    let mut out = String::new();
    decimal::write(&mut out, points, digits);
    out
}

/// A state of a fact: a value, the name of a code, `missing`, a special code.
pub(crate) fn state(def: &FactDef, state: FactState) -> String {
    match state {
        FactState::Known(known) => match def.kind {
            FactKind::Bool => (known != 0).to_string(),
            FactKind::Code => {
                let name = usize::try_from(known).ok().and_then(|at| def.codes.get(at));
                name.map_or_else(|| known.to_string(), String::clone)
            }
            kind => value(kind, def.digits, known),
        },
        FactState::Missing => "missing".into(),
        FactState::Special(code) => def
            .specials
            .get(usize::from(code))
            .map_or_else(|| code.to_string(), String::clone),
        FactState::Unknown => "unknown".into(),
        FactState::Between(low, high) => {
            format!(
                "{} to {}",
                value(def.kind, def.digits, low),
                value(def.kind, def.digits, high)
            )
        }
    }
}
