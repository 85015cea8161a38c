//! The engine's promises, and every scenario on every native path.

mod activating;
mod appeals;
mod applications;
mod batch;
mod budget;
mod case;
mod changes;
#[expect(dead_code, reason = "the service's own tests use the rest of it")]
#[path = "../../server/tests/it/support/client.rs"]
mod client;
mod coding;
mod contradictions;
mod coverage;
mod eligibility;
mod evaluator;
mod explanation;
mod http;
mod identity;
mod keys;
mod likelihood;
mod lines;
mod loading;
mod plans;
mod prefixes;
mod promises;
mod random;
mod recourse;
mod recourse_draw;
mod recourse_solver;
mod reference;
mod repayment;
mod scenarios;
mod shares;
mod shop;
mod signed;
mod signing;
mod two_decisions;
mod what_if;
