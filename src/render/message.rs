//! Fills a message with the values of one application.

use super::format;
use crate::evaluate::{Truth, condition};
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
    Number(FactKind, i64, u8),
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
                Value::Number(kind, number, digits) => {
                    format::number(out, kind, number, digits, self.texts.locale);
                }
            },
        }
        Some(())
    }

    fn fits(&self, variant: Variant, value: &Value<'_>) -> bool {
        match (variant, value) {
            (Variant::Exactly(wanted), Value::Number(_, number, digits)) => {
                Some(*number) == wanted.checked_mul(10_i64.saturating_pow((*digits).into()))
            }
            // Chinese has no plural; English has one for integers: exactly 1.
            (Variant::One, Value::Number(_, number, digits)) => {
                self.texts.locale == Locale::En && (*number, *digits) == (1, 0)
            }
            (_, Value::Word(_)) => false,
        }
    }

    fn value(&self, arg: Arg) -> Option<Value<'v>> {
        match arg {
            Arg::Constant(index) => {
                let model = self.policy.model();
                let constant = model.constants.get(usize::from(index))?;
                let applies = |overlay: u16| {
                    let overlay = model.overlays.get(usize::from(overlay));
                    overlay.is_some_and(|one| {
                        condition(&one.when, &model.facts, self.facts) == Truth::True
                    })
                };
                // Where it is open whether an overlay applies, the general value is told.
                let mut own = constant.overlaid.iter().rev();
                let own = own.find(|(overlay, _)| applies(*overlay));
                let value = own.map_or(constant.value, |(_, value)| *value);
                Some(Value::Number(constant.kind, value, 0))
            }
            Arg::Fact(fact) => {
                let def = self.policy.fact(fact)?;
                let text = self.texts.facts.get(usize::from(fact))?;
                match self.facts.get(fact) {
                    FactState::Known(code) if def.kind == FactKind::Code => {
                        let code = usize::try_from(code).ok()?;
                        text.codes.get(code).map(|name| Value::Word(name))
                    }
                    FactState::Known(number) => Some(Value::Number(def.kind, number, def.digits)),
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
