//! Codes: how often they are sent, what a try costs, and what asking tells.

use std::time::Duration;

use serde_json::json;

use super::{OTHER_PHONE, PERSON, PHONE, READING, Shop, wrong};

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_not_found_by_trying() {
    let shop = Shop::new().await;
    let page = shop.begin().await;
    let code = shop.code(&page).await;
    tokio::time::sleep(READING).await;
    for _ in 0..5 {
        let (decision, reasons) = shop.activate(&page, &wrong(&code)).await;
        assert_eq!(
            (decision.as_str(), &reasons[..]),
            ("retry-later", &["CODE-WRONG".into()][..])
        );
    }
    // The right one, too late; and a sign that only staff can read.
    let (decision, reasons) = shop.activate(&page, &code).await;
    assert_eq!(decision, "retry-later");
    assert!(
        reasons.contains(&"CHECK-NOT-PASSED".to_owned()),
        "{reasons:?}"
    );
    assert_eq!(shop.line().await, "offered");
    // Another message gives no more tries, and comes no sooner.
    let soon = shop.ask(&page, PHONE).await;
    assert_eq!(
        (soon.status, &soon.json()["code"]),
        (429, &json!("message-too-soon"))
    );
    let wait: u32 = soon
        .header("retry-after")
        .expect("a time")
        .parse()
        .expect("seconds");
    assert!((50..=60).contains(&wait), "{wait}");
    shop.verified(&page).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_in_trouble_refuses_nobody() {
    let shop = Shop::new().await;
    let page = shop.begin().await;
    shop.control(json!({ "sms": { "mode": "error" } })).await;
    let asked = shop.ask(&page, PHONE).await;
    assert_eq!(asked.json(), json!({ "expires_in": 600, "next_in": 60 }));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (decision, reasons) = shop.activate(&page, "123456").await;
    assert_eq!(
        (decision.as_str(), &*reasons[0]),
        ("retry-later", "CODE-NOT-CHECKED")
    );
}

/// Asking tells nothing of accounts and phones: same status, same words, same
/// headers, and the same the second time.
#[tokio::test(flavor = "multi_thread")]
async fn asking_for_a_code_tells_nothing() {
    let shop = Shop::new().await;
    let page = shop.begin().await;
    let account = |account: &str| format!("/v1/accounts/{account}/codes");
    let closing = |phone: &str| json!({ "purpose": "closure", "phone": phone, "locale": "en" });
    let mut first = Vec::new();
    for (path, phone) in [
        (account(PERSON), PHONE),
        (account("demo-new"), PHONE),
        (account("nobody-there"), PHONE),
        (account("nobody-else"), OTHER_PHONE),
    ] {
        let answers = [
            shop.send("POST", &path, Some(closing(phone))).await,
            shop.send("POST", &path, Some(closing(phone))).await,
        ];
        let shapes = answers.map(|answer| {
            let names = [
                "content-type",
                "content-length",
                "content-language",
                "cache-control",
            ];
            let headers = names.map(|name| answer.header(name).map(str::to_owned));
            (answer.status, answer.text().to_owned(), headers)
        });
        assert_eq!(shapes[0].0, 202, "{}", shapes[0].1);
        assert_eq!(shapes[1].0, 429, "{}", shapes[1].1);
        first.push(shapes);
    }
    assert!(first.iter().all(|one| *one == first[0]), "{first:?}");
    let other = shop.ask(&page, OTHER_PHONE).await;
    assert_eq!(
        (other.status, other.text()),
        (first[0][0].0, &*first[0][0].1)
    );
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(
        shop.messages(OTHER_PHONE).await.is_empty(),
        "it is nobody's"
    );
    // The link, and the one code for the account's own phone.
    assert_eq!(shop.messages(PHONE).await.len(), 2);

    for (body, pointer, code) in [
        (closing("1380013800"), "/phone", "mobile-length"),
        (
            json!({ "purpose": "checkout", "phone": PHONE }),
            "/purpose",
            "purpose-unknown",
        ),
        (json!({ "purpose": "closure" }), "/phone", "member-missing"),
    ] {
        let answer = shop.send("POST", &account(PERSON), Some(body)).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        let faults = answer.faults();
        assert_eq!(faults[0].0, pointer, "{code}: {faults:?}");
    }
}

/// Many wrong codes from everybody together: new ones wait, whoever asks.
#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_holds_new_codes() {
    let shop = Shop::with(|text| text.replace("alarm = 1000", "alarm = 3")).await;
    let page = shop.begin().await;
    let code = shop.code(&page).await;
    let state = async || {
        let state = shop.send("GET", "/v1/operate/state", None).await.json();
        state["codes"].clone()
    };
    for tried in 0..4 {
        assert_eq!(
            state().await,
            json!({ "wrong": tried, "alarm": 3, "held": false })
        );
        shop.activate(&page, &wrong(&code)).await;
    }
    assert_eq!(
        state().await,
        json!({ "wrong": 4, "alarm": 3, "held": true })
    );
    for account in [PERSON, "nobody-there"] {
        let path = format!("/v1/accounts/{account}/codes");
        let body = json!({ "purpose": "closure", "phone": PHONE });
        let held = shop.send("POST", &path, Some(body)).await;
        assert_eq!(
            (held.status, &held.json()["code"]),
            (503, &json!("codes-held"))
        );
        let wait: u32 = held
            .header("retry-after")
            .expect("a time")
            .parse()
            .expect("seconds");
        assert!((500..=600).contains(&wait), "{wait}");
    }
    // Who has a code can still use it.
    tokio::time::sleep(READING).await;
    assert_eq!(shop.activate(&page, &code).await.0, "approve");
}

/// Days are counted for each person; 429 says when.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_has_so_many_messages() {
    let few = |text: String| text.replace("address = 200", "address = 2");
    let shop = Shop::with(few).await;
    for (account, status) in [("one", 202), ("two", 202), ("three", 429)] {
        let path = format!("/v1/accounts/{account}/codes");
        let body = json!({ "purpose": "closure", "phone": PHONE });
        let answer = shop.send("POST", &path, Some(body)).await;
        assert_eq!(answer.status, status, "{account}: {}", answer.text());
        if status == 429 {
            let wait: u32 = answer
                .header("retry-after")
                .expect("a time")
                .parse()
                .expect("s");
            assert!((86_000..=86_400).contains(&wait), "{wait}");
        }
    }
}

/// What is not compared tells nobody anything: however often one account tries,
/// it raises no alarm by itself.
#[tokio::test(flavor = "multi_thread")]
async fn one_account_raises_no_alarm() {
    let shop = Shop::with(|text| text.replace("alarm = 1000", "alarm = 5")).await;
    let page = shop.begin().await;
    // Before there is a code, there is nothing to guess.
    shop.activate(&page, "123456").await;
    let code = shop.code(&page).await;
    for _ in 0..8 {
        shop.activate(&page, &wrong(&code)).await;
    }
    let state = shop.send("GET", "/v1/operate/state", None).await.json();
    // The one before counts among the five of the account.
    let expected = json!({ "wrong": 4, "alarm": 5, "held": false });
    assert_eq!(state["codes"], expected);
}

/// Whoever loses a phone says which is theirs now: codes that the lost one has
/// count no more.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_ends_with_the_phone() {
    let shop = Shop::new().await;
    shop.offer(PERSON).await;
    shop.issue(PERSON).await;
    let path = format!("/v1/accounts/{PERSON}/codes");
    let body = json!({ "purpose": "closure", "phone": PHONE });
    assert_eq!(shop.send("POST", &path, Some(body)).await.status, 202);
    let code = shop.read(1).await;
    let body = json!({ "account": PERSON, "phone": OTHER_PHONE });
    let other = shop.send("POST", "/v1/activation-links", Some(body));
    assert_eq!(other.await.status, 201, "another phone need not wait");
    let (decision, reasons) = shop.close(PHONE, &code).await;
    assert_eq!(
        (decision.as_str(), &reasons[..]),
        ("retry-later", &["CODE-WRONG".into()][..])
    );
    assert_eq!(shop.line().await, "offered");
}
