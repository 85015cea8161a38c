//! The service over real HTTP, with a small policy of its own.

mod account_facts;
mod audit;
mod changes;
mod decisions;
mod errors;
mod idempotency;
mod logs;
mod pages;
mod pre_checks;
mod repayment;
mod restarts;
mod support;
mod velocity;
