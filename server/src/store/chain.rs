//! The chain in the database: its head, and rows in their order.

use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Connection, Row};

use super::batch::{chunks, tuples};
use crate::audit::{Body, EVERY, Hash, Keys, NOTHING, Role, Signed, row};

/// A chain as the database says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chain {
    pub(crate) id: [u8; 16],
    pub(crate) public_key: [u8; 32],
    pub(crate) head: Signed,
}

/// A row as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogRow {
    pub(crate) sequence: i64,
    pub(crate) body: Body,
    pub(crate) previous: Vec<u8>,
    pub(crate) hash: Vec<u8>,
}

/// Every column of [`LogRow`].
pub(crate) const COLUMNS: &str = "log.sequence, log.kind, log.id, log.decided_at, log.decided_ms, \
     log.scenario, log.policy_pack, log.policy_version, log.policy_hash, log.as_of, log.subject, \
     log.locale, log.decision, log.counts, log.previous, log.hash, log.sealed";

impl LogRow {
    /// Reads the columns of [`COLUMNS`].
    pub(crate) fn read(row: &SqliteRow) -> Result<LogRow, sqlx::Error> {
        Ok(LogRow {
            sequence: row.try_get("sequence")?,
            body: Body {
                kind: row.try_get("kind")?,
                id: row.try_get("id")?,
                decided_at: row.try_get("decided_at")?,
                decided_ms: row.try_get("decided_ms")?,
                scenario: row.try_get("scenario")?,
                policy_pack: row.try_get("policy_pack")?,
                policy_version: row.try_get("policy_version")?,
                policy_hash: row.try_get("policy_hash")?,
                as_of: row.try_get("as_of")?,
                subject: row.try_get("subject")?,
                locale: row.try_get("locale")?,
                decision: row.try_get("decision")?,
                counts: row.try_get("counts")?,
                sealed: row.try_get("sealed")?,
            },
            previous: row.try_get("previous")?,
            hash: row.try_get("hash")?,
        })
    }
}

/// Reads bytes of a fixed length, which the table checks.
fn bytes<const N: usize>(row: &SqliteRow, column: &str) -> Result<[u8; N], sqlx::Error> {
    let found: Vec<u8> = row.try_get(column)?;
    let wrong = |found: Vec<u8>| format!("`{column}` has {} bytes and not {N}", found.len());
    found
        .try_into()
        .map_err(|found| sqlx::Error::Decode(wrong(found).into()))
}

impl Chain {
    /// The chain of the database; `None` in one that has none yet.
    pub(crate) async fn read(
        connection: &mut SqliteConnection,
    ) -> Result<Option<Chain>, sqlx::Error> {
        let query = "SELECT id, public_key, sequence, hash, signature FROM chain";
        let row = sqlx::query(query).fetch_optional(connection).await?;
        row.map(|row| {
            Ok(Chain {
                id: bytes(&row, "id")?,
                public_key: bytes(&row, "public_key")?,
                head: signed(&row)?,
            })
        })
        .transpose()
    }

    /// Begins the chain of a new database. Another service may have been first.
    pub(super) async fn begin(
        connection: &mut SqliteConnection,
        keys: &Keys,
        id: [u8; 16],
    ) -> Result<(), sqlx::Error> {
        let head = Signed::new(Role::Head, &id, 0, NOTHING, keys);
        sqlx::query(
            "INSERT INTO chain (only_one, id, public_key, sequence, hash, signature) \
             VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(&id[..])
        .bind(&keys.public().as_bytes()[..])
        .bind(head.sequence)
        .bind(&head.hash[..])
        .bind(&head.signature[..])
        .execute(connection)
        .await?;
        Ok(())
    }

    /// The chain, and whether its head is signed by the key and is the last
    /// row of the log.
    pub(super) async fn check(
        connection: &mut SqliteConnection,
        keys: &Keys,
    ) -> Result<(Chain, bool), sqlx::Error> {
        // One look at both: another service may be writing.
        let mut transaction = connection.begin().await?;
        let chain = Chain::read(&mut transaction).await?;
        let chain = chain.ok_or(sqlx::Error::RowNotFound)?;
        let query = "SELECT sequence, hash FROM log ORDER BY sequence DESC LIMIT 1";
        let last = sqlx::query(query).fetch_optional(&mut *transaction).await?;
        let last = match last {
            Some(row) => (row.try_get("sequence")?, bytes(&row, "hash")?),
            None => (0, NOTHING),
        };
        let is_signed = chain.head.is_good(Role::Head, &chain.id, keys.public());
        let holds = is_signed && last == (chain.head.sequence, chain.head.hash);
        Ok((chain, holds))
    }

    /// Gives a row the next place, and moves the head to it.
    pub(super) fn link<'b>(&mut self, body: &'b Body, digest: &Hash) -> Linked<'b> {
        let previous = self.head.hash;
        let sequence = self.head.sequence.saturating_add(1);
        let hash = row::link(&self.id, sequence, &previous, digest);
        (self.head.sequence, self.head.hash) = (sequence, hash);
        Linked {
            sequence,
            body,
            previous,
            hash,
        }
    }

    /// Whether the last row is one that is signed for good.
    pub(super) fn is_due(&self) -> bool {
        self.head.sequence % EVERY == 0
    }

    /// Signs a place and keeps it for good; the line is for the log.
    pub(super) async fn checkpoint(
        &self,
        connection: &mut SqliteConnection,
        keys: &Keys,
    ) -> Result<String, sqlx::Error> {
        let Signed { sequence, hash, .. } = self.head;
        let signed = Signed::new(Role::Checkpoint, &self.id, sequence, hash, keys);
        sqlx::query(
            "INSERT INTO checkpoints (sequence, hash, signature) VALUES (?, ?, ?) \
             ON CONFLICT DO NOTHING",
        )
        .bind(signed.sequence)
        .bind(&signed.hash[..])
        .bind(&signed.signature[..])
        .execute(connection)
        .await?;
        Ok(signed.to_line(&self.id))
    }

    /// Signs the head as it is now and keeps it, with the rows that it is the
    /// last of: in one transaction.
    pub(super) async fn keep_head(
        &mut self,
        connection: &mut SqliteConnection,
        keys: &Keys,
    ) -> Result<(), sqlx::Error> {
        let Signed { sequence, hash, .. } = self.head;
        self.head = Signed::new(Role::Head, &self.id, sequence, hash, keys);
        sqlx::query("UPDATE chain SET sequence = ?, hash = ?, signature = ?")
            .bind(sequence)
            .bind(&hash[..])
            .bind(&self.head.signature[..])
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// A signed place as `sequence`, `hash`, `signature`.
pub(crate) fn signed(row: &SqliteRow) -> Result<Signed, sqlx::Error> {
    Ok(Signed {
        sequence: row.try_get("sequence")?,
        hash: bytes(row, "hash")?,
        signature: bytes(row, "signature")?,
    })
}

/// Signs a checkpoint where the last one is not that of the head already, and
/// gives its line.
pub(crate) async fn checkpoint_at_head(
    connection: &mut SqliteConnection,
    keys: &Keys,
) -> Result<Option<String>, sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let Some(chain) = Chain::read(&mut transaction).await? else {
        return Ok(None);
    };
    let query = "SELECT 1 FROM checkpoints WHERE sequence = ?";
    let query = sqlx::query(query).bind(chain.head.sequence);
    let is_there = query.fetch_optional(&mut *transaction).await?.is_some();
    if is_there || chain.head.sequence == 0 {
        return Ok(None);
    }
    let line = chain.checkpoint(&mut transaction, keys).await?;
    transaction.commit().await?;
    Ok(Some(line))
}

/// Puts rows at the end that no condition hangs on, and keeps the head.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    chain: &mut Chain,
    keys: &Keys,
    bodies: &[Body],
) -> Result<(), sqlx::Error> {
    let rows = bodies.iter().map(|body| chain.link(body, &body.digest()));
    let rows: Vec<Linked<'_>> = rows.collect();
    put(connection, &rows).await?;
    chain.keep_head(connection, keys).await
}

/// What a decision is kept on condition of, besides that its person is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    /// The beginning of the window, in milliseconds since 1970.
    pub(crate) since_ms: i64,
    /// How many applications of the person were seen in it.
    pub(crate) seen: i64,
}

/// How many applications are counted at most.
pub(super) const MOST_COUNTED: i64 = 10_000;

/// A row with its place in the chain.
pub(super) struct Linked<'b> {
    sequence: i64,
    body: &'b Body,
    previous: Hash,
    hash: Hash,
}

/// Puts rows into the log, which [`Chain::link`] has given their places.
pub(super) async fn put(
    connection: &mut SqliteConnection,
    rows: &[Linked<'_>],
) -> Result<(), sqlx::Error> {
    for some in chunks(rows) {
        let text = format!(
            "INSERT INTO log (sequence, kind, id, decided_at, decided_ms, scenario, policy_pack, \
             policy_version, policy_hash, as_of, subject, locale, decision, counts, previous, \
             hash, sealed) VALUES {}",
            tuples(some.len(), 17)
        );
        let mut query = sqlx::query(AssertSqlSafe(text));
        for row in some {
            let body = row.body;
            query = query
                .bind(row.sequence)
                .bind(&body.kind)
                .bind(&body.id)
                .bind(&body.decided_at)
                .bind(body.decided_ms)
                .bind(&body.scenario)
                .bind(&body.policy_pack)
                .bind(body.policy_version)
                .bind(&body.policy_hash)
                .bind(&body.as_of)
                .bind(&body.subject)
                .bind(&body.locale)
                .bind(&body.decision)
                .bind(body.counts)
                .bind(&row.previous[..])
                .bind(&row.hash[..])
                .bind(&body.sealed);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}
