//! The book against random histories: whatever is cut off in between, central's rows are the tickets.

use std::collections::BTreeMap;

use engine::settings::Texts;
use engine::{
    Among, AnswerId, At, Book as Booking, Branch, CallId, CheckIn, Code, Command, CounterId, DayId,
    DeviceId, Entry, Issue, LineRequest, LocalTime, Moment, Now, OperatorId, Pin, Place, Priority,
    ProfileId, QuestionId, Seq, ServiceId, Shown, Slot, Source, Ticket, TicketId, TicketState,
    Token, Unstarted, decide,
};
use sync::document::{DayRow, State, TicketRow};
use sync::ids::{Actor, BoxEpoch, BranchId, ChangeHash, Heads, TicketKey};
use sync::limits::{CHANGE_TRANSITIONS_MAX, FRAMES_UNDER_WAY_MAX};
use sync::projection::memory::MemoryShelf;
use sync::projection::{Shelf, take_in};
use sync::replica::RawChange;
use sync::session::Ack;
use tempfile::TempDir;
use tokio::time::Instant;

use super::book::{Book, Taken};
use super::compare::difference;
use super::talk::{Next, QUEUE_BYTES_MAX, Talk};
use super::translate::moment;
use crate::store::{
    Archive, Batch, DOCUMENT_DAYS_KEPT, Housekeeping, OutboxNote, Sheet, Store, StoreOptions,
};
use crate::texts::Texts as Messages;

const BRANCH: BranchId = BranchId(1);
const EPOCH: BoxEpoch = BoxEpoch(7);
const START_MS: i64 = 1_795_420_800_000;

/// A small generator (xorshift64), so that a seed means the same run everywhere.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }

    fn small(&mut self, limit: u64) -> u32 {
        u32::try_from(self.below(limit)).expect("a small number")
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let index = usize::try_from(self.below(from.len().max(1) as u64)).expect("an index");
        from.get(index).copied()
    }
}

/// A branch and its outbox, without a thread between them.
struct World {
    _folder: TempDir,
    store: Store,
    archive: Archive,
    branch: Branch,
    book: Option<Book>,
    chance: Chance,
    at: Moment,
    actors: u8,
    epoch: BoxEpoch,
    tokens: u64,
    /// Every ticket, as it stood last.
    tickets: BTreeMap<TicketId, Ticket>,
}

impl World {
    fn new(seed: u64) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(StoreOptions::in_folder(folder.path())).expect("opens");
        let archive = store.archive().expect("opens");
        let mut world = World {
            _folder: folder,
            store,
            archive,
            branch: Branch::blank(),
            book: None,
            chance: Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            at: Moment { wall_ms: START_MS, steady_ms: 5_000 },
            actors: 0,
            epoch: EPOCH,
            tokens: 0,
            tickets: BTreeMap::new(),
        };
        let settings = crate::demo::settings(&Messages::new(), DeviceId(1));
        assert!(world.ask(Command::ChangeSettings(Box::new(settings))));
        assert!(world.ask(Command::OpenDay(DayId(20_261_123))));
        world
    }

    /// Has a command decided and written down.
    fn ask(&mut self, command: Command) -> bool {
        let now = Now { at: self.at, local: LocalTime { weekday: 0, minute: 600 } };
        let Ok(decision) = decide(&self.branch, &command, now) else { return false };
        let mut entries = Vec::new();
        for event in decision.events {
            let seq = Seq(self.branch.parts().last_seq.0 + 1);
            let entry = Entry { seq, at: self.at, event };
            self.branch.apply(&entry);
            entries.push(entry);
        }
        self.store.append(&Batch { entries, ..Batch::default() }, &self.branch).expect("written");
        for ticket in self.branch.tickets() {
            self.tickets.insert(ticket.id, ticket.clone());
        }
        true
    }

    fn note(&mut self, note: OutboxNote) {
        let housekeeping = vec![Housekeeping::Outbox(note)];
        let batch = Batch { housekeeping, ..Batch::default() };
        self.store.append(&batch, &self.branch).expect("written");
    }

    fn calls(&self) -> Vec<CallId> {
        let open = self.branch.tickets().filter_map(|ticket| ticket.open_call());
        open.map(|call| call.id).collect()
    }

    fn issue(&mut self) -> Command {
        self.tokens += 1;
        let token = Token::parse(&format!("{:010}", self.tokens)).expect("ten digits");
        let lines = 1 + self.chance.below(3);
        let line = |chance: &mut Chance| LineRequest {
            service: ServiceId(1 + chance.small(6)),
            priority: Priority::new(4 + u8::try_from(chance.below(3)).expect("small"))
                .expect("from 1 to 9"),
        };
        Command::Issue(Issue {
            lines: (0..lines).map(|_| line(&mut self.chance)).collect(),
            language: None,
            token,
            pass: None,
            source: if self.chance.one_in(2) { Source::Customer } else { Source::Staff },
            device: None,
        })
    }

    fn book(&mut self) -> Command {
        const SLOT_MS: i64 = 30 * 60_000;
        self.tokens += 1;
        let ahead = 1 + i64::from(self.chance.small(3));
        Command::Book(Booking {
            service: ServiceId(1 + self.chance.small(6)),
            slot: Slot {
                start_ms: (self.at.wall_ms / SLOT_MS + ahead) * SLOT_MS,
                local: LocalTime { weekday: 0, minute: 600 },
            },
            language: None,
            token: Token::parse(&format!("{:010}", self.tokens)).expect("ten digits"),
            code: Code::parse(&format!("{:08}", self.tokens)).expect("eight digits"),
            pin: Pin::parse("1234").expect("four digits"),
            confirmed: self.chance.one_in(2),
            source: Source::Customer,
        })
    }

    fn small_line(&mut self) -> u8 {
        u8::try_from(self.chance.below(3)).expect("small")
    }

    /// With one of the bookings whose customer may come.
    fn check_in(&mut self) -> Command {
        let booked = |ticket: &&Ticket| matches!(ticket.state, TicketState::Booked { .. });
        let bookings = self.branch.tickets().filter(booked).filter_map(|ticket| ticket.booking);
        let codes: Vec<Code> = bookings.map(|booking| booking.code).collect();
        let code = self.chance.pick(&codes).or(Code::parse("99999999")).expect("eight digits");
        let shown = Shown::Code(code);
        Command::CheckIn(CheckIn { shown, language: None, pass: None, device: None })
    }

    /// Something that people do; the rules may say no.
    fn live(&mut self) {
        let step = 1 + self.chance.below(90_000);
        self.at.steady_ms += step;
        self.at.wall_ms += i64::try_from(step).expect("small");
        let counter = CounterId(1 + self.chance.small(4));
        let operator = OperatorId(1 + self.chance.small(4));
        let calls = self.calls();
        let call = self.chance.pick(&calls).unwrap_or(CallId(1));
        let known: Vec<TicketId> = self.branch.tickets().map(|ticket| ticket.id).collect();
        let ticket = self.chance.pick(&known).unwrap_or(TicketId(1));
        let unstarted = Unstarted::StartAtCall;
        for command in self.branch.due(self.at) {
            assert!(self.ask(command), "what is due is not refused");
        }
        let command = match self.chance.below(32) {
            0..=5 => self.issue(),
            6 => Command::OpenShift { operator, counter },
            7 => Command::CloseShift { counter },
            8..=10 => {
                let at = At { counter, operator: None };
                Command::CallNext { at, among: Among::Everything }
            }
            11 => Command::Recall { call },
            12 => Command::Start { call },
            13 | 14 => Command::Finish { call, afterwork: self.chance.one_in(2), unstarted },
            15 => Command::NoShow { call },
            16 => Command::PutBack { ticket },
            17 => Command::Park { call, unstarted },
            26 => Command::Redirect {
                ticket,
                to: self
                    .chance
                    .pick(&[Place::Counter(counter), Place::Operator(operator)])
                    .expect("two"),
                service: Some(ServiceId(1 + self.chance.small(6))),
                priority: Priority::new(3),
            },
            27 => Command::AddLine {
                ticket,
                line: LineRequest {
                    service: ServiceId(1 + self.chance.small(6)),
                    priority: Priority::URGENT,
                },
                source: Source::Staff,
            },
            30 | 31 => Command::Undo { counter },
            28 => Command::CancelLine { ticket, line: self.small_line() },
            29 => Command::SetPriority {
                ticket,
                line: self.small_line(),
                priority: Priority::new(1 + u8::try_from(self.chance.below(9)).expect("small"))
                    .expect("from 1 to 9"),
            },
            20 | 21 => self.book(),
            22 | 23 => self.check_in(),
            24 => Command::ConfirmBooking { ticket },
            25 if self.chance.one_in(2) => Command::StartBreak { counter },
            25 => Command::EndBreak { counter },
            18 => {
                let to = match self.chance.below(3) {
                    0 => Place::Service(ServiceId(1 + self.chance.small(6))),
                    1 => Place::Counter(counter),
                    _ => Place::Operator(operator),
                };
                let then_back = self.chance.one_in(2);
                Command::Transfer { call, to, service: None, priority: Priority::new(7), then_back }
            }
            _ if self.chance.one_in(3) => Command::Delete { ticket },
            _ => Command::Answer {
                ticket,
                survey: ProfileId(1),
                question: QuestionId(1),
                answer: AnswerId(1 + self.chance.small(5)),
            },
        };
        self.ask(command);
    }

    fn turn_the_day(&mut self) {
        let day = self.branch.day().expect("a day is open").id;
        assert!(self.ask(Command::CloseDay));
        self.at.steady_ms += 240_000;
        self.at.wall_ms += 240_000;
        assert!(self.ask(Command::OpenDay(DayId(day.0 + 1))));
    }

    fn rename(&mut self) {
        let mut settings = (**self.branch.settings()).clone();
        settings.name = format!("Hall {}", self.chance.below(1_000));
        let language = settings.languages[0].id;
        let name = format!("Advice {}", self.chance.below(1_000));
        settings.services[0].names = Texts([(language, name)].into());
        assert!(self.ask(Command::ChangeSettings(Box::new(settings))));
    }

    fn open_book(&mut self) {
        self.actors += 1;
        let archive = self.archive.clone();
        let settings = self.branch.settings().clone();
        let actor = Actor([self.actors; 16]);
        let mut book = Book::open(archive, BRANCH, self.epoch, actor, settings).expect("opens");
        let Taken { changes, left_out, .. } = book.adopt(moment(self.at)).expect("adopts");
        assert_eq!(left_out, 0);
        // It may be cut off before that is on disk.
        if changes.is_empty() || self.chance.one_in(3) {
            self.book = changes.is_empty().then_some(book);
            return;
        }
        let stored = changes.into_iter().map(|(sheet, change)| (sheet, change.bytes)).collect();
        self.note(OutboxNote::Changes { changes: stored, cursor: book.cursor });
        self.book = Some(book);
    }

    /// Takes what the journal has grown by, and is cut off now and then before or after the write.
    fn flush(&mut self) {
        while self.book.is_none() {
            self.open_book();
        }
        let Some(book) = &mut self.book else { return };
        let entries = self.archive.entries_after(book.cursor).expect("reads");
        let some = usize::try_from(self.chance.below(entries.len() as u64 + 1)).expect("small");
        let Taken { changes, retired, left_out, .. } = book.take(&entries[..some]).expect("takes");
        assert_eq!(left_out, 0, "nothing is left out");
        let cursor = book.cursor;
        if self.chance.one_in(8) {
            self.book = None;
            return;
        }
        let stored = changes.iter().map(|(sheet, change)| (*sheet, change.bytes.clone())).collect();
        self.note(OutboxNote::Changes { changes: stored, cursor });
        for page in retired {
            if self.chance.one_in(4) {
                continue;
            }
            let bytes = page.replica.save_and_verify().expect("saves");
            self.note(OutboxNote::Saved { sheet: page.sheet, bytes });
        }
        if self.chance.one_in(8) {
            self.book = None;
        }
    }

    fn flush_all(&mut self) {
        let last = self.branch.parts().last_seq;
        while self.book.as_ref().is_none_or(|book| book.cursor < last) {
            self.flush();
        }
    }

    /// What central makes of a stored document.
    fn shelf(&mut self, sheet: Sheet) -> MemoryShelf {
        self.book = None;
        while self.book.is_none() {
            self.open_book();
        }
        let book = self.book.as_ref().expect("it is open");
        let page = book.load(sheet).expect("loads");
        let changes = page.replica.since(&Default::default(), usize::MAX).expect("whole");
        assert!(!changes.is_empty());
        let mut shelf = MemoryShelf::default();
        let document = book.document(sheet);
        let bytes = changes.iter().map(|change| change.bytes.as_slice());
        let taken = take_in(&mut shelf, document, bytes).expect("memory");
        assert!(taken.refused.is_empty() && taken.waiting == 0, "{taken}");
        shelf
    }
}

fn row(shelf: &mut MemoryShelf, ticket: &TicketKey) -> TicketRow {
    shelf.cells(Some(ticket)).expect("memory").ticket().expect("a sound row")
}

fn days_of(world: &World) -> Vec<DayId> {
    let mut days = vec![world.branch.day().expect("open").id];
    while let Some(sheet) = world.archive.sheets_before(days[0]).expect("reads").first() {
        days.insert(0, sheet.day);
    }
    days
}

/// Plays a history and compares every ticket of every day. On these days the box is restored, and
/// goes on in another life.
fn play(seed: u64, restored: &[u32]) {
    let mut world = World::new(seed);
    for day in 0..4 {
        for step in 0..120 {
            world.live();
            if step == 60 && restored.contains(&day) {
                world.epoch = BoxEpoch(world.epoch.0 + 1);
                world.book = None;
            }
            if world.chance.one_in(6) {
                world.flush();
            }
        }
        if world.chance.one_in(2) {
            world.rename();
        }
        world.turn_the_day();
    }
    world.flush_all();
    let mut found: BTreeMap<TicketId, TicketRow> = BTreeMap::new();
    let days = days_of(&world);
    assert_eq!(days.len(), 5, "seed {seed}");
    for day in days {
        let sheet = Sheet { day, segment: 1 };
        let mut shelf = world.shelf(sheet);
        let names = DayRow::read(&shelf.cells(None).expect("memory").fields());
        assert_eq!((names.day, names.services.len()), (day.0, 6), "seed {seed}");
        for key in shelf.tickets() {
            let row = row(&mut shelf, &key);
            let before = found.insert(TicketId(key.number), row);
            if let Some(before) = before {
                // On an earlier day, or on this one in a former life.
                assert_eq!((before.state, before.day), (State::MovedOn, Some(day.0)));
            }
        }
    }
    let came = world.tickets.iter().filter(|(_, ticket)| ticket.has_come());
    let checked_in = came.clone().filter(|(_, ticket)| ticket.booking.is_some()).count();
    assert!(checked_in != 0 && came.clone().count() < world.tickets.len(), "seed {seed}");
    assert_eq!(found.len(), came.clone().count(), "seed {seed}: every ticket is there once");
    for (id, ticket) in came {
        let what = difference(ticket, &found[id]);
        assert_eq!(what, None, "seed {seed}: {ticket:?}\n{:?}", found[id]);
    }
    let sheet = Sheet { day: world.branch.day().expect("open").id, segment: 1 };
    let mut shelf = world.shelf(sheet);
    let names = DayRow::read(&shelf.cells(None).expect("memory").fields());
    assert_eq!(names.name, world.branch.settings().name, "seed {seed}");
}

#[test]
fn whatever_is_cut_off_in_between_centrals_rows_are_the_tickets() {
    let runs = std::env::var("ANTEROOM_RUNS").ok().and_then(|runs| runs.parse().ok());
    for seed in 1..=runs.unwrap_or(6) {
        play(seed, &[]);
        if seed % 3 == 0 {
            play(seed, &[0, 1, 3]);
        }
    }
}

#[test]
fn a_late_answer_is_written_into_the_day_that_is_over() {
    let mut world = World::new(3);
    let issue = world.issue();
    assert!(world.ask(issue));
    let at = At { counter: CounterId(1), operator: None };
    assert!(world.ask(Command::CallNext { at, among: Among::Everything }));
    let mut more = world.calls();
    while let Some(call) = more.pop() {
        let unstarted = Unstarted::StartAtCall;
        world.ask(Command::Finish { call, afterwork: false, unstarted });
        world.ask(Command::CallNext { at, among: Among::Everything });
        more = world.calls();
    }
    let ticket = *world.tickets.keys().next().expect("one");
    assert!(matches!(world.tickets[&ticket].state, TicketState::Closed { .. }));
    let day = world.branch.day().expect("open").id;
    world.turn_the_day();
    world.flush_all();
    let answer = AnswerId(4);
    let (survey, question) = (ProfileId(1), QuestionId(1));
    assert!(world.ask(Command::Answer { ticket, survey, question, answer }));
    let issue = world.issue();
    assert!(world.ask(issue));
    world.flush_all();
    let mut shelf = world.shelf(Sheet { day, segment: 1 });
    let key = TicketKey { branch: BRANCH, epoch: EPOCH, number: ticket.0 };
    assert_eq!(row(&mut shelf, &key).answers, [(1, 1, 4)]);
}

#[test]
fn a_restored_box_tells_of_its_open_tickets_under_new_names_and_of_closed_ones_under_the_old() {
    let mut world = World::new(4);
    for _ in 0..3 {
        let issue = world.issue();
        assert!(world.ask(issue));
    }
    let deleted = Command::Delete { ticket: TicketId(3) };
    assert!(world.ask(deleted));
    world.flush_all();
    world.epoch = BoxEpoch(8);
    world.book = None;
    assert!(world.ask(Command::Delete { ticket: TicketId(2) }));
    world.flush_all();
    let sheet = Sheet { day: world.branch.day().expect("open").id, segment: 1 };
    let mut shelf = world.shelf(sheet);
    let mut found = |epoch, number| {
        let key = TicketKey { branch: BRANCH, epoch: BoxEpoch(epoch), number };
        row(&mut shelf, &key)
    };
    assert_eq!([found(7, 1), found(7, 2)].map(|row| row.state), [State::MovedOn; 2]);
    assert!([found(7, 1), found(7, 2)].iter().all(|row| row.born == row.day), "counted once");
    assert_eq!((found(8, 1).state, found(8, 1).born), (State::Waiting, None));
    assert_eq!((found(8, 2).state, found(7, 3).state), (State::Deleted, State::Deleted));
    assert_eq!(shelf.tickets().len(), 5, "a ticket that was over has its old name alone");
}

#[test]
fn what_central_holds_is_forgotten_after_its_days_and_nothing_else_is() {
    let mut world = World::new(5);
    let days = DOCUMENT_DAYS_KEPT + 3;
    for _ in 1..days {
        world.turn_the_day();
    }
    world.flush_all();
    let all = days_of(&world);
    assert_eq!(all.len(), days as usize);
    world.note(OutboxNote::Forget);
    assert_eq!(days_of(&world).len(), days as usize, "central holds none of them");
    for day in &all[1..] {
        world.note(OutboxNote::Covered { sheet: Sheet { day: *day, segment: 1 } });
    }
    assert_eq!(world.archive.uncovered().expect("reads"), 1);
    world.note(OutboxNote::Forget);
    let left = days_of(&world);
    assert_eq!(left.len(), DOCUMENT_DAYS_KEPT as usize + 1, "the uncovered one stays as well");
    assert_eq!(left[0], all[0]);
    // A central server with another database is offered all that is left.
    world.note(OutboxNote::Boot { epoch: 9 });
    world.note(OutboxNote::Central { life: 1 });
    assert_eq!(world.archive.uncovered().expect("reads"), left.len() as u64);
    let newest = world.archive.uncovered_before(DayId(99_999_999)).expect("reads");
    assert_eq!(newest, Some(Sheet { day: all[all.len() - 1], segment: 1 }), "newest first");
    let identity = world.archive.identity().expect("reads").expect("written");
    assert_eq!((identity.epoch, identity.boots, identity.central), (9, 1, Some(1)));
    world.note(OutboxNote::Boot { epoch: 10 });
    let again = world.archive.identity().expect("reads").expect("written");
    assert_eq!((again.epoch, again.boots), (9, 2), "a box has one life");
}

/// Everything that a talk wants sent now, taken in by a shelf.
fn deliver(world: &mut World, talk: &mut Talk, shelf: &mut MemoryShelf, now: Instant) -> usize {
    let book = world.book.as_ref().expect("open");
    let page = &book.pages[0];
    match talk.next(&page.replica, now, 0).expect("whole") {
        Next::Nothing | Next::Hello => 0,
        Next::Frames(frames) => {
            for frame in &frames {
                let frame = sync::frame::Frame::parse(frame).expect("ours");
                let sync::frame::Frame::Changes { document, changes } = frame else {
                    panic!("changes are sent")
                };
                take_in(shelf, document, changes.iter().map(Vec::as_slice)).expect("memory");
            }
            frames.len()
        }
    }
}

#[test]
fn a_talk_sends_what_is_lacking_once_and_again_only_when_no_answer_comes() {
    let mut world = World::new(9);
    for _ in 0..40 {
        let issue = world.issue();
        world.ask(issue);
    }
    world.flush_all();
    world.open_book();
    let mut shelf = MemoryShelf::default();
    let mut talk = Talk::default();
    let now = Instant::now();
    let replica = |world: &World| world.book.as_ref().expect("open").pages[0].replica.heads();
    let ack = |shelf: &mut MemoryShelf| Ack {
        heads: shelf.heads().expect("memory"),
        need: shelf.missing().expect("memory"),
    };
    {
        let page = &world.book.as_ref().expect("open").pages[0];
        assert!(matches!(talk.next(&page.replica, now, 0), Ok(Next::Hello)));
        assert!(matches!(talk.next(&page.replica, now, 0), Ok(Next::Nothing)), "said once");
        let due = talk.due().expect("an answer is waited for");
        assert!(matches!(talk.next(&page.replica, due, 0), Ok(Next::Hello)), "and again");
        talk.hear(&page.replica, Ack::default()).expect("whole");
    }
    assert!(!talk.is_covered() && talk.is_answered());
    assert!(0 < deliver(&mut world, &mut talk, &mut shelf, now));
    assert_eq!(deliver(&mut world, &mut talk, &mut shelf, now), 0, "it is under way");
    // A second hello's answer may cross with what the first one's asked for.
    let crossed = Ack { heads: Heads::default(), need: replica(&world) };
    {
        let page = &world.book.as_ref().expect("open").pages[0];
        talk.hear(&page.replica, crossed).expect("whole");
    }
    assert_eq!(deliver(&mut world, &mut talk, &mut shelf, now), 0, "it is under way still");
    // The ack is lost: after a while the whole question is asked anew, and nothing is doubled.
    let due = talk.due().expect("an answer is waited for");
    {
        let page = &world.book.as_ref().expect("open").pages[0];
        assert!(matches!(talk.next(&page.replica, due, 0), Ok(Next::Hello)));
        talk.hear(&page.replica, ack(&mut shelf)).expect("whole");
    }
    assert!(talk.is_covered());
    assert_eq!(shelf.heads().expect("memory"), replica(&world));
    // A single new change goes at once, and its ack ends it.
    let issue = world.issue();
    world.ask(issue);
    let entries = {
        let book = world.book.as_ref().expect("open");
        world.archive.entries_after(book.cursor).expect("reads")
    };
    let taken = world.book.as_mut().expect("open").take(&entries).expect("takes");
    let count = taken.changes.len();
    assert_eq!(count, 1);
    taken.changes.into_iter().for_each(|(_, change)| talk.offer(change));
    assert!(!talk.is_covered());
    assert_eq!(deliver(&mut world, &mut talk, &mut shelf, now), 1);
    let page = &world.book.as_ref().expect("open").pages[0];
    talk.hear(&page.replica, ack(&mut shelf)).expect("whole");
    assert!(talk.is_covered() && talk.due().is_none());
    assert!(matches!(talk.next(&page.replica, now, 0), Ok(Next::Nothing)));
}

#[test]
fn what_waits_for_an_ack_in_memory_is_bounded_and_the_rest_is_found_again() {
    let mut world = World::new(13);
    world.open_book();
    let entries = world.archive.entries_after(Seq(0)).expect("reads");
    let book = world.book.as_mut().expect("open");
    book.take(&entries).expect("takes");
    let page = &book.pages[0];
    let mut talk = Talk::default();
    let now = Instant::now();
    let heads = page.replica.heads();
    talk.hear(&page.replica, Ack { heads: heads.clone(), need: Heads::default() }).expect("whole");
    assert!(talk.is_covered());
    for number in 0..40 {
        let hash = ChangeHash([number; 32]);
        talk.offer(RawChange { hash, deps: Vec::new(), bytes: vec![number; 30_000] });
    }
    let Ok(Next::Frames(frames)) = talk.next(&page.replica, now, 0) else { panic!("it sends") };
    assert!(frames.len() <= FRAMES_UNDER_WAY_MAX, "{}", frames.len());
    assert!(matches!(talk.next(&page.replica, now, 0), Ok(Next::Nothing)), "that many and no more");
    // An ack makes room; what did not fit into memory is looked for in the document.
    let first = Ack { heads: Heads::new(vec![ChangeHash([1; 32])]), need: Heads::default() };
    talk.hear(&page.replica, first).expect("whole");
    let Ok(Next::Frames(more)) = talk.next(&page.replica, now, 0) else { panic!("it has room") };
    assert_eq!(more.len(), 1);
    let last = (QUEUE_BYTES_MAX / 30_000) as u8 - 1;
    let ack = Ack { heads: Heads::new(vec![ChangeHash([last; 32])]), need: Heads::default() };
    talk.hear(&page.replica, ack).expect("whole");
    assert!(!talk.is_covered());
    let Ok(Next::Frames(found)) = talk.next(&page.replica, now, 0) else { panic!("it looks") };
    assert!(!found.is_empty());
    talk.hear(&page.replica, Ack { heads, need: Heads::default() }).expect("whole");
    assert!(talk.is_covered());
}

#[test]
fn a_change_holds_only_so_many_transitions() {
    let mut world = World::new(11);
    for _ in 0..CHANGE_TRANSITIONS_MAX * 2 {
        let issue = world.issue();
        assert!(world.ask(issue));
    }
    world.open_book();
    let entries = world.archive.entries_after(Seq(0)).expect("reads");
    let taken = world.book.as_mut().expect("open").take(&entries).expect("takes");
    assert!(2 < taken.changes.len() && taken.changes.len() <= 4, "{}", taken.changes.len());
}
