//! What the customer says afterwards. Keypad and phone share one answer: the first counts.

use std::time::Duration;

use super::{Decision, ticket};
use crate::branch::Branch;
use crate::event::Event;
use crate::ids::{AnswerId, ProfileId, QuestionId, TicketId};
use crate::moment::Now;
use crate::refusal::Refusal;
use crate::ticket::{Outcome, TicketState};

pub(super) fn answer(
    branch: &Branch,
    id: TicketId,
    (survey, question, answer): (ProfileId, QuestionId, AnswerId),
    now: Now,
) -> Result<Decision, Refusal> {
    let ticket = ticket(branch, id)?;
    let settings = branch.settings();
    let asked = settings
        .survey(survey)
        .and_then(|survey| survey.questions.iter().find(|known| known.id == question));
    if !asked.is_some_and(|question| question.answers.iter().any(|known| known.id == answer)) {
        return Err(Refusal::UnknownAnswer);
    }
    let closed = match ticket.state {
        TicketState::Closed { outcome: Outcome::Served, at } => at,
        TicketState::Closed { outcome: Outcome::NoShow | Outcome::Deleted, .. } => {
            return Err(Refusal::OutOfTurn);
        }
        TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. } => return Err(Refusal::NotClosedYet),
    };
    let window = Duration::from_secs(u64::from(settings.rules.feedback_for_min) * 60);
    if window < now.at.since(closed) {
        return Err(Refusal::TooLateToAnswer);
    }
    if ticket.answers.iter().any(|(known, _)| *known == question) {
        return Err(Refusal::AnsweredAlready);
    }
    let event = Event::Answered { ticket: id, survey, question, answer };
    Ok(Decision::about(ticket, vec![event]))
}
