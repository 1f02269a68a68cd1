//! Counters and the people at them.

use crate::ids::{CounterId, OperatorId, TicketId};
use crate::moment::Moment;

/// An operator's time at a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Who serves.
    pub operator: OperatorId,
    /// Since when.
    pub since: Moment,
    /// Since when they have a break, if they have one.
    pub on_break: Option<Moment>,
}

/// What a counter is doing. (Its name and services are in the settings.)
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desk {
    /// Who sits there.
    pub shift: Option<Shift>,
    /// The one ticket that is called or served there.
    pub ticket: Option<TicketId>,
    /// When a ticket was last called there; a counter worked without sign-in counts as open by it.
    pub last_call: Option<Moment>,
    /// The last visit that ended there, about which a keypad may ask.
    pub last_served: Option<TicketId>,
}

/// A counter and who acts there; the operator is missing where a dialect names none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Where.
    pub counter: CounterId,
    /// Who.
    pub operator: Option<OperatorId>,
}
