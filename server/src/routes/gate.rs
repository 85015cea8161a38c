//! Before every call of the interface: who calls, may they, how often, and is
//! there room.
//!
//! The room is asked for first, because it costs the least; what a caller sends
//! is looked at last, by the handlers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use precheck::units::{Date, Locale};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::decisions::REPLAYED;
use super::{Service, links, wish};
use crate::callers::{Inside, Kind, Scope};
use crate::clock::Moment;
use crate::connections::Origin;
use crate::problem::{Problem, ProblemKind};

/// How long a browser may remember that an origin may call.
const REMEMBERED: Duration = Duration::from_secs(600);

/// What a route needs, and how soon it is turned away. `None` for a scope is
/// everybody; a route that is not here is for operators.
fn needs(route: &str, path: &str) -> (Option<Scope>, Option<Kind>) {
    match route {
        "/v1/{scenario}/decisions" => {
            // Closing one's line and objecting are rights.
            let is_right =
                path.ends_with("/closure/decisions") || path.ends_with("/appeal/decisions");
            let kind = if is_right { Kind::Right } else { Kind::Decide };
            (Some(Scope::Decide), Some(kind))
        }
        "/v1/decisions/{id}" | "/v1/decisions/{id}/changes" | "/v1/sessions" => {
            (Some(Scope::Decide), Some(Kind::Decide))
        }
        "/v1/accounts/{account}/line"
        | "/v1/accounts/{account}/notices"
        | "/v1/accounts/{account}/notices/{id}/seen" => (Some(Scope::Decide), Some(Kind::Decide)),
        "/v1/activation-links" => (Some(Scope::Decide), Some(Kind::Decide)),
        // Whoever has the link; the handlers look at it first.
        "/v1/activation-link" | "/v1/activation-link/codes" | "/v1/activation-link/activate" => {
            (None, Some(Kind::Decide))
        }
        // Leaving, for which a code is needed, and objecting.
        "/v1/accounts/{account}/codes"
        | "/v1/accounts/{account}/line/acts"
        | "/v1/accounts/{account}/appeals"
        | "/v1/accounts/{account}/appeals/{id}/materials"
        | "/v1/accounts/{account}/appeals/{id}/acts" => (Some(Scope::Decide), Some(Kind::Right)),
        // What costs no more than turning it away, and what pages begin with:
        // whoever has the bundle asks nothing else here.
        "/v1/demo/accounts" => (Some(Scope::Decide), Some(Kind::Right)),
        "/v1/bundles/public" => (None, Some(Kind::Right)),
        "/v1/pre-checks" | "/v1/plans" | "/v1/repayment-plans" => {
            (Some(Scope::PreCheck), Some(Kind::Look))
        }
        _ => (Some(Scope::Operate), None),
    }
}

/// Lets a request in, or says why not.
pub(super) async fn enter(
    State(service): State<Arc<Service>>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let locale = wish(request.uri());
    let problem = |kind| Problem::new(kind, locale);
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("", |path| path.as_str());
    let (scope, kind) = needs(route, request.uri().path());
    let mut _inside = None;
    if let Some(kind) = kind {
        let origin = request.extensions().get::<Origin>();
        _inside = admit(&service, kind, origin).await;
        if _inside.is_none() {
            return problem(ProblemKind::Overloaded).into_response();
        }
    }
    if let Some(scope) = scope {
        let Some(today) = today() else {
            return problem(ProblemKind::Internal).into_response();
        };
        let caller = match service.gate.caller(request.headers(), today) {
            Ok(caller) => caller,
            Err(kind) => return problem(kind).into_response(),
        };
        if !caller.scopes.has(scope) {
            return problem(ProblemKind::ScopeMissing).into_response();
        }
        if let Err(wait) = service.gate.count(&caller, started) {
            return too_many(wait, locale).into_response();
        }
        request.extensions_mut().insert(caller);
    }
    next.run(request).await
}

/// Finds room for a request, or none.
async fn admit<'s>(
    service: &'s Service,
    kind: Kind,
    origin: Option<&Origin>,
) -> Option<Inside<'s>> {
    let load = &service.gate.load;
    // A right is never made to wait, and never told to.
    let origin = origin.filter(|_| kind != Kind::Right);
    let Some(origin) = origin else {
        return load.admit(kind, Instant::now());
    };
    if let Some(rest) = origin.rest(Instant::now()) {
        tokio::time::sleep(rest).await;
    }
    let now = Instant::now();
    // The last places are for what somebody has a right to.
    let inside = if origin.is_spare() {
        None
    } else {
        load.admit(kind, now)
    };
    if inside.is_none() {
        origin.was_told(now);
    }
    inside
}

/// The day by which keys count: the real one, whatever day is decided for.
fn today() -> Option<Date> {
    Moment::now().map(|now| now.date())
}

/// The problem of somebody who comes too often.
pub(super) fn too_many(wait: Duration, locale: Locale) -> Problem {
    // Rounded up: whoever comes after the time that was said gets in.
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
    Problem::new(ProblemKind::TooManyRequests, locale).after(seconds)
}

/// Which pages of other origins may call: those that the file of callers lists.
pub(super) fn origins(service: &Arc<Service>) -> CorsLayer {
    let service = Arc::clone(service);
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin: &HeaderValue, _| {
            service.gate.allows_origin(origin.as_bytes())
        }))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::ACCEPT,
            header::ACCEPT_LANGUAGE,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("idempotency-key"),
            links::LINK,
            links::DEVICE,
        ])
        .expose_headers([
            header::LOCATION,
            header::RETRY_AFTER,
            REPLAYED,
            links::POSITION,
        ])
        .max_age(REMEMBERED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_thought_of_is_for_operators() {
        assert_eq!(needs("/v1/new", "/new"), (Some(Scope::Operate), None));
    }

    #[test]
    fn rights_are_turned_away_last() {
        let kind = |path| needs("/v1/{scenario}/decisions", path).1;
        assert_eq!(kind("/closure/decisions"), Some(Kind::Right));
        assert_eq!(kind("/v1/appeal/decisions"), Some(Kind::Right));
        assert_eq!(kind("/activation/decisions"), Some(Kind::Decide));
    }

    #[test]
    fn what_pages_begin_with_is_turned_away_last_too() {
        let (scope, kind) = needs("/v1/bundles/public", "/bundles/public");
        assert_eq!((scope, kind), (None, Some(Kind::Right)), "for everybody");
        assert_eq!(needs("/v1/demo/accounts", "").1, Some(Kind::Right));
    }
}
