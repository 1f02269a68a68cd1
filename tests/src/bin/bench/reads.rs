//! Ticket-status reads a second, beside a bare hyper server that sends the same bytes; and whole
//! commands over HTTP.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::bare;
use crate::client::{Client, get, post, rate};
use crate::commits::COUNTERS;
use crate::machine::Watch;
use crate::memory::Daemon;
use crate::table::{Goal, Table};

/// Connections of the load.
const CONNECTIONS: usize = 64;

/// How long each figure is measured, each time.
const TIME: Duration = Duration::from_secs(3);

/// Rounds, in turn; the medians count, since other work on the machine comes in bursts.
const ROUNDS: usize = 3;

/// Where the Queue Management dialect is.
pub(crate) const QUEUE_MANAGEMENT: &str = "/restapi/v2/queuemanagement";

/// The bare server, as a child.
struct Bare {
    child: Child,
    address: SocketAddr,
}

impl Bare {
    fn start(body: &str) -> Result<Bare, Box<dyn std::error::Error>> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([bare::FLAG, body])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or("the bare server has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        Ok(Bare { child, address: line.trim().parse()? })
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Measures reads and commands over HTTP.
pub(crate) async fn measure(table: &mut Table) -> Result<(), Box<dyn std::error::Error>> {
    let daemon = Daemon::start().await?;
    let token = daemon.smart_ticket().await?;
    let path = format!("/qnet6/rest/smart/ticket/{token}");
    let mut client = Client::connect(daemon.address).await?;
    let (status, body) = client.send(&get(&path)).await?;
    if status != 200 {
        return Err(format!("the ticket's status answers {status}").into());
    }
    let bare = Bare::start(std::str::from_utf8(body)?)?;
    let (mut limits, mut figures) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        limits.push(rate(bare.address, get("/"), CONNECTIONS, TIME).await?);
        figures.push(rate(daemon.address, get(&path), CONNECTIONS, TIME).await?);
    }
    drop(bare);
    let what = format!("ticket-status reads, {CONNECTIONS} connections");
    table.ratio(&what, "/s", median(figures), median(limits), 0.85);
    for clients in [1, 8, 64] {
        let rate = commands_over_http(daemon.address, clients).await?;
        let what = format!("durable commands over HTTP, {clients} clients");
        table.plain(&what, "/s", rate, Goal::None);
    }
    Ok(())
}

/// The middle one.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Issue, call, finish through the Queue Management dialect.
pub(crate) async fn commands_over_http(
    address: SocketAddr,
    clients: u32,
) -> Result<f64, Box<dyn std::error::Error>> {
    let commands = Arc::new(AtomicU64::new(0));
    let watch = Watch::start();
    let mut tasks = tokio::task::JoinSet::new();
    for client in 0..clients {
        let commands = Arc::clone(&commands);
        tasks.spawn(async move {
            let mut connection = Client::connect(address).await?;
            let watch = Watch::start();
            while watch.elapsed() < TIME {
                let done = visit(&mut connection, client).await?;
                commands.fetch_add(done, Ordering::Relaxed);
            }
            Ok::<_, std::io::Error>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(commands.load(Ordering::Relaxed) as f64 / watch.elapsed().as_secs_f64())
}

/// Issue, call, finish; how many of them were accepted.
pub(crate) async fn visit(connection: &mut Client, client: u32) -> std::io::Result<u64> {
    let path = |operation: &str| format!("{QUEUE_MANAGEMENT}/{operation}");
    let service = 1 + client % 6;
    let create = post(&path("createticket"), &format!("service_id={service}"));
    let mut done = u64::from(connection.send(&create).await?.0 == 200);
    let desk = 1 + client % COUNTERS;
    let next = post(&path("callnextticket"), &format!("desk_id={desk}"));
    let (status, body) = connection.send(&next).await?;
    if status != 200 {
        return Ok(done);
    }
    let call = answer_id(body).ok_or_else(|| std::io::Error::other("no answer id"))?;
    done += 1;
    let end = post(&path("endcall"), &format!("answer_id={call}"));
    done += u64::from(connection.send(&end).await?.0 == 200);
    Ok(done)
}

fn answer_id(body: &[u8]) -> Option<u64> {
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    answer["answer"]["id"].as_str()?.parse().ok()
}
