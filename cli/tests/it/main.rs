//! Tests of the policy compiler and of the command.

mod broken;
mod by_cases;
mod cases;
mod changes;
mod command;
mod credit_default;
mod derived;
mod exposure;
mod fields;
mod forms;
mod help;
mod identity;
mod impossible;
mod language;
mod limits;
mod lint;
mod mini;
mod moves;
mod overlays;
mod pmml;
mod priors;
mod projection;
mod schema;
mod semantics;
mod signing;
mod two_decisions;
