//! How Smart Ticket says no: a status, a stable code, and a sentence that says what to do.

use std::time::Duration;

use engine::Refusal;
use serve::http::{Answer, HeaderValue, HttpFault, StatusCode, header};

use super::{answers, wire};
use crate::registrar::SubmitError;

/// One no. It never holds what the client sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    status: StatusCode,
    code: &'static str,
    message: &'static str,
    allow: Option<&'static str>,
    retry_after: Option<Duration>,
}

const fn no(status: StatusCode, code: &'static str, message: &'static str) -> Fault {
    Fault { status, code, message, allow: None, retry_after: None }
}

const fn bad(code: &'static str, message: &'static str) -> Fault {
    no(StatusCode::BAD_REQUEST, code, message)
}

const fn later(status: StatusCode, s: u64, code: &'static str, message: &'static str) -> Fault {
    Fault { retry_after: Some(Duration::from_secs(s)), ..no(status, code, message) }
}

impl Fault {
    pub(super) const UNKNOWN_PATH: Fault =
        no(StatusCode::NOT_FOUND, "not_found", "Smart Ticket has no such call; see its reference.");
    pub(super) const UNKNOWN_BRANCH: Fault =
        bad("unknown_branch", "There is no such branch here; ask with this branch's number.");
    pub(super) const SWITCHED_OFF: Fault =
        bad("switched_off", "Smart Ticket is switched off here; take a ticket at the dispenser.");
    pub(super) const MISSING_KEY: Fault =
        bad("missing_key", "The key is missing; scan the QR code and send its key as ?key=.");
    pub(super) const UNKNOWN_KEY: Fault =
        bad("unknown_key", "The key is not one of this branch; scan the QR code again.");
    pub(super) const KEY_USED: Fault =
        bad("key_used", "The key has been used for a ticket; scan the QR code for another one.");
    pub(super) const KEY_EXPIRED: Fault =
        no(StatusCode::FORBIDDEN, "key_expired", "The key has expired; scan the QR code again.");
    pub(super) const KEYS_SPENT: Fault = later(
        StatusCode::TOO_MANY_REQUESTS,
        5,
        "too_many_requests",
        "Too many keys are asked for; ask again in a few seconds.",
    );
    pub(super) const MISSING_TICKET: Fault =
        bad("missing_ticket", "The ticket is missing; send its hash as ?ticket=.");
    pub(super) const UNKNOWN_TICKET: Fault =
        bad("unknown_ticket", "There is no such ticket; take a new one.");
    pub(super) const TICKET_NOT_FOUND: Fault =
        no(StatusCode::NOT_FOUND, "unknown_ticket", "There is no such ticket; check its hash.");
    pub(super) const TICKET_OVER: Fault =
        bad("ticket_over", "The ticket is over; nothing can be changed about it any more.");
    pub(super) const UNKNOWN_LANGUAGE: Fault =
        bad("unknown_language", "The branch has no such language; take one from the profile.");
    pub(super) const UNKNOWN_SERVICE: Fault =
        bad("unknown_service", "The branch has no such service; take one from the profile.");
    pub(super) const UNKNOWN_PROFILE: Fault =
        bad("unknown_profile", "The profile does not exist; the branch has to choose another one.");
    pub(super) const NOT_CONFIGURED: Fault = no(
        StatusCode::INTERNAL_SERVER_ERROR,
        "not_configured",
        "Smart Ticket names a profile that does not exist; the branch has to correct its settings.",
    );
    pub(super) const BAD_BODY: Fault = bad(
        "bad_body",
        "The body must be one JSON object with the members of this call, each of its own type.",
    );
    pub(super) const COMMENT_TOO_LONG: Fault =
        bad("comment_too_long", "The comment is too long; shorten it to 1,000 characters.");
    pub(super) const UNKNOWN_BOOKING_CODE: Fault =
        bad("unknown_booking_code", "There is no booking with this code; check it, or ask staff.");
    pub(super) const BAD_REPEAT_KEY: Fault = bad(
        "bad_idempotency_key",
        "The Idempotency-Key must be 1 to 255 printable ASCII characters.",
    );
    pub(super) const UNAVAILABLE: Fault = later(
        StatusCode::SERVICE_UNAVAILABLE,
        5,
        "unavailable",
        "The branch cannot write at present; ask again with the same Idempotency-Key.",
    );

    /// The path takes other methods: `allow`.
    pub(super) fn wrong_method(allow: &'static str) -> Fault {
        Fault {
            allow: Some(allow),
            ..no(
                StatusCode::METHOD_NOT_ALLOWED,
                "wrong_method",
                "This call takes another method; see the Allow header.",
            )
        }
    }
}

/// The fault as an answer.
pub(super) fn render(fault: Fault, route: &'static str) -> Answer {
    let body = wire::Error { error: fault.code, message: fault.message };
    let mut answer = Answer::json(fault.status, answers::json(&body), route);
    if let Some(allow) = fault.allow {
        answer.headers.insert(header::ALLOW, HeaderValue::from_static(allow));
    }
    if let Some(after) = fault.retry_after {
        answer.headers.insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs()));
    }
    answer
}

impl From<SubmitError> for Fault {
    fn from(error: SubmitError) -> Fault {
        match error {
            SubmitError::Refused(refusal) => refused(&refusal),
            SubmitError::KeyReused => bad(
                "idempotency_key_reused",
                "The Idempotency-Key was used for another request; choose a new one.",
            ),
            SubmitError::Busy => later(
                StatusCode::SERVICE_UNAVAILABLE,
                1,
                "busy",
                "The branch is busy; ask again in a second.",
            ),
            SubmitError::Unavailable => Fault::UNAVAILABLE,
            SubmitError::Stopping => later(
                StatusCode::SERVICE_UNAVAILABLE,
                5,
                "stopping",
                "The branch is being restarted; ask again in a few seconds.",
            ),
        }
    }
}

/// The vendor knows one number for what cannot be done, 400; the code tells them apart.
fn refused(refusal: &Refusal) -> Fault {
    match refusal {
        Refusal::UnknownService => Fault::UNKNOWN_SERVICE,
        Refusal::ServiceHidden => {
            bad("service_hidden", "The service is not offered by phone; choose another one.")
        }
        Refusal::ServiceDisabled => {
            bad("service_disabled", "The service is not offered at present; choose another one.")
        }
        Refusal::ServiceClosed => {
            bad("service_closed", "The service is closed at this hour; come back when it is open.")
        }
        Refusal::QuotaSpent => {
            bad("quota_spent", "All tickets of today are given out; come back another day.")
        }
        Refusal::UnknownLanguage => Fault::UNKNOWN_LANGUAGE,
        Refusal::PassUsed(_) => Fault::KEY_USED,
        Refusal::UnknownBooking => Fault::UNKNOWN_BOOKING_CODE,
        Refusal::CheckedInAlready => {
            bad("booking_used", "The code has been used already; look at the ticket it made.")
        }
        Refusal::BookingOver => {
            bad("booking_over", "The booking was cancelled, or not confirmed in time; ask staff.")
        }
        Refusal::TooEarlyToCheckIn => bad(
            "booking_too_early",
            "The code opens shortly before the appointment; come back then.",
        ),
        Refusal::TooLateToCheckIn => {
            bad("booking_too_late", "The time of the appointment is over; take a new ticket.")
        }
        Refusal::UnknownTicket => Fault::UNKNOWN_TICKET,
        Refusal::OutOfTurn | Refusal::CallOver | Refusal::UnknownCall | Refusal::NothingToUndo => {
            bad("not_possible_now", "Where the ticket stands now this cannot be done; look again.")
        }
        Refusal::UnknownAnswer => {
            bad("unknown_answer", "The survey has no such question or answer; take its own.")
        }
        Refusal::AnsweredAlready => {
            bad("answered_already", "The question has been answered; thank you.")
        }
        Refusal::NotClosedYet => {
            bad("not_closed_yet", "The visit is not over yet; give feedback afterwards.")
        }
        Refusal::TooLateToAnswer => {
            bad("too_late", "The time for feedback is over; nothing is left to do.")
        }
        Refusal::DayNotOpen => later(
            StatusCode::SERVICE_UNAVAILABLE,
            5,
            "day_not_open",
            "The branch has not opened its day yet; ask again in a few seconds.",
        ),
        Refusal::BranchFull => later(
            StatusCode::SERVICE_UNAVAILABLE,
            60,
            "branch_full",
            "The branch takes no more people at present; ask again in a minute.",
        ),
        Refusal::TokenTaken => Fault::UNAVAILABLE,
        // Nothing that a phone can ask is refused for one of these.
        Refusal::DayOpen
        | Refusal::DayInThePast
        | Refusal::UnsoundSettings(_)
        | Refusal::LinesOutOfBounds
        | Refusal::BookingsOff
        | Refusal::NoSuchSlot
        | Refusal::SlotPast
        | Refusal::SlotTooFar
        | Refusal::SlotTaken
        | Refusal::CodeTaken
        | Refusal::BookingsFull
        | Refusal::OnBreak
        | Refusal::UnknownCounter
        | Refusal::UnknownOperator
        | Refusal::NotServedHere
        | Refusal::CounterBusy(_)
        | Refusal::OperatorBusy(_)
        | Refusal::NoShift
        | Refusal::NobodyWaiting
        | Refusal::ToleranceSpent
        | Refusal::TooManyCalls => bad("not_possible", "The branch refuses this; ask its staff."),
    }
}

impl From<&HttpFault> for Fault {
    fn from(fault: &HttpFault) -> Fault {
        let message = match fault {
            HttpFault::TooLarge(_) => "The body is too large; send less.",
            HttpFault::BodyTimeout => "The body did not arrive in time; send it again.",
            HttpFault::BodyBroken => "The body broke off; send it again.",
            HttpFault::TooManyRequests(_) => "Too many requests; wait, then ask again.",
            HttpFault::Overloaded(_) => "The branch is overloaded; ask again in a moment.",
            HttpFault::Malformed => "The address cannot be read; percent-encode it as UTF-8.",
            HttpFault::TooManyParameters => "The address has too many parameters; send fewer.",
            HttpFault::UriTooLong => "The address is too long; shorten it.",
            HttpFault::HandlerTimeout => "The branch took too long; ask again.",
            HttpFault::Panicked => "Something went wrong here; ask again, and tell the staff.",
        };
        let retry_after = fault.retry_after();
        Fault { retry_after, ..no(fault.status(), fault.code(), message) }
    }
}
