//! Bookings through a site: which days and times are free, and a person's own bookings.
//!
//! A site says for whom it speaks, from an address that the configuration trusts, and gets a token
//! for them. Who has the token sees the bookings that were made under the same identity.

use std::sync::Arc;

use engine::limits::BOOKING_HORIZON_DAYS;
use engine::{
    Book, Command, LanguageId, Outcome, Refusal, ServiceId, Settings, Slot, Source, Ticket,
    TicketId, TicketState,
};
use jiff::ToSpan;
use jiff::civil::Date;

use super::answers::{created, full_number};
use super::faults::{self, Fault};
use super::{Asked, Caller, Identity, Reply, json, requests, wire};
use crate::api::status;
use crate::registrar::{Receipt, Submission, SubmitError, TicketTexts};

/// Names and codes that are drawn for one booking. Three in a row that are taken mean that chance
/// is broken.
const DRAWS_MAX: usize = 3;

/// Bookings of one person in a list, the newest first: nobody has more appointments ahead.
const BOOKINGS_LISTED_MAX: usize = 100;

/// booking/schedule/days: from today on, the days that have slots, and whether one is free.
pub(super) fn days(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let settings = settings(asked);
    let service = requests::one_service(asked.call, &settings)?;
    let zone = &asked.rooms.zone;
    let today = zone.civil(asked.rooms.mailbox.moment()).date();
    let mut years: Vec<wire::Year> = Vec::new();
    for ahead in 0..=i64::from(BOOKING_HORIZON_DAYS) {
        let Ok(date) = today.checked_add(ahead.days()) else { break };
        let slots = offered(asked, &settings, service, date);
        if slots.is_empty() {
            continue;
        }
        // One look a day: the next commit does not wait for three months.
        let now = asked.rooms.now();
        let free = asked.rooms.mailbox.read(|committed| {
            let bookable = |slot: &Slot| {
                committed.branch.unbookable(service, *slot, Source::Customer, now).is_none()
            };
            slots.iter().any(bookable)
        });
        if years.last().is_none_or(|year| year.year != date.year()) {
            years.push(wire::Year { year: date.year(), months: Vec::new() });
        }
        let months = years.last_mut().map(|year| &mut year.months);
        let Some(months) = months else { continue };
        if months.last().is_none_or(|month| month.month != date.month()) {
            months.push(wire::Month { month: date.month(), days: Vec::new() });
        }
        if let Some(month) = months.last_mut() {
            month.days.push(wire::Day { day: date.day(), free });
        }
    }
    Ok(json(&years))
}

/// booking/schedule/days/{date}: the times with a place left.
pub(super) fn times(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let date = requests::date(asked.gap(0))?;
    let settings = settings(asked);
    let service = requests::one_service(asked.call, &settings)?;
    let slots = offered(asked, &settings, service, date);
    let now = asked.rooms.now();
    Ok(asked.look(|renderer| {
        let branch = renderer.branch();
        let places = usize::from(branch.settings().bookings.places);
        let free = branch.free_slots(service, &slots, Source::Customer, now);
        let times = free.iter().map(|slot| wire::SlotTime {
            time: clock(slot.local.minute),
            start_time: renderer.time(at(slot.start_ms)),
            free_places: places.saturating_sub(branch.places_taken(service, slot.start_ms)),
        });
        json(&times.collect::<Vec<_>>())
    }))
}

/// booking/login/{userIdentity}: a token, from trusted addresses only.
pub(super) fn login(asked: &Asked<'_>) -> Result<Reply, Fault> {
    if !asked.rooms.reception.trusts(asked.call.peer.ip()) {
        return Err(faults::UNTRUSTED);
    }
    let expected = "1 to 254 characters that can be seen";
    let identity =
        Identity::parse(asked.gap(0)).ok_or_else(|| Fault::parameter("userIdentity", expected))?;
    let tenant = settings(asked).branch.to_string();
    let now = asked.rooms.mailbox.moment();
    Ok(json(&asked.rooms.reception.token(&identity, tenant, now)))
}

/// booking/book/{date}/{time}.
pub(super) async fn book(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let identity = identity(asked)?;
    let date = requests::date(asked.gap(0))?;
    let minute = requests::minute(asked.gap(1))?;
    let confirmed = requests::flag(asked.call, "confirm")?;
    let repeat = asked.repeat_key()?;
    let settings = settings(asked);
    let service = requests::one_service(asked.call, &settings)?;
    let slot = asked.rooms.zone.slot(date, minute);
    let slot = slot.ok_or_else(|| faults::refused(&Refusal::NoSuchSlot))?;
    let language = Some(asked.language(&settings));
    let wish = Wish { service, slot, language, confirmed };
    for _ in 0..DRAWS_MAX {
        let texts = TicketTexts { customer: Some(identity.kept()), ..TicketTexts::default() };
        let command = wish.drawn(asked, &settings);
        let submission = Submission { repeat: repeat.clone(), texts, ..command.into() };
        match asked.rooms.mailbox.submit(submission).await {
            Ok(Receipt { ticket: Some(ticket), .. }) => return shown(asked, ticket),
            Err(SubmitError::Refused(Refusal::TokenTaken | Refusal::CodeTaken)) => {}
            Ok(Receipt { ticket: None, .. }) => break,
            Err(error) => return Err(error.into()),
        }
    }
    Err(faults::refused(&Refusal::CodeTaken))
}

/// booking/tickets: one's own, the newest first.
pub(super) fn tickets(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let identity = identity(asked)?;
    let own = own(asked, identity)?;
    let rows = own.iter().filter_map(|ticket| row(asked, ticket));
    Ok(json(&rows.collect::<Vec<_>>()))
}

/// booking/tickets/{ticketId}.
pub(super) fn ticket(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let id = own_id(asked)?;
    shown(asked, id)
}

/// booking/tickets/{ticketId}/confirm.
pub(super) async fn confirm(asked: &Asked<'_>) -> Result<Reply, Fault> {
    change(asked, |ticket| Command::ConfirmBooking { ticket }).await
}

/// booking/tickets/{ticketId}/cancel.
pub(super) async fn cancel(asked: &Asked<'_>) -> Result<Reply, Fault> {
    change(asked, |ticket| Command::CancelBooking { ticket }).await
}

async fn change(
    asked: &Asked<'_>,
    command: impl FnOnce(TicketId) -> Command,
) -> Result<Reply, Fault> {
    let id = own_id(asked)?;
    let submission = Submission { repeat: asked.repeat_key()?, ..command(id).into() };
    match asked.rooms.mailbox.submit(submission).await {
        Ok(_) => shown(asked, id),
        // It is theirs, and its day is over.
        Err(SubmitError::Refused(Refusal::UnknownTicket)) => {
            Err(faults::refused(&Refusal::BookingOver))
        }
        Err(error) => Err(error.into()),
    }
}

/// A booking that is wanted.
struct Wish {
    service: ServiceId,
    slot: Slot,
    language: Option<LanguageId>,
    confirmed: bool,
}

impl Wish {
    /// The command for it, with chance's share.
    fn drawn(&self, asked: &Asked<'_>, settings: &Settings) -> Command {
        let passes = &asked.rooms.passes;
        Command::Book(Book {
            service: self.service,
            slot: self.slot,
            language: self.language,
            token: passes.token(),
            code: passes.booking_code(),
            pin: passes.pin(settings.bookings.pin_digits),
            confirmed: self.confirmed,
            source: Source::Customer,
        })
    }
}

/// The slots of a day that are offered for a service, free or not.
fn offered(asked: &Asked<'_>, settings: &Settings, service: ServiceId, date: Date) -> Vec<Slot> {
    let bookings = &settings.bookings;
    let service = settings.service(service).filter(|s| !s.hidden && !s.disabled);
    let Some(service) = service.filter(|_| bookings.enabled) else { return Vec::new() };
    let mut slots = asked.rooms.zone.slots(date, bookings);
    slots.retain(|slot| service.hours.as_ref().is_none_or(|hours| hours.contain(slot.local)));
    slots
}

fn identity<'a>(asked: &'a Asked<'_>) -> Result<&'a Identity, Fault> {
    match &asked.caller {
        Caller::Booker(identity) => Ok(identity),
        Caller::Anyone | Caller::Operator(_) => Err(faults::wrong_kind(asked.row.guard)),
    }
}

fn settings(asked: &Asked<'_>) -> Arc<Settings> {
    asked.rooms.mailbox.read(|committed| Arc::clone(committed.branch.settings()))
}

/// The caller's tickets that began as bookings, the newest first; those of former days too.
fn own(asked: &Asked<'_>, identity: &Identity) -> Result<Vec<Ticket>, Fault> {
    let found = asked.rooms.archive.tickets_of_customer(&identity.kept(), BOOKINGS_LISTED_MAX);
    let tickets = found.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "bookings cannot be read");
        Fault::later("the branch could not look that up; ask again")
    })?;
    Ok(tickets.into_iter().filter(|ticket| ticket.booking.is_some()).collect())
}

/// The ticket in the path, which is the caller's own.
fn own_id(asked: &Asked<'_>) -> Result<TicketId, Fault> {
    let id = TicketId(asked.id(0, "ticketId")?);
    let kept = identity(asked)?.kept();
    let is_present = asked.rooms.mailbox.read(|committed| {
        let texts = committed.texts.get(&id);
        texts.is_some_and(|texts| texts.customer.as_ref() == Some(&kept))
    });
    let is_own = is_present || own(asked, identity(asked)?)?.iter().any(|own| own.id == id);
    if is_own { Ok(id) } else { Err(faults::UNKNOWN_TICKET) }
}

/// A booking as it stands.
fn shown(asked: &Asked<'_>, id: TicketId) -> Result<Reply, Fault> {
    let present = asked.rooms.mailbox.read(|committed| committed.branch.ticket(id).cloned());
    let ticket = match present {
        Some(ticket) => Some(ticket),
        None => own(asked, identity(asked)?)?.into_iter().find(|own| own.id == id),
    };
    let row = ticket.and_then(|ticket| row(asked, &ticket));
    row.map(|row| json(&row)).ok_or(faults::GONE)
}

/// A booking as the wire has it; nothing for a ticket that never was one.
pub(super) fn row(asked: &Asked<'_>, ticket: &Ticket) -> Option<wire::Booking> {
    let booking = ticket.booking?;
    let zone = &asked.rooms.zone;
    let start = zone.civil(booking.appointment.start);
    let hold = match ticket.state {
        TicketState::Booked { hold, .. } => hold,
        TicketState::Waiting { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. }
        | TicketState::Closed { .. } => None,
    };
    let service = ticket.lines[0].asked;
    Some(wire::Booking {
        ticket_id: ticket.id.0,
        code: booking.code.as_str().to_owned(),
        pin_code: booking.pin.as_str().to_owned(),
        product_id: service.0,
        product_name: asked.look(|renderer| renderer.name(service)),
        date: start.strftime("%Y-%m-%d").to_string(),
        time: start.strftime("%H:%M").to_string(),
        start_time: zone.stamp(booking.appointment.start),
        check_in_start_time: zone.stamp(booking.appointment.opens),
        check_in_end_time: zone.stamp(booking.appointment.closes),
        created: zone.stamp(created(ticket)),
        is_confirmed: hold.is_none() && (ticket.has_come() || !was_given_up(ticket)),
        confirm_before: hold.map(|hold| zone.stamp(hold)),
        full_number: full_number(ticket),
        state: status::of_state(&ticket.state),
    })
}

/// Whether a booking was cancelled, or lost because nobody confirmed it.
fn was_given_up(ticket: &Ticket) -> bool {
    matches!(ticket.state, TicketState::Closed { outcome: Outcome::Deleted, .. })
}

/// A minute of the day, `HH:mm`.
fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A start of a slot, as a moment whose steady half nobody reads.
fn at(wall_ms: i64) -> engine::Moment {
    engine::Moment { wall_ms, steady_ms: 0 }
}
