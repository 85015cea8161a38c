//! Mobile number of Hong Kong: eight digits, with or without +852.
//!
//! Numbers of Macau and Taiwan are read by the same code, from a plan of their
//! own. The canonical form is the number as dialled at home, as for the
//! mainland: without the country, and in Taiwan with the zero in front.

use super::normalise;
use super::written::{self, Written};
use super::{DocumentSpec, FieldCheck, FieldKind, IssueCode, Status, Verdict};
use super::{meant_in_number, plain};
use crate::units::Date;
use zeroize::Zeroizing;

pub(super) const SPEC: DocumentSpec = DocumentSpec {
    id: "hk-mobile",
    kind: FieldKind::HkMobile,
    source: "OFCA, numbering plan for telecommunications services, with levels 4, 7 and 8 for mobiles",
    effective: "2018-02-05",
    valid: &[
        "51234567",
        "+852 6123 4567",
        "00852-9123-4567",
        "852 9123 4567",
        "(852) 4612 3456",
        "７０１２３４５６",
        "84123456",
        "85291234567",
    ],
    invalid: &[
        ("", IssueCode::MobileEmpty),
        ("+852", IssueCode::MobileEmpty),
        ("0", IssueCode::MobileEmpty),
        ("5123456", IssueCode::MobileEightIncomplete),
        ("852912345", IssueCode::MobileEightIncomplete),
        ("5123456O", IssueCode::MobileCharacter),
        ("512345678", IssueCode::MobileEightTooLong),
        ("85212345678", IssueCode::MobileHkStart),
        ("21234567", IssueCode::MobileHkStart), // a landline
        ("051234567", IssueCode::MobileHkStart),
        ("+86 138 0013 8000", IssueCode::MobileElsewhere),
        ("00853 6612 3456", IssueCode::MobileElsewhere),
        ("81234567", IssueCode::MobileHkRange),
        ("85291234", IssueCode::MobileHkRange), // eight digits, not a country
        ("99912345", IssueCode::MobileHkRange),
    ],
};

const PLAN: Plan = Plan {
    country: b"852",
    has_trunk: false,
    length: 8,
    starts: b"456789",
    // Paging, personal numbers and free calls; a few mobiles among them. The
    // levels that are mobiles without doubt: 4, 5, 6, 70, 84, 90–98.
    doubtful: "71727374757677787980818283858687888999",
    wrong_start: IssueCode::MobileHkStart,
    unfinished: IssueCode::MobileEightIncomplete,
    too_long: IssueCode::MobileEightTooLong,
};

pub(super) fn judge(value: &str, _as_of: Date) -> Verdict {
    PLAN.judge(value)
}

pub(super) fn describe(value: &str, as_of: Date, found: &mut FieldCheck) {
    PLAN.describe(value, as_of, found, judge);
}

/// How the mobile numbers of a region are made.
pub(super) struct Plan {
    /// The country code, beginning with 8.
    pub(super) country: &'static [u8; 3],
    /// Whether a number dialled at home has a 0 in front.
    pub(super) has_trunk: bool,
    /// How many digits there are, without the 0 in front.
    pub(super) length: usize,
    /// What the first of them can be.
    pub(super) starts: &'static [u8],
    /// First pairs of digits that are hardly mobiles, one after the other.
    pub(super) doubtful: &'static str,
    pub(super) wrong_start: IssueCode,
    pub(super) unfinished: IssueCode,
    pub(super) too_long: IssueCode,
}

/// What stands in front of a number.
enum Country {
    /// The country, or none, with so many characters.
    Own(usize),
    /// The beginning of the country, and nothing after it.
    Begun,
    /// Another country, or no country at all, as the sign before it and so
    /// many digits show.
    Other { sign: usize, shown: usize },
}

impl Plan {
    pub(super) fn judge(&self, value: &str) -> Verdict {
        let written = Written::read(value, written::bracketed_code);
        let text = written.text();
        let stray = |at: &usize| !text[*at].is_ascii_digit() && (text[*at] != b'+' || *at > 0);
        if let Some(at) = (0..text.len()).find(stray) {
            return Verdict::invalid(IssueCode::MobileCharacter, written.span(at, at + 1));
        }
        let country = match self.country(text) {
            Country::Own(length) => length,
            Country::Begun => return Verdict::incomplete(IssueCode::MobileEmpty),
            Country::Other { sign: 0, .. } => {
                return Verdict::invalid(self.wrong_start, written.span(0, 1));
            }
            Country::Other { sign, shown } => {
                let span = written.span(0, sign + shown);
                return Verdict::invalid(IssueCode::MobileElsewhere, span);
            }
        };
        let start = match text.get(country) {
            Some(b'0') if self.has_trunk => country + 1,
            Some(_) if self.has_trunk && country == 0 => {
                return Verdict::invalid(self.wrong_start, written.span(0, 1));
            }
            _ => country,
        };
        let digits = &text[start..];
        let Some(first) = digits.first() else {
            return Verdict::incomplete(IssueCode::MobileEmpty);
        };
        if !self.starts.contains(first) {
            return Verdict::invalid(self.wrong_start, written.span(start, start + 1));
        }
        if digits.len() > self.length {
            let span = written.span(start + self.length, usize::MAX);
            return Verdict::invalid(self.too_long, span);
        }
        if digits.len() < self.length {
            return Verdict::incomplete(self.unfinished);
        }
        let mut doubtful = self.doubtful.as_bytes().chunks_exact(2);
        if doubtful.any(|pair| digits.starts_with(pair)) {
            let span = written.span(start, start + 2);
            return Verdict::warn(IssueCode::MobileHkRange, span);
        }
        Verdict::OK
    }

    /// Returns what the first characters are.
    fn country(&self, text: &[u8]) -> Country {
        let sign = match text {
            [b'+', ..] => 1,
            [b'0', b'0', ..] => 2,
            [b'0'] if !self.has_trunk => return Country::Begun,
            // Where numbers begin with 8 too, the length tells them apart.
            [b'8', ..] if !self.starts.contains(&b'8') => 0,
            [b'8', ..] if text.len() > self.length && text.starts_with(self.country) => 0,
            _ => return Country::Own(0),
        };
        let typed = &text[sign..];
        match typed
            .iter()
            .zip(self.country)
            .position(|(typed, own)| typed != own)
        {
            Some(at) => Country::Other {
                sign,
                shown: at + 1,
            },
            None if typed.len() < self.country.len() => Country::Begun,
            None => Country::Own(sign + self.country.len()),
        }
    }

    pub(super) fn describe(
        &self,
        value: &str,
        as_of: Date,
        found: &mut FieldCheck,
        judge: fn(&str, Date) -> Verdict,
    ) {
        found.canonical = self.national(plain(value, written::bracketed_code));
        if found.status == Status::Invalid {
            let mended = Zeroizing::new(plain(value, |typed| {
                let digit = normalise::number(typed).and_then(meant_in_number);
                digit.filter(|digit| !written::is_bracket(*digit))
            }));
            // A zero in front is often left out.
            let is_bare = self.has_trunk && mended.as_bytes().first() == self.starts.first();
            let mut mended = Zeroizing::new([if is_bare { "0" } else { "" }, &mended].concat());
            if judge(&mended, as_of).status != Status::Invalid {
                let meant = self.national(core::mem::take(&mut *mended));
                written::offer(found, meant, as_of, judge);
            }
        }
    }

    /// Returns the number as dialled at home; a beginning that is not yet a
    /// country stays.
    fn national(&self, text: String) -> String {
        let mut text = Zeroizing::new(text);
        match self.country(text.as_bytes()) {
            Country::Own(length @ 1..) => {
                let rest = text.get(length..).unwrap_or_default();
                let is_bare = self.has_trunk && !rest.is_empty() && !rest.starts_with('0');
                [if is_bare { "0" } else { "" }, rest].concat()
            }
            _ => core::mem::take(&mut *text),
        }
    }
}
