//! The real daemon, and what becomes of the passwords that it is shown: nothing of them stays.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "passwords/customers.rs"]
mod customers;
#[path = "passwords/setup.rs"]
mod setup;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anteroomd");
const BASE: &str = "/restapi/v2/queuemanagement";
const SERVICES: &str = "POST /api/1";
/// A wrong password that is nowhere by chance.
const WRONG: &str = "Kx7-wrong-horse-4711";
/// One that a clerk is given.
const CHOSEN: &str = "Zq9-battery-staple-0815";

/// The daemon over a folder, ended with the test.
struct Daemon {
    child: Child,
    address: String,
}

impl Daemon {
    async fn start(folder: &Path, more: &[&str]) -> Daemon {
        let demo = ["--demo", "--set", "queue_management.authentication=true"];
        Daemon::start_with(folder, &[&demo, more].concat()).await
    }

    async fn start_with(folder: &Path, arguments: &[&str]) -> Daemon {
        let log = File::options().create(true).append(true).open(log_of(folder)).unwrap();
        let out = File::options().create(true).append(true).open(shown_of(folder)).unwrap();
        let child = Command::new(PROGRAM)
            .args(["--listen", "127.0.0.1:0", "--set", "log=\"trace\"", "--data"])
            .arg(folder)
            .args(arguments)
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::from(out))
            .stderr(Stdio::from(log))
            .spawn()
            .unwrap();
        let mut daemon = Daemon { child, address: String::new() };
        for _ in 0..600 {
            if let Ok(url) = fs::read_to_string(folder.join("endpoint")) {
                daemon.address = url.trim().trim_start_matches("http://").to_owned();
                return daemon;
            }
            assert!(daemon.child.try_wait().unwrap().is_none(), "{}", read(&log_of(folder)));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it does not serve: {}", read(&log_of(folder)));
    }

    async fn ask(&self, first: &str, headers: &[&str], body: &str) -> String {
        let mut connection = TcpStream::connect(&self.address).await.unwrap();
        let mut request = format!("{first} HTTP/1.1\r\nHost: branch\r\nConnection: close\r\n");
        headers.iter().for_each(|header| request.push_str(&format!("{header}\r\n")));
        request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        answer
    }

    /// The token of somebody who signs in.
    async fn sign_in(&self, login: &str, password: &str) -> Option<String> {
        let body = format!(r#"{{"login": "{login}", "password": "{password}"}}"#);
        let answer = self.ask("POST /v1/login", &[], &body).await;
        let (_, token) = answer.split_once(r#"{"token":""#)?;
        Some(token.split('"').next()?.to_owned())
    }

    /// The status of a call with this token.
    async fn status(&self, token: &str) -> String {
        let header = format!("Authorization: Bearer {token}");
        let answer = self.ask(&format!("GET {BASE}/waitingticketscount"), &[&header], "").await;
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    }

    fn stop(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn log_of(folder: &Path) -> PathBuf {
    folder.with_extension("log")
}

/// What the person who starts it sees.
fn shown_of(folder: &Path) -> PathBuf {
    folder.with_extension("shown")
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
}

/// What the program does at once, with a line on its standard input.
fn once(folder: &Path, arguments: &[&str], line: &str) -> Output {
    let mut child = Command::new(PROGRAM)
        .arg("--data")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may have ended before it reads.
    child.stdin.take().unwrap().write_all(line.as_bytes()).ok();
    child.wait_with_output().unwrap()
}

/// Every file below a folder. A socket has nothing in it to be read.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    found.filter(|path| path.is_file()).collect()
}

/// The files in which this stands.
fn holding(all: &[PathBuf], what: &str) -> Vec<PathBuf> {
    let has = |path: &&PathBuf| {
        fs::read(path).unwrap().windows(what.len()).any(|part| part == what.as_bytes())
    };
    all.iter().filter(has).cloned().collect()
}

#[tokio::test]
async fn a_password_stays_nowhere() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let daemon = Daemon::start(&folder, &[]).await;
    let token = daemon.sign_in("clerk1", "demo-clerk").await.unwrap();
    assert_eq!(daemon.status(&token).await, "200");
    let json = format!(r#"{{"user_id": 1, "password": "{WRONG}"}}"#);
    let broken = format!(r#"{{"user_id": 1, "password": "{WRONG}", }}"#);
    let twice = format!(r#"{{"user_id": 1, "password": "{WRONG}", "password": "{WRONG}"}}"#);
    let list = format!(r#"{{"user_id": 1, "password": ["{WRONG}"]}}"#);
    let long = format!(r#"{{"user_id": 1, "password": "{}"}}"#, WRONG.repeat(20));
    let form = format!("user_id=1&password={WRONG}");
    let xml = format!("<r><user_id>1</user_id><password>{WRONG}</password></r>");
    let bad_xml = format!("<r><user_id>1</user_id><password>{WRONG}</password>");
    let native = format!(r#"{{"login": "clerk1", "password": "{WRONG}"}}"#);
    let in_name = format!(r#"{{"login": "{WRONG}", "password": "x"}}"#);
    let basic = format!("Authorization: Bearer {WRONG}");
    let key = format!("Idempotency-Key: {WRONG}\u{e9}");
    let login = format!("POST {BASE}/login");
    let mut told = String::new();
    for (first, headers, body) in [
        (login.clone(), vec![], json.as_str()),
        (format!("{login}?format=xml"), vec![], &json),
        (format!("{login}?user_id=1&password={WRONG}"), vec![], ""),
        (format!("{login}?user_id=1&password={WRONG}%ff"), vec![], ""),
        (format!("{login}/{WRONG}"), vec![], ""),
        (format!("GET {BASE}/login?password={WRONG}"), vec![], ""),
        (login.clone(), vec![], &broken),
        (login.clone(), vec![], &twice),
        (login.clone(), vec![], &list),
        (login.clone(), vec![], &long),
        (login.clone(), vec![], &form),
        (login.clone(), vec![], &xml),
        (login.clone(), vec![], &bad_xml),
        (login.clone(), vec![basic.as_str(), key.as_str()], &json),
        ("POST /v1/login".to_owned(), vec![], &native),
        ("POST /v1/login".to_owned(), vec![], &in_name),
        ("POST /v1/login".to_owned(), vec![], &broken),
        (format!("POST /v1/login/{WRONG}"), vec![], ""),
        (format!("{SERVICES}/operation/identify/1/clerk2/{WRONG}"), vec![], ""),
        (format!("{SERVICES}/operation/identify/1/{WRONG}/x"), vec![], ""),
        (format!("{SERVICES}/operation/identify/{WRONG}/clerk2/x"), vec![], ""),
        (format!("{SERVICES}/operation/identify/1/clerk2/{WRONG}/more"), vec![], ""),
        (format!("{SERVICES}/operation/identify/1/clerk2/{WRONG}%ff"), vec![], ""),
        (format!("{SERVICES}/operation/login/clerk2/{WRONG}"), vec![basic.as_str()], ""),
        (format!("{SERVICES}/queue/admin/login/manager/{WRONG}"), vec![], ""),
        (format!("GET /api/1/queue/admin/login/manager/{WRONG}"), vec![], ""),
        ("GET /metrics".to_owned(), vec![], ""),
        ("GET /health".to_owned(), vec![], ""),
    ] {
        let answer = daemon.ask(&first, &headers, body).await;
        assert!(answer.starts_with("HTTP/1.1 "), "{first}: {answer}");
        told.push_str(&answer);
    }
    assert!(told.contains(r#""errno":106"#), "it was really looked at: {told}");
    assert!(told.contains("queuemanagement/login"), "the metrics are in it");
    assert!(told.contains("api/1/operation/identify/{clientId}/{login}/{password}"));
    assert!(told.contains("the password is another one"), "it was really looked at: {told}");
    // While the log is still being written, and what is written is not folded in.
    let mut all = files(&folder);
    all.push(log_of(&folder));
    check(&all, &token);
    assert!(daemon.stop().success());
    let mut all = files(&folder);
    all.push(log_of(&folder));
    check(&all, &token);
    for secret in [WRONG, "demo-clerk", "demo-manager"] {
        assert!(!told.contains(secret), "{secret} was told back: {told}");
    }
}

fn check(all: &[PathBuf], token: &str) {
    for secret in [WRONG, "demo-clerk", "demo-manager", CHOSEN, token] {
        assert_eq!(holding(all, secret), [] as [PathBuf; 0], "{secret}");
    }
    assert!(!holding(all, "$argon2id$v=19$").is_empty(), "what is searched is the data");
    assert!(!holding(all, "queuemanagement/login").is_empty(), "and the log");
}

#[tokio::test]
async fn a_fresh_key_ends_all_tokens_and_no_password() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let rotate = ["--rotate-token-key"];
    let daemon = Daemon::start(&folder, &[]).await;
    let token = daemon.sign_in("clerk1", "demo-clerk").await.unwrap();
    let refused = once(&folder, &rotate, "");
    assert_eq!(refused.status.code(), Some(1));
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(words.contains("the daemon is running in") && words.contains("stop it"), "{words}");
    assert_eq!(daemon.status(&token).await, "200");
    assert!(daemon.stop().success());
    let daemon = Daemon::start(&folder, &[]).await;
    assert_eq!(daemon.status(&token).await, "200", "a restart signs nobody out");
    assert!(daemon.stop().success());
    assert!(once(&folder, &rotate, "").status.success());
    let daemon = Daemon::start(&folder, &[]).await;
    assert_eq!(daemon.status(&token).await, "401");
    let token = daemon.sign_in("clerk1", "demo-clerk").await.unwrap();
    assert_eq!(daemon.status(&token).await, "200");
}

#[tokio::test]
async fn a_technician_gives_an_operator_a_password() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let daemon = Daemon::start(&folder, &[]).await;
    let line = format!("{CHOSEN}\n");
    assert_eq!(once(&folder, &["--set-password", "clerk2"], &line).status.code(), Some(1));
    assert!(daemon.stop().success());
    for (login, line, words) in [
        ("clerk2", "too short\n", "at least 10 characters"),
        ("clerk2", "", "at least 10 characters"),
        ("nobody", line.as_str(), "no operator of this branch signs in as `nobody`"),
    ] {
        let refused = once(&folder, &["--set-password", login], line);
        assert_eq!(refused.status.code(), Some(1));
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains(words) && !said.contains(CHOSEN), "{said}");
    }
    let done = once(&folder, &["--set-password", "clerk2"], &line);
    assert!(done.status.success() && done.stdout.is_empty() && done.stderr.is_empty());
    let daemon = Daemon::start(&folder, &[]).await;
    assert_eq!(daemon.sign_in("clerk2", "demo-clerk").await, None);
    assert!(daemon.sign_in("clerk2", CHOSEN).await.is_some());
    assert!(daemon.sign_in("clerk3", "demo-clerk").await.is_some());
    assert!(daemon.stop().success());
    assert_eq!(holding(&files(&folder), CHOSEN), [] as [PathBuf; 0]);
}

#[tokio::test]
async fn a_technician_gives_a_program_a_key_and_takes_it_back() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("data");
    let daemon = Daemon::start(&folder, &[]).await;
    let make = ["--new-api-key", "clerk2"];
    let refused = once(&folder, &make, "");
    assert_eq!((refused.status.code(), refused.stdout.as_slice()), (Some(1), &b""[..]));
    assert!(daemon.stop().success());
    let refused = once(&folder, &["--new-api-key", "nobody"], "");
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(words.contains("no operator of this branch signs in as `nobody`"), "{words}");
    let drawn = || {
        let made = once(&folder, &make, "");
        assert!(made.status.success() && made.stderr.is_empty());
        String::from_utf8(made.stdout).unwrap().trim_end().to_owned()
    };
    let keys: Vec<String> = (0..appliance::store::API_KEYS_MAX).map(|_| drawn()).collect();
    assert!(keys.iter().all(|key| key.starts_with("ak_") && key.len() == 67), "{keys:?}");
    let refused = once(&folder, &make, "");
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(words.contains("has 16 API keys") && words.contains("--revoke-api-keys"), "{words}");
    let daemon = Daemon::start(&folder, &[]).await;
    for key in [&keys[0], &keys[15]] {
        assert_eq!(daemon.status(key).await, "200");
    }
    let header = format!("Authorization: Bearer {}", keys[0]);
    let answer = daemon.ask(&format!("POST {BASE}/login"), &[&header], "").await;
    assert!(answer.contains(r#""username":"clerk2""#), "{answer}");
    let answer = daemon.ask("GET /metrics", &[&header], "").await;
    assert!(!answer.contains(&keys[0]));
    assert!(daemon.stop().success());
    let mut all = files(&folder);
    all.push(log_of(&folder));
    for key in &keys {
        assert_eq!(holding(&all, key), [] as [PathBuf; 0]);
        // Nor what is behind the prefix, as a log that cuts would have it.
        assert_eq!(holding(&all, &key[3..]), [] as [PathBuf; 0]);
    }
    assert!(once(&folder, &["--revoke-api-keys", "clerk2"], "").status.success());
    let daemon = Daemon::start(&folder, &[]).await;
    assert_eq!(daemon.status(&keys[0]).await, "401");
    assert!(daemon.sign_in("clerk2", "demo-clerk").await.is_some(), "the password is still good");
    assert!(daemon.stop().success());
    assert_ne!(drawn(), keys[0]);
}
