//! The daemon as a child process: started, stopped, killed and started again on its data folder.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::patience::{SOON, until};
use crate::{Http, Ledger, Process, Trouble};

/// Longest that the daemon may take to stop.
pub const STOP_TIME: Duration = Duration::from_secs(5);

/// How a daemon is to be started. Kept by the [`Appliance`], which starts again in the same way.
#[derive(Clone, Debug)]
pub struct Plan {
    data: PathBuf,
    log: PathBuf,
    listen: String,
    demo: bool,
    arguments: Vec<String>,
}

impl Plan {
    /// With `--set KEY=VALUE`.
    pub fn set(mut self, pair: &str) -> Plan {
        self.arguments.extend(["--set".to_owned(), pair.to_owned()]);
        self
    }

    /// With one more argument as it is.
    pub fn argument(mut self, argument: impl Into<String>) -> Plan {
        self.arguments.push(argument.into());
        self
    }

    /// With an ESC/POS printer at this port, as device 1.
    pub fn printer(self, port: &Path) -> Plan {
        let port = port.display();
        self.set(&format!("devices=[{{kind=\"printer\",driver=\"escpos\",port=\"{port}\"}}]"))
    }

    /// Told of a central server by its broker's address, as [`crate::Central::broker`] has it.
    pub fn central(self, broker: &str) -> Plan {
        self.set(&format!("mqtt.url={broker}"))
    }

    /// As this branch of the organisation, instead of the first.
    pub fn branch(self, number: u32) -> Plan {
        self.set(&format!("mqtt.branch={number}"))
    }

    /// At this address instead of a free port.
    pub fn listen(mut self, address: impl ToString) -> Plan {
        self.listen = address.to_string();
        self
    }

    /// With its log in another file beside the data folder.
    pub fn log_name(mut self, name: &str) -> Plan {
        self.log.set_file_name(name);
        self
    }

    /// Without the sample branch.
    pub fn without_demo(mut self) -> Plan {
        self.demo = false;
        self
    }

    /// Starts the daemon and waits until it serves.
    ///
    /// # Errors
    ///
    /// [`Trouble`] with the end of its log, where it ends or does not serve soon.
    pub async fn start(self) -> Result<Appliance, Trouble> {
        self.forget_endpoint();
        let mut process = self.launch()?;
        let (url, address) = await_service(&self.data, &mut process).await?;
        Ok(Appliance { plan: self, process, url, address })
    }

    /// Starts a daemon of which nothing is expected but its end; gives the exit code and the log.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where it does not end soon.
    pub async fn fail(self) -> Result<(Option<i32>, String), Trouble> {
        let mut process = self.launch()?;
        let status = process.wait(SOON).await?;
        Ok((status.code(), process.log()))
    }

    /// A killed daemon leaves its endpoint; it must not be taken for the next one's.
    fn forget_endpoint(&self) {
        std::fs::remove_file(self.data.join("endpoint")).ok();
    }

    fn launch(&self) -> Result<Process, Trouble> {
        let mut arguments = vec!["--data".to_owned(), self.data.display().to_string()];
        arguments.extend(["--listen".to_owned(), self.listen.clone()]);
        if self.demo {
            arguments.push("--demo".to_owned());
        }
        arguments.extend(self.arguments.iter().cloned());
        Process::start("anteroomd", &arguments, None, &self.log)
    }
}

/// A running daemon. Dropping it kills it.
#[derive(Debug)]
pub struct Appliance {
    plan: Plan,
    process: Process,
    url: String,
    address: SocketAddr,
}

impl Appliance {
    /// A daemon with the sample branch on a free port, with its data in `data`. Its log goes beside
    /// that, as `data.log`, so the folder above must exist.
    pub fn plan(data: impl Into<PathBuf>) -> Plan {
        let data = data.into();
        let log = data.with_extension("log");
        let listen = "127.0.0.1:0".to_owned();
        Plan { data, log, listen, demo: true, arguments: Vec::new() }
    }

    /// `http://127.0.0.1:41234`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.plan.data
    }

    /// The daemon's process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Everything that this daemon and those before it on the folder have logged.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// A client of its own connection.
    pub fn http(&self) -> Http {
        Http::new(self.address)
    }

    /// Its database, read from outside.
    pub fn ledger(&self) -> Ledger {
        Ledger::in_folder(&self.plan.data)
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

    /// Ends it by SIGKILL, and waits until it is gone.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again on the same folder after [`Appliance::stop`] or [`Appliance::kill`], and
    /// waits until it serves. Clients need [`Appliance::http`] anew: the port is another one.
    ///
    /// # Errors
    ///
    /// [`Trouble`] as of [`Plan::start`].
    pub async fn start_again(&mut self) -> Result<(), Trouble> {
        self.process.kill();
        self.plan.forget_endpoint();
        self.process = self.plan.launch()?;
        (self.url, self.address) = await_service(&self.plan.data, &mut self.process).await?;
        Ok(())
    }

    /// Starts it again without waiting for it, to be killed on its way.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where the program cannot be started.
    pub fn launch_again(&mut self) -> Result<(), Trouble> {
        self.process.kill();
        self.plan.forget_endpoint();
        self.process = self.plan.launch()?;
        Ok(())
    }

    /// [`Appliance::stop`] and [`Appliance::start_again`].
    pub async fn restart(&mut self) {
        self.stop().await;
        self.start_again().await.expect("starts again");
    }
}

/// Waits until a server has told its address in its folder and answers there that it is well.
pub(crate) async fn await_service(
    data: &Path,
    process: &mut Process,
) -> Result<(String, SocketAddr), Trouble> {
    let endpoint = data.join("endpoint");
    let serves = until("a server that serves", SOON, async || {
        if let Some(status) = process.has_ended() {
            return Some(Err(format!("ended with {status} before it served")));
        }
        let url = std::fs::read_to_string(&endpoint).ok()?.trim().to_owned();
        let address = url.strip_prefix("http://")?.parse().ok()?;
        let reply = Http::new(address).try_ask("GET", "/health", &[], b"").await.ok()?;
        (reply.status == 200).then_some(Ok((url, address)))
    });
    match serves.await {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(ended)) => Err(process.trouble(&ended)),
        Err(late) => Err(process.trouble(&late.to_string())),
    }
}
