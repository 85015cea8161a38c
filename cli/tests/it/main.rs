//! Tests of the policy compiler and of the command.

mod broken;
mod cases;
mod changes;
mod command;
mod credit_default;
mod derived;
mod exposure;
mod fields;
mod forms;
mod identity;
mod language;
mod limits;
mod lint;
mod mini;
mod priors;
mod projection;
mod schema;
mod semantics;
mod signing;
