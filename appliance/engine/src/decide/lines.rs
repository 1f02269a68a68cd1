//! The services on a ticket after it was given out: one more, one less, another urgency.

use super::issue::available;
use super::{Decision, ticket};
use crate::branch::Branch;
use crate::command::LineRequest;
use crate::event::Event;
use crate::ids::TicketId;
use crate::limits::TICKET_LINES_MAX;
use crate::moment::Now;
use crate::refusal::Refusal;
use crate::ticket::{LineState, Priority, Source, Ticket, TicketLine, TicketState};

/// A further line comes last, wherever the ticket stands meanwhile.
pub(super) fn add(
    branch: &Branch,
    id: TicketId,
    line: LineRequest,
    source: Source,
    now: Now,
) -> Result<Decision, Refusal> {
    branch.day().ok_or(Refusal::DayNotOpen)?;
    let ticket = running(branch, id)?;
    available(branch, line.service, source, now)?;
    if TICKET_LINES_MAX <= ticket.lines.len() {
        return Err(Refusal::LinesOutOfBounds);
    }
    Ok(Decision::about(ticket, vec![Event::LineAdded { ticket: id, line }]))
}

/// A line that is being served is not given up behind the back of whoever serves it.
pub(super) fn cancel(branch: &Branch, id: TicketId, line: u8) -> Result<Decision, Refusal> {
    let ticket = running(branch, id)?;
    let next = match (open_line(ticket, line)?.state, ticket.state) {
        (LineState::Ahead, _) => None,
        (
            LineState::Current,
            TicketState::Waiting { .. } | TicketState::Parked { .. } | TicketState::Missing { .. },
        ) => {
            let Some(next) = first_ahead(ticket) else {
                return Ok(Decision::about(ticket, vec![Event::Deleted { ticket: id }]));
            };
            Some(next)
        }
        (
            LineState::Current,
            TicketState::Booked { .. }
            | TicketState::Called { .. }
            | TicketState::Serving { .. }
            | TicketState::Afterwork { .. }
            | TicketState::Closed { .. },
        )
        | (LineState::Closed(_), _) => return Err(Refusal::OutOfTurn),
    };
    Ok(Decision::about(ticket, vec![Event::LineCancelled { ticket: id, line, next }]))
}

pub(super) fn set_priority(
    branch: &Branch,
    id: TicketId,
    line: u8,
    priority: Priority,
) -> Result<Decision, Refusal> {
    let ticket = running(branch, id)?;
    let open = open_line(ticket, line)?;
    let is_so = open.priority == priority;
    let current = open.state == LineState::Current;
    let event = Event::PrioritySet { ticket: id, line, priority, current };
    Ok(Decision::about(ticket, if is_so { vec![] } else { vec![event] }))
}

/// The first line that has not come yet, by its index.
pub(super) fn first_ahead(ticket: &Ticket) -> Option<u8> {
    let ahead = ticket.lines.iter().position(|line| line.state == LineState::Ahead);
    ahead.and_then(|index| u8::try_from(index).ok())
}

/// A ticket whose customer has come and has not left.
fn running(branch: &Branch, id: TicketId) -> Result<&Ticket, Refusal> {
    let ticket = ticket(branch, id)?;
    match ticket.state {
        TicketState::Waiting { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. } => Ok(ticket),
        TicketState::Booked { .. } | TicketState::Closed { .. } => Err(Refusal::OutOfTurn),
    }
}

/// A line that is not done.
fn open_line(ticket: &Ticket, line: u8) -> Result<&TicketLine, Refusal> {
    let line = ticket.lines.get(usize::from(line)).ok_or(Refusal::LinesOutOfBounds)?;
    match line.state {
        LineState::Ahead | LineState::Current => Ok(line),
        LineState::Closed(_) => Err(Refusal::OutOfTurn),
    }
}
