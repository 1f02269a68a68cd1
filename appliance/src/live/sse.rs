//! How a state travels: server-sent events, one line of JSON each.

use std::time::Duration;

use serve::http::Bytes;

use super::Live;
use crate::api::Rooms;

/// What a browser that reconnects by itself waits, in milliseconds.
pub const RETRY_MS: u32 = 3_000;

/// How often a stream says that it is alive: a screen calls itself stale after two of them.
pub const PING_EVERY: Duration = Duration::from_secs(20);

/// The event that says so. It has a name, since a page does not see comments.
pub const EVENT_PING: &str = "ping";

/// What belongs to a state beside its body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp {
    pub(super) boot: u32,
    pub(super) version: u64,
    pub(super) now_ms: i64,
    /// The last journal entry that is in the state, or one before it.
    pub(super) seq: u64,
}

impl Stamp {
    /// The stamp of the next state.
    pub(super) fn of(live: &Live, rooms: &Rooms) -> Stamp {
        let now_ms = rooms.mailbox.moment().wall_ms;
        let seq = rooms.mailbox.read(|committed| committed.branch.parts().last_seq.0);
        Stamp { boot: live.0.boot, version: live.next_version(), now_ms, seq }
    }
}

/// A body with its stamp.
pub(super) fn stamped(stamp: Stamp, body: &[u8]) -> Vec<u8> {
    let Stamp { now_ms, seq, .. } = stamp;
    let mut state = format!("{{\"now_ms\":{now_ms},\"seq\":{seq},").into_bytes();
    // Every state is an object with members.
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
pub(crate) fn ping(now_ms: i64) -> Bytes {
    Bytes::from(format!("event: {EVENT_PING}\ndata: {{\"now_ms\":{now_ms}}}\n\n"))
}

/// The end for good.
pub(super) fn gone() -> Bytes {
    Bytes::from_static(b"event: gone\ndata: {}\n\n")
}
