//! Requests and answers as bytes: what a well-behaved client library would never send, this can.

use std::net::SocketAddr;
use std::time::Duration;

use tests::http::read_reply;
use tests::{Http, Reply};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longest wait for an answer: the server's own patience with a slow sender, and a good deal more.
const PATIENCE: Duration = Duration::from_secs(40);

/// A connection of one client that keeps to no rule.
pub(crate) struct Wire {
    stream: BufReader<TcpStream>,
}

impl Wire {
    pub(crate) async fn connect(to: SocketAddr) -> Wire {
        let stream = TcpStream::connect(to).await.expect("the daemon takes connections");
        stream.set_nodelay(true).expect("a fresh socket takes its options");
        Wire { stream: BufReader::new(stream) }
    }

    /// Sends bytes. That the server has hung up meanwhile shows when its answer is read.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        timeout(PATIENCE, self.stream.write_all(bytes)).await.expect("the server reads").ok();
    }

    /// Says that nothing more will come.
    pub(crate) async fn end(&mut self) {
        self.stream.shutdown().await.ok();
    }

    /// The next answer; nothing where the server hangs up without one.
    pub(crate) async fn reply(&mut self) -> Option<Reply> {
        self.reply_to("GET").await
    }

    /// The answer to a request of this method: one to HEAD has no body.
    pub(crate) async fn reply_to(&mut self, method: &str) -> Option<Reply> {
        loop {
            let read = timeout(PATIENCE, read_reply(&mut self.stream, method == "HEAD"));
            let reply = read.await.expect("the server answers or hangs up").ok()?;
            // An interim answer (100 Continue) is not the answer.
            if reply.status / 100 != 1 {
                return Some(reply);
            }
        }
    }

    /// Whether the server hangs up without another byte.
    pub(crate) async fn is_hung_up(&mut self) -> bool {
        let read = timeout(PATIENCE, self.stream.read(&mut [0])).await;
        matches!(read.expect("the server hangs up or speaks"), Ok(0) | Err(_))
    }
}

/// One request on a connection of its own.
pub(crate) async fn ask(to: SocketAddr, bytes: &[u8]) -> Option<Reply> {
    let mut wire = Wire::connect(to).await;
    wire.send(bytes).await;
    wire.reply().await
}

/// Whether the daemon is well and takes requests.
pub(crate) async fn is_well(to: SocketAddr) -> bool {
    let health = Http::new(to).get("/health").await;
    health.status == 200 && health.json()["status"] == "ok"
}

/// A request's bytes, with a `Host` and the length of its body.
pub(crate) fn request(
    method: &str,
    target: impl AsRef<[u8]>,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Vec<u8> {
    let mut bytes = head(method, target, headers);
    if !body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH") {
        bytes.truncate(bytes.len() - 2);
        bytes.extend(format!("content-length: {}\r\n\r\n", body.len()).bytes());
    }
    bytes.extend(body);
    bytes
}

/// A request's head, with its empty line and without a length.
pub(crate) fn head(method: &str, target: impl AsRef<[u8]>, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    bytes.extend(method.bytes());
    bytes.push(b' ');
    bytes.extend(target.as_ref());
    bytes.extend(b" HTTP/1.1\r\nhost: branch\r\n");
    for (name, value) in headers {
        bytes.extend(format!("{name}: {value}\r\n").bytes());
    }
    bytes.extend(b"\r\n");
    bytes
}
