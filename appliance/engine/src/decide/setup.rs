//! Changing the settings, as a whole.

use std::sync::Arc;

use super::Decision;
use crate::branch::Branch;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::settings_check::{SettingsFault, check};
use crate::ticket::{LineState, Place, Ticket};

pub(super) fn change(branch: &Branch, settings: &Settings) -> Result<Decision, Refusal> {
    check(settings).map_err(Refusal::UnsoundSettings)?;
    for ticket in branch.tickets().filter(|ticket| !ticket.is_closed()) {
        still_served(settings, ticket).map_err(Refusal::UnsoundSettings)?;
    }
    if **branch.settings() == *settings {
        return Ok(Decision::default());
    }
    let mut events = vacated(branch, settings);
    events.push(Event::SettingsChanged(Arc::new(settings.clone())));
    Ok(Decision::of(events))
}

/// Whoever these settings do not know any more leaves, and so does who sits where they know no
/// counter: a counter that nobody can sit at would call nobody.
fn vacated(branch: &Branch, settings: &Settings) -> Vec<Event> {
    let shifts =
        branch.parts.desks.iter().filter_map(|(id, desk)| Some((*id, desk.shift?.operator)));
    shifts
        .filter(|(counter, operator)| {
            settings.counter(*counter).is_none() || settings.operator(*operator).is_none()
        })
        .map(|(counter, operator)| Event::ShiftClosed { operator, counter })
        .collect()
}

/// Nobody may be left standing in a line that no longer exists.
pub(super) fn still_served(settings: &Settings, ticket: &Ticket) -> Result<(), SettingsFault> {
    let open = ticket.lines.iter().filter(|line| !matches!(line.state, LineState::Closed(_)));
    for line in open {
        if settings.service(line.service).is_none() {
            return Err(SettingsFault::Dangling("an open ticket", line.service.0));
        }
    }
    let place = ticket.place().into_iter();
    let back = ticket.back_to.into_iter();
    let back = back.flat_map(|back| [back.place, Place::Service(back.service)]);
    let call = ticket.open_call();
    let at = call.map(|call| Place::Counter(call.counter));
    // Parking or a promised return would put the ticket into their line.
    let by = call.and_then(|call| call.operator).map(Place::Operator);
    for place in place.chain(back).chain(at).chain(by) {
        let known = match place {
            Place::Service(id) => settings.service(id).is_some(),
            Place::Counter(id) => settings.counter(id).is_some(),
            Place::Operator(id) => settings.operator(id).is_some(),
        };
        if !known {
            return Err(SettingsFault::Dangling("an open ticket", number(place)));
        }
    }
    Ok(())
}

fn number(place: Place) -> u32 {
    match place {
        Place::Service(id) => id.0,
        Place::Counter(id) => id.0,
        Place::Operator(id) => id.0,
    }
}
