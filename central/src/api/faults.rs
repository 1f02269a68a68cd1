//! How central says no.

use std::time::Duration;

use serve::http::{Answer, StatusCode};
use serve::live::{Full, STREAM_RETRY_AFTER_S};
use serve::problem::Problem;
use serve::tokens::TokenFault;

use super::figures::DAYS_MAX;
use crate::accounts::{
    BUSY_RETRY_AFTER, LOGIN_BYTES_MAX, NAME_CHARS_MAX, PASSWORD_CHARS_MIN, SetUpFault, SignInFault,
};
use crate::live::LookFault;

/// Why a call is not answered as it wishes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// Nothing is at this path.
    Nowhere,
    /// There is no such branch, or none of this organisation's.
    NoBranch,
    /// Another method is to be used; names those.
    Method(&'static str),
    /// The body says that it is something else.
    NotJson,
    /// The body is not JSON of the shape that is named.
    Body(&'static str),
    /// No token, or one that is not accepted.
    Token(TokenFault),
    /// Not let in.
    SignIn(SignInFault),
    /// The first user was not made.
    SetUp(SetUpFault),
    /// The store cannot be read; the log says why.
    Unavailable,
    /// A parameter of the query that is not what it must be; names both.
    Parameter(&'static str, &'static str),
    /// More days than one question may be about.
    TooManyDays,
    /// Nobody can look at it.
    Look(LookFault),
}

impl Fault {
    /// The fault as an answer on this route.
    pub(super) fn answer(self, route: &'static str) -> Answer {
        self.problem().answer(route)
    }

    fn problem(self) -> Problem {
        match self {
            Fault::Nowhere => Problem::not_found("Nothing is served at this path."),
            Fault::NoBranch => Problem::not_found("There is no such branch."),
            Fault::Method(allowed) => Problem::method_not_allowed(allowed),
            Fault::NotJson => Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                "Send the body as application/json.",
            ),
            Fault::Body(wanted) => bad_request(
                "bad_body",
                format!("The body must be a JSON object with the texts {wanted}."),
            ),
            Fault::Token(TokenFault::Forged) => Problem::unauthorized(
                "unauthorized",
                "Sign in with POST /v1/login and send the token as `Authorization: Bearer`.",
            ),
            Fault::Token(TokenFault::Expired) => {
                Problem::unauthorized("token_expired", "The token's time is over: sign in again.")
            }
            Fault::SignIn(fault) => sign_in(fault),
            Fault::SetUp(fault) => set_up(fault),
            Fault::Unavailable => unavailable(),
            Fault::Parameter(name, wanted) => {
                bad_request("bad_parameter", format!("`{name}` must be {wanted}."))
            }
            Fault::TooManyDays => {
                bad_request("too_many_days", format!("Ask for {DAYS_MAX} days at the most."))
            }
            Fault::Look(fault) => look(fault),
        }
    }
}

fn look(fault: LookFault) -> Problem {
    let full = |detail| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_streams", detail)
            .retry_after(STREAM_RETRY_AFTER_S)
    };
    match fault {
        LookFault::Full(Full::Address) => full("This address has as many live pages as it may."),
        LookFault::Full(Full::All | Full::Screen) => {
            full("The server has as many live pages as it can.")
        }
        LookFault::Nothing => Problem::not_found("There is no such branch."),
        LookFault::Unavailable => unavailable(),
    }
}

fn sign_in(fault: SignInFault) -> Problem {
    match fault {
        SignInFault::Wrong => {
            Problem::unauthorized("wrong_credentials", "The login or the password is wrong.")
        }
        SignInFault::TooMany(after) => too_many(after),
        SignInFault::Busy => busy(),
        SignInFault::Unavailable => unavailable(),
    }
}

fn set_up(fault: SetUpFault) -> Problem {
    match fault {
        SetUpFault::Done => Problem::new(
            StatusCode::CONFLICT,
            "already_set_up",
            "There are users already: sign in as one of them.",
        ),
        SetUpFault::WrongCode => {
            Problem::new(StatusCode::FORBIDDEN, "wrong_code", "The setup code is another one.")
        }
        SetUpFault::Login => bad_request(
            "bad_login",
            format!("`login` must be 1 to {LOGIN_BYTES_MAX} bytes without blanks."),
        ),
        SetUpFault::Name => {
            bad_request("bad_name", format!("`name` must be 1 to {NAME_CHARS_MAX} characters."))
        }
        SetUpFault::Password => bad_request(
            "bad_password",
            format!("`password` must have at least {PASSWORD_CHARS_MIN} characters."),
        ),
        SetUpFault::TooMany(after) => too_many(after),
        SetUpFault::Busy => busy(),
        SetUpFault::Unavailable => unavailable(),
    }
}

fn bad_request(code: &'static str, detail: String) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, detail)
}

/// The wait in whole seconds, rounded up: asking too early is refused again.
fn too_many(after: Duration) -> Problem {
    let detail = "Too many attempts failed; wait a little.";
    let seconds = after.as_secs() + u64::from(0 < after.subsec_nanos());
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", detail)
        .retry_after(seconds.max(1))
}

fn busy() -> Problem {
    let detail = "Too many people sign in at this moment; try again.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail)
        .retry_after(BUSY_RETRY_AFTER.as_secs())
}

fn unavailable() -> Problem {
    let detail = "The store cannot be read or written at this moment.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
        .retry_after(BUSY_RETRY_AFTER.as_secs())
}
