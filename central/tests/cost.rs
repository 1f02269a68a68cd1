//! What central pays for a transition: frames read, rows and figures written, commits made.
//! `cargo test --release -p central --test cost -- --ignored --nocapture` prints it.

use std::time::Duration;

use central::store::{FILE_NAME, Store};
use nix::sys::resource::{UsageWho, getrusage};
use sync::change::{Asked, Change, Outcome, Source, Step, Transition};
use sync::frame::{Frame, pack};
use sync::ids::{Actor, BoxEpoch, BranchId, DocumentId, Moment, TicketKey};
use sync::projection::memory::MemoryShelf;
use sync::projection::take_in;
use sync::replica::{RawChange, Replica};
use sync::topics::Tenant;

const TICKETS: u64 = 10_000;
const STEPS: u64 = 6;
/// Tickets that wait at any moment.
const LINE: u64 = 20;
const DOCUMENT: DocumentId = DocumentId { branch: BranchId(7), day: 20_261_122, segment: 1 };

/// A long day: whoever took a ticket is called twenty tickets later.
fn day() -> Vec<Change> {
    let mut changes = Vec::new();
    for turn in 0..TICKETS + LINE {
        let mut happens = |number: u64, step: Step| {
            let seq = changes.len() as u64 + 1;
            let at = Moment { wall_ms: 1_795_000_000_000 + seq * 1_700, steady_ms: seq * 1_700 };
            let ticket = TicketKey { branch: DOCUMENT.branch, epoch: BoxEpoch(1), number };
            changes.push(Change::Ticket(Transition { seq, at, ticket, step }));
        };
        if turn < TICKETS {
            let service = (turn % 8) as u32 + 1;
            let asked = vec![Asked { service, priority: 5 }];
            let (label, source) = (format!("A{turn:03}"), Source::Customer);
            happens(turn, Step::Issued { label, asked, language: 1, source });
        }
        if let Some(number) = turn.checked_sub(LINE) {
            let call = number + 1;
            happens(number, Step::Called { call, counter: 3, operator: Some(4) });
            happens(number, Step::Recalled { call });
            happens(number, Step::Started { call, since: Moment::default() });
            happens(number, Step::AfterworkBegan { call });
            happens(number, Step::Closed { call: Some(call), outcome: Outcome::Served });
        }
    }
    assert_eq!(changes.len() as u64, TICKETS * STEPS);
    changes
}

fn raw(transitions_a_change: usize) -> Vec<RawChange> {
    let mut replica = Replica::new(DOCUMENT, Actor([1; 16]));
    let day = day();
    let groups = day.chunks(transitions_a_change);
    groups.filter_map(|group| replica.apply(group).expect("honest")).collect()
}

fn processor_time() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_THREAD).expect("of this thread");
    let both = [usage.user_time(), usage.system_time()];
    both.iter().map(|time| Duration::new(time.tv_sec() as u64, time.tv_usec() as u32 * 1_000)).sum()
}

#[expect(clippy::print_stdout, reason = "it is run to be read")]
fn measure(name: &str, frames: &[Vec<u8>], frames_a_batch: usize, transitions: u64) {
    let folder = tempfile::TempDir::new().expect("a folder");
    let mut store = Store::open(folder.path()).expect("new");
    let tenant = Tenant::parse("demo").expect("plain");
    #[expect(clippy::disallowed_methods, reason = "real time is what is measured")]
    let started = std::time::Instant::now();
    let before = processor_time();
    let mut projected = 0;
    for group in frames.chunks(frames_a_batch) {
        let mut batch = store.batch().expect("sound");
        for frame in group {
            let Ok(Frame::Changes { document, changes }) = Frame::parse(frame) else { panic!() };
            batch.heard(&tenant, document.branch, 0).expect("sound");
            projected += batch.changes(&tenant, document, &changes).expect("sound").projected;
        }
        batch.commit().expect("sound");
    }
    let (wall, processor) = (started.elapsed(), processor_time() - before);
    let rows = store.reader().and_then(|reader| reader.branches(&tenant)).expect("sound");
    assert_eq!(rows[0].day, Some(DOCUMENT.day));
    assert!(0 < projected);
    drop(store);
    let size = std::fs::metadata(folder.path().join(FILE_NAME)).expect("there").len();
    let each = |time: Duration| time.as_secs_f64() * 1e6 / transitions as f64;
    println!(
        "{name:<44} {:6.1} us CPU, {:6.1} us wall, {:4} B on disk a transition",
        each(processor),
        each(wall),
        size / transitions
    );
}

/// The same frames without a store: what the rest is for.
#[expect(clippy::print_stdout, reason = "it is run to be read")]
fn measure_without_store(name: &str, frames: &[Vec<u8>], transitions: u64) {
    let mut shelf = MemoryShelf::default();
    let before = processor_time();
    for frame in frames {
        let Ok(Frame::Changes { document, changes }) = Frame::parse(frame) else { panic!() };
        let changes = changes.iter().map(Vec::as_slice);
        let Ok(taken) = take_in(&mut shelf, document, changes);
        assert!(taken.refused.is_empty());
    }
    let each = (processor_time() - before).as_secs_f64() * 1e6 / transitions as f64;
    println!("{name:<44} {each:6.1} us CPU");
}

#[test]
#[ignore = "a measurement, of use in a release build alone"]
fn a_transition_costs_microseconds() {
    let frames = |changes: &[RawChange]| -> Vec<Vec<u8>> {
        pack(DOCUMENT, changes).expect("each fits").into_iter().map(|(_, frame)| frame).collect()
    };
    let ones = raw(1);
    let fifties = raw(50);
    let all = TICKETS * STEPS;
    measure_without_store("one a change, full frames, in memory", &frames(&ones), all);
    measure_without_store("fifty a change, full frames, in memory", &frames(&fifties), all);
    measure("one a change, full frames, 8 a commit", &frames(&ones), 8, all);
    measure("fifty a change, full frames, 8 a commit", &frames(&fifties), 8, all);
    let alone: Vec<Vec<u8>> =
        ones.iter().flat_map(|change| frames(std::slice::from_ref(change))).collect();
    measure("one a change, a frame each, 64 a commit", &alone, 64, all);
    let few = 6_000;
    measure("one a change, a frame each, 1 a commit", &alone[..few], 1, few as u64);
}
