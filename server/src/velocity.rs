//! How often somebody applied, counted by the service itself.
//!
//! The fact `applications_24h` of a policy is what a source says where one
//! does. Otherwise the service counts: the decisions of the account in the
//! last 24 hours, this one included, in scenarios that carry the fact. A
//! `retry-later` is no application: the person is told to apply again.
//!
//! There is no counter that could be out of step: the rows of the log are
//! counted, and a decision is kept only if the count that it was taken on
//! still holds in the transaction that keeps it (`store/chain.rs`). Two
//! requests at once, on one server or on two, are counted one after the other.

use precheck::{Decision, Entries, Policy, Source};
use serde::de::IgnoredAny;

use crate::upstreams::Gathered;

/// The fact.
pub(crate) const FACT: &str = "applications_24h";
/// Its window, in milliseconds.
pub(crate) const WINDOW_MS: i64 = 24 * 60 * 60 * 1000;

/// Whether applications of a scenario carry the fact.
fn is_carried(policy: &Policy, scenario: &str) -> bool {
    let id = policy.fact_id(FACT);
    let is_fraud = |id| {
        policy
            .fact(id)
            .is_some_and(|def| def.source == Source::Fraud)
    };
    let scenario = policy.scenario_id(scenario).map(|id| policy.scenario(id));
    let carries = |id| scenario.is_some_and(|one| one.facts.contains(&id));
    id.is_some_and(|id| is_fraud(id) && carries(id))
}

/// Whether the service counts for a decision: the scenario wants the fact, and
/// no source has it. `facts` is the JSON object of what the account's own
/// record has; a source outside that is asked counts even when it is silent.
pub(crate) fn is_counted(
    policy: &Policy,
    scenario: &str,
    facts: &str,
    gathered: &Gathered,
) -> bool {
    let is_asked = gathered.fact(FACT).is_some();
    let stated = serde_json::from_str::<Entries<IgnoredAny>>(facts);
    let is_stated = stated.is_ok_and(|all| all.0.iter().any(|(name, _)| name == FACT));
    !is_asked && !is_stated && is_carried(policy, scenario)
}

/// Whether a decision counts as an application.
pub(crate) fn is_application(policy: &Policy, scenario: &str, decision: Decision) -> bool {
    decision != Decision::RetryLater && is_carried(policy, scenario)
}
