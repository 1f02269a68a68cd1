//! Live screens: whole small states, rendered once a change and shared by all who look.
//!
//! A screen is a [`Feed`]; whoever looks at it has a seat there, and no task. A server has one task
//! that renders the feeds that somebody looks at, and wakes their seats. A seat takes the newest
//! state when its connection has room for it, so a slow reader skips what is no longer true, and
//! never slows anybody.
//!
//! States are not deltas: a reader that comes back gets the whole, and nothing has to be replayed.

mod feed;
mod places;
mod sse;
mod stream;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hyper::header::{CACHE_CONTROL, HeaderName, HeaderValue};

pub use self::feed::Feed;
pub use self::places::{Full, StreamLimits};
pub use self::sse::{EVENT_PING, PING_EVERY, RETRY_MS, Stamp, ping, stamped};
pub use self::stream::Stream;

use self::feed::Seat;
use self::places::Places;
use crate::http::{Answer, HeaderMap, header};

/// When somebody who found no place may ask again, in seconds: somebody may have left by then.
pub const STREAM_RETRY_AFTER_S: u64 = 20;

/// Never kept, never changed, never held back by what stands between.
const LIVE: HeaderValue = HeaderValue::from_static("no-cache, no-transform");
const UNBUFFERED: HeaderValue = HeaderValue::from_static("no");

/// What a server's people can look at.
pub trait Screen: Clone + Ord + fmt::Debug + Send + Sync + Unpin + 'static {
    /// Tells screens of few readers apart: without it all would say that they are alive in one turn.
    fn turn(&self) -> u64 {
        0
    }

    /// Streams of this one screen, where it has a bound of its own.
    fn streams_max(&self) -> Option<usize> {
        None
    }

    /// Streams that are left free by those who look at this one.
    fn leaves_free(&self) -> usize {
        0
    }
}

/// The screens that somebody looks at. Cheap to clone; its clones are the same.
pub struct Feeds<S>(Arc<Hub<S>>);

struct Hub<S> {
    /// Tells one run of the program from another in the ids of states.
    boot: u32,
    versions: AtomicU64,
    feeds: Mutex<BTreeMap<S, Arc<Feed<S>>>>,
    places: Arc<Places<S>>,
    turn: AtomicU64,
}

impl<S> Clone for Feeds<S> {
    fn clone(&self) -> Feeds<S> {
        Feeds(Arc::clone(&self.0))
    }
}

impl<S> fmt::Debug for Feeds<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Feeds(..)")
    }
}

impl<S: Screen> Feeds<S> {
    /// Screens of a run with this number, with at most so many streams.
    pub fn new(boot: u32, limits: StreamLimits) -> Feeds<S> {
        Feeds(Arc::new(Hub {
            boot,
            versions: AtomicU64::new(0),
            feeds: Mutex::default(),
            places: Places::new(limits),
            turn: AtomicU64::new(0),
        }))
    }

    /// The stamp of the next state. `seq` is the last journal entry that is in it, or one before.
    pub fn stamp(&self, now_ms: i64, seq: Option<u64>) -> Stamp {
        let version = self.0.versions.fetch_add(1, Ordering::Relaxed) + 1;
        Stamp { boot: self.0.boot, version, now_ms, seq }
    }

    /// A stream of the screen's states for this address; with `until_ms` (on the wall) it ends then.
    /// It shows nothing before its feed was rendered.
    ///
    /// # Errors
    ///
    /// [`Full`]; then nothing was taken.
    pub fn look(&self, screen: S, from: IpAddr, until_ms: Option<i64>) -> Result<Stream<S>, Full> {
        let place = self.0.places.take(&screen, from)?;
        Ok(Stream::new(self.sit(screen), place, until_ms))
    }

    /// Streams that are open.
    pub fn streams(&self) -> usize {
        self.0.places.taken()
    }

    /// The feed of a screen, if somebody looks at it.
    pub fn feed(&self, screen: &S) -> Option<Arc<Feed<S>>> {
        lock(&self.0.feeds).get(screen).cloned()
    }

    /// The feeds that somebody looks at, of those screens that are wanted.
    pub fn feeds(&self, wanted: impl Fn(&S) -> bool) -> Vec<Arc<Feed<S>>> {
        let feeds = lock(&self.0.feeds);
        feeds.values().filter(|feed| wanted(feed.screen())).cloned().collect()
    }

    /// Once a second: has those streams say that they are alive whose turn it is. The turns are such
    /// that each says so every [`PING_EVERY`], and not all at once.
    pub fn pass_turn(&self, now_ms: i64) {
        let turns = PING_EVERY.as_secs();
        let turn = (self.0.turn.fetch_add(1, Ordering::Relaxed) + 1) % turns;
        let ping = sse::ping(now_ms);
        for feed in self.feeds(|_| true) {
            feed.ping(now_ms, &ping, turn, turns);
        }
    }

    fn sit(&self, screen: S) -> Seat<S> {
        let mut feeds = lock(&self.0.feeds);
        let feed = feeds.entry(screen.clone()).or_insert_with(|| Arc::new(Feed::new(screen)));
        Seat::take(self.clone(), Arc::clone(feed))
    }

    /// Lets go of a feed at which nobody sits any more.
    fn clear(&self, feed: &Arc<Feed<S>>) {
        let mut feeds = lock(&self.0.feeds);
        let is_it = feeds.get(feed.screen()).is_some_and(|known| Arc::ptr_eq(known, feed));
        if is_it && feed.is_empty() {
            feeds.remove(feed.screen());
        }
    }
}

/// Whether the caller wants a state once, as JSON, and no stream.
pub fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get_all(header::ACCEPT).into_iter();
    let kinds: Vec<&str> = accept.filter_map(|value| value.to_str().ok()).collect();
    let takes = |kind| kinds.iter().any(|kinds| kinds.contains(kind));
    takes("application/json") && !takes("text/event-stream")
}

/// An answer with the headers of a stream.
pub fn streamed(answer: Answer) -> Answer {
    let name = HeaderName::from_static("x-accel-buffering");
    answer.with_header(CACHE_CONTROL, LIVE).with_header(name, UNBUFFERED)
}

/// Nothing that could panic happens under these locks, but for what a poisoned one outlives.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
