//! Requests that nobody meant: whatever is sent, the answer is a documented
//! one, errors are problem documents, and the service goes on.

use std::sync::OnceLock;

use precheck_server::{Callers, NewKey, Scope};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::Runtime;

use crate::support::client::{Answer, Request};
use crate::support::sources::Outside;
use crate::support::{Service, application};

/// One service for all cases, with sources, and one with keys.
struct Stage {
    runtime: Runtime,
    open: Outside,
    guarded: Service,
    key: String,
    _folder: tempfile::TempDir,
}

fn stage() -> &'static Stage {
    static STAGE: OnceLock<Stage> = OnceLock::new();
    STAGE.get_or_init(|| {
        let runtime = Runtime::new().expect("threads");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("callers.toml");
        let scopes = [Scope::Decide, Scope::PreCheck];
        let key = NewKey::generate("shop", &scopes, None, None).expect("randomness");
        std::fs::write(&file, &key.row).expect("the folder is writable");
        let (open, guarded) = runtime.block_on(async {
            let open = Outside::new().await;
            let guarded = Service::with(|config| config.callers = Callers::File(file)).await;
            (open, guarded)
        });
        Stage {
            runtime,
            open,
            guarded,
            key: key.key,
            _folder: folder,
        }
    })
}

const METHODS: &[&str] = &[
    "GET", "POST", "POST", "POST", "PUT", "DELETE", "OPTIONS", "BREW",
];

/// Paths with `*` for anything.
const PATHS: &[&str] = &[
    "/v1/activation/decisions",
    "/v1/*/decisions",
    "/v1/decisions/*",
    "/v1/decisions/*/changes",
    "/v1/pre-checks",
    "/v1/plans",
    "/v1/sessions",
    "/v1/bundles/public",
    "/v1/demo/accounts",
    "/v1/operate/state",
    "/healthz",
    "/readyz",
    "/problems/*",
    "/v1/*",
    "/*",
];

const HEADERS: &[(&str, &[&str])] = &[
    (
        "content-type",
        &[
            "application/json",
            "application/json",
            "text/plain",
            "application/json;charset=gbk",
            "",
        ],
    ),
    (
        "accept",
        &["text/event-stream", "application/json", "*/*", ",,;;q=x"],
    ),
    ("accept-language", &["en", "zh-CN", "xx-YY;q=nan"]),
    ("content-encoding", &["gzip", "identity", "br, br"]),
    (
        "authorization",
        &["Bearer", "Bearer session_00_00", "Basic eDp5", "precheck_"],
    ),
    ("origin", &["null", "https://shop.example"]),
    ("if-none-match", &["*", "\"", "W/\"x\","]),
    ("range", &["bytes=0-", "bytes=9-1"]),
    ("expect", &["100-continue"]),
    ("cookie", &["a=b"]),
];

/// Names that mean something somewhere.
const NAMES: &[&str] = &[
    "account",
    "locale",
    "fields",
    "facts",
    "scenario",
    "as_of",
    "wish",
    "since",
    "modules",
    "before",
    "name",
    "id_number",
    "phone",
    "monthly_income",
    "employment",
    "overdue_12m",
    "birth_date",
    "state",
    "special",
    "min",
    "max",
    "decision",
    "limit",
    "locks",
    "ranges",
    "changes",
    "days",
    "margin",
    "",
    "a/b~c",
    "__proto__",
];

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(NAMES).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ]
}

/// JSON as text, so that it may hold what no value can: numbers beyond all
/// bounds and names that stand twice.
fn any_json() -> impl Strategy<Value = String> {
    let odd = [
        "null",
        "true",
        "0",
        "-0",
        "-1",
        "1.5",
        "1e9",
        "1e400",
        "-1e-400",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "NaN",
        "Infinity",
        "01",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\"demo-good\"",
        "\"activation\"",
        "\"en\"",
        "\"2026-11-22\"",
        "\"9999-99-99\"",
        "\"110101199003071233\"",
        "\"approve\"",
        "[]",
        "{}",
        "\"",
        "{\"a\"",
        "",
    ];
    let leaf = prop_oneof![
        4 => prop::sample::select(odd.to_vec()).prop_map(str::to_owned),
        1 => any::<i64>().prop_map(|value| value.to_string()),
        1 => "\\PC{0,20}".prop_map(|text| Value::from(text).to_string()),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        let members = prop::collection::vec((any_name(), inner.clone()), 0..8);
        let object = members.prop_map(|members| {
            let members = members
                .iter()
                .map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        });
        let list = prop::collection::vec(inner, 0..6);
        prop_oneof![4 => object, 1 => list.prop_map(|items| format!("[{}]", items.join(",")))]
    })
}

/// A good body with some bytes changed, taken out or put in.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let good = [
        application("demo-good").to_string(),
        json!({ "scenario": "activation", "facts": { "monthly_income": { "min": 1 } } })
            .to_string(),
        json!({ "scenario": "activation", "wish": { "limit": 1000, "locks": ["a"] } }).to_string(),
        json!({ "account": "demo-good", "locale": "en" }).to_string(),
    ];
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, any::<u8>()), 0..4);
    (prop::sample::select(good.to_vec()), edits).prop_map(|(good, edits)| {
        let mut bytes = good.into_bytes();
        for (place, edit, byte) in edits {
            let place = place.index(bytes.len());
            match edit {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => bytes.truncate(place.max(1)),
            }
        }
        bytes
    })
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => mutated(),
        4 => any_json().prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => (1..40_000_usize).prop_map(|depth| "[".repeat(depth).into_bytes()),
        1 => (60_000..70_000_usize).prop_map(|size| vec![b' '; size]),
    ]
}

/// A request as it is sent: method, path, headers, body.
type Sent = (
    &'static str,
    String,
    Vec<(&'static str, &'static str)>,
    Vec<u8>,
);

fn any_request() -> impl Strategy<Value = Sent> {
    let segment = prop_oneof![
        Just("activation".to_owned()),
        Just("00000000-0000-4000-8000-000000000000".to_owned()),
        "(%[0-9a-fA-F]{2}|[a-zA-Z0-9._~-]){0,20}",
    ];
    let query = prop_oneof![
        4 => Just(String::new()),
        1 => "\\?(locale=(en|xx|%ff)|[a-z%=&]{0,12})",
    ];
    let path = (prop::sample::select(PATHS), segment, query)
        .prop_map(|(path, segment, query)| path.replace('*', &segment) + &query);
    let header = prop::sample::select(HEADERS)
        .prop_flat_map(|(name, values)| (Just(name), prop::sample::select(values)));
    let headers = prop::collection::vec(header, 0..4);
    (prop::sample::select(METHODS), path, headers, any_body())
}

fn request((method, path, headers, body): &Sent, key: Option<&str>) -> Request {
    let mut request = Request::new(method, path);
    let mut has_type = false;
    for (name, value) in headers {
        has_type |= *name == "content-type";
        request = request.header(name, value);
    }
    if !has_type {
        request = request.header("content-type", "application/json");
    }
    if let Some(key) = key {
        request = request.header("authorization", &format!("Bearer {key}"));
    }
    request.body(body.clone())
}

/// What every answer owes, whatever was asked.
fn check(answer: &Answer) -> Result<(), TestCaseError> {
    let status = answer.status;
    let documented = [
        200, 201, 304, 400, 401, 403, 404, 405, 408, 413, 415, 422, 429, 503,
    ];
    prop_assert!(documented.contains(&status), "{status}: {}", answer.text());
    prop_assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    prop_assert!(answer.header("cache-control").is_some());
    if status >= 400 {
        prop_assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
        let problem = answer.json();
        let code = problem["code"].as_str().unwrap_or_default().to_owned();
        prop_assert_eq!(&problem["type"], &json!(format!("/problems/{code}")));
        prop_assert_eq!(&problem["status"], &json!(status));
        // Nothing here is ill, so nothing may say so.
        let is_ill = ["internal", "store-unavailable", "timed-out"];
        prop_assert!(!is_ill.contains(&&*code), "{}", answer.text());
        let waits = answer.header("retry-after").is_some();
        prop_assert_eq!(waits, status == 429 || status == 503, "{}", code);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    /// Without keys: everything gets past the gate.
    #[test]
    fn whatever_is_sent_the_answer_is_documented(sent in any_request()) {
        let stage = stage();
        let answer = stage.runtime.block_on(stage.open.service.send(request(&sent, None)));
        check(&answer)?;
    }

    /// With keys: without one, nothing but what is for everybody.
    #[test]
    fn without_a_key_nothing_is_told(sent in any_request(), has_key in any::<bool>()) {
        let stage = stage();
        let key = has_key.then_some(&*stage.key);
        let answer = stage.runtime.block_on(stage.guarded.send(request(&sent, key)));
        check(&answer)?;
        let (method, path, ..) = &sent;
        let is_open = path.starts_with("/v1/bundles/public") || *method == "OPTIONS";
        if !has_key && path.starts_with("/v1/") && !is_open {
            prop_assert!(answer.status >= 400, "{method} {path}: {}", answer.text());
        }
    }

    /// What is no HTTP is dropped, or told so, and the service goes on.
    #[test]
    fn whatever_bytes_come_the_service_goes_on(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let stage = stage();
        stage.runtime.block_on(async {
            let address = stage.open.service.running.local_addr();
            let mut stream = tokio::net::TcpStream::connect(address).await.expect("it accepts");
            // It may have closed the connection before all was written.
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 "));
            let alive = stage.open.service.get("/healthz").await;
            assert_eq!(alive.status, 200);
        });
    }
}
