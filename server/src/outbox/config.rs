//! The file that names the channels over which notices are sent.
//!
//! Addresses of servers come from this file alone. Secrets and people's
//! addresses are in files of their own, which nobody else may read, or in
//! variables; what is in them is never repeated, not even where it is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::Uri;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::file::JsonLines;
use super::mail::{Mail, MailSpec, Recipients, Security};
use super::webhook::Webhook;
use super::{Channel, Pace, Way};
use crate::audit::is_exposed;
use crate::error::ConfigFault;
use crate::line::Act;
use crate::start::Sources;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    channel: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    topics: Option<Vec<String>>,
    #[serde(default = "timeout")]
    timeout_ms: u64,
    #[serde(default = "at_once")]
    at_once: usize,
    #[serde(default = "retry_first")]
    retry_first_ms: u64,
    #[serde(default = "retry_most")]
    retry_most_ms: u64,
    #[serde(default = "give_up")]
    give_up_ms: u64,
    log: Option<LogEntry>,
    file: Option<FileEntry>,
    smtp: Option<SmtpEntry>,
    webhook: Option<WebhookEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogEntry {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEntry {
    path: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SmtpEntry {
    host: String,
    port: Option<u16>,
    tls: Security,
    user: Option<String>,
    password_file: Option<String>,
    password_variable: Option<String>,
    from: String,
    to: Option<String>,
    addresses: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookEntry {
    url: String,
    key_file: Option<String>,
    key_variable: Option<String>,
}

const fn timeout() -> u64 {
    5_000
}

const fn at_once() -> usize {
    4
}

const fn retry_first() -> u64 {
    10_000
}

const fn retry_most() -> u64 {
    30 * 60_000
}

const fn give_up() -> u64 {
    3 * DAY_MS
}

const DAY_MS: u64 = 24 * 3_600_000;
/// A stop waits for what is on its way.
const LONGEST_TIMEOUT_MS: u64 = 10_000;
const MOST_AT_ONCE: usize = 64;
/// What has not arrived after so long is of no use to anybody.
const LONGEST_MS: u64 = 30 * DAY_MS;
/// How much longer than two tries somebody is believed to be sending.
const SPARE_LEASE_MS: i64 = 1_000;

/// What is told of appeals.
const OF_APPEALS: [&str; 5] = [
    "appeal",
    "appeal-ask",
    "appeal-grant",
    "appeal-uphold",
    "appeal-withdraw",
];

/// Every topic of a notice.
pub(super) fn topics() -> BTreeSet<&'static str> {
    let of_lines = Act::ALL.iter().map(|act| act.as_str());
    of_lines.chain(OF_APPEALS).collect()
}

/// Reads the file: its channels, or everything that is wrong.
pub(super) fn read(file: &Sources) -> Result<Vec<Channel>, Vec<ConfigFault>> {
    // Without the line itself: somebody may have put a password there.
    let whole = |error: toml::de::Error| {
        let text = format!("line {}: {}", line(&error, &file.text), error.message());
        vec![ConfigFault::new("", text)]
    };
    let read: File = toml::from_str(&file.text).map_err(whole)?;
    let mut reader = Reader {
        folder: file.path.parent().unwrap_or(Path::new(".")),
        faults: Vec::new(),
    };
    let mut ids = BTreeSet::new();
    let mut channels = Vec::new();
    for entry in read.channel {
        if !ids.insert(entry.id.clone()) {
            let text = "two channels have this id; give one of them another";
            reader.fault(&entry.id, text);
        }
        channels.extend(reader.channel(entry));
    }
    if reader.faults.is_empty() {
        Ok(channels)
    } else {
        Err(reader.faults)
    }
}

/// Reads people's addresses, by account. What is wrong is told without any of
/// them.
pub(super) fn addresses(path: &Path) -> Result<BTreeMap<String, String>, String> {
    let text = private(path)?;
    let read: Result<BTreeMap<String, String>, _> = toml::from_str(&text);
    let all = read.map_err(|error| {
        let line = line(&error, &text);
        format!("line {line} is not `\"account\" = \"address\"`")
    })?;
    for (place, address) in all.values().enumerate() {
        if address.parse::<lettre::Address>().is_err() {
            let place = place + 1;
            return Err(format!(
                "address {place}, by accounts in their order, is none"
            ));
        }
    }
    Ok(all)
}

/// The line of an error, from 1.
fn line(error: &toml::de::Error, text: &str) -> usize {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or_default();
    before.matches('\n').count() + 1
}

/// Reads a file that nobody else may read.
fn private(path: &Path) -> Result<Zeroizing<String>, String> {
    let text = std::fs::read_to_string(path).map(Zeroizing::new);
    let exposed = text.and_then(|text| Ok((text, is_exposed(path)?)));
    match exposed {
        Ok((text, false)) => Ok(text),
        Ok((_, true)) => Err("it can be read by others; run `chmod 600` on it".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

struct Reader<'a> {
    folder: &'a Path,
    faults: Vec<ConfigFault>,
}

impl Reader<'_> {
    fn fault(&mut self, at: &str, text: impl Into<String>) {
        self.faults.push(ConfigFault::new(at, text));
    }

    fn milliseconds(&mut self, at: &str, value: u64, most: u64) -> i64 {
        if value == 0 || value > most {
            let text = format!("{value} is not between 1 and {most} milliseconds");
            self.fault(at, text);
        }
        i64::try_from(value).unwrap_or(i64::MAX)
    }

    fn channel(&mut self, entry: Entry) -> Option<Channel> {
        let id = entry.id;
        let before = self.faults.len();
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if id.is_empty() || id.len() > 40 || !id.bytes().all(plain) {
            let text = "an id is made of a to z, 0 to 9 and -, at most 40 of them";
            self.fault(&id, text);
        }
        if !(1..=MOST_AT_ONCE).contains(&entry.at_once) {
            self.fault(&format!("{id}.at_once"), format!("1 to {MOST_AT_ONCE}"));
        }
        let mut time =
            |name: &str, value, most| self.milliseconds(&format!("{id}.{name}"), value, most);
        let timeout_ms = time("timeout_ms", entry.timeout_ms, LONGEST_TIMEOUT_MS);
        let pace = Pace {
            first_ms: time("retry_first_ms", entry.retry_first_ms, DAY_MS),
            most_ms: time("retry_most_ms", entry.retry_most_ms, DAY_MS),
            give_up_ms: time("give_up_ms", entry.give_up_ms, LONGEST_MS),
            lease_ms: timeout_ms.saturating_mul(2).saturating_add(SPARE_LEASE_MS),
        };
        if pace.most_ms < pace.first_ms {
            let text = "the longest wait is shorter than the first";
            self.fault(&format!("{id}.retry_most_ms"), text);
        }
        let topics = self.topics(&id, entry.topics);
        let way = match (entry.log, entry.file, entry.smtp, entry.webhook) {
            (Some(LogEntry {}), None, None, None) => Some(Way::Log),
            (None, Some(FileEntry { path }), None, None) => self.file(&id, &path),
            (None, None, Some(smtp), None) => self.smtp(&id, smtp),
            (None, None, None, Some(webhook)) => self.webhook(&id, webhook),
            _ => {
                let text = "a channel is one of `log`, `file`, `smtp` and `webhook`";
                self.fault(&id, text);
                None
            }
        };
        (self.faults.len() == before).then_some(())?;
        let timeout = Duration::from_millis(entry.timeout_ms);
        Some(Channel::new(
            id,
            topics,
            way?,
            (timeout, entry.at_once, pace),
        ))
    }

    fn topics(&mut self, id: &str, chosen: Option<Vec<String>>) -> Option<BTreeSet<String>> {
        let known = topics();
        let chosen = chosen?;
        for topic in chosen.iter().filter(|one| !known.contains(one.as_str())) {
            let known: Vec<&str> = known.iter().copied().collect();
            let known = known.join(", ");
            let text = format!("there is no topic `{topic}`; there are {known}");
            self.fault(&format!("{id}.topics"), text);
        }
        Some(chosen.into_iter().collect())
    }

    fn file(&mut self, id: &str, path: &Path) -> Option<Way> {
        let file = JsonLines::new(self.folder.join(path));
        match file.check() {
            Ok(()) => Some(Way::File(file)),
            Err(text) => {
                self.fault(&format!("{id}.file.path"), text);
                None
            }
        }
    }

    fn smtp(&mut self, id: &str, entry: SmtpEntry) -> Option<Way> {
        let at = |name: &str| format!("{id}.smtp.{name}");
        let is_here = matches!(&*entry.host, "127.0.0.1" | "::1" | "localhost");
        if entry.tls == Security::None && !is_here {
            let text = "personal data leaves this machine over TLS only: `wrapped` or `starttls`";
            self.fault(&at("tls"), text);
        }
        let from: Option<lettre::message::Mailbox> = entry.from.parse().ok();
        if from.is_none() {
            self.fault(&at("from"), "write `Name <name@host>`");
        }
        let secret = (entry.password_file, entry.password_variable);
        let password = self.secret(&at("password"), secret);
        if entry.user.is_some() != password.is_some() {
            let text = "a user has a password (`password_file` or `password_variable`), and a \
                        password a user";
            self.fault(&at("user"), text);
        }
        let recipients = match (entry.to, entry.addresses) {
            (Some(template), None) => {
                let recipients = Recipients::template(&template);
                if recipients.is_none() {
                    let text = "write `{account}@host`, with `{account}` once before the @";
                    self.fault(&at("to"), text);
                }
                recipients
            }
            (None, Some(file)) => match Recipients::book(self.folder.join(&file)) {
                Ok(recipients) => Some(recipients),
                Err(text) => {
                    self.fault(&at("addresses"), format!("`{file}`: {text}"));
                    None
                }
            },
            _ => {
                let text = "either `to = \"{account}@host\"` or `addresses = \"FILE\"` says where \
                            mail goes";
                self.fault(&at("to"), text);
                None
            }
        };
        let spec = MailSpec {
            host: entry.host,
            port: entry.port,
            security: entry.tls,
            credentials: entry.user.zip(password),
            from: from?,
        };
        match Mail::new(spec, recipients?) {
            Ok(mail) => Some(Way::Mail(Box::new(mail))),
            Err(text) => {
                self.fault(&at("host"), text);
                None
            }
        }
    }

    fn webhook(&mut self, id: &str, entry: WebhookEntry) -> Option<Way> {
        let address = self.address(&format!("{id}.webhook.url"), &entry.url);
        let at = format!("{id}.webhook.key");
        let key = self.secret(&at, (entry.key_file, entry.key_variable));
        let key = match key.as_ref().map(|key| super::webhook::key(key)) {
            Some(Some(key)) => key,
            wrong => {
                if wrong.is_some() || self.faults.iter().all(|one| one.at != at) {
                    let text = "in `key_file` or `key_variable` there has to be a key: `whsec_` \
                                and 24 to 64 bytes in base64";
                    self.fault(&at, text);
                }
                return None;
            }
        };
        let address = address?;
        match Webhook::new(address, key) {
            Ok(webhook) => Some(Way::Webhook(Box::new(webhook))),
            Err(error) => {
                let text = format!("no certificates to trust were found: {error}");
                self.fault(&format!("{id}.webhook.url"), text);
                None
            }
        }
    }

    fn address(&mut self, at: &str, url: &str) -> Option<Uri> {
        let uri: Option<Uri> = url.parse().ok();
        let Some(uri) = uri.filter(|uri| uri.host().is_some() && uri.query().is_none()) else {
            self.fault(at, "write https://host/path, without a query");
            return None;
        };
        let is_here = matches!(uri.host(), Some("127.0.0.1" | "[::1]" | "localhost"));
        let scheme = uri.scheme_str().unwrap_or_default();
        if scheme != "https" && !(scheme == "http" && is_here) {
            self.fault(at, "personal data leaves this machine over https only");
        }
        let authority = uri.authority();
        if authority.is_some_and(|one| one.as_str().contains('@')) {
            self.fault(at, "a secret does not belong here; use `key_file`");
        }
        Some(uri)
    }

    /// A secret from a file beside this one, or from a variable.
    fn secret(
        &mut self,
        at: &str,
        from: (Option<String>, Option<String>),
    ) -> Option<Zeroizing<String>> {
        let found = match from {
            (None, None) => return None,
            (Some(file), None) => {
                private(&self.folder.join(&file)).map_err(|text| format!("`{file}`: {text}"))
            }
            (None, Some(name)) => std::env::var(&name)
                .map(Zeroizing::new)
                .map_err(|_| format!("there is no variable `{name}` with text")),
            (Some(_), Some(_)) => Err("a secret is in a file or in a variable".to_owned()),
        };
        match found {
            Ok(secret) => Some(Zeroizing::new(secret.trim().to_owned())),
            Err(text) => {
                self.fault(at, text);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::OF_APPEALS;
    use crate::appeal;

    /// Handing in a document is the person's own doing, and not told.
    #[test]
    fn topics_of_appeals_are_what_can_be_done_to_one() {
        let acts = appeal::Act::ALL
            .iter()
            .filter(|act| **act != appeal::Act::Add);
        let acts: BTreeSet<String> = acts.map(|act| format!("appeal-{}", act.as_str())).collect();
        let begun = BTreeSet::from(["appeal".to_owned()]);
        let told: BTreeSet<String> = OF_APPEALS.map(str::to_owned).into();
        assert_eq!(told, acts.union(&begun).cloned().collect());
    }
}
