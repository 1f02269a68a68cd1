//! Whether a row at central says of a ticket what the branch says of it: for proofs and repairs.

use engine::ticket::{CallEnd, LineState, Outcome, Place, Source, TicketState, WaitCause};
use engine::{Call, ServiceId, Ticket, TicketLine};
use sync::change::{Asked, Outcome as RowOutcome, Place as RowPlace, Source as RowSource};
use sync::document::{CallEnd as RowEnd, CallRow, Cause, State, TicketRow};

use super::translate::{moment, place};

/// The first thing in which a row differs from the ticket that it is about, or nothing. Calls that
/// were over before the row's day began are in an earlier day's row, and are not looked for.
pub fn difference(ticket: &Ticket, row: &TicketRow) -> Option<&'static str> {
    let source = match ticket.source {
        Source::Customer => RowSource::Customer,
        Source::Staff => RowSource::Staff,
    };
    let asked: Vec<Asked> = ticket
        .lines
        .iter()
        .zip(&row.asked)
        // What a line's priority was before it was sent on is no longer known here.
        .map(|(line, there)| Asked { service: line.asked.0, priority: there.priority })
        .collect();
    let checks = [
        ("label", ticket.label.to_string() == row.label),
        ("issued", moment(ticket.issued) == row.issued),
        ("asked", asked == row.asked && asked.len() == ticket.lines.len()),
        ("language", ticket.language.0 == row.language),
        ("source", source == row.source),
        ("waited", ticket.waited.as_millis() == u128::from(row.waited_ms)),
        ("calls", are_the_last(&row.calls, ticket)),
        ("lines", ticket.lines.iter().map(end).eq(row.ends())),
        ("answers", answers(ticket) == rows_answers(row)),
    ];
    let different = checks.into_iter().find(|(_, same)| !same).map(|(what, _)| what);
    different.or_else(|| standing(ticket, row))
}

fn standing(ticket: &Ticket, row: &TicketRow) -> Option<&'static str> {
    let (state, since) = match ticket.state {
        // Nobody has come, so it has no row.
        TicketState::Booked { .. } => return Some("state"),
        TicketState::Waiting { since, .. } => (State::Waiting, since),
        TicketState::Called { since, .. } => (State::Called, since),
        TicketState::Serving { since, .. } => (State::Serving, since),
        TicketState::Afterwork { since, .. } => (State::Afterwork, since),
        TicketState::Parked { since, .. } => (State::Parked, since),
        TicketState::Missing { since, .. } => (State::Missing, since),
        TicketState::Closed { outcome, at } => (closed(outcome), at),
    };
    if (state, moment(since)) != (row.state, row.since) {
        return Some("state");
    }
    // Of a closed ticket the lines that were not reached are closed too.
    let line = ticket.line();
    if !ticket.is_closed()
        && (line.service.0, u64::from(line.priority.get())) != (row.service, row.priority)
    {
        return Some("service");
    }
    if !ticket.is_closed() && dropped(ticket) != rows_dropped(row) {
        return Some("dropped");
    }
    match ticket.state {
        TicketState::Waiting { place: whose, cause, .. } => {
            let same = stands(whose, row) && waits_because(cause) == row.cause;
            (!same).then_some("place")
        }
        TicketState::Parked { place: whose, .. } => (!stands(whose, row)).then_some("place"),
        TicketState::Missing { until, .. } => (until.map(moment) != row.until).then_some("until"),
        TicketState::Booked { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Closed { .. } => None,
    }
}

/// The lines that were given up while the ticket went on.
fn dropped(ticket: &Ticket) -> Vec<u8> {
    let gone = LineState::Closed(Outcome::Deleted);
    (0..)
        .zip(&ticket.lines)
        .filter(|(_, line)| line.state == gone)
        .map(|(place, _)| place)
        .collect()
}

fn rows_dropped(row: &TicketRow) -> Vec<u8> {
    let mut dropped = row.dropped.clone();
    dropped.sort_unstable();
    dropped
}

fn stands(whose: Place, row: &TicketRow) -> bool {
    let here: RowPlace = place(whose);
    here == row.place
}

fn closed(outcome: Outcome) -> State {
    match outcome {
        Outcome::Served => State::Served,
        Outcome::NoShow => State::NoShow,
        Outcome::Deleted => State::Deleted,
    }
}

fn waits_because(cause: WaitCause) -> Cause {
    match cause {
        WaitCause::Issued => Cause::Issued,
        WaitCause::Transferred => Cause::Transferred,
        WaitCause::PutBack => Cause::PutBack,
        WaitCause::NextLine => Cause::NextLine,
        WaitCause::Returned => Cause::Returned,
    }
}

fn end(line: &TicketLine) -> Option<RowOutcome> {
    match line.state {
        LineState::Ahead | LineState::Current => None,
        LineState::Closed(Outcome::Served) => Some(RowOutcome::Served),
        LineState::Closed(Outcome::NoShow) => Some(RowOutcome::NoShow),
        LineState::Closed(Outcome::Deleted) => Some(RowOutcome::Deleted),
    }
}

/// Whether the row's calls are the ticket's last ones.
fn are_the_last(rows: &[CallRow], ticket: &Ticket) -> bool {
    let calls = &ticket.calls;
    let first = ticket.lines.first().map(|line| line.asked);
    let Some(skipped) = calls.len().checked_sub(rows.len()) else { return false };
    // When the customer left is in the row alone.
    let bare = |row: &CallRow| CallRow { left: None, ..row.clone() };
    rows.iter().map(bare).eq(calls[skipped..].iter().map(|known| call(known, first)))
}

fn call(call: &Call, first: Option<ServiceId>) -> CallRow {
    let end = |end: CallEnd| match end {
        CallEnd::Finished => RowEnd::Finished,
        CallEnd::NoShow => RowEnd::NoShow,
        CallEnd::Parked => RowEnd::Parked,
        CallEnd::Transferred => RowEnd::Transferred,
    };
    CallRow {
        call: call.id.0,
        counter: Some(call.counter.0),
        operator: call.operator.map(|operator| operator.0),
        service: (Some(call.service) != first).then_some(call.service.0),
        called: Some(moment(call.called)),
        recalls: u64::from(call.recalls),
        started: call.started.map(moment),
        left: None,
        ended: call.ended.map(|(at, _)| moment(at)),
        end: call.ended.map(|(_, how)| end(how)),
    }
}

fn answers(ticket: &Ticket) -> Vec<(u32, u32)> {
    let mut answers: Vec<_> =
        ticket.answers.iter().map(|(question, answer)| (question.0, answer.0)).collect();
    answers.sort_unstable();
    answers
}

fn rows_answers(row: &TicketRow) -> Vec<(u32, u32)> {
    let mut answers: Vec<_> =
        row.answers.iter().map(|(_, question, answer)| (*question, *answer)).collect();
    answers.sort_unstable();
    answers
}
