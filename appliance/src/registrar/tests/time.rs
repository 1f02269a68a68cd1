//! What time demands, and clocks that jump.

use std::time::Duration;

use engine::{Command, DayId, TicketState, WaitCause};

use super::stage::{MONDAY_NINE, Stage, call_next, issue};

#[tokio::test]
async fn a_tick_puts_missing_tickets_back() {
    let stage = Stage::open().await;
    let ticket = stage.ask(issue(1)).await.ticket.expect("a ticket");
    let call = stage.ask(call_next(1)).await.call.expect("a call");
    let missed = stage.ask(Command::NoShow { call }).await;
    let state = || stage.mailbox.read(|seen| seen.branch.ticket(ticket).map(|t| t.state));
    stage.clock.advance(Duration::from_secs(599));
    stage.mailbox.tick();
    stage.ask(issue(2)).await;
    assert!(matches!(state(), Some(TicketState::Missing { .. })));
    // The wall clock has no say in it.
    stage.clock.set_wall(MONDAY_NINE - 86_400_000);
    stage.clock.advance(Duration::from_secs(1));
    let mut grown = stage.mailbox.grown();
    grown.mark_unchanged();
    stage.mailbox.tick();
    grown.changed().await.expect("it works");
    assert_eq!(grown.borrow().0, missed.seq.0 + 2);
    assert!(matches!(state(), Some(TicketState::Waiting { cause: WaitCause::PutBack, .. })));
    stage.check();
}

#[tokio::test]
async fn steady_time_never_goes_back() {
    let mut stage = Stage::open().await;
    let mut last = stage.ask(issue(1)).await.at;
    for (wall_ms, passes_ms, restart) in [
        (MONDAY_NINE - 3_600_000, 1_000, false),
        (MONDAY_NINE + 3_600_000, 1_000, false),
        (MONDAY_NINE - 3_600_000, 1_000, true),
        (0, 1_000, true),
        (MONDAY_NINE, 500, false),
    ] {
        stage.clock.set_wall(wall_ms);
        if restart {
            stage = stage.restart(None).await;
        }
        stage.clock.advance(Duration::from_millis(passes_ms));
        let at = stage.ask(issue(1)).await.at;
        assert_eq!(at.wall_ms, wall_ms + i64::try_from(passes_ms).expect("small"));
        assert_eq!(at.steady_ms, last.steady_ms + passes_ms, "at {wall_ms}");
        last = at;
    }
    stage.check();
}

#[tokio::test]
async fn a_restart_counts_the_time_that_the_box_was_off() {
    let stage = Stage::open().await;
    let before = stage.ask(issue(1)).await.at;
    // A restart is another process: its steady clock tells nothing about the time between.
    stage.clock.set_wall(before.wall_ms + 5_000);
    let stage = stage.restart(None).await;
    assert_eq!(stage.mailbox.moment().steady_ms, before.steady_ms + 5_000);
}

#[tokio::test]
async fn a_day_that_begins_soon_after_lets_no_ticket_go() {
    let stage = Stage::open().await;
    let ticket = stage.ask(issue(1)).await.ticket.expect("a ticket");
    stage.ask(Command::Delete { ticket }).await;
    for (day, ms, kept) in [(24, 0, true), (25, 7_199_999, true), (26, 1, false)] {
        stage.clock.advance(Duration::from_millis(ms));
        stage.ask(Command::CloseDay).await;
        stage.ask(Command::OpenDay(DayId(20_261_100 + day))).await;
        stage.mailbox.read(|seen| assert_eq!(seen.branch.ticket(ticket).is_some(), kept));
        stage.check();
    }
}
