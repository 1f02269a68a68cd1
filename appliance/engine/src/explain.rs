//! Why a ticket is, or is not, the one that a counter would call next.

use crate::branch::Branch;
use crate::counter::At;
use crate::decide::call::ready_for;
use crate::ids::TicketId;
use crate::line::{self, Among, Why};
use crate::refusal::Refusal;
use crate::ticket::{Place, Ticket, TicketState};

/// What stands between a ticket and a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// Nothing: it would be called now, for this reason.
    WouldBeNext(Why),
    /// Someone would be called first.
    Behind {
        /// Whoever would be called now.
        ticket: TicketId,
        /// What puts that one before this one.
        because: Why,
    },
    /// The counter, or the operator there, does not serve what the ticket waits for.
    NotServedHere,
    /// It is served here, but is not among what the caller asks for.
    NotAskedFor,
    /// It waits in another counter's or operator's own line.
    ReservedForAnother(Place),
    /// Nobody could be called there now: the counter has a customer, or is unknown, and the like.
    CannotCall(Refusal),
    /// It is in no line.
    NotWaiting,
}

/// Why `ticket` is, or is not, called next at this counter by this operator (where none is named:
/// by who sits there). Says [`Explanation::WouldBeNext`] of exactly the ticket that
/// [`Command::CallNext`](crate::Command::CallNext) would call.
///
/// What lies with the ticket is said before what lies with the counter, since it lasts longer.
pub fn explain(branch: &Branch, ticket: &Ticket, at: At, among: &Among) -> Explanation {
    let TicketState::Waiting { place, .. } = ticket.state else { return Explanation::NotWaiting };
    let sits = branch.desk(at.counter).and_then(|desk| desk.shift).map(|shift| shift.operator);
    let at = At { counter: at.counter, operator: at.operator.or(sits) };
    match place {
        Place::Service(service) if !branch.serves(at, service) => {
            return Explanation::NotServedHere;
        }
        Place::Counter(_) | Place::Operator(_) if !line::may_call(branch, at, among, place) => {
            return Explanation::ReservedForAnother(place);
        }
        Place::Service(_) if !line::may_call(branch, at, among, place) => {
            return Explanation::NotAskedFor;
        }
        Place::Service(_) | Place::Counter(_) | Place::Operator(_) => {}
    }
    if let Err(refusal) = ready_for(branch, at, among) {
        return Explanation::CannotCall(refusal);
    }
    match line::next(branch, at, among) {
        Some(next) if next.ticket == ticket.id => Explanation::WouldBeNext(next.why),
        Some(next) => {
            let because = branch
                .ticket(next.ticket)
                .map_or(Why::Arrival, |first| line::why_before(branch, first, ticket));
            Explanation::Behind { ticket: next.ticket, because }
        }
        // A ticket that is not the branch's own stands in none of its lines.
        None => Explanation::NotWaiting,
    }
}
