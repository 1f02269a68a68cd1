//! The branch's clocks: a wall clock that people read, and a steady one that outlives restarts.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use engine::Moment;
use serve::clock::{Clock, Reading};

/// Before this instant (2026-01-01) the wall clock has not been set: the box was built later.
pub const CLOCK_SET_SINCE_MS: i64 = 1_767_225_600_000;

/// Milliseconds by which a wall clock may be behind what is written and still count as right: time
/// servers correct by less, and all the time.
const BEHIND_MAX_MS: i64 = 2_000;

/// Continues the steady clock of the journal on the steady clock of the machine.
pub struct Timekeeper {
    clock: Arc<dyn Clock>,
    /// What the machine's steady clock showed at the start.
    started: Reading,
    /// What the branch's steady clock showed then.
    base_ms: u64,
    /// The latest steady time given out; time never goes back, whatever the machine says.
    latest_ms: AtomicU64,
    /// The latest wall time written into the journal.
    written_wall_ms: AtomicI64,
}

impl std::fmt::Debug for Timekeeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Timekeeper").field("base_ms", &self.base_ms).finish_non_exhaustive()
    }
}

impl Timekeeper {
    /// Goes on from the last entry of the journal. The time that the box was off counts as the
    /// wall clock has it, and as nothing where that went back.
    pub fn new(clock: Arc<dyn Clock>, last: Option<Moment>) -> Timekeeper {
        let started = clock.now();
        let off_ms = last.map_or(0, |last| started.wall_ms.saturating_sub(last.wall_ms));
        let base_ms = last.map_or(0, |last| last.steady_ms) + u64::try_from(off_ms).unwrap_or(0);
        Timekeeper {
            clock,
            started,
            base_ms,
            latest_ms: AtomicU64::new(base_ms),
            written_wall_ms: AtomicI64::new(last.map_or(i64::MIN, |last| last.wall_ms)),
        }
    }

    /// The present.
    pub fn moment(&self) -> Moment {
        let now = self.clock.now();
        let steady_ms = self.base_ms + now.steady_ms.saturating_sub(self.started.steady_ms);
        // Many ask within a millisecond; only the first of them has something to write.
        let mut latest = self.latest_ms.load(Ordering::Relaxed);
        if latest < steady_ms {
            latest = self.latest_ms.fetch_max(steady_ms, Ordering::Relaxed);
        }
        Moment { wall_ms: now.wall_ms, steady_ms: steady_ms.max(latest) }
    }

    /// Takes note of the time in an entry that was written.
    pub(super) fn wrote(&self, at: Moment) {
        self.written_wall_ms.fetch_max(at.wall_ms, Ordering::Relaxed);
    }

    /// Whether `moment` may end a business day: the clock has been set, and has not gone back
    /// behind what is already written.
    pub fn is_trusted(&self, moment: Moment) -> bool {
        CLOCK_SET_SINCE_MS <= moment.wall_ms
            && self.written_wall_ms.load(Ordering::Relaxed).saturating_sub(BEHIND_MAX_MS)
                <= moment.wall_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(Reading);

    impl Clock for Fixed {
        fn now(&self) -> Reading {
            self.0
        }
    }

    fn moment(now: (i64, u64), last: Option<(i64, u64)>) -> (Moment, bool) {
        let last = last.map(|(wall_ms, steady_ms)| Moment { wall_ms, steady_ms });
        let clock = Fixed(Reading { wall_ms: now.0, steady_ms: now.1 });
        let time = Timekeeper::new(Arc::new(clock), last);
        let moment = time.moment();
        (moment, time.is_trusted(moment))
    }

    const SET: i64 = CLOCK_SET_SINCE_MS;

    #[test]
    fn the_steady_clock_goes_on_across_a_restart() {
        let (moment, trusted) = moment((SET + 5_000, 77), Some((SET, 1_000)));
        assert_eq!(moment, Moment { wall_ms: SET + 5_000, steady_ms: 6_000 });
        assert!(trusted);
    }

    #[test]
    fn a_wall_clock_that_went_back_stops_nothing_and_is_not_trusted() {
        let (moment, trusted) = moment((SET + 1, 77), Some((SET + 9_000, 1_000)));
        assert_eq!(moment, Moment { wall_ms: SET + 1, steady_ms: 1_000 });
        assert!(!trusted);
    }

    #[test]
    fn a_clock_that_was_never_set_is_not_trusted() {
        assert!(!moment((5, 0), None).1);
    }
}
