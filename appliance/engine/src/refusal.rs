//! A rule's no. Asking again will not help; each dialect has its own words for each of these.

use crate::ids::{CounterId, TicketId};
use crate::settings_check::SettingsFault;

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No business day is open.
    DayNotOpen,
    /// A business day is open already.
    DayOpen,
    /// The day asked for is not after the last one.
    DayInThePast,
    /// The settings do not hold together.
    UnsoundSettings(SettingsFault),
    /// No such service.
    UnknownService,
    /// The service is not offered to customers.
    ServiceHidden,
    /// The service is switched off.
    ServiceDisabled,
    /// The service is outside its hours.
    ServiceClosed,
    /// The service has given out all tickets of the day.
    QuotaSpent,
    /// No such language.
    UnknownLanguage,
    /// No service, or too many, on one ticket; or it has no such line.
    LinesOutOfBounds,
    /// The pass has been used for this ticket.
    PassUsed(TicketId),
    /// The token is taken; draw another.
    TokenTaken,
    /// More tickets than a branch can hold.
    BranchFull,
    /// The branch takes no bookings.
    BookingsOff,
    /// At this time no slot begins.
    NoSuchSlot,
    /// The slot has begun.
    SlotPast,
    /// The slot is further ahead than anything is booked.
    SlotTooFar,
    /// All places of the slot are promised.
    SlotTaken,
    /// The code is taken; draw another.
    CodeTaken,
    /// More bookings than a branch can hold.
    BookingsFull,
    /// No booking with this code, or with this number and PIN.
    UnknownBooking,
    /// The booking has become a ticket.
    CheckedInAlready,
    /// The booking was given up, or not confirmed in time.
    BookingOver,
    /// The time for checking in has not come.
    TooEarlyToCheckIn,
    /// The time for checking in is over.
    TooLateToCheckIn,
    /// No such counter.
    UnknownCounter,
    /// No such operator.
    UnknownOperator,
    /// The counter, or the operator there, does not serve what the ticket is for.
    NotServedHere,
    /// The counter has a customer.
    CounterBusy(TicketId),
    /// The operator has a customer at another counter.
    OperatorBusy(CounterId),
    /// Nobody sits at the counter.
    NoShift,
    /// The operator has a break.
    OnBreak,
    /// Nobody is waiting who could be called.
    NobodyWaiting,
    /// No such ticket.
    UnknownTicket,
    /// No such call.
    UnknownCall,
    /// The call is over.
    CallOver,
    /// At this counter no call has ended just now, or something has come of it already.
    NothingToUndo,
    /// Where the ticket stands, this cannot be done.
    OutOfTurn,
    /// The missing ticket's service has gone on too far for it to be called back.
    ToleranceSpent,
    /// The call has been recalled, or the ticket called, as often as can be.
    TooManyCalls,
    /// No such survey, question or answer.
    UnknownAnswer,
    /// The question has been answered.
    AnsweredAlready,
    /// The visit is not over yet.
    NotClosedYet,
    /// The time for feedback is over.
    TooLateToAnswer,
}
