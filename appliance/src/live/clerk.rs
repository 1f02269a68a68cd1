//! What a clerk needs at a counter: who is there, who is next, what can be done.

use engine::settings::{Operator, Right, Settings};
use engine::{
    Among, At, Branch, CallEnd, CounterId, Moment, OperatorId, Place, Ticket, TicketId, TicketState,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::Live;
use super::aside::Aside;
use super::wire::{self, Line, Names, Origin, Person, ServiceName, ms};
use crate::api::Rooms;
use crate::registrar::{Committed, TicketTexts};

/// Tickets of the line that are shown.
pub(super) const NEXT_SHOWN: usize = 50;

/// Missing tickets that are shown.
pub(super) const MISSING_SHOWN: usize = 20;

/// The least time between two calls of one ticket: as long as it takes to look up and stand up.
pub(crate) const RECALL_AFTER_MS: i64 = 5_000;

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "ClerkScreen")]
pub(crate) struct State<'a> {
    #[serde(flatten)]
    origin: Origin<'a>,
    operator: Signed<'a>,
    counter: Desk<'a>,
    counters: Vec<Seat<'a>>,
    shift: Shift<'a>,
    call: Option<Call<'a>>,
    next: Vec<Row<'a>>,
    next_total: usize,
    parked: Vec<Row<'a>>,
    missing: Vec<Row<'a>>,
    services: Vec<Service<'a>>,
    transfer: Transfer<'a>,
    undo: Option<Undo>,
}

/// Somebody who has signed in.
#[derive(JsonSchema, Serialize)]
pub(crate) struct Signed<'a> {
    id: u32,
    login: &'a str,
    name: &'a str,
    rights: Vec<&'static str>,
}

impl<'a> Signed<'a> {
    pub(crate) fn of(operator: &'a Operator) -> Signed<'a> {
        let Operator { id, login, name, rights, .. } = operator;
        Signed { id: id.0, login, name, rights: rights.iter().map(right_word).collect() }
    }
}

/// A right's name in this interface.
pub(crate) fn right_word(right: Right) -> &'static str {
    match right {
        Right::Counter => "counter",
        Right::SelectServices => "select_services",
        Right::SelectTickets => "select_tickets",
        Right::Park => "park",
        Right::Transfer => "transfer",
        Right::Hall => "hall",
        Right::Administration => "administration",
    }
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct Desk<'a> {
    id: u32,
    name: &'a str,
    keypad: bool,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct Seat<'a> {
    id: u32,
    name: &'a str,
    operator: Option<Person<'a>>,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct Shift<'a> {
    state: &'static str,
    operator: Option<Person<'a>>,
    since_ms: Option<i64>,
    break_since_ms: Option<i64>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "ClerkCall")]
pub(crate) struct Call<'a> {
    id: u64,
    ticket: u64,
    label: String,
    language: &'a str,
    service: ServiceName<'a>,
    lines: Vec<Line<'a>>,
    state: &'static str,
    since_ms: i64,
    recalls: u8,
    recall_from_ms: i64,
    no_shows: u8,
    client_name: &'a str,
    note: &'a str,
    created_ms: i64,
    waited_ms: u64,
    source: &'static str,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "ClerkRow")]
pub(crate) struct Row<'a> {
    ticket: u64,
    label: String,
    service: u32,
    language: &'a str,
    since_ms: i64,
    waited_ms: u64,
    priority: u8,
    reserved: Option<&'static str>,
    note: bool,
    booked_ms: Option<i64>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "ClerkService")]
pub(crate) struct Service<'a> {
    id: u32,
    tag: &'a str,
    names: Names<'a>,
    waiting: usize,
    longest_ms: u64,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct Transfer<'a> {
    services: Vec<Destination<'a>>,
    counters: Vec<u32>,
    operators: Vec<Person<'a>>,
}

/// A service that a customer can be sent on to, served here or not.
#[derive(JsonSchema, Serialize)]
pub(crate) struct Destination<'a> {
    id: u32,
    tag: &'a str,
    names: Names<'a>,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct Undo {
    what: &'static str,
    label: String,
    until_ms: i64,
}

/// The state, or nothing where the operator or the counter is gone, or the right is.
pub(super) fn render(
    rooms: &Rooms,
    live: &Live,
    operator: OperatorId,
    counter: CounterId,
    aside: &Aside,
) -> Option<Vec<u8>> {
    let now = rooms.mailbox.moment();
    rooms.mailbox.read(|committed| {
        let settings = committed.branch.settings();
        let operator = settings.operator(operator)?;
        let may = operator.rights.contains(Right::Counter);
        let counter = settings.counter(counter).filter(|_| may)?;
        let look = Look {
            committed,
            branch: &committed.branch,
            settings,
            live,
            at: At { counter: counter.id, operator: Some(operator.id) },
            now,
        };
        let desk = Desk { id: counter.id.0, name: &counter.name, keypad: counter.keypad };
        let (next, next_total) = look.next();
        let state = State {
            origin: Origin::of(&committed.branch),
            operator: Signed::of(operator),
            counter: desk,
            counters: seats(&committed.branch, settings),
            shift: look.shift(),
            call: look.call(),
            next,
            next_total,
            parked: look.parked(aside),
            missing: look.missing(aside),
            services: look.services(aside),
            transfer: look.transfer(),
            undo: look.undo(),
        };
        Some(wire::json(&state))
    })
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct Seats<'a> {
    counters: Vec<Occupied<'a>>,
}

#[derive(JsonSchema, Serialize)]
struct Occupied<'a> {
    #[serde(flatten)]
    seat: Seat<'a>,
    /// Since when they sit there.
    since_ms: Option<i64>,
    break_since_ms: Option<i64>,
    call: Option<OpenCall<'a>>,
}

#[derive(JsonSchema, Serialize)]
struct OpenCall<'a> {
    id: u64,
    ticket: u64,
    label: String,
    state: &'static str,
    since_ms: i64,
    service: ServiceName<'a>,
}

/// Every counter, who sits there and whom they serve, as JSON: for a clerk who has not sat down yet,
/// and for those who look after the hall.
pub(crate) fn counters(rooms: &Rooms) -> Vec<u8> {
    rooms.mailbox.read(|committed| {
        let branch = &committed.branch;
        let settings = branch.settings();
        let seats =
            seats(branch, settings).into_iter().map(|seat| occupied(branch, seat)).collect();
        wire::json(&Seats { counters: seats })
    })
}

fn occupied<'a>(branch: &'a Branch, seat: Seat<'a>) -> Occupied<'a> {
    let counter = CounterId(seat.id);
    let shift = branch.desk(counter).and_then(|desk| desk.shift);
    let at_it = branch.ticket_at(counter);
    let call = at_it.and_then(|ticket| Some((ticket, ticket.open_call()?)));
    let call = call.map(|(ticket, call)| OpenCall {
        id: call.id.0,
        ticket: ticket.id.0,
        label: ticket.label.to_string(),
        state: wire::state_word(ticket.state),
        since_ms: ticket.changed().wall_ms,
        service: ServiceName::of(branch.settings(), call.service),
    });
    let since_ms = shift.map(|shift| shift.since.wall_ms);
    let break_since = shift.and_then(|shift| shift.on_break);
    Occupied { seat, since_ms, break_since_ms: break_since.map(|at| at.wall_ms), call }
}

fn seats<'a>(branch: &'a Branch, settings: &'a Settings) -> Vec<Seat<'a>> {
    let sitting = |counter| {
        let shift = branch.desk(counter)?.shift?;
        let operator = settings.operator(shift.operator)?;
        Some(Person { id: operator.id.0, name: &operator.name })
    };
    let seat = |counter: &'a engine::settings::Counter| Seat {
        id: counter.id.0,
        name: &counter.name,
        operator: sitting(counter.id),
    };
    settings.counters.iter().map(seat).collect()
}

/// Somebody's look from a counter.
struct Look<'a> {
    committed: &'a Committed,
    branch: &'a Branch,
    settings: &'a Settings,
    live: &'a Live,
    at: At,
    now: Moment,
}

impl<'a> Look<'a> {
    fn person(&self, id: OperatorId) -> Option<Person<'a>> {
        let operator = self.settings.operator(id)?;
        Some(Person { id: id.0, name: &operator.name })
    }

    fn sits(&self, counter: CounterId) -> Option<engine::Shift> {
        self.branch.desk(counter).and_then(|desk| desk.shift)
    }

    fn shift(&self) -> Shift<'a> {
        let Some(shift) = self.sits(self.at.counter) else {
            return Shift { state: "free", operator: None, since_ms: None, break_since_ms: None };
        };
        let is_mine = Some(shift.operator) == self.at.operator;
        Shift {
            state: if is_mine { "mine" } else { "taken" },
            operator: self.person(shift.operator),
            since_ms: Some(shift.since.wall_ms),
            break_since_ms: shift.on_break.map(|since| since.wall_ms),
        }
    }

    fn texts(&self, ticket: TicketId) -> Option<&'a TicketTexts> {
        self.committed.texts.get(&ticket)
    }

    fn call(&self) -> Option<Call<'a>> {
        let ticket = self.branch.ticket_at(self.at.counter)?;
        let call = ticket.open_call()?;
        let texts = self.texts(ticket.id);
        let written = |text: fn(&TicketTexts) -> &Option<String>| {
            texts.and_then(|texts| text(texts).as_deref()).unwrap_or("")
        };
        Some(Call {
            id: call.id.0,
            ticket: ticket.id.0,
            label: ticket.label.to_string(),
            language: wire::language(self.settings, ticket),
            service: ServiceName::of(self.settings, call.service),
            lines: Line::all(self.settings, ticket),
            state: wire::state_word(ticket.state),
            since_ms: ticket.changed().wall_ms,
            recalls: call.recalls,
            recall_from_ms: self.live.last_called(call).wall_ms + RECALL_AFTER_MS,
            no_shows: ticket.no_shows,
            client_name: written(|texts| &texts.client_name),
            note: written(|texts| &texts.note),
            created_ms: ticket.issued.wall_ms,
            waited_ms: ms(ticket.waited),
            source: wire::source_word(ticket),
        })
    }

    fn row(&self, ticket: &'a Ticket) -> Row<'a> {
        let has_note = |texts: &TicketTexts| texts.note.as_ref().is_some_and(|n| !n.is_empty());
        Row {
            ticket: ticket.id.0,
            label: ticket.label.to_string(),
            service: ticket.line().service.0,
            language: wire::language(self.settings, ticket),
            since_ms: ticket.changed().wall_ms,
            waited_ms: ms(ticket.time_waited(self.now)),
            priority: ticket.line().priority.get(),
            reserved: ticket.place().and_then(|place| match place {
                Place::Counter(_) => Some("counter"),
                Place::Operator(_) => Some("operator"),
                Place::Service(_) => None,
            }),
            note: self.texts(ticket.id).is_some_and(has_note),
            booked_ms: ticket.booking.map(|booking| booking.appointment.start.wall_ms),
        }
    }

    /// Who may be called here, in the order of calling, and how many they are in all.
    fn next(&self) -> (Vec<Row<'a>>, usize) {
        let (order, total) =
            engine::line::order(self.branch, self.at, &Among::Everything, NEXT_SHOWN);
        let tickets = order.into_iter().filter_map(|id| self.branch.ticket(id));
        (tickets.map(|ticket| self.row(ticket)).collect(), total)
    }

    fn parked(&self, aside: &Aside) -> Vec<Row<'a>> {
        let is_mine = |ticket: &&Ticket| match ticket.place() {
            Some(Place::Operator(operator)) => Some(operator) == self.at.operator,
            Some(Place::Counter(counter)) => counter == self.at.counter,
            Some(Place::Service(_)) | None => false,
        };
        let parked = aside.parked.iter().filter_map(|id| self.branch.ticket(*id));
        let parked = parked.filter(|t| matches!(t.state, TicketState::Parked { .. }));
        parked.filter(is_mine).map(|ticket| self.row(ticket)).collect()
    }

    fn missing(&self, aside: &Aside) -> Vec<Row<'a>> {
        let missing = aside.missing.iter().filter_map(|id| self.branch.ticket(*id));
        let may_come = |ticket: &&Ticket| {
            self.branch.serves(self.at, ticket.line().service)
                && self.branch.may_be_called_back(ticket)
        };
        missing.filter(may_come).take(MISSING_SHOWN).map(|ticket| self.row(ticket)).collect()
    }

    fn services(&self, aside: &Aside) -> Vec<Service<'a>> {
        let service = |service: &'a engine::settings::Service| Service {
            id: service.id.0,
            tag: service.tag.as_str(),
            names: wire::names(self.settings, &service.names),
            waiting: self.branch.waiting_count(service.id),
            longest_ms: aside.longest.get(&service.id).map_or(0, |at| ms(self.now.since(*at))),
        };
        let served = self.settings.services.iter();
        served.filter(|known| self.branch.serves(self.at, known.id)).map(service).collect()
    }

    fn transfer(&self) -> Transfer<'a> {
        let services = self.settings.services.iter().filter(|service| !service.disabled);
        let destination = |service: &'a engine::settings::Service| Destination {
            id: service.id.0,
            tag: service.tag.as_str(),
            names: wire::names(self.settings, &service.names),
        };
        let others = self.settings.counters.iter().filter(|known| known.id != self.at.counter);
        let able = |known: &&Operator| known.rights.contains(Right::Counter);
        let people = self.settings.operators.iter().filter(able);
        Transfer {
            services: services.map(destination).collect(),
            counters: others.map(|counter| counter.id.0).collect(),
            operators: people.filter_map(|known| self.person(known.id)).collect(),
        }
    }

    fn undo(&self) -> Option<Undo> {
        let is_mine = self.sits(self.at.counter).map(|shift| shift.operator) == self.at.operator;
        let ending = self.branch.undoable(self.at.counter, self.now).filter(|_| is_mine)?;
        let (ticket, call) = self.branch.call(ending.call)?;
        let what = match call.ended.map(|(_, end)| end)? {
            CallEnd::Finished => "finish",
            CallEnd::NoShow => "no_show",
            CallEnd::Parked => "park",
            CallEnd::Transferred => "transfer",
        };
        let within = i64::try_from(engine::limits::UNDO_FOR_MS).unwrap_or(0);
        Some(Undo { what, label: ticket.label.to_string(), until_ms: ending.at.wall_ms + within })
    }
}
