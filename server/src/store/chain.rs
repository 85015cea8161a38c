//! The chain in the database: its head, and rows in their order.

use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Connection, Row};

use crate::audit::{Body, Hash, Keys, NOTHING, Role, Signed, row};

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

    /// The place of the next row, and its hash.
    pub(super) fn next(&self, digest: &Hash) -> (i64, Hash) {
        let sequence = self.head.sequence.saturating_add(1);
        let hash = row::link(&self.id, sequence, &self.head.hash, digest);
        (sequence, hash)
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
    for body in bodies {
        insert(connection, chain, body, &body.digest(), None, None).await?;
    }
    chain.keep_head(connection, keys).await
}

/// What a row is inserted on condition of, besides that its person is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    /// The beginning of the window, in milliseconds since 1970.
    pub(crate) since_ms: i64,
    /// How many applications of the person were seen in it.
    pub(crate) seen: i64,
}

/// How many applications are counted at most.
pub(super) const MOST_COUNTED: i64 = 10_000;

/// Puts a row at the end and moves the head to it; `false`, and nothing is
/// done, where what it was decided on is not so any more: the person is gone,
/// the idempotency key is taken, or applications were counted meanwhile.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    chain: &mut Chain,
    body: &Body,
    digest: &Hash,
    key: Option<&[u8; 32]>,
    counted: Option<Counted>,
) -> Result<bool, sqlx::Error> {
    let (sequence, hash) = chain.next(digest);
    // Conditions in the statement itself: one way to the database, and no gap.
    let mut text = String::from(
        "INSERT INTO log (sequence, kind, id, decided_at, decided_ms, scenario, policy_pack, \
         policy_version, policy_hash, as_of, subject, locale, decision, counts, previous, hash, \
         sealed) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17",
    );
    if body.kind == row::Kind::Decision.as_str() {
        text.push_str(" WHERE EXISTS (SELECT 1 FROM subjects WHERE id = ?11)");
    }
    if key.is_some() {
        text.push_str(
            " AND NOT EXISTS (SELECT 1 FROM idempotency WHERE key = ?18 AND expires_ms > ?5)",
        );
    }
    if counted.is_some() {
        text.push_str(
            " AND ?19 = (SELECT count(*) FROM (SELECT 1 FROM log WHERE subject = ?11 \
             AND counts = 1 AND decided_ms > ?20 LIMIT ?21))",
        );
    }
    let mut query = sqlx::query(AssertSqlSafe(text))
        .bind(sequence)
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
        .bind(&chain.head.hash[..])
        .bind(&hash[..])
        .bind(&body.sealed);
    if key.is_some() || counted.is_some() {
        query = query.bind(key.map(|key| &key[..]));
    }
    if let Some(Counted { since_ms, seen }) = counted {
        query = query.bind(seen).bind(since_ms).bind(MOST_COUNTED);
    }
    let done = query.execute(connection).await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    chain.head.sequence = sequence;
    chain.head.hash = hash;
    Ok(true)
}
