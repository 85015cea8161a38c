//! What a plan costs in a year, with integers only.
//!
//! The worth of the payments falls as the rate rises, so the rate is found bit
//! by bit: the highest whole number of millionths that is at most half a
//! millionth above the true rate. Factors are in units of 2^-62; the few
//! hundred steps of a plan are off by less than 2^-52 together, less than a
//! millionth of what tells two neighbouring rates apart.

use super::Instalment;
use crate::units::Date;

/// Bits of a factor.
const BITS: u32 = 62;
/// Bits of a rate in millionths: up to 838 % a year, above what sound terms
/// can come to.
const RATE_BITS: u32 = 23;
/// A year, in units of half a millionth of a daily rate.
const YEAR: u64 = 365 * 2_000_000;

/// The yearly rate in millionths; 0 where nothing is paid but the amount.
pub(super) fn yearly(amount: i64, from: Date, instalments: &[Instalment]) -> u32 {
    let mut found = 0;
    for bit in (0..RATE_BITS).rev() {
        let tried = found | 1 << bit;
        if is_worth(amount, from, instalments, 2 * tried - 1) {
            found = tried;
        }
    }
    found
}

/// Whether the payments are worth the amount, discounted at so many halves of a
/// millionth a year.
fn is_worth(amount: i64, from: Date, instalments: &[Instalment], halves: u32) -> bool {
    let base = YEAR + u64::from(halves);
    // YEAR / base in two steps, neither of which needs more than 64 bits.
    let (high, rest) = ((YEAR << 31) / base, (YEAR << 31) % base);
    let daily = (high << 31) + (rest << 31) / base;
    let (mut factor, mut day) = (1_u64 << BITS, from.days());
    let mut worth = 0;
    for one in instalments {
        while day < one.due.days() {
            factor = ((u128::from(factor) * u128::from(daily)) >> BITS) as u64;
            day += 1;
        }
        worth += u128::from(one.total.unsigned_abs()) * u128::from(factor);
    }
    worth >= u128::from(amount.unsigned_abs()) << BITS
}
