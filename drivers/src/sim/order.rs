//! What stand-ins can be told to do, as lines of text.

use std::fmt;
use std::str::FromStr;

/// Most bytes of noise in one order.
pub const GARBAGE_BYTES_MAX: usize = 65_536;

/// What can be done to the plug of any stand-in: `unplug | replug | mute | unmute | garbage N |
/// flow stop | flow go`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlugOrder {
    /// The cable is pulled.
    Unplug,
    /// The cable is plugged in again: a new terminal under the same path.
    Replug,
    /// Answers nothing (or answers again); obeys all the same.
    Mute(bool),
    /// So many bytes of noise to the host.
    Garbage(usize),
    /// Flow control holds the host's bytes back (or no longer).
    FlowStop(bool),
}

impl PlugOrder {
    /// The order that these words are, if they are one.
    pub(super) fn of(words: &[&str]) -> Option<Self> {
        Some(match words {
            ["unplug"] => Self::Unplug,
            ["replug"] => Self::Replug,
            ["mute"] => Self::Mute(true),
            ["unmute"] => Self::Mute(false),
            ["garbage", count] => {
                Self::Garbage(count.parse().ok().filter(|count| *count <= GARBAGE_BYTES_MAX)?)
            }
            ["flow", "stop"] => Self::FlowStop(true),
            ["flow", "go"] => Self::FlowStop(false),
            _ => return None,
        })
    }
}

/// All orders of a printer, one a line, for a person who typed something else.
pub const ORDERS: &str = "paper out | paper out after N bytes | paper low | paper in | \
     cover open | cover close | cutter jam | cutter free | unplug | replug | mute | unmute | \
     garbage N | slow BYTES_PER_S | fast | flow stop | flow go | status";

/// One order to a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The paper.
    Paper(Roll),
    /// The paper ends when so many more bytes have been worked off.
    PaperOutAfter(usize),
    /// The cover is opened (or closed).
    CoverOpen(bool),
    /// The cutter jams (or is freed).
    CutterJam(bool),
    /// Something is done to its plug.
    Plug(PlugOrder),
    /// Works off so many bytes a second; `None` is as fast as it can.
    Pace(Option<u32>),
    /// Says how it is.
    Status,
}

/// How much paper there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Roll {
    /// Enough.
    In,
    /// Running low.
    Low,
    /// None.
    Out,
}

/// The line is no order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownOrder;

impl fmt::Display for UnknownOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not an order; orders are: {ORDERS}")
    }
}

impl std::error::Error for UnknownOrder {}

impl FromStr for Order {
    type Err = UnknownOrder;

    fn from_str(line: &str) -> Result<Self, UnknownOrder> {
        let number = |text: &str| text.parse::<usize>().map_err(|_| UnknownOrder);
        let words: Vec<&str> = line.split_whitespace().collect();
        Ok(match words.as_slice() {
            ["paper", "out"] => Self::Paper(Roll::Out),
            ["paper", "low"] => Self::Paper(Roll::Low),
            ["paper", "in"] => Self::Paper(Roll::In),
            ["paper", "out", "after", count, "bytes"] => Self::PaperOutAfter(number(count)?),
            ["cover", "open"] => Self::CoverOpen(true),
            ["cover", "close"] => Self::CoverOpen(false),
            ["cutter", "jam"] => Self::CutterJam(true),
            ["cutter", "free"] => Self::CutterJam(false),
            ["slow", rate] => {
                let rate: u32 = rate.parse().map_err(|_| UnknownOrder)?;
                Self::Pace((rate > 0).then_some(rate).map(Some).ok_or(UnknownOrder)?)
            }
            ["fast"] => Self::Pace(None),
            ["status"] => Self::Status,
            words => Self::Plug(PlugOrder::of(words).ok_or(UnknownOrder)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_of_the_list_is_understood() {
        for order in ORDERS.split('|') {
            let order = order.replace("BYTES_PER_S", "200").replace('N', "17");
            assert!(order.parse::<Order>().is_ok(), "{order}");
        }
        assert_eq!("paper out after 40 bytes".parse(), Ok(Order::PaperOutAfter(40)));
        assert_eq!("slow 200".parse(), Ok(Order::Pace(Some(200))));
    }

    #[test]
    fn what_is_no_order_is_refused_with_the_list() {
        let over = format!("garbage {}", GARBAGE_BYTES_MAX + 1);
        for line in ["", "paper", "paper up", "slow", "slow 0", "slow -1", "garbage x", &over] {
            assert_eq!(line.parse::<Order>(), Err(UnknownOrder), "{line}");
        }
        assert!(UnknownOrder.to_string().contains("paper out after N bytes"));
    }
}
