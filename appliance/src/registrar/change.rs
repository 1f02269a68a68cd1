//! Changing the settings: only on top of the version that whoever changes them has seen.

use engine::{Command, Entry, Event, Now, Refusal, Seq, Settings, decide};
use tokio::sync::oneshot;

use super::desk::{Desk, Draft, Waiting};
use super::mailbox::{Letter, Mailbox, SubmitError};
use crate::store::Author;

/// Settings to be put into force.
#[derive(Clone, Debug)]
pub struct SettingsChange {
    /// All of them.
    pub settings: Settings,
    /// The version that they were made from.
    pub from: Seq,
    /// Who wants it.
    pub author: Author,
}

/// What became of it. Each names the version that is in force now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsOutcome {
    /// They are in force, and on disk.
    Changed(Seq),
    /// They were in force already.
    AsBefore(Seq),
    /// Somebody else was faster; nothing has changed.
    Meanwhile(Seq),
}

/// Where the outcome is waited for.
pub(super) type OutcomeReply = oneshot::Sender<Result<SettingsOutcome, SubmitError>>;

impl Mailbox {
    /// Puts settings into force, unless they were changed since the version they were made from.
    ///
    /// # Errors
    ///
    /// See [`Mailbox::submit`].
    pub async fn change_settings(
        &self,
        change: SettingsChange,
    ) -> Result<SettingsOutcome, SubmitError> {
        let (reply, outcome) = oneshot::channel();
        self.post(Letter::Settings(Box::new(change), reply))?;
        outcome.await.unwrap_or(Err(SubmitError::Stopping))
    }
}

impl Desk {
    pub(super) fn change(
        &mut self,
        draft: &mut Draft,
        change: SettingsChange,
        reply: OutcomeReply,
        now: Now,
    ) {
        let outcome = self.decide_change(draft, change, now);
        draft.waiting.push(Waiting::Settings(reply, outcome));
    }

    fn decide_change(
        &mut self,
        draft: &mut Draft,
        change: SettingsChange,
        now: Now,
    ) -> Result<SettingsOutcome, Refusal> {
        let version = self.version_after(draft);
        let Some(branch) = &mut self.working else { return Err(Refusal::DayNotOpen) };
        if **branch.settings() == change.settings {
            return Ok(SettingsOutcome::AsBefore(version));
        }
        if version != change.from {
            return Ok(SettingsOutcome::Meanwhile(version));
        }
        let command = Command::ChangeSettings(Box::new(change.settings));
        let decision = decide(branch, &command, now)?;
        for event in decision.events {
            let seq = Seq(branch.parts().last_seq.0 + 1);
            if matches!(event, Event::SettingsChanged(_)) {
                draft.batch.authors.insert(seq, change.author);
            }
            let entry = Entry { seq, at: now.at, event };
            branch.apply(&entry);
            draft.batch.entries.push(entry);
        }
        draft.accepted += 1;
        Ok(SettingsOutcome::Changed(self.version_after(draft)))
    }

    /// The version that will be in force once the batch is written.
    fn version_after(&self, draft: &Draft) -> Seq {
        let changes = |entry: &&Entry| matches!(entry.event, Event::SettingsChanged(_));
        match draft.batch.entries.iter().rev().find(changes) {
            Some(entry) => entry.seq,
            None => self.settings_version,
        }
    }
}
