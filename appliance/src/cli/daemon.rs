//! The way to the daemon: HTTP over the socket in its data folder.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Method, Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::UnixStream;

use super::trouble::Trouble;
use crate::socket;

/// Bytes of an answer that is taken whole: the largest branch's settings, several times.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// How long the daemon may take to begin to answer: a keypad's test waits for fifteen seconds.
const ANSWER_TIME: Duration = Duration::from_secs(40);

/// An answer, whole.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    /// The version of what was answered, as it is sent back with a change.
    pub(super) tag: Option<String>,
    pub(super) body: Bytes,
}

impl Reply {
    /// The body as JSON.
    pub(super) fn json(&self) -> Result<Value, Trouble> {
        serde_json::from_slice(&self.body).map_err(|_| garbled())
    }

    /// The body as JSON, or the daemon's no.
    pub(super) fn well(&self) -> Result<Value, Trouble> {
        if self.status.is_success() { self.json() } else { Err(self.no()) }
    }

    /// The daemon's no, in its own words.
    pub(super) fn no(&self) -> Trouble {
        let body = self.json().unwrap_or(Value::Null);
        let detail = body["detail"].as_str().unwrap_or("the daemon refused without a word");
        let mut trouble = Trouble::new(body["code"].as_str().unwrap_or("refused"), detail);
        for error in body["errors"].as_array().into_iter().flatten() {
            let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
            trouble.errors.push((text("path"), text("message")));
        }
        trouble
    }
}

fn garbled() -> Trouble {
    Trouble::new("garbled", "the daemon's answer cannot be read")
        .remedy("Are `anteroom` and `anteroomd` of the same version? See `anteroom --version`.")
}

/// The daemon of a data folder.
#[derive(Clone, Debug)]
pub(super) struct Daemon {
    folder: PathBuf,
}

impl Daemon {
    pub(super) fn in_folder(folder: &Path) -> Daemon {
        Daemon { folder: folder.to_owned() }
    }

    /// A GET that is well.
    pub(super) async fn get(&self, path: &str) -> Result<Value, Trouble> {
        self.ask(Method::GET, path, &[], Vec::new()).await?.well()
    }

    /// A POST of JSON that is well.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, Trouble> {
        self.ask(Method::POST, path, &[], body.to_string().into_bytes()).await?.well()
    }

    /// Any request, and all of its answer.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(header::HeaderName, &str)],
        body: Vec<u8>,
    ) -> Result<Reply, Trouble> {
        let answer = self.send(method, path, headers, body).await?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
        let body = body.map_err(|_| broken())?.to_bytes();
        let tag = head.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
        Ok(Reply { status: head.status, tag: tag.map(str::to_owned), body })
    }

    /// An answer that comes in pieces.
    pub(super) async fn stream(&self, path: &str) -> Result<Pieces, Trouble> {
        let answer = self.send(Method::GET, path, &[], Vec::new()).await?;
        if answer.status().is_success() {
            return Ok(Pieces(answer.into_body()));
        }
        let status = answer.status();
        let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await;
        let body = body.map_err(|_| broken())?.to_bytes();
        Err(Reply { status, tag: None, body }.no())
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(header::HeaderName, &str)],
        body: Vec<u8>,
    ) -> Result<Response<Incoming>, Trouble> {
        let stream = self.connect().await?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|_| broken())?;
        tokio::spawn(connection);
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::HOST, "localhost");
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request.body(Full::new(Bytes::from(body)));
        let request = request.map_err(|_| Trouble::new("path", "this cannot be asked for"))?;
        match tokio::time::timeout(ANSWER_TIME, sender.send_request(request)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(broken()),
            Err(_) => Err(Trouble::new("no_answer", "the daemon does not answer")
                .remedy("See `anteroom logs`, and whether the disk is busy or broken.")),
        }
    }

    async fn connect(&self) -> Result<UnixStream, Trouble> {
        let path = socket::path_in(&self.folder)
            .map_err(|fault| Trouble::new("long_path", fault.to_string()))?;
        UnixStream::connect(&path).await.map_err(|error| self.away(&error))
    }

    /// Why nobody answers at the socket.
    fn away(&self, error: &io::Error) -> Trouble {
        let folder = self.folder.display();
        let start = format!(
            "Start it (`systemctl start anteroomd`, or `anteroomd --data {folder}`), or name its \
             folder with --data. `anteroom doctor` looks further."
        );
        let kind = error.kind();
        if kind == io::ErrorKind::PermissionDenied {
            let message = format!("you may not use the socket in {folder}");
            return Trouble::new("not_allowed", message)
                .remedy("Only root, the daemon's user and the members of its group may.");
        }
        let is_absent = [io::ErrorKind::NotFound, io::ErrorKind::ConnectionRefused].contains(&kind);
        if is_absent {
            let message = format!("no daemon is running in {folder}");
            return Trouble::new("not_running", message).remedy(start);
        }
        Trouble::new("socket", format!("the socket in {folder}: {error}")).remedy(start)
    }
}

fn broken() -> Trouble {
    Trouble::new("broken_off", "the daemon broke off in the middle of its answer")
        .remedy("See `anteroom logs`; it may have been stopped.")
}

/// An answer that comes in pieces.
#[derive(Debug)]
pub(super) struct Pieces(Incoming);

impl Pieces {
    /// The next bytes; nothing at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Trouble> {
        loop {
            match self.0.frame().await {
                None => return Ok(None),
                Some(Err(_)) => return Err(broken()),
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data() {
                        return Ok(Some(bytes));
                    }
                }
            }
        }
    }
}
