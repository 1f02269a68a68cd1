//! What the clients of a branch share: where it is just now, and what it has told them.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

use tokio::sync::watch;

/// Where the daemon is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// It serves here.
    At(SocketAddr),
    /// It has been killed, or is on its way.
    Away,
}

/// Something that a client was told by a 200, read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
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
pub enum Ending {
    Finished,
    Parked,
    Missed,
}

/// A request with an idempotency key, and who it was about according to its first answer.
#[derive(Clone, Debug)]
pub struct Repeat {
    pub path: String,
    pub body: String,
    pub key: String,
    pub identity: String,
}

/// Everything that clients know.
#[derive(Debug, Default)]
pub struct Told {
    pub facts: Vec<Fact>,
    pub repeats: Vec<Repeat>,
    /// A mark that a ticket was asked for with, and the ticket's number once it was told.
    pub marks: Vec<(String, Option<u64>)>,
    /// Requests whose answers were lost.
    pub lost: usize,
}

/// What the clients share.
#[derive(Debug)]
pub struct Site {
    pub whereabouts: watch::Sender<Whereabouts>,
    /// Set once at the end: finish what you are at, and leave.
    pub closing: watch::Sender<bool>,
    told: Mutex<Told>,
    slips_allowed: AtomicUsize,
}

impl Site {
    pub fn new() -> Site {
        Site {
            whereabouts: watch::Sender::new(Whereabouts::Away),
            closing: watch::Sender::new(false),
            told: Mutex::default(),
            slips_allowed: AtomicUsize::new(0),
        }
    }

    pub fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().expect("no client panics while it writes")
    }

    pub fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }

    /// Lets clients ask for so many more slips: a printer is slower than sixteen clients.
    pub fn allow_slips(&self, more: usize) {
        self.slips_allowed.fetch_add(more, Ordering::Relaxed);
    }

    /// Whether one more slip may be asked for, which it is then.
    pub fn spend_slip(&self) -> bool {
        let spend = |left: usize| left.checked_sub(1);
        self.slips_allowed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).is_ok()
    }
}
