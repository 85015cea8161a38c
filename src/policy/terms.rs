//! How what was bought with the line is paid back.

use serde::{Deserialize, Serialize};

/// What becomes of a due day that falls on a Saturday or Sunday. Public
/// holidays are announced year by year; no calendar here knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weekends {
    /// It stays: paying works on every day.
    Keep,
    /// It becomes the Monday after.
    Next,
    /// It becomes the Friday before.
    Previous,
}

/// Paying back in equal parts, one on each statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalments {
    /// How many, 2 to 12.
    pub count: u8,
    /// The fee of each, in millionths of the amount.
    pub fee: u32,
    /// The least amount that may be split, in fen.
    pub least: i64,
}

/// The terms of paying back.
///
/// An order is on the first statement after its day, and is due so many days
/// after the statement; until then it costs nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Day of the month of the statement, 1 to 31; the last day where a month
    /// is shorter.
    pub statement_day: u8,
    /// Days from a statement to the day on which it is due, at most 60.
    pub due_days: u8,
    /// What becomes of due days at weekends.
    pub weekends: Weekends,
    /// Paying back in parts, where that is offered.
    pub instalments: Option<Instalments>,
    /// What is overdue costs so many millionths of it a day.
    pub late: u32,
    /// Days before the due day on which to remind, falling, down to 0.
    pub reminders: Vec<u8>,
    /// Days after the due day on which to tell what is overdue, rising, from 1.
    pub overdue: Vec<u8>,
}

impl Terms {
    /// Whether the numbers are such that nothing can be negative or overflow.
    pub(super) fn is_sound(&self) -> bool {
        let falls = self.reminders.windows(2).all(|two| two[0] > two[1]);
        let rises = self.overdue.windows(2).all(|two| two[0] < two[1]);
        let splits = self.instalments.as_ref().is_none_or(|split| {
            (2..=12).contains(&split.count) && split.fee <= 100_000 && split.least > 0
        });
        (1..=31).contains(&self.statement_day)
            && self.due_days <= 60
            && self.late <= 10_000
            && self.overdue.first() != Some(&0)
            && falls
            && rises
            && splits
    }
}
