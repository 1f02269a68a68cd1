//! One reader's stream: a greeting, the newest states, signs of life, and the end.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;

use super::feed::{Feed, News, Seat};
use super::places::Place;
use super::{Screen, sse};
use crate::http::Chunks;

/// A stream of states for one connection.
pub struct Stream<S: Screen> {
    seat: Seat<S>,
    _place: Place<S>,
    /// The version that it has shown; 0 before the first.
    seen: u64,
    /// When whoever looks is let go, in milliseconds since the Unix epoch.
    until_ms: Option<i64>,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    New,
    Open,
    Over,
}

impl<S: Screen> std::fmt::Debug for Stream<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stream({:?})", self.seat.feed().screen())
    }
}

impl<S: Screen> Stream<S> {
    pub(super) fn new(seat: Seat<S>, place: Place<S>, until_ms: Option<i64>) -> Stream<S> {
        Stream { seat, _place: place, seen: 0, until_ms, stage: Stage::New }
    }

    /// What it looks at.
    pub fn feed(&self) -> &Feed<S> {
        self.seat.feed()
    }

    fn end(&mut self) -> Poll<Option<Bytes>> {
        self.stage = Stage::Over;
        Poll::Ready(Some(sse::gone()))
    }
}

impl<S: Screen> Chunks for Stream<S> {
    fn poll_chunk(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        match self.stage {
            Stage::New => {
                self.stage = Stage::Open;
                return Poll::Ready(Some(sse::greeting()));
            }
            Stage::Open => {}
            Stage::Over => return Poll::Ready(None),
        }
        match std::task::ready!(self.seat.poll(self.seen, context)) {
            News::State(version, frame) => {
                self.seen = version;
                Poll::Ready(Some(frame))
            }
            News::Ping { now_ms, .. } if self.until_ms.is_some_and(|until| until <= now_ms) => {
                self.end()
            }
            News::Ping { frame, .. } => Poll::Ready(Some(frame)),
            News::Gone => self.end(),
        }
    }
}
