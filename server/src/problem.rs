//! Every error that a caller can get, each declared once.
//!
//! A problem is one row here and one page in `problems/`; without the page the
//! crate does not compile. The first four lines of a page are the titles and
//! the advice in Chinese and English; the whole page is what the problem's
//! `type` points at. Shape: RFC 9457.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use precheck::Contradiction;
use precheck::units::Locale;
use serde::Serialize;

macro_rules! problems {
    ($($name:ident = $code:literal, $status:ident, retry_after: $retry:expr;)*) => {
        /// A kind of error.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum ProblemKind { $($name,)* }

        impl ProblemKind {
            /// Every kind.
            pub(crate) const ALL: &'static [ProblemKind] = &[$(ProblemKind::$name,)*];

            /// The code, stable.
            pub(crate) const fn code(self) -> &'static str {
                match self { $(ProblemKind::$name => $code,)* }
            }

            /// The HTTP status.
            pub(crate) const fn status(self) -> StatusCode {
                match self { $(ProblemKind::$name => StatusCode::$status,)* }
            }

            /// After how many seconds trying again makes sense.
            const fn retry_after(self) -> Option<u16> {
                match self { $(ProblemKind::$name => $retry,)* }
            }

            /// The page.
            pub(crate) const fn page(self) -> &'static str {
                match self {
                    $(ProblemKind::$name => {
                        include_str!(concat!("../problems/", $code, ".md"))
                    })*
                }
            }
        }
    };
}

problems! {
    JsonMalformed = "json-malformed", BAD_REQUEST, retry_after: None;
    RequestInvalid = "request-invalid", UNPROCESSABLE_ENTITY, retry_after: None;
    AccountUnknown = "account-unknown", UNPROCESSABLE_ENTITY, retry_after: None;
    ApplicationInvalid = "application-invalid", UNPROCESSABLE_ENTITY, retry_after: None;
    ApplicationIncomplete = "application-incomplete", UNPROCESSABLE_ENTITY, retry_after: None;
    BodyTooLarge = "body-too-large", PAYLOAD_TOO_LARGE, retry_after: None;
    MediaTypeUnsupported = "media-type-unsupported", UNSUPPORTED_MEDIA_TYPE, retry_after: None;
    ContentEncodingUnsupported = "content-encoding-unsupported", UNSUPPORTED_MEDIA_TYPE,
        retry_after: None;
    NotFound = "not-found", NOT_FOUND, retry_after: None;
    DecisionNotFound = "decision-not-found", NOT_FOUND, retry_after: None;
    DecisionsNotComparable = "decisions-not-comparable", UNPROCESSABLE_ENTITY, retry_after: None;
    AppealRefused = "appeal-refused", CONFLICT, retry_after: None;
    HoldRefused = "hold-refused", CONFLICT, retry_after: None;
    PolicyRefused = "policy-refused", CONFLICT, retry_after: None;
    LineRefused = "line-refused", CONFLICT, retry_after: None;
    LinkUnknown = "link-unknown", NOT_FOUND, retry_after: None;
    LinkRefused = "link-refused", CONFLICT, retry_after: None;
    MessageTooSoon = "message-too-soon", TOO_MANY_REQUESTS, retry_after: Some(60);
    CodesHeld = "codes-held", SERVICE_UNAVAILABLE, retry_after: Some(300);
    CodesUnavailable = "codes-unavailable", SERVICE_UNAVAILABLE, retry_after: None;
    IdempotencyKeyInvalid = "idempotency-key-invalid", BAD_REQUEST, retry_after: None;
    IdempotencyKeyReused = "idempotency-key-reused", UNPROCESSABLE_ENTITY, retry_after: None;
    IdempotencyKeyInFlight = "idempotency-key-in-flight", CONFLICT, retry_after: Some(1);
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, retry_after: None;
    RequestTimeout = "request-timeout", REQUEST_TIMEOUT, retry_after: None;
    CallerUnknown = "caller-unknown", UNAUTHORIZED, retry_after: None;
    ScopeMissing = "scope-missing", FORBIDDEN, retry_after: None;
    TooManyRequests = "too-many-requests", TOO_MANY_REQUESTS, retry_after: Some(60);
    Internal = "internal", INTERNAL_SERVER_ERROR, retry_after: None;
    StoreUnavailable = "store-unavailable", SERVICE_UNAVAILABLE, retry_after: Some(5);
    SourceUnavailable = "source-unavailable", SERVICE_UNAVAILABLE, retry_after: Some(60);
    PolicyNotInForce = "policy-not-in-force", SERVICE_UNAVAILABLE, retry_after: Some(300);
    Overloaded = "overloaded", SERVICE_UNAVAILABLE, retry_after: Some(1);
    Stopping = "stopping", SERVICE_UNAVAILABLE, retry_after: Some(5);
    TimedOut = "timed-out", SERVICE_UNAVAILABLE, retry_after: Some(5);
}

impl ProblemKind {
    /// The kind with this code.
    pub(crate) fn parse(code: &str) -> Option<ProblemKind> {
        ProblemKind::ALL
            .iter()
            .copied()
            .find(|kind| kind.code() == code)
    }

    /// A few words.
    fn title(self, locale: Locale) -> &'static str {
        self.line(locale, 0)
    }

    /// What to do.
    fn detail(self, locale: Locale) -> &'static str {
        self.line(locale, 2)
    }

    /// The line of a locale in the pair of lines that begins at `first`.
    fn line(self, locale: Locale, first: usize) -> &'static str {
        let mut pair = self.page().lines().skip(first).take(2);
        let found = pair.find_map(|line| line.strip_prefix(locale.as_str())?.strip_prefix(": "));
        found.unwrap_or(self.code())
    }
}

/// One place that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    /// Where, as a JSON Pointer into the request.
    pub(crate) pointer: String,
    /// What, stable.
    pub(crate) code: Cow<'static, str>,
    /// What to do; never repeats a value.
    pub(crate) detail: String,
    /// Which facts contradict each other, in `facts-contradict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contradiction: Option<Box<Contradiction>>,
}

impl Fault {
    /// A fault at a place.
    pub(crate) fn new(
        pointer: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        detail: impl Into<String>,
    ) -> Fault {
        Fault {
            pointer: pointer.into(),
            code: code.into(),
            detail: detail.into(),
            contradiction: None,
        }
    }
}

impl From<precheck::Problem> for Fault {
    fn from(problem: precheck::Problem) -> Fault {
        let precheck::Problem {
            at,
            code,
            text,
            contradiction,
        } = problem;
        Fault {
            contradiction,
            ..Fault::new(at, code, text)
        }
    }
}

/// An error as it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    kind: ProblemKind,
    locale: Locale,
    faults: Vec<Fault>,
    /// After how many seconds trying again makes sense.
    retry_after: Option<u32>,
}

impl Problem {
    /// A problem without places.
    pub(crate) fn new(kind: ProblemKind, locale: Locale) -> Problem {
        Problem::at(kind, locale, Vec::new())
    }

    /// The same with another time to try again.
    pub(crate) fn after(self, seconds: u32) -> Problem {
        Problem {
            retry_after: Some(seconds),
            ..self
        }
    }

    /// Whether it is of this kind.
    pub(crate) fn is(&self, kind: ProblemKind) -> bool {
        self.kind == kind
    }

    /// Its kind.
    pub(crate) fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// The code of its kind.
    pub(crate) fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// A problem with places.
    pub(crate) fn at(kind: ProblemKind, locale: Locale, faults: Vec<Fault>) -> Problem {
        Problem {
            retry_after: kind.retry_after().map(u32::from),
            kind,
            locale,
            faults,
        }
    }
}

impl Problem {
    /// The problem document.
    pub(crate) fn document(&self) -> String {
        #[derive(Serialize)]
        struct Shape<'a> {
            r#type: String,
            title: &'a str,
            status: u16,
            detail: &'a str,
            code: &'a str,
            errors: &'a [Fault],
        }
        let Problem {
            kind,
            locale,
            ref faults,
            ..
        } = *self;
        let shape = Shape {
            r#type: format!("/problems/{}", kind.code()),
            title: kind.title(locale),
            status: kind.status().as_u16(),
            detail: kind.detail(locale),
            code: kind.code(),
            errors: faults,
        };
        // Texts and numbers only: nothing that can fail.
        serde_json::to_string(&shape).unwrap_or_default()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = self.document();
        let Problem {
            kind,
            locale,
            retry_after,
            ..
        } = self;
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = kind.status();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, json);
        headers.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(locale.as_str()),
        );
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if kind.status() == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::{Locale, ProblemKind};

    #[test]
    fn every_page_has_a_row() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("problems");
        let on_disk: BTreeSet<String> = fs::read_dir(folder)
            .expect("the folder is readable")
            .map(|entry| entry.expect("the entry is readable").path())
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .collect();
        let in_table: BTreeSet<String> = ProblemKind::ALL
            .iter()
            .map(|kind| kind.code().to_owned())
            .collect();
        assert_eq!(on_disk, in_table);
    }

    #[test]
    fn every_page_begins_with_titles_and_advice() {
        for &kind in ProblemKind::ALL {
            assert_eq!(ProblemKind::parse(kind.code()), Some(kind));
            for &locale in Locale::ALL {
                let texts = [kind.title(locale), kind.detail(locale)];
                assert!(
                    !texts.contains(&kind.code()),
                    "{} in {}",
                    kind.code(),
                    locale.as_str()
                );
                assert_ne!(texts[0], texts[1], "{} in {}", kind.code(), locale.as_str());
            }
            assert!(
                kind.page().contains("\n## Example\n"),
                "{} has an example",
                kind.code()
            );
        }
    }
}
