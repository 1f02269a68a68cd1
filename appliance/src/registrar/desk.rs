//! The registrar's own thread: take what waits, decide, write down, announce.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use engine::{
    Branch, CheckIn, Command, Entry, Event, Issue, Now, OperatorId, Refusal, Seq, Shown, TicketId,
    decide,
};
use serve::virtual_ticket::Change;
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot, watch};

use super::change::{OutcomeReply, SettingsOutcome};
use super::mailbox::{Committed, Letter, Receipt, RepeatKey, Submission, SubmitError, TicketTexts};
use super::timekeeper::Timekeeper;
use super::vitals::Vitals;
use crate::local_time::Zone;
use crate::store::{
    Author, Batch, Forgotten, Housekeeping, Kept, Store, StoreError, StoredReceipt,
};

/// Commands that one transaction takes. More would make the first of them wait for the last.
pub(super) const BATCH_MAX: usize = 256;

/// Milliseconds between two prunings of old receipts and slips.
const PRUNE_EVERY_MS: u64 = 60_000;

/// Someone who waits for the batch to be on disk.
pub(super) enum Waiting {
    Receipt(oneshot::Sender<Result<Receipt, SubmitError>>, Answer),
    Kept(oneshot::Sender<Result<(), SubmitError>>),
    Settings(OutcomeReply, Result<SettingsOutcome, Refusal>),
}

/// What they are told once it is.
pub(super) enum Answer {
    Accepted(Receipt),
    Refused(Refusal),
    KeyReused,
}

pub(super) struct Desk {
    pub(super) letters: mpsc::Receiver<Letter>,
    pub(super) store: Store,
    /// The state as it will be once the present batch is written. Nothing where the last write
    /// failed and the state could not be read back yet.
    pub(super) working: Option<Branch>,
    pub(super) committed: Arc<RwLock<Committed>>,
    pub(super) grown: watch::Sender<Seq>,
    pub(super) time: Arc<Timekeeper>,
    pub(super) zone: Zone,
    /// The entry that made the committed settings what they are.
    pub(super) settings_version: Seq,
    pub(super) vitals: Arc<Vitals>,
    pub(super) pruned_ms: u64,
}

/// The batch that is being put together.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) batch: Batch,
    pub(super) waiting: Vec<Waiting>,
    /// Keys of this batch, which the store does not know yet.
    keys: BTreeMap<RepeatKey, StoredReceipt>,
    pub(super) accepted: u64,
}

impl Desk {
    /// Works until the last mailbox is gone, or until it is told to stop.
    pub(super) fn work(mut self) {
        let mut letters = Vec::with_capacity(BATCH_MAX);
        loop {
            letters.clear();
            if self.letters.blocking_recv_many(&mut letters, BATCH_MAX) == 0 {
                return;
            }
            if letters.iter().any(|letter| matches!(letter, Letter::Stop)) {
                // Whoever comes now is told so; whoever was already in is served.
                self.letters.close();
            }
            self.take(letters.drain(..));
            self.vitals.turned();
        }
    }

    fn take(&mut self, letters: impl Iterator<Item = Letter>) {
        if !self.recover() {
            letters.for_each(turn_away);
            return;
        }
        let now = self.now();
        let mut draft = Draft::default();
        let mut folds = Vec::new();
        for letter in letters {
            match letter {
                Letter::Submit(submission, reply) => {
                    self.submit(&mut draft, submission, reply, now)
                }
                Letter::Settings(change, reply) => self.change(&mut draft, *change, reply, now),
                Letter::Keep(note, reply) => {
                    draft.batch.housekeeping.push(note);
                    draft.waiting.push(Waiting::Kept(reply));
                }
                Letter::Fold(reply) => folds.push(reply),
                Letter::Tick => self.tick(&mut draft, now),
                Letter::Stop => {}
            }
        }
        self.finish(draft);
        if !folds.is_empty() {
            let folded = self.fold_log();
            folds.into_iter().for_each(|reply| {
                reply.send(folded).ok();
            });
        }
    }

    fn fold_log(&self) -> bool {
        self.store.fold_log().unwrap_or_else(|error| {
            let cause = &error as &dyn std::error::Error;
            tracing::error!(error = cause, "the log cannot be emptied");
            false
        })
    }

    /// Has the state again after a failed write.
    fn recover(&mut self) -> bool {
        if self.working.is_some() {
            return true;
        }
        match self.store.load() {
            Ok(branch) => {
                // A write that failed may be on disk all the same: what the disk has is the truth.
                self.publish_whole(&branch);
                self.working = Some(branch);
                self.take_up_zone();
                true
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the branch cannot be read back"
                );
                self.vitals.failed();
                false
            }
        }
    }

    fn now(&self) -> Now {
        self.zone.now(self.time.moment())
    }

    fn submit(
        &mut self,
        draft: &mut Draft,
        submission: Submission,
        reply: oneshot::Sender<Result<Receipt, SubmitError>>,
        now: Now,
    ) {
        let answer = match self.decide(draft, submission, now) {
            Ok(answer) => answer,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a receipt cannot be looked up"
                );
                reply.send(Err(SubmitError::Unavailable)).ok();
                return;
            }
        };
        draft.waiting.push(Waiting::Receipt(reply, answer));
    }

    fn decide(
        &mut self,
        draft: &mut Draft,
        submission: Submission,
        now: Now,
    ) -> Result<Answer, StoreError> {
        let mark = submission.repeat.is_some().then(|| fingerprint(&submission));
        if let (Some(key), Some(mark)) = (&submission.repeat, mark) {
            let known = match draft.keys.get(key) {
                Some(stored) => Some(*stored),
                None => self.store.receipt(key)?,
            };
            if let Some(stored) = known {
                let same = stored.fingerprint == mark;
                return Ok(if same { Answer::Accepted(stored.receipt) } else { Answer::KeyReused });
            }
        }
        let Some(branch) = &mut self.working else {
            return Ok(Answer::Refused(Refusal::DayNotOpen));
        };
        let decision = match decide(branch, &submission.command, now) {
            Ok(decision) => decision,
            Err(refusal) => return Ok(Answer::Refused(refusal)),
        };
        for event in decision.events {
            let seq = Seq(branch.parts().last_seq.0 + 1);
            let entry = Entry { seq, at: now.at, event };
            branch.apply(&entry);
            if let Some(operator) = submission.by {
                draft.batch.authors.insert(seq, Author::Operator(operator));
            }
            draft.batch.entries.push(entry);
        }
        let receipt = Receipt {
            seq: branch.parts().last_seq,
            at: now.at,
            ticket: decision.ticket,
            token: decision.ticket.and_then(|id| branch.ticket(id)).map(|ticket| ticket.token),
            call: decision.call,
        };
        draft.accepted += 1;
        if let Some(ticket) = decision.ticket.filter(|_| !submission.texts.is_empty()) {
            draft.batch.texts.entry(ticket).or_default().merge(&submission.texts);
        }
        if let (Some(key), Some(fingerprint)) = (submission.repeat, mark) {
            let stored = StoredReceipt { fingerprint, receipt };
            draft.keys.insert(key.clone(), stored);
            draft.batch.receipts.push(Kept { key, stored });
        }
        Ok(Answer::Accepted(receipt))
    }

    fn tick(&mut self, draft: &mut Draft, now: Now) {
        let Some(branch) = &mut self.working else { return };
        for command in branch.due(now.at) {
            // A refusal means that a command before it in this batch has settled the matter.
            let Ok(decision) = decide(branch, &command, now) else { continue };
            for event in decision.events {
                let seq = Seq(branch.parts().last_seq.0 + 1);
                let entry = Entry { seq, at: now.at, event };
                branch.apply(&entry);
                draft.batch.entries.push(entry);
            }
        }
        if self.pruned_ms + PRUNE_EVERY_MS <= now.at.steady_ms {
            self.pruned_ms = now.at.steady_ms;
            draft.batch.housekeeping.push(Housekeeping::Prune { now: now.at });
        }
    }

    fn finish(&mut self, draft: Draft) {
        let Some(working) = &self.working else { return };
        if !draft.batch.is_empty() {
            if let Err(error) = self.store.append(&draft.batch, working) {
                let cause = &error as &dyn std::error::Error;
                tracing::error!(
                    error = cause,
                    "a batch could not be written; nobody was told that it was"
                );
                self.vitals.failed();
                // What the batch decided never happened. The disk says what did.
                self.working = None;
                self.recover();
                for waiting in draft.waiting {
                    waiting.tell_unavailable();
                }
                return;
            }
            self.vitals.committed(draft.accepted);
            self.publish(draft.batch);
        }
        for waiting in draft.waiting {
            waiting.tell(&self.vitals);
        }
    }

    /// Shows what is on disk to those who read, and wakes those who follow.
    fn publish(&mut self, batch: Batch) {
        let last = batch.entries.last().map(|entry| (entry.seq, entry.at));
        let is_day = |entry: &Entry| matches!(entry.event, Event::DayOpened { .. });
        let is_change = |entry: &Entry| matches!(entry.event, Event::SettingsChanged(_));
        {
            let mut committed = self.committed.write().unwrap_or_else(PoisonError::into_inner);
            let Committed { branch, texts, settings_version, token_epochs } = &mut *committed;
            batch.entries.iter().for_each(|entry| branch.apply(entry));
            if let Some(changed) = batch.entries.iter().rfind(|entry| is_change(entry)) {
                *settings_version = changed.seq;
                self.settings_version = changed.seq;
            }
            for (ticket, newer) in batch.texts {
                texts.entry(ticket).or_default().merge(&newer);
            }
            batch.housekeeping.iter().for_each(|note| forget(texts, note));
            for operator in batch.housekeeping.iter().filter_map(signed_out) {
                *token_epochs.entry(operator).or_default() += 1;
            }
            if batch.entries.iter().any(is_day) {
                texts.retain(|ticket, _| branch.ticket(*ticket).is_some());
            }
        }
        if batch.entries.iter().any(is_change) {
            self.take_up_zone();
        }
        if let Some((seq, at)) = last {
            self.time.wrote(at);
            self.grown.send_replace(seq);
        }
    }

    fn take_up_zone(&mut self) {
        if let Some(branch) = &self.working {
            self.zone.adopt(branch.settings());
        }
    }

    fn publish_whole(&mut self, branch: &Branch) {
        if let Ok(Some(last)) = self.store.last_moment() {
            self.time.wrote(last);
        }
        let texts = self.store.load_texts();
        let version = self.store.settings_version();
        let epochs = self.store.token_epochs();
        let mut committed = self.committed.write().unwrap_or_else(PoisonError::into_inner);
        match texts {
            Ok(texts) => committed.texts = texts,
            Err(error) => {
                let known: BTreeSet<_> = branch.tickets().map(|ticket| ticket.id).collect();
                committed.texts.retain(|ticket, _| known.contains(ticket));
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "texts cannot be read back"
                );
            }
        }
        // They can be read where the rows could be.
        if let Ok(epochs) = epochs {
            committed.token_epochs = epochs;
        }
        if let Ok(version) = version {
            committed.settings_version = version;
            self.settings_version = version;
        }
        let grew = committed.branch.parts().last_seq != branch.parts().last_seq;
        committed.branch = branch.clone();
        drop(committed);
        if grew {
            self.grown.send_replace(branch.parts().last_seq);
        }
    }
}

/// Whose tokens end with it.
fn signed_out(note: &Housekeeping) -> Option<OperatorId> {
    if let Housekeeping::Credential { operator, .. } | Housekeeping::SignedOut { operator } = note {
        Some(*operator)
    } else {
        None
    }
}

/// Lets go of what was forgotten, and lets no ticket lead to a customer who was erased.
fn forget(texts: &mut BTreeMap<TicketId, TicketTexts>, note: &Housekeeping) {
    match note {
        Housekeeping::Forget(Forgotten { tickets, .. }) => {
            tickets.iter().for_each(|ticket| {
                texts.remove(ticket);
            });
        }
        Housekeeping::Customer(change) => {
            let Change::Erase { customer } = &**change else { return };
            let theirs = |texts: &&mut TicketTexts| texts.customer.as_ref() == Some(customer);
            texts.values_mut().filter(theirs).for_each(|texts| texts.customer = None);
            texts.retain(|_, texts| !texts.is_empty());
        }
        Housekeeping::Spool { .. }
        | Housekeeping::Slip { .. }
        | Housekeeping::Cursor { .. }
        | Housekeeping::Outbox(_)
        | Housekeeping::Credential { .. }
        | Housekeeping::ApiKey(_)
        | Housekeeping::RevokeApiKeys(_)
        | Housekeeping::SignedOut { .. }
        | Housekeeping::Notices { .. }
        | Housekeeping::Notice { .. }
        | Housekeeping::Seen { .. }
        | Housekeeping::ScreenToken { .. }
        | Housekeeping::ScreenTokenGone { .. }
        | Housekeeping::Devices(_)
        | Housekeeping::Reprint { .. }
        | Housekeeping::TestSlip { .. }
        | Housekeeping::Prune { .. } => {}
    }
}

impl Waiting {
    fn tell(self, vitals: &Vitals) {
        // Whoever has gone away meanwhile does not hear it; what was written stays written.
        match self {
            Waiting::Receipt(reply, answer) => {
                let answer = match answer {
                    Answer::Accepted(receipt) => Ok(receipt),
                    Answer::KeyReused => Err(SubmitError::KeyReused),
                    Answer::Refused(refusal) => {
                        vitals.refused();
                        Err(SubmitError::Refused(refusal))
                    }
                };
                reply.send(answer).ok();
            }
            Waiting::Kept(reply) => {
                reply.send(Ok(())).ok();
            }
            Waiting::Settings(reply, outcome) => {
                let outcome = outcome.map_err(|refusal| {
                    vitals.refused();
                    SubmitError::Refused(refusal)
                });
                reply.send(outcome).ok();
            }
        }
    }

    fn tell_unavailable(self) {
        match self {
            Waiting::Receipt(reply, _) => {
                reply.send(Err(SubmitError::Unavailable)).ok();
            }
            Waiting::Kept(reply) => {
                reply.send(Err(SubmitError::Unavailable)).ok();
            }
            Waiting::Settings(reply, _) => {
                reply.send(Err(SubmitError::Unavailable)).ok();
            }
        }
    }
}

fn turn_away(letter: Letter) {
    match letter {
        Letter::Submit(_, reply) => {
            reply.send(Err(SubmitError::Unavailable)).ok();
        }
        Letter::Settings(_, reply) => {
            reply.send(Err(SubmitError::Unavailable)).ok();
        }
        Letter::Keep(_, reply) => {
            reply.send(Err(SubmitError::Unavailable)).ok();
        }
        Letter::Fold(reply) => {
            reply.send(false).ok();
        }
        Letter::Tick | Letter::Stop => {}
    }
}

/// Tells one command from another under the same key. The random token of a ticket is not in it
/// (its debug form hides it), since a repeated request draws a new one; the pass is, since a
/// request with another pass is another request.
fn fingerprint(submission: &Submission) -> i64 {
    let mut digest = Sha256::new();
    digest.update(format!("{:?} {:?}", submission.command, submission.texts));
    if let Command::Issue(Issue { pass: Some(pass), .. })
    | Command::CheckIn(CheckIn { pass: Some(pass), .. }) = &submission.command
    {
        digest.update(pass.as_str());
    }
    // What a customer shows is their own; the code and the PIN of a new booking are drawn.
    if let Command::CheckIn(CheckIn { shown, .. }) = &submission.command {
        digest.update(match shown {
            Shown::Code(code) => code.as_str(),
            Shown::Pin { pin, .. } => pin.as_str(),
        });
    }
    let digest = digest.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(first)
}
