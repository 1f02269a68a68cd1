//! The one task behind head office's live pages: renders what somebody looks at.

use std::time::Duration;

use serve::shutdown::Shutdown;
use tokio::time::{Instant, sleep_until};

use super::{Live, STATE_BYTES_PER_S, STATES_EVERY, Screen, Unreadable};
use crate::api::Api;

/// The turns in which signs of life are given, and time alone is looked at.
const TURN: Duration = Duration::from_secs(1);

/// Follows what branches tell until `shutdown`.
pub async fn follow(api: Api, shutdown: Shutdown) {
    let mut grown = api.intake.grown();
    let live = api.live.clone();
    let now = Instant::now();
    let mut pace = Pace { boards_at: now, overview_at: now };
    let mut next_turn = now + TURN;
    let mut is_asked = false;
    while !shutdown.is_triggered() {
        let due = if is_asked { pace.boards_at.min(next_turn) } else { next_turn };
        tokio::select! {
            _ = shutdown.wait() => return,
            changed = grown.changed(), if !is_asked => {
                // An error means that the intake has ended; the shutdown is near.
                if changed.is_err() {
                    return;
                }
                is_asked = true;
            }
            () = sleep_until(due) => {}
        }
        let now = Instant::now();
        if next_turn <= now {
            next_turn = now + TURN;
            live.feeds.pass_turn(api.clock.now().wall_ms);
            is_asked = true;
        }
        if is_asked && pace.boards_at <= now {
            is_asked = false;
            grown.mark_unchanged();
            pace = live.render(&api, pace, now).await;
        }
    }
}

/// When something may be rendered again.
#[derive(Clone, Copy)]
struct Pace {
    boards_at: Instant,
    overview_at: Instant,
}

impl Live {
    /// Renders what somebody looks at, as far as it is due.
    async fn render(&self, api: &Api, pace: Pace, now: Instant) -> Pace {
        let is_due = |screen: &Screen| match screen {
            Screen::Overview(_) => pace.overview_at <= now,
            Screen::Branch(..) => true,
        };
        let mut next = Pace { boards_at: now + STATES_EVERY, ..pace };
        for feed in self.feeds.feeds(is_due) {
            let mut desk = self.desk.lock().await;
            let body = match desk.render(api, feed.screen().clone()).await {
                Ok(body) => body,
                // The last state stays, and its age says how old it is.
                Err(Unreadable) => continue,
            };
            if matches!(feed.screen(), Screen::Overview(_)) {
                let wait = wait(body.as_ref().map_or(0, Vec::len));
                next.overview_at = next.overview_at.max(now + wait);
            }
            let stamp = self.feeds.stamp(api.clock.now().wall_ms, None);
            feed.refresh(stamp, || body);
        }
        next
    }
}

/// How long a state of this size is not followed by another one.
fn wait(bytes: usize) -> Duration {
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    let rate = STATE_BYTES_PER_S as u64;
    STATES_EVERY.max(Duration::from_millis(bytes.saturating_mul(1_000) / rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn very_many_branches_change_less_often() {
        assert_eq!(wait(80 * 1024), STATES_EVERY);
        assert_eq!(wait(STATE_BYTES_PER_S), STATES_EVERY);
        assert_eq!(wait(10 * STATE_BYTES_PER_S), Duration::from_secs(10));
    }
}
