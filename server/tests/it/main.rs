//! The service over real HTTP, with a small policy of its own.

mod account_facts;
mod audit;
mod callers;
mod changes;
mod decisions;
mod errors;
mod idempotency;
mod load;
mod logs;
mod outbox;
mod pages;
mod pre_checks;
mod progress;
mod random;
mod repayment;
mod restarts;
mod support;
mod traces;
mod upstreams;
mod velocity;
