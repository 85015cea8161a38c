//! Whose decisions are.

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::{Store, StoreError, unavailable};

/// Writes down whose a decision is, in the transaction that keeps it.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    decision: &str,
    caller: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO decision_callers (decision, caller) VALUES (?, ?)")
        .bind(decision)
        .bind(caller)
        .execute(connection)
        .await?;
    Ok(())
}

impl Store {
    /// Whose a decision is; `None` for one that is the demo's or is not there.
    pub(crate) async fn caller_of(&self, decision: &str) -> Result<Option<String>, StoreError> {
        let query = "SELECT caller FROM decision_callers WHERE decision = ?";
        let row = sqlx::query(query)
            .bind(decision)
            .fetch_optional(&self.readers)
            .await;
        let row = row.map_err(|error| unavailable(&error))?;
        row.map(|row| row.try_get("caller"))
            .transpose()
            .map_err(|error| unavailable(&error))
    }
}
