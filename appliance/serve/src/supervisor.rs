//! What a server tells systemd, where that started it: ready, alive, stopping.
//!
//! Started by hand there is nobody to tell, and every word here does nothing.
//! The protocol is `sd_notify(3)`.

use std::time::Duration;

use sd_notify::NotifyState;

use crate::shutdown::Shutdown;

/// Signs of life within one watchdog time. With three of them one may be late, on a box that is
/// busy, and the server is still not taken for dead.
pub const SIGNS_WITHIN_WATCHDOG: u32 = 3;

/// Tells that the doors are open; `status` stands in `systemctl status`.
pub fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// Tells that the server is about to end, and wants its stop time.
pub fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("finishing what is under way")]);
}

/// Gives signs of life until `shutdown`, as often as the watchdog wants them; comes back at once
/// where there is no watchdog.
///
/// `progress` is a number that moves as long as the server's one indispensable part works. While it
/// stands still no sign is given, so that a server which listens but decides nothing is started
/// anew.
pub async fn keep_alive(shutdown: Shutdown, progress: impl Fn() -> u64) {
    let Some(watchdog) = sd_notify::watchdog_enabled() else { return };
    tokio::select! {
        _ = shutdown.wait() => {}
        () = signs_of_life(watchdog, progress, || tell(&[NotifyState::Watchdog])) => {}
    }
}

async fn signs_of_life(watchdog: Duration, progress: impl Fn() -> u64, mut sign: impl FnMut()) {
    let mut look = tokio::time::interval(watchdog / SIGNS_WITHIN_WATCHDOG);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut last = None;
    loop {
        look.tick().await;
        let now = progress();
        if last.replace(now) != Some(now) {
            sign();
        }
    }
}

fn tell(words: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(words) {
        tracing::warn!(%error, "systemd cannot be told how it stands");
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_makes_no_progress_gives_no_sign() {
        let (work, signs) = (Cell::new(0), Cell::new(0));
        let watchdog = Duration::from_secs(30);
        let alive = signs_of_life(watchdog, || work.get(), || signs.set(signs.get() + 1));
        let story = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert_eq!(signs.get(), 1, "the first sign is given at once");
            for done in 1..=5 {
                work.set(done);
                tokio::time::sleep(watchdog / SIGNS_WITHIN_WATCHDOG).await;
            }
            assert_eq!(signs.get(), 6, "one for each look that finds progress");
            tokio::time::sleep(watchdog * 2).await;
            assert_eq!(signs.get(), 6, "and none while nothing moves");
        };
        tokio::select! {
            () = alive => panic!("it never ends by itself"),
            () = story => {}
        }
    }
}
