//! Everything that can be said about an identity field, each said once.
//!
//! A code is one row here and one page in `issues/`; without the page the
//! crate does not compile. The first two lines of a page are what a shopper
//! reads beside the field, in Chinese and in English. Only they are part of a
//! program that never asks for the page.

use crate::units::Locale;

macro_rules! issue_codes {
    ($($name:ident = $number:literal, $text:literal, retired: $retired:literal;)*) => {
        /// Something there is to say about a field.
        ///
        /// Codes are stable: a code that is no longer used is retired and
        /// keeps its number, its name and its page.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum IssueCode {
            $(#[doc = concat!("`", $text, "`")] $name = $number,)*
        }

        impl IssueCode {
            /// Every code, retired ones included, in the order of their numbers.
            pub const ALL: &'static [IssueCode] = &[$(IssueCode::$name),*];

            /// Returns the name of the code, as in `"id-check-digit"`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(IssueCode::$name => $text,)*
                }
            }

            /// Tells whether the code is kept only for old records.
            #[must_use]
            pub const fn is_retired(self) -> bool {
                match self {
                    $(IssueCode::$name => $retired,)*
                }
            }

            /// Returns the sentence for the shopper: what is wrong, and how to
            /// put it right.
            #[must_use]
            pub const fn message(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $(
                        (IssueCode::$name, Locale::ZhCn) => message!($text, "zh-CN: ", 0),
                        (IssueCode::$name, Locale::En) => message!($text, "en: ", 1),
                    )*
                }
            }

            /// Returns the whole page: both sentences, then what the code
            /// means with an example, in Chinese and in English (Markdown).
            #[must_use]
            pub const fn page(self) -> &'static str {
                match self {
                    $(IssueCode::$name => page!($text),)*
                }
            }
        }
    };
}

macro_rules! page {
    ($text:literal) => {
        include_str!(concat!("issues/", $text, ".md"))
    };
}

/// One line of a page as a constant of its own: a slice of the page would keep
/// the whole page in the program.
macro_rules! message {
    ($text:literal, $label:literal, $line:literal) => {
        const {
            const PLACE: (usize, usize) = line(page!($text), $label, $line);
            const BYTES: [u8; PLACE.1] = copy(page!($text), PLACE.0);
            match core::str::from_utf8(&BYTES) {
                Ok(text) => text,
                Err(_) => panic!("a line of UTF-8 text is UTF-8"),
            }
        }
    };
}

issue_codes! {
    IdEmpty = 1, "id-empty", retired: false;
    IdIncomplete = 2, "id-incomplete", retired: false;
    IdCharacter = 3, "id-character", retired: false;
    IdXPosition = 4, "id-x-position", retired: false;
    IdTooLong = 5, "id-too-long", retired: false;
    IdRegion = 6, "id-region", retired: false;
    IdPermitRegion = 7, "id-permit-region", retired: false;
    IdBirthDate = 8, "id-birth-date", retired: false;
    IdBirthFuture = 9, "id-birth-future", retired: false;
    IdBirthTooEarly = 10, "id-birth-too-early", retired: false;
    IdCheckDigit = 11, "id-check-digit", retired: false;
    IdFifteenDigits = 12, "id-fifteen-digits", retired: false;

    MobileEmpty = 40, "mobile-empty", retired: false;
    MobileIncomplete = 41, "mobile-incomplete", retired: false;
    MobileCharacter = 42, "mobile-character", retired: false;
    MobileTooLong = 43, "mobile-too-long", retired: false;
    MobileStart = 44, "mobile-start", retired: false;
    MobileCountry = 45, "mobile-country", retired: false;
    MobileUnallocated = 46, "mobile-unallocated", retired: false;
    MobileDataSegment = 47, "mobile-data-segment", retired: false;
    MobileSatellite = 48, "mobile-satellite", retired: false;

    NameEmpty = 60, "name-empty", retired: false;
    NameIncomplete = 61, "name-incomplete", retired: false;
    NameCharacter = 62, "name-character", retired: false;
    NameTooLong = 63, "name-too-long", retired: false;
    NameOneCharacter = 64, "name-one-character", retired: false;
    NameDotPlace = 65, "name-dot-place", retired: false;
    NamePrivateUse = 66, "name-private-use", retired: false;
    NameInvisible = 67, "name-invisible", retired: false;
    NameLookalike = 68, "name-lookalike", retired: false;
    NameLatin = 69, "name-latin", retired: false;
    NameMixed = 70, "name-mixed", retired: false;
}

impl IssueCode {
    /// Returns the number that stands for this code between programs; never 0.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Returns the code with this number; `None` when there is none.
    #[must_use]
    pub fn from_number(number: u8) -> Option<IssueCode> {
        IssueCode::ALL
            .iter()
            .copied()
            .find(|code| code.number() == number)
    }

    /// Reads a name exactly as [`IssueCode::as_str`] writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<IssueCode> {
        IssueCode::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == text)
    }
}

/// Returns start and length of a line of a page, after its label.
///
/// Runs at compile time only: a page without the line does not compile.
const fn line(page: &str, label: &str, number: usize) -> (usize, usize) {
    let (page, label) = (page.as_bytes(), label.as_bytes());
    let (mut start, mut line) = (0, 0);
    while line < number {
        if page[start] == b'\n' {
            line += 1;
        }
        start += 1;
    }
    let mut at = 0;
    while at < label.len() {
        assert!(
            page[start] == label[at],
            "a page starts with `zh-CN: ` and `en: `"
        );
        at += 1;
        start += 1;
    }
    let mut end = start;
    while page[end] != b'\n' {
        end += 1;
    }
    (start, end - start)
}

/// Copies `N` bytes of a page. Runs at compile time only.
const fn copy<const N: usize>(page: &str, start: usize) -> [u8; N] {
    let mut bytes = [0; N];
    let mut at = 0;
    while at < N {
        bytes[at] = page.as_bytes()[start + at];
        at += 1;
    }
    bytes
}
