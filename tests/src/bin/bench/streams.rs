//! Ten thousand phones that follow the line: memory of each, how long a change takes to reach all of
//! them, and what they cost those who work.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::client::{Client, post};
use crate::machine::{Watch, resident_mib};
use crate::memory::Daemon;
use crate::reads::{QUEUE_MANAGEMENT, median};
use crate::table::{Goal, Table};

/// Streams.
const STREAMS: usize = 10_000;

/// Streams of one ticket: as many as may be.
const OF_TICKET: usize = 3;

/// Calls whose way to all phones is measured; a second and more apart, so that none is gathered
/// with the one before.
const CALLS: usize = 7;

/// Between two calls.
const APART: Duration = Duration::from_millis(1_600);

/// The longest that a call may take to reach everybody.
const PATIENCE: Duration = Duration::from_secs(20);

/// Commands whose latency is measured, each time.
const COMMANDS: usize = 1_500;

/// Measures it.
pub(crate) async fn measure(table: &mut Table) -> Result<(), Box<dyn std::error::Error>> {
    let sets = ["screens.streams=12000", "screens.streams_per_address=12000"];
    let daemon = Daemon::start_with(&sets).await?;
    let unloaded = command_micros(&daemon).await?;
    let tokens = tickets(&daemon, STREAMS.div_ceil(OF_TICKET)).await?;
    let before = resident_mib(daemon.id());
    let (heard, mut states) = mpsc::unbounded_channel();
    let watch = Arc::new(Watch::start());
    let open = Arc::new(AtomicUsize::new(0));
    let bytes = Arc::new(AtomicU64::new(0));
    for number in 0..STREAMS {
        let token = &tokens[number / OF_TICKET];
        let stream = open_stream(&daemon, token).await?;
        let (heard, watch, open, bytes) =
            (heard.clone(), Arc::clone(&watch), Arc::clone(&open), Arc::clone(&bytes));
        tokio::spawn(async move {
            open.fetch_add(1, Ordering::Relaxed);
            read_all(stream, &heard, &watch, &bytes).await;
            open.fetch_sub(1, Ordering::Relaxed);
        });
    }
    settle(&mut states).await;
    let each = (resident_mib(daemon.id()) - before) * 1024.0 / STREAMS as f64;
    table.plain("a live screen, of 10,000: memory", "KiB", each, Goal::AtMost(20.0));

    let (mut p50, mut p99) = (Vec::new(), Vec::new());
    let mut clerk = Client::connect(daemon.address).await?;
    for _ in 0..CALLS {
        tokio::time::sleep(APART).await;
        while states.try_recv().is_ok() {}
        let called = watch.elapsed();
        next_customer(&mut clerk).await?;
        let mut took = Vec::with_capacity(STREAMS);
        // Those of the ticket that was called before hear nothing any more.
        while took.len() < STREAMS - 2 * OF_TICKET * CALLS {
            let at: Duration =
                timeout(PATIENCE, states.recv()).await?.ok_or("no stream is left")?;
            took.push(at.saturating_sub(called).as_secs_f64() * 1_000.0);
        }
        took.sort_by(f64::total_cmp);
        p50.push(took[took.len() / 2]);
        p99.push(took[took.len() * 99 / 100]);
    }
    table.plain("a change to 10,000 phones: p50", "ms", median(p50), Goal::AtMost(250.0));
    table.plain("a change to 10,000 phones: p99", "ms", median(p99), Goal::AtMost(250.0));
    let loaded = command_micros(&daemon).await?;
    let rate = |micros: f64| 1_000_000.0 / micros;
    let what = "commands of one clerk, 10,000 phones looking on (median)";
    table.ratio(what, "/s", rate(loaded), rate(unloaded), 1.0 / 1.2);
    if open.load(Ordering::Relaxed) != STREAMS {
        return Err("streams have ended early".into());
    }
    Ok(())
}

/// Takes tickets as phones do.
async fn tickets(daemon: &Daemon, count: usize) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut tokens = Vec::with_capacity(count);
    for _ in 0..count {
        tokens.push(daemon.smart_ticket().await?);
    }
    Ok(tokens)
}

async fn open_stream(daemon: &Daemon, token: &str) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(daemon.address).await?;
    let path = format!("/qnet6/smart/screen?ticket={token}");
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: b\r\n\r\n").as_bytes()).await?;
    Ok(stream)
}

/// Says when each state came.
async fn read_all(
    mut stream: TcpStream,
    heard: &mpsc::UnboundedSender<Duration>,
    watch: &Watch,
    bytes: &AtomicU64,
) {
    let mut buffer = vec![0; 2_048];
    while let Ok(count) = stream.read(&mut buffer).await {
        if count == 0 {
            return;
        }
        bytes.fetch_add(count as u64, Ordering::Relaxed);
        let is_state = buffer[..count].windows(12).any(|part| part == b"event: state");
        if is_state && heard.send(watch.elapsed()).is_err() {
            return;
        }
    }
}

/// Waits until all have their first state, and nothing comes any more.
async fn settle(states: &mut mpsc::UnboundedReceiver<Duration>) {
    while timeout(Duration::from_secs(3), states.recv()).await.is_ok() {}
}

/// The next customer comes to the first counter; whoever was there is done.
async fn next_customer(clerk: &mut Client) -> Result<(), Box<dyn std::error::Error>> {
    let call = format!("{QUEUE_MANAGEMENT}/callnextticket");
    let (status, body) = clerk.send(&post(&call, "desk_id=1")).await?;
    if status != 200 {
        return Err(format!("{status}: {}", String::from_utf8_lossy(body)).into());
    }
    let answer: serde_json::Value = serde_json::from_slice(body)?;
    let id = answer["answer"]["id"].as_str().ok_or("the answer has no number")?;
    let end = format!("{QUEUE_MANAGEMENT}/endcall");
    let (status, body) = clerk.send(&post(&end, &format!("answer_id={id}"))).await?;
    if status != 200 {
        return Err(format!("{status}: {}", String::from_utf8_lossy(body)).into());
    }
    Ok(())
}

/// The median time of a command of one clerk.
async fn command_micros(daemon: &Daemon) -> Result<f64, Box<dyn std::error::Error>> {
    let mut clerk = Client::connect(daemon.address).await?;
    let mut took = Vec::with_capacity(COMMANDS);
    let create = format!("{QUEUE_MANAGEMENT}/createticket");
    let request = post(&create, "service_id=2");
    for _ in 0..COMMANDS {
        let watch = Watch::start();
        let (status, _) = clerk.send(&request).await?;
        took.push(watch.elapsed().as_secs_f64() * 1_000_000.0);
        if status != 200 {
            return Err(format!("createticket: {status}").into());
        }
    }
    Ok(median(took))
}
