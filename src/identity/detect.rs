//! Guesses what kind of value somebody typed where the field does not say.

use super::{FieldKind, IssueCode, Status, Tables, Verdict};
use crate::units::Date;

/// Returns the kinds that a value is good for, or could become so, likeliest
/// first.
///
/// First the kinds for which it is `ok`, then `warn`, then those that it was
/// meant for and misses by a slip (a whole number with a wrong check digit or
/// day of birth, or a value with a suggestion), then `incomplete`; equals stand
/// in the order of their numbers. Name, address, one-time code and an
/// unfinished e-mail address come after all others, ranked in the same way:
/// nearly everything that is short could be one. An address that has come
/// beyond its province is no longer vague. Other kinds for which the value is
/// `invalid` are left out. Never panics.
///
/// # Examples
///
/// ```
/// use precheck::identity::{FieldKind, detect};
/// use precheck::units::Date;
/// let today = Date::from_ymd(2026, 3, 1).expect("a day of the calendar");
/// assert_eq!(detect("138 0013 8000", today)[0], FieldKind::CnMobile);
/// assert_eq!(detect("张三", today)[0], FieldKind::CnName);
/// ```
#[must_use]
pub fn detect(value: &str, as_of: Date) -> Vec<FieldKind> {
    Tables::BUILT_IN.detect(value, as_of)
}

pub(super) fn detect_by(tables: Tables<'_>, value: &str, as_of: Date) -> Vec<FieldKind> {
    let judged = FieldKind::ALL.iter().map(|&kind| {
        let verdict = tables.judge(kind, value, as_of);
        (rank(tables, kind, value, verdict, as_of), kind)
    });
    let mut ranked: Vec<(u8, FieldKind)> = judged
        .filter_map(|(rank, kind)| Some((rank?, kind)))
        .collect();
    crate::order::sort(&mut ranked);
    ranked.into_iter().map(|(_, kind)| kind).collect()
}

/// Returns how unlikely a kind is; `None` when the value is nothing of it.
fn rank(
    tables: Tables<'_>,
    kind: FieldKind,
    value: &str,
    verdict: Verdict,
    as_of: Date,
) -> Option<u8> {
    let rank = match verdict.status {
        Status::Ok => 0,
        Status::Warn => 1,
        Status::Invalid if is_slip(tables, kind, value, verdict, as_of) => 2,
        Status::Incomplete => 3,
        Status::Invalid => return None,
    };
    let is_vague = match kind {
        FieldKind::CnName | FieldKind::Otp => true,
        FieldKind::Address => {
            let is_open = [IssueCode::AddressEmpty, IssueCode::AddressProvince];
            verdict.code.is_some_and(|code| is_open.contains(&code))
        }
        FieldKind::Email => rank == 3 && !value.contains('@'),
        _ => false,
    };
    Some(if is_vague { rank + 4 } else { rank })
}

/// Tells whether a wrong value was hardly meant for anything else.
fn is_slip(
    tables: Tables<'_>,
    kind: FieldKind,
    value: &str,
    verdict: Verdict,
    as_of: Date,
) -> bool {
    match verdict.code {
        Some(IssueCode::IdBirthDate | IssueCode::IdBirthFuture) => {
            tables.check(kind, value, as_of).canonical.len() == 18
        }
        Some(IssueCode::IdCheckDigit | IssueCode::BankcardCheckDigit) => true,
        // Eighteen digits alone are hardly an organisation's.
        Some(IssueCode::UsccCheckDigit) => value.contains(|one: char| one.is_alphabetic()),
        _ => {
            let found = tables.check(kind, value, as_of);
            found.into_suggestions().iter().any(|meant| {
                let status = tables.judge(kind, meant, as_of).status;
                matches!(status, Status::Ok | Status::Warn)
            })
        }
    }
}
