//! Appeals and what was handed in with them.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::{Account, Store, StoreError, unavailable};
use crate::appeal::State;
use crate::audit::Subject;

/// An appeal as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptAppeal {
    pub(crate) id: String,
    pub(crate) account: String,
    /// The decision that it is about.
    pub(crate) about: String,
    pub(crate) state: State,
    pub(crate) created_at: String,
    /// The row of the log that ended it.
    pub(crate) step: Option<String>,
    /// Counts the changes.
    pub(crate) version: i64,
    /// What the person wrote.
    pub(crate) statement: String,
    /// What was handed in: id, media type, bytes.
    pub(crate) materials: Vec<(String, String, i64)>,
}

impl KeptAppeal {
    /// One that begins.
    pub(crate) fn begun(id: &str, account: &str, about: &str) -> KeptAppeal {
        KeptAppeal {
            id: id.to_owned(),
            account: account.to_owned(),
            about: about.to_owned(),
            state: State::Open,
            created_at: String::new(),
            step: None,
            version: 0,
            statement: String::new(),
            materials: Vec::new(),
        }
    }
}

/// A change of an appeal, kept with its row of the log.
pub(crate) enum AppealChange {
    /// It begins.
    New {
        id: String,
        about: String,
        statement: Vec<u8>,
    },
    /// It is in another state; `ends` where the row of the log ends it.
    State {
        id: String,
        to: State,
        version: i64,
        ends: bool,
        material: Option<SealedMaterial>,
    },
}

/// A document, sealed.
pub(crate) struct SealedMaterial {
    pub(crate) id: String,
    pub(crate) media_type: &'static str,
    pub(crate) size: i64,
    pub(crate) sealed: Vec<u8>,
}

const COLUMNS: &str = "SELECT appeals.id, appeals.account, about, state, created_at, step, \
                       version, statement, subjects.id AS subject, subjects.key AS wrapped \
                       FROM appeals JOIN subjects ON subjects.account = appeals.account";

/// How many appeals are listed.
const LISTED: i64 = 100;

impl Store {
    /// The appeal with this id.
    pub(crate) async fn appeal(&self, id: &str) -> Result<Option<KeptAppeal>, StoreError> {
        let query = format!("{COLUMNS} WHERE appeals.id = ?");
        let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id);
        let row = query.fetch_optional(&self.readers).await;
        match row.map_err(|error| unavailable(&error))? {
            Some(row) => Ok(Some(self.whole(&row).await?)),
            None => Ok(None),
        }
    }

    /// The appeals that wait for staff, the oldest first; with an account, all
    /// of that account.
    pub(crate) async fn appeals(
        &self,
        account: Option<&str>,
    ) -> Result<Vec<KeptAppeal>, StoreError> {
        let which = match account {
            Some(_) => "appeals.account = ?1",
            None => "state = 'open' AND ?1 IS NULL",
        };
        let query = format!("{COLUMNS} WHERE {which} ORDER BY place LIMIT ?2");
        let query = sqlx::query(sqlx::AssertSqlSafe(query));
        let rows = query
            .bind(account)
            .bind(LISTED)
            .fetch_all(&self.readers)
            .await;
        let mut all = Vec::new();
        for row in rows.map_err(|error| unavailable(&error))? {
            all.push(self.whole(&row).await?);
        }
        Ok(all)
    }

    /// How many appeals about a decision there were.
    pub(crate) async fn appeals_about(&self, decision: &str) -> Result<i64, StoreError> {
        let query = sqlx::query_scalar("SELECT count(*) FROM appeals WHERE about = ?");
        let count = query.bind(decision).fetch_one(&self.readers).await;
        count.map_err(|error| unavailable(&error))
    }

    /// A document of an appeal: its media type and bytes.
    pub(crate) async fn material(
        &self,
        account: &Account,
        appeal: &str,
        id: &str,
    ) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        let query =
            sqlx::query("SELECT media_type, sealed FROM materials WHERE id = ? AND appeal = ?");
        let row = query
            .bind(id)
            .bind(appeal)
            .fetch_optional(&self.readers)
            .await;
        let found = row.and_then(|row| {
            row.map(|row| Ok((row.try_get("media_type")?, row.try_get("sealed")?)))
                .transpose()
        });
        let Some((media_type, sealed)) = found.map_err(|error| unavailable(&error))? else {
            return Ok(None);
        };
        let sealed: Vec<u8> = sealed;
        let (subject, _) = self.subject(account)?;
        let opened = subject.decision_key(id).open(&sealed, id, &subject.id);
        let bytes = opened.map_err(|_| StoreError::Unavailable)?;
        Ok(Some((media_type, bytes.to_vec())))
    }

    /// Seals something of an account under an id of its own.
    pub(crate) fn sealed(
        &self,
        account: &Account,
        id: &str,
        bytes: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let (subject, _) = self.subject(account)?;
        let sealed = subject.decision_key(id).seal(bytes, id, &subject.id);
        sealed.map_err(|_| super::log::unsealable())
    }

    async fn whole(&self, row: &SqliteRow) -> Result<KeptAppeal, StoreError> {
        let read = || -> Result<_, sqlx::Error> {
            let word: String = row.try_get("state")?;
            let state = State::parse(&word)
                .ok_or_else(|| sqlx::Error::Decode("`state` has a word that is none".into()))?;
            let sealed: Vec<u8> = row.try_get("statement")?;
            let subject: Vec<u8> = row.try_get("subject")?;
            let wrapped: Vec<u8> = row.try_get("wrapped")?;
            let kept = KeptAppeal {
                id: row.try_get("id")?,
                account: row.try_get("account")?,
                about: row.try_get("about")?,
                state,
                created_at: row.try_get("created_at")?,
                step: row.try_get("step")?,
                version: row.try_get("version")?,
                statement: String::new(),
                materials: Vec::new(),
            };
            Ok((kept, (sealed, subject, wrapped)))
        };
        let (mut kept, (sealed, subject, wrapped)) = read().map_err(|error| unavailable(&error))?;
        let opened = Subject::unwrap(&subject, &wrapped, &self.keys).and_then(|person| {
            person
                .decision_key(&kept.id)
                .open(&sealed, &kept.id, &subject)
        });
        let text = opened
            .ok()
            .and_then(|text| String::from_utf8(text.to_vec()).ok());
        kept.statement = text.ok_or_else(|| {
            tracing::error!(appeal = kept.id, "a kept appeal does not open");
            StoreError::Unavailable
        })?;
        let query = "SELECT id, media_type, size FROM materials WHERE appeal = ? ORDER BY id";
        let rows = sqlx::query_as(query)
            .bind(&kept.id)
            .fetch_all(&self.readers)
            .await;
        kept.materials = rows.map_err(|error| unavailable(&error))?;
        Ok(kept)
    }
}

/// The appeals that changes were made on, with their accounts and versions, and
/// the decisions of new ones that one is open about already.
pub(super) async fn standing<'c>(
    connection: &mut SqliteConnection,
    changes: impl Iterator<Item = &'c AppealChange>,
) -> Result<(BTreeMap<String, (String, i64)>, BTreeSet<String>), sqlx::Error> {
    let (mut there, mut about) = (BTreeMap::new(), BTreeSet::new());
    for change in changes {
        // One at a time: few persons object at the same moment.
        match change {
            AppealChange::New {
                about: decision, ..
            } => {
                let query =
                    "SELECT 1 FROM appeals WHERE about = ? AND state IN ('open', 'waiting')";
                let query = sqlx::query(query).bind(decision);
                if query.fetch_optional(&mut *connection).await?.is_some() {
                    about.insert(decision.clone());
                }
            }
            AppealChange::State { id, .. } => {
                let query = sqlx::query_as("SELECT account, version FROM appeals WHERE id = ?");
                let found = query.bind(id).fetch_optional(&mut *connection).await?;
                there.extend(found.map(|found| (id.clone(), found)));
            }
        }
    }
    Ok((there, about))
}

impl AppealChange {
    /// Keeps it with the row at this place; `false`, and nothing is done, where
    /// the appeal is another one than the change was made on.
    pub(super) async fn apply(
        &self,
        connection: &mut SqliteConnection,
        (account, row, at): (&str, &str, &str),
        place: i64,
    ) -> Result<bool, sqlx::Error> {
        match self {
            AppealChange::New {
                id,
                about,
                statement,
            } => {
                let query = sqlx::query(
                    "INSERT INTO appeals (id, account, about, state, created_at, place, \
                     statement, version) VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING",
                );
                let query = query.bind(id).bind(account).bind(about);
                let query = query.bind(State::Open.as_str()).bind(at).bind(place);
                let done = query.bind(statement).execute(connection).await?;
                Ok(done.rows_affected() > 0)
            }
            AppealChange::State {
                id,
                to,
                version,
                ends,
                material,
            } => {
                let query = sqlx::query(
                    "UPDATE appeals SET state = ?, version = version + 1, step = ? \
                     WHERE id = ? AND version = ? AND account = ?",
                );
                let step = ends.then_some(row);
                let query = query.bind(to.as_str()).bind(step).bind(id).bind(version);
                let done = query.bind(account).execute(&mut *connection).await?;
                if done.rows_affected() == 0 {
                    return Ok(false);
                }
                if let Some(one) = material {
                    let query = sqlx::query(
                        "INSERT INTO materials (id, appeal, media_type, size, sealed) \
                         VALUES (?, ?, ?, ?, ?)",
                    );
                    let query = query.bind(&one.id).bind(id).bind(one.media_type);
                    query
                        .bind(one.size)
                        .bind(&one.sealed)
                        .execute(connection)
                        .await?;
                }
                Ok(true)
            }
        }
    }
}
