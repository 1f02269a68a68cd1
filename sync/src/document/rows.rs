//! What is read back of a document or of a projection: tickets, their calls, the day itself.

use std::collections::BTreeMap;

use super::{
    CALL_ENDS, CAUSES, CallEnd, Cause, Fields, State, Value, asked_read, dropped_read, place_read,
};
use crate::change::{Asked, Outcome, Place, Source};
use crate::ids::{Moment, plain};

/// One call of a ticket, read back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallRow {
    /// Its number.
    pub call: u64,
    /// Where.
    pub counter: Option<u32>,
    /// By whom.
    pub operator: Option<u32>,
    /// What for, where that is not the first service that was asked for.
    pub service: Option<u32>,
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
    /// The place in `asked` that it stands for, or did last.
    pub line: u8,
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
    /// How long it has stood in lines, in milliseconds, the present wait not included.
    pub waited_ms: u64,
    /// Of a ticket that moved on: to which day.
    pub day: Option<u32>,
    /// Of a ticket that came over: the day on which it was given out.
    pub born: Option<u32>,
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
            line: number(fields, "line").and_then(|line| u8::try_from(line).ok()).unwrap_or(0),
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
            waited_ms: number(fields, "waited").unwrap_or(0),
            day: small(fields, "day"),
            born: small(fields, "born"),
            calls: calls(fields),
            answers: answers(fields),
        })
    }
}

impl State {
    /// How a ticket in this state has ended, if it has.
    pub fn outcome(self) -> Option<Outcome> {
        match self {
            State::Served => Some(Outcome::Served),
            State::NoShow => Some(Outcome::NoShow),
            State::Deleted => Some(Outcome::Deleted),
            State::Waiting
            | State::Called
            | State::Serving
            | State::Afterwork
            | State::Parked
            | State::Missing
            | State::MovedOn => None,
        }
    }
}

impl TicketRow {
    /// How each service that was asked for has ended, if it has: a line is served before the next
    /// one is stood for, and those that are left end with the ticket.
    pub fn ends(&self) -> impl Iterator<Item = Option<Outcome>> {
        (0..).zip(&self.asked).map(|(place, _)| {
            if self.dropped.contains(&place) {
                Some(Outcome::Deleted)
            } else if place < self.line {
                Some(Outcome::Served)
            } else {
                self.state.outcome()
            }
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
            service: small(&fields, "service"),
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
