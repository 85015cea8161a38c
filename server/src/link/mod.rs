//! Links by which an approved line is activated: signed, for one account, for
//! one device, and good once.

mod machine;
mod token;

pub(crate) use machine::{Act, Link, Look, Seen, State};
pub(crate) use token::{LinkId, read as read_token, write as write_token};
