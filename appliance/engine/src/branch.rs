//! The state of a branch: what has been written down, and what is worked out from it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::booking::Code;
use crate::counter::{At, Desk};
use crate::counter_set::CounterSet;
use crate::ids::{CallId, CounterId, DayId, OperatorId, Seq, ServiceId, TicketId};
use crate::label::{Label, Tag};
use crate::line::{Line, Turn};
use crate::moment::Moment;
use crate::settings::Settings;
use crate::ticket::{Call, Pass, Place, Ticket, TicketState, Token};

/// A business day that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Its local date.
    pub id: DayId,
    /// When it was opened.
    pub opened: Moment,
}

/// How long one customer of a service keeps a counter, as measured so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The running mean, in milliseconds, from call to finish.
    pub mean_ms: u64,
}

/// What must be kept to have the branch again; everything else is worked out from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The settings in force.
    pub settings: Arc<Settings>,
    /// The open business day.
    pub day: Option<Day>,
    /// The last business day that was opened.
    pub last_day: Option<DayId>,
    /// The tickets of the day, those carried over, and those closed shortly before it began.
    pub tickets: BTreeMap<TicketId, Ticket>,
    /// What the counters do; a counter that has done nothing yet is missing.
    pub desks: BTreeMap<CounterId, Desk>,
    /// How fast each service goes; a service that has finished nobody yet is missing.
    pub paces: BTreeMap<ServiceId, Pace>,
    /// The last ticket number given.
    pub last_ticket: TicketId,
    /// The last call number given.
    pub last_call: CallId,
    /// The last journal entry that is in here.
    pub last_seq: Seq,
}

/// What is worked out from the parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) lines: BTreeMap<Place, Line>,
    /// Of those in each line, added up: when on the steady clock each would have begun to wait, had
    /// it waited without a break. The mean wait is as quick to tell for a thousand as for one.
    pub(crate) begun: BTreeMap<Place, i128>,
    pub(crate) tokens: BTreeMap<Token, TicketId>,
    pub(crate) passes: BTreeMap<Pass, TicketId>,
    pub(crate) calls: BTreeMap<CallId, TicketId>,
    pub(crate) overdue: BTreeSet<(Moment, TicketId)>,
    /// Bookings that have not been checked in, by when they may lapse on the steady clock.
    pub(crate) lapsing: BTreeSet<(u64, TicketId)>,
    pub(crate) codes: BTreeMap<Code, TicketId>,
    /// Places that are promised: the slot's start on the wall, what for, to whom.
    pub(crate) slots: BTreeSet<(i64, ServiceId, TicketId)>,
    pub(crate) seats: BTreeMap<OperatorId, CounterId>,
    /// The last number given today, by tag.
    pub(crate) numbers: BTreeMap<Tag, u32>,
    /// Labels of tickets that came into today from earlier days; not given again today.
    pub(crate) carried: BTreeSet<Label>,
    /// The calls of the tickets in memory, by service: when (on the steady clock), and which.
    pub(crate) called: BTreeMap<ServiceId, BTreeSet<(u64, CallId)>>,
    /// Lines asked for today, by service.
    pub(crate) asked: BTreeMap<ServiceId, u32>,
    pub(crate) open: usize,
    /// The counters that may serve each service.
    pub(crate) served_by: BTreeMap<ServiceId, CounterSet>,
    /// Each counter's place in the settings, by which the sets know it.
    pub(crate) places: BTreeMap<CounterId, usize>,
    /// The counters at which somebody works: signed in and not on a break, or seen calling since the day began.
    pub(crate) at_work: CounterSet,
}

/// When a ticket would have begun to wait, had it waited without a break; in milliseconds on the
/// steady clock.
fn begun(since: Moment, waited: Duration) -> i128 {
    i128::from(since.steady_ms) - i128::try_from(waited.as_millis()).unwrap_or(i128::MAX >> 1)
}

/// The state of a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    pub(crate) parts: Parts,
    pub(crate) index: Index,
}

impl Branch {
    /// A branch whose journal is empty.
    pub fn blank() -> Branch {
        Branch::restore(Parts {
            settings: Arc::new(Settings::blank()),
            day: None,
            last_day: None,
            tickets: BTreeMap::new(),
            desks: BTreeMap::new(),
            paces: BTreeMap::new(),
            last_ticket: TicketId(0),
            last_call: CallId(0),
            last_seq: Seq(0),
        })
    }

    /// The branch with these parts, as they were kept.
    pub fn restore(parts: Parts) -> Branch {
        let mut branch = Branch { parts, index: Index::default() };
        branch.index_settings();
        branch.index_day();
        let tickets: Vec<TicketId> = branch.parts.tickets.keys().copied().collect();
        for id in tickets {
            branch.index_names(id);
            branch.enter(id);
        }
        let shifts = branch.parts.desks.iter();
        branch.index.seats =
            shifts.filter_map(|(id, desk)| desk.shift.map(|shift| (shift.operator, *id))).collect();
        branch
    }

    /// What must be kept.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The settings in force.
    pub fn settings(&self) -> &Arc<Settings> {
        &self.parts.settings
    }

    /// The open business day.
    pub fn day(&self) -> Option<Day> {
        self.parts.day
    }

    /// The ticket with this number, if it is of this day or still open.
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.parts.tickets.get(&id)
    }

    /// The ticket with this token, if it is of this day or still open.
    pub fn ticket_by_token(&self, token: &Token) -> Option<&Ticket> {
        self.ticket(*self.index.tokens.get(token)?)
    }

    /// The ticket that used this pass up.
    pub fn ticket_by_pass(&self, pass: &Pass) -> Option<&Ticket> {
        self.ticket(*self.index.passes.get(pass)?)
    }

    /// All tickets of the day and those carried over, oldest first.
    pub fn tickets(&self) -> impl Iterator<Item = &Ticket> {
        self.parts.tickets.values()
    }

    /// The same, newest first.
    pub fn tickets_newest_first(&self) -> impl Iterator<Item = &Ticket> {
        self.parts.tickets.values().rev()
    }

    /// A call of a ticket of the day, with its ticket.
    pub fn call(&self, id: CallId) -> Option<(&Ticket, &Call)> {
        let ticket = self.ticket(*self.index.calls.get(&id)?)?;
        ticket.calls.iter().rev().find(|call| call.id == id).map(|call| (ticket, call))
    }

    /// What a counter is doing.
    pub fn desk(&self, id: CounterId) -> Option<&Desk> {
        self.parts.desks.get(&id)
    }

    /// Where an operator sits.
    pub fn seat(&self, operator: OperatorId) -> Option<CounterId> {
        self.index.seats.get(&operator).copied()
    }

    /// The lines in which somebody waits.
    pub fn lines(&self) -> impl Iterator<Item = (Place, &Line)> {
        self.index.lines.iter().map(|(place, line)| (*place, line))
    }

    /// The line of one place, if somebody waits in it.
    pub fn line(&self, place: Place) -> Option<&Line> {
        self.index.lines.get(&place)
    }

    /// Tickets that are not closed, bookings not counted.
    pub fn open_tickets(&self) -> usize {
        self.index.open
    }

    /// Bookings that have not been checked in.
    pub fn open_bookings(&self) -> usize {
        self.index.lapsing.len()
    }

    /// Whether this counter, and this operator at it, serve `service`.
    pub fn serves(&self, at: At, service: ServiceId) -> bool {
        let settings = &self.parts.settings;
        let here = settings.counter(at.counter).is_some_and(|c| c.serves.contains(service));
        let able = at.operator.is_none_or(|operator| {
            settings.operator(operator).is_some_and(|o| o.serves.contains(service))
        });
        here && able
    }

    /// Where a waiting ticket stands, in a form that sorts by turn.
    pub fn turn(&self, ticket: &Ticket) -> Turn {
        Turn {
            priority: Reverse(ticket.line().priority),
            arrived: ticket.arrived(),
            ticket: ticket.id,
        }
    }

    /// Takes up what the settings imply.
    pub(crate) fn index_settings(&mut self) {
        let settings = &self.parts.settings;
        let places = settings.counters.iter().enumerate();
        self.index.places = places.map(|(place, counter)| (counter.id, place)).collect();
        let counters = |service| {
            let mut set = CounterSet::default();
            for (place, counter) in settings.counters.iter().enumerate() {
                if counter.serves.contains(service) {
                    set.insert(place);
                }
            }
            set
        };
        self.index.served_by =
            settings.services.iter().map(|service| (service.id, counters(service.id))).collect();
        self.index_work();
    }

    /// Takes up at which counters somebody works.
    fn index_work(&mut self) {
        self.index.at_work = CounterSet::default();
        let counters: Vec<CounterId> = self.parts.desks.keys().copied().collect();
        for counter in counters {
            self.note_work(counter);
        }
    }

    /// Takes up whether somebody works at this counter.
    pub(crate) fn note_work(&mut self, counter: CounterId) {
        let Some(place) = self.index.places.get(&counter) else { return };
        let began = self.parts.day.map(|day| day.opened);
        let works = self.desk(counter).is_some_and(|desk| match desk.shift {
            Some(shift) => shift.on_break.is_none(),
            None => desk.last_call.is_some_and(|at| began.is_some_and(|began| began.has_come(at))),
        });
        if works { self.index.at_work.insert(*place) } else { self.index.at_work.remove(*place) }
    }

    /// Takes up what the business day implies: which numbers are spent, which labels are reserved,
    /// and which counters have called since it began.
    pub(crate) fn index_day(&mut self) {
        self.index_work();
        self.index.numbers.clear();
        self.index.carried.clear();
        self.index.asked.clear();
        let today = self.parts.last_day;
        for ticket in self.parts.tickets.values() {
            if !ticket.has_come() {
                continue;
            }
            if Some(ticket.day) == today {
                count_label(&mut self.index, ticket);
            } else if self.parts.day.is_some_and(|day| stands_in(day, ticket)) {
                self.index.carried.insert(ticket.label.clone());
            }
        }
    }

    /// Takes up the names by which a ticket is found.
    pub(crate) fn index_names(&mut self, id: TicketId) {
        let Some(ticket) = self.parts.tickets.get(&id) else { return };
        self.index.tokens.insert(ticket.token, id);
        if let Some(booking) = ticket.booking {
            self.index.codes.insert(booking.code, id);
        }
        if let Some(pass) = ticket.pass {
            self.index.passes.insert(pass, id);
        }
        self.index.calls.extend(ticket.calls.iter().map(|call| (call.id, id)));
        for call in &ticket.calls {
            let called = self.index.called.entry(call.service).or_default();
            called.insert((call.called.steady_ms, call.id));
        }
    }

    /// Lets a ticket go: it is closed, and its day is over.
    pub(crate) fn forget(&mut self, id: TicketId) {
        let Some(ticket) = self.parts.tickets.remove(&id) else { return };
        self.index.tokens.remove(&ticket.token);
        if let Some(booking) = ticket.booking {
            self.index.codes.remove(&booking.code);
        }
        if let Some(place) = promised_place(&ticket) {
            self.index.slots.remove(&place);
        }
        if let Some(pass) = ticket.pass {
            self.index.passes.remove(&pass);
        }
        for call in &ticket.calls {
            self.index.calls.remove(&call.id);
            if let Some(called) = self.index.called.get_mut(&call.service) {
                called.remove(&(call.called.steady_ms, call.id));
                if called.is_empty() {
                    self.index.called.remove(&call.service);
                }
            }
        }
    }

    /// Takes a ticket out of the indexes that follow its state, before the state changes.
    pub(crate) fn leave(&mut self, id: TicketId) {
        let Some(ticket) = self.parts.tickets.get(&id) else { return };
        if let Some(place) = promised_place(ticket) {
            self.index.slots.remove(&place);
        }
        match ticket.state {
            TicketState::Booked { .. } => {
                if let Some(lapses) = lapses(ticket) {
                    self.index.lapsing.remove(&lapses);
                }
                return;
            }
            TicketState::Waiting { place, since, .. } => {
                let turn = self.turn(ticket);
                let begun = begun(since, ticket.waited);
                if let Some(line) = self.index.lines.get_mut(&place) {
                    line.remove(&turn);
                    if line.is_empty() {
                        self.index.lines.remove(&place);
                        self.index.begun.remove(&place);
                    } else if let Some(sum) = self.index.begun.get_mut(&place) {
                        *sum -= begun;
                    }
                }
            }
            TicketState::Missing { until: Some(until), .. } => {
                self.index.overdue.remove(&(until, id));
            }
            TicketState::Called { .. }
            | TicketState::Serving { .. }
            | TicketState::Afterwork { .. }
            | TicketState::Parked { .. }
            | TicketState::Missing { until: None, .. } => {}
            TicketState::Closed { .. } => return,
        }
        self.index.open -= 1;
    }

    /// Puts a ticket into the indexes that follow its state, after the state has changed.
    pub(crate) fn enter(&mut self, id: TicketId) {
        let Some(ticket) = self.parts.tickets.get(&id) else { return };
        if let Some(place) = promised_place(ticket) {
            self.index.slots.insert(place);
        }
        match ticket.state {
            TicketState::Booked { .. } => {
                self.index.lapsing.extend(lapses(ticket));
                return;
            }
            TicketState::Waiting { place, since, .. } => {
                let turn = self.turn(ticket);
                *self.index.begun.entry(place).or_default() += begun(since, ticket.waited);
                self.index.lines.entry(place).or_default().insert(turn);
            }
            TicketState::Missing { until: Some(until), .. } => {
                self.index.overdue.insert((until, id));
            }
            TicketState::Called { .. }
            | TicketState::Serving { .. }
            | TicketState::Afterwork { .. }
            | TicketState::Parked { .. }
            | TicketState::Missing { until: None, .. } => {}
            TicketState::Closed { .. } => return,
        }
        self.index.open += 1;
    }

    /// Writes down that a ticket of today has taken its number.
    pub(crate) fn count_ticket(&mut self, id: TicketId) {
        if let Some(ticket) = self.parts.tickets.get(&id) {
            count_label(&mut self.index, ticket);
        }
    }
}

/// The place in a slot that a ticket takes up: as long as it is booked, and for good once somebody
/// has come for it.
fn promised_place(ticket: &Ticket) -> Option<(i64, ServiceId, TicketId)> {
    let booking = ticket.booking?;
    let is_kept = !ticket.is_closed() || booking.arrived.is_some();
    let place = (booking.appointment.start.wall_ms, ticket.lines[0].asked, ticket.id);
    is_kept.then_some(place)
}

/// When a booking may lapse at the earliest.
fn lapses(ticket: &Ticket) -> Option<(u64, TicketId)> {
    let (TicketState::Booked { hold, .. }, Some(booking)) = (ticket.state, ticket.booking) else {
        return None;
    };
    let closes = booking.appointment.closes.steady_ms;
    Some((hold.map_or(closes, |hold| hold.steady_ms.min(closes)), ticket.id))
}

/// Whether a ticket from before this day was still open when it began.
fn stands_in(day: Day, ticket: &Ticket) -> bool {
    match ticket.state {
        TicketState::Closed { at, .. } => day.opened.has_come(at),
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. } => true,
    }
}

fn count_label(index: &mut Index, ticket: &Ticket) {
    let last = index.numbers.entry(ticket.label.tag.clone()).or_default();
    *last = (*last).max(ticket.label.number);
    for line in &ticket.lines {
        *index.asked.entry(line.asked).or_default() += 1;
    }
}
