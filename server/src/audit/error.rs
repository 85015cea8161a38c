//! Why something could not be done with a log.

use std::fmt;
use std::path::{Path, PathBuf};

use super::keys::KeyError;

/// Why something could not be done with the log in a data folder, or with what
/// was exported of it.
#[derive(Debug)]
#[non_exhaustive]
pub enum AuditError {
    /// There is no database in the folder.
    DataMissing(PathBuf),
    /// The database has no log yet.
    LogMissing(PathBuf),
    /// The database cannot be used.
    Database(PathBuf, Box<dyn std::error::Error + Send + Sync>),
    /// There is no usable master key.
    Key(KeyError),
    /// The data was sealed under another master key.
    KeyOther {
        /// The id of the key that was given.
        given: String,
        /// The id of the key that is needed.
        wanted: String,
    },
    /// Something is where a copy is to be.
    CopyThere(PathBuf),
    /// A copy cannot be written.
    CopyUnusable(PathBuf, std::io::Error),
    /// The log does not end as it was signed.
    LogBroken,
    /// No decision has the id.
    DecisionUnknown,
    /// The person of the decision was erased.
    Erased,
    /// There is no such account, and nothing about it in the log.
    AccountUnknown,
    /// A decision does not open: altered, or sealed under another key.
    SealBroken,
    /// The clock shows a day that the engine's calendar does not have.
    ClockUnusable,
    /// A text is no export.
    ExportMalformed(String),
    /// An export is not as it was signed.
    ExportAltered,
    /// An export was signed by a key that is not trusted.
    ExportKeyOther {
        /// The id of the key that signed.
        signer: String,
    },
    /// The row of an export is not in the chain that it is said to be in.
    ExportNotChained,
    /// What an export shows is not what was sealed.
    ExportTraceDiffers,
}

impl AuditError {
    /// The code, stable.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            AuditError::DataMissing(_) => "data-missing",
            AuditError::LogMissing(_) => "log-missing",
            AuditError::Database(..) => "database-unusable",
            AuditError::Key(error) => error.code(),
            AuditError::KeyOther { .. } => "master-key-other",
            AuditError::CopyThere(_) => "copy-there",
            AuditError::CopyUnusable(..) => "copy-unusable",
            AuditError::LogBroken => "log-broken",
            AuditError::DecisionUnknown => "decision-not-found",
            AuditError::Erased => "person-erased",
            AuditError::AccountUnknown => "account-unknown",
            AuditError::SealBroken => "seal-broken",
            AuditError::ClockUnusable => "clock-unusable",
            AuditError::ExportMalformed(_) => "export-malformed",
            AuditError::ExportAltered => "export-altered",
            AuditError::ExportKeyOther { .. } => "export-key-other",
            AuditError::ExportNotChained => "export-not-chained",
            AuditError::ExportTraceDiffers => "export-trace-differs",
        }
    }

    /// For whatever the database says.
    pub(super) fn database(
        file: &Path,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> AuditError {
        AuditError::Database(file.to_owned(), source.into())
    }
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AuditError::DataMissing(path) => write!(
                f,
                "there is no database `{}`; give the data folder of a service",
                path.display()
            ),
            AuditError::LogMissing(path) => write!(
                f,
                "the database `{}` has no log yet; start the service on it once",
                path.display()
            ),
            AuditError::Database(path, source) => {
                write!(
                    f,
                    "the database `{}` cannot be used: {source}",
                    path.display()
                )
            }
            AuditError::Key(error) => error.fmt(f),
            AuditError::KeyOther { given, wanted } => write!(
                f,
                "the data was sealed under the master key {wanted}, and {given} was given"
            ),
            AuditError::CopyThere(path) => write!(
                f,
                "`{}` is there already; name a folder that is not",
                path.display()
            ),
            AuditError::CopyUnusable(path, error) => {
                write!(
                    f,
                    "the copy `{}` cannot be written: {error}",
                    path.display()
                )
            }
            AuditError::LogBroken => f.write_str(
                "the log does not end as it was signed; `precheck audit verify` names the place",
            ),
            AuditError::DecisionUnknown => f.write_str("no decision has this id"),
            AuditError::Erased => f.write_str(
                "the person was erased: the decision is in the log, and nobody can read it",
            ),
            AuditError::AccountUnknown => {
                f.write_str("there is no such account, and nothing about it in the log")
            }
            AuditError::SealBroken => f.write_str(
                "a decision does not open; `precheck audit verify` with the master key names it",
            ),
            AuditError::ClockUnusable => {
                f.write_str("the clock shows a year outside 1800 to 2999; set the clock")
            }
            AuditError::ExportMalformed(why) => write!(f, "this is no exported decision: {why}"),
            AuditError::ExportAltered => f.write_str(
                "the document is not as it was signed; ask for it again where it came from",
            ),
            AuditError::ExportKeyOther { signer } => write!(
                f,
                "the document was signed by {signer}, which is not the key that was given"
            ),
            AuditError::ExportNotChained => f.write_str(
                "the row does not lead to the signed checkpoint: it is not in the chain",
            ),
            AuditError::ExportTraceDiffers => {
                f.write_str("what the document shows is not what was sealed when it was decided")
            }
        }
    }
}

impl std::error::Error for AuditError {}
