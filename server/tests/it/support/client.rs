//! The least of an HTTP client: one request, one connection.
//!
//! Written by hand because tests have to send what no client would.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request.
pub(crate) struct Request {
    head: String,
    body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &str, path: &str) -> Request {
        let head = format!("{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n");
        Request {
            head,
            body: Vec::new(),
        }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Request {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Request {
        self.body = body.into();
        let length = self.body.len().to_string();
        self.header("content-length", &length)
    }

    pub(crate) fn json(self, body: impl Into<Vec<u8>>) -> Request {
        self.header("content-type", "application/json").body(body)
    }

    pub(crate) async fn send(self, address: SocketAddr) -> Answer {
        let sent = self.try_send(address).await;
        sent.expect("the service accepts, reads and answers")
    }

    /// The same where the service may go away at any moment.
    pub(crate) async fn try_send(self, address: SocketAddr) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(self.head.as_bytes()).await?;
        stream.write_all(b"\r\n").await?;
        stream.write_all(&self.body).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        let answer = Answer::parse(&bytes);
        answer.ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
    }
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Reads an answer; `None` for a part of one.
    fn parse(bytes: &[u8]) -> Option<Answer> {
        // Some answers have a word before them: that the body may come.
        let interim = b"HTTP/1.1 100 Continue\r\n\r\n";
        let bytes = bytes.strip_prefix(interim).unwrap_or(bytes);
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        let answer = Answer {
            status: status?,
            headers: headers
                .map(|(name, value)| (name.to_lowercase(), value.into()))
                .collect(),
            body: bytes[end + 4..].to_vec(),
        };
        let length = answer.header("content-length");
        let is_whole = length.is_none_or(|length| length.parse() == Ok(answer.body.len()));
        is_whole.then_some(answer)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(one, _)| one == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).expect("a text")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The pointer and code of every error of a problem.
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let problem = self.json();
        let errors = problem["errors"].as_array().expect("a list of errors");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        errors
            .iter()
            .map(|error| (text(&error["pointer"]), text(&error["code"])))
            .collect()
    }
}
