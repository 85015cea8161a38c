//! Notices in files and in the log; files of channels that do not fit.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use precheck_server::StartError;
use serde_json::{Value, json};

use super::{KEY, PERSON, channels, inbox, open, operate, private, service, settled};
use crate::support::{Service, config, log, refused};

const BOTH: &str = "[[channel]]\nid = \"lines\"\nfile = { path = \"out.jsonl\" }\n\
                    [[channel]]\nid = \"said\"\nlog = {}\n";

/// A line each, for nobody else's eyes, whole after one that was cut off.
#[tokio::test(flavor = "multi_thread")]
async fn notices_are_lines_of_a_file() {
    let service = service(BOTH).await;
    let file = service.data.path().join("out.jsonl");
    open(&service, PERSON).await;
    settled(&service).await;
    let text = fs::read_to_string(&file).expect("it is there");
    fs::write(&file, format!("{text}{{\"id\":\"cut o")).expect("it is ours");
    operate(
        &service,
        PERSON,
        json!({ "act": "freeze", "because": "Told-to-one." }),
    )
    .await;
    settled(&service).await;
    let text = fs::read_to_string(&file).expect("it is there");
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let lines: Vec<(String, String)> = lines
        .map(|line| {
            let text = |name: &str| line[name].as_str().expect("a text").to_owned();
            (text("id"), text("topic"))
        })
        .collect();
    let told = inbox(&service, PERSON).await;
    assert_eq!(lines, told);
    assert!(text.contains("Told-to-one."));
    let mode = fs::metadata(&file)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    service.running.stop().await;
    // The log says that, and what about; nothing else.
    let log = log::captured();
    for (id, topic) in told {
        let line = format!("notice=\"{id}\" topic=\"{topic}\"");
        let line = log.lines().find(|one| one.contains(&line)).expect("a line");
        assert!(!line.contains(PERSON), "{line}");
    }
    assert!(!log.contains("Told-to-one."));
}

/// Everything that is wrong is told, with its place and without what is secret,
/// and nothing listens.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_does_not_fit_is_refused() {
    const HOOK: &str = "[[channel]]\nid = \"hook\"\n\
                        webhook = { url = \"https://shop.example/n\", key_file = \"hook.key\" }\n";
    const MAIL: &str = "[[channel]]\nid = \"mail\"\n[channel.smtp]\nhost = \"127.0.0.1\"\n\
                        tls = \"none\"\nfrom = \"a <a@shop.example>\"\n\
                        to = \"{account}@shop.example\"\n";
    const LOG: &str = "[[channel]]\nid = \"said\"\nlog = {}\n";
    const FILE: &str = "[[channel]]\nid = \"lines\"\nfile = { path = \"out.jsonl\" }\n";
    for (whole, from, to, at, expected) in [
        (LOG, "said", "The Log", "The Log", "a to z"),
        (LOG, "log = {}", "", "said", "one of `log`"),
        (
            LOG,
            "log = {}",
            "log = {}\nfile = { path = \"x\" }",
            "said",
            "one of `log`",
        ),
        (
            LOG,
            "log = {}",
            "log = {}\nat_once = 0",
            "said.at_once",
            "1 to 64",
        ),
        (
            LOG,
            "log = {}",
            "log = {}\ntimeout_ms = 0",
            "said.timeout_ms",
            "not between",
        ),
        (
            LOG,
            "log = {}",
            "log = {}\nretry_most_ms = 1",
            "said.retry_most_ms",
            "shorter",
        ),
        (
            LOG,
            "log = {}",
            "log = {}\ntopics = [\"raised\"]",
            "said.topics",
            "no topic `raised`",
        ),
        (
            LOG,
            "log = {}",
            "log = {}\nfoo = \"s3cret-word\"",
            "",
            "line 4",
        ),
        (
            LOG,
            "log = {}\n",
            "log = {}\n[[channel]]\nid = \"said\"\nlog = {}\n",
            "said",
            "two channels",
        ),
        (
            FILE,
            "out.jsonl",
            "no/where/out",
            "lines.file.path",
            "no/where/out",
        ),
        (
            FILE,
            "out.jsonl",
            "open.jsonl",
            "lines.file.path",
            "chmod 600",
        ),
        (
            HOOK,
            "https://",
            "http://",
            "hook.webhook.url",
            "https only",
        ),
        (
            HOOK,
            "https://",
            "https://a:b@",
            "hook.webhook.url",
            "key_file",
        ),
        (HOOK, "hook.key", "none.key", "hook.webhook.key", "none.key"),
        (HOOK, "hook.key", "bad.key", "hook.webhook.key", "whsec_"),
        (
            HOOK,
            "hook.key",
            "open.key",
            "hook.webhook.key",
            "chmod 600",
        ),
        (
            HOOK,
            ", key_file = \"hook.key\"",
            "",
            "hook.webhook.key",
            "whsec_",
        ),
        (
            MAIL,
            "127.0.0.1",
            "mail.shop.example",
            "mail.smtp.tls",
            "over TLS only",
        ),
        (MAIL, "a <a@shop.example>", "a", "mail.smtp.from", "write"),
        (MAIL, "{account}@", "all@", "mail.smtp.to", "{account}@host"),
        (
            MAIL,
            "{account}@",
            "{account}@b@",
            "mail.smtp.to",
            "{account}@host",
        ),
        (
            MAIL,
            "to = \"{account}@shop.example\"",
            "",
            "mail.smtp.to",
            "either",
        ),
        (
            MAIL,
            "tls =",
            "user = \"u\"\ntls =",
            "mail.smtp.user",
            "a user has a password",
        ),
        (
            MAIL,
            "to = \"{account}@shop.example\"",
            "addresses = \"bad.toml\"",
            "mail.smtp.addresses",
            "address 1",
        ),
    ] {
        let data = tempfile::tempdir().expect("a temporary folder");
        let folder = data.path();
        private(&folder.join("hook.key"), KEY);
        private(&folder.join("bad.key"), "s3cret-word");
        private(
            &folder.join("bad.toml"),
            "person-s3cret-word = \"s3cret-word\"",
        );
        for open in ["open.key", "open.jsonl"] {
            private(&folder.join(open), KEY);
            let all = fs::Permissions::from_mode(0o644);
            fs::set_permissions(folder.join(open), all).expect("the file is ours");
        }
        let mut config = config(folder);
        let text = whole.replacen(from, to, 1);
        assert_ne!(text, whole, "{to}");
        config.notices = Some(channels(folder, &text));
        let error = refused(config).await;
        assert_eq!(error.code(), "notices-refused", "{to}: {error}");
        assert!(!error.to_string().contains("s3cret-word"), "{to}: {error}");
        let StartError::NoticesRefused { faults, .. } = &error else {
            panic!("{error}");
        };
        let mut found = faults.iter();
        let found = found.any(|one| one.at == at && one.text.contains(expected));
        assert!(found, "{to}: {error}");
    }
}

/// The example is one that fits.
#[tokio::test(flavor = "multi_thread")]
async fn the_example_fits() {
    let service = Service::with(|config| {
        private(&config.data.join("webhook.key"), KEY);
        let example = include_str!("../../../demo/notices.toml");
        config.notices = Some(channels(&config.data, example));
    })
    .await;
    let all = super::shown(&service).await;
    let channels = all["channels"].as_array().expect("a list").iter();
    let ids: Vec<&Value> = channels.map(|one| &one["channel"]).collect();
    assert_eq!(ids, ["mail", "said", "shop"]);
    service.running.stop().await;
}
