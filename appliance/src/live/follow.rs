//! The one task behind all screens: follows the journal and renders what somebody looks at.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use engine::{CallId, Entry, Event, Moment, Seq, TicketId};
use serve::live::Feed;
use serve::shutdown::Shutdown;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::aside::Aside;
use super::{Live, Screen, lock, render_with};
use crate::api::Rooms;

/// Clerks', hall's and dispensers' screens change at most this often: faster than anybody reads.
pub(super) const BOARDS_EVERY: Duration = Duration::from_millis(100);

/// Phones change at most this often, but for what happens to their own ticket, which they hear at
/// once. A call moves everybody behind it up by one, and nobody counts along.
pub(super) const PHONES_EVERY: Duration = Duration::from_secs(1);

/// Phones that are rendered in one go before others have their turn.
const PHONES_AT_ONCE: usize = 64;

/// The turns in which signs of life are given, one a second, so that not all are due at once.
const TURN: Duration = Duration::from_secs(1);

/// Follows the journal until `shutdown`.
pub async fn follow(rooms: Rooms, shutdown: Shutdown) {
    let mut grown = rooms.mailbox.grown();
    let start = *grown.borrow_and_update();
    let now = Instant::now();
    let mut follower = Follower {
        live: rooms.live.clone(),
        rooms,
        cursor: start,
        boards: Pace::of(BOARDS_EVERY, now),
        phones: Pace::of(PHONES_EVERY, now),
        next_turn: now + TURN,
        sweep: VecDeque::new(),
    };
    let live = follower.live.clone();
    while !shutdown.is_triggered() {
        follower.round(&mut grown);
        if !follower.sweep.is_empty() {
            tokio::task::yield_now().await;
            continue;
        }
        tokio::select! {
            _ = shutdown.wait() => return,
            changed = grown.changed() => {
                // An error means that the registrar has ended; the shutdown is near.
                if changed.is_err() {
                    return;
                }
                grown.mark_changed();
            }
            () = live.0.nudge.notified() => follower.boards.ask(Instant::now()),
            () = sleep_until(follower.next_due()) => {}
        }
    }
}

/// Something that is done when it is asked for, but not too often.
struct Pace {
    every: Duration,
    last: Instant,
    due: Option<Instant>,
}

impl Pace {
    fn of(every: Duration, now: Instant) -> Pace {
        Pace { every, last: now, due: None }
    }

    fn ask(&mut self, now: Instant) {
        self.due.get_or_insert(now.max(self.last + self.every));
    }

    fn take(&mut self, now: Instant) -> bool {
        let is_due = self.due.is_some_and(|due| due <= now);
        if is_due {
            self.due = None;
            self.last = now;
        }
        is_due
    }
}

struct Follower {
    rooms: Rooms,
    live: Live,
    cursor: Seq,
    boards: Pace,
    phones: Pace,
    next_turn: Instant,
    /// Phones that are still to be rendered.
    sweep: VecDeque<Arc<Feed<Screen>>>,
}

impl Follower {
    fn next_due(&self) -> Instant {
        [self.boards.due, self.phones.due].into_iter().flatten().fold(self.next_turn, Instant::min)
    }

    fn round(&mut self, grown: &mut watch::Receiver<Seq>) {
        let now = Instant::now();
        if grown.has_changed().unwrap_or(false) {
            let end = *grown.borrow_and_update();
            self.catch_up(end);
            self.boards.ask(now);
            self.phones.ask(now);
        }
        if self.boards.take(now) {
            self.boards(|screen| !matches!(screen, Screen::Phone(_)));
        }
        // A sweep that is still under way is not begun again: everybody has their turn.
        if self.sweep.is_empty() && self.phones.take(now) {
            self.sweep =
                self.live.0.feeds.feeds(|screen| matches!(screen, Screen::Phone(_))).into();
        }
        for _ in 0..PHONES_AT_ONCE {
            let Some(feed) = self.sweep.pop_front() else { break };
            self.refresh(&feed, None);
        }
        if self.next_turn <= now {
            self.next_turn = now + TURN;
            self.pass_turn();
        }
    }

    /// Reads what was written down, and shows whose own ticket it is about.
    fn catch_up(&mut self, end: Seq) {
        let mut own: BTreeSet<TicketId> = BTreeSet::new();
        while self.cursor < end {
            let entries = match self.rooms.archive.entries_after(self.cursor) {
                Ok(entries) => entries,
                Err(error) => {
                    let cause = &error as &dyn std::error::Error;
                    tracing::error!(error = cause, "the journal cannot be read for screens");
                    // They catch up with the next sweep of all.
                    self.cursor = end;
                    break;
                }
            };
            let Some(last) = entries.last() else { break };
            self.cursor = last.seq;
            own.extend(entries.iter().filter_map(|entry| self.note(entry)));
        }
        for ticket in own {
            if let Some(feed) = self.live.0.feeds.feed(&Screen::Phone(ticket)) {
                self.refresh(&feed, None);
            }
        }
    }

    fn note(&self, entry: &Entry) -> Option<TicketId> {
        if let Event::Recalled { call, .. } = entry.event {
            self.note_recall(call, entry.at);
        }
        entry.event.ticket()
    }

    /// Who reads the branch may wait for this list, so nobody waits for the branch who holds it.
    fn note_recall(&self, call: CallId, at: Moment) {
        let known: Vec<CallId> = {
            let mut recalled = lock(&self.live.0.recalled);
            recalled.insert(call, at);
            recalled.keys().copied().collect()
        };
        let over: Vec<CallId> = self.rooms.mailbox.read(|now| {
            let is_over =
                |call: &CallId| now.branch.call(*call).is_none_or(|(_, call)| call.ended.is_some());
            known.into_iter().filter(is_over).collect()
        });
        let mut recalled = lock(&self.live.0.recalled);
        for call in over {
            recalled.remove(&call);
        }
    }

    fn boards(&self, wanted: impl Fn(&Screen) -> bool) {
        let feeds = self.live.0.feeds.feeds(wanted);
        let has_clerks = feeds.iter().any(|feed| matches!(feed.screen(), Screen::Clerk(..)));
        let aside = has_clerks.then(|| Aside::of(&self.rooms));
        feeds.iter().for_each(|feed| self.refresh(feed, aside.as_ref()));
    }

    fn refresh(&self, feed: &Feed<Screen>, aside: Option<&Aside>) {
        let (rooms, live) = (&self.rooms, &self.live);
        feed.refresh(live.stamp(rooms), || render_with(rooms, live, *feed.screen(), aside));
    }

    /// Once a second: what time alone changes, and the signs of life whose turn it is.
    fn pass_turn(&mut self) {
        self.boards(|screen| *screen == Screen::Dispenser);
        self.live.0.feeds.pass_turn(self.rooms.mailbox.moment().wall_ms);
    }
}
