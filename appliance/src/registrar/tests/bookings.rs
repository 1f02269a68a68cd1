//! Bookings on disk: what is promised once is kept by rows and journal alike.

use std::time::Duration;

use engine::{Command, DayId, Refusal, TicketState};

use super::stage::{Stage, book, check_in, issue, keyed, noted};
use crate::registrar::SubmitError;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn of_eight_at_once_one_has_the_slot() {
    let stage = Stage::open().await;
    let wishes = (1..=8).map(|code| book(&stage, 1, 1, code).into()).collect();
    let answers = stage.batch(wishes).await;
    assert!(answers[0].is_ok());
    for answer in &answers[1..] {
        assert!(matches!(answer, Err(SubmitError::Refused(Refusal::SlotTaken))), "{answer:?}");
    }
    assert_eq!(stage.mailbox.read(|seen| seen.branch.open_bookings()), 1);
    stage.check();
}

#[tokio::test]
async fn a_booking_outlives_the_night_and_a_restart_and_its_name_stays_out_of_the_journal() {
    let mut stage = Stage::open().await;
    let today = stage.ask(book(&stage, 1, 2, 1)).await;
    let tomorrow = stage.ask(noted(book(&stage, 1, 48, 2), "Ann Smith")).await;
    stage.ask(book(&stage, 2, 48, 4)).await;
    stage.check();
    let named = "SELECT count(*) FROM journal WHERE event LIKE '%Smith%'";
    assert_eq!(stage.count(named), 0);
    // Nobody comes for the first one.
    stage.clock.advance(76 * MINUTE);
    stage.mailbox.tick();
    stage.ask(issue(1)).await;
    let is_closed = |seen: &crate::registrar::Committed| {
        let ticket = today.ticket.and_then(|id| seen.branch.ticket(id));
        ticket.is_some_and(|ticket| ticket.is_closed())
    };
    assert!(stage.mailbox.read(is_closed));
    stage.clock.advance(1_350 * MINUTE);
    stage.ask(Command::CloseDay).await;
    stage.ask(Command::OpenDay(DayId(20_261_124))).await;
    assert_eq!(stage.count("SELECT count(*) FROM tickets WHERE kept AND open"), 3);
    stage = stage.restart(None).await;
    stage.check();
    let first = stage.ask(keyed(check_in(2), "k")).await;
    assert_eq!((first.ticket, first.token), (tomorrow.ticket, tomorrow.token));
    assert_eq!(stage.ask(keyed(check_in(2), "k")).await, first);
    let another = stage.mailbox.submit(keyed(check_in(4), "k")).await;
    assert!(matches!(another, Err(SubmitError::KeyReused)), "{another:?}");
    let (state, label, note) = stage.mailbox.read(|seen| {
        let ticket = first.ticket.and_then(|id| seen.branch.ticket(id)).expect("it waits");
        let note = seen.texts.get(&ticket.id).and_then(|texts| texts.note.clone());
        (ticket.state, ticket.label.to_string(), note)
    });
    assert!(matches!(state, TicketState::Waiting { .. }), "{state:?}");
    assert_eq!((label.as_str(), note.as_deref()), ("A002", Some("Ann Smith")));
    let row = "SELECT count(*) FROM tickets WHERE label = 'A002' AND day = 20261124";
    assert_eq!(stage.count(row), 1);
    stage.check();
}
