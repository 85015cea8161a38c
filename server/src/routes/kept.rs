//! A decision that is durable, and the answer that it gives, now and whenever
//! the same is asked again.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::store::KeptDecision;

/// A decision that is durable, and its answer.
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) answer: String,
    /// Whether it was decided before.
    pub(super) is_replayed: bool,
}

impl Kept {
    /// The answer to a request that was decided before: that answer.
    pub(super) fn again(kept: &KeptDecision) -> Option<Kept> {
        let notice = kept.notices.0.get(&kept.locale)?;
        Some(Kept {
            answer: answer(&kept.id, &kept.decided_at, &kept.outcome, notice)?,
            id: kept.id.clone(),
            is_replayed: true,
        })
    }
}

/// The answer. The document has the bytes that the engine's own
/// `Document::to_json` has, whether the decision is new or kept.
pub(super) fn answer(
    id: &str,
    decided_at: &str,
    outcome: &RawValue,
    notice: &RawValue,
) -> Option<String> {
    #[derive(Serialize)]
    struct Answer<'a> {
        id: &'a str,
        decided_at: &'a str,
        document: &'a RawValue,
    }
    let document = format!(
        r#"{{"outcome":{},"notice":{}}}"#,
        outcome.get(),
        notice.get()
    );
    let document = RawValue::from_string(document).ok()?;
    serde_json::to_string(&Answer {
        id,
        decided_at,
        document: &document,
    })
    .ok()
}
