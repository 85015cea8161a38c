//! Small changes that are written beside the log, in the same transactions: by
//! the one task that writes, so that none waits for another's lock.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::sqlite::SqliteConnection;

use super::{Store, StoreError};

/// A change that answers something.
pub(super) trait Change: Send + Sync + 'static {
    /// What is answered when it is durable.
    type Answer: Send;

    /// Makes it, in a transaction of its batch.
    fn make(
        &self,
        connection: &mut SqliteConnection,
    ) -> impl Future<Output = Result<Self::Answer, sqlx::Error>> + Send;
}

/// A change on its way, whatever it answers.
pub(super) trait Beside: Send + Sync {
    /// Makes it and keeps the answer for whoever waits for the commit.
    fn make<'c>(
        &'c self,
        connection: &'c mut SqliteConnection,
    ) -> Pin<Box<dyn Future<Output = Result<(), sqlx::Error>> + Send + 'c>>;
}

struct Waiting<C: Change> {
    change: C,
    answer: Mutex<Option<C::Answer>>,
}

impl<C: Change> Beside for Waiting<C> {
    fn make<'c>(
        &'c self,
        connection: &'c mut SqliteConnection,
    ) -> Pin<Box<dyn Future<Output = Result<(), sqlx::Error>> + Send + 'c>> {
        Box::pin(async move {
            let answer = self.change.make(connection).await?;
            *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
            Ok(())
        })
    }
}

impl Store {
    /// Makes a change; it is durable when this has answered.
    pub(super) async fn change<C: Change>(&self, change: C) -> Result<C::Answer, StoreError> {
        let waiting = Arc::new(Waiting {
            change,
            answer: Mutex::new(None),
        });
        let on_its_way: Arc<dyn Beside> = Arc::<Waiting<C>>::clone(&waiting);
        self.writer.beside(on_its_way).await?;
        let mut answer = waiting
            .answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        answer.take().ok_or(StoreError::Unavailable)
    }
}
