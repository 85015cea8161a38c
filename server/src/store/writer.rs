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
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::batch::{self, Done, Entry};
use super::beside::Beside;
use super::chain::{self, Chain};
use super::lines::Seen;
use super::outbox::Moved;
use super::{StoreError, idempotency, unavailable};
use crate::audit::Keys;

/// How many decisions may wait; more are turned away at once.
const QUEUE: usize = 1024;
/// How many decisions one transaction holds at most.
const BATCH: usize = 256;

/// `SQLITE_IOERR_FSYNC` and `SQLITE_IOERR_DIR_FSYNC`, <https://sqlite.org/rescode.html>.
const FAILED_SYNC: [u32; 2] = [1034, 1290];

/// How long expired idempotency keys may stay.
const SWEEP: Duration = Duration::from_secs(30);

/// What is to be written.
enum Work {
    /// Rows of the log with what they change: all of them or none.
    Rows(Vec<Entry>),
    /// That a notice was seen.
    Seen(Seen),
    /// What became of a notice on its way.
    Moved(Moved),
    /// Something small beside the log.
    Beside(Arc<dyn Beside>),
}

struct Write {
    work: Work,
    done: oneshot::Sender<Result<(), StoreError>>,
}

/// The way to the writing task.
pub(super) struct Writer {
    queue: mpsc::Sender<Write>,
    halted: Arc<AtomicBool>,
    /// Told whenever notices were queued.
    queued: Arc<Notify>,
}

impl Writer {
    /// Starts the task, which ends when the writer is dropped and everything
    /// that waited has been written.
    pub(super) fn start(
        options: SqliteConnectOptions,
        connection: SqliteConnection,
        keys: Arc<Keys>,
    ) -> (Writer, JoinHandle<()>) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let halted = Arc::new(AtomicBool::new(false));
        let task = Task {
            options,
            connection: Some(connection),
            halted: Arc::clone(&halted),
            keys,
            swept: None,
        };
        // On a thread of its own: each statement is waited for, and on the
        // threads that answer each time behind everything else there is to do.
        let runtime = Handle::current();
        let task = tokio::task::spawn_blocking(move || runtime.block_on(task.run(waiting)));
        let writer = Writer {
            queue,
            halted,
            queued: Arc::default(),
        };
        (writer, task)
    }

    /// Whether the task still writes.
    pub(super) fn is_running(&self) -> bool {
        !self.queue.is_closed() && !self.halted.load(Ordering::Acquire)
    }

    /// Hands rows over, all of which are kept or none, and waits until they are
    /// durable. [`StoreError::Stale`] when what one was made on is not so any
    /// more.
    pub(super) async fn keep(&self, entries: Vec<Entry>) -> Result<(), StoreError> {
        let mut effects = entries.iter().filter_map(|entry| entry.effect.as_ref());
        let sends = effects.any(|one| one.notice.as_ref().is_some_and(|one| one.is_sent()));
        self.write(Work::Rows(entries)).await?;
        if sends {
            self.queued.notify_waiters();
        }
        Ok(())
    }

    /// Heard of whenever notices were queued.
    pub(super) fn queued(&self) -> Arc<Notify> {
        Arc::clone(&self.queued)
    }

    /// Keeps what became of a notice on its way; [`StoreError::Stale`] where
    /// something else has.
    pub(super) async fn deliver(&self, moved: Moved) -> Result<(), StoreError> {
        self.write(Work::Moved(moved)).await
    }

    /// Keeps that a notice was seen; `false` where there is none.
    pub(super) async fn see(&self, seen: Seen) -> Result<bool, StoreError> {
        match self.write(Work::Seen(seen)).await {
            Ok(()) => Ok(true),
            Err(StoreError::Stale) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Makes a change beside the log, and waits until it is durable.
    pub(super) async fn beside(&self, change: Arc<dyn Beside>) -> Result<(), StoreError> {
        self.write(Work::Beside(change)).await
    }

    async fn write(&self, work: Work) -> Result<(), StoreError> {
        let (done, answer) = oneshot::channel();
        self.queue
            .try_send(Write { work, done })
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
    keys: Arc<Keys>,
    /// When expired idempotency keys were last deleted.
    swept: Option<Instant>,
}

impl Task {
    async fn run(mut self, mut waiting: mpsc::Receiver<Write>) {
        let mut batch = Vec::with_capacity(BATCH);
        while waiting.recv_many(&mut batch, BATCH).await > 0 {
            // Nobody waits for these any more, so nobody would hear of them.
            batch.retain(|write: &Write| !write.done.is_closed());
            let result = self.write(&batch).await;
            for (place, write) in batch.drain(..).enumerate() {
                let result = match &result {
                    Ok(kept) if kept.get(place) == Some(&true) => Ok(()),
                    Ok(_) => Err(StoreError::Stale),
                    Err(error) => Err(*error),
                };
                // Whoever asked may have gone meanwhile; the decision is kept.
                let _ = write.done.send(result);
            }
        }
        if let Some(mut connection) = self.connection {
            match chain::checkpoint_at_head(&mut connection, &self.keys).await {
                Ok(line) => tell(line),
                Err(error) => tracing::error!(%error, "the last checkpoint was not kept"),
            }
            if let Err(error) = connection.close().await {
                tracing::error!(%error, "the database did not close cleanly");
            }
        }
    }

    /// Writes a batch; for each decision, whether it was kept.
    async fn write(&mut self, batch: &[Write]) -> Result<Vec<bool>, StoreError> {
        if batch.is_empty() {
            return Ok(Vec::new());
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
        let sweeps = self.swept.is_none_or(|last| last.elapsed() > SWEEP);
        match commit(&mut connection, batch, &self.keys, sweeps).await {
            Ok(Done { kept, checkpoints }) => {
                self.connection = Some(connection);
                if sweeps {
                    self.swept = Some(Instant::now());
                }
                tell(checkpoints);
                Ok(kept)
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

/// Writes checkpoints to the log, which is kept elsewhere.
pub(super) fn tell(checkpoints: impl IntoIterator<Item = String>) {
    for checkpoint in checkpoints {
        tracing::info!(checkpoint, "signed");
    }
}

async fn commit(
    connection: &mut SqliteConnection,
    batch: &[Write],
    keys: &Keys,
    sweeps: bool,
) -> Result<Done, sqlx::Error> {
    // Taking the write lock at once waits for it politely; upgrading later fails.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    // Not remembered from the last batch: an erasure may have come between.
    let chain = Chain::read(&mut transaction).await?;
    let mut chain = chain.ok_or(sqlx::Error::RowNotFound)?;
    let before = chain.head.sequence;
    let rows = batch.iter().filter_map(|write| match &write.work {
        Work::Rows(entries) => Some(&entries[..]),
        Work::Seen(_) | Work::Moved(_) | Work::Beside(_) => None,
    });
    let rows: Vec<&[Entry]> = rows.collect();
    let mut done = batch::insert(&mut transaction, &mut chain, keys, &rows).await?;
    let mut of_rows = std::mem::take(&mut done.kept).into_iter();
    for write in batch {
        let is_kept = match &write.work {
            Work::Rows(_) => of_rows.next().unwrap_or(false),
            Work::Seen(seen) => seen.keep(&mut transaction).await?,
            Work::Moved(moved) => moved.keep(&mut transaction).await?,
            Work::Beside(change) => {
                change.make(&mut transaction).await?;
                true
            }
        };
        done.kept.push(is_kept);
    }
    if sweeps {
        let moments = rows.iter().copied().flatten();
        let now_ms = moments.map(|entry| entry.body.decided_ms).max();
        idempotency::sweep(&mut transaction, now_ms.unwrap_or(0)).await?;
    }
    if chain.head.sequence != before {
        chain.keep_head(&mut transaction, keys).await?;
    }
    transaction.commit().await?;
    Ok(done)
}

/// The extended result code of SQLite.
pub(super) fn sqlite_code(error: &sqlx::Error) -> Option<u32> {
    error.as_database_error()?.code()?.parse().ok()
}
