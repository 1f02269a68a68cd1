//! The states of the screens as they travel. Instants and spans are milliseconds.

use std::collections::BTreeMap;

use engine::settings::{Settings, Texts};
use engine::{Branch, CounterId, LineState, Outcome, ServiceId, Ticket, TicketLine, TicketState};
use schemars::JsonSchema;
use serde::Serialize;

/// A text in all languages of the branch, by their codes.
pub(crate) type Names<'a> = BTreeMap<&'a str, &'a str>;

/// Which build a page was made for: another one, and it loads itself anew.
const BUILD: &str = env!("CARGO_PKG_VERSION");

/// What every state has, beside its instant and the last entry that is in it: a state in which
/// nothing else differs is no news.
#[derive(JsonSchema, Serialize)]
pub(crate) struct Origin<'a> {
    pub(crate) zone: &'a str,
    pub(crate) build: &'a str,
    pub(crate) branch: BranchName<'a>,
}

#[derive(JsonSchema, Serialize)]
pub(crate) struct BranchName<'a> {
    pub(crate) id: u32,
    pub(crate) name: &'a str,
}

impl<'a> Origin<'a> {
    pub(crate) fn of(branch: &'a Branch) -> Origin<'a> {
        let settings = branch.settings();
        Origin {
            zone: &settings.zone,
            build: BUILD,
            branch: BranchName { id: settings.branch.0, name: &settings.name },
        }
    }
}

/// A counter as people call it.
#[derive(JsonSchema, Serialize)]
pub(crate) struct CounterName<'a> {
    pub(crate) id: u32,
    pub(crate) name: &'a str,
}

impl<'a> CounterName<'a> {
    pub(crate) fn of(settings: &'a Settings, id: CounterId) -> CounterName<'a> {
        let name = settings.counter(id).map_or("", |counter| counter.name.as_str());
        CounterName { id: id.0, name }
    }
}

/// Somebody's number and name.
#[derive(JsonSchema, Serialize)]
pub(crate) struct Person<'a> {
    pub(crate) id: u32,
    pub(crate) name: &'a str,
}

/// A service by its names.
#[derive(JsonSchema, Serialize)]
pub(crate) struct ServiceName<'a> {
    pub(crate) id: u32,
    pub(crate) names: Names<'a>,
}

impl<'a> ServiceName<'a> {
    pub(crate) fn of(settings: &'a Settings, id: ServiceId) -> ServiceName<'a> {
        ServiceName { id: id.0, names: service_names(settings, id) }
    }
}

/// One service on a ticket, and how far it is.
#[derive(JsonSchema, Serialize)]
pub(crate) struct Line<'a> {
    pub(crate) service: u32,
    pub(crate) names: Names<'a>,
    pub(crate) state: &'static str,
}

impl<'a> Line<'a> {
    pub(crate) fn of(settings: &'a Settings, line: &TicketLine) -> Line<'a> {
        let names = service_names(settings, line.service);
        Line { service: line.service.0, names, state: line_word(line.state) }
    }

    pub(crate) fn all(settings: &'a Settings, ticket: &Ticket) -> Vec<Line<'a>> {
        ticket.lines.iter().map(|line| Line::of(settings, line)).collect()
    }
}

fn service_names(settings: &Settings, id: ServiceId) -> Names<'_> {
    settings.service(id).map(|service| names(settings, &service.names)).unwrap_or_default()
}

/// A text in every language of the branch; where one is empty, that of the default language.
pub(crate) fn names<'a>(settings: &'a Settings, texts: &'a Texts) -> Names<'a> {
    let filled = |id| texts.0.get(&id).map(String::as_str).filter(|text| !text.is_empty());
    let fallback = filled(settings.default_language());
    let fallback = fallback.unwrap_or_else(|| texts.get(settings.default_language()));
    let languages = settings.languages.iter();
    languages
        .map(|language| (language.code.as_str(), filled(language.id).unwrap_or(fallback)))
        .collect()
}

/// The code of a ticket's language.
pub(crate) fn language<'a>(settings: &'a Settings, ticket: &Ticket) -> &'a str {
    settings.language(ticket.language).map_or("", |language| language.code.as_str())
}

/// Where a ticket stands, in one word.
pub(crate) fn state_word(state: TicketState) -> &'static str {
    match state {
        TicketState::Booked { .. } => "booked",
        TicketState::Waiting { .. } => "waiting",
        TicketState::Called { .. } => "called",
        TicketState::Serving { .. } => "serving",
        TicketState::Afterwork { .. } => "afterwork",
        TicketState::Parked { .. } => "parked",
        TicketState::Missing { .. } => "missing",
        TicketState::Closed { .. } => "closed",
    }
}

/// How a ticket ended, in one word; nothing while it has not.
pub(crate) fn outcome_word(state: TicketState) -> Option<&'static str> {
    match state {
        TicketState::Closed { outcome, .. } => Some(outcome_name(outcome)),
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. } => None,
    }
}

fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Served => "served",
        Outcome::NoShow => "no_show",
        Outcome::Deleted => "deleted",
    }
}

fn line_word(state: LineState) -> &'static str {
    match state {
        LineState::Ahead => "ahead",
        LineState::Current => "current",
        LineState::Closed(outcome) => outcome_name(outcome),
    }
}

/// Through what a ticket came, in one word.
pub(crate) fn source_word(ticket: &Ticket) -> &'static str {
    match ticket.source {
        _ if ticket.booking.is_some() => "booking",
        engine::Source::Customer if ticket.pass.is_some() => "phone",
        engine::Source::Customer => "kiosk",
        engine::Source::Staff => "staff",
    }
}

/// A span in milliseconds.
pub(crate) fn ms(span: std::time::Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// A state as JSON; it is an object, in one line.
pub(super) fn json(state: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(state).expect("texts and numbers can be written")
}
