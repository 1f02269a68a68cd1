//! A central server in a folder of its own, and how it is asked.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// Longer than anything here takes when nothing is wrong.
pub(crate) const SOON: Duration = Duration::from_secs(15);

/// Waits until something holds.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let tries = async {
        while !holds().await {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, tries).await.unwrap_or_else(|_| panic!("{what}"));
}

/// The program with these arguments, its standard error in `log`.
pub(crate) fn command(arguments: &[&str], log: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anteroom-central"));
    command.args(arguments).env_remove("RUST_LOG").kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(log).expect("a log"));
    command
}

/// How the program ends with these arguments, and what it says.
pub(crate) async fn ends(arguments: &[&str], path: Option<&str>) -> (i32, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    let mut command = command(arguments, &log);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let mut child = command.spawn().expect("it is built");
    let status = timeout(SOON, child.wait()).await.expect("it ends").expect("ours");
    (status.code().expect("by itself"), fs::read_to_string(&log).expect("written"))
}

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    /// The error's word.
    pub(crate) fn code(&self) -> String {
        assert!(self.head.contains("content-type: application/problem+json"), "{}", self.head);
        self.json()["code"].as_str().expect("it has a word").to_owned()
    }
}

/// A running program.
pub(crate) struct Central {
    pub(crate) folder: TempDir,
    arguments: Vec<String>,
    child: Option<Child>,
}

impl Central {
    /// The demonstration.
    pub(crate) async fn demo() -> Central {
        Central::with(&["--demo"]).await
    }

    /// One with these arguments beside folder and address.
    pub(crate) async fn with(arguments: &[&str]) -> Central {
        let folder = tempfile::tempdir().expect("a folder");
        let arguments = arguments.iter().map(ToString::to_string).collect();
        let mut central = Central { folder, arguments, child: None };
        central.start().await;
        central
    }

    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.as_ref().and_then(Child::id).expect("it runs")
    }

    /// The data folder.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("central")
    }

    /// What it logged since it was started.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Starts it, again if need be, and waits until it is there.
    pub(crate) async fn start(&mut self) {
        let data = self.home();
        // The file of a run that was killed stays until the next one clears it.
        fs::remove_file(data.join("endpoint")).ok();
        let data = data.to_str().expect("plain").to_owned();
        let fixed = ["serve", "--data", &data, "--listen", "127.0.0.1:0"];
        let own = self.arguments.iter().map(String::as_str);
        let arguments: Vec<&str> = fixed.into_iter().chain(own).collect();
        let child = command(&arguments, &self.folder.path().join("log")).spawn();
        self.child = Some(child.expect("it is built"));
        let (endpoint, log) = (self.home().join("endpoint"), self.folder.path().join("log"));
        let child = self.child.as_mut().expect("started");
        until("it is there", async || {
            let ended = child.try_wait().expect("ours");
            assert!(ended.is_none(), "{}", fs::read_to_string(&log).unwrap_or_default());
            endpoint.exists()
        })
        .await;
    }

    /// Sends a signal and waits for the end.
    pub(crate) async fn end_by(&mut self, signal: Signal) -> ExitStatus {
        let mut child = self.child.take().expect("it runs");
        let id = child.id().expect("it was not waited for");
        kill(Pid::from_raw(id.cast_signed()), signal).expect("it is ours");
        timeout(SOON, child.wait()).await.expect("it ends").expect("ours")
    }

    /// A line of a file in the data folder.
    pub(crate) fn line(&self, file: &str) -> String {
        let text = fs::read_to_string(self.home().join(file));
        text.unwrap_or_else(|_| panic!("{file} is there")).trim().to_owned()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        let url = self.line("endpoint");
        url.strip_prefix("http://").and_then(|text| text.parse().ok()).expect("a URL")
    }

    /// Asks it; `request` is a method and a path.
    pub(crate) async fn ask(&self, request: &str, headers: &[&str], body: &str) -> Reply {
        let mut stream = TcpStream::connect(self.address()).await.expect("it listens");
        let mut text = format!("{request} HTTP/1.1\r\nHost: central\r\nConnection: close\r\n");
        for header in headers {
            text.push_str(header);
            text.push_str("\r\n");
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        stream.write_all(text.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        let read = timeout(SOON, stream.read_to_string(&mut answer)).await;
        read.expect("it answers").expect("in UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").expect("head and body");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Reply {
            status: status.expect("a status"),
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }

    /// Posts JSON.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        let headers = ["Content-Type: application/json"];
        self.ask(&format!("POST {path}"), &headers, &body.to_string()).await
    }

    /// A token of the demonstration's user.
    pub(crate) async fn token(&self) -> String {
        let who = json!({"login": "manager", "password": "demo-manager"});
        let reply = self.post("/v1/login", &who).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()["token"].as_str().expect("a token").to_owned()
    }

    /// Gets something for somebody who has signed in.
    pub(crate) async fn get(&self, path: &str, token: &str) -> Value {
        let header = format!("Authorization: Bearer {token}");
        let reply = self.ask(&format!("GET {path}"), &[&header], "").await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    }

    /// Its health.
    pub(crate) async fn health(&self) -> Value {
        self.ask("GET /health", &[], "").await.json()
    }

    /// The process of its broker.
    pub(crate) async fn broker_process(&self) -> u64 {
        self.health().await["broker"]["own"]["process"].as_u64().expect("it runs")
    }
}

/// Whether this process is there, and not only waits to be buried.
pub(crate) fn lives(process: u64) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    status.contains("State:") && !status.contains("State:\tZ")
}
