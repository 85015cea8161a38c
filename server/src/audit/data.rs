//! The data folder of a service, opened from outside of it.

use std::path::{Path, PathBuf};

use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnection;

use super::error::AuditError;
use super::keys::{KeySource, Keys, MasterKey};
use crate::store::chain::Chain;
use crate::store::options;

/// An open data folder.
pub(super) struct Data {
    pub(super) file: PathBuf,
    pub(super) connection: SqliteConnection,
    pub(super) chain: Chain,
}

impl Data {
    /// Opens a folder, which a service may be using.
    pub(super) async fn open(folder: &Path, writes: bool) -> Result<Data, AuditError> {
        let (file, options) = options(folder);
        if !file.is_file() {
            return Err(AuditError::DataMissing(file));
        }
        let options = if writes {
            options
        } else {
            // Looking changes nothing, not even by mistake.
            options.pragma("query_only", "ON")
        };
        let failed = |error: sqlx::Error| AuditError::database(&file, error);
        let mut connection = options.connect().await.map_err(failed)?;
        let query = "SELECT 1 FROM sqlite_schema WHERE name = 'chain'";
        let has_log = sqlx::query(query).fetch_optional(&mut connection).await;
        if has_log.map_err(failed)?.is_none() {
            return Err(AuditError::LogMissing(file));
        }
        let chain = Chain::read(&mut connection).await.map_err(failed)?;
        match chain {
            Some(chain) => Ok(Data {
                file,
                connection,
                chain,
            }),
            None => Err(AuditError::LogMissing(file)),
        }
    }

    /// The keys, if they are those of this chain.
    pub(super) fn keys(&self, source: &KeySource, folder: &Path) -> Result<Keys, AuditError> {
        let master = MasterKey::from(source, folder, false).map_err(AuditError::Key)?;
        let keys = Keys::of(&master);
        if *keys.public().as_bytes() != self.chain.public_key {
            return Err(AuditError::KeyOther {
                given: keys.public().id(),
                wanted: precheck::PublicKey::from_bytes(self.chain.public_key).id(),
            });
        }
        Ok(keys)
    }

    /// What the database says, as an error.
    pub(super) fn failed(&self) -> impl Fn(sqlx::Error) -> AuditError + use<> {
        let file = self.file.clone();
        move |error| AuditError::database(&file, error)
    }
}
