//! The access log: one event a request, by route, never by path.

use std::net::SocketAddr;

use hyper::Method;
use tokio::time::Instant;
use tracing::Level;

/// The `tracing` target of the log.
pub const ACCESS_TARGET: &str = "access";

/// One line to be.
pub(crate) struct Entry {
    pub(crate) method: &'static str,
    pub(crate) route: &'static str,
    pub(crate) status: u16,
    pub(crate) bytes: u64,
    pub(crate) started: Instant,
    pub(crate) peer: SocketAddr,
}

/// Whether anyone reads the log.
pub(crate) fn wanted() -> bool {
    tracing::enabled!(target: ACCESS_TARGET, Level::INFO)
}

impl Entry {
    pub(crate) fn write(&self) {
        let micros = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::info!(
            target: ACCESS_TARGET,
            method = self.method,
            route = self.route,
            status = self.status,
            bytes = self.bytes,
            micros,
            peer = %self.peer,
        );
    }
}

/// The method as a word of ours: a client can invent methods, and would write into our log.
pub(crate) fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
