//! Whether the branch stays as fast as the day grows: the same requests with a hundred, a thousand
//! and ten thousand tickets, half of them waiting. The limit is the figure with a hundred.

use std::net::SocketAddr;
use std::time::Duration;

use crate::client::{Client, get, post, rate};
use crate::machine::Watch;
use crate::memory::Daemon;
use crate::reads::{QUEUE_MANAGEMENT, median, visit};
use crate::table::Table;

/// Tickets of the day at which is measured; the first is what the others are held to.
const SIZES: [u32; 3] = [100, 1_000, 10_000];

/// Connections that bring them.
const CONNECTIONS: u32 = 16;

/// Connections that read.
const READERS: usize = 8;

/// How long each read is measured, each time.
const TIME: Duration = Duration::from_millis(700);

/// Calls of one round.
const CALLS: u32 = 150;

/// Rounds; the medians count.
const ROUNDS: usize = 5;

/// A figure that is flat within a fifth is fine.
const FLAT: f64 = 0.8;

/// Measures status, counts and calls, a second, at each size.
pub(crate) async fn measure(table: &mut Table) -> Result<(), Box<dyn std::error::Error>> {
    let daemon = Daemon::start().await?;
    let token = daemon.smart_ticket().await?;
    let status = format!("/qnet6/rest/smart/ticket/{token}");
    let counts = format!("{QUEUE_MANAGEMENT}/waitingticketscount");
    let mut there = 1;
    let mut first: Option<[f64; 3]> = None;
    for size in SIZES {
        grow(daemon.address, size.saturating_sub(there)).await?;
        there = there.max(size);
        let mut figures = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            figures[0].push(rate(daemon.address, get(&status), READERS, TIME).await?);
            figures[1].push(rate(daemon.address, get(&counts), READERS, TIME).await?);
            figures[2].push(calls(daemon.address).await?);
        }
        // The measured calls make tickets too.
        there += CALLS * u32::try_from(ROUNDS)?;
        let figures = figures.map(median);
        let limits = *first.get_or_insert(figures);
        for ((what, figure), limit) in
            ["ticket-status reads", "counts of who waits", "calls of who is next"]
                .into_iter()
                .zip(figures)
                .zip(limits)
        {
            let what = format!("{what}, {size} tickets in the day");
            table.ratio(&what, "/s", figure, limit, FLAT);
        }
    }
    Ok(())
}

/// Brings so many tickets, and sees half of them through.
async fn grow(address: SocketAddr, tickets: u32) -> Result<(), Box<dyn std::error::Error>> {
    let mut tasks = tokio::task::JoinSet::new();
    for client in 0..CONNECTIONS {
        let share = tickets / CONNECTIONS + u32::from(client < tickets % CONNECTIONS);
        tasks.spawn(async move {
            let mut connection = Client::connect(address).await?;
            for number in 0..share {
                if number % 2 == 0 {
                    visit(&mut connection, client).await?;
                } else {
                    connection.send(&create(client)).await?;
                }
            }
            Ok::<_, std::io::Error>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

fn create(client: u32) -> Vec<u8> {
    let service = 1 + client % 6;
    post(&format!("{QUEUE_MANAGEMENT}/createticket"), &format!("service_id={service}"))
}

/// Visits one after the other, each a ticket, its call and its end; how many a second.
async fn calls(address: SocketAddr) -> Result<f64, Box<dyn std::error::Error>> {
    let mut connection = Client::connect(address).await?;
    let watch = Watch::start();
    for _ in 0..CALLS {
        if visit(&mut connection, 0).await? != 3 {
            return Err("a visit was not accepted".into());
        }
    }
    Ok(f64::from(CALLS) / watch.elapsed().as_secs_f64())
}
