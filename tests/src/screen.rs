//! A page's stream of server-sent events, over a real socket.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// What it is called.
    pub name: String,
    /// Its id; empty where it has none.
    pub id: String,
    /// What it says.
    pub text: String,
}

impl Event {
    /// What it says, as JSON; panics where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

/// An open stream.
#[derive(Debug)]
pub struct Screen {
    stream: TcpStream,
    /// The status code.
    pub status: u16,
    raw: Vec<u8>,
    text: String,
    events: VecDeque<Event>,
}

impl Screen {
    /// Opens a stream; `headers` are lines without their ends.
    ///
    /// # Errors
    ///
    /// The connection's.
    pub async fn open(address: SocketAddr, path: &str, headers: &[&str]) -> io::Result<Screen> {
        let mut stream = TcpStream::connect(address).await?;
        let mut request = format!("GET {path} HTTP/1.1\r\nHost: branch\r\n");
        for header in headers {
            request.push_str(&format!("{header}\r\n"));
        }
        stream.write_all(format!("{request}\r\n").as_bytes()).await?;
        let mut raw = Vec::new();
        let end = loop {
            if let Some(end) = raw.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            if stream.read_buf(&mut raw).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        let head = String::from_utf8_lossy(&raw[..end]).into_owned();
        raw.drain(..end + 4);
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Ok(Screen { stream, status, raw, text: String::new(), events: VecDeque::new() })
    }

    /// The next event; nothing once the stream has ended, however it did.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            let is_over = self.unpack();
            if !self.events.is_empty() {
                continue;
            }
            if is_over || self.stream.read_buf(&mut self.raw).await.ok()? == 0 {
                return None;
            }
        }
    }

    /// The next state; signs of life are passed over. Nothing once the stream has ended.
    pub async fn state(&mut self) -> Option<Value> {
        loop {
            let event = self.next().await?;
            if event.name == "state" {
                return Some(event.json());
            }
        }
    }

    /// Takes the whole chunks out of their wrapping; true: the last one is among them.
    fn unpack(&mut self) -> bool {
        let mut is_over = false;
        while let Some(end) = self.raw.windows(2).position(|pair| pair == b"\r\n") {
            let size = std::str::from_utf8(&self.raw[..end]).unwrap_or("");
            let size = usize::from_str_radix(size, 16).unwrap_or(0);
            if size == 0 {
                is_over = true;
                break;
            }
            let (from, to) = (end + 2, end + 2 + size);
            if self.raw.len() < to + 2 {
                break;
            }
            self.text.push_str(&String::from_utf8_lossy(&self.raw[from..to]));
            self.raw.drain(..to + 2);
        }
        while let Some((block, rest)) = self.text.split_once("\n\n") {
            let field = |name: &str| {
                let line = block.lines().find_map(|line| line.strip_prefix(name));
                line.and_then(|line| line.strip_prefix(": ")).unwrap_or_default().to_owned()
            };
            let event = Event { name: field("event"), id: field("id"), text: field("data") };
            self.text = rest.to_owned();
            if !event.name.is_empty() {
                self.events.push_back(event);
            }
        }
        is_over
    }
}
