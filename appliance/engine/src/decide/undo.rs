//! Taking back how a call ended: the wrong key costs nobody their place.

use std::time::Duration;

use super::Decision;
use super::setup::still_served;
use crate::branch::Branch;
use crate::counter::Ending;
use crate::event::Event;
use crate::ids::CounterId;
use crate::limits::UNDO_FOR_MS;
use crate::moment::{Moment, Now};
use crate::refusal::Refusal;
use crate::ticket::Ticket;

impl Branch {
    /// How the last call at this counter ended, if that can still be taken back: it was just now,
    /// the ticket stands where it was left, and whoever made the call sits there.
    pub fn undoable(&self, counter: CounterId, now: Moment) -> Option<&Ending> {
        let desk = self.desk(counter)?;
        let ending = desk.last_end.as_ref()?;
        let (ticket, call) = self.call(ending.call)?;
        let is_last = ticket.calls.last().is_some_and(|last| last.id == ending.call);
        let is_untouched = stands_as(ticket, ending) && ticket.lines == ending.lines;
        let sits = desk.shift.map(|shift| shift.operator);
        let is_own = call.operator.is_none_or(|operator| sits == Some(operator));
        let is_todays = self.parts.day.is_some_and(|day| day.opened.has_come(ending.at));
        // The settings may have changed meanwhile, and it has to be at home in them again.
        let mut resumed = ticket.clone();
        ending.before.restore(&mut resumed, ending.call);
        let is_at_home = still_served(self.settings(), &resumed).is_ok();
        let is_recent = now.since(ending.at) <= Duration::from_millis(UNDO_FOR_MS);
        let all = [is_last, is_untouched, is_own, is_todays, is_at_home, is_recent];
        all.into_iter().all(|holds| holds).then_some(ending)
    }
}

pub(super) fn undo(branch: &Branch, counter: CounterId, now: Now) -> Result<Decision, Refusal> {
    branch.settings().counter(counter).ok_or(Refusal::UnknownCounter)?;
    let desk = branch.desk(counter).ok_or(Refusal::NothingToUndo)?;
    if let Some(ticket) = desk.ticket {
        return Err(Refusal::CounterBusy(ticket));
    }
    if desk.shift.is_some_and(|shift| shift.on_break.is_some()) {
        return Err(Refusal::OnBreak);
    }
    let ending = branch.undoable(counter, now.at).ok_or(Refusal::NothingToUndo)?;
    let (ticket, call) = (ending.ticket, ending.call);
    let events = vec![Event::Undone { ticket, call, before: ending.before.clone() }];
    Ok(Decision { events, ticket: Some(ticket), call: Some(call) })
}

/// Whether a ticket stands where the end of its call left it.
fn stands_as(ticket: &Ticket, ending: &Ending) -> bool {
    let kind = std::mem::discriminant(&ticket.state) == std::mem::discriminant(&ending.state);
    kind && ticket.changed() == ending.at && ticket.state.place() == ending.state.place()
}
