//! What is sealed of a decision: everything that is about the person.

use precheck::Source;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::keys::Keys;
use super::seal::Subject;
use crate::store::Notices;

/// Facts, where they came from, and what followed from them. It cannot be
/// printed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Trace {
    /// Whom it is about.
    pub(crate) account: String,
    /// Who called, and alone may see it; `None` in one from before there were
    /// callers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) caller: Option<String>,
    /// Every fact that was known, by name.
    pub(crate) facts: Box<RawValue>,
    /// From whom the facts are, and when they were obtained.
    pub(crate) origins: Vec<Origin>,
    /// The outcome, byte for byte as it was answered.
    pub(crate) outcome: Box<RawValue>,
    /// The notice of each locale, byte for byte too.
    pub(crate) notices: Notices,
}

/// Facts of one source and time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// Who says so.
    pub(crate) source: OriginSource,
    /// The source outside that was asked, by its id in the file of sources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) upstream: Option<String>,
    /// Why it gave nothing, so that the facts are what silence means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) missing: Option<String>,
    /// When it was obtained, in RFC 3339; `None` where nobody kept it.
    pub(crate) at: Option<String>,
    /// The names of the facts.
    pub(crate) facts: Vec<String>,
}

/// Who says a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OriginSource {
    /// The applicant, or a document of theirs.
    Applicant,
    /// The device.
    Device,
    /// The shop account.
    Account,
    /// A credit bureau.
    Bureau,
    /// Fraud control.
    Fraud,
    /// The platform and the market.
    Market,
    /// This service, which counted applications.
    Counted,
    /// It was not kept: a decision from before there was a log.
    NotKept,
}

impl From<Source> for OriginSource {
    fn from(source: Source) -> OriginSource {
        match source {
            Source::Applicant => OriginSource::Applicant,
            Source::Device => OriginSource::Device,
            Source::Account => OriginSource::Account,
            Source::Bureau => OriginSource::Bureau,
            Source::Fraud => OriginSource::Fraud,
            Source::Market => OriginSource::Market,
        }
    }
}

impl Trace {
    /// The text that is sealed.
    pub(crate) fn to_text(&self) -> Option<zeroize::Zeroizing<Vec<u8>>> {
        serde_json::to_vec(self).ok().map(zeroize::Zeroizing::new)
    }

    /// Opens a sealed decision with the wrapped key of its person; `None` where
    /// anything of it is not as it was kept.
    pub(crate) fn unseal(
        id: &str,
        subject: &[u8],
        wrapped: &[u8],
        sealed: &[u8],
        keys: &Keys,
    ) -> Option<Trace> {
        Trace::read(&opened(id, subject, wrapped, sealed, keys)?)
    }

    /// Reads it again.
    pub(crate) fn read(text: &[u8]) -> Option<Trace> {
        serde_json::from_slice(text).ok()
    }
}

/// Opens what is sealed in a row, with the wrapped key of its person; `None`
/// where anything of it is not as it was kept.
pub(super) fn opened(
    id: &str,
    subject: &[u8],
    wrapped: &[u8],
    sealed: &[u8],
    keys: &Keys,
) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    let person = Subject::unwrap(subject, wrapped, keys).ok()?;
    person.decision_key(id).open(sealed, id, subject).ok()
}
