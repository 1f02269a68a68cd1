//! How many may look: in all, from one address, at one screen.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use super::{Screen, lock};

/// How many may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamLimits {
    /// In all.
    pub all: usize,
    /// From one address.
    pub of_address: usize,
}

/// Which limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// That of the server.
    All,
    /// That of the address.
    Address,
    /// That of the screen.
    Screen,
}

/// The places of all streams.
#[derive(Debug)]
pub(super) struct Places<S> {
    limits: StreamLimits,
    taken: Mutex<Taken<S>>,
}

#[derive(Debug)]
struct Taken<S> {
    all: usize,
    addresses: BTreeMap<IpAddr, usize>,
    /// Of those screens that have a bound of their own.
    screens: BTreeMap<S, usize>,
}

/// One stream's place, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place<S: Screen> {
    places: Arc<Places<S>>,
    from: IpAddr,
    screen: Option<S>,
}

impl<S: Screen> Places<S> {
    pub(super) fn new(limits: StreamLimits) -> Arc<Places<S>> {
        let (addresses, screens) = (BTreeMap::new(), BTreeMap::new());
        Arc::new(Places { limits, taken: Mutex::new(Taken { all: 0, addresses, screens }) })
    }

    pub(super) fn taken(&self) -> usize {
        lock(&self.taken).all
    }

    /// A place for one more.
    pub(super) fn take(self: &Arc<Places<S>>, screen: &S, from: IpAddr) -> Result<Place<S>, Full> {
        let mut taken = lock(&self.taken);
        if self.limits.all.saturating_sub(screen.leaves_free()) <= taken.all {
            return Err(Full::All);
        }
        let of_address = taken.addresses.get(&from).copied().unwrap_or(0);
        if self.limits.of_address <= of_address {
            return Err(Full::Address);
        }
        let most = screen.streams_max();
        if let Some(most) = most {
            let of_screen = taken.screens.get(screen).copied().unwrap_or(0);
            if most <= of_screen {
                return Err(Full::Screen);
            }
            taken.screens.insert(screen.clone(), of_screen + 1);
        }
        taken.all += 1;
        taken.addresses.insert(from, of_address + 1);
        let screen = most.map(|_| screen.clone());
        Ok(Place { places: Arc::clone(self), from, screen })
    }
}

impl<S: Screen> Drop for Place<S> {
    fn drop(&mut self) {
        let mut taken = lock(&self.places.taken);
        taken.all -= 1;
        release(&mut taken.addresses, &self.from);
        if let Some(screen) = &self.screen {
            release(&mut taken.screens, screen);
        }
    }
}

fn release<K: Ord>(counts: &mut BTreeMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT_FREE: usize = 5;
    const OF_TICKET: usize = 3;

    /// Screens of a branch, as far as places go.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    enum Board {
        Phone(u64),
        Hall,
    }

    impl Screen for Board {
        fn streams_max(&self) -> Option<usize> {
            matches!(self, Board::Phone(_)).then_some(OF_TICKET)
        }

        fn leaves_free(&self) -> usize {
            if matches!(self, Board::Phone(_)) { KEPT_FREE } else { 0 }
        }
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn some_screens_leave_room_for_others() {
        let places = Places::new(StreamLimits { all: KEPT_FREE + 2, of_address: 1_000 });
        let phone = |ticket| places.take(&Board::Phone(ticket), address(1));
        let held: Vec<_> = (0..2).map(|ticket| phone(ticket).expect("there is room")).collect();
        assert_eq!(phone(3).expect_err("full"), Full::All);
        let hall: Vec<_> = (0..KEPT_FREE)
            .map(|_| places.take(&Board::Hall, address(1)).expect("there is room"))
            .collect();
        assert_eq!(places.take(&Board::Hall, address(1)).expect_err("full"), Full::All);
        drop((held, hall));
        assert_eq!(places.taken(), 0);
        phone(3).expect("there is room again");
    }

    #[test]
    fn an_address_and_a_screen_have_so_many() {
        let places = Places::new(StreamLimits { all: 1_000, of_address: 2 });
        let of_address = [0, 1].map(|_| places.take(&Board::Hall, address(1)).expect("room"));
        assert_eq!(places.take(&Board::Hall, address(1)).expect_err("full"), Full::Address);
        let ticket = Board::Phone(7);
        let most = u8::try_from(OF_TICKET).expect("few");
        let _held: Vec<_> = (2..2 + most).map(|at| places.take(&ticket, address(at))).collect();
        assert_eq!(places.take(&ticket, address(99)).expect_err("full"), Full::Screen);
        places.take(&Board::Hall, address(99)).expect("the refusal took nothing");
        drop(of_address);
        assert!(!lock(&places.taken).addresses.contains_key(&address(1)));
    }
}
