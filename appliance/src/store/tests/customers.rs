//! Customers: who is entered, what is refused, and that an erased one is gone from the file.

use serve::passwords;
use serve::virtual_ticket::{Change, Customer, Profile, Subject, Whose};

use super::{Written, bytes};
use crate::registrar::TicketTexts;
use crate::store::{Batch, Housekeeping, RESETS_OPEN_MAX};

/// Everything about this customer is findable in the file's bytes.
fn customer(id: &str, name: &str) -> Customer {
    let mine = |what: &str| Some(format!("{name}-{what}"));
    Customer {
        id: id.to_owned(),
        username: mine("username"),
        hash: mine("hash"),
        subject: Some(Subject { provider: "google", id: format!("{name}-subject") }),
        profile: Profile {
            first_name: mine("first"),
            last_name: mine("last"),
            display_name: mine("display"),
            phone: mine("phone"),
            email: mine("email@example.org"),
            address: mine("address").map(|text| text.repeat(400)),
            push: mine("push"),
            language: Some("hu".into()),
            ticket_warning: 3,
        },
        generation: 0,
        created_ms: 7,
        updated_ms: 8,
    }
}

fn keep(written: &mut Written, change: Change) {
    let housekeeping = vec![Housekeeping::Customer(Box::new(change))];
    let batch = Batch { housekeeping, ..Batch::default() };
    written.store.append(&batch, &written.branch).expect("written");
}

#[test]
fn a_customer_is_found_by_every_name_and_no_name_is_given_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut written = Written::new(folder.path());
    let archive = written.store.archive().expect("opens");
    let ann = customer("1", "Ann");
    keep(&mut written, Change::Enter(ann.clone()));
    let subject = ann.subject.clone().expect("it has one");
    for whose in [
        Whose::Id("1".into()),
        Whose::Username("Ann-username".into()),
        Whose::Subject(subject.clone()),
    ] {
        assert!(archive.customer(&whose).expect("reads") == Some(ann.clone()));
    }
    let same = |change: fn(&mut Customer, &Customer)| {
        let mut other = customer("2", "Bob");
        change(&mut other, &ann);
        other
    };
    for other in [
        same(|other, ann| other.username.clone_from(&ann.username)),
        same(|other, ann| other.subject.clone_from(&ann.subject)),
        same(|other, ann| other.id.clone_from(&ann.id)),
    ] {
        keep(&mut written, Change::Enter(other));
    }
    assert!(archive.customer(&Whose::Id("1".into())).expect("reads") == Some(ann.clone()));
    assert!(archive.customer(&Whose::Id("2".into())).expect("reads").is_none());
    // One address may be that of a family.
    let mut other = customer("3", "Cid");
    other.profile.email = Some("ANN-email@Example.org".into());
    other.created_ms = 9;
    keep(&mut written, Change::Enter(other));
    let found = archive.customers_with_email("ann-EMAIL@example.org", 5).expect("reads");
    assert_eq!(found.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["3", "1"]);
    assert_eq!(archive.customers_with_email("ann-email@example.org", 1).expect("reads").len(), 1);
}

#[test]
fn a_reset_token_is_good_once_within_its_time_and_few_are_good_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut written = Written::new(folder.path());
    let archive = written.store.archive().expect("opens");
    keep(&mut written, Change::Enter(customer("1", "Ann")));
    let hash = |number: u32| format!("hash-{number}");
    let good = |number, now_ms| {
        let whose = Whose::Reset { hash: hash(number), now_ms };
        archive.customer(&whose).expect("reads").is_some()
    };
    for number in 0..=RESETS_OPEN_MAX {
        let ends_ms = 1_000 + i64::from(number);
        let reset = Change::Reset { customer: "1".into(), hash: hash(number), ends_ms };
        keep(&mut written, reset);
    }
    assert!(!good(0, 0), "the oldest goes");
    assert!(good(1, 1_000) && !good(1, 1_001));
    let stranger = Change::Reset { customer: "2".into(), hash: hash(99), ends_ms: 9_999 };
    keep(&mut written, stranger);
    assert!(!good(99, 0));
    let password = |reset, now_ms| Change::Password {
        reset: hash(reset),
        hash: passwords::hash("a new one").expect("it is short"),
        now_ms,
    };
    keep(&mut written, password(1, 1_001));
    let now = || archive.customer(&Whose::Id("1".into())).expect("reads").expect("is there");
    assert_eq!(now().generation, 0, "too late");
    assert!(good(2, 1_001));
    keep(&mut written, password(2, 1_001));
    assert_eq!((now().generation, now().updated_ms), (1, 1_001));
    assert!((0..=RESETS_OPEN_MAX).all(|number| !good(number, 0)), "all are used up");
}

#[test]
fn an_erased_customer_is_gone_from_the_bytes_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut written = Written::new(folder.path());
    (0..2).for_each(|_| written.issue());
    keep(&mut written, Change::Enter(customer("customer-number-one", "Theodelinda")));
    keep(&mut written, Change::Enter(customer("customer-number-two", "Bartholomea")));
    let reset = Change::Reset {
        customer: "customer-number-one".into(),
        hash: "hash-of-theodelindas-token".into(),
        ends_ms: 1,
    };
    keep(&mut written, reset);
    for (ticket, customer) in [(1, "customer-number-one"), (2, "customer-number-two")] {
        let customer = Some(customer.to_owned());
        let texts = TicketTexts { customer, ..TicketTexts::default() };
        let texts = [(engine::TicketId(ticket), texts)].into();
        let batch = Batch { texts, ..Batch::default() };
        written.store.append(&batch, &written.branch).expect("written");
    }
    let mut changed = customer("customer-number-two", "Bartholomea");
    changed.profile = Profile::default();
    keep(&mut written, Change::Update(changed));
    let words = ["Theodelinda", "customer-number-one", "theodelindas-token", "Bartholomea-phone"];
    assert_eq!(found(&mut written, folder.path(), &words), [true, true, true, false]);
    keep(&mut written, Change::Erase { customer: "customer-number-one".into() });
    assert_eq!(found(&mut written, folder.path(), &words), [false; 4]);
    let others = ["Bartholomea-username", "customer-number-two"];
    assert_eq!(found(&mut written, folder.path(), &others), [true; 2]);
    let archive = written.store.archive().expect("opens");
    let tickets = |customer| archive.tickets_of_customer(customer, 9).expect("reads").len();
    assert_eq!((tickets("customer-number-one"), tickets("customer-number-two")), (0, 1));
}

/// Which of the words are in the file, once the log is folded in.
fn found(written: &mut Written, folder: &std::path::Path, words: &[&str]) -> Vec<bool> {
    let fold = "PRAGMA wal_checkpoint(TRUNCATE)";
    written.store.sql.query_row(fold, [], |_| Ok(())).expect("folds");
    let (database, _) = bytes(folder);
    let holds = |word: &&str| database.windows(word.len()).any(|part| part == word.as_bytes());
    words.iter().map(holds).collect()
}
