//! One connection: hyper's loop, and what happens to each of its requests.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::{Arc, atomic::Ordering::Relaxed},
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use hyper::{
    HeaderMap, Method, Request, Response,
    body::{Body, Incoming},
    header::EXPECT,
    http::request::Parts,
    server::conn::http1,
    service::service_fn,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, sleep},
};

use super::{
    Answer, AnswerBody, Call, Handler, Head, HttpFault, OnDrain, Pairs, PairsFault, Path,
    access::{self, Entry},
    answer::{Live, Outgoing},
    figures::{Figures, Rejection},
    headers::Usual,
    limits::{HEADER_BYTES_MIN, Limits, REFUSAL_TIME, URI_BYTES_CEILING},
    pulse::Pulse,
    rates::{Bucket, Rates},
    wire::{Times, Verdict, Wire},
};
use crate::shutdown::Shutdown;

/// When a client that found the server full may come back.
const OVERLOADED_RETRY_AFTER: Duration = Duration::from_secs(5);

/// What all connections of a server share.
pub(crate) struct Site<H> {
    pub(crate) handler: H,
    pub(crate) limits: Limits,
    pub(crate) figures: Figures,
    pub(crate) rates: Option<Rates>,
    pub(crate) shutdown: Shutdown,
    pub(crate) usual: Usual,
}

/// What becomes of a connection's requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// They are served.
    Serve,
    /// The first is told that the server is full, and the connection closes.
    Refuse,
}

struct Connection<H> {
    site: Arc<Site<H>>,
    pulse: Arc<Pulse>,
    bucket: Option<Arc<Bucket>>,
    peer: SocketAddr,
    admission: Admission,
}

/// An answer that is there, or that is waited for.
///
/// What waits is on the heap: handlers' futures are large, and a connection would keep room for
/// the largest even while it is idle.
enum Responding {
    Done(Option<Response<Outgoing>>),
    Waiting(Pin<Box<dyn Future<Output = Response<Outgoing>> + Send>>),
}

impl Responding {
    fn done(response: Response<Outgoing>) -> Responding {
        Responding::Done(Some(response))
    }
}

impl Future for Responding {
    type Output = Result<Response<Outgoing>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Responding::Done(response) => {
                Poll::Ready(Ok(response.take().expect("hyper polls no finished future")))
            }
            Responding::Waiting(waiting) => waiting.as_mut().poll(context).map(Ok),
        }
    }
}

/// What remains to be said of a request once its call has been handed over.
struct Asked {
    /// Microseconds of the connection.
    started: u64,
    method: &'static str,
}

/// Serves one connection to its end.
pub(crate) async fn serve<H: Handler, Io: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    site: Arc<Site<H>>,
    io: Io,
    peer: SocketAddr,
    admission: Admission,
) {
    let now = Instant::now();
    let pulse = Arc::new(Pulse::new(now));
    let limits = &site.limits;
    let times = match admission {
        Admission::Serve => Times {
            header: micros(limits.header_time),
            idle: micros(limits.idle_time),
            stall: limits.stall_time,
        },
        Admission::Refuse => {
            Times { header: micros(REFUSAL_TIME), idle: micros(REFUSAL_TIME), stall: REFUSAL_TIME }
        }
    };
    let wire = Wire::new(io, Arc::clone(&pulse), times);
    let verdict = wire.verdict();
    let mut http = http1::Builder::new();
    // `Wire` has the clocks.
    http.header_read_timeout(None)
        .max_header_size(limits.header_bytes)
        .max_buf_size(limits.header_bytes.max(HEADER_BYTES_MIN))
        // Head and body leave in one buffer: a copy of a small body costs less than a second slice.
        .writev(false)
        .keep_alive(admission == Admission::Serve);
    let bucket = site.rates.as_ref().and_then(|rates| rates.bucket(peer.ip(), now));
    let connection =
        Arc::new(Connection { site: Arc::clone(&site), pulse, bucket, peer, admission });
    let service = service_fn(move |request| connection.respond(request));
    let mut serving = pin!(http.serve_connection(wire, service));
    let mut stop = pin!(site.shutdown.wait());
    let mut stopping = false;
    let mut watching = false;
    let ended = poll_fn(|context| {
        // This runs in a task of its own, whose waker never changes: one poll is enough to be
        // woken when the word comes, and the many others need not ask.
        if !stopping && (!watching || site.shutdown.is_triggered()) {
            watching = true;
            if stop.as_mut().poll(context).is_ready() {
                stopping = true;
                serving.as_mut().graceful_shutdown();
            }
        }
        serving.as_mut().poll(context)
    })
    .await;
    account(&site.figures, &verdict, ended);
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// Counts how a connection ended. Clients that just leave are nothing worth counting.
fn account(figures: &Figures, verdict: &Verdict, ended: hyper::Result<()>) {
    if verdict.head_late.load(Relaxed) {
        figures.rejected(Rejection::HeadTimeout);
    } else if verdict.stalled.load(Relaxed) {
        figures.rejected(Rejection::Stalled);
    } else if ended.is_err_and(|fault| fault.is_parse()) {
        figures.rejected(Rejection::BadHead);
    }
}

impl<H: Handler> Connection<H> {
    /// Begins to answer, and ends as well where nothing has to be waited for.
    ///
    /// What is dropped in here does not keep hyper from reading on in the same buffer.
    fn respond(self: &Arc<Self>, request: Request<Incoming>) -> Responding {
        self.pulse.called();
        let (parts, body) = request.into_parts();
        let asked = Asked { started: self.pulse.now(), method: access::method_word(&parts.method) };
        let (head, fault) = self.read_head(parts);
        if let Some(fault) = fault {
            if !body.is_end_stream() {
                self.pulse.want_linger();
            }
            return Responding::done(self.refuse(&asked, &head, fault));
        }
        let connection = Arc::clone(self);
        if !body.is_end_stream() {
            return Responding::Waiting(Box::pin(async move {
                match connection.read_body(body, &head).await {
                    Ok(body) => connection.answer(asked, Call { head, body }).await,
                    Err(fault) => connection.refuse(&asked, &head, fault),
                }
            }));
        }
        let call = Call { head, body: Bytes::new() };
        match catch_unwind(AssertUnwindSafe(|| self.site.handler.at_once(&call))) {
            Ok(Some(answer)) => Responding::done(self.finish(&asked, answer, None)),
            Ok(None) => {
                Responding::Waiting(Box::pin(async move { connection.answer(asked, call).await }))
            }
            Err(_) => Responding::done(self.refuse(&asked, &call.head, HttpFault::Panicked)),
        }
    }

    /// Lets the handler answer a complete call.
    async fn answer(&self, asked: Asked, call: Call) -> Response<Outgoing> {
        // Kept for a fault that comes after the handler has taken the rest.
        let (method, path, query) = (call.method.clone(), call.path.clone(), call.query.clone());
        let handler = &self.site.handler;
        let answer = match catch_unwind(AssertUnwindSafe(|| handler.handle(call))) {
            Ok(answering) => run(pin!(answering), self.site.limits.handler_time).await,
            Err(_) => Err(HttpFault::Panicked),
        };
        match answer {
            Ok(answer) => self.finish(&asked, answer, None),
            Err(fault) => {
                let head = Head { method, path, query, headers: HeaderMap::new(), peer: self.peer };
                self.refuse(&asked, &head, fault)
            }
        }
    }

    /// All checks that need the head alone.
    fn read_head(&self, parts: Parts) -> (Head, Option<HttpFault>) {
        let mut head = Head {
            method: if parts.method == Method::HEAD { Method::GET } else { parts.method },
            path: Path::empty(),
            query: Pairs::none(),
            headers: parts.headers,
            peer: self.peer,
        };
        let Some(target) = parts.uri.into_parts().path_and_query else {
            return (head, Some(HttpFault::Malformed));
        };
        let length = target.as_str().len();
        if self.site.limits.uri_bytes < length {
            // Its beginning is enough to be refused in the words of its own dialect.
            if length <= URI_BYTES_CEILING {
                head.path = Path::read(target).0;
            }
            return (head, Some(HttpFault::UriTooLong));
        }
        let query = Pairs::query(&target, self.site.limits.parameters);
        let (path, path_fault) = Path::read(target);
        head.path = path;
        if self.admission == Admission::Refuse {
            return (head, Some(HttpFault::Overloaded(OVERLOADED_RETRY_AFTER)));
        }
        if let Some(Err(wait)) = self.bucket.as_ref().map(|bucket| bucket.take()) {
            return (head, Some(HttpFault::TooManyRequests(wait)));
        }
        let fault = match query {
            Ok(query) => {
                head.query = query;
                path_fault.map(|_| HttpFault::Malformed)
            }
            Err(PairsFault::TooMany) => Some(HttpFault::TooManyParameters),
            Err(PairsFault::NotText) => Some(HttpFault::Malformed),
        };
        (head, fault)
    }

    async fn read_body(&self, body: Incoming, head: &Head) -> Result<Bytes, HttpFault> {
        let limits = &self.site.limits;
        let most = self.site.handler.body_bytes_max(head).unwrap_or(limits.body_bytes);
        let announced = body.size_hint().lower();
        let collected = if (most as u64) < announced {
            Err(HttpFault::TooLarge(most))
        } else {
            tokio::time::timeout(limits.body_time, collect(body, most))
                .await
                .unwrap_or(Err(HttpFault::BodyTimeout))
        };
        // A client that asked before sending has sent nothing that is worth hearing out.
        if collected.is_err() && !head.headers.contains_key(EXPECT) {
            self.pulse.want_linger();
        }
        collected
    }

    fn refuse(&self, asked: &Asked, head: &Head, fault: HttpFault) -> Response<Outgoing> {
        self.site.figures.rejected(Rejection::Fault(fault));
        let worded = catch_unwind(AssertUnwindSafe(|| self.site.handler.fault(head, fault)));
        let answer = worded.unwrap_or_else(|_| Answer::empty(fault.status(), "fault"));
        self.finish(asked, answer, Some(fault))
    }

    /// Turns an answer into hyper's, counts it and logs it.
    fn finish(
        &self,
        asked: &Asked,
        answer: Answer,
        fault: Option<HttpFault>,
    ) -> Response<Outgoing> {
        let now = self.pulse.now();
        let status = answer.status;
        let took = Duration::from_micros(now.saturating_sub(asked.started));
        self.site.figures.answered(answer.route, status, took);
        let mut entry = access::wanted().then(|| Entry {
            method: asked.method,
            route: answer.route,
            status: status.as_u16(),
            bytes: 0,
            started: self.pulse.moment(asked.started),
            peer: self.peer,
        });
        let headers = self.site.usual.headers(answer.headers, answer.content_type, fault);
        let body = match answer.body {
            AnswerBody::Empty => self.whole(Bytes::new(), entry, now),
            AnswerBody::Full(bytes) => self.whole(bytes, entry, now),
            AnswerBody::Stream(chunks, on_drain) => {
                let stop = (on_drain == OnDrain::End).then(|| {
                    let shutdown = self.site.shutdown.clone();
                    Box::pin(async move { shutdown.wait().await }) as Pin<Box<_>>
                });
                let pulse = Arc::clone(&self.pulse);
                let entry = entry.take();
                Outgoing::Stream(Box::new(Live { chunks, stop, pulse, entry, done: false }))
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }

    fn whole(&self, bytes: Bytes, entry: Option<Entry>, now: u64) -> Outgoing {
        self.pulse.answered(now);
        if let Some(entry) = entry {
            Entry { bytes: bytes.len() as u64, ..entry }.write();
        }
        Outgoing::Full(bytes)
    }
}

/// Reads a body of at most `max` bytes; one that came in one piece is not copied.
async fn collect(body: Incoming, max: usize) -> Result<Bytes, HttpFault> {
    let mut body = pin!(body);
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        // Trailers are nothing that any dialect has.
        let Ok(piece) = frame.map_err(|_| HttpFault::BodyBroken)?.into_data() else {
            continue;
        };
        if max < first.len() + joined.len() + piece.len() {
            return Err(HttpFault::TooLarge(max));
        }
        if joined.is_empty() && first.is_empty() {
            first = piece;
        } else {
            joined.extend_from_slice(&std::mem::take(&mut first));
            joined.extend_from_slice(&piece);
        }
    }
    Ok(if joined.is_empty() { first } else { joined.freeze() })
}

/// Lets the handler answer, within its time, and outlives its panic.
async fn run<F: Future<Output = Answer>>(
    mut answering: Pin<&mut F>,
    time: Duration,
) -> Result<Answer, HttpFault> {
    let first = poll_fn(|context| Poll::Ready(poll_caught(answering.as_mut(), context))).await;
    if let Poll::Ready(answer) = first {
        return answer;
    }
    // Only who has to wait gets a timer: reads from memory never do.
    let mut alarm = pin!(sleep(time));
    poll_fn(|context| {
        let answer = poll_caught(answering.as_mut(), context);
        if answer.is_pending() && alarm.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(HttpFault::HandlerTimeout));
        }
        answer
    })
    .await
}

fn poll_caught<F: Future<Output = Answer>>(
    answering: Pin<&mut F>,
    context: &mut Context<'_>,
) -> Poll<Result<Answer, HttpFault>> {
    // The future is not polled again after a panic, and the handler guards what it shares.
    match catch_unwind(AssertUnwindSafe(|| answering.poll(context))) {
        Ok(polled) => polled.map(Ok),
        Err(_) => Poll::Ready(Err(HttpFault::Panicked)),
    }
}
