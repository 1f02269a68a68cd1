//! Time as something handed down: the machine's clock, and one that moves only when told.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// One look at the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Milliseconds since the Unix epoch, UTC. It jumps when somebody sets the clock.
    pub wall_ms: i64,
    /// Milliseconds since some fixed moment; never goes back. For durations.
    pub steady_ms: u64,
}

/// Where time comes from.
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Reading;
}

/// The machine's own clock; `steady_ms` counts from its making.
#[derive(Debug, Clone)]
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// A clock whose `steady_ms` starts at 0 now.
    #[expect(clippy::disallowed_methods, reason = "the one place where time enters the program")]
    pub fn new() -> SystemClock {
        SystemClock { started: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> SystemClock {
        SystemClock::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where time enters the program")]
    fn now(&self) -> Reading {
        let wall_ms = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => clamp_ms(since),
            // A box whose clock was never set may stand before 1970.
            Err(before) => -clamp_ms(before.duration()),
        };
        let steady = Instant::now().saturating_duration_since(self.started);
        Reading { wall_ms, steady_ms: u64::try_from(steady.as_millis()).unwrap_or(u64::MAX) }
    }
}

fn clamp_ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A clock that moves only when told; its clones are the same clock.
#[derive(Debug, Clone)]
pub struct HandClock {
    reading: Arc<Mutex<Reading>>,
}

impl HandClock {
    /// A clock that stands at `wall_ms` (Unix, UTC), with `steady_ms` at 0.
    pub fn at(wall_ms: i64) -> HandClock {
        HandClock { reading: Arc::new(Mutex::new(Reading { wall_ms, steady_ms: 0 })) }
    }

    /// Lets time pass: both readings move.
    pub fn advance(&self, by: Duration) {
        self.change(|reading| {
            reading.wall_ms = reading.wall_ms.saturating_add(clamp_ms(by));
            let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
            reading.steady_ms = reading.steady_ms.saturating_add(by);
        });
    }

    /// Sets the wall clock, as an administrator or NTP would; no time passes.
    pub fn set_wall(&self, wall_ms: i64) {
        self.change(|reading| reading.wall_ms = wall_ms);
    }

    fn change(&self, change: impl FnOnce(&mut Reading)) {
        // A reading is plain numbers: a holder that panicked cannot have left it half changed.
        change(&mut self.reading.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Clock for HandClock {
    fn now(&self) -> Reading {
        *self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_clock_moves_only_when_told() {
        let clock = HandClock::at(1_000);
        let twin = clock.clone();
        assert_eq!(clock.now(), Reading { wall_ms: 1_000, steady_ms: 0 });
        clock.advance(Duration::from_millis(250));
        assert_eq!(twin.now(), Reading { wall_ms: 1_250, steady_ms: 250 });
        twin.set_wall(-5);
        assert_eq!(clock.now(), Reading { wall_ms: -5, steady_ms: 250 });
    }

    #[test]
    fn time_never_wraps() {
        let clock = HandClock::at(i64::MAX - 1);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Reading { wall_ms: i64::MAX, steady_ms: u64::MAX });
    }

    #[test]
    fn the_system_clock_goes_forward() {
        let clock = SystemClock::new();
        let first = clock.now();
        let second = clock.now();
        assert!(first.steady_ms <= second.steady_ms);
        assert!(1_577_836_800_000 < first.wall_ms, "later than 2020");
    }
}
