//! A clerk's work at a counter.
//!
//! Every command but those that begin something names the call that the page shows: a clerk who
//! presses a button means who stands there on the screen, not who has come meanwhile.

use std::sync::Arc;

use engine::settings::Operator;
use engine::{
    Among, At, Branch, CallId, Command, CounterId, OperatorId, Place, Priority, Refusal, ServiceId,
    Settings, Standing, TicketId, TicketState, Unstarted,
};
use serve::http::Answer;
use serve::problem::Problem;

use super::operations::Deed;
use super::wire::{
    About, CallNow, CallThis, Done, DoneAtCounter, End, Note, Nothing, Onward, Open,
};
use super::{Asked, faults, requests};
use crate::live::clerk::RECALL_AFTER_MS;
use crate::live::wire::{CounterName, state_word};
use crate::registrar::{Receipt, RepeatKey, Submission, SubmitError, TicketTexts};

const THE_CALL: &str = "the number `call`";

/// Who sits where.
pub(super) fn list(asked: &Asked<'_>) -> Answer {
    let body = crate::live::clerk::counters(asked.rooms);
    Answer::json(serve::http::StatusCode::OK, body, asked.row.path)
}

/// Does what is asked.
pub(super) async fn perform(asked: &Asked<'_>, deed: Deed) -> Result<Answer, Problem> {
    let desk = Desk::of(asked)?;
    let unstarted = Unstarted::Refuse;
    match deed {
        Deed::Open => desk.open().await,
        Deed::Close => desk.turn(|counter| Command::CloseShift { counter }).await,
        Deed::Break => desk.turn(|counter| Command::StartBreak { counter }).await,
        Deed::Work => desk.turn(|counter| Command::EndBreak { counter }).await,
        Deed::Next => {
            let Nothing {} = desk.body("nothing in it")?;
            desk.sits_here()?;
            let receipt = desk.submit(desk.call_next()).await?;
            Ok(desk.with_call(receipt))
        }
        Deed::Call => desk.call_this().await,
        Deed::Recall => desk.recall().await,
        Deed::Start => {
            let About { call } = desk.body(THE_CALL)?;
            desk.serve(call, |call| Command::Start { call }.into()).await
        }
        Deed::Finish => {
            let End { call, afterwork, next } = desk.body(THE_CALL)?;
            let finish = |call| Command::Finish { call, afterwork, unstarted };
            desk.end(call, finish, next && !afterwork).await
        }
        Deed::NoShow => {
            let End { call, next, .. } = desk.body(THE_CALL)?;
            desk.end(call, |call| Command::NoShow { call }, next).await
        }
        Deed::Park => {
            let About { call } = desk.body(THE_CALL)?;
            desk.serve(call, |call| Command::Park { call, unstarted }.into()).await
        }
        Deed::Transfer => desk.transfer().await,
        Deed::Note => desk.note().await,
        Deed::Undo => {
            let Nothing {} = desk.body("nothing in it")?;
            desk.sits_here()?;
            let receipt = desk.submit(Command::Undo { counter: desk.counter }.into()).await?;
            Ok(desk.with_call(receipt))
        }
    }
}

/// A counter, who asks, and by which key they can ask again.
struct Desk<'a> {
    asked: &'a Asked<'a>,
    counter: CounterId,
    operator: &'a Operator,
    settings: Arc<Settings>,
    repeat: Option<RepeatKey>,
    /// This was done before, under the same key: it is answered as it was then, whatever holds now.
    is_repetition: bool,
}

impl<'a> Desk<'a> {
    fn of(asked: &'a Asked<'a>) -> Result<Desk<'a>, Problem> {
        let rooms = asked.rooms;
        let operator = asked.operator()?;
        let settings = rooms.mailbox.read(|now| Arc::clone(now.branch.settings()));
        let unknown = || faults::unknown("unknown_counter", "There is no such counter.");
        let counter = u32::try_from(asked.gaps.first()).map_err(|_| unknown())?;
        let counter = settings.counter(CounterId(counter)).ok_or_else(unknown)?.id;
        let who = format!("{} at {counter}", operator.id);
        let repeat = requests::repeat_key(asked.call, asked.row.path, who)?;
        let known = repeat.as_ref().map(|key| rooms.archive.has_receipt(key)).transpose();
        let is_repetition = known.map_err(|error| faults::unreadable(&error))? == Some(true);
        Ok(Desk { asked, counter, operator, settings, repeat, is_repetition })
    }

    fn body<T: serde::de::DeserializeOwned>(&self, members: &str) -> Result<T, Problem> {
        requests::body(self.asked.call, members)
    }

    fn look<R>(&self, look: impl FnOnce(&Branch) -> R) -> R {
        self.asked.rooms.mailbox.read(|now| look(&now.branch))
    }

    fn at(&self) -> At {
        At { counter: self.counter, operator: Some(self.operator.id) }
    }

    fn sitting(&self) -> Option<OperatorId> {
        self.look(|branch| Some(branch.desk(self.counter)?.shift?.operator))
    }

    /// Whoever acts at a counter sits there.
    fn sits_here(&self) -> Result<(), Problem> {
        if self.is_repetition {
            return Ok(());
        }
        match self.sitting() {
            Some(sitting) if sitting == self.operator.id => Ok(()),
            Some(other) => {
                let name = self.name_of(other);
                let detail = format!("{name} sits at this counter now: open it to take over.");
                Err(faults::conflict("not_your_counter", detail))
            }
            None => Err(faults::conflict("counter_closed", "Open the counter first.")),
        }
    }

    fn name_of(&self, operator: OperatorId) -> String {
        let known = self.settings.operator(operator);
        known.map_or_else(|| "Somebody".to_owned(), |known| known.name.clone())
    }

    /// Whoever acts on a call sits there, and the call is the one at the counter.
    fn current(&self, call: u64) -> Result<CallId, Problem> {
        let call = CallId(call);
        self.sits_here()?;
        let open = self.look(|branch| branch.ticket_at(self.counter)?.open_call().map(|c| c.id));
        if self.is_repetition || open == Some(call) {
            return Ok(call);
        }
        let detail = match open {
            Some(_) => "Another customer is at the counter by now; look at the page again.",
            None => "Nobody is at the counter any more; look at the page again.",
        };
        Err(faults::conflict("not_the_current_call", detail))
    }

    async fn submit(&self, submission: Submission) -> Result<Receipt, Problem> {
        self.try_submit(submission).await.map_err(|error| faults::submit(&self.settings, error))
    }

    async fn try_submit(&self, submission: Submission) -> Result<Receipt, SubmitError> {
        let submission = Submission { repeat: self.repeat.clone(), ..submission };
        self.asked.rooms.mailbox.submit(submission).await
    }

    fn call_next(&self) -> Submission {
        Command::CallNext { at: self.at(), among: Among::Everything }.into()
    }

    async fn open(&self) -> Result<Answer, Problem> {
        let Open { take_over } = self.body("the flag `take_over`, if anything")?;
        if !take_over && !self.is_repetition {
            if let Some(other) = self.sitting().filter(|other| *other != self.operator.id) {
                let detail = format!("{} sits at this counter.", self.name_of(other));
                return Err(faults::conflict("counter_taken", detail));
            }
            let seat = self.look(|branch| branch.seat(self.operator.id));
            if let Some(seat) = seat.filter(|seat| *seat != self.counter) {
                let name = self.settings.counter(seat).map_or("", |known| known.name.as_str());
                let detail = format!("You sit at counter {name}.");
                return Err(faults::conflict("already_elsewhere", detail));
            }
        }
        let command = Command::OpenShift { operator: self.operator.id, counter: self.counter };
        let receipt = self.submit(command.into()).await?;
        Ok(self.done(receipt))
    }

    async fn turn(&self, command: impl FnOnce(CounterId) -> Command) -> Result<Answer, Problem> {
        let Nothing {} = self.body("nothing in it")?;
        self.sits_here()?;
        let receipt = self.submit(command(self.counter).into()).await?;
        Ok(self.done(receipt))
    }

    async fn call_this(&self) -> Result<Answer, Problem> {
        let CallThis { ticket } = self.body("the number `ticket`")?;
        self.sits_here()?;
        let ticket = TicketId(ticket);
        let state = self.look(|branch| branch.ticket(ticket).map(|ticket| ticket.state));
        let standing = match state {
            Some(TicketState::Parked { .. }) => Standing::Parked,
            Some(TicketState::Missing { .. }) => Standing::Missing,
            Some(
                TicketState::Waiting { .. }
                | TicketState::Booked { .. }
                | TicketState::Called { .. }
                | TicketState::Serving { .. }
                | TicketState::Afterwork { .. }
                | TicketState::Closed { .. },
            )
            | None => Standing::Waiting,
        };
        // A repetition finds the ticket elsewhere, and must be the same command all the same.
        let standings = [standing, Standing::Waiting, Standing::Parked, Standing::Missing];
        let tries = if self.is_repetition { &standings[1..] } else { &standings[..1] };
        let mut refused = SubmitError::KeyReused;
        for standing in tries {
            let command = Command::Call { at: self.at(), ticket, standing: *standing };
            match self.try_submit(command.into()).await {
                Ok(receipt) => return Ok(self.with_call(receipt)),
                Err(SubmitError::KeyReused) => {}
                Err(error) => {
                    refused = error;
                    break;
                }
            }
        }
        Err(self.race_lost(ticket, refused))
    }

    /// Says who has the ticket that somebody else was faster to call.
    fn race_lost(&self, ticket: TicketId, error: SubmitError) -> Problem {
        let SubmitError::Refused(Refusal::OutOfTurn) = error else {
            return faults::submit(&self.settings, error);
        };
        let at = self.look(|branch| Some(branch.ticket(ticket)?.open_call()?.counter));
        match at.and_then(|counter| self.settings.counter(counter)) {
            Some(counter) => {
                let detail = format!("Counter {} has called this ticket.", counter.name);
                faults::conflict("called_elsewhere", detail)
            }
            None => faults::submit(&self.settings, error),
        }
    }

    async fn recall(&self) -> Result<Answer, Problem> {
        let About { call } = self.body(THE_CALL)?;
        let call = self.current(call)?;
        let rooms = self.asked.rooms;
        let last = self
            .look(|branch| branch.call(call).map(|(_, call)| rooms.live.last_called(call).wall_ms));
        let wait = last.map_or(0, |last| last + RECALL_AFTER_MS - rooms.mailbox.moment().wall_ms);
        if 0 < wait && !self.is_repetition {
            let detail = "The customer was called just now; give them a moment.";
            let seconds = u64::try_from(wait).unwrap_or(0).div_ceil(1_000);
            return Err(faults::conflict("too_soon", detail).retry_after(seconds));
        }
        let receipt = self.submit(Command::Recall { call }.into()).await?;
        Ok(self.with_call(receipt))
    }

    async fn serve(
        &self,
        call: u64,
        command: impl FnOnce(CallId) -> Submission,
    ) -> Result<Answer, Problem> {
        let call = self.current(call)?;
        let receipt = self.submit(command(call)).await?;
        Ok(self.with_call(receipt))
    }

    /// Ends a call, and calls the next one where that is wanted.
    async fn end(
        &self,
        call: u64,
        command: impl FnOnce(CallId) -> Command,
        then_next: bool,
    ) -> Result<Answer, Problem> {
        let call = self.current(call)?;
        let receipt = self.submit(command(call).into()).await?;
        if !then_next {
            return Ok(self.with_call(receipt));
        }
        let who = format!("{} at {} then next", self.operator.id, self.counter);
        let repeat = requests::repeat_key(self.asked.call, self.asked.row.path, who)?;
        let submission = Submission { repeat, ..self.call_next() };
        match self.asked.rooms.mailbox.submit(submission).await {
            Ok(receipt) => Ok(self.with_call(receipt)),
            // The end stands, whatever came of the next: the page shows that nobody is there.
            Err(error) => {
                tracing::debug!(?error, "nobody could be called after a visit");
                Ok(self.with_call(receipt))
            }
        }
    }

    async fn transfer(&self) -> Result<Answer, Problem> {
        let onward: Onward = self.body("`call`, and where to: `service`, `counter`, `operator`")?;
        let service = onward.service.map(ServiceId);
        let to = match (onward.counter, onward.operator, service) {
            (Some(counter), None, _) => Place::Counter(CounterId(counter)),
            (None, Some(operator), _) => Place::Operator(OperatorId(operator)),
            (None, None, Some(service)) => Place::Service(service),
            (None, None, None) => {
                let detail = "Say where to: `service`, `counter` or `operator`.";
                return Err(requests::bad("missing_destination", detail));
            }
            (Some(_), Some(_), _) => {
                let detail = "Give `counter` or `operator`, not both.";
                return Err(requests::bad("two_destinations", detail));
            }
        };
        let priority = onward.priority.map(priority).transpose()?;
        let note = requests::text(onward.note, "note")?;
        let texts = TicketTexts { note, ..TicketTexts::default() };
        let then_back = onward.then_back;
        self.serve(onward.call, |call| {
            let command = Command::Transfer { call, to, service, priority, then_back };
            Submission { texts, ..command.into() }
        })
        .await
    }

    /// A note changes nothing of the line, so it rides with a command that changes nothing either.
    async fn note(&self) -> Result<Answer, Problem> {
        let Note { call, note } = self.body("`call` and the text `note`")?;
        let call = self.current(call)?;
        let note = requests::text(Some(note), "note")?;
        let line = self.look(|branch| {
            let (ticket, _) = branch.call(call)?;
            let is_current = |line: &engine::TicketLine| line.state == engine::LineState::Current;
            let index = ticket.lines.iter().position(is_current)?;
            Some((ticket.id, u8::try_from(index).ok()?, ticket.lines[index].priority))
        });
        let over = || faults::conflict("call_over", "The call is over.");
        let (ticket, line, priority) = line.ok_or_else(over)?;
        let command = Command::SetPriority { ticket, line, priority };
        let texts = TicketTexts { note, ..TicketTexts::default() };
        let receipt = self.submit(Submission { texts, ..command.into() }).await?;
        // No entry tells of it.
        self.asked.rooms.live.nudge();
        Ok(self.done(receipt))
    }

    fn done(&self, receipt: Receipt) -> Answer {
        self.asked.json(&Done { seq: receipt.seq.0 })
    }

    /// The answer with the call that the command was about.
    fn with_call(&self, receipt: Receipt) -> Answer {
        self.look(|branch| {
            let found = receipt.call.and_then(|call| branch.call(call));
            let call =
                found.filter(|(_, call)| call.ended.is_none()).map(|(ticket, call)| CallNow {
                    id: call.id.0,
                    ticket: ticket.id.0,
                    label: ticket.label.to_string(),
                    state: state_word(ticket.state),
                    counter: CounterName::of(branch.settings(), call.counter),
                });
            self.asked.json(&DoneAtCounter { seq: receipt.seq.0, call })
        })
    }
}

/// A priority from 1 to 9.
pub(super) fn priority(number: u8) -> Result<Priority, Problem> {
    let wrong = || requests::bad("bad_priority", "`priority` must be from 1 to 9.");
    Priority::new(number).ok_or_else(wrong)
}
