//! How the intake is doing, for `/health`, `/metrics` and whoever asks whether a branch is there.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sync::link::Reason;
use tokio::sync::watch;

use super::round::Tally;

/// What the intake has done since it was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IntakeCounts {
    /// Messages dealt with.
    pub messages: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Changes that are in the rows now and were not before.
    pub changes: u64,
    /// Changes that came again.
    pub known: u64,
    /// Changes that were refused.
    pub refused: u64,
    /// Messages that went to the dead letters, as a whole or for some of their changes.
    pub dead_letters: u64,
    /// Times that a branch and central held different changes under the same newest ones.
    pub alarms: u64,
    /// Transactions.
    pub commits: u64,
    /// Transactions that the disk did not take, each counted at every attempt.
    pub failed_writes: u64,
}

/// What the thread tells.
#[derive(Debug, Default)]
pub(super) struct Shared {
    state: Mutex<State>,
    messages: AtomicU64,
    bytes: AtomicU64,
    changes: AtomicU64,
    known: AtomicU64,
    refused: AtomicU64,
    dead_letters: AtomicU64,
    alarms: AtomicU64,
    commits: AtomicU64,
    failed_writes: AtomicU64,
    /// Counts transactions, and wakes those who follow.
    grown: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    connected: bool,
    since_ms: i64,
    broker: Option<Reason>,
    disk: Option<String>,
}

/// How the intake is doing.
#[derive(Clone, Debug)]
pub struct IntakeView {
    shared: Arc<Shared>,
    ended: watch::Receiver<bool>,
}

pub(super) fn pair(wall_ms: i64) -> (Arc<Shared>, watch::Sender<bool>, IntakeView) {
    let shared = Arc::new(Shared::default());
    shared.state().since_ms = wall_ms;
    let (ended, receiver) = watch::channel(false);
    (Arc::clone(&shared), ended, IntakeView { shared, ended: receiver })
}

impl Shared {
    /// A wake-up whenever branches have told something.
    pub(super) fn grown(&self) -> watch::Receiver<u64> {
        self.grown.subscribe()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Plain values: a holder that panicked cannot have left them half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn connected(&self, wall_ms: i64) {
        let mut state = self.state();
        (state.connected, state.broker, state.since_ms) = (true, None, wall_ms);
    }

    /// Returns whether that is news.
    pub(super) fn disconnected(&self, reason: Reason, wall_ms: i64) -> bool {
        let mut state = self.state();
        let news = state.broker.as_ref() != Some(&reason);
        if state.connected {
            (state.connected, state.since_ms) = (false, wall_ms);
        }
        state.broker = Some(reason);
        news
    }

    /// Returns whether that is news.
    pub(super) fn write_failed(&self, why: String) -> bool {
        self.failed_writes.fetch_add(1, Ordering::Relaxed);
        self.state().disk.replace(why).is_none()
    }

    /// Returns whether writes failed until now.
    pub(super) fn written(&self, tally: &Tally) -> bool {
        let add = |counter: &AtomicU64, by: u64| counter.fetch_add(by, Ordering::Relaxed);
        add(&self.messages, tally.messages);
        add(&self.bytes, tally.bytes);
        add(&self.changes, tally.changes);
        add(&self.known, tally.known);
        add(&self.refused, tally.refused);
        add(&self.dead_letters, tally.dead_letters);
        add(&self.alarms, tally.alarms);
        add(&self.commits, 1);
        self.grown.send_modify(|grown| *grown = grown.wrapping_add(1));
        self.state().disk.take().is_some()
    }
}

impl IntakeView {
    /// Whether the broker lets us in now.
    pub fn broker_connected(&self) -> bool {
        self.shared.state().connected
    }

    /// Since when it has been so, or has not: milliseconds since 1970 UTC.
    pub fn broker_since_ms(&self) -> u64 {
        u64::try_from(self.shared.state().since_ms).unwrap_or(0)
    }

    /// Whether the database took the last write.
    pub fn store_takes_writes(&self) -> bool {
        self.shared.state().disk.is_none()
    }

    /// What is wrong, in plain words; the worst of it.
    pub fn trouble(&self) -> Option<String> {
        let state = self.shared.state();
        if let Some(why) = &state.disk {
            return Some(format!(
                "the database takes no writes ({why}); branches keep what they have to say, and \
                 say it again"
            ));
        }
        match (&state.broker, state.connected) {
            (_, true) => None,
            (Some(reason), false) => Some(reason.to_string()),
            (None, false) => Some("the broker has not answered yet".to_owned()),
        }
    }

    /// A wake-up whenever branches have told something.
    pub(crate) fn grown(&self) -> watch::Receiver<u64> {
        self.shared.grown()
    }

    /// What was done so far.
    pub fn counts(&self) -> IntakeCounts {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let shared = &self.shared;
        IntakeCounts {
            messages: of(&shared.messages),
            bytes: of(&shared.bytes),
            changes: of(&shared.changes),
            known: of(&shared.known),
            refused: of(&shared.refused),
            dead_letters: of(&shared.dead_letters),
            alarms: of(&shared.alarms),
            commits: of(&shared.commits),
            failed_writes: of(&shared.failed_writes),
        }
    }

    /// Returns once the intake has ended, for whatever reason.
    pub async fn ended(&self) {
        // An end without a word, which is a panic, is an end too.
        drop(self.ended.clone().wait_for(|ended| *ended).await);
    }
}
