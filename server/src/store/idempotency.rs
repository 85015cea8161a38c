//! Which decision answered a key.
//!
//! Kept in the transaction of the decision, so that there is never one without
//! the other. Keys and fingerprints are keyed hashes when they come here.

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::log::{KeptDecision, kept};
use super::{Store, StoreError, unavailable};
use crate::audit::Body;

/// How long a key is remembered, in milliseconds: a day.
pub(crate) const REMEMBERED_MS: i64 = 24 * 60 * 60 * 1000;
/// How many expired keys are deleted at a time.
const SWEPT: i64 = 1000;

/// A key that a decision is to be kept under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NewKey {
    /// The keyed hash of the key and its scope.
    pub(crate) tag: [u8; 32],
    /// The keyed hash of what was asked.
    pub(crate) fingerprint: [u8; 32],
}

/// The decision that a key has already.
pub(crate) enum FirstAnswer {
    /// To the same request.
    Same(KeptDecision),
    /// To another one.
    Other,
}

impl NewKey {
    /// Keeps it for a decision. An expired row of the same key gives way.
    pub(super) async fn keep(
        &self,
        connection: &mut SqliteConnection,
        sequence: i64,
        body: &Body,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT OR REPLACE INTO idempotency (key, fingerprint, sequence, subject, expires_ms) \
             VALUES (?, ?, ?, ?, ?)",
        )
        .bind(&self.tag[..])
        .bind(&self.fingerprint[..])
        .bind(sequence)
        .bind(&body.subject)
        .bind(body.decided_ms.saturating_add(REMEMBERED_MS))
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Deletes some of the keys that have expired.
pub(super) async fn sweep(
    connection: &mut SqliteConnection,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM idempotency WHERE key IN \
         (SELECT key FROM idempotency WHERE expires_ms <= ? LIMIT ?)",
    )
    .bind(now_ms)
    .bind(SWEPT)
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// What a key was answered with, if it was used and has not expired.
    pub(crate) async fn first_answer(
        &self,
        key: &NewKey,
        now_ms: i64,
    ) -> Result<Option<FirstAnswer>, StoreError> {
        let query = sqlx::query(
            "SELECT idempotency.fingerprint, log.id, log.decided_at, log.locale, log.subject, \
             log.sealed, subjects.key AS wrapped FROM idempotency \
             JOIN log ON log.sequence = idempotency.sequence \
             LEFT JOIN subjects ON subjects.id = log.subject \
             WHERE idempotency.key = ? AND idempotency.expires_ms > ?",
        );
        let query = query.bind(&key.tag[..]).bind(now_ms);
        let row = query.fetch_optional(&self.readers).await;
        let Some(row) = row.map_err(|error| unavailable(&error))? else {
            return Ok(None);
        };
        let fingerprint: Vec<u8> = row
            .try_get("fingerprint")
            .map_err(|error| unavailable(&error))?;
        if fingerprint != key.fingerprint {
            return Ok(Some(FirstAnswer::Other));
        }
        // The keys of a person go with the person, so what is here opens.
        Ok(kept(&row, &self.keys)?.map(FirstAnswer::Same))
    }
}
