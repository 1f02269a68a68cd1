//! What has happened. Events say everything that applying them needs, so that a rule which changes
//! later does not change the past.

use std::sync::Arc;

use crate::booking::{Appointment, Code, Lapse, Pin};
use crate::command::LineRequest;
use crate::counter::Before;
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
    /// A place was promised; until `hold`, where there is one, it waits to be confirmed.
    Booked {
        ticket: TicketId,
        token: Token,
        line: LineRequest,
        language: LanguageId,
        source: Source,
        appointment: Appointment,
        code: Code,
        pin: Pin,
        hold: Option<Moment>,
    },
    /// A booking holds.
    BookingConfirmed { ticket: TicketId },
    /// A booking was given up.
    BookingCancelled { ticket: TicketId },
    /// A booking is over because its time is.
    BookingLapsed { ticket: TicketId, why: Lapse },
    /// A booking has become a ticket that waits, in the place of someone who came at `arrived`.
    CheckedIn {
        ticket: TicketId,
        label: Label,
        arrived: Moment,
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
    /// An operator has a break. It ends with their shift, if not before.
    BreakStarted { operator: OperatorId, counter: CounterId },
    /// They work again.
    BreakEnded { operator: OperatorId, counter: CounterId },
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
    /// How its call ended was taken back: the call goes on, and the ticket is what it was.
    Undone { ticket: TicketId, call: CallId, before: Before },
    /// Sent on from where it waited, was set aside or missing.
    Redirected { ticket: TicketId, to: Place, service: ServiceId, priority: Priority },
    /// A further service was asked for.
    LineAdded { ticket: TicketId, line: LineRequest },
    /// A line, by its index, was given up; with `next` that one comes now.
    LineCancelled { ticket: TicketId, line: u8, next: Option<u8> },
    /// A line, by its index, is as urgent as this from now on; `current`: the ticket stands for it.
    PrioritySet { ticket: TicketId, line: u8, priority: Priority, current: bool },
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
            | Event::Booked { ticket, .. }
            | Event::BookingConfirmed { ticket }
            | Event::BookingCancelled { ticket }
            | Event::BookingLapsed { ticket, .. }
            | Event::CheckedIn { ticket, .. }
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
            | Event::Undone { ticket, .. }
            | Event::Redirected { ticket, .. }
            | Event::LineAdded { ticket, .. }
            | Event::LineCancelled { ticket, .. }
            | Event::PrioritySet { ticket, .. }
            | Event::Deleted { ticket }
            | Event::Answered { ticket, .. } => Some(*ticket),
            Event::SettingsChanged(_)
            | Event::DayOpened { .. }
            | Event::DayClosed { .. }
            | Event::ShiftOpened { .. }
            | Event::ShiftClosed { .. }
            | Event::BreakStarted { .. }
            | Event::BreakEnded { .. } => None,
        }
    }
}
