//! A client that costs little: keep-alive, one request at a time, no parsing beyond what it needs.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::machine::Watch;

/// One connection.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Head and whole length of the last answer: one that looks the same need not be parsed, and
    /// the client's own work would only blur what is measured.
    last: (usize, usize),
}

impl Client {
    /// Connects.
    pub(crate) async fn connect(address: SocketAddr) -> std::io::Result<Client> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Client { stream, buffer: Vec::with_capacity(4096), last: (0, 0) })
    }

    /// Sends a request that is written out whole; gives the status and the body.
    pub(crate) async fn send(&mut self, request: &[u8]) -> std::io::Result<(u16, &[u8])> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let broken = |what: &str| std::io::Error::other(what.to_owned());
        let (head, length) = loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(broken("the server hung up"));
            }
            let (head, whole) = self.last;
            if self.buffer.len() == whole && self.buffer[..head].ends_with(b"\r\n\r\n") {
                break (head, whole - head);
            }
            if let Some(head) = end_of_head(&self.buffer) {
                let length = content_length(&self.buffer[..head]);
                break (head, length.ok_or_else(|| broken("no content-length"))?);
            }
        };
        while self.buffer.len() < head + length {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(broken("the server hung up in mid-body"));
            }
        }
        self.last = (head, head + length);
        let status = std::str::from_utf8(&self.buffer[9..12]).ok().and_then(|s| s.parse().ok());
        let status = status.ok_or_else(|| broken("no status"))?;
        Ok((status, &self.buffer[head..head + length]))
    }
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|place| place + 4)
}

fn content_length(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    value.trim().parse().ok()
}

/// A GET request, written out.
pub(crate) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: branch\r\n\r\n").into_bytes()
}

/// A POST request with a form, written out.
pub(crate) fn post(path: &str, form: &str) -> Vec<u8> {
    let length = form.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: branch\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\n\r\n{form}"
    )
    .into_bytes()
}

/// Answers a second to one request repeated over so many connections for so long.
pub(crate) async fn rate(
    address: SocketAddr,
    request: Vec<u8>,
    connections: usize,
    time: Duration,
) -> std::io::Result<f64> {
    let answers = Arc::new(AtomicU64::new(0));
    let watch = Watch::start();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (request, answers) = (request.clone(), Arc::clone(&answers));
        tasks.spawn(async move {
            let mut client = Client::connect(address).await?;
            let watch = Watch::start();
            while watch.elapsed() < time {
                let (status, _) = client.send(&request).await?;
                if status != 200 {
                    return Err(std::io::Error::other(format!("status {status}")));
                }
                answers.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.map_err(std::io::Error::other)??;
    }
    Ok(answers.load(Ordering::Relaxed) as f64 / watch.elapsed().as_secs_f64())
}
