//! The kinds of identity field, one file each.
//!
//! A file holds the rules of one document, and `SPEC` says where they come from
//! and proves them by specimens. A number or code of a fixed plan is a `FORM`,
//! a text that people write is `PROSE`; of both the file says only what is its
//! own. Judging never allocates. A new document is one file and one row in the
//! table below.

pub(super) use address::district_end;
pub(super) use bankcard::BUILT_IN as BUILT_IN_CARDS;
pub(super) use mobile_cn::BUILT_IN as BUILT_IN_SEGMENTS;

use super::letters::{self, Prose};
use super::mobile;
use super::normalise;
use super::tables::Context;
use super::written::{self, Form};
use super::{FieldCheck, IssueCode, Verdict};

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

/// How values of a kind are judged.
enum Make {
    /// A number or code of a fixed plan.
    Form(Form),
    /// A text.
    Prose(Prose),
}

macro_rules! make {
    (form, $file:ident) => {
        Make::Form($file::FORM)
    };
    (prose, $file:ident) => {
        Make::Prose($file::PROSE)
    };
}

macro_rules! documents {
    ($($kind:ident = $number:literal, $text:literal, $file:ident, $make:ident, $doc:literal;)*) => {
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

        /// Returns how values of a kind are judged.
        const fn make(kind: FieldKind) -> &'static Make {
            match kind {
                $(FieldKind::$kind => const { &make!($make, $file) },)*
            }
        }
    };
}

// Numbers are for ever: pages and servers of different ages exchange them.
documents! {
    CnId = 1, "cn_id", resident_id, form, "Resident identity number or residence permit, 18 characters, or 15 of old.";
    CnName = 2, "cn_name", name_cn, prose, "Name as on a Chinese identity document.";
    CnMobile = 3, "cn_mobile", mobile_cn, form, "Mobile number of mainland China.";
    ForeignPr = 4, "foreign_pr", foreign_pr, form, "Permanent resident card of a foreigner, 18 or 15 characters.";
    HkMobile = 5, "hk_mobile", hk_mobile, form, "Mobile number of Hong Kong.";
    MoMobile = 6, "mo_mobile", mo_mobile, form, "Mobile number of Macau.";
    TwMobile = 7, "tw_mobile", tw_mobile, form, "Mobile number of Taiwan.";
    Bankcard = 8, "bankcard", bankcard, form, "Bank card number, 13 to 19 digits.";
    PassportCn = 9, "passport_cn", passport_cn, form, "Chinese passport number, 9 characters.";
    HkMoPermit = 10, "hk_mo_permit", hk_mo_permit, form, "Mainland travel permit for residents of Hong Kong and Macau.";
    TwPermit = 11, "tw_permit", tw_permit, form, "Mainland travel permit for residents of Taiwan.";
    Uscc = 12, "uscc", uscc, form, "Unified social credit code of an organisation, 18 characters.";
    Email = 13, "email", email, prose, "E-mail address.";
    Otp = 14, "otp", otp, form, "One-time code from a text message.";
    Address = 15, "address", address, prose, "Postal address in China, in one text.";
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

/// Judges a value by the rules of its kind.
pub(super) fn judge(kind: FieldKind, value: &str, context: Context<'_>) -> Verdict {
    match make(kind) {
        Make::Form(form) => written::judge(form, value, context),
        Make::Prose(prose) => letters::judge(prose, value),
    }
}

/// Adds canonical form, suggestions and facts to a judged value.
pub(super) fn describe(kind: FieldKind, value: &str, context: Context<'_>, found: &mut FieldCheck) {
    match make(kind) {
        Make::Form(form) => written::describe(form, value, context, found),
        Make::Prose(prose) => letters::describe(prose, value, found),
    }
}
