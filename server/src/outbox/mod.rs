//! The outbox: notices on their way to people, beside the inbox that they are
//! shown in.
//!
//! A notice is queued for its channels in the transaction that keeps it, and
//! sent afterwards, at least once: whoever ends in between sends it again,
//! under the same id, so that receivers can drop the second. Of one person,
//! notices go over a channel in their order; a later one waits until an earlier
//! one is there or given up.
//!
//! | part | what |
//! |---|---|
//! | [`machine`] | the states of a delivery; pure |
//! | [`config`] | the file that names the channels |
//! | [`lane`] | the task of each channel |
//! | [`letter`] | a notice as it leaves: JSON, one sentence, the text of a mail |
//! | [`file`], [`mail`], [`webhook`] | channels; another is `log`: a line that says that, and what about |
//!
//! Nothing here logs an account, an address or a word of a notice.

mod config;
mod file;
mod lane;
mod letter;
mod machine;
mod mail;
#[cfg(test)]
mod tests;
mod webhook;

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::StartError;
use crate::start::Sources;
use crate::upstreams::breaker::Breaker;
use file::JsonLines;
pub(crate) use lane::watch;
pub(crate) use letter::Letter;
pub(crate) use machine::{Delivery, Event, Pace, State, TABLE, due, failed, queued, step};
use mail::Mail;
use webhook::Webhook;

/// Why a notice did not get there, with a word for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// The channel as a whole seems to be in trouble.
    Down(&'static str),
    /// This notice does not get there now.
    Later(&'static str),
    /// This notice never will.
    Never(&'static str),
}

/// How a channel sends.
enum Way {
    Log,
    File(JsonLines),
    Mail(Box<Mail>),
    Webhook(Box<Webhook>),
}

/// A channel.
struct Channel {
    id: String,
    /// What it is for; `None` for everything.
    topics: Option<BTreeSet<String>>,
    way: Way,
    /// How long one try may take.
    timeout: Duration,
    /// How many tries there are at once.
    at_once: usize,
    pace: Pace,
    breaker: Mutex<Breaker>,
}

impl Channel {
    fn new(
        id: String,
        topics: Option<BTreeSet<String>>,
        way: Way,
        (timeout, at_once, pace): (Duration, usize, Pace),
    ) -> Channel {
        Channel {
            id,
            topics,
            way,
            timeout,
            at_once,
            pace,
            breaker: Mutex::new(Breaker::new()),
        }
    }

    /// Whether a notice goes over it: by its topic, and by what is known of the
    /// person.
    fn takes(&self, topic: &str, account: &str) -> bool {
        let is_topic = self.topics.as_ref().is_none_or(|all| all.contains(topic));
        let is_reached = match &self.way {
            Way::Mail(mail) => mail.reaches(account),
            Way::Log | Way::File(_) | Way::Webhook(_) => true,
        };
        is_topic && is_reached
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        // Whole after every call.
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tries once.
    async fn send(&self, letter: &Letter) -> Result<(), Trouble> {
        let sent = async {
            match &self.way {
                Way::Log => {
                    let (notice, topic) = (&*letter.told.id, &*letter.told.topic);
                    tracing::info!(channel = self.id, notice, topic, "a notice");
                    Ok(())
                }
                Way::File(file) => file.send(letter).await,
                Way::Mail(mail) => mail.send(letter).await,
                Way::Webhook(webhook) => webhook.send(letter).await,
            }
        };
        let sent = tokio::time::timeout(self.timeout, sent).await;
        sent.unwrap_or(Err(Trouble::Down("timed-out")))
    }
}

/// Every channel of the service.
#[derive(Default)]
pub(crate) struct Outbox {
    channels: Vec<Channel>,
}

impl Outbox {
    /// Reads the file that names the channels.
    pub(crate) fn read(file: &Sources) -> Result<Outbox, StartError> {
        let channels = config::read(file).map_err(|faults| StartError::NoticesRefused {
            path: file.path.clone(),
            faults,
        })?;
        Ok(Outbox { channels })
    }

    /// The channels over which a person is told of something.
    pub(crate) fn channels_of(&self, topic: &str, account: &str) -> Vec<String> {
        let mut all = self.channels.iter();
        let all = all.by_ref().filter(|one| one.takes(topic, account));
        all.map(|one| one.id.clone()).collect()
    }

    /// Every channel and whether it is used: `closed`, `open` or `half-open`.
    pub(crate) fn states(&self, now: Instant) -> impl Iterator<Item = (&str, &'static str)> {
        let state = move |one: &Channel| one.breaker().name(now);
        self.channels.iter().map(move |one| (&*one.id, state(one)))
    }

    /// Reads people's addresses again. A file that does not fit is told in the
    /// log, and changes nothing.
    pub(crate) fn reload(&self) {
        for channel in &self.channels {
            let Way::Mail(mail) = &channel.way else {
                continue;
            };
            let channel = &*channel.id;
            match mail.reload() {
                Ok(()) => tracing::info!(channel, "read addresses again"),
                Err(text) => tracing::error!(channel, text, "addresses are as before"),
            }
        }
    }
}
