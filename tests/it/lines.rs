//! The life of a line over HTTP: opened, looked at, raised, paused, frozen;
//! each change in the log, explained, and told once.

use serde_json::{Value, json};

use crate::client::Answer;
use crate::shop::{PERSON, Shop};

fn headline(notice: &Value) -> &str {
    notice["headline"].as_str().expect("a sentence")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_is_opened_once_raised_when_its_person_wants_and_explained() {
    let mut shop = Shop::new();
    shop.day("2026-11-22", |_| {}).await;
    assert_eq!(shop.stands().await, ("none".to_owned(), 0));
    shop.open().await;
    let (state, first) = shop.stands().await;
    assert_eq!(state, "active");
    assert!(first > 0);
    shop.open().await;
    assert_eq!(shop.stands().await, ("active".to_owned(), first));
    // One sentence for an approval that begins at once, with the amount.
    let told = shop.told().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        headline(&told[0].1).contains("is open, with a limit of ¥"),
        "{told:?}"
    );
    let line = shop.line().await;
    assert_eq!(
        (&line["review"], &line["opened"]),
        (&json!("2026-12-22"), &json!("2026-11-22"))
    );
    assert_eq!(line["acts"], json!([]));

    // A short line to begin with.
    let lower = json!({ "act": "lower", "limit": 100_000, "because": "To begin with." });
    assert_eq!(shop.operate(lower).await.status, 200);

    // A month later, by schedule: a higher limit is proposed, not given.
    shop.day("2026-12-22", |_| {}).await;
    let report = shop.send("POST", "/v1/operate/reviews", None).await.json();
    assert_eq!(
        report,
        json!({ "due": 1, "reviewed": 1, "postponed": 0, "more": false })
    );
    let line = shop.line().await;
    assert_eq!(line["limit"], 100_000);
    let proposed = line["proposed"].as_i64().expect("a proposal");
    assert!(proposed > 100_000);
    assert_eq!(line["acts"], json!(["decline", "raise"]));
    // What is done is not due again.
    let report = shop.send("POST", "/v1/operate/reviews", None).await.json();
    assert_eq!(report["due"], 0);
    // What the service looked at itself has no earlier review to compare with.
    let (topic, notice) = shop.told().await.pop().expect("a notice");
    assert_eq!(topic, "propose");
    assert!(notice["notice"]["headline"].is_string(), "{notice}");
    assert!(notice["decision"].is_string());

    assert_eq!(shop.act(json!({ "act": "raise" })).await.status, 200);
    assert_eq!(shop.stands().await, ("active".to_owned(), proposed));
    let again = shop.act(json!({ "act": "raise", "locale": "en" })).await;
    assert_eq!(again.status, 409);
    assert_eq!(again.json()["code"], "line-refused");
    assert_eq!(again.json()["errors"][0]["code"], "proposal-missing");

    // The next look compares: bills paid late, and new use is paused.
    shop.day("2027-01-21", |facts| {
        facts["other_adverse"] = json!("court-order")
    })
    .await;
    let report = shop.send("POST", "/v1/operate/reviews", None).await.json();
    assert_eq!(report["reviewed"], 1);
    assert_eq!(shop.stands().await, ("restricted".to_owned(), proposed));
    let (topic, notice) = shop.told().await.pop().expect("a notice");
    assert_eq!(topic, "restrict");
    assert!(
        headline(&notice).contains("looked at again on 20 February 2027"),
        "{notice}"
    );
    let changes = &notice["changes"];
    assert!(changes["headline"].is_string(), "{notice}");
    assert!(changes.to_string().contains("ADVERSE-RECORD"), "{changes}");

    // The pause ends with the next look that finds nothing.
    shop.day("2027-02-20", |_| {}).await;
    assert_eq!(shop.review().await, "approve");
    assert_eq!(shop.stands().await.0, "active");
    let topics = shop.topics().await;
    let expected = [
        "activate", "lower", "propose", "raise", "restrict", "release", "propose",
    ];
    assert_eq!(topics, expected);
    // Five decisions, and what followed from them: an offer that is not told of.
    assert_eq!(shop.verified().await, 5 + 1 + 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_lower_and_freeze_and_time_ends_it() {
    let mut shop = Shop::new();
    shop.day("2026-11-22", |_| {}).await;
    shop.open().await;
    let (_, limit) = shop.stands().await;
    for (body, status, code) in [
        (
            json!({ "act": "lower", "limit": 1 }),
            422,
            "request-invalid",
        ),
        (
            json!({ "act": "lower", "limit": 1, "because": "a\nb" }),
            422,
            "request-invalid",
        ),
        (
            json!({ "act": "lower", "limit": 1.5, "because": "x" }),
            422,
            "request-invalid",
        ),
        (
            json!({ "act": "lower", "limit": limit, "because": "x" }),
            409,
            "line-refused",
        ),
        (
            json!({ "act": "melt", "because": "x" }),
            409,
            "line-refused",
        ),
        (
            json!({ "act": "unfreeze", "because": "x" }),
            409,
            "line-refused",
        ),
        (
            json!({ "act": "freeze", "until": "2026-11-22", "because": "x" }),
            409,
            "line-refused",
        ),
        (
            json!({ "act": "freeze", "until": "soon", "because": "x" }),
            422,
            "request-invalid",
        ),
    ] {
        let answer = shop.operate(body.clone()).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (status, &json!(code)),
            "{body}"
        );
    }
    assert_eq!(
        shop.topics().await,
        ["activate"],
        "what is refused leaves nothing"
    );
    // What a person may not do to their own line.
    for act in ["lower", "unfreeze", "restore", "close"] {
        assert_eq!(shop.act(json!({ "act": act })).await.status, 409, "{act}");
    }
    let because = "Two orders were disputed.";
    let lower = json!({ "act": "lower", "limit": 100_000, "because": because });
    assert_eq!(shop.operate(lower).await.json()["limit"], 100_000);
    let freeze = json!({ "act": "freeze", "until": "2026-11-29", "because": because });
    assert_eq!(shop.operate(freeze).await.json()["until"], "2026-11-29");
    let told = shop.told().await;
    let lowered = &told[1].1;
    assert!(headline(lowered).contains("down to ¥1,000"), "{lowered}");
    assert_eq!(lowered["because"], because);
    assert!(headline(&told[2].1).contains("until 29 November 2026"));

    // A frozen line pays for nothing.
    let order = json!({
        "account": PERSON, "fields": { "address": "北京市朝阳区建国路93号院8号楼1203室" },
        "facts": { "instalments": "once", "browser_supported": true },
    });
    let answer = shop
        .send("POST", "/v1/checkout/decisions", Some(order))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(answer.text().contains("LINE-FROZEN"), "{}", answer.text());

    // It is over on its day, whether or not anybody looks before.
    shop.day("2026-11-28", |_| {}).await;
    let report = shop.send("POST", "/v1/operate/reviews", None).await.json();
    assert_eq!(report["due"], 0);
    shop.day("2026-11-29", |_| {}).await;
    let report = shop.send("POST", "/v1/operate/reviews", None).await.json();
    assert_eq!(report["due"], 1);
    assert_eq!(shop.stands().await, ("active".to_owned(), 100_000));
    // A second decision undoes it.
    let restore = json!({ "act": "restore", "because": "The dispute was an error of ours." });
    assert_eq!(shop.operate(restore).await.json()["limit"], limit);
    let topics = shop.topics().await;
    assert_eq!(
        topics,
        ["activate", "lower", "freeze", "unfreeze", "restore"]
    );
    // Two decisions, an offer, and what was told.
    assert_eq!(shop.verified().await, 2 + 1 + 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_seen_once_and_by_its_person_only() {
    let mut shop = Shop::new();
    shop.day("2026-11-22", |_| {}).await;
    shop.open().await;
    let path = format!("/v1/accounts/{PERSON}/notices");
    let all = shop.send("GET", &path, None).await.json();
    assert!(all[0]["seen_at"].is_null());
    // The default language is Chinese.
    assert!(
        all[0]["notice"]["headline"]
            .as_str()
            .expect("text")
            .contains("额度")
    );
    let id = all[0]["id"].as_str().expect("an id").to_owned();
    let seen = format!("{path}/{id}/seen");
    assert_eq!(shop.send("POST", &seen, None).await.status, 200);
    let first = shop.send("GET", &path, None).await.json()[0]["seen_at"].clone();
    assert!(first.is_string());
    assert_eq!(shop.send("POST", &seen, None).await.status, 200);
    let again = shop.send("GET", &path, None).await.json()[0]["seen_at"].clone();
    assert_eq!(again, first, "the first time counts");
    for path in [
        format!("/v1/accounts/nobody/notices/{id}/seen"),
        format!("{path}/00000000-0000-0000-0000-000000000000/seen"),
    ] {
        let answer = shop.send("POST", &path, None).await;
        assert!(answer.status == 404 || answer.status == 422, "{path}");
    }
    assert_eq!(
        shop.send("GET", "/v1/accounts/nobody/line", None)
            .await
            .status,
        422
    );
}

/// Two who change a line at once: one after the other, and nothing is lost.
#[tokio::test(flavor = "multi_thread")]
async fn changes_at_once_follow_each_other() {
    let mut shop = Shop::new();
    shop.day("2026-11-22", |_| {}).await;
    shop.open().await;
    let (_, limit) = shop.stands().await;
    let lower = |to: i64| json!({ "act": "lower", "limit": to, "because": "x" });
    let acts = (1..=8).map(|step| shop.operate(lower(limit - step * 100)));
    let answers = futures_all(acts).await;
    let taken = answers.iter().filter(|answer| answer.status == 200).count();
    assert!(
        answers
            .iter()
            .all(|answer| [200, 409].contains(&answer.status))
    );
    let topics = shop.topics().await;
    assert_eq!(
        topics.iter().filter(|topic| *topic == "lower").count(),
        taken
    );
    // The lowest one has won, whichever came first.
    assert_eq!(shop.stands().await.1, limit - 800);
    shop.verified().await;
}

async fn futures_all(all: impl Iterator<Item = impl Future<Output = Answer>>) -> Vec<Answer> {
    let mut waiting: Vec<_> = all.map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        waiting.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(answer) => {
                done.push(answer);
                false
            }
            std::task::Poll::Pending => true,
        });
        if waiting.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done
}

/// A closure that is approved leaves time to think it over; whoever does takes
/// it back, and otherwise it is closed on its day.
#[tokio::test(flavor = "multi_thread")]
async fn a_closure_can_be_thought_over() {
    let mut shop = Shop::new();
    shop.day("2026-11-22", |_| {}).await;
    shop.open().await;
    let (_, limit) = shop.stands().await;
    let leave = || {
        json!({
            "account": PERSON, "facts": {},
            "fields": { "phone": "13800138000", "code": "483920" },
        })
    };
    for attempt in 0..2 {
        let path = "/v1/closure/decisions";
        let answer = shop.send("POST", path, Some(leave())).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let line = shop.line().await;
        assert_eq!(line["state"], "closing");
        assert_eq!(line["closes"], "2026-11-29");
        assert_eq!(line["acts"], json!(["stay"]));
        if attempt == 0 {
            assert_eq!(shop.act(json!({ "act": "stay" })).await.status, 200);
            assert_eq!(shop.stands().await, ("active".to_owned(), limit));
        }
    }
    shop.day("2026-11-29", |_| {}).await;
    let report = shop.send("POST", "/v1/operate/reviews", None).await;
    assert_eq!(report.json()["due"], 1);
    assert_eq!(shop.stands().await, ("closed".to_owned(), 0));
    // It can be opened again.
    shop.open().await;
    assert_eq!(shop.stands().await, ("active".to_owned(), limit));
    assert_eq!(
        shop.topics().await,
        ["activate", "leave", "stay", "leave", "close", "activate"]
    );
    shop.verified().await;
}
