//! The day's tickets: listed, shown, given out, given up, put back.

use engine::{Command, DeviceId, LanguageId, LineRequest, Priority, Refusal, ServiceId, Source};
use engine::{Moment, Settings, Ticket, TicketId};
use schemars::JsonSchema;
use serde::Serialize;
use serve::http::Answer;
use serve::problem::Problem;

use super::counters::priority;
use super::dispenser::{TOKENS_MAX, given};
use super::{Asked, faults, requests, wire};
use crate::live::wire::{self as shown, CounterName, Line, Person, ServiceName, ms};
use crate::registrar::{Committed, Submission, SubmitError, TicketTexts};

/// Tickets of one page unless the caller says otherwise.
const PAGE_USUAL: usize = 100;

/// Tickets of one page at most.
const PAGE_MAX: usize = 500;

/// Where a ticket may stand, for the filter.
const STATES: [&str; 8] =
    ["booked", "waiting", "called", "serving", "afterwork", "parked", "missing", "closed"];

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "TicketPage")]
pub(super) struct Page<'a> {
    tickets: Vec<Row<'a>>,
    /// The `after` of the page that follows, if there is more.
    next: Option<u64>,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "TicketRow")]
pub(super) struct Row<'a> {
    id: u64,
    label: String,
    state: &'static str,
    outcome: Option<&'static str>,
    service: u32,
    language: &'a str,
    source: &'static str,
    priority: u8,
    created_ms: i64,
    since_ms: i64,
    waited_ms: u64,
    counter: Option<CounterName<'a>>,
    no_shows: u8,
    transferred: bool,
    note: bool,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "TicketWhole")]
pub(super) struct Whole<'a> {
    #[serde(flatten)]
    row: Row<'a>,
    service_names: ServiceName<'a>,
    lines: Vec<Line<'a>>,
    calls: Vec<CallRow<'a>>,
    position: Option<usize>,
    estimate_min: Option<u64>,
    put_back_at_ms: Option<i64>,
    booked_ms: Option<i64>,
    client_name: &'a str,
    note_text: &'a str,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct CallRow<'a> {
    id: u64,
    service: u32,
    counter: CounterName<'a>,
    operator: Option<Person<'a>>,
    called_ms: i64,
    recalls: u8,
    started_ms: Option<i64>,
    ended_ms: Option<i64>,
    end: Option<&'static str>,
}

pub(super) fn list(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let state = asked.call.query.get("state").map(|state| state.into_owned());
    let state = state.filter(|state| !state.is_empty());
    if state.as_deref().is_some_and(|state| !STATES.contains(&state)) {
        let detail = format!("`state` must be one of {}.", STATES.join(", "));
        return Err(requests::bad("bad_parameter", detail));
    }
    let service = requests::number(asked.call, "service")?;
    let limit = requests::number(asked.call, "limit")?;
    let limit = limit.map_or(PAGE_USUAL, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    if !(1..=PAGE_MAX).contains(&limit) {
        let detail = format!("`limit` must be from 1 to {PAGE_MAX}.");
        return Err(requests::bad("bad_parameter", detail));
    }
    let after = requests::number(asked.call, "after")?.unwrap_or(0);
    let now = asked.rooms.mailbox.moment();
    Ok(asked.rooms.mailbox.read(|committed| {
        let fits = |ticket: &&Ticket| {
            after < ticket.id.0
                && state.as_deref().is_none_or(|state| shown::state_word(ticket.state) == state)
                && service.is_none_or(|id| u64::from(ticket.line().service.0) == id)
        };
        let mut found = committed.branch.tickets().filter(fits);
        let tickets: Vec<Row<'_>> =
            found.by_ref().take(limit).map(|ticket| row(committed, ticket, now)).collect();
        let next = found.next().and_then(|_| tickets.last()).map(|last| last.id);
        asked.json(&Page { tickets, next })
    }))
}

pub(super) fn one(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let now = asked.rooms.mailbox.moment();
    asked.rooms.mailbox.read(|committed| {
        let ticket = committed.branch.ticket(TicketId(asked.gaps.first()));
        let ticket = ticket.ok_or_else(unknown)?;
        let settings = committed.branch.settings();
        let texts = committed.texts.get(&ticket.id);
        let written = |text: fn(&TicketTexts) -> &Option<String>| {
            texts.and_then(|texts| text(texts).as_deref()).unwrap_or("")
        };
        let forecast = committed.branch.forecast_ticket(ticket);
        Ok(asked.json(&Whole {
            row: row(committed, ticket, now),
            service_names: ServiceName::of(settings, ticket.line().service),
            lines: Line::all(settings, ticket),
            calls: ticket.calls.iter().map(|call| call_row(settings, call)).collect(),
            position: forecast.map(|forecast| forecast.ahead + 1),
            estimate_min: forecast.map(|forecast| forecast.minutes()),
            put_back_at_ms: put_back_at(ticket),
            booked_ms: ticket.booking.map(|booking| booking.appointment.start.wall_ms),
            client_name: written(|texts| &texts.client_name),
            note_text: written(|texts| &texts.note),
        }))
    })
}

fn put_back_at(ticket: &Ticket) -> Option<i64> {
    if let engine::TicketState::Missing { until: Some(until), .. } = ticket.state {
        return Some(until.wall_ms);
    }
    None
}

pub(super) fn unknown() -> Problem {
    faults::unknown("unknown_ticket", "No ticket of this day has this number.")
}

fn row<'a>(committed: &'a Committed, ticket: &'a Ticket, now: Moment) -> Row<'a> {
    let settings = committed.branch.settings();
    let note = committed.texts.get(&ticket.id).and_then(|texts| texts.note.as_deref());
    Row {
        id: ticket.id.0,
        label: if ticket.label.is_given() { ticket.label.to_string() } else { String::new() },
        state: shown::state_word(ticket.state),
        outcome: shown::outcome_word(ticket.state),
        service: ticket.line().service.0,
        language: shown::language(settings, ticket),
        source: shown::source_word(ticket),
        priority: ticket.line().priority.get(),
        created_ms: ticket.issued.wall_ms,
        since_ms: ticket.changed().wall_ms,
        waited_ms: ms(ticket.time_waited(now)),
        counter: ticket.open_call().map(|call| CounterName::of(settings, call.counter)),
        no_shows: ticket.no_shows,
        transferred: ticket.transferred,
        note: note.is_some_and(|note| !note.is_empty()),
    }
}

fn call_row<'a>(settings: &'a Settings, call: &engine::Call) -> CallRow<'a> {
    let operator = call.operator.and_then(|id| settings.operator(id));
    CallRow {
        id: call.id.0,
        service: call.service.0,
        counter: CounterName::of(settings, call.counter),
        operator: operator.map(|known| Person { id: known.id.0, name: &known.name }),
        called_ms: call.called.wall_ms,
        recalls: call.recalls,
        started_ms: call.started.map(|at| at.wall_ms),
        ended_ms: call.ended.map(|(at, _)| at.wall_ms),
        end: call.ended.map(|(_, end)| end_word(end)),
    }
}

/// How a call ended, in one word.
pub(super) fn end_word(end: engine::CallEnd) -> &'static str {
    match end {
        engine::CallEnd::Finished => "finished",
        engine::CallEnd::NoShow => "no_show",
        engine::CallEnd::Parked => "parked",
        engine::CallEnd::Transferred => "transferred",
    }
}

pub(super) async fn issue(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let wish: wire::Issue = requests::body(asked.call, "the number `service`")?;
    let rooms = asked.rooms;
    let priority = wish.priority.map(priority).transpose()?.unwrap_or(Priority::NORMAL);
    let device = wish.device.map(DeviceId);
    let printers = rooms.cabinet.printers();
    if device.is_some_and(|id| printers.iter().all(|printer| printer.id != id)) {
        return Err(faults::unknown("unknown_device", "There is no such printer."));
    }
    let texts = TicketTexts {
        client_name: requests::text(wish.client_name, "client_name")?,
        note: requests::text(wish.note, "note")?,
        ..TicketTexts::default()
    };
    let line = LineRequest { service: ServiceId(wish.service), priority };
    let repeat = requests::repeat_key(asked.call, asked.row.path, asked.namesake()?)?;
    for _ in 0..TOKENS_MAX {
        let command = Command::Issue(engine::Issue {
            lines: vec![line],
            language: wish.language.map(LanguageId),
            token: rooms.passes.token(),
            pass: None,
            source: Source::Staff,
            device,
        });
        let submission =
            Submission { repeat: repeat.clone(), texts: texts.clone(), ..command.into() };
        match rooms.mailbox.submit(submission).await {
            Err(SubmitError::Refused(Refusal::TokenTaken)) => {}
            submitted => return given(asked, submitted, false),
        }
    }
    given(asked, Err(SubmitError::Unavailable), false)
}

pub(super) async fn delete(asked: &Asked<'_>) -> Result<Answer, Problem> {
    change(asked, |ticket| Command::Delete { ticket }).await
}

pub(super) async fn put_back(asked: &Asked<'_>) -> Result<Answer, Problem> {
    change(asked, |ticket| Command::PutBack { ticket }).await
}

async fn change(
    asked: &Asked<'_>,
    command: impl FnOnce(TicketId) -> Command,
) -> Result<Answer, Problem> {
    let who = format!("{} about {}", asked.namesake()?, asked.gaps.first());
    let repeat = requests::repeat_key(asked.call, asked.row.path, who)?;
    let command = command(TicketId(asked.gaps.first()));
    let settings = asked.rooms.mailbox.read(|now| now.branch.settings().clone());
    let submitted = asked.rooms.mailbox.submit(Submission { repeat, ..command.into() }).await;
    let receipt = submitted.map_err(|error| faults::submit(&settings, error))?;
    Ok(asked.json(&wire::Done { seq: receipt.seq.0 }))
}
