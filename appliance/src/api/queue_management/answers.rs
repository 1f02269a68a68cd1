//! What was committed, in the vendor's shapes.
//!
//! All values are texts and all dates branch time. `ticket_service` is what the customer asked
//! for, `dst_service` where a transfer has put the ticket, `dst_desk` and `dst_user` whom it is
//! reserved for. `cancelled` is "1" for whoever did not come or gave up, which includes a missing
//! ticket that may still come back. A counter's `tag` is its number. `avg_waiting_time` is for a
//! new ticket what its holder has to expect, and for a service how long those who wait there have
//! waited so far.

use std::time::Duration;

use engine::settings::Serves;
use engine::{
    At, Branch, Call, CounterId, Forecast, Now, Outcome, Priority, ServiceId, Settings, Ticket,
    TicketState,
};

use serve::queue_management::{ServiceCount, Services, Yes};

use super::requests::Wanted;
use super::wire;
use crate::accounts::SignedIn;
use crate::api::{Printer, status};
use crate::local_time::Zone;
use crate::registrar::Committed;
use crate::texts::{Filling, Texts};

/// Tickets in one list. A screen shows fewer, and rendering them holds up the next commit by about
/// a millisecond; `offset` gives the rest.
pub(super) const LIST_TICKETS_MAX: usize = 1_000;

/// What rendering needs beside the state.
pub(super) struct Renderer<'a> {
    pub(super) committed: &'a Committed,
    pub(super) zone: &'a Zone,
    pub(super) printers: &'a [Printer],
    /// The services that the reader may see.
    pub(super) shown: &'a Serves,
}

/// Who has just signed in.
pub(super) fn signed_in(entry: SignedIn) -> wire::SignedIn {
    wire::SignedIn {
        success: Yes,
        user_id: entry.operator.id.to_string(),
        username: entry.operator.login,
        authtoken: entry.token,
    }
}

impl Renderer<'_> {
    /// A call, as the calling operations give it.
    pub(super) fn answered(&self, ticket: &Ticket, call: &Call) -> wire::Answered {
        let answer = wire::CallAnswer {
            id: call.id.to_string(),
            call_date: self.zone.text(call.called),
            end_date: call.ended.map_or_else(String::new, |(at, _)| self.zone.text(at)),
            state: status::of_state(&ticket.state).to_string(),
            ticket: self.ticket(ticket),
        };
        wire::Answered { success: Yes, answer }
    }

    /// A new ticket with what its holder is told, and the texts of its slip if one is printed.
    pub(super) fn created(&self, ticket: &Ticket, texts: &Texts) -> wire::Created {
        // Who asks again after the call is told that nobody is ahead.
        let none = Forecast { ahead: 0, wait: Duration::ZERO };
        let forecast = self.branch().forecast_ticket(ticket).unwrap_or(none);
        wire::Created {
            success: Yes,
            ticket: wire::NewTicket {
                ticket: self.ticket(ticket),
                number_of_waiting_tickets: forecast.ahead.to_string(),
                avg_waiting_time: clock(forecast.wait),
            },
            ticket_strings: ticket.device.map(|_| self.strings(ticket, forecast, texts)),
            booking: ticket.booking.map(|booking| wire::Booking {
                code: booking.code.as_str().to_owned(),
                pin: booking.pin.as_str().to_owned(),
            }),
        }
    }

    fn strings(&self, ticket: &Ticket, forecast: Forecast, texts: &Texts) -> wire::TicketStrings {
        let settings = self.branch().settings();
        let code = settings.language(ticket.language).map_or("", |language| &language.code);
        let ahead = Filling::Number(forecast.ahead as u64);
        let date = self.zone.text(ticket.issued);
        let urgent = if is_urgent(ticket) { "strings-priority" } else { "" };
        wire::TicketStrings {
            people_waiting: texts.get(code, "strings-people-waiting", &[("count", ahead)]).into(),
            waiting_time: forecast.wait.as_secs().to_string(),
            date_text: texts.get(code, "strings-date", &[("date", Filling::Text(&date))]).into(),
            prioritary_ticket: texts.plain(code, urgent).into(),
            extra_text: texts.plain(code, "strings-extra").into(),
            footer_text: settings.slip_footer.get(ticket.language).to_owned(),
        }
    }

    /// The waiting tickets of a service, or of all, in the order of priority and arrival. Those
    /// reserved for a counter or a user stand where they would without it.
    pub(super) fn waiting(&self, wanted: Wanted<ServiceId>) -> wire::Tickets {
        let branch = self.branch();
        let waiting = branch.lines().flat_map(|(_, line)| line.iter());
        let tickets = waiting.filter_map(|id| branch.ticket(id));
        let of = |ticket: &&Ticket| wanted.of.is_none_or(|id| id == ticket.line().service);
        let mut tickets: Vec<&Ticket> = tickets.filter(of).filter(|t| self.shows(t)).collect();
        tickets.sort_by_key(|ticket| branch.turn(ticket));
        self.part(tickets.into_iter(), wanted.offset)
    }

    /// The tickets set aside that a counter, and whoever sits there, may call back; or all.
    pub(super) fn paused(&self, wanted: Wanted<CounterId>) -> wire::Tickets {
        let branch = self.branch();
        let here = self.here(wanted.of);
        let paused = branch.tickets().filter(|ticket| match ticket.state {
            TicketState::Parked { place, .. } => here.is_none_or(|at| {
                place == engine::Place::Counter(at.counter)
                    || at.operator.is_some_and(|id| place == engine::Place::Operator(id))
                    || branch.serves(at, ticket.line().service)
            }),
            TicketState::Booked { .. }
            | TicketState::Waiting { .. }
            | TicketState::Called { .. }
            | TicketState::Serving { .. }
            | TicketState::Afterwork { .. }
            | TicketState::Missing { .. }
            | TicketState::Closed { .. } => false,
        });
        self.part(paused.filter(|ticket| self.shows(ticket)), wanted.offset)
    }

    /// The missing tickets that a counter, and whoever sits there, may call back; or all that may
    /// be called back. Those that are beyond the tolerance are not among them.
    pub(super) fn cancelled(&self, wanted: Wanted<CounterId>) -> wire::Tickets {
        let branch = self.branch();
        let here = self.here(wanted.of);
        let missing = branch.tickets().filter(|ticket| {
            branch.may_be_called_back(ticket)
                && here.is_none_or(|at| branch.serves(at, ticket.line().service))
        });
        self.part(missing.filter(|ticket| self.shows(ticket)), wanted.offset)
    }

    /// A counter, and who sits there.
    fn here(&self, counter: Option<CounterId>) -> Option<At> {
        counter.map(|counter| {
            let shift = self.branch().desk(counter).and_then(|desk| desk.shift);
            At { counter, operator: shift.map(|shift| shift.operator) }
        })
    }

    fn shows(&self, ticket: &Ticket) -> bool {
        self.shown.contains(ticket.line().service)
    }

    /// How full each service is. This is software of the staff: hidden services are among them.
    pub(super) fn counts(&self, now: Now) -> Services {
        let branch = self.branch();
        let settings = branch.settings();
        let language = settings.default_language();
        let reserved = reserved(branch);
        let shown = settings.services.iter().filter(|service| self.shown.contains(service.id));
        let services = shown.map(|service| {
            let apart = reserved.iter().filter(|id| **id == service.id).count();
            ServiceCount {
                id: service.id.to_string(),
                tag: service.tag.as_str().to_owned(),
                description: service.names.get(language).to_owned(),
                number_of_waiting_tickets: (branch.waiting_count(service.id) + apart).to_string(),
                open: branch.day().is_some() && branch.unavailable(service, now).is_none(),
                avg_waiting_time: branch.mean_wait(service.id, now.at).as_secs().to_string(),
            }
        });
        Services { success: Yes, services: services.collect() }
    }

    /// A ticket, with every member that the vendor has.
    fn ticket(&self, ticket: &Ticket) -> wire::Ticket {
        let settings = self.branch().settings();
        let line = ticket.line();
        let (desk, user) = match ticket.place() {
            Some(engine::Place::Counter(id)) => (settings.counter(id), None),
            Some(engine::Place::Operator(id)) => (None, settings.operator(id)),
            Some(engine::Place::Service(_)) | None => (None, None),
        };
        let texts = self.committed.texts.get(&ticket.id);
        let text = |text: Option<&String>| text.cloned().unwrap_or_default();
        wire::Ticket {
            id: ticket.id.to_string(),
            number: ticket.label.to_string(),
            date: self.zone.text(ticket.issued),
            cancelled: digit(is_cancelled(ticket)),
            transferred: digit(ticket.transferred),
            state: status::of_state(&ticket.state).to_string(),
            note: text(texts.and_then(|texts| texts.note.as_ref())),
            lang: ticket.language.to_string(),
            custom_field: text(texts.and_then(|texts| texts.custom_field.as_ref())),
            client_name: text(texts.and_then(|texts| texts.client_name.as_ref())),
            flags: if is_urgent(ticket) { "priority" } else { "" },
            app_displayname: "",
            app_id: "",
            scheduled_to: ticket
                .booking
                .map_or_else(String::new, |booking| self.zone.text(booking.appointment.start)),
            ticket_service: service(settings, line.asked),
            dst_service: if ticket.transferred {
                service(settings, line.service)
            } else {
                wire::Place::default()
            },
            dst_desk: desk.map_or_else(wire::Place::default, |desk| wire::Place {
                id: desk.id.to_string(),
                name: desk.name.clone(),
                tag: desk.id.to_string(),
            }),
            dst_user: user.map_or_else(wire::User::default, |user| wire::User {
                id: user.id.to_string(),
                display_name: user.name.clone(),
                username: user.login.clone(),
            }),
            device: self.device(ticket),
        }
    }

    fn device(&self, ticket: &Ticket) -> wire::Device {
        let Some(id) = ticket.device else { return wire::Device::default() };
        // A printer that was taken away since is still where the ticket came from.
        let name = self.printers.iter().find(|printer| printer.id == id);
        wire::Device {
            id: id.to_string(),
            kind: "printer",
            name: name.map_or_else(String::new, |printer| printer.name.clone()),
        }
    }

    fn part<'t>(&self, tickets: impl Iterator<Item = &'t Ticket>, offset: usize) -> wire::Tickets {
        let part = tickets.skip(offset).take(LIST_TICKETS_MAX);
        wire::Tickets { success: Yes, tickets: part.map(|ticket| self.ticket(ticket)).collect() }
    }

    fn branch(&self) -> &Branch {
        &self.committed.branch
    }
}

/// Whether the ticket was made urgent.
fn is_urgent(ticket: &Ticket) -> bool {
    Priority::NORMAL < ticket.line().priority
}

/// A booking that was given up, or that nobody came for, was never called: it is none of them.
fn is_cancelled(ticket: &Ticket) -> bool {
    if !ticket.has_come() {
        return false;
    }
    match ticket.state {
        TicketState::Missing { .. } => true,
        TicketState::Closed { outcome, .. } => match outcome {
            Outcome::NoShow | Outcome::Deleted => true,
            Outcome::Served => false,
        },
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. } => false,
    }
}

/// The services of those who wait for one counter or one user alone.
fn reserved(branch: &Branch) -> Vec<ServiceId> {
    let apart = branch.lines().filter(|(place, _)| match place {
        engine::Place::Service(_) => false,
        engine::Place::Counter(_) | engine::Place::Operator(_) => true,
    });
    let tickets = apart.flat_map(|(_, line)| line.iter()).filter_map(|id| branch.ticket(id));
    tickets.map(|ticket| ticket.line().service).collect()
}

/// A service, named in the branch's own language: whoever reads this serves, and does not wait.
fn service(settings: &Settings, id: ServiceId) -> wire::Place {
    let language = settings.default_language();
    let service = settings.service(id);
    wire::Place {
        id: id.to_string(),
        name: service.map_or("", |service| service.names.get(language)).to_owned(),
        tag: service.map_or("", |service| service.tag.as_str()).to_owned(),
    }
}

fn digit(yes: bool) -> &'static str {
    if yes { "1" } else { "0" }
}

/// `hh:mm:ss`; beyond 99 hours the hours go on.
fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
