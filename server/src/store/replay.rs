//! What it takes to take a decision again.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Store, StoreError, unavailable};

/// A decision as far as it is needed to take it again.
pub(crate) struct Replay {
    pub(crate) id: String,
    /// Its place among all decisions.
    pub(crate) sequence: i64,
    pub(crate) account: String,
    pub(crate) scenario: String,
    pub(crate) as_of: String,
    pub(crate) policy_hash: String,
    /// The facts that it was taken with, as a JSON object; `None` once they
    /// were deleted.
    pub(crate) facts: Option<String>,
}

const COLUMNS: &str = "SELECT id, sequence, account, scenario, as_of, policy_hash, facts \
                       FROM decisions LEFT JOIN decision_facts USING (sequence)";

impl Store {
    /// The decision with this id, for taking it again.
    pub(crate) async fn replay(&self, id: &str) -> Result<Option<Replay>, StoreError> {
        let query = format!("{COLUMNS} WHERE id = ?");
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id);
        let row = query.fetch_optional(&self.readers).await;
        read(row)
    }

    /// The last decision before another one, about the same account in the same
    /// scenario.
    pub(crate) async fn replay_before(&self, later: &Replay) -> Result<Option<Replay>, StoreError> {
        let query = format!(
            "{COLUMNS} WHERE account = ? AND scenario = ? AND sequence < ? \
             ORDER BY sequence DESC LIMIT 1"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(&later.account)
            .bind(&later.scenario)
            .bind(later.sequence);
        let row = query.fetch_optional(&self.readers).await;
        read(row)
    }

    /// The server bundle whose policy has this hash, if it has decided here.
    pub(crate) async fn bundle(&self, hash: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let query = sqlx::query("SELECT bundle FROM bundles WHERE hash = ?").bind(hash);
        let row = query.fetch_optional(&self.readers).await;
        row.and_then(|row| row.map(|row| row.try_get("bundle")).transpose())
            .map_err(|error| unavailable(&error))
    }
}

fn read(row: Result<Option<SqliteRow>, sqlx::Error>) -> Result<Option<Replay>, StoreError> {
    let replay = |row: SqliteRow| {
        Ok(Replay {
            id: row.try_get("id")?,
            sequence: row.try_get("sequence")?,
            account: row.try_get("account")?,
            scenario: row.try_get("scenario")?,
            as_of: row.try_get("as_of")?,
            policy_hash: row.try_get("policy_hash")?,
            facts: row.try_get("facts")?,
        })
    };
    row.and_then(|row| row.map(replay).transpose())
        .map_err(|error| unavailable(&error))
}
