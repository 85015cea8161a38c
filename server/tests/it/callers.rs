//! Who may call, for what, how often; and that what is somebody else's is not there.

use std::path::Path;

use precheck_server::{Callers, NewKey, Scope};
use serde_json::json;

use crate::support::client::{Answer, Request};
use crate::support::{Service, application, config, refused};

/// A service with callers, and the file of their keys.
struct Guarded {
    service: Service,
    folder: tempfile::TempDir,
}

fn key(caller: &str, scopes: &[Scope]) -> NewKey {
    NewKey::generate(caller, scopes, None, None).expect("there is randomness")
}

impl Guarded {
    async fn new(file: &str) -> Guarded {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("callers.toml");
        std::fs::write(&path, file).expect("the folder is writable");
        let service = Service::with(|config| config.callers = Callers::File(path)).await;
        Guarded { service, folder }
    }

    /// Puts another file in place and has it read.
    fn rewrite(&self, file: &str) {
        let path = self.folder.path().join("callers.toml");
        std::fs::write(path, file).expect("the folder is writable");
        self.service.running.reload();
    }

    async fn call(&self, method: &str, path: &str, key: &str, body: &str) -> Answer {
        let request = Request::new(method, path);
        let request = request.header("authorization", &format!("Bearer {key}"));
        let request = if method == "POST" {
            request.json(body)
        } else {
            request
        };
        self.service.send(request).await
    }

    async fn decide(&self, key: &str) -> Answer {
        let body = application("demo-good").to_string();
        self.call("POST", "/v1/activation/decisions", key, &body)
            .await
    }

    /// The same under an idempotency key.
    async fn decide_under(&self, idempotency: &str, key: &str) -> Answer {
        let request = Request::new("POST", "/v1/activation/decisions")
            .header("authorization", &format!("Bearer {key}"))
            .header("idempotency-key", idempotency)
            .json(application("demo-good").to_string());
        self.service.send(request).await
    }

    /// A session token for an account.
    async fn session(&self, key: &str, account: &str) -> String {
        let body = json!({ "account": account }).to_string();
        let answer = self.call("POST", "/v1/sessions", key, &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        assert_eq!(answer.json()["expires_in"], 900);
        answer.json()["token"].as_str().expect("a token").to_owned()
    }
}

const PRE_CHECK: &str = r#"{"scenario":"activation"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_good_for_its_scopes() {
    let decide = key("shop", &[Scope::Decide]);
    let look = key("app", &[Scope::PreCheck]);
    let operate = key("night-shift", &[Scope::Operate]);
    let file = [&*decide.row, &look.row, &operate.row].concat();
    let guarded = Guarded::new(&file).await;
    let stranger = key("shop", &[Scope::Decide]);
    for (sent, what, status, code, why) in [
        (&*decide.key, "decide", 201, "", "its own scope"),
        (
            &decide.key,
            "pre-check",
            403,
            "scope-missing",
            "another scope",
        ),
        (
            &decide.key,
            "operate",
            403,
            "scope-missing",
            "another scope",
        ),
        (&look.key, "pre-check", 200, "", "its own scope"),
        (&look.key, "decide", 403, "scope-missing", "another scope"),
        (&operate.key, "operate", 200, "", "its own scope"),
        (
            &stranger.key,
            "decide",
            401,
            "caller-unknown",
            "nobody's key",
        ),
        ("", "decide", 401, "caller-unknown", "no key"),
        (
            "session_7b7d_00",
            "decide",
            401,
            "caller-unknown",
            "nobody's session",
        ),
        (
            &decide.key[9..],
            "decide",
            401,
            "caller-unknown",
            "half a key",
        ),
    ] {
        let answer = match what {
            "decide" => guarded.decide(sent).await,
            "operate" => guarded.call("GET", "/v1/operate/state", sent, "").await,
            _ => {
                guarded
                    .call("POST", "/v1/pre-checks", sent, PRE_CHECK)
                    .await
            }
        };
        assert_eq!(answer.status, status, "{what}: {why}: {}", answer.text());
        if !code.is_empty() {
            assert_eq!(answer.json()["code"], code, "{why}");
        }
        let scheme = (status == 401).then_some("Bearer");
        assert_eq!(answer.header("www-authenticate"), scheme, "{why}");
    }
    // For everybody: what a page needs before it has a session.
    for path in [
        "/healthz",
        "/readyz",
        "/v1/bundles/public",
        "/problems/caller-unknown",
    ] {
        assert_eq!(guarded.service.get(path).await.status, 200, "{path}");
    }
    let twice = Request::new("GET", "/v1/operate/state")
        .header("authorization", &format!("Bearer {}", operate.key))
        .header("authorization", &format!("Bearer {}", operate.key));
    assert_eq!(
        guarded.service.send(twice).await.status,
        401,
        "which of the two?"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_somebody_elses_is_not_there() {
    let [shop, other] = ["shop", "other"].map(|caller| key(caller, &[Scope::Decide]));
    let guarded = Guarded::new(&(shop.row.clone() + &other.row)).await;
    let own = guarded.decide(&shop.key).await;
    let place = own.header("location").expect("a place").to_owned();
    let missing = "/v1/decisions/00000000-0000-4000-8000-000000000000";
    let kept = guarded.call("GET", &place, &shop.key, "").await;
    assert_eq!(kept.text(), own.text());
    let somebody_elses = guarded.call("GET", &place, &other.key, "").await;
    let none = guarded.call("GET", missing, &other.key, "").await;
    assert_eq!((somebody_elses.status, none.status), (404, 404));
    assert_eq!(
        somebody_elses.text(),
        none.text(),
        "no word tells them apart"
    );

    let changes = |place: &str| format!("{place}/changes");
    let somebody_elses = guarded
        .call("POST", &changes(&place), &other.key, "{}")
        .await;
    let none = guarded
        .call("POST", &changes(missing), &other.key, "{}")
        .await;
    assert_eq!((somebody_elses.status, none.status), (404, 404));
    assert_eq!(somebody_elses.text(), none.text());
    // The first decision of this caller: the other's is none before it.
    let later = guarded.decide(&other.key).await;
    let later = changes(later.header("location").expect("a place"));
    let id = own.json()["id"].clone();
    for body in ["{}".to_owned(), json!({ "since": id }).to_string()] {
        let answer = guarded.call("POST", &later, &other.key, &body).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        assert_eq!(answer.faults()[0].1, "decision-not-found");
    }
    // And one of its own, further back, is found behind the other's.
    guarded.decide(&shop.key).await;
    let last = guarded.decide(&other.key).await;
    let last = changes(last.header("location").expect("a place"));
    let answer = guarded.call("POST", &last, &other.key, "{}").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let since = answer.json()["since"].clone();
    assert!(later.contains(since.as_str().expect("an id")), "{since}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_for_one_account() {
    let shop = key("shop", &[Scope::Decide, Scope::PreCheck, Scope::Operate]);
    let guarded = Guarded::new(&shop.row).await;
    let token = guarded.session(&shop.key, "demo-good").await;
    let own = guarded.decide(&token).await;
    assert_eq!(own.status, 201, "{}", own.text());
    let place = own.header("location").expect("a place").to_owned();
    let checked = guarded
        .call("POST", "/v1/pre-checks", &token, PRE_CHECK)
        .await;
    assert_eq!(checked.status, 200);
    assert_eq!(guarded.call("GET", &place, &shop.key, "").await.status, 200);

    let other = guarded.session(&shop.key, "demo-new").await;
    let answer = guarded.decide(&other).await;
    assert_eq!(answer.json()["code"], "account-unknown", "another account");
    assert_eq!(guarded.call("GET", &place, &other, "").await.status, 404);
    let further = guarded.call("POST", "/v1/sessions", &token, r#"{"account":"demo-new"}"#);
    assert_eq!(further.await.status, 403, "a session makes no sessions");
    let operate = guarded.call("GET", "/v1/operate/state", &token, "").await;
    assert_eq!(operate.status, 403, "nor is it for operators");
    let none = guarded.session(&shop.key, "nobody").await;
    let answer = guarded.decide(&none).await;
    assert_eq!(
        answer.json()["code"],
        "account-unknown",
        "it does not tell before"
    );
}

/// Nobody reads another's answer by sending the same key, and nobody is kept
/// from a decision because somebody else has used it.
#[tokio::test(flavor = "multi_thread")]
async fn idempotency_keys_are_the_callers_own() {
    const KEY: &str = "0b7e6a52-7f7e-4c1e-9d1c-3d3f6c1a2b4d";
    let [shop, other] = ["shop", "other"].map(|caller| key(caller, &[Scope::Decide]));
    let guarded = Guarded::new(&(shop.row.clone() + &other.row)).await;
    let replayed = |answer: &Answer| answer.header("idempotent-replayed") == Some("true");
    let first = guarded.decide_under(KEY, &shop.key).await;
    assert_eq!((first.status, replayed(&first)), (201, false));
    let others = guarded.decide_under(KEY, &other.key).await;
    assert_eq!((others.status, replayed(&others)), (201, false));
    assert_ne!(others.text(), first.text());
    for (caller, own) in [(&shop, &first), (&other, &others)] {
        let again = guarded.decide_under(KEY, &caller.key).await;
        assert_eq!((again.text(), replayed(&again)), (own.text(), true));
    }
    let page = guarded.session(&shop.key, "demo-good").await;
    let again = guarded.decide_under(KEY, &page).await;
    assert_eq!(again.text(), first.text(), "a page of the same caller");
    let page = guarded.session(&shop.key, "demo-new").await;
    let refused = guarded.decide_under(KEY, &page).await;
    assert_eq!(
        refused.json()["code"],
        "account-unknown",
        "a page for another account"
    );
}

/// A retry is no further application.
#[tokio::test(flavor = "multi_thread")]
async fn replays_do_not_count_against_the_person() {
    let shop = key("shop", &[Scope::Decide]);
    let guarded = Guarded::new(&format!("per_person_per_minute = 1\n{}", shop.row)).await;
    let first = guarded
        .decide_under("the-first-application", &shop.key)
        .await;
    for _ in 0..3 {
        let again = guarded
            .decide_under("the-first-application", &shop.key)
            .await;
        assert_eq!(again.text(), first.text());
    }
    let second = guarded
        .decide_under("a-second-application", &shop.key)
        .await;
    assert_eq!(second.status, 429, "{}", second.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_rotated_and_revoked_by_editing_the_file() {
    let (old, new) = (key("shop", &[Scope::Decide]), key("shop", &[Scope::Decide]));
    let guarded = Guarded::new(&old.row).await;
    let token = guarded.session(&old.key, "demo-good").await;
    let own = guarded.decide(&old.key).await;
    let place = own.header("location").expect("a place").to_owned();
    assert_eq!(guarded.decide(&new.key).await.status, 401, "not yet");
    guarded.rewrite(&(old.row.clone() + &new.row));
    assert_eq!(guarded.decide(&old.key).await.status, 201, "both count");
    assert_eq!(guarded.decide(&new.key).await.status, 201, "both count");
    guarded.rewrite(&(new.row.clone() + "[[key]]\n"));
    assert_eq!(
        guarded.decide(&old.key).await.status,
        201,
        "a slip changes nothing"
    );
    guarded.rewrite(&new.row);
    assert_eq!(guarded.decide(&old.key).await.status, 401, "revoked");
    let kept = guarded.call("GET", &place, &new.key, "").await;
    assert_eq!(
        kept.text(),
        own.text(),
        "decisions are the caller's, not the key's"
    );
    assert_eq!(
        guarded.decide(&token).await.status,
        201,
        "the caller has a key"
    );
    guarded.rewrite("");
    assert_eq!(
        guarded.decide(&token).await.status,
        401,
        "it ends with the last key"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_and_persons_have_limits() {
    let (shop, other) = (
        key("shop", &[Scope::Decide]),
        key("other", &[Scope::Decide]),
    );
    let file = format!(
        "per_person_per_minute = 3\n{}per_minute = 5\n{}",
        shop.row, other.row
    );
    let guarded = Guarded::new(&file).await;
    let limited = |answer: &Answer, seconds: u64| {
        assert_eq!(answer.status, 429, "{}", answer.text());
        assert_eq!(answer.json()["code"], "too-many-requests");
        let after = answer.header("retry-after").map(|text| text.parse::<u64>());
        let after = after.expect("a time").expect("a number");
        assert!((1..=seconds).contains(&after), "{after}");
    };
    for _ in 0..3 {
        assert_eq!(guarded.decide(&shop.key).await.status, 201);
    }
    limited(&guarded.decide(&shop.key).await, 20);
    limited(&guarded.decide(&other.key).await, 20);
    let body = application("demo-new").to_string();
    let path = "/v1/activation/decisions";
    let answer = guarded.call("POST", path, &shop.key, &body).await;
    assert_eq!(answer.status, 201, "another person, the caller's fifth");
    limited(&guarded.call("POST", path, &shop.key, &body).await, 12);
    let answer = guarded.call("POST", path, &other.key, &body).await;
    assert_eq!(answer.status, 201, "another caller");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_listed_origins_may_call() {
    let shop = key("shop", &[Scope::Decide]);
    let file = format!("origins = [\"https://shop.example\"]\n{}", shop.row);
    let guarded = Guarded::new(&file).await;
    let preflight = |origin: &str| {
        Request::new("OPTIONS", "/v1/activation/decisions")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type",
            )
    };
    let allowed = "access-control-allow-origin";
    let answer = guarded
        .service
        .send(preflight("https://shop.example"))
        .await;
    assert_eq!(answer.header(allowed), Some("https://shop.example"));
    let headers = answer
        .header("access-control-allow-headers")
        .expect("a list");
    assert!(headers.contains("authorization"), "{headers}");
    for other in [
        "https://shop.example.evil.test",
        "http://shop.example",
        "null",
    ] {
        let answer = guarded.service.send(preflight(other)).await;
        assert_eq!(answer.header(allowed), None, "{other}");
    }
    let demo = Service::new().await;
    let answer = demo.send(preflight("https://shop.example")).await;
    assert_eq!(answer.header(allowed), None, "the demo has no list");
    for path in ["/healthz", "/v1/operate/state", "/v1/none", "/none"] {
        let answer = demo.get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_without_keys_is_for_this_machine() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let mut open = config(data.path());
    open.listen = ([0, 0, 0, 0], 0).into();
    assert_eq!(refused(open).await.code(), "demo-elsewhere");

    let mut missing = config(data.path());
    missing.callers = Callers::File(Path::new("/does/not/exist").to_owned());
    assert_eq!(refused(missing).await.code(), "callers-refused");
    let file = data.path().join("callers.toml");
    let row = key("shop", &[Scope::Decide])
        .row
        .replace("shop", "the shop");
    std::fs::write(&file, row).expect("the folder is writable");
    let mut wrong = config(data.path());
    wrong.callers = Callers::File(file);
    let error = refused(wrong).await;
    assert!(error.to_string().contains("letters, digits"), "{error}");
}

/// What belongs to an account belongs to its sessions, and to nobody else's;
/// what staff do needs a key for staff.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_and_its_appeals_are_their_persons_own() {
    let shop = key("shop", &[Scope::Decide]);
    let staff = key("staff", &[Scope::Operate]);
    let guarded = Guarded::new(&[&*shop.row, &staff.row].concat()).await;
    let own = guarded.session(&shop.key, "demo-good").await;
    let other = guarded.session(&shop.key, "demo-new").await;
    let decided = guarded.decide(&own).await;
    assert_eq!(decided.status, 201, "{}", decided.text());
    let decision = decided.json()["id"].clone();
    let stay = r#"{"act":"stay"}"#;
    let appeal = json!({ "decision": decision, "statement": "请再看一次。" }).to_string();
    let account = "/v1/accounts/demo-good";
    let calls = [
        ("GET", "/line", "", 200),
        ("GET", "/notices", "", 200),
        ("POST", "/line/acts", stay, 409),
        ("GET", "/appeals", "", 200),
        ("POST", "/appeals", &*appeal, 201),
    ];
    for (method, path, body, status) in calls {
        let path = format!("{account}{path}");
        let stranger = guarded.call(method, &path, &other, body).await;
        assert_eq!(stranger.status, 422, "{path}: {}", stranger.text());
        assert_eq!(stranger.json()["code"], "account-unknown", "{path}");
        let wrong = guarded.call(method, &path, &staff.key, body).await;
        assert_eq!(wrong.status, 403, "{path}: staff are not the person");
        let person = guarded.call(method, &path, &own, body).await;
        assert_eq!(person.status, status, "{path}: {}", person.text());
    }
    let queue = "/v1/operate/appeals";
    let freeze = r#"{"act":"freeze","because":"核实一笔订单。"}"#;
    let lines = "/v1/operate/lines/demo-good/acts";
    // Nothing to freeze: the staff's key is let in, and told so.
    for (method, path, body, status) in [("GET", queue, "", 200), ("POST", lines, freeze, 409)] {
        for token in [&own, &shop.key] {
            let answer = guarded.call(method, path, token, body).await;
            assert_eq!(answer.status, 403, "{path}: {}", answer.text());
        }
        let answer = guarded.call(method, path, &staff.key, body).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
    }
}
