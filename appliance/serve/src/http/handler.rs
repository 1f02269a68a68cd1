//! What a server gives to be served: one object that answers calls, and says no in its own words.

use std::{fmt, future::Future, net::SocketAddr, ops::Deref, time::Duration};

use bytes::Bytes;
use hyper::{HeaderMap, Method, StatusCode};

use super::{Answer, Pairs, Path};

/// Who asks for what, without the body.
#[derive(Clone)]
pub struct Head {
    /// The method; a HEAD is handed over as GET, and its answer's body is not sent.
    /// Any token can stand here: unknown methods are the handler's to refuse.
    pub method: Method,
    /// The path, split and decoded.
    pub path: Path,
    /// The query parameters.
    pub query: Pairs,
    /// The headers.
    pub headers: HeaderMap,
    /// The other end of the connection.
    pub peer: SocketAddr,
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Paths, queries and headers hold secrets.
        write!(f, "Head({:?}, {:?})", self.path, self.query)
    }
}

/// One request, complete and within all limits.
#[derive(Debug)]
pub struct Call {
    /// Who asks for what.
    pub head: Head,
    /// The whole body; empty when there was none.
    pub body: Bytes,
}

impl Deref for Call {
    type Target = Head;

    fn deref(&self) -> &Head {
        &self.head
    }
}

/// Why the server itself refuses a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpFault {
    /// The body is over the limit, in bytes. 413; the connection closes.
    TooLarge(usize),
    /// The body did not arrive in time. 408; the connection closes.
    BodyTimeout,
    /// The body broke off or is not HTTP. 400; the connection closes.
    BodyBroken,
    /// The address asks too often; it may ask again after this time. 429.
    TooManyRequests(Duration),
    /// All connections are taken; worth another try after this time. 503; the connection closes.
    Overloaded(Duration),
    /// The path or the query cannot be decoded. 400.
    Malformed,
    /// More query parameters than allowed. 400.
    TooManyParameters,
    /// Path and query are too long. 414. The head's query is empty.
    UriTooLong,
    /// The handler took too long and was dropped. 504.
    HandlerTimeout,
    /// The handler panicked. 500.
    Panicked,
}

impl HttpFault {
    /// The status that fits, for handlers whose dialect has no other.
    pub fn status(&self) -> StatusCode {
        match self {
            HttpFault::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            HttpFault::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            HttpFault::BodyBroken | HttpFault::Malformed | HttpFault::TooManyParameters => {
                StatusCode::BAD_REQUEST
            }
            HttpFault::TooManyRequests(_) => StatusCode::TOO_MANY_REQUESTS,
            HttpFault::Overloaded(_) => StatusCode::SERVICE_UNAVAILABLE,
            HttpFault::UriTooLong => StatusCode::URI_TOO_LONG,
            HttpFault::HandlerTimeout => StatusCode::GATEWAY_TIMEOUT,
            HttpFault::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A stable word for it, in the metrics and for error bodies.
    pub fn code(&self) -> &'static str {
        match self {
            HttpFault::TooLarge(_) => "too_large",
            HttpFault::BodyTimeout => "body_timeout",
            HttpFault::BodyBroken => "body_broken",
            HttpFault::TooManyRequests(_) => "too_many_requests",
            HttpFault::Overloaded(_) => "overloaded",
            HttpFault::Malformed => "malformed",
            HttpFault::TooManyParameters => "too_many_parameters",
            HttpFault::UriTooLong => "uri_too_long",
            HttpFault::HandlerTimeout => "handler_timeout",
            HttpFault::Panicked => "panicked",
        }
    }

    /// When to ask again. The server sets `Retry-After` from it where the answer has none.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            HttpFault::TooManyRequests(after) | HttpFault::Overloaded(after) => Some(*after),
            HttpFault::TooLarge(_)
            | HttpFault::BodyTimeout
            | HttpFault::BodyBroken
            | HttpFault::Malformed
            | HttpFault::TooManyParameters
            | HttpFault::UriTooLong
            | HttpFault::HandlerTimeout
            | HttpFault::Panicked => None,
        }
    }

    /// Whether the rest of the connection is unusable.
    pub(crate) fn closes(&self) -> bool {
        match self {
            HttpFault::TooLarge(_)
            | HttpFault::BodyTimeout
            | HttpFault::BodyBroken
            | HttpFault::Overloaded(_) => true,
            HttpFault::TooManyRequests(_)
            | HttpFault::Malformed
            | HttpFault::TooManyParameters
            | HttpFault::UriTooLong
            | HttpFault::HandlerTimeout
            | HttpFault::Panicked => false,
        }
    }
}

/// Answers calls. One object serves the whole server.
pub trait Handler: Send + Sync + 'static {
    /// Every label that an answer's `route` may have, for the metrics; others count as `other`.
    fn routes(&self) -> Vec<&'static str>;

    /// Answers a call without a body at once, if that needs no waiting; `None` leaves it to
    /// [`handle`](Handler::handle).
    ///
    /// For hot reads from memory: it spares the future, the copies of the call into it, and a
    /// fresh read buffer, which together cost as much as the answer.
    fn at_once(&self, _call: &Call) -> Option<Answer> {
        None
    }

    /// Bytes of a body that this call may have, where it is not the server's usual limit. A larger
    /// one is for those who are known: the whole body is in memory before anything else is looked at.
    fn body_bytes_max(&self, _head: &Head) -> Option<usize> {
        None
    }

    /// Answers one call.
    ///
    /// The future is dropped when the client hangs up, when the handler time is over and when the
    /// drain time is: what must be finished belongs in a task or thread of its own. It shares its
    /// thread with other connections, so it never blocks. A panic ends this call alone.
    fn handle(&self, call: Call) -> impl Future<Output = Answer> + Send;

    /// Says no in the words of the dialect that the head's path names.
    ///
    /// After the call was handed over (time-out, panic) the head has no headers any more.
    fn fault(&self, head: &Head, fault: HttpFault) -> Answer;
}
