//! The file that names the sources, read and held against the policy.
//!
//! Addresses come from this file alone: nothing that a caller or a source says
//! becomes one, so it is the list of what may be reached. Everything that is
//! wrong with it is told, and nothing starts then.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use axum::http::{HeaderValue, Uri};
use precheck::{FactDef, FactInput, FactKind, Policy, Source as Origin};
use serde::Deserialize;

use super::answer::{Given, Reads};
use super::messages::{self, Words};
use crate::application::UNAVAILABLE;
use crate::error::ConfigFault;
use crate::otp::{self, Rules};
use crate::start::Sources;

/// The word in `sends` for the account's id.
pub(super) const ACCOUNT: &str = "account";

/// A source of facts, as it is asked.
#[derive(Debug)]
pub(super) struct Spec {
    pub(super) id: String,
    pub(super) names: Names,
    pub(super) address: Uri,
    pub(super) authorization: Option<HeaderValue>,
    pub(super) timeout: Duration,
    pub(super) retries: u32,
    pub(super) at_once: usize,
    pub(super) most_bytes: usize,
    pub(super) sends: Vec<String>,
    pub(super) repeats: BTreeMap<String, String>,
    pub(super) gives: Vec<Given>,
}

/// What a source is called in front of people.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Names {
    /// In Chinese.
    #[serde(rename = "zh-CN")]
    pub(crate) zh_cn: String,
    /// In English.
    pub(crate) en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default = "deadline")]
    deadline_ms: u64,
    #[serde(default)]
    source: Vec<Entry>,
    messages: Option<messages::Entry>,
    #[serde(default)]
    codes: otp::Entry,
}

/// What the file says.
pub(super) struct Read {
    /// The sources in order of precedence.
    pub(super) specs: Vec<Spec>,
    /// How long all of them together may take.
    pub(super) deadline: Duration,
    /// The gateway for text messages, and what its messages say of the shop.
    pub(super) messages: Option<(Spec, Words)>,
    pub(super) rules: Rules,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    names: Names,
    url: String,
    key_file: Option<String>,
    #[serde(default = "timeout")]
    timeout_ms: u64,
    #[serde(default = "retries")]
    retries: u32,
    #[serde(default = "at_once")]
    at_once: usize,
    #[serde(default = "most_bytes")]
    most_bytes: usize,
    sends: Vec<String>,
    #[serde(default)]
    repeats: BTreeMap<String, String>,
    facts: BTreeMap<String, FactEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactEntry {
    at: String,
    codes: Option<BTreeMap<String, String>>,
    silent: Option<String>,
}

const fn deadline() -> u64 {
    3_000
}

pub(super) const fn timeout() -> u64 {
    1_000
}

const fn retries() -> u32 {
    1
}

pub(super) const fn at_once() -> usize {
    64
}

const fn most_bytes() -> usize {
    64 * 1024
}

/// A deadline is below what a request may take as a whole.
const LONGEST_DEADLINE_MS: u64 = 10_000;
const MOST_RETRIES: u32 = 2;

/// Reads the file.
pub(super) fn read(file: &Sources, policy: &Policy) -> Result<Read, Vec<ConfigFault>> {
    let whole = |error: toml::de::Error| vec![ConfigFault::new("", error.to_string())];
    let read: File = toml::from_str(&file.text).map_err(whole)?;
    let mut reader = Reader {
        policy,
        folder: file.path.parent().unwrap_or(Path::new(".")),
        faults: Vec::new(),
    };
    let deadline = reader.milliseconds("deadline_ms", read.deadline_ms, LONGEST_DEADLINE_MS);
    let mut ids = BTreeSet::new();
    let mut specs = Vec::new();
    for entry in read.source {
        if !ids.insert(entry.id.clone()) {
            reader.fault(
                &entry.id,
                "two sources have this id; give one of them another",
            );
        }
        specs.extend(reader.source(entry));
    }
    let messages = read.messages.and_then(|entry| reader.messages(entry));
    let checks = |spec: &&Spec| spec.gives.iter().any(|given| given.fact == otp::FACT);
    if let Some(spec) = specs.iter().find(checks).filter(|_| messages.is_some()) {
        reader.fault(
            &format!("{}.facts.{}", spec.id, otp::FACT),
            "codes that are sent by `[messages]` are checked here; leave one of the two out",
        );
    }
    let rules = Rules::read(&read.codes, &mut reader.faults);
    if reader.faults.is_empty() {
        Ok(Read {
            specs,
            deadline,
            messages,
            rules,
        })
    } else {
        Err(reader.faults)
    }
}

struct Reader<'a> {
    policy: &'a Policy,
    folder: &'a Path,
    faults: Vec<ConfigFault>,
}

impl Reader<'_> {
    fn fault(&mut self, at: &str, text: impl Into<String>) {
        self.faults.push(ConfigFault::new(at, text));
    }

    fn milliseconds(&mut self, at: &str, value: u64, most: u64) -> Duration {
        if value == 0 || value > most {
            self.fault(
                at,
                format!("{value} is not between 1 and {most} milliseconds"),
            );
        }
        Duration::from_millis(value)
    }

    fn id(&mut self, id: &str) {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if id.is_empty() || id.len() > 40 || !id.bytes().all(plain) {
            self.fault(
                id,
                "an id is made of a to z, 0 to 9 and -, at most 40 of them",
            );
        }
    }

    /// The gateway for text messages.
    fn messages(&mut self, entry: messages::Entry) -> Option<(Spec, Words)> {
        let before = self.faults.len();
        let id = entry.id;
        self.id(&id);
        let at = format!("{id}.timeout_ms");
        let timeout = self.milliseconds(&at, entry.timeout_ms, LONGEST_DEADLINE_MS);
        if !(1..=1 << 20).contains(&entry.at_once) {
            self.fault(&format!("{id}.at_once"), "1 to 1048576");
        }
        let address = self.address(&id, &entry.url);
        let authorization = entry.key_file.and_then(|file| self.key(&id, &file));
        let page = entry.activation_page.as_ref();
        if page.is_some_and(|page| !messages::is_page(page)) {
            self.fault(
                &format!("{id}.activation_page"),
                "write https://host/path, without a query or a fragment; http only for this machine",
            );
        }
        let header = entry.address_header.map(|name| name.parse());
        let header = header.transpose().map_err(|_| {
            self.fault(&format!("{id}.address_header"), "the name of a header");
        });
        (self.faults.len() == before).then_some(())?;
        let spec = Spec {
            id,
            names: entry.names,
            address: address?,
            authorization,
            timeout,
            // A message that is sent twice is paid for twice, and confuses.
            retries: 0,
            at_once: entry.at_once,
            most_bytes: most_bytes(),
            sends: Vec::new(),
            repeats: BTreeMap::new(),
            gives: Vec::new(),
        };
        let words = Words {
            signature: entry.signature,
            activation_page: entry.activation_page,
            address_header: header.ok()?,
        };
        Some((spec, words))
    }

    fn source(&mut self, entry: Entry) -> Option<Spec> {
        let id = entry.id;
        let before = self.faults.len();
        self.id(&id);
        let timeout = self.milliseconds(
            &format!("{id}.timeout_ms"),
            entry.timeout_ms,
            LONGEST_DEADLINE_MS,
        );
        if entry.retries > MOST_RETRIES {
            self.fault(&format!("{id}.retries"), format!("at most {MOST_RETRIES}"));
        }
        for (name, value) in [("at_once", entry.at_once), ("most_bytes", entry.most_bytes)] {
            if !(1..=1 << 20).contains(&value) {
                self.fault(&format!("{id}.{name}"), "1 to 1048576");
            }
        }
        let address = self.address(&id, &entry.url);
        let authorization = entry.key_file.and_then(|file| self.key(&id, &file));
        self.fields(&id, &entry.sends, &entry.repeats);
        if entry.facts.is_empty() {
            self.fault(&format!("{id}.facts"), "a source gives one fact at least");
        }
        let facts = entry.facts.into_iter();
        let gives = facts.filter_map(|(fact, how)| self.given(&id, fact, how));
        let gives: Vec<Given> = gives.collect();
        (self.faults.len() == before).then_some(())?;
        Some(Spec {
            id,
            names: entry.names,
            address: address?,
            authorization,
            timeout,
            retries: entry.retries,
            at_once: entry.at_once,
            most_bytes: entry.most_bytes,
            sends: entry.sends,
            repeats: entry.repeats,
            gives,
        })
    }

    fn address(&mut self, id: &str, url: &str) -> Option<Uri> {
        let at = format!("{id}.url");
        let uri: Option<Uri> = url.parse().ok();
        let Some(uri) = uri.filter(|uri| uri.host().is_some() && uri.query().is_none()) else {
            self.fault(&at, "write https://host/path, without a query");
            return None;
        };
        let is_here = matches!(uri.host(), Some("127.0.0.1" | "[::1]" | "localhost"));
        let scheme = uri.scheme_str().unwrap_or_default();
        if scheme != "https" && !(scheme == "http" && is_here) {
            self.fault(&at, "personal data leaves this machine over https only");
        }
        if uri
            .authority()
            .is_some_and(|one| one.as_str().contains('@'))
        {
            self.fault(&at, "a secret does not belong here; use `key_file`");
        }
        Some(uri)
    }

    /// The secret for a source is in a file of its own, and never printed.
    fn key(&mut self, id: &str, file: &str) -> Option<HeaderValue> {
        let at = format!("{id}.key_file");
        let secret = match std::fs::read_to_string(self.folder.join(file)) {
            Ok(secret) => secret,
            Err(error) => {
                self.fault(&at, format!("`{file}`: {error}"));
                return None;
            }
        };
        match HeaderValue::from_str(&format!("Bearer {}", secret.trim())) {
            Ok(mut value) => {
                value.set_sensitive(true);
                Some(value)
            }
            Err(_) => {
                self.fault(&at, format!("`{file}` has to hold one line of ASCII"));
                None
            }
        }
    }

    /// Whether what is sent and repeated exists.
    fn fields(&mut self, id: &str, sends: &[String], repeats: &BTreeMap<String, String>) {
        let scenarios = self.policy.model().scenarios.iter();
        let known: BTreeSet<&str> = scenarios
            .flat_map(|one| one.fields.iter().map(|field| field.name.as_str()))
            .chain([ACCOUNT])
            .collect();
        if sends.is_empty() {
            self.fault(
                &format!("{id}.sends"),
                "a source has to be told who is meant",
            );
        }
        for name in sends.iter().filter(|name| !known.contains(name.as_str())) {
            let known: Vec<&str> = known.iter().copied().collect();
            let known = known.join(", ");
            self.fault(
                &format!("{id}.sends"),
                format!("no form has a field `{name}`; there are {known}"),
            );
        }
        for (at, name) in repeats {
            if !sends.contains(name) {
                self.fault(
                    &format!("{id}.repeats"),
                    format!("`{name}` is not sent, so that it cannot be repeated at `{at}`"),
                );
            }
        }
    }

    fn given(&mut self, id: &str, fact: String, how: FactEntry) -> Option<Given> {
        let at = format!("{id}.facts.{fact}");
        let policy = self.policy;
        let Some(number) = policy.fact_id(&fact) else {
            self.fault(&at, "the policy has no such fact");
            return None;
        };
        let def = policy.fact(number)?;
        let is_derived = policy.model().derived.iter().any(|one| one.fact == number);
        if is_derived || matches!(def.source, Origin::Applicant | Origin::Device) {
            self.fault(
                &at,
                "this is stated or computed, and never asked of a source",
            );
            return None;
        }
        if !how.at.is_empty() && !how.at.starts_with('/') {
            self.fault(&format!("{at}.at"), "a place begins with /");
        }
        let silent = self.silent(&at, def, how.silent)?;
        let reads = self.reads(&at, def, how.codes)?;
        Some(Given {
            may_be_missing: def.may_be_missing,
            fact,
            at: how.at,
            reads,
            silent,
        })
    }

    /// What a fact is when its source is silent. Nothing is made up: it is the
    /// special code, or the fact is about the source itself.
    fn silent(&mut self, at: &str, def: &FactDef, code: Option<String>) -> Option<FactInput> {
        let is_special = def.specials.iter().any(|code| code == UNAVAILABLE);
        match code {
            None if is_special => Some(FactInput::Special(UNAVAILABLE.to_owned())),
            Some(code) if !is_special && def.codes.contains(&code) => Some(FactInput::Text(code)),
            _ => {
                self.fault(
                    at,
                    "when its source is silent, this fact needs the special `unavailable` in the \
                     policy; one that is about the source itself has a code for it: \
                     `silent = \"…\"`",
                );
                None
            }
        }
    }

    fn reads(
        &mut self,
        at: &str,
        def: &FactDef,
        codes: Option<BTreeMap<String, String>>,
    ) -> Option<Reads> {
        match (def.kind, codes) {
            (FactKind::Code, None) => {
                let codes = def.codes.iter();
                let same = codes.map(|code| (code.clone(), code.clone()));
                Some(Reads::Code(same.collect()))
            }
            (FactKind::Code, Some(codes)) => {
                for code in codes.values().filter(|code| !def.codes.contains(*code)) {
                    let known = def.codes.join(", ");
                    self.fault(at, format!("there is no code `{code}`; there are {known}"));
                }
                Some(Reads::Code(codes))
            }
            (_, Some(_)) => {
                self.fault(at, "only facts that are codes have `codes`");
                None
            }
            (FactKind::Bool, None) => Some(Reads::Bool),
            (FactKind::Date, None) => Some(Reads::Date(def.min, def.max)),
            (_, None) => Some(Reads::Integer(def.min, def.max)),
        }
    }
}
