//! The reference's taking back of how a call ended: it keeps whole visits, before and after.

use super::reference::Model;
use super::visit::{Stand, Visit, yes};
use crate::command::{Command, Unstarted};
use crate::ids::CounterId;
use crate::settings::Settings;
use crate::ticket::Place;

/// How a call ended.
#[derive(Clone, Debug)]
pub(super) struct End {
    counter: CounterId,
    at: u64,
    before: Visit,
    after: Visit,
}

impl End {
    /// The end that a deed has brought, if it has.
    pub(super) fn of(before: Visit, after: &Visit, at: u64) -> Option<End> {
        let counter = before.counter()?;
        after.invitations.last()?.over.then(|| End { counter, at, before, after: after.clone() })
    }
}

impl Visit {
    /// Where a deed counts the customer as served since the call, that is what was before.
    pub(super) fn start_if_unstarted(&mut self, command: &Command) {
        let at_call = Unstarted::StartAtCall;
        if let Command::Finish { unstarted, .. } | Command::Park { unstarted, .. } = command
            && *unstarted == at_call
            && self.stand == Stand::Called
            && let Some(call) = self.invitations.last()
        {
            (self.stand, self.since) = (Stand::Serving, call.at);
        }
    }
}

impl Model {
    pub(super) fn undo(&mut self, counter: CounterId, ms: u64) -> Option<()> {
        yes(self.settings.counter(counter).is_some() && self.holder(counter).is_none())?;
        let sitting = self.sitting(counter);
        yes(self.breaks.iter().all(|has_one| has_one.1 != counter))?;
        let end = self.ends.iter().rev().find(|end| end.counter == counter)?.clone();
        yes(ms <= end.at + 10_000 && self.day.is_some())?;
        yes(self.opened.is_some_and(|opened| opened <= end.at))?;
        let now = self.visits.iter_mut().find(|visit| visit.id == end.after.id)?;
        let as_left = |visit: &Visit| {
            (visit.stand, visit.since, visit.wants.clone(), visit.invitations.len())
        };
        yes(as_left(now) == as_left(&end.after))?;
        let by = now.invitations.last()?.operator;
        yes(by.is_none() || by == sitting)?;
        yes(is_at_home(&self.settings, &end.before))?;
        let rated = std::mem::take(&mut now.rated);
        *now = Visit { rated, ..end.before };
        self.ends.retain(|end| end.counter != counter);
        Some(())
    }
}

/// Whether settings know all that an open visit needs.
pub(super) fn is_at_home(settings: &Settings, visit: &Visit) -> bool {
    let counter = |id| settings.counter(id).is_some();
    let operator = |id| settings.operator(id).is_some();
    let service = |id| settings.service(id).is_some();
    let place = |place| match place {
        Place::Service(id) => service(id),
        Place::Counter(id) => counter(id),
        Place::Operator(id) => operator(id),
    };
    let stands = match visit.stand {
        Stand::Waiting(at) | Stand::Parked(at) => place(at),
        Stand::Booked(_)
        | Stand::Called
        | Stand::Serving
        | Stand::Afterwork
        | Stand::Missing(_)
        | Stand::Closed(..) => true,
    };
    let calls = match (visit.counter(), visit.invitations.last()) {
        (Some(_), Some(last)) => counter(last.counter) && last.operator.is_none_or(operator),
        _ => true,
    };
    stands
        && calls
        && visit.wants.iter().all(|want| want.done || service(want.service))
        && visit.back.is_none_or(|back| place(back.0) && service(back.1))
}
