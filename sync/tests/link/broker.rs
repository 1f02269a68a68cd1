//! A Mosquitto of our own on a free loopback port, with a password and an access list.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub(crate) const USER: &str = "box";
pub(crate) const PASSWORD: &str = "correct horse";

pub(crate) struct Broker {
    folder: TempDir,
    port: u16,
    child: Child,
}

/// Debian puts the broker where an ordinary user's PATH does not look.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let found = folders.map(|folder| folder.join(name)).find(|file| file.is_file());
    found.unwrap_or_else(|| {
        panic!("{name} is missing: install Debian's package mosquitto (`make tools` does)")
    })
}

impl Broker {
    pub(crate) fn start() -> Broker {
        let folder = TempDir::new().expect("a folder");
        // Two tests at once may be given the same free port: then one broker ends at once, and
        // another port is tried.
        for _ in 0..20 {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let port = listener.local_addr().expect("bound").port();
            drop(listener);
            configure(folder.path(), port);
            if let Some(child) = launch(folder.path(), port) {
                return Broker { folder, port, child };
            }
        }
        panic!("no broker would start");
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Ends it without a farewell, and with all that it held.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it was ours");
        self.child.wait().expect("it ends");
    }

    pub(crate) fn is_dead(&mut self) -> bool {
        self.child.try_wait().expect("ours").is_some()
    }

    pub(crate) fn start_again(&mut self) {
        for _ in 0..20 {
            if let Some(child) = launch(self.folder.path(), self.port) {
                self.child = child;
                return;
            }
        }
        panic!("the broker does not start again");
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn configure(folder: &Path, port: u16) {
    let passwords = folder.join("passwords");
    let rights = folder.join("rights");
    let made = Command::new(program("mosquitto_passwd"))
        .args(["-b", "-c"])
        .arg(&passwords)
        .args([USER, PASSWORD])
        .stderr(Stdio::null())
        .status();
    assert!(made.expect("it runs").success(), "mosquitto_passwd makes the password file");
    std::fs::write(&rights, format!("user {USER}\ntopic readwrite q/#\ntopic readwrite x\n"))
        .expect("written");
    let text = format!(
        "listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {}\nacl_file {}\n\
         persistence false\nmax_packet_size 262144\nmax_inflight_messages 0\nuser root\n",
        passwords.display(),
        rights.display(),
    );
    std::fs::write(folder.join("mosquitto.conf"), text).expect("written");
}

/// Starts it and waits until it listens.
fn launch(folder: &Path, port: u16) -> Option<Child> {
    let mut child = Command::new(program("mosquitto"))
        .arg("-c")
        .arg(folder.join("mosquitto.conf"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("mosquitto runs");
    #[expect(clippy::disallowed_methods, reason = "a real process starts in real time")]
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(5) {
        if child.try_wait().expect("ours").is_some() {
            return None;
        }
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some(child);
        }
        #[expect(clippy::disallowed_methods, reason = "a real process starts in real time")]
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().ok();
    child.wait().ok();
    None
}
