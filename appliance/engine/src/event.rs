//! What has happened. Events say everything that applying them needs, so that a rule which changes
//! later does not change the past.

use std::sync::Arc;

use crate::command::LineRequest;
use crate::ids::{
    AnswerId, CallId, CounterId, DayId, DeviceId, LanguageId, OperatorId, ProfileId, QuestionId,
    Seq, ServiceId, TicketId,
};
use crate::label::Label;
use crate::line::Why;
use crate::moment::Moment;
use crate::settings::Settings;
use crate::ticket::{BackTo, Pass, Place, Priority, Source, Token};

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub seq: Seq,
    /// When it happened.
    pub at: Moment,
    /// What happened.
    pub event: Event,
}

/// What follows the end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: the visit is over.
    Close,
    /// The ticket's line with this index.
    Line(u8),
    /// Back to whoever sent it.
    Back(BackTo),
}

/// Who brought a missing ticket back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutBackBy {
    /// The customer, or staff for them.
    Request,
    /// The clock.
    Time,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The settings are these from now on.
    SettingsChanged(Arc<Settings>),
    /// A business day began.
    DayOpened { day: DayId },
    /// A business day ended.
    DayClosed { day: DayId },
    /// A ticket was given out.
    Issued {
        ticket: TicketId,
        label: Label,
        token: Token,
        lines: Vec<LineRequest>,
        language: LanguageId,
        pass: Option<Pass>,
        source: Source,
        device: Option<DeviceId>,
    },
    /// An operator sat down.
    ShiftOpened { operator: OperatorId, counter: CounterId },
    /// An operator left.
    ShiftClosed { operator: OperatorId, counter: CounterId },
    /// A ticket was called.
    Called {
        ticket: TicketId,
        call: CallId,
        counter: CounterId,
        operator: Option<OperatorId>,
        why: Why,
    },
    /// It was called again.
    Recalled { ticket: TicketId, call: CallId },
    /// The customer came, at `since`.
    Started { ticket: TicketId, call: CallId, since: Moment },
    /// The customer left; the counter works on.
    AfterworkBegan { ticket: TicketId, call: CallId },
    /// The line is done.
    Finished { ticket: TicketId, call: CallId, next: Next },
    /// The customer did not come; the ticket is missing, and goes back by itself at `until`.
    Missed { ticket: TicketId, call: CallId, until: Option<Moment> },
    /// The customer did not come for the last time; the ticket is closed.
    GivenUp { ticket: TicketId, call: CallId },
    /// A missing ticket is in the line again.
    PutBack { ticket: TicketId, by: PutBackBy },
    /// Set aside.
    Parked { ticket: TicketId, call: CallId, place: Place },
    /// Sent on.
    Transferred {
        ticket: TicketId,
        call: CallId,
        to: Place,
        service: ServiceId,
        priority: Priority,
        back_to: Option<BackTo>,
    },
    /// Given up by the customer or staff.
    Deleted { ticket: TicketId },
    /// Rated.
    Answered { ticket: TicketId, survey: ProfileId, question: QuestionId, answer: AnswerId },
}

impl Event {
    /// The ticket that it is about.
    pub fn ticket(&self) -> Option<TicketId> {
        match self {
            Event::Issued { ticket, .. }
            | Event::Called { ticket, .. }
            | Event::Recalled { ticket, .. }
            | Event::Started { ticket, .. }
            | Event::AfterworkBegan { ticket, .. }
            | Event::Finished { ticket, .. }
            | Event::Missed { ticket, .. }
            | Event::GivenUp { ticket, .. }
            | Event::PutBack { ticket, .. }
            | Event::Parked { ticket, .. }
            | Event::Transferred { ticket, .. }
            | Event::Deleted { ticket }
            | Event::Answered { ticket, .. } => Some(*ticket),
            Event::SettingsChanged(_)
            | Event::DayOpened { .. }
            | Event::DayClosed { .. }
            | Event::ShiftOpened { .. }
            | Event::ShiftClosed { .. } => None,
        }
    }
}
