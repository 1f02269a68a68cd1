//! Time as data: the engine is told what time it is, and never asks.

use std::cmp::Ordering;
use std::time::Duration;

/// An instant, read from two clocks at once.
///
/// The wall clock is for people and may jump; the steady clock never goes back, goes on across
/// restarts, and is what durations and the order of the line are measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    /// Milliseconds since 1970-01-01 UTC, as the wall clock had it.
    pub wall_ms: i64,
    /// Milliseconds on the branch's steady clock.
    pub steady_ms: u64,
}

impl Moment {
    /// How long ago `earlier` was; zero if it was not.
    pub fn since(self, earlier: Moment) -> Duration {
        Duration::from_millis(self.steady_ms.saturating_sub(earlier.steady_ms))
    }

    /// Whether this instant has come, by the steady clock alone: the wall clock may have jumped.
    pub fn has_come(self, now: Moment) -> bool {
        self.steady_ms <= now.steady_ms
    }

    /// This instant, later by `duration`.
    pub fn plus(self, duration: Duration) -> Moment {
        let ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Moment {
            wall_ms: self.wall_ms.saturating_add(i64::try_from(ms).unwrap_or(i64::MAX)),
            steady_ms: self.steady_ms.saturating_add(ms),
        }
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Moment) -> Ordering {
        (self.steady_ms, self.wall_ms).cmp(&(other.steady_ms, other.wall_ms))
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Moment) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The local time of day, for opening hours. The zone is applied outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LocalTime {
    /// 0 is Monday, 6 is Sunday.
    pub weekday: u8,
    /// Minutes since local midnight, 0 to 1439.
    pub minute: u16,
}

/// What a rule may know about the present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Now {
    /// The instant.
    pub at: Moment,
    /// The same instant on the branch's wall, for opening hours.
    pub local: LocalTime,
}
