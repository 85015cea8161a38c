//! Lines and what their persons are told, changed together with the log.
//!
//! A change is a row of the log, the line as it is then, and a notice: in one
//! transaction, on the version of the line that it was made on. So there is
//! never one without the others, whenever the service ends.

use std::collections::BTreeMap;

use precheck::units::Date;
use serde::Serialize;
use serde_json::value::RawValue;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, Row};

use super::appeals::AppealChange;
use super::batch::{Entry, chunks, list};
use super::codes::Tag;
use super::links::{self, UseLink};
use super::log::{NewSubject, unsealable};
use super::{Account, Notices, Store, StoreError, outbox, unavailable};
use crate::audit::{Body, Kind, Subject};
use crate::line::{Line, NOTHING, State};

/// A line as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptLine {
    pub(crate) line: Line,
    /// When it is to be looked at again.
    pub(crate) review: Option<Date>,
    /// The decision that it stands on.
    pub(crate) decision: Option<String>,
    /// 0 for one that was never changed.
    pub(crate) version: i64,
}

/// What an account has before anything happened.
pub(crate) const NEVER: KeptLine = KeptLine {
    line: NOTHING,
    review: None,
    decision: None,
    version: 0,
};

/// What somebody is told, by locale.
pub(crate) struct NewNotice {
    pub(crate) id: String,
    pub(crate) topic: &'static str,
    pub(crate) words: Notices,
}

/// Something that happened to a line.
pub(crate) struct NewStep {
    pub(crate) id: String,
    pub(crate) at: String,
    /// The same moment, in milliseconds since 1970.
    pub(crate) at_ms: i64,
    pub(crate) as_of: String,
    /// What it is about.
    pub(crate) kind: Kind,
    /// What was done.
    pub(crate) act: &'static str,
    /// Everything about it, as JSON; it is sealed.
    pub(crate) trace: Box<RawValue>,
    /// How the line stands after it; its version is one more than that of the
    /// line that it was made on. `None` where it is as it was.
    pub(crate) after: Option<KeptLine>,
    /// What became of an appeal.
    pub(crate) appeal: Option<AppealChange>,
    pub(crate) notice: Option<NewNotice>,
}

/// Which policy a change was made under.
pub(crate) struct Under {
    pub(crate) pack: String,
    pub(crate) version: u32,
    pub(crate) hash: String,
}

/// What a change does besides its row in the log.
pub(crate) struct Effect {
    pub(super) account: String,
    pub(super) after: Option<KeptLine>,
    pub(super) appeal: Option<AppealChange>,
    /// The activation link that it uses.
    pub(super) link: Option<UseLink>,
    /// The account's phone from now on, as a keyed hash.
    phone: Option<Tag>,
    pub(super) notice: Option<SealedNotice>,
    row: String,
    at: String,
}

pub(super) struct SealedNotice {
    id: String,
    topic: &'static str,
    sealed: Vec<u8>,
    /// What it is to be sent over.
    channels: Vec<String>,
    at_ms: i64,
}

impl SealedNotice {
    /// Whether it is sent, and not just shown.
    pub(super) fn is_sent(&self) -> bool {
        !self.channels.is_empty()
    }
}

/// A notice as its person sees it.
#[derive(Serialize)]
pub(crate) struct Told {
    pub(crate) id: String,
    pub(crate) topic: String,
    pub(crate) created_at: String,
    pub(crate) seen_at: Option<String>,
    #[serde(skip)]
    pub(crate) words: Notices,
}

/// That a person has seen a notice.
pub(super) struct Seen {
    account: String,
    id: String,
    at: String,
}

impl Seen {
    /// Keeps it; `false` where there is no such notice.
    pub(super) async fn keep(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<bool, sqlx::Error> {
        let query = sqlx::query(
            "UPDATE notices SET seen_at = coalesce(seen_at, ?) WHERE id = ? AND account = ?",
        );
        let query = query.bind(&self.at).bind(&self.id).bind(&self.account);
        Ok(query.execute(connection).await?.rows_affected() > 0)
    }
}

const COLUMNS: &str = "state, back, held, amount, lowered_from, proposed, until_day, closes_day, \
                       opened_day, review_day, decision, version";

/// How many notices are listed.
const LISTED: i64 = 100;

/// Reads the lines of accounts.
pub(super) async fn read(
    readers: SqlitePool,
    accounts: Vec<String>,
) -> Result<Vec<Option<KeptLine>>, StoreError> {
    let mut found = BTreeMap::new();
    for some in chunks(&accounts) {
        let list = list(some.len());
        let text = format!("SELECT account, {COLUMNS} FROM lines WHERE account IN {list}");
        let mut query = sqlx::query(AssertSqlSafe(text));
        for account in some {
            query = query.bind(account);
        }
        let rows = query.fetch_all(&readers).await;
        for row in rows.map_err(|error| unavailable(&error))? {
            let account = row.try_get("account");
            let kept = account.and_then(|account: String| Ok((account, line(&row)?)));
            let (account, kept) = kept.map_err(|error| unavailable(&error))?;
            found.insert(account, kept);
        }
    }
    Ok(accounts.iter().map(|id| found.get(id).cloned()).collect())
}

impl Store {
    /// The line of an account.
    pub(crate) async fn line(&self, account: &str) -> Result<KeptLine, StoreError> {
        let found = self.lines.get(account.to_owned()).await?;
        Ok(found.unwrap_or(NEVER))
    }

    /// Accounts whose lines have something due on a day, at most so many.
    pub(crate) async fn lines_due(&self, day: Date, most: i64) -> Result<Vec<String>, StoreError> {
        let query = sqlx::query_scalar(
            "SELECT account FROM lines WHERE min(coalesce(until_day, 1000000), \
             coalesce(closes_day, 1000000), coalesce(review_day, 1000000)) <= ? \
             ORDER BY account LIMIT ?",
        );
        let found = query
            .bind(day.days())
            .bind(most)
            .fetch_all(&self.readers)
            .await;
        found.map_err(|error| unavailable(&error))
    }

    /// Keeps changes of one line, in order and all or none; they are durable
    /// when this has answered. [`StoreError::Stale`] when the line has changed
    /// meanwhile.
    pub(crate) async fn keep_steps(
        &self,
        account: &Account,
        steps: Vec<NewStep>,
        under: &Under,
    ) -> Result<(), StoreError> {
        let (subject, mut new) = self.subject(account)?;
        let mut entries = Vec::new();
        for step in steps {
            entries.push(self.seal_step(account, step, under, &subject, new.take())?);
        }
        self.writer.keep(entries).await
    }

    /// Seals a change for its person.
    pub(super) fn seal_step(
        &self,
        account: &Account,
        step: NewStep,
        under: &Under,
        subject: &Subject,
        new_subject: NewSubject,
    ) -> Result<Entry, StoreError> {
        let seal = |id: &str, text: &[u8]| {
            let sealed = subject.decision_key(id).seal(text, id, &subject.id);
            sealed.map_err(|_| unsealable())
        };
        let words = |notice: &NewNotice| {
            let words = serde_json::to_vec(&notice.words);
            words.map_err(|_| unsealable())
        };
        let notice = step.notice.map(|notice| {
            Ok(SealedNotice {
                sealed: seal(&notice.id, &words(&notice)?)?,
                channels: self.outbox.channels_of(notice.topic, &account.id),
                at_ms: step.at_ms,
                id: notice.id,
                topic: notice.topic,
            })
        });
        let body = Body {
            kind: step.kind.as_str().to_owned(),
            sealed: seal(&step.id, step.trace.get().as_bytes())?,
            id: step.id.clone(),
            decided_at: step.at.clone(),
            decided_ms: step.at_ms,
            scenario: String::new(),
            policy_pack: under.pack.clone(),
            policy_version: under.version,
            policy_hash: under.hash.clone(),
            as_of: step.as_of,
            subject: subject.id.to_vec(),
            locale: String::new(),
            decision: step.act.to_owned(),
            counts: false,
        };
        Ok(Entry {
            digest: body.digest(),
            body,
            new_subject,
            key: None,
            counted: None,
            effect: Some(Effect {
                account: account.id.clone(),
                after: step.after,
                appeal: step.appeal,
                link: None,
                phone: None,
                row: step.id,
                notice: notice.transpose()?,
                at: step.at,
            }),
        })
    }

    /// The notices of an account, the last one first.
    pub(crate) async fn notices(&self, account: &str) -> Result<Vec<Told>, StoreError> {
        let query = sqlx::query(
            "SELECT notices.id, topic, created_at, seen_at, sealed, subjects.id AS subject, \
             subjects.key AS wrapped FROM notices \
             JOIN subjects ON subjects.account = notices.account \
             WHERE notices.account = ? ORDER BY place DESC LIMIT ?",
        );
        let rows = query
            .bind(account)
            .bind(LISTED)
            .fetch_all(&self.readers)
            .await;
        let rows = rows.map_err(|error| unavailable(&error))?;
        rows.iter().map(|row| self.told(row)).collect()
    }

    /// Keeps that a person has seen a notice; `false` where there is none of
    /// theirs. The first time counts.
    pub(crate) async fn see(
        &self,
        account: &str,
        id: &str,
        at: String,
    ) -> Result<bool, StoreError> {
        let (account, id) = (account.to_owned(), id.to_owned());
        self.writer.see(Seen { account, id, at }).await
    }

    pub(super) fn told(&self, row: &SqliteRow) -> Result<Told, StoreError> {
        let read = || -> Result<_, sqlx::Error> {
            let sealed: Vec<u8> = row.try_get("sealed")?;
            let subject: Vec<u8> = row.try_get("subject")?;
            let wrapped: Vec<u8> = row.try_get("wrapped")?;
            let id: String = row.try_get("id")?;
            let times = (row.try_get("created_at")?, row.try_get("seen_at")?);
            Ok((id, row.try_get("topic")?, times, (sealed, subject, wrapped)))
        };
        let (id, topic, (created_at, seen_at), (sealed, subject, wrapped)) =
            read().map_err(|error| unavailable(&error))?;
        let opened = Subject::unwrap(&subject, &wrapped, &self.keys)
            .and_then(|person| person.decision_key(&id).open(&sealed, &id, &subject));
        let words = opened.map_err(|_| {
            tracing::error!(notice = id, "a kept notice does not open");
            StoreError::Unavailable
        })?;
        let words = serde_json::from_slice(&words).map_err(|_| StoreError::Unavailable)?;
        Ok(Told {
            id,
            topic,
            created_at,
            seen_at,
            words,
        })
    }
}

fn line(row: &SqliteRow) -> Result<KeptLine, sqlx::Error> {
    let state = |column: &str| -> Result<State, sqlx::Error> {
        let word: String = row.try_get(column)?;
        State::parse(&word).ok_or_else(|| {
            let what = format!("`{column}` has a word that is none");
            sqlx::Error::Decode(what.into())
        })
    };
    let day = |column: &str| -> Result<Option<Date>, sqlx::Error> {
        let days: Option<i32> = row.try_get(column)?;
        Ok(days.and_then(Date::from_days))
    };
    Ok(KeptLine {
        line: Line {
            state: state("state")?,
            back: state("back")?,
            held: state("held")?,
            limit: row.try_get("amount")?,
            lowered_from: row.try_get("lowered_from")?,
            proposed: row.try_get("proposed")?,
            until: day("until_day")?,
            closes: day("closes_day")?,
            opened: day("opened_day")?,
        },
        review: day("review_day")?,
        decision: row.try_get("decision")?,
        version: row.try_get("version")?,
    })
}

/// What was looked at before is not so.
pub(super) fn torn(what: &str) -> sqlx::Error {
    sqlx::Error::Protocol(format!("{what} changed within a transaction"))
}

impl Effect {
    /// What a decision does itself: it uses a link, or says which phone is the
    /// account's.
    pub(super) fn of_decision(
        decision: &Body,
        account: &Account,
        link: Option<UseLink>,
        phone: Option<Tag>,
    ) -> Option<Effect> {
        if link.is_none() && phone.is_none() {
            return None;
        }
        Some(Effect {
            account: account.id.clone(),
            after: None,
            appeal: None,
            link,
            phone,
            notice: None,
            row: decision.id.clone(),
            at: decision.decided_at.clone(),
        })
    }

    /// Changes the line and the appeal, and keeps the notice, of a row that
    /// [`super::standing::Standing`] has let pass.
    pub(super) async fn apply(
        &self,
        connection: &mut SqliteConnection,
        sequence: i64,
    ) -> Result<(), sqlx::Error> {
        if let Some(after) = &self.after
            && !self.stand(connection, after).await?
        {
            return Err(torn("a line"));
        }
        // The link that a decision uses is used by then: its row comes first.
        if self
            .after
            .as_ref()
            .is_some_and(|after| after.line.state != State::Offered)
        {
            links::withdraw(connection, &self.account).await?;
        }
        if let Some(appeal) = &self.appeal {
            let row = (&*self.account, &*self.row, &*self.at);
            if !appeal.apply(connection, row, sequence).await? {
                return Err(torn("an appeal"));
            }
        }
        if let Some(link) = &self.link
            && !link.apply(connection, &self.row).await?
        {
            return Err(torn("a link"));
        }
        if let Some(phone) = &self.phone {
            links::keep_phone(connection, &self.account, phone).await?;
        }
        if let Some(notice) = &self.notice {
            let query = sqlx::query(
                "INSERT INTO notices (id, account, place, topic, created_at, sealed) \
                 VALUES (?, ?, ?, ?, ?, ?)",
            );
            query
                .bind(&notice.id)
                .bind(&self.account)
                .bind(sequence)
                .bind(notice.topic)
                .bind(&self.at)
                .bind(&notice.sealed)
                .execute(&mut *connection)
                .await?;
            let of = (&*notice.id, &*self.account);
            outbox::queue(connection, of, &notice.channels, sequence, notice.at_ms).await?;
        }
        Ok(())
    }

    /// Puts the line as it stands after the change.
    async fn stand(
        &self,
        connection: &mut SqliteConnection,
        after: &KeptLine,
    ) -> Result<bool, sqlx::Error> {
        let KeptLine {
            line,
            review,
            decision,
            version,
        } = after;
        let days = |day: Option<Date>| day.map(Date::days);
        let query = sqlx::query(
            "INSERT INTO lines (account, state, back, held, amount, lowered_from, proposed, \
             until_day, closes_day, opened_day, review_day, decision, version) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13 \
             WHERE ?13 - 1 = coalesce((SELECT version FROM lines WHERE account = ?1), 0) \
             ON CONFLICT (account) DO UPDATE SET state = excluded.state, back = excluded.back, \
             held = excluded.held, amount = excluded.amount, \
             lowered_from = excluded.lowered_from, proposed = excluded.proposed, \
             until_day = excluded.until_day, closes_day = excluded.closes_day, \
             opened_day = excluded.opened_day, review_day = excluded.review_day, \
             decision = excluded.decision, version = excluded.version",
        );
        let done = query
            .bind(&self.account)
            .bind(line.state.as_str())
            .bind(line.back.as_str())
            .bind(line.held.as_str())
            .bind(line.limit)
            .bind(line.lowered_from)
            .bind(line.proposed)
            .bind(days(line.until))
            .bind(days(line.closes))
            .bind(days(line.opened))
            .bind(days(*review))
            .bind(decision)
            .bind(version)
            .execute(&mut *connection)
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
