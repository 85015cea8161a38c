//! A notice on its way out: its words, short, and as the text of a mail.
//!
//! Every word is the pack's, or what a member of staff wrote to the person.

use std::fmt::Write;

use precheck::short_sentence;
use precheck::units::Locale;
use serde::Deserialize;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::store::Told;

/// A notice, and for whom. It is about a person, so it cannot be printed.
pub(crate) struct Letter {
    pub(crate) account: String,
    /// The locale of the person's last decision.
    pub(crate) locale: Option<Locale>,
    pub(crate) told: Told,
}

/// What is read of a notice's words.
#[derive(Deserialize)]
struct Words {
    headline: String,
    because: Option<String>,
    changes: Option<Changes>,
    notice: Option<Notice>,
}

#[derive(Deserialize)]
struct Changes {
    headline: String,
    shares: Vec<Share>,
    together: Option<String>,
    neutral: Option<String>,
    note: String,
}

#[derive(Deserialize)]
struct Share {
    text: String,
    effect: Option<String>,
    changed: Vec<Changed>,
    #[serde(default)]
    facts: Vec<String>,
}

#[derive(Deserialize)]
struct Changed {
    text: String,
}

#[derive(Deserialize)]
struct Notice {
    headline: String,
    detail: String,
    limit: Option<String>,
    reasons: Vec<Reason>,
    contacts: Vec<Contact>,
    note: String,
}

#[derive(Deserialize)]
struct Reason {
    title: String,
    text: String,
    help: String,
    until: Option<String>,
}

#[derive(Deserialize)]
struct Contact {
    text: String,
}

impl Letter {
    /// The locales in which it has words, the person's own first.
    fn locales(&self) -> Vec<Locale> {
        let mut all = Locale::ALL.to_vec();
        all.sort_by_key(|one| Some(*one) != self.locale);
        all.retain(|one| self.told.words.0.contains_key(one.as_str()));
        all
    }

    fn words(&self, locale: Locale) -> Option<Words> {
        let text = self.told.words.0.get(locale.as_str())?;
        serde_json::from_str(text.get()).ok()
    }

    /// The subject of a mail: the sentence of what happened. `None` for words
    /// that cannot be read.
    pub(crate) fn subject(&self) -> Option<String> {
        let words = self.words(*self.locales().first()?)?;
        // What would begin another header is a space.
        let line = words.headline.split(char::is_control);
        Some(line.collect::<Vec<_>>().join(" "))
    }

    /// The text of a mail: every locale, the person's own first.
    pub(crate) fn text(&self) -> Option<String> {
        let texts = self.locales().into_iter();
        let texts: Option<Vec<String>> = texts.map(|one| Some(self.words(one)?.text())).collect();
        texts
            .filter(|texts| !texts.is_empty())
            .map(|texts| texts.join("\n----------\n\n"))
    }

    /// The notice as it is handed to other programs, as JSON.
    pub(crate) fn json(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

impl Serialize for Letter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Told {
            id,
            topic,
            created_at,
            words,
            ..
        } = &self.told;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", id)?;
        map.serialize_entry("account", &self.account)?;
        map.serialize_entry("topic", topic)?;
        map.serialize_entry("created_at", created_at)?;
        map.serialize_entry("locale", &self.locale.map(Locale::as_str))?;
        map.serialize_entry("short", &Short(self))?;
        let words: &std::collections::BTreeMap<String, Box<RawValue>> = &words.0;
        map.serialize_entry("words", words)?;
        map.end()
    }
}

/// One sentence for a text message, by locale: what happened. The compiler of
/// packs sees to it that each is no longer than one message.
struct Short<'l>(&'l Letter);

impl Serialize for Short<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for locale in self.0.locales() {
            let words = self.0.words(locale);
            let words = words.ok_or_else(|| serde::ser::Error::custom("words"))?;
            map.serialize_entry(locale.as_str(), &short_sentence(&words.headline, locale))?;
        }
        map.end()
    }
}

impl Words {
    fn text(&self) -> String {
        let mut text = Paragraphs(String::new());
        text.put(&[&self.headline]);
        text.put(&[self.because.as_deref().unwrap_or_default()]);
        if let Some(changes) = &self.changes {
            text.put(&[&changes.headline]);
            for share in &changes.shares {
                text.put(&[&share.text, share.effect.as_deref().unwrap_or_default()]);
                let changed = share.changed.iter().map(|one| &*one.text);
                let facts = share.facts.iter().map(String::as_str);
                text.list(changed.chain(facts));
            }
            for more in [&changes.together, &changes.neutral] {
                text.put(&[more.as_deref().unwrap_or_default()]);
            }
            text.put(&[&changes.note]);
        }
        if let Some(notice) = &self.notice {
            // Of what happened, the sentence stands above already.
            if notice.headline != self.headline {
                text.put(&[&notice.headline]);
            }
            text.put(&[&notice.detail]);
            text.put(&[notice.limit.as_deref().unwrap_or_default()]);
            for reason in &notice.reasons {
                let until = reason.until.as_deref().unwrap_or_default();
                text.put(&[&reason.title, &reason.text, &reason.help, until]);
            }
            text.put(&[&notice.note]);
            for contact in &notice.contacts {
                text.put(&[&contact.text]);
            }
        }
        text.0
    }
}

/// A text that grows by paragraphs; what is empty is left out.
struct Paragraphs(String);

impl Paragraphs {
    fn put(&mut self, lines: &[&str]) {
        let mut lines = lines.iter().filter(|line| !line.is_empty()).peekable();
        if lines.peek().is_none() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        for line in lines {
            let _ = writeln!(self.0, "{line}");
        }
    }

    /// Points of the paragraph above.
    fn list<'t>(&mut self, points: impl Iterator<Item = &'t str>) {
        for point in points {
            let _ = writeln!(self.0, "- {point}");
        }
    }
}
