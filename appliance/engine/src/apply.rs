//! Folding what happened into the state. It asks no question and cannot fail: an entry in the
//! journal is a fact.

use std::sync::Arc;
use std::time::Duration;

use crate::branch::{Branch, Day, Pace};
use crate::command::LineRequest;
use crate::counter::Shift;
use crate::event::{Entry, Event, Next};
use crate::ids::{CallId, CounterId, DayId, OperatorId, TicketId};
use crate::limits::CLOSED_KEPT_MS;
use crate::moment::Moment;
use crate::ticket::{
    Call, CallEnd, LineState, Outcome, Place, Ticket, TicketLine, TicketState, WaitCause,
};

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
            Event::ShiftOpened { operator, counter } => self.open_shift(*operator, *counter, at),
            Event::ShiftClosed { operator, counter } => self.close_shift(*operator, *counter),
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
                self.end_call(*ticket, *call, CallEnd::NoShow, at);
                self.change(*ticket, |ticket| {
                    ticket.no_shows = ticket.no_shows.saturating_add(1);
                    ticket.state = TicketState::Missing { since: at, until: *until };
                });
            }
            Event::GivenUp { ticket, call } => {
                self.end_call(*ticket, *call, CallEnd::NoShow, at);
                self.change(*ticket, |ticket| {
                    ticket.no_shows = ticket.no_shows.saturating_add(1);
                    close(ticket, Outcome::NoShow, at);
                });
            }
            Event::PutBack { ticket, .. } => self.change(*ticket, |ticket| {
                let place = Place::Service(ticket.line().service);
                ticket.state = TicketState::Waiting { since: at, place, cause: WaitCause::PutBack };
            }),
            Event::Parked { ticket, call, place } => {
                self.end_call(*ticket, *call, CallEnd::Parked, at);
                self.change(*ticket, |ticket| {
                    ticket.state = TicketState::Parked { since: at, place: *place };
                });
            }
            Event::Transferred { ticket, call, .. } => {
                self.end_call(*ticket, *call, CallEnd::Transferred, at);
                self.change(*ticket, |ticket| transfer(ticket, &entry.event, at));
            }
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
            TicketState::Waiting { .. }
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

    fn open_shift(&mut self, operator: OperatorId, counter: CounterId, at: Moment) {
        let desk = self.parts.desks.entry(counter).or_default();
        desk.shift = Some(Shift { operator, since: at });
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
        self.change(id, |ticket| {
            if let TicketState::Waiting { since, .. } = ticket.state {
                ticket.waited += at.since(since);
            }
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
        self.parts.last_call = self.parts.last_call.max(call);
        let desk = self.parts.desks.entry(counter).or_default();
        desk.ticket = Some(id);
        desk.last_call = Some(at);
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
        self.end_call(id, call, CallEnd::Finished, at);
        if next == Next::Close {
            let counter = self.call(call).map(|(_, call)| call.counter);
            if let Some(desk) = counter.and_then(|counter| self.parts.desks.get_mut(&counter)) {
                desk.last_served = Some(id);
            }
        }
        self.change(id, |ticket| match next {
            Next::Close => close(ticket, Outcome::Served, at),
            Next::Line(index) => {
                end_line(ticket, Outcome::Served);
                if let Some(line) = ticket.lines.get_mut(usize::from(index)) {
                    line.state = LineState::Current;
                }
                let place = Place::Service(ticket.line().service);
                ticket.state =
                    TicketState::Waiting { since: at, place, cause: WaitCause::NextLine };
            }
            Next::Back(back) => {
                ticket.back_to = None;
                current(ticket).service = back.service;
                let cause = WaitCause::Returned;
                ticket.state = TicketState::Waiting { since: at, place: back.place, cause };
            }
        });
    }

    fn end_call(&mut self, id: TicketId, call: CallId, end: CallEnd, at: Moment) {
        let mut counter = None;
        self.change_call(id, call, |call| {
            call.ended = Some((at, end));
            counter = Some(call.counter);
        });
        let desk = counter.and_then(|counter| self.parts.desks.get_mut(&counter));
        if let Some(desk) = desk {
            desk.ticket = None;
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

fn new_line((index, request): (usize, &LineRequest)) -> TicketLine {
    TicketLine {
        asked: request.service,
        service: request.service,
        priority: request.priority,
        state: if index == 0 { LineState::Current } else { LineState::Ahead },
    }
}

fn current(ticket: &mut Ticket) -> &mut TicketLine {
    let place = ticket.lines.iter().position(|line| line.state == LineState::Current);
    &mut ticket.lines[place.unwrap_or(0)]
}

fn end_line(ticket: &mut Ticket, outcome: Outcome) {
    current(ticket).state = LineState::Closed(outcome);
}

fn close(ticket: &mut Ticket, outcome: Outcome, at: Moment) {
    if let TicketState::Waiting { since, .. } = ticket.state {
        ticket.waited += at.since(since);
    }
    for line in &mut ticket.lines {
        if !matches!(line.state, LineState::Closed(_)) {
            line.state = LineState::Closed(outcome);
        }
    }
    ticket.back_to = None;
    ticket.state = TicketState::Closed { outcome, at };
}

fn transfer(ticket: &mut Ticket, event: &Event, at: Moment) {
    let Event::Transferred { to, service, priority, back_to, .. } = event else { return };
    ticket.transferred = true;
    ticket.back_to = *back_to;
    let line = current(ticket);
    line.service = *service;
    line.priority = *priority;
    ticket.state = TicketState::Waiting { since: at, place: *to, cause: WaitCause::Transferred };
}
