//! What a board in the hall, or on a site, shows now: who is called, who is served, and where.

use engine::{Call, Ticket, TicketState};

use super::answers::Renderer;
use super::faults::Fault;
use super::{Asked, Reply, answers, json, wire};
use crate::api::status;

/// The board of the whole hall; there is no other.
const HALL: u64 = 1;

/// notifications/{clientId}: one ticket a counter at most, the latest call first.
pub(super) fn notifications(asked: &Asked<'_>) -> Result<Reply, Fault> {
    if asked.id(0, "clientId")? != HALL {
        return Err(Fault::unknown("there is no such board; 1 is that of the hall"));
    }
    Ok(asked.look(|renderer| {
        let branch = renderer.branch();
        let counters = branch.settings().counters.iter();
        let tickets = counters.filter_map(|counter| branch.ticket_at(counter.id));
        let shown = tickets.filter(|ticket| is_shown(ticket));
        let mut rows: Vec<(&Ticket, &Call)> =
            shown.filter_map(|ticket| Some((ticket, ticket.open_call()?))).collect();
        rows.sort_by_key(|(_, call)| std::cmp::Reverse((call.called, call.id)));
        let rows = rows.into_iter().map(|(ticket, call)| notification(renderer, ticket, call));
        json(&rows.collect::<Vec<_>>())
    }))
}

/// Whoever has left is not shown, though the counter still works on their ticket.
fn is_shown(ticket: &Ticket) -> bool {
    match ticket.state {
        TicketState::Called { .. } | TicketState::Serving { .. } => true,
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. }
        | TicketState::Closed { .. } => false,
    }
}

fn notification(renderer: &Renderer<'_>, ticket: &Ticket, call: &Call) -> wire::Notification {
    let counter = renderer.branch().settings().counter(call.counter);
    wire::Notification {
        ticket_id: ticket.id.0,
        prefix: ticket.label.tag.as_str().to_owned(),
        number: ticket.label.number,
        full_number: answers::full_number(ticket),
        state: status::of_state(&ticket.state),
        work_place_id: call.counter.0,
        work_place_name: counter.map_or_else(String::new, |counter| counter.name.clone()),
        invited_start_time: renderer.time(call.called),
        operating_start_time: call.started.map(|at| renderer.time(at)),
    }
}
