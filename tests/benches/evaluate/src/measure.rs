//! CPU time, in rounds that take turns.
//!
//! Every row runs once in each round, so that a busy moment of the machine falls on all of them alike; the median of
//! the rounds counts. CPU time of the process leaves out what other processes take.

use std::hint::black_box;
use std::time::Duration;

use cpu_time::ProcessTime;

use crate::workload::{Answer, Result, Workload};

const ROUNDS: usize = 9;
/// What a row takes in a round, at least.
const SPAN: Duration = Duration::from_millis(40);

/// One line of the table.
pub(crate) struct Row<'w> {
    pub(crate) name: String,
    /// What it decides, where that is not everything.
    pub(crate) note: &'static str,
    /// How many evaluations a pass makes.
    pub(crate) count: usize,
    /// What a pass has to sum up to.
    pub(crate) expected: u64,
    /// All applicants once; sums up what was said.
    pub(crate) pass: Box<dyn FnMut() -> u64 + 'w>,
}

impl<'w> Row<'w> {
    /// A row that says something of each applicant. It is compared with what is expected before anything is timed.
    pub(crate) fn of_each(
        workload: &'w Workload,
        name: impl Into<String>,
        note: &'static str,
        mut answer: impl FnMut(usize) -> Result<Answer> + 'w,
    ) -> Result<Row<'w>> {
        let name = name.into();
        let mut sum = 0_u64;
        for (index, expected) in workload.expected.iter().enumerate() {
            let found = answer(index)?;
            if !found.fits(*expected) {
                return Err(
                    format!("{name}: applicant {index}: {found:?}, expected {expected:?}").into(),
                );
            }
            sum = sum.wrapping_add(found.digest());
        }
        let count = workload.len();
        Ok(Row {
            name,
            note,
            count,
            expected: sum,
            pass: Box::new(move || {
                let digests =
                    (0..count).map(|index| answer(black_box(index)).map_or(0, Answer::digest));
                digests.fold(0, u64::wrapping_add)
            }),
        })
    }
}

/// Nanoseconds of CPU time of one evaluation, row by row.
pub(crate) fn nanoseconds(rows: &mut [Row<'_>]) -> Result<Vec<f64>> {
    let mut repeats = Vec::new();
    for row in rows.iter_mut() {
        let mut repeat = 1;
        while time(row, repeat)? < SPAN {
            repeat *= 2;
        }
        repeats.push(repeat);
    }
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); rows.len()];
    for _ in 0..ROUNDS {
        for ((row, repeat), times) in rows.iter_mut().zip(&repeats).zip(&mut times) {
            let spent = time(row, *repeat)?.as_nanos() as f64;
            times.push(spent / (*repeat * row.count) as f64);
        }
    }
    Ok(times.into_iter().map(median).collect())
}

fn time(row: &mut Row<'_>, repeat: usize) -> Result<Duration> {
    let start = ProcessTime::now();
    for _ in 0..repeat {
        let sum = black_box((row.pass)());
        if sum != row.expected {
            return Err(format!("{}: a round gave {sum}, not {}", row.name, row.expected).into());
        }
    }
    Ok(start.elapsed())
}

/// The value in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
