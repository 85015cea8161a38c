//! A copy of the data, while services run on it.

use std::fs::{self, File, Permissions};
use std::path::Path;

use sqlx::Connection;

use super::data::Data;
use super::error::AuditError;
use super::verify::{Verified, VerifyOptions, verify};

/// Copies the data as it is at one moment into a folder that is not there yet,
/// which a service can be started on, and verifies the copy. Whoever writes
/// meanwhile does not wait. The master key is not copied.
///
/// # Errors
///
/// [`AuditError::CopyThere`] where something is in the way,
/// [`AuditError::CopyUnusable`] where the copy cannot be written, and what
/// keeps the data from being opened. What was begun is taken away.
pub async fn backup(folder: &Path, copy: &Path) -> Result<Verified, AuditError> {
    // The statement reads; but it attaches what it writes, which a connection
    // that may only look refuses.
    let mut data = Data::open(folder, true).await?;
    if copy.exists() {
        return Err(AuditError::CopyThere(copy.to_owned()));
    }
    let unusable = |error| AuditError::CopyUnusable(copy.to_owned(), error);
    crate::store::make_private(copy).map_err(unusable)?;
    let made = write(&mut data, copy).await;
    let made = match made {
        Ok(()) => verify(copy, &VerifyOptions::default()).await,
        Err(error) => Err(error),
    };
    if made.is_err() {
        // It was made here, and half a copy helps nobody.
        let _ = fs::remove_dir_all(copy);
    }
    // Closed, so that nothing of it stays in a file beside the database.
    let _ = data.connection.close().await;
    made
}

async fn write(data: &mut Data, copy: &Path) -> Result<(), AuditError> {
    let unusable = |error| AuditError::CopyUnusable(copy.to_owned(), error);
    let file = copy.join(crate::store::FILE);
    let name = file.to_str().ok_or_else(|| {
        let words = "the database takes paths in UTF-8 only";
        unusable(std::io::Error::new(
            std::io::ErrorKind::InvalidFilename,
            words,
        ))
    })?;
    let query = sqlx::query("VACUUM INTO ?").bind(name);
    let written = query.execute(&mut data.connection).await;
    written.map_err(|error| unusable(std::io::Error::other(error)))?;
    #[cfg(unix)]
    fs::set_permissions(&file, private()).map_err(unusable)?;
    // There when this returns, whatever happens to the power afterwards.
    for path in [&*file, copy] {
        let synced = File::open(path).and_then(|file| file.sync_all());
        synced.map_err(unusable)?;
    }
    Ok(())
}

#[cfg(unix)]
fn private() -> Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o600)
}
