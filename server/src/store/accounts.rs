//! Accounts: what the shop, the bureaus and fraud control know of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

use super::batch::{chunks, list};
use super::{Store, StoreError, json, unavailable};

/// An account.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) id: String,
    /// Labels by locale, as a JSON object.
    pub(crate) labels: Box<RawValue>,
    /// Facts by name, as a JSON object.
    pub(crate) facts: String,
    /// Its random name in the log, and its wrapped key; `None` before the
    /// first decision.
    pub(crate) subject: Option<(Vec<u8>, Vec<u8>)>,
    is_demo: bool,
}

impl Account {
    /// The account with other facts.
    pub(crate) fn with(self, facts: String) -> Account {
        Account { facts, ..self }
    }

    /// Whether the log calls it so.
    pub(crate) fn is_subject(&self, name: &[u8]) -> bool {
        self.subject.as_ref().is_some_and(|(own, _)| own == name)
    }
}

const COLUMNS: &str = "SELECT accounts.id, labels, facts, demo IS NOT NULL AS is_demo, \
                       subjects.id AS subject, subjects.key AS wrapped FROM accounts \
                       LEFT JOIN subjects ON subjects.account = accounts.id";

/// Reads accounts by their ids.
pub(super) async fn read(
    readers: SqlitePool,
    ids: Vec<String>,
) -> Result<Vec<Option<Account>>, StoreError> {
    let mut found = BTreeMap::new();
    for some in chunks(&ids) {
        let query = format!("{COLUMNS} WHERE accounts.id IN {}", list(some.len()));
        let mut query = sqlx::query(sqlx::AssertSqlSafe(query));
        for id in some {
            query = query.bind(id);
        }
        let rows = query.fetch_all(&readers).await;
        for row in rows.map_err(|error| unavailable(&error))? {
            let account = account(&row)?;
            found.insert(account.id.clone(), account);
        }
    }
    // The same one may have been asked for more than once.
    Ok(ids.iter().map(|id| found.get(id).cloned()).collect())
}

impl Store {
    /// The account with this id. Demo accounts are there only `with_demo`.
    pub(crate) async fn account(
        &self,
        id: &str,
        with_demo: bool,
    ) -> Result<Option<Account>, StoreError> {
        let found = self.accounts.get(id.to_owned()).await?;
        Ok(found.filter(|account| with_demo || !account.is_demo))
    }

    /// Every demo account, in the order in which they were given.
    pub(crate) async fn demo_accounts(&self) -> Result<Vec<Account>, StoreError> {
        let query = format!("{COLUMNS} WHERE demo IS NOT NULL ORDER BY demo, accounts.id");
        let query = sqlx::query(sqlx::AssertSqlSafe(query));
        let rows = query.fetch_all(&self.readers).await;
        rows.map_err(|error| unavailable(&error))?
            .iter()
            .map(account)
            .collect()
    }
}

fn account(row: &SqliteRow) -> Result<Account, StoreError> {
    let read = || -> Result<_, sqlx::Error> {
        let subject: Option<Vec<u8>> = row.try_get("subject")?;
        let wrapped: Option<Vec<u8>> = row.try_get("wrapped")?;
        let labels: String = row.try_get("labels")?;
        let texts = (row.try_get("id")?, row.try_get("facts")?);
        let is_demo: i64 = row.try_get("is_demo")?;
        Ok((texts, labels, subject.zip(wrapped), is_demo != 0))
    };
    let ((id, facts), labels, subject, is_demo) = read().map_err(|error| unavailable(&error))?;
    Ok(Account {
        id,
        labels: json(&labels)?,
        facts,
        subject,
        is_demo,
    })
}

/// A demo account as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seed<'a> {
    id: String,
    #[serde(borrow)]
    label: &'a RawValue,
    #[serde(borrow)]
    facts: &'a RawValue,
}

/// Inserts or updates demo accounts; those of an earlier start stay.
pub(super) async fn seed(
    connection: &mut SqliteConnection,
    seeds: Vec<Seed<'_>>,
) -> Result<(), sqlx::Error> {
    for (place, seed) in (0_i64..).zip(seeds) {
        let upsert = "INSERT INTO accounts (id, demo, labels, facts) VALUES (?, ?, ?, ?) \
                      ON CONFLICT (id) DO UPDATE SET demo = excluded.demo, \
                      labels = excluded.labels, facts = excluded.facts WHERE demo IS NOT NULL";
        let query = sqlx::query(upsert);
        query
            .bind(&seed.id)
            .bind(place)
            .bind(seed.label.get())
            .bind(seed.facts.get())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
