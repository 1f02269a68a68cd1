//! A ticket: one customer's visit, and what has become of it so far.

use std::fmt;
use std::time::Duration;

use crate::booking::{Booking, Lapse};
use crate::ids::{
    AnswerId, CallId, CounterId, DayId, DeviceId, LanguageId, OperatorId, QuestionId, ServiceId,
    TicketId,
};
use crate::label::Label;
use crate::moment::Moment;

/// The unguessable name by which a customer's phone asks for their ticket: 10 characters of
/// `[0-9A-Za-z]`, one a ticket, for life.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub [u8; 10]);

/// The single-use key with which a phone may take one ticket: 11 characters of `[0-9A-Za-z]`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pass(pub [u8; 11]);

macro_rules! secret_text {
    ($name:ident, $length:literal) => {
        impl $name {
            /// Reads the text form, or nothing where it cannot be one.
            pub fn parse(text: &str) -> Option<$name> {
                let bytes: [u8; $length] = text.as_bytes().try_into().ok()?;
                bytes.iter().all(u8::is_ascii_alphanumeric).then_some($name(bytes))
            }

            /// The text form.
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).unwrap_or("")
            }
        }

        // Whoever holds it acts for the customer, so it never reaches a log by accident.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

secret_text!(Token, 10);
secret_text!(Pass, 11);

/// 1 to 9; 9 is the most urgent, 5 the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u8);

impl Priority {
    /// What everyone has unless someone says otherwise.
    pub const NORMAL: Priority = Priority(5);
    /// Before everyone else.
    pub const URGENT: Priority = Priority(9);

    /// The priority with this number, or nothing outside 1 to 9.
    pub fn new(number: u8) -> Option<Priority> {
        (1..=9).contains(&number).then_some(Priority(number))
    }

    /// The number.
    pub fn get(self) -> u8 {
        self.0
    }
}

/// Through what a ticket was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The customer, by phone or at the dispenser.
    Customer,
    /// Staff, or software that acts for them.
    Staff,
}

/// Whose line a waiting ticket stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Anyone's who serves this service.
    Service(ServiceId),
    /// Reserved for this counter.
    Counter(CounterId),
    /// Reserved for this operator, wherever they sit.
    Operator(OperatorId),
}

/// What brought a ticket into the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitCause {
    /// It was issued.
    Issued,
    /// It was sent on from a counter.
    Transferred,
    /// It was missing and came back.
    PutBack,
    /// Its line before is done, this is the next one.
    NextLine,
    /// It comes back to whoever transferred it.
    Returned,
}

/// How a ticket, or one line of it, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The customer was served.
    Served,
    /// The customer did not come.
    NoShow,
    /// The ticket was given up.
    Deleted,
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketState {
    /// Promised a place at a time; nobody has come yet.
    Booked {
        /// Since when: booked, or confirmed.
        since: Moment,
        /// Until when it waits to be confirmed; none: it holds.
        hold: Option<Moment>,
    },
    /// In a line.
    Waiting {
        /// Since when.
        since: Moment,
        /// In whose line.
        place: Place,
        /// Why.
        cause: WaitCause,
    },
    /// Invited to a counter.
    Called {
        /// By this call.
        call: CallId,
        /// To this counter.
        counter: CounterId,
        /// Since when.
        since: Moment,
    },
    /// At the counter.
    Serving {
        /// By this call.
        call: CallId,
        /// At this counter.
        counter: CounterId,
        /// Since when.
        since: Moment,
    },
    /// The customer has left, the counter still works on it.
    Afterwork {
        /// By this call.
        call: CallId,
        /// At this counter.
        counter: CounterId,
        /// Since when.
        since: Moment,
    },
    /// Set aside in a personal line.
    Parked {
        /// Since when.
        since: Moment,
        /// Whose: an operator's, or a counter's where nobody has signed in.
        place: Place,
    },
    /// Called, and did not come.
    Missing {
        /// Since when.
        since: Moment,
        /// When it goes back into the line by itself.
        until: Option<Moment>,
    },
    /// Over.
    Closed {
        /// How it ended.
        outcome: Outcome,
        /// When.
        at: Moment,
    },
}

/// What has become of one line of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    /// The lines before it come first.
    Ahead,
    /// The one that the ticket's state speaks of.
    Current,
    /// Done.
    Closed(Outcome),
}

/// Where a ticket returns to after a detour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackTo {
    /// Whose line.
    pub place: Place,
    /// What for.
    pub service: ServiceId,
}

/// One service on a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketLine {
    /// What the customer asked for.
    pub asked: ServiceId,
    /// What it stands in line for now; another one after a transfer.
    pub service: ServiceId,
    /// How urgent.
    pub priority: Priority,
    /// How far.
    pub state: LineState,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEnd {
    /// The customer was served.
    Finished,
    /// The customer did not come.
    NoShow,
    /// Set aside.
    Parked,
    /// Sent on.
    Transferred,
}

/// One line being served once at one counter by one operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its number.
    pub id: CallId,
    /// What for.
    pub service: ServiceId,
    /// Where.
    pub counter: CounterId,
    /// By whom, where a name was given.
    pub operator: Option<OperatorId>,
    /// When.
    pub called: Moment,
    /// How many times again.
    pub recalls: u8,
    /// When the customer stood there.
    pub started: Option<Moment>,
    /// When and how it ended.
    pub ended: Option<(Moment, CallEnd)>,
}

/// One customer's visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Its number, for life.
    pub id: TicketId,
    /// The business day on which it was taken.
    pub day: DayId,
    /// What is called, for today.
    pub label: Label,
    /// The customer's own name for it.
    pub token: Token,
    /// The pass that it used up.
    pub pass: Option<Pass>,
    /// The customer's language.
    pub language: LanguageId,
    /// Through what it was taken.
    pub source: Source,
    /// The printer on which its slip comes out.
    pub device: Option<DeviceId>,
    /// When it was taken, or its booking checked in (or booked, as long as nobody has).
    pub issued: Moment,
    /// The booking that it began as.
    pub booking: Option<Booking>,
    /// The services, in order; never empty.
    pub lines: Vec<TicketLine>,
    /// Where it stands.
    pub state: TicketState,
    /// How long it has stood in lines, the present wait not included.
    pub waited: Duration,
    /// How often it was called in vain.
    pub no_shows: u8,
    /// Where it goes back to once the present line is done.
    pub back_to: Option<BackTo>,
    /// Whether it was ever sent on.
    pub transferred: bool,
    /// Its calls, oldest first.
    pub calls: Vec<Call>,
    /// What the customer has answered.
    pub answers: Vec<(QuestionId, AnswerId)>,
}

/// What each ticket begins with.
pub(crate) struct Beginning {
    pub(crate) id: TicketId,
    pub(crate) day: DayId,
    pub(crate) label: Label,
    pub(crate) token: Token,
    pub(crate) language: LanguageId,
    pub(crate) source: Source,
    pub(crate) at: Moment,
    pub(crate) lines: Vec<TicketLine>,
    pub(crate) state: TicketState,
}

impl Ticket {
    /// A ticket to which nothing has happened yet. It has used up no pass, comes out of no printer
    /// and was no booking: whoever begins one of which that is not true says so.
    pub(crate) fn new(begin: Beginning) -> Ticket {
        let Beginning { id, day, label, token, language, source, at, lines, state } = begin;
        Ticket {
            id,
            day,
            label,
            token,
            pass: None,
            language,
            source,
            device: None,
            issued: at,
            booking: None,
            lines,
            state,
            waited: Duration::ZERO,
            no_shows: 0,
            back_to: None,
            transferred: false,
            calls: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// The line that the ticket's state speaks of; of a closed ticket the last one worked on.
    pub fn line(&self) -> &TicketLine {
        let current = self.lines.iter().find(|line| line.state == LineState::Current);
        let closed =
            || self.lines.iter().rev().find(|line| matches!(line.state, LineState::Closed(_)));
        current.or_else(closed).unwrap_or(&self.lines[0])
    }

    /// Its place in every line: when it was taken, or the time of the appointment.
    pub fn arrived(&self) -> Moment {
        self.booking.and_then(|booking| booking.arrived).unwrap_or(self.issued)
    }

    /// Whether it ever stood in a line: a booking that nobody checked in never did.
    pub fn has_come(&self) -> bool {
        self.booking.is_none_or(|booking| booking.arrived.is_some())
    }

    /// Why it is over as a booking, if its time is. Nobody is told that they came too late by a
    /// wall clock that has jumped ahead, nor by a steady one alone, which knows no appointments.
    pub fn lapses(&self, now: Moment) -> Option<Lapse> {
        let (TicketState::Booked { hold, .. }, Some(booking)) = (self.state, self.booking) else {
            return None;
        };
        let closes = booking.appointment.closes;
        if closes.has_come(now) && closes.wall_ms <= now.wall_ms {
            Some(Lapse::NoShow)
        } else if hold.is_some_and(|hold| hold.has_come(now)) {
            Some(Lapse::Unconfirmed)
        } else {
            None
        }
    }

    /// The call that is not over.
    pub fn open_call(&self) -> Option<&Call> {
        self.calls.last().filter(|call| call.ended.is_none())
    }

    /// Whether it is over.
    pub fn is_closed(&self) -> bool {
        matches!(self.state, TicketState::Closed { .. })
    }

    /// When its state last changed.
    pub fn changed(&self) -> Moment {
        match self.state {
            TicketState::Booked { since, .. }
            | TicketState::Waiting { since, .. }
            | TicketState::Called { since, .. }
            | TicketState::Serving { since, .. }
            | TicketState::Afterwork { since, .. }
            | TicketState::Parked { since, .. }
            | TicketState::Missing { since, .. } => since,
            TicketState::Closed { at, .. } => at,
        }
    }
}
