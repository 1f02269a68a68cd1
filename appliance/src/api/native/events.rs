//! The journal as server-sent events, from where the reader was.
//!
//! A stream has a task of its own, since it reads the disk; there are few of them. What the journal
//! keeps of secrets (tokens, keys, codes) stays here: whoever may read the day may not act for its
//! customers.

use engine::{Entry, Seq};
use serde_json::{Map, Value};
use serve::http::{Answer, Bytes, StatusCode};
use serve::live::{PING_EVERY, RETRY_MS, STREAM_RETRY_AFTER_S, ping, streamed};
use serve::problem::Problem;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{Instant, interval_at};

use super::{Asked, faults, requests};
use crate::api::Rooms;
use crate::live::EVENT_STREAMS_MAX;
use crate::store::encoding::encode_event;

/// Pieces that wait for a slow reader; beyond them the task waits, and reads on later.
const PIECES_MAX: usize = 2;

/// Members of an entry that let somebody act for a customer.
const SECRETS: [&str; 4] = ["token", "pass", "code", "pin"];

pub(super) fn stream(asked: &Asked<'_>) -> Result<Answer, Problem> {
    let cursor = cursor(asked)?;
    let Some(place) = asked.rooms.live.follow_journal() else {
        let detail = format!("{EVENT_STREAMS_MAX} programs follow the journal already.");
        let full = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_streams", detail);
        return Err(full.retry_after(STREAM_RETRY_AFTER_S));
    };
    let (pieces, stream) = mpsc::channel(PIECES_MAX);
    let until_ms = asked.caller.as_ref().and_then(|caller| caller.until_ms);
    let reader = Reader { rooms: asked.rooms.clone(), cursor, pieces, until_ms, _place: place };
    tokio::spawn(reader.read());
    Ok(streamed(Answer::events(stream, asked.row.path)))
}

/// Where the reader was: the last entry that it has; without a word the newest one.
fn cursor(asked: &Asked<'_>) -> Result<Seq, Problem> {
    let newest = asked.rooms.mailbox.read(|now| now.branch.parts().last_seq);
    let header = asked.call.headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let given = match header.filter(|text| !text.is_empty()) {
        Some(text) => Some(requests::digits(text).ok_or_else(|| {
            requests::bad("bad_parameter", "Last-Event-ID must be the number of an entry.")
        })?),
        None => requests::number(asked.call, "after")?,
    };
    let Some(given) = given else { return Ok(newest) };
    if newest.0 < given {
        let detail =
            format!("The journal ends at {newest}; this is another one, or an older copy.");
        return Err(faults::conflict("ahead_of_the_journal", detail));
    }
    Ok(Seq(given))
}

struct Reader {
    rooms: Rooms,
    cursor: Seq,
    pieces: mpsc::Sender<Bytes>,
    until_ms: Option<i64>,
    _place: OwnedSemaphorePermit,
}

impl Reader {
    /// Reads until the other end is gone, the token's time is over, or the disk fails.
    async fn read(mut self) {
        let mut grown = self.rooms.mailbox.grown();
        let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        let greeting = Bytes::from(format!("retry: {RETRY_MS}\n\n"));
        if self.pieces.send(greeting).await.is_err() {
            return;
        }
        loop {
            grown.mark_unchanged();
            let Ok(entries) = self.rooms.archive.entries_after(self.cursor) else { return };
            if let Some(last) = entries.last() {
                self.cursor = last.seq;
                let piece: String = entries.iter().map(event).collect();
                if self.pieces.send(piece.into()).await.is_err() {
                    return;
                }
                continue;
            }
            tokio::select! {
                changed = grown.changed() => if changed.is_err() { return },
                () = self.pieces.closed() => return,
                _ = pings.tick() => {
                    let now_ms = self.rooms.mailbox.moment().wall_ms;
                    let is_over = self.until_ms.is_some_and(|until| until <= now_ms);
                    if is_over || self.pieces.send(ping(now_ms)).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

/// An entry as an event.
fn event(entry: &Entry) -> String {
    let (kind, body) = told(entry);
    format!("event: {kind}\nid: {}\ndata: {body}\n\n", entry.seq)
}

/// What an entry is called, and what is told of it, in one line.
pub(super) fn told(entry: &Entry) -> (String, Value) {
    let written: Value = serde_json::from_str(&encode_event(&entry.event)).unwrap_or_default();
    let mut members = match written {
        Value::Object(members) => members.into_iter(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new().into_iter()
        }
    };
    let (kind, mut what) = members.next().unwrap_or_default();
    if let Value::Object(what) = &mut what {
        if kind == "settings_changed" {
            // They are read whole where they belong.
            what.clear();
        }
        for secret in SECRETS {
            what.remove(secret);
        }
    }
    let mut body = Map::new();
    body.insert("seq".into(), entry.seq.0.into());
    body.insert("at_ms".into(), entry.at.wall_ms.into());
    body.insert("kind".into(), kind.clone().into());
    body.insert("what".into(), what);
    (kind, Value::Object(body))
}
