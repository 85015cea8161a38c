//! How far notices are over their channels.
//!
//! A delivery is queued with its notice, and changed on the state that was
//! seen; one is taken in hand only while no earlier one of the person is open.

use std::collections::BTreeMap;
use std::sync::Arc;

use precheck::units::Locale;
use serde::Serialize;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Row};
use tokio::sync::Notify;

use super::{Store, StoreError, unavailable};
use crate::outbox::{Delivery, Event, Letter, Outbox, State, TABLE, queued};

/// How many deliveries are listed.
const LISTED: i64 = 100;

/// What stands first of a person over a channel.
#[derive(Clone)]
pub(crate) struct Head {
    pub(crate) notice: String,
    pub(crate) delivery: Delivery,
}

/// What became of a delivery.
pub(crate) struct Moved {
    pub(crate) notice: String,
    pub(crate) channel: String,
    /// As it was seen.
    pub(crate) before: Delivery,
    pub(crate) after: Delivery,
    /// Why it is not there; `None` leaves what was the reason before, or takes
    /// it away from one that is sent.
    pub(crate) ending: Option<&'static str>,
}

/// What is to be tried anew, by an operator.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Again<'a> {
    /// One notice, over every channel.
    Notice(&'a str),
    /// Everything that was given up over a channel.
    Channel(&'a str),
}

/// A delivery as an operator sees it.
#[derive(Serialize)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) topic: String,
    pub(crate) channel: String,
    pub(crate) state: &'static str,
    pub(crate) attempts: i64,
    pub(crate) queued_ms: i64,
    pub(crate) due_ms: i64,
    /// Why it did not get there the last time.
    pub(crate) ending: Option<String>,
}

/// How much there is of each state over a channel, and since when.
#[derive(Default)]
pub(crate) struct Waiting {
    pub(crate) counts: BTreeMap<&'static str, i64>,
    /// When the oldest of what waits was queued, in milliseconds since 1970.
    pub(crate) oldest_ms: Option<i64>,
}

/// What is open, as the indexes have it.
const OPEN: &str = "('queued', 'sending', 'failed')";

impl Moved {
    /// Keeps it; `false` where the delivery is not as it was seen, or has to
    /// wait for an earlier one.
    pub(super) async fn keep(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<bool, sqlx::Error> {
        let query = sqlx::query_scalar(
            "UPDATE deliveries SET state = ?1, attempts = ?2, queued_ms = ?3, due_ms = ?4, \
             ending = CASE WHEN ?1 = 'sent' THEN NULL ELSE coalesce(?5, ending) END, \
             stands_first = stands_first AND NOT ?6 \
             WHERE notice = ?7 AND channel = ?8 AND state = ?9 AND attempts = ?10 \
             AND due_ms = ?11 AND (?1 != 'sending' OR stands_first = 1) RETURNING account",
        );
        let (before, after) = (&self.before, &self.after);
        let query = query
            .bind(after.state.as_str())
            .bind(after.attempts)
            .bind(after.queued_ms)
            .bind(after.due_ms)
            .bind(self.ending)
            .bind(after.state.is_over())
            .bind(&self.notice)
            .bind(&self.channel)
            .bind(before.state.as_str())
            .bind(before.attempts)
            .bind(before.due_ms);
        let account: Option<String> = query.fetch_optional(&mut *connection).await?;
        let Some(account) = account else {
            return Ok(false);
        };
        if after.state.is_over() {
            let text = format!(
                "UPDATE deliveries SET stands_first = 1 WHERE channel = ?1 AND account = ?2 \
                 AND state IN {OPEN} AND place = (SELECT min(place) FROM deliveries \
                 WHERE channel = ?1 AND account = ?2 AND state IN {OPEN})"
            );
            let query = sqlx::query(AssertSqlSafe(text));
            let query = query.bind(&self.channel).bind(account);
            query.execute(connection).await?;
        }
        Ok(true)
    }
}

impl Again<'_> {
    /// Queues anew what can be; `false` where there is nothing.
    pub(super) async fn keep(
        &self,
        now_ms: i64,
        connection: &mut SqliteConnection,
    ) -> Result<bool, sqlx::Error> {
        let from = TABLE.iter().filter(|(_, event, _)| *event == Event::Retry);
        let (column, whose, id) = match self {
            Again::Notice(id) => (
                "notice",
                "account = (SELECT account FROM notices WHERE id = ?)",
                id,
            ),
            Again::Channel(id) => ("channel", "channel = ?", id),
        };
        // Of a channel, what is tried anyway is not begun anew.
        let from = from.filter(|(state, ..)| match self {
            Again::Notice(_) => true,
            Again::Channel(_) => *state == State::GivenUp,
        });
        let mut any = false;
        let after = queued(now_ms);
        for (state, ..) in from {
            // The word itself, or no index would be of use.
            let state = state.as_str();
            let text = format!(
                "UPDATE deliveries SET state = ?, attempts = ?, queued_ms = ?, due_ms = ?, \
                 ending = NULL WHERE {column} = ? AND state = '{state}'"
            );
            let query = sqlx::query(AssertSqlSafe(text))
                .bind(after.state.as_str())
                .bind(after.attempts)
                .bind(after.queued_ms)
                .bind(after.due_ms)
                .bind(id);
            any |= query.execute(&mut *connection).await?.rows_affected() > 0;
        }
        if any {
            // What is open again may stand before what waits.
            let text = format!(
                "UPDATE deliveries AS one SET stands_first = (place = (SELECT min(place) \
                 FROM deliveries AS other WHERE other.channel = one.channel \
                 AND other.account = one.account AND other.state IN {OPEN})) \
                 WHERE state IN {OPEN} AND {whose}"
            );
            let query = sqlx::query(AssertSqlSafe(text)).bind(id);
            query.execute(connection).await?;
        }
        Ok(any)
    }
}

/// Queues a notice of an account over channels.
pub(super) async fn queue(
    connection: &mut SqliteConnection,
    (notice, account): (&str, &str),
    channels: &[String],
    place: i64,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    for channel in channels {
        let first = queued(now_ms);
        let text = format!(
            "INSERT INTO deliveries (notice, channel, account, place, state, attempts, \
             queued_ms, due_ms, stands_first) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, \
             NOT EXISTS (SELECT 1 FROM deliveries WHERE channel = ?2 AND account = ?3 \
             AND state IN {OPEN}))"
        );
        let query = sqlx::query(AssertSqlSafe(text));
        query
            .bind(notice)
            .bind(channel)
            .bind(account)
            .bind(place)
            .bind(first.state.as_str())
            .bind(first.attempts)
            .bind(first.queued_ms)
            .bind(first.due_ms)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

impl Store {
    /// The same, with notices queued for these channels.
    pub(crate) fn sending_over(self, outbox: Outbox) -> Store {
        Store {
            outbox: Arc::new(outbox),
            ..self
        }
    }

    /// The channels.
    pub(crate) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Heard of whenever notices were queued.
    pub(crate) fn queued(&self) -> Arc<Notify> {
        self.writer.queued()
    }

    /// What is due over a channel, the longest due first, at most so many; of
    /// one person only what stands first.
    pub(crate) async fn heads(
        &self,
        channel: &str,
        now_ms: i64,
        most: i64,
    ) -> Result<Vec<Head>, StoreError> {
        let query = sqlx::query(
            "SELECT notice, state, attempts, queued_ms, due_ms FROM deliveries \
             WHERE channel = ? AND stands_first = 1 AND due_ms <= ? ORDER BY due_ms LIMIT ?",
        );
        let rows = query
            .bind(channel)
            .bind(now_ms)
            .bind(most)
            .fetch_all(&self.readers)
            .await;
        let rows = rows.and_then(|rows| rows.iter().map(head).collect());
        rows.map_err(|error| unavailable(&error))
    }

    /// Keeps what became of a delivery. [`StoreError::Stale`] where it is not
    /// as it was seen, or is not to be taken in hand yet.
    pub(crate) async fn keep_delivery(&self, moved: Moved) -> Result<(), StoreError> {
        self.writer.deliver(moved).await
    }

    /// A notice with its words; `None` for one that is gone.
    pub(crate) async fn letter(&self, notice: &str) -> Result<Option<Letter>, StoreError> {
        let query = sqlx::query(
            "SELECT notices.id, notices.account, topic, created_at, seen_at, notices.sealed, \
             subjects.id AS subject, subjects.key AS wrapped, (SELECT locale FROM log \
             WHERE log.subject = subjects.id AND log.kind = 'decision' \
             ORDER BY sequence DESC LIMIT 1) AS locale FROM notices \
             JOIN subjects ON subjects.account = notices.account WHERE notices.id = ?",
        );
        let row = query.bind(notice).fetch_optional(&self.readers).await;
        let Some(row) = row.map_err(|error| unavailable(&error))? else {
            return Ok(None);
        };
        let texts = row.try_get("account").and_then(|account: String| {
            let locale: Option<String> = row.try_get("locale")?;
            Ok((account, locale))
        });
        let (account, locale) = texts.map_err(|error| unavailable(&error))?;
        let mut all = Locale::ALL.iter().copied();
        Ok(Some(Letter {
            account,
            locale: all.find(|one| locale.as_deref() == Some(one.as_str())),
            told: self.told(&row)?,
        }))
    }

    /// How far one notice is, over each channel; nothing for one that is sent
    /// nowhere.
    pub(crate) async fn deliveries_of(&self, notice: &str) -> Result<Vec<Listed>, StoreError> {
        self.listed("notice = ?", Some(notice)).await
    }

    /// What was given up, the oldest first.
    pub(crate) async fn given_up(&self) -> Result<Vec<Listed>, StoreError> {
        self.listed("state = 'given-up'", None).await
    }

    /// What waits, the oldest first.
    pub(crate) async fn unsent(&self) -> Result<Vec<Listed>, StoreError> {
        self.listed(&format!("state IN {OPEN}"), None).await
    }

    async fn listed(&self, of: &str, value: Option<&str>) -> Result<Vec<Listed>, StoreError> {
        let text = format!(
            "SELECT notice, deliveries.account, topic, channel, state, attempts, queued_ms, \
             due_ms, ending FROM deliveries JOIN notices ON notices.id = notice \
             WHERE {of} ORDER BY queued_ms, deliveries.place, channel LIMIT {LISTED}"
        );
        let query = sqlx::query(AssertSqlSafe(text));
        let query = match value {
            Some(value) => query.bind(value),
            None => query,
        };
        let rows = query.fetch_all(&self.readers).await;
        let rows = rows.and_then(|rows| rows.iter().map(listed).collect());
        rows.map_err(|error| unavailable(&error))
    }

    /// How much there is of each state that is not sent, by channel.
    pub(crate) async fn waiting(&self) -> Result<BTreeMap<String, Waiting>, StoreError> {
        let text = format!(
            "SELECT channel, state, count(*) AS count, min(queued_ms) AS oldest FROM deliveries \
             WHERE state IN {OPEN} GROUP BY channel, state UNION ALL \
             SELECT channel, state, count(*), min(queued_ms) FROM deliveries \
             WHERE state = 'given-up' GROUP BY channel, state"
        );
        let rows = sqlx::query(AssertSqlSafe(text))
            .fetch_all(&self.readers)
            .await;
        let read = |rows: Vec<SqliteRow>| -> Result<_, sqlx::Error> {
            let mut all: BTreeMap<String, Waiting> = BTreeMap::new();
            for row in rows {
                let state = state(&row)?;
                let one = all.entry(row.try_get("channel")?).or_default();
                one.counts.insert(state.as_str(), row.try_get("count")?);
                let oldest: i64 = row.try_get("oldest")?;
                if !state.is_over() {
                    one.oldest_ms = Some(one.oldest_ms.map_or(oldest, |ms| ms.min(oldest)));
                }
            }
            Ok(all)
        };
        rows.and_then(read).map_err(|error| unavailable(&error))
    }
}

fn state(row: &SqliteRow) -> Result<State, sqlx::Error> {
    let word: String = row.try_get("state")?;
    State::parse(&word).ok_or_else(|| sqlx::Error::Decode("`state` has a word that is none".into()))
}

fn head(row: &SqliteRow) -> Result<Head, sqlx::Error> {
    Ok(Head {
        notice: row.try_get("notice")?,
        delivery: Delivery {
            state: state(row)?,
            attempts: row.try_get("attempts")?,
            queued_ms: row.try_get("queued_ms")?,
            due_ms: row.try_get("due_ms")?,
        },
    })
}

fn listed(row: &SqliteRow) -> Result<Listed, sqlx::Error> {
    Ok(Listed {
        id: row.try_get("notice")?,
        account: row.try_get("account")?,
        topic: row.try_get("topic")?,
        channel: row.try_get("channel")?,
        state: state(row)?.as_str(),
        attempts: row.try_get("attempts")?,
        queued_ms: row.try_get("queued_ms")?,
        due_ms: row.try_get("due_ms")?,
        ending: row.try_get("ending")?,
    })
}
