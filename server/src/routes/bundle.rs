//! The public policy bundle, for browsers.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Service;

/// The bundle as it is given to browsers, and its name for caches.
pub(crate) struct PublicBundle {
    bytes: Bytes,
    tag: HeaderValue,
}

impl PublicBundle {
    /// A bundle whose policy has this hash, in hexadecimal.
    pub(crate) fn new(bytes: Vec<u8>, hash: &str) -> PublicBundle {
        let tag = HeaderValue::from_str(&format!("\"{hash}\""))
            .expect("hexadecimal digits in quotes are a header value");
        PublicBundle {
            bytes: bytes.into(),
            tag,
        }
    }

    /// Whether a cache's conditions say that it has this bundle.
    fn is_known(&self, headers: &HeaderMap) -> bool {
        let wanted = headers.get_all(header::IF_NONE_MATCH).iter();
        let mut tags = wanted
            .filter_map(|value| value.to_str().ok())
            .flat_map(|all| all.split(','));
        tags.any(|tag| {
            let tag = tag.trim();
            tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == self.tag.as_bytes()
        })
    }
}

pub(super) async fn show(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let release = service.policies.active();
    let bundle = &release.public_bundle;
    let cached = [
        (header::ETAG, bundle.tag.clone()),
        // Kept, but asked about each time: a new policy counts at once.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    if bundle.is_known(&headers) {
        return (StatusCode::NOT_MODIFIED, cached).into_response();
    }
    (cached, bundle.bytes.clone()).into_response()
}
