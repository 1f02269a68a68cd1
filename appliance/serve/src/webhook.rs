//! Webhooks: what somebody is told goes by HTTP to a place that the owner of the server allows.
//!
//! A customer names the target, so nothing about it is trusted: only origins of a configured list
//! are called (scheme, host and port exactly, and without TLS nothing but this machine), redirects
//! are not followed, and nothing of an answer is read but its status.
//!
//! Each origin has a lane of its own: one that hangs costs the others nothing. A lane takes so many
//! parcels, and tries each with growing pauses until it is no longer useful. The body is signed:
//! `Anteroom-Signature: sha256=HEX` is its HMAC-SHA256 under the configured secret, and
//! `Anteroom-Delivery` names the parcel, the same in each attempt.

mod courier;
mod origin;

use std::{fmt, io, sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout, timeout_at},
};

use self::courier::Courier;
pub use self::origin::{Origin, Target};

/// Origins that may be called: an organisation has a few such services, and each is a lane.
pub const ORIGINS_MAX: usize = 16;
/// Parcels that one origin may have under way, some kilobytes each: those of a busy hall within the
/// minutes for which they are useful. Whoever has more waits with them.
pub const UNDER_WAY_MAX: usize = 256;
/// Attempts at one origin at the same time: a service that hangs holds so many connections.
pub const ATTEMPTS_MAX: usize = 4;
/// Bytes of the secret, at least: as many as nobody guesses.
pub const SECRET_BYTES_MIN: usize = 16;
/// Bytes of the secret, at most: more than SHA-256 takes in at once bring nothing.
pub const SECRET_BYTES_MAX: usize = 256;

/// How patient a lane is.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// How long one attempt may take.
    attempt: Duration,
    /// The pause after the first attempt; each is twice as long as the one before.
    pause: Duration,
    /// The longest pause.
    pause_max: Duration,
}

const PACE: Pace = Pace {
    attempt: Duration::from_secs(5),
    pause: Duration::from_secs(1),
    pause_max: Duration::from_secs(60),
};

/// Something to be delivered. It is personal: `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Parcel {
    /// By which the receiver knows a repetition: printable ASCII.
    pub id: String,
    /// Where it goes.
    pub target: Target,
    /// What it says, in JSON.
    pub body: Vec<u8>,
    /// After this time nobody needs it any more.
    pub useful_for: Duration,
}

impl fmt::Debug for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parcel(..)")
    }
}

/// What has become of a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver has it.
    Delivered,
    /// The receiver does not want it: asking again would not help.
    Refused,
    /// It was no longer useful before the receiver took it.
    Expired,
}

/// Why a parcel is not taken on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// The origin is not, or no longer, allowed.
    Forbidden,
    /// [`UNDER_WAY_MAX`] are under way there.
    Crowded,
}

/// Delivers parcels. Cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    courier: Arc<Courier>,
    lanes: Arc<[Lane]>,
    pace: Pace,
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhooks({})", self.lanes.len())
    }
}

struct Lane {
    origin: Origin,
    places: Arc<Semaphore>,
    attempts: Arc<Semaphore>,
}

impl Webhooks {
    /// Webhooks to these origins, signed with this secret. Certificates are checked with what the
    /// machine trusts.
    ///
    /// # Errors
    ///
    /// The system's, where it trusts nothing at all.
    pub fn new(origins: Vec<Origin>, secret: &str) -> io::Result<Webhooks> {
        let wants_tls = origins.iter().any(Origin::has_tls);
        let courier = Courier::new(secret.as_bytes(), wants_tls)?;
        Ok(Webhooks::with(origins, courier, PACE))
    }

    fn with(origins: Vec<Origin>, courier: Courier, pace: Pace) -> Webhooks {
        let lane = |origin| Lane {
            origin,
            places: Arc::new(Semaphore::new(UNDER_WAY_MAX)),
            attempts: Arc::new(Semaphore::new(ATTEMPTS_MAX)),
        };
        let lanes = origins.into_iter().map(lane).collect();
        Webhooks { courier: Arc::new(courier), lanes, pace }
    }

    /// The origins that may be called.
    pub fn origins(&self) -> Vec<Origin> {
        self.lanes.iter().map(|lane| lane.origin.clone()).collect()
    }

    /// Takes a parcel on, at once. It goes nowhere until [`Delivery::run`] is awaited.
    ///
    /// # Errors
    ///
    /// [`NotTaken`].
    pub fn take(&self, parcel: Parcel) -> Result<Delivery, NotTaken> {
        let lane = self.lanes.iter().find(|lane| lane.origin == parcel.target.origin);
        let lane = lane.ok_or(NotTaken::Forbidden)?;
        let place = Arc::clone(&lane.places).try_acquire_owned();
        let place = place.map_err(|_| NotTaken::Crowded)?;
        let (courier, attempts) = (Arc::clone(&self.courier), Arc::clone(&lane.attempts));
        Ok(Delivery { parcel, courier, attempts, pace: self.pace, _place: place })
    }
}

/// A parcel on its way. Dropping it ends the attempts.
pub struct Delivery {
    parcel: Parcel,
    courier: Arc<Courier>,
    attempts: Arc<Semaphore>,
    pace: Pace,
    _place: OwnedSemaphorePermit,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Delivery(..)")
    }
}

impl Delivery {
    /// Delivers the parcel, as often as it takes and while it is of use.
    pub async fn run(self) -> Outcome {
        let ends = Instant::now() + self.parcel.useful_for;
        let outcome = timeout_at(ends, self.insist()).await.unwrap_or(Outcome::Expired);
        if outcome != Outcome::Delivered {
            let origin = &self.parcel.target.origin;
            tracing::warn!(%origin, ?outcome, "a webhook did not arrive");
        }
        outcome
    }

    async fn insist(&self) -> Outcome {
        let mut pause = self.pace.pause;
        loop {
            if let Some(outcome) = self.attempt().await {
                return outcome;
            }
            sleep(pause).await;
            pause = (pause * 2).min(self.pace.pause_max);
        }
    }

    /// Nothing where another attempt may help.
    async fn attempt(&self) -> Option<Outcome> {
        let _turn = self.attempts.acquire().await.ok()?;
        let sending = self.courier.send(&self.parcel);
        let status = timeout(self.pace.attempt, sending).await.ok()?.ok()?;
        match status.as_u16() {
            200..=299 => Some(Outcome::Delivered),
            // It was slow, is not ready, is busy, or is in trouble (RFC 9110, RFC 8470, RFC 6585).
            408 | 425 | 429 | 500..=599 => None,
            _ => Some(Outcome::Refused),
        }
    }
}

#[cfg(test)]
mod tests;
