//! One-time codes by text message: who gets one, how often, and what a typed
//! one is worth.
//!
//! | question | decided |
//! |---|---|
//! | how guessable | six digits at least, all equally likely; five tries an hour, counted before the compare, whatever was sent meanwhile; and an alarm, because five tries on a million accounts still hit five times |
//! | for how long | ten minutes at most, and once: the first right try is the use |
//! | for what | one account and one purpose (the scenario), and the phone it was sent to: all three are in the keyed hash that is kept in its place |
//! | how often sent | after a minute, then two, four, … an hour; so many a day for each person, phone, device and address |
//! | who is told what | everybody the same: where the account is unknown, or the phone another one, the answer, what is counted and what is written are those of a code that was sent |
//! | whose phone | the account's, of which a keyed hash is kept; the number comes with each request and is kept nowhere |
//! | a gateway in trouble | the code could not be checked: a missing source, never a refusal |
//!
//! Counting and comparing happen in the database, in one transaction each
//! ([`crate::store`]), so that several services on the same data agree.

mod code;
mod rules;
mod texts;

/// The fact that says what a typed code is worth.
pub(crate) const FACT: &str = "code_check";

pub(crate) use code::generate;
pub(crate) use rules::{DAY_MS, Entry, HOUR_MS, Rules};
pub(crate) use texts::{Kind, text};
