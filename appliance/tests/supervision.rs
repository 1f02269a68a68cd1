//! The daemon under a supervisor: what systemd hears from the start to the stop.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A watchdog time so short that signs of life come within the test.
const WATCHDOG: Duration = Duration::from_secs(3);

/// Longest that any word may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn next_word(socket: &UnixDatagram) -> String {
    let mut bytes = [0; 4_096];
    let length = socket.recv(&mut bytes).expect("systemd hears something in time");
    String::from_utf8(bytes[..length].to_vec()).expect("words are UTF-8")
}

#[test]
fn systemd_hears_ready_then_signs_of_life_then_stopping() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_anteroomd"));
    command.args(["--demo", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path().join("branch"));
    command.env("NOTIFY_SOCKET", &path);
    command.env("WATCHDOG_USEC", WATCHDOG.as_micros().to_string());
    let mut daemon = Daemon(command.spawn().unwrap());

    let ready = next_word(&socket);
    let url = std::fs::read_to_string(folder.path().join("branch/endpoint")).unwrap();
    assert_eq!(ready, format!("READY=1\nSTATUS=serving at {}\n", url.trim()), "doors open first");
    for _ in 0..3 {
        assert_eq!(next_word(&socket), "WATCHDOG=1\n");
    }

    let id = Pid::from_raw(i32::try_from(daemon.0.id()).unwrap());
    kill(id, Signal::SIGTERM).unwrap();
    let stopping = loop {
        let word = next_word(&socket);
        if word != "WATCHDOG=1\n" {
            break word;
        }
    };
    assert!(stopping.starts_with("STOPPING=1\nSTATUS="), "{stopping}");
    assert!(daemon.0.wait().unwrap().success());
}

#[test]
fn a_log_that_nobody_reads_any_more_stops_neither_work_nor_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("branch");
    let mut command = Command::new(env!("CARGO_BIN_EXE_anteroomd"));
    command.args(["--demo", "--listen", "127.0.0.1:0", "--set", "log=debug", "--data"]).arg(&home);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut daemon = Daemon(command.spawn().unwrap());
    let mut log = BufReader::new(daemon.0.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("serving") {
        line.clear();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "it starts");
    }
    drop(log);
    let url = std::fs::read_to_string(home.join("endpoint")).unwrap();
    let address = url.trim().strip_prefix("http://").unwrap().to_owned();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    let id = Pid::from_raw(i32::try_from(daemon.0.id()).unwrap());
    kill(id, Signal::SIGTERM).unwrap();
    assert!(daemon.0.wait().unwrap().success());
}
