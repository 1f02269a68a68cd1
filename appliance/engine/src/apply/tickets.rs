//! What becomes of one ticket and its lines.

use crate::command::LineRequest;
use crate::event::{Event, Next};
use crate::moment::Moment;
use crate::ticket::{LineState, Outcome, Place, Ticket, TicketLine, TicketState, WaitCause};

pub(super) fn new_line((index, request): (usize, &LineRequest)) -> TicketLine {
    TicketLine {
        asked: request.service,
        service: request.service,
        priority: request.priority,
        state: if index == 0 { LineState::Current } else { LineState::Ahead },
    }
}

pub(super) fn current(ticket: &mut Ticket) -> &mut TicketLine {
    let place = ticket.lines.iter().position(|line| line.state == LineState::Current);
    &mut ticket.lines[place.unwrap_or(0)]
}

/// Adds the present wait to those before.
pub(super) fn stop_waiting(ticket: &mut Ticket, at: Moment) {
    if let TicketState::Waiting { since, .. } = ticket.state {
        ticket.waited += at.since(since);
    }
}

pub(super) fn cancel_line(ticket: &mut Ticket, line: u8, next: Option<u8>, at: Moment) {
    if let Some(line) = ticket.lines.get_mut(usize::from(line)) {
        line.state = LineState::Closed(Outcome::Deleted);
    }
    let Some(next) = next.and_then(|next| ticket.lines.get_mut(usize::from(next))) else { return };
    next.state = LineState::Current;
    let place = Place::Service(next.service);
    stop_waiting(ticket, at);
    ticket.back_to = None;
    ticket.state = TicketState::Waiting { since: at, place, cause: WaitCause::NextLine };
}

/// What becomes of a ticket whose present line is done.
pub(super) fn go_on(ticket: &mut Ticket, next: Next, at: Moment) {
    match next {
        Next::Close => close(ticket, Outcome::Served, at),
        Next::Line(index) => {
            current(ticket).state = LineState::Closed(Outcome::Served);
            if let Some(line) = ticket.lines.get_mut(usize::from(index)) {
                line.state = LineState::Current;
            }
            let place = Place::Service(ticket.line().service);
            ticket.state = TicketState::Waiting { since: at, place, cause: WaitCause::NextLine };
        }
        Next::Back(back) => {
            ticket.back_to = None;
            current(ticket).service = back.service;
            let cause = WaitCause::Returned;
            ticket.state = TicketState::Waiting { since: at, place: back.place, cause };
        }
    }
}

pub(super) fn close(ticket: &mut Ticket, outcome: Outcome, at: Moment) {
    stop_waiting(ticket, at);
    for line in &mut ticket.lines {
        if !matches!(line.state, LineState::Closed(_)) {
            line.state = LineState::Closed(outcome);
        }
    }
    ticket.back_to = None;
    ticket.state = TicketState::Closed { outcome, at };
}

pub(super) fn transfer(ticket: &mut Ticket, event: &Event, at: Moment) {
    let Event::Transferred { to, service, priority, back_to, .. } = event else { return };
    ticket.transferred = true;
    ticket.back_to = *back_to;
    let line = current(ticket);
    line.service = *service;
    line.priority = *priority;
    ticket.state = TicketState::Waiting { since: at, place: *to, cause: WaitCause::Transferred };
}
