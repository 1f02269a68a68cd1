//! Whoever leads the hall: the tickets in the line, and what is done with them from outside.

use engine::{
    Command, DeviceId, Issue, LineRequest, Priority, Refusal, Source, Ticket, TicketId, TicketState,
};

use super::faults::{self, Fault};
use super::operations::Guard;
use super::staff_wire::{BookingDay, NewTicket, Redirection, Urgency};
use super::wire::{Booking, LineId};
use super::{Asked, Reply, booking, json, requests, sending, work};
use crate::registrar::Submission;

/// What whoever leads the hall may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hall {
    Login,
    Tickets,
    Bookings,
    Ticket,
    New,
    AddProduct,
    Cancel,
    SetPriority,
    Users,
    WorkPlaces,
    Redirect,
}

/// Does what is asked.
pub(super) async fn perform(asked: &Asked<'_>, deed: Hall) -> Result<Reply, Fault> {
    match deed {
        Hall::Login => login(asked).await,
        Hall::Tickets => tickets(asked),
        Hall::Bookings => bookings(asked),
        Hall::Ticket => ticket(asked, ticket_id(asked)?),
        Hall::New => new(asked).await,
        Hall::AddProduct => add(asked).await,
        Hall::Cancel => cancel(asked).await,
        Hall::SetPriority => set_priority(asked).await,
        Hall::Users => sending::users(asked, "productId"),
        Hall::WorkPlaces => sending::work_places(asked, "productId"),
        Hall::Redirect => redirect(asked).await,
    }
}

async fn login(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let entry = work::sign_in(asked, asked.gap(0), asked.gap(1), Guard::Hall).await?;
    asked.rooms.reception.handovers.begin(&entry.token);
    Ok(json(&entry.token))
}

/// Everyone who has come and has not left; with `all=true` those who left today too.
fn tickets(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let all = requests::flag(asked.call, "all")?;
    let offset = work::offset(asked)?;
    Ok(asked.look(|renderer| {
        let branch = renderer.branch();
        let today = branch.parts().last_day;
        let is_shown = |ticket: &&Ticket| {
            let is_over = ticket.is_closed();
            ticket.has_come() && (!is_over || (all && Some(ticket.day) == today))
        };
        let part = branch.tickets().filter(is_shown).skip(offset).take(work::LIST_MAX);
        json(&part.map(|ticket| renderer.ticket(ticket)).collect::<Vec<_>>())
    }))
}

/// Those who are expected, by day.
fn bookings(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let offset = work::offset(asked)?;
    let expected: Vec<Ticket> = asked.rooms.mailbox.read(|now| {
        let all = now.branch.bookings_between(i64::MIN, i64::MAX);
        let open = all.filter(|ticket| matches!(ticket.state, TicketState::Booked { .. }));
        open.skip(offset).take(work::LIST_MAX).cloned().collect()
    });
    let mut days: Vec<BookingDay> = Vec::new();
    for ticket in &expected {
        let Some(row) = booking::row(asked, ticket) else { continue };
        let row: Booking = row;
        match days.last_mut().filter(|day| day.date == row.date) {
            Some(day) => day.tickets.push(row),
            None => days.push(BookingDay { date: row.date.clone(), tickets: vec![row] }),
        }
    }
    Ok(json(&days))
}

fn ticket_id(asked: &Asked<'_>) -> Result<TicketId, Fault> {
    Ok(TicketId(asked.id(0, "ticketId")?))
}

fn ticket(asked: &Asked<'_>, id: TicketId) -> Result<Reply, Fault> {
    asked.look(|renderer| {
        let ticket = renderer.branch().ticket(id).ok_or(faults::UNKNOWN_TICKET)?;
        Ok(json(&renderer.ticket(ticket)))
    })
}

async fn new(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let body: NewTicket = requests::body(asked.call)?;
    let services = match (body.product_id, body.product_ids) {
        (Some(id), None) => vec![id],
        (None, Some(ids)) => ids,
        (None, None) => return Err(Fault::bad("productId or productIds is missing")),
        (Some(_), Some(_)) => return Err(Fault::bad("give productId or productIds, not both")),
    };
    let settings = work::settings(asked);
    let priority = sending::urgency(body.priority)?.unwrap_or(Priority::NORMAL);
    let line = |id| {
        let service = requests::service(&settings, id, "productId")?;
        Ok(LineRequest { service, priority })
    };
    let device = body.device_id.map(DeviceId);
    let is_known = |id| asked.rooms.cabinet.printers().iter().any(|printer| printer.id == id);
    if device.is_some_and(|id| !is_known(id)) {
        return Err(Fault::unknown("deviceId names no printer of this branch"));
    }
    let issue = Issue {
        lines: services.into_iter().map(line).collect::<Result<_, Fault>>()?,
        language: Some(asked.language(&settings)),
        token: asked.rooms.passes.token(),
        pass: None,
        source: Source::Staff,
        device,
    };
    let submission = Submission { repeat: asked.repeat_key()?, ..Command::Issue(issue).into() };
    let receipt = asked.rooms.mailbox.submit(submission).await?;
    receipt.ticket.map_or(Err(faults::GONE), |id| ticket(asked, id)).map_err(|_| faults::GONE)
}

async fn add(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let ticket = ticket_id(asked)?;
    let body: Urgency = requests::body(asked.call)?;
    let settings = work::settings(asked);
    let service = requests::service(&settings, asked.id(1, "productId")?, "productId")?;
    let priority = sending::urgency(body.priority)?.unwrap_or(Priority::NORMAL);
    let line = LineRequest { service, priority };
    let command = Command::AddLine { ticket, line, source: Source::Staff };
    let submission = Submission { repeat: asked.repeat_key()?, ..command.into() };
    asked.rooms.mailbox.submit(submission).await?;
    // The last one for this service: what is added comes last.
    let place = asked.rooms.mailbox.read(|now| {
        let lines = &now.branch.ticket(ticket)?.lines;
        lines.iter().rposition(|line| line.asked == service)
    });
    work::shown(asked, LineId { ticket, place: place.ok_or(faults::GONE)? })
}

/// The service on the ticket that the path names, which must be one of its own.
fn own_line(asked: &Asked<'_>) -> Result<(LineId, u8), Fault> {
    let ticket = ticket_id(asked)?;
    let line = work::line(asked, 1)?;
    if line.ticket != ticket {
        return Err(work::unknown_line());
    }
    asked.rooms.mailbox.read(|now| {
        let lines = &now.branch.ticket(ticket).ok_or(faults::UNKNOWN_TICKET)?.lines;
        lines.get(line.place).map(|_| ()).ok_or_else(work::unknown_line)
    })?;
    Ok((line, u8::try_from(line.place).map_err(|_| work::unknown_line())?))
}

async fn cancel(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let (id, line) = own_line(asked)?;
    let is_booked = asked.rooms.mailbox.read(|now| {
        let ticket = now.branch.ticket(id.ticket);
        ticket.is_some_and(|ticket| matches!(ticket.state, TicketState::Booked { .. }))
    });
    let ticket = id.ticket;
    let command = match is_booked {
        true => Command::CancelBooking { ticket },
        false => Command::CancelLine { ticket, line },
    };
    let submission = Submission { repeat: asked.repeat_key()?, ..command.into() };
    asked.rooms.mailbox.submit(submission).await?;
    work::shown(asked, id)
}

async fn set_priority(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let body: Urgency = requests::body(asked.call)?;
    let priority = sending::urgency(body.priority)?;
    let priority = priority.ok_or_else(|| Fault::bad("priority is missing"))?;
    let (id, line) = own_line(asked)?;
    let command = Command::SetPriority { ticket: id.ticket, line, priority };
    let submission = Submission { repeat: asked.repeat_key()?, ..command.into() };
    asked.rooms.mailbox.submit(submission).await?;
    work::shown(asked, id)
}

/// Whoever waits is redirected, and whoever is at a counter is transferred from there.
async fn redirect(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let service = sending::service(asked, "productId")?;
    let body: Redirection = requests::body(asked.call)?;
    let (to, priority) = sending::destination(&work::settings(asked), &body, service)?;
    let (command, line) = asked.rooms.mailbox.read(|now| {
        let ticket = match (body.ticket_id, body.ticket_product_id) {
            (Some(id), None) => now.branch.ticket(TicketId(id)).ok_or(faults::UNKNOWN_TICKET)?,
            (None, Some(id)) => {
                let line = LineId::of(id).ok_or_else(work::unknown_line)?;
                work::standing_for(&now.branch, line)?
            }
            (None, None) => return Err(Fault::bad("ticketId or ticketProductId is missing")),
            (Some(_), Some(_)) => {
                return Err(Fault::bad("give ticketId or ticketProductId, not both"));
            }
        };
        if ticket.is_closed() {
            return Err(faults::refused(&Refusal::OutOfTurn));
        }
        let (named, then_back) = (Some(service), body.return_after.unwrap_or(false));
        let command = match ticket.open_call() {
            Some(call) => {
                Command::Transfer { call: call.id, to, service: named, priority, then_back }
            }
            None if then_back => {
                return Err(Fault::bad(
                    "returnAfter needs somebody to return to: nobody serves it",
                ));
            }
            None => Command::Redirect { ticket: ticket.id, to, service: named, priority },
        };
        Ok((command, LineId::current(ticket)))
    })?;
    asked.rooms.mailbox.submit(command).await?;
    work::shown(asked, line)
}
