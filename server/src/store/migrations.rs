//! Brings the database to the shape that this version works with.
//!
//! Each file of `migrations/` is one row below, runs once, in a transaction of
//! its own, and is never changed afterwards. A database that carries a
//! migration which is not in the list was changed by a newer version.

use std::path::Path;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, SqlSafeStr};

use crate::error::StartError;

/// Every migration by version: name and text.
const ALL: &[(i64, &str, &str)] = &[
    (1, "start", include_str!("../../migrations/0001_start.sql")),
    (
        2,
        "policies",
        include_str!("../../migrations/0002_policies.sql"),
    ),
    (
        3,
        "bundles",
        include_str!("../../migrations/0003_bundles.sql"),
    ),
    (4, "log", include_str!("../../migrations/0004_log.sql")),
    (
        5,
        "idempotency",
        include_str!("../../migrations/0005_idempotency.sql"),
    ),
    (
        6,
        "indexes",
        include_str!("../../migrations/0006_indexes.sql"),
    ),
    (20, "lines", include_str!("../../migrations/0020_lines.sql")),
    (
        21,
        "appeals",
        include_str!("../../migrations/0021_appeals.sql"),
    ),
    (
        22,
        "releases",
        include_str!("../../migrations/0022_releases.sql"),
    ),
    (30, "codes", include_str!("../../migrations/0030_codes.sql")),
    (31, "links", include_str!("../../migrations/0031_links.sql")),
    (
        40,
        "outbox",
        include_str!("../../migrations/0040_outbox.sql"),
    ),
];

/// Runs what has not run yet.
pub(super) async fn run(connection: &mut SqliteConnection, file: &Path) -> Result<(), StartError> {
    let migrations = ALL.iter().map(|&(version, name, text)| {
        let text = AssertSqlSafe(text).into_sql_str();
        Migration::new(version, name.into(), MigrationType::Simple, text, false)
    });
    let result = Migrator::with_migrations(migrations.collect())
        .run(connection)
        .await;
    let path = file.to_owned();
    result.map_err(|error| match error {
        MigrateError::VersionMissing(migration) => StartError::DatabaseNewer { path, migration },
        MigrateError::Execute(source) => super::opening(file, source),
        source => StartError::DatabaseUnusable {
            path,
            source: source.into(),
        },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::ALL;

    #[test]
    fn every_file_has_a_row() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let on_disk: BTreeSet<String> = fs::read_dir(folder)
            .expect("the folder is readable")
            .map(|entry| entry.expect("the entry is readable").file_name())
            .filter_map(|name| name.into_string().ok())
            .collect();
        let in_table: BTreeSet<String> = ALL
            .iter()
            .map(|(version, name, _)| format!("{version:04}_{name}.sql"))
            .collect();
        assert_eq!(on_disk, in_table);
    }
}
