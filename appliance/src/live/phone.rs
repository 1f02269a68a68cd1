//! What a customer's phone shows of its ticket.

use std::time::Duration;

use engine::settings::{Language, Texts as Translations};
use engine::{Branch, Moment, Outcome, Settings, Ticket, TicketId, TicketState};
use schemars::JsonSchema;
use serde::Serialize;

use super::wire::{self, CounterName, Line, Origin, ServiceName, ms};
use crate::api::Rooms;
use crate::texts::Texts;

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "PhoneScreen")]
pub(crate) struct State<'a> {
    #[serde(flatten)]
    origin: Origin<'a>,
    ticket: Shown<'a>,
    notices: Notices,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "PhoneTicket")]
pub(crate) struct Shown<'a> {
    label: String,
    language: &'a str,
    source: &'static str,
    created_ms: i64,
    state: &'static str,
    outcome: Option<&'static str>,
    since_ms: i64,
    service: ServiceName<'a>,
    lines: Vec<Line<'a>>,
    ahead: Option<usize>,
    position: Option<usize>,
    estimate_min: Option<u64>,
    counters: Vec<CounterName<'a>>,
    counter: Option<CounterName<'a>>,
    transferred: bool,
    recalls: u8,
    waited_ms: u64,
    called_ms: Option<i64>,
    started_ms: Option<i64>,
    ended_ms: Option<i64>,
    put_back_at_ms: Option<i64>,
    no_shows: u8,
    no_shows_max: u8,
    feedback: Option<Feedback>,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct Feedback {
    open_until_ms: i64,
    /// Whether there is anything to be asked.
    asked: bool,
    answered: bool,
}

/// The branch's sentences for this ticket, filled in.
#[derive(JsonSchema, Serialize)]
pub(crate) struct Notices {
    call: String,
    feedback: String,
}

/// The state, or nothing where the ticket is not known any more.
pub(super) fn render(rooms: &Rooms, id: TicketId) -> Option<Vec<u8>> {
    let now = rooms.mailbox.moment();
    rooms.mailbox.read(|committed| {
        let branch = &committed.branch;
        let ticket = branch.ticket(id)?;
        let state = State {
            origin: Origin::of(branch),
            ticket: shown(branch, ticket, now),
            notices: notices(&rooms.texts, branch.settings(), ticket),
        };
        Some(wire::json(&state))
    })
}

fn shown<'a>(branch: &'a Branch, ticket: &Ticket, now: Moment) -> Shown<'a> {
    let settings = branch.settings();
    let forecast = branch.forecast_ticket(ticket);
    let service = ticket.line().service;
    let counters = forecast.map(|_| branch.counters_for(service)).unwrap_or_default();
    let call = ticket.calls.last();
    let (ended, put_back_at) = match ticket.state {
        TicketState::Closed { at, .. } => (Some(at), None),
        TicketState::Missing { until, .. } => (None, until),
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. } => (None, None),
    };
    Shown {
        label: if ticket.label.is_given() { ticket.label.to_string() } else { String::new() },
        language: wire::language(settings, ticket),
        source: wire::source_word(ticket),
        created_ms: ticket.issued.wall_ms,
        state: wire::state_word(ticket.state),
        outcome: wire::outcome_word(ticket.state),
        since_ms: ticket.changed().wall_ms,
        service: ServiceName::of(settings, service),
        lines: Line::all(settings, ticket),
        ahead: forecast.map(|forecast| forecast.ahead),
        position: forecast.map(|forecast| forecast.ahead + 1),
        estimate_min: forecast.map(|forecast| forecast.minutes()),
        counters: counters.into_iter().map(|id| CounterName::of(settings, id)).collect(),
        counter: ticket.open_call().map(|call| CounterName::of(settings, call.counter)),
        transferred: ticket.transferred,
        recalls: ticket.open_call().map_or(0, |call| call.recalls),
        // A wait that goes on would make every state another one: the page counts from `since_ms`.
        waited_ms: ms(if forecast.is_some() { ticket.waited } else { ticket.time_waited(now) }),
        called_ms: call.map(|call| call.called.wall_ms),
        started_ms: call.and_then(|call| call.started).map(|at| at.wall_ms),
        ended_ms: ended.map(|at| at.wall_ms),
        put_back_at_ms: put_back_at.map(|at| at.wall_ms),
        no_shows: ticket.no_shows,
        no_shows_max: settings.rules.no_shows_max,
        feedback: feedback(settings, ticket),
    }
}

fn feedback(settings: &Settings, ticket: &Ticket) -> Option<Feedback> {
    let TicketState::Closed { outcome: Outcome::Served, at } = ticket.state else { return None };
    let window = Duration::from_secs(u64::from(settings.rules.feedback_for_min) * 60);
    let survey = settings.survey(settings.smart_ticket.survey);
    let questions = survey.map_or(&[][..], |survey| &survey.questions);
    let is_answered = |id| ticket.answers.iter().any(|(known, _)| *known == id);
    Some(Feedback {
        open_until_ms: at.plus(window).wall_ms,
        asked: !questions.is_empty() && !window.is_zero(),
        answered: !questions.is_empty() && questions.iter().all(|asked| is_answered(asked.id)),
    })
}

fn notices(texts: &Texts, settings: &Settings, ticket: &Ticket) -> Notices {
    let counter = ticket.open_call().and_then(|call| settings.counter(call.counter));
    let counter = counter.map_or("", |counter| counter.name.as_str());
    let label = ticket.label.to_string();
    let say = |own: &Translations, id| {
        let language = settings.language(ticket.language);
        filled(text(texts, own, language, id), &label, counter)
    };
    let module = &settings.smart_ticket;
    Notices {
        call: say(&module.call_texts, "notify-call"),
        feedback: say(&module.feedback_texts, "notify-feedback"),
    }
}

/// A text with its variables, in either of the vendor's two spellings.
fn filled(text: String, label: &str, counter: &str) -> String {
    // The counter last, since it may be called anything.
    [("ticketNumber", label), ("counterNumber", counter)].into_iter().fold(
        text,
        |text, (name, value)| {
            text.replace(&format!("#{{{name}}}"), value).replace(&format!("${{{name}}}"), value)
        },
    )
}

/// The branch's own text in this language, or ours where it has none.
fn text(texts: &Texts, own: &Translations, language: Option<&Language>, id: &str) -> String {
    let code = language.map_or("", |language| language.code.as_str());
    let set = language.and_then(|language| own.0.get(&language.id));
    match set.filter(|text| !text.is_empty()) {
        Some(text) => text.clone(),
        None => texts.plain(code, id).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_variable_are_filled_and_a_counter_may_be_called_anything() {
        let said = |text: &str| filled(text.to_owned(), "A001", "#{ticketNumber}");
        assert_eq!(said("No. #{ticketNumber} at #{counterNumber}"), "No. A001 at #{ticketNumber}");
        assert_eq!(said("${ticketNumber}: ${counterNumber}."), "A001: #{ticketNumber}.");
        assert_eq!(said("Thank you."), "Thank you.");
    }
}
