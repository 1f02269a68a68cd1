//! How the registrar is doing, for `/health` and `/metrics`.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

/// Counters of the registrar's work. Each is read alone, so no order among them is promised.
#[derive(Debug, Default)]
pub struct Vitals {
    failing: AtomicBool,
    damaged: AtomicBool,
    /// When the file was last checked whole; 0 for not yet.
    checked_ms: AtomicI64,
    failures: AtomicU64,
    commits: AtomicU64,
    commands: AtomicU64,
    refusals: AtomicU64,
}

impl Vitals {
    /// Whether the last attempt to write failed.
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    /// Whether a check of the whole file has found damage.
    pub fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    /// Takes note that a check of the whole file has found damage.
    pub fn found_damage(&self) {
        self.damaged.store(true, Ordering::Relaxed);
    }

    /// When the whole file was last checked, in milliseconds since the Unix epoch; nothing while it
    /// has not been since the start.
    pub fn checked_ms(&self) -> Option<i64> {
        Some(self.checked_ms.load(Ordering::Relaxed)).filter(|at| *at != 0)
    }

    /// Takes note that the whole file was checked, whatever was found.
    pub fn was_checked(&self, now_ms: i64) {
        self.checked_ms.store(now_ms, Ordering::Relaxed);
    }

    /// Writes that failed since the start.
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// Transactions since the start.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Commands that were accepted since the start.
    pub fn commands(&self) -> u64 {
        self.commands.load(Ordering::Relaxed)
    }

    /// Commands that the rules refused since the start.
    pub fn refusals(&self) -> u64 {
        self.refusals.load(Ordering::Relaxed)
    }

    pub(super) fn committed(&self, commands: u64) {
        self.failing.store(false, Ordering::Relaxed);
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.commands.fetch_add(commands, Ordering::Relaxed);
    }

    pub(super) fn failed(&self) {
        self.failing.store(true, Ordering::Relaxed);
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn refused(&self) {
        self.refusals.fetch_add(1, Ordering::Relaxed);
    }
}
