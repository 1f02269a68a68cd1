//! A feedback pad over the network: question after question about the visit that ended there last.
//!
//! Which survey is asked is the settings' choice, the same as on phones and keypads, and all of
//! them share the answers: a question that was answered elsewhere is passed over. What is open is
//! remembered in memory alone: the answers are in the journal, and a pad that finds nothing open
//! after a restart begins again where the answers end.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use engine::settings::Question;
use engine::{
    AnswerId, Branch, Command, CounterId, Moment, Outcome, ProfileId, QuestionId, Refusal,
    Settings, Ticket, TicketId, TicketState,
};

use super::faults::{self, Fault};
use super::{Asked, Reply, json, requests, wire};
use crate::registrar::{Submission, SubmitError, TicketTexts};

/// Characters of a comment, as in Smart Ticket.
pub(super) const COMMENT_CHARS_MAX: usize = 1_000;

/// What the pads are doing. There is at most one entry for each counter of the settings.
#[derive(Debug, Default)]
pub(super) struct Pads(Mutex<BTreeMap<CounterId, Session>>);

/// A survey at a pad: the visit, and how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Session {
    ticket: TicketId,
    survey: ProfileId,
    stage: Stage,
}

/// How far a survey is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// This question stands on the pad.
    Asking(QuestionId),
    /// All questions are answered.
    Completed,
    /// It was broken off.
    Interrupted,
}

impl Pads {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<CounterId, Session>> {
        // Whole values are replaced, so a panic in between leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn session(&self, counter: CounterId) -> Option<Session> {
        self.lock().get(&counter).copied()
    }

    fn put(&self, counter: CounterId, session: Session) {
        self.lock().insert(counter, session);
    }
}

/// survey/{clientId}/state.
pub(super) fn state(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let counter = pad(asked)?;
    let open = open(asked, counter);
    let last = asked.rooms.reception.pads.session(counter);
    let state = match (open, last.map(|session| session.stage)) {
        (Some(_), _) => "Active",
        (None, None) => "None",
        (None, Some(Stage::Completed)) => "Completed",
        (None, Some(Stage::Asking(_) | Stage::Interrupted)) => "Interrupted",
    };
    let question = open.and_then(|(survey, question)| shown(asked, survey, question));
    Ok(json(&wire::PadState { is_active: open.is_some(), state, question }))
}

/// survey/{clientId}/begin: the first question that has no answer yet. Asked again it gives the
/// same question; once another visit has ended there, that visit's.
pub(super) fn begin(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let counter = pad(asked)?;
    let now = asked.rooms.mailbox.moment();
    let pads = &asked.rooms.reception.pads;
    let last = pads.session(counter);
    let found = asked.rooms.mailbox.read(|committed| {
        let branch = &committed.branch;
        let ticket = last_served(branch, counter, now)?;
        let survey = branch.settings().smart_ticket.survey;
        let question = next_question(branch.settings(), survey, ticket)?;
        Some((ticket.id, survey, question))
    });
    let (ticket, survey, question) = found.ok_or(faults::NO_SURVEY)?;
    let was_ended = last.is_some_and(|last| {
        last.ticket == ticket && matches!(last.stage, Stage::Interrupted | Stage::Completed)
    });
    if was_ended {
        return Err(faults::NO_SURVEY);
    }
    pads.put(counter, Session { ticket, survey, stage: Stage::Asking(question) });
    shown(asked, survey, question).map(|question| json(&question)).ok_or(faults::NO_SURVEY)
}

/// survey/{clientId}/answer: the next question, or nothing after the last.
pub(super) async fn answer(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let counter = pad(asked)?;
    let given: wire::Answer = requests::body(asked.call)?;
    let answer = given.answer_id.ok_or_else(|| Fault::bad("answerId is missing"))?;
    let comment = comment(given.comment)?;
    let (survey, question) = open(asked, counter).ok_or(faults::SURVEY_CLOSED)?;
    if given.question_id.is_some_and(|named| named != question.0) {
        return Err(faults::ANOTHER_QUESTION);
    }
    let pads = &asked.rooms.reception.pads;
    let session = pads.session(counter).ok_or(faults::SURVEY_CLOSED)?;
    let ticket = session.ticket;
    let command = Command::Answer { ticket, survey, question, answer: AnswerId(answer) };
    let texts = TicketTexts { comment, ..TicketTexts::default() };
    let submission = Submission { texts, repeat: asked.repeat_key()?, ..command.into() };
    match asked.rooms.mailbox.submit(submission).await {
        // Somebody was quicker, on the phone: what they said counts, and the survey goes on.
        Ok(_) | Err(SubmitError::Refused(Refusal::AnsweredAlready)) => {}
        Err(error) => return Err(error.into()),
    }
    let next = asked.rooms.mailbox.read(|committed| {
        let branch = &committed.branch;
        next_question(branch.settings(), survey, branch.ticket(ticket)?)
    });
    let stage = next.map_or(Stage::Completed, Stage::Asking);
    pads.put(counter, Session { stage, ..session });
    Ok(json(&next.and_then(|next| shown(asked, survey, next))))
}

/// survey/{clientId}/end: broken off. What was answered stays answered.
pub(super) fn end(asked: &Asked<'_>) -> Result<Reply, Fault> {
    let counter = pad(asked)?;
    open(asked, counter).ok_or(faults::SURVEY_CLOSED)?;
    let pads = &asked.rooms.reception.pads;
    let session = pads.session(counter).ok_or(faults::SURVEY_CLOSED)?;
    pads.put(counter, Session { stage: Stage::Interrupted, ..session });
    let state = wire::PadState { is_active: false, state: "Interrupted", question: None };
    Ok(json(&state))
}

/// The pad in the path: a counter of the settings.
fn pad(asked: &Asked<'_>) -> Result<CounterId, Fault> {
    let id = asked.id(0, "clientId")?;
    let counter = u32::try_from(id).ok().map(CounterId);
    let known = asked
        .rooms
        .mailbox
        .read(|committed| counter.filter(|id| committed.branch.settings().counter(*id).is_some()));
    known.ok_or_else(|| Fault::unknown("there is no such counter"))
}

/// The question that stands on a pad, if one does: nobody else's turn has come there, the time for
/// feedback is not over, and the settings still have the question. One that was answered on a
/// phone meanwhile gives way to the next.
fn open(asked: &Asked<'_>, counter: CounterId) -> Option<(ProfileId, QuestionId)> {
    let pads = &asked.rooms.reception.pads;
    let session = pads.session(counter)?;
    let Stage::Asking(_) = session.stage else { return None };
    let now = asked.rooms.mailbox.moment();
    let next = asked.rooms.mailbox.read(|committed| {
        let branch = &committed.branch;
        let ticket = last_served(branch, counter, now).filter(|t| t.id == session.ticket);
        let asks = |ticket| next_question(branch.settings(), session.survey, ticket);
        ticket.map(asks)
    });
    let stage = match next {
        Some(Some(question)) => Stage::Asking(question),
        Some(None) => Stage::Completed,
        None => Stage::Interrupted,
    };
    if stage != session.stage {
        pads.put(counter, Session { stage, ..session });
    }
    next.flatten().map(|question| (session.survey, question))
}

/// The visit that was served at a counter last, while it may still be rated.
fn last_served(branch: &Branch, counter: CounterId, now: Moment) -> Option<&Ticket> {
    let ticket = branch.ticket(branch.desk(counter)?.last_served?)?;
    let window = Duration::from_secs(u64::from(branch.settings().rules.feedback_for_min) * 60);
    match ticket.state {
        TicketState::Closed { outcome: Outcome::Served, at } => {
            (now.since(at) <= window).then_some(ticket)
        }
        TicketState::Closed { outcome: Outcome::NoShow | Outcome::Deleted, .. }
        | TicketState::Booked { .. }
        | TicketState::Waiting { .. }
        | TicketState::Called { .. }
        | TicketState::Serving { .. }
        | TicketState::Afterwork { .. }
        | TicketState::Parked { .. }
        | TicketState::Missing { .. } => None,
    }
}

/// The first question of a survey that has no answer yet.
fn next_question(settings: &Settings, survey: ProfileId, ticket: &Ticket) -> Option<QuestionId> {
    let questions = settings.survey(survey)?.questions.iter();
    let answered = |question: &Question| ticket.answers.iter().any(|(id, _)| *id == question.id);
    questions.into_iter().find(|question| !answered(question)).map(|question| question.id)
}

fn shown(asked: &Asked<'_>, survey: ProfileId, question: QuestionId) -> Option<wire::Question> {
    asked.look(|renderer| {
        let survey = renderer.branch().settings().survey(survey)?;
        let question = survey.questions.iter().find(|known| known.id == question)?;
        let choices = question.answers.iter().map(|choice| wire::Choice {
            id: choice.id.0,
            text: choice.texts.get(renderer.language).to_owned(),
            value: choice.value,
        });
        Some(wire::Question {
            id: question.id.0,
            text: question.texts.get(renderer.language).to_owned(),
            answers: choices.collect(),
        })
    })
}

fn comment(text: Option<String>) -> Result<Option<String>, Fault> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| COMMENT_CHARS_MAX < text.chars().count()) {
        return Err(Fault::parameter("comment", "at most 1000 characters"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_refused_from_its_limit_on() {
        let most = "\u{416}".repeat(COMMENT_CHARS_MAX);
        assert_eq!(comment(Some(format!(" {most} "))), Ok(Some(most.clone())));
        assert!(comment(Some(format!("{most}x"))).is_err());
        assert_eq!(comment(Some("  ".into())), Ok(None));
        assert_eq!(comment(None), Ok(None));
    }
}
