//! Counters and the people at them.

use crate::ids::{CallId, CounterId, OperatorId, TicketId};
use crate::moment::Moment;
use crate::ticket::{BackTo, TicketLine, TicketState};

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
    /// How the last call there ended, for a while in which it may be taken back.
    pub last_end: Option<Ending>,
}

/// What a ticket and its counter were before a call ended, as far as the end changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// Where the ticket stood.
    pub state: TicketState,
    /// Its lines.
    pub lines: Vec<TicketLine>,
    /// Where it was to return to.
    pub back_to: Option<BackTo>,
    /// Whether it had been sent on.
    pub transferred: bool,
    /// How often it had been called in vain.
    pub no_shows: u8,
    /// The visit about which the counter's keypad could ask.
    pub last_served: Option<TicketId>,
}

/// How a call ended, and what was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Whose call.
    pub ticket: TicketId,
    /// Which.
    pub call: CallId,
    /// When.
    pub at: Moment,
    /// Where it left the ticket. A ticket that stands elsewhere by now has gone on.
    pub state: TicketState,
    /// The lines that it left. Others by now: somebody has changed them.
    pub lines: Vec<TicketLine>,
    /// What taking it back restores.
    pub before: Before,
}

/// A counter and who acts there; the operator is missing where a dialect names none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Where.
    pub counter: CounterId,
    /// Who.
    pub operator: Option<OperatorId>,
}
