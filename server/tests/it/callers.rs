//! Who may call, for what, how often; and that what is somebody else's is not there.

use std::path::Path;
use std::time::Duration;

use precheck_server::{Callers, NewKey, Scope};
use serde_json::json;
use tokio::io::AsyncWriteExt;

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

/// A load balancer hears it while everything is still answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_stops_says_so_first() {
    let service = Service::with(|config| config.drain = Duration::from_millis(800)).await;
    assert_eq!(service.get("/readyz").await.status, 200);
    let address = service.running.local_addr();
    let stopping = tokio::spawn(service.running.stop());
    tokio::time::sleep(Duration::from_millis(200)).await;
    let answer = Request::new("GET", "/readyz").send(address).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.json()["code"], "stopping");
    let alive = Request::new("GET", "/healthz").send(address).await;
    assert_eq!(alive.status, 200, "it is not ill");
    let body = application("demo-good").to_string();
    let decided = Request::new("POST", "/v1/activation/decisions").json(body);
    assert_eq!(decided.send(address).await.status, 201, "nobody is lost");
    stopping.await.expect("it stops");
    let gone = tokio::net::TcpStream::connect(address).await;
    assert!(gone.is_err(), "then nothing listens");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_sources_and_load() {
    let outside = crate::support::sources::Outside::new().await;
    outside
        .control(json!({ "bureau": { "mode": "error" } }))
        .await;
    for _ in 0..9 {
        outside
            .service
            .post(application("demo-good").to_string())
            .await;
    }
    let state = outside.service.get("/v1/operate/state").await.json();
    let sources = json!([
        { "source": "identity", "breaker": "closed" },
        { "source": "bureau", "breaker": "open" },
        { "source": "score", "breaker": "closed" },
    ]);
    assert_eq!(state["sources"], sources);
    assert_eq!(state["stopping"], false);
    assert_eq!(state["trouble"], json!(null));
    assert!(state["wait_ms"].is_u64(), "{state}");
}

/// More connections than are served: whoever comes then is told at once.
#[tokio::test(flavor = "multi_thread")]
async fn beyond_all_places_the_answer_is_quick() {
    let service = Service::new().await;
    let address = service.running.local_addr();
    let mut idle = Vec::new();
    for _ in 0..1_024 {
        idle.push(
            tokio::net::TcpStream::connect(address)
                .await
                .expect("it accepts"),
        );
    }
    // They are accepted in order, so the next one is beyond.
    let started = std::time::Instant::now();
    let answer = service.post(application("demo-good").to_string()).await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_eq!(answer.json()["code"], "overloaded");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(service.get("/healthz").await.status, 200, "it is not ill");
    let right = Request::new("POST", "/v1/closure/decisions").json("{}");
    let answer = service.send(right).await;
    assert_eq!(answer.status, 404, "let in: this policy has no closure");
    assert!(started.elapsed() < Duration::from_secs(2));
    drop(idle);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let answer = service.post(application("demo-good").to_string()).await;
    assert_eq!(answer.status, 201, "there is room again");
}

/// Whoever sends slowly must not look like a server that is slow.
#[tokio::test(flavor = "multi_thread")]
async fn slow_senders_cost_the_others_nothing() {
    let service = Service::new().await;
    let mut slow = Vec::new();
    for _ in 0..100 {
        let address = service.running.local_addr();
        let mut stream = tokio::net::TcpStream::connect(address)
            .await
            .expect("it accepts");
        let head = b"POST /v1/pre-checks HTTP/1.1\r\nhost: test\r\n\
            content-type: application/json\r\ncontent-length: 50\r\n\r\n{";
        stream.write_all(head).await.expect("it reads");
        slow.push(stream);
    }
    let mut served = 0;
    for _ in 0..40 {
        let request = Request::new("POST", "/v1/pre-checks").json(PRE_CHECK);
        served += u32::from(service.send(request).await.status == 200);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // A machine that is busy with other things may cost one or two.
    assert!(served > 35, "{served} of 40");
}
