//! The exchange: each side says which changes are its newest, and the other answers with what is
//! lacking. No side remembers what it said, so nothing that the link loses, doubles or reorders
//! can bring the two out of step; `automerge::sync::State` does remember, and never recovers
//! from a lost message.
//!
//! ```text
//! box      hello(heads) ->
//! central               <- ack(heads held durably, need)
//! box      changes after those heads, at most eight frames under way ->
//! central               <- ack
//! box      resends until an ack covers its heads
//! ```
//!
//! Heads are hashes: "covered" is a fact about a document, and an ack that comes late or twice is
//! as true as before.

use std::time::Duration;

use crate::error::Error;
use crate::health::Health;
use crate::ids::{BoxEpoch, ChangeHash, Heads};
use crate::limits::{BODY_BYTES_MAX, FRAMES_UNDER_WAY_MAX, HEADS_MAX};
use crate::replica::{RawChange, Replica};

/// What a box holds of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The box's life.
    pub epoch: BoxEpoch,
    /// Its newest changes.
    pub heads: Heads,
    /// How many it holds.
    pub changes: u64,
    /// See [`Replica::sum`].
    pub sum: [u8; 16],
}

/// What central holds of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ack {
    /// The newest of the changes that are durable and whole, predecessors included.
    pub heads: Heads,
    /// Changes that others wait for.
    pub need: Heads,
}

/// How a box is: retained at the broker, and its last will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Whether it is connected.
    pub online: bool,
    /// The box's life.
    pub epoch: BoxEpoch,
    /// Counts up with every start; a will with a lower number than the last birth is stale.
    pub boot: u64,
    /// The box's wall clock, in milliseconds since 1970-01-01 UTC.
    pub wall_ms: u64,
    /// What it runs.
    pub version: String,
    /// What is amiss there.
    pub health: Health,
}

/// Says hello for a replica.
pub fn hello(replica: &Replica, epoch: BoxEpoch) -> Hello {
    let (changes, sum) = replica.sum();
    Hello { epoch, heads: replica.heads(), changes, sum }
}

/// Acknowledges for a replica.
pub fn ack(replica: &Replica, theirs: &Heads) -> Ack {
    Ack {
        heads: replica.heads(),
        need: need(theirs, |hash| replica.holds(hash), &replica.missing()),
    }
}

/// Which of the changes that the other side names, or that others wait for, are not here.
pub fn need(theirs: &Heads, holds: impl Fn(&ChangeHash) -> bool, missing: &Heads) -> Heads {
    let wanted = theirs.union(missing);
    let lacking = wanted.as_slice().iter().filter(|hash| !holds(hash)).copied();
    Heads::new(lacking.take(HEADS_MAX).collect())
}

/// What to send to a side that is known to hold `theirs`: as much as may be under way at once.
/// `remembered` are heads that it once said to hold; it still does, and where it has since gone
/// ahead of us they keep the answer small.
pub fn lacking(
    replica: &Replica,
    theirs: &Heads,
    remembered: &Heads,
) -> Result<Vec<RawChange>, Error> {
    replica.since(&theirs.union(remembered), FRAMES_UNDER_WAY_MAX * BODY_BYTES_MAX)
}

/// Whether the other side has all that is here.
pub fn covered(replica: &Replica, theirs: &Heads) -> Result<bool, Error> {
    if replica.heads() == *theirs {
        return Ok(true);
    }
    Ok(replica.since(theirs, 0)?.is_empty())
}

/// How long to wait for an ack before sending again: 5 seconds, doubled with every attempt up to
/// 60, give or take 30 percent. `chance` is a random number; branches that lost central together
/// must not return together.
pub fn resend_after(attempt: u32, chance: u32) -> Duration {
    let plain = 5_000_u64.saturating_mul(1 << attempt.min(4)).min(60_000);
    let spread = plain * 3 / 10;
    Duration::from_millis(plain - spread + u64::from(chance) % (2 * spread + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_minute_and_are_spread() {
        assert_eq!(resend_after(0, 0), Duration::from_millis(3_500));
        assert_eq!(resend_after(0, 3_000), Duration::from_millis(6_500));
        assert_eq!(resend_after(1, 0), Duration::from_millis(7_000));
        assert_eq!(resend_after(u32::MAX, 36_000), Duration::from_millis(78_000));
    }
}
