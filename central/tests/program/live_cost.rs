//! What head office's overview costs while two hundred branches work.
//! `cargo nextest run -p central live_cost --run-ignored all --no-capture` prints it.

use std::fs;
use std::time::{Duration, Instant};

use central::store::Store;
use sync::change::{Asked, Change, Outcome, Source, Step, Transition};
use sync::development;
use sync::frame::pack;
use sync::ids::{Actor, BoxEpoch, BranchId, DocumentId, Moment, TicketKey};
use sync::replica::{RawChange, Replica};
use sync::topics::Subject;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::branches::BranchBox;
use crate::stage::{Central, until};

const BRANCHES: u32 = 200;
/// Those that work while it is measured: as many as the demonstration lets in. Each tells two things
/// a second, which is as many as two hundred that tell one.
const AT_WORK: u32 = 100;
/// Tickets of each before that, of which the last ten wait.
const TICKETS: u64 = 100;
const WAITING: u64 = 10;
const VIEWERS: usize = 10;
const MEASURED: Duration = Duration::from_secs(10);
const NOW_MS: u64 = 1_795_000_000_000;

fn document(branch: u32) -> DocumentId {
    DocumentId { branch: BranchId(branch), day: 20_261_122, segment: 1 }
}

fn step(branch: u32, seq: u64, number: u64, step: Step) -> Change {
    let at = Moment { wall_ms: NOW_MS + seq * 1_000, steady_ms: seq * 1_000 };
    let ticket = TicketKey { branch: BranchId(branch), epoch: BoxEpoch(1), number };
    Change::Ticket(Transition { seq, at, ticket, step })
}

fn issued(branch: u32, seq: u64, number: u64) -> Change {
    let asked = vec![Asked { service: (number % 6) as u32 + 1, priority: 5 }];
    let (label, source) = (format!("A{number:03}"), Source::Customer);
    step(branch, seq, number, Step::Issued { label, asked, language: 1, source })
}

fn morning(branch: u32) -> Vec<Change> {
    let at = Moment { wall_ms: NOW_MS, steady_ms: 1 };
    let name = format!("Branch {branch} of the north");
    let mut changes =
        vec![Change::DayOpened { at }, Change::Branch { name, zone: "Europe/Budapest".into() }];
    for number in 0..TICKETS {
        let seq = number * 3 + 1;
        changes.push(issued(branch, seq, number));
        if number < TICKETS - WAITING {
            let call = number + 1;
            let called = Step::Called { call, counter: 1, operator: Some(1) };
            changes.push(step(branch, seq + 1, number, called));
            let closed = Step::Closed { call: Some(call), outcome: Outcome::Served };
            changes.push(step(branch, seq + 2, number, closed));
        }
    }
    changes
}

fn fill(store: &mut Store) -> Vec<Replica> {
    let mut replicas = Vec::new();
    for branch in 1..=BRANCHES {
        let mut replica = Replica::new(document(branch), Actor([1; 16]));
        let raw: Vec<RawChange> = morning(branch)
            .chunks(50)
            .filter_map(|some| replica.apply(some).expect("honest"))
            .collect();
        let bytes: Vec<Vec<u8>> = raw.into_iter().map(|change| change.bytes).collect();
        let mut batch = store.batch().expect("sound");
        let tenant = development::tenant();
        batch.heard(&tenant, BranchId(branch), 0).expect("sound");
        batch.changes(&tenant, document(branch), &bytes).expect("sound");
        batch.commit().expect("sound");
        replicas.push(replica);
    }
    replicas
}

/// Seconds of processor time that a process has had.
fn processor_s(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("it runs");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split(' ').collect();
    let ticks = |at: usize| fields[at].parse::<f64>().expect("a number");
    // Fields 14 and 15 of proc(5), in hundredths of a second.
    (ticks(12) + ticks(13)) / 100.0
}

/// Reads a stream until it is dropped; returns how many bytes came.
fn watch(central: &Central, token: &str) -> tokio::task::JoinHandle<()> {
    let address = central.address();
    let request = format!(
        "GET /v1/screens/overview HTTP/1.1\r\nHost: central\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    tokio::spawn(async move {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut piece = vec![0; 64 * 1024];
        while stream.read(&mut piece).await.is_ok_and(|count| 0 < count) {}
    })
}

/// Two things a second of every branch at work, for a while; returns how many were told.
async fn work(boxes: &mut [BranchBox], replicas: &mut [Replica], next: &mut u64) -> u64 {
    let started = now();
    let mut told = 0;
    let mut beat = tokio::time::interval(Duration::from_millis(500));
    while started.elapsed() < MEASURED {
        beat.tick().await;
        for (branch, (place, replica)) in (1..).zip(boxes.iter_mut().zip(replicas.iter_mut())) {
            let raw = replica.apply(&[issued(branch, *next, *next)]).expect("fits").expect("new");
            for (_, frame) in pack(document(branch), &[raw]).expect("each fits") {
                place.say(Subject::Changes, frame).await;
                told += 1;
            }
        }
        *next += 1;
    }
    told
}

#[expect(clippy::disallowed_methods, reason = "real time is what is measured")]
fn now() -> Instant {
    Instant::now()
}

#[tokio::test]
#[ignore = "a measurement: half a minute, and of use on a quiet machine alone"]
async fn two_hundred_branches_are_followed_by_ten_people() {
    let mut central = Central::demo().await;
    let token = central.token().await;
    central.end_by(nix::sys::signal::Signal::SIGTERM).await;
    let mut store = Store::open(&central.home()).expect("central has ended");
    let mut replicas = fill(&mut store);
    drop(store);
    central.start().await;
    until("it hears", async || central.health().await["status"] == "ok").await;
    let mut boxes = Vec::new();
    for branch in 1..=AT_WORK {
        let mut place = BranchBox::join_as(&central, BranchId(branch)).await;
        place.say_how_it_is(true).await;
        boxes.push(place);
    }
    let started = now();
    let header = format!("Authorization: Bearer {token}");
    let headers = [header.as_str(), "Accept: application/json"];
    let reply = central.ask("GET /v1/screens/overview", &headers, "").await;
    println!("one state: {} bytes in {:?}", reply.body.len(), started.elapsed());
    assert_eq!(reply.json()["branches"].as_array().map(Vec::len), Some(BRANCHES as usize));

    let process = central.process();
    let mut next = 1_000;
    for viewers in [0, VIEWERS] {
        let watching: Vec<_> = (0..viewers).map(|_| watch(&central, &token)).collect();
        let (started, before) = (now(), processor_s(process));
        let told = work(&mut boxes, &mut replicas, &mut next).await;
        let took = started.elapsed().as_secs_f64();
        let share = (processor_s(process) - before) / took * 100.0;
        println!("{viewers} viewers, {:.0} changes/s: {share:.1} % of a core", told as f64 / took);
        watching.into_iter().for_each(|task| task.abort());
    }
}
