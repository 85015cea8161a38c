//! Asking for a second look over HTTP: documents, the queue, the second
//! decision, and what it undoes.

use precheck_server::audit::{self, KeySource, VerifyOptions};
use serde_json::{Value, json};

use crate::client::{Answer, Request};
use crate::shop::{PERSON, Shop};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n%%EOF\n";

/// A frozen line with a lowered limit; the decision that opened it, and the
/// limit before.
async fn trouble(shop: &mut Shop) -> (String, i64) {
    shop.day("2026-11-22", |_| {}).await;
    let decision = shop.open().await;
    let (_, limit) = shop.stands().await;
    for body in [
        json!({ "act": "lower", "limit": 100_000, "because": "Two orders were disputed." }),
        json!({ "act": "freeze", "because": "Two orders were disputed." }),
    ] {
        assert_eq!(shop.operate(body).await.status, 200);
    }
    (decision, limit)
}

async fn appeal(shop: &Shop, decision: &str, statement: &str) -> Answer {
    let path = format!("/v1/accounts/{PERSON}/appeals");
    let body = json!({ "decision": decision, "statement": statement, "locale": "en" });
    shop.send("POST", &path, Some(body)).await
}

async fn hand_in(shop: &Shop, appeal: &str, media_type: &str, bytes: &[u8]) -> Answer {
    let path = format!("/v1/accounts/{PERSON}/appeals/{appeal}/materials");
    let request = Request::new("POST", &path).header("content-type", media_type);
    shop.put(request.body(bytes)).await
}

async fn staff(shop: &Shop, appeal: &str, body: Value) -> Answer {
    let path = format!("/v1/operate/appeals/{appeal}/acts");
    shop.send("POST", &path, Some(body)).await
}

fn id(answer: &Answer) -> String {
    answer.json()["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_granted_appeal_undoes_what_was_done_and_is_linked() {
    let mut shop = Shop::new();
    let (decision, limit) = trouble(&mut shop).await;
    let begun = appeal(&shop, &decision, "Both orders arrived.\nSee the letter.").await;
    assert_eq!(begun.status, 201, "{}", begun.text());
    let id = id(&begun);
    // One at a time.
    let second = appeal(&shop, &decision, "Again.").await;
    assert_eq!(second.status, 409);
    assert_eq!(second.json()["errors"][0]["code"], "appeal-open");

    // Staff see it, and ask; the person adds; it is back in the queue.
    let queue = shop.send("GET", "/v1/operate/appeals", None).await.json();
    assert_eq!(queue[0]["id"], json!(id));
    let ask = json!({ "act": "ask", "because": "Please send the letter." });
    assert_eq!(staff(&shop, &id, ask).await.json()["state"], "waiting");
    let queue = shop.send("GET", "/v1/operate/appeals", None).await.json();
    assert_eq!(queue, json!([]));
    let added = hand_in(&shop, &id, "application/pdf", PDF).await;
    assert_eq!(added.status, 200, "{}", added.text());
    assert_eq!(added.json()["state"], "open");
    let material = added.json()["materials"][0].clone();
    assert_eq!(
        (&material["media_type"], &material["bytes"]),
        (&json!("application/pdf"), &json!(PDF.len()))
    );

    // A restart loses nothing of it, and staff get the bytes as a download.
    shop.day("2026-11-23", |_| {}).await;
    let material = material["id"].as_str().expect("an id");
    let path = format!("/v1/operate/appeals/{id}/materials/{material}");
    let document = shop.send("GET", &path, None).await;
    assert_eq!(document.body, PDF);
    assert_eq!(document.header("content-disposition"), Some("attachment"));
    assert_eq!(document.header("x-content-type-options"), Some("nosniff"));

    let grant = json!({ "act": "grant", "because": "The letter shows it. We are sorry." });
    let granted = staff(&shop, &id, grant.clone()).await;
    assert_eq!(granted.status, 200, "{}", granted.text());
    assert_eq!(granted.json()["state"], "granted");
    assert!(
        granted.json()["second"].is_string(),
        "it names the row that ended it"
    );
    assert_eq!(shop.stands().await, ("active".to_owned(), limit));
    assert_eq!(staff(&shop, &id, grant).await.status, 409, "once");
    assert_eq!(
        hand_in(&shop, &id, "application/pdf", PDF).await.status,
        409
    );

    let told = shop.told().await;
    let topics: Vec<&str> = told.iter().map(|(topic, _)| topic.as_str()).collect();
    assert_eq!(
        topics,
        [
            "activate",
            "lower",
            "freeze",
            "appeal",
            "appeal-ask",
            "appeal-grant",
            "restore"
        ]
    );
    assert_eq!(told[5].1["because"], "The letter shows it. We are sorry.");
    assert_eq!(told[5].1["decision"], json!(decision));
    assert_eq!(told[6].1["decision"], json!(decision));
    shop.verified().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_that_is_upheld_or_taken_back_changes_nothing() {
    let mut shop = Shop::new();
    let (decision, _) = trouble(&mut shop).await;
    let before = shop.line().await;
    let first = id(&appeal(&shop, &decision, "Please look again.").await);
    let uphold = json!({ "act": "uphold", "because": "Neither order arrived." });
    assert_eq!(staff(&shop, &first, uphold).await.json()["state"], "upheld");
    let second = id(&appeal(&shop, &decision, "Please look again, please.").await);
    let path = format!("/v1/accounts/{PERSON}/appeals/{second}/acts");
    let withdrawn = shop
        .send("POST", &path, Some(json!({ "act": "withdraw" })))
        .await;
    assert_eq!(withdrawn.json()["state"], "withdrawn");
    assert_eq!(shop.line().await, before);
    // Not what staff alone may do.
    let third = id(&appeal(&shop, &decision, "And again.").await);
    let path = format!("/v1/accounts/{PERSON}/appeals/{third}/acts");
    let grant = shop
        .send("POST", &path, Some(json!({ "act": "grant" })))
        .await;
    assert_eq!(grant.status, 409);
    let withdraw = shop
        .send("POST", &path, Some(json!({ "act": "withdraw" })))
        .await;
    assert_eq!(withdraw.status, 200);
    let many = appeal(&shop, &decision, "And again.").await;
    assert_eq!(many.json()["errors"][0]["code"], "appeals-many");
    let path = format!("/v1/accounts/{PERSON}/appeals");
    let all = shop.send("GET", &path, None).await.json();
    let states: Vec<&Value> = all
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["state"])
        .collect();
    assert_eq!(states, ["upheld", "withdrawn", "withdrawn"]);
    shop.verified().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_whole_document_is_refused_and_leaves_nothing() {
    let mut shop = Shop::new();
    let (decision, _) = trouble(&mut shop).await;
    let id = id(&appeal(&shop, &decision, "See the letter.").await);
    let polyglot = [PDF, b"PK\x03\x04"].concat();
    let large = vec![b'x'; (1 << 20) + 1];
    for (media_type, bytes, status, why) in [
        (
            "application/pdf",
            &polyglot[..],
            409,
            "an archive behind it",
        ),
        ("image/png", PDF, 409, "another type"),
        ("application/zip", PDF, 415, "a type that is not taken"),
        (
            "image/svg+xml",
            b"<svg/>",
            415,
            "a picture that can do things",
        ),
        ("application/pdf", b"", 409, "nothing"),
        ("application/pdf", &large, 413, "too large"),
    ] {
        let answer = hand_in(&shop, &id, media_type, bytes).await;
        assert_eq!(answer.status, status, "{why}: {}", answer.text());
    }
    for _ in 0..5 {
        assert_eq!(
            hand_in(&shop, &id, "application/pdf", PDF).await.status,
            200
        );
    }
    let sixth = hand_in(&shop, &id, "application/pdf", PDF).await;
    assert_eq!(sixth.json()["errors"][0]["code"], "materials-many");
    let path = format!("/v1/operate/appeals/{id}");
    let kept = shop.send("GET", &path, None).await.json();
    assert_eq!(kept["materials"].as_array().map(Vec::len), Some(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_says_where() {
    let mut shop = Shop::new();
    let (decision, _) = trouble(&mut shop).await;
    for (decision, statement, status, code) in [
        ("nonsense", "x", 409, "decision-unknown"),
        (
            "00000000-0000-4000-8000-000000000000",
            "x",
            409,
            "decision-unknown",
        ),
        (&*decision, " ", 422, "member-range"),
        (&*decision, "a\u{7}", 422, "member-range"),
    ] {
        let answer = appeal(&shop, decision, statement).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!(answer.json()["errors"][0]["code"], code);
    }
    for path in [
        "/v1/operate/appeals/nonsense",
        "/v1/operate/appeals/00000000-0000-4000-8000-000000000000",
    ] {
        assert_eq!(shop.send("GET", path, None).await.status, 404, "{path}");
    }
}

/// A person who is erased takes line, notices, appeals and documents along; the
/// log still verifies.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_it_stays_behind_an_erasure() {
    let mut shop = Shop::new();
    let (decision, _) = trouble(&mut shop).await;
    let id = id(&appeal(&shop, &decision, "See the letter.").await);
    assert_eq!(
        hand_in(&shop, &id, "application/pdf", PDF).await.status,
        200
    );
    if let Some(running) = shop.running.take() {
        running.stop().await;
    }
    let erased = audit::erase(shop.data.path(), &KeySource::Folder, PERSON).await;
    assert_eq!(erased.expect("the person is there").decisions, 1);
    // The demo account comes back with the next start, and nothing else does.
    shop.day("2026-11-23", |_| {}).await;
    assert_eq!(shop.stands().await, ("none".to_owned(), 0));
    assert_eq!(shop.topics().await, [""; 0]);
    let path = format!("/v1/accounts/{PERSON}/appeals");
    assert_eq!(shop.send("GET", &path, None).await.json(), json!([]));
    let path = format!("/v1/operate/appeals/{id}");
    assert_eq!(shop.send("GET", &path, None).await.status, 404);
    if let Some(running) = shop.running.take() {
        running.stop().await;
    }
    let verified = audit::verify(shop.data.path(), &VerifyOptions::default()).await;
    assert_eq!(verified.expect("a log").findings, []);
}
