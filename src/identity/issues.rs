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
            pub fn as_str(self) -> &'static str {
                // One text and a byte a name: a pointer and a length for each are 2 KB more.
                const NAMES: &str = concat!($($text),*);
                const LENGTHS: &[u8] = &[$($text.len() as u8),*];
                let at = IssueCode::ALL.iter().position(|one| *one == self).unwrap_or(0);
                let start: usize = LENGTHS[..at].iter().copied().map(usize::from).sum();
                &NAMES[start..start + usize::from(LENGTHS[at])]
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
    IdPrefectureUnknown = 13, "id-prefecture-unknown", retired: false;
    IdRegionWithdrawn = 14, "id-region-withdrawn", retired: false;
    IdCountyUnknown = 15, "id-county-unknown", retired: false;
    IdForeignPr = 16, "id-foreign-pr", retired: false;

    MobileEmpty = 40, "mobile-empty", retired: false;
    MobileIncomplete = 41, "mobile-incomplete", retired: false;
    MobileCharacter = 42, "mobile-character", retired: false;
    MobileTooLong = 43, "mobile-too-long", retired: false;
    MobileStart = 44, "mobile-start", retired: false;
    MobileCountry = 45, "mobile-country", retired: false;
    MobileUnallocated = 46, "mobile-unallocated", retired: false;
    MobileDataSegment = 47, "mobile-data-segment", retired: false;
    MobileSatellite = 48, "mobile-satellite", retired: false;
    MobileEightIncomplete = 49, "mobile-eight-incomplete", retired: false;
    MobileEightTooLong = 50, "mobile-eight-too-long", retired: false;
    MobileTenIncomplete = 51, "mobile-ten-incomplete", retired: false;
    MobileTenTooLong = 52, "mobile-ten-too-long", retired: false;
    MobileHkStart = 53, "mobile-hk-start", retired: false;
    MobileHkRange = 54, "mobile-hk-range", retired: false;
    MobileMoStart = 55, "mobile-mo-start", retired: false;
    MobileTwStart = 56, "mobile-tw-start", retired: false;
    MobileElsewhere = 57, "mobile-elsewhere", retired: false;

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

    PrEmpty = 80, "pr-empty", retired: false;
    PrIncomplete = 81, "pr-incomplete", retired: false;
    PrCharacter = 82, "pr-character", retired: false;
    PrTooLong = 83, "pr-too-long", retired: false;
    PrStart = 84, "pr-start", retired: false;
    PrRegion = 85, "pr-region", retired: false;
    PrBirthDate = 86, "pr-birth-date", retired: false;
    PrCountry = 87, "pr-country", retired: false;
    PrPlace = 88, "pr-place", retired: false;
    PrOldCheck = 89, "pr-old-check", retired: false;

    BankcardEmpty = 100, "bankcard-empty", retired: false;
    BankcardIncomplete = 101, "bankcard-incomplete", retired: false;
    BankcardCharacter = 102, "bankcard-character", retired: false;
    BankcardTooLong = 103, "bankcard-too-long", retired: false;
    BankcardStart = 104, "bankcard-start", retired: false;
    BankcardCheckDigit = 105, "bankcard-check-digit", retired: false;
    BankcardCheckOrLonger = 106, "bankcard-check-or-longer", retired: false;
    BankcardUnionpayCheck = 107, "bankcard-unionpay-check", retired: false;
    BankcardUnionpayShort = 108, "bankcard-unionpay-short", retired: false;
    BankcardIssuer = 109, "bankcard-issuer", retired: false;

    PassportEmpty = 115, "passport-empty", retired: false;
    PassportIncomplete = 116, "passport-incomplete", retired: false;
    PassportCharacter = 117, "passport-character", retired: false;
    PassportTooLong = 118, "passport-too-long", retired: false;
    PassportStart = 119, "passport-start", retired: false;
    PassportSar = 120, "passport-sar", retired: false;

    PermitEmpty = 130, "permit-empty", retired: false;
    PermitIncomplete = 131, "permit-incomplete", retired: false;
    PermitCharacter = 132, "permit-character", retired: false;
    PermitTooLong = 133, "permit-too-long", retired: false;
    PermitStart = 134, "permit-start", retired: false;
    PermitNotYet = 135, "permit-not-yet", retired: false;
    TwPermitIncomplete = 136, "tw-permit-incomplete", retired: false;
    TwPermitTooLong = 137, "tw-permit-too-long", retired: false;

    UsccEmpty = 150, "uscc-empty", retired: false;
    UsccIncomplete = 151, "uscc-incomplete", retired: false;
    UsccCharacter = 152, "uscc-character", retired: false;
    UsccTooLong = 153, "uscc-too-long", retired: false;
    UsccRegionDigits = 154, "uscc-region-digits", retired: false;
    UsccCheckDigit = 155, "uscc-check-digit", retired: false;
    UsccAuthority = 156, "uscc-authority", retired: false;
    UsccRegion = 157, "uscc-region", retired: false;
    UsccInnerCheck = 158, "uscc-inner-check", retired: false;
    UsccXiamen = 159, "uscc-xiamen", retired: false;

    EmailEmpty = 165, "email-empty", retired: false;
    EmailIncomplete = 166, "email-incomplete", retired: false;
    EmailCharacter = 167, "email-character", retired: false;
    EmailSpace = 168, "email-space", retired: false;
    EmailDot = 169, "email-dot", retired: false;
    EmailAt = 170, "email-at", retired: false;
    EmailHyphen = 171, "email-hyphen", retired: false;
    EmailTooLong = 172, "email-too-long", retired: false;
    EmailInternational = 173, "email-international", retired: false;
    EmailTypo = 174, "email-typo", retired: false;

    OtpEmpty = 180, "otp-empty", retired: false;
    OtpIncomplete = 181, "otp-incomplete", retired: false;
    OtpCharacter = 182, "otp-character", retired: false;
    OtpTooLong = 183, "otp-too-long", retired: false;
    OtpLength = 184, "otp-length", retired: false;

    AddressEmpty = 190, "address-empty", retired: false;
    AddressProvince = 191, "address-province", retired: false;
    AddressCity = 192, "address-city", retired: false;
    AddressDistrict = 193, "address-district", retired: false;
    AddressDetail = 194, "address-detail", retired: false;
    AddressCharacter = 195, "address-character", retired: false;
    AddressStart = 196, "address-start", retired: false;
    AddressNoProvince = 197, "address-no-province", retired: false;
    AddressCityUnknown = 198, "address-city-unknown", retired: false;
    AddressContradiction = 199, "address-contradiction", retired: false;
    AddressTooLong = 200, "address-too-long", retired: false;

    CrossBirthDate = 210, "cross-birth-date", retired: false;
    CrossNameScript = 211, "cross-name-script", retired: false;
    CrossSameNumber = 212, "cross-same-number", retired: false;
    CrossDocumentExpired = 213, "cross-document-expired", retired: false;
    CrossValidityOrder = 214, "cross-validity-order", retired: false;
    CrossValidityLength = 215, "cross-validity-length", retired: false;
    CrossValidityFuture = 216, "cross-validity-future", retired: false;
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
        // In the order of their numbers, as the tests make sure.
        let found = IssueCode::ALL.binary_search_by_key(&number, |code| code.number());
        found.ok().map(|at| IssueCode::ALL[at])
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
