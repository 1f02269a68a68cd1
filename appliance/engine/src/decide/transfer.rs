//! Sending a customer on.

use super::serve::{may_come_again, own_place};
use super::{Decision, open_call, ticket};
use crate::branch::Branch;
use crate::event::Event;
use crate::ids::{CallId, ServiceId, TicketId};
use crate::refusal::Refusal;
use crate::ticket::{BackTo, Place, Priority, TicketState};

pub(super) fn transfer(
    branch: &Branch,
    id: CallId,
    (to, service): (Place, Option<ServiceId>),
    priority: Option<Priority>,
    then_back: bool,
) -> Result<Decision, Refusal> {
    let (ticket, call) = open_call(branch, id)?;
    match ticket.state {
        TicketState::Called { .. } | TicketState::Serving { .. } => {}
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. }
        | TicketState::Closed { .. } => return Err(Refusal::OutOfTurn),
    }
    may_come_again(ticket)?;
    let line = ticket.line();
    let service = destination(branch, line.service, to, service)?;
    // A second detour keeps the first promise: the customer returns to where they came from first.
    let own = || BackTo { place: own_place(call), service: line.service };
    let back_to = ticket.back_to.or_else(|| then_back.then(own));
    let event = Event::Transferred {
        ticket: ticket.id,
        call: id,
        to,
        service,
        priority: priority.unwrap_or(line.priority),
        back_to,
    };
    Ok(Decision::about_call(ticket, id, vec![event]))
}

/// Sends on whoever is at no counter. Nothing is promised to whoever sends, so a promise that was
/// given before stands as it did.
pub(super) fn redirect(
    branch: &Branch,
    id: TicketId,
    (to, service): (Place, Option<ServiceId>),
    priority: Option<Priority>,
) -> Result<Decision, Refusal> {
    let ticket = ticket(branch, id)?;
    match ticket.state {
        TicketState::Waiting { .. } | TicketState::Parked { .. } | TicketState::Missing { .. } => {}
        TicketState::Booked { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Closed { .. } => return Err(Refusal::OutOfTurn),
    }
    let line = ticket.line();
    let service = destination(branch, line.service, to, service)?;
    let priority = priority.unwrap_or(line.priority);
    let event = Event::Redirected { ticket: id, to, service, priority };
    Ok(Decision::about(ticket, vec![event]))
}

/// What a ticket is for once it has been sent there: the service that it is sent to, else the one
/// that was named, else what it was for before.
fn destination(
    branch: &Branch,
    before: ServiceId,
    to: Place,
    named: Option<ServiceId>,
) -> Result<ServiceId, Refusal> {
    let settings = branch.settings();
    let asked = match to {
        Place::Service(service) => Some(service),
        Place::Counter(counter) => {
            settings.counter(counter).ok_or(Refusal::UnknownCounter)?;
            named
        }
        Place::Operator(operator) => {
            settings.operator(operator).ok_or(Refusal::UnknownOperator)?;
            named
        }
    };
    let Some(asked) = asked else { return Ok(before) };
    match settings.service(asked).ok_or(Refusal::UnknownService)?.disabled {
        true => Err(Refusal::ServiceDisabled),
        false => Ok(asked),
    }
}
