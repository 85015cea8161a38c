//! The engine's promises, and every scenario on every native path.

mod applications;
mod budget;
mod case;
#[expect(dead_code, reason = "the service's own tests use the rest of it")]
#[path = "../../server/tests/it/support/client.rs"]
mod client;
mod coverage;
mod http;
mod loading;
mod promises;
mod random;
mod reference;
mod scenarios;
