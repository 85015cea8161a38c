//! Closing a line: by a code; and where no message can be sent, by staff.

use serde_json::{Value, json};

use super::{PERSON, PHONE, Page, READING, Shop, application, outcome};

/// A code is for one purpose: that of an activation closes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn closing_asks_for_a_code_of_its_own() {
    let shop = Shop::new().await;
    let page = shop.begin().await;
    let for_activation = shop.code(&page).await;
    let (decision, reasons) = shop.close(PHONE, &for_activation).await;
    assert_eq!(
        (decision.as_str(), &reasons[..]),
        ("retry-later", &["CODE-WRONG".into()][..])
    );

    let code = shop.closing_code().await;
    let message = shop.messages(PHONE).await.remove(0);
    assert!(
        message.starts_with("【示例】") && message.contains("关闭"),
        "{message}"
    );
    let (decision, reasons) = shop.close(PHONE, &code).await;
    assert_eq!(decision, "approve", "{reasons:?}");
    assert_eq!(shop.line().await, "closed", "it was never used");
    assert_eq!(shop.look(&page).await["state"], "withdrawn");
    // The one for the activation is none of the closure's business.
    tokio::time::sleep(READING).await;
    let (decision, reasons) = shop.activate(&page, &for_activation).await;
    assert_eq!(
        (decision.as_str(), &reasons[..]),
        ("decline", &["LINE-NOT-APPROVED".into()][..])
    );
}

/// From an application to the end: the phone that it named is the account's,
/// and codes go to it. A closure can be thought over, for which no code is
/// needed.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_in_use_is_closed_by_code() {
    let shop = Shop::new().await;
    let body = Some(application());
    let opened = shop.send("POST", "/v1/activation/decisions", body).await;
    assert_eq!(outcome(&opened).0, "approve");
    let page = shop.link(0).await;
    let page = shop.open_here(page).await;
    let code = shop.code(&page).await;
    tokio::time::sleep(READING).await;
    assert_eq!(shop.activate(&page, &code).await.0, "approve");
    let (decision, _) = shop.close(PHONE, "123456").await;
    assert_eq!(
        (decision.as_str(), &*shop.line().await),
        ("retry-later", "active")
    );

    let code = shop.closing_code().await;
    let (decision, reasons) = shop.close(PHONE, &code).await;
    assert_eq!(decision, "approve", "{reasons:?}");
    assert_eq!(shop.line().await, "closing");
    let path = format!("/v1/accounts/{PERSON}/line/acts");
    let stays = shop
        .send("POST", &path, Some(json!({ "act": "stay" })))
        .await;
    assert_eq!(stays.json()["state"], "active", "{}", stays.text());
    // The code was for that once.
    let (decision, _) = shop.close(PHONE, &code).await;
    assert_eq!(
        (decision.as_str(), &*shop.line().await),
        ("retry-later", "active")
    );
    // Closing is no act of a person's own: there is no way around the code.
    for act in ["leave", "close"] {
        let refused = shop.send("POST", &path, Some(json!({ "act": act }))).await;
        assert_eq!(refused.faults(), [("/act".into(), "act-unknown".into())]);
    }
    shop.verified(&page).await;
}

/// Whatever is kept of an account: a page asks for its person, who needs a code.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_no_agent() {
    let people = |by: Option<&str>| {
        let mut people: Value =
            serde_json::from_str(precheck_server::DEMO_ACCOUNTS).expect("accounts");
        let facts = people[0]["facts"].as_object_mut().expect("facts");
        facts.remove("requested_by");
        facts.extend(by.map(|by| ("requested_by".to_owned(), json!(by))));
        people.to_string()
    };
    let body = json!({
        "account": PERSON, "facts": {}, "fields": { "phone": PHONE, "code": "123456" },
    });
    for (by, expected, why) in [
        (None, "retry-later", "nobody says that it is somebody else"),
        (Some("agent"), "approve", "with a face check, for the shop"),
    ] {
        let shop = Shop::with_keys_of(|config| config.demo = Some(people(by))).await;
        shop.offer(PERSON).await;
        let session = shop.session(PERSON).await;
        let path = "/v1/closure/decisions";
        let by_page = shop.as_caller(Some(&session), "POST", path, Some(body.clone()));
        let (decision, reasons) = outcome(&by_page.await);
        assert_eq!((&*decision, &*reasons[0]), ("retry-later", "CODE-WRONG"));
        let by_shop = shop.send("POST", path, Some(body.clone())).await;
        assert_eq!(outcome(&by_shop).0, expected, "{why}");
    }
}

/// Where no messages are sent, a code cannot be checked, which refuses nobody:
/// staff close the line with their reason, as they activate it.
#[tokio::test(flavor = "multi_thread")]
async fn without_messages_staff_do_it() {
    let shop = Shop::of(|config| config.sources = None).await;
    let operate = async |act: &str| {
        let path = format!("/v1/operate/lines/{PERSON}/acts");
        let body = json!({ "act": act, "because": "Identity checked on the phone." });
        let answer = shop.send("POST", &path, Some(body)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["state"].clone()
    };
    shop.offer(PERSON).await;
    let shown = json!({ "account": PERSON, "phone": PHONE });
    let shown = shop.send("POST", "/v1/activation-links", Some(shown)).await;
    assert_eq!((shown.status, &shown.json()["sent"]), (201, &json!(false)));
    let token = shown.json()["token"].clone();
    let page = Page {
        token: token.as_str().expect("a token").to_owned(),
        device: None,
    };
    assert_eq!(shop.look(&page).await["state"], "valid");
    assert_eq!(operate("activate").await, "active");
    assert_eq!(shop.look(&page).await["state"], "withdrawn");
    let path = format!("/v1/accounts/{PERSON}/codes");
    let body = json!({ "purpose": "closure", "phone": PHONE });
    let asked = shop.send("POST", &path, Some(body)).await;
    assert_eq!(
        (asked.status, &asked.json()["code"]),
        (503, &json!("codes-unavailable"))
    );
    assert_eq!(asked.header("retry-after"), None, "later is no better");
    let (decision, reasons) = shop.close(PHONE, "123456").await;
    assert_eq!(
        (decision.as_str(), &reasons[..]),
        ("retry-later", &["CODE-NOT-CHECKED".into()][..])
    );
    assert_eq!(operate("close").await, "closed");
    let path = format!("/v1/accounts/{PERSON}/notices?locale=en");
    let told = shop.send("GET", &path, None).await.json();
    assert_eq!(
        told[0]["notice"]["because"],
        "Identity checked on the phone."
    );
}
