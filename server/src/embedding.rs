//! Which pages of other origins may show the help centre inside of themselves.
//!
//! Nobody may by default. The list is a file of the page, `help/hosts.json`,
//! and not the service's own, because the help centre reads it too: it talks to
//! these origins only.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use serde::Deserialize;

use crate::error::StartError;
use crate::observe::POLICY;

/// Where the list is in the folder of the page.
const FILE: &str = "help/hosts.json";

/// Which answers it is about.
const PLACE: &str = "/help/";

const NOBODY: &str = "frame-ancestors 'none'";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hosts {
    origins: Vec<String>,
}

/// The content policy of the help centre, where it is not the usual one.
pub(crate) struct Embedding(Option<HeaderValue>);

impl Embedding {
    /// Reads the list of a page. A page without one is shown by nobody.
    pub(crate) fn read(www: Option<&Path>) -> Result<Embedding, StartError> {
        let Some(path) = www.map(|folder| folder.join(FILE)) else {
            return Ok(Embedding(None));
        };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Embedding(None)),
            Err(error) => return Err(refused(path, &error)),
        };
        let Hosts { origins } = match serde_json::from_str(&text) {
            Ok(hosts) => hosts,
            Err(error) => return Err(refused(path, &error)),
        };
        if let Some(wrong) = origins.iter().find(|origin| !is_origin(origin)) {
            return Err(refused(path, &format_args!("`{wrong}` is no origin")));
        }
        if origins.is_empty() {
            return Ok(Embedding(None));
        }
        let hosts = format!("frame-ancestors {}", origins.join(" "));
        let policy = POLICY.replace(NOBODY, &hosts);
        match HeaderValue::from_str(&policy) {
            Ok(policy) => Ok(Embedding(Some(policy))),
            Err(error) => Err(refused(path, &error)),
        }
    }

    /// Lets the origins of the list in. To be the outermost layer: it replaces
    /// what every answer has.
    pub(crate) fn layer(self, router: Router) -> Router {
        let Some(policy) = self.0 else {
            return router;
        };
        router.layer(middleware::from_fn(move |request: Request, next: Next| {
            let policy = policy.clone();
            async move {
                let is_help = request.uri().path().starts_with(PLACE);
                let mut response = next.run(request).await;
                if is_help {
                    let headers = response.headers_mut();
                    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
                }
                response
            }
        }))
    }
}

fn refused(path: PathBuf, what: &dyn std::fmt::Display) -> StartError {
    StartError::HostsRefused {
        path,
        text: what.to_string(),
    }
}

/// Whether a text is scheme, host and perhaps a port, as browsers write an
/// origin; nothing that a content policy would read as more than one host.
fn is_origin(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let is_host = |one: char| {
            one.is_ascii_lowercase() || one.is_ascii_digit() || matches!(one, '.' | '-')
        };
        let (host, port) = rest.split_once(':').unwrap_or((rest, "0"));
        let is_port = port.parse::<u16>().is_ok();
        !host.is_empty() && host.chars().all(is_host) && is_port
    })
}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn what_an_origin_is() {
        for (text, expected, why) in [
            ("https://app.example", true, "scheme and host"),
            ("http://127.0.0.1:8080", true, "a port"),
            ("https://app.example/", false, "a path"),
            ("https://*.example", false, "more than one host"),
            ("https://app.example; script-src *", false, "another rule"),
            ("app.example", false, "no scheme"),
            ("https://", false, "no host"),
            ("https://app.example:", false, "no port"),
            ("https://App.example", false, "browsers write small letters"),
        ] {
            assert_eq!(is_origin(text), expected, "{text}: {why}");
        }
    }
}
