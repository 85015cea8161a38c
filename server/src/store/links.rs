//! Activation links in the database, each change on the state that it was made
//! on.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use subtle::ConstantTimeEq;

use super::beside::Change;
use super::codes::{May, Sending, Tag, latest, tick};
use super::{Store, StoreError, unavailable};
use crate::link::{self, Act, Link, LinkId, State};

/// A link as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptLink {
    pub(crate) link: Link,
    pub(crate) account: String,
    /// Who had it made.
    pub(crate) caller: String,
    /// When it was opened first.
    pub(crate) opened_ms: Option<i64>,
    /// The decision that used it.
    pub(crate) decision: Option<String>,
}

/// A new link.
pub(crate) struct Issue {
    pub(crate) id: LinkId,
    pub(crate) account: String,
    pub(crate) caller: String,
    pub(crate) phone: Phone,
    /// The message with it, where one is sent.
    pub(crate) sending: Option<Sending>,
    pub(crate) now_ms: i64,
    /// How long it is good.
    pub(crate) lasts_ms: i64,
}

/// The phone that a link is for, as a keyed hash.
pub(crate) enum Phone {
    /// The one that is known.
    Known,
    /// This one, if it is the one that is known: said by somebody who may not
    /// change it.
    Only(Tag),
    /// This one, from now on.
    New(Tag),
}

/// What came of making a link. Times are in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Issued {
    /// It is there, and takes the place of those before it.
    Made {
        expires_ms: i64,
        /// How long until the next message; 0 where none is sent.
        next_ms: i64,
    },
    /// Nothing: the account's phone is another one.
    PhoneOther {
        /// How long until the next message.
        next_ms: i64,
    },
    /// The last one was sent a moment ago, or too many today.
    TooSoon {
        /// How long to wait.
        wait_ms: i64,
    },
    /// The account's line does not wait to be activated.
    NotApproved,
    /// Nobody has said which phone is the account's.
    PhoneUnknown,
}

/// A link is opened on a device.
pub(super) struct Open {
    pub(super) id: LinkId,
    pub(super) device: Tag,
    pub(super) now_ms: i64,
}

/// The time of a link is up, and somebody has seen it.
struct Expire {
    id: LinkId,
    now_ms: i64,
}

/// That a decision uses a link: part of what keeps the decision.
pub(crate) struct UseLink {
    pub(crate) id: LinkId,
    pub(crate) device: Tag,
    pub(crate) now_ms: i64,
}

const COLUMNS: &str = "account, caller, state, device, opened_ms, expires_ms, decision, version";

fn kept(row: &SqliteRow) -> Result<KeptLink, sqlx::Error> {
    let wrong = |column: &str| sqlx::Error::Decode(format!("`{column}` is none").into());
    let state: String = row.try_get("state")?;
    let device: Option<Vec<u8>> = row.try_get("device")?;
    let device = device.map(|device| device.try_into().map_err(|_| wrong("device")));
    Ok(KeptLink {
        link: Link {
            state: State::parse(&state).ok_or_else(|| wrong("state"))?,
            device: device.transpose()?,
            expires_ms: row.try_get("expires_ms")?,
            version: row.try_get("version")?,
        },
        account: row.try_get("account")?,
        caller: row.try_get("caller")?,
        opened_ms: row.try_get("opened_ms")?,
        decision: row.try_get("decision")?,
    })
}

async fn read(
    connection: &mut SqliteConnection,
    id: &LinkId,
) -> Result<Option<KeptLink>, sqlx::Error> {
    let query = format!("SELECT {COLUMNS} FROM activation_links WHERE id = ?");
    let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(&id[..]);
    let row = query.fetch_optional(connection).await?;
    row.map(|row| kept(&row)).transpose()
}

/// Lets something happen to a link; `false` where it cannot.
async fn put(
    connection: &mut SqliteConnection,
    id: &LinkId,
    from: State,
    act: Act,
) -> Result<bool, sqlx::Error> {
    let Some(to) = from.after(act) else {
        return Ok(false);
    };
    let query = "UPDATE activation_links SET state = ?, version = version + 1 \
                 WHERE id = ? AND state = ?";
    let query = sqlx::query(query).bind(to.as_str()).bind(&id[..]);
    let done = query.bind(from.as_str()).execute(connection).await?;
    Ok(done.rows_affected() > 0)
}

/// Keeps that the time of a link is up, where it is.
async fn expire(
    connection: &mut SqliteConnection,
    id: &LinkId,
    found: &mut KeptLink,
    at_ms: i64,
) -> Result<(), sqlx::Error> {
    if found.link.at(at_ms) == found.link.state {
        return Ok(());
    }
    if put(connection, id, found.link.state, Act::Expire).await? {
        found.link.state = State::Expired;
        found.link.version += 1;
    }
    Ok(())
}

/// Ends whatever links of an account are left. One whose time is up has expired
/// before.
async fn end_all(
    connection: &mut SqliteConnection,
    account: &str,
    at_ms: i64,
    act: Act,
) -> Result<(), sqlx::Error> {
    for (act, until_ms) in [(Act::Expire, at_ms), (act, i64::MAX)] {
        for from in State::ALL {
            let Some(to) = from.after(act) else {
                continue;
            };
            let query = "UPDATE activation_links SET state = ?, version = version + 1 \
                         WHERE account = ? AND state = ? AND expires_ms <= ?";
            let query = sqlx::query(query).bind(to.as_str()).bind(account);
            let query = query.bind(from.as_str()).bind(until_ms);
            query.execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// Ends the links of an account whose line does not wait any more: none of them
/// counts for another line that is offered later.
pub(super) async fn withdraw(
    connection: &mut SqliteConnection,
    account: &str,
) -> Result<(), sqlx::Error> {
    let at_ms = latest(connection).await?;
    end_all(connection, account, at_ms, Act::Withdraw).await
}

impl Change for Issue {
    type Answer = (Issued, i64);

    async fn make(&self, connection: &mut SqliteConnection) -> Result<(Issued, i64), sqlx::Error> {
        let at_ms = tick(connection, self.now_ms).await?;
        Ok((self.issue(connection, at_ms).await?, at_ms))
    }
}

impl Issue {
    async fn issue(
        &self,
        connection: &mut SqliteConnection,
        at_ms: i64,
    ) -> Result<Issued, sqlx::Error> {
        let query = "SELECT state FROM lines WHERE account = ?";
        let query = sqlx::query_scalar(query).bind(&self.account);
        let state: Option<String> = query.fetch_optional(&mut *connection).await?;
        if state.as_deref() != Some(crate::line::State::Offered.as_str()) {
            return Ok(Issued::NotApproved);
        }
        let known = phone(connection, &self.account).await?;
        let is_known = |phone: &Tag| {
            let same = known.as_ref().map(|known| known.ct_eq(&phone[..]));
            same.is_some_and(bool::from)
        };
        let is_moved = matches!(&self.phone, Phone::New(phone) if !is_known(phone));
        let mut next_ms = 0;
        match &self.sending {
            // Whoever lost a phone need not wait for what was sent to it.
            Some(sending) if is_moved => sending.count(connection, at_ms).await?,
            Some(sending) => match sending.may(connection, at_ms).await? {
                May::Now { next_ms: next } => next_ms = next,
                May::Later { wait_ms } => return Ok(Issued::TooSoon { wait_ms }),
            },
            None => {}
        }
        match &self.phone {
            Phone::New(phone) => keep_phone(connection, &self.account, phone).await?,
            Phone::Only(phone) => {
                if !is_known(phone) {
                    return Ok(Issued::PhoneOther { next_ms });
                }
            }
            Phone::Known if known.is_none() => return Ok(Issued::PhoneUnknown),
            Phone::Known => {}
        }
        // Only the newest counts.
        end_all(connection, &self.account, at_ms, Act::Replace).await?;
        // The token tells whole seconds.
        let expires_ms = (at_ms + self.lasts_ms) / 1000 * 1000;
        let query = "INSERT INTO activation_links (id, account, caller, state, expires_ms, version) \
                     VALUES (?, ?, ?, ?, ?, 1)";
        let query = sqlx::query(query).bind(&self.id[..]).bind(&self.account);
        let query = query.bind(&self.caller).bind(State::Issued.as_str());
        query.bind(expires_ms).execute(connection).await?;
        Ok(Issued::Made {
            expires_ms,
            next_ms,
        })
    }
}

impl Change for Open {
    type Answer = (Option<KeptLink>, i64);

    async fn make(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<(Option<KeptLink>, i64), sqlx::Error> {
        let at_ms = tick(connection, self.now_ms).await?;
        let Some(mut found) = read(connection, &self.id).await? else {
            return Ok((None, at_ms));
        };
        expire(connection, &self.id, &mut found, at_ms).await?;
        if found.link.state == State::Issued
            && put(connection, &self.id, State::Issued, Act::Open).await?
        {
            let query = "UPDATE activation_links SET device = ?, opened_ms = ? WHERE id = ?";
            let query = sqlx::query(query).bind(&self.device[..]).bind(at_ms);
            query.bind(&self.id[..]).execute(&mut *connection).await?;
            return Ok((read(connection, &self.id).await?, at_ms));
        }
        Ok((Some(found), at_ms))
    }
}

impl Change for Expire {
    type Answer = i64;

    async fn make(&self, connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
        let at_ms = tick(connection, self.now_ms).await?;
        if let Some(mut found) = read(connection, &self.id).await? {
            expire(connection, &self.id, &mut found, at_ms).await?;
        }
        Ok(at_ms)
    }
}

impl UseLink {
    /// Whether it is open on the device.
    pub(super) async fn holds(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<bool, sqlx::Error> {
        let at_ms = tick(connection, self.now_ms).await?;
        let found = read(connection, &self.id).await?;
        Ok(found.is_some_and(|KeptLink { link, .. }| {
            link.at(at_ms) == State::Opened && link.is_of(Some(self.device))
        }))
    }

    /// Uses it for a decision; `false` where it cannot be used any more.
    pub(super) async fn apply(
        &self,
        connection: &mut SqliteConnection,
        decision: &str,
    ) -> Result<bool, sqlx::Error> {
        let is_used = put(connection, &self.id, State::Opened, Act::Use).await?;
        let query = sqlx::query("UPDATE activation_links SET decision = ? WHERE id = ?");
        let query = query.bind(decision).bind(&self.id[..]);
        query.execute(&mut *connection).await?;
        let query = "INSERT INTO account_devices (account, device) \
                     SELECT account, device FROM activation_links WHERE id = ? \
                     ON CONFLICT DO NOTHING";
        let query = sqlx::query(query).bind(&self.id[..]);
        query.execute(connection).await?;
        Ok(is_used)
    }
}

/// Keeps which phone is the account's.
pub(super) async fn keep_phone(
    connection: &mut SqliteConnection,
    account: &str,
    phone: &Tag,
) -> Result<(), sqlx::Error> {
    let query = "INSERT INTO account_phones (account, phone) VALUES (?, ?) \
                 ON CONFLICT DO UPDATE SET phone = excluded.phone";
    let query = sqlx::query(query).bind(account).bind(&phone[..]);
    query.execute(connection).await?;
    Ok(())
}

pub(super) async fn phone(
    connection: &mut SqliteConnection,
    account: &str,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let query = "SELECT phone FROM account_phones WHERE account = ?";
    let query = sqlx::query_scalar(query).bind(account);
    query.fetch_optional(connection).await
}

impl Store {
    /// A token for a link.
    pub(crate) fn link_token(&self, id: &LinkId, expires_ms: i64) -> Option<String> {
        link::write_token(&self.keys, id, expires_ms)
    }

    /// The link that a token names; `None` for one that is not ours.
    pub(crate) fn link_id(&self, token: &str) -> Option<LinkId> {
        link::read_token(&self.keys, token)
    }

    /// A keyed hash of a device's secret.
    pub(crate) fn device_tag(&self, secret: &[u8]) -> Tag {
        self.keys.link_tag(&[b"device", secret])
    }

    /// Makes a link, which replaces those of before.
    pub(crate) async fn issue_link(&self, issue: Issue) -> Result<Issued, StoreError> {
        let (issued, at_ms) = self.change(issue).await?;
        self.steady.learn(at_ms);
        Ok(issued)
    }

    /// Opens a link on a device, if it can be; how it stands then.
    pub(crate) async fn open_link(
        &self,
        id: LinkId,
        device: Tag,
    ) -> Result<Option<KeptLink>, StoreError> {
        let now_ms = self.steady.now();
        let (found, at_ms) = self.change(Open { id, device, now_ms }).await?;
        self.steady.learn(at_ms);
        Ok(found)
    }

    /// A link. That its time is up is kept when it is seen first, so that it
    /// stays so whatever the clock says later.
    pub(crate) async fn link(&self, id: LinkId) -> Result<Option<KeptLink>, StoreError> {
        let found = self.read_link(&id).await?;
        let now_ms = self.steady.now();
        let is_over = |one: &KeptLink| one.link.at(now_ms) != one.link.state;
        if !found.as_ref().is_some_and(is_over) {
            return Ok(found);
        }
        let at_ms = self.change(Expire { id, now_ms }).await?;
        self.steady.learn(at_ms);
        self.read_link(&id).await
    }

    async fn read_link(&self, id: &LinkId) -> Result<Option<KeptLink>, StoreError> {
        let connection = self.readers.acquire().await;
        let mut connection = connection.map_err(|error| unavailable(&error))?;
        let found = read(&mut connection, id).await;
        found.map_err(|error| unavailable(&error))
    }

    /// The keyed hash of the phone of an account; `None` too for an account that
    /// there is not.
    pub(crate) async fn phone_of(&self, account: &str) -> Result<Option<Tag>, StoreError> {
        let connection = self.readers.acquire().await;
        let mut connection = connection.map_err(|error| unavailable(&error))?;
        let found = phone(&mut connection, account).await;
        let found = found.map_err(|error| unavailable(&error))?;
        Ok(found.and_then(|phone| phone.try_into().ok()))
    }

    /// Whether a line of the account was activated on the device before.
    pub(crate) async fn is_known_device(
        &self,
        account: &str,
        device: &Tag,
    ) -> Result<bool, StoreError> {
        let query = "SELECT 1 FROM account_devices WHERE account = ? AND device = ?";
        let query = sqlx::query(query).bind(account).bind(&device[..]);
        let found = query.fetch_optional(&self.readers).await;
        Ok(found.map_err(|error| unavailable(&error))?.is_some())
    }

    /// Now, by a time that never goes back.
    pub(crate) fn steady_ms(&self) -> i64 {
        self.steady.now()
    }
}
