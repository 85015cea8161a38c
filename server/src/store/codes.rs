//! One-time codes in the database: counting first, comparing then, each in one
//! transaction that has the write lock from its beginning.

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use subtle::ConstantTimeEq;

use super::beside::Change;
use super::links::phone;
use super::{Store, StoreError};
use crate::otp::{DAY_MS, HOUR_MS, Rules};

/// A keyed hash.
pub(crate) type Tag = [u8; 32];

/// How many rows that are too old are deleted with each new code.
const SWEPT: i64 = 100;
/// How far tries are counted.
const MOST_TRIES: i64 = 1000;

/// A message that somebody wants to be sent.
pub(crate) struct Sending {
    /// The account and what the message is for: between its messages there are
    /// pauses.
    pub(crate) holder: Tag,
    /// What is counted besides, and how often it may be a day.
    pub(crate) counted: Vec<(Tag, i64)>,
    pub(crate) rules: Rules,
}

/// When a message may be sent. Times are in milliseconds.
pub(super) enum May {
    /// Now; it is counted.
    Now {
        /// How long until the next.
        next_ms: i64,
    },
    /// The last one was sent a moment ago, or too many today.
    Later {
        /// How long to wait.
        wait_ms: i64,
    },
}

/// Somebody asks for a code.
pub(crate) struct Ask {
    /// The message, whose holder is whom the code is for.
    pub(crate) sending: Sending,
    /// The code that is sent if it may be.
    pub(crate) code: Tag,
    /// The tries of everybody.
    pub(crate) everybody: Tag,
    /// Whether somebody has said which phone is the account's; otherwise no
    /// message can go anywhere.
    pub(crate) is_reachable: bool,
    pub(crate) now_ms: i64,
}

/// What came of it. Times are in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The code counts, and those of before do not.
    Kept {
        /// How long until the next.
        next_ms: i64,
    },
    /// The last one was sent a moment ago, or too many today.
    TooSoon {
        /// How long to wait.
        wait_ms: i64,
    },
    /// Too many wrong codes came from everybody together.
    Held {
        /// How long to wait.
        wait_ms: i64,
    },
}

/// Somebody has typed a code.
pub(crate) struct Try {
    /// The account and the purpose.
    pub(crate) holder: Tag,
    pub(crate) account: String,
    /// The phone and the code that were typed.
    pub(crate) phone: Tag,
    pub(crate) code: Tag,
    /// The tries of this holder, and of everybody.
    pub(crate) tries: Tag,
    pub(crate) everybody: Tag,
    pub(crate) now_ms: i64,
    pub(crate) rules: Rules,
}

/// What a typed code is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worth {
    /// It is the right one, and is used up now.
    Right,
    Wrong,
    /// No code counts: used, too old, or never sent.
    Expired,
    /// The message was not sent, so that nobody can know the code.
    Unsent,
}

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tried {
    pub(crate) worth: Worth,
    /// How many codes were wrong in the last hour, this one included.
    pub(crate) wrong: i64,
}

/// The gateway has taken a message, or has not.
struct Delivered {
    holder: Tag,
    code: Tag,
    is_sent: bool,
}

/// The time of a change: never before that of an earlier one.
pub(super) async fn tick(
    connection: &mut SqliteConnection,
    now_ms: i64,
) -> Result<i64, sqlx::Error> {
    let query = "INSERT INTO code_clock (only_one, at_ms) VALUES (1, ?) ON CONFLICT DO UPDATE \
                 SET at_ms = max(at_ms, excluded.at_ms) RETURNING at_ms";
    let query = sqlx::query_scalar(query).bind(now_ms);
    query.fetch_one(connection).await
}

/// The latest time that a change was made at; 0 before the first.
pub(super) async fn latest(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    let query = sqlx::query_scalar("SELECT coalesce(max(at_ms), 0) FROM code_clock");
    query.fetch_one(connection).await
}

/// How many marks there are since a moment, of at most so many, and the times of
/// the first and the last.
async fn marks(
    connection: &mut SqliteConnection,
    what: &Tag,
    since_ms: i64,
    most: i64,
) -> Result<(i64, i64, i64), sqlx::Error> {
    // The latest ones: the first of them is the one that has to go for another.
    let query = "SELECT count(*) AS number, coalesce(min(at_ms), 0) AS first, \
                 coalesce(max(at_ms), 0) AS last FROM (SELECT at_ms FROM code_marks \
                 WHERE what = ? AND at_ms > ? ORDER BY at_ms DESC LIMIT ?)";
    let query = sqlx::query(query).bind(&what[..]).bind(since_ms);
    let row = query.bind(most).fetch_one(connection).await?;
    Ok((
        row.try_get("number")?,
        row.try_get("first")?,
        row.try_get("last")?,
    ))
}

async fn mark(
    connection: &mut SqliteConnection,
    what: &Tag,
    at_ms: i64,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query("INSERT INTO code_marks (what, at_ms) VALUES (?, ?)");
    let query = query.bind(&what[..]).bind(at_ms);
    query.execute(connection).await?;
    Ok(())
}

/// Deletes some of what is too old to count.
async fn sweep(connection: &mut SqliteConnection, at_ms: i64) -> Result<(), sqlx::Error> {
    let before = at_ms - DAY_MS;
    for statement in [
        "DELETE FROM code_marks WHERE rowid IN \
         (SELECT rowid FROM code_marks WHERE at_ms <= ? LIMIT ?)",
        "DELETE FROM codes WHERE holder IN \
         (SELECT holder FROM codes WHERE expires_ms <= ? LIMIT ?)",
    ] {
        let query = sqlx::query(statement).bind(before).bind(SWEPT);
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

impl Sending {
    /// Counts a message where it may be sent now.
    pub(super) async fn may(
        &self,
        connection: &mut SqliteConnection,
        at_ms: i64,
    ) -> Result<May, sqlx::Error> {
        let Sending { rules, holder, .. } = self;
        let since = at_ms - DAY_MS;
        let most = rules.a_day.person;
        let (sent, first, last) = marks(connection, holder, since, most).await?;
        let mut wait_ms = match sent {
            0 => 0,
            sent => last + rules.pause_ms(sent) - at_ms,
        };
        if sent >= most {
            wait_ms = wait_ms.max(first + DAY_MS - at_ms);
        }
        for (what, most) in &self.counted {
            let (sent, first, _) = marks(connection, what, since, *most).await?;
            if sent >= *most {
                wait_ms = wait_ms.max(first + DAY_MS - at_ms);
            }
        }
        if wait_ms > 0 {
            return Ok(May::Later { wait_ms });
        }
        self.count(connection, at_ms).await?;
        let next_ms = rules.pause_ms(sent + 1);
        Ok(May::Now { next_ms })
    }

    /// Counts a message.
    pub(super) async fn count(
        &self,
        connection: &mut SqliteConnection,
        at_ms: i64,
    ) -> Result<(), sqlx::Error> {
        let counted = self.counted.iter().map(|(what, _)| what);
        for what in counted.chain([&self.holder]) {
            mark(connection, what, at_ms).await?;
        }
        Ok(())
    }
}

impl Change for Ask {
    type Answer = (Asked, i64);

    async fn make(&self, connection: &mut SqliteConnection) -> Result<(Asked, i64), sqlx::Error> {
        let at_ms = tick(connection, self.now_ms).await?;
        let asked = self.ask(connection, at_ms).await?;
        Ok((asked, at_ms))
    }
}

impl Ask {
    async fn ask(
        &self,
        connection: &mut SqliteConnection,
        at_ms: i64,
    ) -> Result<Asked, sqlx::Error> {
        let Sending { rules, holder, .. } = &self.sending;
        sweep(connection, at_ms).await?;
        let since = at_ms - rules.alarm_ms;
        // One beyond the usual raises the alarm, and its end is theirs.
        let most = rules.alarm + 1;
        let (wrong, first, _) = marks(connection, &self.everybody, since, most).await?;
        if wrong > rules.alarm {
            let wait_ms = first + rules.alarm_ms - at_ms;
            return Ok(Asked::Held { wait_ms });
        }
        let next_ms = match self.sending.may(connection, at_ms).await? {
            May::Now { next_ms } => next_ms,
            May::Later { wait_ms } => return Ok(Asked::TooSoon { wait_ms }),
        };
        let query = "INSERT OR REPLACE INTO codes (holder, code, expires_ms, delivery, is_used) \
                     VALUES (?, ?, ?, ?, 0)";
        let delivery = if self.is_reachable {
            "sending"
        } else {
            "failed"
        };
        let query = sqlx::query(query).bind(&holder[..]).bind(&self.code[..]);
        let query = query.bind(at_ms + rules.lifetime_ms).bind(delivery);
        query.execute(connection).await?;
        Ok(Asked::Kept { next_ms })
    }
}

impl Change for Try {
    type Answer = (Tried, i64);

    async fn make(&self, connection: &mut SqliteConnection) -> Result<(Tried, i64), sqlx::Error> {
        let at_ms = tick(connection, self.now_ms).await?;
        let tried = self.compare(connection, at_ms).await?;
        Ok((tried, at_ms))
    }
}

impl Try {
    async fn compare(
        &self,
        connection: &mut SqliteConnection,
        at_ms: i64,
    ) -> Result<Tried, sqlx::Error> {
        let Try { rules, holder, .. } = self;
        // Counted before anything is compared: nothing that goes wrong later
        // gives a try back.
        mark(connection, &self.tries, at_ms).await?;
        let (tries, ..) = marks(connection, &self.tries, at_ms - HOUR_MS, MOST_TRIES).await?;
        // A code that was sent to a phone ends with the account's saying that
        // it is another one now.
        let own = phone(connection, &self.account).await?;
        let is_own = own.is_some_and(|own| own.ct_eq(&self.phone[..]).into());
        let query = "SELECT code, expires_ms, delivery, is_used FROM codes WHERE holder = ?";
        let row = sqlx::query(query).bind(&holder[..]);
        let row = row.fetch_optional(&mut *connection).await?;
        let mut tried = Tried {
            worth: Worth::Expired,
            wrong: tries,
        };
        let Some(row) = row else {
            return Ok(tried);
        };
        let code: Vec<u8> = row.try_get("code")?;
        let is_same: bool = code.ct_eq(&self.code[..]).into();
        let is_used: bool = row.try_get("is_used")?;
        let expires_ms: i64 = row.try_get("expires_ms")?;
        let delivery: String = row.try_get("delivery")?;
        if is_used || at_ms >= expires_ms {
            return Ok(tried);
        }
        if tries <= rules.tries {
            if is_same && is_own {
                tried.worth = Worth::Right;
                tried.wrong = tries - 1;
                let query = sqlx::query("UPDATE codes SET is_used = 1 WHERE holder = ?");
                query.bind(&holder[..]).execute(&mut *connection).await?;
                // A right code ends the count: the next ones begin anew.
                let query = sqlx::query("DELETE FROM code_marks WHERE what = ?");
                query.bind(&self.tries[..]).execute(connection).await?;
                return Ok(tried);
            }
            // What is not compared tells nobody anything, so it is no guess: one
            // account alone cannot raise the alarm.
            mark(connection, &self.everybody, at_ms).await?;
        }
        tried.worth = if delivery == "failed" {
            Worth::Unsent
        } else {
            Worth::Wrong
        };
        Ok(tried)
    }
}

impl Change for Delivered {
    type Answer = ();

    async fn make(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let delivery = if self.is_sent { "sent" } else { "failed" };
        let query = sqlx::query("UPDATE codes SET delivery = ? WHERE holder = ? AND code = ?");
        let query = query.bind(delivery).bind(&self.holder[..]);
        query.bind(&self.code[..]).execute(connection).await?;
        Ok(())
    }
}

impl Store {
    /// A keyed hash for what has to do with codes.
    pub(crate) fn code_tag(&self, parts: &[&[u8]]) -> Tag {
        self.keys.code_tag(parts)
    }

    /// Keeps a code, if one may be sent now.
    pub(crate) async fn ask_code(&self, ask: Ask) -> Result<Asked, StoreError> {
        let (asked, at_ms) = self.change(ask).await?;
        self.steady.learn(at_ms);
        Ok(asked)
    }

    /// Counts a try, and then says what it is worth.
    pub(crate) async fn try_code(&self, one: Try) -> Result<Tried, StoreError> {
        let (tried, at_ms) = self.change(one).await?;
        self.steady.learn(at_ms);
        Ok(tried)
    }

    /// Keeps whether the gateway has taken the message with a code.
    pub(crate) async fn code_delivered(
        &self,
        holder: Tag,
        code: Tag,
        is_sent: bool,
    ) -> Result<(), StoreError> {
        let delivered = Delivered {
            holder,
            code,
            is_sent,
        };
        self.change(delivered).await
    }

    /// How many wrong codes came from everybody together since a moment, as far
    /// as `most`.
    pub(crate) async fn wrong_codes(
        &self,
        everybody: &Tag,
        since_ms: i64,
        most: i64,
    ) -> Result<i64, StoreError> {
        let query = "SELECT count(*) FROM (SELECT 1 FROM code_marks WHERE what = ? \
                     AND at_ms > ? LIMIT ?)";
        let query = sqlx::query_scalar(query).bind(&everybody[..]);
        let count = query
            .bind(since_ms)
            .bind(most)
            .fetch_one(&self.readers)
            .await;
        count.map_err(|error| super::unavailable(&error))
    }
}
