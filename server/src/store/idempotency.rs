//! Which decision answered a key.
//!
//! Kept in the transaction of the decision, so that there is never one without
//! the other. Keys and fingerprints are keyed hashes when they come here.

use std::collections::BTreeSet;

use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{AssertSqlSafe, Row};

use super::batch::{chunks, list, tuples};
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

/// Until when a key is remembered that is kept with a decision.
pub(super) fn expiry(body: &Body) -> i64 {
    body.decided_ms.saturating_add(REMEMBERED_MS)
}

/// Keeps keys for decisions at their places. An expired row of the same key
/// gives way.
pub(super) async fn keep(
    connection: &mut SqliteConnection,
    keys: &[(NewKey, i64, &Body)],
) -> Result<(), sqlx::Error> {
    for some in chunks(keys) {
        let text = format!(
            "INSERT OR REPLACE INTO idempotency (key, fingerprint, sequence, subject, expires_ms) \
             VALUES {}",
            tuples(some.len(), 5)
        );
        let mut query = sqlx::query(AssertSqlSafe(text));
        for (key, sequence, body) in some {
            query = query
                .bind(&key.tag[..])
                .bind(&key.fingerprint[..])
                .bind(sequence)
                .bind(&body.subject)
                .bind(expiry(body));
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
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

/// Says which keys there are, expired ones included.
pub(super) async fn used(
    readers: SqlitePool,
    tags: Vec<[u8; 32]>,
) -> Result<Vec<Option<()>>, StoreError> {
    let mut found: BTreeSet<Vec<u8>> = BTreeSet::new();
    for some in chunks(&tags) {
        let query = format!(
            "SELECT key FROM idempotency WHERE key IN {}",
            list(some.len())
        );
        let mut query = sqlx::query_scalar(AssertSqlSafe(query));
        for tag in some {
            query = query.bind(&tag[..]);
        }
        let keys: Result<Vec<Vec<u8>>, _> = query.fetch_all(&readers).await;
        found.extend(keys.map_err(|error| unavailable(&error))?);
    }
    let is_used = |tag: &[u8; 32]| found.contains(&tag[..]).then_some(());
    Ok(tags.iter().map(is_used).collect())
}

impl Store {
    /// What a key was answered with, if it was used and has not expired.
    pub(crate) async fn first_answer(
        &self,
        key: &NewKey,
        now_ms: i64,
    ) -> Result<Option<FirstAnswer>, StoreError> {
        // Nearly all keys are new; whether one is, is asked for many at once.
        if self.used_keys.get(key.tag).await?.is_none() {
            return Ok(None);
        }
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
