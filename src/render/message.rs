//! Fills a message with the values of one application.

use super::format;
use crate::facts::{FactState, Facts};
use crate::policy::{Arg, FactKind, Message, Part, Piece, Policy, Texts, Variant};
use crate::units::Locale;

/// Where placeholders get their values from.
pub(super) struct Values<'v> {
    pub(super) policy: &'v Policy,
    pub(super) texts: &'v Texts,
    pub(super) facts: &'v Facts,
}

/// The value of a placeholder.
enum Value<'v> {
    Number(FactKind, i64),
    Word(&'v str),
}

impl<'v> Values<'v> {
    /// The message with every placeholder filled in; `None` when one of them
    /// is not known.
    pub(super) fn say(&self, message: &Message) -> Option<String> {
        let mut out = String::new();
        for part in &message.0 {
            match part {
                Part::Piece(piece) => self.piece(&mut out, piece)?,
                Part::Select {
                    arg,
                    variants,
                    otherwise,
                } => {
                    let value = self.value(*arg)?;
                    let chosen = variants
                        .iter()
                        .find(|(variant, _)| self.fits(*variant, &value));
                    for piece in chosen.map_or(otherwise, |(_, pieces)| pieces) {
                        self.piece(&mut out, piece)?;
                    }
                }
            }
        }
        Some(out)
    }

    fn piece(&self, out: &mut String, piece: &Piece) -> Option<()> {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Arg(arg) => match self.value(*arg)? {
                Value::Word(word) => out.push_str(word),
                Value::Number(kind, number) => format::number(out, kind, number, self.texts.locale),
            },
        }
        Some(())
    }

    fn fits(&self, variant: Variant, value: &Value<'_>) -> bool {
        match (variant, value) {
            (Variant::Exactly(wanted), Value::Number(_, number)) => wanted == *number,
            // Chinese has no plural; English has one for integers: exactly 1.
            (Variant::One, Value::Number(_, number)) => {
                self.texts.locale == Locale::En && *number == 1
            }
            (_, Value::Word(_)) => false,
        }
    }

    fn value(&self, arg: Arg) -> Option<Value<'v>> {
        match arg {
            Arg::Constant(index) => {
                let constant = self.policy.model().constants.get(usize::from(index))?;
                Some(Value::Number(constant.kind, constant.value))
            }
            Arg::Fact(fact) => {
                let def = self.policy.fact(fact)?;
                let text = self.texts.facts.get(usize::from(fact))?;
                match self.facts.get(fact) {
                    FactState::Known(code) if def.kind == FactKind::Code => {
                        let code = usize::try_from(code).ok()?;
                        text.codes.get(code).map(|name| Value::Word(name))
                    }
                    FactState::Known(number) => Some(Value::Number(def.kind, number)),
                    FactState::Special(code) => text
                        .specials
                        .get(usize::from(code))
                        .map(|name| Value::Word(name)),
                    _ => None,
                }
            }
        }
    }
}
