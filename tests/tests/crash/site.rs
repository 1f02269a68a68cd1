//! What the clients of a branch share: where it is just now, and what it has told them.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

use tokio::sync::watch;

/// Where the daemon is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whereabouts {
    /// It serves here.
    At(SocketAddr),
    /// It has been killed, or is on its way.
    Away,
}

/// Something that a client was told by a 200, read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// A phone has a ticket of this token.
    Taken { token: String },
    /// Staff have a ticket.
    Created { ticket: u64, label: String, prints: bool },
    /// A ticket was called to a counter.
    Called { ticket: u64, label: String, call: u64, counter: u32 },
    /// A call has ended.
    Ended { call: u64, how: Ending },
    /// A ticket was given up.
    Deleted { token: String },
    /// A visit was rated.
    Rated { token: String },
}

/// How a clerk ends a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Finished,
    Parked,
    Missed,
}

/// A request with an idempotency key, and who it was about according to its first answer.
#[derive(Clone, Debug)]
pub(crate) struct Repeat {
    pub(crate) path: String,
    pub(crate) body: String,
    pub(crate) key: String,
    pub(crate) identity: String,
}

/// Everything that clients know.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) facts: Vec<Fact>,
    pub(crate) repeats: Vec<Repeat>,
    /// A mark that a ticket was asked for with, and the ticket's number once it was told.
    pub(crate) marks: Vec<(String, Option<u64>)>,
    /// Keys that phones have scanned.
    pub(crate) keys: BTreeSet<String>,
    /// Requests whose answers were lost.
    pub(crate) lost: usize,
}

/// What the clients share.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) whereabouts: watch::Sender<Whereabouts>,
    /// Set once at the end: finish what you are at, and leave.
    pub(crate) closing: watch::Sender<bool>,
    told: Mutex<Told>,
    slips_allowed: AtomicUsize,
}

impl Site {
    pub(crate) fn new() -> Site {
        Site {
            whereabouts: watch::Sender::new(Whereabouts::Away),
            closing: watch::Sender::new(false),
            told: Mutex::default(),
            slips_allowed: AtomicUsize::new(0),
        }
    }

    pub(crate) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().expect("no client panics while it writes")
    }

    pub(crate) fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }

    /// Lets clients ask for so many more slips: a printer is slower than sixteen clients.
    pub(crate) fn allow_slips(&self, more: usize) {
        self.slips_allowed.fetch_add(more, Ordering::Relaxed);
    }

    /// Whether one more slip may be asked for, which it is then.
    pub(crate) fn spend_slip(&self) -> bool {
        let spend = |left: usize| left.checked_sub(1);
        self.slips_allowed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).is_ok()
    }
}
