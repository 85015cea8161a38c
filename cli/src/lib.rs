//! Policy packs as source, and the `precheck` command.
//!
//! [`compile`] turns the folder that a policy author writes into the two
//! models that the engine ships: the whole policy for the server, and the
//! public projection that a browser may have. Everything that decides is in
//! the engine; here are parsers, files and the command line.

pub mod cases;
mod command;
mod compile;
mod decimal;
pub mod diff;
mod exposure;
mod fairness;
mod help;
pub mod import;
mod lint;
pub mod priors;
mod sample;
mod signing;
mod spell;

pub use command::run;
pub use compile::{
    Compiled, Diagnostic, Pack, Severity, Shape, Vocabulary, compile, project, vocabularies,
};
pub use exposure::{Exposure, OpaqueRule, ScenarioExposure, Threshold};
pub use help::{HelpContact, HelpText, HelpTexts};
pub use lint::{CODES as LINT_CODES, lint};
pub use signing::{NoRandomness, SecretKey};
