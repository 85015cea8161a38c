//! Reads of one kind that are waited for at the same moment, as one statement.
//!
//! A statement is a trip to the thread of a connection and back. While one is
//! on its way, whoever asks next waits with all others who ask, and the next
//! statement answers all of them: alone nobody waits longer, and among many
//! each costs a small part of a trip.

use sqlx::sqlite::SqlitePool;
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::batch::ROWS;

/// How many may wait before asking waits too.
const QUEUE: usize = 1024;

/// The way to a task that reads `V` by `K`.
pub(super) struct Loader<K, V>(mpsc::Sender<Asked<K, V>>);

struct Asked<K, V> {
    key: K,
    answer: oneshot::Sender<Result<Option<V>, StoreError>>,
}

impl<K: Send + 'static, V: Send + 'static> Loader<K, V> {
    /// Starts the task, which ends with the loader. `read` gives for each key
    /// what there is, in their order.
    pub(super) fn start<R>(readers: SqlitePool, read: fn(SqlitePool, Vec<K>) -> R) -> Loader<K, V>
    where
        R: Future<Output = Result<Vec<Option<V>>, StoreError>> + Send + 'static,
    {
        let (queue, mut waiting) = mpsc::channel::<Asked<K, V>>(QUEUE);
        tokio::spawn(async move {
            let mut asked = Vec::with_capacity(ROWS);
            while waiting.recv_many(&mut asked, ROWS).await > 0 {
                let still = asked.drain(..).filter(|one| !one.answer.is_closed());
                let (keys, answers): (Vec<K>, Vec<_>) =
                    still.map(|one| (one.key, one.answer)).unzip();
                if keys.is_empty() {
                    continue;
                }
                match read(readers.clone(), keys).await {
                    Ok(found) => {
                        for (answer, found) in answers.into_iter().zip(found) {
                            // Whoever asked may have gone.
                            let _ = answer.send(Ok(found));
                        }
                    }
                    Err(error) => {
                        for answer in answers {
                            let _ = answer.send(Err(error));
                        }
                    }
                }
            }
        });
        Loader(queue)
    }

    /// Reads one.
    pub(super) async fn get(&self, key: K) -> Result<Option<V>, StoreError> {
        let (answer, found) = oneshot::channel();
        let sent = self.0.send(Asked { key, answer }).await;
        sent.map_err(|_| StoreError::Unavailable)?;
        found.await.unwrap_or(Err(StoreError::Unavailable))
    }
}
