//! The quantities that the engine reasons about, one type each.
//!
//! A unit lives in its type and never in the name of a variable. Units know
//! how they are written, and nothing about identity, policies or decisions.

mod date;
pub mod decimal;
mod locale;
pub(crate) mod named;

pub use date::Date;
pub(crate) use date::days_in_month;
pub use locale::Locale;
