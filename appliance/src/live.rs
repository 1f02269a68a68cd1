//! The branch's live screens: one task follows the journal and renders what somebody looks at.
//!
//! How states are shared, limited and sent is [`serve::live`]'s.

mod aside;
pub(crate) mod clerk;
pub(crate) mod dispenser;
mod follow;
pub(crate) mod hall;
pub(crate) mod phone;
pub(crate) mod wire;

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use engine::{CallId, CounterId, Moment, OperatorId, TicketId};
use serve::http::Bytes;
use serve::live::{self, Feeds, Full, Stamp, StreamLimits};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

pub use self::follow::follow;

use self::dispenser::Code;
use crate::api::Rooms;

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

/// How many may look unless the configuration says otherwise.
pub const STREAM_LIMITS: StreamLimits =
    StreamLimits { all: STREAMS_MAX, of_address: STREAMS_OF_ADDRESS_MAX };

/// A stream of one of the branch's screens.
pub type Stream = live::Stream<Screen>;

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

impl live::Screen for Screen {
    fn turn(&self) -> u64 {
        match self {
            // Most tickets have one phone: without their number all would have one turn.
            Screen::Phone(ticket) => ticket.0,
            Screen::Hall | Screen::Dispenser | Screen::Clerk(..) => 0,
        }
    }

    fn streams_max(&self) -> Option<usize> {
        match self {
            Screen::Phone(_) => Some(STREAMS_OF_TICKET_MAX),
            Screen::Hall | Screen::Dispenser | Screen::Clerk(..) => None,
        }
    }

    fn leaves_free(&self) -> usize {
        match self {
            Screen::Phone(_) => STREAMS_OF_STAFF,
            Screen::Hall | Screen::Dispenser | Screen::Clerk(..) => 0,
        }
    }
}

/// The live screens of a branch. Cheap to clone; its clones are the same.
#[derive(Clone)]
pub struct Live(Arc<Hub>);

struct Hub {
    feeds: Feeds<Screen>,
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
            feeds: Feeds::new(boot, limits),
            journal: Arc::new(Semaphore::new(EVENT_STREAMS_MAX)),
            nudge: Notify::new(),
            recalled: Mutex::default(),
            slips: Mutex::default(),
            code: Mutex::default(),
        }))
    }

    /// The state of a screen, once.
    pub fn state(&self, rooms: &Rooms, screen: Screen) -> Option<Bytes> {
        let stamp = self.stamp(rooms);
        let body = render(rooms, self, screen)?;
        Some(live::stamped(stamp, &body).into())
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
        let stream = self.0.feeds.look(screen, from, until_ms).map_err(LookFault::Full)?;
        // Rendered for every newcomer: a feed may be a second behind.
        if !stream.feed().refresh(self.stamp(rooms), || render(rooms, self, screen)) {
            return Err(LookFault::Nothing);
        }
        Ok(stream)
    }

    /// Streams that are open.
    pub fn streams(&self) -> usize {
        self.0.feeds.streams()
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

    fn stamp(&self, rooms: &Rooms) -> Stamp {
        let now_ms = rooms.mailbox.moment().wall_ms;
        let seq = rooms.mailbox.read(|committed| committed.branch.parts().last_seq.0);
        self.0.feeds.stamp(now_ms, Some(seq))
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
