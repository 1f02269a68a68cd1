//! What is said with central about one document: what was offered, what it holds, what is under way.
//!
//! Nothing of it needs to survive: after every connection the box says hello again, and central's
//! answer, which is about what it has on disk, is the beginning of everything else.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use sync::error::Error;
use sync::frame::pack;
use sync::ids::{ChangeHash, Heads};
use sync::limits::{BODY_BYTES_MAX, FRAMES_UNDER_WAY_MAX};
use sync::replica::{RawChange, Replica};
use sync::session::{Ack, covered, lacking, resend_after};
use tokio::time::Instant;

/// Bytes of changes that wait for central's ack in memory; what is beyond them is read out of the
/// document when its turn comes.
pub(super) const QUEUE_BYTES_MAX: usize = FRAMES_UNDER_WAY_MAX * BODY_BYTES_MAX;

/// What is to be sent next.
pub(super) enum Next {
    /// Nothing, until something comes or is due.
    Nothing,
    /// A hello.
    Hello,
    /// These frames.
    Frames(Vec<Vec<u8>>),
}

/// The state of the talk.
#[derive(Default)]
pub(super) struct Talk {
    /// What central said to hold, since the last hello.
    theirs: Option<Heads>,
    /// Changes that central lacks, in order; the first `sent` of them are under way.
    queue: VecDeque<RawChange>,
    queue_bytes: usize,
    sent: usize,
    /// How many changes are in each frame under way.
    frames: VecDeque<usize>,
    /// Whether central lacks more than is in the queue.
    has_more: bool,
    /// How often in a row nothing came back.
    attempt: u32,
    /// When what was said is said again.
    due: Option<Instant>,
    /// How often something was said again.
    pub(super) repeats: u64,
}

impl Talk {
    /// Begins anew: after a new connection, or because central has started again.
    pub(super) fn restart(&mut self) {
        let repeats = self.repeats;
        *self = Talk { repeats, ..Talk::default() };
    }

    /// Whether central is known to hold all of the document.
    pub(super) fn is_covered(&self) -> bool {
        self.theirs.is_some() && self.queue.is_empty() && !self.has_more
    }

    /// When what was said is to be said again.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Whether central has answered since the last hello.
    pub(super) fn is_answered(&self) -> bool {
        self.theirs.is_some()
    }

    /// A change that was made, and is on disk.
    pub(super) fn offer(&mut self, change: RawChange) {
        // What was not asked for yet, or does not fit, is found again in the document.
        let size = change.bytes.len();
        if self.theirs.is_none() || self.has_more || QUEUE_BYTES_MAX < self.queue_bytes + size {
            self.has_more = true;
            return;
        }
        self.queue_bytes += size;
        self.queue.push_back(change);
    }

    /// Central's word.
    pub(super) fn hear(&mut self, replica: &Replica, ack: Ack) -> Result<(), Error> {
        let first = self.theirs.is_none();
        let heads = replica.heads();
        if ack.heads == heads || (first && covered(replica, &ack.heads)?) {
            *self = Talk { theirs: Some(ack.heads), repeats: self.repeats, ..Talk::default() };
            return Ok(());
        }
        let known = |change: &RawChange| ack.heads.as_slice().contains(&change.hash);
        let reached = self.queue.iter().rposition(known).map_or(0, |last| last + 1);
        for gone in self.queue.drain(..reached) {
            self.queue_bytes -= gone.bytes.len();
        }
        self.arrived(reached);
        // An ack that crossed with what it asks for asks for nothing new.
        let sent = self.queue.iter().take(self.sent);
        let under_way: BTreeSet<ChangeHash> = sent.map(|change| change.hash).collect();
        let lost = ack.need.as_slice().iter().any(|hash| !under_way.contains(hash));
        if first || lost {
            // What it says to lack is told apart in the document.
            self.forget_queue();
        }
        if first || 0 < reached {
            self.attempt = 0;
            self.due = None;
        }
        self.theirs = Some(ack.heads);
        Ok(())
    }

    /// What is to be said now. `chance` is a random number.
    pub(super) fn next(
        &mut self,
        replica: &Replica,
        now: Instant,
        chance: u32,
    ) -> Result<Next, Error> {
        if self.due.is_some_and(|due| due <= now) {
            // No answer: whatever was lost, a hello finds out.
            self.repeats += 1;
            self.theirs = None;
            self.due = None;
            self.forget_queue();
        }
        let Some(theirs) = &self.theirs else {
            if self.due.is_none() {
                self.wait_for_answer(now, chance);
                return Ok(Next::Hello);
            }
            return Ok(Next::Nothing);
        };
        if self.queue.is_empty() && self.has_more {
            let missing = lacking(replica, theirs, &Heads::default())?;
            self.queue_bytes = missing.iter().map(|change| change.bytes.len()).sum();
            self.queue = missing.into();
            // Whether that was all is seen when it is gone.
            self.has_more = !self.queue.is_empty();
        }
        let room = FRAMES_UNDER_WAY_MAX.saturating_sub(self.frames.len());
        if self.sent < self.queue.len() && 0 < room {
            let fresh: Vec<RawChange> = self.queue.iter().skip(self.sent).cloned().collect();
            let mut frames = Vec::new();
            for (count, frame) in pack(replica.document(), &fresh)?.into_iter().take(room) {
                self.sent += count;
                self.frames.push_back(count);
                frames.push(frame);
            }
            self.wait_for_answer(now, chance);
            return Ok(Next::Frames(frames));
        }
        if self.queue.is_empty() {
            self.due = None;
        }
        Ok(Next::Nothing)
    }

    /// The first changes of the queue are at central, and have left it.
    fn arrived(&mut self, mut changes: usize) {
        self.sent = self.sent.saturating_sub(changes);
        while let Some(first) = self.frames.front_mut() {
            if changes < *first {
                *first -= changes;
                return;
            }
            changes -= *first;
            self.frames.pop_front();
        }
    }

    /// What central lacks is to be found out anew.
    fn forget_queue(&mut self) {
        self.queue.clear();
        self.frames.clear();
        (self.queue_bytes, self.sent) = (0, 0);
        self.has_more = true;
    }

    fn wait_for_answer(&mut self, now: Instant, chance: u32) {
        self.due = Some(now + resend_after(self.attempt, chance));
        self.attempt = self.attempt.saturating_add(1);
    }

    /// The link did not take what was to be said: it is said again after this time.
    pub(super) fn retry(&mut self, now: Instant, after: Duration) {
        self.due = Some(now + after);
    }
}
