//! One decision for an authority: everything about it, signed, and checked
//! without the service.
//!
//! The document holds the row as it stands in the log, the key of this one
//! decision (which opens no other), what it opens to, and the hashes of the
//! rows that follow up to a signed checkpoint. So whoever has the public key
//! can see that this was decided so then, and that it was in the log: the
//! seal opens to what is shown, the row's hash leads to the checkpoint.

use std::path::Path;

use precheck::PublicKey;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sqlx::{AssertSqlSafe, Row};

use super::data::Data;
use super::error::AuditError;
use super::hex;
use super::keys::KeySource;
use super::row::{Body, link};
use super::seal::{DecisionKey, Subject};
use super::sign::{Role, Signed, has_signed};
use super::trace::Trace;
use crate::clock::Moment;
use crate::store::chain::{self, COLUMNS, LogRow};

const FORMAT: &str = "precheck-decision/1";
const LABEL: &[u8] = b"precheck-export/1\0";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    format: String,
    /// Signed byte for byte.
    document: Box<RawValue>,
    signature: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    exported_at: String,
    public_key: String,
    chain: String,
    row: ShownRow,
    /// Opens this decision and no other.
    decision_key: String,
    /// What the seal opens to.
    trace: Box<RawValue>,
    /// The body hashes of the rows after it, up to the checkpoint.
    following: Vec<String>,
    checkpoint: ShownCheckpoint,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShownRow {
    sequence: i64,
    kind: String,
    id: String,
    decided_at: String,
    decided_ms: i64,
    scenario: String,
    policy_pack: String,
    policy_version: u32,
    policy_hash: String,
    as_of: String,
    subject: String,
    locale: String,
    decision: String,
    counts: bool,
    previous: String,
    sealed: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShownCheckpoint {
    sequence: i64,
    hash: String,
    signature: String,
}

/// What a good export says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The decision's id.
    pub id: String,
    /// What was decided.
    pub decision: String,
    /// When.
    pub decided_at: String,
    /// In which scenario.
    pub scenario: String,
    /// By which policy: pack, version, hash.
    pub policy: (String, u32, String),
    /// Its place in the log.
    pub sequence: i64,
    /// The key that signed.
    pub signer: PublicKey,
}

/// Exports one decision as a signed JSON document. It is about a person.
///
/// # Errors
///
/// [`AuditError::DecisionUnknown`], [`AuditError::Erased`], and what keeps the
/// data from being opened or believed.
pub async fn export(folder: &Path, key: &KeySource, id: &str) -> Result<String, AuditError> {
    let mut data = Data::open(folder, true).await?;
    let keys = data.keys(key, folder)?;
    let failed = data.failed();
    let now = Moment::now().ok_or(AuditError::ClockUnusable)?;
    let query = format!(
        "SELECT {COLUMNS}, subjects.key AS wrapped FROM log \
         LEFT JOIN subjects ON subjects.id = log.subject \
         WHERE log.id = ? AND log.kind = 'decision'"
    );
    let row = sqlx::query(AssertSqlSafe(query)).bind(id);
    let row = row.fetch_optional(&mut data.connection).await;
    let row = row.map_err(&failed)?.ok_or(AuditError::DecisionUnknown)?;
    let wrapped: Option<Vec<u8>> = row.try_get("wrapped").map_err(&failed)?;
    let wrapped = wrapped.ok_or(AuditError::Erased)?;
    let row = LogRow::read(&row).map_err(&failed)?;
    let subject = Subject::unwrap(&row.body.subject, &wrapped, &keys);
    let subject = subject.map_err(|_| AuditError::SealBroken)?;
    let decision_key = subject.decision_key(id);
    let trace = decision_key.open(&row.body.sealed, id, &row.body.subject);
    let trace = trace.map_err(|_| AuditError::SealBroken)?;

    // A row after the last checkpoint gets one.
    let signed = chain::checkpoint_at_head(&mut data.connection, &keys).await;
    signed.map_err(&failed)?;
    let query = "SELECT sequence, hash, signature FROM checkpoints WHERE sequence >= ? \
                 ORDER BY sequence LIMIT 1";
    let query = sqlx::query(query).bind(row.sequence);
    let found = query.fetch_one(&mut data.connection).await;
    let checkpoint = found.and_then(|row| chain::signed(&row)).map_err(&failed)?;
    let query =
        format!("SELECT {COLUMNS} FROM log WHERE sequence > ? AND sequence <= ? ORDER BY sequence");
    let following = sqlx::query(AssertSqlSafe(query))
        .bind(row.sequence)
        .bind(checkpoint.sequence);
    let following = following.fetch_all(&mut data.connection).await;
    let mut hashes = Vec::new();
    for row in following.map_err(&failed)? {
        let row = LogRow::read(&row).map_err(&failed)?;
        hashes.push(hex::write(&row.body.digest()));
    }
    let text = String::from_utf8(trace.to_vec()).map_err(|_| AuditError::SealBroken)?;
    let document = Document {
        exported_at: now.to_string(),
        public_key: keys.public().to_string(),
        chain: hex::write(&data.chain.id),
        row: shown(&row),
        decision_key: hex::write(decision_key.as_bytes()),
        trace: RawValue::from_string(text).map_err(|_| AuditError::SealBroken)?,
        following: hashes,
        checkpoint: ShownCheckpoint {
            sequence: checkpoint.sequence,
            hash: hex::write(&checkpoint.hash),
            signature: hex::write(&checkpoint.signature),
        },
    };
    let document = serde_json::value::to_raw_value(&document).map_err(malformed)?;
    let message = [LABEL, document.get().as_bytes()].concat();
    let envelope = Envelope {
        format: FORMAT.to_owned(),
        signature: hex::write(&keys.sign(&message)),
        document,
    };
    let text = serde_json::to_string(&envelope).map_err(malformed)?;
    // Nothing leaves that would not be believed.
    match check(&text, Some(keys.public())) {
        Ok(_) => Ok(text),
        Err(_) => Err(AuditError::LogBroken),
    }
}

fn malformed(error: serde_json::Error) -> AuditError {
    // The reader's own words could repeat what is written there.
    AuditError::ExportMalformed(format!("line {}, column {}", error.line(), error.column()))
}

/// Checks an exported decision, without any data of the service.
///
/// # Errors
///
/// What is wrong with it, the first of: no export, another key than `trusted`,
/// altered, not in the chain, not what was sealed.
pub fn check(text: &str, trusted: Option<&PublicKey>) -> Result<Checked, AuditError> {
    let envelope: Envelope = serde_json::from_str(text).map_err(malformed)?;
    if envelope.format != FORMAT {
        return Err(AuditError::ExportMalformed(format!(
            "its format is not `{FORMAT}`"
        )));
    }
    let raw = envelope.document.get();
    let document: Document = serde_json::from_str(raw).map_err(malformed)?;
    let wrong = |what: &str| AuditError::ExportMalformed(format!("`{what}` is not hexadecimal"));
    let bytes = |text: &str, what| hex::read::<32>(text).ok_or_else(|| wrong(what));
    let signer = PublicKey::from_bytes(bytes(&document.public_key, "public_key")?);
    if trusted.is_some_and(|trusted| *trusted != signer) {
        return Err(AuditError::ExportKeyOther {
            signer: signer.id(),
        });
    }
    let signature = hex::read(&envelope.signature).ok_or_else(|| wrong("signature"))?;
    if !has_signed(&signer, &[LABEL, raw.as_bytes()].concat(), &signature) {
        return Err(AuditError::ExportAltered);
    }
    let chain = hex::read(&document.chain).ok_or_else(|| wrong("chain"))?;
    let body = body(&document.row).ok_or_else(|| wrong("row"))?;
    let previous = bytes(&document.row.previous, "previous")?;
    let mut sequence = document.row.sequence;
    let mut hash = link(&chain, sequence, &previous, &body.digest());
    for following in &document.following {
        sequence = sequence.saturating_add(1);
        hash = link(&chain, sequence, &hash, &bytes(following, "following")?);
    }
    let checkpoint = Signed {
        sequence: document.checkpoint.sequence,
        hash: bytes(&document.checkpoint.hash, "hash")?,
        signature: hex::read(&document.checkpoint.signature).ok_or_else(|| wrong("signature"))?,
    };
    let is_chained = (checkpoint.sequence, checkpoint.hash) == (sequence, hash);
    if !is_chained || !checkpoint.is_good(Role::Checkpoint, &chain, &signer) {
        return Err(AuditError::ExportNotChained);
    }
    let key = DecisionKey::from_bytes(bytes(&document.decision_key, "decision_key")?);
    let opened = key.open(&body.sealed, &body.id, &body.subject);
    let is_same = opened.is_ok_and(|opened| opened.as_slice() == document.trace.get().as_bytes());
    if !is_same || Trace::read(document.trace.get().as_bytes()).is_none() {
        return Err(AuditError::ExportTraceDiffers);
    }
    Ok(Checked {
        id: body.id,
        decision: body.decision,
        decided_at: body.decided_at,
        scenario: body.scenario,
        policy: (body.policy_pack, body.policy_version, body.policy_hash),
        sequence: document.row.sequence,
        signer,
    })
}

fn shown(row: &LogRow) -> ShownRow {
    let Body {
        kind,
        id,
        decided_at,
        decided_ms,
        scenario,
        policy_pack,
        policy_version,
        policy_hash,
        as_of,
        subject,
        locale,
        decision,
        counts,
        sealed,
    } = row.body.clone();
    ShownRow {
        sequence: row.sequence,
        kind,
        id,
        decided_at,
        decided_ms,
        scenario,
        policy_pack,
        policy_version,
        policy_hash,
        as_of,
        subject: hex::write(&subject),
        locale,
        decision,
        counts,
        previous: hex::write(&row.previous),
        sealed: hex::write(&sealed),
    }
}

fn body(row: &ShownRow) -> Option<Body> {
    Some(Body {
        kind: row.kind.clone(),
        id: row.id.clone(),
        decided_at: row.decided_at.clone(),
        decided_ms: row.decided_ms,
        scenario: row.scenario.clone(),
        policy_pack: row.policy_pack.clone(),
        policy_version: row.policy_version,
        policy_hash: row.policy_hash.clone(),
        as_of: row.as_of.clone(),
        subject: hex::read_all(&row.subject)?,
        locale: row.locale.clone(),
        decision: row.decision.clone(),
        counts: row.counts,
        sealed: hex::read_all(&row.sealed)?,
    })
}
