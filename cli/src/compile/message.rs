//! Fluent patterns → messages with typed placeholders.
//!
//! The engine fills in values and chooses variants, nothing else: functions,
//! terms, references and attributes of Fluent are refused. Line breaks in the
//! source are folded; an empty line stays a paragraph.

use core::ops::Range;

use fluent_syntax::ast::{
    Expression, InlineExpression, Pattern, PatternElement, Resource, VariantKey,
};
use fluent_syntax::parser::{self, ParserError, Slice};
use fluent_syntax::unicode::unescape_unicode_to_string;
use precheck::{Arg, FactKind, Message, Token, Variant};

use super::diagnostic::{Help, Place, Problems};
use super::excerpt::Excerpt;
use super::facts::{Symbol, Symbols};
use crate::decimal;

/// A slice that knows its offset; the syntax tree has no positions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Slip<'s> {
    pub(super) text: &'s str,
    pub(super) at: usize,
}

impl AsRef<str> for Slip<'_> {
    fn as_ref(&self) -> &str {
        self.text
    }
}

impl<'s> Slice<'s> for Slip<'s> {
    fn slice(&self, range: Range<usize>) -> Self {
        Slip {
            text: &self.text[range.clone()],
            at: self.at + range.start,
        }
    }

    fn trim(&mut self) {
        self.text = self.text.trim_end_matches([' ', '\r', '\n']);
    }
}

/// Parses a Fluent file, whole or synthetic.
pub(super) fn parse(text: &str) -> (Resource<Slip<'_>>, Vec<ParserError>) {
    match parser::parse(Slip { text, at: 0 }) {
        Ok(resource) => (resource, Vec::new()),
        Err((resource, errors)) => (resource, errors),
    }
}

/// A literal or a placeholder.
enum Piece {
    Text(String),
    Arg(Arg),
}

/// One part of a message that is being read.
enum Part {
    Piece(Piece),
    Select {
        arg: Arg,
        variants: Vec<(Variant, Vec<Piece>)>,
        otherwise: Vec<Piece>,
    },
}

impl Piece {
    fn token(&self) -> Token<'_> {
        match self {
            Piece::Text(text) => Token::Text(text),
            Piece::Arg(arg) => Token::Arg(*arg),
        }
    }
}

impl Part {
    fn tokens(&self) -> Vec<Token<'_>> {
        match self {
            Part::Piece(piece) => vec![piece.token()],
            Part::Select {
                arg,
                variants,
                otherwise,
            } => {
                let mut all = vec![Token::Select(*arg)];
                for (variant, pieces) in variants {
                    all.push(Token::When(*variant));
                    all.extend(pieces.iter().map(Piece::token));
                }
                all.push(Token::Otherwise);
                all.extend(otherwise.iter().map(Piece::token));
                all.push(Token::End);
                all
            }
        }
    }
}

/// A message and where its placeholders are.
pub(super) struct Said<'a> {
    pub(super) message: Message,
    pub(super) args: Vec<(Arg, Place<'a>)>,
}

/// Reads the patterns of one text.
pub(super) struct Reader<'r, 'a> {
    pub(super) problems: &'r Problems<'a>,
    pub(super) symbols: &'r Symbols,
    pub(super) excerpt: &'r Excerpt<'a>,
    /// Placeholders that are not the policy's, and what stands for them.
    pub(super) slots: &'static [(&'static str, char)],
}

impl<'a> Reader<'_, 'a> {
    /// The pattern as a message; `None` when a problem was reported.
    pub(super) fn message(&self, pattern: &Pattern<Slip<'_>>) -> Option<Said<'a>> {
        let mut work = Work {
            reader: self,
            args: Vec::new(),
            is_sound: true,
        };
        let parts = work.parts(pattern);
        work.is_sound.then_some(Said {
            message: fold(parts).iter().flat_map(Part::tokens).collect(),
            args: work.args,
        })
    }

    /// The pattern as a text without placeholders.
    pub(super) fn plain(&self, pattern: &Pattern<Slip<'_>>) -> Option<String> {
        let said = self.message(pattern)?;
        if let Some((_, place)) = said.args.first() {
            let message = "this text is said without values";
            self.problems.report(
                *place,
                "text-placeholder",
                message,
                "remove the placeholder",
            );
            return None;
        }
        let texts = said.message.tokens().filter_map(|token| match token {
            Token::Text(text) => Some(text),
            _ => None,
        });
        Some(texts.collect())
    }

    pub(super) fn place(&self, slip: &Slip<'_>) -> Place<'a> {
        self.excerpt.place(slip.at, slip.at + slip.text.len())
    }

    /// Reports what the parser of Fluent did not understand.
    pub(super) fn errors(&self, errors: &[ParserError]) {
        for error in errors {
            let place = self.excerpt.place(error.pos.start, error.pos.end);
            let help =
                "a line of text cannot begin with `[`, `*`, `.` or `}`; braces hold placeholders";
            let message = format!("this is no Fluent pattern: {}", error.kind);
            self.problems
                .report(place, "fluent-malformed", message, help);
        }
    }
}

struct Work<'w, 'r, 'a> {
    reader: &'w Reader<'r, 'a>,
    args: Vec<(Arg, Place<'a>)>,
    is_sound: bool,
}

impl Work<'_, '_, '_> {
    fn refuse(&mut self, slip: &Slip<'_>, message: &str) {
        let help =
            "texts have placeholders `{ $name }` and selectors `{ $name -> … }`, nothing else";
        self.report(slip, "fluent-construct", message, help);
    }

    /// Characters that nobody sees, and that turn or control what follows,
    /// have no place in a text; the engine puts its own marks.
    fn refuse_controls(&mut self, slip: &Slip<'_>, text: &str) {
        let is_hidden = |one: char| {
            one.is_control() && !matches!(one, '\n' | '\r' | '\t')
                || matches!(
                    one,
                    '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2028}' | '\u{2029}'
                )
                || matches!(one, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        if let Some(one) = text.chars().find(|one| is_hidden(*one)) {
            let message = format!("the text holds {}, which nobody sees", one.escape_unicode());
            self.report(slip, "text-control", message, "remove it");
        }
    }

    fn report(
        &mut self,
        slip: &Slip<'_>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<Help>,
    ) {
        self.reader
            .problems
            .report(self.reader.place(slip), code, message, help);
        self.is_sound = false;
    }

    fn parts(&mut self, pattern: &Pattern<Slip<'_>>) -> Vec<Part> {
        let mut parts = Vec::new();
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => {
                    self.refuse_controls(value, value.text);
                    push_text(&mut parts, value.text);
                }
                PatternElement::Placeable { expression } => match expression {
                    Expression::Inline(inline) => self.inline(&mut parts, inline),
                    Expression::Select { selector, variants } => {
                        let Some(arg) = self.selector(selector) else {
                            continue;
                        };
                        let mut chosen = Vec::new();
                        let mut otherwise = Vec::new();
                        for variant in variants {
                            let pieces = self.pieces(&variant.value);
                            if variant.default {
                                otherwise = pieces;
                            } else if let Some(key) = self.key(&variant.key, arg) {
                                chosen.push((key, pieces));
                            }
                        }
                        parts.push(Part::Select {
                            arg,
                            variants: chosen,
                            otherwise,
                        });
                    }
                },
            }
        }
        parts
    }

    /// The inside of a variant: text and placeholders.
    fn pieces(&mut self, pattern: &Pattern<Slip<'_>>) -> Vec<Piece> {
        let parts = fold(self.parts(pattern));
        let is_nested = parts.iter().any(|part| matches!(part, Part::Select { .. }));
        if is_nested && let Some(PatternElement::TextElement { value }) = pattern.elements.first() {
            self.refuse(value, "a selector inside a selector");
        }
        self.is_sound &= !is_nested;
        let pieces = parts.into_iter().filter_map(|part| match part {
            Part::Piece(piece) => Some(piece),
            Part::Select { .. } => None,
        });
        pieces.collect()
    }

    fn inline(&mut self, parts: &mut Vec<Part>, inline: &InlineExpression<Slip<'_>>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                let mut slots = self.reader.slots.iter();
                if let Some((_, slot)) = slots.find(|(name, _)| *name == id.name.text) {
                    push_text(parts, slot.encode_utf8(&mut [0; 4]));
                } else if let Some(arg) = self.arg(&id.name) {
                    parts.push(Part::Piece(Piece::Arg(arg)));
                }
            }
            InlineExpression::StringLiteral { value } => {
                let text = unescape_unicode_to_string(value.text);
                self.refuse_controls(value, &text);
                push_text(parts, &text);
            }
            InlineExpression::NumberLiteral { value } => {
                self.refuse(
                    value,
                    "a number in braces is not formatted; declare a constant",
                );
            }
            InlineExpression::FunctionReference { id, .. } => {
                self.refuse(&id.name, "functions are not part of these texts");
            }
            InlineExpression::MessageReference { id, .. } => {
                let message = "references to messages are not part of these texts; `$` is missing?";
                self.refuse(&id.name, message);
            }
            InlineExpression::TermReference { id, .. } => {
                self.refuse(&id.name, "terms are not part of these texts");
            }
            InlineExpression::Placeable { expression } => match &**expression {
                Expression::Inline(inner) => self.inline(parts, inner),
                Expression::Select { selector, .. } => {
                    if let InlineExpression::VariableReference { id } = selector {
                        self.refuse(&id.name, "a selector inside two pairs of braces");
                    }
                    self.is_sound = false;
                }
            },
        }
    }

    fn arg(&mut self, name: &Slip<'_>) -> Option<Arg> {
        let arg = match self.reader.symbols.get(name.text) {
            Some(Symbol::Fact(fact)) => Arg::Fact(fact),
            Some(Symbol::Constant(index)) => Arg::Constant(index),
            Some(Symbol::Broken) => {
                self.is_sound = false;
                return None;
            }
            None => {
                let message = format!("`{}` is neither a fact nor a constant", name.text);
                let help = self.reader.symbols.nearest(name.text);
                self.report(name, "name-unknown", message, help);
                return None;
            }
        };
        self.args.push((arg, self.reader.place(name)));
        Some(arg)
    }

    fn kind(&self, arg: Arg) -> FactKind {
        match arg {
            Arg::Fact(fact) => self.reader.symbols.fact(fact).kind,
            Arg::Constant(index) => self.reader.symbols.constant(index).kind,
        }
    }

    fn selector(&mut self, selector: &InlineExpression<Slip<'_>>) -> Option<Arg> {
        let InlineExpression::VariableReference { id } = selector else {
            let mut parts = Vec::new();
            let before = self.is_sound;
            self.inline(&mut parts, selector);
            if self.is_sound && before {
                // A string literal is the only other selector that gets here.
                self.is_sound = false;
                if let InlineExpression::StringLiteral { value } = selector {
                    self.refuse(value, "a selector looks at a fact or constant");
                }
            }
            return None;
        };
        let arg = self.arg(&id.name)?;
        if matches!(self.kind(arg), FactKind::Code | FactKind::Date) {
            let message = format!("`{}` is no number to select by", id.name.text);
            self.report(&id.name, "selector-kind", message, "select by a number");
            return None;
        }
        Some(arg)
    }

    fn key(&mut self, key: &VariantKey<Slip<'_>>, arg: Arg) -> Option<Variant> {
        match key {
            VariantKey::Identifier { name } if name.text == "one" => Some(Variant::One),
            VariantKey::Identifier { name } => {
                let message = format!("unknown variant `{}`", name.text);
                let help = "variants are `[one]`, a number, and `*[other]` as the last";
                self.report(name, "variant-unknown", message, help);
                None
            }
            VariantKey::NumberLiteral { value } => {
                let decimals = match self.kind(arg) {
                    FactKind::Money | FactKind::Ratio => 2,
                    _ => 0,
                };
                match decimal::read(value.text, decimals) {
                    Ok(number) => Some(Variant::Exactly(number)),
                    Err(error) => {
                        let message = format!("`{}` {}", value.text, error.as_str());
                        self.report(value, "variant-malformed", message, None);
                        None
                    }
                }
            }
        }
    }
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    if let Some(Part::Piece(Piece::Text(last))) = parts.last_mut() {
        last.push_str(text);
    } else {
        parts.push(Part::Piece(Piece::Text(text.into())));
    }
}

/// Folds the line breaks of the source away.
fn fold(parts: Vec<Part>) -> Vec<Part> {
    let last = parts.len().saturating_sub(1);
    let folded = parts
        .into_iter()
        .enumerate()
        .map(|(index, part)| match part {
            Part::Piece(Piece::Text(text)) => {
                Part::Piece(Piece::Text(fold_text(&text, index == 0, index == last)))
            }
            other => other,
        });
    folded
        .filter(|part| !matches!(part, Part::Piece(Piece::Text(text)) if text.is_empty()))
        .collect()
}

fn fold_text(text: &str, is_first: bool, is_last: bool) -> String {
    let mut out = String::new();
    let mut breaks = 0;
    let lines = text.matches('\n').count();
    for (index, line) in text.split('\n').enumerate() {
        breaks += usize::from(index > 0);
        let line = if index > 0 {
            line.trim_start_matches([' ', '\t'])
        } else {
            line
        };
        let line = if index < lines {
            line.trim_end_matches([' ', '\t', '\r'])
        } else {
            line
        };
        if let Some(first) = line.chars().next() {
            join(&mut out, breaks, Some(first), is_first);
            breaks = 0;
            out.push_str(line);
        }
    }
    if !is_last {
        join(&mut out, breaks, None, is_first);
    }
    out
}

/// Puts in what a number of line breaks stands for; `next` is `None` before a
/// placeholder.
fn join(out: &mut String, breaks: usize, next: Option<char>, is_first: bool) {
    let previous = out.chars().next_back();
    if breaks == 0 || (previous.is_none() && is_first) {
        return;
    }
    if breaks > 1 {
        out.push_str("\n\n");
        return;
    }
    let sides = [previous, next];
    let is_some = |test: fn(char) -> bool| sides.into_iter().flatten().any(test);
    let fits = |one: Option<char>| one.is_some_and(|one| is_wide(one) || is_shared(one));
    let is_wide_text = is_some(is_wide) && sides.into_iter().all(fits);
    if !is_wide_text && !is_some(is_punctuation) {
        out.push(' ');
    }
}

/// Characters that are written without spaces between them.
fn is_wide(one: char) -> bool {
    matches!(one, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        || is_punctuation(one)
}

/// Punctuation that is as wide as a character and brings its own space.
fn is_punctuation(one: char) -> bool {
    matches!(one, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff65}')
}

/// Punctuation that both kinds of script use.
fn is_shared(one: char) -> bool {
    matches!(one, '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_fold_as_the_script_wants() {
        for (text, is_first, is_last, expected) in [
            ("你好\n世界", true, true, "你好世界"),
            ("hello\n  world", true, true, "hello world"),
            ("你好\nworld", true, true, "你好 world"),
            ("你好\u{ff0c}\nworld", true, true, "你好\u{ff0c}world"),
            ("“你好”\n世界", true, true, "“你好”世界"),
            ("the clients’\nown", true, true, "the clients’ own"),
            ("one\n\n\ntwo", true, true, "one\n\ntwo"),
            ("before \n", true, false, "before "),
            ("\n世界", false, true, " 世界"),
            ("\n\u{3002}", false, true, "\u{3002}"),
            (" ", false, false, " "),
            ("\nlate\n", true, true, "late"),
        ] {
            assert_eq!(fold_text(text, is_first, is_last), expected, "{text:?}");
        }
    }
}
