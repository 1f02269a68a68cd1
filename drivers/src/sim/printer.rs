//! The stand-in printer: a pseudo-terminal that prints, complains and fails like a real one.
//!
//! What is real about it: bytes are received into a small buffer and worked off in order, at a
//! pace; real-time questions (`DLE EOT`) are answered on arrival, ahead of the buffer and even
//! within an image; everything else is answered when its turn comes, so not while the paper is out.
//! A full buffer stops the host by flow control. Text that was printed before its host died stays
//! on the roll and comes out above the next slip, parted by [`TORN`](crate::printer::paper::TORN).

mod device;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::stand::Stand;
use super::tray::Tray;
use crate::printer::profile::Profile;
use crate::printer::typeset::Typesetter;
use device::Device;

pub use super::tray::Fallen;

/// What a stand-in printer is made of.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The path under which its port is found.
    pub link: PathBuf,
    /// Where slips are put as `slip-0001.txt` and `slip-0001.png`, if anywhere.
    pub folder: Option<PathBuf>,
    /// Bits a second at which it works bytes off; `None` is as fast as it can.
    pub baud: Option<u32>,
    /// The model that it plays.
    pub profile: Profile,
}

impl Setup {
    /// A fast Epson at this path, that keeps its slips in memory.
    #[must_use]
    pub fn new(link: impl Into<PathBuf>) -> Self {
        let profile = *Profile::named("epson").expect("a profile of that name exists");
        Self { link: link.into(), folder: None, baud: None, profile }
    }
}

/// A slip that has been cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedSlip {
    /// Its number in the folder, from 1.
    pub number: u64,
    /// What a person reads on it; see [`crate::printer::paper`] for the form.
    pub text: String,
    /// What its QR codes say, from top to bottom.
    pub qr_codes: Vec<String>,
}

/// A running stand-in printer, obeying [`super::order::ORDERS`].
pub type PrinterSim = Stand<Fallen>;

impl PrinterSim {
    /// Starts a printer. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When the pseudo-terminal, the link or the folder cannot be made.
    pub fn start(setup: Setup) -> io::Result<Self> {
        let fallen = Fallen::new();
        let tray = Tray::new(setup.folder.clone(), Typesetter::shared(), fallen.clone())?;
        let device = Device::new(setup, tray)?;
        Ok(Self::start_with(fallen, |asked| device.run(asked)))
    }

    /// The slips from now on, one after another.
    #[must_use]
    pub fn watch_slips(&self) -> Slips {
        let count = self.seen.count();
        let given = *count.borrow();
        Slips { count, given, fallen: self.seen.clone() }
    }

    /// The slips so far, oldest first.
    #[must_use]
    pub fn slips(&self) -> Vec<PrintedSlip> {
        self.seen.slips()
    }

    /// The slips as soon as there are `count` of them, or those that there are after `within`.
    pub async fn slips_when(&self, count: u64, within: Duration) -> Vec<PrintedSlip> {
        let mut fallen = self.seen.count();
        let _ = timeout(within, fallen.wait_for(|fallen| *fallen >= count)).await;
        self.slips()
    }
}

/// The slips of a printer, one after another.
#[derive(Debug)]
pub struct Slips {
    fallen: Fallen,
    count: watch::Receiver<u64>,
    given: u64,
}

impl Slips {
    /// The next slip, when it falls. Dropping the future loses none.
    pub async fn next(&mut self) -> Option<PrintedSlip> {
        let given = self.given;
        let fallen = *self.count.wait_for(|count| *count > given).await.ok()?;
        let slips = self.fallen.slips();
        // Those that waited longer than the tray keeps slips are skipped.
        let behind = usize::try_from(fallen - given).ok()?.min(slips.len());
        self.given = fallen - behind as u64 + 1;
        slips.into_iter().rev().nth(behind - 1)
    }
}
