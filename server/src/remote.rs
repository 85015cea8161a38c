//! Calling a service from elsewhere, as staff do from the command line.

use std::sync::Arc;

use axum::http::{HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// The most bytes of an answer.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// A service, and the key with which it is called.
pub struct Remote {
    service: Uri,
    key: Option<HeaderValue>,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

/// What the service answered.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Why a service cannot be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemoteError {
    /// This is not `https://host`, or `http://` and this machine.
    Address(String),
    /// The key is no text that a header takes.
    Key,
    /// The system's certificates cannot be read.
    Tls(String),
    /// Nobody answers there, or only in part.
    Unanswered(String),
}

impl RemoteError {
    /// The code, stable.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            RemoteError::Address(_) => "service-address",
            RemoteError::Key => "caller-key-malformed",
            RemoteError::Tls(_) => "tls-unusable",
            RemoteError::Unanswered(_) => "service-unanswered",
        }
    }
}

impl std::fmt::Display for RemoteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RemoteError::Address(address) => write!(
                f,
                "`{address}` is no address of a service; write `https://host`, or `http://` for one \
                 on this machine"
            ),
            RemoteError::Key => f.write_str("the caller's key is no text of one line"),
            RemoteError::Tls(cause) => write!(f, "the system's certificates: {cause}"),
            RemoteError::Unanswered(cause) => write!(
                f,
                "the service does not answer: {cause}; look whether it runs at this address"
            ),
        }
    }
}

impl std::error::Error for RemoteError {}

impl Remote {
    /// A service by its address, such as `https://decide.shop.example`.
    ///
    /// # Errors
    ///
    /// What is wrong with address or key. A key goes over the net over https
    /// only, so `http` is for this machine.
    pub fn new(service: &str, key: Option<&str>) -> Result<Remote, RemoteError> {
        let wrong = || RemoteError::Address(service.to_owned());
        let address: Uri = service.parse().map_err(|_| wrong())?;
        let host = address.host().unwrap_or_default();
        let is_here = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
        let is_bare = matches!(address.path(), "" | "/") && address.query().is_none();
        let is_secure = match address.scheme_str() {
            Some("https") => true,
            Some("http") if is_here => false,
            _ => return Err(wrong()),
        };
        if !is_bare {
            return Err(wrong());
        }
        let key = key.map(|key| HeaderValue::from_str(&format!("Bearer {}", key.trim())));
        let mut key = key.transpose().map_err(|_| RemoteError::Key)?;
        if let Some(key) = &mut key {
            key.set_sensitive(true);
        }
        let tls = |cause: &dyn std::fmt::Display| RemoteError::Tls(cause.to_string());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = HttpsConnectorBuilder::new();
        let builder = if is_secure {
            builder
                .with_provider_and_native_roots(provider)
                .map_err(|cause| tls(&cause))?
                .https_only()
        } else {
            let config = rustls::ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .map_err(|cause| tls(&cause))?
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth();
            builder.with_tls_config(config).https_or_http()
        };
        Ok(Remote {
            service: address,
            key,
            client: Client::builder(TokioExecutor::new()).build(builder.enable_http1().build()),
        })
    }

    /// Asks for something; with a body of JSON, or without.
    ///
    /// # Errors
    ///
    /// [`RemoteError::Unanswered`]. Every status is an answer.
    pub async fn call(&self, path: &str, body: Option<String>) -> Result<Reply, RemoteError> {
        let unanswered = |cause: &dyn std::fmt::Display| RemoteError::Unanswered(cause.to_string());
        let mut parts = self.service.clone().into_parts();
        parts.path_and_query = Some(path.parse().map_err(|cause| unanswered(&cause))?);
        let address = Uri::from_parts(parts).map_err(|cause| unanswered(&cause))?;
        let mut request = Request::new(Full::new(Bytes::from(body.clone().unwrap_or_default())));
        if body.is_some() {
            *request.method_mut() = Method::POST;
            let json = HeaderValue::from_static("application/json");
            request.headers_mut().insert(header::CONTENT_TYPE, json);
        }
        *request.uri_mut() = address;
        if let Some(key) = &self.key {
            let headers = request.headers_mut();
            headers.insert(header::AUTHORIZATION, key.clone());
        }
        let response = self.client.request(request).await;
        let response = response.map_err(|cause| unanswered(&cause))?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), MOST_BYTES)
            .collect()
            .await;
        let body = body.map_err(|cause| unanswered(&cause))?;
        Ok(Reply {
            status,
            body: body.to_bytes().to_vec(),
        })
    }
}
