//! Sending a customer on.

use super::serve::{may_come_again, own_place};
use super::{Decision, open_call};
use crate::branch::Branch;
use crate::event::Event;
use crate::ids::CallId;
use crate::refusal::Refusal;
use crate::ticket::{BackTo, Place, Priority, TicketState};

pub(super) fn transfer(
    branch: &Branch,
    id: CallId,
    to: Place,
    priority: Option<Priority>,
    then_back: bool,
) -> Result<Decision, Refusal> {
    let (ticket, call) = open_call(branch, id)?;
    match ticket.state {
        TicketState::Called { .. } | TicketState::Serving { .. } => {}
        TicketState::Waiting { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. }
        | TicketState::Closed { .. } => return Err(Refusal::OutOfTurn),
    }
    may_come_again(ticket)?;
    let line = ticket.line();
    let settings = branch.settings();
    let service = match to {
        Place::Service(service) => {
            let service = settings.service(service).ok_or(Refusal::UnknownService)?;
            if service.disabled {
                return Err(Refusal::ServiceDisabled);
            }
            service.id
        }
        Place::Counter(counter) => {
            settings.counter(counter).ok_or(Refusal::UnknownCounter)?;
            line.service
        }
        Place::Operator(operator) => {
            settings.operator(operator).ok_or(Refusal::UnknownOperator)?;
            line.service
        }
    };
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
