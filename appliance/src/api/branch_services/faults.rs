//! No, in the vendor's way: a status, a message for who reads a log, and one for the customer.
//!
//! `Message` is English and may change; `UserMessage` is in the reader's language. Neither repeats
//! what the client sent: a path may hold a password.

use std::borrow::Cow;

use engine::Refusal;
use serve::http::{Answer, HeaderValue, HttpFault, StatusCode, header};

use super::operations::Guard;
use super::wire::Failure;
use crate::accounts::{SignInFault, Stranger};
use crate::registrar::SubmitError;
use crate::texts::Texts;

/// Seconds after which a client may ask again when too much is waiting: a full mailbox is empty
/// again within one, unless the disk is stuck.
const RETRY_AFTER_S: u32 = 1;

/// What the customer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    Bad,
    SignIn,
    WrongPassword,
    TooMany,
    Forbidden,
    Nothing,
    Later,
    OutOfTurn,
    Unavailable,
    SlotTaken,
    NoSlot,
    BookingOver,
    NobodyWaiting,
    CounterBusy,
    NotAtCounter,
    OnBreak,
    NoSurvey,
}

/// All there are.
#[cfg(test)]
pub(super) const WORDS: [Words; 17] = [
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
    pub(super) fn text(self) -> &'static str {
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
pub(super) struct Fault {
    pub(super) status: StatusCode,
    pub(super) message: Cow<'static, str>,
    pub(super) words: Words,
    /// The methods that would be right.
    pub(super) allow: Option<&'static str>,
    /// Seconds after which asking again may help.
    pub(super) retry_after_s: Option<u32>,
}

impl Fault {
    /// No operation has this path.
    pub(super) const NOWHERE: Fault =
        Fault::fixed(StatusCode::NOT_FOUND, Words::Nothing, "nothing is served at this path");
    /// Done before, and nothing is left to show.
    pub(super) const GONE: Fault = Fault::fixed(
        StatusCode::NOT_FOUND,
        Words::Nothing,
        "this was done before, and the ticket is not kept any more",
    );
    /// No such ticket, or somebody else's.
    pub(super) const UNKNOWN_TICKET: Fault =
        Fault::fixed(StatusCode::NOT_FOUND, Words::Nothing, "there is no such ticket");
    /// Only sites at trusted addresses speak for people.
    pub(super) const UNTRUSTED: Fault = Fault::fixed(
        StatusCode::FORBIDDEN,
        Words::Forbidden,
        "this address is not among `branch_services.trusted` of the configuration",
    );
    /// No visit to ask about, or no question that was not answered.
    pub(super) const NO_SURVEY: Fault = Fault::fixed(
        StatusCode::CONFLICT,
        Words::NoSurvey,
        "nobody was served here lately whose visit could be asked about",
    );
    /// No survey has been begun.
    pub(super) const SURVEY_CLOSED: Fault =
        Fault::fixed(StatusCode::CONFLICT, Words::NoSurvey, "no survey is open at this pad");

    /// The pad has gone on.
    pub(super) const ANOTHER_QUESTION: Fault =
        Fault::fixed(StatusCode::CONFLICT, Words::OutOfTurn, "another question stands on the pad");

    const fn fixed(status: StatusCode, words: Words, message: &'static str) -> Fault {
        Fault { status, message: Cow::Borrowed(message), words, allow: None, retry_after_s: None }
    }

    /// A no of this kind.
    pub(super) fn new(
        status: StatusCode,
        words: Words,
        message: impl Into<Cow<'static, str>>,
    ) -> Fault {
        Fault { status, message: message.into(), words, allow: None, retry_after_s: None }
    }

    /// The request is not what it must be.
    pub(super) fn bad(message: impl Into<Cow<'static, str>>) -> Fault {
        Fault::new(StatusCode::BAD_REQUEST, Words::Bad, message)
    }

    /// A parameter is not what it must be.
    pub(super) fn parameter(name: &str, expected: &str) -> Fault {
        Fault::bad(format!("{name} must be {expected}"))
    }

    /// A well-formed id that names nothing.
    pub(super) fn unknown(message: impl Into<Cow<'static, str>>) -> Fault {
        Fault::new(StatusCode::NOT_FOUND, Words::Nothing, message)
    }

    /// Only `allowed` will do.
    pub(super) fn method(allowed: &'static str) -> Fault {
        let message = format!("this path takes {allowed}");
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Fault { allow: Some(allowed), ..Fault::new(status, Words::Bad, message) }
    }

    /// A good token, of somebody who may not do this.
    pub(super) fn wrong_kind(guard: Guard) -> Fault {
        let message = match guard {
            Guard::Anyone => "this is open to everyone",
            Guard::Booker => "this wants the token of booking/login",
            Guard::BookerOrHall => {
                "this wants the token of booking/login, or of an operator with the right `hall`"
            }
            Guard::Operator => "this wants the token of an operator with the right `counter`",
            Guard::Hall => "this wants the token of an operator with the right `hall`",
            Guard::Statistics => {
                "this wants the token of an operator with the right `hall` or `administration`"
            }
        };
        Fault::new(StatusCode::FORBIDDEN, Words::Forbidden, message)
    }

    /// The box could not do it now.
    pub(super) fn later(message: &'static str) -> Fault {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let retry_after_s = Some(RETRY_AFTER_S);
        Fault { retry_after_s, ..Fault::new(status, Words::Later, message) }
    }
}

/// The answer that says so, to a reader of this language.
pub(super) fn render(fault: &Fault, texts: &Texts, code: &str, route: &'static str) -> Answer {
    let user_message = texts.plain(code, fault.words.text());
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
                (Words::Later, "the branch is overloaded; ask again".into())
            }
            HttpFault::HandlerTimeout => (Words::Later, "this took too long".into()),
            HttpFault::Panicked => (Words::Later, "the branch failed at this".into()),
        };
        let retry = fault.retry_after().map(|after| after.as_millis().div_ceil(1_000));
        let retry_after_s = retry.and_then(|seconds| u32::try_from(seconds).ok());
        Fault { retry_after_s, ..Fault::new(fault.status(), words, message) }
    }
}

impl From<Stranger> for Fault {
    fn from(stranger: Stranger) -> Fault {
        let message = match stranger {
            Stranger::Silent => "sign in, and send the token in the header `Token`",
            Stranger::Forged => "the token is none of this branch's, or not any more",
            Stranger::Expired => "the token's time is over: sign in again",
        };
        Fault::new(StatusCode::UNAUTHORIZED, Words::SignIn, message)
    }
}

impl From<SignInFault> for Fault {
    fn from(fault: SignInFault) -> Fault {
        match fault {
            SignInFault::Wrong => {
                let message = "there is no such user, or the password is another one";
                Fault::new(StatusCode::UNAUTHORIZED, Words::WrongPassword, message)
            }
            SignInFault::TooMany(after) => {
                let seconds = after.as_millis().div_ceil(1_000).max(1);
                let message = "too many passwords were wrong; wait a little";
                let fault = Fault::new(StatusCode::TOO_MANY_REQUESTS, Words::TooMany, message);
                Fault { retry_after_s: u32::try_from(seconds).ok(), ..fault }
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
            SubmitError::KeyReused => {
                Fault::bad("the Idempotency-Key was used for another request of this operation")
            }
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
        let (status, words, message) = refused(&refusal);
        Fault::fixed(status, words, message)
    }
}

/// The words for each refusal.
fn refused(refusal: &Refusal) -> (StatusCode, Words, &'static str) {
    use Words as W;
    const BAD: StatusCode = StatusCode::BAD_REQUEST;
    const NONE: StatusCode = StatusCode::NOT_FOUND;
    const NO: StatusCode = StatusCode::CONFLICT;
    const LATER: StatusCode = StatusCode::SERVICE_UNAVAILABLE;
    match refusal {
        Refusal::DayNotOpen => (NO, W::Unavailable, "no business day is open"),
        Refusal::DayOpen => (NO, W::OutOfTurn, "a business day is open already"),
        Refusal::DayInThePast => (NO, W::OutOfTurn, "that business day is over"),
        Refusal::UnsoundSettings(_) => (NO, W::OutOfTurn, "the settings do not hold together"),
        Refusal::UnknownService => (NONE, W::Nothing, "there is no such service"),
        Refusal::ServiceHidden => (NO, W::Unavailable, "the service is not offered to customers"),
        Refusal::ServiceDisabled => (NO, W::Unavailable, "the service is switched off"),
        Refusal::ServiceClosed => (NO, W::Unavailable, "the service is closed at this hour"),
        Refusal::QuotaSpent => {
            (NO, W::Unavailable, "the service has given out all of today's tickets")
        }
        Refusal::UnknownLanguage => (NONE, W::Nothing, "there is no such language"),
        Refusal::LinesOutOfBounds => {
            (BAD, W::Bad, "a ticket has at least one service, and not so many")
        }
        Refusal::PassUsed(_) => (NO, W::OutOfTurn, "the key has been used"),
        Refusal::TokenTaken => {
            (LATER, W::Later, "no name for the ticket could be found; ask again")
        }
        Refusal::BranchFull => (NO, W::Unavailable, "the branch holds as many tickets as it can"),
        Refusal::BookingsOff => (NO, W::Unavailable, "the branch takes no bookings"),
        Refusal::NoSuchSlot => (NO, W::NoSlot, "at this time no slot begins"),
        Refusal::SlotPast => (NO, W::NoSlot, "the slot has begun"),
        Refusal::SlotTooFar => (NO, W::NoSlot, "nothing is booked so far ahead"),
        Refusal::SlotTaken => (NO, W::SlotTaken, "all places of the slot are taken"),
        Refusal::CodeTaken => {
            (LATER, W::Later, "no code for the booking could be found; ask again")
        }
        Refusal::BookingsFull => {
            (NO, W::Unavailable, "the branch holds as many bookings as it can")
        }
        Refusal::UnknownBooking => (NONE, W::Nothing, "there is no such booking"),
        Refusal::CheckedInAlready => (NO, W::BookingOver, "the booking is a ticket already"),
        Refusal::BookingOver => (NO, W::BookingOver, "the booking is over"),
        Refusal::TooEarlyToCheckIn => (NO, W::OutOfTurn, "it is too early to check in"),
        Refusal::TooLateToCheckIn => (NO, W::BookingOver, "it is too late to check in"),
        Refusal::UnknownCounter => (NONE, W::Nothing, "there is no such counter"),
        Refusal::UnknownOperator => (NONE, W::Nothing, "there is no such user"),
        Refusal::NotServedHere => {
            (NO, W::OutOfTurn, "the counter, or the user there, does not serve this ticket")
        }
        Refusal::CounterBusy(_) => (NO, W::CounterBusy, "the counter has a customer"),
        Refusal::OperatorBusy(_) => {
            (NO, W::CounterBusy, "the user has a customer at another counter")
        }
        Refusal::NoShift => (NO, W::NotAtCounter, "nobody sits at the counter"),
        Refusal::OnBreak => (NO, W::OnBreak, "the user has a break"),
        Refusal::NobodyWaiting => {
            (NO, W::NobodyWaiting, "nobody is waiting who could be called here")
        }
        Refusal::UnknownTicket => (NONE, W::Nothing, "there is no such ticket"),
        Refusal::UnknownCall => (NONE, W::Nothing, "there is no such call"),
        Refusal::CallOver => (NO, W::OutOfTurn, "the call is over"),
        Refusal::NothingToUndo => (NO, W::OutOfTurn, "there is nothing to take back"),
        Refusal::OutOfTurn => {
            (NO, W::OutOfTurn, "the ticket does not stand where this can be done")
        }
        Refusal::ToleranceSpent => (
            NO,
            W::OutOfTurn,
            "too many tickets of the service were called since the ticket was missed",
        ),
        Refusal::TooManyCalls => {
            (NO, W::OutOfTurn, "the ticket has been called as often as can be")
        }
        Refusal::UnknownAnswer => (BAD, W::Bad, "the question has no such answer"),
        Refusal::AnsweredAlready => (NO, W::NoSurvey, "the question has been answered"),
        Refusal::NotClosedYet => (NO, W::NoSurvey, "the visit is not over yet"),
        Refusal::TooLateToAnswer => (NO, W::NoSurvey, "the time for feedback is over"),
    }
}
