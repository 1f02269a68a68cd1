//! The figures of business days: worked out from rows, kept once a day is over, joined for periods.
//!
//! `cargo test --release -p central --test days -- --ignored --nocapture` measures a quarter of a
//! year of two hundred branches.

#[expect(dead_code, reason = "the histories of sync's own tests, of which not all is needed")]
#[path = "../../sync/tests/documents/history.rs"]
mod history;

use std::path::Path;
use std::time::Duration;

use central::store::{FILE_NAME, NetworkFigures, Span, Store};
use history::{Chance, DOCUMENT, Writer, key};
use proptest::prelude::*;
use serve::clock::{Clock, SystemClock};
use serve::statistics::Spread;
use sync::change::{Asked, Change, Onward, Outcome, Place, Source, Step, Transition};
use sync::document::TicketRow;
use sync::ids::{Actor, BranchId, DocumentId, Moment};
use sync::replica::{RawChange, Replica};
use sync::topics::Tenant;
use tempfile::TempDir;

/// 2026-11-22 08:00 UTC.
const MORNING_MS: u64 = 1_795_334_400_000;

fn tenant() -> Tenant {
    Tenant::parse("demo").expect("plain")
}

fn open(folder: &TempDir) -> Store {
    Store::open(folder.path()).expect("sound")
}

fn at(minute: u64) -> Moment {
    Moment { wall_ms: MORNING_MS + minute * 60_000, steady_ms: minute * 60_000 }
}

/// Of what happens in one minute the call comes first, and the start next.
fn step(minute: u64, number: u64, step: Step) -> Change {
    let is_called = matches!(step, Step::Called { .. });
    let is_started = matches!(step, Step::Started { .. });
    let place = if is_called {
        1
    } else if is_started {
        2
    } else {
        3
    };
    let seq = minute * 10 + place;
    Change::Ticket(Transition { seq, at: at(minute), ticket: key(1, number), step })
}

fn issued(minute: u64, number: u64, services: &[u32]) -> Change {
    let asked = services.iter().map(|service| Asked { service: *service, priority: 5 }).collect();
    let label = format!("A{number:03}");
    step(minute, number, Step::Issued { label, asked, language: 1, source: Source::Customer })
}

fn called(minute: u64, number: u64, call: u64, counter: u32) -> Change {
    step(minute, number, Step::Called { call, counter, operator: Some(counter + 10) })
}

fn started(minute: u64, number: u64, call: u64) -> Change {
    step(minute, number, Step::Started { call, since: at(minute) })
}

fn closed(minute: u64, number: u64, call: Option<u64>, outcome: Outcome) -> Change {
    step(minute, number, Step::Closed { call, outcome })
}

fn write(replica: &mut Replica, changes: &[Change]) -> Vec<RawChange> {
    let each = changes.chunks(32).filter_map(|some| replica.apply(some).expect("honest"));
    each.collect()
}

fn take(store: &mut Store, document: DocumentId, changes: &[RawChange]) {
    let mut batch = store.batch().expect("sound");
    for some in changes.chunks(64) {
        let bytes: Vec<Vec<u8>> = some.iter().map(|change| change.bytes.clone()).collect();
        let taken = batch.changes(&tenant(), document, &bytes).expect("sound");
        assert!(taken.refused.is_empty(), "{:?}", taken.refused);
    }
    batch.commit().expect("sound");
}

fn opened(replica: &mut Replica, zone: &str) -> Vec<RawChange> {
    let (name, zone) = ("Harbour".to_owned(), zone.to_owned());
    write(replica, &[Change::DayOpened { at: at(0) }, Change::Branch { name, zone }])
}

fn network(store: &Store, first: u32, last: u32) -> NetworkFigures {
    let reader = store.reader().expect("sound");
    reader.network(&tenant(), Span { first, last }).expect("sound")
}

fn minutes(spread: &Spread) -> (u64, u64) {
    (spread.count(), spread.sum_s() / 60)
}

/// How many days are kept.
fn settled(folder: &Path) -> Vec<u32> {
    let sql = rusqlite::Connection::open(folder.join(FILE_NAME)).expect("there");
    let text = "SELECT day FROM day_figures WHERE settled = 1 ORDER BY day";
    let mut find = sql.prepare(text).expect("sound");
    let rows = find.query_map([], |row| row.get(0)).expect("sound");
    rows.collect::<Result<_, _>>().expect("sound")
}

#[test]
fn a_day_is_told_in_the_branch_s_own_words() {
    let folder = TempDir::new().expect("a folder");
    let mut store = open(&folder);
    let mut replica = Replica::new(DOCUMENT, Actor([1; 16]));
    let mut changes = opened(&mut replica, "Europe/Budapest");
    let park = Step::Parked { call: 1, place: Place::Operator(11) };
    let on = Step::WentOn { call: 2, onward: Onward::Line(1) };
    let away = Step::Transferred { call: 5, service: 4, place: Place::Service, priority: 5 };
    let missing = Step::Missing { call: 7, until: None };
    changes.extend(write(
        &mut replica,
        &[
            // One for two services, set aside in between; it waits 3 and 4 minutes.
            issued(0, 1, &[1, 2]),
            called(3, 1, 1, 1),
            started(4, 1, 1),
            step(6, 1, park),
            called(9, 1, 2, 1),
            started(9, 1, 2),
            step(14, 1, on),
            called(18, 1, 3, 2),
            started(18, 1, 3),
            closed(28, 1, Some(3), Outcome::Served),
            // One that is sent on from service 3 to 4: 10 and 5.
            issued(30, 2, &[3]),
            called(40, 2, 5, 1),
            started(41, 2, 5),
            step(42, 2, away),
            called(47, 2, 6, 2),
            started(47, 2, 6),
            closed(50, 2, Some(6), Outcome::Served),
            // One who does not come, comes back after 5 minutes, waits 2 more and gives up.
            issued(61, 3, &[1]),
            called(62, 3, 7, 1),
            step(63, 3, missing),
            step(68, 3, Step::PutBack),
            closed(70, 3, None, Outcome::Deleted),
            // One who drops the first of two services and waits on: 4 and 6.
            issued(80, 4, &[1, 2]),
            step(84, 4, Step::LineDropped { line: 0, next: Some(1) }),
            called(90, 4, 8, 2),
            closed(91, 4, Some(8), Outcome::NoShow),
        ],
    ));
    take(&mut store, DOCUMENT, &changes);
    let reader = store.reader().expect("sound");
    let span = Span { first: DOCUMENT.day, last: DOCUMENT.day };
    let told = reader.days(&tenant(), DOCUMENT.branch, span).expect("sound").expect("it spoke");
    let total = &told.figures.total;
    assert_eq!((total.asked, total.served, total.no_shows, total.abandoned), (4, 2, 1, 1));
    assert_eq!(minutes(&total.waiting), (4, 7 + 15 + 3 + 10));
    assert_eq!(minutes(&total.serving), (5, 2 + 5 + 10 + 1 + 3));
    assert_eq!(minutes(&total.on_site), (4, 28 + 20 + 9 + 11));
    assert_eq!(told.days[&DOCUMENT.day], *total);
    let service = |id: u32| &told.figures.services[&id];
    assert_eq!((service(1).asked, service(1).served, service(1).abandoned), (3, 1, 2));
    assert_eq!((service(2).asked, service(2).served, service(2).no_shows), (2, 1, 1));
    assert_eq!((service(3).asked, service(3).served, service(4).asked), (1, 1, 0));
    assert_eq!(minutes(&service(1).serving), (2, 7));
    assert_eq!(minutes(&service(2).serving), (1, 10));
    assert_eq!((minutes(&service(3).serving), minutes(&service(4).serving)), ((1, 1), (1, 3)));
    assert_eq!(minutes(&service(1).waiting), (3, 7 + 3 + 10), "for the first that was asked for");
    let first = &told.figures.counters[&1];
    assert_eq!((first.asked, first.served, first.no_shows), (4, 1, 1));
    assert_eq!(told.figures.operators[&11], *first);
    let hours: Vec<(u8, u64)> =
        told.figures.hours.iter().map(|(hour, sums)| (*hour, sums.asked)).collect();
    assert_eq!(hours, [(9, 2), (10, 2)], "on the branch's clock, an hour before UTC's noon");
}

#[test]
fn who_still_waits_has_waited_until_the_branch_s_last_word() {
    let folder = TempDir::new().expect("a folder");
    let mut store = open(&folder);
    let mut replica = Replica::new(DOCUMENT, Actor([1; 16]));
    let mut changes = opened(&mut replica, "no such zone");
    changes.extend(write(&mut replica, &[issued(1, 1, &[1]), issued(3, 2, &[1])]));
    take(&mut store, DOCUMENT, &changes);
    let waited = |store: &Store| minutes(&network(store, DOCUMENT.day, DOCUMENT.day).total.waiting);
    let mut hear = |minute: u64| {
        let mut batch = store.batch().expect("sound");
        let wall_ms = i64::try_from(at(minute).wall_ms).expect("of our time");
        batch.heard(&tenant(), DOCUMENT.branch, wall_ms).expect("sound");
        batch.commit().expect("sound");
        waited(&store)
    };
    assert_eq!(hear(6), (2, 5 + 3));
    assert_eq!(hear(6), (2, 5 + 3), "and no longer, however late it is");
    assert_eq!(hear(8), (2, 7 + 5));
    let told = network(&store, DOCUMENT.day, DOCUMENT.day);
    assert_eq!(told.total.on_site.count(), 0, "nobody has left");
}

/// The row of a ticket as it stands.
fn row(replica: &Replica, number: u64) -> TicketRow {
    replica.ticket(&key(1, number)).expect("it is there")
}

#[test]
fn a_ticket_that_goes_over_counts_on_the_day_of_its_birth_whatever_comes_later() {
    let folder = TempDir::new().expect("a folder");
    let mut store = open(&folder);
    let [first, second, third] =
        [0, 1, 2].map(|days| DocumentId { day: DOCUMENT.day + days, ..DOCUMENT });
    let over = |minute, to: DocumentId| (step(minute, 1, Step::MovedOn { day: to.day }), minute);
    let mut one = Replica::new(first, Actor([1; 16]));
    let mut changes = opened(&mut one, "UTC");
    let aside = Step::Parked { call: 1, place: Place::Counter(1) };
    let begin = [issued(0, 1, &[1]), called(5, 1, 1, 1), started(5, 1, 1), step(7, 1, aside)];
    changes.extend(write(&mut one, &begin));
    changes.extend(write(&mut one, &[called(9, 1, 2, 1), started(9, 1, 2)]));
    take(&mut store, first, &changes);
    let before = network(&store, first.day, third.day);
    assert_eq!(minutes(&before.total.serving), (1, 2));

    let came = |from: &Replica, born: u32, minute| {
        let row = TicketRow { born: Some(born), ..row(from, 1) };
        step(minute, 1, Step::CameOver(Box::new(row)))
    };
    let second_begin = came(&one, first.day, 1_000);
    take(&mut store, first, &write(&mut one, &[over(1_000, second).0]));
    let mut two = Replica::new(second, Actor([2; 16]));
    let mut changes = opened(&mut two, "UTC");
    let back = Step::Transferred { call: 2, service: 2, place: Place::Service, priority: 5 };
    changes.extend(write(&mut two, &[second_begin, step(1_010, 1, back)]));
    take(&mut store, second, &changes);
    assert_eq!(store.settle(9).expect("sound"), 1);
    assert_eq!(settled(folder.path()), [first.day]);
    let told = network(&store, first.day, third.day);
    assert_eq!(told.days.keys().copied().collect::<Vec<_>>(), [first.day]);
    assert_eq!(minutes(&told.total.serving), (2, 2 + 1_001), "the open call ended overnight");

    let third_begin = came(&two, first.day, 2_000);
    take(&mut store, second, &write(&mut two, &[over(2_000, third).0]));
    let mut three = Replica::new(third, Actor([3; 16]));
    let mut changes = opened(&mut three, "UTC");
    let end = [
        third_begin,
        called(2_030, 1, 3, 2),
        started(2_030, 1, 3),
        closed(2_040, 1, Some(3), Outcome::Served),
    ];
    changes.extend(write(&mut three, &end));
    take(&mut store, third, &changes);
    assert_eq!(settled(folder.path()), [] as [u32; 0], "what was kept is void");
    let told = network(&store, first.day, third.day);
    let total = &told.total;
    assert_eq!(told.days.keys().copied().collect::<Vec<_>>(), [first.day]);
    assert_eq!((total.asked, total.served), (1, 1));
    assert_eq!(minutes(&total.waiting), (1, 5 + 1_020));
    assert_eq!(minutes(&total.serving), (3, 2 + 1_001 + 10));
    assert_eq!(minutes(&total.on_site), (1, 24 * 60), "what lasts longer than a day counts as one");
    assert_eq!(network(&store, second.day, third.day), NetworkFigures::default());
    assert_eq!(store.settle(1).expect("sound"), 1, "as many as may be at a time");
    assert_eq!(store.settle(9).expect("sound"), 1);
    assert_eq!(settled(folder.path()), [first.day, second.day], "the newest is in work");
    assert_eq!(network(&store, first.day, third.day), told);
}

#[test]
fn branches_and_days_add_up_and_organisations_do_not_mix() {
    let folder = TempDir::new().expect("a folder");
    let mut store = open(&folder);
    for (branch, day, tickets) in [(7, 0, 2), (7, 1, 3), (8, 0, 4), (8, 3, 5)] {
        let document = DocumentId { branch: BranchId(branch), day: DOCUMENT.day + day, ..DOCUMENT };
        let mut replica = Replica::new(document, Actor([branch as u8; 16]));
        let mut changes = opened(&mut replica, "UTC");
        for number in 1..=tickets {
            let transition = |step| Transition {
                seq: number,
                at: at(number),
                ticket: sync::ids::TicketKey { branch: BranchId(branch), ..key(1, number) },
                step,
            };
            let asked = vec![Asked { service: 1, priority: 5 }];
            let label = "A001".to_owned();
            let step = Step::Issued { label, asked, language: 1, source: Source::Customer };
            changes.extend(write(&mut replica, &[Change::Ticket(transition(step))]));
        }
        take(&mut store, document, &changes);
    }
    for settle in [false, true] {
        if settle {
            assert_eq!(store.settle(9).expect("sound"), 2);
        }
        let told = network(&store, DOCUMENT.day, DOCUMENT.day + 1);
        assert_eq!(told.total.asked, 9);
        let branches: Vec<_> = told.branches.iter().map(|(id, s)| (id.0, s.asked)).collect();
        assert_eq!(branches, [(7, 5), (8, 4)]);
        let days: Vec<_> = told.days.iter().map(|(day, s)| (day - DOCUMENT.day, s.asked)).collect();
        assert_eq!(days, [(0, 6), (1, 3)]);
        let reader = store.reader().expect("sound");
        let span = Span { first: DOCUMENT.day, last: DOCUMENT.day + 9 };
        let one = reader.days(&tenant(), BranchId(8), span).expect("sound").expect("it is there");
        assert_eq!((one.figures.total.asked, one.days.len()), (9, 2));
        let day = |tenant: &Tenant, day, numbers| -> Vec<(u32, u64)> {
            let told = reader.day(tenant, DOCUMENT.day + day, numbers).expect("sound");
            told.into_iter().map(|(branch, sums)| (branch, sums.asked)).collect()
        };
        assert_eq!(day(&tenant(), 0, 1..=99), [(7, 2), (8, 4)]);
        assert_eq!(day(&tenant(), 1, 1..=99), [(7, 3)]);
        assert_eq!(day(&tenant(), 0, 8..=8), [(8, 4)]);
        assert_eq!(day(&tenant(), 2, 1..=99), []);
        let other = Tenant::parse("other").expect("plain");
        assert_eq!(day(&other, 0, 1..=99), []);
        assert_eq!(reader.network(&other, span).expect("sound"), NetworkFigures::default());
        assert_eq!(reader.days(&other, BranchId(8), span).expect("sound"), None);
        assert_eq!(reader.days(&tenant(), BranchId(9), span).expect("sound"), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn what_is_kept_is_what_the_rows_say(seed in 1_u64..1 << 40) {
        let folder = TempDir::new().expect("a folder");
        let mut store = open(&folder);
        let mut chance = Chance(seed);
        let mut writer = Writer::new(1, seed);
        let newer = DocumentId { day: DOCUMENT.day + 1, ..DOCUMENT };
        let mut today = Replica::new(newer, Actor([9; 16]));
        let changes = opened(&mut today, "UTC");
        take(&mut store, newer, &changes);
        for _ in 0..6 {
            let changes: Vec<RawChange> =
                (0..4).filter_map(|_| writer.write(1 + chance.below(6) as usize, &mut chance)).collect();
            take(&mut store, DOCUMENT, &changes);
            let from_rows = network(&store, DOCUMENT.day, newer.day);
            prop_assert!(0 < from_rows.total.asked);
            prop_assert_eq!(store.settle(9).expect("sound"), 1);
            prop_assert_eq!(store.settle(9).expect("sound"), 0, "once");
            prop_assert_eq!(network(&store, DOCUMENT.day, newer.day), from_rows);
        }
    }
}

/// How long a question about a quarter of a year in two hundred branches may take.
const QUESTION: Duration = Duration::from_secs(1);
const BRANCHES: u32 = 200;
const DAYS: u32 = 90;
const TICKETS: u64 = 200;
/// Days that are really played; the rest are copies of them.
const PLAYED: u32 = 10;

#[test]
#[ignore = "a measurement; the recipe is above"]
fn a_quarter_of_a_year_of_two_hundred_branches() {
    let folder = TempDir::new().expect("a folder");
    let mut store = open(&folder);
    let mut chance = Chance(4_711);
    for day in 1..=PLAYED + 1 {
        let document = DocumentId { day, ..DOCUMENT };
        let mut replica = Replica::new(document, Actor([day as u8; 16]));
        let mut changes = opened(&mut replica, "UTC");
        for number in 1..=TICKETS {
            let from = number * 3;
            let second = |minute: u64, chance: &mut Chance| {
                let ms = minute * 60_000 + chance.below(60_000);
                Moment { wall_ms: MORNING_MS + ms, steady_ms: ms }
            };
            let ticket = key(1, number);
            let mut say = |at, seq, step| {
                changes.extend(write(
                    &mut replica,
                    &[Change::Ticket(Transition { seq, at, ticket, step })],
                ));
            };
            let asked = vec![Asked { service: 1 + chance.below(6) as u32, priority: 5 }];
            let label = format!("A{number:03}");
            let called = second(from + 1 + chance.below(25), &mut chance);
            let ended = second(from + 30 + chance.below(15), &mut chance);
            let counter = 1 + chance.below(8) as u32;
            let issue = Step::Issued { label, asked, language: 1, source: Source::Customer };
            say(second(from, &mut chance), 1, issue);
            say(called, 2, Step::Called { call: number, counter, operator: Some(counter) });
            say(called, 3, Step::Started { call: number, since: called });
            say(ended, 4, Step::Closed { call: Some(number), outcome: Outcome::Served });
        }
        take(&mut store, document, &changes);
    }
    let clock = SystemClock::new();
    let ms = |from: u64| clock.now().steady_ms - from;
    let begun = clock.now().steady_ms;
    assert_eq!(store.settle(PLAYED as usize).expect("sound"), PLAYED as usize);
    println!("settled: a day of {TICKETS} tickets in {} ms", ms(begun) / u64::from(PLAYED));
    copy(folder.path());
    drop(store);
    let store = open(&folder);
    let reader = store.reader().expect("sound");
    let span = Span { first: 1, last: DAYS };
    let one = reader.days(&tenant(), BranchId(1_005), span);
    assert_eq!(one.expect("sound").expect("there").days.len(), DAYS as usize);
    let begun = clock.now().steady_ms;
    let told = reader.network(&tenant(), Span { first: 1_001, last: 1_000 + DAYS }).expect("sound");
    let took = ms(begun);
    assert_eq!(told.total.asked, u64::from(BRANCHES * DAYS) * TICKETS);
    assert_eq!((told.branches.len(), told.days.len()), (BRANCHES as usize, DAYS as usize));
    let limit = u64::try_from(QUESTION.as_millis()).expect("it is short");
    println!(
        "history: {DAYS} days of {BRANCHES} branches, {} tickets, in {took} ms ({}.{:02} of {limit} ms)",
        told.total.asked,
        took / limit,
        took * 100 / limit % 100,
    );
    assert!(took <= limit, "{took} ms");
}

/// Gives many branches the days that one has played.
fn copy(folder: &Path) {
    let sql = rusqlite::Connection::open(folder.join(FILE_NAME)).expect("there");
    let played: i64 = sql.query_row("SELECT id FROM branch", [], |row| row.get(0)).expect("one");
    let text = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {BRANCHES})
         INSERT INTO branch (tenant, number, name) SELECT 'demo', 1000 + i, 'Branch' FROM n;
         WITH RECURSIVE d(day) AS (SELECT 1 UNION ALL SELECT day + 1 FROM d WHERE day < {DAYS})
         INSERT INTO day_figures (branch, day, settled, total)
         SELECT branch.id, 1000 + d.day, 1, from_.total FROM branch JOIN d
         JOIN day_figures from_ ON from_.branch = {played} AND from_.day = 1 + d.day % {PLAYED}
         WHERE branch.id <> {played};
         INSERT INTO day_figures (branch, day, settled, total)
         SELECT branch, day - 1000, 1, total FROM day_figures WHERE 1000 < day
           AND branch = (SELECT id FROM branch WHERE number = 1005);
         INSERT INTO day_parts (branch, day, parts)
         SELECT to_.branch, to_.day, day_parts.parts FROM day_figures to_
         JOIN day_parts ON day_parts.branch = {played} AND day_parts.day = 1 + to_.day % {PLAYED}
         WHERE to_.branch <> {played};"
    );
    sql.execute_batch(&text).expect("sound");
}
