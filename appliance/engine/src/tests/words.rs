//! What happened, in the few words that the stories use.

use std::time::Duration;

use crate::booking::Lapse;
use crate::branch::Branch;
use crate::command::LineRequest;
use crate::event::{Entry, Event, Next, PutBackBy};
use crate::explain::Explanation;
use crate::ids::TicketId;
use crate::line::Why;
use crate::moment::Moment;
use crate::refusal::Refusal;
use crate::ticket::{BackTo, Outcome, Place, Priority, TicketState};

/// The words for one entry; `branch` has it already.
pub(super) fn entry(branch: &Branch, entry: &Entry) -> String {
    let name = entry.event.ticket().map(|id| name(branch, id)).unwrap_or_default();
    match &entry.event {
        Event::SettingsChanged(_) => "settings changed".into(),
        Event::DayOpened { day } => format!("day {day} opened"),
        Event::DayClosed { day } => format!("day {day} closed"),
        Event::ShiftOpened { operator, counter } => format!("O{operator} sits at C{counter}"),
        Event::ShiftClosed { operator, counter } => format!("O{operator} leaves C{counter}"),
        Event::Booked { line, appointment, hold, .. } => {
            let until = hold.map(|hold| format!(", held for {}", minutes(hold.since(entry.at))));
            let ahead = minutes(appointment.start.since(entry.at));
            format!("{name} booked for {} in {ahead}{}", request(line), until.unwrap_or_default())
        }
        Event::BookingConfirmed { .. } => format!("{name} confirmed"),
        Event::BookingCancelled { .. } => format!("{name} cancelled"),
        Event::BookingLapsed { why: Lapse::Unconfirmed, .. } => format!("{name} not confirmed"),
        Event::BookingLapsed { why: Lapse::NoShow, .. } => format!("{name} not kept"),
        Event::CheckedIn { ticket, .. } => format!("#{ticket} checked in as {name}"),
        Event::BreakStarted { operator, counter } => {
            format!("O{operator} has a break at C{counter}")
        }
        Event::BreakEnded { operator, counter } => format!("O{operator} works on at C{counter}"),
        Event::Issued { lines, .. } => {
            let lines: Vec<String> = lines.iter().map(request).collect();
            format!("{name} issued for {}", lines.join(","))
        }
        Event::Called { counter, operator, why, .. } => {
            let by = operator.map(|operator| format!(" by O{operator}")).unwrap_or_default();
            format!("{name} called to C{counter}{by} ({})", self::why(*why))
        }
        Event::Recalled { .. } => format!("{name} recalled"),
        Event::Started { since, .. } if *since == entry.at => format!("{name} started"),
        Event::Started { since, .. } => {
            format!("{name} started {} ago", minutes(entry.at.since(*since)))
        }
        Event::AfterworkBegan { .. } => format!("{name} in afterwork"),
        Event::Finished { next: Next::Close, .. } => format!("{name} finished"),
        Event::Finished { next: Next::Line(index), .. } => format!("{name} on to line {index}"),
        Event::Finished { next: Next::Back(to), .. } => format!("{name} back to {}", back(*to)),
        Event::Missed { until: None, .. } => format!("{name} missing"),
        Event::Missed { until: Some(until), .. } => {
            format!("{name} missing for {}", minutes(until.since(entry.at)))
        }
        Event::GivenUp { .. } => format!("{name} given up"),
        Event::PutBack { by: PutBackBy::Request, .. } => format!("{name} put back"),
        Event::PutBack { by: PutBackBy::Time, .. } => format!("{name} put back by time"),
        Event::Parked { place, .. } => format!("{name} parked at {}", self::place(*place)),
        Event::Transferred { to, service, priority, back_to, .. } => {
            let urgency = if *priority == Priority::NORMAL {
                String::new()
            } else {
                format!(":{}", priority.get())
            };
            let back = back_to.map(|to| format!(", then back to {}", back(to))).unwrap_or_default();
            format!("{name} sent to {} for S{service}{urgency}{back}", self::place(*to))
        }
        Event::Undone { .. } => format!("{name} undone"),
        Event::Redirected { to, service, priority, .. } => {
            let line = LineRequest { service: *service, priority: *priority };
            format!("{name} sent on to {} for {}", self::place(*to), request(&line))
        }
        Event::LineAdded { line, .. } => format!("{name} also for {}", request(line)),
        Event::LineCancelled { line, next: None, .. } => format!("{name} without line {line}"),
        Event::LineCancelled { line, next: Some(next), .. } => {
            format!("{name} without line {line}, on to line {next}")
        }
        Event::PrioritySet { line, priority, .. } => {
            format!("{name} line {line} at {}", priority.get())
        }
        Event::Deleted { .. } => format!("{name} deleted"),
        Event::Answered { survey, question, answer, .. } => {
            format!("{name} rated P{survey} Q{question} {answer}")
        }
    }
}

pub(super) fn name(branch: &Branch, id: TicketId) -> String {
    let label = branch.ticket(id).filter(|ticket| ticket.label.is_given());
    label.map_or_else(|| format!("#{id}"), |ticket| ticket.label.to_string())
}

pub(super) fn place(place: Place) -> String {
    match place {
        Place::Service(id) => format!("S{id}"),
        Place::Counter(id) => format!("C{id}"),
        Place::Operator(id) => format!("O{id}"),
    }
}

pub(super) fn why(why: Why) -> &'static str {
    match why {
        Why::Asked => "asked",
        Why::Priority => "priority",
        Why::Reserved => "reserved",
        Why::Arrival => "arrival",
    }
}

pub(super) fn minutes(duration: Duration) -> String {
    format!("{}m", duration.as_secs_f64() / 60.0)
}

/// Where a ticket stands; `now` tells how long already.
pub(super) fn state(state: &TicketState, now: Moment) -> String {
    let (what, since) = match state {
        TicketState::Booked { since, hold: None } => ("booked".into(), since),
        TicketState::Booked { since, hold: Some(_) } => ("booked, not confirmed,".into(), since),
        TicketState::Waiting { since, place, cause } => {
            (format!("waiting at {} ({cause:?})", self::place(*place)), since)
        }
        TicketState::Called { counter, since, .. } => (format!("called to C{counter}"), since),
        TicketState::Serving { counter, since, .. } => (format!("serving at C{counter}"), since),
        TicketState::Afterwork { counter, since, .. } => {
            (format!("afterwork at C{counter}"), since)
        }
        TicketState::Parked { since, place } => {
            (format!("parked at {}", self::place(*place)), since)
        }
        TicketState::Missing { since, .. } => ("missing".into(), since),
        TicketState::Closed { outcome: Outcome::Served, at } => ("served".into(), at),
        TicketState::Closed { outcome: Outcome::NoShow, at } => ("no-show".into(), at),
        TicketState::Closed { outcome: Outcome::Deleted, at } => ("deleted".into(), at),
    };
    format!("{what} since {}", minutes(now.since(*since)))
}

pub(super) fn explanation(branch: &Branch, explanation: &Explanation) -> String {
    match explanation {
        Explanation::WouldBeNext(reason) => format!("next ({})", why(*reason)),
        Explanation::Behind { ticket, because } => {
            format!("behind {} ({})", name(branch, *ticket), why(*because))
        }
        Explanation::NotServedHere => "not served here".into(),
        Explanation::NotAskedFor => "not asked for".into(),
        Explanation::ReservedForAnother(place) => format!("reserved for {}", self::place(*place)),
        Explanation::CannotCall(refusal) => format!("cannot call: {}", no(branch, refusal)),
        Explanation::NotWaiting => "not waiting".into(),
    }
}

pub(super) fn no(branch: &Branch, refusal: &Refusal) -> String {
    let words = match refusal {
        Refusal::DayNotOpen => "day not open",
        Refusal::DayOpen => "day open",
        Refusal::DayInThePast => "day in the past",
        Refusal::UnsoundSettings(fault) => return fault.to_string(),
        Refusal::UnknownService => "unknown service",
        Refusal::ServiceHidden => "hidden",
        Refusal::ServiceDisabled => "disabled",
        Refusal::ServiceClosed => "closed",
        Refusal::QuotaSpent => "quota spent",
        Refusal::UnknownLanguage => "unknown language",
        Refusal::LinesOutOfBounds => "lines out of bounds",
        Refusal::PassUsed(ticket) => return format!("pass used for {}", name(branch, *ticket)),
        Refusal::TokenTaken => "token taken",
        Refusal::BranchFull => "branch full",
        Refusal::BookingsOff => "no bookings",
        Refusal::NoSuchSlot => "no such slot",
        Refusal::SlotPast => "slot past",
        Refusal::SlotTooFar => "slot too far",
        Refusal::SlotTaken => "slot taken",
        Refusal::CodeTaken => "code taken",
        Refusal::BookingsFull => "bookings full",
        Refusal::UnknownBooking => "unknown booking",
        Refusal::CheckedInAlready => "checked in already",
        Refusal::BookingOver => "booking over",
        Refusal::TooEarlyToCheckIn => "too early",
        Refusal::TooLateToCheckIn => "too late to check in",
        Refusal::UnknownCounter => "unknown counter",
        Refusal::UnknownOperator => "unknown operator",
        Refusal::NotServedHere => "not served here",
        Refusal::CounterBusy(ticket) => return format!("busy with {}", name(branch, *ticket)),
        Refusal::OperatorBusy(counter) => return format!("operator busy at C{counter}"),
        Refusal::NoShift => "no shift",
        Refusal::OnBreak => "on a break",
        Refusal::NobodyWaiting => "nobody waiting",
        Refusal::UnknownTicket => "unknown ticket",
        Refusal::UnknownCall => "unknown call",
        Refusal::CallOver => "call over",
        Refusal::NothingToUndo => "nothing to undo",
        Refusal::OutOfTurn => "out of turn",
        Refusal::ToleranceSpent => "tolerance spent",
        Refusal::TooManyCalls => "too many calls",
        Refusal::UnknownAnswer => "unknown answer",
        Refusal::AnsweredAlready => "answered already",
        Refusal::NotClosedYet => "not closed yet",
        Refusal::TooLateToAnswer => "too late",
    };
    words.into()
}

fn request(line: &LineRequest) -> String {
    if line.priority == Priority::NORMAL {
        format!("S{}", line.service)
    } else {
        format!("S{}:{}", line.service, line.priority.get())
    }
}

fn back(to: BackTo) -> String {
    format!("{} for S{}", place(to.place), to.service)
}
