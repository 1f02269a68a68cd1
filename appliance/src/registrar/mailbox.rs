//! The way to the registrar: a bounded mailbox, and what was committed, to read.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use engine::{Branch, CallId, Command, Moment, OperatorId, Refusal, Seq, TicketId, Token};
use tokio::sync::{mpsc, oneshot, watch};

use super::change::{OutcomeReply, SettingsChange};
use super::timekeeper::Timekeeper;
use super::vitals::Vitals;
use crate::local_time::Zone;
use crate::store::Housekeeping;

/// Commands that may wait for the registrar. It takes a whole batch in a few milliseconds, so a
/// longer wait means that the disk is stuck, and the caller is told so at once.
pub const MAILBOX_MAX: usize = 1_024;

/// Characters of an idempotency key.
pub const REPEAT_KEY_CHARS_MAX: usize = 255;

/// What a client sends to be able to ask again: its key, within the operation it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepeatKey(String);

impl RepeatKey {
    /// The key of `operation` (a route, or a route and who asks) as the client named it. Nothing
    /// where it is empty, longer than [`REPEAT_KEY_CHARS_MAX`], or not printable ASCII.
    pub fn new(operation: &str, key: &str) -> Option<RepeatKey> {
        let fits = (1..=REPEAT_KEY_CHARS_MAX).contains(&key.len());
        let plain = key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        (fits && plain).then(|| RepeatKey(format!("{operation} {key}")))
    }

    /// The key as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What customers and clerks wrote about a ticket. Kept beside the journal, where it can be erased.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketTexts {
    /// The customer's name.
    pub client_name: Option<String>,
    /// A clerk's note.
    pub note: Option<String>,
    /// A field of the integrator's own.
    pub custom_field: Option<String>,
    /// Why the customer gave the ticket up, or what they added to an answer.
    pub comment: Option<String>,
    /// The customer whose ticket it is, by the number that their app's account has.
    pub customer: Option<String>,
}

impl TicketTexts {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == TicketTexts::default()
    }

    /// Takes over every text that `newer` has.
    pub fn merge(&mut self, newer: &TicketTexts) {
        let pairs = [
            (&mut self.client_name, &newer.client_name),
            (&mut self.note, &newer.note),
            (&mut self.custom_field, &newer.custom_field),
            (&mut self.comment, &newer.comment),
            (&mut self.customer, &newer.customer),
        ];
        for (old, new) in pairs {
            if new.is_some() {
                old.clone_from(new);
            }
        }
    }
}

/// A command, and what comes with it.
#[derive(Clone, Debug)]
pub struct Submission {
    /// What is asked.
    pub command: Command,
    /// By which the client can ask again.
    pub repeat: Option<RepeatKey>,
    /// Texts about the command's ticket.
    pub texts: TicketTexts,
    /// The operator who asks, where it is not the one at the counter: noted beside the journal.
    pub by: Option<OperatorId>,
}

impl From<Command> for Submission {
    fn from(command: Command) -> Submission {
        Submission { command, repeat: None, texts: TicketTexts::default(), by: None }
    }
}

/// Proof that a command was accepted, and is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The last journal entry that is on disk with it.
    pub seq: Seq,
    /// When it was decided.
    pub at: Moment,
    /// The ticket that it is about.
    pub ticket: Option<TicketId>,
    /// That ticket's token.
    pub token: Option<Token>,
    /// The call that it is about.
    pub call: Option<CallId>,
}

/// Why there is no receipt.
#[derive(Debug)]
pub enum SubmitError {
    /// The rules said no; asking again will not help.
    Refused(Refusal),
    /// The idempotency key was used for something else.
    KeyReused,
    /// Too many commands are waiting; asking again in a moment will help.
    Busy,
    /// The box could not write; asking again may help.
    Unavailable,
    /// The box is shutting down.
    Stopping,
}

/// The state as the disk has it.
#[derive(Debug)]
pub struct Committed {
    /// The line.
    pub branch: Branch,
    /// What was written about the tickets in it.
    pub texts: BTreeMap<TicketId, TicketTexts>,
    /// The entry that made the settings what they are; 0 while there are none.
    pub settings_version: Seq,
    /// How often whose tokens were ended; who is missing has none that were.
    pub token_epochs: BTreeMap<OperatorId, u64>,
}

/// What the registrar is asked to do.
#[derive(Debug)]
pub(super) enum Letter {
    /// Decide a command.
    Submit(Submission, oneshot::Sender<Result<Receipt, SubmitError>>),
    /// Put settings into force.
    Settings(Box<SettingsChange>, OutcomeReply),
    /// Write down what a reader of the journal has done, with the next commit.
    Keep(Housekeeping, oneshot::Sender<Result<(), SubmitError>>),
    /// Empty the database's log, if no reader is in the way; says whether it was done.
    Fold(oneshot::Sender<bool>),
    /// Look whether time demands something.
    Tick,
    /// Finish what waits, and end.
    Stop,
}

/// The way to the registrar. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Mailbox {
    pub(super) letters: mpsc::Sender<Letter>,
    pub(super) committed: Arc<RwLock<Committed>>,
    pub(super) grown: watch::Receiver<Seq>,
    pub(super) time: Arc<Timekeeper>,
    pub(super) vitals: Arc<Vitals>,
    pub(super) zone: Zone,
}

impl Mailbox {
    /// Has a command decided and written down.
    ///
    /// # Errors
    ///
    /// See [`SubmitError`]. After any of them the command has changed nothing, with one exception:
    /// after [`SubmitError::Unavailable`] a power cut may have left it on disk; the same
    /// idempotency key tells.
    pub async fn submit(&self, submission: impl Into<Submission>) -> Result<Receipt, SubmitError> {
        let (reply, receipt) = oneshot::channel();
        self.post(Letter::Submit(submission.into(), reply))?;
        receipt.await.unwrap_or(Err(SubmitError::Stopping))
    }

    /// Has a reader's own state written down, with the next commit.
    ///
    /// # Errors
    ///
    /// [`SubmitError::Busy`], [`SubmitError::Unavailable`] or [`SubmitError::Stopping`].
    pub async fn keep(&self, housekeeping: Housekeeping) -> Result<(), SubmitError> {
        let (reply, kept) = oneshot::channel();
        self.post(Letter::Keep(housekeeping, reply))?;
        kept.await.unwrap_or(Err(SubmitError::Stopping))
    }

    /// Has something written down with the next commit, where it is no matter if it is not.
    pub fn note(&self, housekeeping: Housekeeping) {
        let (reply, _) = oneshot::channel();
        self.post(Letter::Keep(housekeeping, reply)).ok();
    }

    /// Has what was erased taken out of the database's log too; says whether it was done.
    pub async fn fold_log(&self) -> bool {
        let (reply, folded) = oneshot::channel();
        self.post(Letter::Fold(reply)).is_ok() && folded.await.unwrap_or(false)
    }

    /// Reads what was committed. `look` holds up the next commit, so it must be short.
    pub fn read<R>(&self, look: impl FnOnce(&Committed) -> R) -> R {
        // Only a panic of the registrar poisons it, and the process does not outlive that.
        look(&self.committed.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The last journal entry, and a wake-up whenever there are more.
    pub fn grown(&self) -> watch::Receiver<Seq> {
        self.grown.clone()
    }

    /// The present, on the branch's clocks.
    pub fn moment(&self) -> Moment {
        self.time.moment()
    }

    /// The branch's clocks.
    pub fn time(&self) -> &Timekeeper {
        &self.time
    }

    /// Comes back when the registrar has ended: after a stop, or because it failed.
    pub async fn ended(&self) {
        self.letters.closed().await;
    }

    /// The zone of the settings in force, whichever that is at the time it is asked.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// How the registrar is doing.
    pub fn vitals(&self) -> &Vitals {
        &self.vitals
    }

    /// Has the registrar look whether time demands something. A full mailbox does that anyway.
    pub fn tick(&self) {
        self.letters.try_send(Letter::Tick).ok();
    }

    pub(super) fn post(&self, letter: Letter) -> Result<(), SubmitError> {
        self.letters.try_send(letter).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => SubmitError::Busy,
            mpsc::error::TrySendError::Closed(_) => SubmitError::Stopping,
        })
    }
}
