//! What may be asked of a branch.

use crate::booking::{Code, Pin, Slot};
use crate::counter::At;
use crate::ids::{
    AnswerId, CallId, CounterId, DayId, DeviceId, LanguageId, OperatorId, ProfileId, QuestionId,
    ServiceId, TicketId,
};
use crate::line::Among;
use crate::settings::Settings;
use crate::ticket::{Pass, Place, Priority, Source, Token};

/// One service that a customer wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRequest {
    /// What for.
    pub service: ServiceId,
    /// How urgent.
    pub priority: Priority,
}

/// A ticket that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The services, in the order they are wanted.
    pub lines: Vec<LineRequest>,
    /// The customer's language; none: the branch's default.
    pub language: Option<LanguageId>,
    /// A fresh random token.
    pub token: Token,
    /// The pass that this ticket uses up.
    pub pass: Option<Pass>,
    /// Who asks.
    pub source: Source,
    /// The printer on which the slip is to come out.
    pub device: Option<DeviceId>,
}

/// A booking that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// What for.
    pub service: ServiceId,
    /// When.
    pub slot: Slot,
    /// The customer's language; none: the branch's default.
    pub language: Option<LanguageId>,
    /// A fresh random token.
    pub token: Token,
    /// A fresh random code.
    pub code: Code,
    /// A fresh random PIN, with as many digits as the settings say.
    pub pin: Pin,
    /// Whether it holds at once. Otherwise it does so for a while, until it is confirmed.
    pub confirmed: bool,
    /// Who asks.
    pub source: Source,
}

/// By what a customer shows that a booking is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// By its code.
    Code(Code),
    /// By its number and its PIN.
    Pin { ticket: TicketId, pin: Pin },
}

/// The wish to check a booking in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckIn {
    /// Which one.
    pub shown: Shown,
    /// The customer's language; none: the one of the booking.
    pub language: Option<LanguageId>,
    /// The pass that this uses up.
    pub pass: Option<Pass>,
    /// The printer on which the slip is to come out.
    pub device: Option<DeviceId>,
}

/// Where a ticket that is called by name is expected to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In a line.
    Waiting,
    /// Set aside.
    Parked,
    /// Called in vain.
    Missing,
}

/// What to do with a call that was never started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unstarted {
    /// The rule says no.
    Refuse,
    /// It counts as started when it was called: the dialect knows no start.
    StartAtCall,
}

/// What may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Replace the settings, as a whole.
    ChangeSettings(Box<Settings>),
    /// Begin a business day.
    OpenDay(DayId),
    /// End the business day.
    CloseDay,
    /// Give out a ticket.
    Issue(Issue),
    /// Promise a place at a time.
    Book(Book),
    /// A booking holds.
    ConfirmBooking { ticket: TicketId },
    /// A booking is given up.
    CancelBooking { ticket: TicketId },
    /// A booking is over because its time is: it was not confirmed, or nobody came.
    LapseBooking { ticket: TicketId },
    /// Whoever has booked is there, and waits from now on.
    CheckIn(CheckIn),
    /// An operator sits down at a counter.
    OpenShift { operator: OperatorId, counter: CounterId },
    /// Whoever sits there leaves.
    CloseShift { counter: CounterId },
    /// Whoever sits there has a break.
    StartBreak { counter: CounterId },
    /// They work again.
    EndBreak { counter: CounterId },
    /// Call whoever is next.
    CallNext { at: At, among: Among },
    /// Call this one.
    Call { at: At, ticket: TicketId, standing: Standing },
    /// Call again.
    Recall { call: CallId },
    /// The customer is at the counter.
    Start { call: CallId },
    /// The customer is done; with `afterwork` the counter is not, until it finishes again.
    Finish { call: CallId, afterwork: bool, unstarted: Unstarted },
    /// The customer did not come.
    NoShow { call: CallId },
    /// A missing ticket goes back into the line: the customer asks, or staff.
    PutBack { ticket: TicketId },
    /// A missing ticket goes back into the line because its time is over.
    PutBackOverdue { ticket: TicketId },
    /// Set aside in the personal line of whoever serves it.
    Park { call: CallId, unstarted: Unstarted },
    /// Send on, for another service where one is named (or is the place); with `then_back` it
    /// returns to this operator (or counter) afterwards.
    Transfer {
        call: CallId,
        to: Place,
        service: Option<ServiceId>,
        priority: Option<Priority>,
        then_back: bool,
    },
    /// Take back how the last call at this counter ended, as long as nothing has come of it.
    Undo { counter: CounterId },
    /// Send a ticket that is at no counter on, for another service where one is named.
    Redirect { ticket: TicketId, to: Place, service: Option<ServiceId>, priority: Option<Priority> },
    /// A further service on a ticket that is not over.
    AddLine { ticket: TicketId, line: LineRequest, source: Source },
    /// Give one line of a ticket up, by its index; with the last one the ticket itself.
    CancelLine { ticket: TicketId, line: u8 },
    /// How urgent a line is from now on, by its index.
    SetPriority { ticket: TicketId, line: u8, priority: Priority },
    /// Give a ticket up.
    Delete { ticket: TicketId },
    /// Rate a visit.
    Answer { ticket: TicketId, survey: ProfileId, question: QuestionId, answer: AnswerId },
}
