//! How the link to central is doing, for `/health` and `/metrics`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How far the branch and central are in step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No central server is configured.
    Off,
    /// There is no connection to the broker.
    Cut,
    /// The broker is there, and central does not answer.
    Unanswered,
    /// Central is being brought up to date.
    CatchingUp,
    /// Central holds everything.
    InStep,
}

impl Standing {
    /// The word in `/health`.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Off => "off",
            Standing::Cut => "broker_away",
            Standing::Unanswered => "central_away",
            Standing::CatchingUp => "catching_up",
            Standing::InStep => "in_step",
        }
    }
}

/// What can be said at one instant.
#[derive(Clone, Debug)]
pub struct SyncReport {
    /// How far in step.
    pub standing: Standing,
    /// Since when, in milliseconds since the Unix epoch.
    pub since_ms: i64,
    /// The broker's address, without a secret.
    pub broker: Option<String>,
    /// Why there is no connection, or why the outbox stands still.
    pub trouble: Option<String>,
    /// The last journal entry up to which central is known to hold everything, since this start.
    pub covered_seq: Option<u64>,
    /// When central last said anything, in milliseconds since the Unix epoch.
    pub heard_ms: Option<i64>,
    /// Documents in memory.
    pub documents_loaded: u64,
}

/// Figures that only grow.
#[derive(Debug, Default)]
pub struct SyncCounts {
    /// Journal entries that were put into documents.
    pub transitions: AtomicU64,
    /// Changes that were made of them.
    pub changes: AtomicU64,
    /// Entries that could not be.
    pub left_out: AtomicU64,
    /// Messages handed to the broker.
    pub messages: AtomicU64,
    /// Bytes of them, topics and MQTT's own bytes not counted.
    pub bytes: AtomicU64,
    /// What was said again because no answer came.
    pub repeats: AtomicU64,
    /// Acks of central.
    pub acks: AtomicU64,
    /// How often the outbox began again from what is on disk.
    pub restarts: AtomicU64,
}

impl SyncCounts {
    pub(super) fn add(counter: &AtomicU64, amount: u64) {
        counter.fetch_add(amount, Ordering::Relaxed);
    }
}

/// The view of the link to central. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OutboxView {
    report: Arc<Mutex<SyncReport>>,
    counts: Arc<SyncCounts>,
}

impl OutboxView {
    /// Of a branch to which this broker is configured, or none.
    pub fn new(broker: Option<String>, now_ms: i64) -> OutboxView {
        let standing = if broker.is_some() { Standing::Cut } else { Standing::Off };
        let report = SyncReport {
            standing,
            since_ms: now_ms,
            broker,
            trouble: None,
            covered_seq: None,
            heard_ms: None,
            documents_loaded: 0,
        };
        OutboxView { report: Arc::new(Mutex::new(report)), counts: Arc::default() }
    }

    /// What can be said now.
    pub fn report(&self) -> SyncReport {
        self.report.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The figures.
    pub fn counts(&self) -> &SyncCounts {
        &self.counts
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut SyncReport)) {
        change(&mut self.report.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Takes note of how far in step the two are.
    pub(super) fn stands(&self, standing: Standing, now_ms: i64) {
        self.change(|report| {
            if report.standing != standing {
                tracing::info!(state = standing.word(), "central");
                report.standing = standing;
                report.since_ms = now_ms;
            }
        });
    }
}
