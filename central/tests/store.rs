//! Laws of central's store: its rows are those of the documents in whatever order changes come,
//! its figures are a recount, and what was not committed has changed nothing.

#[expect(dead_code, reason = "the histories of sync's own tests, of which not all is needed")]
#[path = "../../sync/tests/documents/history.rs"]
mod history;

use std::collections::BTreeMap;
use std::path::Path;

use central::store::{
    BRANCHES_MAX, BranchFigures, DEAD_LETTER_BYTES_MAX, DEAD_LETTERS_MAX, DOCUMENTS_MAX, FILE_NAME,
    NewUser, ServiceFigures, Store, StoreError, StoreOptions, WAITING_MAX,
};
use history::{Chance, DOCUMENT, Writer, key};
use proptest::prelude::*;
use sync::change::{Change, Outcome, Step, Transition};
use sync::document::{ServiceRow, State, TicketRow};
use sync::health::Health;
use sync::ids::{Actor, BoxEpoch, BranchId, ChangeHash, DocumentId, Heads, Moment, TicketKey};
use sync::projection::memory::MemoryShelf;
use sync::projection::{Shelf, take_in};
use sync::replica::{RawChange, Replica};
use sync::session::{self, Ack, Hello, Status};
use sync::topics::Tenant;
use tempfile::TempDir;

const WALL_MS: i64 = 1_795_000_000_000;

fn tenant() -> Tenant {
    Tenant::parse("demo").expect("plain")
}

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn open(folder: &TempDir) -> Store {
    Store::open(folder.path()).expect("sound")
}

fn bytes(changes: &[RawChange]) -> Vec<Vec<u8>> {
    changes.iter().map(|change| change.bytes.clone()).collect()
}

/// Takes in one frame in a transaction of its own, and returns its ack.
fn take(store: &mut Store, document: DocumentId, changes: &[RawChange]) -> Ack {
    let mut batch = store.batch().expect("sound");
    let taken = batch.changes(&tenant(), document, &bytes(changes)).expect("sound");
    assert!(taken.refused.is_empty(), "{:?}", taken.refused);
    one(batch.commit().expect("sound"))
}

fn one(acks: Vec<(Tenant, DocumentId, Ack)>) -> Ack {
    let [(_, _, ack)] = <[_; 1]>::try_from(acks).expect("one document was touched");
    ack
}

/// Where the figures differ from the tickets, counted anew.
fn recount(folder: &Path) -> Vec<(i64, u32, u8, i64)> {
    let sql = rusqlite::Connection::open(folder.join(FILE_NAME)).expect("there");
    let text = "WITH counted AS (
             SELECT document, service, state, count(*), sum(waited_ms) FROM ticket
             WHERE state IS NOT NULL GROUP BY document, service, state),
         kept AS (
             SELECT document, service, state, count, waited_ms FROM figure
             WHERE count <> 0 OR waited_ms <> 0)
         SELECT * FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept)
         UNION ALL SELECT * FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted)";
    let mut find = sql.prepare(text).expect("sound");
    let rows = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
    rows.expect("sound").collect::<Result<_, _>>().expect("sound")
}

/// What is said to wait: rows of dependencies, changes, and the documents' own count.
fn left_waiting(folder: &Path) -> (u64, u64, u64) {
    let sql = rusqlite::Connection::open(folder.join(FILE_NAME)).expect("there");
    let text = "SELECT (SELECT count(*) FROM waiting),
                       (SELECT count(*) FROM change WHERE NOT projected),
                       (SELECT sum(waiting) FROM document)";
    sql.query_row(text, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("sound")
}

/// Two boxes of one branch that see some of each other's changes.
fn two_writers(seed: u64, writes: usize) -> (Replica, Vec<RawChange>) {
    let mut chance = Chance(seed);
    let mut writers = [Writer::new(1, seed), Writer::new(2, seed)];
    let mut all = Vec::new();
    for _ in 0..writes {
        let writer = chance.below(2) as usize;
        let transitions = 1 + chance.below(6) as usize;
        all.extend(writers[writer].write(transitions, &mut chance));
        if chance.below(4) == 0 {
            let known: Vec<_> = bytes(&all);
            let other = &mut writers[1 - writer].replica;
            other.receive(known.iter().map(Vec::as_slice)).expect("honest");
        }
    }
    let [mut whole, _] = writers;
    let known = bytes(&all);
    whole.replica.receive(known.iter().map(Vec::as_slice)).expect("honest");
    (whole.replica, all)
}

fn rows(replica: &Replica) -> BTreeMap<TicketKey, TicketRow> {
    let tickets = replica.tickets().into_iter();
    tickets.filter_map(|key| Some((key, replica.ticket(&key)?))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_rows_on_disk_are_those_in_memory_in_whatever_order_changes_come(seed in 1_u64..1 << 40) {
        let (replica, changes) = two_writers(seed, 24);
        let mut chance = Chance(seed ^ 0x55);
        let mut coming = changes.clone();
        coming.extend(changes.iter().filter(|_| chance.below(5) == 0).cloned());
        chance.shuffle(&mut coming);
        let folder = folder();
        let mut store = open(&folder);
        let mut memory = MemoryShelf::default();
        let mut rest = coming.as_slice();
        while !rest.is_empty() {
            let mut batch = store.batch().expect("sound");
            let given_up = chance.below(5) == 0;
            let mut later = rest;
            for _ in 0..=chance.below(3) {
                let (frame, after) = later.split_at(later.len().min(1 + chance.below(4) as usize));
                later = after;
                let taken = batch.changes(&tenant(), DOCUMENT, &bytes(frame)).expect("sound");
                prop_assert!(taken.refused.is_empty());
                if !given_up {
                    let bytes = frame.iter().map(|change| change.bytes.as_slice());
                    let Ok(expected) = take_in(&mut memory, DOCUMENT, bytes);
                    prop_assert_eq!(taken.to_string(), expected.to_string());
                    prop_assert_eq!(taken.tickets, expected.tickets);
                }
            }
            if given_up {
                drop(batch);
                continue;
            }
            rest = later;
            let ack = one(batch.commit().expect("sound"));
            let Ok(heads) = memory.heads();
            let Ok(need) = memory.missing();
            prop_assert_eq!(ack, Ack { heads, need });
            if chance.below(4) == 0 {
                drop(store);
                store = open(&folder);
            }
        }
        let reader = store.reader().expect("sound");
        let on_disk = reader.ticket_rows(&tenant(), DOCUMENT.branch, DOCUMENT.day).expect("sound");
        let expected = rows(&replica);
        prop_assert!(!expected.is_empty());
        prop_assert_eq!(on_disk.into_iter().collect::<BTreeMap<_, _>>(), expected);
        prop_assert_eq!(recount(folder.path()), []);
        prop_assert_eq!(left_waiting(folder.path()), (0, 0, 0));
        let mut batch = store.batch().expect("sound");
        let hello = session::hello(&replica, BoxEpoch(1));
        prop_assert!(!batch.hello(&tenant(), DOCUMENT, &hello).expect("sound"), "no alarm");
        let ack = one(batch.commit().expect("sound"));
        prop_assert_eq!(ack, Ack { heads: hello.heads, need: Heads::default() });
    }
}

fn at(second: u64) -> Moment {
    Moment { wall_ms: WALL_MS as u64 + second * 1_000, steady_ms: second * 1_000 }
}

fn step(seq: u64, number: u64, step: Step) -> Change {
    Change::Ticket(Transition { seq, at: at(seq), ticket: key(1, number), step })
}

fn issued(seq: u64, number: u64, service: u32) -> Change {
    let asked = vec![sync::change::Asked { service, priority: 5 }];
    let label = format!("A{number:03}");
    let source = sync::change::Source::Customer;
    step(seq, number, Step::Issued { label, asked, language: 1, source })
}

fn service(id: u32, tag: &str, offered: bool) -> Change {
    let name = format!("Service {id}");
    Change::Service(ServiceRow { id, tag: tag.to_owned(), name, offered })
}

fn write(replica: &mut Replica, changes: &[Change]) -> Vec<RawChange> {
    replica.apply(changes).expect("honest").into_iter().collect()
}

fn figures(store: &Store) -> (BranchFigures, Vec<ServiceFigures>) {
    let reader = store.reader().expect("sound");
    let found = reader.branch(&tenant(), DOCUMENT.branch).expect("sound").expect("it spoke");
    let all = reader.branches(&tenant()).expect("sound");
    assert_eq!(all.iter().collect::<Vec<_>>(), [&found.0]);
    found
}

#[test]
fn a_branch_is_seen_as_its_newest_day_stands() {
    let folder = folder();
    let mut store = open(&folder);
    store.admit_branch(&tenant(), DOCUMENT.branch, "Main street").expect("sound");
    let empty = figures(&store);
    assert_eq!((empty.0.name.as_str(), empty.0.heard_ms, empty.1.len()), ("Main street", None, 0));

    let mut replica = Replica::new(DOCUMENT, Actor([1; 16]));
    let (name, zone) = ("Branch at the station".to_owned(), "Europe/Berlin".to_owned());
    let told = [
        Change::DayOpened { at: at(0) },
        Change::Branch { name, zone },
        service(1, "A", true),
        service(2, "B", true),
        service(3, "C", false),
    ];
    let called = |call| Step::Called { call, counter: 1, operator: None };
    let closed = |call| Step::Closed { call: Some(call), outcome: Outcome::Served };
    let visit = [
        issued(1, 1, 1),
        issued(2, 2, 1),
        issued(3, 3, 2),
        issued(4, 4, 2),
        step(5, 1, called(1)),
        step(6, 1, Step::Started { call: 1, since: at(6) }),
        step(7, 1, closed(1)),
        step(8, 3, called(2)),
        step(9, 4, called(3)),
        step(10, 4, Step::AfterworkBegan { call: 3 }),
    ];
    let changes = [write(&mut replica, &told), write(&mut replica, &visit)].concat();
    take(&mut store, DOCUMENT, &changes);
    let mut batch = store.batch().expect("sound");
    batch.heard(&tenant(), DOCUMENT.branch, WALL_MS).expect("sound");
    batch.commit().expect("sound");
    let (branch, services) = figures(&store);
    assert_eq!(branch.name, "Branch at the station");
    assert_eq!((branch.waiting, branch.serving, branch.day), (1, 2, Some(DOCUMENT.day)));
    assert_eq!((branch.online, branch.heard_ms), (true, Some(WALL_MS as u64)));
    let of = |id, tag: &str, waiting, served_today| ServiceFigures {
        id,
        tag: tag.to_owned(),
        name: format!("Service {id}"),
        waiting,
        served_today,
    };
    assert_eq!(services, [of(1, "A", 1, 1), of(2, "B", 0, 0)]);

    // A later segment of the same day adds up, an older day does not count, a newer one does alone.
    let segment = DocumentId { segment: 2, ..DOCUMENT };
    let mut second = Replica::new(segment, Actor([2; 16]));
    take(&mut store, segment, &write(&mut second, &[issued(11, 5, 3)]));
    assert_eq!(figures(&store).0.waiting, 2);
    assert_eq!(figures(&store).1[2], of(3, "C", 1, 0), "no longer offered, but somebody waits");
    let older = DocumentId { day: DOCUMENT.day - 1, ..DOCUMENT };
    let mut yesterday = Replica::new(older, Actor([3; 16]));
    take(&mut store, older, &write(&mut yesterday, &[issued(1, 90, 1)]));
    assert_eq!(figures(&store).0.waiting, 2);
    let newer = DocumentId { day: DOCUMENT.day + 1, ..DOCUMENT };
    let mut tomorrow = Replica::new(newer, Actor([4; 16]));
    take(&mut store, newer, &write(&mut tomorrow, &[issued(12, 6, 1)]));
    let (branch, services) = figures(&store);
    assert_eq!((branch.day, branch.waiting, branch.serving), (Some(newer.day), 1, 0));
    assert_eq!(services.len(), 1);
    assert_eq!(recount(folder.path()), []);
    let nobody = Tenant::parse("other").expect("plain");
    let reader = store.reader().expect("sound");
    assert_eq!(reader.branch(&nobody, DOCUMENT.branch).expect("sound"), None);
}

#[test]
fn all_of_it_is_there_again_after_a_restart_but_who_is_connected() {
    let folder = folder();
    let mut store = open(&folder);
    let life = store.life();
    assert_eq!(store.begin_boot().expect("sound"), 1);
    let mut batch = store.batch().expect("sound");
    batch.heard(&tenant(), DOCUMENT.branch, WALL_MS).expect("sound");
    batch.commit().expect("sound");
    let (_, changes) = two_writers(5, 10);
    let ack = take(&mut store, DOCUMENT, &changes);
    let before = figures(&store).0;
    assert!(before.online);
    drop(store);
    let mut store = open(&folder);
    assert_eq!((store.begin_boot().expect("sound"), store.life()), (2, life));
    assert_eq!(figures(&store).0, BranchFigures { online: false, ..before });
    assert_eq!(take(&mut store, DOCUMENT, &changes), ack, "all known, and as much is held");
}

#[test]
fn a_will_of_an_earlier_start_is_not_believed() {
    let folder = folder();
    let mut store = open(&folder);
    let mut says = |online, epoch, boot| {
        let (epoch, version) = (BoxEpoch(epoch), "1".to_owned());
        let health = Health::default();
        let status = Status { online, epoch, boot, wall_ms: 0, version, health };
        let mut batch = store.batch().expect("sound");
        batch.status(&tenant(), DOCUMENT.branch, &status, WALL_MS).expect("sound");
        batch.commit().expect("sound");
        figures(&store).0.online
    };
    assert!(says(true, 1, 4));
    assert!(says(true, 1, 5));
    assert!(says(false, 1, 4), "its next start has spoken since");
    assert!(!says(false, 1, 5));
    assert!(says(true, 1, 5));
    assert!(says(true, 2, 1), "a replacement box");
    assert!(says(false, 1, 5), "the old box's will");
    assert!(!says(false, 2, 1));
}

#[test]
fn a_branch_is_told_what_central_lacks_even_of_what_it_never_saw() {
    let folder = folder();
    let mut store = open(&folder);
    let (replica, changes) = two_writers(9, 12);
    let hello = |store: &mut Store, hello: &Hello| {
        let mut batch = store.batch().expect("sound");
        let alarm = batch.hello(&tenant(), DOCUMENT, hello).expect("sound");
        (alarm, one(batch.commit().expect("sound")))
    };
    let all = session::hello(&replica, BoxEpoch(1));
    let (alarm, ack) = hello(&mut store, &all);
    assert_eq!((alarm, ack), (false, Ack { heads: Heads::default(), need: all.heads.clone() }));
    let reader = store.reader().expect("sound");
    assert_eq!(reader.branches(&tenant()).expect("sound")[0].day, None, "a hello makes no day");
    // Without the first change all others wait, and the first is asked for.
    let ack = take(&mut store, DOCUMENT, &changes[1..]);
    assert!(ack.need.as_slice().contains(&changes[0].hash));
    let ack = take(&mut store, DOCUMENT, &changes[..1]);
    assert_eq!(ack, Ack { heads: replica.heads(), need: Heads::default() });
    let (alarm, _) = hello(&mut store, &Hello { sum: [7; 16], ..all.clone() });
    assert!(alarm, "the same newest changes, and another sum");
    let stranger = Heads::new(vec![ChangeHash([9; 32])]);
    let (alarm, ack) = hello(&mut store, &Hello { heads: stranger.clone(), ..all });
    assert_eq!((alarm, ack.need), (false, stranger));
}

#[test]
fn only_so_many_changes_wait_and_the_others_come_again() {
    let folder = folder();
    let mut store = open(&folder);
    let mut replica = Replica::new(DOCUMENT, Actor([1; 16]));
    let made = WAITING_MAX + 10;
    let changes: Vec<RawChange> =
        (1..=made).flat_map(|seq| write(&mut replica, &[issued(seq, seq, 1)])).collect();
    let ack = take(&mut store, DOCUMENT, &changes[1..]);
    assert_eq!(ack.need.as_slice(), [changes[0].hash]);
    take(&mut store, DOCUMENT, &changes[..1]);
    assert_eq!(figures(&store).0.waiting, 1 + WAITING_MAX);
    let ack = take(&mut store, DOCUMENT, &changes);
    assert_eq!(ack.heads, replica.heads());
    assert_eq!(figures(&store).0.waiting, made);
}

#[test]
fn branches_documents_and_dead_letters_are_bounded() {
    let folder = folder();
    let mut store = open(&folder);
    let tenant = tenant();
    let mut batch = store.batch().expect("sound");
    for number in 1..=BRANCHES_MAX as u32 {
        batch.heard(&tenant, BranchId(number), WALL_MS).expect("there is room");
    }
    let error = batch.heard(&tenant, BranchId(0), WALL_MS).expect_err("one too many");
    assert!(error.is_of_one_message() && error.to_string().contains("10000 branches"), "{error}");
    for day in 1..=DOCUMENTS_MAX as u32 {
        batch.changes(&tenant, DocumentId { day, ..DOCUMENT }, &[]).expect("there is room");
    }
    let error = batch.changes(&tenant, DocumentId { day: 0, ..DOCUMENT }, &[]).expect_err("full");
    assert!(error.is_of_one_message(), "{error}");
    batch.changes(&tenant, DocumentId { day: 1, ..DOCUMENT }, &[]).expect("it is there already");
    for letter in 0..=DEAD_LETTERS_MAX {
        let payload = vec![b'x'; DEAD_LETTER_BYTES_MAX + 1];
        batch.bury("q/1/x", &payload, &letter.to_string(), WALL_MS).expect("sound");
    }
    batch.commit().expect("sound");
    let sql = rusqlite::Connection::open(folder.path().join(FILE_NAME)).expect("there");
    let text = "SELECT count(*), min(CAST(reason AS INTEGER)), max(length(payload)), max(size)
                FROM dead_letter";
    let found: (u64, u64, usize, usize) = sql
        .query_row(text, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .expect("sound");
    let cut = DEAD_LETTER_BYTES_MAX;
    assert_eq!(found, (DEAD_LETTERS_MAX, 1, cut, cut + 1), "the oldest went");
}

#[test]
fn a_login_is_made_once() {
    let folder = folder();
    let mut store = open(&folder);
    let reader = store.reader().expect("sound");
    assert!(!reader.has_users().expect("sound"));
    for name in ["Ada", "Eve"] {
        let (login, password_hash) = ("manager".to_owned(), format!("hash of {name}"));
        let user = NewUser { tenant: tenant(), login, name: name.to_owned(), password_hash };
        store.add_user(&user).expect("sound");
    }
    assert!(reader.has_users().expect("sound"));
    let user = reader.user("manager").expect("sound").expect("added");
    assert_eq!((user.name.as_str(), user.password_hash.as_str()), ("Ada", "hash of Ada"));
    assert!(reader.user("nobody").expect("sound").is_none());
}

#[test]
fn a_full_disk_takes_nothing_and_what_is_there_stays() {
    let folder = folder();
    drop(open(&folder));
    let (replica, changes) = two_writers(3, 200);
    let options = StoreOptions { pages_max: Some(40), ..StoreOptions::in_folder(folder.path()) };
    let mut store = Store::open_with(options).expect("as much fits");
    take(&mut store, DOCUMENT, &changes[..2]);
    let before = figures(&store);
    let mut batch = store.batch().expect("sound");
    let taken = batch.changes(&tenant(), DOCUMENT, &bytes(&changes));
    let error = taken.and_then(|_| batch.commit().map(drop)).expect_err("it does not fit");
    assert!(matches!(error, StoreError::Sql(_)) && !error.is_of_one_message(), "{error:?}");
    assert_eq!(figures(&store), before);
    drop(store);
    let ack = take(&mut open(&folder), DOCUMENT, &changes);
    assert_eq!(ack.heads, replica.heads());
    assert_eq!(recount(folder.path()), []);
}

#[test]
fn a_row_that_cannot_be_read_is_the_trouble_of_its_ticket_alone() {
    let folder = folder();
    let mut store = open(&folder);
    let mut replica = Replica::new(DOCUMENT, Actor([1; 16]));
    let first = write(&mut replica, &[issued(1, 1, 1), issued(2, 2, 1)]);
    take(&mut store, DOCUMENT, &first);
    let sql = rusqlite::Connection::open(folder.path().join(FILE_NAME)).expect("there");
    sql.execute("UPDATE ticket SET cells = x'ff' WHERE number = 1", []).expect("sound");
    let change = write(&mut replica, &[step(3, 1, Step::PutBack)]);
    let mut batch = store.batch().expect("sound");
    let error = batch.changes(&tenant(), DOCUMENT, &bytes(&change)).expect_err("unreadable");
    assert!(error.is_of_one_message() && error.to_string().contains("ticket"), "{error}");
    let other = DocumentId { segment: 2, ..DOCUMENT };
    let mut second = Replica::new(other, Actor([2; 16]));
    let changes = write(&mut second, &[issued(1, 9, 1)]);
    batch.changes(&tenant(), other, &bytes(&changes)).expect("sound");
    let acks = batch.commit().expect("sound");
    assert_eq!(acks[0].2.heads.as_slice(), [first[0].hash], "not acknowledged");
    assert_eq!(acks[1].2.heads, second.heads());
    assert_eq!(figures(&store).0.waiting, 3);
}

fn refused(folder: &TempDir) -> String {
    let error = Store::open(folder.path()).expect_err("refused");
    let text = error.to_string();
    assert!(text.contains(&folder.path().display().to_string()), "{text}");
    text
}

#[test]
fn a_damaged_newer_or_foreign_file_is_named_and_left_alone() {
    let folder = folder();
    let path = folder.path().join(FILE_NAME);
    let mut store = open(&folder);
    take(&mut store, DOCUMENT, &two_writers(3, 40).1);
    assert!(refused(&folder).contains("in use"));
    drop(store);
    let sound = std::fs::read(&path).expect("there");

    let mut damaged = sound.clone();
    damaged[4_096..12_288].fill(0xa5);
    std::fs::write(&path, &damaged).expect("written");
    assert!(refused(&folder).contains("is damaged"));
    assert_eq!(std::fs::read(&path).expect("there"), damaged);

    std::fs::write(&path, "not a database at all, by any means".repeat(200)).expect("written");
    assert!(refused(&folder).contains("is damaged"));

    std::fs::write(&path, &sound).expect("written");
    let sql = rusqlite::Connection::open(&path).expect("sound");
    sql.pragma_update(None, "user_version", 99).expect("sound");
    drop(sql);
    assert!(refused(&folder).contains("format 99"));

    std::fs::remove_file(&path).expect("there");
    let log = folder.path().join(format!("{FILE_NAME}-wal"));
    std::fs::write(&log, [1; 100]).expect("written");
    assert!(refused(&folder).contains("write-ahead log"));
    assert!(!path.exists());
    let nowhere = Store::open(Path::new("/nowhere")).expect_err("no such folder");
    assert!(nowhere.to_string().contains("/nowhere"), "{nowhere}");
}

#[test]
fn states_are_counted_as_they_are_named() {
    let folder = folder();
    let mut store = open(&folder);
    let (replica, changes) = two_writers(77, 120);
    take(&mut store, DOCUMENT, &changes);
    let rows = rows(&replica);
    let count = |states: &[State]| rows.values().filter(|row| states.contains(&row.state)).count();
    let (branch, services) = figures(&store);
    assert_eq!(branch.waiting, count(&[State::Waiting]) as u64);
    assert_eq!(branch.serving, count(&[State::Called, State::Serving, State::Afterwork]) as u64);
    let served: u64 = services.iter().map(|service| service.served_today).sum();
    assert_eq!(served, count(&[State::Served]) as u64);
    for service in services {
        let waiting =
            rows.values().filter(|row| row.service == service.id && row.state == State::Waiting);
        assert_eq!(service.waiting, waiting.count() as u64);
    }
    assert!(0 < branch.waiting && 0 < branch.serving && 0 < served, "{branch:?}");
}
