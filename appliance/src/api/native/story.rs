//! A ticket's story: every entry in words, and why it was called when it was.

use std::collections::BTreeMap;

use engine::settings::Settings;
use engine::{
    Among, At, Branch, CounterId, Entry, Event, Explanation, Next, OperatorId, Place, PutBackBy,
    Seq, ServiceId, Ticket, TicketId, Why,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serve::http::Answer;
use serve::problem::Problem;

use super::tickets::unknown;
use super::{Asked, events, faults};
use crate::live::wire::{CounterName, state_word};

#[derive(JsonSchema, Serialize)]
pub(super) struct Story<'a> {
    ticket: u64,
    label: String,
    state: Option<&'static str>,
    entries: Vec<Told>,
    /// Of a ticket that waits: what each counter would say that called the next one now.
    explained: Vec<Explained<'a>>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Told {
    seq: u64,
    at_ms: i64,
    kind: String,
    text: String,
    /// Who did it for the counter from elsewhere.
    by: Option<Actor>,
    what: Value,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Actor {
    id: u32,
    name: String,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Explained<'a> {
    counter: CounterName<'a>,
    code: &'static str,
    text: String,
}

pub(super) fn tell(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let id = TicketId(asked.gaps.first());
    let entries = asked.rooms.archive.story(id).map_err(|error| faults::unreadable(&error))?;
    if entries.is_empty() {
        return Err(unknown());
    }
    let acts = asked.rooms.archive.acts(id).map_err(|error| faults::unreadable(&error))?;
    Ok(asked.rooms.mailbox.read(|committed| {
        let branch = &committed.branch;
        let told = |entry| told(branch.settings(), entry, &acts);
        let ticket = branch.ticket(id);
        asked.json(&Story {
            ticket: id.0,
            label: label(&entries),
            state: ticket.map(|ticket| state_word(ticket.state)),
            entries: entries.iter().map(told).collect(),
            explained: ticket.map(|ticket| explained(branch, ticket)).unwrap_or_default(),
        })
    }))
}

/// The label that it was given last; empty for a booking that nobody checked in.
fn label(entries: &[Entry]) -> String {
    let mut labels = entries.iter().rev().filter_map(|entry| {
        if let Event::Issued { label, .. } | Event::CheckedIn { label, .. } = &entry.event {
            return Some(label.to_string());
        }
        None
    });
    labels.next().unwrap_or_default()
}

fn told(settings: &Settings, entry: &Entry, acts: &BTreeMap<Seq, OperatorId>) -> Told {
    let (kind, mut body) = events::told(entry);
    let what = body.get_mut("what").map(Value::take).unwrap_or_default();
    let words = Words { settings };
    let mut text = words.of(&entry.event);
    let by = acts.get(&entry.seq).map(|id| Actor { id: id.0, name: words.operator(*id) });
    if let Some(actor) = &by {
        text = format!("{text} {} did so from elsewhere, to free the counter.", actor.name);
    }
    Told { seq: entry.seq.0, at_ms: entry.at.wall_ms, kind, text, by, what }
}

fn explained<'a>(branch: &'a Branch, ticket: &Ticket) -> Vec<Explained<'a>> {
    if !matches!(ticket.state, engine::TicketState::Waiting { .. }) {
        return Vec::new();
    }
    let settings = branch.settings();
    let words = Words { settings };
    let explain = |counter: &'a engine::settings::Counter| {
        let at = At { counter: counter.id, operator: None };
        let said = engine::explain(branch, ticket, at, &Among::Everything);
        let (code, text) = words.explanation(branch, &said);
        Explained { counter: CounterName::of(settings, counter.id), code, text }
    };
    settings.counters.iter().map(explain).collect()
}

/// English for a technician.
struct Words<'a> {
    settings: &'a Settings,
}

impl Words<'_> {
    fn service(&self, id: ServiceId) -> String {
        let service = self.settings.service(id);
        let name = service.map(|service| service.names.get(self.settings.default_language()));
        name.filter(|name| !name.is_empty()).map_or(format!("service {id}"), str::to_owned)
    }

    fn counter(&self, id: CounterId) -> String {
        let name = self.settings.counter(id).map(|counter| counter.name.as_str());
        format!("counter {}", name.map_or(id.to_string(), str::to_owned))
    }

    fn operator(&self, id: OperatorId) -> String {
        let known = self.settings.operator(id);
        known.map_or(format!("operator {id}"), |known| known.name.clone())
    }

    fn place(&self, place: Place) -> String {
        match place {
            Place::Service(id) => format!("the line of {}", self.service(id)),
            Place::Counter(id) => self.counter(id),
            Place::Operator(id) => self.operator(id),
        }
    }

    /// One entry in a sentence.
    fn of(&self, event: &Event) -> String {
        match event {
            Event::Issued { lines, label, .. } => {
                let names: Vec<String> = lines.iter().map(|l| self.service(l.service)).collect();
                format!("Given out as {label} for {}.", names.join(", "))
            }
            Event::Booked { line, .. } => format!("Booked for {}.", self.service(line.service)),
            Event::BookingConfirmed { .. } => "The booking was confirmed.".to_owned(),
            Event::BookingCancelled { .. } => "The booking was given up.".to_owned(),
            Event::BookingLapsed { why, .. } => match why {
                engine::Lapse::Unconfirmed => "The booking was not confirmed in time.".to_owned(),
                engine::Lapse::NoShow => "Nobody came for the booking.".to_owned(),
            },
            Event::CheckedIn { label, .. } => format!("Checked in as {label}."),
            Event::Called { counter, operator, why, .. } => {
                let by = operator.map(|id| format!(" by {}", self.operator(id)));
                let to = self.counter(*counter);
                format!("Called to {to}{}: {}.", by.unwrap_or_default(), why_called(*why))
            }
            Event::Recalled { .. } => "Called again.".to_owned(),
            Event::Started { .. } => "The customer was there.".to_owned(),
            Event::AfterworkBegan { .. } => "The customer left; the counter worked on.".to_owned(),
            Event::Finished { next, .. } => match next {
                Next::Close => "Done.".to_owned(),
                Next::Line(_) => "Done; the ticket's next service follows.".to_owned(),
                Next::Back(back) => format!("Done; back to {}.", self.place(back.place)),
            },
            Event::Missed { .. } => "The customer did not come; the ticket is missing.".to_owned(),
            Event::GivenUp { .. } => "The customer did not come for the last time.".to_owned(),
            Event::PutBack { by, .. } => match by {
                PutBackBy::Request => "Put back into the line, as was asked for.".to_owned(),
                PutBackBy::Time => "Put back into the line, since its time was over.".to_owned(),
            },
            Event::Parked { place, .. } => format!("Set aside by {}.", self.place(*place)),
            Event::Transferred { to, service, .. } => {
                format!("Sent on to {} for {}.", self.place(*to), self.service(*service))
            }
            Event::Redirected { to, service, .. } => {
                format!("Redirected to {} for {}.", self.place(*to), self.service(*service))
            }
            Event::LineAdded { line, .. } => format!("{} was added.", self.service(line.service)),
            Event::LineCancelled { line, .. } => format!("Service {} was given up.", line + 1),
            Event::PrioritySet { priority, .. } => {
                format!("Its priority was set to {}.", priority.get())
            }
            Event::Deleted { .. } => "Given up.".to_owned(),
            Event::Undone { .. } => "How its call ended was taken back.".to_owned(),
            Event::Answered { .. } => "The customer answered a question.".to_owned(),
            Event::SettingsChanged(_)
            | Event::DayOpened { .. }
            | Event::DayClosed { .. }
            | Event::ShiftOpened { .. }
            | Event::ShiftClosed { .. }
            | Event::BreakStarted { .. }
            | Event::BreakEnded { .. } => String::new(),
        }
    }

    fn explanation(&self, branch: &Branch, said: &Explanation) -> (&'static str, String) {
        match said {
            Explanation::WouldBeNext(why) => {
                ("would_be_next", format!("It would be called next: {}.", why_called(*why)))
            }
            Explanation::Behind { ticket, because } => {
                let label = branch.ticket(*ticket).map(|ticket| ticket.label.to_string());
                let label = label.unwrap_or_default();
                ("behind", format!("{label} would be called first: {}.", why_called(*because)))
            }
            Explanation::NotServedHere => {
                ("not_served_here", "Its service is not served there.".to_owned())
            }
            Explanation::NotAskedFor => ("not_asked_for", "It is not asked for there.".to_owned()),
            Explanation::ReservedForAnother(place) => {
                ("reserved", format!("It is reserved for {}.", self.place(*place)))
            }
            Explanation::CannotCall(_) => {
                ("cannot_call", "Nobody can be called there now.".to_owned())
            }
            Explanation::NotWaiting => ("not_waiting", "It is in no line.".to_owned()),
        }
    }
}

fn why_called(why: Why) -> &'static str {
    match why {
        Why::Asked => "somebody called it by name",
        Why::Priority => "it is the most urgent",
        Why::Reserved => "it is reserved",
        Why::Arrival => "it came first",
    }
}
