//! Policies that are put in force while a service runs, and what staff do to
//! the service: each a row of the log, in the transaction that changes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{ConnectOptions, Connection, Row};

use super::chain::{self, Chain};
use super::versions::{self, PolicyVersion, Seen};
use super::{Store, StoreError, unavailable};
use crate::audit::{Body, Kind};
use crate::clock::Moment;
use crate::watch::LIFT;

/// What a release is to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    /// It decides.
    Active,
    /// It is held beside the one that decides.
    Candidate,
    /// It was one of the two.
    Past,
}

impl Role {
    /// The word in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Role::Active => "active",
            Role::Candidate => "candidate",
            Role::Past => "past",
        }
    }

    fn parse(word: &str) -> Option<Role> {
        let mut all = [Role::Active, Role::Candidate, Role::Past].into_iter();
        all.find(|role| role.as_str() == word)
    }
}

/// A release as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct KeptRelease {
    pub(crate) version: u32,
    pub(crate) role: Role,
    pub(crate) changed_at: String,
    /// The end of the log then.
    pub(crate) since: i64,
    pub(crate) hash: String,
    #[serde(skip)]
    pub(crate) server: Vec<u8>,
    #[serde(skip)]
    pub(crate) public: Vec<u8>,
}

/// What somebody does to the service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deed<'d> {
    /// What: a word.
    pub(crate) act: &'static str,
    /// Whose key it is done with; `None` where the service does it by itself.
    pub(crate) caller: Option<&'d str>,
    pub(crate) because: &'d str,
    /// The fact that it is about.
    pub(crate) fact: Option<&'d str>,
    pub(crate) now: Moment,
}

/// A hold as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct KeptHold {
    pub(crate) fact: String,
    pub(crate) placed: String,
    /// The end of the log then.
    pub(crate) since: i64,
    pub(crate) because: String,
}

/// What a deed changes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change<'c> {
    /// A release gets a role; whichever had it has it no longer.
    Release {
        role: Role,
        policy: PolicyVersion<'c>,
        public: &'c [u8],
    },
    /// What is said of a fact does not count any more.
    Hold(&'c str),
    /// It counts again.
    Lift(&'c str),
}

const COLUMNS: &str = "SELECT version, role, changed_at, since, releases.hash AS hash, bundle, \
                       public FROM releases JOIN bundles ON bundles.hash = releases.hash";

/// The release of a pack that has a role.
pub(super) async fn with_role(
    connection: &mut SqliteConnection,
    pack: &str,
    role: Role,
) -> Result<Option<KeptRelease>, sqlx::Error> {
    let query = format!("{COLUMNS} WHERE pack = ? AND role = ?");
    let query = sqlx::query(sqlx::AssertSqlSafe(query));
    let row = query.bind(pack).bind(role.as_str());
    let row = row.fetch_optional(connection).await?;
    row.map(|row| kept(&row)).transpose()
}

/// What stands behind the version that decides now is past; so is a release of
/// that version, unless it is the one that decides.
pub(super) async fn overtaken(
    connection: &mut SqliteConnection,
    pack: &str,
    version: u32,
    is_kept: bool,
) -> Result<(), sqlx::Error> {
    let last = i64::from(version) - i64::from(is_kept);
    let query = "UPDATE releases SET role = 'past' WHERE pack = ? AND version <= ?";
    let query = sqlx::query(query).bind(pack).bind(last);
    query.execute(connection).await.map(|_| ())
}

impl Store {
    /// Releases of a pack, the highest version first.
    pub(crate) async fn releases(&self, pack: &str) -> Result<Vec<KeptRelease>, StoreError> {
        let query = format!("{COLUMNS} WHERE pack = ? ORDER BY version DESC");
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(pack);
        let rows = query.fetch_all(&self.readers).await;
        let rows = rows.map_err(|error| unavailable(&error))?;
        let all: Result<Vec<_>, _> = rows.iter().map(kept).collect();
        all.map_err(|error| unavailable(&error))
    }

    /// The facts of which nothing counts.
    pub(crate) async fn holds(&self) -> Result<Vec<KeptHold>, StoreError> {
        let query = "SELECT fact, placed, since, because FROM holds ORDER BY fact";
        let rows = sqlx::query(query).fetch_all(&self.readers).await;
        let read = |row: &SqliteRow| -> Result<KeptHold, sqlx::Error> {
            Ok(KeptHold {
                fact: row.try_get("fact")?,
                placed: row.try_get("placed")?,
                since: row.try_get("since")?,
                because: row.try_get("because")?,
            })
        };
        let all = rows.and_then(|rows| rows.iter().map(read).collect());
        all.map_err(|error| unavailable(&error))
    }

    /// By fact, the row of the log with which its last hold was lifted.
    pub(crate) async fn lifted(&self) -> Result<BTreeMap<String, i64>, StoreError> {
        let query = "SELECT sequence, sealed FROM log WHERE kind = 'deed' AND decision = ? \
                     ORDER BY sequence";
        let rows = sqlx::query(query).bind(LIFT).fetch_all(&self.readers).await;
        let mut lifted = BTreeMap::new();
        for row in rows.map_err(|error| unavailable(&error))? {
            let read = || Ok((row.try_get("sequence")?, row.try_get("sealed")?));
            let read: Result<(i64, Vec<u8>), sqlx::Error> = read();
            let (sequence, text) = read.map_err(|error| unavailable(&error))?;
            let said: Option<Lifted> = serde_json::from_slice(&text).ok();
            lifted.extend(said.and_then(|said| Some((said.fact?, sequence))));
        }
        Ok(lifted)
    }

    /// The end of the log.
    pub(crate) async fn end(&self) -> Result<i64, StoreError> {
        let query = sqlx::query_scalar("SELECT sequence FROM chain");
        let end = query.fetch_one(&self.readers).await;
        end.map_err(|error| unavailable(&error))
    }

    /// Does something to the service, with its row of the log; the end of the
    /// log before it. [`StoreError::Stale`] where it cannot be done any more: a
    /// higher version has been seen, or a hold is there, or not there, already.
    pub(crate) async fn does(&self, deed: Deed<'_>, change: Change<'_>) -> Result<i64, StoreError> {
        let done = self.try_does(deed, change).await;
        match done.map_err(|error| unavailable(&error))? {
            Some(since) => Ok(since),
            None => Err(StoreError::Stale),
        }
    }

    async fn try_does(
        &self,
        deed: Deed<'_>,
        change: Change<'_>,
    ) -> Result<Option<i64>, sqlx::Error> {
        // A connection of its own: it happens a few times a month, and the
        // writing task needs no way for it.
        let mut connection = self.options.connect().await?;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        if let Change::Release { role, policy, .. } = &change
            && *role == Role::Active
        {
            let seen = versions::keep_within(&mut transaction, *policy).await?;
            if matches!(seen, Seen::Higher(_)) {
                return Ok(None);
            }
        }
        let chain = Chain::read(&mut transaction).await?;
        let mut chain = chain.ok_or(sqlx::Error::RowNotFound)?;
        let since = chain.head.sequence;
        let at = deed.now.to_string();
        let is_done = match &change {
            Change::Release {
                role,
                policy,
                public,
            } => {
                keep_release(&mut transaction, (*role, policy, public), &at, since).await?;
                true
            }
            Change::Hold(fact) => {
                let query = "INSERT INTO holds (fact, placed, since, because) VALUES (?, ?, ?, ?) \
                             ON CONFLICT DO NOTHING";
                let query = sqlx::query(query).bind(fact).bind(&at).bind(since);
                let done = query.bind(deed.because).execute(&mut *transaction).await?;
                done.rows_affected() > 0
            }
            Change::Lift(fact) => {
                let query = sqlx::query("DELETE FROM holds WHERE fact = ?").bind(fact);
                query.execute(&mut *transaction).await?.rows_affected() > 0
            }
        };
        if !is_done {
            return Ok(None);
        }
        let policy = match &change {
            Change::Release { policy, .. } => Some(policy),
            _ => None,
        };
        let body = row(&deed, policy).ok_or(sqlx::Error::WorkerCrashed)?;
        chain::append(&mut transaction, &mut chain, &self.keys, &[body]).await?;
        transaction.commit().await?;
        connection.close().await?;
        Ok(Some(since))
    }
}

async fn keep_release(
    connection: &mut SqliteConnection,
    (role, policy, public): (Role, &PolicyVersion<'_>, &[u8]),
    at: &str,
    since: i64,
) -> Result<(), sqlx::Error> {
    if role != Role::Past {
        let query = "UPDATE releases SET role = 'past' WHERE pack = ? AND role = ?";
        let query = sqlx::query(query).bind(policy.pack).bind(role.as_str());
        query.execute(&mut *connection).await?;
    }
    let query = "INSERT INTO bundles (hash, bundle) VALUES (?, ?) \
                 ON CONFLICT (hash) DO UPDATE SET bundle = excluded.bundle";
    let query = sqlx::query(query).bind(policy.hash).bind(policy.bundle);
    query.execute(&mut *connection).await?;
    let query = "INSERT INTO releases (pack, version, hash, public, role, changed_at, since) \
                 VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (pack, version) DO UPDATE SET \
                 hash = excluded.hash, public = excluded.public, role = excluded.role, \
                 changed_at = excluded.changed_at, since = excluded.since";
    let query = sqlx::query(query).bind(policy.pack).bind(policy.version);
    let query = query.bind(policy.hash).bind(public).bind(role.as_str());
    query.bind(at).bind(since).execute(connection).await?;
    Ok(())
}

#[derive(Deserialize)]
struct Lifted {
    fact: Option<String>,
}

/// What the log says of it: nothing that is about a person, so in the open.
#[derive(Serialize)]
struct Said<'s> {
    act: &'static str,
    caller: Option<&'s str>,
    because: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<&'s str>,
}

fn row(deed: &Deed<'_>, policy: Option<&PolicyVersion<'_>>) -> Option<Body> {
    let said: Box<RawValue> = to_raw_value(&Said {
        act: deed.act,
        caller: deed.caller,
        because: deed.because,
        fact: deed.fact,
    })
    .ok()?;
    Some(Body {
        kind: Kind::Deed.as_str().to_owned(),
        id: uuid::Uuid::new_v4().to_string(),
        decided_at: deed.now.to_string(),
        decided_ms: deed.now.milliseconds(),
        scenario: String::new(),
        policy_pack: policy.map_or("", |policy| policy.pack).to_owned(),
        policy_version: policy.map_or(0, |policy| policy.version),
        policy_hash: policy.map_or("", |policy| policy.hash).to_owned(),
        as_of: String::new(),
        subject: Vec::new(),
        locale: String::new(),
        decision: deed.act.to_owned(),
        counts: false,
        sealed: said.get().as_bytes().to_vec(),
    })
}

fn kept(row: &SqliteRow) -> Result<KeptRelease, sqlx::Error> {
    let word: String = row.try_get("role")?;
    let role = Role::parse(&word)
        .ok_or_else(|| sqlx::Error::Decode("`role` has a word that is none".into()))?;
    Ok(KeptRelease {
        version: row.try_get("version")?,
        role,
        changed_at: row.try_get("changed_at")?,
        since: row.try_get("since")?,
        hash: row.try_get("hash")?,
        server: row.try_get("bundle")?,
        public: row.try_get("public")?,
    })
}
