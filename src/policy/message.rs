//! A text with typed placeholders and choices, in one piece.
//!
//! Most messages are never said, so that they are not taken apart when a bundle
//! is read, but whenever they are said: one string, in which control characters
//! are marks. No text of a policy holds any of them.
//!
//! | mark | what follows |
//! |---|---|
//! | [`FACT`], [`CONSTANT`] | a number, [`NUMBER_END`]: a placeholder |
//! | [`SELECT`] | a placeholder that is looked at, then the variants |
//! | [`EXACTLY`] | a number, [`NUMBER_END`], the text of the variant |
//! | [`ONE`], [`OTHERWISE`] | the text of the variant |
//! | [`END`] | what follows the choice |

use serde::{Deserialize, Serialize};

use super::model::FactId;

const FACT: u8 = 0x10;
const CONSTANT: u8 = 0x11;
const SELECT: u8 = 0x12;
const EXACTLY: u8 = 0x13;
const ONE: u8 = 0x14;
const OTHERWISE: u8 = 0x15;
const END: u8 = 0x16;
const NUMBER_END: u8 = 0x17;

fn is_mark(byte: u8) -> bool {
    (FACT..=NUMBER_END).contains(&byte)
}

/// Whether any byte is a mark, many of them at a time: few texts have any.
fn has_marks(text: &str) -> bool {
    let mut chunks = text.as_bytes().chunks(64);
    chunks.any(|chunk| chunk.iter().fold(false, |has, byte| has | is_mark(*byte)))
}

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arg {
    /// The applicant's value.
    Fact(FactId),
    /// A constant of the policy.
    Constant(u16),
}

/// When a variant of a choice is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The value is exactly this.
    Exactly(i64),
    /// The locale's plural category `one`.
    One,
}

/// One step of a message, in the order in which it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'m> {
    /// Said as it stands.
    Text(&'m str),
    /// Filled in, formatted for the locale.
    Arg(Arg),
    /// A choice by the value of a placeholder, up to [`Token::End`]. Choices do
    /// not nest.
    Select(Arg),
    /// What follows, up to the next of these, is said when this fits and
    /// nothing before it did.
    When(Variant),
    /// What follows, up to the end, is said when nothing before it fitted.
    Otherwise,
    /// The end of a choice.
    End,
}

/// A text with typed placeholders.
///
/// Collected from [`Token`]s, and read as such by [`Message::tokens`]. A choice
/// is [`Token::Select`], any number of [`Token::When`], one
/// [`Token::Otherwise`] and [`Token::End`], with text and placeholders between
/// them; a bundle with anything else in it is refused. Control characters
/// U+0010 to U+0017 are left out of texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message(pub(super) String);

impl Message {
    /// The message, step by step.
    pub fn tokens(&self) -> impl Iterator<Item = Token<'_>> {
        Tokens {
            rest: &self.0,
            is_broken: false,
        }
    }

    /// The placeholders, those that are only looked at too.
    pub fn args(&self) -> impl Iterator<Item = Arg> {
        let has_any = has_marks(&self.0);
        let tokens = has_any.then(|| self.tokens()).into_iter().flatten();
        tokens.filter_map(|token| match token {
            Token::Arg(arg) | Token::Select(arg) => Some(arg),
            _ => None,
        })
    }

    /// The texts and placeholders that are said when no variant of a choice fits.
    pub fn in_general(&self) -> impl Iterator<Item = Token<'_>> {
        let mut is_said = true;
        self.tokens().filter(move |token| {
            match token {
                Token::Text(_) | Token::Arg(_) => return is_said,
                Token::Select(_) | Token::When(_) => is_said = false,
                Token::Otherwise | Token::End => is_said = true,
            }
            false
        })
    }

    /// Whether all of it can be read, and choices are whole.
    pub(super) fn is_sound(&self) -> bool {
        // Most have no marks at all.
        if !has_marks(&self.0) {
            return true;
        }
        let mut tokens = Tokens {
            rest: &self.0,
            is_broken: false,
        };
        // Outside of choices, in front of a variant, and in the last one.
        let mut place = 0;
        let mut before = Token::End;
        for token in tokens.by_ref() {
            place = match (token, place) {
                (Token::Select(_), 0) => 1,
                (Token::When(_), 1) => 1,
                (Token::Otherwise, 1) => 2,
                (Token::End, 2) => 0,
                (Token::Text(_) | Token::Arg(_), place) if !matches!(before, Token::Select(_)) => {
                    place
                }
                _ => return false,
            };
            before = token;
        }
        place == 0 && !tokens.is_broken
    }
}

impl<'m> FromIterator<Token<'m>> for Message {
    fn from_iter<I: IntoIterator<Item = Token<'m>>>(tokens: I) -> Message {
        let mut out = String::new();
        let arg = |out: &mut String, arg: Arg| match arg {
            Arg::Fact(fact) => number(out, FACT, fact.into()),
            Arg::Constant(constant) => number(out, CONSTANT, constant.into()),
        };
        for token in tokens {
            match token {
                Token::Text(text) => {
                    let is_text = |one: &char| !u8::try_from(*one).is_ok_and(is_mark);
                    out.extend(text.chars().filter(is_text));
                }
                Token::Arg(one) => arg(&mut out, one),
                Token::Select(one) => {
                    out.push(SELECT.into());
                    arg(&mut out, one);
                }
                Token::When(Variant::Exactly(value)) => number(&mut out, EXACTLY, value),
                Token::When(Variant::One) => out.push(ONE.into()),
                Token::Otherwise => out.push(OTHERWISE.into()),
                Token::End => out.push(END.into()),
            }
        }
        Message(out)
    }
}

fn number(out: &mut String, mark: u8, value: i64) {
    out.push(mark.into());
    out.push_str(&value.to_string());
    out.push(NUMBER_END.into());
}

struct Tokens<'m> {
    rest: &'m str,
    /// Something could not be read, and nothing after it was.
    is_broken: bool,
}

impl<'m> Tokens<'m> {
    /// What stands in front of the next mark.
    fn text(&mut self) -> &'m str {
        let end = self.rest.bytes().position(is_mark);
        let end = end.unwrap_or(self.rest.len());
        // Marks are characters of their own.
        let (text, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        self.rest = rest;
        text
    }

    fn mark(&mut self) -> Option<u8> {
        let mark = *self.rest.as_bytes().first()?;
        self.rest = self.rest.get(1..)?;
        Some(mark)
    }

    fn number(&mut self) -> Option<i64> {
        let digits = self.text().as_bytes();
        let (sign, digits) = match digits {
            [b'-', digits @ ..] => (-1, digits),
            digits => (1, digits),
        };
        let mut value = 0i64;
        for digit in digits {
            let digit = i64::from(digit.wrapping_sub(b'0'));
            if digit > 9 {
                return None;
            }
            value = value.checked_mul(10)?.checked_add(sign * digit)?;
        }
        (self.mark()? == NUMBER_END).then_some(value)
    }

    fn arg(&mut self, mark: u8) -> Option<Arg> {
        let number = u16::try_from(self.number()?).ok()?;
        match mark {
            FACT => Some(Arg::Fact(number)),
            CONSTANT => Some(Arg::Constant(number)),
            _ => None,
        }
    }

    fn marked(&mut self) -> Option<Token<'m>> {
        Some(match self.mark()? {
            SELECT => {
                let mark = self.mark()?;
                Token::Select(self.arg(mark)?)
            }
            EXACTLY => Token::When(Variant::Exactly(self.number()?)),
            ONE => Token::When(Variant::One),
            OTHERWISE => Token::Otherwise,
            END => Token::End,
            mark => Token::Arg(self.arg(mark)?),
        })
    }
}

impl<'m> Iterator for Tokens<'m> {
    type Item = Token<'m>;

    fn next(&mut self) -> Option<Token<'m>> {
        if self.rest.is_empty() {
            return None;
        }
        let text = self.text();
        if !text.is_empty() {
            return Some(Token::Text(text));
        }
        let token = self.marked();
        if token.is_none() {
            self.is_broken = true;
            self.rest = "";
        }
        token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reads_as_it_was_put_together() {
        let all = [
            Token::Text("至少 "),
            Token::Arg(Arg::Constant(0)),
            Token::Select(Arg::Fact(u16::MAX)),
            Token::When(Variant::Exactly(i64::MIN)),
            Token::When(Variant::One),
            Token::Text("one"),
            Token::Otherwise,
            Token::Arg(Arg::Fact(7)),
            Token::Text(" many"),
            Token::End,
        ];
        let message: Message = all.into_iter().collect();
        assert!(message.is_sound());
        assert_eq!(message.tokens().collect::<Vec<_>>(), all);
        let args: Vec<Arg> = message.args().collect();
        assert_eq!(
            args,
            [Arg::Constant(0), Arg::Fact(u16::MAX), Arg::Fact(7)],
            "what is only looked at too"
        );
        let said: Vec<Token<'_>> = message.in_general().collect();
        assert_eq!(said, [all[0], all[1], all[7], all[8]]);
    }

    #[test]
    fn marks_are_left_out_of_texts() {
        let message = Message::from_iter([Token::Text("a\u{12}b\u{17}\n")]);
        assert_eq!(message.tokens().collect::<Vec<_>>(), [Token::Text("ab\n")]);
    }

    #[test]
    fn what_is_no_message_is_not_sound() {
        for (text, why) in [
            ("\u{10}", "a placeholder without a number"),
            ("\u{10}7", "a number without its end"),
            ("\u{10}x\u{17}", "no digit"),
            ("\u{10}-1\u{17}", "no fact is below zero"),
            ("\u{10}65536\u{17}", "a fact beyond the last"),
            ("\u{17}", "an end of nothing"),
            ("\u{16}", "the end of no choice"),
            ("\u{15}", "a variant of no choice"),
            ("\u{12}\u{13}1\u{17}", "a choice by nothing"),
            ("\u{12}\u{10}0\u{17}text", "a text before the first variant"),
            (
                "\u{12}\u{10}0\u{17}\u{14}one\u{16}",
                "a choice without `otherwise`",
            ),
            ("\u{12}\u{10}0\u{17}\u{15}all", "a choice without an end"),
            ("\u{12}\u{10}0\u{17}\u{15}\u{12}", "a choice in a choice"),
            ("\u{13}9223372036854775808\u{17}", "a number beyond 64 bits"),
        ] {
            assert!(!Message(text.into()).is_sound(), "{why}");
        }
    }
}
