//! What is erased is gone from the bytes of the file.

use engine::TicketId;

use super::{Written, bytes};
use crate::registrar::TicketTexts;
use crate::store::Batch;

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
