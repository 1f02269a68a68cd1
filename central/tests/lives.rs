//! What central shows of a branch whose box begins another life: the open tickets that the present
//! life knows and no others, whatever came first.

#[expect(dead_code, reason = "the histories of sync's own tests, of which not all is needed")]
#[path = "../../sync/tests/documents/history.rs"]
mod history;

use std::path::Path;

use central::store::{
    BranchInFull, DOCUMENTS_RECOUNTED_MAX, FILE_NAME, NetworkFigures, NewSale, Note, Sale, Span,
    Store,
};
use history::{Chance, DOCUMENT, Writer, key};
use proptest::prelude::*;
use rusqlite::Connection;
use serve::statistics::Sums;
use sync::change::{Asked, Change, Outcome, Source, Step, Transition};
use sync::document::{ServiceRow, State, TicketRow};
use sync::health::Health;
use sync::ids::{Actor, BoxEpoch, DocumentId, Moment, TicketKey};
use sync::replica::{RawChange, Replica};
use sync::request::{Answer, RequestId, Said, Sold};
use sync::session::Status;
use sync::topics::Tenant;
use tempfile::TempDir;

const WALL_MS: i64 = 1_795_334_400_000;

/// How a ticket of a life that is over is written; see `store/lives.rs`.
const LOST: u8 = 11;

fn tenant() -> Tenant {
    Tenant::parse("demo").expect("plain")
}

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn open(folder: &TempDir) -> Store {
    Store::open(folder.path()).expect("sound")
}

/// The branch's box says that it lives this life.
fn lives(store: &mut Store, epoch: u32) {
    let (version, health) = ("1".to_owned(), Health::default());
    let epoch = BoxEpoch(epoch);
    let wall_ms = WALL_MS as u64;
    let status = Status { online: true, epoch, boot: 1, wall_ms, version, health };
    let mut batch = store.batch().expect("sound");
    batch.status(&tenant(), DOCUMENT.branch, &status, WALL_MS).expect("sound");
    batch.commit().expect("sound");
}

fn take(store: &mut Store, document: DocumentId, changes: &[RawChange]) {
    let bytes: Vec<Vec<u8>> = changes.iter().map(|change| change.bytes.clone()).collect();
    let mut batch = store.batch().expect("sound");
    let taken = batch.changes(&tenant(), document, &bytes).expect("sound");
    assert!(taken.refused.is_empty(), "{:?}", taken.refused);
    batch.commit().expect("sound");
}

fn write(replica: &mut Replica, changes: &[Change]) -> Vec<RawChange> {
    replica.apply(changes).expect("honest").into_iter().collect()
}

fn at(second: u64) -> Moment {
    Moment { wall_ms: WALL_MS as u64 + second * 1_000, steady_ms: second * 1_000 }
}

fn step(seq: u64, ticket: TicketKey, step: Step) -> Change {
    Change::Ticket(Transition { seq, at: at(seq), ticket, step })
}

fn issued(seq: u64, ticket: TicketKey) -> Change {
    let label = format!("A{:03}", ticket.number);
    let asked = vec![Asked { service: 1, priority: 5 }];
    step(seq, ticket, Step::Issued { label, asked, language: 1, source: Source::Customer })
}

fn called(seq: u64, ticket: TicketKey, call: u64) -> Change {
    step(seq, ticket, Step::Called { call, counter: 1, operator: None })
}

fn served(seq: u64, ticket: TicketKey, call: u64) -> [Change; 2] {
    let closed = Step::Closed { call: Some(call), outcome: Outcome::Served };
    [step(seq, ticket, Step::Started { call, since: at(seq) }), step(seq + 1, ticket, closed)]
}

fn service() -> Change {
    let (tag, name) = ("A".to_owned(), "Cash".to_owned());
    Change::Service(ServiceRow { id: 1, tag, name, offered: true })
}

/// What a box writes that takes up an open ticket of its former life, as the branch's outbox does.
fn adopted(seq: u64, replica: &Replica, from: TicketKey, to: TicketKey) -> Vec<Change> {
    let day = replica.document().day;
    let row = replica.ticket(&from).expect("it is there");
    let (state, since, calls) = (State::MovedOn, at(seq), Vec::new());
    let left = TicketRow { state, since, born: row.born.or(Some(day)), calls, ..row.clone() };
    vec![
        step(seq + 1, from, Step::CameOver(Box::new(left))),
        step(seq + 2, from, Step::MovedOn { day }),
        step(seq, to, Step::CameOver(Box::new(row))),
    ]
}

fn full(store: &Store) -> BranchInFull {
    let reader = store.reader().expect("sound");
    reader.branch_in_full(&tenant(), DOCUMENT.branch).expect("sound").expect("it spoke")
}

fn figures(store: &Store, day: u32) -> Sums {
    let reader = store.reader().expect("sound");
    let span = Span { first: day, last: day };
    let days = reader.days(&tenant(), DOCUMENT.branch, span).expect("sound");
    days.expect("it spoke").figures.total
}

/// Waiting and at counters, as each part of the interface has it.
fn standing(store: &Store) -> (u64, u64) {
    let reader = store.reader().expect("sound");
    let (branch, services) =
        reader.branch(&tenant(), DOCUMENT.branch).expect("sound").expect("it spoke");
    let seen = (branch.waiting, branch.serving);
    assert_eq!(services.iter().map(|service| service.waiting).sum::<u64>(), seen.0);
    let (standing, waits) =
        reader.waits(&tenant(), Some(DOCUMENT.branch)).expect("sound").pop().expect("it spoke");
    assert_eq!((standing.waiting, standing.called + standing.serving), seen);
    assert_eq!(waits.iter().map(|wait| wait.waiting()).sum::<u64>(), seen.0);
    let full = full(store);
    let counts = full.branch.counts;
    assert_eq!((counts.waiting, counts.called + counts.serving), seen);
    assert_eq!(full.counters.len() as u64, seen.1);
    assert_eq!(full.branch.longest_ms.is_some(), 0 < seen.0);
    seen
}

/// Where the figures differ from the tickets, counted anew.
fn recount(sql: &Connection) -> Vec<(i64, u32, u8, i64)> {
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

/// A ticket as it counts: day, life, number; state and since when it waits.
type Counted = (u32, u32, i64, Option<u8>, Option<i64>);

fn counted(folder: &Path) -> Vec<Counted> {
    let sql = Connection::open(folder.join(FILE_NAME)).expect("there");
    assert_eq!(recount(&sql), []);
    let text = "SELECT document.day, ticket.epoch, ticket.number, ticket.state, ticket.since_ms
                FROM document JOIN ticket ON ticket.document = document.id
                ORDER BY document.day, ticket.epoch, ticket.number";
    let mut find = sql.prepare(text).expect("sound");
    let rows = find
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)));
    rows.expect("sound").collect::<Result<_, _>>().expect("sound")
}

fn network(store: &Store) -> NetworkFigures {
    let reader = store.reader().expect("sound");
    let span = Span { first: DOCUMENT.day, last: DOCUMENT.day + 1 };
    reader.network(&tenant(), span).expect("sound")
}

#[test]
fn what_a_lost_life_left_open_is_there_no_longer_and_what_it_closed_has_happened() {
    let folder = folder();
    let mut store = open(&folder);
    lives(&mut store, 9);
    let (old, new) = (|number| key(9, number), |number| key(2, number));
    let mut before = Replica::new(DOCUMENT, Actor([1; 16]));
    let begun =
        [&[Change::DayOpened { at: at(0) }, service()], &[1, 2, 3].map(|n| issued(n, old(n)))[..]];
    let backup = write(&mut before, &begun.concat());
    let mut after = Replica::new(DOCUMENT, Actor([2; 16]));
    after.receive(backup.iter().map(|change| change.bytes.as_slice())).expect("honest");
    // What the backup does not know: one served, one called, one new that waits, one new that is over.
    let lost = [
        vec![called(10, old(1), 1)],
        served(11, old(1), 1).to_vec(),
        vec![called(13, old(2), 2), issued(14, old(4)), issued(15, old(5)), called(16, old(5), 3)],
        served(17, old(5), 3).to_vec(),
    ]
    .concat();
    take(&mut store, DOCUMENT, &[backup, write(&mut before, &lost)].concat());
    assert_eq!(standing(&store), (2, 1));
    assert_eq!(full(&store).branch.counts.served, 2);
    // An ordinary restart changes nothing.
    lives(&mut store, 9);
    assert_eq!(standing(&store), (2, 1));

    lives(&mut store, 2);
    assert_eq!(standing(&store), (0, 0), "nobody knows of any yet");
    let taken_up: Vec<Change> =
        (1..=3).flat_map(|number| adopted(9, &after, old(number), new(number))).collect();
    take(&mut store, DOCUMENT, &write(&mut after, &taken_up));
    assert_eq!(standing(&store), (3, 0));
    take(&mut store, DOCUMENT, &write(&mut after, &[called(20, new(1), 1), issued(21, new(4))]));
    assert_eq!(standing(&store), (3, 1));
    let all = full(&store);
    assert_eq!((all.branch.counts.served, all.counters[0].label.as_str()), (2, "A001"));
    // The calls did happen, but nobody is at a counter with one of the lost life.
    let shown: Vec<(&str, Option<State>)> =
        all.calls.iter().map(|call| (call.label.as_str(), call.state)).collect();
    assert_eq!(shown[0], ("A001", Some(State::Called)));
    assert!(shown[1..].iter().all(|(_, state)| state.is_none()), "{shown:?}");
    assert!(shown.contains(&("A005", None)), "{shown:?}");
    // Three that were taken up, one that is new, and the one that the lost life took in and served.
    let sums = figures(&store, DOCUMENT.day);
    assert_eq!((sums.asked, sums.served), (5, 1));
    counted(folder.path());
}

#[test]
fn another_box_in_the_place_of_one_begins_with_nobody() {
    let folder = folder();
    let mut store = open(&folder);
    lives(&mut store, 1);
    let mut first = Replica::new(DOCUMENT, Actor([1; 16]));
    let begun =
        [Change::DayOpened { at: at(0) }, service(), issued(1, key(1, 1)), issued(2, key(1, 2))];
    take(&mut store, DOCUMENT, &write(&mut first, &begun));
    let mut second = Replica::new(DOCUMENT, Actor([2; 16]));
    let begun = [Change::DayOpened { at: at(5) }, service(), issued(6, key(2, 1))];
    // Its documents may come before its word.
    take(&mut store, DOCUMENT, &write(&mut second, &begun));
    assert_eq!(standing(&store), (2, 0));
    lives(&mut store, 2);
    assert_eq!(standing(&store), (1, 0));
    // What the first had moved on into the next day is nobody's there, and no visit of its day.
    let next = DocumentId { day: DOCUMENT.day + 1, ..DOCUMENT };
    let row = first.ticket(&key(1, 1)).expect("there");
    let over = [step(9, key(1, 1), Step::MovedOn { day: next.day })];
    take(&mut store, DOCUMENT, &write(&mut first, &over));
    let came = Box::new(TicketRow { born: Some(DOCUMENT.day), ..row });
    let mut later = Replica::new(next, Actor([1; 16]));
    let begun = [service(), step(9, key(1, 1), Step::CameOver(came))];
    take(&mut store, next, &write(&mut later, &begun));
    assert_eq!((standing(&store), figures(&store, DOCUMENT.day).asked), ((0, 0), 1));
    // And the first may be put back.
    lives(&mut store, 1);
    assert_eq!((standing(&store), figures(&store, DOCUMENT.day).asked), ((1, 0), 2));
    counted(folder.path());
}

#[test]
fn a_ticket_that_outlived_a_day_and_a_life_is_one_visit_and_ends() {
    let folder = folder();
    let mut store = open(&folder);
    lives(&mut store, 9);
    let next = DocumentId { day: DOCUMENT.day + 1, ..DOCUMENT };
    let mut first = Replica::new(DOCUMENT, Actor([1; 16]));
    let begun =
        [Change::DayOpened { at: at(0) }, service(), issued(1, key(9, 1)), issued(2, key(9, 2))];
    let mut changes = write(&mut first, &begun);
    let rows = [1, 2].map(|number| (number, first.ticket(&key(9, number)).expect("there")));
    let over = [1, 2].map(|number| step(9, key(9, number), Step::MovedOn { day: next.day }));
    changes.extend(write(&mut first, &over));
    take(&mut store, DOCUMENT, &changes);
    let mut second = Replica::new(next, Actor([2; 16]));
    let mut begun = vec![Change::DayOpened { at: at(9) }, service()];
    for (number, row) in rows {
        let came = Box::new(TicketRow { born: Some(DOCUMENT.day), ..row });
        begun.push(step(9, key(9, number), Step::CameOver(came)));
    }
    let backup = write(&mut second, &begun);
    let mut third = Replica::new(next, Actor([3; 16]));
    third.receive(backup.iter().map(|change| change.bytes.as_slice())).expect("honest");
    take(&mut store, next, &backup);
    assert_eq!(store.settle(9).expect("sound"), 1);
    assert_eq!((figures(&store, DOCUMENT.day).asked, standing(&store)), (2, (2, 0)));
    // The lost life called one after the backup, which hides that it was taken up.
    let lost = [issued(10, key(9, 3)), called(11, key(9, 1), 1), called(12, key(9, 1), 2)];
    take(&mut store, next, &write(&mut second, &lost));
    lives(&mut store, 2);
    let mut news = adopted(12, &third, key(9, 1), key(2, 1));
    news.extend(adopted(12, &third, key(9, 2), key(2, 2)));
    news.push(called(20, key(2, 1), 1));
    news.extend(served(21, key(2, 1), 1));
    take(&mut store, next, &write(&mut third, &news));
    assert_eq!(standing(&store), (1, 0));
    let sums = figures(&store, DOCUMENT.day);
    assert_eq!((sums.asked, sums.served), (2, 1), "not settled before it was told");
    assert_eq!(store.settle(9).expect("sound"), 1);
    assert_eq!(figures(&store, DOCUMENT.day), sums);
    assert_eq!(figures(&store, next.day).asked, 0, "none that the present life knows began there");
    counted(folder.path());
}

#[test]
fn a_database_of_an_older_format_is_counted_anew_at_the_branchs_next_word() {
    let folder = folder();
    let mut store = open(&folder);
    let mut replica = Replica::new(DOCUMENT, Actor([1; 16]));
    let begun =
        [Change::DayOpened { at: at(0) }, service(), issued(1, key(1, 1)), issued(2, key(2, 1))];
    take(&mut store, DOCUMENT, &write(&mut replica, &begun));
    drop(store);
    let sql = Connection::open(folder.path().join(FILE_NAME)).expect("there");
    let older = "UPDATE branch SET epoch = 2, boot = 1; ALTER TABLE branch DROP COLUMN counted;
                 DROP INDEX figure_open; DROP INDEX ticket_aside; PRAGMA user_version = 5;";
    sql.execute_batch(older).expect("sound");
    drop(sql);
    let mut store = open(&folder);
    assert_eq!(standing(&store), (2, 0));
    let mut batch = store.batch().expect("sound");
    batch.heard(&tenant(), DOCUMENT.branch, WALL_MS).expect("sound");
    batch.commit().expect("sound");
    assert_eq!(standing(&store), (1, 0));
    counted(folder.path());
}

#[test]
fn only_so_many_documents_are_counted_anew() {
    let folder = folder();
    let mut store = open(&folder);
    lives(&mut store, 1);
    let count = DOCUMENTS_RECOUNTED_MAX + 1;
    for index in 0..count {
        let document = DocumentId { day: DOCUMENT.day + index, ..DOCUMENT };
        let mut replica = Replica::new(document, Actor([1; 16]));
        take(&mut store, document, &write(&mut replica, &[issued(1, key(1, 1))]));
    }
    lives(&mut store, 2);
    let states: Vec<Option<u8>> = counted(folder.path()).iter().map(|row| row.3).collect();
    assert_eq!(states[0], Some(1), "of a day long over, which nobody is shown");
    assert!(states[1..].iter().all(|state| *state == Some(LOST)), "{states:?}");
    assert_eq!(standing(&store), (0, 0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_first_makes_no_difference(seed in 1_u64..1 << 40) {
        let mut chance = Chance(seed);
        let mut writers = [Writer::new(1, seed), Writer::new(2, seed)];
        let mut changes = Vec::new();
        for _ in 0..16 {
            let writer = chance.below(2) as usize;
            changes.extend(writers[writer].write(1 + chance.below(6) as usize, &mut chance));
        }
        let next = DocumentId { day: DOCUMENT.day + 1, ..DOCUMENT };
        let mut tomorrow = Replica::new(next, Actor([8; 16]));
        let tomorrow = write(&mut tomorrow, &[service(), issued(1, key(1, 900)), issued(2, key(2, 900))]);
        let now = 1 + chance.below(2) as u32;
        // Once with the word first, and all that was told in one piece after it.
        let plain = folder();
        let mut store = open(&plain);
        lives(&mut store, now);
        take(&mut store, DOCUMENT, &changes);
        take(&mut store, next, &tomorrow);
        while 0 < store.settle(4).expect("sound") {}
        let expected = (counted(plain.path()), network(&store), standing(&store));
        for (_, epoch, _, state, since) in &expected.0 {
            let is_open = state.is_some_and(|state| state <= 6);
            prop_assert!(!is_open || *epoch == now);
            prop_assert!(*state != Some(LOST) || (*epoch != now && since.is_none()));
        }
        prop_assert_eq!(expected.2.0, 1, "of the next day, the one of the present life");
        // And once in any order, with words of either life between, and with restarts of central.
        let mixed = folder();
        let mut store = open(&mixed);
        let mut coming = changes.clone();
        chance.shuffle(&mut coming);
        let when = chance.below(coming.len() as u64) as usize;
        for (index, change) in coming.iter().enumerate() {
            take(&mut store, DOCUMENT, std::slice::from_ref(change));
            if index == when {
                take(&mut store, next, &tomorrow);
            }
            match chance.below(6) {
                0 => lives(&mut store, 1),
                1 => lives(&mut store, 2),
                2 => drop(store.settle(1).expect("sound")),
                3 => {
                    drop(store);
                    store = open(&mixed);
                }
                _ => {}
            }
        }
        lives(&mut store, now);
        while 0 < store.settle(4).expect("sound") {}
        let found = (counted(mixed.path()), network(&store), standing(&store));
        prop_assert_eq!(found, expected);
    }
}

fn request(number: u32) -> RequestId {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_le_bytes());
    RequestId(id)
}

/// Sells the ticket with this number, which was issued at this second.
fn sell(store: &mut Store, ticket: TicketKey, second: u64) {
    let number = u32::try_from(ticket.number).expect("small");
    let sale = NewSale {
        id: request(number),
        tenant: tenant(),
        branch: DOCUMENT.branch,
        service: 1,
        language: None,
        customer: "ann".into(),
        repeat: None,
        asked_ms: WALL_MS,
    };
    store.write(&[Note::Ask(sale)]).expect("written");
    let at_ms = at(second).wall_ms;
    let sold = Sold { ticket, day: DOCUMENT.day, tag: "A".into(), number, at_ms };
    let answer = Answer { id: request(number), said: Said::Sold(sold) };
    let mut batch = store.batch().expect("sound");
    batch.answer(&tenant(), DOCUMENT.branch, &answer).expect("sound");
    batch.commit().expect("sound");
}

fn sale(store: &Store, number: u32) -> Sale {
    let reader = store.reader().expect("sound");
    reader.sale(request(number)).expect("sound").expect("it was sold")
}

/// By the name of which life it is known, how it stands, how many are ahead; nothing of a lost one.
fn shown(sale: &Sale) -> Option<(u32, Option<State>, usize)> {
    let state = sale.row.as_ref().map(|row| row.state);
    (!sale.is_lost).then_some((sale.sold.ticket.epoch.0, state, sale.ahead))
}

#[test]
fn a_customers_ticket_is_followed_into_the_next_life_or_told_to_be_lost() {
    let folder = folder();
    let mut store = open(&folder);
    let mut batch = store.batch().expect("sound");
    batch.card(&tenant(), DOCUMENT.branch, true, b"frame", WALL_MS).expect("sound");
    batch.commit().expect("sound");
    lives(&mut store, 9);
    let (old, new) = (|number| key(9, number), |number| key(2, number));
    let mut before = Replica::new(DOCUMENT, Actor([1; 16]));
    let begun = [Change::DayOpened { at: at(0) }, service(), issued(1, old(1)), issued(2, old(2))];
    let backup = write(&mut before, &begun);
    let mut after = Replica::new(DOCUMENT, Actor([2; 16]));
    after.receive(backup.iter().map(|change| change.bytes.as_slice())).expect("honest");
    take(&mut store, DOCUMENT, &backup);
    sell(&mut store, old(2), 2);
    // After the backup: one that waits, one that is served, one whose row never comes.
    let lost = [
        vec![issued(3, old(3)), issued(4, old(4)), called(5, old(4), 1)],
        served(6, old(4), 1).to_vec(),
    ]
    .concat();
    take(&mut store, DOCUMENT, &write(&mut before, &lost));
    for (number, second) in [(3, 3), (4, 4), (5, 8)] {
        sell(&mut store, old(number), second);
    }
    assert_eq!(shown(&sale(&store, 2)), Some((9, Some(State::Waiting), 1)));
    assert_eq!(shown(&sale(&store, 3)), Some((9, Some(State::Waiting), 2)));
    assert_eq!(shown(&sale(&store, 5)), Some((9, None, 0)), "its day has not come");

    lives(&mut store, 2);
    let mut news = adopted(2, &after, old(1), new(1));
    news.extend(adopted(2, &after, old(2), new(2)));
    // Another customer's ticket has the number of the lost one.
    news.extend([issued(30, new(3)), called(31, new(2), 1)]);
    take(&mut store, DOCUMENT, &write(&mut after, &news));
    assert_eq!(shown(&sale(&store, 2)), Some((2, Some(State::Called), 0)));
    assert_eq!(shown(&sale(&store, 3)), None);
    assert_eq!(shown(&sale(&store, 4)), Some((9, Some(State::Served), 0)), "it did happen");
    assert_eq!(shown(&sale(&store, 5)), None);
    // A further life: what is over keeps its name.
    take(&mut store, DOCUMENT, &write(&mut after, &served(32, new(2), 1)));
    lives(&mut store, 5);
    assert_eq!(shown(&sale(&store, 2)), Some((2, Some(State::Served), 0)));
    assert_eq!(shown(&sale(&store, 3)), None);
}
