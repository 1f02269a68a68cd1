//! Folding what happened into the state. It asks no question and cannot fail: an entry in the
//! journal is a fact.

mod endings;
mod tickets;

use std::sync::Arc;
use std::time::Duration;

use crate::booking::{Booking, Lapse};
use crate::branch::{Branch, Day, Pace};
use crate::command::LineRequest;
use crate::counter::Shift;
use crate::event::{Entry, Event, Next};
use crate::ids::{CallId, CounterId, DayId, OperatorId, TicketId};
use crate::label::{Label, Tag};
use crate::limits::CLOSED_KEPT_MS;
use crate::moment::Moment;
use crate::ticket::{Call, CallEnd, Outcome, Place, Ticket, TicketState, WaitCause};
use tickets::{cancel_line, close, current, go_on, new_line, stop_waiting, transfer};

/// How much of a new measurement enters the running mean: one part in this many.
const PACE_WEIGHT: u64 = 8;

impl Branch {
    /// Folds one entry into the state.
    pub fn apply(&mut self, entry: &Entry) {
        let at = entry.at;
        match &entry.event {
            Event::SettingsChanged(settings) => {
                self.parts.settings = Arc::clone(settings);
                self.index_settings();
            }
            Event::DayOpened { day } => self.open_day(*day, at),
            Event::DayClosed { .. } => {
                self.parts.day = None;
                self.index_day();
            }
            Event::Issued { ticket, .. } => self.issue(*ticket, &entry.event, at),
            Event::Booked { ticket, .. } => self.book(*ticket, &entry.event, at),
            Event::BookingConfirmed { ticket } => self.change(*ticket, |ticket| {
                ticket.state = TicketState::Booked { since: at, hold: None };
            }),
            Event::BookingCancelled { ticket }
            | Event::BookingLapsed { ticket, why: Lapse::Unconfirmed } => {
                self.change(*ticket, |ticket| close(ticket, Outcome::Deleted, at));
            }
            Event::BookingLapsed { ticket, why: Lapse::NoShow } => {
                self.change(*ticket, |ticket| close(ticket, Outcome::NoShow, at));
            }
            Event::CheckedIn { ticket, .. } => self.check_in(*ticket, &entry.event, at),
            Event::ShiftOpened { operator, counter } => self.open_shift(*operator, *counter, at),
            Event::ShiftClosed { operator, counter } => self.close_shift(*operator, *counter),
            Event::BreakStarted { counter, .. } => self.turn_break(*counter, Some(at)),
            Event::BreakEnded { counter, .. } => self.turn_break(*counter, None),
            Event::Called { ticket, call, counter, operator, .. } => {
                self.call_ticket(*ticket, *call, *counter, *operator, at);
            }
            Event::Recalled { ticket, call } => {
                self.change_call(*ticket, *call, |call| {
                    call.recalls = call.recalls.saturating_add(1)
                });
            }
            Event::Started { ticket, call, since } => self.start(*ticket, *call, *since),
            Event::AfterworkBegan { ticket, call } => self.begin_afterwork(*ticket, *call, at),
            Event::Finished { ticket, call, next } => self.finish(*ticket, *call, *next, at),
            Event::Missed { ticket, call, until } => {
                self.end_call(*ticket, *call, CallEnd::NoShow, at, |ticket| {
                    ticket.no_shows = ticket.no_shows.saturating_add(1);
                    ticket.state = TicketState::Missing { since: at, until: *until };
                });
            }
            Event::GivenUp { ticket, call } => {
                self.end_call(*ticket, *call, CallEnd::NoShow, at, |ticket| {
                    ticket.no_shows = ticket.no_shows.saturating_add(1);
                    close(ticket, Outcome::NoShow, at);
                });
            }
            Event::PutBack { ticket, .. } => self.change(*ticket, |ticket| {
                let place = Place::Service(ticket.line().service);
                ticket.state = TicketState::Waiting { since: at, place, cause: WaitCause::PutBack };
            }),
            Event::Parked { ticket, call, place } => {
                self.end_call(*ticket, *call, CallEnd::Parked, at, |ticket| {
                    ticket.state = TicketState::Parked { since: at, place: *place };
                });
            }
            Event::Transferred { ticket, call, .. } => {
                let change = |ticket: &mut Ticket| transfer(ticket, &entry.event, at);
                self.end_call(*ticket, *call, CallEnd::Transferred, at, change);
            }
            Event::Undone { ticket, call, before } => self.resume(*ticket, *call, before),
            Event::Redirected { ticket, to, service, priority } => self.change(*ticket, |ticket| {
                stop_waiting(ticket, at);
                ticket.transferred = true;
                let line = current(ticket);
                line.service = *service;
                line.priority = *priority;
                let cause = WaitCause::Transferred;
                ticket.state = TicketState::Waiting { since: at, place: *to, cause };
            }),
            Event::LineAdded { ticket, line } => self.add_line(*ticket, line),
            Event::LineCancelled { ticket, line, next } => self.change(*ticket, |ticket| {
                cancel_line(ticket, *line, *next, at);
            }),
            Event::PrioritySet { ticket, line, priority, .. } => self.change(*ticket, |ticket| {
                if let Some(line) = ticket.lines.get_mut(usize::from(*line)) {
                    line.priority = *priority;
                }
            }),
            Event::Deleted { ticket } => {
                self.change(*ticket, |ticket| close(ticket, Outcome::Deleted, at));
            }
            Event::Answered { ticket, question, answer, .. } => {
                if let Some(ticket) = self.parts.tickets.get_mut(ticket) {
                    ticket.answers.push((*question, *answer));
                }
            }
        }
        self.parts.last_seq = entry.seq;
    }

    fn open_day(&mut self, day: DayId, at: Moment) {
        self.parts.day = Some(Day { id: day, opened: at });
        self.parts.last_day = Some(day);
        let kept = Duration::from_millis(CLOSED_KEPT_MS);
        let old = |ticket: &&Ticket| match ticket.state {
            TicketState::Closed { at: closed, .. } => kept <= at.since(closed),
            TicketState::Booked { .. }
            | TicketState::Waiting { .. }
            | TicketState::Called { .. }
            | TicketState::Serving { .. }
            | TicketState::Afterwork { .. }
            | TicketState::Parked { .. }
            | TicketState::Missing { .. } => false,
        };
        let gone: Vec<TicketId> =
            self.parts.tickets.values().filter(old).map(|ticket| ticket.id).collect();
        for id in gone {
            self.forget(id);
        }
        self.index_day();
    }

    fn issue(&mut self, id: TicketId, event: &Event, at: Moment) {
        let Event::Issued { label, token, lines, language, pass, source, device, .. } = event
        else {
            return;
        };
        let Some(first) = lines.first() else { return };
        let place = Place::Service(first.service);
        let ticket = Ticket {
            id,
            day: self.parts.last_day.unwrap_or(DayId(0)),
            label: label.clone(),
            token: *token,
            pass: *pass,
            language: *language,
            source: *source,
            device: *device,
            issued: at,
            booking: None,
            lines: lines.iter().enumerate().map(new_line).collect(),
            state: TicketState::Waiting { since: at, place, cause: WaitCause::Issued },
            waited: Duration::ZERO,
            no_shows: 0,
            back_to: None,
            transferred: false,
            calls: Vec::new(),
            answers: Vec::new(),
        };
        self.parts.tickets.insert(id, ticket);
        self.parts.last_ticket = self.parts.last_ticket.max(id);
        self.index_names(id);
        self.count_ticket(id);
        self.enter(id);
    }

    fn book(&mut self, id: TicketId, event: &Event, at: Moment) {
        let Event::Booked { token, line, language, source, hold, .. } = event else { return };
        let Event::Booked { appointment, code, pin, .. } = event else { return };
        // Of its label only the tag is known, and that for as long as the settings stay.
        let service = self.parts.settings.service(line.service);
        let tag = service.map_or(Tag::default(), |service| service.tag.clone());
        let ticket = Ticket {
            id,
            day: self.parts.last_day.unwrap_or(DayId(0)),
            label: Label::none(tag),
            token: *token,
            pass: None,
            language: *language,
            source: *source,
            device: None,
            issued: at,
            booking: Some(Booking {
                appointment: *appointment,
                code: *code,
                pin: *pin,
                booked: at,
                arrived: None,
            }),
            lines: vec![new_line((0, line))],
            state: TicketState::Booked { since: at, hold: *hold },
            waited: Duration::ZERO,
            no_shows: 0,
            back_to: None,
            transferred: false,
            calls: Vec::new(),
            answers: Vec::new(),
        };
        self.parts.tickets.insert(id, ticket);
        self.parts.last_ticket = self.parts.last_ticket.max(id);
        self.index_names(id);
        self.enter(id);
    }

    fn check_in(&mut self, id: TicketId, event: &Event, at: Moment) {
        let Event::CheckedIn { label, arrived, lines, language, pass, device, .. } = event else {
            return;
        };
        let Some(first) = lines.first() else { return };
        let day = self.parts.last_day.unwrap_or(DayId(0));
        self.change(id, |ticket| {
            ticket.day = day;
            ticket.label = label.clone();
            ticket.language = *language;
            ticket.pass = *pass;
            ticket.device = *device;
            ticket.issued = at;
            if let Some(booking) = &mut ticket.booking {
                booking.arrived = Some(*arrived);
            }
            let place = Place::Service(first.service);
            ticket.lines = lines.iter().enumerate().map(new_line).collect();
            ticket.state = TicketState::Waiting { since: at, place, cause: WaitCause::Issued };
        });
        self.index_names(id);
        self.count_ticket(id);
    }

    fn add_line(&mut self, id: TicketId, line: &LineRequest) {
        let Some(ticket) = self.parts.tickets.get_mut(&id) else { return };
        ticket.lines.push(new_line((ticket.lines.len(), line)));
        // What was asked for is counted on the day of the ticket.
        if Some(ticket.day) == self.parts.last_day {
            *self.index.asked.entry(line.service).or_default() += 1;
        }
    }

    fn turn_break(&mut self, counter: CounterId, since: Option<Moment>) {
        let shift = self.parts.desks.get_mut(&counter).and_then(|desk| desk.shift.as_mut());
        if let Some(shift) = shift {
            shift.on_break = since;
        }
        self.note_work(counter);
    }

    fn open_shift(&mut self, operator: OperatorId, counter: CounterId, at: Moment) {
        let desk = self.parts.desks.entry(counter).or_default();
        desk.shift = Some(Shift { operator, since: at, on_break: None });
        self.index.seats.insert(operator, counter);
        self.note_work(counter);
    }

    fn close_shift(&mut self, operator: OperatorId, counter: CounterId) {
        if let Some(desk) = self.parts.desks.get_mut(&counter) {
            desk.shift = None;
            // Without a shift and after the last call the counter counts as closed.
            desk.last_call = None;
        }
        self.index.seats.remove(&operator);
        self.note_work(counter);
    }

    fn call_ticket(
        &mut self,
        id: TicketId,
        call: CallId,
        counter: CounterId,
        operator: Option<OperatorId>,
        at: Moment,
    ) {
        let mut service = None;
        self.change(id, |ticket| {
            stop_waiting(ticket, at);
            service = Some(ticket.line().service);
            ticket.calls.push(Call {
                id: call,
                service: ticket.line().service,
                counter,
                operator,
                called: at,
                recalls: 0,
                started: None,
                ended: None,
            });
            ticket.state = TicketState::Called { call, counter, since: at };
        });
        self.index.calls.insert(call, id);
        if let Some(service) = service {
            self.index.called.entry(service).or_default().insert((at.steady_ms, call));
        }
        self.parts.last_call = self.parts.last_call.max(call);
        let desk = self.parts.desks.entry(counter).or_default();
        desk.ticket = Some(id);
        desk.last_call = Some(at);
        desk.last_end = None;
        self.note_work(counter);
    }

    fn start(&mut self, id: TicketId, call: CallId, since: Moment) {
        self.change_call(id, call, |call| call.started = Some(since));
        self.change(id, |ticket| {
            if let TicketState::Called { call, counter, .. } = ticket.state {
                ticket.state = TicketState::Serving { call, counter, since };
            }
        });
    }

    fn begin_afterwork(&mut self, id: TicketId, call: CallId, at: Moment) {
        self.change(id, |ticket| {
            if let TicketState::Serving { counter, .. } = ticket.state {
                ticket.state = TicketState::Afterwork { call, counter, since: at };
            }
        });
    }

    fn finish(&mut self, id: TicketId, call: CallId, next: Next, at: Moment) {
        if let Some((_, call)) = self.call(call) {
            let (service, took) = (call.service, at.since(call.called));
            let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            let before = self.pace_ms(service);
            let old = before.saturating_mul(PACE_WEIGHT - 1);
            let mean_ms = old.saturating_add(took) / PACE_WEIGHT;
            self.parts.paces.insert(service, Pace { mean_ms });
        }
        self.end_call(id, call, CallEnd::Finished, at, |ticket| go_on(ticket, next, at));
        if next == Next::Close {
            let counter = self.call(call).map(|(_, call)| call.counter);
            if let Some(desk) = counter.and_then(|counter| self.parts.desks.get_mut(&counter)) {
                desk.last_served = Some(id);
            }
        }
    }

    /// Changes a ticket, and moves it in the indexes that follow its state.
    fn change(&mut self, id: TicketId, change: impl FnOnce(&mut Ticket)) {
        self.leave(id);
        if let Some(ticket) = self.parts.tickets.get_mut(&id) {
            change(ticket);
        }
        self.enter(id);
    }

    fn change_call(&mut self, id: TicketId, call: CallId, change: impl FnOnce(&mut Call)) {
        let ticket = self.parts.tickets.get_mut(&id);
        let call = ticket.and_then(|t| t.calls.iter_mut().rev().find(|known| known.id == call));
        if let Some(call) = call {
            change(call);
        }
    }
}
