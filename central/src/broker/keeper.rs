//! The thread that starts Mosquitto, sees that it is there, and ends it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getppid};
use serve::shutdown::Shutdown;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStderr, Command};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::{BrokerError, State, files};

/// How long a port that was ours may still be taken: after a SIGKILL of central the old child is
/// just dying.
const PORT_FREE_WITHIN: Duration = Duration::from_secs(2);
/// How often a taken port is tried again.
const PORT_TRIED_EVERY: Duration = Duration::from_millis(50);
/// Ports that are tried where any will do: another program may take one between the look and the
/// broker's own.
const PORTS_TRIED_MAX: usize = 20;
/// How long the broker may take until it listens; it takes some 20 ms.
const READY_WITHIN: Duration = Duration::from_secs(5);
/// How often it is looked whether it listens.
const READY_TRIED_EVERY: Duration = Duration::from_millis(10);
/// A broker that cannot have its port ends within this time, although somebody listens there.
const READY_STAYS: Duration = Duration::from_millis(60);
/// How long it may take to end when it is asked to; after that it is killed. It keeps nothing.
const STOP_WITHIN: Duration = Duration::from_millis(800);
/// The first pause before a broker that died is started again; doubled each time.
const RESTART_PAUSE_MIN: Duration = Duration::from_millis(100);
/// The longest such pause: branches try again about as often.
const RESTART_PAUSE_MAX: Duration = Duration::from_secs(5);
/// Bytes of one line of the broker's that is logged; the rest of it is dropped.
const LOG_LINE_BYTES_MAX: u64 = 512;

/// What the broker's thread knows.
pub(super) struct Keeper {
    /// Where Mosquitto is.
    pub(super) program: PathBuf,
    /// Its folder, furnished.
    pub(super) folder: PathBuf,
    /// The one port that it may have.
    pub(super) wanted: Option<u16>,
    /// How it is doing.
    pub(super) state: Arc<State>,
    /// When it shall end.
    pub(super) stop: Shutdown,
}

impl Drop for Keeper {
    /// The child never outlives its keeper's thread, not even if that panics.
    fn drop(&mut self) {
        self.state.went();
    }
}

impl Keeper {
    /// The thread's whole life.
    pub(super) fn live(self, ready: oneshot::Sender<Result<u16, BrokerError>>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => {
                ready.send(Err(BrokerError::Spawn(error))).ok();
                return;
            }
        };
        runtime.block_on(async {
            match self.first().await {
                Ok((child, port)) => {
                    ready.send(Ok(port)).ok();
                    self.keep(child, port).await;
                }
                Err(error) => {
                    ready.send(Err(error)).ok();
                }
            }
        });
    }

    /// The first start, in which the port is found.
    async fn first(&self) -> Result<(Child, u16), BrokerError> {
        let last = self.wanted.or_else(|| files::last_port(&self.folder));
        if let Some(port) = last {
            if becomes_free(port).await
                && let Some(child) = self.launch(port).await?
            {
                return self.settle(child, port);
            }
            if self.wanted.is_some() {
                return Err(BrokerError::PortTaken(port));
            }
        }
        for _ in 0..PORTS_TRIED_MAX {
            let port = any_port().await.map_err(BrokerError::Spawn)?;
            if let Some(child) = self.launch(port).await? {
                return self.settle(child, port);
            }
        }
        Err(BrokerError::Deaf)
    }

    fn settle(&self, child: Child, port: u16) -> Result<(Child, u16), BrokerError> {
        files::remember_port(&self.folder, port)?;
        Ok((child, port))
    }

    /// Starts it on this port and waits until it listens; `None` where it does not.
    async fn launch(&self, port: u16) -> Result<Option<Child>, BrokerError> {
        files::write_configuration(&self.folder, port)?;
        let mut command = Command::new(&self.program);
        // Names without a folder need no quoting, whatever the data folder is called.
        command
            .args(["-c", files::CONFIGURATION])
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // Where systemd started central, ready is central's word to say.
            .env_remove("NOTIFY_SOCKET")
            // Ctrl-C at a terminal reaches the whole group, and central stops its broker in turn.
            .process_group(0)
            .kill_on_drop(true);
        die_with_parent(&mut command);
        let mut child = command.spawn().map_err(BrokerError::Spawn)?;
        if let Some(said) = child.stderr.take() {
            tokio::spawn(pass_on(said));
        }
        if !listens(&mut child, port).await {
            child.kill().await.ok();
            return Ok(None);
        }
        self.state.came(child.id().unwrap_or(0));
        tracing::info!(port, "the broker listens");
        Ok(Some(child))
    }

    /// Starts it again whenever it ends, until it is told to stop.
    async fn keep(&self, mut child: Child, port: u16) {
        let mut pause = RESTART_PAUSE_MIN;
        loop {
            tokio::select! {
                _ = self.stop.wait() => return self.end(child).await,
                status = child.wait() => self.fell(status),
            }
            child = loop {
                tokio::select! {
                    _ = self.stop.wait() => return,
                    () = sleep(pause) => {}
                }
                pause = RESTART_PAUSE_MAX.min(pause * 2);
                match self.launch(port).await {
                    Ok(Some(child)) => break child,
                    Ok(None) => tracing::warn!(port, "the broker does not come up again"),
                    Err(error) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "no broker");
                    }
                }
            };
            self.state.restarts.fetch_add(1, Relaxed);
        }
    }

    fn fell(&self, status: io::Result<std::process::ExitStatus>) {
        self.state.went();
        match status {
            Ok(status) => tracing::error!(%status, "the broker has ended by itself"),
            Err(error) => tracing::error!(%error, "the broker cannot be watched"),
        }
    }

    async fn end(&self, mut child: Child) {
        // It has not been waited for, so the id is still its own.
        if let Some(id) = child.id() {
            kill(Pid::from_raw(id.cast_signed()), Signal::SIGTERM).ok();
        }
        if timeout(STOP_WITHIN, child.wait()).await.is_err() {
            tracing::warn!("the broker does not end when it is asked to");
            child.kill().await.ok();
        }
        self.state.went();
    }
}

/// Whether this child listens there, in the end.
async fn listens(child: &mut Child, port: u16) -> bool {
    let tries = async {
        loop {
            if !matches!(child.try_wait(), Ok(None)) {
                return false;
            }
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
                sleep(READY_STAYS).await;
                return matches!(child.try_wait(), Ok(None));
            }
            sleep(READY_TRIED_EVERY).await;
        }
    };
    timeout(READY_WITHIN, tries).await.unwrap_or(false)
}

async fn becomes_free(port: u16) -> bool {
    let tries = async {
        while TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            sleep(PORT_TRIED_EVERY).await;
        }
    };
    timeout(PORT_FREE_WITHIN, tries).await.is_ok()
}

async fn any_port() -> io::Result<u16> {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    TcpListener::bind(any).await?.local_addr().map(|address| address.port())
}

/// What the broker says, into our log. Lines hold names that clients gave themselves.
async fn pass_on(said: ChildStderr) {
    let mut said = BufReader::new(said);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut said).take(LOG_LINE_BYTES_MAX).read_until(b'\n', &mut line).await;
        if !matches!(read, Ok(bytes) if 0 < bytes) {
            return;
        }
        let line = String::from_utf8_lossy(&line);
        tracing::info!(target: "mosquitto", "{}", line.trim_end().escape_debug());
    }
}

/// A killed parent runs no destructor; the kernel ends the child for it.
fn die_with_parent(command: &mut Command) {
    let parent = Pid::this();
    let ask_kernel = move || {
        prctl::set_pdeathsig(Signal::SIGKILL)?;
        // The parent may have gone between the fork and the line above.
        if getppid() == parent { Ok(()) } else { Err(io::ErrorKind::Interrupted.into()) }
    };
    #[expect(unsafe_code, reason = "the standard library has no other way to set this up")]
    // SAFETY: what runs between fork and exec makes two system calls, and neither allocates nor
    // takes a lock.
    unsafe {
        command.pre_exec(ask_kernel);
    }
}
