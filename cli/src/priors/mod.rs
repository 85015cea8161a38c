//! Priors from data, and whether what they say comes true.
//!
//! [`fit`] finds segments of people in rows of facts; [`calibrate`] hides
//! facts of rows at random and compares what was likely with what happened.

mod calibrate;
mod fit;
mod plot;
mod write;

pub use calibrate::{Calibration, Hidden, Questions, Tenth, calibrate};
pub use fit::fit;
pub use plot::plot;
pub use write::write;

/// SplitMix64: the same numbers on every machine.
struct Random(u64);

impl Random {
    /// A number below 10 000.
    fn basis_points(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % 10_000
    }
}
