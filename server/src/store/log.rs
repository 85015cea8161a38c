//! Decisions: sealing them into the log, and opening them again.

use serde_json::value::RawValue;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::batch::Entry;
use super::chain::{Counted, MOST_COUNTED};
use super::codes::Tag;
use super::idempotency::NewKey;
use super::lines::{Effect, NewStep, Under};
use super::links::UseLink;
use super::{Account, Notices, Store, StoreError, unavailable};
use crate::audit::{Body, Keys, Kind, Origin, Subject, Trace};

/// Account and wrapped key of a person whom the log did not know.
pub(super) type NewSubject = Option<(String, Vec<u8>)>;

/// A decision to keep.
pub(crate) struct NewDecision {
    pub(crate) id: String,
    /// Who called.
    pub(crate) caller: String,
    pub(crate) decided_at: String,
    /// The same moment, in milliseconds since 1970.
    pub(crate) decided_ms: i64,
    pub(crate) scenario: String,
    pub(crate) policy_pack: String,
    pub(crate) policy_version: u32,
    pub(crate) policy_hash: String,
    pub(crate) as_of: String,
    pub(crate) account: Account,
    pub(crate) locale: &'static str,
    pub(crate) decision: &'static str,
    /// Whether it counts as an application.
    pub(crate) counts: bool,
    pub(crate) outcome: Box<RawValue>,
    /// The notice of each locale.
    pub(crate) notices: Notices,
    /// The facts that were used, as a JSON object.
    pub(crate) facts: Box<RawValue>,
    /// Where they came from.
    pub(crate) origins: Vec<Origin>,
    /// The key that it answers.
    pub(crate) key: Option<NewKey>,
    /// The applications that it was decided on.
    pub(crate) counted: Option<Counted>,
    /// The activation link that it uses.
    pub(crate) link: Option<UseLink>,
    /// The account's phone from now on, as a keyed hash.
    pub(crate) phone: Option<Tag>,
}

/// A decision as it was kept.
pub(crate) struct KeptDecision {
    pub(crate) id: String,
    pub(crate) account: String,
    /// See [`Trace::caller`].
    pub(crate) caller: Option<String>,
    pub(crate) decided_at: String,
    /// In which locale it was answered.
    pub(crate) locale: String,
    pub(crate) outcome: Box<RawValue>,
    pub(crate) notices: Notices,
}

impl Store {
    /// Keeps a decision with what follows from it for the account's line, all
    /// of it or nothing; it is durable when this has answered.
    /// [`StoreError::Stale`] when it has to be taken again, because something
    /// that it was decided on has changed meanwhile.
    pub(crate) async fn keep_with(
        &self,
        decision: NewDecision,
        steps: Vec<NewStep>,
    ) -> Result<(), StoreError> {
        let under = Under {
            pack: decision.policy_pack.clone(),
            version: decision.policy_version,
            hash: decision.policy_hash.clone(),
        };
        let account = decision.account.clone();
        let (subject, new_subject) = self.subject(&account)?;
        let mut entries = vec![self.seal(decision, &subject, new_subject)?];
        for step in steps {
            entries.push(self.seal_step(&account, step, &under, &subject, None)?);
        }
        self.writer.keep(entries).await
    }

    /// The person of an account; with what has to be kept of one whom the log
    /// does not know yet.
    pub(super) fn subject(&self, account: &Account) -> Result<(Subject, NewSubject), StoreError> {
        let (subject, new) = match &account.subject {
            Some((id, wrapped)) => (Subject::unwrap(id, wrapped, &self.keys), None),
            None => {
                let subject = Subject::generate().map_err(|_| unsealable())?;
                let wrapped = subject.wrapped(&self.keys).map_err(|_| unsealable())?;
                (Ok(subject), Some((account.id.clone(), wrapped)))
            }
        };
        Ok((subject.map_err(|_| unsealable())?, new))
    }

    fn seal(
        &self,
        new: NewDecision,
        subject: &Subject,
        new_subject: NewSubject,
    ) -> Result<Entry, StoreError> {
        let account = new.account;
        let trace = Trace {
            account: account.id.clone(),
            caller: Some(new.caller),
            facts: new.facts,
            origins: new.origins,
            outcome: new.outcome,
            notices: new.notices,
        };
        let text = trace.to_text().ok_or_else(unsealable)?;
        let sealed = subject
            .decision_key(&new.id)
            .seal(&text, &new.id, &subject.id);
        let body = Body {
            kind: Kind::Decision.as_str().to_owned(),
            id: new.id,
            decided_at: new.decided_at,
            decided_ms: new.decided_ms,
            scenario: new.scenario,
            policy_pack: new.policy_pack,
            policy_version: new.policy_version,
            policy_hash: new.policy_hash,
            as_of: new.as_of,
            subject: subject.id.to_vec(),
            locale: new.locale.to_owned(),
            decision: new.decision.to_owned(),
            counts: new.counts,
            sealed: sealed.map_err(|_| unsealable())?,
        };
        Ok(Entry {
            digest: body.digest(),
            effect: Effect::of_decision(&body, &account, new.link, new.phone),
            body,
            new_subject,
            key: new.key,
            counted: new.counted,
        })
    }

    /// The decision with this id; `None` too when its person was erased.
    pub(crate) async fn decision(&self, id: &str) -> Result<Option<KeptDecision>, StoreError> {
        let query = "SELECT log.id, log.decided_at, log.locale, log.subject, log.sealed, \
                     subjects.key AS wrapped FROM log \
                     LEFT JOIN subjects ON subjects.id = log.subject \
                     WHERE log.id = ? AND log.kind = 'decision'";
        let row = sqlx::query(query)
            .bind(id)
            .fetch_optional(&self.readers)
            .await;
        match row.map_err(|error| unavailable(&error))? {
            Some(row) => kept(&row, &self.keys),
            None => Ok(None),
        }
    }

    /// How many applications of an account there were since a moment, as far
    /// as [`MOST_COUNTED`].
    pub(crate) async fn applications(
        &self,
        account: &Account,
        since_ms: i64,
    ) -> Result<i64, StoreError> {
        let Some((subject, _)) = &account.subject else {
            return Ok(0);
        };
        let query = "SELECT count(*) FROM (SELECT 1 FROM log WHERE subject = ? AND counts = 1 \
                     AND decided_ms > ? LIMIT ?)";
        let query = sqlx::query_scalar(query).bind(subject).bind(since_ms);
        let count = query.bind(MOST_COUNTED).fetch_one(&self.readers).await;
        count.map_err(|error| unavailable(&error))
    }
}

/// Opens a row of `id`, `decided_at`, `locale`, `subject`, `sealed` and `wrapped`.
pub(super) fn kept(row: &SqliteRow, keys: &Keys) -> Result<Option<KeptDecision>, StoreError> {
    let read = || -> Result<_, sqlx::Error> {
        let sealed: Vec<u8> = row.try_get("sealed")?;
        let subject: Vec<u8> = row.try_get("subject")?;
        let wrapped: Option<Vec<u8>> = row.try_get("wrapped")?;
        let id: String = row.try_get("id")?;
        let texts = (row.try_get("decided_at")?, row.try_get("locale")?);
        Ok((id, subject, wrapped, sealed, texts))
    };
    let (id, subject, wrapped, sealed, (decided_at, locale)) =
        read().map_err(|error| unavailable(&error))?;
    let trace = open(&id, &subject, wrapped.as_deref(), &sealed, keys)?;
    Ok(trace.map(|trace| KeptDecision {
        id,
        account: trace.account,
        caller: trace.caller,
        decided_at,
        locale,
        outcome: trace.outcome,
        notices: trace.notices,
    }))
}

/// Opens what is sealed; `None` when the person was erased.
pub(super) fn open(
    id: &str,
    subject: &[u8],
    wrapped: Option<&[u8]>,
    sealed: &[u8],
    keys: &Keys,
) -> Result<Option<Trace>, StoreError> {
    let Some(wrapped) = wrapped else {
        return Ok(None);
    };
    let trace = Trace::unseal(id, subject, wrapped, sealed, keys);
    trace.map(Some).ok_or_else(|| {
        tracing::error!(decision = id, "a kept decision does not open");
        StoreError::Unavailable
    })
}

/// The system has no randomness, or a person's key does not open.
pub(super) fn unsealable() -> StoreError {
    tracing::error!("a decision cannot be sealed; run `precheck audit verify`");
    StoreError::Unavailable
}
