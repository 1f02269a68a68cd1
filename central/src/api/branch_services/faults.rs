//! What central says no to, in the words of Branch services.

use serve::branch_services::faults::{Fault, Words};
use serve::http::StatusCode;
use serve::tokens::TokenFault;

use crate::accounts::SignInFault;

/// The rest of the dialect is about one line, and the line is the branch's.
pub(super) const AT_THE_BRANCH: Fault = Fault::fixed(
    StatusCode::NOT_FOUND,
    Words::Nothing,
    "central serves nothing at this path; what is about one queue is served by its branch",
);

/// No branch has the number.
pub(super) const NO_SERVER: Fault =
    Fault::fixed(StatusCode::NOT_FOUND, Words::Nothing, "serverId names no branch");

/// The token does not say who asks.
pub(super) fn token(fault: TokenFault) -> Fault {
    match fault {
        TokenFault::Forged => Fault::FORGED,
        TokenFault::Expired => Fault::EXPIRED,
    }
}

/// Not let in.
pub(super) fn sign_in(fault: SignInFault) -> Fault {
    match fault {
        SignInFault::Wrong => Fault::WRONG_PASSWORD,
        SignInFault::TooMany(after) => Fault::too_many(after),
        SignInFault::Busy => Fault::later("too many people sign in at this moment; ask again"),
        SignInFault::Unavailable => Fault::later("central could not look that up; ask again"),
    }
}
