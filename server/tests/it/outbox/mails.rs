//! Notices by mail: to whom, in which words, whatever the relay does.

use base64::Engine;
use serde_json::json;

use super::{PERSON, QUICK, inbox, open, operate, private, service, settled, shown, until};
use crate::support::post::{Came, Mode, Receiver};
use crate::support::{Service, log};

fn mail(receiver: &Receiver, to: &str) -> String {
    let port = receiver.address.port();
    format!(
        "[[channel]]\nid = \"mail\"\n{QUICK}[channel.smtp]\nhost = \"127.0.0.1\"\nport = {port}\n\
         tls = \"none\"\nfrom = \"白条 <notices@shop.example>\"\n{to}\n"
    )
}

const BY_RELAY: &str = "to = \"{account}@notify.shop.example\"";

/// The text of a mail.
fn text(came: &Came) -> String {
    let bytes = match came.header("content-transfer-encoding") {
        "base64" => {
            let lines: String = came.body.split_whitespace().collect();
            let read = base64::engine::general_purpose::STANDARD.decode(lines);
            read.expect("base64")
        }
        "quoted-printable" => {
            let whole = came.body.replace("=\r\n", "");
            let mut parts = whole.split('=');
            let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
            for part in parts {
                let (digits, rest) = part.split_at(2);
                bytes.push(u8::from_str_radix(digits, 16).expect("digits"));
                bytes.extend_from_slice(rest.as_bytes());
            }
            bytes
        }
        _ => came.body.clone().into_bytes(),
    };
    String::from_utf8(bytes)
        .expect("a text")
        .replace("\r\n", "\n")
}

/// Words that mean something to a relay, if anybody let them; it begins a line.
const NASTY: &str =
    ".冻结 QUIT RCPT TO:<other@shop.example> Bcc: other@shop.example =3D =?utf-8?q?x?=";

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_has_both_languages_and_one_id() {
    let receiver = Receiver::mail().await;
    let service = service(&mail(&receiver, BY_RELAY)).await;
    open(&service, PERSON).await;
    operate(
        &service,
        PERSON,
        json!({ "act": "freeze", "because": NASTY }),
    )
    .await;
    settled(&service).await;
    let came = receiver.came();
    let told = inbox(&service, PERSON).await;
    assert_eq!((came.len(), told.len()), (3, 3));
    for (one, (id, _)) in came.iter().zip(&told) {
        assert!(
            one.to.starts_with("<demo-good@notify.shop.example>"),
            "{one:?}"
        );
        assert_eq!(one.header("message-id"), format!("<{id}@shop.example>"));
        assert_eq!(one.header("auto-submitted"), "auto-generated");
        assert!(
            one.header("from").ends_with("<notices@shop.example>"),
            "{one:?}"
        );
        assert!(one.header("content-type").contains("utf-8"), "{one:?}");
        assert!(one.head.is_ascii(), "{one:?}");
        assert_eq!(one.header("bcc"), "", "{one:?}");
        let text = text(one);
        let (chinese, english) = text.split_once("\n----------\n\n").expect("both languages");
        assert!(chinese.contains("(zh-CN)"), "{text}");
        assert!(english.contains("(en)"), "{text}");
    }
    let frozen = text(&came[2]);
    assert!(frozen.contains(&format!("\n{NASTY}\n")), "{frozen}");
    service.running.stop().await;
}

/// Busy, then breaking off after it has taken a mail, then well.
#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_fails_gets_everything_in_order() {
    let receiver = Receiver::mail().await;
    receiver.behave(Mode::Busy);
    let service = service(&mail(&receiver, BY_RELAY)).await;
    open(&service, PERSON).await;
    until("it is tried again", || async { receiver.tries() > 1 }).await;
    assert!(receiver.came().is_empty());
    receiver.behave(Mode::BreakingOff);
    until("it breaks off", || async { receiver.came().len() > 1 }).await;
    receiver.behave(Mode::Well);
    settled(&service).await;
    let told = inbox(&service, PERSON).await;
    let ids = receiver.came().into_iter();
    let mut ids: Vec<String> = ids.map(|one| one.header("message-id").to_owned()).collect();
    assert!(ids.len() > 2, "{ids:?}");
    ids.dedup();
    let wanted = told.iter().map(|(id, _)| format!("<{id}@shop.example>"));
    assert_eq!(ids, wanted.collect::<Vec<_>>());
    service.running.stop().await;
}

/// A mailbox that is not there: given up at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_is_not_there_is_not_tried_again() {
    let receiver = Receiver::mail().await;
    receiver.behave(Mode::Refusing);
    let service = service(&mail(&receiver, BY_RELAY)).await;
    open(&service, PERSON).await;
    settled(&service).await;
    let all = shown(&service).await;
    let endings: Vec<_> = all["given_up"].as_array().into_iter().flatten().collect();
    assert_eq!(endings.len(), 2, "{all}");
    assert!(
        endings
            .iter()
            .all(|one| one["ending"] == "refused" && one["attempts"] == 1)
    );
    service.running.stop().await;
}

/// Who is in the file of addresses is written to, and nobody else; no address
/// is in the log, nor what staff wrote.
#[tokio::test(flavor = "multi_thread")]
async fn addresses_come_from_a_file_and_stay_there() {
    let receiver = Receiver::mail().await;
    let text = mail(&receiver, "addresses = \"people.toml\"");
    let service = Service::with(|config| {
        let book = "demo-good = \"some.body@people.example\"\n";
        private(&config.data.join("people.toml"), book);
        config.notices = Some(super::channels(&config.data, &text));
    })
    .await;
    for account in [PERSON, "demo-new"] {
        let body = crate::support::application(account).to_string();
        assert_eq!(service.post(body).await.status, 201);
        open(&service, account).await;
        let because = "Nobody-else-reads-this.";
        operate(
            &service,
            account,
            json!({ "act": "freeze", "because": because }),
        )
        .await;
    }
    settled(&service).await;
    let came = receiver.came();
    assert_eq!(came.len(), 3, "one person's");
    assert!(
        came.iter()
            .all(|one| one.to.starts_with("<some.body@people.example>"))
    );
    assert_eq!(shown(&service).await["given_up"], json!([]));

    // More people, on a running service; then a file that does not fit.
    let book = "demo-good = \"some.body@people.example\"\ndemo-new = \"new.body@people.example\"\n";
    private(&service.data.path().join("people.toml"), book);
    service.running.reload();
    operate(
        &service,
        "demo-new",
        json!({ "act": "unfreeze", "because": "x" }),
    )
    .await;
    until("it comes", || async { receiver.came().len() == 4 }).await;
    private(
        &service.data.path().join("people.toml"),
        "demo-good = \"wrong.body\"\n",
    );
    service.running.reload();
    operate(
        &service,
        "demo-new",
        json!({ "act": "freeze", "because": "x" }),
    )
    .await;
    until("it comes", || async { receiver.came().len() == 5 }).await;
    service.running.stop().await;
    let log = log::captured();
    assert!(log.contains("addresses are as before"));
    for secret in [
        "some.body",
        "new.body",
        "wrong.body",
        "Nobody-else-reads-this",
    ] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "`{secret}` is in the log");
    }
}
