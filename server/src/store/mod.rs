//! Keeps accounts and decisions in SQLite.
//!
//! One task writes (see [`writer`]), a few connections read. Whatever a
//! function here has answered is on the disk. Nothing in here looks into an
//! outcome or a fact; they are kept and given back byte for byte.

mod callers;
mod migrations;
mod replay;
mod versions;
mod writer;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sqlx::ConnectOptions;
use sqlx::Row;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use tokio::task::JoinHandle;

use crate::error::StartError;
pub(crate) use replay::Replay;
pub(crate) use versions::PolicyVersion;
use versions::Seen;
use writer::Writer;

/// The database's file in the data folder.
pub(crate) const FILE: &str = "precheck.sqlite";

/// Readers are cheap, but more of them than this only wait for two cores.
const READERS: u32 = 4;
/// How long a statement or a reader waits for its turn.
const PATIENCE: Duration = Duration::from_secs(2);

/// What went wrong with the database; the cause is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoreError {
    /// Too many decisions wait to be written.
    Full,
    /// The database does not take or give data.
    Unavailable,
}

/// An account.
pub(crate) struct Account {
    pub(crate) id: String,
    /// Labels by locale, as a JSON object.
    pub(crate) labels: Box<RawValue>,
    /// Facts by name, as a JSON object.
    pub(crate) facts: String,
}

/// A decision to keep.
pub(crate) struct NewDecision {
    pub(crate) id: String,
    /// Whose it is.
    pub(crate) caller: String,
    pub(crate) decided_at: String,
    pub(crate) scenario: String,
    pub(crate) policy_pack: String,
    pub(crate) policy_version: u32,
    pub(crate) policy_hash: String,
    pub(crate) as_of: String,
    pub(crate) account: String,
    pub(crate) locale: &'static str,
    pub(crate) outcome: String,
    /// The notice of each locale.
    pub(crate) notices: Notices,
    /// The facts that were used, as a JSON object.
    pub(crate) facts: String,
}

/// A decision as it was kept.
pub(crate) struct KeptDecision {
    pub(crate) account: String,
    pub(crate) decided_at: String,
    /// In which locale it was answered.
    pub(crate) locale: String,
    pub(crate) outcome: String,
    pub(crate) notices: Notices,
}

/// Notices by locale, each with the bytes in which it was answered.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Notices(pub(crate) BTreeMap<String, Box<RawValue>>);

/// The database.
pub(crate) struct Store {
    writer: Writer,
    readers: SqlitePool,
}

impl Store {
    /// Opens the database in a folder, which is made if need be, and brings it
    /// up to date. The handle is the writing task: it ends after the store.
    /// A policy that is older than one seen before is refused, and a newer one
    /// is remembered.
    pub(crate) async fn open(
        folder: &Path,
        policy: PolicyVersion<'_>,
        demo: Option<&str>,
    ) -> Result<(Store, JoinHandle<()>), StartError> {
        let seeds: Option<Vec<Seed<'_>>> = demo
            .map(serde_json::from_str)
            .transpose()
            .map_err(|source| StartError::AccountsMalformed { source })?;
        let unusable = |source: std::io::Error| StartError::DataUnusable {
            path: folder.to_owned(),
            source: source.into(),
        };
        make_private(folder).map_err(unusable)?;
        let file = folder.join(FILE);
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged decision survives a power cut; group commit pays for it.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
            .disable_statement_logging();
        let mut connection = options
            .connect()
            .await
            .map_err(|source| opening(&file, source))?;
        migrations::run(&mut connection, &file).await?;
        let seen = versions::keep(&mut connection, policy)
            .await
            .map_err(|source| opening(&file, source))?;
        match seen {
            Seen::Risen => {}
            Seen::Changed => {
                let PolicyVersion { pack, version, .. } = policy;
                tracing::warn!(
                    pack,
                    version,
                    "another policy with the version of the last one"
                );
            }
            Seen::Higher(seen) => {
                return Err(StartError::BundleOlder {
                    pack: policy.pack.to_owned(),
                    version: policy.version,
                    seen,
                });
            }
        }
        if let Some(seeds) = seeds {
            seed(&mut connection, seeds)
                .await
                .map_err(|source| opening(&file, source))?;
        }
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(PATIENCE)
            .connect_with(options.clone().pragma("query_only", "ON"))
            .await
            .map_err(|source| opening(&file, source))?;
        let (writer, task) = Writer::start(options, connection);
        Ok((Store { writer, readers }, task))
    }

    /// Whether decisions can be kept, as far as is known.
    pub(crate) fn is_writable(&self) -> bool {
        self.writer.is_running()
    }

    /// Keeps a decision; it is durable when this has answered.
    pub(crate) async fn keep(&self, decision: NewDecision) -> Result<(), StoreError> {
        self.writer.keep(decision).await
    }

    /// The decision with this id.
    pub(crate) async fn decision(&self, id: &str) -> Result<Option<KeptDecision>, StoreError> {
        let query =
            "SELECT account, decided_at, locale, outcome, notices FROM decisions WHERE id = ?";
        let row = sqlx::query(query)
            .bind(id)
            .fetch_optional(&self.readers)
            .await;
        let Some(row) = row.map_err(|error| unavailable(&error))? else {
            return Ok(None);
        };
        let text = |column| {
            row.try_get::<String, _>(column)
                .map_err(|error| unavailable(&error))
        };
        Ok(Some(KeptDecision {
            account: text("account")?,
            decided_at: text("decided_at")?,
            locale: text("locale")?,
            outcome: text("outcome")?,
            notices: json(&text("notices")?)?,
        }))
    }

    /// The account with this id. Demo accounts are there only `with_demo`.
    pub(crate) async fn account(
        &self,
        id: &str,
        with_demo: bool,
    ) -> Result<Option<Account>, StoreError> {
        let query = "SELECT id, labels, facts FROM accounts WHERE id = ? AND (demo IS NULL OR ?)";
        let query = sqlx::query(query).bind(id).bind(i64::from(with_demo));
        let row = query.fetch_optional(&self.readers).await;
        row.map_err(|error| unavailable(&error))?
            .map(|row| account(&row))
            .transpose()
    }

    /// Every demo account, in the order in which they were given.
    pub(crate) async fn demo_accounts(&self) -> Result<Vec<Account>, StoreError> {
        let query =
            "SELECT id, labels, facts FROM accounts WHERE demo IS NOT NULL ORDER BY demo, id";
        let rows = sqlx::query(query).fetch_all(&self.readers).await;
        rows.map_err(|error| unavailable(&error))?
            .iter()
            .map(account)
            .collect()
    }

    /// Closes the readers. The writer ends by itself once nobody can ask it.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
    }
}

fn account(row: &sqlx::sqlite::SqliteRow) -> Result<Account, StoreError> {
    let text = |column| {
        row.try_get::<String, _>(column)
            .map_err(|error| unavailable(&error))
    };
    Ok(Account {
        id: text("id")?,
        labels: json(&text("labels")?)?,
        facts: text("facts")?,
    })
}

/// Reads JSON that this program has written.
fn json<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| {
        tracing::error!(
            line = error.line(),
            column = error.column(),
            "a stored text is no JSON"
        );
        StoreError::Unavailable
    })
}

/// Logs the cause, which is about the database and never about a person:
/// statements are written with placeholders.
fn unavailable(error: &sqlx::Error) -> StoreError {
    tracing::error!(%error, "the database failed");
    StoreError::Unavailable
}

/// A demo account as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed<'a> {
    id: String,
    #[serde(borrow)]
    label: &'a RawValue,
    #[serde(borrow)]
    facts: &'a RawValue,
}

/// Inserts or updates demo accounts; those of an earlier start stay.
async fn seed(connection: &mut SqliteConnection, seeds: Vec<Seed<'_>>) -> Result<(), sqlx::Error> {
    for (place, seed) in (0_i64..).zip(seeds) {
        let upsert = "INSERT INTO accounts (id, demo, labels, facts) VALUES (?, ?, ?, ?) \
                      ON CONFLICT (id) DO UPDATE SET demo = excluded.demo, \
                      labels = excluded.labels, facts = excluded.facts WHERE demo IS NOT NULL";
        let query = sqlx::query(upsert);
        query
            .bind(&seed.id)
            .bind(place)
            .bind(seed.label.get())
            .bind(seed.facts.get())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Makes a folder that only its owner can look into.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Tells a folder that cannot be written to from a file that is broken.
fn opening(file: &Path, source: sqlx::Error) -> StartError {
    const READ_ONLY: u32 = 8;
    const CANNOT_OPEN: u32 = 14;
    // Extended codes carry the primary one in their low byte.
    let primary = writer::sqlite_code(&source).map(|code| code & 255);
    let is_access = matches!(primary, Some(READ_ONLY | CANNOT_OPEN));
    let source = source.into();
    let path = file.to_owned();
    if is_access {
        StartError::DataUnusable { path, source }
    } else {
        StartError::DatabaseUnusable { path, source }
    }
}
