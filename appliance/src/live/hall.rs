//! What the hall sees: who is called where, by number alone.

use std::cmp::Reverse;

use engine::settings::Settings;
use engine::{Branch, Call, Ticket, TicketState};
use schemars::JsonSchema;
use serde::Serialize;

use super::Live;
use super::wire::{self, CounterName, Origin};
use crate::api::Rooms;

/// Calls that are shown: more than a screen has lines.
pub(super) const CALLS_SHOWN: usize = 12;

/// Calls that have ended which are shown.
pub(super) const RECENT_SHOWN: usize = 6;

/// Tickets that are looked at for those: the newest, so that a long day costs no more than a short.
const RECENT_SEARCHED: usize = 512;

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "HallScreen")]
pub(crate) struct State<'a> {
    #[serde(flatten)]
    origin: Origin<'a>,
    languages: Vec<&'a str>,
    calls: Vec<Shown<'a>>,
    recent: Vec<Shown<'a>>,
    waiting: usize,
    open: bool,
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "HallCall")]
pub(crate) struct Shown<'a> {
    key: String,
    label: String,
    counter: CounterName<'a>,
    language: &'a str,
    called_ms: i64,
    last_call_ms: i64,
    recalls: u8,
    state: &'static str,
}

/// The state.
pub(super) fn render(rooms: &Rooms, live: &Live) -> Vec<u8> {
    let now = rooms.now();
    rooms.mailbox.read(|committed| {
        let branch = &committed.branch;
        let settings = branch.settings();
        let show = |(ticket, call): (&Ticket, &Call)| shown(live, settings, ticket, call);
        let mut calls: Vec<(&Ticket, &Call)> = settings
            .counters
            .iter()
            .filter_map(|counter| branch.ticket_at(counter.id))
            .filter(|ticket| is_shown(ticket))
            .filter_map(|ticket| Some((ticket, ticket.open_call()?)))
            .collect();
        calls.sort_by_key(|(_, call)| Reverse((live.last_called(call).steady_ms, call.id)));
        calls.truncate(CALLS_SHOWN);
        let waiting = branch.lines().map(|(_, line)| line.len()).sum();
        let is_had = |service: &engine::settings::Service| {
            !service.hidden && branch.unavailable(service, now).is_none()
        };
        wire::json(&State {
            origin: Origin::of(branch),
            languages: settings.languages.iter().map(|known| known.code.as_str()).collect(),
            calls: calls.into_iter().map(show).collect(),
            recent: recent(branch).into_iter().map(show).collect(),
            waiting,
            open: branch.day().is_some() && settings.services.iter().any(is_had),
        })
    })
}

/// Whose customer is on the way or at the counter.
fn is_shown(ticket: &Ticket) -> bool {
    matches!(ticket.state, TicketState::Called { .. } | TicketState::Serving { .. })
}

/// The calls that ended last.
fn recent(branch: &Branch) -> Vec<(&Ticket, &Call)> {
    let newest = branch.tickets_newest_first().take(RECENT_SEARCHED);
    let last = newest.filter_map(|ticket| Some((ticket, ticket.calls.last()?)));
    let mut ended: Vec<(&Ticket, &Call)> =
        last.filter(|(ticket, call)| call.ended.is_some() || !is_shown(ticket)).collect();
    ended.sort_by_key(|(_, call)| Reverse((call.called.steady_ms, call.id)));
    ended.truncate(RECENT_SHOWN);
    ended
}

fn shown<'a>(live: &Live, settings: &'a Settings, ticket: &Ticket, call: &Call) -> Shown<'a> {
    Shown {
        key: format!("{}-{}", call.id.0, call.recalls),
        label: ticket.label.to_string(),
        counter: CounterName::of(settings, call.counter),
        language: wire::language(settings, ticket),
        called_ms: call.called.wall_ms,
        last_call_ms: live.last_called(call).wall_ms,
        recalls: call.recalls,
        state: if call.ended.is_some() { "ended" } else { wire::state_word(ticket.state) },
    }
}
