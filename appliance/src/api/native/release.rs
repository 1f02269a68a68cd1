//! Freeing a counter whose operator has gone away: somebody else decides what becomes of the open
//! visit, the operator's shift ends, and who did so is written down.

use engine::{
    CallId, Command, CounterId, OperatorId, Place, Priority, Refusal, ServiceId, Settings,
    TicketState, Unstarted,
};
use schemars::JsonSchema;
use serde::Serialize;
use serve::http::Answer;
use serve::problem::Problem;

use super::wire::{Fate, Release};
use super::{Asked, faults, requests};
use crate::live::wire::state_word;
use crate::registrar::{Receipt, RepeatKey, Submission, SubmitError};

#[derive(JsonSchema, Serialize)]
pub(super) struct Freed {
    seq: u64,
    /// The ticket whose visit was open, and where it stands now.
    ticket: Option<FreedTicket>,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct FreedTicket {
    id: u64,
    label: String,
    state: &'static str,
}

/// What is at the counter.
struct Found {
    /// The open call, its service, and whether the customer has left already.
    call: Option<(CallId, ServiceId, bool)>,
    sitting: Option<OperatorId>,
}

pub(super) async fn perform(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let Release { call, visit } = requests::body(asked.call, "`call` and `visit`")?;
    let rooms = asked.rooms;
    let by = asked.operator()?.id;
    let settings = rooms.mailbox.read(|now| std::sync::Arc::clone(now.branch.settings()));
    let unknown = || faults::unknown("unknown_counter", "There is no such counter.");
    let counter = u32::try_from(asked.gaps.first()).map_err(|_| unknown())?;
    let counter = settings.counter(CounterId(counter)).ok_or_else(unknown)?.id;
    let key = |step: &str| {
        requests::repeat_key(asked.call, asked.row.path, format!("{by} at {counter}{step}"))
    };
    let freeing = Freeing { asked, by, counter, settings: &settings };
    let visit_key = key("")?;
    let receipt = match call {
        Some(call) => {
            let wanted = "`visit` must be `put_back`, `park` or `finish`.";
            let fate = visit.ok_or_else(|| requests::bad("missing_visit", wanted))?;
            Some(freeing.end(CallId(call), fate, visit_key).await?)
        }
        None => None,
    };
    let closed = freeing.close(key(" then leave")?, receipt.is_some()).await?;
    let seq = closed.or(receipt).map_or(0, |receipt| receipt.seq.0);
    let ticket = receipt.and_then(|receipt| receipt.ticket);
    Ok(rooms.mailbox.read(|now| {
        let ticket = ticket.and_then(|id| now.branch.ticket(id)).map(|ticket| FreedTicket {
            id: ticket.id.0,
            label: ticket.label.to_string(),
            state: state_word(ticket.state),
        });
        asked.json(&Freed { seq, ticket })
    }))
}

struct Freeing<'a> {
    asked: &'a Asked<'a>,
    by: OperatorId,
    counter: CounterId,
    settings: &'a Settings,
}

impl Freeing<'_> {
    fn found(&self) -> Found {
        self.asked.rooms.mailbox.read(|now| {
            let at_it = now.branch.ticket_at(self.counter);
            let call = at_it.and_then(|ticket| {
                let has_left = matches!(ticket.state, TicketState::Afterwork { .. });
                Some((ticket.open_call()?, has_left))
            });
            let shift = now.branch.desk(self.counter).and_then(|desk| desk.shift);
            Found {
                call: call.map(|(call, has_left)| (call.id, call.service, has_left)),
                sitting: shift.map(|shift| shift.operator),
            }
        })
    }

    /// Ends the visit as it is wanted.
    async fn end(
        &self,
        call: CallId,
        fate: Fate,
        repeat: Option<RepeatKey>,
    ) -> Result<Receipt, Problem> {
        let is_repetition = self.is_known(repeat.as_ref())?;
        let found = self.found().call.filter(|(open, ..)| *open == call);
        if !is_repetition {
            let Some((_, _, has_left)) = found else {
                let detail = "The visit is over, or another one has begun; look again.";
                return Err(faults::conflict("not_the_current_call", detail));
            };
            if has_left && fate != Fate::Finish {
                let detail = "The customer has left already: the visit can only be finished.";
                return Err(faults::conflict("out_of_turn", detail));
            }
        }
        let unstarted = Unstarted::StartAtCall;
        let command = match fate {
            Fate::PutBack => {
                let service = self.service_of(call).ok_or_else(|| {
                    faults::conflict("call_over", "The visit is of a former business day.")
                })?;
                let (to, priority) = (Place::Service(service), Some(Priority::URGENT));
                Command::Transfer { call, to, service: None, priority, then_back: false }
            }
            Fate::Park => Command::Park { call, unstarted: Unstarted::Refuse },
            Fate::Finish => Command::Finish { call, afterwork: false, unstarted },
        };
        self.submit(command, repeat).await.map_err(|error| faults::submit(self.settings, error))
    }

    /// What the call was made for; that stays, wherever its ticket has come meanwhile.
    fn service_of(&self, call: CallId) -> Option<ServiceId> {
        self.asked.rooms.mailbox.read(|now| Some(now.branch.call(call)?.1.service))
    }

    /// Whoever sits there has left.
    async fn close(
        &self,
        repeat: Option<RepeatKey>,
        has_ended_visit: bool,
    ) -> Result<Option<Receipt>, Problem> {
        let found = self.found();
        if !has_ended_visit && !self.is_known(repeat.as_ref())? {
            if found.call.is_some() {
                let detail = "A visit is open at the counter: name its `call`, and what becomes of \
                              it in `visit`.";
                return Err(faults::conflict("counter_busy", detail));
            }
            if found.sitting.is_none() {
                let detail = "Nobody sits at the counter: it is free.";
                return Err(faults::conflict("counter_free", detail));
            }
        }
        let command = Command::CloseShift { counter: self.counter };
        match self.submit(command, repeat).await {
            Ok(receipt) => Ok(Some(receipt)),
            // Nobody was signed in there, or somebody has sat down and called meanwhile. The visit
            // has ended all the same.
            Err(SubmitError::Refused(Refusal::NoShift | Refusal::CounterBusy(_)))
                if has_ended_visit =>
            {
                Ok(None)
            }
            Err(error) => Err(faults::submit(self.settings, error)),
        }
    }

    fn is_known(&self, repeat: Option<&RepeatKey>) -> Result<bool, Problem> {
        let known = repeat.map(|key| self.asked.rooms.archive.has_receipt(key)).transpose();
        Ok(known.map_err(|error| faults::unreadable(&error))? == Some(true))
    }

    async fn submit(
        &self,
        command: Command,
        repeat: Option<RepeatKey>,
    ) -> Result<Receipt, SubmitError> {
        let submission = Submission { repeat, by: Some(self.by), ..command.into() };
        self.asked.rooms.mailbox.submit(submission).await
    }
}
