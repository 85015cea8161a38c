//! The policies that were decided with: the highest version of each, and the
//! bundles themselves.

use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, Row};

/// A policy that is about to decide.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PolicyVersion<'p> {
    pub(crate) pack: &'p str,
    pub(crate) version: u32,
    pub(crate) hash: &'p str,
    /// The server bundle itself.
    pub(crate) bundle: &'p [u8],
    /// Now.
    pub(crate) at: &'p str,
}

/// What was seen of a pack before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nothing above this version; it is kept as the highest now.
    Risen,
    /// This version, but with another content.
    Changed,
    /// This higher version; nothing was written.
    Higher(u32),
}

/// Holds a policy against what was seen, and keeps it when it is not lower.
pub(super) async fn keep(
    connection: &mut SqliteConnection,
    policy: PolicyVersion<'_>,
) -> Result<Seen, sqlx::Error> {
    // One transaction: two services that start at once cannot both be first.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let seen = keep_within(&mut transaction, policy).await?;
    transaction.commit().await?;
    Ok(seen)
}

/// The same within a transaction.
pub(super) async fn keep_within(
    transaction: &mut SqliteConnection,
    policy: PolicyVersion<'_>,
) -> Result<Seen, sqlx::Error> {
    let row = sqlx::query("SELECT version, hash FROM policies WHERE pack = ?")
        .bind(policy.pack)
        .fetch_optional(&mut *transaction)
        .await?;
    let mut seen = Seen::Risen;
    let mut is_known = false;
    if let Some(row) = row {
        let version: u32 = row.try_get("version")?;
        let hash: String = row.try_get("hash")?;
        if version > policy.version {
            return Ok(Seen::Higher(version));
        }
        if version == policy.version {
            is_known = hash == policy.hash;
            if !is_known {
                seen = Seen::Changed;
            }
        }
    }
    if !is_known {
        let upsert = "INSERT INTO policies (pack, version, hash, seen_at) VALUES (?, ?, ?, ?) \
                      ON CONFLICT (pack) DO UPDATE SET version = excluded.version, \
                      hash = excluded.hash, seen_at = excluded.seen_at";
        sqlx::query(upsert)
            .bind(policy.pack)
            .bind(policy.version)
            .bind(policy.hash)
            .bind(policy.at)
            .execute(&mut *transaction)
            .await?;
    }
    // Signed again, it is the same policy under the key that is trusted today.
    let insert = "INSERT INTO bundles (hash, bundle) VALUES (?, ?) \
                  ON CONFLICT (hash) DO UPDATE SET bundle = excluded.bundle";
    sqlx::query(insert)
        .bind(policy.hash)
        .bind(policy.bundle)
        .execute(&mut *transaction)
        .await?;
    Ok(seen)
}
