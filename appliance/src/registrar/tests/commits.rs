//! Group commit: order, durability, and who sees what when.

use engine::{CallId, Command, DayId, Refusal, Seq, TicketId};

use super::stage::{Stage, answers, call_next, finish, issue, noted};
use crate::registrar::desk::BATCH_MAX;
use crate::registrar::{MAILBOX_MAX, SubmitError};

#[tokio::test]
async fn a_full_mailbox_is_busy_and_takes_few_commits() {
    let stage = Stage::open().await;
    let before = stage.mailbox.vitals().commits();
    let hold = stage.hold().await;
    let posted: Vec<_> = (0..MAILBOX_MAX).map(|_| stage.post(issue(1))).collect();
    stage.waiting(MAILBOX_MAX).await;
    assert!(matches!(stage.mailbox.submit(issue(1)).await, Err(SubmitError::Busy)));
    hold.release().await.expect("served");
    let mut last = 0;
    for answer in answers(posted).await {
        let ticket = answer.expect("served").ticket.expect("a ticket").0;
        assert!(last < ticket, "served out of order");
        last = ticket;
    }
    let commits = stage.mailbox.vitals().commits() - before;
    assert_eq!(commits, 1 + (MAILBOX_MAX / BATCH_MAX) as u64);
    stage.ask(issue(1)).await;
    stage.check();
}

#[tokio::test]
async fn a_receipt_is_handed_out_when_its_entries_are_on_disk() {
    let stage = Stage::open().await;
    let tasks: Vec<_> = (0..24)
        .map(|_| {
            let (mailbox, sql) = (stage.mailbox.clone(), stage.sql());
            tokio::spawn(async move {
                for _ in 0..4 {
                    let receipt = mailbox.submit(issue(2)).await.expect("accepted");
                    let query = "SELECT ticket FROM journal WHERE seq = ?1";
                    let ticket: u64 =
                        sql.query_row(query, [receipt.seq.0], |row| row.get(0)).expect("on disk");
                    assert_eq!(Some(TicketId(ticket)), receipt.ticket);
                    let query = "SELECT token FROM tickets WHERE id = ?1";
                    let token: String =
                        sql.query_row(query, [ticket], |row| row.get(0)).expect("on disk");
                    assert_eq!(receipt.token.expect("a token").as_str(), token);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic");
    }
    let vitals = stage.mailbox.vitals();
    assert_eq!(vitals.commands(), 2 + 96);
    assert!(vitals.commits() < vitals.commands() / 2, "{} commits", vitals.commits());
    stage.check();
}

#[tokio::test]
async fn a_refusal_rests_on_what_came_before_in_the_batch() {
    let stage = Stage::open().await;
    let first = stage.ask(issue(1)).await.ticket.expect("a ticket");
    let batch = vec![call_next(1).into(), call_next(1).into(), call_next(2).into()];
    let answers = stage.batch(batch).await;
    assert_eq!(answers[0].as_ref().expect("called").ticket, Some(first));
    assert!(
        matches!(answers[1], Err(SubmitError::Refused(Refusal::CounterBusy(ticket))) if ticket == first)
    );
    // The ticket that the batch itself begins with is there to be called.
    assert_eq!(answers[2].as_ref().expect("called").ticket, Some(TicketId(first.0 + 1)));
    assert_eq!(stage.mailbox.vitals().refusals(), 1);
    stage.check();
}

#[tokio::test]
async fn nobody_sees_or_hears_of_a_batch_before_it_is_on_disk() {
    let stage = Stage::open().await;
    let grown = stage.mailbox.grown();
    let seen = || stage.mailbox.read(|c| (c.branch.clone(), c.texts.clone()));
    let before = seen();
    let seq = *grown.borrow();
    let hold = stage.hold().await;
    let accepted = stage.post(noted(issue(1), "window seat"));
    let refused = stage.post(call_next(99));
    stage.waiting(2).await;
    for _ in 0..2 {
        assert!(seen() == before, "an uncommitted state was shown");
        assert_eq!(*grown.borrow(), seq);
        tokio::task::yield_now().await;
    }
    assert!(!accepted.is_finished() && !refused.is_finished());
    hold.release().await.expect("served");
    accepted.await.expect("no panic").expect("accepted");
    assert!(refused.await.expect("no panic").is_err());
    assert_eq!(*grown.borrow(), Seq(seq.0 + 2));
    stage.check();
}

#[tokio::test]
async fn a_ticket_is_never_seen_without_its_texts() {
    let stage = Stage::open().await;
    let mailbox = stage.mailbox.clone();
    let done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let ended = done.clone();
    let reader = std::thread::spawn(move || {
        while !ended.load(std::sync::atomic::Ordering::Relaxed) {
            mailbox.read(|seen| assert_eq!(seen.branch.tickets().count(), seen.texts.len()));
        }
    });
    for _ in 0..60 {
        stage.ask(noted(issue(1), "here")).await;
    }
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    reader.join().expect("both at once");
}

#[tokio::test]
async fn stopping_serves_who_waits_and_turns_away_who_comes_later() {
    let stage = Stage::open().await;
    let hold = stage.hold().await;
    let posted: Vec<_> = (0..300).map(|_| stage.post(issue(1))).collect();
    stage.waiting(300).await;
    let late = stage.mailbox.clone();
    let stopping = tokio::spawn(stage.stop());
    tokio::task::yield_now().await;
    hold.release().await.expect("served");
    assert!(answers(posted).await.iter().all(Result::is_ok));
    let (folder, mailbox) = stopping.await.expect("no panic");
    for mailbox in [late, mailbox] {
        assert!(matches!(mailbox.submit(issue(1)).await, Err(SubmitError::Stopping)));
    }
    let count = rusqlite::Connection::open(folder.path().join(crate::store::FILE_NAME))
        .and_then(|sql| sql.query_row("SELECT count(*) FROM tickets", [], |row| row.get(0)));
    assert_eq!(count, Ok(301));
}

#[tokio::test]
async fn texts_are_kept_beside_the_journal_and_go_with_their_ticket() {
    let mut stage = Stage::open().await;
    let gone = stage.ask(noted(issue(1), "Zsuzsanna, by the window")).await;
    stage.ask(noted(issue(1), "Ottilia")).await;
    let call: CallId = stage.ask(call_next(1)).await.call.expect("a call");
    stage.ask(noted(finish(call), "Zsuzsanna, paid")).await;
    let journal =
        "SELECT count(*) FROM journal WHERE event LIKE '%Zsuzsanna%' OR event LIKE '%Ottilia%'";
    assert_eq!(stage.count(journal), 0);
    let rows =
        "SELECT count(*) FROM tickets WHERE body LIKE '%Zsuzsanna%' OR body LIKE '%Ottilia%'";
    assert_eq!(stage.count(rows), 0);
    stage.check();
    stage.clock.advance(std::time::Duration::from_secs(15 * 3600));
    let batch = vec![Command::CloseDay.into(), Command::OpenDay(DayId(20_261_124)).into()];
    assert!(stage.batch(batch).await.iter().all(Result::is_ok));
    stage.check();
    let ticket = gone.ticket.expect("a ticket");
    stage.mailbox.read(|seen| {
        assert_eq!(seen.texts.len(), 1, "whoever still waits keeps theirs");
        assert!(seen.branch.ticket(ticket).is_none() && !seen.texts.contains_key(&ticket));
    });
    stage = stage.restart(None).await;
    stage.ask(issue(1)).await;
    stage.check();
}
