//! Feeds without a server: who is woken when, and what a seat is given.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use bytes::Bytes;

use super::sse::{self, PING_EVERY};
use super::{Feeds, Screen, StreamLimits};
use crate::http::Chunks;

/// Some screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Board {
    Phone(u64),
    Hall,
}

impl Screen for Board {
    fn turn(&self) -> u64 {
        match self {
            Board::Phone(ticket) => *ticket,
            Board::Hall => 0,
        }
    }
}

type Stream = super::Stream<Board>;

fn live() -> Feeds<Board> {
    Feeds::new(0xbeef, StreamLimits { all: 1_000, of_address: 1_000 })
}

fn stream(live: &Feeds<Board>, screen: Board, until_ms: Option<i64>) -> Stream {
    live.look(screen, [192, 0, 2, 1].into(), until_ms).expect("there is room")
}

fn show(live: &Feeds<Board>, screen: Board, body: &str) {
    let stamp = live.stamp(1, Some(2));
    let feed = live.feed(&screen).expect("somebody looks");
    feed.refresh(stamp, || Some(body.as_bytes().to_vec()));
}

#[derive(Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn poll(stream: &mut Stream, waker: &Waker) -> Poll<Option<String>> {
    let chunk = Pin::new(stream).poll_chunk(&mut Context::from_waker(waker));
    chunk.map(|chunk| chunk.map(|bytes: Bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

fn next(stream: &mut Stream) -> Option<String> {
    match poll(stream, Waker::noop()) {
        Poll::Ready(chunk) => chunk,
        Poll::Pending => panic!("there is nothing"),
    }
}

#[test]
fn a_stream_begins_with_the_newest_state_and_skips_what_it_missed() {
    let live = live();
    let mut stream = stream(&live, Board::Hall, None);
    show(&live, Board::Hall, r#"{"n":1}"#);
    assert_eq!(next(&mut stream).expect("a greeting"), "retry: 3000\n\n");
    let first = "event: state\nid: 0000beef-1\ndata: {\"now_ms\":1,\"seq\":2,\"n\":1}\n\n";
    assert_eq!(next(&mut stream).expect("a state"), first);
    for n in 2..=9 {
        show(&live, Board::Hall, &format!(r#"{{"n":{n}}}"#));
    }
    assert!(next(&mut stream).expect("a state").contains("\"n\":9"));
    assert!(poll(&mut stream, Waker::noop()).is_pending());
}

#[test]
fn what_changes_nothing_wakes_nobody() {
    let live = live();
    let mut stream = stream(&live, Board::Hall, None);
    show(&live, Board::Hall, r#"{"n":1}"#);
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(Arc::clone(&bell));
    for _ in 0..2 {
        assert!(poll(&mut stream, &waker).is_ready());
    }
    assert!(poll(&mut stream, &waker).is_pending());
    show(&live, Board::Hall, r#"{"n":1}"#);
    assert_eq!(bell.0.load(Ordering::Relaxed), 0);
    show(&live, Board::Hall, r#"{"n":2}"#);
    assert_eq!(bell.0.load(Ordering::Relaxed), 1);
}

#[test]
fn everybody_hears_a_sign_of_life_once_in_a_round_of_turns_and_not_all_at_once() {
    let live = live();
    let turns = PING_EVERY.as_secs();
    let mut streams: Vec<Stream> =
        (0..40).map(|ticket| stream(&live, Board::Phone(ticket), None)).collect();
    for ticket in 0..40 {
        show(&live, Board::Phone(ticket), "{\"n\":1}");
    }
    for stream in &mut streams {
        assert!(next(stream).is_some() && next(stream).is_some());
    }
    let mut heard = vec![0; streams.len()];
    for _ in 0..turns {
        live.pass_turn(5);
        let mut now = 0;
        for (count, stream) in heard.iter_mut().zip(&mut streams) {
            if let Poll::Ready(Some(chunk)) = poll(stream, Waker::noop()) {
                assert_eq!(chunk, "event: ping\ndata: {\"now_ms\":5}\n\n");
                *count += 1;
                now += 1;
            }
        }
        assert_eq!(now, 2, "forty streams in twenty turns");
    }
    assert!(heard.iter().all(|count| *count == 1), "{heard:?}");
}

#[test]
fn a_stream_ends_with_its_token_and_with_what_it_shows() {
    let live = live();
    let screen = Board::Phone(1);
    let (mut short, mut long) = (stream(&live, screen, Some(1_000)), stream(&live, screen, None));
    show(&live, screen, "{\"n\":1}");
    for stream in [&mut short, &mut long] {
        assert!(next(stream).is_some() && next(stream).is_some());
    }
    let feed = live.feed(&screen).expect("somebody looks");
    let turns = PING_EVERY.as_secs();
    for (now_ms, ends) in [(999, false), (1_000, true)] {
        (0..turns).for_each(|turn| feed.ping(now_ms, &sse::ping(now_ms), turn, turns));
        assert_eq!(next(&mut short).expect("a word").starts_with("event: gone"), ends);
        assert!(next(&mut long).expect("a word").starts_with("event: ping"));
    }
    assert_eq!(next(&mut short), None);
    let stamp = live.stamp(1, None);
    assert!(!feed.refresh(stamp, || None));
    assert!(next(&mut long).expect("a word").starts_with("event: gone"));
    assert_eq!(next(&mut long), None);
}

#[test]
fn a_feed_that_nobody_looks_at_is_let_go() {
    let live = live();
    let first = stream(&live, Board::Hall, None);
    let second = stream(&live, Board::Hall, None);
    drop(first);
    assert!(live.feed(&Board::Hall).is_some());
    assert_eq!(live.streams(), 1);
    let third = stream(&live, Board::Hall, None);
    show(&live, Board::Hall, "{\"n\":1}");
    drop((second, third));
    assert!(live.feed(&Board::Hall).is_none());
    assert_eq!(live.streams(), 0);
}
