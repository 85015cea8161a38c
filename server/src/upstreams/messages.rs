//! The gateway that takes text messages: `[messages]` in the file of sources.
//!
//! It is sent `{ "reference", "to", "text" }` and answers
//! `{ "reference", "accepted": true }`. Everything else is a message that was
//! not sent. It is asked as the sources are, with the same client and breaker,
//! but once only.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName, Uri};
use precheck::units::Locale;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Source;
use super::config::{Names, at_once, timeout};
use super::missing::Missing;

/// `[messages]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) names: Names,
    pub(super) url: String,
    pub(super) key_file: Option<String>,
    #[serde(default = "timeout")]
    pub(super) timeout_ms: u64,
    #[serde(default = "at_once")]
    pub(super) at_once: usize,
    pub(super) signature: Names,
    pub(super) activation_page: Option<String>,
    pub(super) address_header: Option<String>,
}

/// What messages say of the shop.
pub(super) struct Words {
    /// Who sends them, as they begin.
    pub(super) signature: Names,
    /// The page that opens activation links.
    pub(super) activation_page: Option<String>,
    /// In which header whatever stands in front says where a request comes
    /// from; `None` where requests come straight from people.
    pub(super) address_header: Option<HeaderName>,
}

/// A message to somebody. It cannot be printed.
pub(crate) struct Message {
    /// The number, in its canonical form.
    pub(crate) to: String,
    pub(crate) text: zeroize::Zeroizing<String>,
}

/// The gateway.
pub(crate) struct Messages {
    source: Arc<Source>,
    words: Words,
    /// When it was said last that new codes are held.
    held_ms: AtomicI64,
}

/// How often it is said that new codes are held.
const SAID_EVERY_MS: i64 = 60_000;

/// Whether a page can be put into a message.
pub(super) fn is_page(page: &str) -> bool {
    let Ok(uri) = page.parse::<Uri>() else {
        return false;
    };
    let is_here = matches!(uri.host(), Some("127.0.0.1" | "[::1]" | "localhost"));
    let is_safe = match uri.scheme_str() {
        Some("https") => uri.host().is_some(),
        Some("http") => is_here,
        _ => false,
    };
    is_safe && !page.contains(['?', '#', '@'])
}

impl Messages {
    pub(super) fn new(source: Arc<Source>, words: Words) -> Messages {
        Messages {
            source,
            words,
            held_ms: AtomicI64::new(i64::MIN),
        }
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// Who sends, as a message begins.
    pub(crate) fn signature(&self, locale: Locale) -> &str {
        match locale {
            Locale::En => &self.words.signature.en,
            _ => &self.words.signature.zh_cn,
        }
    }

    /// Whether a page is named that links are for.
    pub(crate) fn has_page(&self) -> bool {
        self.words.activation_page.is_some()
    }

    /// The address of a link for a message; `None` where no page is named. The
    /// token is in the fragment, which browsers send to nobody.
    pub(crate) fn address(&self, token: &str) -> Option<String> {
        let page = self.words.activation_page.as_ref()?;
        Some(format!("{page}#{token}"))
    }

    /// Where a request comes from, as far as messages are counted: the last hop
    /// that the header names, else the other end of the connection. Of IPv6 the
    /// first half: a household has the rest.
    pub(crate) fn origin(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> String {
        let name = self.words.address_header.as_ref();
        let said = name.and_then(|name| headers.get_all(name).iter().next_back());
        let said = said.and_then(|value| value.to_str().ok());
        let last = said.and_then(|value| value.rsplit(',').next()?.trim().parse().ok());
        match last.or(peer) {
            Some(IpAddr::V6(six)) => match six.to_ipv4_mapped() {
                Some(four) => four.to_string(),
                None => format!("{:?}", &six.segments()[..4]),
            },
            Some(four) => four.to_string(),
            None => String::new(),
        }
    }

    /// Whether it is time to say again, in the log, that new codes are held.
    pub(crate) fn may_say_held(&self, now_ms: i64) -> bool {
        let last = self.held_ms.load(Ordering::Relaxed);
        let is_time = last.saturating_add(SAID_EVERY_MS) <= now_ms;
        is_time && {
            let swap =
                self.held_ms
                    .compare_exchange(last, now_ms, Ordering::Relaxed, Ordering::Relaxed);
            swap.is_ok()
        }
    }

    /// Hands a message over; it is on its way when this is `Ok`.
    pub(crate) async fn send(&self, message: &Message) -> Result<(), Missing> {
        #[derive(Serialize)]
        struct Sent<'a> {
            reference: &'a str,
            to: &'a str,
            text: &'a str,
        }
        #[derive(Deserialize)]
        struct Said {
            reference: String,
            accepted: bool,
        }
        let started = Instant::now();
        let reference = Uuid::new_v4().to_string();
        let body = serde_json::to_vec(&Sent {
            reference: &reference,
            to: &message.to,
            text: &message.text,
        });
        let mut attempts = 0;
        let sending = async {
            let body = body.map_err(|_| Missing::Incomplete)?;
            let deadline = started + self.source.spec.timeout + Duration::from_secs(1);
            let answer = self
                .source
                .exchange(body.into(), deadline, &mut attempts)
                .await?;
            let said: Said = serde_json::from_slice(&answer).map_err(|_| Missing::Unreadable)?;
            match said {
                Said {
                    reference: other, ..
                } if other != reference => Err(Missing::OtherPerson),
                Said {
                    accepted: false, ..
                } => Err(Missing::Refused),
                Said { .. } => Ok(()),
            }
        };
        let sent = sending.await;
        self.source.tell(&sent, attempts, started);
        sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_go_into_messages() {
        for (page, expected, why) in [
            ("https://shop.example/activate/", true, "a page"),
            ("http://127.0.0.1:8080/activate/", true, "on this machine"),
            (
                "http://shop.example/activate/",
                false,
                "anybody could read the link",
            ),
            ("https://shop.example/?a=1", false, "a query"),
            ("https://shop.example/#a", false, "a fragment"),
            (
                "https://shop.example@evil.example/",
                false,
                "somebody else's",
            ),
            ("/activate/", false, "no address"),
            ("javascript:alert(1)", false, "no page"),
        ] {
            assert_eq!(is_page(page), expected, "{why}");
        }
    }
}
