//! Starting, what refuses a start, and ending.

use std::fs;
use std::path::Path;

use precheck::Draft;
use precheck_server::{Config, StartError, start};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Service, application, config, log, model, refused, signed};

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_decisions() {
    let service = Service::new().await;
    let created = service.post(application("demo-good").to_string()).await;
    let location = created.header("location").expect("a place").to_owned();
    let service = service.restart().await;
    assert_eq!(service.get(&location).await.text(), created.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_named() {
    let service = Service::new().await;
    let address = service.running.local_addr();
    let other = tempfile::tempdir().expect("a temporary folder");
    let mut config = config(other.path());
    config.listen = address;
    let error = refused(config).await;
    assert_eq!(error.code(), "address-taken");
    assert!(
        error.to_string().contains(&address.port().to_string()),
        "{error}"
    );
    let left = fs::read_dir(other.path())
        .expect("the folder is readable")
        .count();
    assert_eq!(left, 0, "the database is not touched");
}

/// Gives both bundles of the policy as another version.
fn version(config: &mut Config, version: u32) {
    let (mut server, mut public) = (model::server(), model::public());
    (server.version, public.version) = (version, version);
    config.server_bundle = signed::bundle(&server);
    config.public_bundle = signed::bundle(&public);
}

/// A policy that is older than the newest one seen is refused, however well it
/// is signed; the same one, and a newer one, are not.
#[tokio::test(flavor = "multi_thread")]
async fn versions_only_rise() {
    let data = tempfile::tempdir().expect("a temporary folder");
    for (number, refused_code) in [
        (7, None),
        (6, Some("bundle-older")),
        (7, None),
        (9, None),
        (8, Some("bundle-older")),
        (7, Some("bundle-older")),
        (9, None),
        (u32::MAX, None),
        (9, Some("bundle-older")),
    ] {
        let mut config = config(data.path());
        version(&mut config, number);
        match refused_code {
            None => {
                let running = start(config).await.expect("the version has not fallen");
                running.stop().await;
            }
            Some(code) => {
                let error = refused(config).await;
                assert_eq!(error.code(), code, "version {number}: {error}");
            }
        }
    }
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let mut config = config(elsewhere.path());
    version(&mut config, 1);
    let running = start(config)
        .await
        .expect("a new database has seen nothing");
    running.stop().await;
}

/// A changed policy with the same version is taken, since nothing says which of
/// the two is older, and the log tells of it.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_version_with_another_content_is_told() {
    let data = tempfile::tempdir().expect("a temporary folder");
    start(config(data.path()))
        .await
        .expect("a start")
        .stop()
        .await;
    let mut changed = config(data.path());
    let (mut server, mut public) = (model::server(), model::public());
    (server.pack, public.pack) = ("same-version".into(), "same-version".into());
    changed.server_bundle = signed::bundle(&server);
    changed.public_bundle = signed::bundle(&public);
    start(changed.clone())
        .await
        .expect("a new pack")
        .stop()
        .await;
    server.valid_until = None;
    changed.server_bundle = signed::bundle(&server);
    start(changed).await.expect("the same version").stop().await;
    let log = log::captured();
    let told = log.lines().filter(|line| line.contains("same-version"));
    let told = told.filter(|line| line.contains("another policy with the version"));
    assert_eq!(told.count(), 1, "once, and only for the changed one");
}

type Change = fn(&mut Config);

#[tokio::test(flavor = "multi_thread")]
async fn bundles_are_checked_before_anything_listens() {
    let swap = |config: &mut Config| {
        std::mem::swap(&mut config.server_bundle, &mut config.public_bundle);
    };
    let cases: [(&str, &str, Change); 14] = [
        ("bundle-audience", "two public ones", |config| {
            config.server_bundle = config.public_bundle.clone();
        }),
        ("bundle-audience", "two server ones", |config| {
            config.public_bundle = config.server_bundle.clone();
        }),
        ("bundle-audience", "swapped", swap),
        ("bundle-altered", "a changed bit", |config| {
            if let Some(byte) = config.server_bundle.last_mut() {
                *byte ^= 1;
            }
        }),
        ("bundle-not-a-bundle", "something else", |config| {
            config.public_bundle = b"not a bundle".to_vec();
        }),
        ("bundle-unsigned", "signed by nobody", |config| {
            config.server_bundle = Draft::unsigned(&model::server()).expect("small");
        }),
        ("bundle-key-unknown", "signed by somebody else", |config| {
            let day = signed::signed_on();
            config.public_bundle = signed::bundle_from(&[8; 32], &model::public(), day);
        }),
        ("bundle-key-unknown", "nobody is trusted", |config| {
            config.trusted_keys.clear();
        }),
        ("bundle-key-period", "signed too late", |config| {
            config.trusted_keys[0].until = signed::day("2026-10-31");
        }),
        ("bundle-too-large", "far too much", |config| {
            config.public_bundle.resize(precheck::MAX_BYTES + 1, 0);
        }),
        ("bundles-differ", "another version", |config| {
            let mut public = model::public();
            public.version += 1;
            config.public_bundle = signed::bundle(&public);
        }),
        ("scenario-missing", "another flow", |config| {
            let (mut server, mut public) = (model::server(), model::public());
            server.scenarios[0].name = "closure".into();
            public.scenarios[0].name = "closure".into();
            config.server_bundle = signed::bundle(&server);
            config.public_bundle = signed::bundle(&public);
        }),
        ("bundle-not-yet-valid", "too early", |config| {
            config.as_of = Some(signed::day("2025-12-31"));
        }),
        ("bundle-expired", "too late", |config| {
            config.as_of = Some(signed::day("2028-01-01"));
        }),
    ];
    for (code, why, change) in cases {
        let data = tempfile::tempdir().expect("a temporary folder");
        let mut config = config(data.path());
        change(&mut config);
        let error = refused(config).await;
        assert_eq!(error.code(), code, "{why}: {error}");
        if let StartError::BundleRefused { problems, .. } = &error {
            let first = problems.first().expect("a problem");
            assert!(error.to_string().contains(&first.text), "{why}: {error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unusable_folders_are_named() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let file = data.path().join("a-file");
    fs::write(&file, "not a folder").expect("a file");

    let error = refused(config(&file.join("data"))).await;
    assert_eq!(error.code(), "data-unusable", "{error}");
    assert!(error.to_string().contains("a-file"), "{error}");

    let mut without_page = config(data.path());
    without_page.www = Some(data.path().join("www"));
    assert_eq!(refused(without_page).await.code(), "page-missing");

    let mut without_accounts = config(data.path());
    without_accounts.demo = Some(r#"[{"id": "a"}]"#.to_owned());
    let error = refused(without_accounts).await;
    assert_eq!(error.code(), "accounts-malformed", "{error}");
    assert!(error.to_string().contains("line 1"), "{error}");

    fs::write(data.path().join("precheck.sqlite"), [b'x'; 4096]).expect("a file");
    let error = refused(config(data.path())).await;
    assert_eq!(error.code(), "database-unusable", "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_database_is_left_alone() {
    let Service { data, running } = Service::new().await;
    running.stop().await;
    sqlite(
        data.path(),
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'later', 1, x'00', 0)",
    )
    .await;
    let error = refused(config(data.path())).await;
    assert_eq!(error.code(), "database-newer", "{error}");
    assert!(error.to_string().contains("9999"), "{error}");
}

/// While nothing can be written, nothing is decided; what is kept is shown,
/// and no restart is needed afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_takes_nothing_gives_a_clear_answer() {
    let service = Service::new().await;
    let kept = service.post(application("demo-good").to_string()).await;
    let location = kept.header("location").expect("a place").to_owned();
    let options = sqlx::sqlite::SqliteConnectOptions::new();
    let options = options.filename(service.data.path().join("precheck.sqlite"));
    let mut other = sqlx::ConnectOptions::connect(&options)
        .await
        .expect("the file opens");
    sqlx::query("BEGIN EXCLUSIVE")
        .execute(&mut other)
        .await
        .expect("the lock is taken");
    let answer = service.post(application("demo-good").to_string()).await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_eq!(answer.json()["code"], "store-unavailable");
    assert!(answer.header("retry-after").is_some());
    assert_eq!(
        service.get(&location).await.text(),
        kept.text(),
        "reading goes on"
    );
    sqlx::query("ROLLBACK")
        .execute(&mut other)
        .await
        .expect("the lock is given back");
    let answer = service.post(application("demo-good").to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
}

/// Runs a statement behind the service's back.
async fn sqlite(folder: &Path, statement: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new();
    let options = options.filename(folder.join("precheck.sqlite"));
    let mut connection = sqlx::ConnectOptions::connect(&options)
        .await
        .expect("the file opens");
    sqlx::query(statement)
        .execute(&mut connection)
        .await
        .expect("the statement runs");
    sqlx::Connection::close(connection)
        .await
        .expect("the file closes");
}

/// A request whose body is under way when the service ends is answered.
#[tokio::test(flavor = "multi_thread")]
async fn ending_answers_what_is_under_way() {
    let Service { data, running } = Service::new().await;
    let address = running.local_addr();
    let body = application("demo-good").to_string();
    let (first, second) = body.split_at(body.find("fields").expect("the body has fields"));
    let mut stream = TcpStream::connect(address)
        .await
        .expect("the service accepts");
    let head = format!(
        "POST /v1/activation/decisions HTTP/1.1\r\nhost: test\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{first}",
        body.len(),
    );
    stream
        .write_all(head.as_bytes())
        .await
        .expect("the first half is taken");
    // The service has the request once it accepts the next one after it.
    drop(TcpStream::connect(address).await);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let ending = tokio::spawn(running.stop());
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(
        TcpStream::connect(address).await.is_err(),
        "nobody new is let in"
    );
    stream
        .write_all(second.as_bytes())
        .await
        .expect("the second half is taken");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .await
        .expect("the answer is whole");
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    ending.await.expect("the service ends");
    drop(data);
}
