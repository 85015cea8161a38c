//! The demo accounts: what a page may know of them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use precheck::{Audience, Entries, Policy};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Service, json, wish};
use crate::problem::{Problem, ProblemKind};
use crate::store::Account;

#[derive(Serialize)]
struct Shown<'a> {
    id: &'a str,
    label: &'a RawValue,
    public_facts: Members<'a>,
}

/// Members of an object in their order, with the bytes in which they are kept.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

pub(super) async fn demo(
    State(service): State<Arc<Service>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let problem = |kind| Problem::new(kind, wish(&uri));
    if !service.demo {
        return Err(problem(ProblemKind::NotFound));
    }
    let accounts = service
        .store
        .demo_accounts()
        .await
        .map_err(|error| problem(error.into()))?;
    let release = service.policies.active();
    let shown: Option<Vec<Shown<'_>>> = accounts
        .iter()
        .map(|account| show(&release.policy, account))
        .collect();
    let text = shown.and_then(|shown| serde_json::to_string(&shown).ok());
    text.map(json).ok_or_else(|| problem(ProblemKind::Internal))
}

/// An account with the facts that are public in the policy. `None` when the
/// stored facts are no object, which the store does not let happen.
fn show<'a>(policy: &Policy, account: &'a Account) -> Option<Shown<'a>> {
    let facts: Entries<&'a RawValue> = serde_json::from_str(&account.facts).ok()?;
    let is_public = |name: &str| {
        let def = policy.fact_id(name).and_then(|id| policy.fact(id));
        def.is_some_and(|def| def.audience == Audience::Public)
    };
    let public = facts
        .0
        .into_iter()
        .filter(|(name, _)| is_public(name))
        .collect();
    Some(Shown {
        id: &account.id,
        label: &account.labels,
        public_facts: Members(public),
    })
}
