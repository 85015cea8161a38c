//! Numbers and codes of a few characters: reading, pointing, putting right.
//!
//! What the documents with a fixed plan of places share. The plain characters
//! lie in one small array; where they were typed is found again only when
//! there is something to point at, which keeps the answer to a good value fast.

use zeroize::Zeroizing;

use super::normalise;
use super::{FieldCheck, Span, Status, Verdict};
use crate::units::Date;

/// How a character is rewritten; `None` makes it disappear.
pub(super) type Rewriting = fn(char) -> Option<char>;

/// Longer than any document with a fixed plan of places.
const MOST: usize = 20;

/// The plain characters of a value; what comes after the twentieth is cut off.
pub(super) struct Written<'a> {
    value: &'a str,
    rewrite: Rewriting,
    text: Zeroizing<[u8; MOST]>,
    len: usize,
}

impl Written<'_> {
    pub(super) fn read(value: &str, rewrite: Rewriting) -> Written<'_> {
        let mut text = Zeroizing::new([0; MOST]);
        let mut len = 0;
        // Digits and capitals are plain already, whatever the rewriting, and
        // nearly every value is nothing else.
        let plain = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
        for (place, byte) in text.iter_mut().zip(value.bytes().take_while(plain)) {
            *place = byte;
            len += 1;
        }
        let rest = normalise::rewritten(value.get(len..).unwrap_or_default(), rewrite);
        for (place, placed) in text[len..].iter_mut().zip(rest) {
            // No document has a NUL: it stands for whatever is not ASCII.
            *place = if placed.letter.is_ascii() {
                placed.letter as u8
            } else {
                0
            };
            len += 1;
        }
        Written {
            value,
            rewrite,
            text,
            len,
        }
    }

    /// Returns the characters, ASCII only; NUL for any other.
    pub(super) fn text(&self) -> &[u8] {
        &self.text[..self.len]
    }

    /// Returns the part of the value from one character up to another, or to
    /// the end.
    pub(super) fn span(&self, from: usize, upto: usize) -> Span {
        let mut places = normalise::rewritten(self.value, self.rewrite)
            .take(upto)
            .skip(from)
            .map(|placed| placed.span);
        let first = places.next().unwrap_or(Span { start: 0, end: 0 });
        first.to(places.last().unwrap_or(first))
    }
}

/// Rewrites a character of a code with letters: as for a number, upper case.
pub(super) fn code(typed: char) -> Option<char> {
    normalise::number(typed).map(|plain| plain.to_ascii_uppercase())
}

/// Rewrites like [`code`] where round brackets are usual as well.
pub(super) fn bracketed_code(typed: char) -> Option<char> {
    code(typed).filter(|plain| !is_bracket(*plain))
}

/// Tells whether a character is a round bracket.
pub(super) fn is_bracket(plain: char) -> bool {
    matches!(plain, '(' | ')')
}

/// Returns the Latin capital that a Cyrillic or Greek letter is drawn like.
pub(super) fn meant_letter(letter: char) -> char {
    match letter {
        'А' | 'а' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' | 'с' => 'C',
        'Е' | 'е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'Р' | 'р' | 'Ρ' => 'P',
        'Т' | 'Τ' => 'T',
        'Х' | 'х' | 'Χ' => 'X',
        'У' | 'у' | 'Υ' => 'Y',
        _ => letter,
    }
}

/// Offers a canonical form that may have been meant, unless it is wrong too.
pub(super) fn offer(
    found: &mut FieldCheck,
    meant: String,
    as_of: Date,
    judge: fn(&str, Date) -> Verdict,
) {
    let mut meant = Zeroizing::new(meant);
    if !meant.is_empty() && judge(&meant, as_of).status != Status::Invalid {
        found.suggestions.push(core::mem::take(&mut *meant));
    }
}

/// Offers the canonical form with each character put right by its place.
pub(super) fn offer_mended(
    found: &mut FieldCheck,
    meant: fn(usize, char) -> char,
    as_of: Date,
    judge: fn(&str, Date) -> Verdict,
) {
    let letters = found.canonical.chars().enumerate();
    // Room enough never to grow: what outgrows its place is left in memory.
    let mut mended = String::with_capacity(found.canonical.len() * 2);
    mended.extend(letters.map(|(at, letter)| meant(at, letter)));
    offer(found, mended, as_of, judge);
}

/// Offers the exchange of two neighbours that makes the value `ok`, if there
/// is exactly one. The canonical form must be ASCII.
pub(super) fn offer_swapped(found: &mut FieldCheck, as_of: Date, judge: fn(&str, Date) -> Verdict) {
    let mut only = None;
    let text = found.canonical.as_bytes();
    let mut other = Zeroizing::new(text.to_vec());
    for at in 1..text.len() {
        other.swap(at - 1, at);
        let Ok(swapped) = core::str::from_utf8(&other) else {
            return;
        };
        if text[at - 1] != text[at] && judge(swapped, as_of).status == Status::Ok {
            if only.is_some() {
                return;
            }
            only = Some(at);
        }
        other.swap(at - 1, at);
    }
    if let Some(at) = only {
        other.swap(at - 1, at);
        let meant = String::from_utf8(core::mem::take(&mut *other));
        found.suggestions.extend(meant);
    }
}
