//! Path → handler.

mod accounts;
mod appeals;
mod bundle;
mod changes;
mod codes;
mod decisions;
mod gate;
mod health;
mod kept;
mod lines;
mod links;
mod notices;
mod own;
mod pending;
mod policies;
mod pre_checks;
mod progress;
mod redecisions;
mod repayment;
mod round;
mod sessions;
#[cfg(test)]
mod tests;
mod traces;
mod watched;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use precheck::units::Date;
use tower_http::services::ServeDir;

use crate::callers::Gate;
use crate::connections::Stopping;
use crate::idempotency::Turns;
use crate::observe;
use crate::policies::Policies;
use crate::problem::{Problem, ProblemKind};
use crate::request::{self, DEFAULT_LOCALE, locale_of};
use crate::store::{Store, StoreError};
use crate::upstreams::Upstreams;
use crate::watch::Watch;

pub(crate) use decisions::SCENARIO;
pub(crate) use lines::watch;

/// What every handler works with.
pub(crate) struct Service {
    /// The policy that decides, and others.
    pub(crate) policies: Policies,
    /// What was found to be wrong, and what does not count.
    pub(crate) watch: Watch,
    pub(crate) store: Store,
    /// The sources outside.
    pub(crate) upstreams: Upstreams,
    /// Where decisions of one account wait for each other.
    pub(crate) turns: Turns,
    /// The day for which decisions are taken; `None` for today.
    pub(crate) as_of: Option<Date>,
    /// Whether there are demo accounts.
    pub(crate) demo: bool,
    /// Who may call.
    pub(crate) gate: Gate,
    /// Whether the service is about to stop.
    pub(crate) stopping: Stopping,
}

pub(crate) use bundle::PublicBundle;

/// The whole service.
pub(crate) fn router(service: Arc<Service>, www: Option<&Path>) -> Router {
    let interface = Router::new()
        .route("/{scenario}/decisions", post(decisions::create))
        .route("/pre-checks", post(pre_checks::create))
        .route("/plans", post(pre_checks::plans))
        .route("/repayment-plans", get(repayment::show))
        .route("/decisions/{id}", get(decisions::show))
        .route("/decisions/{id}/changes", post(changes::create))
        .route("/accounts/{account}/line", get(lines::show))
        .route("/accounts/{account}/line/acts", post(lines::act))
        .route("/accounts/{account}/notices", get(lines::notices))
        .route("/accounts/{account}/notices/{id}/seen", post(lines::seen))
        .route("/operate/decisions/{id}", get(decisions::operate))
        .route("/operate/decisions/{id}/trace", get(traces::show))
        .route("/operate/lines/{account}/acts", post(lines::operate))
        .route(
            "/accounts/{account}/appeals",
            get(appeals::list).post(appeals::create),
        )
        .route(
            "/accounts/{account}/appeals/{id}/materials",
            post(appeals::add),
        )
        .route("/accounts/{account}/appeals/{id}/acts", post(appeals::act))
        .route("/operate/appeals", get(appeals::queue))
        .route("/operate/appeals/{id}", get(appeals::one))
        .route("/operate/appeals/{id}/acts", post(appeals::operate))
        .route(
            "/operate/appeals/{id}/materials/{material}",
            get(appeals::download),
        )
        .route("/operate/policies", get(policies::list).post(policies::put))
        .route("/operate/policies/{version}", get(policies::show))
        .route("/operate/policies/candidate/acts", post(policies::act))
        .route("/operate/policies/candidate/report", get(policies::report))
        .route("/operate/alarms", get(watched::alarms))
        .route("/operate/holds/{fact}/acts", post(watched::act))
        .route("/operate/metrics", get(watched::metrics))
        .route("/operate/redecisions", post(redecisions::create))
        .route("/operate/reviews", post(lines::run_now))
        .route("/operate/notices", get(notices::show))
        .route("/operate/notices/{id}/retry", post(notices::retry))
        .route(
            "/operate/channels/{channel}/retry",
            post(notices::retry_all),
        )
        .route("/accounts/{account}/codes", post(codes::create))
        .route("/activation-links", post(links::issue))
        .route("/activation-link", get(links::show).post(links::open))
        .route("/activation-link/codes", post(links::code))
        .route("/activation-link/activate", post(links::activate))
        .route("/bundles/public", get(bundle::show))
        .route("/demo/accounts", get(accounts::demo))
        .route("/sessions", post(sessions::create))
        .route("/operate/state", get(health::state))
        .route_layer(middleware::from_fn_with_state(
            Arc::clone(&service),
            gate::enter,
        ))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed);
    let interface = if service.gate.is_demo() {
        // Pages of other origins have nothing to look for on this machine.
        interface
    } else {
        interface.layer(gate::origins(&service))
    };
    let router = Router::new()
        .nest("/v1", interface)
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/problems/{code}", get(page))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(service);
    let router = match www {
        Some(folder) => {
            let missing = axum::routing::any(not_found);
            router.fallback_service(ServeDir::new(folder).not_found_service(missing))
        }
        None => router.fallback(not_found),
    };
    observe::layers(router)
}

/// Reads the body of a request that carries JSON. Waiting for it is no load:
/// somebody who sends slowly must not look like a server that is slow.
async fn body_of(service: &Service, headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Problem> {
    let _outside = service.gate.load.leave();
    request::bytes(headers, body).await
}

async fn not_found(uri: Uri) -> Problem {
    Problem::new(ProblemKind::NotFound, wish(&uri))
}

async fn method_not_allowed(uri: Uri) -> Problem {
    Problem::new(ProblemKind::MethodNotAllowed, wish(&uri))
}

/// The locale that a request without a body wishes, as far as it exists.
fn wish(uri: &Uri) -> precheck::units::Locale {
    locale_of(uri).ok().flatten().unwrap_or(DEFAULT_LOCALE)
}

/// The page of a problem, as Markdown.
async fn page(uri: Uri) -> Response {
    let code = uri.path().rsplit('/').next().unwrap_or_default();
    match ProblemKind::parse(code) {
        Some(kind) => {
            let markdown = HeaderValue::from_static("text/markdown; charset=utf-8");
            ([(header::CONTENT_TYPE, markdown)], kind.page()).into_response()
        }
        None => not_found(uri).await.into_response(),
    }
}

fn json(text: String) -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], text).into_response()
}

impl From<StoreError> for ProblemKind {
    fn from(error: StoreError) -> ProblemKind {
        match error {
            StoreError::Full | StoreError::Stale => ProblemKind::Overloaded,
            StoreError::Unavailable => ProblemKind::StoreUnavailable,
        }
    }
}
