//! How the rules of a branch, and its accounts, say no in the words of Queue Management.

use engine::Refusal;
use engine::settings::Right;
pub(super) use serve::queue_management::{Errno, Fault};

use super::operations::role;
use crate::accounts::{SignInFault, Stranger};
use crate::registrar::SubmitError;

/// The caller lacks this right.
pub(super) fn lacking(right: Right) -> Fault {
    Fault::new(Errno::RoleMissing, format!("the user lacks the role {}", role(right)))
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

/// A no of the rules.
pub(super) fn refused(refusal: &Refusal) -> Fault {
    let (errno, message) = words(refusal);
    Fault::new(errno, message)
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
