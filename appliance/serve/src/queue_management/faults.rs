//! How Queue Management says no: an errno and a sentence, with the HTTP status that fits.

use std::borrow::Cow;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::http::{HttpFault, StatusCode};

/// Seconds after which a client may ask again when too much is waiting: a full mailbox is empty
/// again within one, unless the disk is stuck.
const RETRY_AFTER_S: u32 = 1;

/// The vendor's number for what went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errno {
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
pub const ERRNOS: [Errno; 17] = [
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
    pub fn number(self) -> u16 {
        self.row().0
    }

    /// The HTTP status that goes with it.
    pub fn status(self) -> StatusCode {
        self.row().1
    }

    /// What it says of itself.
    pub fn sentence(self) -> &'static str {
        self.row().2
    }
}

/// A no, in the vendor's way. Its message never repeats what the client sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The vendor's number.
    pub errno: Errno,
    /// The HTTP status; usually the number's own.
    pub status: StatusCode,
    /// For who reads a log.
    pub message: Cow<'static, str>,
    /// The method that would be right.
    pub allow: Option<&'static str>,
    /// Seconds after which asking again may help.
    pub retry_after_s: Option<u32>,
}

impl Fault {
    /// The fault with the status that its errno usually has.
    pub fn new(errno: Errno, message: impl Into<Cow<'static, str>>) -> Fault {
        let message = message.into();
        Fault { errno, status: errno.status(), message, allow: None, retry_after_s: None }
    }

    /// The fault with the sentence that its errno has of itself.
    pub fn of(errno: Errno) -> Fault {
        Fault::new(errno, errno.sentence())
    }

    /// Only `allowed` will do.
    pub fn method(allowed: &'static str) -> Fault {
        let message = format!("this operation takes {allowed}");
        Fault { allow: Some(allowed), ..Fault::new(Errno::InvalidMethod, message) }
    }

    /// A parameter that is not what it must be.
    pub fn parameter(name: &str, expected: &str) -> Fault {
        Fault::new(Errno::InvalidParameters, format!("{name} must be {expected}"))
    }

    /// A parameter that is needed and not there.
    pub fn missing(name: &str) -> Fault {
        Fault::new(Errno::InvalidParameters, format!("{name} is missing"))
    }

    /// A parameter that names nothing.
    pub fn nothing(name: &str, what: &str) -> Fault {
        Fault::new(Errno::NoValues, format!("{name} names no {what} of this branch"))
    }

    /// Too many passwords were wrong; another may be tried after this time.
    pub fn too_many(after: Duration) -> Fault {
        let seconds = after.as_millis().div_ceil(1_000).max(1);
        let retry_after_s = u32::try_from(seconds).ok();
        Fault { retry_after_s, ..Fault::of(Errno::TooManyFailures) }
    }

    /// It could not be done now.
    pub fn later(message: &'static str) -> Fault {
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

/// The `success` of a failure.
#[derive(Clone, Copy, Debug)]
pub(super) struct No;

impl Serialize for No {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(false)
    }
}

/// Any failure. (`message` is ours; the vendor has the number alone.)
#[derive(Debug, JsonSchema, Serialize)]
pub struct Failure<'a> {
    #[schemars(with = "bool")]
    success: No,
    errno: u16,
    message: &'a str,
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
            HttpFault::Overloaded(_) => (Unknown, "the server is overloaded; ask again".into()),
            HttpFault::HandlerTimeout => (Unknown, "this took too long".into()),
            HttpFault::Panicked => (Unknown, "the server failed at this".into()),
        };
        let retry = fault.retry_after().map(|after| after.as_millis().div_ceil(1_000));
        Fault {
            status: fault.status(),
            retry_after_s: retry.and_then(|seconds| u32::try_from(seconds).ok()),
            ..Fault::new(errno, message)
        }
    }
}
