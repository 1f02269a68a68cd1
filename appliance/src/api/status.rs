//! The vendors' ten numbers for where a ticket stands, as a rendering of the engine's states.
//!
//! Source: "Ticket statuses" at the end of the Smart Ticket API; Queue Management uses the same.

use engine::{LineState, Outcome, Ticket, TicketLine, TicketState};

/// Booked: a promise that has not been checked in.
pub const BOOKED: u8 = 10;
/// In a line, or a line of the ticket whose turn has not come.
pub const CAN_BE_CALLED: u8 = 20;
/// Called to a counter.
pub const UNDER_CALLING: u8 = 30;
/// Called in vain; may come back.
pub const MISSING: u8 = 40;
/// Called in vain for the last time.
pub const DEFINITIVELY_MISSING: u8 = 50;
/// At a counter.
pub const UNDER_TRANSACTION: u8 = 60;
/// Parked in a personal line.
pub const ON_WAITING_LIST: u8 = 70;
/// Given up.
pub const DELETED: u8 = 80;
/// Served.
pub const CLOSED: u8 = 90;
/// The customer has left; the counter still works on it.
pub const UNDER_AFTERWORK: u8 = 100;

/// The number of a ticket's state.
pub fn of_state(state: &TicketState) -> u8 {
    match state {
        TicketState::Booked { .. } => BOOKED,
        TicketState::Waiting { .. } => CAN_BE_CALLED,
        TicketState::Called { .. } => UNDER_CALLING,
        TicketState::Serving { .. } => UNDER_TRANSACTION,
        TicketState::Afterwork { .. } => UNDER_AFTERWORK,
        TicketState::Parked { .. } => ON_WAITING_LIST,
        TicketState::Missing { .. } => MISSING,
        TicketState::Closed { outcome, .. } => of_outcome(*outcome),
    }
}

/// The number of how a ticket or a line of it ended.
pub fn of_outcome(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Served => CLOSED,
        Outcome::NoShow => DEFINITIVELY_MISSING,
        Outcome::Deleted => DELETED,
    }
}

/// The number of one line of a ticket: the current one shares the ticket's.
pub fn of_line(ticket: &Ticket, line: &TicketLine) -> u8 {
    match line.state {
        LineState::Ahead => CAN_BE_CALLED,
        LineState::Current => of_state(&ticket.state),
        LineState::Closed(outcome) => of_outcome(outcome),
    }
}

#[cfg(test)]
mod tests {
    use engine::{CallId, CounterId, Moment, Place, ServiceId, WaitCause};

    use super::*;

    #[test]
    fn every_state_has_the_vendors_number() {
        let since = Moment { wall_ms: 0, steady_ms: 0 };
        let (call, counter) = (CallId(1), CounterId(1));
        let place = Place::Service(ServiceId(1));
        let closed = |outcome| TicketState::Closed { outcome, at: since };
        let numbers = [
            (TicketState::Booked { since, hold: None }, 10),
            (TicketState::Booked { since, hold: Some(since) }, 10),
            (TicketState::Waiting { since, place, cause: WaitCause::Issued }, 20),
            (TicketState::Called { call, counter, since }, 30),
            (TicketState::Missing { since, until: None }, 40),
            (closed(Outcome::NoShow), 50),
            (TicketState::Serving { call, counter, since }, 60),
            (TicketState::Parked { since, place }, 70),
            (closed(Outcome::Deleted), 80),
            (closed(Outcome::Served), 90),
            (TicketState::Afterwork { call, counter, since }, 100),
        ];
        for (state, number) in numbers {
            assert_eq!(of_state(&state), number, "{state:?}");
        }
    }
}
