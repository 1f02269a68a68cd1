//! Questions that screens, slips and dialects ask of the state.

use std::time::Duration;

use crate::booking::{Code, Slot};
use crate::branch::Branch;
use crate::command::Command;
use crate::decide::bookings::bookable;
use crate::ids::{CallId, CounterId, ServiceId, TicketId};
use crate::limits::{CLOSED_KEPT_MS, DUE_MAX};
use crate::moment::{Moment, Now};
use crate::refusal::Refusal;
use crate::settings::Service;
use crate::ticket::{Place, Source, Ticket, TicketState};

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
        let Some(begun) = self.index.begun.get(&Place::Service(service)) else {
            return Duration::ZERO;
        };
        let count = i128::try_from(self.waiting_count(service)).unwrap_or(1).max(1);
        let mean = (i128::from(now.steady_ms) * count - begun) / count;
        Duration::from_millis(u64::try_from(mean).unwrap_or(0))
    }

    /// Whether a missing ticket may still be called back by name.
    ///
    /// It may at most `rules.tolerance_tickets` tickets later. A ticket later is one call of the
    /// service for which the ticket was missed, at any counter, of any ticket, after the moment in
    /// which it was missed; calls of other services do not count, nor does calling one again. A
    /// ticket that was missed more than [`CLOSED_KEPT_MS`] before the business day began may not:
    /// what has been called since is no longer known. Beyond the tolerance it is still put back
    /// like any missing ticket, and stands in line again.
    pub fn may_be_called_back(&self, ticket: &Ticket) -> bool {
        let TicketState::Missing { since, .. } = ticket.state else { return false };
        let kept = Duration::from_millis(CLOSED_KEPT_MS);
        if self.parts.day.is_some_and(|day| kept < day.opened.since(since)) {
            return false;
        }
        let Some(called) = self.index.called.get(&ticket.line().service) else { return true };
        let Some(after) = since.steady_ms.checked_add(1) else { return true };
        let tolerance = self.parts.settings.rules.tolerance_tickets;
        let most = usize::try_from(tolerance).unwrap_or(usize::MAX);
        called.range((after, CallId(0))..).nth(most).is_none()
    }

    /// The ticket that is called or served at a counter.
    pub fn ticket_at(&self, counter: CounterId) -> Option<&Ticket> {
        self.desk(counter).and_then(|desk| desk.ticket).and_then(|id| self.ticket(id))
    }

    /// What time demands: commands whose hour has come, at most [`DUE_MAX`] of a kind.
    pub fn due(&self, now: Moment) -> Vec<Command> {
        let overdue = self.index.overdue.iter().take_while(|(until, _)| until.has_come(now));
        let put_back = |ticket| Command::PutBackOverdue { ticket };
        let overdue = overdue.take(DUE_MAX).map(|(_, ticket)| put_back(*ticket));
        let early = self.index.lapsing.iter().take_while(|(steady, _)| *steady <= now.steady_ms);
        let lapsed = early
            .map(|(_, id)| *id)
            .filter(|id| self.ticket(*id).is_some_and(|ticket| ticket.lapses(now).is_some()));
        let lapse = |ticket| Command::LapseBooking { ticket };
        overdue.chain(lapsed.take(DUE_MAX).map(lapse)).collect()
    }

    /// The ticket that was booked under this code, as long as it is in memory: open or not.
    pub fn booking(&self, code: &Code) -> Option<&Ticket> {
        self.ticket(*self.index.codes.get(code)?)
    }

    /// The bookings whose slots begin from `from_ms` on and before `to_ms` (milliseconds since
    /// 1970-01-01 UTC), by their start: those that are open, and those that were checked in.
    pub fn bookings_between(&self, from_ms: i64, to_ms: i64) -> impl Iterator<Item = &Ticket> {
        let start = |ms| (ms, ServiceId(0), TicketId(0));
        // An empty span is one that ends where it begins.
        let span = start(from_ms)..start(to_ms.max(from_ms));
        self.index.slots.range(span).filter_map(|(_, _, id)| self.ticket(*id))
    }

    /// How many places of a slot are promised.
    pub fn places_taken(&self, service: ServiceId, start_ms: i64) -> usize {
        let place = |ticket| (start_ms, service, TicketId(ticket));
        self.index.slots.range(place(0)..=place(u64::MAX)).count()
    }

    /// Why a slot cannot be booked for a service, or nothing if it can.
    pub fn unbookable(
        &self,
        service: ServiceId,
        slot: Slot,
        by: Source,
        now: Now,
    ) -> Option<Refusal> {
        bookable(self, service, slot, by, now).err()
    }

    /// Those of `slots` that can be booked for a service, in their order.
    pub fn free_slots(
        &self,
        service: ServiceId,
        slots: &[Slot],
        by: Source,
        now: Now,
    ) -> Vec<Slot> {
        let free = |slot: &&Slot| self.unbookable(service, **slot, by, now).is_none();
        slots.iter().filter(free).copied().collect()
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
            TicketState::Booked { .. }
            | TicketState::Called { .. }
            | TicketState::Serving { .. }
            | TicketState::Afterwork { .. }
            | TicketState::Parked { .. }
            | TicketState::Missing { .. }
            | TicketState::Closed { .. } => self.waited,
        }
    }

    /// Where it waits or is set aside, if it does.
    pub fn place(&self) -> Option<Place> {
        self.state.place()
    }
}

impl TicketState {
    /// Where a ticket waits or is set aside, if it does.
    pub fn place(&self) -> Option<Place> {
        match *self {
            TicketState::Waiting { place, .. } | TicketState::Parked { place, .. } => Some(place),
            TicketState::Booked { .. }
            | TicketState::Called { .. }
            | TicketState::Serving { .. }
            | TicketState::Afterwork { .. }
            | TicketState::Missing { .. }
            | TicketState::Closed { .. } => None,
        }
    }
}
