//! Erasing a person.

use std::path::Path;

use sqlx::{Connection, Row};
use uuid::Uuid;

use super::data::Data;
use super::error::AuditError;
use super::keys::KeySource;
use super::row::Body;
use crate::clock::Moment;
use crate::store::chain::{self, Chain};

/// What an erasure did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// How many decisions about the person stay in the log, unreadable.
    pub decisions: i64,
    /// The row that says so; `None` where the log had nothing of the person.
    pub sequence: Option<i64>,
    /// Whether the deleted bytes have left the files. Otherwise a service holds
    /// them in its write-ahead file until its next checkpoint.
    pub is_overwritten: bool,
}

/// Erases the person of an account: the account with its line, its notices and
/// what waits to be sent of them, the key of everything about it, and the
/// idempotency keys. The log says that it was done, under a name
/// that means nothing any more. Works while services run on the data.
///
/// # Errors
///
/// [`AuditError::AccountUnknown`], and what keeps the data from being opened.
pub async fn erase(folder: &Path, key: &KeySource, account: &str) -> Result<Erased, AuditError> {
    let mut data = Data::open(folder, true).await?;
    let keys = data.keys(key, folder)?;
    let failed = data.failed();
    let now = Moment::now().ok_or(AuditError::ClockUnusable)?;

    let transaction = data.connection.begin_with("BEGIN IMMEDIATE").await;
    let mut transaction = transaction.map_err(&failed)?;
    let query = sqlx::query("SELECT id FROM subjects WHERE account = ?").bind(account);
    let subject = query.fetch_optional(&mut *transaction).await;
    let subject = subject.and_then(|row| row.map(|row| row.try_get("id")).transpose());
    let subject: Option<Vec<u8>> = subject.map_err(&failed)?;
    let query = sqlx::query("DELETE FROM accounts WHERE id = ?").bind(account);
    let deleted = query.execute(&mut *transaction).await.map_err(&failed)?;
    if subject.is_none() && deleted.rows_affected() == 0 {
        return Err(AuditError::AccountUnknown);
    }
    let mut erased = Erased {
        decisions: 0,
        sequence: None,
        is_overwritten: false,
    };
    if let Some(subject) = subject {
        for statement in [
            "DELETE FROM subjects WHERE id = ?",
            "DELETE FROM idempotency WHERE subject = ?",
        ] {
            let query = sqlx::query(statement).bind(&subject);
            query.execute(&mut *transaction).await.map_err(&failed)?;
        }
        let count = "SELECT count(*) FROM log WHERE subject = ? AND kind = 'decision'";
        let count = sqlx::query_scalar(count).bind(&subject);
        let count = count.fetch_one(&mut *transaction).await;
        erased.decisions = count.map_err(&failed)?;
        let chain = Chain::read(&mut transaction).await.map_err(&failed)?;
        let mut chain = chain.ok_or(AuditError::LogBroken)?;
        let id = Uuid::new_v4().to_string();
        let body = Body::erasure(id, now.to_string(), now.milliseconds(), subject);
        let appended = chain::append(&mut transaction, &mut chain, &keys, &[body]).await;
        appended.map_err(&failed)?;
        erased.sequence = Some(chain.head.sequence);
    }
    transaction.commit().await.map_err(&failed)?;

    // Deleted rows are overwritten in the database; older pages of it stand in
    // the write-ahead file until it is cut.
    let cut = "PRAGMA wal_checkpoint(TRUNCATE)";
    let row = sqlx::query(cut).fetch_one(&mut data.connection).await;
    let busy: i64 = row.and_then(|row| row.try_get(0)).map_err(&failed)?;
    erased.is_overwritten = busy == 0;
    data.connection.close().await.map_err(&failed)?;
    Ok(erased)
}
