//! Everything that can be wrong with a request.

use serde_json::{Value, json};

use crate::support::client::Request;
use crate::support::{ID_NUMBER, NAME, PHONE, Service, application, changed};

const DECISIONS: &str = "/v1/activation/decisions";

/// A request that is wrong, and what is said about it.
struct Case {
    why: &'static str,
    request: Request,
    status: u16,
    code: &'static str,
    faults: &'static [(&'static str, &'static str)],
}

fn post(body: impl Into<Vec<u8>>) -> Request {
    Request::new("POST", DECISIONS).json(body)
}

fn with(change: impl FnOnce(&mut Value)) -> Request {
    post(changed("demo-good", change))
}

fn case(
    why: &'static str,
    request: Request,
    status: u16,
    code: &'static str,
    faults: &'static [(&'static str, &'static str)],
) -> Case {
    Case {
        why,
        request,
        status,
        code,
        faults,
    }
}

fn shapes() -> Vec<Case> {
    let good = application("demo-good").to_string();
    let unknown_then_repeated = good.replacen('{', r#"{"extra":1,"account":"demo-new","#, 1);
    let repeated_field = good.replacen(r#""name":"#, r#""name":"甲","name":"#, 1);
    let deep = format!(
        r#"{{"account":"demo-good","facts":{{"monthly_income":{}1{}}}}}"#,
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    let announced = Request::new("POST", DECISIONS).header("content-type", "application/json");
    let announced = announced.header("content-length", "10000000000");
    let many: String = (0..65).map(|index| format!(r#""f{index}":1,"#)).collect();
    let many = format!(r#"{{"account":"demo-good","facts":{{{}"z":1}}}}"#, many);
    vec![
        case("empty", post(""), 400, "json-malformed", &[("", "json")]),
        case(
            "broken off",
            post(&good[..40]),
            400,
            "json-malformed",
            &[("", "json")],
        ),
        case(
            "more after it",
            post(format!("{good}{good}")),
            400,
            "json-malformed",
            &[("", "json")],
        ),
        case(
            "no UTF-8",
            post(*b"{\"account\":\"\xff\"}"),
            400,
            "json-malformed",
            &[("", "json")],
        ),
        case(
            "a list",
            post("[]"),
            422,
            "request-invalid",
            &[("", "member-type")],
        ),
        case(
            "null",
            post("null"),
            422,
            "request-invalid",
            &[("", "member-type")],
        ),
        case(
            "empty object",
            post("{}"),
            422,
            "request-invalid",
            &[("/account", "member-missing")],
        ),
        case(
            "an unknown and a repeated member",
            post(unknown_then_repeated),
            422,
            "request-invalid",
            &[
                ("/account", "member-duplicate"),
                ("/extra", "member-unknown"),
            ],
        ),
        case(
            "a repeated field",
            post(repeated_field),
            422,
            "request-invalid",
            &[("/fields/name", "member-duplicate")],
        ),
        case(
            "other types",
            with(|body| {
                body["account"] = json!(1);
                body["fields"]["phone"] = json!(13_800_138_000_u64);
                body["facts"] = json!([]);
            }),
            422,
            "request-invalid",
            &[
                ("/account", "member-type"),
                ("/facts", "member-type"),
                ("/fields/phone", "member-type"),
            ],
        ),
        case(
            "an unknown locale",
            with(|body| body["locale"] = json!("fr")),
            422,
            "request-invalid",
            &[("/locale", "locale-unknown")],
        ),
        case(
            "too many",
            post(many),
            422,
            "request-invalid",
            &[("/facts", "members-too-many")],
        ),
        case(
            "1 MiB",
            post(vec![b' '; 1 << 20]),
            413,
            "body-too-large",
            &[],
        ),
        case("10 GB announced", announced, 413, "body-too-large", &[]),
        case(
            "one byte too many",
            post(vec![b' '; 65_537]),
            413,
            "body-too-large",
            &[],
        ),
        case(
            "too deep",
            post(deep),
            422,
            "application-invalid",
            &[
                ("/fields/name", "name-empty"),
                ("/fields/id_number", "id-empty"),
                ("/fields/phone", "mobile-empty"),
                ("/facts/monthly_income", "fact-malformed"),
            ],
        ),
    ]
}

fn applications() -> Vec<Case> {
    vec![
        case(
            "an unknown account",
            post(application("demo-nobody").to_string()),
            422,
            "account-unknown",
            &[("/account", "account-unknown")],
        ),
        case(
            "a wrong check digit and no phone",
            with(|body| {
                body["fields"] = json!({ "name": NAME, "id_number": "110101199003071230" });
            }),
            422,
            "application-invalid",
            &[
                ("/fields/id_number", "id-check-digit"),
                ("/fields/phone", "mobile-empty"),
            ],
        ),
        case(
            "an unknown field",
            with(|body| body["fields"]["email"] = json!("a")),
            422,
            "application-invalid",
            &[("/fields/email", "field-unknown")],
        ),
        case(
            "a fact that does not exist",
            with(|body| body["facts"]["shoe_size"] = json!(42)),
            422,
            "application-invalid",
            &[("/facts/shoe_size", "fact-unknown")],
        ),
        case(
            "what only fraud control, the shop or a document tells, and what follows from it",
            with(|body| {
                body["facts"]["account_age_days"] = json!(4000);
                body["facts"]["age"] = json!(36);
                body["facts"]["applications_24h"] = json!(0);
                body["facts"]["birth_date"] = json!("1990-03-07");
            }),
            422,
            "application-invalid",
            &[
                ("/facts/account_age_days", "fact-unknown"),
                ("/facts/age", "fact-unknown"),
                ("/facts/applications_24h", "fact-unknown"),
                ("/facts/birth_date", "fact-unknown"),
            ],
        ),
        case(
            "null, a fraction, a huge number",
            post(
                application("demo-good")
                    .to_string()
                    .replace("800000", "null")
                    .replace("100000", "1e999"),
            ),
            422,
            "application-invalid",
            &[
                ("/facts/monthly_debt", "fact-malformed"),
                ("/facts/monthly_income", "fact-malformed"),
            ],
        ),
        case(
            "an impossible income",
            with(|body| body["facts"]["monthly_income"] = json!(-1)),
            422,
            "application-invalid",
            &[("/facts/monthly_income", "fact-domain")],
        ),
        case(
            "an open question",
            with(|body| body["facts"] = json!({ "employment": "employed" })),
            422,
            "application-incomplete",
            &[("/facts/monthly_income", "fact-needed")],
        ),
    ]
}

fn requests() -> Vec<Case> {
    let good = || application("demo-good").to_string();
    let get = |path| Request::new("GET", path);
    let typed = |content_type| {
        Request::new("POST", DECISIONS)
            .header("content-type", content_type)
            .body(good())
    };
    vec![
        case(
            "a form",
            typed("application/x-www-form-urlencoded"),
            415,
            "media-type-unsupported",
            &[],
        ),
        case(
            "another charset",
            typed("application/json; charset=gbk"),
            415,
            "media-type-unsupported",
            &[],
        ),
        case(
            "no type",
            Request::new("POST", DECISIONS).body(good()),
            415,
            "media-type-unsupported",
            &[],
        ),
        case(
            "compressed",
            post(good()).header("content-encoding", "gzip"),
            415,
            "content-encoding-unsupported",
            &[],
        ),
        case(
            "another method",
            Request::new("DELETE", DECISIONS),
            405,
            "method-not-allowed",
            &[],
        ),
        case(
            "a method of one's own",
            Request::new("DECIDE", DECISIONS),
            405,
            "method-not-allowed",
            &[],
        ),
        case(
            "reading with POST",
            Request::new("POST", "/healthz"),
            405,
            "method-not-allowed",
            &[],
        ),
        case("no such path", get("/v1/nothing"), 404, "not-found", &[]),
        case(
            "no such path at all",
            get("/nothing"),
            404,
            "not-found",
            &[],
        ),
        case("no path", get("/v1"), 404, "not-found", &[]),
        case(
            "no such problem",
            get("/problems/none"),
            404,
            "not-found",
            &[],
        ),
        case(
            "no such decision",
            get("/v1/decisions/00000000-0000-4000-8000-000000000000"),
            404,
            "decision-not-found",
            &[],
        ),
        case(
            "no id",
            get("/v1/decisions/1"),
            404,
            "decision-not-found",
            &[],
        ),
        case(
            "SQL",
            get("/v1/decisions/'%20OR%201=1--"),
            404,
            "decision-not-found",
            &[],
        ),
        case(
            "no UTF-8",
            get("/v1/decisions/%ff"),
            404,
            "decision-not-found",
            &[],
        ),
        case(
            "an unknown locale in the query",
            get("/v1/decisions/1?locale=fr"),
            422,
            "request-invalid",
            &[("", "locale-unknown")],
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_error_is_a_problem_document() {
    let service = Service::new().await;
    for case in shapes().into_iter().chain(applications()).chain(requests()) {
        let Case {
            why,
            request,
            status,
            code,
            faults,
        } = case;
        let answer = service.send(request).await;
        assert_eq!(answer.status, status, "{why}: {}", answer.text());
        let kind = answer.header("content-type");
        assert_eq!(kind, Some("application/problem+json"), "{why}");
        let problem = answer.json();
        assert_eq!(problem["code"], code, "{why}");
        assert_eq!(problem["status"], status, "{why}");
        assert_eq!(problem["type"], format!("/problems/{code}"), "{why}");
        let found = answer.faults();
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(at, code)| (at.as_str(), code.as_str()))
            .collect();
        assert_eq!(found, faults, "{why}");
        for secret in [NAME, ID_NUMBER, PHONE] {
            assert!(
                !answer.text().contains(secret),
                "{why}: `{secret}` is repeated"
            );
        }
        let page = service.get(&format!("/problems/{code}")).await;
        assert_eq!(
            page.header("content-type"),
            Some("text/markdown; charset=utf-8"),
            "{why}"
        );
        assert_eq!(
            service.get("/healthz").await.text(),
            r#"{"status":"ok"}"#,
            "after {why}"
        );
    }
    let answer = service.post(application("demo-good").to_string()).await;
    assert_eq!(answer.status, 201, "after all of it decisions are taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_speak_the_language_of_the_request() {
    let service = Service::new().await;
    for (locale, title, message) in [
        ("zh-CN", "申请资料有误", "请"),
        ("en", "The application is not valid", "check"),
    ] {
        let answer = service
            .post(changed("demo-good", |body| {
                body["locale"] = json!(locale);
                body["fields"]["id_number"] = json!("110101199003071230");
            }))
            .await;
        let problem = answer.json();
        assert_eq!(problem["title"], title);
        assert_eq!(answer.header("content-language"), Some(locale));
        let said = problem["errors"][0]["detail"].as_str().expect("a text");
        let issue = precheck::identity::IssueCode::IdCheckDigit;
        let same = precheck::units::Locale::parse(locale).map(|locale| issue.message(locale));
        assert_eq!(Some(said), same, "the page says the same, with `{message}`");
    }
    let answer = service.get("/v1/nothing?locale=en").await;
    assert_eq!(answer.json()["title"], "There is nothing here");
}

/// Whether a fact is the server's, or is not there: one answer for both.
#[tokio::test(flavor = "multi_thread")]
async fn the_servers_facts_look_as_if_they_did_not_exist() {
    let service = Service::new().await;
    let ask = async |name: &'static str| {
        let body = changed("demo-good", |body| body["facts"][name] = json!(0));
        service.post(body).await.text().replace(name, "NAME")
    };
    let nothing = ask("nothing").await;
    for name in [
        "applications_24h",
        "login_places_7d",
        "overdue_12m",
        "orders_12m",
    ] {
        assert_eq!(ask(name).await, nothing, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_methods_name_the_right_ones() {
    let service = Service::new().await;
    let answer = service.send(Request::new("DELETE", DECISIONS)).await;
    assert_eq!(answer.header("allow"), Some("POST"));
}
