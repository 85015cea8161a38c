//! Values as policies write them.

use precheck::units::Date;
use precheck::{FactDef, FactKind, FactState, Model};

use super::solve::Example;

/// A state of a fact, in the notation of the pack.
pub(super) fn state(def: &FactDef, state: FactState) -> String {
    match state {
        FactState::Known(value) => known(def, value),
        FactState::Missing => "missing".into(),
        FactState::Special(code) => {
            let word = def.specials.get(usize::from(code));
            format!("`{}`", word.map_or("special", String::as_str))
        }
        FactState::Unknown => "unknown".into(),
        FactState::Between(low, high) => format!("{} to {}", known(def, low), known(def, high)),
    }
}

fn known(def: &FactDef, value: i64) -> String {
    let hundredths = || {
        let sign = if value < 0 { "-" } else { "" };
        let size = value.unsigned_abs();
        format!("{sign}{}.{:02}", size / 100, size % 100)
    };
    match def.kind {
        FactKind::Bool => (value != 0).to_string(),
        FactKind::Money => hundredths(),
        FactKind::Ratio => format!("{}%", hundredths()),
        FactKind::Date => {
            let date = i32::try_from(value).ok().and_then(Date::from_days);
            date.map_or_else(|| value.to_string(), |date| date.to_string())
        }
        FactKind::Code => {
            let code = usize::try_from(value).ok();
            let code = code.and_then(|index| def.codes.get(index));
            format!("\"{}\"", code.map_or("", String::as_str))
        }
        FactKind::Integer | FactKind::Days | FactKind::Years => value.to_string(),
    }
}

/// The facts of an example; the others may be anything.
pub(super) fn example(model: &Model, example: &Example) -> String {
    let one = |(fact, value): (&u16, &FactState)| {
        let def = &model.facts[usize::from(*fact)];
        format!("{} = {}", def.name, state(def, *value))
    };
    let all: Vec<String> = example.iter().map(one).collect();
    all.join(", ")
}
