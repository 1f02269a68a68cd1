//! How often each address may ask, in bounded memory.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::Clock as GovernorClock,
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};
use tokio::time::Instant;

use super::limits::{ADDRESSES_MAX, Rate};

/// One address's allowance.
///
/// A connection finds it once and keeps it, so that a request costs one atomic operation and no
/// look-up; governor's own keyed limiter would hash for every request, and has no upper bound.
#[derive(Debug)]
pub(crate) struct Bucket {
    limiter: RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Duration>>,
    ticks: Ticks,
}

/// tokio's clock for governor, so that paused and simulated time count.
#[derive(Debug, Clone, Copy)]
struct Ticks(Instant);

impl GovernorClock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Bucket {
    /// Takes one request's worth, or says how long until there is one.
    pub(crate) fn take(&self) -> Result<(), Duration> {
        self.limiter.check().map_err(|not_until| not_until.wait_time_from(self.ticks.now()))
    }
}

/// The allowances of all addresses that asked lately.
#[derive(Debug)]
pub(crate) struct Rates {
    rate: Rate,
    /// How long an empty allowance takes to fill up: older than this, nothing is worth keeping.
    refill: Duration,
    max: usize,
    known: Mutex<HashMap<IpAddr, Known>>,
}

#[derive(Debug)]
struct Known {
    bucket: Arc<Bucket>,
    /// When a sweep last saw it held by a connection, or it was made.
    held: Instant,
}

impl Rates {
    pub(crate) fn new(rate: Rate) -> Rates {
        Rates::with_room(rate, ADDRESSES_MAX)
    }

    fn with_room(rate: Rate, max: usize) -> Rates {
        let seconds = rate.burst.get().div_ceil(rate.per_second.get());
        let refill = Duration::from_secs(u64::from(seconds));
        Rates { rate, refill, max, known: Mutex::default() }
    }

    /// The allowance of an address; `None` where none applies.
    pub(crate) fn bucket(&self, peer: IpAddr, now: Instant) -> Option<Arc<Bucket>> {
        let peer = peer.to_canonical();
        if self.rate.spare_loopback && peer.is_loopback() {
            return None;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let network = network(peer);
        if self.max <= known.len() && !known.contains_key(&network) {
            self.make_room(&mut known, now);
        }
        let known = known.entry(network).or_insert_with(|| {
            let ticks = Ticks(now);
            let quota = Quota::per_second(self.rate.per_second).allow_burst(self.rate.burst);
            let limiter = RateLimiter::direct_with_clock(quota, ticks);
            Known { bucket: Arc::new(Bucket { limiter, ticks }), held: now }
        });
        known.held = now;
        Some(Arc::clone(&known.bucket))
    }

    /// Forgets the addresses that are gone for so long that their allowance is full again.
    pub(crate) fn sweep(&self, now: Instant) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.forget_old(&mut known, now);
    }

    fn forget_old(&self, known: &mut HashMap<IpAddr, Known>, now: Instant) {
        known.retain(|_, known| {
            if 1 < Arc::strong_count(&known.bucket) {
                known.held = now;
                return true;
            }
            now.saturating_duration_since(known.held) < self.refill
        });
    }

    /// With too many addresses at once, those without a connection lose their history: whoever
    /// commands that many addresses is not held by a rate per address anyway.
    fn make_room(&self, known: &mut HashMap<IpAddr, Known>, now: Instant) {
        self.forget_old(known, now);
        if self.max <= known.len() {
            known.retain(|_, known| 1 < Arc::strong_count(&known.bucket));
        }
    }
}

/// One household or one hall: an IPv4 address, or the /64 that an IPv6 client can roam in.
fn network(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    fn rate(per_second: u32, burst: u32) -> Rate {
        Rate {
            per_second: NonZeroU32::new(per_second).unwrap(),
            burst: NonZeroU32::new(burst).unwrap(),
            spare_loopback: true,
        }
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_then_a_steady_rate() {
        let rates = Rates::new(rate(2, 3));
        let bucket = rates.bucket(address("192.0.2.1"), Instant::now()).unwrap();
        for _ in 0..3 {
            bucket.take().unwrap();
        }
        let wait = bucket.take().unwrap_err();
        assert!(Duration::ZERO < wait && wait <= Duration::from_millis(500), "{wait:?}");
        tokio::time::advance(Duration::from_millis(501)).await;
        bucket.take().unwrap();
        assert!(bucket.take().is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_connection_finds_the_old_allowance() {
        let rates = Rates::new(rate(1, 1));
        let now = Instant::now();
        rates.bucket(address("192.0.2.1"), now).unwrap().take().unwrap();
        assert!(rates.bucket(address("::ffff:192.0.2.1"), now).unwrap().take().is_err());
        assert!(rates.bucket(address("192.0.2.2"), now).unwrap().take().is_ok());
        rates.bucket(address("2001:db8::1"), now).unwrap().take().unwrap();
        assert!(rates.bucket(address("2001:db8::2"), now).unwrap().take().is_err(), "same /64");
    }

    #[tokio::test(start_paused = true)]
    async fn loopback_is_spared_when_told() {
        let rates = Rates::new(rate(1, 1));
        assert!(rates.bucket(address("127.0.0.1"), Instant::now()).is_none());
        assert!(rates.bucket(address("::1"), Instant::now()).is_none());
        assert!(rates.bucket(address("::ffff:127.0.0.1"), Instant::now()).is_none());
        let strict = Rates::new(Rate { spare_loopback: false, ..rate(1, 1) });
        assert!(strict.bucket(address("127.0.0.1"), Instant::now()).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn old_addresses_are_forgotten_and_open_ones_are_not() {
        let rates = Rates::new(rate(1, 5));
        let held = rates.bucket(address("192.0.2.1"), Instant::now());
        rates.bucket(address("192.0.2.2"), Instant::now());
        tokio::time::advance(Duration::from_secs(4)).await;
        rates.sweep(Instant::now());
        assert_eq!(rates.known.lock().unwrap().len(), 2, "not full again yet");
        tokio::time::advance(Duration::from_secs(2)).await;
        rates.sweep(Instant::now());
        assert_eq!(rates.known.lock().unwrap().len(), 1);
        drop(held);
    }

    #[tokio::test(start_paused = true)]
    async fn the_table_never_outgrows_its_room() {
        let rates = Rates::with_room(rate(1, 1_000), 100);
        let held = rates.bucket(address("192.0.2.1"), Instant::now()).unwrap();
        for number in 0..1_000_u32 {
            rates.bucket(IpAddr::V4(number.into()), Instant::now());
            assert!(rates.known.lock().unwrap().len() <= 100);
        }
        let again = rates.bucket(address("192.0.2.1"), Instant::now()).unwrap();
        assert!(Arc::ptr_eq(&held, &again), "open connections keep theirs");
    }
}
