//! How long to wait before a lost device is tried again.

use std::time::Duration;

/// The waits in order; the last one repeats for ever, because a branch that gets its printer back
/// at noon must not need a person to tell the box.
pub const STEPS: [Duration; 8] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(40),
    Duration::from_secs(80),
];

/// A link that held this long was really back: a plug with a loose contact is not, and must not
/// start again at half a second each time it touches.
pub const HEALTHY_AFTER: Duration = Duration::from_secs(30);

/// Most that chance adds to or takes from a wait, in percent: devices that died together (one hub)
/// must not come back in step.
pub const JITTER_PERCENT: u32 = 20;

/// The waits between attempts of one device.
#[derive(Debug, Clone, Default)]
pub struct Backoff {
    failures: usize,
}

impl Backoff {
    /// A device that has not failed yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The wait before the next attempt. `held` is how long the link had been healthy before this
    /// failure (zero when it never came up); `chance` is a random number.
    pub fn after_failure(&mut self, held: Duration, chance: u32) -> Duration {
        if held >= HEALTHY_AFTER {
            self.failures = 0;
        }
        let step = STEPS[self.failures.min(STEPS.len() - 1)];
        self.failures = self.failures.saturating_add(1);
        // From 100 - JITTER to 100 + JITTER percent, both included.
        let percent = 100 - JITTER_PERCENT + chance % (2 * JITTER_PERCENT + 1);
        step * percent / 100
    }

    /// Failures in a row so far.
    #[must_use]
    pub fn failures(&self) -> usize {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The chance that leaves a wait as it is.
    const EVEN: u32 = JITTER_PERCENT;

    #[test]
    fn waits_grow_to_eighty_seconds_and_stay() {
        let mut backoff = Backoff::new();
        let waits: Vec<u64> = (0..10)
            .map(|_| backoff.after_failure(Duration::ZERO, EVEN).as_millis() as u64)
            .collect();
        assert_eq!(
            waits,
            [500, 1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 80_000, 80_000, 80_000]
        );
    }

    #[test]
    fn only_half_a_minute_of_health_starts_the_waits_again() {
        let mut backoff = Backoff::new();
        for _ in 0..4 {
            backoff.after_failure(Duration::ZERO, EVEN);
        }
        let touched = backoff.after_failure(HEALTHY_AFTER - Duration::from_millis(1), EVEN);
        assert_eq!(touched, Duration::from_secs(10));
        assert_eq!(backoff.after_failure(HEALTHY_AFTER, EVEN), Duration::from_millis(500));
    }

    #[test]
    fn chance_moves_a_wait_by_a_fifth_at_most() {
        for chance in 0..1_000 {
            let wait = Backoff::new().after_failure(Duration::ZERO, chance);
            assert!((400..=600).contains(&wait.as_millis()), "{wait:?}");
        }
        let waits = [0, 40].map(|chance| Backoff::new().after_failure(Duration::ZERO, chance));
        assert_eq!(waits, [Duration::from_millis(400), Duration::from_millis(600)]);
    }
}
