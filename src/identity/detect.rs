//! Guesses what kind of value somebody typed where the field does not say.

use super::{FieldKind, Status, Tables};
use crate::units::Date;

/// Returns the kinds that a value is good for, or could become so, likeliest
/// first.
///
/// First the kinds for which it is `ok`, then `warn`, then `incomplete`; equals
/// stand in the order of their numbers. Name, address, one-time code and an
/// unfinished e-mail address come after all others, ranked in the same way:
/// nearly everything that is short could be one. Kinds for which the value is
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
    let mut judged: Vec<(FieldKind, Status)> = Vec::with_capacity(FieldKind::ALL.len());
    for &kind in FieldKind::ALL {
        judged.push((kind, Tables::BUILT_IN.judge(kind, value, as_of).status));
    }
    let mut ranked = Vec::with_capacity(judged.len());
    for last in [false, true] {
        for wanted in [Status::Ok, Status::Warn, Status::Incomplete] {
            for &(kind, status) in &judged {
                if status == wanted && is_vague(kind, status) == last {
                    ranked.push(kind);
                }
            }
        }
    }
    ranked
}

/// Tells whether values of a kind are hard to tell from those of others.
fn is_vague(kind: FieldKind, status: Status) -> bool {
    match kind {
        FieldKind::CnName | FieldKind::Otp | FieldKind::Address => true,
        FieldKind::Email => status == Status::Incomplete,
        _ => false,
    }
}
