//! What happens at the counter, and to those who do not come.

use std::time::Duration;

use super::lines::first_ahead;
use super::{Decision, open_call, ticket};
use crate::branch::Branch;
use crate::command::Unstarted;
use crate::event::{Event, Next, PutBackBy};
use crate::ids::{CallId, TicketId};
use crate::limits::TICKET_CALLS_MAX;
use crate::moment::Now;
use crate::refusal::Refusal;
use crate::ticket::{Call, Place, Ticket, TicketState};

pub(super) fn start(branch: &Branch, id: CallId, now: Now) -> Result<Decision, Refusal> {
    let (ticket, _) = open_call(branch, id)?;
    match ticket.state {
        TicketState::Called { .. } => {
            let event = Event::Started { ticket: ticket.id, call: id, since: now.at };
            Ok(Decision::about_call(ticket, id, vec![event]))
        }
        TicketState::Serving { .. } => Ok(Decision::about_call(ticket, id, vec![])),
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. }
        | TicketState::Closed { .. } => Err(Refusal::OutOfTurn),
    }
}

pub(super) fn finish(
    branch: &Branch,
    id: CallId,
    afterwork: bool,
    unstarted: Unstarted,
) -> Result<Decision, Refusal> {
    let (ticket, call) = open_call(branch, id)?;
    let last = if afterwork {
        Event::AfterworkBegan { ticket: ticket.id, call: id }
    } else {
        Event::Finished { ticket: ticket.id, call: id, next: after(ticket) }
    };
    let mut events = match ticket.state {
        TicketState::Called { .. } => started_at_call(ticket, call, unstarted)?,
        TicketState::Serving { .. } => vec![],
        TicketState::Afterwork { .. } if afterwork => {
            return Ok(Decision::about_call(ticket, id, vec![]));
        }
        TicketState::Afterwork { .. } => vec![],
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. }
        | TicketState::Closed { .. } => return Err(Refusal::OutOfTurn),
    };
    events.push(last);
    Ok(Decision::about_call(ticket, id, events))
}

pub(super) fn park(branch: &Branch, id: CallId, unstarted: Unstarted) -> Result<Decision, Refusal> {
    let (ticket, call) = open_call(branch, id)?;
    let mut events = match (ticket.state, unstarted) {
        (TicketState::Called { .. }, Unstarted::StartAtCall) => {
            started_at_call(ticket, call, unstarted)?
        }
        (TicketState::Called { .. }, Unstarted::Refuse) | (TicketState::Serving { .. }, _) => {
            vec![]
        }
        (
            TicketState::Booked { .. }
            | TicketState::Waiting { .. }
            | TicketState::Afterwork { .. }
            | TicketState::Parked { .. }
            | TicketState::Missing { .. }
            | TicketState::Closed { .. },
            _,
        ) => return Err(Refusal::OutOfTurn),
    };
    may_come_again(ticket)?;
    let place = own_place(call);
    events.push(Event::Parked { ticket: ticket.id, call: id, place });
    Ok(Decision::about_call(ticket, id, events))
}

pub(super) fn no_show(branch: &Branch, id: CallId, now: Now) -> Result<Decision, Refusal> {
    let (ticket, _) = open_call(branch, id)?;
    let TicketState::Called { .. } = ticket.state else { return Err(Refusal::OutOfTurn) };
    let rules = &branch.settings().rules;
    let last = rules.no_shows_max <= ticket.no_shows.saturating_add(1);
    let event = if last || may_come_again(ticket).is_err() {
        Event::GivenUp { ticket: ticket.id, call: id }
    } else {
        let wait = |minutes| now.at.plus(Duration::from_secs(u64::from(minutes) * 60));
        let until = rules.put_back_after_min.map(wait);
        Event::Missed { ticket: ticket.id, call: id, until }
    };
    Ok(Decision::about_call(ticket, id, vec![event]))
}

pub(super) fn put_back(branch: &Branch, id: TicketId) -> Result<Decision, Refusal> {
    let ticket = ticket(branch, id)?;
    let TicketState::Missing { .. } = ticket.state else { return Err(Refusal::OutOfTurn) };
    let event = Event::PutBack { ticket: id, by: PutBackBy::Request };
    Ok(Decision::about(ticket, vec![event]))
}

pub(super) fn put_back_overdue(
    branch: &Branch,
    id: TicketId,
    now: Now,
) -> Result<Decision, Refusal> {
    let ticket = ticket(branch, id)?;
    match ticket.state {
        TicketState::Missing { until: Some(until), .. } if until.has_come(now.at) => {
            let event = Event::PutBack { ticket: id, by: PutBackBy::Time };
            Ok(Decision::about(ticket, vec![event]))
        }
        TicketState::Missing { .. }
        | TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Closed { .. } => Err(Refusal::OutOfTurn),
    }
}

pub(super) fn delete(branch: &Branch, id: TicketId) -> Result<Decision, Refusal> {
    let ticket = ticket(branch, id)?;
    match ticket.state {
        TicketState::Waiting { .. } | TicketState::Parked { .. } | TicketState::Missing { .. } => {
            Ok(Decision::about(ticket, vec![Event::Deleted { ticket: id }]))
        }
        TicketState::Booked { .. } => super::bookings::cancel(branch, id),
        TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Closed { .. } => Err(Refusal::OutOfTurn),
    }
}

/// Whether the ticket may be called once more for the same line.
pub(super) fn may_come_again(ticket: &Ticket) -> Result<(), Refusal> {
    if TICKET_CALLS_MAX <= ticket.calls.len() { Err(Refusal::TooManyCalls) } else { Ok(()) }
}

/// The personal line of whoever made this call.
pub(super) fn own_place(call: &Call) -> Place {
    call.operator.map_or(Place::Counter(call.counter), Place::Operator)
}

/// A dialect without a start: the customer counts as served since the call.
fn started_at_call(
    ticket: &Ticket,
    call: &Call,
    unstarted: Unstarted,
) -> Result<Vec<Event>, Refusal> {
    match unstarted {
        Unstarted::Refuse => Err(Refusal::OutOfTurn),
        Unstarted::StartAtCall => {
            Ok(vec![Event::Started { ticket: ticket.id, call: call.id, since: call.called }])
        }
    }
}

/// What follows once the present line is done: a promised return first, then the next line.
fn after(ticket: &Ticket) -> Next {
    if let Some(back) = ticket.back_to {
        return Next::Back(back);
    }
    match first_ahead(ticket) {
        Some(index) => Next::Line(index),
        None => Next::Close,
    }
}
