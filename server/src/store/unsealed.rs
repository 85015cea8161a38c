//! Decisions from before there was a log: sealed into it, in one transaction.
//!
//! Either all of them are in the log and the tables of before are gone, or
//! nothing has happened and the next start tries again.

use std::collections::BTreeMap;

use precheck::Entries;
use serde_json::value::RawValue;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, Row};

use super::chain::{self, Chain};
use crate::audit::{Body, Keys, Kind, Origin, OriginSource, Subject, Trace};

/// Seals what is left of the tables of before, if anything is.
pub(super) async fn seal_all(
    connection: &mut SqliteConnection,
    keys: &Keys,
) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let query = "SELECT 1 FROM sqlite_schema WHERE name = 'unsealed_decisions'";
    let is_there = sqlx::query(query).fetch_optional(&mut *transaction).await?;
    if is_there.is_none() {
        return Ok(());
    }
    let chain = Chain::read(&mut transaction).await?;
    let mut chain = chain.ok_or(sqlx::Error::RowNotFound)?;
    let mut subjects: BTreeMap<String, Subject> = BTreeMap::new();
    let mut last = 0_i64;
    let mut sealed = 0_u64;
    let query = "SELECT sequence, id, decided_at, scenario, policy_pack, policy_version, \
                 policy_hash, as_of, account, locale, outcome, notices, facts, \
                 CAST(unixepoch(decided_at, 'subsec') * 1000 AS INTEGER) AS decided_ms \
                 FROM unsealed_decisions LEFT JOIN unsealed_facts USING (sequence) \
                 WHERE sequence > ? ORDER BY sequence LIMIT 1";
    // One at a time: a log may be larger than the memory.
    while let Some(row) = sqlx::query(query)
        .bind(last)
        .fetch_optional(&mut *transaction)
        .await?
    {
        last = row.try_get("sequence")?;
        let account: String = row.try_get("account")?;
        if !subjects.contains_key(&account) {
            let subject = Subject::generate().map_err(|_| unsealable())?;
            let wrapped = subject.wrapped(keys).map_err(|_| unsealable())?;
            sqlx::query("INSERT INTO subjects (id, account, key) VALUES (?, ?, ?)")
                .bind(&subject.id[..])
                .bind(&account)
                .bind(wrapped)
                .execute(&mut *transaction)
                .await?;
            subjects.insert(account.clone(), subject);
        }
        let subject = subjects.get(&account).ok_or_else(unsealable)?;
        let body = body(&row, account, subject)?;
        chain::append(&mut transaction, &mut chain, keys, &[body]).await?;
        sealed += 1;
    }
    for table in ["DROP TABLE unsealed_facts", "DROP TABLE unsealed_decisions"] {
        sqlx::query(table).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    if sealed > 0 {
        tracing::info!(sealed, "the decisions of before were sealed into the log");
    }
    Ok(())
}

fn body(
    row: &sqlx::sqlite::SqliteRow,
    account: String,
    subject: &Subject,
) -> Result<Body, sqlx::Error> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let raw = |text: String| RawValue::from_string(text).map_err(not_json);
    let facts: Option<String> = row.try_get("facts")?;
    let facts = facts.unwrap_or_else(|| "{}".to_owned());
    let names = serde_json::from_str::<Entries<&RawValue>>(&facts).map_err(not_json)?;
    let names = names.0.into_iter().map(|(name, _)| name).collect();
    let outcome = text("outcome")?;
    let decision = decision(&outcome);
    let trace = Trace {
        account,
        caller: None,
        origins: vec![Origin {
            source: OriginSource::NotKept,
            upstream: None,
            missing: None,
            at: None,
            facts: names,
        }],
        facts: raw(facts)?,
        outcome: raw(outcome)?,
        notices: serde_json::from_str(&text("notices")?).map_err(not_json)?,
    };
    let id = text("id")?;
    let plain = trace.to_text().ok_or_else(unsealable)?;
    let sealed = subject.decision_key(&id).seal(&plain, &id, &subject.id);
    Ok(Body {
        kind: Kind::Decision.as_str().to_owned(),
        decided_at: text("decided_at")?,
        decided_ms: row.try_get("decided_ms")?,
        scenario: text("scenario")?,
        policy_pack: text("policy_pack")?,
        policy_version: row.try_get("policy_version")?,
        policy_hash: text("policy_hash")?,
        as_of: text("as_of")?,
        subject: subject.id.to_vec(),
        locale: text("locale")?,
        // Applications were not counted then.
        counts: false,
        decision,
        sealed: sealed.map_err(|_| unsealable())?,
        id,
    })
}

/// The decision inside an outcome; empty where there is none.
fn decision(outcome: &str) -> String {
    #[derive(serde::Deserialize)]
    struct Decisions {
        decisions: Vec<String>,
    }
    let found = serde_json::from_str::<Decisions>(outcome).ok();
    found
        .and_then(|found| found.decisions.into_iter().next())
        .unwrap_or_default()
}

fn not_json(error: serde_json::Error) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}

fn unsealable() -> sqlx::Error {
    sqlx::Error::Encode("the decisions of before cannot be sealed".into())
}
