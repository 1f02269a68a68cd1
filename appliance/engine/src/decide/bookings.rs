//! Bookings: a slot is promised, confirmed, given up, kept, or lost.

use std::time::Duration;

use super::issue::{language, next_label};
use super::{Decision, ticket};
use crate::booking::{Appointment, Booking, Slot};
use crate::branch::Branch;
use crate::command::{Book, CheckIn, LineRequest, Shown};
use crate::event::Event;
use crate::ids::{ServiceId, TicketId};
use crate::limits::{BOOKING_HORIZON_DAYS, BOOKINGS_OPEN_MAX, TICKETS_DAY_MAX, TICKETS_OPEN_MAX};
use crate::moment::{Moment, Now};
use crate::refusal::Refusal;
use crate::settings::Bookings;
use crate::ticket::{Outcome, Source, Ticket, TicketState};

const HORIZON_MS: i64 = BOOKING_HORIZON_DAYS as i64 * 24 * 3_600_000;

pub(super) fn book(branch: &Branch, book: &Book, now: Now) -> Result<Decision, Refusal> {
    branch.day().ok_or(Refusal::DayNotOpen)?;
    bookable(branch, book.service, book.slot, book.source, now)?;
    let language = language(branch, book.language)?;
    if branch.ticket_by_token(&book.token).is_some() {
        return Err(Refusal::TokenTaken);
    }
    if branch.booking(&book.code).is_some() {
        return Err(Refusal::CodeTaken);
    }
    if BOOKINGS_OPEN_MAX <= branch.open_bookings() {
        return Err(Refusal::BookingsFull);
    }
    if TICKETS_DAY_MAX <= branch.parts.tickets.len() {
        return Err(Refusal::BranchFull);
    }
    let rules = &branch.settings().bookings;
    let hold = minutes(rules.hold_min);
    let id = TicketId(branch.parts.last_ticket.0 + 1);
    let event = Event::Booked {
        ticket: id,
        token: book.token,
        line: LineRequest { service: book.service, priority: rules.priority },
        language,
        source: book.source,
        appointment: appointment(rules, book.slot, now.at),
        code: book.code,
        pin: book.pin,
        hold: (!book.confirmed).then(|| now.at.plus(hold)),
    };
    Ok(Decision { events: vec![event], ticket: Some(id), call: None })
}

/// Whether a slot can be had, and if not, why.
pub(crate) fn bookable(
    branch: &Branch,
    id: ServiceId,
    slot: Slot,
    by: Source,
    now: Now,
) -> Result<(), Refusal> {
    let settings = branch.settings();
    let rules = &settings.bookings;
    if !rules.enabled {
        return Err(Refusal::BookingsOff);
    }
    let service = settings.service(id).ok_or(Refusal::UnknownService)?;
    if service.hidden && by == Source::Customer {
        return Err(Refusal::ServiceHidden);
    }
    if service.disabled {
        return Err(Refusal::ServiceDisabled);
    }
    let ahead_ms = slot.start_ms.saturating_sub(now.at.wall_ms);
    if ahead_ms <= 0 {
        return Err(Refusal::SlotPast);
    }
    if HORIZON_MS < ahead_ms {
        return Err(Refusal::SlotTooFar);
    }
    // A start between two minutes would be one more slot beside the one of the minute.
    if slot.start_ms.rem_euclid(60_000) != 0 || !rules.has_slot_at(slot.local) {
        return Err(Refusal::NoSuchSlot);
    }
    if service.hours.as_ref().is_some_and(|hours| !hours.contain(slot.local)) {
        return Err(Refusal::ServiceClosed);
    }
    let taken = branch.places_taken(id, slot.start_ms);
    if usize::from(rules.places) <= taken { Err(Refusal::SlotTaken) } else { Ok(()) }
}

pub(super) fn confirm(branch: &Branch, id: TicketId) -> Result<Decision, Refusal> {
    let ticket = ticket(branch, id)?;
    match ticket.state {
        TicketState::Booked { hold: Some(_), .. } => {
            Ok(Decision::about(ticket, vec![Event::BookingConfirmed { ticket: id }]))
        }
        TicketState::Booked { hold: None, .. } => Ok(Decision::about(ticket, vec![])),
        TicketState::Waiting { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. }
        | TicketState::Closed { .. } => Err(over(ticket)),
    }
}

pub(super) fn cancel(branch: &Branch, id: TicketId) -> Result<Decision, Refusal> {
    let ticket = ticket(branch, id)?;
    let TicketState::Booked { .. } = ticket.state else { return Err(over(ticket)) };
    Ok(Decision::about(ticket, vec![Event::BookingCancelled { ticket: id }]))
}

/// The customer is there. Whoever has not confirmed the booking confirms it by coming.
///
/// The promise was made for all its lines: hours, quota and a service that was switched off
/// meanwhile do not break it.
pub(super) fn check_in(branch: &Branch, wish: &CheckIn, now: Now) -> Result<Decision, Refusal> {
    branch.day().ok_or(Refusal::DayNotOpen)?;
    if let Some(ticket) = wish.pass.and_then(|pass| branch.ticket_by_pass(&pass)) {
        return Err(Refusal::PassUsed(ticket.id));
    }
    let ticket = shown(branch, &wish.shown)?;
    let Some(booking) = ticket.booking else { return Err(Refusal::UnknownBooking) };
    let TicketState::Booked { .. } = ticket.state else { return Err(over(ticket)) };
    // By the clock on the wall: it is what the customer was told, and what they have seen.
    if now.at.wall_ms < booking.appointment.opens.wall_ms {
        return Err(Refusal::TooEarlyToCheckIn);
    }
    if booking.appointment.closes.wall_ms <= now.at.wall_ms {
        return Err(Refusal::TooLateToCheckIn);
    }
    let language = match wish.language {
        Some(asked) => language(branch, Some(asked))?,
        None => ticket.language,
    };
    if TICKETS_OPEN_MAX <= branch.open_tickets() {
        return Err(Refusal::BranchFull);
    }
    let line = ticket.line();
    let service = branch.settings().service(line.service).ok_or(Refusal::UnknownService)?;
    let event = Event::CheckedIn {
        ticket: ticket.id,
        label: next_label(branch, &service.tag),
        arrived: arrival(&booking, now.at),
        lines: vec![LineRequest { service: line.asked, priority: line.priority }],
        language,
        pass: wish.pass,
        source: ticket.source,
        device: wish.device,
    };
    Ok(Decision::about(ticket, vec![event]))
}

pub(super) fn lapse(branch: &Branch, id: TicketId, now: Now) -> Result<Decision, Refusal> {
    let ticket = ticket(branch, id)?;
    let why = ticket.lapses(now.at).ok_or(Refusal::OutOfTurn)?;
    Ok(Decision::about(ticket, vec![Event::BookingLapsed { ticket: id, why }]))
}

/// The ticket of whoever shows this. A wrong PIN is answered like a ticket that does not exist, so
/// that nobody learns which numbers are worth a guess.
fn shown<'a>(branch: &'a Branch, shown: &Shown) -> Result<&'a Ticket, Refusal> {
    let found = match shown {
        Shown::Code(code) => branch.booking(code),
        Shown::Pin { ticket, pin } => branch
            .ticket(*ticket)
            .filter(|ticket| ticket.booking.is_some_and(|booking| booking.pin == *pin)),
    };
    found.ok_or(Refusal::UnknownBooking)
}

/// Why nothing can be done any more about what may have been a booking.
fn over(ticket: &Ticket) -> Refusal {
    let Some(booking) = ticket.booking else { return Refusal::UnknownBooking };
    match ticket.state {
        // Whoever comes after their time learns just that, whether or not it has been tidied up.
        TicketState::Closed { outcome: Outcome::NoShow, .. } if booking.arrived.is_none() => {
            Refusal::TooLateToCheckIn
        }
        TicketState::Closed { .. } if booking.arrived.is_none() => Refusal::BookingOver,
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. }
        | TicketState::Closed { .. } => Refusal::CheckedInAlready,
    }
}

fn appointment(rules: &Bookings, slot: Slot, now: Moment) -> Appointment {
    let at = |ms: i64| shifted(now, ms.saturating_sub(now.wall_ms));
    let ms = |min: u32| i64::from(min) * 60_000;
    Appointment {
        start: at(slot.start_ms),
        opens: at(slot.start_ms.saturating_sub(ms(rules.check_in_before_min))),
        closes: at(slot.start_ms.saturating_add(ms(rules.check_in_after_min))),
    }
}

/// A booking stands in line as if its customer had come at the time of the appointment: whoever
/// comes early overtakes nobody who was promised, or took, an earlier place; whoever comes late,
/// while it may still be checked in, loses nothing.
fn arrival(booking: &Booking, now: Moment) -> Moment {
    shifted(now, booking.appointment.start.wall_ms.saturating_sub(now.wall_ms))
}

/// The moment so many milliseconds from this one, on both clocks.
fn shifted(moment: Moment, by_ms: i64) -> Moment {
    Moment {
        wall_ms: moment.wall_ms.saturating_add(by_ms),
        steady_ms: moment.steady_ms.saturating_add_signed(by_ms),
    }
}

fn minutes(minutes: u32) -> Duration {
    Duration::from_secs(u64::from(minutes) * 60)
}
