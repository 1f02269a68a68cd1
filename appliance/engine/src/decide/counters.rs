//! Sitting down at a counter, and leaving it.

use super::Decision;
use crate::branch::Branch;
use crate::counter::{At, Desk, Shift};
use crate::event::Event;
use crate::ids::{CounterId, OperatorId};
use crate::refusal::Refusal;

pub(super) fn open(
    branch: &Branch,
    operator: OperatorId,
    counter: CounterId,
) -> Result<Decision, Refusal> {
    let (_, events) = take_seat(branch, At { counter, operator: Some(operator) })?;
    Ok(Decision::of(events))
}

pub(super) fn close(branch: &Branch, counter: CounterId) -> Result<Decision, Refusal> {
    let (desk, shift) = shift(branch, counter)?;
    if let Some(ticket) = desk.ticket {
        return Err(Refusal::CounterBusy(ticket));
    }
    Ok(Decision::of(vec![Event::ShiftClosed { operator: shift.operator, counter }]))
}

/// A break begins between two customers: whoever is at the counter is not left standing there.
pub(super) fn start_break(branch: &Branch, counter: CounterId) -> Result<Decision, Refusal> {
    let (desk, shift) = shift(branch, counter)?;
    if let Some(ticket) = desk.ticket {
        return Err(Refusal::CounterBusy(ticket));
    }
    let event = Event::BreakStarted { operator: shift.operator, counter };
    Ok(Decision::of(if shift.on_break.is_some() { vec![] } else { vec![event] }))
}

pub(super) fn end_break(branch: &Branch, counter: CounterId) -> Result<Decision, Refusal> {
    let (_, shift) = shift(branch, counter)?;
    let event = Event::BreakEnded { operator: shift.operator, counter };
    Ok(Decision::of(if shift.on_break.is_some() { vec![event] } else { vec![] }))
}

fn shift(branch: &Branch, counter: CounterId) -> Result<(&Desk, Shift), Refusal> {
    branch.settings().counter(counter).ok_or(Refusal::UnknownCounter)?;
    let desk = branch.desk(counter).ok_or(Refusal::NoShift)?;
    Ok((desk, desk.shift.ok_or(Refusal::NoShift)?))
}

/// Who acts at the counter, and what it takes to sit there: whoever sat there leaves, and so does
/// the operator from the counter before. A counter with a customer is left alone.
pub(super) fn take_seat(branch: &Branch, at: At) -> Result<(At, Vec<Event>), Refusal> {
    let counter = at.counter;
    branch.settings().counter(counter).ok_or(Refusal::UnknownCounter)?;
    let desk = branch.desk(counter);
    let sits = desk.and_then(|desk| desk.shift).map(|shift| shift.operator);
    let busy = desk.and_then(|desk| desk.ticket);
    let Some(operator) = at.operator else { return Ok((At { counter, operator: sits }, vec![])) };
    branch.settings().operator(operator).ok_or(Refusal::UnknownOperator)?;
    if sits == Some(operator) {
        return Ok((at, vec![]));
    }
    if let Some(ticket) = busy {
        return Err(Refusal::CounterBusy(ticket));
    }
    let mut events = Vec::new();
    if let Some(before) = branch.seat(operator) {
        if branch.desk(before).is_some_and(|desk| desk.ticket.is_some()) {
            return Err(Refusal::OperatorBusy(before));
        }
        events.push(Event::ShiftClosed { operator, counter: before });
    }
    if let Some(other) = sits {
        events.push(Event::ShiftClosed { operator: other, counter });
    }
    events.push(Event::ShiftOpened { operator, counter });
    Ok((at, events))
}
