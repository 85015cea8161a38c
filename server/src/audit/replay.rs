//! Taking decisions again, each under the policy that took it.
//!
//! What is compared is everything that was answered, except for the verdicts on
//! identity fields: what was typed there is never kept.

use std::collections::BTreeMap;
use std::path::Path;

use precheck::units::{Date, Locale};
use precheck::{
    Application, Audience, Entries, FactInput, Inspection, Policy, Purpose, Trust, TrustedKey,
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Row};

use super::data::Data;
use super::error::AuditError;
use super::keys::{KeySource, Keys};
use super::row::Kind;
use super::trace::Trace;
use crate::store::chain::{COLUMNS, LogRow};

/// An end of a range of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A place in the log, counted from 1.
    Sequence(i64),
    /// A day in Asia/Shanghai.
    Day(Date),
}

/// A decision that does not come out as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its place in the log.
    pub sequence: i64,
    /// Its id.
    pub id: String,
    /// What kind of difference, stable: `decision-differs`, `outcome-differs`,
    /// `notice-differs`, `facts-refused`, `seal-broken`, `policy-not-kept`.
    pub code: &'static str,
    /// More about it, without anything about the person.
    pub text: String,
}

/// What came of taking decisions again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// How many came out as they were kept.
    pub same: u64,
    /// How many cannot be taken again because their person was erased.
    pub erased: u64,
    /// Under how many policies.
    pub policies: usize,
    /// Those that do not come out as they were kept.
    pub differences: Vec<Difference>,
}

/// Takes the decisions of a range again; without ends, all of them.
///
/// A policy is loaded from the bundle that was kept under the hash which the
/// rows name. The rows are chained and signed, so the hash says more than the
/// signature on the bundle, whose key may have retired.
///
/// # Errors
///
/// What keeps the data from being opened. What does not come out the same is
/// no error but a [`Difference`].
pub async fn replay(
    folder: &Path,
    key: &KeySource,
    from: Option<Place>,
    to: Option<Place>,
) -> Result<Replayed, AuditError> {
    let mut data = Data::open(folder, false).await?;
    let keys = data.keys(key, folder)?;
    let failed = data.failed();
    let mut policies: BTreeMap<String, Option<Policy>> = BTreeMap::new();
    let mut replayed = Replayed {
        same: 0,
        erased: 0,
        policies: 0,
        differences: Vec::new(),
    };
    let mut last = match from {
        Some(Place::Sequence(first)) => first.saturating_sub(1),
        _ => 0,
    };
    let query = format!(
        "SELECT {COLUMNS}, subjects.key AS wrapped FROM log \
         LEFT JOIN subjects ON subjects.id = log.subject \
         WHERE sequence > ? ORDER BY sequence LIMIT 256"
    );
    loop {
        let rows = sqlx::query(AssertSqlSafe(query.clone())).bind(last);
        let rows = rows
            .fetch_all(&mut data.connection)
            .await
            .map_err(&failed)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let wrapped: Option<Vec<u8>> = row.try_get("wrapped").map_err(&failed)?;
            let row = LogRow::read(&row).map_err(&failed)?;
            last = row.sequence;
            if row.body.kind != Kind::Decision.as_str() || !is_in(&row, from, to) {
                continue;
            }
            let Some(wrapped) = wrapped else {
                replayed.erased += 1;
                continue;
            };
            let hash = &row.body.policy_hash;
            if !policies.contains_key(hash) {
                let query = sqlx::query_scalar("SELECT bundle FROM bundles WHERE hash = ?");
                let bundle = query.bind(hash).fetch_optional(&mut data.connection).await;
                let bundle: Option<Vec<u8>> = bundle.map_err(&failed)?;
                let policy = bundle.and_then(|bundle| kept_policy(&bundle, hash));
                policies.insert(hash.clone(), policy);
            }
            let policy = policies.get(hash).and_then(Option::as_ref);
            match again(&row, policy, &wrapped, &keys) {
                None => replayed.same += 1,
                Some((code, text)) => replayed.differences.push(Difference {
                    sequence: row.sequence,
                    id: row.body.id,
                    code,
                    text,
                }),
            }
        }
    }
    replayed.policies = policies.len();
    Ok(replayed)
}

fn is_in(row: &LogRow, from: Option<Place>, to: Option<Place>) -> bool {
    let day = row.body.decided_at.get(..10).unwrap_or_default();
    let after = match from {
        None => true,
        Some(Place::Sequence(first)) => row.sequence >= first,
        Some(Place::Day(first)) => day >= first.to_string().as_str(),
    };
    let before = match to {
        None => true,
        Some(Place::Sequence(last)) => row.sequence <= last,
        Some(Place::Day(last)) => day <= last.to_string().as_str(),
    };
    after && before
}

/// The policy of a kept bundle, if it has the hash that was chained.
fn kept_policy(bundle: &[u8], hash: &str) -> Option<Policy> {
    let found = Inspection::of(bundle).ok()?;
    let (key, day) = (found.signer?, found.signed_on?);
    let keys = [TrustedKey {
        key,
        from: day,
        until: day,
    }];
    let trust = Trust {
        keys: &keys,
        audience: Audience::Server,
        purpose: Purpose::Replay,
    };
    let policy = Policy::load(bundle, &trust).ok()?;
    (policy.hash() == hash).then_some(policy)
}

/// Takes a decision again; `None` when it comes out the same.
fn again(
    row: &LogRow,
    policy: Option<&Policy>,
    wrapped: &[u8],
    keys: &Keys,
) -> Option<(&'static str, String)> {
    let body = &row.body;
    let Some(policy) = policy else {
        return Some(("policy-not-kept", format!("policy {}", body.policy_hash)));
    };
    let Some(trace) = Trace::unseal(&body.id, &body.subject, wrapped, &body.sealed, keys) else {
        return Some(("seal-broken", "it does not open".to_owned()));
    };
    let facts = serde_json::from_str::<Entries<FactInput>>(trace.facts.get());
    let (Ok(facts), Some(as_of)) = (facts, Date::parse(&body.as_of)) else {
        return Some(("facts-refused", "facts or day cannot be read".to_owned()));
    };
    let application = Application {
        scenario: body.scenario.clone(),
        as_of,
        // What the identity fields gave is among the facts.
        fields: Entries::default(),
        facts,
    };
    let mut outcome = None;
    for &locale in Locale::ALL {
        let document = match precheck::assess(policy, &application, locale) {
            Ok(document) => document.to_json(),
            Err(problems) => {
                let codes: Vec<&str> = problems.iter().map(|one| one.code).collect();
                return Some(("facts-refused", codes.join(", ")));
            }
        };
        let mut document: Value = serde_json::from_str(&document).ok()?;
        let notice = trace.notices.0.get(locale.as_str());
        if notice.and_then(|notice| essence(notice.get())) != strip(document["notice"].take()) {
            return Some(("notice-differs", locale.as_str().to_owned()));
        }
        outcome = strip(document["outcome"].take());
        let decisions = outcome.as_ref().map(|outcome| &outcome["decisions"]);
        if decisions != Some(&serde_json::json!([body.decision])) {
            let now = decisions.map(Value::to_string).unwrap_or_default();
            return Some((
                "decision-differs",
                format!("{} is now {now}", body.decision),
            ));
        }
    }
    let is_same = essence(trace.outcome.get()) == outcome;
    (!is_same).then(|| ("outcome-differs", body.decision.clone()))
}

/// A document without what hangs on what was typed into fields.
fn essence(text: &str) -> Option<Value> {
    strip(serde_json::from_str(text).ok()?)
}

fn strip(mut document: Value) -> Option<Value> {
    let members = document.as_object_mut()?;
    members.remove("fields");
    members.remove("form");
    Some(document)
}
