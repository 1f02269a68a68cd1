//! The door at which passwords are checked: few at the same time, and not often in vain.

mod throttle;

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::throttle::Throttle;
pub use self::throttle::{ADDRESS_FAILURES_MAX, LOGIN_FAILURES_MAX, REMEMBERED_MAX, WINDOW};
use crate::passwords;

/// Passwords that are checked at the same time; each takes a core and 19 MiB for some 30 ms.
pub const CHECKS_MAX: usize = passwords::AT_ONCE;
/// Those that wait for that; further ones are told to come again. They are through in some four
/// seconds.
pub const CHECKS_WAITING_MAX: usize = 256;
/// Bytes of a login; longer ones belong to nobody and are not remembered at full length.
pub const LOGIN_BYTES_MAX: usize = 64;
/// When to come again where too many passwords are being checked.
pub const BUSY_RETRY_AFTER: Duration = Duration::from_secs(1);

/// Why no password is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnedAway {
    /// Too many were wrong; another attempt may be made after this time.
    TooMany(Duration),
    /// Too many are being checked.
    Busy,
}

/// The door of one server.
pub struct Door {
    throttle: Throttle,
    /// Checks that wait or run.
    line: Arc<Semaphore>,
    /// Checks that run.
    gate: Arc<Semaphore>,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Door(..)")
    }
}

impl Default for Door {
    fn default() -> Door {
        Door {
            throttle: Throttle::default(),
            line: Arc::new(Semaphore::new(CHECKS_MAX + CHECKS_WAITING_MAX)),
            gate: Arc::new(Semaphore::new(CHECKS_MAX)),
        }
    }
}

impl Door {
    /// A place at which a password may be checked. `steady_ms` reads the steady clock: failures
    /// that came while the place was waited for count.
    ///
    /// # Errors
    ///
    /// [`TurnedAway`].
    pub async fn seat(
        &self,
        login: &str,
        from: IpAddr,
        steady_ms: impl Fn() -> u64,
    ) -> Result<Seat, TurnedAway> {
        let allowed =
            || self.throttle.look(bounded(login), from, steady_ms()).map_err(TurnedAway::TooMany);
        allowed()?;
        let line = Arc::clone(&self.line).try_acquire_owned().map_err(|_| TurnedAway::Busy)?;
        let gate = Arc::clone(&self.gate).acquire_owned().await.map_err(|_| TurnedAway::Busy)?;
        allowed()?;
        Ok(Seat { places: Arc::new((line, gate)) })
    }

    /// The password was wrong.
    pub fn failed(&self, login: &str, from: IpAddr, steady_ms: u64) {
        self.throttle.failed(bounded(login), from, steady_ms);
    }
}

fn bounded(login: &str) -> &str {
    if LOGIN_BYTES_MAX < login.len() { "" } else { login }
}

/// A place at which a password may be checked.
#[derive(Debug)]
pub struct Seat {
    places: Arc<(OwnedSemaphorePermit, OwnedSemaphorePermit)>,
}

impl Seat {
    /// Works off the async workers, to the end even if nobody waits for it any more. The place is
    /// taken until then, and as long as this is kept: a failure is counted before the next one
    /// sits down. `None` where the work panicked.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let places = Arc::clone(&self.places);
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(places);
            done
        });
        done.await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

    #[tokio::test]
    async fn with_too_many_at_once_the_rest_come_again() {
        let door = Door::default();
        let places = CHECKS_MAX + CHECKS_WAITING_MAX;
        let taken = Arc::clone(&door.line).try_acquire_many_owned(places as u32).unwrap();
        assert_eq!(door.seat("a", DESK, || 0).await.err(), Some(TurnedAway::Busy));
        drop(taken);
        let seat = door.seat("a", DESK, || 0).await.unwrap();
        assert_eq!(seat.work(|| 7).await, Some(7));
        assert_eq!(door.line.available_permits(), places - 1);
        drop(seat);
        assert_eq!(door.line.available_permits(), places);
    }

    #[tokio::test]
    async fn failures_that_come_while_one_waits_count() {
        let door = Arc::new(Door::default());
        let first = door.seat("a", DESK, || 0).await.unwrap();
        let second = door.seat("a", DESK, || 0).await.unwrap();
        let third = tokio::spawn({
            let door = Arc::clone(&door);
            async move { door.seat("a", DESK, || 0).await.err() }
        });
        while door.line.available_permits() != CHECKS_WAITING_MAX - 1 {
            tokio::task::yield_now().await;
        }
        (0..LOGIN_FAILURES_MAX).for_each(|_| door.failed("a", DESK, 0));
        drop((first, second));
        assert_eq!(third.await.unwrap(), Some(TurnedAway::TooMany(WINDOW)));
    }

    #[tokio::test]
    async fn long_logins_are_one_and_work_that_panics_frees_its_place() {
        let door = Door::default();
        let long = "x".repeat(LOGIN_BYTES_MAX + 1);
        let longer = "y".repeat(1_000);
        (0..LOGIN_FAILURES_MAX).for_each(|_| door.failed(&long, DESK, 0));
        assert!(door.seat(&longer, DESK, || 0).await.is_err());
        let seat = door.seat("a", DESK, || 0).await.unwrap();
        assert_eq!(seat.work(|| panic!("a fault")).await, None::<()>);
        drop(seat);
        assert_eq!(door.gate.available_permits(), CHECKS_MAX);
    }
}
