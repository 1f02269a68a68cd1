//! No, in the vendor's way: a status, a message for who reads a log, and one for the customer.
//!
//! `Message` is English and may change; `UserMessage` is in the reader's language. Neither repeats
//! what the client sent: a path may hold a password.

use std::borrow::Cow;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::{Answer, HeaderValue, HttpFault, StatusCode, header};

/// Seconds after which a client may ask again when too much is waiting: a full mailbox is empty
/// again within one, unless the disk is stuck.
const RETRY_AFTER_S: u32 = 1;

/// What the customer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// The request is not what it must be.
    Bad,
    /// They are to sign in first.
    SignIn,
    /// The name or the password is wrong.
    WrongPassword,
    /// They ask too often.
    TooMany,
    /// They may not do this.
    Forbidden,
    /// There is no such thing.
    Nothing,
    /// Another time.
    Later,
    /// It cannot be done as things stand.
    OutOfTurn,
    /// It is not offered now.
    Unavailable,
    /// Somebody else was faster.
    SlotTaken,
    /// There is no such time.
    NoSlot,
    /// The booking is over.
    BookingOver,
    /// Nobody is waiting.
    NobodyWaiting,
    /// The counter has a customer.
    CounterBusy,
    /// They sit at no counter.
    NotAtCounter,
    /// They have a break.
    OnBreak,
    /// Nothing is asked now.
    NoSurvey,
}

/// All there are.
pub const WORDS: [Words; 17] = [
    Words::Bad,
    Words::SignIn,
    Words::WrongPassword,
    Words::TooMany,
    Words::Forbidden,
    Words::Nothing,
    Words::Later,
    Words::OutOfTurn,
    Words::Unavailable,
    Words::SlotTaken,
    Words::NoSlot,
    Words::BookingOver,
    Words::NobodyWaiting,
    Words::CounterBusy,
    Words::NotAtCounter,
    Words::OnBreak,
    Words::NoSurvey,
];

impl Words {
    /// The text's name among the translations.
    pub fn text(self) -> &'static str {
        match self {
            Words::Bad => "services-bad",
            Words::SignIn => "services-sign-in",
            Words::WrongPassword => "services-wrong-password",
            Words::TooMany => "services-too-many",
            Words::Forbidden => "services-forbidden",
            Words::Nothing => "services-nothing",
            Words::Later => "services-later",
            Words::OutOfTurn => "services-out-of-turn",
            Words::Unavailable => "services-unavailable",
            Words::SlotTaken => "services-slot-taken",
            Words::NoSlot => "services-no-slot",
            Words::BookingOver => "services-booking-over",
            Words::NobodyWaiting => "services-nobody-waiting",
            Words::CounterBusy => "services-counter-busy",
            Words::NotAtCounter => "services-not-at-counter",
            Words::OnBreak => "services-on-break",
            Words::NoSurvey => "services-no-survey",
        }
    }
}

/// A no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The HTTP status.
    pub status: StatusCode,
    /// For who reads a log.
    pub message: Cow<'static, str>,
    /// For the customer, or for who serves.
    pub words: Words,
    /// The methods that would be right.
    pub allow: Option<&'static str>,
    /// Seconds after which asking again may help.
    pub retry_after_s: Option<u32>,
}

impl Fault {
    /// No operation has this path.
    pub const NOWHERE: Fault =
        Fault::fixed(StatusCode::NOT_FOUND, Words::Nothing, "nothing is served at this path");
    /// No token was shown.
    pub const SILENT: Fault = Fault::fixed(
        StatusCode::UNAUTHORIZED,
        Words::SignIn,
        "sign in, and send the token in the header `Token`",
    );
    /// The token is none of ours.
    pub const FORGED: Fault = Fault::fixed(
        StatusCode::UNAUTHORIZED,
        Words::SignIn,
        "the token is none of this server's, or not any more",
    );
    /// The token was ours.
    pub const EXPIRED: Fault = Fault::fixed(
        StatusCode::UNAUTHORIZED,
        Words::SignIn,
        "the token's time is over: sign in again",
    );
    /// Nobody is called that, or it is another password.
    pub const WRONG_PASSWORD: Fault = Fault::fixed(
        StatusCode::UNAUTHORIZED,
        Words::WrongPassword,
        "there is no such user, or the password is another one",
    );

    /// A no of this kind whose message is known beforehand.
    pub const fn fixed(status: StatusCode, words: Words, message: &'static str) -> Fault {
        Fault { status, message: Cow::Borrowed(message), words, allow: None, retry_after_s: None }
    }

    /// A no of this kind.
    pub fn new(status: StatusCode, words: Words, message: impl Into<Cow<'static, str>>) -> Fault {
        Fault { status, message: message.into(), words, allow: None, retry_after_s: None }
    }

    /// The request is not what it must be.
    pub fn bad(message: impl Into<Cow<'static, str>>) -> Fault {
        Fault::new(StatusCode::BAD_REQUEST, Words::Bad, message)
    }

    /// A parameter is not what it must be.
    pub fn parameter(name: &str, expected: &str) -> Fault {
        Fault::bad(format!("{name} must be {expected}"))
    }

    /// A well-formed id that names nothing.
    pub fn unknown(message: impl Into<Cow<'static, str>>) -> Fault {
        Fault::new(StatusCode::NOT_FOUND, Words::Nothing, message)
    }

    /// Only `allowed` will do.
    pub fn method(allowed: &'static str) -> Fault {
        let message = format!("this path takes {allowed}");
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Fault { allow: Some(allowed), ..Fault::new(status, Words::Bad, message) }
    }

    /// Too many passwords were wrong; another may be tried after this time.
    pub fn too_many(after: Duration) -> Fault {
        let seconds = after.as_millis().div_ceil(1_000).max(1);
        let message = "too many passwords were wrong; wait a little";
        let fault = Fault::new(StatusCode::TOO_MANY_REQUESTS, Words::TooMany, message);
        Fault { retry_after_s: u32::try_from(seconds).ok(), ..fault }
    }

    /// It could not be done now.
    pub fn later(message: &'static str) -> Fault {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let retry_after_s = Some(RETRY_AFTER_S);
        Fault { retry_after_s, ..Fault::new(status, Words::Later, message) }
    }
}

/// Any failure: for whoever reads a log, and for the customer or the operator in their language.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Failure<'a> {
    message: &'a str,
    user_message: &'a str,
}

/// The answer that says so. `say` knows the texts by their names, in the reader's language.
pub fn render<'t>(
    fault: &Fault,
    say: impl FnOnce(&'static str) -> Cow<'t, str>,
    route: &'static str,
) -> Answer {
    let user_message = say(fault.words.text());
    let body = Failure { message: &fault.message, user_message: &user_message };
    let body = serde_json::to_vec(&body).expect("two texts can be written");
    let mut answer = Answer::json(fault.status, body, route);
    if let Some(methods) = fault.allow {
        answer = answer.with_header(header::ALLOW, HeaderValue::from_static(methods));
    }
    if let Some(seconds) = fault.retry_after_s {
        answer = answer.with_header(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if fault.status == StatusCode::UNAUTHORIZED {
        answer = answer.with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    answer
}

impl From<&HttpFault> for Fault {
    fn from(fault: &HttpFault) -> Fault {
        let (words, message): (Words, Cow<'static, str>) = match fault {
            HttpFault::TooLarge(most) => {
                (Words::Bad, format!("the body is over {most} bytes").into())
            }
            HttpFault::BodyTimeout => (Words::Bad, "the body did not arrive in time".into()),
            HttpFault::BodyBroken => (Words::Bad, "the body broke off".into()),
            HttpFault::Malformed => {
                (Words::Bad, "the address is not UTF-8 once it is decoded".into())
            }
            HttpFault::TooManyParameters => {
                (Words::Bad, "the address has too many parameters".into())
            }
            HttpFault::UriTooLong => (Words::Bad, "the address is too long".into()),
            HttpFault::TooManyRequests(_) => {
                (Words::TooMany, "this address asks too often; ask again later".into())
            }
            HttpFault::Overloaded(_) => {
                (Words::Later, "the server is overloaded; ask again".into())
            }
            HttpFault::HandlerTimeout => (Words::Later, "this took too long".into()),
            HttpFault::Panicked => (Words::Later, "the server failed at this".into()),
        };
        let retry = fault.retry_after().map(|after| after.as_millis().div_ceil(1_000));
        let retry_after_s = retry.and_then(|seconds| u32::try_from(seconds).ok());
        Fault { retry_after_s, ..Fault::new(fault.status(), words, message) }
    }
}
