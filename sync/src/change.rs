//! What a transition is, in our words: what the branch's journal says and central shall know.

use crate::document::{ServiceRow, TicketRow};
use crate::ids::{Moment, TicketKey};

/// One journal entry, as far as it is replicated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The business day began.
    DayOpened {
        /// When.
        at: Moment,
    },
    /// The business day ended.
    DayClosed {
        /// When.
        at: Moment,
    },
    /// What the branch is called, and where it is.
    Branch {
        /// Its name.
        name: String,
        /// Its zone, by its IANA name.
        zone: String,
    },
    /// What a service is called, or that the branch no longer has it.
    Service(ServiceRow),
    /// Something happened to a ticket.
    Ticket(Transition),
}

/// Something that happened to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The journal entry's number. A ticket takes only what is newer than its last one, so that
    /// a transition may be applied again after a crash.
    pub seq: u64,
    /// When.
    pub at: Moment,
    /// To which.
    pub ticket: TicketKey,
    /// What.
    pub step: Step,
}

/// What happens to tickets. Services, counters and so on are the branch's numbers for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It was given out.
    Issued {
        /// What is printed and called.
        label: String,
        /// All services that were asked for, in order; the first is what it waits for.
        asked: Vec<Asked>,
        /// The customer's language.
        language: u32,
        /// Through what it was taken.
        source: Source,
    },
    /// It came over from an earlier day's document, where it stood like this.
    CameOver(Box<TicketRow>),
    /// It was called.
    Called {
        /// The call's number.
        call: u64,
        /// To which counter.
        counter: u32,
        /// By whom, where a name was given.
        operator: Option<u32>,
    },
    /// It was called once more.
    Recalled {
        /// By this call.
        call: u64,
    },
    /// The customer came.
    Started {
        /// After this call.
        call: u64,
        /// When; the transition's time if nobody said otherwise.
        since: Moment,
    },
    /// The customer left, the counter works on.
    AfterworkBegan {
        /// After this call.
        call: u64,
    },
    /// Set aside.
    Parked {
        /// After this call.
        call: u64,
        /// In whose line.
        place: Place,
    },
    /// The customer did not come.
    Missing {
        /// After this call.
        call: u64,
        /// When it goes back into the line by itself.
        until: Option<Moment>,
    },
    /// It was missing and is in the line again.
    PutBack,
    /// Sent on.
    Transferred {
        /// From this call.
        call: u64,
        /// What for.
        service: u32,
        /// In whose line.
        place: Place,
        /// How urgent.
        priority: u8,
    },
    /// How a call ended was taken back: it goes on.
    Undone {
        /// Which call.
        call: u64,
        /// How far it was.
        state: OpenCall,
        /// Since when.
        since: Moment,
        /// What for, as before.
        service: u32,
        /// How urgent, as before.
        priority: u8,
    },
    /// Sent on from where it waited, was set aside or missing.
    Redirected {
        /// What for.
        service: u32,
        /// In whose line.
        place: Place,
        /// How urgent.
        priority: u8,
    },
    /// A further service was asked for; it comes last.
    LineAdded {
        /// Which.
        asked: Asked,
    },
    /// A service was given up.
    LineDropped {
        /// Its index in what was asked for.
        line: u8,
        /// The one for which the ticket waits now instead, if it stood for the one given up.
        next: Option<u8>,
    },
    /// A service that was asked for is of another urgency.
    PrioritySet {
        /// Its index in what was asked for.
        line: u8,
        /// How urgent, 1 to 9.
        priority: u8,
        /// Whether the ticket stands for it.
        current: bool,
    },
    /// One line is done, and the ticket waits in another.
    WentOn {
        /// The call that ended.
        call: u64,
        /// Where to.
        onward: Onward,
    },
    /// Over.
    Closed {
        /// The call that ended with it, if there was one.
        call: Option<u64>,
        /// How.
        outcome: Outcome,
    },
    /// The day ended while it waited; it goes on in that day's document.
    MovedOn {
        /// The day, as in [`crate::ids::DocumentId`].
        day: u32,
    },
    /// The customer answered a question.
    Answered {
        /// Of this survey.
        survey: u32,
        /// This question.
        question: u32,
        /// With this answer.
        answer: u32,
    },
}

/// How far a call is that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenCall {
    /// The customer is invited.
    Called,
    /// The customer is at the counter.
    Serving,
    /// The customer has left, the counter works on.
    Afterwork,
}

/// The priority that everyone has unless someone says otherwise.
pub const PRIORITY_NORMAL: u8 = 5;

/// One service that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What for.
    pub service: u32,
    /// How urgent, 1 to 9.
    pub priority: u8,
}

/// Where a ticket goes when one of its lines is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onward {
    /// On to the service with this index in what was asked for.
    Line(u8),
    /// Back to who had sent it.
    Back {
        /// What for.
        service: u32,
        /// In whose line.
        place: Place,
    },
}

/// Through what a ticket was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The customer, by phone or at the dispenser.
    Customer,
    /// Staff, or software that acts for them.
    Staff,
}

/// Whose line a ticket stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anyone's who serves the ticket's service.
    Service,
    /// This counter's.
    Counter(u32),
    /// This operator's.
    Operator(u32),
}

/// How a ticket ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The customer was served.
    Served,
    /// The customer did not come.
    NoShow,
    /// It was given up.
    Deleted,
}
