//! What stands at the other end of channels: a relay for mail that speaks SMTP,
//! and a receiver of webhooks. Both fail as they are told to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How a receiver behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It takes everything.
    Well,
    /// It says that it cannot now.
    Busy,
    /// It says that it never will take this.
    Refusing,
    /// It takes it, and breaks off before it says so.
    BreakingOff,
    /// It says nothing.
    Silent,
}

/// What has come: by which name, with which head, and what.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    /// The recipient of a mail, or nothing.
    pub(crate) to: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Came {
    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines();
        let found = lines.find_map(|line| {
            let (one, value) = line.split_once(": ")?;
            one.eq_ignore_ascii_case(name).then_some(value)
        });
        found.unwrap_or_default()
    }
}

/// A receiver on a port of its own.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<(Mode, Vec<Came>, usize)>>,
}

impl Receiver {
    /// A relay for mail.
    pub(crate) async fn mail() -> Receiver {
        Receiver::start(true).await
    }

    /// A receiver of webhooks.
    pub(crate) async fn web() -> Receiver {
        Receiver::start(false).await
    }

    async fn start(is_mail: bool) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let receiver = Receiver {
            address: listener.local_addr().expect("an address"),
            state: Arc::new(Mutex::new((Mode::Well, Vec::new(), 0))),
        };
        let taking = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let taking = taking.clone();
                tokio::spawn(async move {
                    taking.with(|(_, _, tries)| *tries += 1);
                    // Whoever sends may have gone.
                    let _ = if is_mail {
                        taking.take_mail(stream).await
                    } else {
                        taking.take_post(stream).await
                    };
                });
            }
        });
        receiver
    }

    fn with<T>(&self, change: impl FnOnce(&mut (Mode, Vec<Came>, usize)) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn behave(&self, mode: Mode) {
        self.with(|(now, ..)| *now = mode);
    }

    fn mode(&self) -> Mode {
        self.with(|(mode, ..)| *mode)
    }

    /// Everything that has come, in its order.
    pub(crate) fn came(&self) -> Vec<Came> {
        self.with(|(_, came, _)| came.clone())
    }

    /// How often somebody connected.
    pub(crate) fn tries(&self) -> usize {
        self.with(|(.., tries)| *tries)
    }

    async fn take_mail(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        if self.mode() == Mode::Silent {
            std::future::pending::<()>().await;
        }
        stream.write_all(b"220 relay.test ESMTP\r\n").await?;
        let (mut line, mut to) = (String::new(), String::new());
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let word = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            let answer: &[u8] = match (&*word, self.mode()) {
                ("EHLO", _) => b"250-relay.test\r\n250 8BITMIME\r\n",
                ("MAIL", _) => b"250 2.1.0 go on\r\n",
                ("RCPT", Mode::Busy) => b"451 4.7.1 later, please\r\n",
                ("RCPT", Mode::Refusing) => b"550 5.1.1 nobody here\r\n",
                ("RCPT", _) => {
                    to = line
                        .trim()
                        .split_once(':')
                        .map_or("", |(_, to)| to)
                        .to_owned();
                    b"250 2.1.5 go on\r\n"
                }
                ("DATA", _) => {
                    stream.write_all(b"354 go on\r\n").await?;
                    self.take_data(&mut stream, &to).await?;
                    if self.mode() == Mode::BreakingOff {
                        return Ok(());
                    }
                    b"250 2.0.0 taken\r\n"
                }
                ("QUIT", _) => {
                    stream.write_all(b"221 2.0.0 bye\r\n").await?;
                    return Ok(());
                }
                _ => b"500 5.5.1 what?\r\n",
            };
            stream.write_all(answer).await?;
        }
    }

    async fn take_data(&self, stream: &mut BufReader<TcpStream>, to: &str) -> std::io::Result<()> {
        let (mut text, mut line) = (String::new(), String::new());
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            assert!(line.ends_with("\r\n"), "lines end as mail has them");
            if line == ".\r\n" {
                break;
            }
            text.push_str(line.strip_prefix('.').unwrap_or(&line));
        }
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        let came = Came {
            to: to.to_owned(),
            // Lines that go on are one.
            head: head.replace("\r\n ", " "),
            body: body.to_owned(),
        };
        self.with(|(_, all, _)| all.push(came));
        Ok(())
    }

    async fn take_post(&self, mut stream: TcpStream) -> std::io::Result<()> {
        loop {
            let mut bytes = Vec::new();
            let end = loop {
                if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                    break end;
                }
                if stream.read_buf(&mut bytes).await? == 0 {
                    return Ok(());
                }
            };
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let mut came = Came {
                to: String::new(),
                head,
                body: String::new(),
            };
            let length: usize = came.header("content-length").parse().expect("a length");
            let mut body = bytes.split_off(end + 4);
            while body.len() < length {
                if stream.read_buf(&mut body).await? == 0 {
                    return Ok(());
                }
            }
            came.body = String::from_utf8(body).expect("text");
            let answer = match self.mode() {
                Mode::Well => "204 No Content",
                Mode::Busy => "503 Service Unavailable",
                Mode::Refusing => "422 Unprocessable Content",
                Mode::BreakingOff => {
                    self.with(|(_, all, _)| all.push(came));
                    return Ok(());
                }
                Mode::Silent => {
                    std::future::pending::<()>().await;
                    return Ok(());
                }
            };
            if self.mode() == Mode::Well {
                self.with(|(_, all, _)| all.push(came));
            }
            let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await?;
        }
    }
}
