//! A disk that is full, or held by another program.

use super::stage::{Stage, answers, call_next, issue, keyed, noted};
use crate::registrar::SubmitError;
use crate::store::{Housekeeping, NewSlip};

/// A branch whose file has room for a few pages more, and something in it that can make room.
async fn cramped() -> Stage {
    let stage = Stage::open().await;
    stage.ask(issue(1)).await;
    let ballast = "CREATE TABLE ballast (x BLOB); INSERT INTO ballast VALUES (zeroblob(400000));";
    stage.sql().execute_batch(ballast).expect("written");
    let pages = u32::try_from(stage.count("PRAGMA page_count")).expect("small");
    stage.restart(Some(pages + 3)).await
}

#[tokio::test]
async fn a_full_disk_fails_the_whole_batch_and_changes_nothing() {
    let stage = cramped().await;
    let seen = || stage.mailbox.read(|c| (c.branch.clone(), c.texts.clone()));
    let before = seen();
    let seq = *stage.mailbox.grown().borrow();
    let hold = stage.hold().await;
    let mut batch = vec![keyed(call_next(1), "k"), call_next(1).into()];
    batch.extend((0..200).map(|_| noted(issue(1), "a note")));
    let posted: Vec<_> = batch.into_iter().map(|one| stage.post(one)).collect();
    let keep = Housekeeping::Cursor { reader: "test", seq };
    let mailbox = stage.mailbox.clone();
    let kept = tokio::spawn(async move { mailbox.keep(keep).await });
    stage.waiting(203).await;
    // The plug is a batch of its own, and small: there is room for it.
    hold.release().await.expect("served");
    let after_plug = *stage.mailbox.grown().borrow();
    assert_eq!(after_plug.0, seq.0 + 1);
    for answer in answers(posted).await {
        assert!(matches!(answer, Err(SubmitError::Unavailable)), "{answer:?}");
    }
    assert!(matches!(kept.await.expect("no panic"), Err(SubmitError::Unavailable)));
    assert!(stage.mailbox.vitals().is_failing());
    assert_eq!(stage.mailbox.vitals().failures(), 1);
    assert_eq!(*stage.mailbox.grown().borrow(), after_plug);
    assert_eq!(seen().0.tickets().count(), before.0.tickets().count() + 1);
    assert_eq!(seen().1, before.1);
    assert_eq!(stage.count("SELECT count(*) FROM cursors"), 0);
    stage.check();

    stage.sql().execute_batch("DROP TABLE ballast").expect("dropped");
    // The key of a batch that never was is free.
    let called = stage.ask(keyed(call_next(1), "k")).await;
    assert_eq!(called.seq.0, after_plug.0 + 1);
    for _ in 0..3 {
        stage.ask(noted(issue(1), "a note")).await;
    }
    assert!(!stage.mailbox.vitals().is_failing());
    stage.check();
    let stage = stage.restart(None).await;
    stage.ask(issue(1)).await;
    stage.check();
}

#[tokio::test]
async fn a_disk_that_another_program_holds_too_long_is_unavailable() {
    let stage = Stage::open().await;
    let before = stage.mailbox.read(|seen| seen.branch.clone());
    let sql = stage.sql();
    sql.execute_batch("BEGIN IMMEDIATE").expect("nobody else writes");
    let answer = stage.mailbox.submit(issue(1)).await;
    assert!(matches!(answer, Err(SubmitError::Unavailable)), "{answer:?}");
    drop(sql);
    assert!(stage.mailbox.read(|seen| seen.branch == before));
    stage.ask(issue(1)).await;
    stage.check();
}

#[tokio::test]
async fn readers_notes_are_written_with_the_commands() {
    let stage = Stage::open().await;
    let ticket = stage.ask(issue(1)).await;
    let slip = NewSlip {
        seq: ticket.seq,
        ticket: ticket.ticket.expect("a ticket"),
        device: engine::DeviceId(1),
        asked: ticket.at,
    };
    for _ in 0..2 {
        let note = Housekeeping::Spool { slips: vec![slip], cursor: ticket.seq };
        stage.mailbox.keep(note).await.expect("kept");
    }
    assert_eq!(stage.count("SELECT count(*) FROM spool"), 1);
    let cursor = u64::try_from(stage.count("SELECT seq FROM cursors")).expect("positive");
    assert_eq!(cursor, ticket.seq.0);
}
