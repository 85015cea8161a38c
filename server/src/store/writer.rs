//! The one task that writes decisions.
//!
//! Whatever waits is written in one transaction (group commit): syncing the
//! disk once for many decisions is what makes full durability cheap. Each
//! decision is acknowledged after the commit that holds it, and never before.
//!
//! After any failure the connection is dropped, which undoes the transaction,
//! and a new one is opened for the next batch: a full disk that has room again
//! needs no restart. A failed sync is different. The system may have thrown
//! the unwritten pages away and would report success the next time, so the
//! task writes nothing more until somebody has looked and restarted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::{NewDecision, StoreError, callers, unavailable};

/// How many decisions may wait; more are turned away at once.
const QUEUE: usize = 1024;
/// How many decisions one transaction holds at most.
const BATCH: usize = 256;

/// `SQLITE_IOERR_FSYNC` and `SQLITE_IOERR_DIR_FSYNC`, <https://sqlite.org/rescode.html>.
const FAILED_SYNC: [u32; 2] = [1034, 1290];

struct Write {
    decision: NewDecision,
    done: oneshot::Sender<Result<(), StoreError>>,
}

/// The way to the writing task.
pub(super) struct Writer {
    queue: mpsc::Sender<Write>,
    halted: Arc<AtomicBool>,
}

impl Writer {
    /// Starts the task, which ends when the writer is dropped and everything
    /// that waited has been written.
    pub(super) fn start(
        options: SqliteConnectOptions,
        connection: SqliteConnection,
    ) -> (Writer, JoinHandle<()>) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let halted = Arc::new(AtomicBool::new(false));
        let task = Task {
            options,
            connection: Some(connection),
            halted: Arc::clone(&halted),
        };
        (Writer { queue, halted }, tokio::spawn(task.run(waiting)))
    }

    /// Whether the task still writes.
    pub(super) fn is_running(&self) -> bool {
        !self.queue.is_closed() && !self.halted.load(Ordering::Acquire)
    }

    /// Hands a decision over and waits until it is durable.
    pub(super) async fn keep(&self, decision: NewDecision) -> Result<(), StoreError> {
        let (done, answer) = oneshot::channel();
        self.queue
            .try_send(Write { decision, done })
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => StoreError::Full,
                mpsc::error::TrySendError::Closed(_) => StoreError::Unavailable,
            })?;
        answer.await.unwrap_or(Err(StoreError::Unavailable))
    }
}

struct Task {
    options: SqliteConnectOptions,
    connection: Option<SqliteConnection>,
    halted: Arc<AtomicBool>,
}

impl Task {
    async fn run(mut self, mut waiting: mpsc::Receiver<Write>) {
        let mut batch = Vec::with_capacity(BATCH);
        while waiting.recv_many(&mut batch, BATCH).await > 0 {
            // Nobody waits for these any more, so nobody would hear of them.
            batch.retain(|write: &Write| !write.done.is_closed());
            let result = self.write(&batch).await;
            for write in batch.drain(..) {
                // Whoever asked may have gone meanwhile; the decision is kept.
                let _ = write.done.send(result);
            }
        }
        if let Some(connection) = self.connection
            && let Err(error) = connection.close().await
        {
            tracing::error!(%error, "the database did not close cleanly");
        }
    }

    async fn write(&mut self, batch: &[Write]) -> Result<(), StoreError> {
        if batch.is_empty() {
            return Ok(());
        }
        if self.halted.load(Ordering::Acquire) {
            return Err(StoreError::Unavailable);
        }
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self
                .options
                .connect()
                .await
                .map_err(|error| unavailable(&error))?,
        };
        match commit(&mut connection, batch).await {
            Ok(()) => {
                self.connection = Some(connection);
                Ok(())
            }
            Err(error) => {
                if sqlite_code(&error).is_some_and(|code| FAILED_SYNC.contains(&code)) {
                    self.halted.store(true, Ordering::Release);
                    tracing::error!("the disk failed to sync; no decision is taken until restart");
                }
                Err(unavailable(&error))
            }
        }
    }
}

async fn commit(connection: &mut SqliteConnection, batch: &[Write]) -> Result<(), sqlx::Error> {
    // Taking the write lock at once waits for it politely; upgrading later fails.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for Write { decision, .. } in batch {
        let notices = serde_json::to_string(&decision.notices)
            .map_err(|error| sqlx::Error::Encode(error.into()))?;
        let inserted = sqlx::query(
            "INSERT INTO decisions (id, decided_at, scenario, policy_pack, policy_version, \
             policy_hash, as_of, account, locale, outcome, notices) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&decision.id)
        .bind(&decision.decided_at)
        .bind(&decision.scenario)
        .bind(&decision.policy_pack)
        .bind(decision.policy_version)
        .bind(&decision.policy_hash)
        .bind(&decision.as_of)
        .bind(&decision.account)
        .bind(decision.locale)
        .bind(&decision.outcome)
        .bind(notices)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("INSERT INTO decision_facts (sequence, facts) VALUES (?, ?)")
            .bind(inserted.last_insert_rowid())
            .bind(&decision.facts)
            .execute(&mut *transaction)
            .await?;
        callers::insert(&mut transaction, &decision.id, &decision.caller).await?;
    }
    transaction.commit().await
}

/// The extended result code of SQLite.
pub(super) fn sqlite_code(error: &sqlx::Error) -> Option<u32> {
    error.as_database_error()?.code()?.parse().ok()
}
