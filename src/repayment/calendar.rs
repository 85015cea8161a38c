//! Statements and the days on which they are due.

use crate::policy::{Terms, Weekends};
use crate::units::{Date, days_in_month};

/// The statement that comes `ahead` statements after the first one for an order
/// on the day `from`, and the day on which it is due.
///
/// A statement holds what was ordered *before* its day, so an order on the day
/// itself is on the next.
pub(super) fn due(terms: &Terms, from: Date, ahead: i32) -> (Date, Date) {
    let (year, month, today) = from.ymd();
    let mut months = year * 12 + month.cast_signed() - 1;
    let in_month = |months: i32| {
        let (year, month) = (months / 12, (months % 12).cast_unsigned() + 1);
        let day = u32::from(terms.statement_day).min(days_in_month(year, month));
        (year, month, day)
    };
    let is_over = in_month(months).2 <= today;
    months += i32::from(is_over) + ahead;
    let (year, month, day_of) = in_month(months);
    let statement = Date::from_ymd(year, month, day_of).expect(NEAR);
    let due = statement.days() + i32::from(terms.due_days);
    // 1970-01-01 was a Thursday.
    let shift = match (terms.weekends, due.rem_euclid(7)) {
        (Weekends::Next, 2) => 2,
        (Weekends::Next, 3) => 1,
        (Weekends::Previous, 2) => -1,
        (Weekends::Previous, 3) => -2,
        _ => 0,
    };
    (statement, day(due + shift))
}

/// The day with this number.
pub(super) fn day(days: i32) -> Date {
    Date::from_days(days).expect(NEAR)
}

/// Why there is such a day.
const NEAR: &str = "orders are made two years before the calendar ends";
