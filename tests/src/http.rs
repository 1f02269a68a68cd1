//! A small HTTP client: one connection that is kept, and bytes as they are where a test wants that.

use std::io;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::patience::SOON;

/// Bytes of an answer: the largest list of the daemon is a fraction of it.
const BODY_BYTES_MAX: usize = 64 << 20;

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Names in lower case, and values, in their order.
    pub headers: Vec<(String, String)>,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; panics where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{error} in the answer {}: {}", self.status, self.text())
        })
    }

    /// The first header of this name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Itself if it is a 200; panics with the body where it is not.
    #[track_caller]
    pub fn ok(self) -> Reply {
        assert_eq!(self.status, 200, "{}", self.text());
        self
    }
}

/// A client with one connection, made when it is needed.
#[derive(Debug)]
pub struct Http {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Http {
    /// A client of this server.
    pub fn new(address: SocketAddr) -> Http {
        Http { address, stream: None }
    }

    /// The server.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A GET; panics where no answer comes.
    pub async fn get(&mut self, path: &str) -> Reply {
        self.ask("GET", path, &[], b"").await
    }

    /// A GET by someone who has signed in; panics where no answer comes.
    pub async fn get_as(&mut self, path: &str, token: &str) -> Reply {
        let bearer = format!("Bearer {token}");
        self.ask("GET", path, &[("Authorization", &bearer)], b"").await
    }

    /// A POST of JSON; panics where no answer comes.
    pub async fn post(&mut self, path: &str, body: &Value) -> Reply {
        self.ask("POST", path, &[JSON], body.to_string().as_bytes()).await
    }

    /// A POST of JSON that may be repeated with the same `Idempotency-Key`.
    pub async fn post_once(&mut self, path: &str, body: &Value, key: &str) -> Reply {
        let headers = [JSON, ("Idempotency-Key", key)];
        self.ask("POST", path, &headers, body.to_string().as_bytes()).await
    }

    /// Any request; panics where no answer comes.
    pub async fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        let reply = self.try_ask(method, path, headers, body).await;
        reply.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Any request. After an error nobody knows whether the server has done what was asked; it is
    /// never sent twice.
    ///
    /// # Errors
    ///
    /// Where the connection cannot be made, breaks, or no whole answer comes soon.
    pub async fn try_ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Reply> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() || method == "POST" || method == "PUT" {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        let mut bytes = head.into_bytes();
        bytes.extend(b"\r\n");
        bytes.extend(body);
        self.exchange(&bytes, method == "HEAD").await
    }

    /// Sends these bytes as they are, and reads one answer.
    ///
    /// # Errors
    ///
    /// As of [`Http::try_ask`].
    pub async fn raw(&mut self, bytes: &[u8]) -> io::Result<Reply> {
        self.exchange(bytes, false).await
    }

    async fn exchange(&mut self, bytes: &[u8], headless: bool) -> io::Result<Reply> {
        // Taken out, so that a connection on which something failed is not used again.
        let stream = self.stream.take().filter(still_open);
        let talk = async {
            let mut stream = match stream {
                Some(stream) => stream,
                None => connect(self.address).await?,
            };
            // A server may answer before it has read all, and close: the answer counts.
            let sent = stream.get_mut().write_all(bytes).await;
            match read_reply(&mut stream, headless).await {
                Ok(reply) => Ok((reply, stream)),
                Err(error) => Err(sent.err().unwrap_or(error)),
            }
        };
        let late = || io::Error::new(io::ErrorKind::TimedOut, "no whole answer came");
        let (reply, stream) = timeout(SOON, talk).await.map_err(|_| late())??;
        if reply.header("connection") != Some("close") {
            self.stream = Some(stream);
        }
        Ok(reply)
    }
}

const JSON: (&str, &str) = ("Content-Type", "application/json");

async fn connect(address: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}

/// Whether a kept connection can still be used: the server may have closed it meanwhile.
fn still_open(stream: &BufReader<TcpStream>) -> bool {
    let nothing_to_read = stream.get_ref().try_read(&mut [0; 1]);
    matches!(nothing_to_read, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

/// Reads one answer from a connection; one to HEAD is `headless` of a body.
///
/// # Errors
///
/// Where the server closes before its end, or what it says is not HTTP.
pub async fn read_reply(stream: &mut BufReader<TcpStream>, headless: bool) -> io::Result<Reply> {
    let broken = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let line = read_line(stream).await?;
    let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| broken(&format!("`{line}` is no status line")))?;
    let mut headers = Vec::new();
    loop {
        let line = read_line(stream).await?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| broken("a header has no colon"))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut reply = Reply { status, headers, body: Vec::new() };
    if headless || matches!(status, 100..200 | 204 | 304) {
        return Ok(reply);
    }
    if reply.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
        reply.body = read_chunks(stream).await?;
    } else if let Some(length) = reply.header("content-length") {
        let length = length.parse().map_err(|_| broken("the length is no number"))?;
        read_more(stream, length, &mut reply.body).await?;
    } else {
        stream.take(BODY_BYTES_MAX as u64).read_to_end(&mut reply.body).await?;
    }
    Ok(reply)
}

async fn read_chunks(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_line(stream).await?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a chunk has no size"))?;
        read_more(stream, size, &mut body).await?;
        read_line(stream).await?;
        if size == 0 {
            return Ok(body);
        }
    }
}

async fn read_more(
    stream: &mut BufReader<TcpStream>,
    count: usize,
    into: &mut Vec<u8>,
) -> io::Result<()> {
    let start = into.len();
    if BODY_BYTES_MAX < start + count {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the body is too large"));
    }
    into.resize(start + count, 0);
    stream.read_exact(&mut into[start..]).await.map(|_| ())
}

async fn read_line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    match line.strip_suffix('\n') {
        Some(line) => Ok(line.trim_end_matches('\r').to_owned()),
        None => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed")),
    }
}
