//! The service over real HTTP, with a small policy of its own.

mod account_facts;
mod callers;
mod changes;
mod decisions;
mod errors;
mod logs;
mod pages;
mod pre_checks;
mod progress;
mod random;
mod restarts;
mod support;
mod upstreams;
