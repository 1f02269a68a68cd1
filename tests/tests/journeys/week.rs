//! A week without central, and the catching up afterwards: nothing is lost, and memory is bounded.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use sync::document::State;
use tests::{Central, Chance};
use tokio::time::Instant;

use super::agree::await_agreement;
use super::branch_in_process::HandBranch;
use super::stage::Stage;

/// Days of the week.
const DAYS: u32 = 7;

/// Tickets a day, beside those that are left standing at its end.
const TICKETS: u32 = 400;

/// How long catching up may take: some three seconds, on a machine that does much else.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(60);

/// Documents of the branch in memory at once: today's, and the one that is being caught up with.
const LOADED_MAX: u64 = 2;

/// By how much the branch's process may grow over five days more, and by catching up: a document
/// that is loaded beside today's takes some MiB while it loads, and today's grows with the day.
const GROWTH_MAX_KIB: u64 = 16 << 10;

/// What central may ever hold: it keeps no document, whatever comes. It has some 45 MiB at most,
/// half of which are working memory for passwords.
const CENTRAL_MAX_KIB: u64 = 96 << 10;

/// A line of a process's status, as `VmRSS`, in KiB.
fn memory_kib(process: &str, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let found = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
    let number = found.and_then(|text| text.split_whitespace().next());
    number.and_then(|text| text.parse().ok()).expect("the kernel tells")
}

/// A port where nobody listens, and which the system gives to nobody meanwhile: those that it
/// gives out begin at 32768.
fn free_port(chance: &mut Chance) -> u16 {
    let any = std::iter::repeat_with(|| 20_000 + chance.below(12_000));
    let mut ports = any.map(|port| u16::try_from(port).expect("is below 65536"));
    let free = ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.expect("one of them is free")
}

#[tokio::test]
async fn a_week_without_central_is_caught_up_with_and_memory_stays_bounded() {
    let stage = Stage::new();
    let mut chance = Chance::announced("a week without central");
    let port = free_port(&mut chance.branch());
    let broker = format!("mqtt://127.0.0.1:{port}");
    let mut branch = HandBranch::open(&stage.path("branch"), &broker, chance.branch()).await;
    let own = || memory_kib("self", "VmRSS");
    let begun = Instant::now();
    let mut evenings = Vec::new();
    for day in 1..=DAYS {
        if 1 < day {
            branch.turn_day().await;
        }
        branch.work(TICKETS / 2).await;
        if day % 3 == 0 {
            branch = branch.restart().await;
        }
        branch.work(TICKETS / 2).await;
        evenings.push(own());
    }
    let worked = begun.elapsed();

    let plan = Central::plan(stage.path("central")).broker_port(port);
    let launched = Instant::now();
    let central = plan.start().await.expect("starts");
    let serves = launched.elapsed();
    branch.await_connected(CAUGHT_UP_WITHIN).await.expect("finds the broker");
    let connected = launched.elapsed();
    branch.await_in_step(CAUGHT_UP_WITHIN).await.expect("catches up");
    let caught_up = launched.elapsed();
    // Before this process reads all rows itself.
    let (after, peak) = (own(), memory_kib(&central.id().to_string(), "VmHWM"));
    let rows = await_agreement(&central, 1, &branch.ledger(), CAUGHT_UP_WITHIN).await;

    let counts = branch.view().counts();
    let count = |counter: &AtomicU64| counter.load(Relaxed);
    eprintln!(
        "{} tickets in {} rows, worked in {worked:?}; central served after {serves:?}, was found \
         after {connected:?} and had all after {caught_up:?}, by {} changes in {} messages of {} \
         bytes, {} of them again; this process had {evenings:?} KiB in the evenings and {after} \
         in the end, central {peak} at most",
        branch.ledger().tickets().len(),
        rows.len(),
        count(&counts.changes),
        count(&counts.messages),
        count(&counts.bytes),
        count(&counts.repeats),
    );
    let days: BTreeSet<u32> = rows.iter().map(|row| row.day).collect();
    assert_eq!(u32::try_from(days.len()), Ok(DAYS), "{days:?}");
    assert!(rows.iter().any(|row| row.ticket.state == State::MovedOn), "some stayed overnight");
    assert_eq!((count(&counts.left_out), count(&counts.restarts)), (0, 0));
    assert!(branch.loaded_most() <= LOADED_MAX, "{} documents at once", branch.loaded_most());
    let second = evenings[1];
    assert!(evenings[6] <= second + GROWTH_MAX_KIB, "grew with the days: {evenings:?} KiB");
    assert!(after <= second + GROWTH_MAX_KIB, "grew by catching up: {evenings:?}, {after} KiB");
    assert!(peak <= CENTRAL_MAX_KIB, "central had {peak} KiB");
    branch.stop().await;
}
