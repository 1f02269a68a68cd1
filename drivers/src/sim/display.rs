//! The stand-in display: a pseudo-terminal with an LED sign behind it that speaks Alpha.
//!
//! What is real about it: it is deaf until NULs have woken it up, ignores frames whose checksum is
//! wrong, forgets what was never given memory, empties a string that is written too long, goes on
//! showing a priority text over everything else until that is taken back, and says whether it took
//! a frame only after it was asked to.

mod device;
mod sign;

use std::io;
use std::path::PathBuf;

use tokio::sync::watch;

use super::stand::Stand;
use crate::display::alpha::Address;
use device::Device;

pub use sign::Seen;

/// All orders, one a line, for a person who typed something else.
pub const ORDERS: &str =
    "unplug | replug | mute | unmute | garbage N | flow stop | flow go | forget | show | status";

/// What a stand-in display is made of.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The path under which its port is found.
    pub link: PathBuf,
    /// Where what it shows is put as `display.txt`, if anywhere.
    pub folder: Option<PathBuf>,
    /// Its address on the line.
    pub address: Address,
}

impl Setup {
    /// A display at this path that keeps what it shows in memory.
    #[must_use]
    pub fn new(link: impl Into<PathBuf>) -> Self {
        Self { link: link.into(), folder: None, address: Address::of(1) }
    }
}

/// A running stand-in display, obeying [`ORDERS`].
pub type DisplaySim = Stand<watch::Receiver<Seen>>;

impl DisplaySim {
    /// Starts a display. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When the pseudo-terminal, the link or the folder cannot be made.
    pub fn start(setup: Setup) -> io::Result<Self> {
        let (showing, seen) = watch::channel(Seen::default());
        let device = Device::new(setup, showing)?;
        Ok(Self::start_with(seen, |asked| device.run(asked)))
    }
}
