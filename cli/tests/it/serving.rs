//! A service as people start it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// A running `precheck serve`.
pub(crate) struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    pub(crate) fn start(arguments: &[&str]) -> Serving {
        let mut child = Command::new(env!("CARGO_BIN_EXE_precheck"))
            .args(["serve", "--listen", "127.0.0.1:0", "--as-of", "2026-11-22"])
            .args(["--demo", "--json"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line).expect("this is JSON");
        let address = said["listening"].as_str().expect("an address").to_owned();
        Serving { child, address }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Asks for a decision and gives its id.
    pub(crate) fn decide(&self, account: &str) -> String {
        let body = json!({
            "account": account,
            "fields": { "name": "测试样本", "id_number": "110101199003071233", "phone": "13800138000" },
            "facts": {
                "monthly_income": 800_000, "employment": "employed", "monthly_debt": 100_000,
            },
        });
        let body = body.to_string();
        let mut stream = TcpStream::connect(&self.address).expect("it accepts");
        let request = format!(
            "POST /v1/activation/decisions HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len(),
        );
        stream.write_all(request.as_bytes()).expect("it is taken");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
