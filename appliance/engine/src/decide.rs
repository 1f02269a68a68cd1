//! The rules: what a command leads to, or why not. Reads the state, never changes it.

pub(crate) mod bookings;
pub(crate) mod call;
mod counters;
mod day;
mod issue;
mod lines;
mod serve;
mod setup;
mod surveys;
mod transfer;
mod undo;

use crate::branch::Branch;
use crate::command::Command;
use crate::event::Event;
use crate::ids::{CallId, TicketId};
use crate::moment::Now;
use crate::refusal::Refusal;
use crate::ticket::{Call, Ticket};

/// What a command leads to. No event at all means: it is so already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// What happens, in order.
    pub events: Vec<Event>,
    /// The ticket that it is about.
    pub ticket: Option<TicketId>,
    /// The call that it is about.
    pub call: Option<CallId>,
}

impl Decision {
    fn of(events: Vec<Event>) -> Decision {
        Decision { events, ticket: None, call: None }
    }

    fn about(ticket: &Ticket, events: Vec<Event>) -> Decision {
        Decision { events, ticket: Some(ticket.id), call: None }
    }

    fn about_call(ticket: &Ticket, call: CallId, events: Vec<Event>) -> Decision {
        Decision { events, ticket: Some(ticket.id), call: Some(call) }
    }
}

/// What this command leads to in this state at this time.
pub fn decide(branch: &Branch, command: &Command, now: Now) -> Result<Decision, Refusal> {
    match command {
        Command::ChangeSettings(settings) => setup::change(branch, settings),
        Command::OpenDay(day) => day::open(branch, *day),
        Command::CloseDay => day::close(branch),
        Command::Issue(issue) => issue::issue(branch, issue, now),
        Command::Book(book) => bookings::book(branch, book, now),
        Command::ConfirmBooking { ticket } => bookings::confirm(branch, *ticket),
        Command::CancelBooking { ticket } => bookings::cancel(branch, *ticket),
        Command::LapseBooking { ticket } => bookings::lapse(branch, *ticket, now),
        Command::CheckIn(wish) => bookings::check_in(branch, wish, now),
        Command::OpenShift { operator, counter } => counters::open(branch, *operator, *counter),
        Command::CloseShift { counter } => counters::close(branch, *counter),
        Command::StartBreak { counter } => counters::start_break(branch, *counter),
        Command::EndBreak { counter } => counters::end_break(branch, *counter),
        Command::CallNext { at, among } => call::next(branch, *at, among),
        Command::Call { at, ticket, standing } => call::this(branch, *at, *ticket, *standing),
        Command::Recall { call } => call::again(branch, *call),
        Command::Start { call } => serve::start(branch, *call, now),
        Command::Finish { call, afterwork, unstarted } => {
            serve::finish(branch, *call, *afterwork, *unstarted)
        }
        Command::NoShow { call } => serve::no_show(branch, *call, now),
        Command::PutBack { ticket } => serve::put_back(branch, *ticket),
        Command::PutBackOverdue { ticket } => serve::put_back_overdue(branch, *ticket, now),
        Command::Park { call, unstarted } => serve::park(branch, *call, *unstarted),
        Command::Transfer { call, to, service, priority, then_back } => {
            transfer::transfer(branch, *call, (*to, *service), *priority, *then_back)
        }
        Command::Undo { counter } => undo::undo(branch, *counter, now),
        Command::Redirect { ticket, to, service, priority } => {
            transfer::redirect(branch, *ticket, (*to, *service), *priority)
        }
        Command::AddLine { ticket, line, source } => {
            lines::add(branch, *ticket, *line, *source, now)
        }
        Command::CancelLine { ticket, line } => lines::cancel(branch, *ticket, *line),
        Command::SetPriority { ticket, line, priority } => {
            lines::set_priority(branch, *ticket, *line, *priority)
        }
        Command::Delete { ticket } => serve::delete(branch, *ticket),
        Command::Answer { ticket, survey, question, answer } => {
            surveys::answer(branch, *ticket, (*survey, *question, *answer), now)
        }
    }
}

fn ticket(branch: &Branch, id: TicketId) -> Result<&Ticket, Refusal> {
    branch.ticket(id).ok_or(Refusal::UnknownTicket)
}

/// A call that is not over, and its ticket.
fn open_call(branch: &Branch, id: CallId) -> Result<(&Ticket, &Call), Refusal> {
    let (ticket, call) = branch.call(id).ok_or(Refusal::UnknownCall)?;
    if call.ended.is_some() { Err(Refusal::CallOver) } else { Ok((ticket, call)) }
}
