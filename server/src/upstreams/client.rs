//! One question to one source over HTTP: one attempt, bounded in size. Notices
//! are sent with it too.
//!
//! hyper's own client, because it does little: it follows no redirect (a source
//! cannot send us elsewhere), keeps no cookie, unpacks nothing. Time is the
//! caller's business.

use std::sync::Arc;

use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::config::Spec;
use super::missing::Missing;

/// Asks sources.
#[derive(Clone)]
pub(crate) struct Http(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Http {
    /// A client that trusts whom the system trusts, if any source needs that.
    pub(super) fn new<'s>(mut specs: impl Iterator<Item = &'s Spec>) -> std::io::Result<Http> {
        let is_secure = |spec: &Spec| spec.address.scheme_str() == Some("https");
        Http::connecting(specs.any(is_secure))
    }

    /// A client that trusts whom the system trusts, if that is needed.
    pub(crate) fn connecting(is_secure: bool) -> std::io::Result<Http> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = HttpsConnectorBuilder::new();
        let builder = if is_secure {
            builder
                .with_provider_and_native_roots(provider)?
                .https_or_http()
        } else {
            let tls = rustls::ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .map_err(std::io::Error::other)?
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth();
            builder.with_tls_config(tls).https_or_http()
        };
        let connector = builder.enable_http1().build();
        Ok(Http(Client::builder(TokioExecutor::new()).build(connector)))
    }

    /// Sends something that is answered with a status alone: what comes with
    /// it is not read.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Result<StatusCode, Missing> {
        let response = self.0.request(request).await;
        response
            .map(|response| response.status())
            .map_err(|_| Missing::NoConnection)
    }

    /// Sends a question and reads the answer.
    pub(super) async fn ask(&self, spec: &Spec, question: Bytes) -> Result<Bytes, Missing> {
        let json = HeaderValue::from_static("application/json");
        let mut request = Request::new(Full::new(question));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = spec.address.clone();
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, json.clone());
        headers.insert(header::ACCEPT, json);
        if let Some(key) = &spec.authorization {
            headers.insert(header::AUTHORIZATION, key.clone());
        }
        let response = self.0.request(request).await;
        let response = response.map_err(|_| Missing::NoConnection)?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::TOO_MANY_REQUESTS => return Err(Missing::OutOfOrder),
            status if status.is_server_error() => return Err(Missing::OutOfOrder),
            _ => return Err(Missing::Refused),
        }
        let headers = response.headers();
        let media_type = headers.get(header::CONTENT_TYPE);
        let media_type = media_type
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default();
        if !media_type.trim().eq_ignore_ascii_case("application/json")
            || headers.contains_key(header::CONTENT_ENCODING)
        {
            return Err(Missing::Unreadable);
        }
        read(response.into_body(), spec.most_bytes).await
    }
}

/// Reads a body up to a bound. What is beyond is never read: the connection
/// goes with the body.
async fn read(mut body: Incoming, most: usize) -> Result<Bytes, Missing> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > most {
        return Err(Missing::TooLong);
    }
    let mut bytes = Vec::with_capacity(announced);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Missing::BrokeOff)?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if bytes.len() + data.len() > most {
            return Err(Missing::TooLong);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.into())
}
