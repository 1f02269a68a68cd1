//! The intake: what central asks for its customers, done by commands as for anybody at the door,
//! and answered; and the branch's card, by which those customers find it.

mod card;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use engine::{
    Command, Issue, LineRequest, Outcome, Priority, Refusal, ServiceId, Settings, Source, Ticket,
    TicketId, TicketState,
};
use serve::virtual_ticket::{Availability, Refused};
use sync::frame::Frame;
use sync::ids::{BoxEpoch, BranchId, TicketKey};
use sync::request::{Answer, Ask, No, Request, RequestId, Said, Sold};

use crate::api::virtual_ticket::{language_of, refused};
use crate::keys::{KernelChance, random_token};
use crate::registrar::{Mailbox, Receipt, RepeatKey, Submission, SubmitError};
use crate::store::{Archive, StoreError};
use crate::texts::Texts;

/// Tokens that are drawn for one ticket, as in every dialect.
const TOKENS_MAX: usize = 3;

/// Does what central asks.
pub(crate) struct Intake {
    mailbox: Mailbox,
    archive: Archive,
    branch: BranchId,
    epoch: BoxEpoch,
    texts: Texts,
    /// The settings of which central was told last, since it was last greeted.
    told: Option<Arc<Settings>>,
}

impl Intake {
    /// The intake of this branch, whose tickets are named by `epoch` in documents.
    pub(crate) fn new(
        mailbox: Mailbox,
        archive: Archive,
        branch: BranchId,
        epoch: BoxEpoch,
    ) -> Intake {
        Intake { mailbox, archive, branch, epoch, texts: Texts::new(), told: None }
    }

    /// Central may have missed the card: it is told again.
    pub(crate) fn greet_again(&mut self) {
        self.told = None;
    }

    /// The card as a frame, if central has not been told of the present settings, and these.
    pub(crate) fn card_due(&self) -> Option<(Vec<u8>, Arc<Settings>)> {
        let settings = self.settings();
        if self.told.as_ref().is_some_and(|told| Arc::ptr_eq(told, &settings)) {
            return None;
        }
        let card = Box::new(card::of(&settings, &self.texts).fitted());
        match (Frame::Card { branch: self.branch, card }).encode() {
            Ok(frame) => Some((frame, settings)),
            Err(error) => {
                tracing::error!(%error, "customers at central cannot be told of this branch");
                None
            }
        }
    }

    /// Central has been told of these settings.
    pub(crate) fn told(&mut self, settings: Arc<Settings>) {
        self.told = Some(settings);
    }

    /// Does what is asked, or says why not. Asked again, it gives the first answer.
    pub(crate) async fn answer(&self, request: Request) -> Answer {
        let Request { id, until_ms, ask } = request;
        let until_ms = (until_ms != 0).then_some(until_ms);
        let said = match ask {
            Ask::Sell { service, language } => self.sell(id, until_ms, service, &language).await,
            Ask::Cancel { ticket } => self.cancel(id, until_ms, ticket).await,
            Ask::Withdraw { sale } => self.withdraw(id, sale).await,
        };
        Answer { id, said: said.unwrap_or_else(Said::Refused) }
    }

    async fn sell(
        &self,
        id: RequestId,
        until_ms: Option<u64>,
        service: u32,
        language: &str,
    ) -> Result<Said, No> {
        if let Some(receipt) = self.receipt(id)? {
            return self.sold(&receipt);
        }
        self.in_time(until_ms)?;
        let settings = self.settings();
        if !settings.virtual_ticket.enabled {
            return Err(No::Off);
        }
        let language = Some(language).filter(|code| !code.is_empty());
        let language = language.map(|code| language_of(&settings, Some(code)));
        for _ in 0..TOKENS_MAX {
            let line = LineRequest { service: ServiceId(service), priority: Priority::NORMAL };
            let command = Command::Issue(Issue {
                lines: vec![line],
                language,
                token: random_token(&KernelChance),
                pass: None,
                source: Source::Customer,
                device: None,
            });
            match self.submit(id, command).await {
                Ok(receipt) => return self.sold(&receipt),
                Err(SubmitError::Refused(Refusal::TokenTaken)) => {}
                Err(error) => return Err(no(error)),
            }
        }
        Err(No::Later)
    }

    async fn cancel(
        &self,
        id: RequestId,
        until_ms: Option<u64>,
        ticket: TicketKey,
    ) -> Result<Said, No> {
        if self.receipt(id)?.is_some() {
            return Ok(Said::Done);
        }
        self.in_time(until_ms)?;
        if ticket.branch != self.branch || ticket.epoch != self.epoch {
            return Err(No::UnknownTicket);
        }
        let ticket = TicketId(ticket.number);
        self.submit(id, Command::Delete { ticket }).await.map(|_| Said::Done).map_err(no)
    }

    /// Whatever became of a sale, afterwards there is no ticket of it that waits for nobody.
    async fn withdraw(&self, id: RequestId, sale: RequestId) -> Result<Said, No> {
        let Some(receipt) = self.receipt(sale)? else { return Ok(Said::Done) };
        let Some(ticket) = receipt.ticket else { return Ok(Said::Done) };
        match self.submit(id, Command::Delete { ticket }).await {
            Ok(_) => Ok(Said::Done),
            Err(error) => match self.ticket(&receipt)?.map(|ticket| ticket.state) {
                Some(TicketState::Closed { outcome: Outcome::Deleted, .. }) => Ok(Said::Done),
                Some(_) | None => Err(no(error)),
            },
        }
    }

    fn settings(&self) -> Arc<Settings> {
        self.mailbox.read(|committed| Arc::clone(committed.branch.settings()))
    }

    /// Whether it may still be done, by the branch's own clock.
    fn in_time(&self, until_ms: Option<u64>) -> Result<(), No> {
        let now_ms = u64::try_from(self.mailbox.moment().wall_ms).unwrap_or(0);
        match until_ms {
            Some(until_ms) if until_ms < now_ms => Err(No::Expired),
            Some(_) | None => Ok(()),
        }
    }

    async fn submit(&self, id: RequestId, command: Command) -> Result<Receipt, SubmitError> {
        let submission = Submission { repeat: Some(repeat_key(id)), ..command.into() };
        self.mailbox.submit(submission).await
    }

    fn receipt(&self, id: RequestId) -> Result<Option<Receipt>, No> {
        let found = self.archive.receipt(&repeat_key(id)).map_err(unreadable)?;
        Ok(found.map(|stored| stored.receipt))
    }

    fn ticket(&self, receipt: &Receipt) -> Result<Option<Ticket>, No> {
        let Some(id) = receipt.ticket else { return Ok(None) };
        let present = self.mailbox.read(|committed| committed.branch.ticket(id).cloned());
        match (present, &receipt.token) {
            (Some(ticket), _) => Ok(Some(ticket)),
            (None, Some(token)) => self.archive.ticket_by_token(token).map_err(unreadable),
            (None, None) => Ok(None),
        }
    }

    fn sold(&self, receipt: &Receipt) -> Result<Said, No> {
        let ticket = self.ticket(receipt)?.ok_or(No::Later)?;
        let key = TicketKey { branch: self.branch, epoch: self.epoch, number: ticket.id.0 };
        Ok(Said::Sold(Sold {
            ticket: key,
            day: ticket.day.0,
            tag: ticket.label.tag.as_str().to_owned(),
            number: ticket.label.number,
            at_ms: u64::try_from(ticket.issued.wall_ms).unwrap_or(0),
        }))
    }
}

/// A request's number is the key under which the branch knows it again.
fn repeat_key(id: RequestId) -> RepeatKey {
    RepeatKey::new("central", &id.to_string()).expect("32 digits are a key")
}

fn unreadable(error: StoreError) -> No {
    tracing::error!(error = &error as &dyn std::error::Error, "a request cannot be looked up");
    No::Later
}

/// What a customer of this branch's own would be told, in the words that central knows.
fn no(error: SubmitError) -> No {
    match refused(error) {
        Refused::UnknownService => No::UnknownService,
        Refused::Unavailable(Availability::Disabled) => No::Disabled,
        Refused::Unavailable(Availability::Closed) => No::Closed,
        Refused::Unavailable(Availability::Spent) => No::Spent,
        Refused::UnknownTicket => No::UnknownTicket,
        Refused::OutOfTurn => No::OutOfTurn,
        Refused::Full => No::Full,
        Refused::KeyReused
        | Refused::Later
        | Refused::Unreachable
        | Refused::UnknownLocation
        | Refused::Unavailable(Availability::Open | Availability::Unreachable) => No::Later,
    }
}
