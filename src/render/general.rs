//! A text as it is said to nobody in particular, as in a help centre.
//!
//! Constants have the values that hold in general; what a region or a day has
//! of its own is said to those whom it concerns. A fact is nobody's here, so
//! its name stands for it, and of the variants of a text the general one is
//! taken.

use super::format;
use crate::policy::{Arg, Message, Model, Texts, Token};
use crate::units::Locale;

/// The message in the locale of `texts`, which have to be the model's own.
///
/// A placeholder for a fact becomes its name in brackets: `〔账号注册天数〕`,
/// `[age of the account]`.
pub fn in_general(model: &Model, texts: &Texts, message: &Message) -> String {
    let mut out = String::new();
    for token in message.in_general() {
        match token {
            Token::Text(text) => out.push_str(text),
            Token::Arg(arg) => name(&mut out, model, texts, arg),
            _ => {}
        }
    }
    out
}

fn name(out: &mut String, model: &Model, texts: &Texts, arg: Arg) {
    match arg {
        Arg::Constant(index) => {
            if let Some(one) = model.constants.get(usize::from(index)) {
                format::number(out, one.kind, one.value, 0, texts.locale);
            }
        }
        Arg::Fact(fact) => {
            if let Some(text) = texts.facts.get(usize::from(fact)) {
                let (open, close) = match texts.locale {
                    Locale::ZhCn => ('〔', '〕'),
                    Locale::En => ('[', ']'),
                };
                out.push(open);
                out.push_str(&text.label);
                out.push(close);
            }
        }
    }
}
