//! Fills a message with the values of one application.

use super::format;
use crate::facts::{FactState, Facts};
use crate::policy::{Arg, FactKind, Message, Policy, Texts, Token, Variant};
use crate::units::Locale;

/// Opens a stretch whose direction is its own.
pub(crate) const FIRST_STRONG_ISOLATE: char = '\u{2068}';
/// Closes it.
pub(crate) const POP_ISOLATE: char = '\u{2069}';

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
        // Of a choice: what is looked at, unless a variant has been found.
        let mut open = None;
        let mut is_said = true;
        for token in message.tokens() {
            match token {
                Token::Text(text) if is_said => out.push_str(text),
                Token::Arg(arg) if is_said => self.arg(&mut out, arg)?,
                Token::Text(_) | Token::Arg(_) => {}
                Token::Select(arg) => open = Some(self.value(arg)?),
                Token::When(variant) => {
                    is_said = open.take_if(|value| self.fits(variant, value)).is_some();
                }
                Token::Otherwise => is_said = open.is_some(),
                Token::End => is_said = true,
            }
        }
        Some(out)
    }

    /// Appends the value of a placeholder.
    pub(super) fn arg(&self, out: &mut String, arg: Arg) -> Option<()> {
        match self.value(arg)? {
            Value::Word(word) => isolated(out, word),
            Value::Number(kind, number, digits) => {
                format::number(out, kind, number, digits, self.texts.locale);
            }
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
                let (kind, value) = self.policy.constant(index, self.facts)?;
                Some(Value::Number(kind, value, 0))
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

/// Appends a word so that its direction cannot reach the sentence around it.
///
/// Between letters that run from left to right, as in every locale spoken
/// here, only a word of the other direction needs that.
fn isolated(out: &mut String, word: &str) {
    let is_turned = word.chars().any(|one| {
        matches!(one,
            '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
                | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    });
    if is_turned {
        out.push(FIRST_STRONG_ISOLATE);
    }
    out.push_str(word);
    if is_turned {
        out.push(POP_ISOLATE);
    }
}
