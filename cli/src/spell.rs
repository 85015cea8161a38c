//! Values of facts and constants as policies write them, for people to read.

use precheck::units::Date;
use precheck::{FactDef, FactKind, FactState};

/// A value of a kind: yuan, percent, a day, a count.
pub(crate) fn value(kind: FactKind, value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, cents) = (value.unsigned_abs() / 100, value.unsigned_abs() % 100);
    match kind {
        FactKind::Money => format!("{sign}{whole}.{cents:02}"),
        FactKind::Ratio => format!("{sign}{whole}.{cents:02}%"),
        FactKind::Date => i32::try_from(value)
            .ok()
            .and_then(Date::from_days)
            .map_or_else(|| value.to_string(), |date| date.to_string()),
        _ => value.to_string(),
    }
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
            kind => value(kind, known),
        },
        FactState::Missing => "missing".into(),
        FactState::Special(code) => def
            .specials
            .get(usize::from(code))
            .map_or_else(|| code.to_string(), String::clone),
        FactState::Unknown => "unknown".into(),
        FactState::Between(low, high) => {
            format!("{} to {}", value(def.kind, low), value(def.kind, high))
        }
    }
}
