//! Notices by mail, through a relay of the shop's.
//!
//! Addresses are the shop's business: the relay resolves `account@host`, or a
//! file has them, which only its owner can read. They are never kept, logged or
//! repeated. `Message-ID` is the notice's, the same however often it is sent.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, SUBMISSION_PORT, SUBMISSIONS_PORT};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::config::addresses;
use super::{Letter, Trouble};

/// How the way to the relay is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Security {
    /// TLS from the first byte.
    Wrapped,
    /// TLS before anything is said that matters, or nothing is.
    Starttls,
    /// None.
    None,
}

/// A relay, as the file names it.
pub(super) struct MailSpec {
    pub(super) host: String,
    pub(super) port: Option<u16>,
    pub(super) security: Security,
    pub(super) credentials: Option<(String, Zeroizing<String>)>,
    pub(super) from: Mailbox,
}

/// Where mail for an account goes.
pub(super) enum Recipients {
    /// To what stands before and after the account: the relay knows who it is.
    Template { before: String, after: String },
    /// To the address in a file.
    Book {
        path: PathBuf,
        all: RwLock<BTreeMap<String, String>>,
    },
}

/// The word in a template for the account's id.
const ACCOUNT: &str = "{account}";

impl Recipients {
    /// Reads `{account}@host`; `None` for anything else.
    pub(super) fn template(text: &str) -> Option<Recipients> {
        let (before, after) = text.split_once(ACCOUNT)?;
        let template = Recipients::Template {
            before: before.to_owned(),
            after: after.to_owned(),
        };
        let is_one = !after.contains(ACCOUNT) && after.contains('@') && !before.contains('@');
        (is_one && template.of("account").is_some()).then_some(template)
    }

    /// Reads a file of addresses.
    pub(super) fn book(path: PathBuf) -> Result<Recipients, String> {
        let all = RwLock::new(addresses(&path)?);
        Ok(Recipients::Book { path, all })
    }

    /// Reads the file again; one that does not fit changes nothing.
    fn reload(&self) -> Result<(), String> {
        if let Recipients::Book { path, all } = self {
            let read = addresses(path)?;
            *all.write().unwrap_or_else(PoisonError::into_inner) = read;
        }
        Ok(())
    }

    /// The address of an account, if it has one.
    fn of(&self, account: &str) -> Option<Address> {
        match self {
            Recipients::Template { before, after } => {
                // Nothing that could be another address, or none.
                let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
                let is_plain = account.bytes().all(is_plain);
                let address = format!("{before}{account}{after}");
                is_plain.then(|| address.parse().ok()).flatten()
            }
            Recipients::Book { all, .. } => {
                let all = all.read().unwrap_or_else(PoisonError::into_inner);
                all.get(account)?.parse().ok()
            }
        }
    }
}

/// The relay.
pub(super) struct Mail {
    relay: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    recipients: Recipients,
}

/// A longer silence than any try may take; the try itself is timed as a whole.
const SILENCE: Duration = Duration::from_secs(10);

impl Mail {
    pub(super) fn new(spec: MailSpec, recipients: Recipients) -> Result<Mail, String> {
        let parameters = || {
            let made = TlsParameters::builder(spec.host.clone()).build_rustls();
            made.map_err(|_| "no name of a server, or no certificates to trust".to_owned())
        };
        let (tls, usual) = match spec.security {
            Security::Wrapped => (Tls::Wrapper(parameters()?), SUBMISSIONS_PORT),
            Security::Starttls => (Tls::Required(parameters()?), SUBMISSION_PORT),
            Security::None => (Tls::None, SUBMISSION_PORT),
        };
        let domain = spec.from.email.domain().to_owned();
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&spec.host)
            .port(spec.port.unwrap_or(usual))
            .tls(tls)
            .hello_name(ClientId::Domain(domain))
            .timeout(Some(SILENCE));
        let builder = match &spec.credentials {
            Some((user, password)) => {
                let password = String::clone(password);
                builder.credentials(Credentials::new(user.clone(), password))
            }
            None => builder,
        };
        Ok(Mail {
            relay: builder.build(),
            from: spec.from,
            recipients,
        })
    }

    /// Whether mail can be sent to an account.
    pub(super) fn reaches(&self, account: &str) -> bool {
        self.recipients.of(account).is_some()
    }

    /// Reads the addresses again.
    pub(super) fn reload(&self) -> Result<(), String> {
        self.recipients.reload()
    }

    pub(super) async fn send(&self, letter: &Letter) -> Result<(), Trouble> {
        let to = self.recipients.of(&letter.account);
        let to = to.ok_or(Trouble::Never("no-address"))?;
        let message = message(&self.from, to, letter).ok_or(Trouble::Never("unreadable"))?;
        match self.relay.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(trouble(&error)),
        }
    }
}

/// The mail of a notice.
fn message(from: &Mailbox, to: Address, letter: &Letter) -> Option<Message> {
    let id = format!("<{}@{}>", letter.told.id, from.email.domain());
    let message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(letter.subject()?)
        .message_id(Some(id))
        .header(ContentType::TEXT_PLAIN)
        .header(AutoSubmitted);
    message.body(letter.text()?).ok()
}

/// Says that nobody wrote it, so that nobody's holiday note answers (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// What a failure says about the mail and the relay.
fn trouble(error: &Error) -> Trouble {
    if let Some(code) = error.status() {
        let text = std::error::Error::source(error).map(ToString::to_string);
        return answered(code.into(), text.as_deref().unwrap_or_default());
    }
    if error.is_tls() {
        Trouble::Down("tls")
    } else if error.is_timeout() {
        Trouble::Down("timed-out")
    } else if error.is_response() {
        Trouble::Down("unreadable-answer")
    } else {
        Trouble::Down("no-connection")
    }
}

/// What an answer of a relay says about the mail and the relay: by its code
/// (RFC 5321, 4.2.3), and by the subject of the status that may begin its text
/// (RFC 3463), which alone tells a mailbox that is not there from a relay that
/// takes nothing of ours.
fn answered(code: u16, text: &str) -> Trouble {
    let status = text.split_ascii_whitespace().next().unwrap_or_default();
    let is_policy = status.starts_with("5.7.");
    match code {
        550..=553 | 556 if !is_policy => Trouble::Never("refused"),
        // Perhaps of this mail, perhaps of all: tried again, and seen by
        // operators, while others go on.
        550..=556 => Trouble::Later("not-accepted"),
        // This mailbox has something to do, or is full, now.
        450..=452 => Trouble::Later("mailbox-busy"),
        530 | 534 | 535 | 538 => Trouble::Down("login-refused"),
        400..=499 => Trouble::Down("out-of-order"),
        _ => Trouble::Down("not-accepted"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::*;
    use crate::store::{Notices, Told};

    fn letter(headline: &str, because: &str) -> Letter {
        let words = |text: &str| {
            let words = json!({ "headline": text, "because": because });
            to_raw_value(&words).expect("JSON")
        };
        let all = [("zh-CN", "标题"), ("en", headline)];
        let all = all.map(|(locale, text)| (locale.to_owned(), words(text)));
        Letter {
            account: "somebody".to_owned(),
            locale: Some(precheck::units::Locale::En),
            told: Told {
                id: "the-id".to_owned(),
                topic: "freeze".to_owned(),
                created_at: String::new(),
                seen_at: None,
                words: Notices(all.into_iter().collect()),
            },
        }
    }

    fn written(headline: &str, because: &str) -> (String, String) {
        let from = "a <a@shop.example>".parse().expect("a mailbox");
        let to = "b@shop.example".parse().expect("an address");
        let message = message(&from, to, &letter(headline, because)).expect("a mail");
        let text = String::from_utf8(message.formatted()).expect("a text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        (head.to_owned(), body.to_owned())
    }

    /// Whatever the words are, there are the headers that there always are.
    #[test]
    fn words_begin_no_header() {
        let names = |head: &str| -> Vec<String> {
            let lines = head.split("\r\n").filter(|line| !line.starts_with(' '));
            let names = lines.filter_map(|line| line.split_once(':'));
            names.map(|(name, _)| name.to_owned()).collect()
        };
        let usual = names(&written("Frozen.", "x").0);
        for nasty in [
            "Frozen.\r\nBcc: c@shop.example",
            "Frozen.\nBcc: c@shop.example\n\nA body",
            "Frozen.\rBcc: c@shop.example",
            "冻结\r\n\r\nBcc: c@shop.example",
            "\0\u{7f}\u{85}Bcc: c@shop.example",
        ] {
            let (head, _) = written(nasty, nasty);
            assert_eq!(names(&head), usual, "{nasty:?}: {head}");
            assert!(head.is_ascii(), "{head}");
        }
        let (head, _) = written(&"Long words. ".repeat(60), "x");
        assert!(head.split("\r\n").all(|line| line.len() <= 998), "{head}");
    }

    /// The person's language first, both there, lines as mail has them.
    #[test]
    fn a_mail_has_every_language() {
        let letter = letter("Frozen.", "one\ntwo");
        assert_eq!(letter.subject().as_deref(), Some("Frozen."));
        let text = letter.text().expect("a text");
        assert_eq!(
            text,
            "Frozen.\n\none\ntwo\n\n----------\n\n标题\n\none\ntwo\n"
        );
        let (head, body) = written("Frozen.", "one\ntwo");
        assert!(head.contains("Message-ID: <the-id@shop.example>"), "{head}");
        assert!(!body.replace("\r\n", "").contains('\n'), "{body}");
    }

    #[test]
    fn what_a_relay_says_and_what_follows() {
        for (code, text, expected, why) in [
            (
                550,
                "5.1.1 nobody here",
                Trouble::Never("refused"),
                "no such mailbox",
            ),
            (
                550,
                "nobody here",
                Trouble::Never("refused"),
                "the same, without a status",
            ),
            (
                550,
                "",
                Trouble::Never("refused"),
                "the same, without a word",
            ),
            (
                552,
                "5.2.2 full",
                Trouble::Never("refused"),
                "full for good",
            ),
            (
                550,
                "5.7.1 no relaying",
                Trouble::Later("not-accepted"),
                "not set up for us",
            ),
            (
                554,
                "no service here",
                Trouble::Later("not-accepted"),
                "nothing is taken",
            ),
            (
                451,
                "4.7.1 greylisted",
                Trouble::Later("mailbox-busy"),
                "come again",
            ),
            (
                421,
                "4.3.2 closing",
                Trouble::Down("out-of-order"),
                "it stops",
            ),
            (
                454,
                "4.7.0 no login now",
                Trouble::Down("out-of-order"),
                "no login now",
            ),
            (
                535,
                "5.7.8 wrong",
                Trouble::Down("login-refused"),
                "a wrong password",
            ),
            (
                500,
                "5.5.1 what?",
                Trouble::Down("not-accepted"),
                "no relay at all",
            ),
        ] {
            assert_eq!(answered(code, text), expected, "{code} {text}: {why}");
        }
    }

    /// With the certificates that are there, or without any.
    #[test]
    fn a_relay_is_reached_over_tls() {
        for security in [Security::Wrapped, Security::Starttls] {
            let spec = MailSpec {
                host: "relay.shop.example".to_owned(),
                port: None,
                security,
                credentials: Some(("a".to_owned(), Zeroizing::new("b".to_owned()))),
                from: "a <a@shop.example>".parse().expect("a mailbox"),
            };
            let to = Recipients::template("{account}@shop.example").expect("a template");
            let refused = Mail::new(spec, to).err();
            let is_about = |text: String| text.contains("certificates");
            assert!(refused.is_none_or(is_about), "{security:?}");
        }
    }

    /// An account's id is no way to another address.
    #[test]
    fn an_account_is_one_mailbox_or_none() {
        let template = Recipients::template("{account}@shop.example").expect("a template");
        for (account, expected) in [
            ("a-1_b.c", Some("a-1_b.c@shop.example")),
            ("", None),
            ("a@b", None),
            ("a,b", None),
            ("a b", None),
            ("a\r\nRCPT TO:<b", None),
            ("\"a", None),
            ("张三", None),
        ] {
            let found = template.of(account).map(|one| one.to_string());
            assert_eq!(found.as_deref(), expected, "{account}");
        }
        let before = Recipients::template("to+{account}@shop.example").expect("a template");
        let found = before.of("a").map(|one| one.to_string());
        assert_eq!(found.as_deref(), Some("to+a@shop.example"));
        for wrong in [
            "all@shop.example",
            "{account}",
            "x@{account}",
            "{account}@a@b",
            "",
        ] {
            assert!(Recipients::template(wrong).is_none(), "{wrong}");
        }
    }
}
