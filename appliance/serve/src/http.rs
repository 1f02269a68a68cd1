//! The HTTP/1.1 server: accepts, bounds, drains.
//!
//! What a request meets, in this order: the connection limit (503), header time and size
//! (408, 431), URI length (414), the rate of its address (429), path and query (400), body size
//! and time (413, 408), the handler's time (504). Everything but hyper's own 400 and 431 is said
//! by [`Handler::fault`], in the words of the dialect.
//!
//! A connection beyond the limit is not left in the backlog, where its client would wait without
//! a word: up to a bounded number of them are told 503 and closed, further ones are just closed.

mod access;
mod answer;
mod connection;
mod figures;
mod handler;
mod headers;
pub mod limits;
mod listener;
mod pairs;
mod path;
mod pulse;
mod rates;
mod wire;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

pub use bytes::Bytes;
pub use hyper::{
    HeaderMap, Method, StatusCode,
    header::{self, HeaderName, HeaderValue},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{Instant, MissedTickBehavior},
};

pub use self::{
    access::ACCESS_TARGET,
    answer::{Answer, AnswerBody, Chunks, EVENTS, JSON, OnDrain, TEXT},
    figures::{Metrics, OTHER_ROUTE, ROUTES_MAX},
    handler::{Call, Handler, Head, HttpFault},
    limits::{CheckedLimits, Limits, LimitsFault, Rate},
    listener::{Listener, PipeDialer, PipeListener, pipes},
    pairs::{Pairs, PairsFault},
    path::{Path, SEGMENTS_MAX, Segments},
};
use self::{
    connection::{Admission, Site},
    figures::{Figures, Rejection},
    headers::Usual,
    rates::Rates,
};
use crate::shutdown::Shutdown;

/// How long to wait when the system has no descriptor left: a closing connection frees one.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// An HTTP server that is ready to listen.
pub struct Server<H> {
    handler: H,
    limits: CheckedLimits,
    metrics: Arc<Metrics>,
}

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Connections that were cut off because the drain time was over.
    pub aborted: usize,
}

impl<H: Handler> Server<H> {
    /// A server of this handler; its figures appear in `metrics`.
    pub fn new(handler: H, limits: CheckedLimits, metrics: Arc<Metrics>) -> Server<H> {
        Server { handler, limits, metrics }
    }

    /// Serves until `shutdown`, then closes idle connections at once and gives requests under way
    /// the drain time. Runs on the current tokio runtime, one task a connection.
    pub async fn serve<L: Listener>(self, listener: L, shutdown: Shutdown) -> Drained {
        let limits = *self.limits.get();
        let figures = Figures::new(&self.metrics, &self.handler.routes());
        let site = Arc::new(Site {
            handler: self.handler,
            limits,
            figures,
            rates: limits.rate.map(Rates::new),
            shutdown,
            usual: Usual::new(),
        });
        let mut doorway = Doorway {
            site,
            places: Arc::new(Semaphore::new(limits.connections)),
            refusals: Arc::new(Semaphore::new(limits.refusals)),
            tasks: JoinSet::new(),
        };
        doorway.accept(listener, &self.metrics).await;
        doorway.drain(limits.drain_time).await
    }
}

/// Where connections come in, and are waited for at the end.
struct Doorway<H> {
    site: Arc<Site<H>>,
    places: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
    tasks: JoinSet<()>,
}

impl<H: Handler> Doorway<H> {
    async fn accept<L: Listener>(&mut self, mut listener: L, metrics: &Metrics) {
        let site = Arc::clone(&self.site);
        let mut stop = std::pin::pin!(site.shutdown.wait());
        let mut sweep = tokio::time::interval(limits::SWEEP_EVERY);
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                _ = &mut stop => return,
                _ = sweep.tick() => {
                    metrics.fold();
                    if let Some(rates) = &site.rates {
                        rates.sweep(Instant::now());
                    }
                }
                Some(_) = self.tasks.join_next() => {}
                accepted = listener.accept() => match accepted {
                    Ok((io, peer)) => self.admit::<L>(io, peer),
                    // The other ends of a network in memory are all gone; a socket never says so.
                    Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe => {
                        stop.as_mut().await;
                        return;
                    }
                    Err(fault) => {
                        tracing::warn!(%fault, "cannot accept a connection");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
            }
        }
    }

    fn admit<L: Listener>(&mut self, io: L::Io, peer: SocketAddr) {
        let place = |places: &Arc<Semaphore>| Arc::clone(places).try_acquire_owned().ok();
        let (permit, admission) = if let Some(permit) = place(&self.places) {
            (permit, Admission::Serve)
        } else if let Some(permit) = place(&self.refusals) {
            (permit, Admission::Refuse)
        } else {
            self.site.figures.rejected(Rejection::Dropped);
            return;
        };
        let presence = Presence::of(Arc::clone(&self.site), permit);
        let site = Arc::clone(&self.site);
        self.tasks.spawn(async move {
            connection::serve(site, io, peer, admission).await;
            drop(presence);
        });
    }

    async fn drain(mut self, time: Duration) -> Drained {
        let finished = async { while self.tasks.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(time, finished).await;
        // Those that ended meanwhile but were not yet collected are not cut off.
        while self.tasks.try_join_next().is_some() {}
        let aborted = self.tasks.len();
        if 0 < aborted {
            tracing::warn!(aborted, "connections cut off: the drain time is over");
        }
        self.tasks.abort_all();
        Drained { aborted }
    }
}

/// A connection's place, given back however its task ends.
struct Presence<H> {
    site: Arc<Site<H>>,
    _permit: OwnedSemaphorePermit,
}

impl<H> Presence<H> {
    fn of(site: Arc<Site<H>>, permit: OwnedSemaphorePermit) -> Presence<H> {
        site.figures.connections.increment(1.0);
        Presence { site, _permit: permit }
    }
}

impl<H> Drop for Presence<H> {
    fn drop(&mut self) {
        self.site.figures.connections.decrement(1.0);
    }
}
