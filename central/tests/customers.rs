//! What central keeps of customers: bounded, their own, and gone when they wish.

use std::path::Path;

use central::store::{
    CUSTOMERS_MAX, FILE_NAME, NewSale, Note, RESETS_OPEN_MAX, Reader, SALES_KEPT_MS,
    SALES_OF_CUSTOMER_MAX, Store,
};
use serve::virtual_ticket::{Change, Customer, Profile, Whose};
use sync::ids::{BoxEpoch, BranchId, TicketKey};
use sync::request::{Answer, RequestId, Said, Sold};
use sync::topics::Tenant;

const BRANCH: BranchId = BranchId(7);
const NOON_MS: i64 = 1_795_431_600_000;

fn tenant() -> Tenant {
    Tenant::parse("demo").expect("plain")
}

/// A store with a branch that has told its card.
fn open(folder: &Path) -> Store {
    let mut store = Store::open(folder).expect("opens");
    let mut batch = store.batch().expect("begins");
    batch.card(&tenant(), BRANCH, true, b"frame", NOON_MS).expect("kept");
    batch.commit().expect("committed");
    store
}

fn ann() -> Customer {
    Customer {
        id: "a1".into(),
        username: Some("ann-of-the-hill".into()),
        hash: Some("hash-of-ann".into()),
        profile: Profile {
            first_name: Some("Annabella".into()),
            email: Some("ann@hill.example".into()),
            phone: Some("0036 1 234 5678".into()),
            push: Some("push-key-of-ann".into()),
            ..Profile::default()
        },
        ..Customer::default()
    }
}

fn change(store: &mut Store, change: Change) {
    store.write(&[Note::Customer(Box::new(change))]).expect("written");
}

fn id(number: u32) -> RequestId {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_le_bytes());
    RequestId(id)
}

fn ask(store: &mut Store, customer: &str, number: u32, asked_ms: i64) {
    let sale = NewSale {
        id: id(number),
        tenant: tenant(),
        branch: BRANCH,
        service: 1,
        language: None,
        customer: customer.into(),
        repeat: Some(format!("key {number}")),
        asked_ms,
    };
    store.write(&[Note::Ask(sale)]).expect("written");
}

fn sell(store: &mut Store, number: u32) {
    let ticket = TicketKey { branch: BRANCH, epoch: BoxEpoch(3), number: u64::from(number) };
    let sold = Sold { ticket, day: 20_261_123, tag: "A".into(), number, at_ms: NOON_MS as u64 };
    let answer = Answer { id: id(number), said: Said::Sold(sold) };
    let mut batch = store.batch().expect("begins");
    batch.answer(&tenant(), BRANCH, &answer).expect("settled");
    batch.commit().expect("committed");
}

fn count(reader: &Reader, customer: &str) -> usize {
    reader.sales_of(customer, None, usize::from(u16::MAX)).expect("read").len()
}

#[test]
fn a_ticket_is_its_customers_alone_and_known_by_their_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = open(folder.path());
    let reader = store.reader().expect("opens");
    ask(&mut store, "a1", 1, NOON_MS);
    assert_eq!(count(&reader, "a1"), 0, "nothing is sold yet");
    sell(&mut store, 1);
    assert_eq!(count(&reader, "a1"), 1);
    assert_eq!(count(&reader, "b2"), 0);
    assert!(reader.sales_of("b2", Some(id(1)), 1).expect("read").is_empty());
    assert!(reader.sale_by_key("a1", "key 1").expect("read").is_some());
    assert!(reader.sale_by_key("b2", "key 1").expect("read").is_none());
}

#[test]
fn who_is_erased_is_in_no_file_any_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = open(folder.path());
    let reader = store.reader().expect("opens");
    change(&mut store, Change::Enter(ann()));
    let reset =
        Change::Reset { customer: "a1".into(), hash: "reset-hash".into(), ends_ms: i64::MAX };
    change(&mut store, reset);
    ask(&mut store, "a1", 1, NOON_MS);
    sell(&mut store, 1);
    let due = vec![(id(1), 0, NOON_MS)];
    store.write(&[Note::Notices { due, over: Vec::new() }]).expect("written");
    let words = ["ann-of-the-hill", "Annabella", "ann@hill", "234 5678", "push-key", "hash-of-ann"];
    assert!(words.iter().all(|word| is_in_files(folder.path(), word)), "the search finds them");
    change(&mut store, Change::Erase { customer: "a1".into() });
    for word in words.into_iter().chain(["reset-hash"]) {
        assert!(!is_in_files(folder.path(), word), "{word}");
    }
    assert!(reader.customer(&Whose::Id("a1".into())).expect("read").is_none());
    assert_eq!(count(&reader, "a1"), 0);
    assert!(reader.notices_due(9).expect("read").is_empty());
    let (watched, _) = reader.watched_sales(0, 9).expect("read");
    assert!(watched.is_empty(), "nobody is to be told of it");
    assert!(reader.sale(id(1)).expect("read").is_some(), "the ticket stays, as anybody's");
}

#[test]
fn a_full_table_takes_nobody_new_and_keeps_who_is_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = open(folder.path());
    let reader = store.reader().expect("opens");
    change(&mut store, Change::Enter(ann()));
    let file = rusqlite::Connection::open(folder.path().join(FILE_NAME)).expect("opens");
    let fill = "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                INSERT INTO customer (id, generation, ticket_warning, created_ms, updated_ms)
                SELECT 'crowd-' || i, 0, 0, 0, 0 FROM n";
    file.execute(fill, [CUSTOMERS_MAX]).expect("filled");
    let bob = || Customer { id: "b2".into(), username: Some("bob".into()), ..ann() };
    change(&mut store, Change::Enter(bob()));
    let knows = |id: &str| reader.customer(&Whose::Id(id.into())).expect("read").is_some();
    assert!(!knows("b2"), "there is no room");
    assert!(knows("a1"));
    change(&mut store, Change::Erase { customer: "crowd-2".into() });
    change(&mut store, Change::Enter(bob()));
    assert!(knows("b2"), "one place is free");
}

fn is_in_files(folder: &Path, word: &str) -> bool {
    let files = std::fs::read_dir(folder).expect("read");
    files.into_iter().any(|file| {
        let bytes = std::fs::read(file.expect("read").path()).unwrap_or_default();
        bytes.windows(word.len()).any(|window| window == word.as_bytes())
    })
}

#[test]
fn the_log_has_an_end_for_each_customer_and_in_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = open(folder.path());
    let reader = store.reader().expect("opens");
    let many = SALES_OF_CUSTOMER_MAX + 20;
    for number in 0..many {
        ask(&mut store, "a1", number, NOON_MS + i64::from(number));
        sell(&mut store, number);
        store.write(&[Note::Cancelled(id(number))]).expect("written");
    }
    assert_eq!(count(&reader, "a1"), SALES_OF_CUSTOMER_MAX as usize);
    assert!(reader.sale(id(many - 1)).expect("read").is_some(), "the newest are kept");
    // What is still open is never let go of for another one.
    ask(&mut store, "b2", many, NOON_MS);
    sell(&mut store, many);
    for later in 1..=100 {
        ask(&mut store, "c3", many + later, NOON_MS + SALES_KEPT_MS + 1_000);
    }
    assert_eq!(count(&reader, "a1"), 0, "old entries go as new ones come");
    assert_eq!(count(&reader, "b2"), 0);
}

#[test]
fn reset_tokens_and_usernames_are_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = open(folder.path());
    let reader = store.reader().expect("opens");
    change(&mut store, Change::Enter(ann()));
    change(&mut store, Change::Enter(Customer { id: "b2".into(), ..ann() }));
    assert!(reader.customer(&Whose::Id("b2".into())).expect("read").is_none(), "the name is taken");
    for number in 0..=RESETS_OPEN_MAX {
        let ends_ms = NOON_MS + i64::from(number);
        change(
            &mut store,
            Change::Reset { customer: "a1".into(), hash: format!("h{number}"), ends_ms },
        );
    }
    let known = |hash: &str| {
        let whose = Whose::Reset { hash: hash.into(), now_ms: NOON_MS - 1 };
        reader.customer(&whose).expect("read").is_some()
    };
    assert!(!known("h0"), "the oldest has gone");
    assert!(known("h1") && known(&format!("h{RESETS_OPEN_MAX}")));
}
