//! The kinds of identity field, one file each.
//!
//! A file holds the rules of one document: `judge` finds the verdict without
//! allocating, `describe` adds the canonical form, suggestions and facts, and
//! `SPEC` says where the rules come from and proves them by specimens. A new
//! document is one file and one row in the table below.

pub(super) use address::district_end;

use zeroize::Zeroizing;

use super::normalise;
use super::written;
use super::{FieldCheck, IssueCode, Span, Status, Verdict};
use crate::units::Date;

/// Where the rules of a document come from, and specimens of it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct DocumentSpec {
    /// The name of the document, as its file is called: `resident-id`.
    pub id: &'static str,
    /// The field that it is typed into.
    pub kind: FieldKind,
    /// The standard or notice that the rules follow.
    pub source: &'static str,
    /// The day since which that source is in force, `YYYY-MM-DD`.
    pub effective: &'static str,
    /// Values that are `ok`. Synthetic: made up, nobody's.
    pub valid: &'static [&'static str],
    /// Values with something to say about them, and what. Synthetic as well.
    pub invalid: &'static [(&'static str, IssueCode)],
}

macro_rules! documents {
    ($($kind:ident = $number:literal, $text:literal, $file:ident, $doc:literal;)*) => {
        $(mod $file;)*

        /// A kind of identity field.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum FieldKind {
            $(#[doc = $doc] $kind = $number,)*
        }

        impl FieldKind {
            /// Every kind, in the order of their numbers.
            pub const ALL: &'static [FieldKind] = &[$(FieldKind::$kind),*];

            /// Returns the name in the JSON contract, as in `"cn_id"`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(FieldKind::$kind => $text,)*
                }
            }

            /// Returns where the rules for this kind come from.
            #[must_use]
            pub const fn spec(self) -> &'static DocumentSpec {
                match self {
                    $(FieldKind::$kind => const { &$file::SPEC },)*
                }
            }
        }

        /// Judges a value by the rules of its kind.
        pub(super) fn judge(kind: FieldKind, value: &str, as_of: Date) -> Verdict {
            match kind {
                $(FieldKind::$kind => $file::judge(value, as_of),)*
            }
        }

        /// Adds canonical form, suggestions and facts to a judged value.
        pub(super) fn describe(kind: FieldKind, value: &str, as_of: Date, found: &mut FieldCheck) {
            match kind {
                $(FieldKind::$kind => $file::describe(value, as_of, found),)*
            }
        }
    };
}

// Numbers are for ever: pages and servers of different ages exchange them.
documents! {
    CnId = 1, "cn_id", resident_id, "Resident identity number or residence permit, 18 characters, or 15 of old.";
    CnName = 2, "cn_name", name_cn, "Name as on a Chinese identity document.";
    CnMobile = 3, "cn_mobile", mobile_cn, "Mobile number of mainland China.";
    ForeignPr = 4, "foreign_pr", foreign_pr, "Permanent resident card of a foreigner, 18 or 15 characters.";
    HkMobile = 5, "hk_mobile", hk_mobile, "Mobile number of Hong Kong.";
    MoMobile = 6, "mo_mobile", mo_mobile, "Mobile number of Macau.";
    TwMobile = 7, "tw_mobile", tw_mobile, "Mobile number of Taiwan.";
    Bankcard = 8, "bankcard", bankcard, "Bank card number, 13 to 19 digits.";
    PassportCn = 9, "passport_cn", passport_cn, "Chinese passport number, 9 characters.";
    HkMoPermit = 10, "hk_mo_permit", hk_mo_permit, "Mainland travel permit for residents of Hong Kong and Macau.";
    TwPermit = 11, "tw_permit", tw_permit, "Mainland travel permit for residents of Taiwan.";
    Uscc = 12, "uscc", uscc, "Unified social credit code of an organisation, 18 characters.";
    Email = 13, "email", email, "E-mail address.";
    Otp = 14, "otp", otp, "One-time code from a text message.";
    Address = 15, "address", address, "Postal address in China, in one text.";
}

impl FieldKind {
    /// Reads a name exactly as [`FieldKind::as_str`] writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<FieldKind> {
        FieldKind::ALL
            .iter()
            .copied()
            .find(|kind| kind.as_str() == text)
    }

    /// Returns the number that stands for this kind between programs.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Returns the kind with this number; `None` when there is none.
    #[must_use]
    pub fn from_number(number: u8) -> Option<FieldKind> {
        FieldKind::ALL
            .iter()
            .copied()
            .find(|kind| kind.number() == number)
    }
}

/// Returns the value with every kept character rewritten.
fn plain(value: &str, rewrite: fn(char) -> Option<char>) -> String {
    // One allocation, and room enough never to grow, for what outgrows its
    // place is left in memory: no rewriting more than doubles a character.
    let mut text = String::with_capacity(value.len() * 2);
    text.extend(normalise::rewritten(value, rewrite).map(|placed| placed.letter));
    text
}

/// Returns the digit that a character of a number was probably meant to be.
///
/// Only characters that are drawn alike. It is asked after normalising, so
/// full width and lower case `x` never get here.
fn meant_in_number(letter: char) -> Option<char> {
    Some(match letter {
        'O' | 'o' | 'Q' | 'D' | 'Ο' | 'ο' | 'О' | 'о' | '〇' | '○' | '零' => '0',
        'l' | 'I' | 'i' | '|' | 'ı' | 'І' | 'Ⅰ' => '1',
        'Z' | 'z' => '2',
        'S' | 's' => '5',
        'B' => '8',
        '×' | '✕' | '✗' | 'Х' | 'х' | 'Χ' | 'χ' | 'Ⅹ' | 'ⅹ' | '*' => 'X',
        _ => letter,
    })
}

/// Returns a number with its look-alike letters put right.
fn mended_number(value: &str) -> Zeroizing<String> {
    Zeroizing::new(plain(value, |typed| {
        normalise::number(typed).and_then(meant_in_number)
    }))
}
