//! One screen's newest state, and the seats of those who look at it.

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

use super::sse::{self, Stamp};
use super::{Feeds, Screen, lock};

/// One screen that somebody looks at.
pub struct Feed<S> {
    screen: S,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    /// The state without its instant; a render that gives the same is no news.
    body: Vec<u8>,
    frame: Bytes,
    version: u64,
    /// There is nothing to look at any more.
    gone: bool,
    seats: Vec<Option<Sitter>>,
}

/// Who looks.
#[derive(Default)]
struct Sitter {
    waker: Option<Waker>,
    /// A sign of life that it has not taken yet.
    ping: Option<(i64, Bytes)>,
}

/// What there is for a seat.
pub(super) enum News {
    /// A state of this version.
    State(u64, Bytes),
    /// A sign of life.
    Ping { now_ms: i64, frame: Bytes },
    /// Nothing more will come.
    Gone,
}

impl<S> std::fmt::Debug for Feed<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Feed(..)")
    }
}

impl<S: Screen> Feed<S> {
    pub(super) fn new(screen: S) -> Feed<S> {
        Feed { screen, shown: Mutex::default() }
    }

    /// What it shows.
    pub fn screen(&self) -> &S {
        &self.screen
    }

    /// Whether it has shown anything yet.
    pub fn is_rendered(&self) -> bool {
        let shown = lock(&self.shown);
        0 < shown.version && !shown.gone
    }

    pub(super) fn is_empty(&self) -> bool {
        lock(&self.shown).seats.iter().all(Option::is_none)
    }

    /// Renders under the feed's lock, so that an older state never follows a newer one, and wakes
    /// the seats if it is another than before. False: there is nothing to look at any more.
    pub fn refresh(&self, stamp: Stamp, render: impl FnOnce() -> Option<Vec<u8>>) -> bool {
        let woken = {
            let mut shown = lock(&self.shown);
            match render() {
                Some(body) if body == shown.body && !shown.gone => return true,
                Some(body) => {
                    shown.frame = sse::state(stamp, &body);
                    shown.body = body;
                    shown.version = stamp.version;
                    shown.gone = false;
                }
                None => shown.gone = true,
            }
            shown.wakers(|_| true)
        };
        woken.into_iter().for_each(Waker::wake);
        !lock(&self.shown).gone
    }

    /// Has those seats say that they are alive whose turn it is, of `turns`.
    pub(super) fn ping(&self, now_ms: i64, ping: &Bytes, turn: u64, turns: u64) {
        let woken = {
            let mut shown = lock(&self.shown);
            let offset = self.screen.turn() % turns;
            let is_due = |seat: usize| (offset + seat as u64) % turns == turn;
            for (_, sitter) in shown.seats.iter_mut().enumerate().filter(|(seat, _)| is_due(*seat))
            {
                if let Some(sitter) = sitter {
                    sitter.ping = Some((now_ms, ping.clone()));
                }
            }
            shown.wakers(is_due)
        };
        woken.into_iter().for_each(Waker::wake);
    }
}

impl Shown {
    fn wakers(&mut self, wanted: impl Fn(usize) -> bool) -> Vec<Waker> {
        let seats = self.seats.iter_mut().enumerate();
        seats
            .filter(|(seat, _)| wanted(*seat))
            .filter_map(|(_, sitter)| sitter.as_mut()?.waker.take())
            .collect()
    }
}

/// A place at a feed, given up when it is dropped.
pub(super) struct Seat<S: Screen> {
    feeds: Feeds<S>,
    feed: Arc<Feed<S>>,
    number: usize,
}

impl<S: Screen> Seat<S> {
    /// Takes the first free place. The caller holds the lock of all feeds.
    pub(super) fn take(feeds: Feeds<S>, feed: Arc<Feed<S>>) -> Seat<S> {
        let number = {
            let seats = &mut lock(&feed.shown).seats;
            let free = seats.iter().position(Option::is_none);
            let number = free.unwrap_or(seats.len());
            if number == seats.len() {
                seats.push(None);
            }
            seats[number] = Some(Sitter::default());
            number
        };
        Seat { feeds, feed, number }
    }

    pub(super) fn feed(&self) -> &Feed<S> {
        &self.feed
    }

    /// What there is since the state of version `seen`.
    pub(super) fn poll(&self, seen: u64, context: &Context<'_>) -> Poll<News> {
        let mut shown = lock(&self.feed.shown);
        if shown.gone {
            return Poll::Ready(News::Gone);
        }
        let (version, frame) = (shown.version, shown.frame.clone());
        let Some(sitter) = shown.seats[self.number].as_mut() else { return Poll::Pending };
        if seen < version {
            // A state is a sign of life too.
            sitter.ping = None;
            return Poll::Ready(News::State(version, frame));
        }
        if let Some((now_ms, frame)) = sitter.ping.take() {
            return Poll::Ready(News::Ping { now_ms, frame });
        }
        match &mut sitter.waker {
            Some(waker) => waker.clone_from(context.waker()),
            none => *none = Some(context.waker().clone()),
        }
        Poll::Pending
    }
}

impl<S: Screen> Drop for Seat<S> {
    fn drop(&mut self) {
        {
            let mut shown = lock(&self.feed.shown);
            shown.seats[self.number] = None;
            while shown.seats.last().is_some_and(Option::is_none) {
                shown.seats.pop();
            }
        }
        if self.feed.is_empty() {
            self.feeds.clear(&self.feed);
        }
    }
}
