//! Writes a value so that its owner knows it again and nobody else learns it.
//!
//! For showing a stored value, never for storing or comparing one. What may be
//! seen is fixed for each kind; a value that is not a finished one of its kind
//! could hold anything, so of it nothing but its length is shown.

use super::{FieldCheck, FieldKind, Status, Tables, documents};
use crate::units::Date;

/// Whether somebody is born yet does not matter here.
const LAST_DAY: Date = Date::from_ymd(2999, 12, 31).expect("the calendar ends with this day");

/// No value of a kind tells its length beyond this.
const LONGEST: usize = 20;

/// Returns the value with most of it hidden, for showing.
///
/// | kind | shown | as in |
/// |---|---|---|
/// | `cn_id` | first six, last four | `110101********1233` |
/// | `cn_mobile` | first three, last four | `138****8000` |
/// | `hk_mobile`, `mo_mobile` | first two, last two | `51****67` |
/// | `tw_mobile` | first three, last three | `091****678` |
/// | `bankcard` | last four | `************3456` |
/// | `foreign_pr` | first three, last four | `911***********1234` |
/// | `passport_cn`, `hk_mo_permit`, `tw_permit` | first, last two | `E******78` |
/// | `uscc` | first two, last four | `91************0001` |
/// | `cn_name` | first character | `林**` |
/// | `email` | first character, domain | `l***@example.com` |
/// | `address` | up to the district | `广东省深圳市南山区****` |
/// | `otp` | nothing | `******` |
///
/// A value that is neither `ok` nor `warn` becomes as many `*` as it has
/// characters, at most twenty. Of a name or local part of one character nothing
/// is shown.
///
/// # Examples
///
/// ```
/// use precheck::identity::{FieldKind, mask};
/// assert_eq!(mask(FieldKind::CnMobile, "+86 138 0013 8000"), "138****8000");
/// assert_eq!(mask(FieldKind::CnMobile, "138001380"), "*********");
/// ```
#[must_use]
pub fn mask(kind: FieldKind, value: &str) -> String {
    Tables::BUILT_IN.mask(kind, value)
}

pub(super) fn mask_by(tables: Tables<'_>, kind: FieldKind, value: &str) -> String {
    let found = tables.check(kind, value, LAST_DAY);
    if !matches!(found.status, Status::Ok | Status::Warn) {
        return stars(value.chars().count().min(LONGEST));
    }
    let (first, last) = match kind {
        FieldKind::CnId => (6, 4),
        FieldKind::ForeignPr => (3, 4),
        FieldKind::CnMobile => (3, 4),
        FieldKind::HkMobile | FieldKind::MoMobile => (2, 2),
        FieldKind::TwMobile => (3, 3),
        FieldKind::Bankcard => (0, 4),
        FieldKind::PassportCn | FieldKind::HkMoPermit | FieldKind::TwPermit => (1, 2),
        FieldKind::Uscc => (2, 4),
        FieldKind::CnName => (1, 0),
        FieldKind::Otp => (0, 0),
        FieldKind::Email => return email(&found),
        FieldKind::Address => return address(&found),
    };
    shown(&found.canonical, first, last)
}

/// Hides all but the first and last characters; everything when nothing else
/// would be left to hide.
fn shown(text: &str, first: usize, last: usize) -> String {
    let count = text.chars().count();
    if count <= first + last {
        return stars(count);
    }
    text.chars()
        .enumerate()
        .map(|(at, letter)| {
            if at < first || at >= count - last {
                letter
            } else {
                '*'
            }
        })
        .collect()
}

fn email(found: &FieldCheck) -> String {
    let (local, domain) = found.canonical.split_once('@').unwrap_or_default();
    let mut letters = local.chars();
    let mut text = String::new();
    if let (Some(first), Some(_)) = (letters.next(), letters.next()) {
        text.push(first);
    }
    text.push_str("***@");
    text.push_str(domain);
    text
}

fn address(found: &FieldCheck) -> String {
    let end = documents::district_end(&found.canonical).unwrap_or(0);
    let mut text = String::from(found.canonical.get(..end).unwrap_or_default());
    text.push_str("****");
    text
}

fn stars(count: usize) -> String {
    "*".repeat(count)
}
