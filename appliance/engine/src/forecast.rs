//! How long it will take: an estimate that counts everyone who will be called before you by the
//! counters that may call you, and how long those counters have been taking.

use std::cmp::Reverse;
use std::time::Duration;

use crate::branch::Branch;
use crate::counter_set::CounterSet;
use crate::ids::{CounterId, ServiceId, TicketId};
use crate::line::Turn;
use crate::moment::Moment;
use crate::ticket::{Place, Priority, Ticket, TicketState};

/// Expected time for one customer of a service that the settings do not know any more.
const PACE_UNKNOWN_MS: u64 = 300_000;

/// What a waiting customer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// People in the same line who will be called first.
    pub ahead: usize,
    /// How long that will take.
    pub wait: Duration,
}

impl Forecast {
    /// The wait in whole minutes, rounded up.
    pub fn minutes(&self) -> u64 {
        self.wait.as_secs().div_ceil(60)
    }
}

impl Branch {
    /// What someone would be told who took a ticket for `service` now.
    pub fn forecast_service(&self, service: ServiceId, now: Moment) -> Forecast {
        let turn =
            Turn { priority: Reverse(Priority::NORMAL), arrived: now, ticket: TicketId(u64::MAX) };
        self.forecast_turn(Place::Service(service), service, &turn)
    }

    /// What the holder of this ticket is told; nothing unless it waits.
    pub fn forecast_ticket(&self, ticket: &Ticket) -> Option<Forecast> {
        let TicketState::Waiting { place, .. } = ticket.state else { return None };
        Some(self.forecast_turn(place, ticket.line().service, &self.turn(ticket)))
    }

    /// The counters that may call for `service`: those at work, else all that serve it.
    pub fn counters_for(&self, service: ServiceId) -> Vec<CounterId> {
        let set = self.callers(service);
        let counters = self.parts.settings.counters.iter().enumerate();
        counters.filter(|(place, _)| set.contains(*place)).map(|(_, counter)| counter.id).collect()
    }

    fn callers(&self, service: ServiceId) -> CounterSet {
        let all = self.index.served_by.get(&service).copied().unwrap_or_default();
        let at_work = all.and(&self.index.at_work);
        if at_work.is_empty() { all } else { at_work }
    }

    /// How long one customer of `service` keeps a counter, in milliseconds.
    pub fn pace_ms(&self, service: ServiceId) -> u64 {
        let measured = self.parts.paces.get(&service).map(|pace| pace.mean_ms);
        let expected = || self.parts.settings.service(service).map(|service| service.expected_ms);
        measured.or_else(expected).unwrap_or(PACE_UNKNOWN_MS)
    }

    fn forecast_turn(&self, place: Place, service: ServiceId, turn: &Turn) -> Forecast {
        let own = self.line(place).map_or(0, |line| line.before(turn));
        match place {
            // One person serves a reserved line.
            Place::Counter(_) | Place::Operator(_) => {
                let wait = Duration::from_millis(self.pace_ms(service).saturating_mul(own as u64));
                Forecast { ahead: own, wait }
            }
            Place::Service(_) => {
                Forecast { ahead: own, wait: self.shared_wait(service, own, turn) }
            }
        }
    }

    /// The work that stands before `turn` at the counters of `service`, shared among them. A line
    /// that other counters serve too counts with the share that falls to these.
    fn shared_wait(&self, service: ServiceId, own: usize, turn: &Turn) -> Duration {
        let counters = self.callers(service);
        let mut work_ms = self.pace_ms(service).saturating_mul(own as u64);
        for (place, line) in self.lines() {
            let Place::Service(other) = place else { continue };
            if other == service {
                continue;
            }
            let ahead = line.before(turn) as u64;
            if ahead == 0 {
                continue;
            }
            let theirs = self.callers(other);
            let both = theirs.and(&counters).len();
            if both != 0 {
                let work = self.pace_ms(other).saturating_mul(ahead).saturating_mul(both);
                work_ms = work_ms.saturating_add(work / theirs.len());
            }
        }
        Duration::from_millis(work_ms / counters.len().max(1))
    }
}
