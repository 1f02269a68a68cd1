//! Questions that screens, slips and dialects ask of the state.

use std::time::Duration;

use crate::branch::Branch;
use crate::command::Command;
use crate::ids::{CounterId, ServiceId, TicketId};
use crate::limits::DUE_MAX;
use crate::moment::{Moment, Now};
use crate::settings::Service;
use crate::ticket::{Place, Ticket, TicketState};

/// Why a service cannot be had at this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// It is switched off.
    Disabled,
    /// It is outside its hours.
    Closed,
    /// It has given out all tickets of the day.
    QuotaSpent,
}

impl Branch {
    /// Why a service cannot be had, or nothing if it can.
    pub fn unavailable(&self, service: &Service, now: Now) -> Option<Unavailable> {
        if service.disabled {
            Some(Unavailable::Disabled)
        } else if service.hours.as_ref().is_some_and(|hours| !hours.contain(now.local)) {
            Some(Unavailable::Closed)
        } else if self.left_today(service) == Some(0) {
            Some(Unavailable::QuotaSpent)
        } else {
            None
        }
    }

    /// How often a service may still be asked for today; nothing where it has no quota.
    pub fn left_today(&self, service: &Service) -> Option<u32> {
        let asked = self.index.asked.get(&service.id).copied().unwrap_or(0);
        service.quota.map(|quota| quota.saturating_sub(asked))
    }

    /// The tickets that wait for a service, in the order they would be called.
    pub fn waiting(&self, service: ServiceId) -> impl Iterator<Item = &Ticket> {
        let line = self.line(Place::Service(service));
        line.into_iter().flat_map(|line| line.iter()).filter_map(|id| self.ticket(id))
    }

    /// How many wait for a service, the reserved ones not counted.
    pub fn waiting_count(&self, service: ServiceId) -> usize {
        self.line(Place::Service(service)).map_or(0, |line| line.len())
    }

    /// The mean time that those who wait for a service have stood in line so far.
    pub fn mean_wait(&self, service: ServiceId, now: Moment) -> Duration {
        let waits = self.waiting(service).map(|ticket| ticket.time_waited(now).as_millis() as u64);
        let (sum, count) =
            waits.fold((0, 0), |(sum, count), wait| (u64::saturating_add(sum, wait), count + 1));
        Duration::from_millis(sum.checked_div(count).unwrap_or(0))
    }

    /// The ticket that is called or served at a counter.
    pub fn ticket_at(&self, counter: CounterId) -> Option<&Ticket> {
        self.desk(counter).and_then(|desk| desk.ticket).and_then(|id| self.ticket(id))
    }

    /// What time demands: commands whose hour has come, at most [`DUE_MAX`].
    pub fn due(&self, now: Moment) -> Vec<Command> {
        let overdue = self.index.overdue.iter().take_while(|(until, _)| until.has_come(now));
        overdue
            .take(DUE_MAX)
            .map(|(_, ticket)| Command::PutBackOverdue { ticket: *ticket })
            .collect()
    }

    /// The last ticket number given.
    pub fn last_ticket(&self) -> TicketId {
        self.parts.last_ticket
    }
}

impl Ticket {
    /// How long it has stood in lines, the present wait included.
    pub fn time_waited(&self, now: Moment) -> Duration {
        match self.state {
            TicketState::Waiting { since, .. } => self.waited + now.since(since),
            TicketState::Called { .. }
            | TicketState::Serving { .. }
            | TicketState::Afterwork { .. }
            | TicketState::Parked { .. }
            | TicketState::Missing { .. }
            | TicketState::Closed { .. } => self.waited,
        }
    }

    /// Where it waits or is set aside, if it does.
    pub fn place(&self) -> Option<Place> {
        match self.state {
            TicketState::Waiting { place, .. } | TicketState::Parked { place, .. } => Some(place),
            TicketState::Called { .. }
            | TicketState::Serving { .. }
            | TicketState::Afterwork { .. }
            | TicketState::Missing { .. }
            | TicketState::Closed { .. } => None,
        }
    }
}
