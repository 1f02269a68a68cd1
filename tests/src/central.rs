//! The central server as a child process, with the broker that is its own child.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use crate::appliance::{STOP_TIME, await_service};
use crate::dialects::text;
use crate::patience::{SOON, until};
use crate::{Http, Process, Trouble};

/// Who signs in at the demonstration's central server.
pub const LOGIN: &str = "manager";

/// With what.
pub const PASSWORD: &str = "demo-manager";

/// How a central server is to be started. Kept by the [`Central`], which starts again in the same
/// way.
#[derive(Clone, Debug)]
pub struct CentralPlan {
    data: PathBuf,
    log: PathBuf,
    listen: String,
    arguments: Vec<String>,
}

impl CentralPlan {
    /// With `--set KEY=VALUE`.
    pub fn set(self, pair: &str) -> CentralPlan {
        self.argument("--set").argument(pair)
    }

    /// With one more argument as it is.
    pub fn argument(mut self, argument: impl Into<String>) -> CentralPlan {
        self.arguments.push(argument.into());
        self
    }

    /// At this address instead of a free port.
    pub fn listen(mut self, address: impl ToString) -> CentralPlan {
        self.listen = address.to_string();
        self
    }

    /// With its broker on this port.
    pub fn broker_port(self, port: u16) -> CentralPlan {
        self.set(&format!("broker.port={port}"))
    }

    /// Starts the server and waits until it serves, which is after its broker.
    ///
    /// # Errors
    ///
    /// [`Trouble`] with the end of its log, where it ends or does not serve soon.
    pub async fn start(self) -> Result<Central, Trouble> {
        self.forget_addresses();
        let mut process = self.launch()?;
        let (url, address) = await_service(&self.data, &mut process).await?;
        let broker = read_broker(&self.data, &process)?;
        Ok(Central { plan: self, process, url, address, broker, token: Mutex::default() })
    }

    /// A killed server leaves its addresses; they must not be taken for the next one's.
    fn forget_addresses(&self) {
        for file in ["endpoint", "broker"] {
            std::fs::remove_file(self.data.join(file)).ok();
        }
    }

    fn launch(&self) -> Result<Process, Trouble> {
        let data = self.data.display().to_string();
        let known = ["serve", "--demo", "--data", &data, "--listen", &self.listen];
        let mut arguments: Vec<String> = known.map(str::to_owned).to_vec();
        arguments.extend(self.arguments.iter().cloned());
        Process::start("anteroom-central", &arguments, None, &self.log)
    }
}

/// A running central server. Dropping it kills it, and its broker with it.
#[derive(Debug)]
pub struct Central {
    plan: CentralPlan,
    process: Process,
    url: String,
    address: SocketAddr,
    broker: String,
    /// Signed in once; restarts sign nobody out.
    token: Mutex<Option<String>>,
}

impl Central {
    /// The demonstration's server on a free port, with its data in `data`. Its log goes beside
    /// that, as `data.log`, so the folder above must exist.
    pub fn plan(data: impl Into<PathBuf>) -> CentralPlan {
        let data = data.into();
        let log = data.with_extension("log");
        CentralPlan { data, log, listen: "127.0.0.1:0".to_owned(), arguments: Vec::new() }
    }

    /// `http://127.0.0.1:41234`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its broker's address, `mqtt://127.0.0.1:41235`; the same over restarts.
    pub fn broker(&self) -> &str {
        &self.broker
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.plan.data
    }

    /// Its database.
    pub fn database(&self) -> PathBuf {
        self.plan.data.join("central.sqlite")
    }

    /// The server's process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The broker's process id, while there is one.
    pub fn broker_id(&self) -> Option<u32> {
        children(self.process.id()).into_iter().find(|id| name_of(*id) == "mosquitto")
    }

    /// Everything that this server and those before it on the folder have logged.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// A client of its own connection.
    pub fn http(&self) -> Http {
        Http::new(self.address)
    }

    /// A token of the demonstration's manager.
    pub async fn token(&self) -> String {
        let known = self.token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(token) => token,
            None => self.sign_in().await,
        }
    }

    async fn sign_in(&self) -> String {
        let who = json!({"login": LOGIN, "password": PASSWORD});
        let token = text(&self.http().post("/v1/login", &who).await.ok().json()["token"]);
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        token
    }

    /// A GET with the manager's token; panics unless it is answered by 200.
    pub async fn get(&self, path: &str) -> Value {
        let mut http = self.http();
        let mut token = self.token().await;
        let mut reply = http.get_as(path, &token).await;
        if reply.status == 401 {
            // The key of all tokens went with the data folder.
            token = self.sign_in().await;
            reply = http.get_as(path, &token).await;
        }
        reply.ok().json()
    }

    /// All branches, as head office sees them.
    pub async fn branches(&self) -> Vec<Value> {
        let branches = self.get("/v1/branches").await;
        branches.as_array().unwrap_or_else(|| panic!("{branches} is no list of branches")).clone()
    }

    /// One branch with its services.
    pub async fn branch(&self, number: u32) -> Value {
        self.get(&format!("/v1/branches/{number}")).await
    }

    /// A branch once `wanted` holds for it; panics where it does not `within`.
    pub async fn await_branch(
        &self,
        number: u32,
        what: &str,
        within: Duration,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        let mut last = Value::Null;
        let found = until(what, within, async || {
            last = self.branch(number).await;
            wanted(&last).then(|| last.clone())
        });
        match found.await {
            Ok(branch) => branch,
            Err(late) => panic!("{late}; central says {last:#}"),
        }
    }

    /// Stops it by SIGTERM; panics unless it ends with 0 within [`STOP_TIME`].
    pub async fn stop(&mut self) {
        self.try_stop().await.expect("stops");
    }

    /// Stops it by SIGTERM.
    ///
    /// # Errors
    ///
    /// [`Trouble`] with the end of its log, unless it ends with 0 within [`STOP_TIME`].
    pub async fn try_stop(&mut self) -> Result<(), Trouble> {
        self.process.terminate();
        self.process.ended_well(STOP_TIME).await
    }

    /// Trouble if it has ended without being asked to.
    pub fn ended_early(&mut self) -> Option<Trouble> {
        let status = self.process.has_ended()?;
        Some(self.process.trouble(&format!("ended with {status}, and nobody had asked it to")))
    }

    /// Ends it by SIGKILL, and waits until it is gone. The kernel ends its broker.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Sends its broker alone a signal; central starts another one in its place.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where there is no broker.
    pub fn signal_broker(&self, signal: Signal) -> Result<(), Trouble> {
        let id = self.broker_id().ok_or_else(|| self.process.trouble("has no broker"))?;
        let sent = kill(Pid::from_raw(id.cast_signed()), signal);
        sent.map_err(|error| self.process.trouble(&format!("its broker takes no signal: {error}")))
    }

    /// Ends its broker alone by SIGKILL, and waits for the one that central starts in its place.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where there is none, or none comes soon.
    pub async fn kill_broker(&self) -> Result<(), Trouble> {
        let before = self.broker_id();
        self.signal_broker(Signal::SIGKILL)?;
        let other = async || self.broker_id().filter(|id| Some(*id) != before);
        until("another broker", SOON, other).await.map(|_| ())
    }

    /// Starts it again on the same folder after [`Central::stop`] or [`Central::kill`], and waits
    /// until it serves. Clients need [`Central::http`] anew: the port is another one. The broker's
    /// is the same.
    ///
    /// # Errors
    ///
    /// [`Trouble`] as of [`CentralPlan::start`].
    pub async fn start_again(&mut self) -> Result<(), Trouble> {
        self.launch_again()?;
        (self.url, self.address) = await_service(&self.plan.data, &mut self.process).await?;
        self.broker = read_broker(&self.plan.data, &self.process)?;
        Ok(())
    }

    /// Starts it again without waiting for it, to be killed on its way.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where the program cannot be started.
    pub fn launch_again(&mut self) -> Result<(), Trouble> {
        self.process.kill();
        self.plan.forget_addresses();
        self.process = self.plan.launch()?;
        Ok(())
    }
}

fn read_broker(data: &Path, process: &Process) -> Result<String, Trouble> {
    let url = std::fs::read_to_string(data.join("broker"));
    let url = url.map_err(|error| process.trouble(&format!("told of no broker: {error}")))?;
    Ok(url.trim().to_owned())
}

/// The processes that a process has started and that still run.
fn children(parent: u32) -> Vec<u32> {
    let Ok(all) = std::fs::read_dir("/proc") else { return Vec::new() };
    let ids = all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    ids.filter(|id| Some(parent) == parent_of(*id)).collect()
}

/// Who has started a process; nobody once it has ended, although nobody has waited for it yet.
fn parent_of(id: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name before may have spaces and brackets of its own.
    let mut fields = stat.rsplit(')').next()?.split_whitespace();
    let has_ended = matches!(fields.next()?, "Z" | "X");
    if has_ended { None } else { fields.next()?.parse().ok() }
}

fn name_of(id: u32) -> String {
    let name = std::fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
    name.trim().to_owned()
}
