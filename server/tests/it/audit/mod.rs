//! The log, looked at from outside of the service.

mod erasing;
mod exports;
mod keys;
mod outside;
mod tampering;

use std::path::Path;

use precheck_server::audit::{KeySource, Verified, VerifyOptions, verify};
use sqlx::sqlite::SqliteConnection;

use crate::support::{Service, application};

/// A connection behind the service's back.
pub(crate) async fn database(folder: &Path) -> SqliteConnection {
    let options = sqlx::sqlite::SqliteConnectOptions::new();
    let options = options.filename(folder.join("precheck.sqlite"));
    // What tests write is not what the service may log.
    let options = sqlx::ConnectOptions::disable_statement_logging(options);
    sqlx::ConnectOptions::connect(&options)
        .await
        .expect("the file opens")
}

/// Runs statements behind the service's back.
pub(crate) async fn run(folder: &Path, statements: &str) {
    let mut connection = database(folder).await;
    let statements = sqlx::AssertSqlSafe(statements.to_owned());
    sqlx::raw_sql(statements)
        .execute(&mut connection)
        .await
        .expect("the statements run");
    sqlx::Connection::close(connection)
        .await
        .expect("the file closes");
}

/// The tables of a service's database, whatever migrations there are.
pub(crate) async fn tables(folder: &Path) -> Vec<String> {
    let mut connection = database(folder).await;
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    let tables = sqlx::query_scalar(sql).fetch_all(&mut connection).await;
    sqlx::Connection::close(connection)
        .await
        .expect("the file closes");
    tables.expect("the tables' names")
}

/// Verifies with everything that there is.
pub(crate) async fn verified(folder: &Path) -> Verified {
    let options = VerifyOptions {
        key: Some(KeySource::Folder),
        ..VerifyOptions::default()
    };
    verify(folder, &options).await.expect("the log is readable")
}

/// A stopped service with this many decisions, and the ids of those.
async fn stopped(decisions: usize) -> (tempfile::TempDir, Vec<String>) {
    let service = Service::new().await;
    let accounts = ["demo-good", "demo-new", "demo-overdue"];
    let mut ids = Vec::new();
    for number in 0..decisions {
        let account = accounts[number % accounts.len()];
        let answer = service.post(application(account).to_string()).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        ids.push(answer.json()["id"].as_str().expect("an id").to_owned());
    }
    let Service { data, running } = service;
    running.stop().await;
    (data, ids)
}
