//! Asking for a second look: what can happen to an appeal, and what may be
//! handed in with it.

mod machine;
mod material;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use machine::TABLE;
pub(crate) use machine::{Act, State, step};
pub(crate) use material::{MOST_BYTES, MOST_DOCUMENTS, Material};
