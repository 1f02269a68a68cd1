//! A damaged database is named, explained, and left as it is.

use super::{Written, bytes, folder_of, open};
use crate::store::{FILE_NAME, StoreError};

const PAGE: usize = 4096;

/// A database without a log.
fn sound() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut written = Written::new(folder.path());
    (0..60).for_each(|_| written.issue());
    (0..5).for_each(|_| written.call_in_vain());
    drop(written);
    let (database, log) = bytes(folder.path());
    assert!(log.is_empty(), "closing folds the log in");
    database
}

/// Opens these files, which cannot go well, and looks whether they are as they were.
#[track_caller]
fn refused(database: &[u8], log: &[u8]) {
    let folder = folder_of(database, log);
    let error = open(folder.path()).expect_err("it is damaged");
    assert!(
        matches!(error, StoreError::Damaged { .. } | StoreError::Open { .. }),
        "another error: {error:?}"
    );
    let said = error.to_string();
    let path = folder.path().join(FILE_NAME).display().to_string();
    assert!(said.contains(&path), "the path is not in: {said}");
    assert!(said.contains("anteroom restore") || said.contains("check that"), "no remedy: {said}");
    assert!(bytes(folder.path()) == (database.to_vec(), log.to_vec()), "the files were changed");
}

#[test]
fn a_header_of_zeros_or_noise_is_refused() {
    let mut database = sound();
    database[..100].fill(0);
    refused(&database, &[]);
    refused(&noise(database.len()), &[]);
    refused(&[], &[]);
    refused(b"not a database", &[]);
}

#[test]
fn a_file_cut_short_is_refused() {
    let database = sound();
    let pages = database.len() / PAGE;
    for kept in [1, 2, pages / 2, pages - 1] {
        refused(&database[..kept * PAGE], &[]);
        refused(&database[..kept * PAGE + 1_000], &[]);
    }
    refused(&database[..50], &[]);
}

#[test]
fn a_lost_page_is_refused() {
    let database = sound();
    for page in 0..database.len() / PAGE {
        for filler in [0, 0xff] {
            let mut spoilt = database.clone();
            spoilt[page * PAGE..(page + 1) * PAGE].fill(filler);
            refused(&spoilt, &[]);
        }
    }
}

#[test]
fn a_lost_page_beside_a_log_is_refused_and_the_log_is_left_alone() {
    let folder = folder_of(&sound(), &[]);
    let store = open(folder.path()).expect("opens");
    let note = "INSERT INTO cursors VALUES ('test', 1)";
    store.sql.execute(note, []).expect("written");
    let (database, log) = bytes(folder.path());
    assert!(!log.is_empty());
    let mut refusals = 0;
    for page in 1..database.len() / PAGE {
        let mut spoilt = database.clone();
        spoilt[page * PAGE..(page + 1) * PAGE].fill(0);
        let folder = folder_of(&spoilt, &log);
        // A page that stands in the log as well is not lost.
        let Err(error) = open(folder.path()) else { continue };
        assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
        assert!(bytes(folder.path()) == (spoilt, log.clone()), "page {page}: files were changed");
        refusals += 1;
    }
    assert!(10 < refusals, "only {refusals} were found");
}

#[test]
fn a_flipped_bit_never_panics_and_never_changes_the_file() {
    let database = sound();
    let mut refusals = 0;
    for (index, at) in noise(80 * 4).chunks_exact(4).map(number).enumerate() {
        let mut spoilt = database.clone();
        // Every other one in the first bytes of a page, where its structure is.
        let at =
            if index % 2 == 0 { at % spoilt.len() } else { at % 64 * (PAGE / 2) % spoilt.len() };
        spoilt[at] ^= 1 << (index % 8);
        let folder = folder_of(&spoilt, &[]);
        match open(folder.path()) {
            // Inside of a text nothing but its reader can tell.
            Ok(store) => {
                let _: Result<_, StoreError> = store.load();
                let _: Result<_, StoreError> = store.replay();
                let _: Result<_, StoreError> = store.load_texts();
            }
            Err(error) => {
                refusals += 1;
                assert!(error.to_string().contains(FILE_NAME), "{error}");
                assert!(bytes(folder.path()).0 == spoilt, "the file was changed: {error}");
            }
        }
    }
    assert!(5 < refusals, "only {refusals} were found");
}

#[test]
fn a_row_that_cannot_be_read_is_named() {
    let folder = folder_of(&sound(), &[]);
    let store = open(folder.path()).expect("opens");
    store.sql.execute("UPDATE tickets SET body = '{}' WHERE id = 7", []).expect("written");
    store.sql.execute("UPDATE journal SET event = 'x' WHERE seq = 9", []).expect("written");
    let error = store.load().expect_err("no ticket");
    assert!(error.to_string().starts_with("the row 7 of the table tickets"), "{error}");
    let error = store.replay().expect_err("no event");
    assert!(error.to_string().starts_with("the row 9 of the table journal"), "{error}");
}

#[test]
fn a_spoilt_log_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut written = Written::new(folder.path());
    (0..20).for_each(|_| written.issue());
    let (database, log) = bytes(folder.path());
    assert!(20 * PAGE < log.len(), "the log is in use");
    refused(&database, &noise(log.len()));
    refused(&database, &noise(100));
    for at in [0, 5, 9, 17, 25, 32, 40, 60, log.len() / 3, log.len() / 2] {
        let mut spoilt = log.clone();
        spoilt[at] ^= 0x10;
        refused(&database, &spoilt);
    }
    let mut hole = log.clone();
    hole[10 * PAGE..14 * PAGE].fill(0);
    refused(&database, &hole);
}

#[test]
fn a_log_without_its_database_is_not_given_to_a_new_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut written = Written::new(folder.path());
    written.issue();
    let (database, log) = bytes(folder.path());
    let other = folder_of(&database, &log);
    std::fs::remove_file(other.path().join(FILE_NAME)).expect("removed");
    let error = open(other.path()).expect_err("half of it is missing");
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    assert!(bytes(other.path()) == (Vec::new(), log));
}

/// Bytes without a pattern, the same in every run.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

fn number(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}
