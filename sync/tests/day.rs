//! A whole day of one branch: what it costs in bytes and time. `make bench` is for the product;
//! this is for the document alone: `cargo test --release -p sync --test day -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use sync::change::{Asked, Change, Outcome, Source, Step, Transition};
use sync::frame::pack;
use sync::ids::{Actor, BoxEpoch, BranchId, DocumentId, Heads, Moment, TicketKey};
use sync::projection::memory::MemoryShelf;
use sync::projection::{Shelf, take_in};
use sync::replica::{RawChange, Replica};

const DOCUMENT: DocumentId = DocumentId { branch: BranchId(7), day: 20_261_122, segment: 1 };

/// Five transitions a ticket, tickets interleaved as in a hall where thirty wait.
fn transitions(tickets: u64) -> Vec<Change> {
    let mut changes = Vec::new();
    for turn in 0..tickets + 30 {
        for (lag, kind) in [(0, 0), (20, 1), (21, 2), (29, 3), (30, 4)] {
            let Some(number) = turn.checked_sub(lag).filter(|number| *number < tickets) else {
                continue;
            };
            let seq = changes.len() as u64 + 1;
            let steady_ms = 1_000_000 + seq * 700;
            let at = Moment { wall_ms: 1_795_000_000_000 + seq * 700, steady_ms };
            let service = (number % 8) as u32 + 1;
            let step = match kind {
                0 => Step::Issued {
                    label: format!("A{number:03}"),
                    asked: vec![Asked { service, priority: 5 }],
                    language: 1,
                    source: Source::Customer,
                },
                1 => Step::Called { call: number, counter: service, operator: Some(service) },
                2 => Step::Started { call: number, since: at },
                3 => Step::Closed { call: Some(number), outcome: Outcome::Served },
                _ => Step::Answered { survey: 1, question: 1, answer: service },
            };
            let ticket = TicketKey { branch: BranchId(7), epoch: BoxEpoch(1), number };
            changes.push(Change::Ticket(Transition { seq, at, ticket, step }));
        }
    }
    changes
}

struct Day {
    replica: Replica,
    changes: Vec<RawChange>,
    writing: Duration,
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn now() -> Instant {
    Instant::now()
}

fn day(tickets: u64, per_change: usize) -> Day {
    let mut replica = Replica::new(DOCUMENT, Actor([1; 16]));
    let transitions = transitions(tickets);
    let started = now();
    let mut changes = Vec::new();
    for group in transitions.chunks(per_change) {
        changes.push(replica.apply(group).expect("fits").expect("new"));
    }
    Day { replica, changes, writing: started.elapsed() }
}

fn sizes(changes: &[RawChange], group: usize) -> f64 {
    let frames = changes.chunks(group).flat_map(|group| pack(DOCUMENT, group).expect("each fits"));
    frames.map(|(_, frame)| frame.len()).sum::<usize>() as f64
}

#[test]
fn a_transition_costs_few_bytes() {
    let tickets = 300;
    let transitions = (tickets * 5) as f64;
    let live = day(tickets, 1);
    let largest = live.changes.iter().map(|change| change.bytes.len()).max().expect("some");
    let raw: usize = live.changes.iter().map(|change| change.bytes.len()).sum();
    assert!(largest <= 320, "{largest} bytes for one transition");
    assert!(raw as f64 / transitions <= 230.0, "{} bytes live", raw as f64 / transitions);
    let behind = sizes(&live.changes, usize::MAX) / transitions;
    assert!(behind <= 100.0, "{behind} bytes catching up");
    let away = sizes(&day(tickets, 50).changes, usize::MAX) / transitions;
    assert!(away <= 40.0, "{away} bytes after a time away");
    let saved = live.replica.save_and_verify().expect("whole").len() as f64 / transitions;
    assert!(saved <= 30.0, "{saved} bytes saved");
    assert!(!live.replica.is_full());
}

#[test]
#[ignore = "ten thousand tickets take a while; it prints a table"]
fn the_day_of_ten_thousand_tickets() {
    let tickets = 10_000;
    let transitions = (tickets * 5) as f64;
    for per_change in [1, 50] {
        let day = day(tickets, per_change);
        let raw: usize = day.changes.iter().map(|change| change.bytes.len()).sum();
        println!("{per_change} transitions a change, {} changes", day.changes.len());
        let writing = day.writing.as_secs_f64() * 1e6;
        println!("  write           {:8.1} us a transition", writing / transitions);
        println!("  raw             {:8.1} B a transition", raw as f64 / transitions);
        let alone = sizes(&day.changes, 1);
        println!("  frame of 1      {:8.1} B a transition", alone / transitions);
        let ten = sizes(&day.changes, 10);
        println!("  frames of 10    {:8.1} B a transition", ten / transitions);
        let full = sizes(&day.changes, usize::MAX);
        println!("  full frames     {:8.1} B a transition", full / transitions);

        let started = now();
        let saved = day.replica.save_and_verify().expect("whole");
        println!("  saved           {:8} B in {:?}", saved.len(), started.elapsed());
        let started = now();
        Replica::load_saved(DOCUMENT, Actor([2; 16]), &saved).expect("whole");
        println!("  load saved      {:?}", started.elapsed());
        let bytes = || day.changes.iter().map(|change| change.bytes.as_slice());
        let started = now();
        Replica::load(DOCUMENT, Actor([2; 16]), bytes()).expect("whole");
        println!("  load changes    {:?}", started.elapsed());
        let started = now();
        let all = day.replica.since(&Heads::default(), usize::MAX).expect("whole");
        println!("  all changes     {:?}", started.elapsed());
        assert_eq!(all.len(), day.changes.len());

        let mut shelf = MemoryShelf::default();
        let started = now();
        let mut projected = 0;
        for change in bytes() {
            projected += take_in(&mut shelf, DOCUMENT, [change]).expect("memory").projected;
        }
        let spent = started.elapsed().as_secs_f64() * 1e6;
        println!("  project         {:8.1} us a transition", spent / transitions);
        assert_eq!(projected, day.changes.len());
        assert_eq!(shelf.heads().expect("memory"), day.replica.heads());
    }
}
