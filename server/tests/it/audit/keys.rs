//! Where the master key comes from.

use std::fs;

use precheck_server::audit::{KeySource, MasterKey};

use crate::support::{Service, config, refused};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_a_file_that_only_its_owner_reads() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let file = place.path().join("service.key");
    let data = tempfile::tempdir().expect("a temporary folder");
    let mut with_key = config(data.path());
    with_key.master_key = KeySource::File(file.clone());

    let error = refused(with_key.clone()).await;
    assert_eq!(error.code(), "master-key-missing", "{error}");
    assert!(error.to_string().contains("service.key"), "{error}");
    let left = fs::read_dir(data.path()).expect("readable").count();
    assert_eq!(left, 0, "nothing was made without a key");

    fs::write(&file, "ed25519-secret 00 00").expect("a file");
    let error = refused(with_key.clone()).await;
    assert_eq!(error.code(), "key-malformed", "{error}");
    fs::remove_file(&file).expect("the file goes");

    let key = MasterKey::generate().expect("randomness");
    key.write_new(&file).expect("a new file");
    assert!(key.write_new(&file).is_err(), "never overwritten");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |mode| {
            let permissions = fs::Permissions::from_mode(mode);
            fs::set_permissions(&file, permissions).expect("the mode changes");
        };
        let made = fs::metadata(&file).expect("readable").permissions().mode();
        assert_eq!(made & 0o777, 0o600);
        mode(0o640);
        let error = refused(with_key.clone()).await;
        assert_eq!(error.code(), "key-exposed", "{error}");
        mode(0o600);
    }
    let running = precheck_server::start(with_key).await.expect("a start");
    running.stop().await;
    assert!(
        !data.path().join("master.key").exists(),
        "none beside the data"
    );
}

/// The secret is in no answer, no log and no error.
#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_told_to_nobody() {
    let service = Service::new().await;
    let text = fs::read_to_string(service.data.path().join("master.key")).expect("readable");
    let secret = text
        .split_ascii_whitespace()
        .last()
        .expect("a secret")
        .to_owned();
    assert_eq!(secret.len(), 64);
    let body = crate::support::application("demo-good").to_string();
    service.post(body).await;
    let data = service.data.path().to_owned();
    service.running.stop().await;
    let log = crate::support::log::captured();
    assert!(!log.contains(&secret[..32]));
    let half = data.join("half.key");
    fs::write(&half, text.replace(&secret[40..], "")).expect("a file");
    let mut config = config(&data);
    config.master_key = KeySource::File(half);
    let error = refused(config).await;
    assert!(!error.to_string().contains(&secret[..16]), "{error}");
}
