//! What goes back: status, headers, and a body that is whole or comes in pieces.

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::{
    HeaderMap, StatusCode,
    body::{Body, Frame, SizeHint},
    header::{HeaderName, HeaderValue},
};
use tokio::sync::mpsc;

use super::{access::Entry, pulse::Pulse};
use crate::shutdown::Cause;

/// `application/json`, which is UTF-8 by definition.
pub const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// Plain text.
pub const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
/// Server-sent events.
pub const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");

/// Bytes of a whole body that are handed to hyper at a time. hyper copies what it is handed, so
/// this bounds what a large answer takes beside itself.
const PIECE_BYTES_MAX: usize = 16 * 1024;

/// One answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The type of the body, if there is one.
    pub content_type: Option<HeaderValue>,
    /// Further headers. The server adds `Cache-Control: no-store`,
    /// `X-Content-Type-Options: nosniff` and `Referrer-Policy: no-referrer` where absent.
    pub headers: HeaderMap,
    /// The body.
    pub body: AnswerBody,
    /// The route for log and metrics, as `smart/ticket/{ticket}`; never a path as it came.
    pub route: &'static str,
}

/// The body of an answer.
#[derive(Default)]
pub enum AnswerBody {
    /// None.
    #[default]
    Empty,
    /// All of it.
    Full(Bytes),
    /// Pieces as they come, chunked.
    Stream(Pin<Box<dyn Chunks>>, OnDrain),
}

impl fmt::Debug for AnswerBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AnswerBody::Empty => f.write_str("Empty"),
            AnswerBody::Full(bytes) => write!(f, "Full({} bytes)", bytes.len()),
            AnswerBody::Stream(_, on_drain) => write!(f, "Stream({on_drain:?})"),
        }
    }
}

/// What a stream does when the server is told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDrain {
    /// It ends at once, properly: it would never end by itself (events).
    End,
    /// It goes on to its end, within the drain time (a file).
    Finish,
}

/// A source of pieces. The next piece is asked for only when the client has room for it.
pub trait Chunks: Send {
    /// The next piece, or `None` at the end.
    fn poll_chunk(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Bytes>>;
}

impl Chunks for mpsc::Receiver<Bytes> {
    fn poll_chunk(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        self.poll_recv(context)
    }
}

impl Answer {
    /// An answer without a body.
    pub fn empty(status: StatusCode, route: &'static str) -> Answer {
        Answer {
            status,
            content_type: None,
            headers: HeaderMap::new(),
            body: AnswerBody::Empty,
            route,
        }
    }

    /// An answer with a whole body.
    pub fn full(
        status: StatusCode,
        content_type: HeaderValue,
        body: impl Into<Bytes>,
        route: &'static str,
    ) -> Answer {
        Answer {
            content_type: Some(content_type),
            body: AnswerBody::Full(body.into()),
            ..Answer::empty(status, route)
        }
    }

    /// JSON.
    pub fn json(status: StatusCode, body: impl Into<Bytes>, route: &'static str) -> Answer {
        Answer::full(status, JSON, body, route)
    }

    /// Plain text.
    pub fn text(status: StatusCode, body: impl Into<Bytes>, route: &'static str) -> Answer {
        Answer::full(status, TEXT, body, route)
    }

    /// Server-sent events, which end when the server stops.
    pub fn events(chunks: impl Chunks + 'static, route: &'static str) -> Answer {
        Answer {
            content_type: Some(EVENTS),
            body: AnswerBody::Stream(Box::pin(chunks), OnDrain::End),
            ..Answer::empty(StatusCode::OK, route)
        }
    }

    /// The same answer with one more header; an earlier one of that name is replaced.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Answer {
        self.headers.insert(name, value);
        self
    }
}

/// The body as hyper takes it.
pub(crate) enum Outgoing {
    Full(Bytes),
    Stream(Box<Live>),
}

/// A stream under way; it says so to the connection's clock, and to the log when it ends.
pub(crate) struct Live {
    pub(crate) chunks: Pin<Box<dyn Chunks>>,
    pub(crate) stop: Option<Pin<Box<dyn Future<Output = Cause> + Send>>>,
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) entry: Option<Entry>,
    pub(crate) done: bool,
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Outgoing::Full(bytes) if bytes.is_empty() => Poll::Ready(None),
            Outgoing::Full(bytes) if bytes.len() <= PIECE_BYTES_MAX => {
                Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes)))))
            }
            Outgoing::Full(bytes) => {
                Poll::Ready(Some(Ok(Frame::data(bytes.split_to(PIECE_BYTES_MAX)))))
            }
            Outgoing::Stream(live) => {
                live.poll_next(context).map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Outgoing::Full(bytes) => bytes.is_empty(),
            Outgoing::Stream(live) => live.done,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Outgoing::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Outgoing::Stream(_) => SizeHint::default(),
        }
    }
}

impl Live {
    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if self.done {
            return Poll::Ready(None);
        }
        let stopped = match self.stop.as_mut() {
            Some(stop) => stop.as_mut().poll(context).is_ready(),
            None => false,
        };
        let next =
            if stopped { Poll::Ready(None) } else { self.chunks.as_mut().poll_chunk(context) };
        match &next {
            Poll::Ready(Some(chunk)) => {
                if let Some(entry) = self.entry.as_mut() {
                    entry.bytes += chunk.len() as u64;
                }
            }
            Poll::Ready(None) => self.done = true,
            Poll::Pending => {}
        }
        next
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.pulse.answered(self.pulse.now());
        if let Some(entry) = self.entry.take() {
            entry.write();
        }
    }
}
