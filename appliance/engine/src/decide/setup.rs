//! Changing the settings, as a whole.

use std::sync::Arc;

use super::Decision;
use crate::branch::Branch;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::settings_check::{SettingsFault, check};
use crate::settings_effects::{knows, needs, vacated};
use crate::ticket::{Place, Ticket};

pub(super) fn change(branch: &Branch, settings: &Settings) -> Result<Decision, Refusal> {
    check(settings).map_err(Refusal::UnsoundSettings)?;
    for ticket in branch.tickets().filter(|ticket| !ticket.is_closed()) {
        still_served(settings, ticket).map_err(Refusal::UnsoundSettings)?;
    }
    if **branch.settings() == *settings {
        return Ok(Decision::default());
    }
    let leaving = vacated(branch, settings);
    let mut events: Vec<Event> =
        leaving.map(|(operator, counter)| Event::ShiftClosed { operator, counter }).collect();
    events.push(Event::SettingsChanged(Arc::new(settings.clone())));
    Ok(Decision::of(events))
}

/// Nobody may be left standing in a line that no longer exists.
pub(super) fn still_served(settings: &Settings, ticket: &Ticket) -> Result<(), SettingsFault> {
    match needs(ticket).find(|place| !knows(settings, *place)) {
        Some(place) => Err(SettingsFault::Dangling("an open ticket", number(place))),
        None => Ok(()),
    }
}

fn number(place: Place) -> u32 {
    match place {
        Place::Service(id) => id.0,
        Place::Counter(id) => id.0,
        Place::Operator(id) => id.0,
    }
}
