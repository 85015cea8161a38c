//! Files, the public bundle, and the headers on every answer.

use std::fs;

use crate::support::client::Request;
use crate::support::{Service, application, model, signed};

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_the_page_and_may_run_it() {
    let www = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(www.path().join("assets")).expect("a folder");
    for (name, content) in [
        ("index.html", "<!doctype html><title>页面</title>"),
        ("assets/engine.wasm", "\0asm"),
        ("assets/page.js", "export {}"),
        ("assets/page.css", "body {}"),
    ] {
        fs::write(www.path().join(name), content).expect("a file");
    }
    fs::write(www.path().with_extension("secret"), "secret").expect("a file beside the folder");
    let service = Service::with(|config| config.www = Some(www.path().to_owned())).await;
    for (path, kind) in [
        ("/", "text/html"),
        ("/index.html", "text/html"),
        ("/assets/engine.wasm", "application/wasm"),
        ("/assets/page.js", "text/javascript"),
        ("/assets/page.css", "text/css"),
    ] {
        let answer = service.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), Some(kind), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{path}");
    }
    let beside = www.path().with_extension("secret");
    let beside = beside
        .file_name()
        .and_then(|name| name.to_str())
        .expect("a name");
    for path in [
        "/nothing".to_owned(),
        "/assets/nothing.js".to_owned(),
        "/%2e%2e/etc/passwd".to_owned(),
        format!("/../{beside}"),
        format!("/..%2f{beside}"),
    ] {
        let answer = service.get(&path).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (404, &"not-found".into()),
            "{path}"
        );
    }
    fs::remove_file(www.path().with_extension("secret")).expect("the file goes");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_the_security_headers() {
    let service = Service::new().await;
    let created = service.post(application("demo-good").to_string()).await;
    let location = created.header("location").expect("a place").to_owned();
    let mut answers = vec![("a new decision".to_owned(), created)];
    for path in [
        &*location,
        "/healthz",
        "/v1/demo/accounts",
        "/v1/bundles/public",
        "/nothing",
    ] {
        answers.push((path.to_owned(), service.get(path).await));
    }
    for (what, answer) in answers {
        let policy = answer.header("content-security-policy").unwrap_or_default();
        for part in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{what}: {policy}");
        }
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{what}"
        );
        assert_eq!(
            answer.header("referrer-policy"),
            Some("no-referrer"),
            "{what}"
        );
        let is_bundle = what == "/v1/bundles/public";
        let is_private = what.starts_with("/v1/") || what == "a new decision";
        let caching = if is_private && !is_bundle {
            "no-store"
        } else {
            "no-cache"
        };
        assert_eq!(answer.header("cache-control"), Some(caching), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_bundle_is_asked_about_before_it_is_fetched_again() {
    let service = Service::new().await;
    let first = service.get("/v1/bundles/public").await;
    assert_eq!(
        first.header("content-type"),
        Some("application/octet-stream")
    );
    assert_eq!(
        first.body,
        signed::bundle(&model::public()),
        "the public one, whole"
    );
    let tag = first.header("etag").expect("a tag").to_owned();
    let policy = precheck::Policy::from_model(model::public()).expect("a policy");
    assert_eq!(tag, format!("\"{}\"", policy.hash()));
    for (condition, status) in [
        (tag.clone(), 304),
        (format!("\"other\", W/{tag}"), 304),
        ("*".to_owned(), 304),
        ("\"other\"".to_owned(), 200),
    ] {
        let request = Request::new("GET", "/v1/bundles/public");
        let answer = service
            .send(request.header("if-none-match", &condition))
            .await;
        assert_eq!(answer.status, status, "{condition}");
        assert_eq!(answer.header("etag"), Some(&*tag), "{condition}");
        assert_eq!(answer.body.is_empty(), status == 304, "{condition}");
    }
}

/// Who may show the help centre inside of theirs is a list of the page; the checkout is shown by nobody.
#[tokio::test(flavor = "multi_thread")]
async fn the_help_centre_is_shown_inside_of_listed_pages_only() {
    let www = tempfile::tempdir().expect("a temporary folder");
    for name in ["help", "checkout"] {
        fs::create_dir(www.path().join(name)).expect("a folder");
        let page = www.path().join(name).join("index.html");
        fs::write(page, "<!doctype html><title>页面</title>").expect("a file");
    }
    let list = www.path().join("help/hosts.json");
    for (hosts, help) in [
        (r#"{"origins": []}"#, "frame-ancestors 'none'"),
        (
            r#"{"origins": ["https://app.example", "http://127.0.0.1:9000"]}"#,
            "frame-ancestors https://app.example http://127.0.0.1:9000",
        ),
    ] {
        fs::write(&list, hosts).expect("a file");
        let service = Service::with(|config| config.www = Some(www.path().to_owned())).await;
        for (path, expected) in [("/help/", help), ("/checkout/", "frame-ancestors 'none'")] {
            let answer = service.get(path).await;
            let policy = answer.header("content-security-policy").unwrap_or_default();
            assert!(policy.ends_with(expected), "{path}, {hosts}: {policy}");
            assert!(policy.starts_with("default-src 'none'; script-src 'self'"));
        }
    }
    for wrong in [
        "[]",
        r#"{"origins": ["*"]}"#,
        r#"{"origins": [], "more": 1}"#,
    ] {
        fs::write(&list, wrong).expect("a file");
        let data = tempfile::tempdir().expect("a temporary folder");
        let mut config = crate::support::config(data.path());
        config.www = Some(www.path().to_owned());
        let error = precheck_server::start(config).await.err();
        let error = error.unwrap_or_else(|| panic!("{wrong} is refused"));
        assert_eq!(error.code(), "hosts-refused", "{wrong}");
        assert!(error.to_string().contains("hosts.json"), "{error}");
    }
}
