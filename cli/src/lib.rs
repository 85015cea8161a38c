//! Policy packs as source, and the `precheck` command.
//!
//! [`compile`] turns the folder that a policy author writes into the two
//! models that the engine ships: the whole policy for the server, and the
//! public projection that a browser may have. Everything that decides is in
//! the engine; here are parsers, files and the command line.

mod command;
mod compile;
mod decimal;
mod lint;
mod sample;
mod signing;

pub use command::run;
pub use compile::{Compiled, Diagnostic, Pack, Severity, compile, project};
pub use lint::{CODES as LINT_CODES, lint};
pub use signing::{NoRandomness, SecretKey};
