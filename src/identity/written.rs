//! Numbers and codes of a few characters: reading, pointing, putting right.
//!
//! What the documents with a fixed plan of places share, so that each of them
//! only says how its characters are inspected. The plain characters lie in one
//! small array; where they were typed is found again only when there is
//! something to point at, which keeps the answer to a good value fast.

use core::num::NonZeroU32;

use zeroize::{Zeroize, Zeroizing};

use super::normalise::{self, Placed};
use super::tables::Context;
use super::{FieldCheck, IssueCode, Span, Status, Verdict};

/// How a character is rewritten; `None` makes it disappear.
pub(super) type Rewriting = fn(char) -> Option<char>;

/// Longer than any document with a fixed plan of places.
const MOST: usize = 20;

/// What makes one document different from the others of this sort.
pub(super) struct Form {
    /// How a typed character is rewritten.
    pub(super) rewrite: Rewriting,
    /// Judges the plain characters: ASCII only, NUL for any other; what comes
    /// after the twentieth is cut off.
    pub(super) inspect: fn(&[u8], Context<'_>) -> Finding,
    /// Returns the character that was probably meant in this place of a plain
    /// value, where another one was typed.
    pub(super) meant: fn(&str, usize, char) -> char,
    /// Returns what was probably meant by the whole, once its characters are
    /// put right, where it is something else.
    pub(super) mend: fn(&str) -> Option<String>,
    /// Returns the form to store of a plain value with this status, where it
    /// is another one.
    pub(super) settle: fn(&str, Status) -> Option<String>,
    /// Tells whether an exchange of neighbours is worth a search.
    pub(super) is_swapped: fn(&FieldCheck) -> bool,
    /// Adds what a good number tells of its holder.
    pub(super) tell: fn(&mut FieldCheck),
}

impl Form {
    /// A number without letters that is stored as it is.
    pub(super) const NUMBER: Form = Form {
        rewrite: normalise::number,
        inspect: |_, _| Finding::OK,
        meant: |_, _, letter| meant_digit(letter),
        mend: |_| None,
        settle: |_, _| None,
        is_swapped: |_| false,
        tell: |_| {},
    };

    /// A code with letters that is stored as it is.
    pub(super) const CODE: Form = Form {
        rewrite: code,
        ..Form::NUMBER
    };
}

/// What there is to say, and from which plain character to which.
///
/// One integer, because it is made in a hundred places: the status in bits 0
/// and 1, then code, start and end with eight bits each, as in
/// [`Verdict::pack`]; bit 31 is always set.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Finding(NonZeroU32);

/// The end of a value, wherever it is.
pub(super) const END: usize = 255;

impl Finding {
    pub(super) const OK: Finding = Finding::new(Status::Ok, 0, 0, 0);

    /// Places beyond 254 are the end of the value.
    const fn new(status: Status, code: u8, from: usize, upto: usize) -> Finding {
        let upto = if upto > END { END } else { upto };
        let bits =
            status as u32 | (code as u32) << 2 | (from as u32 & 255) << 10 | (upto as u32) << 18;
        match NonZeroU32::new(bits | 1 << 31) {
            Some(bits) => Finding(bits),
            None => unreachable!(),
        }
    }

    /// Fine, with something worth knowing.
    pub(super) const fn noted(code: IssueCode) -> Finding {
        Finding::new(Status::Ok, code.number(), 0, 0)
    }

    pub(super) const fn incomplete(code: IssueCode) -> Finding {
        Finding::new(Status::Incomplete, code.number(), 0, 0)
    }

    pub(super) const fn warn(code: IssueCode, from: usize, upto: usize) -> Finding {
        Finding::new(Status::Warn, code.number(), from, upto)
    }

    pub(super) const fn invalid(code: IssueCode, from: usize, upto: usize) -> Finding {
        Finding::new(Status::Invalid, code.number(), from, upto)
    }

    /// One character is wrong.
    #[inline(never)]
    pub(super) const fn wrong(code: IssueCode, at: usize) -> Finding {
        Finding::invalid(code, at, at + 1)
    }

    const fn byte(self, at: u32) -> usize {
        (self.0.get() >> at & 255) as usize
    }

    /// The same, where the characters inspected begin at this place.
    pub(super) fn moved(self, start: usize) -> Finding {
        let (from, upto) = (self.byte(10), self.byte(18));
        if upto == 0 {
            return self;
        }
        let code = self.byte(2) as u8;
        Finding::new(self.status(), code, from + start, upto + start)
    }

    /// The same, where the characters inspected had a century at 6 and 7 that
    /// nobody typed.
    pub(super) fn without_century(self) -> Finding {
        let typed = |place: usize| if place < 8 { place } else { place - 2 };
        let code = self.byte(2) as u8;
        Finding::new(
            self.status(),
            code,
            typed(self.byte(10)),
            typed(self.byte(18)),
        )
    }

    fn status(self) -> Status {
        Status::ALL[(self.0.get() & 3) as usize]
    }

    /// Returns the verdict on the value whose plain characters were inspected.
    pub(super) fn verdict(self, value: &str, rewrite: Rewriting) -> Verdict {
        let upto = self.byte(18);
        Verdict {
            status: self.status(),
            code: IssueCode::from_number(self.byte(2) as u8),
            span: (upto > 0).then(|| span(value, rewrite, self.byte(10), upto)),
        }
    }

    pub(super) fn is_fault(self) -> bool {
        self.0.get() & 3 == Status::Invalid as u32
    }
}

/// Judges a value.
pub(super) fn judge(form: &Form, value: &str, context: Context<'_>) -> Verdict {
    let typed;
    let text = if is_plain(value.as_bytes()) {
        value.as_bytes()
    } else {
        typed = Written::read(value, form.rewrite);
        typed.text()
    };
    (form.inspect)(text, context).verdict(value, form.rewrite)
}

/// Adds canonical form, suggestions and facts to a judged value.
pub(super) fn describe(form: &Form, value: &str, context: Context<'_>, found: &mut FieldCheck) {
    let text = plain(value, form.rewrite);
    if found.status == Status::Invalid {
        offer_mended(form, &text, context, found);
    }
    found.canonical = settled(form, text, found.status);
    if found.suggestions.is_empty() && (form.is_swapped)(found) {
        offer_swapped(form, context, found);
    }
    if matches!(found.status, Status::Ok | Status::Warn) {
        (form.tell)(found);
    }
}

/// Returns the value with every kept character rewritten.
pub(super) fn plain(value: &str, rewrite: Rewriting) -> String {
    // One allocation, and room enough never to grow, for what outgrows its
    // place is left in memory: no rewriting more than doubles a character.
    let mut text = String::with_capacity(value.len() * 2);
    text.extend(kept(value, rewrite).map(|placed| placed.letter));
    text
}

fn settled(form: &Form, mut text: String, status: Status) -> String {
    if let Some(settled) = (form.settle)(&text, status) {
        text.zeroize();
        text = settled;
    }
    text
}

/// Offers the value with each character put right by its place, unless that is
/// wrong too.
fn offer_mended(form: &Form, text: &str, context: Context<'_>, found: &mut FieldCheck) {
    let mut mended = Zeroizing::new(String::with_capacity(text.len() * 2));
    let letters = text.chars().enumerate();
    mended.extend(letters.map(|(at, letter)| (form.meant)(text, at, letter)));
    if let Some(other) = (form.mend)(&mended) {
        mended = Zeroizing::new(other);
    }
    let status = judge(form, &mended, context).status;
    if status != Status::Invalid && !mended.is_empty() {
        let mended = core::mem::take(&mut *mended);
        found.suggestions.push(settled(form, mended, status));
    }
}

/// Offers the exchange of two neighbours that leaves nothing to say against
/// the value, not even a note, if there is exactly one.
fn offer_swapped(form: &Form, context: Context<'_>, found: &mut FieldCheck) {
    let mut only = None;
    let text = found.canonical.as_bytes();
    let mut other = Zeroizing::new(text.to_vec());
    for at in 1..text.len() {
        other.swap(at - 1, at);
        if text[at - 1] != text[at] && (form.inspect)(&other, context) == Finding::OK {
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

/// Tells whether a value is written plainly already, as nearly all are: digits
/// and capitals stay as they are, whatever the rewriting.
fn is_plain(value: &[u8]) -> bool {
    value.len() <= MOST && value.iter().all(is_plain_byte)
}

fn is_plain_byte(byte: &u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase()
}

/// The plain characters of a value.
struct Written {
    text: Zeroizing<[u8; MOST]>,
    len: usize,
}

impl Written {
    fn read(value: &str, rewrite: Rewriting) -> Written {
        let mut written = Written {
            text: Zeroizing::new([0; MOST]),
            len: 0,
        };
        for (place, placed) in written.text.iter_mut().zip(kept(value, rewrite)) {
            // No document has a NUL: it stands for whatever is not ASCII.
            *place = if placed.letter.is_ascii() {
                placed.letter as u8
            } else {
                0
            };
            written.len += 1;
        }
        written
    }

    fn text(&self) -> &[u8] {
        &self.text[..self.len]
    }
}

/// Returns the plain characters of a value, from the first that is no space.
pub(super) fn kept(value: &str, rewrite: Rewriting) -> impl Iterator<Item = Placed> {
    normalise::rewritten(value, rewrite).skip_while(|placed| placed.letter == ' ')
}

/// Returns the part of a value from one plain character up to another, or to
/// the end.
fn span(value: &str, rewrite: Rewriting, from: usize, upto: usize) -> Span {
    let most = if upto == END { usize::MAX } else { upto };
    let mut places = kept(value, rewrite)
        .take(most)
        .skip(from)
        .map(|placed| placed.span);
    let first = places.next().unwrap_or(Span { start: 0, end: 0 });
    first.to(places.last().unwrap_or(first))
}

/// Finds fault with the first character, from one place up to another, that is
/// no digit.
pub(super) fn stray(text: &[u8], from: usize, upto: usize, code: IssueCode) -> Option<Finding> {
    let places = text.iter().enumerate().take(upto).skip(from);
    for (at, letter) in places {
        if !letter.is_ascii_digit() {
            return Some(Finding::wrong(code, at));
        }
    }
    None
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

/// Returns the digit that a character of a number was probably meant to be.
///
/// Only characters that are drawn alike. It is asked after normalising, so
/// full width and lower case `x` never get here.
pub(super) fn meant_digit(letter: char) -> char {
    match letter {
        'O' | 'o' | 'Q' | 'D' | 'Ο' | 'ο' | 'О' | 'о' | '〇' | '○' | '零' => '0',
        'l' | 'L' | 'I' | 'i' | '|' | 'ı' | 'І' | 'Ⅰ' => '1',
        'Z' | 'z' => '2',
        'S' | 's' => '5',
        'B' => '8',
        '×' | '✕' | '✗' | 'Х' | 'х' | 'Χ' | 'χ' | 'Ⅹ' | 'ⅹ' | '*' => 'X',
        _ => letter,
    }
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
