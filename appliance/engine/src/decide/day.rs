//! The business day. The zone and its odd hours are worked out by whoever sends these commands.

use super::Decision;
use crate::branch::Branch;
use crate::event::Event;
use crate::ids::DayId;
use crate::refusal::Refusal;

pub(super) fn open(branch: &Branch, day: DayId) -> Result<Decision, Refusal> {
    if branch.day().is_some() {
        return Err(Refusal::DayOpen);
    }
    if branch.parts.last_day.is_some_and(|last| day <= last) {
        return Err(Refusal::DayInThePast);
    }
    Ok(Decision::of(vec![Event::DayOpened { day }]))
}

pub(super) fn close(branch: &Branch) -> Result<Decision, Refusal> {
    let day = branch.day().ok_or(Refusal::DayNotOpen)?;
    Ok(Decision::of(vec![Event::DayClosed { day: day.id }]))
}
