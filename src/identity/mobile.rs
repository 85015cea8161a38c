//! What the mobile numbers of mainland China, Hong Kong, Macau and Taiwan
//! share: a country code that may stand in front, and a fixed number of digits.
//!
//! The canonical form is the number as dialled at home: without the country,
//! and in Taiwan with the zero in front.

use super::normalise;
use super::tables::Tables;
use super::written::{self, END, Finding, Form, stray};
use super::{IssueCode, Status};

/// How the mobile numbers of a region are made.
pub(super) struct Plan {
    /// The country code, beginning with 8.
    pub(super) country: &'static [u8],
    /// Whether a number dialled at home has a 0 in front.
    pub(super) has_trunk: bool,
    /// How many digits there are, without the 0 in front.
    pub(super) length: usize,
    /// What the first of them can be.
    pub(super) starts: &'static [u8],
    pub(super) wrong_start: IssueCode,
    /// The number is one of another country.
    pub(super) elsewhere: IssueCode,
    pub(super) unfinished: IssueCode,
    pub(super) too_long: IssueCode,
    /// Judges the digits, as many as there are, by whom they are given to;
    /// places are counted from the first of them.
    pub(super) range: fn(&[u8], Tables<'_>) -> Finding,
}

/// What is left to a document: how it is inspected, stored and put right.
pub(super) const FORM: Form = Form {
    rewrite: |typed| {
        let plain = normalise::number(typed);
        plain.filter(|plain| *plain != '.' && !written::is_bracket(*plain))
    },
    ..Form::NUMBER
};

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
    pub(super) fn inspect(&self, text: &[u8], tables: Tables<'_>) -> Finding {
        let sign = usize::from(text.first() == Some(&b'+'));
        if let Some(fault) = stray(text, sign, END, IssueCode::MobileCharacter) {
            return fault;
        }
        let country = match self.country(text) {
            Country::Own(length) => length,
            Country::Begun => return Finding::incomplete(IssueCode::MobileEmpty),
            Country::Other { sign: 0, .. } => return Finding::wrong(self.wrong_start, 0),
            Country::Other { sign, shown } => {
                return Finding::invalid(self.elsewhere, 0, sign + shown);
            }
        };
        let start = match text.get(country) {
            Some(b'0') if self.has_trunk => country + 1,
            Some(_) if self.has_trunk && country == 0 => {
                return Finding::wrong(self.wrong_start, 0);
            }
            _ => country,
        };
        let digits = &text[start..];
        let Some(first) = digits.first() else {
            return Finding::incomplete(IssueCode::MobileEmpty);
        };
        if !self.starts.contains(first) {
            return Finding::wrong(self.wrong_start, start);
        }
        if digits.len() > self.length {
            return Finding::invalid(self.too_long, start + self.length, END);
        }
        let found = (self.range)(digits, tables);
        if digits.len() < self.length && !found.is_fault() {
            return Finding::incomplete(self.unfinished);
        }
        found.moved(start)
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
        let known = typed.len().min(self.country.len());
        match (0..known).find(|&at| typed[at] != self.country[at]) {
            Some(at) => Country::Other {
                sign,
                shown: at + 1,
            },
            None if known < self.country.len() => Country::Begun,
            None => Country::Own(sign + known),
        }
    }

    /// Returns the number without a zero after the country, or in front: the old
    /// way to dial a mobile of another city.
    pub(super) fn without_zero(&self, text: &str) -> Option<String> {
        let country = match self.country(text.as_bytes()) {
            Country::Own(length) => length,
            _ => 0,
        };
        let rest = text.get(country..)?.strip_prefix('0')?;
        let is_meant = rest
            .bytes()
            .next()
            .is_some_and(|digit| self.starts.contains(&digit));
        is_meant.then(|| rest.to_owned())
    }

    /// Returns the number as dialled at home; a beginning that is not yet a
    /// country stays.
    pub(super) fn settle(&self, text: &str, _: Status) -> Option<String> {
        let Country::Own(length @ 1..) = self.country(text.as_bytes()) else {
            return None;
        };
        let rest = text.get(length..)?;
        let is_bare = self.has_trunk && !rest.is_empty() && !rest.starts_with('0');
        Some([if is_bare { "0" } else { "" }, rest].concat())
    }
}
