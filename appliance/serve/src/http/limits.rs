//! Every bound of the HTTP server: its default, its reason, and the checks between them.

use std::{error::Error, fmt, num::NonZeroU32, time::Duration};

/// Bytes of request line and headers together; beyond it 431. Browsers send under 2 KiB.
pub const HEADER_BYTES_MAX: usize = 16 * 1024;
/// hyper parses headers in a buffer of at least this many bytes.
pub const HEADER_BYTES_MIN: usize = 8 * 1024;
/// Time for the whole head from its first byte, and for a new connection to send its first.
pub const HEADER_TIME: Duration = Duration::from_secs(10);
/// Bytes of a path with its query; beyond it 414. The longest known call has under 400.
pub const URI_BYTES_MAX: usize = 4 * 1024;
/// Offsets into a path are kept in 16 bits.
pub const URI_BYTES_CEILING: usize = 60 * 1024;
/// Bytes of a body; beyond it 413. The dialects promise this figure.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Time for the whole body from the end of the head; beyond it 408.
pub const BODY_TIME: Duration = Duration::from_secs(10);
/// Parameters in one query string or form. The longest known form has 14.
pub const PARAMETERS_MAX: usize = 64;
/// Connections that are served at the same time: ten thousand phones that follow the line, and those
/// who work meanwhile.
pub const CONNECTIONS_MAX: usize = 12_288;
/// Connections beyond that which are told 503 at the same time; further ones are just closed.
pub const REFUSALS_MAX: usize = 64;
/// How long such a connection may take to send the request that is refused.
pub const REFUSAL_TIME: Duration = Duration::from_secs(1);
/// How long a kept-alive connection may stay silent between requests.
pub const IDLE_TIME: Duration = Duration::from_secs(60);
/// How long a client may take no byte of an answer that waits for it.
pub const STALL_TIME: Duration = Duration::from_secs(30);
/// How long a handler may take for one answer; streams count until their head is ready.
pub const HANDLER_TIME: Duration = Duration::from_secs(30);
/// How long requests under way may take to finish once the server is told to stop.
pub const DRAIN_TIME: Duration = Duration::from_secs(4);
/// Requests a second from one address: a whole hall shares one router.
pub const RATE_PER_SECOND: u32 = 200;
/// Requests at once from one address.
pub const RATE_BURST: u32 = 1_000;
/// Addresses whose rate is remembered. Those with an open connection are among them.
pub const ADDRESSES_MAX: usize = 16_384;
/// Bytes read and thrown away so that a client that is still sending hears why it was refused.
pub const LINGER_BYTES_MAX: usize = 1024 * 1024;
/// How long that may take.
pub const LINGER_TIME: Duration = Duration::from_secs(1);
/// How often rates are forgotten and figures are folded.
pub const SWEEP_EVERY: Duration = Duration::from_secs(5);

const _: () = assert!(HEADER_BYTES_MIN <= HEADER_BYTES_MAX);
const _: () = assert!(URI_BYTES_MAX <= HEADER_BYTES_MAX);
const _: () = assert!(URI_BYTES_CEILING < u16::MAX as usize);
// Every open connection holds an address; the table must have room for all of them.
const _: () = assert!(CONNECTIONS_MAX + REFUSALS_MAX < ADDRESSES_MAX);

/// How many requests one address may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second in the long run.
    pub per_second: NonZeroU32,
    /// Requests at once.
    pub burst: NonZeroU32,
    /// Whether addresses of this machine (127.0.0.0/8, `::1`) are left alone.
    pub spare_loopback: bool,
}

impl Default for Rate {
    fn default() -> Rate {
        Rate {
            per_second: NonZeroU32::new(RATE_PER_SECOND).expect("the constant is not 0"),
            burst: NonZeroU32::new(RATE_BURST).expect("the constant is not 0"),
            spare_loopback: false,
        }
    }
}

/// The bounds as they are wanted; [`Limits::check`] says whether they fit together.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of request line and headers.
    pub header_bytes: usize,
    /// Time for the whole head.
    pub header_time: Duration,
    /// Bytes of a path with its query.
    pub uri_bytes: usize,
    /// Bytes of a body.
    pub body_bytes: usize,
    /// Time for the whole body.
    pub body_time: Duration,
    /// Parameters in one query string.
    pub parameters: usize,
    /// Connections that are served at the same time.
    pub connections: usize,
    /// Connections beyond that which hear a 503.
    pub refusals: usize,
    /// Silence between requests.
    pub idle_time: Duration,
    /// Time in which a client takes nothing of its answer.
    pub stall_time: Duration,
    /// Time for one answer.
    pub handler_time: Duration,
    /// Time for requests under way once the server stops.
    pub drain_time: Duration,
    /// Requests per address; `None` for no limit.
    pub rate: Option<Rate>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            header_bytes: HEADER_BYTES_MAX,
            header_time: HEADER_TIME,
            uri_bytes: URI_BYTES_MAX,
            body_bytes: BODY_BYTES_MAX,
            body_time: BODY_TIME,
            parameters: PARAMETERS_MAX,
            connections: CONNECTIONS_MAX,
            refusals: REFUSALS_MAX,
            idle_time: IDLE_TIME,
            stall_time: STALL_TIME,
            handler_time: HANDLER_TIME,
            drain_time: DRAIN_TIME,
            rate: Some(Rate::default()),
        }
    }
}

/// Limits that fit together.
#[derive(Debug, Clone, Copy)]
pub struct CheckedLimits(Limits);

impl CheckedLimits {
    /// The bounds.
    pub fn get(&self) -> &Limits {
        &self.0
    }
}

/// Why limits do not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitsFault {
    /// Fewer header bytes than hyper can work with.
    HeaderTooSmall,
    /// A path that no header could hold, or that is too long to be split.
    UriTooLong,
    /// More connections than addresses can be remembered for, or none.
    Connections,
    /// A time of zero, in which nothing can happen.
    NoTime(&'static str),
}

impl fmt::Display for LimitsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LimitsFault::HeaderTooSmall => {
                write!(f, "the header limit must be at least {HEADER_BYTES_MIN} bytes")
            }
            LimitsFault::UriTooLong => write!(
                f,
                "the URI limit must be from 1 to {URI_BYTES_CEILING} bytes, \
                 and no more than the header limit"
            ),
            LimitsFault::Connections => write!(
                f,
                "connections must be at least 1, and together with refusals under {ADDRESSES_MAX}"
            ),
            LimitsFault::NoTime(which) => write!(f, "the {which} must be longer than zero"),
        }
    }
}

impl Error for LimitsFault {}

impl Limits {
    /// The same bounds, if they fit together.
    pub fn check(self) -> Result<CheckedLimits, LimitsFault> {
        if self.header_bytes < HEADER_BYTES_MIN {
            return Err(LimitsFault::HeaderTooSmall);
        }
        if self.uri_bytes == 0
            || URI_BYTES_CEILING < self.uri_bytes
            || self.header_bytes < self.uri_bytes
        {
            return Err(LimitsFault::UriTooLong);
        }
        if self.connections == 0 || ADDRESSES_MAX <= self.connections.saturating_add(self.refusals)
        {
            return Err(LimitsFault::Connections);
        }
        let times = [
            ("header time", self.header_time),
            ("body time", self.body_time),
            ("idle time", self.idle_time),
            ("stall time", self.stall_time),
            ("handler time", self.handler_time),
            ("drain time", self.drain_time),
        ];
        match times.into_iter().find(|(_, time)| time.is_zero()) {
            Some((which, _)) => Err(LimitsFault::NoTime(which)),
            None => Ok(CheckedLimits(self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_fit_together() {
        assert!(Limits::default().check().is_ok());
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let check = |change: fn(&mut Limits)| {
            let mut limits = Limits::default();
            change(&mut limits);
            limits.check().map(|_| ()).unwrap_err()
        };
        assert_eq!(check(|l| l.header_bytes = 4_096), LimitsFault::HeaderTooSmall);
        assert_eq!(check(|l| l.uri_bytes = 17 * 1024), LimitsFault::UriTooLong);
        assert_eq!(check(|l| l.connections = 0), LimitsFault::Connections);
        assert_eq!(check(|l| l.connections = usize::MAX), LimitsFault::Connections);
        let fault = check(|l| l.drain_time = Duration::ZERO);
        assert_eq!(fault.to_string(), "the drain time must be longer than zero");
    }
}
