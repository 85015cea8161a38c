//! Rewrites what was typed into plain characters, each with its place.
//!
//! Only rewritings that lose nothing: full width becomes half width, white
//! space and hyphens between digits disappear, every middle dot becomes the
//! one of Unicode. A letter that merely *looks* like a digit stays: changing
//! it is a suggestion, and suggestions belong to the documents.

use core::str::Chars;

use super::Span;

/// One character of the rewritten value, and where it was typed.
#[derive(Clone, Copy)]
pub(super) struct Placed {
    pub(super) letter: char,
    pub(super) span: Span,
}

/// The characters of a value as `rewrite` keeps them, in order.
#[derive(Clone)]
pub(super) struct Rewritten<'a> {
    rest: Chars<'a>,
    at: u32,
    rewrite: fn(char) -> Option<char>,
}

/// Rewrites a value; characters for which `rewrite` says `None` disappear.
/// Digits are not asked about: no rewriting changes them.
pub(super) fn rewritten(value: &str, rewrite: fn(char) -> Option<char>) -> Rewritten<'_> {
    Rewritten {
        rest: value.chars(),
        at: 0,
        rewrite,
    }
}

impl Iterator for Rewritten<'_> {
    type Item = Placed;

    fn next(&mut self) -> Option<Placed> {
        loop {
            let typed = self.rest.next()?;
            let start = self.at;
            self.at = start.saturating_add(typed.len_utf16() as u32);
            let kept = if typed.is_ascii_digit() {
                Some(typed)
            } else {
                (self.rewrite)(typed)
            };
            if let Some(letter) = kept {
                let span = Span {
                    start,
                    end: self.at,
                };
                return Some(Placed { letter, span });
            }
        }
    }
}

/// Rewrites a character of a number: plain digits, upper case `X`; white space,
/// hyphens and marks that cannot be seen disappear.
pub(super) fn number(typed: char) -> Option<char> {
    match half_width(typed) {
        'x' => Some('X'),
        '-' => None,
        plain if !plain.is_ascii() && digit(plain).is_some() => digit(plain),
        plain if plain.is_whitespace() || is_invisible(plain) => None,
        plain => Some(plain),
    }
}

/// Returns the digit that a raised, lowered, circled or mathematical one is by
/// Unicode's compatibility mapping (NFKC).
fn digit(typed: char) -> Option<char> {
    let code = u32::from(typed);
    let value = match code {
        0xB2 | 0xB3 => code - 0xB0,
        0xB9 => 1,
        0x2070 | 0x24EA => 0,
        0x2074..=0x2079 => code - 0x2070,
        0x2080..=0x2089 => code - 0x2080,
        0x2460..=0x2468 => code - 0x245F,
        0x1D7CE..=0x1D7FF => (code - 0x1D7CE) % 10,
        0x1FBF0..=0x1FBF9 => code - 0x1FBF0,
        _ => return None,
    };
    char::from_digit(value, 10)
}

/// Turns full-width ASCII and the many hyphens into plain ASCII.
pub(super) fn half_width(typed: char) -> char {
    match typed {
        // The full-width block repeats ASCII in the same order.
        '\u{FF01}'..='\u{FF5E}' => char::from((u32::from(typed) - 0xFF01) as u8 + b'!'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => '-',
        _ => typed,
    }
}

/// Tells whether a character takes no room on the screen: zero-width marks,
/// direction marks, soft hyphen, variation selectors, tags.
pub(super) fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}')
}
