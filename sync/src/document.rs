//! The schema of a day's document, which both ends read: where each fact stands, and the rows
//! that are read back. Fields are written once or move forward; nothing is ever deleted.
//!
//! ```text
//! schema, branch, day, segment, opened, closed, name, zone, s1.tag, s1.name, s1.offered
//! b1.0007 / "4-1-1760" / label, issued, asked, language, source,
//!                        service, priority, place, state, since, until, cause, day, seq,
//!                        dropped (the places in `asked` that were given up, "1 3"),
//!                        a3.1 (the answer to question 1 of survey 3),
//!                        c81 / counter, operator, called, recalls, started, left, ended, end
//! ```
//!
//! An inner map holds 250 consecutive numbers of one life of the box, so its name follows from
//! the ticket's key and no two boxes ever create the same one.

use std::collections::BTreeMap;

use crate::change::{
    Asked, Onward, OpenCall, Outcome, PRIORITY_NORMAL, Place, Source, Step, Transition,
};
use crate::error::{Error, bounded};
use crate::ids::{Moment, TicketKey, plain};
use crate::limits::{BUCKET_TICKETS_MAX, LABEL_BYTES_MAX, TICKET_LINES_MAX};

/// The schema that this crate writes.
pub const SCHEMA: u64 = 1;

/// One value in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number or a code.
    Number(u64),
    /// A label, or a list of numbers.
    Text(String),
    /// An instant.
    Instant(Moment),
}

/// All fields of a ticket, or of the day: those of a call are under `c81/called`.
pub type Fields = BTreeMap<String, Value>;

/// The map that holds a ticket.
pub(crate) fn bucket(ticket: &TicketKey) -> String {
    format!("b{}.{:04}", ticket.epoch.0, ticket.number / BUCKET_TICKETS_MAX)
}

/// The map of a call inside its ticket.
pub(crate) fn call_key(call: u64) -> String {
    format!("c{call}")
}

/// Whether a key under a ticket is that of a call.
pub(crate) fn is_call_key(key: &str) -> bool {
    key.strip_prefix('c').and_then(plain).is_some()
}

/// One field to be written: of the ticket, or of one of its calls.
pub(crate) struct Write {
    pub(crate) call: Option<u64>,
    pub(crate) key: String,
    pub(crate) value: Value,
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// In a line.
    Waiting,
    /// Invited to a counter.
    Called,
    /// At the counter.
    Serving,
    /// The customer has left, the counter works on.
    Afterwork,
    /// Set aside.
    Parked,
    /// Called, and did not come.
    Missing,
    /// Over: served.
    Served,
    /// Over: did not come.
    NoShow,
    /// Over: given up.
    Deleted,
    /// On in another day's document.
    MovedOn,
}

const STATES: [State; 10] = [
    State::Waiting,
    State::Called,
    State::Serving,
    State::Afterwork,
    State::Parked,
    State::Missing,
    State::Served,
    State::NoShow,
    State::Deleted,
    State::MovedOn,
];

impl State {
    fn code(self) -> Value {
        Value::Number(self as u64 + 1)
    }

    fn read(code: u64) -> Option<State> {
        STATES.get(usize::try_from(code.checked_sub(1)?).ok()?).copied()
    }
}

/// What brought a ticket into the line where it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It was issued.
    Issued,
    /// It was sent on.
    Transferred,
    /// It was missing and came back.
    PutBack,
    /// Its line before is done.
    NextLine,
    /// It returns to who sent it.
    Returned,
}

const CAUSES: [Cause; 5] =
    [Cause::Issued, Cause::Transferred, Cause::PutBack, Cause::NextLine, Cause::Returned];

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEnd {
    /// Served.
    Finished,
    /// The customer did not come.
    NoShow,
    /// Set aside.
    Parked,
    /// Sent on.
    Transferred,
    /// The ticket was given up meanwhile.
    Deleted,
}

const CALL_ENDS: [CallEnd; 5] =
    [CallEnd::Finished, CallEnd::NoShow, CallEnd::Parked, CallEnd::Transferred, CallEnd::Deleted];

fn place_text(place: Place) -> String {
    match place {
        Place::Service => "s".to_owned(),
        Place::Counter(counter) => format!("c{counter}"),
        Place::Operator(operator) => format!("o{operator}"),
    }
}

fn place_read(text: &str) -> Option<Place> {
    let number = |rest: &str| plain(rest).and_then(|number| u32::try_from(number).ok());
    match text.split_at_checked(1)? {
        ("s", "") => Some(Place::Service),
        ("c", rest) => number(rest).map(Place::Counter),
        ("o", rest) => number(rest).map(Place::Operator),
        _ => None,
    }
}

/// Collects the writes of one transition.
struct Writes(Vec<Write>);

impl Writes {
    fn ticket(&mut self, key: &str, value: Value) {
        self.0.push(Write { call: None, key: key.to_owned(), value });
    }

    fn number(&mut self, key: &str, number: impl Into<u64>) {
        self.ticket(key, Value::Number(number.into()));
    }

    fn call(&mut self, call: u64, key: &str, value: Value) {
        self.0.push(Write { call: Some(call), key: key.to_owned(), value });
    }

    fn state(&mut self, state: State, since: Moment) {
        self.ticket("state", state.code());
        self.ticket("since", Value::Instant(since));
    }

    fn end(&mut self, call: u64, at: Moment, end: CallEnd) {
        self.call(call, "ended", Value::Instant(at));
        self.call(call, "end", Value::Number(end as u64));
    }

    fn wait(&mut self, at: Moment, cause: Cause, place: Place) {
        self.state(State::Waiting, at);
        self.number("cause", cause as u64);
        self.ticket("place", Value::Text(place_text(place)));
    }

    /// It waits for what stands there in what was asked for.
    fn line(&mut self, at: Moment, index: u8, before: &Before) {
        self.wait(at, Cause::NextLine, Place::Service);
        if let Some(asked) = before.asked.get(usize::from(index)) {
            self.number("service", asked.service);
            self.number("priority", asked.priority);
        }
    }

    fn came_over(&mut self, row: &TicketRow) {
        self.ticket("label", Value::Text(row.label.clone()));
        self.ticket("issued", Value::Instant(row.issued));
        self.ticket("asked", Value::Text(asked_text(&row.asked)));
        if !row.dropped.is_empty() {
            self.ticket("dropped", Value::Text(dropped_text(&row.dropped)));
        }
        self.number("language", row.language);
        self.number("source", u64::from(row.source == Source::Staff));
        self.number("service", row.service);
        self.number("priority", row.priority);
        self.state(row.state, row.since);
        self.number("cause", row.cause as u64);
        self.ticket("place", Value::Text(place_text(row.place)));
        if let Some(until) = row.until {
            self.ticket("until", Value::Instant(until));
        }
        // Calls that are over stay where they were; the open one ends here.
        let Some(open) = row.calls.last().filter(|call| call.ended.is_none()) else { return };
        let numbers = [("counter", open.counter), ("operator", open.operator)];
        for (key, number) in numbers {
            if let Some(number) = number {
                self.call(open.call, key, Value::Number(u64::from(number)));
            }
        }
        if 0 < open.recalls {
            self.call(open.call, "recalls", Value::Number(open.recalls));
        }
        for (key, at) in [("called", open.called), ("started", open.started), ("left", open.left)] {
            if let Some(at) = at {
                self.call(open.call, key, Value::Instant(at));
            }
        }
    }
}

fn asked_text(asked: &[Asked]) -> String {
    let text = |asked: &Asked| match asked.priority {
        PRIORITY_NORMAL => asked.service.to_string(),
        priority => format!("{}:{priority}", asked.service),
    };
    asked.iter().map(text).collect::<Vec<_>>().join(" ")
}

pub(crate) fn asked_read(text: &str) -> Option<Vec<Asked>> {
    let one = |part: &str| {
        let (service, priority) = match part.split_once(':') {
            Some((service, priority)) => (service, u8::try_from(plain(priority)?).ok()?),
            None => (part, PRIORITY_NORMAL),
        };
        Some(Asked { service: u32::try_from(plain(service)?).ok()?, priority })
    };
    text.split(' ').take(TICKET_LINES_MAX).map(one).collect()
}

fn dropped_text(dropped: &[u8]) -> String {
    dropped.iter().map(u8::to_string).collect::<Vec<_>>().join(" ")
}

pub(crate) fn dropped_read(text: &str) -> Option<Vec<u8>> {
    let one = |part: &str| u8::try_from(plain(part)?).ok();
    text.split(' ').take(TICKET_LINES_MAX).map(one).collect()
}

/// What a transition has to know of the ticket as it stands: as far as it needs it.
#[derive(Default)]
pub(crate) struct Before {
    /// How often the call was repeated.
    pub(crate) recalls: u64,
    /// What was asked for.
    pub(crate) asked: Vec<Asked>,
    /// Which of it was given up.
    pub(crate) dropped: Vec<u8>,
}

/// Refuses what is larger than a document may hold.
pub(crate) fn check(step: &Step) -> Result<(), Error> {
    let (label, asked) = match step {
        Step::Issued { label, asked, .. } => (label, asked),
        Step::CameOver(row) => (&row.label, &row.asked),
        Step::Called { .. }
        | Step::Recalled { .. }
        | Step::Started { .. }
        | Step::AfterworkBegan { .. }
        | Step::Parked { .. }
        | Step::Missing { .. }
        | Step::PutBack
        | Step::Transferred { .. }
        | Step::Undone { .. }
        | Step::Redirected { .. }
        | Step::LineAdded { .. }
        | Step::LineDropped { .. }
        | Step::PrioritySet { .. }
        | Step::WentOn { .. }
        | Step::Closed { .. }
        | Step::MovedOn { .. }
        | Step::Answered { .. } => return Ok(()),
    };
    bounded("a label's bytes", label.len(), LABEL_BYTES_MAX)?;
    bounded("a ticket's services", asked.len(), TICKET_LINES_MAX)?;
    if asked.is_empty() {
        return Err(Error::Ticket("it is for no service"));
    }
    Ok(())
}

/// What a transition writes.
pub(crate) fn writes(transition: &Transition, before: &Before) -> Vec<Write> {
    let at = transition.at;
    let mut writes = Writes(Vec::new());
    match &transition.step {
        Step::Issued { label, asked, language, source } => {
            writes.ticket("label", Value::Text(label.clone()));
            writes.ticket("issued", Value::Instant(at));
            writes.ticket("asked", Value::Text(asked_text(asked)));
            writes.number("language", *language);
            writes.number("source", u64::from(*source == Source::Staff));
            writes.number("service", asked.first().map_or(0, |first| first.service));
            writes.number("priority", asked.first().map_or(0, |first| first.priority));
            writes.state(State::Waiting, at);
        }
        Step::CameOver(row) => writes.came_over(row),
        Step::Called { call, counter, operator } => {
            writes.call(*call, "counter", Value::Number(u64::from(*counter)));
            if let Some(operator) = operator {
                writes.call(*call, "operator", Value::Number(u64::from(*operator)));
            }
            writes.call(*call, "called", Value::Instant(at));
            writes.state(State::Called, at);
        }
        Step::Recalled { call } => {
            writes.call(*call, "recalls", Value::Number(before.recalls.saturating_add(1)));
        }
        Step::Started { call, since } => {
            writes.call(*call, "started", Value::Instant(*since));
            writes.state(State::Serving, *since);
        }
        Step::AfterworkBegan { call } => {
            writes.call(*call, "left", Value::Instant(at));
            writes.state(State::Afterwork, at);
        }
        Step::Parked { call, place } => {
            writes.end(*call, at, CallEnd::Parked);
            writes.ticket("place", Value::Text(place_text(*place)));
            writes.state(State::Parked, at);
        }
        Step::Missing { call, until } => {
            writes.end(*call, at, CallEnd::NoShow);
            writes.ticket("until", Value::Instant(until.unwrap_or_default()));
            writes.state(State::Missing, at);
        }
        Step::PutBack => {
            writes.wait(at, Cause::PutBack, Place::Service);
        }
        Step::Transferred { call, service, place, priority } => {
            writes.end(*call, at, CallEnd::Transferred);
            writes.wait(at, Cause::Transferred, *place);
            writes.number("service", *service);
            writes.number("priority", *priority);
        }
        Step::Undone { call, state, since, service, priority } => {
            // Nothing is deleted: an end at the beginning of time is none.
            writes.call(*call, "ended", Value::Instant(Moment::default()));
            let state = match state {
                OpenCall::Called => State::Called,
                OpenCall::Serving => State::Serving,
                OpenCall::Afterwork => State::Afterwork,
            };
            writes.state(state, *since);
            writes.number("service", *service);
            writes.number("priority", *priority);
        }
        Step::Redirected { service, place, priority } => {
            writes.wait(at, Cause::Transferred, *place);
            writes.number("service", *service);
            writes.number("priority", *priority);
        }
        Step::LineAdded { asked } => {
            let all = before.asked.iter().chain([asked]).copied().collect::<Vec<_>>();
            writes.ticket("asked", Value::Text(asked_text(&all)));
        }
        Step::LineDropped { line, next } => {
            let all = before.dropped.iter().chain([line]).copied().collect::<Vec<_>>();
            writes.ticket("dropped", Value::Text(dropped_text(&all)));
            if let Some(next) = next {
                writes.line(at, *next, before);
            }
        }
        Step::PrioritySet { line, priority, current } => {
            let mut all = before.asked.clone();
            if let Some(asked) = all.get_mut(usize::from(*line)) {
                asked.priority = *priority;
            }
            writes.ticket("asked", Value::Text(asked_text(&all)));
            if *current {
                writes.number("priority", *priority);
            }
        }
        Step::WentOn { call, onward } => {
            writes.end(*call, at, CallEnd::Finished);
            match onward {
                Onward::Line(index) => writes.line(at, *index, before),
                Onward::Back { service, place } => {
                    writes.wait(at, Cause::Returned, *place);
                    writes.number("service", *service);
                }
            }
        }
        Step::Closed { call, outcome } => {
            let (state, end) = match outcome {
                Outcome::Served => (State::Served, CallEnd::Finished),
                Outcome::NoShow => (State::NoShow, CallEnd::NoShow),
                Outcome::Deleted => (State::Deleted, CallEnd::Deleted),
            };
            if let Some(call) = call {
                writes.end(*call, at, end);
            }
            writes.state(state, at);
        }
        Step::MovedOn { day } => {
            writes.number("day", *day);
            writes.state(State::MovedOn, at);
        }
        Step::Answered { survey, question, answer } => {
            writes.number(&format!("a{survey}.{question}"), *answer);
        }
    }
    writes.number("seq", transition.seq);
    writes.0
}

/// One call of a ticket, read back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallRow {
    /// Its number.
    pub call: u64,
    /// Where.
    pub counter: Option<u32>,
    /// By whom.
    pub operator: Option<u32>,
    /// When.
    pub called: Option<Moment>,
    /// How often again.
    pub recalls: u64,
    /// When the customer stood there.
    pub started: Option<Moment>,
    /// When the customer left and the counter worked on.
    pub left: Option<Moment>,
    /// When it ended.
    pub ended: Option<Moment>,
    /// How it ended.
    pub end: Option<CallEnd>,
}

/// One ticket, read back from a document or from a projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRow {
    /// The number of the last journal entry that is in it.
    pub seq: u64,
    /// What is printed.
    pub label: String,
    /// When it was given out.
    pub issued: Moment,
    /// All services that were asked for.
    pub asked: Vec<Asked>,
    /// Which of it was given up while the ticket went on, by its place in `asked`.
    pub dropped: Vec<u8>,
    /// The customer's language.
    pub language: u32,
    /// Through what it was taken.
    pub source: Source,
    /// What it stands in line for, or did last.
    pub service: u32,
    /// How urgent.
    pub priority: u64,
    /// In whose line.
    pub place: Place,
    /// What brought it there.
    pub cause: Cause,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub since: Moment,
    /// Of a missing ticket: when it goes back by itself.
    pub until: Option<Moment>,
    /// Of a ticket that moved on: to which day.
    pub day: Option<u32>,
    /// Its calls, oldest first.
    pub calls: Vec<CallRow>,
    /// Survey, question, answer.
    pub answers: Vec<(u32, u32, u32)>,
}

fn number(fields: &Fields, key: &str) -> Option<u64> {
    match fields.get(key) {
        Some(Value::Number(number)) => Some(*number),
        Some(Value::Text(_) | Value::Instant(_)) | None => None,
    }
}

fn small(fields: &Fields, key: &str) -> Option<u32> {
    number(fields, key).and_then(|number| u32::try_from(number).ok())
}

fn instant(fields: &Fields, key: &str) -> Option<Moment> {
    match fields.get(key) {
        Some(Value::Instant(moment)) => Some(*moment),
        Some(Value::Text(_) | Value::Number(_)) | None => None,
    }
}

fn text<'a>(fields: &'a Fields, key: &str) -> Option<&'a str> {
    match fields.get(key) {
        Some(Value::Text(text)) => Some(text),
        Some(Value::Instant(_) | Value::Number(_)) | None => None,
    }
}

fn coded<T: Copy>(fields: &Fields, key: &str, codes: &[T]) -> Option<T> {
    codes.get(usize::try_from(number(fields, key)?).ok()?).copied()
}

/// A service, as the branch names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRow {
    /// The branch's number for it.
    pub id: u32,
    /// The letters of its labels.
    pub tag: String,
    /// Its name in the branch's first language.
    pub name: String,
    /// Whether the branch still has it.
    pub offered: bool,
}

/// A document's own fields, read back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayRow {
    /// The business day, as in [`crate::ids::DocumentId`]; 0 where the change that says it has not
    /// come yet.
    pub day: u32,
    /// When it began.
    pub opened: Option<Moment>,
    /// When it ended.
    pub closed: Option<Moment>,
    /// The branch's name.
    pub name: String,
    /// The branch's zone, by its IANA name.
    pub zone: String,
    /// The branch's services, by number.
    pub services: Vec<ServiceRow>,
}

impl DayRow {
    /// Reads what is there; what has not come yet is empty.
    pub fn read(fields: &Fields) -> DayRow {
        let owned = |key: &str| text(fields, key).unwrap_or_default().to_owned();
        let ids = fields.keys().filter_map(|key| {
            plain(key.strip_prefix('s')?.strip_suffix(".tag")?)
                .and_then(|id| u32::try_from(id).ok())
        });
        let service = |id: u32| ServiceRow {
            id,
            tag: owned(&service_key(id, "tag")),
            name: owned(&service_key(id, "name")),
            offered: number(fields, &service_key(id, "offered")) != Some(0),
        };
        let mut services: Vec<ServiceRow> = ids.map(service).collect();
        services.sort_by_key(|service| service.id);
        DayRow {
            day: small(fields, "day").unwrap_or(0),
            opened: instant(fields, "opened"),
            closed: instant(fields, "closed"),
            name: owned("name"),
            zone: owned("zone"),
            services,
        }
    }
}

/// The key of a field of a service, among the day's own fields.
pub(crate) fn service_key(id: u32, field: &str) -> String {
    format!("s{id}.{field}")
}

impl TicketRow {
    /// Reads what is there; nothing where the fields that every ticket has are missing or are
    /// not what they should be. Unknown fields are a newer schema's and are left alone.
    pub fn read(fields: &Fields) -> Option<TicketRow> {
        let state = State::read(number(fields, "state")?)?;
        Some(TicketRow {
            seq: number(fields, "seq")?,
            label: text(fields, "label")?.to_owned(),
            issued: instant(fields, "issued")?,
            asked: asked_read(text(fields, "asked")?)?,
            dropped: text(fields, "dropped").and_then(dropped_read).unwrap_or_default(),
            language: small(fields, "language")?,
            source: coded(fields, "source", &[Source::Customer, Source::Staff])?,
            service: small(fields, "service")?,
            priority: number(fields, "priority")?,
            place: text(fields, "place").and_then(place_read).unwrap_or(Place::Service),
            cause: coded(fields, "cause", &CAUSES).unwrap_or(Cause::Issued),
            state,
            since: instant(fields, "since")?,
            until: instant(fields, "until")
                .filter(|until| state == State::Missing && *until != Moment::default()),
            day: small(fields, "day"),
            calls: calls(fields),
            answers: answers(fields),
        })
    }
}

fn calls(fields: &Fields) -> Vec<CallRow> {
    let mut calls: BTreeMap<u64, Fields> = BTreeMap::new();
    for (key, value) in fields {
        let Some((call, field)) = key.split_once('/') else { continue };
        let Some(call) = call.strip_prefix('c').and_then(plain) else { continue };
        calls.entry(call).or_default().insert(field.to_owned(), value.clone());
    }
    let read = |(call, fields): (u64, Fields)| {
        // An end that was taken back is none.
        let ended = instant(&fields, "ended").filter(|ended| *ended != Moment::default());
        CallRow {
            call,
            counter: small(&fields, "counter"),
            operator: small(&fields, "operator"),
            called: instant(&fields, "called"),
            recalls: number(&fields, "recalls").unwrap_or(0),
            started: instant(&fields, "started"),
            left: instant(&fields, "left"),
            ended,
            end: ended.and_then(|_| coded(&fields, "end", &CALL_ENDS)),
        }
    };
    calls.into_iter().map(read).collect()
}

fn answers(fields: &Fields) -> Vec<(u32, u32, u32)> {
    let read = |key: &String| {
        let (survey, question) = key.strip_prefix('a')?.split_once('.')?;
        let survey = u32::try_from(plain(survey)?).ok()?;
        let question = u32::try_from(plain(question)?).ok()?;
        Some((survey, question, small(fields, key)?))
    };
    fields.keys().filter_map(read).collect()
}
