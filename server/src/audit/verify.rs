//! Looking for what was done to a log.

use std::collections::BTreeMap;
use std::path::Path;

use precheck::PublicKey;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection, Row};

use super::data::Data;
use super::error::AuditError;
use super::keys::{KeySource, Keys};
use super::row::{Hash, Kind, NOTHING};
use super::sign::{EVERY, Role, Signed};
use super::standing::{Finding, Walk};
use super::trace::{self, Trace};
use crate::store::chain::{COLUMNS, Chain, LogRow, signed};

/// How many findings are told; somebody who has that many needs a copy, not a list.
pub(super) const MOST_FINDINGS: usize = 100;
/// How many rows are read at a time.
const PAGE: i64 = 256;

/// What a log is held against.
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    /// The key that has to have signed. Without one, the key that the database
    /// names is taken, and whoever wrote all of it anew is not noticed.
    pub trusted: Option<PublicKey>,
    /// The master key: every seal is opened as well.
    pub key: Option<KeySource>,
    /// A text with checkpoint lines that were kept elsewhere, such as the log
    /// of the service.
    pub checkpoints: Option<String>,
}

/// What there is in a log, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The chain's id, in hexadecimal.
    pub chain: String,
    /// The key that signed.
    pub signer: PublicKey,
    /// How many rows there are.
    pub rows: i64,
    /// How many of them are decisions that nobody can read any more.
    pub erased: i64,
    /// How many seals were opened.
    pub opened: i64,
    /// How many checkpoints hold, those kept elsewhere included.
    pub checkpoints: i64,
    /// What is wrong, in order; at most a hundred.
    pub findings: Vec<Finding>,
}

/// Verifies the log of a data folder; changes nothing. Works while services
/// run on the data.
///
/// # Errors
///
/// What keeps the data from being looked at. What is wrong with the log is no
/// error but a [`Finding`].
pub async fn verify(folder: &Path, options: &VerifyOptions) -> Result<Verified, AuditError> {
    let mut data = Data::open(folder, false).await?;
    let failed = data.failed();
    let keys = match &options.key {
        Some(source) => Some(data.keys(source, folder)?),
        None => None,
    };
    // One look at everything, whatever is written meanwhile.
    let transaction = data.connection.begin().await;
    let mut transaction = transaction.map_err(&failed)?;
    let chain = Chain::read(&mut transaction).await.map_err(&failed)?;
    let chain = chain.ok_or(AuditError::LogBroken)?;
    let signer = options
        .trusted
        .unwrap_or_else(|| PublicKey::from_bytes(chain.public_key));
    let verifier = Verifier {
        chain,
        signer,
        keys,
        opened: 0,
    };
    let outside = options.checkpoints.as_deref().unwrap_or_default();
    let verified = verifier.run(&mut transaction, outside).await;
    verified.map_err(failed)
}

struct Verifier {
    chain: Chain,
    signer: PublicKey,
    keys: Option<Keys>,
    opened: i64,
}

impl Verifier {
    async fn run(
        mut self,
        connection: &mut SqliteConnection,
        outside: &str,
    ) -> Result<Verified, sqlx::Error> {
        let mut walk = Walk::new(self.chain.id);
        if self.signer.as_bytes() != &self.chain.public_key {
            let text = format!(
                "the log is signed by {} and not by {}",
                PublicKey::from_bytes(self.chain.public_key).id(),
                self.signer.id(),
            );
            walk.find("signer-other", None, text);
        }
        let mut checkpoints = Vec::new();
        let query = "SELECT sequence, hash, signature FROM checkpoints ORDER BY sequence";
        for row in sqlx::query(query).fetch_all(&mut *connection).await? {
            checkpoints.push((signed(&row)?, false));
        }
        let lines = outside.lines().filter_map(Signed::find);
        let own = lines.filter(|(chain, _)| *chain == self.chain.id);
        checkpoints.extend(own.map(|(_, signed)| (signed, true)));
        // The hash of every row that a checkpoint is about.
        let mut hashes: BTreeMap<i64, Option<Hash>> = BTreeMap::new();
        hashes.extend(checkpoints.iter().map(|(one, _)| (one.sequence, None)));

        let query = format!(
            "SELECT {COLUMNS}, subjects.key AS wrapped FROM log \
             LEFT JOIN subjects ON subjects.id = log.subject \
             WHERE sequence > ? ORDER BY sequence LIMIT ?"
        );
        let mut last = i64::MIN;
        let mut rows = 0_i64;
        loop {
            let page = sqlx::query(AssertSqlSafe(query.clone()));
            let page = page.bind(last).bind(PAGE);
            let page = page.fetch_all(&mut *connection).await?;
            for row in &page {
                let wrapped: Option<Vec<u8>> = row.try_get("wrapped")?;
                let row = LogRow::read(row)?;
                last = row.sequence;
                rows += 1;
                self.open(&row, wrapped.as_deref(), &mut walk);
                if let Some(hash) = hashes.get_mut(&row.sequence) {
                    *hash = row.hash.as_slice().try_into().ok();
                }
                walk.step(&row);
            }
            if page.is_empty() || walk.is_full() {
                break;
            }
        }
        walk.end();
        let good = self.held(&mut walk, &checkpoints, &hashes);
        self.head(&mut walk, good);
        self.due(&mut walk, &checkpoints, last);
        let erased = persons(connection, &mut walk).await?;
        let mut findings = walk.findings;
        findings.truncate(MOST_FINDINGS);
        findings.sort_by_key(|finding| finding.from.unwrap_or(0));
        let is_good = |one: &&(Signed, bool)| {
            one.0
                .is_good(Role::Checkpoint, &self.chain.id, &self.signer)
                && hashes.get(&one.0.sequence) == Some(&Some(one.0.hash))
        };
        Ok(Verified {
            chain: super::hex::write(&self.chain.id),
            signer: self.signer,
            rows,
            erased,
            opened: self.opened,
            checkpoints: i64::try_from(checkpoints.iter().filter(is_good).count()).unwrap_or(0),
            findings,
        })
    }

    /// Opens a seal, where there are keys for it.
    fn open(&mut self, row: &LogRow, wrapped: Option<&[u8]>, walk: &mut Walk) {
        let (Some(keys), Some(wrapped)) = (&self.keys, wrapped) else {
            return;
        };
        let body = &row.body;
        let parts = (&*body.id, &*body.subject, wrapped, &*body.sealed);
        let (id, subject, wrapped, sealed) = parts;
        let opens = if body.kind == Kind::Decision.as_str() {
            Trace::unseal(id, subject, wrapped, sealed, keys).is_some()
        } else if body.kind != Kind::Erasure.as_str() {
            trace::opened(id, subject, wrapped, sealed, keys).is_some()
        } else {
            return;
        };
        if opens {
            self.opened += 1;
        } else {
            let text = "what is sealed does not open: it, or the key of its person, was altered";
            walk.find("seal-broken", Some((row.sequence, row.sequence)), text);
        }
    }

    /// Holds checkpoints against the rows; gives the place of the last good one.
    fn held(
        &self,
        walk: &mut Walk,
        checkpoints: &[(Signed, bool)],
        hashes: &BTreeMap<i64, Option<Hash>>,
    ) -> i64 {
        let mut good = 0;
        let mut all: Vec<_> = checkpoints.iter().collect();
        all.sort_by_key(|(one, _)| one.sequence);
        for (one, is_outside) in all {
            let at = one.sequence;
            let place = Some((at, at));
            let whose = if *is_outside {
                "kept elsewhere"
            } else {
                "of the database"
            };
            if !one.is_good(Role::Checkpoint, &self.chain.id, &self.signer) {
                let text = format!("the checkpoint {whose} is not signed by the key");
                walk.find("checkpoint-forged", place, text);
                continue;
            }
            match hashes.get(&at).copied().flatten() {
                Some(hash) if hash == one.hash => good = good.max(at),
                Some(_) => {
                    let text =
                        format!("the checkpoint {whose} has another hash: rows were written anew");
                    walk.find("chain-rewritten", Some((good.saturating_add(1), at)), text);
                }
                None if at > walk.last_sequence() => {
                    let from = walk.last_sequence().saturating_add(1);
                    let text = format!(
                        "the checkpoint {whose} is about rows that are gone: the end was cut off, or an earlier state put back"
                    );
                    walk.find_tail(from, at, text);
                }
                // A row in the middle that is gone was told already.
                None => {}
            }
        }
        good
    }

    /// Holds the signed head against the last row.
    fn head(&self, walk: &mut Walk, good: i64) {
        let head = &self.chain.head;
        if !head.is_good(Role::Head, &self.chain.id, &self.signer) {
            let text = "the head is not signed by the key, so the end of the log is not known";
            walk.find("head-forged", Some((head.sequence, head.sequence)), text);
            return;
        }
        let (last, hash) = (walk.last_sequence(), walk.last_hash());
        if head.sequence > last {
            if walk.is_shifted() && head.hash == hash {
                return;
            }
            let text = format!(
                "the log was signed up to {}: its end was cut off",
                head.sequence
            );
            walk.find_tail(last.saturating_add(1), head.sequence, text);
        } else if head.sequence < last {
            if walk.is_shifted() && head.hash == hash {
                return;
            }
            let text = "rows were added after the last one that was signed";
            walk.find(
                "row-inserted",
                Some((head.sequence.saturating_add(1), last)),
                text,
            );
        } else if head.hash != hash && walk.findings.is_empty() {
            let text = "the rows fit together, and not to the hash that was signed: they were written anew";
            walk.find(
                "chain-rewritten",
                Some((good.saturating_add(1), last)),
                text,
            );
        }
    }

    /// Says which checkpoints should be there and are not.
    fn due(&self, walk: &mut Walk, checkpoints: &[(Signed, bool)], last: i64) {
        let own = checkpoints.iter().filter(|(_, is_outside)| !is_outside);
        let own: std::collections::BTreeSet<i64> = own.map(|(one, _)| one.sequence).collect();
        let mut at = EVERY;
        while at <= last && !walk.is_full() {
            if !own.contains(&at) {
                let text = "the checkpoint that was signed here is gone";
                walk.find("checkpoint-missing", Some((at, at)), text);
            }
            at = at.saturating_add(EVERY);
        }
    }
}

/// Persons whose key is gone without an erasure, or is there in spite of one;
/// gives the number of decisions that nobody can read.
async fn persons(connection: &mut SqliteConnection, walk: &mut Walk) -> Result<i64, sqlx::Error> {
    let without_key = "SELECT min(sequence) AS first, max(sequence) AS last FROM log \
        WHERE kind = 'decision' AND subject NOT IN (SELECT id FROM subjects) \
        AND subject NOT IN (SELECT subject FROM log WHERE kind = 'erasure') \
        GROUP BY subject ORDER BY first LIMIT 100";
    let undone = "SELECT min(sequence) AS first, max(sequence) AS last FROM log \
        WHERE kind = 'erasure' AND subject IN (SELECT id FROM subjects) \
        GROUP BY subject ORDER BY first LIMIT 100";
    let lost =
        "the key of a person is gone, and no erasure says why: these decisions cannot be read";
    let back = "a person who was erased has a key again";
    for (query, code, text) in [
        (without_key, "person-key-missing", lost),
        (undone, "erasure-undone", back),
    ] {
        for row in sqlx::query(query).fetch_all(&mut *connection).await? {
            let place = (row.try_get("first")?, row.try_get("last")?);
            walk.find(code, Some(place), text);
        }
    }
    let count = "SELECT count(*) FROM log WHERE kind = 'decision' \
                 AND subject NOT IN (SELECT id FROM subjects)";
    sqlx::query_scalar(count).fetch_one(connection).await
}

/// The hash of the row before the first.
pub(super) const BEFORE: Hash = NOTHING;
