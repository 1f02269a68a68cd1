//! What was committed, in the vendor's shapes: tickets and the services on them.

use engine::{
    Branch, Call, CallEnd, LineState, Moment, Outcome, ServiceId, Ticket, TicketLine, TicketState,
};

use super::wire::{self, LineId};
use crate::api::status;
use crate::local_time::Zone;
use crate::registrar::Committed;

/// What rendering needs.
pub(super) struct Renderer<'a> {
    pub(super) committed: &'a Committed,
    pub(super) zone: &'a Zone,
    /// The reader's.
    pub(super) language: engine::LanguageId,
}

impl Renderer<'_> {
    /// The state.
    pub(super) fn branch(&self) -> &Branch {
        &self.committed.branch
    }

    /// A service's name in the reader's language.
    pub(super) fn name(&self, service: ServiceId) -> String {
        let service = self.branch().settings().service(service);
        service.map_or("", |service| service.names.get(self.language)).to_owned()
    }

    /// A moment as the wire has it.
    pub(super) fn time(&self, moment: Moment) -> String {
        self.zone.stamp(moment)
    }

    /// A service on a ticket, with its ticket around it; nothing where there is no such line.
    pub(super) fn ticket_product(&self, id: LineId) -> Option<wire::TicketProduct> {
        let ticket = self.branch().ticket(id.ticket)?;
        let line = ticket.lines.get(id.place)?;
        let around = Some(self.ticket(ticket));
        Some(wire::TicketProduct { ticket: around, ..self.line(ticket, id.place, line) })
    }

    /// The service that a ticket's state speaks of, with its ticket around it.
    pub(super) fn current(&self, ticket: &Ticket) -> wire::TicketProduct {
        let place = LineId::current(ticket).place;
        let around = Some(self.ticket(ticket));
        wire::TicketProduct { ticket: around, ..self.line(ticket, place, ticket.line()) }
    }

    /// A ticket with all of its services.
    pub(super) fn ticket(&self, ticket: &Ticket) -> wire::Ticket {
        let come = ticket.has_come();
        let lines = ticket.lines.iter().enumerate();
        wire::Ticket {
            id: ticket.id.0,
            created: self.time(created(ticket)),
            pin_code: ticket.booking.map_or_else(String::new, |b| b.pin.as_str().to_owned()),
            prefix: if come { ticket.label.tag.as_str().to_owned() } else { String::new() },
            number: if come { ticket.label.number } else { 0 },
            full_number: full_number(ticket),
            state: status::of_state(&ticket.state),
            products: lines.map(|(place, line)| self.line(ticket, place, line)).collect(),
        }
    }

    fn line(&self, ticket: &Ticket, place: usize, line: &TicketLine) -> wire::TicketProduct {
        let name = self.name(line.service);
        let calls: Vec<&Call> = calls(ticket, line).collect();
        let last = calls.last();
        let start = ticket.booking.map_or(created(ticket), |booking| booking.appointment.start);
        wire::TicketProduct {
            id: LineId { ticket: ticket.id, place }.number(),
            name: name.clone(),
            created: self.time(created(ticket)),
            start_time: self.time(start),
            is_pending: is_pending(ticket, line),
            ticket: None,
            product: wire::Product { id: line.service.0, name },
            product_id: line.service.0,
            chain: place + 1,
            state: status::of_line(ticket, line),
            current_priority: line.priority.get(),
            ticket_product_data_fields: self.fields(ticket),
            in_queue_start_time: in_queue(ticket, line).map(|at| self.time(at)),
            activated_start_time: ticket.has_come().then(|| self.time(ticket.issued)),
            invited_start_time: last.map(|call| self.time(call.called)),
            operating_start_time: last.and_then(|call| call.started).map(|at| self.time(at)),
            completed_end_time: completed(ticket, line, last.copied()).map(|at| self.time(at)),
        }
    }

    fn fields(&self, ticket: &Ticket) -> Vec<wire::Field> {
        let Some(texts) = self.committed.texts.get(&ticket.id) else { return Vec::new() };
        let fields = [
            ("ClientName", &texts.client_name),
            ("Note", &texts.note),
            ("CustomField", &texts.custom_field),
        ];
        let written = fields.into_iter().filter_map(|(name, text)| Some((name, text.clone()?)));
        written.map(|(name, value)| wire::Field { name, value }).collect()
    }
}

/// What is called; nothing as long as the ticket is only booked.
pub(super) fn full_number(ticket: &Ticket) -> String {
    if ticket.has_come() { ticket.label.to_string() } else { String::new() }
}

/// When a ticket was taken, or booked.
pub(super) fn created(ticket: &Ticket) -> Moment {
    ticket.booking.map_or(ticket.issued, |booking| booking.booked)
}

/// The calls for one line. A ticket does not say for which line a call was, but for which service.
fn calls<'t>(ticket: &'t Ticket, line: &TicketLine) -> impl Iterator<Item = &'t Call> {
    let (single, asked, service) = (ticket.lines.len() == 1, line.asked, line.service);
    ticket.calls.iter().filter(move |c| single || c.service == asked || c.service == service)
}

/// Whether a line can still be called.
fn is_pending(ticket: &Ticket, line: &TicketLine) -> bool {
    match line.state {
        LineState::Ahead => !ticket.is_closed(),
        LineState::Current => match ticket.state {
            TicketState::Booked { .. }
            | TicketState::Waiting { .. }
            | TicketState::Parked { .. }
            | TicketState::Missing { .. } => true,
            TicketState::Called { .. }
            | TicketState::Serving { .. }
            | TicketState::Afterwork { .. }
            | TicketState::Closed { .. } => false,
        },
        LineState::Closed(_) => false,
    }
}

/// Since when a line's ticket waits for it, or waited first.
fn in_queue(ticket: &Ticket, line: &TicketLine) -> Option<Moment> {
    match (line.state, ticket.state) {
        (LineState::Current, TicketState::Waiting { since, .. }) => Some(since),
        (LineState::Ahead, _) | (_, TicketState::Booked { .. }) => None,
        (LineState::Current | LineState::Closed(_), _) => {
            ticket.has_come().then_some(ticket.issued)
        }
    }
}

/// When a line was done.
fn completed(ticket: &Ticket, line: &TicketLine, last: Option<&Call>) -> Option<Moment> {
    let LineState::Closed(outcome) = line.state else { return None };
    let ended = last.and_then(|call| call.ended).filter(|(_, end)| match end {
        CallEnd::Finished | CallEnd::NoShow => true,
        CallEnd::Parked | CallEnd::Transferred => false,
    });
    match outcome {
        Outcome::Served | Outcome::NoShow => ended.map(|(at, _)| at).or(closed(ticket)),
        Outcome::Deleted => closed(ticket),
    }
}

fn closed(ticket: &Ticket) -> Option<Moment> {
    ticket.is_closed().then(|| ticket.changed())
}
