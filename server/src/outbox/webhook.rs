//! Notices over HTTP, to a program of the shop's that takes them further.
//!
//! Signed as Standard Webhooks has it (<https://www.standardwebhooks.com>), so
//! that receivers verify with a library that is there: HMAC-SHA256 over
//! `id.timestamp.body`. The id is the notice's, the same however often it is
//! sent, and is an `idempotency-key` too.

use std::sync::Arc;

use axum::http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::Full;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Letter, Trouble};
use crate::clock::Moment;
use crate::upstreams::client::Http;

/// What stands before a key.
const PREFIX: &str = "whsec_";
/// Bytes of a key, as the standard has them.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Reads a key: `whsec_` and base64.
pub(super) fn key(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = STANDARD.decode(text.strip_prefix(PREFIX)?).ok();
    let bytes = bytes.map(Zeroizing::new)?;
    KEY_BYTES.contains(&bytes.len()).then_some(bytes)
}

/// Where notices are posted to.
#[derive(Clone)]
pub(super) struct Webhook {
    http: Http,
    address: Uri,
    key: Arc<Zeroizing<Vec<u8>>>,
}

impl Webhook {
    pub(super) fn new(address: Uri, key: Zeroizing<Vec<u8>>) -> std::io::Result<Webhook> {
        Ok(Webhook {
            http: Http::connecting(address.scheme_str() == Some("https"))?,
            address,
            key: Arc::new(key),
        })
    }

    pub(super) async fn send(&self, letter: &Letter) -> Result<(), Trouble> {
        let body = letter.json().ok_or(Trouble::Never("unreadable"))?;
        let now = Moment::now().ok_or(Trouble::Down("clock"))?;
        let seconds = now.milliseconds().div_euclid(1000).to_string();
        let id = &letter.told.id;
        let signature = self.sign(id, &seconds, &body);
        let mut request = Request::new(Full::new(body.into()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.address.clone();
        let headers = request.headers_mut();
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
        for (name, value) in [
            ("idempotency-key", id),
            ("webhook-id", id),
            ("webhook-timestamp", &seconds),
            ("webhook-signature", &signature),
        ] {
            let value = HeaderValue::from_str(value).map_err(|_| Trouble::Never("unreadable"))?;
            headers.insert(name, value);
        }
        let status = self.http.send(request).await;
        match status.map_err(|missing| Trouble::Down(missing.code()))? {
            status if status.is_success() => Ok(()),
            // What is wrong with this one is wrong the next time too.
            StatusCode::BAD_REQUEST
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNPROCESSABLE_ENTITY => Err(Trouble::Never("refused")),
            // Another try of it is on its way.
            StatusCode::CONFLICT => Err(Trouble::Later("conflict")),
            StatusCode::TOO_MANY_REQUESTS => Err(Trouble::Down("too-many")),
            status if status.is_server_error() => Err(Trouble::Down("out-of-order")),
            // A key or an address that is not right: of the channel, not of
            // the notice.
            _ => Err(Trouble::Down("not-accepted")),
        }
    }

    fn sign(&self, id: &str, seconds: &str, body: &str) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        for part in [id, ".", seconds, ".", body] {
            mac.update(part.as_bytes());
        }
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the standard's documents.
    #[test]
    fn it_signs_as_the_standard_does() {
        let key = key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a key");
        let address = Uri::from_static("http://127.0.0.1/");
        let webhook = Webhook::new(address, key).expect("a client");
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signed = webhook.sign(id, "1614265330", r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_a_key_is() {
        for (text, expected, why) in [
            (
                format!("whsec_{}", STANDARD.encode([7; 24])),
                true,
                "the shortest",
            ),
            (
                format!("whsec_{}", STANDARD.encode([7; 64])),
                true,
                "the longest",
            ),
            (
                format!("whsec_{}", STANDARD.encode([7; 23])),
                false,
                "too short",
            ),
            (
                format!("whsec_{}", STANDARD.encode([7; 65])),
                false,
                "too long",
            ),
            (STANDARD.encode([7; 32]), false, "nothing before it"),
            ("whsec_!".to_owned(), false, "no base64"),
            (String::new(), false, "nothing"),
        ] {
            assert_eq!(key(&text).is_some(), expected, "{why}");
        }
    }
}
