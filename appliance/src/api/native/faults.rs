//! How this interface says no: RFC 9457, with a stable code and a sentence.

use engine::settings::Right;
use engine::{Refusal, Settings};
use serve::door::BUSY_RETRY_AFTER;
use serve::http::StatusCode;
use serve::live::{Full, STREAM_RETRY_AFTER_S};
use serve::problem::Problem;

use crate::accounts::{SignInFault, Stranger};
use crate::live::{LookFault, clerk::right_word};
use crate::registrar::SubmitError;
use crate::store::StoreError;

/// Seconds after which a full mailbox is empty again, unless the disk is stuck.
const RETRY_AFTER_S: u64 = 1;

/// A rule's no.
pub(super) fn conflict(code: &'static str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::CONFLICT, code, detail)
}

/// What is asked for is not there.
pub(super) fn unknown(code: &'static str, detail: &'static str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, code, detail)
}

/// It cannot be done at this moment.
fn later(code: &'static str, detail: &'static str) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, detail).retry_after(RETRY_AFTER_S)
}

/// Nobody has signed in, or not any more.
pub(super) fn stranger(stranger: Stranger) -> Problem {
    match stranger {
        Stranger::Silent => {
            Problem::unauthorized("no_token", "Sign in, and send the token as a Bearer.")
        }
        Stranger::Forged => {
            Problem::unauthorized("wrong_token", "The token is none of this branch's: sign in.")
        }
        Stranger::Expired => {
            Problem::unauthorized("token_expired", "The token's time is over: sign in again.")
        }
    }
}

/// Whoever has signed in may not do that.
pub(super) fn lacking(rights: &[Right]) -> Problem {
    let names: Vec<&str> = rights.iter().map(|right| right_word(*right)).collect();
    let detail = format!("This needs the right {}.", names.join(" or "));
    Problem::new(StatusCode::FORBIDDEN, "right_missing", detail)
}

/// A screen that the branch does not know.
pub(super) fn untrusted_screen() -> Problem {
    let detail = "This screen is not known: give it a token in the administration, or its address \
                  in `screens.trusted`.";
    Problem::unauthorized("screen_not_trusted", detail)
}

/// Somebody cannot sign in.
pub(super) fn sign_in(fault: SignInFault) -> Problem {
    let busy = |code, detail: &str| {
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
        problem.retry_after(BUSY_RETRY_AFTER.as_secs())
    };
    match fault {
        SignInFault::Wrong => {
            Problem::unauthorized("wrong_credentials", "The login or the password is wrong.")
        }
        SignInFault::TooMany(after) => {
            let detail = "Too many attempts failed; wait a little.";
            let seconds = u64::try_from(after.as_millis().div_ceil(1_000)).unwrap_or(u64::MAX);
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", detail)
                .retry_after(seconds.max(1))
        }
        SignInFault::Busy => busy("busy", "Too many people sign in at this moment; try again."),
        SignInFault::Unavailable => busy("unavailable", "The store cannot be read at this moment."),
    }
}

/// Nobody can look.
pub(super) fn look(fault: LookFault) -> Problem {
    let full = |detail| {
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_streams", detail);
        problem.retry_after(STREAM_RETRY_AFTER_S)
    };
    match fault {
        LookFault::Full(Full::All) => full("The branch has as many live pages as it can."),
        LookFault::Full(Full::Address) => full("This address has as many live pages as it may."),
        LookFault::Full(Full::Screen) => full("This ticket is open on as many pages as it may."),
        LookFault::Nothing => unknown("unknown_screen", "There is nothing to look at (any more)."),
    }
}

/// The store cannot be read.
pub(super) fn unreadable(error: &StoreError) -> Problem {
    tracing::error!(error = error as &dyn std::error::Error, "the store cannot be read");
    later("unavailable", "The store cannot be read at this moment; ask again.")
}

/// Why a command was not done.
pub(super) fn submit(settings: &Settings, error: SubmitError) -> Problem {
    match error {
        SubmitError::Refused(refusal) => refused(settings, &refusal),
        SubmitError::KeyReused => {
            let detail = "The Idempotency-Key was used for another request.";
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "key_reused", detail)
        }
        SubmitError::Busy => later("busy", "Too many requests are waiting; ask again."),
        SubmitError::Unavailable => {
            later("unavailable", "The branch could not write this down; ask again.")
        }
        SubmitError::Stopping => later("stopping", "The branch is shutting down; ask again."),
    }
}

fn refused(settings: &Settings, refusal: &Refusal) -> Problem {
    if let Refusal::OperatorBusy(counter) = refusal {
        let name = settings.counter(*counter).map_or("", |counter| counter.name.as_str());
        let detail = format!("You have a customer at counter {name}: finish there first.");
        return conflict("operator_busy", detail);
    }
    let (status, code, detail) = words(refusal);
    Problem::new(status, code, detail)
}

/// This interface's words for each refusal.
fn words(refusal: &Refusal) -> (StatusCode, &'static str, &'static str) {
    const NO: StatusCode = StatusCode::CONFLICT;
    const NONE: StatusCode = StatusCode::NOT_FOUND;
    match refusal {
        Refusal::DayNotOpen => (NO, "day_not_open", "No business day is open."),
        Refusal::DayOpen => (NO, "day_open", "A business day is open already."),
        Refusal::DayInThePast => (NO, "day_in_the_past", "That business day is over."),
        Refusal::UnsoundSettings(_) => {
            (NO, "unsound_settings", "The settings do not hold together.")
        }
        Refusal::UnknownService => (NONE, "unknown_service", "There is no such service."),
        Refusal::ServiceHidden => {
            (NO, "service_hidden", "The service is not offered to customers.")
        }
        Refusal::ServiceDisabled => (NO, "service_disabled", "The service is switched off."),
        Refusal::ServiceClosed => (NO, "service_closed", "The service is closed at this hour."),
        Refusal::QuotaSpent => {
            (NO, "service_full", "The service has given out all of today's tickets.")
        }
        Refusal::UnknownLanguage => (NONE, "unknown_language", "There is no such language."),
        Refusal::LinesOutOfBounds => {
            (NO, "lines_out_of_bounds", "A ticket has at least one service, and not so many.")
        }
        Refusal::PassUsed(_) => (NO, "key_used", "The key has been used."),
        Refusal::TokenTaken => (NO, "ask_again", "No name for the ticket was found; ask again."),
        Refusal::BranchFull => (NO, "branch_full", "The branch holds as many tickets as it can."),
        Refusal::BookingsOff => (NO, "bookings_off", "The branch takes no bookings."),
        Refusal::NoSuchSlot => (NONE, "no_such_slot", "There is no such slot."),
        Refusal::SlotPast => (NO, "slot_past", "The slot has begun."),
        Refusal::SlotTooFar => (NO, "slot_too_far", "Nothing is booked so far ahead."),
        Refusal::SlotTaken => (NO, "slot_taken", "All places of the slot are taken."),
        Refusal::CodeTaken => (NO, "ask_again", "No code was found; ask again."),
        Refusal::BookingsFull => {
            (NO, "bookings_full", "The branch holds as many bookings as it can.")
        }
        Refusal::UnknownBooking => (NONE, "unknown_booking", "There is no such booking."),
        Refusal::CheckedInAlready => (NO, "checked_in_already", "The booking is a ticket already."),
        Refusal::BookingOver => (NO, "booking_over", "The booking is over."),
        Refusal::TooEarlyToCheckIn => (NO, "too_early", "It is too early to check in."),
        Refusal::TooLateToCheckIn => (NO, "too_late", "It is too late to check in."),
        Refusal::UnknownCounter => (NONE, "unknown_counter", "There is no such counter."),
        Refusal::UnknownOperator => (NONE, "unknown_operator", "There is no such operator."),
        Refusal::NotServedHere => {
            (NO, "not_served_here", "The ticket's service is not served here, or not by you.")
        }
        Refusal::CounterBusy(_) => (NO, "counter_busy", "There is a customer at the counter."),
        Refusal::OperatorBusy(_) => (NO, "operator_busy", "You have a customer elsewhere."),
        Refusal::NoShift => (NO, "counter_closed", "Nobody sits at the counter."),
        Refusal::OnBreak => (NO, "on_break", "You have a break: end it first."),
        Refusal::NobodyWaiting => (NO, "nobody_waits", "Nobody waits who could be called here."),
        Refusal::UnknownTicket => (NONE, "unknown_ticket", "There is no such ticket."),
        Refusal::UnknownCall => (NONE, "unknown_call", "There is no such call."),
        Refusal::CallOver => (NO, "call_over", "The call is over."),
        Refusal::OutOfTurn => (NO, "out_of_turn", "Where the ticket stands, this cannot be done."),
        Refusal::ToleranceSpent => {
            (NO, "tolerance_spent", "Too many were called since: put the ticket back instead.")
        }
        Refusal::TooManyCalls => {
            (NO, "too_many_calls", "The ticket has been called as often as can be.")
        }
        Refusal::UnknownAnswer => (NONE, "unknown_answer", "There is no such question or reply."),
        Refusal::AnsweredAlready => (NO, "answered_already", "The question has been answered."),
        Refusal::NotClosedYet => (NO, "not_closed_yet", "The visit is not over yet."),
        Refusal::TooLateToAnswer => (NO, "too_late_to_answer", "The time for feedback is over."),
        Refusal::NothingToUndo => (NO, "nothing_to_undo", "There is nothing to take back."),
    }
}
