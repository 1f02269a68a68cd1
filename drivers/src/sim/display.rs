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
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::control::{Asked, ORDERS_WAITING_MAX};
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

/// A running stand-in display. Dropping it pulls its plug.
#[derive(Debug)]
pub struct DisplaySim {
    stand: Stand,
    seen: watch::Receiver<Seen>,
}

impl DisplaySim {
    /// Starts a display. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When the pseudo-terminal, the link or the folder cannot be made.
    pub fn start(setup: Setup) -> io::Result<Self> {
        let (orders, asked) = mpsc::channel(ORDERS_WAITING_MAX);
        let (showing, seen) = watch::channel(Seen::default());
        let device = Device::new(setup, showing)?;
        Ok(Self { stand: Stand::new(orders, tokio::spawn(device.run(asked))), seen })
    }

    /// Gives an order, in the words of [`ORDERS`]; the answer begins with `ok` or with `error`.
    pub async fn tell(&self, order: &str) -> String {
        self.stand.tell(order).await
    }

    /// What a person sees and hears of it, and what has come over its line.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    /// The same, as it changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Seen> {
        self.seen.clone()
    }

    /// What is seen as soon as it fits, or after `within`.
    pub async fn seen_when(&self, within: Duration, fits: impl FnMut(&Seen) -> bool) -> Seen {
        let mut seen = self.seen.clone();
        let _ = timeout(within, seen.wait_for(fits)).await;
        self.seen()
    }

    /// Where orders go, for whoever reads them from elsewhere.
    #[must_use]
    pub fn orders(&self) -> mpsc::Sender<Asked> {
        self.stand.orders()
    }

    /// Takes orders at a Unix socket too, until the display stops.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub fn listen(&mut self, socket: impl Into<PathBuf>) -> io::Result<()> {
        self.stand.listen(socket.into())
    }

    /// Stops it; its link and its sockets are gone then.
    pub async fn stop(self) {
        self.stand.stop().await;
    }
}
