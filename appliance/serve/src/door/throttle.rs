//! How often somebody may be wrong about a password, in bounded memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Wrong passwords for one login within [`WINDOW`]: a person who forgot one tries a handful.
pub const LOGIN_FAILURES_MAX: u32 = 10;
/// Wrong passwords from one address within [`WINDOW`]: a whole house shares one router.
pub const ADDRESS_FAILURES_MAX: u32 = 40;
/// The time from the first wrong password until all are forgiven.
pub const WINDOW: Duration = Duration::from_secs(60);
/// Logins, and addresses, that are remembered. Every one costs a check of a password, of which a
/// machine does fewer in [`WINDOW`].
pub const REMEMBERED_MAX: usize = 10_000;

const WINDOW_MS: u64 = 60_000;
const _: () = assert!(WINDOW.as_secs() * 1_000 == WINDOW_MS);

/// Counts wrong passwords. It is asked right before each check, and few are checked at the same
/// time, so that many at once are as bounded as many in a row.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    counted: Mutex<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    logins: Ledger<String>,
    addresses: Ledger<IpAddr>,
}

impl Throttle {
    /// Whether an attempt may be made; if not, how long until one may.
    pub(super) fn look(&self, login: &str, from: IpAddr, now_ms: u64) -> Result<(), Duration> {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.logins.look(&login.to_owned(), LOGIN_FAILURES_MAX, now_ms)?;
        counted.addresses.look(&network(from), ADDRESS_FAILURES_MAX, now_ms)
    }

    /// An attempt has failed.
    pub(super) fn failed(&self, login: &str, from: IpAddr, now_ms: u64) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.logins.add(login.to_owned(), now_ms);
        counted.addresses.add(network(from), now_ms);
    }
}

#[derive(Debug)]
struct Ledger<K> {
    entries: HashMap<K, Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    failures: u32,
    since_ms: u64,
}

impl<K> Default for Ledger<K> {
    fn default() -> Ledger<K> {
        Ledger { entries: HashMap::new() }
    }
}

impl<K: Hash + Eq> Ledger<K> {
    /// Whether one more is allowed; if not, for how long.
    fn look(&mut self, key: &K, max: u32, now_ms: u64) -> Result<(), Duration> {
        let Some(entry) = self.entries.get(key).filter(|entry| !entry.is_over(now_ms)) else {
            return self.make_room(now_ms);
        };
        if entry.failures < max { Ok(()) } else { Err(entry.rest(now_ms)) }
    }

    /// With no room even among the living, strangers wait: those who are counted are not forgiven
    /// for the sake of more.
    fn make_room(&mut self, now_ms: u64) -> Result<(), Duration> {
        if REMEMBERED_MAX <= self.entries.len() {
            self.entries.retain(|_, entry| !entry.is_over(now_ms));
        }
        if self.entries.len() < REMEMBERED_MAX { Ok(()) } else { Err(WINDOW) }
    }

    fn add(&mut self, key: K, now_ms: u64) {
        let fresh = Entry { failures: 0, since_ms: now_ms };
        let entry = self.entries.entry(key).or_insert(fresh);
        if entry.is_over(now_ms) {
            *entry = fresh;
        }
        entry.failures += 1;
    }
}

impl Entry {
    fn is_over(&self, now_ms: u64) -> bool {
        WINDOW_MS <= now_ms.saturating_sub(self.since_ms)
    }

    fn rest(&self, now_ms: u64) -> Duration {
        Duration::from_millis((self.since_ms + WINDOW_MS).saturating_sub(now_ms))
    }
}

/// One household: an IPv4 address, or the /64 that an IPv6 client can roam in.
fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(throttle: &Throttle, login: &str, from: IpAddr, now_ms: u64) -> Result<(), Duration> {
        throttle.look(login, from, now_ms)?;
        throttle.failed(login, from, now_ms);
        Ok(())
    }

    fn address(number: u32) -> IpAddr {
        IpAddr::from(std::net::Ipv4Addr::from_bits(0x0A00_0000 + number))
    }

    #[test]
    fn a_login_is_closed_for_the_rest_of_its_minute() {
        let throttle = Throttle::default();
        for attempt in 0..LOGIN_FAILURES_MAX {
            let from = address(attempt);
            assert_eq!(fails(&throttle, "manager", from, 1_000), Ok(()));
        }
        let rest = fails(&throttle, "manager", address(99), 31_000);
        assert_eq!(rest, Err(Duration::from_secs(30)));
        assert_eq!(fails(&throttle, "clerk", address(99), 31_000), Ok(()), "another login");
        assert_eq!(fails(&throttle, "manager", address(99), 61_000), Ok(()), "the minute is over");
    }

    #[test]
    fn an_address_is_closed_whatever_logins_it_tries() {
        let throttle = Throttle::default();
        for attempt in 0..ADDRESS_FAILURES_MAX {
            assert_eq!(fails(&throttle, &format!("user{attempt}"), address(1), 0), Ok(()));
        }
        assert_eq!(fails(&throttle, "somebody", address(1), 0), Err(WINDOW));
        assert_eq!(fails(&throttle, "somebody", address(2), 0), Ok(()));
    }

    #[test]
    fn an_ipv6_client_cannot_roam_out_of_it() {
        let throttle = Throttle::default();
        let roaming = |number: u32| format!("2001:db8::{number:x}").parse::<IpAddr>().unwrap();
        for attempt in 0..ADDRESS_FAILURES_MAX {
            assert_eq!(fails(&throttle, &format!("user{attempt}"), roaming(attempt), 0), Ok(()));
        }
        assert!(fails(&throttle, "somebody", roaming(9_999), 0).is_err());
    }

    #[test]
    fn memory_is_bounded_and_nobody_is_forgiven_for_it() {
        let throttle = Throttle::default();
        for number in 0..REMEMBERED_MAX {
            let from = address(u32::try_from(number).unwrap());
            assert_eq!(fails(&throttle, &number.to_string(), from, 0), Ok(()));
        }
        assert_eq!(fails(&throttle, "one more", address(1), 0), Err(WINDOW));
        assert_eq!(fails(&throttle, "7", address(1), 0), Ok(()), "who is remembered is counted on");
        assert_eq!(fails(&throttle, "one more", address(1), WINDOW_MS), Ok(()));
        assert_eq!(throttle.counted.lock().unwrap().logins.entries.len(), 1);
    }
}
