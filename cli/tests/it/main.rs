//! Tests of the policy compiler and of the command.

mod broken;
mod command;
mod credit_default;
mod exposure;
mod fields;
mod forms;
mod identity;
mod language;
mod mini;
mod projection;
mod schema;
mod semantics;
mod signing;
