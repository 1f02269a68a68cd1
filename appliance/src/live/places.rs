//! How many may look: in all, from one address, at one ticket.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use engine::TicketId;

use super::{Screen, lock};

/// Streams in all unless the configuration says otherwise. Each takes up to 20 KiB, so these are a
/// tenth of a box of two gigabytes.
pub const STREAMS_MAX: usize = 10_240;

/// Streams from one address unless the configuration says otherwise: a whole hall shares one, and so
/// do all phones that come through one proxy.
pub const STREAMS_OF_ADDRESS_MAX: usize = 4_096;

/// Streams of one ticket: the phone, a second tab, and somebody who waits along.
pub const STREAMS_OF_TICKET_MAX: usize = 3;

/// Streams that phones leave free for the branch's own screens.
pub const STREAMS_OF_STAFF: usize = 256;

/// How many may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamLimits {
    /// In all; at least [`STREAMS_OF_STAFF`].
    pub all: usize,
    /// From one address.
    pub of_address: usize,
}

impl Default for StreamLimits {
    fn default() -> StreamLimits {
        StreamLimits { all: STREAMS_MAX, of_address: STREAMS_OF_ADDRESS_MAX }
    }
}

/// Which limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// That of the branch.
    Branch,
    /// That of the address.
    Address,
    /// That of the ticket.
    Ticket,
}

/// The places of all streams.
#[derive(Debug)]
pub(super) struct Places {
    limits: StreamLimits,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    addresses: BTreeMap<IpAddr, usize>,
    tickets: BTreeMap<TicketId, usize>,
}

/// One stream's place, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    from: IpAddr,
    ticket: Option<TicketId>,
}

impl Places {
    pub(super) fn new(limits: StreamLimits) -> Arc<Places> {
        Arc::new(Places { limits, taken: Mutex::default() })
    }

    pub(super) fn taken(&self) -> usize {
        lock(&self.taken).all
    }

    /// A place for one more.
    pub(super) fn take(self: &Arc<Places>, screen: Screen, from: IpAddr) -> Result<Place, Full> {
        let (ticket, kept_free) = match screen {
            Screen::Phone(ticket) => (Some(ticket), STREAMS_OF_STAFF),
            Screen::Hall | Screen::Dispenser | Screen::Clerk(..) => (None, 0),
        };
        let mut taken = lock(&self.taken);
        if self.limits.all.saturating_sub(kept_free) <= taken.all {
            return Err(Full::Branch);
        }
        let of_address = taken.addresses.get(&from).copied().unwrap_or(0);
        if self.limits.of_address <= of_address {
            return Err(Full::Address);
        }
        if let Some(ticket) = ticket {
            let of_ticket = taken.tickets.entry(ticket).or_default();
            if STREAMS_OF_TICKET_MAX <= *of_ticket {
                return Err(Full::Ticket);
            }
            *of_ticket += 1;
        }
        taken.all += 1;
        taken.addresses.insert(from, of_address + 1);
        Ok(Place { places: Arc::clone(self), from, ticket })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = lock(&self.places.taken);
        taken.all -= 1;
        release(&mut taken.addresses, self.from);
        if let Some(ticket) = self.ticket {
            release(&mut taken.tickets, ticket);
        }
    }
}

fn release<K: Ord>(counts: &mut BTreeMap<K, usize>, key: K) {
    if let Some(count) = counts.get_mut(&key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn phones_leave_room_for_the_branchs_own_screens() {
        let places = Places::new(StreamLimits { all: STREAMS_OF_STAFF + 2, of_address: 1_000 });
        let phone = |ticket| places.take(Screen::Phone(TicketId(ticket)), address(1));
        let held: Vec<Place> = (0..2).map(|ticket| phone(ticket).expect("there is room")).collect();
        assert_eq!(phone(3).expect_err("full"), Full::Branch);
        let hall: Vec<Place> = (0..STREAMS_OF_STAFF)
            .map(|_| places.take(Screen::Hall, address(1)).expect("there is room"))
            .collect();
        assert_eq!(places.take(Screen::Hall, address(1)).expect_err("full"), Full::Branch);
        drop((held, hall));
        assert_eq!(places.taken(), 0);
        phone(3).expect("there is room again");
    }

    #[test]
    fn an_address_and_a_ticket_have_so_many() {
        let places = Places::new(StreamLimits { all: STREAMS_MAX, of_address: 2 });
        let of_address = [0, 1].map(|_| places.take(Screen::Hall, address(1)).expect("room"));
        assert_eq!(places.take(Screen::Hall, address(1)).expect_err("full"), Full::Address);
        let ticket = Screen::Phone(TicketId(7));
        let most = u8::try_from(STREAMS_OF_TICKET_MAX).expect("few");
        let _held: Vec<_> = (2..2 + most).map(|at| places.take(ticket, address(at))).collect();
        assert_eq!(places.take(ticket, address(99)).expect_err("full"), Full::Ticket);
        places.take(Screen::Hall, address(99)).expect("the refusal took nothing");
        drop(of_address);
        assert!(!lock(&places.taken).addresses.contains_key(&address(1)));
    }
}
