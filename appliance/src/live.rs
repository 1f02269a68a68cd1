//! Live screens: whole small states, rendered once a change and shared by all who look.
//!
//! A screen is a [`Feed`](feed::Feed); whoever looks at it has a seat there, and no task. One task
//! follows the journal, renders the feeds that somebody looks at, and wakes their seats. A seat
//! takes the newest state when its connection has room for it, so a slow reader skips what is no
//! longer true, and never slows anybody.
//!
//! States are not deltas: a reader that comes back gets the whole, and nothing has to be replayed.

mod aside;
pub(crate) mod clerk;
pub(crate) mod dispenser;
mod feed;
mod follow;
pub(crate) mod hall;
pub(crate) mod phone;
mod places;
mod sse;
mod stream;
pub(crate) mod wire;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use engine::{CallId, CounterId, Moment, OperatorId, TicketId};
use serve::http::Bytes;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

pub use self::follow::follow;
pub use self::places::{
    Full, STREAMS_MAX, STREAMS_OF_ADDRESS_MAX, STREAMS_OF_STAFF, STREAMS_OF_TICKET_MAX,
    StreamLimits,
};
pub(crate) use self::sse::ping;
pub use self::sse::{EVENT_PING, PING_EVERY, RETRY_MS};
pub use self::stream::Stream;

use self::dispenser::Code;
use self::feed::Feed;
use self::places::Places;
use crate::api::Rooms;

/// Tickets of which the dispenser's page is told how their slips are doing.
const SLIPS_TOLD: usize = 10;

/// Streams of the journal, beside those of screens: programs that follow a branch are a handful.
pub const EVENT_STREAMS_MAX: usize = 16;

/// What can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Screen {
    /// A customer's own ticket.
    Phone(TicketId),
    /// The calls, for everybody in the hall.
    Hall,
    /// What can be had, for who comes in.
    Dispenser,
    /// What a clerk needs at a counter.
    Clerk(OperatorId, CounterId),
}

/// The live screens of a branch. Cheap to clone; its clones are the same.
#[derive(Clone)]
pub struct Live(Arc<Hub>);

struct Hub {
    /// Tells one run of the program from another in the ids of states.
    boot: u32,
    versions: AtomicU64,
    feeds: Mutex<BTreeMap<Screen, Arc<Feed>>>,
    places: Arc<Places>,
    journal: Arc<Semaphore>,
    /// Something has changed that is in no journal.
    nudge: Notify,
    /// When calls were last called again: the state of a ticket counts, and does not say when.
    recalled: Mutex<BTreeMap<CallId, Moment>>,
    /// The last tickets that were taken at a dispenser's page, newest first.
    slips: Mutex<VecDeque<TicketId>>,
    code: Mutex<Option<Code>>,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Live(..)")
    }
}

/// Why nobody can look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookFault {
    /// There are as many streams as can be.
    Full(Full),
    /// There is no such thing to look at.
    Nothing,
}

impl Live {
    /// Screens of a run with this number, at most so many.
    pub fn new(boot: u32, limits: StreamLimits) -> Live {
        Live(Arc::new(Hub {
            boot,
            versions: AtomicU64::new(0),
            feeds: Mutex::default(),
            places: Places::new(limits),
            journal: Arc::new(Semaphore::new(EVENT_STREAMS_MAX)),
            nudge: Notify::new(),
            recalled: Mutex::default(),
            slips: Mutex::default(),
            code: Mutex::default(),
        }))
    }

    /// The state of a screen, once.
    pub fn state(&self, rooms: &Rooms, screen: Screen) -> Option<Bytes> {
        let stamp = sse::Stamp::of(self, rooms);
        let body = render(rooms, self, screen)?;
        Some(sse::stamped(stamp, &body).into())
    }

    /// A stream of the screen's states for this address; with `until_ms` (on the wall) it ends then.
    ///
    /// # Errors
    ///
    /// [`LookFault`].
    pub fn look(
        &self,
        rooms: &Rooms,
        screen: Screen,
        from: IpAddr,
        until_ms: Option<i64>,
    ) -> Result<Stream, LookFault> {
        let place = self.0.places.take(screen, from).map_err(LookFault::Full)?;
        let seat = self.sit(screen);
        let ticking = sse::Stamp::of(self, rooms);
        // Rendered for every newcomer: a feed may be a second behind.
        if !seat.feed().refresh(ticking, || render(rooms, self, screen)) {
            return Err(LookFault::Nothing);
        }
        Ok(Stream::new(seat, place, until_ms))
    }

    /// Streams that are open.
    pub fn streams(&self) -> usize {
        self.0.places.taken()
    }

    /// A place for one more stream of the journal; nothing where there are [`EVENT_STREAMS_MAX`].
    pub fn follow_journal(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.journal).try_acquire_owned().ok()
    }

    /// Has the staff's screens and the dispensers' rendered anew: something has changed that is in
    /// no journal, such as a note.
    pub fn nudge(&self) {
        self.0.nudge.notify_one();
    }

    /// Takes note that a ticket was taken at a dispenser's page.
    pub fn taken_at_dispenser(&self, ticket: TicketId) {
        let mut slips = lock(&self.0.slips);
        slips.retain(|known| *known != ticket);
        slips.push_front(ticket);
        slips.truncate(SLIPS_TOLD);
    }

    /// When a call was last made: called, or called again.
    pub fn last_called(&self, call: &engine::Call) -> Moment {
        let recalled = lock(&self.0.recalled).get(&call.id).copied();
        recalled.filter(|_| 0 < call.recalls).unwrap_or(call.called)
    }

    fn sit(&self, screen: Screen) -> feed::Seat {
        let mut feeds = lock(&self.0.feeds);
        let feed = feeds.entry(screen).or_insert_with(|| Arc::new(Feed::new(screen)));
        feed::Seat::take(self.clone(), Arc::clone(feed))
    }

    /// Lets go of a feed at which nobody sits any more.
    fn clear(&self, feed: &Arc<Feed>) {
        let mut feeds = lock(&self.0.feeds);
        let is_it = feeds.get(&feed.screen()).is_some_and(|known| Arc::ptr_eq(known, feed));
        if is_it && feed.is_empty() {
            feeds.remove(&feed.screen());
        }
    }

    fn feed(&self, screen: Screen) -> Option<Arc<Feed>> {
        lock(&self.0.feeds).get(&screen).cloned()
    }

    fn feeds(&self, wanted: impl Fn(Screen) -> bool) -> Vec<Arc<Feed>> {
        let feeds = lock(&self.0.feeds);
        feeds.values().filter(|feed| wanted(feed.screen())).cloned().collect()
    }

    fn next_version(&self) -> u64 {
        self.0.versions.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// The screen's state without its instant: JSON, of one line. Nothing where there is none (any more).
fn render(rooms: &Rooms, live: &Live, screen: Screen) -> Option<Vec<u8>> {
    let aside = match screen {
        Screen::Clerk(..) => Some(aside::Aside::of(rooms)),
        Screen::Phone(_) | Screen::Hall | Screen::Dispenser => None,
    };
    render_with(rooms, live, screen, aside.as_ref())
}

fn render_with(
    rooms: &Rooms,
    live: &Live,
    screen: Screen,
    aside: Option<&aside::Aside>,
) -> Option<Vec<u8>> {
    match screen {
        Screen::Phone(ticket) => phone::render(rooms, ticket),
        Screen::Hall => Some(hall::render(rooms, live)),
        Screen::Dispenser => Some(dispenser::render(rooms, live)),
        Screen::Clerk(operator, counter) => clerk::render(rooms, live, operator, counter, aside?),
    }
}

/// Nothing that could panic happens under these locks, but for what a poisoned one outlives.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
