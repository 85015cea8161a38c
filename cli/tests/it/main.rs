//! Tests of the policy compiler and of the command.

mod broken;
mod command;
mod credit_default;
mod fields;
mod forms;
mod identity;
mod lint;
mod mini;
mod projection;
mod semantics;
mod signing;
