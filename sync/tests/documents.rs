//! Laws of documents: replicas converge over a bad link, replays change nothing, central's rows
//! are the document, and hostile bytes are refused.

#[path = "documents/history.rs"]
mod history;

use history::{Chance, DOCUMENT, Writer, key};
use proptest::prelude::*;
use sync::change::{Asked, Change, Onward, OpenCall, Outcome, Place, Source, Step, Transition};
use sync::document::{CallEnd, Cause, DayRow, ServiceRow, State, TicketRow};
use sync::error::Error;
use sync::frame::{Frame, pack};
use sync::ids::{Actor, BranchId, DocumentId, Heads, Moment, TicketKey};
use sync::limits::{
    CHANGE_BYTES_MAX, CHANGE_TRANSITIONS_MAX, LABEL_BYTES_MAX, NAME_BYTES_MAX, ORPHANS_MAX,
    SAVED_BYTES_MAX, TICKET_LINES_MAX,
};
use sync::projection::cells::Cells;
use sync::projection::memory::MemoryShelf;
use sync::projection::{Shelf, take_in};
use sync::replica::{RawChange, Replica};
use sync::session::{self, Ack};

fn bytes(changes: &[RawChange]) -> impl Iterator<Item = &[u8]> {
    changes.iter().map(|change| change.bytes.as_slice())
}

fn all(replica: &Replica) -> Vec<RawChange> {
    replica.since(&Heads::default(), usize::MAX).expect("a whole replica")
}

fn contents(replica: &Replica) -> Vec<(TicketKey, sync::document::Fields)> {
    let mut tickets = replica.tickets();
    tickets.sort_unstable();
    tickets.into_iter().map(|key| (key, replica.fields(&key).expect("listed"))).collect()
}

/// Sends what one side says over a link that loses, doubles and reorders, in percent.
fn send(wire: &mut Vec<Vec<u8>>, frame: Vec<u8>, chance: &mut Chance, bad: (u64, u64, u64)) {
    let (lost, doubled, reordered) = bad;
    if chance.below(100) < lost {
        return;
    }
    let copies = 1 + usize::from(chance.below(100) < doubled);
    for _ in 0..copies {
        let place = match chance.below(100) < reordered && !wire.is_empty() {
            true => chance.below(wire.len() as u64) as usize,
            false => wire.len(),
        };
        wire.insert(place, frame.clone());
    }
}

/// One side of the exchange, with what it remembers: nothing but heads that the other once had.
struct Side {
    writer: Writer,
    remembered: Heads,
}

impl Side {
    fn hello(&self) -> Vec<u8> {
        let hello = session::hello(&self.writer.replica, self.writer.epoch);
        Frame::Hello { document: DOCUMENT, hello }.encode().expect("small")
    }

    fn receive(&mut self, frame: &[u8]) -> Vec<Vec<u8>> {
        let replica = &mut self.writer.replica;
        match Frame::parse(frame).expect("an honest frame") {
            Frame::Changes { changes, .. } => {
                let received = replica.receive(changes.iter().map(Vec::as_slice));
                let received = received.expect("an honest writer");
                assert_eq!(received.refused, 0, "{:?}", received.reason);
                Vec::new()
            }
            Frame::Hello { hello, .. } => {
                let lacking = session::lacking(replica, &hello.heads, &self.remembered);
                let lacking = lacking.expect("a whole replica");
                let known = hello.heads.as_slice().iter().filter(|hash| replica.holds(hash));
                self.remembered = Heads::new(known.copied().collect());
                let frames = pack(DOCUMENT, &lacking).expect("each fits");
                frames.into_iter().map(|(_, frame)| frame).collect()
            }
            Frame::Ack { .. } | Frame::Status { .. } => panic!("nobody sends these here"),
        }
    }
}

fn exchange(seed: u64, bad: (u64, u64, u64)) -> usize {
    let mut chance = Chance(seed + 1);
    let side = |epoch| Side { writer: Writer::new(epoch, seed), remembered: Heads::default() };
    let mut sides = [side(1), side(2)];
    let mut wires: [Vec<Vec<u8>>; 2] = [Vec::new(), Vec::new()];
    for tick in 0..60 {
        let perfect = 20 <= tick;
        let bad = if perfect { (0, 0, 0) } else { bad };
        for from in 0..2 {
            if !perfect && chance.below(2) == 0 {
                sides[from].writer.write(1 + chance.below(4) as usize, &mut chance);
            }
            let hello = sides[from].hello();
            send(&mut wires[1 - from], hello, &mut chance, bad);
        }
        for to in 0..2 {
            for frame in std::mem::take(&mut wires[to]) {
                for answer in sides[to].receive(&frame) {
                    send(&mut wires[1 - to], answer, &mut chance, bad);
                }
            }
        }
        let [one, two] = &sides;
        if perfect && one.writer.replica.heads() == two.writer.replica.heads() {
            assert_eq!(contents(&one.writer.replica), contents(&two.writer.replica));
            assert_eq!(one.writer.replica.sum(), two.writer.replica.sum());
            return tick - 20;
        }
    }
    panic!("seed {seed}: not together after 40 perfect ticks");
}

/// How often each kind of link is tried; more when somebody asks for it.
fn runs() -> u64 {
    std::env::var("ANTEROOM_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(40)
}

#[test]
fn two_replicas_come_together_in_every_run_whatever_the_link_does() {
    let mut slowest = 0;
    for seed in 0..runs() {
        slowest = slowest.max(exchange(seed, (20, 10, 10)));
        slowest = slowest.max(exchange(seed + 1_000, (60, 30, 30)));
    }
    assert!(slowest <= 2, "{slowest} ticks after the link was good again");
}

#[test]
fn services_that_are_added_dropped_or_urged_read_back() {
    let mut replica = Replica::new(DOCUMENT, Actor([1; 16]));
    let mut shelf = MemoryShelf::default();
    let at = |s: u64| Moment { wall_ms: 1_795_000_000_000 + s * 1_000, steady_ms: s * 1_000 };
    let ticket = key(1, 42);
    let one = |service, priority| Asked { service, priority };
    let first = vec![one(3, 5), one(5, 7)];
    let steps = [
        Step::Issued {
            label: "A042".to_owned(),
            asked: first,
            language: 2,
            source: Source::Customer,
        },
        Step::LineAdded { asked: one(8, 5) },
        Step::LineDropped { line: 1, next: None },
        Step::PrioritySet { line: 0, priority: 9, current: true },
        Step::PrioritySet { line: 2, priority: 2, current: false },
        Step::Redirected { service: 4, place: Place::Counter(6), priority: 8 },
        Step::LineDropped { line: 0, next: Some(2) },
    ];
    let opened = replica.apply(&[Change::DayOpened { at: at(0) }]).expect("fits").expect("new");
    take_in(&mut shelf, DOCUMENT, bytes(&[opened])).expect("memory");
    let mut seen = Vec::new();
    for (step, second) in steps.into_iter().zip(1..) {
        let transition = Transition { seq: second, at: at(second), ticket, step };
        let change = replica.apply(&[Change::Ticket(transition)]).expect("fits").expect("new");
        take_in(&mut shelf, DOCUMENT, bytes(&[change])).expect("memory");
        let row = shelf.cells(Some(&ticket)).expect("memory").ticket().expect("a row");
        assert_eq!(replica.ticket(&ticket), Some(row.clone()));
        seen.push((row.service, row.priority, row.asked.len(), row.dropped.clone()));
    }
    let gone = vec![1];
    assert_eq!(
        seen,
        [
            (3, 5, 2, vec![]),
            (3, 5, 3, vec![]),
            (3, 5, 3, gone.clone()),
            (3, 9, 3, gone.clone()),
            (3, 9, 3, gone.clone()),
            (4, 8, 3, gone),
            (8, 2, 3, vec![1, 0]),
        ]
    );
    let row = replica.ticket(&ticket).expect("is there");
    assert_eq!((row.place, row.state), (Place::Service, State::Waiting));
    assert_eq!(row.asked, [one(3, 9), one(5, 7), one(8, 2)]);
    // More services than a ticket may have are refused.
    for (more, seq) in (3..16).zip(20..) {
        let step = Step::LineAdded { asked: one(more, 5) };
        let added = Change::Ticket(Transition { seq, at: at(seq), ticket, step });
        replica.apply(&[added]).expect("fits");
    }
    let step = Step::LineAdded { asked: one(1, 5) };
    let one_more = Change::Ticket(Transition { seq: 99, at: at(99), ticket, step });
    assert!(replica.apply(&[one_more]).is_err());
}

#[test]
fn one_visit_reads_back_as_it_happened() {
    let mut replica = Replica::new(DOCUMENT, Actor([1; 16]));
    let mut shelf = MemoryShelf::default();
    let at = |s: u64| Moment { wall_ms: 1_795_000_000_000 + s * 1_000, steady_ms: s * 1_000 };
    let ticket = key(1, 42);
    let asked = vec![Asked { service: 3, priority: 5 }, Asked { service: 5, priority: 7 }];
    let issued = Step::Issued {
        label: "A042".to_owned(),
        asked: asked.clone(),
        language: 2,
        source: Source::Customer,
    };
    let steps = [
        issued,
        Step::Called { call: 7, counter: 4, operator: Some(9) },
        Step::Recalled { call: 7 },
        Step::Recalled { call: 7 },
        Step::Missing { call: 7, until: Some(at(900)) },
        Step::PutBack,
        Step::Called { call: 8, counter: 2, operator: None },
        Step::Started { call: 8, since: at(7) },
        Step::Transferred { call: 8, service: 6, place: Place::Operator(9), priority: 9 },
        Step::Called { call: 9, counter: 4, operator: Some(9) },
        Step::Started { call: 9, since: at(10) },
        Step::AfterworkBegan { call: 9 },
        Step::Closed { call: Some(9), outcome: Outcome::Served },
        // It was the wrong key.
        Step::Undone {
            call: 9,
            state: OpenCall::Afterwork,
            since: at(12),
            service: 6,
            priority: 9,
        },
        Step::Closed { call: Some(9), outcome: Outcome::Served },
        Step::Answered { survey: 1, question: 2, answer: 3 },
    ];
    let opened = replica.apply(&[Change::DayOpened { at: at(0) }]).expect("fits").expect("new");
    take_in(&mut shelf, DOCUMENT, bytes(&[opened])).expect("memory");
    let mut states = Vec::new();
    for (step, second) in steps.into_iter().zip(1..) {
        let transition = Transition { seq: second, at: at(second), ticket, step };
        let change = replica.apply(&[Change::Ticket(transition)]).expect("fits").expect("new");
        let taken = take_in(&mut shelf, DOCUMENT, bytes(&[change])).expect("memory");
        assert!(taken.tickets.contains(&ticket) && taken.refused.is_empty());
        let row = shelf.cells(Some(&ticket)).expect("memory").ticket().expect("a row");
        assert_eq!(replica.ticket(&ticket), Some(row.clone()));
        states.push(row.state);
        // A ticket is with somebody exactly while its last call is open.
        let is_with = matches!(row.state, State::Called | State::Serving | State::Afterwork);
        let last = row.calls.last();
        assert_eq!(last.is_some_and(|call| call.ended.is_none() && call.end.is_none()), is_with);
    }
    use State::{Afterwork, Called, Missing, Served, Serving, Waiting};
    let expected = [
        Waiting, Called, Called, Called, Missing, Waiting, Called, Serving, Waiting, Called,
        Serving, Afterwork, Served, Afterwork, Served, Served,
    ];
    assert_eq!(states, expected);
    let row = replica.ticket(&ticket).expect("is there");
    assert_eq!((row.label.as_str(), row.asked.as_slice()), ("A042", asked.as_slice()));
    assert_eq!((row.service, row.priority, row.place), (6, 9, Place::Operator(9)));
    assert_eq!((row.cause, row.since, row.until), (Cause::Transferred, at(15), None));
    let ends: Vec<_> = row.calls.iter().map(|call| (call.call, call.recalls, call.end)).collect();
    let expected = [
        (7, 2, Some(CallEnd::NoShow)),
        (8, 0, Some(CallEnd::Transferred)),
        (9, 0, Some(CallEnd::Finished)),
    ];
    assert_eq!(ends, expected);
    assert_eq!(row.answers, [(1, 2, 3)]);
    assert_eq!(shelf.cells(None).expect("memory").fields(), replica.day());
}

#[test]
fn a_visit_goes_on_in_the_next_days_document_as_it_stood() {
    let at = |s: u64| Moment { wall_ms: 1_795_000_000_000 + s * 1_000, steady_ms: s * 1_000 };
    let ticket = key(1, 7);
    let asked = vec![Asked { service: 1, priority: 5 }, Asked { service: 2, priority: 9 }];
    let ticket_step = |seq, step| Change::Ticket(Transition { seq, at: at(seq), ticket, step });
    let mut old = Replica::new(DOCUMENT, Actor([1; 16]));
    let source = Source::Staff;
    let steps = [
        Step::Issued { label: "A007".to_owned(), asked, language: 3, source },
        Step::Called { call: 4, counter: 2, operator: Some(1) },
        Step::Transferred { call: 4, service: 6, place: Place::Counter(3), priority: 7 },
        Step::Called { call: 5, counter: 3, operator: None },
        Step::Recalled { call: 5 },
        Step::Started { call: 5, since: at(5) },
    ];
    let steps: Vec<Change> = (1..).zip(steps).map(|(seq, step)| ticket_step(seq, step)).collect();
    old.apply(&steps).expect("fits");
    let row = old.ticket(&ticket).expect("is there");
    let tomorrow = DocumentId { day: 20_261_123, ..DOCUMENT };
    let mut new = Replica::new(tomorrow, Actor([2; 16]));
    old.apply(&[ticket_step(9, Step::MovedOn { day: tomorrow.day })]).expect("fits");
    let over = ticket_step(9, Step::CameOver(Box::new(row.clone())));
    let change = new.apply(&[over]).expect("fits").expect("new");
    let mut shelf = MemoryShelf::default();
    take_in(&mut shelf, tomorrow, bytes(&[change])).expect("memory");
    let moved = old.ticket(&ticket).expect("is there");
    assert_eq!((moved.state, moved.day), (State::MovedOn, Some(tomorrow.day)));
    let open = row.calls.last().expect("it is at a counter").clone();
    assert_eq!((open.recalls, open.started), (1, Some(at(5))));
    let expected = TicketRow { seq: 9, calls: vec![open], ..row };
    assert_eq!(new.ticket(&ticket), Some(expected.clone()));
    assert_eq!(shelf.cells(Some(&ticket)).expect("memory").ticket(), Some(expected));
    // It returns, is done there, and goes on to what else it was taken for.
    let back = Onward::Back { service: 1, place: Place::Counter(2) };
    new.apply(&[
        ticket_step(10, Step::WentOn { call: 5, onward: back }),
        ticket_step(11, Step::Called { call: 6, counter: 2, operator: Some(1) }),
    ])
    .expect("fits");
    let row = new.ticket(&ticket).expect("is there");
    assert_eq!((row.service, row.place, row.priority), (1, Place::Counter(2), 7));
    assert_eq!(row.cause, Cause::Returned);
    let on = Step::WentOn { call: 6, onward: Onward::Line(1) };
    new.apply(&[ticket_step(12, on)]).expect("fits");
    let row = new.ticket(&ticket).expect("is there");
    assert_eq!((row.service, row.place, row.priority), (2, Place::Service, 9));
    assert_eq!((row.cause, row.state), (Cause::NextLine, State::Waiting));
}

#[test]
fn a_branch_tells_its_names_and_only_what_changes_is_written_again() {
    let mut replica = Replica::new(DOCUMENT, Actor([1; 16]));
    let service = |id: u32, name: &str, offered| {
        let tag = format!("T{id}");
        Change::Service(ServiceRow { id, tag, name: name.to_owned(), offered })
    };
    let branch = |name: &str| Change::Branch { name: name.to_owned(), zone: "Asia/Tokyo".into() };
    let told = [branch("Main hall"), service(2, "Advice", true), service(10, "Cash", true)];
    let mut raw: Vec<RawChange> = Vec::new();
    raw.extend(replica.apply(&[Change::DayOpened { at: Moment::default() }]).expect("fits"));
    raw.extend(replica.apply(&told).expect("fits"));
    assert_eq!(replica.apply(&told).expect("fits"), None);
    let long = "\u{e9}".repeat(NAME_BYTES_MAX);
    let again = [service(2, &long, true), service(10, "Cash", false)];
    raw.extend(replica.apply(&again).expect("fits"));
    let mut shelf = MemoryShelf::default();
    take_in(&mut shelf, DOCUMENT, bytes(&raw)).expect("memory");
    let fields = shelf.cells(None).expect("memory").fields();
    assert_eq!(fields, replica.day());
    let day = DayRow::read(&fields);
    assert_eq!((day.day, day.opened), (20_261_122, Some(Moment::default())));
    assert_eq!((day.name.as_str(), day.zone.as_str()), ("Main hall", "Asia/Tokyo"));
    let row = |id, name: &str, offered| ServiceRow {
        id,
        tag: format!("T{id}"),
        name: name.to_owned(),
        offered,
    };
    let cut = "\u{e9}".repeat(NAME_BYTES_MAX / 2);
    assert_eq!(day.services, [row(2, &cut, true), row(10, "Cash", false)]);
}

#[test]
fn what_no_document_takes_leaves_it_as_it_was() {
    let mut writer = Writer::new(1, 1);
    let mut chance = Chance(3);
    writer.write(10, &mut chance);
    let before = (writer.replica.heads(), contents(&writer.replica));
    let issue = |ticket, label: &str, services| {
        let step = Step::Issued {
            label: label.to_owned(),
            asked: vec![Asked { service: 1, priority: 5 }; services],
            language: 1,
            source: Source::Staff,
        };
        Change::Ticket(Transition { seq: 9_999, at: Moment::default(), ticket, step })
    };
    let fine = issue(key(1, 9_999), "A1", 1);
    let stranger = TicketKey { branch: BranchId(8), ..key(1, 9_999) };
    let put_back =
        Transition { seq: 1, at: Moment::default(), ticket: key(1, 77_777), step: Step::PutBack };
    let bad = [
        issue(stranger, "A1", 1),
        issue(key(1, 9_998), &"A".repeat(LABEL_BYTES_MAX + 1), 1),
        issue(key(1, 9_998), "A1", TICKET_LINES_MAX + 1),
        issue(key(1, 9_998), "A1", 0),
        Change::Ticket(put_back),
    ];
    for bad in bad {
        assert!(writer.replica.apply(&[fine.clone(), bad]).is_err());
        assert_eq!(before, (writer.replica.heads(), contents(&writer.replica)));
    }
    let many = vec![fine.clone(); CHANGE_TRANSITIONS_MAX + 1];
    assert!(matches!(writer.replica.apply(&many), Err(Error::TooLarge { .. })));
    assert!(writer.replica.apply(&many[1..]).expect("fits").is_some());
    assert!(writer.replica.apply(&[fine]).expect("fits").is_none(), "once is enough");
}

#[test]
fn changes_without_their_predecessors_wait_and_their_number_is_bounded() {
    let mut writer = Writer::new(1, 5);
    let mut chance = Chance(5);
    for _ in 0..ORPHANS_MAX + 10 {
        writer.write(1, &mut chance);
    }
    let changes = all(&writer.replica);
    let mut other = Replica::new(DOCUMENT, Actor([2; 16]));
    let received = other.receive(bytes(&changes[1..])).expect("honest");
    assert!(received.applied.is_empty() && other.heads().is_empty());
    let missing = other.missing();
    assert!(missing.as_slice().contains(&changes[0].hash), "{missing:?}");
    other.receive(bytes(&changes[..1])).expect("honest");
    for _ in 0..2 {
        let lacking = writer.replica.since(&other.heads(), usize::MAX).expect("whole");
        other.receive(bytes(&lacking)).expect("honest");
    }
    assert_eq!(other.heads(), writer.replica.heads());
}

#[test]
fn a_copied_box_is_refused_and_harms_nobody() {
    // The same actor wrote twice: a disk image that held a running box's actor.
    let (mut one, mut clone) = (Writer::new(1, 1), Writer::new(1, 1));
    one.write(5, &mut Chance(1));
    clone.write(7, &mut Chance(2));
    let mut other = Replica::new(DOCUMENT, Actor([9; 16]));
    other.receive(bytes(&all(&one.replica))).expect("honest");
    let heads = other.heads();
    let received = other.receive(bytes(&all(&clone.replica))).expect("contained");
    assert!(0 < received.refused && other.heads() == heads);
    one.write(3, &mut Chance(3));
    let received = other.receive(bytes(&all(&one.replica))).expect("contained");
    assert!(!received.applied.is_empty() && other.heads() == one.replica.heads());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn rows_are_the_document_in_whatever_order_its_changes_come(seed: u64, steps in 5..60_usize) {
        let mut chance = Chance(seed | 1);
        let (mut one, mut two) = (Writer::new(1, seed), Writer::new(2, seed));
        for _ in 0..steps {
            one.write(1 + chance.below(6) as usize, &mut chance);
            if chance.below(3) == 0 {
                two.write(1 + chance.below(3) as usize, &mut chance);
            }
            if chance.below(4) == 0 {
                two.replica.receive(bytes(&all(&one.replica))).expect("honest");
                one.replica.receive(bytes(&all(&two.replica))).expect("honest");
            }
        }
        one.replica.receive(bytes(&all(&two.replica))).expect("honest");
        let mut changes = all(&one.replica);
        let count = changes.len();
        changes.extend_from_slice(&changes.clone()[..count / 2]);
        chance.shuffle(&mut changes);

        let mut shelf = MemoryShelf::default();
        let mut projected = 0;
        for group in changes.chunks(7) {
            for (_, frame) in pack(DOCUMENT, group).expect("each fits") {
                let Ok(Frame::Changes { changes, .. }) = Frame::parse(&frame) else { panic!() };
                let taken = take_in(&mut shelf, DOCUMENT, changes.iter().map(Vec::as_slice));
                let taken = taken.expect("memory");
                prop_assert!(taken.refused.is_empty(), "{:?}", taken.refused);
                projected += taken.projected;
            }
        }
        prop_assert_eq!(projected, count);
        prop_assert_eq!(shelf.heads().expect("memory"), one.replica.heads());
        prop_assert!(shelf.missing().expect("memory").is_empty());
        let mut tickets = one.replica.tickets();
        tickets.sort_unstable();
        prop_assert_eq!(shelf.tickets(), tickets);
        for (ticket, fields) in contents(&one.replica) {
            let cells = shelf.cells(Some(&ticket)).expect("memory");
            prop_assert_eq!(cells.fields(), fields);
            prop_assert!(cells.ticket().is_some());
            prop_assert_eq!(Cells::from_bytes(&cells.to_bytes()).expect("ours"), cells);
        }
    }

    #[test]
    fn a_document_is_its_stored_changes_and_a_replay_changes_nothing(seed: u64) {
        let mut chance = Chance(seed | 1);
        let mut writer = Writer::new(1, seed);
        let mut stored = Vec::new();
        for _ in 0..20 {
            stored.extend(writer.write(1 + chance.below(5) as usize, &mut chance));
        }
        for change in &stored {
            prop_assert_eq!(&RawChange::parse(&change.bytes).expect("ours"), change);
        }
        let (heads, tickets) = (writer.replica.heads(), contents(&writer.replica));
        let received = writer.replica.receive(bytes(&stored)).expect("honest");
        prop_assert_eq!(received.known, stored.len());
        prop_assert!(writer.replay().is_none(), "transitions are known by their numbers");
        prop_assert_eq!(&writer.replica.heads(), &heads);

        chance.shuffle(&mut stored);
        let loaded = Replica::load(DOCUMENT, Actor([7; 16]), bytes(&stored)).expect("whole");
        let saved = loaded.save_and_verify().expect("whole");
        let again = Replica::load_saved(DOCUMENT, Actor([8; 16]), &saved).expect("whole");
        for copy in [&loaded, &again] {
            prop_assert_eq!(&copy.heads(), &heads);
            prop_assert_eq!(&contents(copy), &tickets);
            prop_assert!(session::covered(copy, &heads).expect("whole"));
        }
        stored.pop();
        let short = Replica::load(DOCUMENT, Actor([7; 16]), bytes(&stored));
        prop_assert!(short.is_err() || short.is_ok_and(|short| short.heads() != heads));
    }

    #[test]
    fn bytes_that_were_tampered_with_harm_neither_side(
        seed: u64, edits in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..6)
    ) {
        let mut chance = Chance(seed | 1);
        let mut writer = Writer::new(1, seed);
        writer.write(8, &mut chance);
        let before = contents(&writer.replica);
        let mut reader = Replica::new(DOCUMENT, Actor([3; 16]));
        let mut shelf = MemoryShelf::default();
        reader.receive(bytes(&all(&writer.replica))).expect("honest");
        take_in(&mut shelf, DOCUMENT, bytes(&all(&writer.replica))).expect("memory");
        let mut bad = writer.write(6, &mut chance).expect("something new").bytes;
        for (place, byte) in edits {
            let place = 9 + usize::from(place) % (bad.len() - 9);
            bad[place] ^= byte | 1;
        }
        prop_assert!(RawChange::parse(&bad).is_err(), "the sum tells");
        // One who forges the sum too, where the library itself would not mind.
        if matches!(RawChange::parse(&bad), Err(Error::Change("it was damaged"))) {
            let forged = automerge::Change::from_bytes(bad.clone()).expect("it was read");
            bad[4..8].copy_from_slice(&forged.hash().0[..4]);
        }
        let outcome = reader.receive([bad.as_slice()]);
        let taken = take_in(&mut shelf, DOCUMENT, [bad.as_slice()]).expect("memory");
        prop_assert!(taken.projected + taken.waiting + taken.refused.len() <= 1);
        if outcome.is_ok_and(|received| received.applied.is_empty()) {
            prop_assert_eq!(contents(&reader), before);
        }
    }
}

/// A box and central over a bad link: the box sends what central's acks do not cover, central
/// keeps rows and no document.
#[test]
fn central_comes_to_hold_every_change_by_its_acks_alone() {
    for seed in 1..40 {
        let mut chance = Chance(seed);
        let mut writer = Writer::new(1, seed);
        let mut shelf = MemoryShelf::default();
        let mut acked = Heads::default();
        let mut ticks = 0;
        while ticks < 20 || acked != writer.replica.heads() {
            ticks += 1;
            assert!(ticks < 24, "seed {seed}: central is not there yet");
            let bad = if ticks < 20 { (40, 20, 20) } else { (0, 0, 0) };
            if ticks < 20 {
                writer.write(1 + chance.below(4) as usize, &mut chance);
            }
            let lacking = session::lacking(&writer.replica, &acked, &Heads::default());
            let (mut up, mut down) = (Vec::new(), Vec::new());
            for change in lacking.expect("a whole replica") {
                let frames = pack(DOCUMENT, &[change]).expect("it fits");
                frames.into_iter().for_each(|(_, frame)| send(&mut up, frame, &mut chance, bad));
            }
            for frame in up {
                let Ok(Frame::Changes { changes, .. }) = Frame::parse(&frame) else { panic!() };
                take_in(&mut shelf, DOCUMENT, changes.iter().map(Vec::as_slice)).expect("memory");
                let heads = shelf.heads().expect("memory");
                let need = shelf.missing().expect("memory");
                let ack = Frame::Ack { document: DOCUMENT, ack: Ack { heads, need } };
                send(&mut down, ack.encode().expect("small"), &mut chance, bad);
            }
            for frame in down {
                let Ok(Frame::Ack { ack, .. }) = Frame::parse(&frame) else { panic!() };
                // A late ack is still true: what central held it holds.
                acked = acked.union(&ack.heads);
                acked = writer.replica.newest(&acked);
            }
        }
        assert!(session::covered(&writer.replica, &acked).expect("whole"));
        for (ticket, fields) in contents(&writer.replica) {
            assert_eq!(shelf.cells(Some(&ticket)).expect("memory").fields(), fields);
        }
    }
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let large = |size| matches!(RawChange::parse(&vec![0; size]), Err(Error::TooLarge { .. }));
    assert!(large(CHANGE_BYTES_MAX + 1) && !large(CHANGE_BYTES_MAX));
    let saved = vec![0; SAVED_BYTES_MAX + 1];
    let refused = Replica::load_saved(DOCUMENT, Actor([1; 16]), &saved);
    assert!(matches!(refused, Err(Error::TooLarge { .. })));
    assert!(Replica::load_saved(DOCUMENT, Actor([1; 16]), &saved[..100]).is_err());
}

#[test]
fn documents_are_named_as_topics_name_them() {
    assert_eq!(DOCUMENT.to_string(), "day-20261122-1");
    assert_eq!(DocumentId::parse(DOCUMENT.branch, "day-20261122-1").expect("ours"), DOCUMENT);
    for text in ["day-1", "day--1", "day-01-1", "day-1-65536", "day-1-1-1", "week-1-1", ""] {
        assert!(DocumentId::parse(DOCUMENT.branch, text).is_err(), "{text}");
    }
    assert_eq!(key(4, 1_760).to_string().parse::<TicketKey>().expect("ours"), key(4, 1_760));
    for text in ["7-1", "7-1-2-3", "7-1-+2", "7-1-02", "4294967296-1-1", "#"] {
        assert!(text.parse::<TicketKey>().is_err(), "{text}");
    }
}
