//! What a change of the settings would do to those who are in the branch at this moment.

use std::collections::BTreeMap;

use crate::branch::Branch;
use crate::ids::{CounterId, OperatorId, ServiceId};
use crate::settings::Settings;
use crate::ticket::{LineState, Place, Ticket};

/// One consequence of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// So many open tickets need what would be gone: the change is refused.
    Needed(Place, usize),
    /// Somebody works there, and would have to leave.
    Leaves(OperatorId, CounterId),
    /// So many customers wait for a service that would be offered no more; they are served.
    WaitOn(ServiceId, usize),
}

impl Effect {
    /// Whether the change cannot be made because of it.
    pub fn forbids(&self) -> bool {
        match self {
            Effect::Needed(..) => true,
            Effect::Leaves(..) | Effect::WaitOn(..) => false,
        }
    }
}

/// What these settings would do, in the order of services, counters and operators.
pub fn effects(branch: &Branch, settings: &Settings) -> Vec<Effect> {
    let mut needed: BTreeMap<Place, usize> = BTreeMap::new();
    for ticket in branch.tickets().filter(|ticket| !ticket.is_closed()) {
        let mut gone: Vec<Place> = needs(ticket).filter(|place| !knows(settings, *place)).collect();
        gone.sort_unstable();
        gone.dedup();
        for place in gone {
            *needed.entry(place).or_default() += 1;
        }
    }
    let mut effects: Vec<Effect> =
        needed.into_iter().map(|(place, count)| Effect::Needed(place, count)).collect();
    effects.extend(vacated(branch, settings).map(|(operator, at)| Effect::Leaves(operator, at)));
    let disabled = settings.services.iter().filter(|service| service.disabled);
    let offered = |id| branch.settings().service(id).is_some_and(|before| !before.disabled);
    let left = disabled.filter(|service| offered(service.id));
    let waiting = left.map(|service| (service.id, branch.waiting_count(service.id)));
    let waiting = waiting.filter(|(_, count)| *count != 0);
    effects.extend(waiting.map(|(service, count)| Effect::WaitOn(service, count)));
    effects
}

/// Everything that must exist for an open ticket to go on.
pub(crate) fn needs(ticket: &Ticket) -> impl Iterator<Item = Place> {
    let open = ticket.lines.iter().filter(|line| !matches!(line.state, LineState::Closed(_)));
    let services = open.map(|line| Place::Service(line.service));
    let back = ticket.back_to.into_iter();
    let back = back.flat_map(|back| [back.place, Place::Service(back.service)]);
    let call = ticket.open_call();
    let at = call.map(|call| Place::Counter(call.counter));
    // Parking or a promised return would put the ticket into their line.
    let by = call.and_then(|call| call.operator).map(Place::Operator);
    services.chain(ticket.place()).chain(back).chain(at).chain(by)
}

/// Whether these settings have it.
pub(crate) fn knows(settings: &Settings, place: Place) -> bool {
    match place {
        Place::Service(id) => settings.service(id).is_some(),
        Place::Counter(id) => settings.counter(id).is_some(),
        Place::Operator(id) => settings.operator(id).is_some(),
    }
}

/// Whoever these settings do not know any more leaves, and so does who sits where they know no
/// counter: a counter that nobody can sit at would call nobody.
pub(crate) fn vacated<'a>(
    branch: &'a Branch,
    settings: &'a Settings,
) -> impl Iterator<Item = (OperatorId, CounterId)> + 'a {
    let shifts =
        branch.parts.desks.iter().filter_map(|(id, desk)| Some((desk.shift?.operator, *id)));
    shifts.filter(|(operator, counter)| {
        settings.counter(*counter).is_none() || settings.operator(*operator).is_none()
    })
}
