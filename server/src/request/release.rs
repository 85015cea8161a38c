//! Policies that are handed to a service that runs.

use axum::body::Body;
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use precheck::units::Locale;
use serde::Serialize;

use super::{DEFAULT_LOCALE, Problem, Shape, check_headers, parts, read};

/// The largest body with bundles, in bytes: two of a mebibyte, in base64.
const MOST_BYTES: usize = 3 * 1024 * 1024;

/// A policy, and what it is to be.
pub(crate) struct ReleaseRequest {
    pub(crate) locale: Locale,
    /// A word, not looked up yet.
    pub(crate) role: String,
    /// The server bundle.
    pub(crate) server: Vec<u8>,
    /// The public bundle.
    pub(crate) public: Vec<u8>,
    /// Why, for whoever reads the log.
    pub(crate) because: String,
}

/// Two bundles as they are sent.
#[derive(Serialize)]
pub(crate) struct Bundles {
    pub(crate) version: u32,
    pub(crate) server: String,
    pub(crate) public: String,
}

/// Bytes in base64.
pub(crate) fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads a body that may hold bundles.
pub(crate) async fn large(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Problem> {
    let early = |kind| Problem::new(kind, DEFAULT_LOCALE);
    check_headers(headers).map_err(early)?;
    read(body, MOST_BYTES).await.map_err(early)
}

/// Reads `{ role, server, public, because }`, the bundles in base64.
pub(crate) fn parse_release(bytes: &[u8]) -> Result<ReleaseRequest, Problem> {
    let allowed = ["role", "server", "public", "because", "locale"];
    let (mut parts, mut shape) = parts(bytes, &allowed)?;
    let role = parts.text(&mut shape, "role");
    let mut bundle = |name: &str, shape: &mut Shape| {
        let bytes = STANDARD.decode(parts.text(shape, name)?).ok();
        if bytes.is_none() {
            shape.wrong_type(&format!("/{name}"), "base64 文本", "a text in base64");
        }
        bytes
    };
    let server = bundle("server", &mut shape);
    let public = bundle("public", &mut shape);
    let because = parts.text(&mut shape, "because");
    let because = because.filter(|text| super::acts::is_told(text, &mut shape));
    match (role, server, public, because) {
        (Some(role), Some(server), Some(public), Some(because)) if shape.faults.is_empty() => {
            Ok(ReleaseRequest {
                locale: shape.locale,
                role,
                server,
                public,
                because,
            })
        }
        _ => Err(shape.problem()),
    }
}
