//! A power cut at any byte of the log leaves whole commands, and never half of one.

use engine::Branch;

use super::{Written, bytes, folder_of, open};

#[test]
fn a_torn_log_leaves_whole_transactions() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut written = Written::new(folder.path());
    (0..12).for_each(|_| written.issue());
    (0..3).for_each(|_| written.call_in_vain());
    let all = written.store.archive().expect("opens").entries_after(engine::Seq(0)).expect("reads");
    let (database, log) = bytes(folder.path());
    let mut seen = std::collections::BTreeSet::new();
    for step in 0..60 {
        let torn = &log[..log.len() * step / 59];
        let folder = folder_of(&database, torn);
        let store = open(folder.path()).unwrap_or_else(|error| panic!("at {step}: {error}"));
        let rows = store.load().expect("loads");
        assert_eq!(rows, store.replay().expect("replays"), "rows and journal differ at {step}");
        let mut prefix = Branch::blank();
        let last = rows.parts().last_seq;
        all.iter().filter(|entry| entry.seq <= last).for_each(|entry| prefix.apply(entry));
        assert_eq!(rows, prefix, "no prefix of the journal at {step}");
        seen.insert(last);
    }
    assert!(10 < seen.len(), "the log was torn in few places: {seen:?}");
    assert_eq!(seen.last(), Some(&written.branch.parts().last_seq));
}

#[test]
fn the_last_commit_may_be_spoilt_in_any_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut written = Written::new(folder.path());
    (0..5).for_each(|_| written.issue());
    let before = bytes(folder.path()).1.len();
    let seq = written.branch.parts().last_seq;
    written.issue();
    let (database, log) = bytes(folder.path());
    for at in (before..log.len()).step_by(997) {
        let mut torn = log.clone();
        torn[at] ^= 1;
        let folder = folder_of(&database, &torn);
        let store = open(folder.path()).expect("opens");
        assert_eq!(store.load().expect("loads").parts().last_seq, seq, "spoilt at {at}");
    }
}

#[test]
fn a_log_that_never_reached_the_disk_is_empty() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(Written::new(folder.path()));
    let (database, _) = bytes(folder.path());
    for log in [vec![0; 20], vec![0; 20_000]] {
        let folder = folder_of(&database, &log);
        assert_eq!(
            open(folder.path()).expect("opens").load().expect("loads").parts().last_seq.0,
            2
        );
    }
}

#[test]
fn a_log_that_is_written_over_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut written = Written::new(folder.path());
    (0..30).for_each(|_| written.issue());
    written.store.sql.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(())).expect("folds");
    (0..3).for_each(|_| written.issue());
    let (database, log) = bytes(folder.path());
    let copy = folder_of(&database, &log);
    assert_eq!(open(copy.path()).expect("opens").load().expect("loads"), written.branch);
}
