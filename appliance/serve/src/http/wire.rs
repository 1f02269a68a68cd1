//! A connection's bytes with a sense of time: late heads, idle peers, stalled readers, last words.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use super::{
    limits::{LINGER_BYTES_MAX, LINGER_TIME},
    pulse::{Phase, Pulse},
};

/// Bytes thrown away at a time.
const LINGER_READ: usize = 4 * 1024;

/// Said to a head that does not end. Nothing is known of its dialect.
const HEAD_TOO_SLOW: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// How long each kind of silence may last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    /// Microseconds.
    pub(crate) header: u64,
    /// Microseconds.
    pub(crate) idle: u64,
    pub(crate) stall: Duration,
}

/// What time did to a connection; read after its end.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) head_late: AtomicBool,
    pub(crate) stalled: AtomicBool,
}

/// One connection between hyper and the operating system.
///
/// hyper's own header time-out makes a timer for every request. Here one timer lives as long as
/// the connection: it is left to fire early, and then looks at the clock.
pub(crate) struct Wire<Io> {
    io: TokioIo<Io>,
    pulse: Arc<Pulse>,
    verdict: Arc<Verdict>,
    times: Times,
    /// Silence of the other end.
    quiet: Option<Quiet>,
    /// Set while an answer waits for room.
    stall: Option<Pin<Box<Sleep>>>,
    lingering: Option<Linger>,
}

struct Quiet {
    /// Microseconds of this connection.
    deadline: u64,
    timer: Pin<Box<Sleep>>,
    /// Whether the timer has been told whom to wake.
    armed: bool,
}

impl Quiet {
    fn arm(&mut self, deadline: u64, moment: Instant) {
        self.deadline = deadline;
        self.timer.as_mut().reset(moment);
        self.armed = false;
    }
}

struct Linger {
    until: Pin<Box<Sleep>>,
    bytes: usize,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Wire<Io> {
    pub(crate) fn new(io: Io, pulse: Arc<Pulse>, times: Times) -> Wire<Io> {
        Wire {
            io: TokioIo::new(io),
            pulse,
            verdict: Arc::default(),
            times,
            quiet: None,
            stall: None,
            lingering: None,
        }
    }

    pub(crate) fn verdict(&self) -> Arc<Verdict> {
        Arc::clone(&self.verdict)
    }

    /// Pending while the silence is within its time; ready, as the end of the stream, after it.
    fn poll_quiet(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.pulse.phase() == Phase::Busy {
            return Poll::Pending;
        }
        let since = self.pulse.quiet_since();
        let phase = self.pulse.phase();
        let limit = match phase {
            Phase::Fresh | Phase::Head => self.times.header,
            Phase::Idle | Phase::Busy => self.times.idle,
        };
        let deadline = since.saturating_add(limit);
        let moment = self.pulse.moment(deadline);
        let quiet = self.quiet.get_or_insert_with(|| Quiet {
            deadline,
            timer: Box::pin(sleep_until(moment)),
            armed: false,
        });
        if deadline < quiet.deadline {
            quiet.arm(deadline, moment);
        }
        // An armed timer wakes this connection's task, which never changes, so it need only be
        // looked at.
        if quiet.armed && !quiet.timer.is_elapsed() {
            return Poll::Pending;
        }
        while quiet.timer.as_mut().poll(context).is_ready() {
            if deadline <= quiet.deadline {
                return self.poll_silenced(context, phase);
            }
            quiet.arm(deadline, moment);
        }
        quiet.armed = true;
        Poll::Pending
    }

    fn poll_silenced(&mut self, context: &mut Context<'_>, phase: Phase) -> Poll<io::Result<()>> {
        // A slow reader of a long answer is busy, not silent: the stall clock watches it.
        if self.stall.is_some() {
            self.pulse.restart();
            return self.poll_quiet(context);
        }
        if phase == Phase::Head {
            self.verdict.head_late.store(true, Relaxed);
            // As much as goes out at once: whoever is this slow is not waited for.
            let _ = Pin::new(self.io.inner_mut()).poll_write(context, HEAD_TOO_SLOW);
        }
        Poll::Ready(Ok(()))
    }

    /// Passes on what writing gave, and ends the connection when it gave nothing for too long.
    fn poll_written<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            if self.stall.take().is_some() {
                self.pulse.restart();
            }
            return written;
        }
        let stall =
            self.stall.get_or_insert_with(|| Box::pin(tokio::time::sleep(self.times.stall)));
        if stall.as_mut().poll(context).is_ready() {
            self.verdict.stalled.store(true, Relaxed);
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }

    /// Reads and forgets what still comes: closing a socket with unread bytes resets it, and the
    /// other end would lose the answer that says why.
    fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let linger = self.lingering.get_or_insert_with(|| Linger {
            until: Box::pin(tokio::time::sleep(LINGER_TIME)),
            bytes: 0,
        });
        let mut scratch = [0; LINGER_READ];
        loop {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(self.io.inner_mut()).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) => {
                    let got = buffer.filled().len();
                    linger.bytes += got;
                    if got == 0 || LINGER_BYTES_MAX < linger.bytes {
                        return Poll::Ready(Ok(()));
                    }
                }
                Poll::Ready(Err(_)) => return Poll::Ready(Ok(())),
                Poll::Pending => return linger.until.as_mut().poll(context).map(Ok),
            }
        }
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Read for Wire<Io> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match Pin::new(&mut this.io).poll_read(context, buffer) {
            Poll::Ready(read) => {
                this.pulse.bytes_came();
                Poll::Ready(read)
            }
            Poll::Pending => this.poll_quiet(context),
        }
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Write for Wire<Io> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.io).poll_write(context, bytes);
        this.poll_written(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.io).poll_write_vectored(context, slices);
        this.poll_written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.lingering.is_none() {
            std::task::ready!(Pin::new(&mut this.io).poll_shutdown(context))?;
            if !this.pulse.lingers() {
                return Poll::Ready(Ok(()));
            }
        }
        this.poll_linger(context)
    }
}
