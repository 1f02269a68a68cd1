//! The daemon as a process: memory idle and after a day, and the time from start to first answer.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use appliance::store::encoding::encode_settings;
use tempfile::TempDir;

use crate::client::{Client, get, post};
use crate::commits;
use crate::machine::{Watch, resident_mib};
use crate::reads::visit;
use crate::table::{Goal, Table};

/// Tickets of the day that is measured.
const TICKETS: u32 = 10_000;

/// Connections that bring them.
const CONNECTIONS: u32 = 16;

/// Starts that are measured; the median counts.
const STARTS: usize = 5;

/// How long a daemon may take to start before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// The wait before memory is read: what the start needed has been given back by then.
const SETTLE: Duration = Duration::from_secs(2);

/// A daemon on a folder of its own.
pub(crate) struct Daemon {
    child: Child,
    folder: TempDir,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Daemon {
    /// Starts it on an empty folder.
    pub(crate) async fn start() -> Result<Daemon, Box<dyn std::error::Error>> {
        Daemon::start_with(&[]).await
    }

    /// The same with more of the configuration's keys set.
    pub(crate) async fn start_with(sets: &[&str]) -> Result<Daemon, Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("settings.json"), encode_settings(&commits::settings()))?;
        let (child, address) = launch(&folder, sets).await?;
        Ok(Daemon { child, folder, address })
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it and starts it again on the same folder; the time until it answers.
    async fn restart(&mut self) -> Result<Duration, Box<dyn std::error::Error>> {
        self.child.kill()?;
        self.child.wait()?;
        let watch = Watch::start();
        (self.child, self.address) = launch(&self.folder, &[]).await?;
        Ok(watch.elapsed())
    }

    /// Takes a ticket as a phone does; its token.
    pub(crate) async fn smart_ticket(&self) -> Result<String, Box<dyn std::error::Error>> {
        let mut client = Client::connect(self.address).await?;
        let text = |body: &[u8], member: &str| -> Option<String> {
            let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
            answer[member].as_str().map(str::to_owned)
        };
        let (_, body) = client.send(&get("/qnet6/rest/smart/generateHash/1")).await?;
        let key = text(body, "key").ok_or("no key")?;
        let path = format!("/qnet6/rest/smart/generateTicket?key={key}");
        let (_, body) = client.send(&post(&path, r#"{"lang":1,"task":1}"#)).await?;
        Ok(text(body, "ticket").ok_or("no ticket")?)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Starts the daemon and waits until it answers.
async fn launch(
    folder: &TempDir,
    sets: &[&str],
) -> Result<(Child, SocketAddr), Box<dyn std::error::Error>> {
    let program = program()?;
    let data = folder.path().join("data");
    // A daemon that was killed has left its last address behind.
    let endpoint = data.join("endpoint");
    std::fs::remove_file(&endpoint).ok();
    let settings = folder.path().join("settings.json");
    let child = Command::new(&program)
        .arg("--data")
        .arg(&data)
        .args(["--listen", "127.0.0.1:0", "--set", "log=\"error\""])
        .args(["--set", "queue_management.authentication=false"])
        .args(["--set", "http.rate_per_second=10000000", "--set", "http.rate_burst=10000000"])
        .arg("--set")
        .arg(format!("first_settings={settings:?}"))
        .args(sets.iter().flat_map(|set| ["--set", set]))
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let watch = Watch::start();
    while watch.elapsed() < PATIENCE {
        if let Some(address) = address(&endpoint)
            && let Ok(mut client) = Client::connect(address).await
            && client.send(&get("/health")).await.is_ok_and(|(status, _)| status == 200)
        {
            return Ok((child, address));
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Err("the daemon does not answer".into())
}

fn address(endpoint: &std::path::Path) -> Option<SocketAddr> {
    let text = std::fs::read_to_string(endpoint).ok()?;
    text.trim().strip_prefix("http://")?.parse().ok()
}

/// The daemon that was built beside this program.
fn program() -> Result<PathBuf, Box<dyn std::error::Error>> {
    let own = std::env::current_exe()?;
    let folder = own.parent().ok_or("this program has no folder")?;
    Ok(folder.join("anteroomd"))
}

/// Measures memory and start.
pub(crate) async fn measure(table: &mut Table) -> Result<(), Box<dyn std::error::Error>> {
    let mut daemon = Daemon::start().await?;
    tokio::time::sleep(SETTLE).await;
    table.plain(
        "resident memory, idle",
        "MiB",
        resident_mib(daemon.child.id()),
        Goal::AtMost(25.0),
    );
    let mut tasks = tokio::task::JoinSet::new();
    for client in 0..CONNECTIONS {
        let address = daemon.address;
        tasks.spawn(async move {
            let mut connection = Client::connect(address).await?;
            for _ in 0..TICKETS / CONNECTIONS {
                visit(&mut connection, client).await?;
            }
            Ok::<_, std::io::Error>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    tokio::time::sleep(SETTLE).await;
    let what = format!("resident memory, after a day of {TICKETS} tickets");
    table.plain(&what, "MiB", resident_mib(daemon.child.id()), Goal::AtMost(60.0));
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(daemon.restart().await?.as_secs_f64() * 1000.0);
    }
    starts.sort_by(f64::total_cmp);
    let what = "start to first answer, that day on disk";
    table.plain(what, "ms", starts[STARTS / 2], Goal::AtMost(300.0));
    let what = "resident memory, after such a start";
    table.plain(what, "MiB", resident_mib(daemon.child.id()), Goal::None);
    Ok(())
}
