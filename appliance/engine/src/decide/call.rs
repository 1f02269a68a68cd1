//! Calling a ticket: the next one, this one, and again.

use super::counters::take_seat;
use super::{Decision, open_call, ticket};
use crate::branch::Branch;
use crate::command::Standing;
use crate::counter::At;
use crate::event::Event;
use crate::ids::{CallId, TicketId};
use crate::limits::RECALLS_MAX;
use crate::line::{self, Among, Why};
use crate::refusal::Refusal;
use crate::ticket::{Place, Ticket, TicketState};

pub(super) fn next(branch: &Branch, at: At, among: &Among) -> Result<Decision, Refusal> {
    let (at, events) = ready_for(branch, at, among)?;
    let choice = line::next(branch, at, among).ok_or(Refusal::NobodyWaiting)?;
    Ok(call(branch, at, ticket(branch, choice.ticket)?, choice.why, events))
}

pub(super) fn this(
    branch: &Branch,
    at: At,
    id: TicketId,
    standing: Standing,
) -> Result<Decision, Refusal> {
    let (at, events) = ready(branch, at)?;
    let ticket = ticket(branch, id)?;
    let stands = match ticket.state {
        TicketState::Waiting { .. } => standing == Standing::Waiting,
        TicketState::Parked { .. } => standing == Standing::Parked,
        TicketState::Missing { .. } => standing == Standing::Missing,
        TicketState::Booked { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Closed { .. } => false,
    };
    if !stands {
        return Err(Refusal::OutOfTurn);
    }
    let reserved = match ticket.place() {
        Some(Place::Counter(counter)) => counter == at.counter,
        Some(Place::Operator(operator)) => Some(operator) == at.operator,
        Some(Place::Service(_)) | None => false,
    };
    if !reserved && !branch.serves(at, ticket.line().service) {
        return Err(Refusal::NotServedHere);
    }
    if standing == Standing::Missing && !branch.may_be_called_back(ticket) {
        return Err(Refusal::ToleranceSpent);
    }
    Ok(call(branch, at, ticket, Why::Asked, events))
}

pub(super) fn again(branch: &Branch, id: CallId) -> Result<Decision, Refusal> {
    let (ticket, call) = open_call(branch, id)?;
    let TicketState::Called { .. } = ticket.state else { return Err(Refusal::OutOfTurn) };
    if RECALLS_MAX <= call.recalls {
        return Err(Refusal::TooManyCalls);
    }
    let event = Event::Recalled { ticket: ticket.id, call: id };
    Ok(Decision::about_call(ticket, id, vec![event]))
}

/// Whether the next one may be called there at all, among these.
pub(crate) fn ready_for(
    branch: &Branch,
    at: At,
    among: &Among,
) -> Result<(At, Vec<Event>), Refusal> {
    let ready = ready(branch, at)?;
    match among {
        Among::These(services)
            if services.iter().any(|service| branch.settings().service(*service).is_none()) =>
        {
            Err(Refusal::UnknownService)
        }
        Among::These(_) | Among::Everything => Ok(ready),
    }
}

/// The counter is free, and whoever calls sits there.
fn ready(branch: &Branch, at: At) -> Result<(At, Vec<Event>), Refusal> {
    let (at, events) = take_seat(branch, at)?;
    // Wherever they sit: a call at another counter does not end a break by the way.
    let seat = at.operator.and_then(|operator| branch.seat(operator));
    let shift = seat.and_then(|seat| branch.desk(seat)).and_then(|desk| desk.shift);
    if shift.is_some_and(|shift| shift.on_break.is_some()) {
        return Err(Refusal::OnBreak);
    }
    match branch.desk(at.counter).and_then(|desk| desk.ticket) {
        Some(ticket) => Err(Refusal::CounterBusy(ticket)),
        None => Ok((at, events)),
    }
}

fn call(branch: &Branch, at: At, ticket: &Ticket, why: Why, mut events: Vec<Event>) -> Decision {
    let call = CallId(branch.parts.last_call.0 + 1);
    let At { counter, operator } = at;
    events.push(Event::Called { ticket: ticket.id, call, counter, operator, why });
    Decision::about_call(ticket, call, events)
}
