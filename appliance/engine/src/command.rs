//! What may be asked of a branch.

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
    /// An operator sits down at a counter.
    OpenShift { operator: OperatorId, counter: CounterId },
    /// Whoever sits there leaves.
    CloseShift { counter: CounterId },
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
    /// Send on; with `then_back` it returns to this operator (or counter) afterwards.
    Transfer { call: CallId, to: Place, priority: Option<Priority>, then_back: bool },
    /// Give a ticket up.
    Delete { ticket: TicketId },
    /// Rate a visit.
    Answer { ticket: TicketId, survey: ProfileId, question: QuestionId, answer: AnswerId },
}
