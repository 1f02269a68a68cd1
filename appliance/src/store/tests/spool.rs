//! Slips on their way: each once, in order, and not without end.

use engine::{DeviceId, Moment, Seq, TicketId};

use super::Written;
use crate::store::{
    Archive, Batch, Housekeeping, NewSlip, SPOOL_KEPT_MS, SPOOL_OPEN_MAX, SlipState,
};

const PRINTER: DeviceId = DeviceId(3);

struct Spool {
    _folder: tempfile::TempDir,
    written: Written,
    archive: Archive,
}

impl Spool {
    fn new() -> Spool {
        let folder = tempfile::tempdir().expect("a folder");
        let written = Written::new(folder.path());
        let archive = written.store.archive().expect("opens");
        Spool { _folder: folder, written, archive }
    }

    fn note(&mut self, note: Housekeeping) {
        let batch = Batch { housekeeping: vec![note], ..Batch::default() };
        self.written.store.append(&batch, &self.written.branch).expect("written");
    }

    fn add(&mut self, seqs: std::ops::RangeInclusive<u64>, device: DeviceId) {
        let cursor = Seq(*seqs.end());
        let slip = |seq| NewSlip { seq: Seq(seq), ticket: TicketId(seq), device, asked: at(0) };
        self.note(Housekeeping::Spool { slips: seqs.map(slip).collect(), cursor });
    }

    fn set(&mut self, id: i64, state: SlipState, wall_ms: i64) {
        let reason = Some("test");
        self.note(Housekeeping::Slip { id, state, copies: 1, reason, at: at(wall_ms) });
    }

    fn next(&self) -> Option<(u64, SlipState)> {
        let slip = self.archive.next_slip(PRINTER).expect("reads");
        slip.map(|slip| (slip.ticket.0, slip.state))
    }

    fn count(&self, state: SlipState) -> u64 {
        let counts = self.archive.slip_counts(PRINTER).expect("reads");
        counts.iter().find(|(known, _)| *known == state).map_or(0, |(_, count)| *count)
    }
}

fn at(wall_ms: i64) -> Moment {
    Moment { wall_ms, steady_ms: 0 }
}

#[test]
fn a_reader_that_repeats_queues_nothing_twice() {
    let mut spool = Spool::new();
    spool.add(1..=3, PRINTER);
    spool.add(2..=5, PRINTER);
    assert_eq!(spool.count(SlipState::Queued), 5);
    assert_eq!(spool.archive.cursor("slips").expect("reads"), Seq(5));
    assert_eq!(spool.archive.cursor("nobody").expect("reads"), Seq(0));
}

#[test]
fn slips_come_in_order_and_one_under_way_first() {
    let mut spool = Spool::new();
    spool.add(1..=3, PRINTER);
    spool.add(4..=4, DeviceId(4));
    assert_eq!(spool.next(), Some((1, SlipState::Queued)));
    spool.set(2, SlipState::Sending, 5);
    assert_eq!(spool.next(), Some((2, SlipState::Sending)));
    spool.set(2, SlipState::Printed, 6);
    spool.set(1, SlipState::Uncertain, 6);
    assert_eq!(spool.next(), Some((3, SlipState::Queued)));
    spool.set(3, SlipState::Expired, 6);
    assert_eq!(spool.next(), None);
}

#[test]
fn a_printer_with_too_many_slips_gets_no_more() {
    let mut spool = Spool::new();
    let most = u64::from(SPOOL_OPEN_MAX);
    spool.add(1..=most + 2, PRINTER);
    spool.add(most + 3..=most + 3, DeviceId(4));
    assert_eq!(spool.count(SlipState::Queued), most);
    assert_eq!(spool.count(SlipState::Dropped), 2);
    assert!(spool.archive.next_slip(DeviceId(4)).expect("reads").is_some());
    spool.set(1, SlipState::Printed, 5);
    spool.add(most + 4..=most + 5, PRINTER);
    assert_eq!((spool.count(SlipState::Queued), spool.count(SlipState::Dropped)), (most, 3));
    // What was dropped once stays so, though the reader repeats and there is room.
    spool.set(2, SlipState::Printed, 5);
    spool.add(most + 1..=most + 1, PRINTER);
    assert_eq!((spool.count(SlipState::Queued), spool.count(SlipState::Dropped)), (most - 1, 3));
}

#[test]
fn finished_slips_go_after_a_while_and_waiting_ones_stay() {
    let mut spool = Spool::new();
    spool.add(1..=4, PRINTER);
    spool.set(1, SlipState::Printed, 1_000);
    spool.set(2, SlipState::Dropped, 1_001);
    spool.set(3, SlipState::Sending, 0);
    spool.note(Housekeeping::Prune { now: at(1_000 + SPOOL_KEPT_MS) });
    assert_eq!(spool.count(SlipState::Printed), 1);
    spool.note(Housekeeping::Prune { now: at(1_001 + SPOOL_KEPT_MS) });
    let left = [SlipState::Printed, SlipState::Dropped, SlipState::Sending, SlipState::Queued]
        .map(|state| spool.count(state));
    assert_eq!(left, [0, 1, 1, 1]);
}

#[test]
fn the_journal_is_read_in_pieces() {
    let mut spool = Spool::new();
    (0..crate::store::ENTRIES_READ_MAX).for_each(|_| spool.written.issue());
    let first = spool.archive.entries_after(Seq(0)).expect("reads");
    assert_eq!(first.len(), crate::store::ENTRIES_READ_MAX as usize);
    let rest = spool.archive.entries_after(first.last().expect("many").seq).expect("reads");
    let seqs: Vec<u64> = first.iter().chain(&rest).map(|entry| entry.seq.0).collect();
    assert_eq!(seqs, (1..=spool.written.branch.parts().last_seq.0).collect::<Vec<_>>());
}
