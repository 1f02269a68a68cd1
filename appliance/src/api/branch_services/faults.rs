//! What only a branch says no to: refusals of the line, tickets, surveys, and callers of another kind.

use engine::Refusal;
use serve::branch_services::faults;
pub(super) use serve::branch_services::faults::{Fault, Words};
use serve::http::{Answer, StatusCode};

use super::operations::Guard;
use crate::accounts::{SignInFault, Stranger};
use crate::registrar::SubmitError;
use crate::texts::Texts;

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

/// The answer that says so, to a reader of this language.
pub(super) fn render(fault: &Fault, texts: &Texts, code: &str, route: &'static str) -> Answer {
    faults::render(fault, |text| texts.plain(code, text), route)
}

impl From<Stranger> for Fault {
    fn from(stranger: Stranger) -> Fault {
        match stranger {
            Stranger::Silent => Fault::SILENT,
            Stranger::Forged => Fault::FORGED,
            Stranger::Expired => Fault::EXPIRED,
        }
    }
}

impl From<SignInFault> for Fault {
    fn from(fault: SignInFault) -> Fault {
        match fault {
            SignInFault::Wrong => Fault::WRONG_PASSWORD,
            SignInFault::TooMany(after) => Fault::too_many(after),
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
            SubmitError::Refused(refusal) => refused(&refusal),
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

/// A no of the rules.
pub(super) fn refused(refusal: &Refusal) -> Fault {
    let (status, words, message) = words(refusal);
    Fault::fixed(status, words, message)
}

/// The words for each refusal.
fn words(refusal: &Refusal) -> (StatusCode, Words, &'static str) {
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
