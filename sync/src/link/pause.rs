//! How long to wait before a broker is tried again.

use std::time::Duration;

/// The first pause after the attempt that is made at once.
const FIRST: Duration = Duration::from_millis(250);
/// The longest pause: central shall have everything within ten seconds of its return, and the
/// broker may have started just after an attempt.
pub(super) const PAUSE_MAX: Duration = Duration::from_secs(4);
/// A connection that lasted this long was a good one. One that is thrown out sooner, again and
/// again, is tried ever more rarely: two boxes with one name throw each other out.
pub(super) const GOOD_AFTER: Duration = Duration::from_secs(5);

/// Counts the attempts that failed in a row.
#[derive(Debug, Default)]
pub struct Pause(u32);

impl Pause {
    /// The connection was a good one.
    pub fn reset(&mut self) {
        self.0 = 0;
    }

    /// How long to wait now: not at all the first time, then from a quarter second, doubling, up
    /// to four seconds.
    pub fn wait(&mut self) -> Duration {
        let attempt = self.0;
        self.0 = attempt.saturating_add(1);
        match attempt.checked_sub(1) {
            None => Duration::ZERO,
            Some(doublings) => FIRST.saturating_mul(1 << doublings.min(16)).min(PAUSE_MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_at_once_and_then_ever_more_rarely_but_never_rarer_than_four_seconds() {
        let mut pause = Pause::default();
        let waits: Vec<u64> = (0..9).map(|_| pause.wait().as_millis() as u64).collect();
        assert_eq!(waits, [0, 250, 500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000]);
        pause.0 = u32::MAX;
        assert_eq!(pause.wait(), PAUSE_MAX);
        pause.reset();
        assert_eq!(pause.wait(), Duration::ZERO);
    }
}
