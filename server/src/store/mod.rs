//! Keeps accounts and decisions in SQLite.
//!
//! One task writes (see [`writer`]), a few connections read. Whatever a
//! function here has answered is on the disk. Decisions are rows of a log that
//! is chained by hashes, with what is about a person sealed (see
//! [`crate::audit`]); they are given back byte for byte.

mod accounts;
mod appeals;
mod batch;
mod beside;
pub(crate) mod chain;
mod codes;
mod idempotency;
mod lines;
mod links;
mod loader;
mod log;
mod migrations;
#[cfg(test)]
mod model_tests;
mod outbox;
mod releases;
mod replay;
mod standing;
mod unsealed;
mod versions;
mod writer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use tokio::task::JoinHandle;

use crate::audit::{KeySource, Keys, MasterKey};
use crate::clock::Steady;
use crate::error::StartError;
use crate::outbox::Outbox;
pub(crate) use accounts::Account;
use accounts::Seed;
pub(crate) use appeals::{AppealChange, KeptAppeal, SealedMaterial};
use chain::Chain;
pub(crate) use chain::Counted;
pub(crate) use codes::{Ask, Asked, Sending, Tag, Tried, Try, Worth};
pub(crate) use idempotency::{FirstAnswer, NewKey};
pub(crate) use lines::{KeptLine, NewNotice, NewStep, Told, Under};
pub(crate) use links::{Issue, Issued, KeptLink, Phone, UseLink};
use loader::Loader;
pub(crate) use log::{KeptDecision, NewDecision};
pub(crate) use outbox::{Again, Head, Listed, Moved, Waiting};
pub(crate) use releases::{About, Before, Change, Deed, KeptHold, KeptRelease, Role};
pub(crate) use replay::{Followed, Replay};
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
    /// What a decision was taken on has changed meanwhile; take it again.
    Stale,
}

/// Notices by locale, each with the bytes in which it was answered.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Notices(pub(crate) BTreeMap<String, Box<RawValue>>);

/// The database.
pub(crate) struct Store {
    writer: Writer,
    readers: SqlitePool,
    /// How the database is opened.
    options: SqliteConnectOptions,
    /// Accounts by id.
    accounts: Loader<String, Account>,
    /// Lines by account.
    lines: Loader<String, KeptLine>,
    /// Idempotency keys that are there.
    used_keys: Loader<[u8; 32], ()>,
    keys: Arc<Keys>,
    /// The channels that notices are queued for.
    outbox: Arc<Outbox>,
    /// The time by which codes and links run out.
    steady: Steady,
}

/// A database that was opened.
pub(crate) struct Opened {
    pub(crate) store: Store,
    /// The writing task: it ends after the store.
    pub(crate) task: JoinHandle<()>,
    /// The release that was put in force later than the policy that the
    /// service was started with.
    pub(crate) later: Option<KeptRelease>,
    /// The release beside it.
    pub(crate) candidate: Option<KeptRelease>,
}

/// How the database in a folder is opened.
pub(crate) fn options(folder: &Path) -> (PathBuf, SqliteConnectOptions) {
    let file = folder.join(FILE);
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged decision survives a power cut; group commit pays for it.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // Pages that change with every decision reach the database once for
        // many of them; 32 MB are read again after a crash.
        .pragma("wal_autocheckpoint", "8192")
        .pragma("cache_size", "-16384")
        // What is deleted is about somebody, so it is overwritten.
        .pragma("secure_delete", "ON")
        .busy_timeout(PATIENCE)
        .disable_statement_logging();
    (file, options)
}

impl Store {
    /// Opens the database in a folder, which is made if need be, and brings it
    /// up to date. A policy that is older than one seen before is refused,
    /// unless that one was put in force while a service ran: then it is what
    /// decides. A newer one is remembered.
    pub(crate) async fn open(
        folder: &Path,
        policy: PolicyVersion<'_>,
        demo: Option<&str>,
        key: &KeySource,
    ) -> Result<Opened, StartError> {
        let seeds: Option<Vec<Seed<'_>>> = demo
            .map(serde_json::from_str)
            .transpose()
            .map_err(|source| StartError::AccountsMalformed { source })?;
        let unusable = |source: std::io::Error| StartError::DataUnusable {
            path: folder.to_owned(),
            source: source.into(),
        };
        let master = match key {
            KeySource::Folder => None,
            given => Some(MasterKey::from(given, folder, false).map_err(StartError::MasterKey)?),
        };
        make_private(folder).map_err(unusable)?;
        let (file, options) = options(folder);
        let options = options.create_if_missing(true);
        let mut connection = options
            .connect()
            .await
            .map_err(|source| opening(&file, source))?;
        migrations::run(&mut connection, &file).await?;
        let keys = unlock(&mut connection, master, key, folder, &file).await?;
        let keys = Arc::new(keys);
        let seen = versions::keep(&mut connection, policy)
            .await
            .map_err(|source| opening(&file, source))?;
        let mut later = None;
        let failed = |source| opening(&file, source);
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
                let kept = releases::with_role(&mut connection, policy.pack, Role::Active).await;
                let kept = kept.map_err(failed)?;
                later = kept.filter(|release| release.version == seen);
                if later.is_none() {
                    return Err(StartError::BundleOlder {
                        pack: policy.pack.to_owned(),
                        version: policy.version,
                        seen,
                    });
                }
            }
        }
        let deciding = later.as_ref().map_or(policy.version, |one| one.version);
        let overtaken =
            releases::overtaken(&mut connection, policy.pack, deciding, later.is_some());
        overtaken.await.map_err(failed)?;
        let candidate = releases::with_role(&mut connection, policy.pack, Role::Candidate).await;
        let candidate = candidate.map_err(failed)?;
        if let Some(seeds) = seeds {
            accounts::seed(&mut connection, seeds)
                .await
                .map_err(|source| opening(&file, source))?;
        }
        let steady = Steady::new();
        let seen = codes::latest(&mut connection).await;
        steady.learn(seen.map_err(|source| opening(&file, source))?);
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(PATIENCE)
            .connect_with(options.clone().pragma("query_only", "ON"))
            .await
            .map_err(|source| opening(&file, source))?;
        let (writer, task) = Writer::start(options.clone(), connection, Arc::clone(&keys));
        let store = Store {
            writer,
            accounts: Loader::start(readers.clone(), accounts::read),
            lines: Loader::start(readers.clone(), lines::read),
            used_keys: Loader::start(readers.clone(), idempotency::used),
            readers,
            options,
            keys,
            outbox: Arc::default(),
            steady,
        };
        Ok(Opened {
            store,
            task,
            later,
            candidate,
        })
    }

    /// Whether decisions can be kept, as far as is known.
    pub(crate) fn is_writable(&self) -> bool {
        self.writer.is_running()
    }

    /// A keyed hash of parts, for what is looked for but must not be guessed.
    pub(crate) fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.keys.tag(parts)
    }

    /// Closes the readers. The writer ends by itself once nobody can ask it.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
    }
}

/// Gets the keys, and holds the log against them: its end has to be the one
/// that was signed last.
async fn unlock(
    connection: &mut SqliteConnection,
    master: Option<MasterKey>,
    source: &KeySource,
    folder: &Path,
    file: &Path,
) -> Result<Keys, StartError> {
    let failed = |source| opening(file, source);
    let path = || file.to_owned();
    let found = Chain::read(connection).await.map_err(failed)?;
    let master = match master {
        Some(master) => master,
        None => MasterKey::from(source, folder, found.is_none()).map_err(StartError::MasterKey)?,
    };
    let keys = Keys::of(&master);
    if found.is_none() {
        let id = uuid::Uuid::new_v4().into_bytes();
        let begun = Chain::begin(connection, &keys, id).await;
        begun.map_err(failed)?;
    }
    let (chain, holds) = Chain::check(connection, &keys).await.map_err(failed)?;
    if chain.public_key != *keys.public().as_bytes() {
        return Err(StartError::MasterKeyOther {
            path: path(),
            given: keys.public().id(),
            wanted: precheck::PublicKey::from_bytes(chain.public_key).id(),
        });
    }
    if !holds {
        return Err(StartError::LogBroken { path: path() });
    }
    unsealed::seal_all(connection, &keys)
        .await
        .map_err(failed)?;
    let line = chain::checkpoint_at_head(connection, &keys).await;
    writer::tell(line.map_err(failed)?);
    Ok(keys)
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

/// Makes a folder that only its owner can look into.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
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
