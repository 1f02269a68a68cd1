//! What all clerks' screens need of the whole day, looked up once for all of them.

use std::collections::BTreeMap;

use engine::{Moment, ServiceId, TicketId, TicketState};

use crate::api::Rooms;

/// Tickets that stand in no line, and how long the lines are.
#[derive(Debug, Default)]
pub(super) struct Aside {
    pub(super) parked: Vec<TicketId>,
    /// Newest first.
    pub(super) missing: Vec<TicketId>,
    /// Since when the one who has waited longest for a service waits.
    pub(super) longest: BTreeMap<ServiceId, Moment>,
}

impl Aside {
    /// Looks through the day's tickets.
    pub(super) fn of(rooms: &Rooms) -> Aside {
        rooms.mailbox.read(|committed| {
            let mut aside = Aside::default();
            for ticket in committed.branch.tickets_newest_first() {
                match ticket.state {
                    TicketState::Parked { .. } => aside.parked.push(ticket.id),
                    TicketState::Missing { .. } => aside.missing.push(ticket.id),
                    TicketState::Waiting { .. } => {
                        let arrived = ticket.arrived();
                        let longest = aside.longest.entry(ticket.line().service).or_insert(arrived);
                        *longest = arrived.min(*longest);
                    }
                    TicketState::Booked { .. }
                    | TicketState::Called { .. }
                    | TicketState::Serving { .. }
                    | TicketState::Afterwork { .. }
                    | TicketState::Closed { .. } => {}
                }
            }
            aside.parked.reverse();
            aside
        })
    }
}
