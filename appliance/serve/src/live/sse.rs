//! How a state travels: server-sent events, one line of JSON each.

use std::time::Duration;

use bytes::Bytes;

/// What a browser that reconnects by itself waits, in milliseconds.
pub const RETRY_MS: u32 = 3_000;

/// How often a stream says that it is alive: a screen calls itself stale after two of them.
pub const PING_EVERY: Duration = Duration::from_secs(20);

/// The event that says so. It has a name, since a page does not see comments.
pub const EVENT_PING: &str = "ping";

/// What belongs to a state beside its body.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    pub(super) boot: u32,
    pub(super) version: u64,
    pub(super) now_ms: i64,
    /// The last journal entry that is in the state, or one before it; none where there is no journal.
    pub(super) seq: Option<u64>,
}

/// A body with its stamp, as JSON. The body is an object with members.
pub fn stamped(stamp: Stamp, body: &[u8]) -> Vec<u8> {
    let Stamp { now_ms, seq, .. } = stamp;
    let mut state = format!("{{\"now_ms\":{now_ms},").into_bytes();
    if let Some(seq) = seq {
        state.extend_from_slice(format!("\"seq\":{seq},").as_bytes());
    }
    state.extend_from_slice(&body[1..]);
    state
}

/// The first bytes of every stream.
pub(super) fn greeting() -> Bytes {
    Bytes::from(format!("retry: {RETRY_MS}\n\n"))
}

/// A whole state.
pub(super) fn state(stamp: Stamp, body: &[u8]) -> Bytes {
    let Stamp { boot, version, .. } = stamp;
    let mut frame = format!("event: state\nid: {boot:08x}-{version}\ndata: ").into_bytes();
    frame.extend_from_slice(&stamped(stamp, body));
    frame.extend_from_slice(b"\n\n");
    frame.into()
}

/// A sign of life.
pub fn ping(now_ms: i64) -> Bytes {
    Bytes::from(format!("event: {EVENT_PING}\ndata: {{\"now_ms\":{now_ms}}}\n\n"))
}

/// The end for good.
pub(super) fn gone() -> Bytes {
    Bytes::from_static(b"event: gone\ndata: {}\n\n")
}
