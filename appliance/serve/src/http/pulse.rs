//! What a connection is doing, told by those who serve it to those who time it.

use std::{
    sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use tokio::time::Instant;

/// A year of microseconds: later than any connection lives, and early enough for any timer.
const FAR: u64 = 365 * 24 * 3_600 * 1_000_000;

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// Nothing has come yet.
    Fresh,
    /// A part of a head has come.
    Head,
    /// The request is being served; body, handler and stream have clocks of their own.
    Busy,
    /// The last answer is given; nothing of the next request has come.
    Idle,
}

/// Shared by the two sides of one connection, which run in one task: the atomics are never
/// contended, and only make the sharing safe.
#[derive(Debug)]
pub(crate) struct Pulse {
    origin: Instant,
    phase: AtomicU8,
    /// Microseconds from `origin` to the start of the phase; 0 when nobody has looked yet.
    since: AtomicU64,
    /// Bytes came while the request before was still being served. Part of a head that came in
    /// one read with the request before it is not seen here: it has the idle time, not less.
    early: AtomicBool,
    /// The other end may still be sending when we close.
    linger: AtomicBool,
}

impl Pulse {
    pub(crate) fn new(now: Instant) -> Pulse {
        Pulse {
            origin: now,
            phase: AtomicU8::new(Phase::Fresh as u8),
            since: AtomicU64::new(0),
            early: AtomicBool::new(false),
            linger: AtomicBool::new(false),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        const HEAD: u8 = Phase::Head as u8;
        const BUSY: u8 = Phase::Busy as u8;
        const IDLE: u8 = Phase::Idle as u8;
        match self.phase.load(Relaxed) {
            HEAD => Phase::Head,
            BUSY => Phase::Busy,
            IDLE => Phase::Idle,
            _ => Phase::Fresh,
        }
    }

    /// Some bytes were read.
    pub(crate) fn bytes_came(&self) {
        match self.phase() {
            Phase::Fresh | Phase::Idle => {
                self.phase.store(Phase::Head as u8, Relaxed);
                // The usual head comes whole, and then nobody needs to know when it began.
                self.since.store(0, Relaxed);
            }
            Phase::Busy => self.early.store(true, Relaxed),
            Phase::Head => {}
        }
    }

    /// There is nothing to read: since when has this phase lasted, in microseconds of this
    /// connection?
    pub(crate) fn quiet_since(&self) -> u64 {
        if self.phase() == Phase::Idle && self.early.load(Relaxed) {
            self.early.store(false, Relaxed);
            self.phase.store(Phase::Head as u8, Relaxed);
            self.since.store(0, Relaxed);
        }
        match self.since.load(Relaxed) {
            0 => {
                let now = self.now();
                self.since.store(now, Relaxed);
                now
            }
            since => since,
        }
    }

    /// Microseconds of this connection, never 0.
    pub(crate) fn now(&self) -> u64 {
        let micros = self.origin.elapsed().as_micros();
        u64::try_from(micros).unwrap_or(u64::MAX).max(1)
    }

    /// That moment as tokio's timers take it.
    pub(crate) fn moment(&self, micros: u64) -> Instant {
        self.origin + Duration::from_micros(micros.min(FAR))
    }

    /// The phase counts from now again, because something moved.
    pub(crate) fn restart(&self) {
        self.since.store(self.now(), Relaxed);
    }

    /// A head is complete.
    pub(crate) fn called(&self) {
        self.phase.store(Phase::Busy as u8, Relaxed);
        self.early.store(false, Relaxed);
    }

    /// The answer is on its way.
    pub(crate) fn answered(&self, now: u64) {
        self.phase.store(Phase::Idle as u8, Relaxed);
        self.since.store(now, Relaxed);
    }

    pub(crate) fn want_linger(&self) {
        self.linger.store(true, Relaxed);
    }

    /// Whether to hear the other end out: after a refusal with its body unread, and when hyper
    /// refused a head by itself.
    pub(crate) fn lingers(&self) -> bool {
        self.linger.load(Relaxed) || self.phase() == Phase::Head
    }
}
