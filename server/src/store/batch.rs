//! Many decisions at the end of the log in a few statements, each with what it
//! changes besides.
//!
//! A statement is a trip to the thread of the connection and back, which costs
//! more than what most of them do there. So whatever decides about the rows of
//! a batch is asked for all of them at once, and rows are put in many at a
//! time. All of it is in one transaction that has the write lock from its
//! beginning: what was asked still holds at the commit. What earlier rows of
//! the batch change for later ones is kept count of here.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Row};

use super::chain::{self, Chain, Counted, MOST_COUNTED};
use super::idempotency::{self, NewKey};
use super::lines::Effect;
use super::standing::Standing;
use crate::audit::{Body, Hash, Keys};

/// How many rows a statement has at most.
pub(super) const ROWS: usize = 64;

/// A decision, sealed and ready to be chained.
pub(super) struct Entry {
    pub(super) body: Body,
    pub(super) digest: Hash,
    /// Account and wrapped key of a person who was not in the log.
    pub(super) new_subject: Option<(String, Vec<u8>)>,
    pub(super) key: Option<NewKey>,
    pub(super) counted: Option<Counted>,
    /// What it changes besides.
    pub(super) effect: Option<Effect>,
}

/// Rows that are kept together or not at all.
pub(super) type Together<'b> = &'b [Entry];

/// What became of a batch, and the checkpoints on the way.
pub(super) struct Done {
    /// For each group of rows, whether it was kept. It was not where what one
    /// of them was made on is not so any more: the person is gone, the
    /// idempotency key is taken, applications were counted or the line or the
    /// appeal was changed meanwhile.
    pub(super) kept: Vec<bool>,
    pub(super) checkpoints: Vec<String>,
}

/// Puts a batch at the end of the log, changes what its rows change, and moves
/// the head.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    chain: &mut Chain,
    keys: &Keys,
    batch: &[Together<'_>],
) -> Result<Done, sqlx::Error> {
    let all: Vec<&Entry> = batch.iter().copied().flatten().collect();
    let effects: Vec<&Effect> = all.iter().filter_map(|one| one.effect.as_ref()).collect();
    persons(connection, &all).await?;
    let there = there(connection, &all).await?;
    let mut taken = taken(connection, &all).await?;
    let mut counts = counts(connection, &all).await?;
    let mut standing = Standing::read(connection, &effects).await?;

    let mut done = Done {
        kept: Vec::with_capacity(batch.len()),
        checkpoints: Vec::new(),
    };
    let (mut rows, mut new_keys, mut signed) = (Vec::new(), Vec::new(), Vec::new());
    let (mut applications, mut changes) = (Vec::new(), Vec::new());
    let mut place = 0;
    for together in batch {
        let mut is_kept = true;
        for entry in *together {
            let body = &entry.body;
            let is_free = entry.key.is_none_or(|key| {
                let until = taken.get(&key.tag[..]);
                until.is_none_or(|until| *until <= body.decided_ms)
            });
            let holds = entry.counted.is_none_or(|counted| {
                let earlier = |(subject, at): &&(&[u8], i64)| {
                    *subject == body.subject && *at > counted.since_ms
                };
                let earlier = applications.iter().filter(earlier).count();
                let before = counts.remove(&place).unwrap_or(0);
                let now = before.saturating_add(i64::try_from(earlier).unwrap_or(i64::MAX));
                counted.seen == now.min(MOST_COUNTED)
            });
            is_kept &= there.contains(&body.subject) && is_free && holds;
            place += 1;
        }
        let own = together.iter().filter_map(|one| one.effect.as_ref());
        is_kept = is_kept && standing.take(own);
        done.kept.push(is_kept);
        if !is_kept {
            continue;
        }
        for entry in *together {
            let body = &entry.body;
            rows.push(chain.link(body, &entry.digest));
            if chain.is_due() {
                signed.push(*chain);
            }
            if let Some(key) = entry.key {
                taken.insert(key.tag.to_vec(), idempotency::expiry(body));
                new_keys.push((key, chain.head.sequence, body));
            }
            if body.counts {
                applications.push((&body.subject[..], body.decided_ms));
            }
            if let Some(effect) = &entry.effect {
                changes.push((effect, chain.head.sequence));
            }
        }
    }
    chain::put(connection, &rows).await?;
    idempotency::keep(connection, &new_keys).await?;
    for (effect, sequence) in changes {
        effect.apply(connection, sequence).await?;
    }
    for place in signed {
        let line = place.checkpoint(connection, keys).await?;
        done.checkpoints.push(line);
    }
    Ok(done)
}

/// Gives new persons their names. Where an account is gone, or has a name
/// already, nothing is inserted, and then it is not [`there`].
async fn persons(connection: &mut SqliteConnection, batch: &[&Entry]) -> Result<(), sqlx::Error> {
    for Entry {
        body, new_subject, ..
    } in batch
    {
        let Some((account, wrapped)) = new_subject else {
            continue;
        };
        // One at a time: it happens once in a person's life.
        sqlx::query(
            "INSERT INTO subjects (id, account, key) SELECT ?1, ?2, ?3 \
             WHERE EXISTS (SELECT 1 FROM accounts WHERE id = ?2) ON CONFLICT DO NOTHING",
        )
        .bind(&body.subject)
        .bind(account)
        .bind(wrapped)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The persons of a batch who are in the log.
async fn there(
    connection: &mut SqliteConnection,
    batch: &[&Entry],
) -> Result<BTreeSet<Vec<u8>>, sqlx::Error> {
    let asked: BTreeSet<&[u8]> = batch.iter().map(|one| &one.body.subject[..]).collect();
    let asked: Vec<&[u8]> = asked.into_iter().collect();
    let mut there = BTreeSet::new();
    for some in chunks(&asked) {
        let text = format!("SELECT id FROM subjects WHERE id IN {}", list(some.len()));
        let mut query = sqlx::query_scalar(AssertSqlSafe(text));
        for subject in some {
            query = query.bind(*subject);
        }
        let found: Vec<Vec<u8>> = query.fetch_all(&mut *connection).await?;
        there.extend(found);
    }
    Ok(there)
}

/// The idempotency keys of a batch that are there already, and until when.
async fn taken(
    connection: &mut SqliteConnection,
    batch: &[&Entry],
) -> Result<BTreeMap<Vec<u8>, i64>, sqlx::Error> {
    let asked: Vec<NewKey> = batch.iter().filter_map(|one| one.key).collect();
    let mut taken = BTreeMap::new();
    for some in chunks(&asked) {
        let list = list(some.len());
        let text = format!("SELECT key, expires_ms FROM idempotency WHERE key IN {list}");
        let mut query = sqlx::query(AssertSqlSafe(text));
        for key in some {
            query = query.bind(&key.tag[..]);
        }
        for row in query.fetch_all(&mut *connection).await? {
            taken.insert(row.try_get("key")?, row.try_get("expires_ms")?);
        }
    }
    Ok(taken)
}

/// How many applications there are where a decision was taken on their number,
/// by its place in the batch.
async fn counts(
    connection: &mut SqliteConnection,
    batch: &[&Entry],
) -> Result<BTreeMap<usize, i64>, sqlx::Error> {
    let asked = batch.iter().enumerate();
    let asked = asked.filter_map(|(place, one)| Some((place, &one.body.subject, one.counted?)));
    let asked: Vec<_> = asked.collect();
    let mut counts = BTreeMap::new();
    for some in chunks(&asked) {
        let text = format!(
            "SELECT column1 AS place, (SELECT count(*) FROM (SELECT 1 FROM log \
             WHERE subject = column2 AND counts = 1 AND decided_ms > column3 \
             LIMIT {MOST_COUNTED})) AS seen FROM (VALUES {})",
            tuples(some.len(), 3)
        );
        let mut query = sqlx::query(AssertSqlSafe(text));
        for (place, subject, counted) in some {
            let place = i64::try_from(*place).unwrap_or(i64::MAX);
            query = query.bind(place).bind(*subject).bind(counted.since_ms);
        }
        for row in query.fetch_all(&mut *connection).await? {
            let place: i64 = row.try_get("place")?;
            counts.insert(
                usize::try_from(place).unwrap_or(usize::MAX),
                row.try_get("seen")?,
            );
        }
    }
    Ok(counts)
}

/// Splits into powers of two, so that there are few different statements: they
/// are kept prepared.
pub(super) fn chunks<T>(all: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = all;
    std::iter::from_fn(move || {
        let most = rest.len().min(ROWS).checked_ilog2()?;
        let (some, others) = rest.split_at(1 << most);
        rest = others;
        Some(some)
    })
}

/// Placeholders of a list: `(?,?,?)`.
pub(super) fn list(length: usize) -> String {
    format!("({})", vec!["?"; length].join(","))
}

/// Placeholders of rows: `(?,?),(?,?)`.
pub(super) fn tuples(rows: usize, columns: usize) -> String {
    vec![list(columns); rows].join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_whole_and_of_few_sizes() {
        for length in 0..300_usize {
            let all: Vec<usize> = (0..length).collect();
            let sizes: Vec<usize> = chunks(&all).map(<[usize]>::len).collect();
            assert_eq!(chunks(&all).flatten().count(), length);
            assert!(chunks(&all).flatten().copied().eq(0..length), "{length}");
            let is_good = |size: &usize| size.is_power_of_two() && *size <= ROWS;
            assert!(sizes.iter().all(is_good), "{length}: {sizes:?}");
            assert!(sizes.len() <= length / ROWS + 6, "{length}: {sizes:?}");
        }
    }
}
