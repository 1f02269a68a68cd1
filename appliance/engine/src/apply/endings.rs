//! How a call ends, and how that is taken back.

use crate::branch::Branch;
use crate::counter::{Before, Ending};
use crate::ids::{CallId, TicketId};
use crate::moment::Moment;
use crate::ticket::{CallEnd, Ticket};

impl Branch {
    /// Ends a call, changes its ticket, and keeps what was before at the counter.
    pub(super) fn end_call(
        &mut self,
        id: TicketId,
        call: CallId,
        end: CallEnd,
        at: Moment,
        change: impl FnOnce(&mut Ticket),
    ) {
        let Some((ticket, counter)) = self.call(call).map(|(ticket, call)| (ticket, call.counter))
        else {
            return;
        };
        let last_served = self.desk(counter).and_then(|desk| desk.last_served);
        let before = Before {
            state: ticket.state,
            lines: ticket.lines.clone(),
            back_to: ticket.back_to,
            transferred: ticket.transferred,
            no_shows: ticket.no_shows,
            last_served,
        };
        self.change_call(id, call, |call| call.ended = Some((at, end)));
        self.change(id, change);
        let left = self.ticket(id).map(|ticket| (ticket.state, ticket.lines.clone()));
        if let (Some((state, lines)), Some(desk)) = (left, self.parts.desks.get_mut(&counter)) {
            desk.ticket = None;
            desk.last_end = Some(Ending { ticket: id, call, at, state, lines, before });
        }
    }

    /// Makes the end of a call undone: it goes on at its counter.
    pub(super) fn resume(&mut self, id: TicketId, call: CallId, before: &Before) {
        self.change(id, |ticket| before.restore(ticket, call));
        let counter = self.call(call).map(|(_, call)| call.counter);
        if let Some(desk) = counter.and_then(|counter| self.parts.desks.get_mut(&counter)) {
            desk.ticket = Some(id);
            desk.last_served = before.last_served;
            desk.last_end = None;
        }
    }
}

impl Before {
    /// Makes a ticket what it was, with its call open.
    pub(crate) fn restore(&self, ticket: &mut Ticket, call: CallId) {
        if let Some(call) = ticket.calls.iter_mut().rev().find(|known| known.id == call) {
            call.ended = None;
        }
        ticket.state = self.state;
        ticket.lines.clone_from(&self.lines);
        ticket.back_to = self.back_to;
        ticket.transferred = self.transferred;
        ticket.no_shows = self.no_shows;
    }
}
