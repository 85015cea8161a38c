//! What holds for every answer: headers, a time limit, a log line, and that a
//! panic is an answer too.
//!
//! A log line has the route as it is declared, never the path or the query as
//! they were sent, because those hold whatever a caller put there.

use std::any::Any;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::problem::{Problem, ProblemKind};
use crate::request::DEFAULT_LOCALE;

/// How long a request may take. More than reading its body may, so that the
/// more exact error wins.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    connect-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";

/// On every answer.
const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=()"),
    ),
];

/// The decision that an answer is about, for its log line.
#[derive(Debug, Clone)]
pub(crate) struct DecisionId(pub(crate) String);

/// Wraps a router.
pub(crate) fn layers(router: Router) -> Router {
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(observe))
}

async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = known_method(request.method());
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let is_interface = request.uri().path().starts_with("/v1/");

    let answer = tokio::time::timeout(PATIENCE, next.run(request)).await;
    let mut response = answer
        .unwrap_or_else(|_| Problem::new(ProblemKind::TimedOut, DEFAULT_LOCALE).into_response());

    let headers = response.headers_mut();
    headers.extend(HEADERS);
    // Decisions are private; the files of a page may be kept if asked about.
    let caching = if is_interface { "no-store" } else { "no-cache" };
    let caching = HeaderValue::from_static(caching);
    headers.entry(header::CACHE_CONTROL).or_insert(caching);

    let status = response.status().as_u16();
    let decision = response
        .extensions()
        .get::<DecisionId>()
        .map(|id| id.0.as_str());
    let microseconds = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    tracing::info!(method, route, status, microseconds, decision, "answered");
    response
}

/// A method is a word of the caller's choice; only known words are logged.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}

/// The message of a panic may hold anything, so it goes nowhere.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Problem::new(ProblemKind::Internal, DEFAULT_LOCALE).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use axum::routing::get;
    use hyper::service::Service;
    use hyper_util::service::TowerToHyperService;

    use super::{Router, header, layers};

    /// The last resort: a defect costs one answer, and tells nothing.
    #[tokio::test]
    async fn a_panic_is_an_answer_without_details() {
        async fn defect() -> &'static str {
            panic!("the value was 110101")
        }
        let router = layers(Router::new().route("/v1/defect", get(defect)));
        let service = TowerToHyperService::new(router);
        for _ in 0..2 {
            let request = Request::get("/v1/defect")
                .body(Body::empty())
                .expect("a request");
            let response = service.call(request).await.expect("an answer");
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(
                response.headers()[header::CONTENT_TYPE],
                "application/problem+json"
            );
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
            let body = to_bytes(response.into_body(), 10_000)
                .await
                .expect("a body");
            let body = str::from_utf8(&body).expect("text");
            assert!(body.contains(r#""code":"internal""#), "{body}");
            assert!(!body.contains("110101"), "{body}");
        }
    }
}
