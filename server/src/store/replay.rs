//! What it takes to take a decision again.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::log::open;
use super::{Account, Store, StoreError, unavailable};
use crate::audit::Keys;

/// A decision as far as it is needed to take it again.
pub(crate) struct Replay {
    pub(crate) id: String,
    /// Its place among all decisions.
    pub(crate) sequence: i64,
    /// The random name of its person.
    pub(crate) subject: Vec<u8>,
    pub(crate) scenario: String,
    pub(crate) as_of: String,
    pub(crate) policy_hash: String,
    /// The facts that it was taken with, as a JSON object; `None` once the
    /// person was erased.
    pub(crate) facts: Option<String>,
}

const COLUMNS: &str = "SELECT log.id, sequence, subject, scenario, as_of, policy_hash, sealed, \
                       subjects.key AS wrapped \
                       FROM log LEFT JOIN subjects ON subjects.id = log.subject";

impl Store {
    /// The decision with this id, for taking it again.
    pub(crate) async fn replay(&self, id: &str) -> Result<Option<Replay>, StoreError> {
        let query = format!("{COLUMNS} WHERE log.id = ? AND kind = 'decision'");
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id);
        let row = query.fetch_optional(&self.readers).await;
        read(row, &self.keys)
    }

    /// The last decision before another one, about the same account in the same
    /// scenario.
    pub(crate) async fn replay_before(&self, later: &Replay) -> Result<Option<Replay>, StoreError> {
        let query = format!(
            "{COLUMNS} WHERE subject = ? AND scenario = ? AND sequence < ? AND kind = 'decision' \
             ORDER BY sequence DESC LIMIT 1"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(&later.subject)
            .bind(&later.scenario)
            .bind(later.sequence);
        let row = query.fetch_optional(&self.readers).await;
        read(row, &self.keys)
    }

    /// The last decision about an account in a scenario.
    pub(crate) async fn last_decision(
        &self,
        account: &Account,
        scenario: &str,
    ) -> Result<Option<Replay>, StoreError> {
        let Some((subject, _)) = &account.subject else {
            return Ok(None);
        };
        let query = format!(
            "{COLUMNS} WHERE subject = ? AND scenario = ? AND kind = 'decision' \
             ORDER BY sequence DESC LIMIT 1"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(query));
        let row = query.bind(subject).bind(scenario);
        read(row.fetch_optional(&self.readers).await, &self.keys)
    }

    /// The server bundle whose policy has this hash, if it has decided here.
    pub(crate) async fn bundle(&self, hash: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let query = sqlx::query("SELECT bundle FROM bundles WHERE hash = ?").bind(hash);
        let row = query.fetch_optional(&self.readers).await;
        row.and_then(|row| row.map(|row| row.try_get("bundle")).transpose())
            .map_err(|error| unavailable(&error))
    }
}

fn read(
    row: Result<Option<SqliteRow>, sqlx::Error>,
    keys: &Keys,
) -> Result<Option<Replay>, StoreError> {
    let replay = |row: SqliteRow| {
        let sealed: Vec<u8> = row.try_get("sealed")?;
        let wrapped: Option<Vec<u8>> = row.try_get("wrapped")?;
        let replay = Replay {
            id: row.try_get("id")?,
            sequence: row.try_get("sequence")?,
            subject: row.try_get("subject")?,
            scenario: row.try_get("scenario")?,
            as_of: row.try_get("as_of")?,
            policy_hash: row.try_get("policy_hash")?,
            facts: None,
        };
        Ok((replay, wrapped, sealed))
    };
    let found = row.and_then(|row| row.map(replay).transpose());
    let Some((mut replay, wrapped, sealed)) = found.map_err(|error| unavailable(&error))? else {
        return Ok(None);
    };
    let trace = open(
        &replay.id,
        &replay.subject,
        wrapped.as_deref(),
        &sealed,
        keys,
    )?;
    replay.facts = trace.map(|trace| trace.facts.get().to_owned());
    Ok(Some(replay))
}
