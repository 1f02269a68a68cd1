//! How Queue Management says no: an errno and a sentence, with the HTTP status that fits.
//!
//! Source: "Queue Management API", the list of nine codes under "How to use". The vendor keeps
//! the codes above 100 for particular operations; ours are in the table of [`Errno`], and in the
//! manual page that is held against it.

use std::borrow::Cow;

use engine::Refusal;
use engine::settings::Right;
use serve::http::{HttpFault, StatusCode};

use super::operations::role;
use super::wire::{Failure, No};
use crate::accounts::{SignInFault, Stranger};
use crate::registrar::SubmitError;

/// Seconds after which a client may ask again when too much is waiting: a full mailbox is empty
/// again within one, unless the disk is stuck.
const RETRY_AFTER_S: u32 = 1;

/// The vendor's number for what went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Errno {
    /// No operation in the path.
    UriNotSpecified,
    /// The operation is there, but not with this method.
    InvalidMethod,
    /// No such operation.
    InvalidOperation,
    /// An answer format that is not served.
    InvalidFormat,
    /// A parameter is missing, or not what it must be.
    InvalidParameters,
    /// An id that names nothing.
    NoValues,
    /// The rules of the line say no.
    CannotConclude,
    /// Nobody waits who could be called.
    NoTickets,
    /// The box could not do it.
    Unknown,
    /// The call does not say who is calling.
    NotAuthenticated,
    /// The token is none of ours.
    ForgedToken,
    /// The token's time is over.
    ExpiredToken,
    /// The caller lacks a role.
    RoleMissing,
    /// The caller acts in another user's name.
    AnotherUser,
    /// Nobody is called that, or it is another password.
    WrongPassword,
    /// Too many passwords were wrong.
    TooManyFailures,
    /// The line has gone on too far for a cancelled ticket.
    ToleranceSpent,
}

/// All there are.
#[cfg(test)]
pub(super) const ERRNOS: [Errno; 17] = [
    Errno::UriNotSpecified,
    Errno::InvalidMethod,
    Errno::InvalidOperation,
    Errno::InvalidFormat,
    Errno::InvalidParameters,
    Errno::NoValues,
    Errno::CannotConclude,
    Errno::NoTickets,
    Errno::Unknown,
    Errno::NotAuthenticated,
    Errno::ForgedToken,
    Errno::ExpiredToken,
    Errno::RoleMissing,
    Errno::AnotherUser,
    Errno::WrongPassword,
    Errno::TooManyFailures,
    Errno::ToleranceSpent,
];

impl Errno {
    /// The table: the number on the wire, the HTTP status that goes with it, and what it says of
    /// itself where nobody has more to say.
    const fn row(self) -> (u16, StatusCode, &'static str) {
        use StatusCode as Http;
        match self {
            Errno::UriNotSpecified => (1, Http::BAD_REQUEST, "the address names no operation"),
            Errno::InvalidMethod => {
                (2, Http::METHOD_NOT_ALLOWED, "the operation takes another method")
            }
            Errno::InvalidOperation => (3, Http::BAD_REQUEST, "no such operation"),
            Errno::InvalidFormat => (4, Http::BAD_REQUEST, "format must be json or xml"),
            Errno::InvalidParameters => {
                (5, Http::BAD_REQUEST, "a parameter is missing or not what it must be")
            }
            Errno::NoValues => (6, Http::NOT_FOUND, "an id names nothing of this branch"),
            Errno::CannotConclude => (7, Http::CONFLICT, "the rules of the line do not allow it"),
            Errno::NoTickets => (8, Http::CONFLICT, "nobody is waiting who could be called here"),
            Errno::Unknown => (9, Http::INTERNAL_SERVER_ERROR, "the branch could not do it"),
            Errno::NotAuthenticated => (
                101,
                Http::UNAUTHORIZED,
                "sign in with `login` and send the authtoken as `Authorization: Bearer`",
            ),
            Errno::ForgedToken => {
                (102, Http::UNAUTHORIZED, "the token is none of this branch's, or not any more")
            }
            Errno::ExpiredToken => {
                (103, Http::UNAUTHORIZED, "the token's time is over: sign in again")
            }
            Errno::RoleMissing => (104, Http::FORBIDDEN, "the user lacks a role"),
            Errno::AnotherUser => {
                (105, Http::FORBIDDEN, "user_id must be the user who has signed in")
            }
            Errno::WrongPassword => {
                (106, Http::UNAUTHORIZED, "there is no such user, or the password is another one")
            }
            Errno::TooManyFailures => {
                (107, Http::TOO_MANY_REQUESTS, "too many passwords were wrong; wait a little")
            }
            Errno::ToleranceSpent => (
                108,
                Http::CONFLICT,
                "too many tickets of the service were called since the ticket was cancelled",
            ),
        }
    }

    /// The number on the wire.
    pub(super) fn number(self) -> u16 {
        self.row().0
    }

    /// The HTTP status that goes with it.
    pub(super) fn status(self) -> StatusCode {
        self.row().1
    }

    /// What it says of itself.
    pub(super) fn sentence(self) -> &'static str {
        self.row().2
    }
}

/// A no, in the vendor's way. Its message never repeats what the client sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) errno: Errno,
    pub(super) status: StatusCode,
    pub(super) message: Cow<'static, str>,
    /// The method that would be right.
    pub(super) allow: Option<&'static str>,
    /// Seconds after which asking again may help.
    pub(super) retry_after_s: Option<u32>,
}

impl Fault {
    /// The fault with the status that its errno usually has.
    pub(super) fn new(errno: Errno, message: impl Into<Cow<'static, str>>) -> Fault {
        let message = message.into();
        Fault { errno, status: errno.status(), message, allow: None, retry_after_s: None }
    }

    /// The fault with the sentence that its errno has of itself.
    pub(super) fn of(errno: Errno) -> Fault {
        Fault::new(errno, errno.sentence())
    }

    /// The caller lacks this right.
    pub(super) fn lacking(right: Right) -> Fault {
        Fault::new(Errno::RoleMissing, format!("the user lacks the role {}", role(right)))
    }

    /// Only `allowed` will do.
    pub(super) fn method(allowed: &'static str) -> Fault {
        let message = format!("this operation takes {allowed}");
        Fault { allow: Some(allowed), ..Fault::new(Errno::InvalidMethod, message) }
    }

    /// A parameter that is not what it must be.
    pub(super) fn parameter(name: &str, expected: &str) -> Fault {
        Fault::new(Errno::InvalidParameters, format!("{name} must be {expected}"))
    }

    /// A parameter that is needed and not there.
    pub(super) fn missing(name: &str) -> Fault {
        Fault::new(Errno::InvalidParameters, format!("{name} is missing"))
    }

    /// A parameter that names nothing.
    pub(super) fn nothing(name: &str, what: &str) -> Fault {
        Fault::new(Errno::NoValues, format!("{name} names no {what} of this branch"))
    }

    /// The box could not do it now.
    fn later(message: &'static str) -> Fault {
        Fault {
            status: StatusCode::SERVICE_UNAVAILABLE,
            retry_after_s: Some(RETRY_AFTER_S),
            ..Fault::new(Errno::Unknown, message)
        }
    }

    /// The body that says so.
    pub(super) fn body(&self) -> Failure<'_> {
        Failure { success: No, errno: self.errno.number(), message: &self.message }
    }
}

impl From<&HttpFault> for Fault {
    fn from(fault: &HttpFault) -> Fault {
        use Errno::{InvalidParameters, Unknown};
        let (errno, message): (Errno, Cow<'static, str>) = match fault {
            HttpFault::TooLarge(most) => {
                (InvalidParameters, format!("the body is over {most} bytes").into())
            }
            HttpFault::BodyTimeout => (InvalidParameters, "the body did not arrive in time".into()),
            HttpFault::BodyBroken => (InvalidParameters, "the body broke off".into()),
            HttpFault::Malformed => {
                (InvalidParameters, "the address is not UTF-8 once it is decoded".into())
            }
            HttpFault::TooManyParameters => {
                (InvalidParameters, "the address has too many parameters".into())
            }
            HttpFault::UriTooLong => (InvalidParameters, "the address is too long".into()),
            HttpFault::TooManyRequests(_) => {
                (Unknown, "this address asks too often; ask again later".into())
            }
            HttpFault::Overloaded(_) => (Unknown, "the branch is overloaded; ask again".into()),
            HttpFault::HandlerTimeout => (Unknown, "this took too long".into()),
            HttpFault::Panicked => (Unknown, "the branch failed at this".into()),
        };
        let retry = fault.retry_after().map(|after| after.as_millis().div_ceil(1_000));
        Fault {
            status: fault.status(),
            retry_after_s: retry.and_then(|seconds| u32::try_from(seconds).ok()),
            ..Fault::new(errno, message)
        }
    }
}

impl From<Stranger> for Fault {
    fn from(stranger: Stranger) -> Fault {
        Fault::of(match stranger {
            Stranger::Silent => Errno::NotAuthenticated,
            Stranger::Forged => Errno::ForgedToken,
            Stranger::Expired => Errno::ExpiredToken,
        })
    }
}

impl From<SignInFault> for Fault {
    fn from(fault: SignInFault) -> Fault {
        match fault {
            SignInFault::Wrong => Fault::of(Errno::WrongPassword),
            SignInFault::TooMany(after) => {
                let seconds = after.as_millis().div_ceil(1_000).max(1);
                let retry_after_s = u32::try_from(seconds).ok();
                Fault { retry_after_s, ..Fault::of(Errno::TooManyFailures) }
            }
            SignInFault::Busy => Fault::later("too many people sign in at this moment; ask again"),
            SignInFault::Unavailable => {
                Fault::later("the branch could not look that up; ask again")
            }
        }
    }
}

impl From<SubmitError> for Fault {
    fn from(error: SubmitError) -> Fault {
        match error {
            SubmitError::Refused(refusal) => Fault::from(refusal),
            SubmitError::KeyReused => Fault::new(
                Errno::InvalidParameters,
                "the Idempotency-Key was used for another request of this operation",
            ),
            SubmitError::Busy => Fault::later("too many requests are waiting; ask again"),
            SubmitError::Unavailable => {
                Fault::later("the branch could not write this down; ask again")
            }
            SubmitError::Stopping => Fault::later("the branch is shutting down; ask again"),
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Fault {
        let (errno, message) = words(&refusal);
        Fault::new(errno, message)
    }
}

/// The vendor's words for each refusal.
fn words(refusal: &Refusal) -> (Errno, &'static str) {
    use Errno::{CannotConclude, InvalidParameters, NoTickets, NoValues, Unknown};
    match refusal {
        Refusal::DayNotOpen => (CannotConclude, "no business day is open"),
        Refusal::DayOpen => (CannotConclude, "a business day is open already"),
        Refusal::DayInThePast => (CannotConclude, "that business day is over"),
        Refusal::UnsoundSettings(_) => (CannotConclude, "the settings do not hold together"),
        Refusal::UnknownService => (NoValues, "there is no such service"),
        Refusal::ServiceHidden => (CannotConclude, "the service is not offered to customers"),
        Refusal::ServiceDisabled => (CannotConclude, "the service is switched off"),
        Refusal::ServiceClosed => (CannotConclude, "the service is closed at this hour"),
        Refusal::QuotaSpent => (CannotConclude, "the service has given out all of today's tickets"),
        Refusal::UnknownLanguage => (NoValues, "there is no such language"),
        Refusal::LinesOutOfBounds => {
            (InvalidParameters, "a ticket has at least one service, and not so many")
        }
        Refusal::PassUsed(_) => (CannotConclude, "the key has been used"),
        Refusal::TokenTaken => (Unknown, "no name for the ticket could be found; ask again"),
        Refusal::BranchFull => (CannotConclude, "the branch holds as many tickets as it can"),
        Refusal::BookingsOff => (CannotConclude, "the branch takes no bookings"),
        Refusal::NoSuchSlot => (NoValues, "there is no such slot"),
        Refusal::SlotPast => (CannotConclude, "the slot has begun"),
        Refusal::SlotTooFar => (CannotConclude, "nothing is booked so far ahead"),
        Refusal::SlotTaken => (CannotConclude, "all places of the slot are taken"),
        Refusal::CodeTaken => (Unknown, "no code for the booking could be found; ask again"),
        Refusal::BookingsFull => (CannotConclude, "the branch holds as many bookings as it can"),
        Refusal::UnknownBooking => (NoValues, "there is no such booking"),
        Refusal::CheckedInAlready => (CannotConclude, "the booking is a ticket already"),
        Refusal::BookingOver => (CannotConclude, "the booking is over"),
        Refusal::TooEarlyToCheckIn => (CannotConclude, "it is too early to check in"),
        Refusal::TooLateToCheckIn => (CannotConclude, "it is too late to check in"),
        Refusal::UnknownCounter => (NoValues, "there is no such counter"),
        Refusal::UnknownOperator => (NoValues, "there is no such user"),
        Refusal::NotServedHere => {
            (CannotConclude, "the counter, or the user there, does not serve this ticket")
        }
        Refusal::CounterBusy(_) => (CannotConclude, "the counter has a customer"),
        Refusal::OperatorBusy(_) => (CannotConclude, "the user has a customer at another counter"),
        Refusal::NoShift => (CannotConclude, "nobody sits at the counter"),
        Refusal::OnBreak => (CannotConclude, "the user has a break"),
        Refusal::NobodyWaiting => (NoTickets, "nobody is waiting who could be called here"),
        Refusal::UnknownTicket => (NoValues, "there is no such ticket"),
        Refusal::UnknownCall => (NoValues, "there is no such answer"),
        Refusal::CallOver => (CannotConclude, "the call is over"),
        Refusal::NothingToUndo => (CannotConclude, "there is nothing to take back"),
        Refusal::OutOfTurn => (CannotConclude, "the ticket does not stand where this can be done"),
        Refusal::ToleranceSpent => (Errno::ToleranceSpent, Errno::ToleranceSpent.sentence()),
        Refusal::TooManyCalls => (CannotConclude, "the ticket has been called as often as can be"),
        Refusal::UnknownAnswer => (NoValues, "there is no such question or reply"),
        Refusal::AnsweredAlready => (CannotConclude, "the question has been answered"),
        Refusal::NotClosedYet => (CannotConclude, "the visit is not over yet"),
        Refusal::TooLateToAnswer => (CannotConclude, "the time for feedback is over"),
    }
}
