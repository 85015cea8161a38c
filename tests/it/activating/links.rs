//! Links: one device, one use, the newest only.

use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;

use super::{OTHER_PHONE, PERSON, PHONE, Page, READING, Shop, application, form, outcome};
use crate::client::Request;

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_line_begins_by_link_and_code() {
    let shop = Shop::new().await;
    let early = json!({ "account": PERSON, "phone": PHONE });
    let early = shop.send("POST", "/v1/activation-links", Some(early)).await;
    assert_eq!(early.status, 409);
    assert_eq!(early.faults(), [("/account".into(), "line-state".into())]);
    shop.offer(PERSON).await;
    let unknown = json!({ "account": PERSON });
    let unknown = shop
        .send("POST", "/v1/activation-links", Some(unknown))
        .await;
    assert_eq!(
        unknown.faults(),
        [("/phone".into(), "phone-unknown".into())]
    );

    let mut page = shop.issue(PERSON).await;
    let message = shop.messages(PHONE).await.remove(0);
    let link = format!("http://127.0.0.1:8080/activate/#{}", page.token);
    assert!(
        message.starts_with("[Sample] ") && message.contains(&link),
        "{message}"
    );
    // Programs look into messages; a look opens nothing.
    for _ in 0..2 {
        let seen = shop.look(&page).await;
        assert_eq!(
            (&seen["state"], &seen["position"]),
            (&json!("valid"), &json!(1))
        );
        assert_eq!(seen["opened"], false);
    }
    let early = shop.ask(&page, PHONE).await;
    assert_eq!(early.faults(), [(String::new(), "not-opened".into())]);

    let opened = shop.open(&page).await;
    let device = opened["device"].as_str().expect("a secret").to_owned();
    let stranger = page.clone();
    page.device = Some(device);
    assert_eq!(shop.open(&page).await["state"], "valid", "again, here");
    // Elsewhere it is clear what is the matter, and nothing can be done.
    let elsewhere = shop.open(&stranger).await;
    assert_eq!(elsewhere["state"], "other-device");
    assert_eq!(
        elsewhere.get("device"),
        None,
        "no secret for what is not open"
    );
    assert_eq!(shop.look(&stranger).await["state"], "other-device");
    let other = Page {
        device: Some("00".repeat(32)),
        ..page.clone()
    };
    for page in [&stranger, &other] {
        let refused = shop.ask(page, PHONE).await;
        assert_eq!(refused.status, 409);
        assert_eq!(refused.faults(), [(String::new(), "other-device".into())]);
        let refused = shop
            .by(page, "POST", "/activate", Some(form(PHONE, "123456")))
            .await;
        assert_eq!(refused.faults(), [(String::new(), "other-device".into())]);
    }

    let code = shop.code(&page).await;
    tokio::time::sleep(READING).await;
    let body = || Some(form(PHONE, &code));
    let key = Some("0123456789abcdef-1");
    let first = shop.under(&page, "POST", "/activate", body(), key).await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(outcome(&first), ("approve".to_owned(), vec![]));
    assert_eq!(first.header("activation-position"), Some("3"));
    assert_eq!(shop.line().await, "active");
    // The same again is the same, though the code is used and the link too.
    let again = shop.under(&page, "POST", "/activate", body(), key).await;
    assert_eq!(again.text(), first.text());
    assert_eq!(again.header("idempotent-replayed"), Some("true"));

    let seen = shop.look(&page).await;
    assert_eq!(
        (&seen["state"], &seen["position"]),
        (&json!("used"), &json!(3))
    );
    assert_eq!(seen["decision"], first.json()["id"]);
    assert_eq!(
        shop.look(&stranger).await.get("decision"),
        None,
        "not for others"
    );
    // Whoever has seen more than is here is told so, and no old state.
    let ahead = shop.by(&page, "GET", "?after=4", None).await;
    assert_eq!(ahead.json()["state"], "behind");
    assert!(ahead.header("retry-after").is_some());
    assert_eq!(
        shop.by(&page, "GET", "?after=3", None).await.json()["state"],
        "used"
    );
    let body = Some(form(PHONE, &code));
    let ahead = shop.by(&page, "POST", "/activate?after=4", body).await;
    assert_eq!(ahead.faults(), [(String::new(), "behind".into())]);
    assert!(ahead.header("retry-after").is_some());
    let (decision, reasons) = shop.activate(&page, &code).await;
    assert_eq!(decision, "decline");
    assert!(
        reasons.contains(&"ALREADY-ACTIVE".to_owned()),
        "{reasons:?}"
    );
    shop.verified(&page).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_begins_the_line() {
    let shop = std::sync::Arc::new(Shop::new().await);
    let page = shop.begin().await;
    let code = shop.code(&page).await;
    tokio::time::sleep(READING).await;
    let mut all = JoinSet::new();
    for _ in 0..12 {
        let (shop, page, code) = (shop.clone(), page.clone(), code.clone());
        all.spawn(async move { shop.activate(&page, &code).await });
    }
    let all = all.join_all().await;
    let approved = all.iter().filter(|(decision, _)| decision == "approve");
    assert_eq!(approved.count(), 1, "{all:?}");
    assert_eq!(shop.line().await, "active");
    let path = format!("/v1/accounts/{PERSON}/notices?locale=en");
    let told = shop.send("GET", &path, None).await.json();
    let begun = told.as_array().expect("a list").iter();
    assert_eq!(begun.filter(|one| one["topic"] == "activate").count(), 1);
    let shop = std::sync::Arc::into_inner(shop).expect("nobody else has it");
    shop.verified(&page).await;
}

/// Faster than anybody reads, on a device that nobody knows: a person looks.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_does_begins_nothing() {
    let shop = Shop::new().await;
    let page = shop.begin().await;
    let code = shop.code(&page).await;
    let (decision, _) = shop.activate(&page, &code).await;
    assert_eq!(decision, "refer");
    assert_eq!(shop.line().await, "offered");
    assert_eq!(
        shop.look(&page).await["state"],
        "valid",
        "the link still counts"
    );
    // The code was right, and was used.
    let (decision, reasons) = shop.activate(&page, &code).await;
    assert_eq!(
        (decision.as_str(), &*reasons[0]),
        ("retry-later", "CODE-WRONG")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_do_not_count() {
    let shop = Shop::new().await;
    let page = shop.begin().await;
    let unknown = shop
        .send("GET", "/v1/activation-link?locale=en", None)
        .await;
    assert_eq!(unknown.status, 404, "without a token");
    for place in [0, 33, 41, 71] {
        let mut altered = page.token.clone().into_bytes();
        altered[place] = if altered[place] == b'0' { b'1' } else { b'0' };
        let token = String::from_utf8(altered).expect("ASCII");
        let page = Page {
            token,
            ..page.clone()
        };
        for (method, rest, body) in [
            ("GET", "?locale=en", None),
            ("POST", "?locale=en", Some(json!({}))),
            ("POST", "/codes?locale=en", Some(json!({ "phone": PHONE }))),
            ("POST", "/activate?locale=en", Some(form(PHONE, "123456"))),
        ] {
            let answer = shop.by(&page, method, rest, body).await;
            assert_eq!(answer.status, 404, "{method} {rest}");
            assert_eq!(answer.text(), unknown.text(), "nothing more is told");
        }
    }
    // A newer one takes its place, also where a code is on its way. Whoever
    // shows it themselves needs no message, and no pause.
    let code = shop.code(&page).await;
    let again = json!({ "account": PERSON, "phone": PHONE });
    let soon = shop.send("POST", "/v1/activation-links", Some(again)).await;
    assert_eq!(
        (soon.status, &soon.json()["code"]),
        (429, &json!("message-too-soon"))
    );
    assert!(soon.header("retry-after").is_some());
    assert_eq!(shop.look(&page).await["state"], "valid", "as it was");
    let again = json!({ "account": PERSON });
    let newer = shop.send("POST", "/v1/activation-links", Some(again)).await;
    assert_eq!(newer.status, 201, "{}", newer.text());
    assert_eq!(newer.json()["sent"], false);
    let token = newer.json()["token"].clone();
    let newer = Page {
        token: token.as_str().expect("a token").to_owned(),
        device: None,
    };
    assert_eq!(shop.look(&page).await["state"], "replaced");
    assert_eq!(shop.look(&newer).await["state"], "valid");
    let refused = shop.ask(&page, PHONE).await;
    assert_eq!(refused.faults(), [(String::new(), "replaced".into())]);
    let (decision, reasons) = shop.activate(&page, &code).await;
    assert_eq!(
        (decision.as_str(), &*reasons[0]),
        ("decline", "LINK-EXPIRED")
    );
    assert_eq!(shop.line().await, "offered");
    // There is no way around links.
    let body = json!({ "account": PERSON, "fields": { "phone": PHONE, "code": code } });
    let around = shop
        .send("POST", "/v1/link-activation/decisions", Some(body))
        .await;
    assert_eq!(around.status, 404);

    for (headers, query, code) in [
        (("activation-device", "secret"), "", "device-malformed"),
        (("accept", "*/*"), "?after=-1", "position-malformed"),
    ] {
        let path = format!("/v1/activation-link{query}");
        let request = Request::new("GET", &path).header("activation-link", &page.token);
        let request = request.header(headers.0, headers.1);
        let answer = request.send(shop.running.local_addr()).await;
        assert_eq!(answer.faults(), [(String::new(), code.into())]);
    }
}

/// Opened by two devices in the same moment, it is open on one.
#[tokio::test(flavor = "multi_thread")]
async fn one_device_opens_it() {
    let shop = std::sync::Arc::new(Shop::new().await);
    shop.offer(PERSON).await;
    let page = shop.issue(PERSON).await;
    let mut all = JoinSet::new();
    for _ in 0..12 {
        let (shop, page) = (shop.clone(), page.clone());
        all.spawn(async move { shop.open(&page).await });
    }
    let all = all.join_all().await;
    let valid = all.iter().filter(|seen| seen["state"] == "valid");
    assert_eq!(valid.count(), 1, "{all:?}");
    let secrets = all.iter().filter(|seen| seen["device"].is_string());
    assert_eq!(secrets.count(), 1);
    let clear = all.iter().filter(|seen| seen["state"] == "other-device");
    assert_eq!(clear.count(), 11);
}

/// With messages, an application that is approved waits for its link; without a
/// page for links it begins at once.
#[tokio::test(flavor = "multi_thread")]
async fn an_approved_application_gives_a_link() {
    let shop = Shop::new().await;
    let apply = async |shop: &Shop| {
        let body = Some(application());
        let answer = shop.send("POST", "/v1/activation/decisions", body).await;
        assert_eq!(outcome(&answer).0, "approve", "{}", answer.text());
    };
    apply(&shop).await;
    assert_eq!(shop.line().await, "offered");
    let path = format!("/v1/accounts/{PERSON}/notices?locale=en");
    let told = shop.send("GET", &path, None).await.json();
    assert_eq!(told[0]["topic"], "offer");
    let headline = told[0]["notice"]["headline"].as_str().expect("words");
    assert!(headline.contains("activate"), "{headline}");
    let page = shop.link(0).await;

    // Approved again, the line still waits; the link that was sent a moment ago
    // counts, and another phone gets none.
    let mut other = application();
    other["fields"]["phone"] = json!(OTHER_PHONE);
    for body in [application(), other] {
        let answer = shop
            .send("POST", "/v1/activation/decisions", Some(body))
            .await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(shop.messages(PHONE).await.len(), 1);
    assert!(shop.messages(OTHER_PHONE).await.is_empty());
    assert_eq!(shop.look(&page).await["state"], "valid");

    let page = shop.open_here(page).await;
    let code = shop.code(&page).await;
    tokio::time::sleep(READING).await;
    assert_eq!(shop.activate(&page, &code).await.0, "approve");
    assert_eq!(shop.line().await, "active");
    shop.verified(&page).await;

    let page = "activation_page = \"http://127.0.0.1:8080/activate/\"";
    let shop = Shop::with(|text| text.replace(page, "")).await;
    apply(&shop).await;
    assert_eq!(shop.line().await, "active");
}

/// A page asks for another message, and learns nothing from the answer: the
/// link comes to the phone that is known, or to none.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_a_link_sent_again() {
    let shop = Shop::with_keys(|text| text.replace("resend_seconds = 60", "resend_seconds = 1"));
    let shop = shop.await;
    let session = shop.session(PERSON).await;
    let ask = async |account: &str, phone: Option<&str>| {
        let body = Some(json!({ "account": account, "phone": phone, "locale": "en" }));
        let path = "/v1/activation-links";
        shop.as_caller(Some(&session), "POST", path, body).await
    };
    let early = ask(PERSON, Some(PHONE)).await;
    assert_eq!(early.faults(), [("/account".into(), "line-state".into())]);
    shop.offer(PERSON).await;
    let first = shop.issue(PERSON).await;
    for account in ["demo-new", "nobody-there"] {
        let stranger = ask(account, Some(PHONE)).await;
        assert_eq!(stranger.json()["code"], "account-unknown");
    }
    assert_eq!(ask(PERSON, None).await.status, 422);
    let soon = ask(PERSON, Some(PHONE)).await;
    assert_eq!(
        (soon.status, &soon.json()["code"]),
        (429, &json!("message-too-soon"))
    );

    tokio::time::sleep(Duration::from_millis(1_050)).await;
    let other = ask(PERSON, Some(OTHER_PHONE)).await;
    assert_eq!((other.status, other.json()), (202, json!({ "next_in": 2 })));
    tokio::time::sleep(Duration::from_millis(2_050)).await;
    assert!(shop.messages(OTHER_PHONE).await.is_empty(), "nobody's");
    assert_eq!(shop.look(&first).await["state"], "valid", "as it was");
    let own = ask(PERSON, Some(PHONE)).await;
    assert_eq!((own.status, own.json()), (202, json!({ "next_in": 4 })));
    let second = shop.link(1).await;
    assert_eq!(shop.look(&second).await["state"], "valid");
    assert_eq!(shop.look(&first).await["state"], "replaced");
}
