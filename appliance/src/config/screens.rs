//! Screens: who may show the dispenser's page unasked, and how many may look.

use std::fmt;

use serve::live::StreamLimits;

use super::raw::RawScreens;
use super::trusted::{Network, TRUSTED_MAX};
use crate::live::{STREAM_LIMITS, STREAMS_OF_STAFF};

/// What screens are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screens {
    /// Addresses from which the dispenser's page needs no token.
    pub trusted: Vec<Network>,
    /// How many may look.
    pub limits: StreamLimits,
}

/// Why `screens` cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub enum ScreensFault {
    /// An entry of `trusted` that is no address and no network.
    Entry(String),
    /// More entries than can be.
    TooMany(usize),
    /// Fewer streams than the branch's own screens need.
    Streams(usize),
    /// No stream for an address.
    StreamsOfAddress,
}

impl fmt::Display for ScreensFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScreensFault::Entry(entry) => write!(
                f,
                "`screens.trusted` has `{entry}`; write an address (192.0.2.7) or a network \
                 (192.0.2.0/24)"
            ),
            ScreensFault::TooMany(count) => write!(
                f,
                "`screens.trusted` has {count} entries; at most {TRUSTED_MAX} are possible"
            ),
            ScreensFault::Streams(count) => write!(
                f,
                "`screens.streams` is {count}; the branch's own screens need {STREAMS_OF_STAFF}, \
                 and phones come on top"
            ),
            ScreensFault::StreamsOfAddress => {
                write!(f, "`screens.streams_per_address` must be at least 1")
            }
        }
    }
}

impl std::error::Error for ScreensFault {}

/// Checks what was written; unwritten, the box trusts itself.
pub(super) fn check(raw: RawScreens) -> Result<Screens, ScreensFault> {
    let usual = STREAM_LIMITS;
    let limits = StreamLimits {
        all: raw.streams.unwrap_or(usual.all),
        of_address: raw.streams_per_address.unwrap_or(usual.of_address),
    };
    if limits.all < STREAMS_OF_STAFF {
        return Err(ScreensFault::Streams(limits.all));
    }
    if limits.of_address == 0 {
        return Err(ScreensFault::StreamsOfAddress);
    }
    let Some(listed) = raw.trusted else {
        return Ok(Screens { trusted: Network::LOOPBACK.to_vec(), limits });
    };
    if TRUSTED_MAX < listed.len() {
        return Err(ScreensFault::TooMany(listed.len()));
    }
    let read = |entry: String| Network::parse(&entry).ok_or(ScreensFault::Entry(entry));
    Ok(Screens { trusted: listed.into_iter().map(read).collect::<Result<_, _>>()?, limits })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(raw: RawScreens) -> String {
        check(raw).expect_err("is unsound").to_string()
    }

    #[test]
    fn a_box_trusts_its_own_screens_and_no_others() {
        let unwritten = check(RawScreens::default()).expect("is sound");
        let trusts = |address: &str| {
            unwritten.trusted.iter().any(|n| n.contains(address.parse().expect("an address")))
        };
        assert!(trusts("127.0.0.1") && trusts("::1") && !trusts("192.0.2.1"));
        let none = RawScreens { trusted: Some(Vec::new()), ..RawScreens::default() };
        assert!(check(none).expect("is sound").trusted.is_empty());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_remedy() {
        let trusted = |list: Vec<String>| RawScreens { trusted: Some(list), ..Default::default() };
        assert!(fault(trusted(vec!["hall".into()])).contains("192.0.2.0/24"));
        assert!(fault(trusted(vec!["::1".into(); TRUSTED_MAX + 1])).contains("at most 64"));
        let few = RawScreens { streams: Some(STREAMS_OF_STAFF - 1), ..Default::default() };
        assert!(fault(few).contains("`screens.streams`"));
        let none = RawScreens { streams_per_address: Some(0), ..Default::default() };
        assert!(fault(none).contains("at least 1"));
    }
}
