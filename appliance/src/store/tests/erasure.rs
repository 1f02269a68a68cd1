//! What is erased is gone from the bytes of the file.

use engine::TicketId;

use serve::virtual_ticket::{Change, Customer, Profile};

use super::{Written, bytes};
use crate::registrar::TicketTexts;
use crate::store::{Batch, FORGOTTEN_MAX, Forgotten, Housekeeping};

#[test]
fn a_text_that_is_erased_or_replaced_is_wiped() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut written = Written::new(folder.path());
    (0..3).for_each(|_| written.issue());
    let long = "Clementina ".repeat(900);
    remember(&mut written, 1, "Bartholomea, first");
    remember(&mut written, 2, "Theodelinda");
    remember(&mut written, 3, &long);
    assert_eq!(found(&mut written, folder.path()), [true, true, true]);
    remember(&mut written, 1, "someone else");
    let erase = "DELETE FROM texts WHERE ticket IN (2, 3)";
    written.store.sql.execute(erase, []).expect("erased");
    assert_eq!(found(&mut written, folder.path()), [false; 3]);
    let texts = written.store.load_texts().expect("loads");
    assert_eq!(texts.keys().collect::<Vec<_>>(), [&TicketId(1)]);
}

fn remember(written: &mut Written, ticket: u64, note: &str) {
    let texts = TicketTexts { note: Some(note.into()), ..TicketTexts::default() };
    let texts = [(TicketId(ticket), texts)].into();
    let batch = Batch { texts, ..Batch::default() };
    written.store.append(&batch, &written.branch).expect("written");
}

/// Which of the names are in the files, once the log is folded in.
fn found(written: &mut Written, folder: &std::path::Path) -> [bool; 3] {
    let fold = "PRAGMA wal_checkpoint(TRUNCATE)";
    written.store.sql.query_row(fold, [], |_| Ok(())).expect("folds");
    let (database, log) = bytes(folder);
    assert!(log.is_empty());
    ["Bartholomea", "Theodelinda", "Clementina"]
        .map(|name| database.windows(name.len()).any(|bytes| bytes == name.as_bytes()))
}

/// Inserts in random order so that pages split and merge around what is to be erased: nothing of
/// it may stay in their gaps.
#[test]
fn of_many_customers_those_who_are_erased_leave_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut written = Written::new(folder.path());
    let mut ids: Vec<u32> = (0..3_000).collect();
    let mut state = 0x2545_f491_u32;
    for at in (1..ids.len()).rev() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ids.swap(at, state as usize % (at + 1));
    }
    let name = |id: u32| format!("Person{id:05}e");
    for chunk in ids.chunks(50) {
        let enter = |id: &u32| {
            let hash = u64::from(*id).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let profile = Profile {
                first_name: Some(name(*id)),
                email: Some(format!("{}@example.org", name(*id))),
                address: Some(name(*id).repeat((*id % 7) as usize)),
                ..Profile::default()
            };
            let customer = Customer {
                id: format!("{hash:016x}"),
                username: Some(name(*id)),
                profile,
                updated_ms: i64::from(*id),
                ..Customer::default()
            };
            Housekeeping::Customer(Box::new(Change::Enter(customer)))
        };
        let batch = Batch { housekeeping: chunk.iter().map(enter).collect(), ..Batch::default() };
        written.store.append(&batch, &written.branch).expect("written");
    }
    let archive = written.store.archive().expect("opens");
    let kept_from = 1_500;
    loop {
        let customers = archive.customers_unseen_since(kept_from, FORGOTTEN_MAX).expect("reads");
        if customers.is_empty() {
            break;
        }
        let forgotten = Forgotten { customers, unseen_since_ms: kept_from, ..Forgotten::default() };
        let housekeeping = vec![Housekeeping::Forget(forgotten)];
        let batch = Batch { housekeeping, ..Batch::default() };
        written.store.append(&batch, &written.branch).expect("written");
    }
    assert!(written.store.fold_log().expect("folds"), "nobody is in the way");
    let (database, log) = bytes(folder.path());
    assert!(log.is_empty());
    let text = String::from_utf8_lossy(&database);
    let mut found: Vec<u32> = text
        .match_indices("Person")
        .filter_map(|(at, _)| text.get(at + 6..at + 11)?.parse().ok())
        .collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!(found, (1_500..3_000).collect::<Vec<_>>());
}
