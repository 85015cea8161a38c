//! What it takes to take a decision again.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::log::open;
use super::{Account, Store, StoreError, unavailable};
use crate::audit::{Keys, Kind, Trace};

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
    /// The facts that it was taken with, as a JSON object.
    pub(crate) facts: String,
    pub(crate) account: String,
    /// See [`crate::audit::Trace::caller`].
    pub(crate) caller: Option<String>,
}

/// A decision as those see it who look after the service.
pub(crate) struct Followed {
    pub(crate) sequence: i64,
    pub(crate) id: String,
    pub(crate) scenario: String,
    pub(crate) as_of: String,
    pub(crate) decision: String,
    /// `None` when its person was erased.
    pub(crate) trace: Option<Trace>,
}

/// How many decisions of other callers are looked at for one of a caller's own.
const MOST_SKIPPED: usize = 100;

const COLUMNS: &str = "SELECT log.id, sequence, subject, scenario, as_of, policy_hash, sealed, \
                       subjects.key AS wrapped \
                       FROM log LEFT JOIN subjects ON subjects.id = log.subject";

impl Store {
    /// The decision with this id, for taking it again; `None` too when its
    /// person was erased.
    pub(crate) async fn replay(&self, id: &str) -> Result<Option<Replay>, StoreError> {
        let query = format!("{COLUMNS} WHERE log.id = ? AND kind = 'decision'");
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id);
        let row = query.fetch_optional(&self.readers).await;
        read(row, &self.keys)
    }

    /// The last decision before another one, about the same account in the same
    /// scenario, that `is_own` says is the caller's.
    pub(crate) async fn replay_before(
        &self,
        later: &Replay,
        is_own: impl Fn(&Replay) -> bool,
    ) -> Result<Option<Replay>, StoreError> {
        let mut sequence = later.sequence;
        for _ in 0..MOST_SKIPPED {
            match self.before(later, sequence).await? {
                Some(other) if !is_own(&other) => sequence = other.sequence,
                found => return Ok(found),
            }
        }
        Ok(None)
    }

    async fn before(&self, later: &Replay, sequence: i64) -> Result<Option<Replay>, StoreError> {
        let query = format!(
            // Without the sign the planner might walk through everybody's rows.
            "{COLUMNS} WHERE subject = ? AND scenario = ? AND +sequence < ? AND kind = 'decision' \
             ORDER BY +sequence DESC LIMIT 1"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(&later.subject)
            .bind(&later.scenario)
            .bind(sequence);
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

impl Store {
    /// Decisions behind a place in the log, at most so many, and the place of
    /// the last row that was looked at.
    pub(crate) async fn follow(
        &self,
        after: i64,
        most: i64,
    ) -> Result<(Vec<Followed>, i64), StoreError> {
        let query = "SELECT log.id, sequence, kind, subject, scenario, as_of, decision, sealed, subjects.key AS wrapped \
                     FROM log LEFT JOIN subjects ON subjects.id = log.subject \
                     WHERE sequence > ? ORDER BY sequence LIMIT ?";
        let query = sqlx::query(query).bind(after).bind(most);
        let rows = query.fetch_all(&self.readers).await;
        let rows = rows.map_err(|error| unavailable(&error))?;
        let (mut found, mut last) = (Vec::new(), after);
        for row in &rows {
            let read = || -> Result<_, sqlx::Error> {
                let kind: String = row.try_get("kind")?;
                let subject: Vec<u8> = row.try_get("subject")?;
                let wrapped: Option<Vec<u8>> = row.try_get("wrapped")?;
                let sealed: Vec<u8> = row.try_get("sealed")?;
                let followed = Followed {
                    sequence: row.try_get("sequence")?,
                    id: row.try_get("id")?,
                    scenario: row.try_get("scenario")?,
                    as_of: row.try_get("as_of")?,
                    decision: row.try_get("decision")?,
                    trace: None,
                };
                Ok((kind, (subject, wrapped, sealed), followed))
            };
            let (kind, parts, mut followed) = read().map_err(|error| unavailable(&error))?;
            last = followed.sequence;
            if kind == Kind::Decision.as_str() {
                let (subject, wrapped, sealed) = parts;
                let wrapped = wrapped.as_deref();
                followed.trace = open(&followed.id, &subject, wrapped, &sealed, &self.keys)?;
                found.push(followed);
            }
        }
        Ok((found, last))
    }
}

fn read(
    row: Result<Option<SqliteRow>, sqlx::Error>,
    keys: &Keys,
) -> Result<Option<Replay>, StoreError> {
    let read = |row: SqliteRow| -> Result<_, sqlx::Error> {
        let id: String = row.try_get("id")?;
        let subject: Vec<u8> = row.try_get("subject")?;
        let wrapped: Option<Vec<u8>> = row.try_get("wrapped")?;
        let sealed: Vec<u8> = row.try_get("sealed")?;
        let texts = (
            row.try_get("scenario")?,
            row.try_get("as_of")?,
            row.try_get("policy_hash")?,
        );
        Ok((
            id,
            row.try_get("sequence")?,
            subject,
            wrapped,
            sealed,
            texts,
        ))
    };
    let found = row.and_then(|row| row.map(read).transpose());
    let Some((id, sequence, subject, wrapped, sealed, (scenario, as_of, policy_hash))) =
        found.map_err(|error| unavailable(&error))?
    else {
        return Ok(None);
    };
    let trace = open(&id, &subject, wrapped.as_deref(), &sealed, keys)?;
    Ok(trace.map(|trace| Replay {
        id,
        sequence,
        subject,
        scenario,
        as_of,
        policy_hash,
        facts: trace.facts.get().to_owned(),
        account: trace.account,
        caller: trace.caller,
    }))
}
