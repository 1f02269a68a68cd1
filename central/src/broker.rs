//! The demonstration's own Mosquitto: a child process that dies with central.
//!
//! It has a thread of its own, because the kernel's parent-death signal follows the *thread* that
//! started the child: this one lives for as long as the child shall.

mod files;
mod keeper;

use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use serve::shutdown::Shutdown;
use sync::link::{Address, Credentials};
use tokio::sync::oneshot;

use self::keeper::Keeper;

/// Why there is no broker.
#[derive(Debug)]
pub enum BrokerError {
    /// The program is not on this machine; names it.
    Missing(&'static str),
    /// A file of its folder cannot be read or written.
    File(PathBuf, io::Error),
    /// The password file cannot be made; says why.
    Passwords(String),
    /// The port that was asked for is taken.
    PortTaken(u16),
    /// It cannot be started.
    Spawn(io::Error),
    /// It ends at once, or does not listen.
    Deaf,
}

impl fmt::Display for BrokerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BrokerError::Missing(program) => write!(
                f,
                "`{program}` is not on this machine and `--demo` needs it; install Debian's \
                 package `mosquitto` (apt install mosquitto)"
            ),
            BrokerError::File(path, _) => write!(f, "cannot use {}", path.display()),
            BrokerError::Passwords(why) => {
                write!(f, "mosquitto_passwd did not make the broker's password file: {why}")
            }
            BrokerError::PortTaken(port) => write!(
                f,
                "another program listens on port {port}; name another one with `broker.port`, or \
                 leave it out"
            ),
            BrokerError::Spawn(_) => write!(f, "mosquitto cannot be started"),
            BrokerError::Deaf => {
                write!(f, "mosquitto ends at once or does not listen; the log above says why")
            }
        }
    }
}

impl std::error::Error for BrokerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            BrokerError::File(_, cause) | BrokerError::Spawn(cause) => Some(cause),
            BrokerError::Missing(_)
            | BrokerError::Passwords(_)
            | BrokerError::PortTaken(_)
            | BrokerError::Deaf => None,
        }
    }
}

/// A running broker. Dropping it without [`Broker::stop`] asks it to end without waiting for it.
#[derive(Debug)]
pub struct Broker {
    port: u16,
    credentials: Credentials,
    view: BrokerView,
    stop: Shutdown,
    ended: oneshot::Receiver<()>,
}

/// How the broker is doing. Cheap to clone.
#[derive(Clone, Debug)]
pub struct BrokerView(Arc<State>);

#[derive(Debug, Default)]
struct State {
    running: AtomicBool,
    restarts: AtomicU64,
    /// 0 while there is none.
    process: AtomicU64,
}

impl State {
    fn came(&self, process: u32) {
        self.process.store(u64::from(process), Relaxed);
        self.running.store(true, Relaxed);
    }

    fn went(&self) {
        self.running.store(false, Relaxed);
        self.process.store(0, Relaxed);
    }
}

impl BrokerView {
    /// Whether it runs and listens.
    pub fn is_running(&self) -> bool {
        self.0.running.load(Relaxed)
    }

    /// How often it had to be started again.
    pub fn restarts(&self) -> u64 {
        self.0.restarts.load(Relaxed)
    }

    /// Its process id, while it runs.
    pub fn process(&self) -> Option<u32> {
        u32::try_from(self.0.process.load(Relaxed)).ok().filter(|id| *id != 0)
    }
}

impl Broker {
    /// Starts a broker whose files are in `data/broker.d`, and waits until it listens: on `port`,
    /// or else on the one of the last time if that is free again, or else on any free one.
    ///
    /// # Errors
    ///
    /// [`BrokerError`], which says what to do.
    pub async fn start(data: &Path, port: Option<u16>) -> Result<Broker, BrokerError> {
        let folder = data.join(files::FOLDER);
        let program = files::program("mosquitto")?;
        let credentials = files::furnish(&folder).await?;
        let state = Arc::<State>::default();
        let stop = Shutdown::new();
        let keeper = Keeper { program, folder, wanted: port, state, stop };
        let (state, stop) = (Arc::clone(&keeper.state), keeper.stop.clone());
        let (ready, started) = oneshot::channel();
        let (end, ended) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new().name("broker".into());
        let body = move || {
            keeper.live(ready);
            drop(end);
        };
        thread.spawn(body).map_err(BrokerError::Spawn)?;
        // The thread says one of both unless it panics.
        let port = started.await.unwrap_or(Err(BrokerError::Deaf))?;
        Ok(Broker { port, credentials, view: BrokerView(state), stop, ended })
    }

    /// Where it listens.
    pub fn address(&self) -> Address {
        Address::parse(&format!("mqtt://{}:{}", Ipv4Addr::LOCALHOST, self.port))
            .expect("a port that is listened on is not 0")
    }

    /// With what central itself signs in: drawn anew at every start.
    pub fn credentials(&self) -> Credentials {
        self.credentials.clone()
    }

    /// How it is doing.
    pub fn view(&self) -> BrokerView {
        self.view.clone()
    }

    /// Asks it to end and waits for that.
    pub async fn stop(mut self) {
        self.stop.trigger();
        // The sender only ever goes with its thread.
        (&mut self.ended).await.ok();
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.stop.trigger();
    }
}

#[cfg(test)]
mod tests;
