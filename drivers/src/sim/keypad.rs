//! The stand-in keypad: a pseudo-terminal with a KP1 feedback keypad behind it.
//!
//! What is real about it: it answers whole and sound frames to its own unit alone, obeys what it is
//! told even when its answer is lost, keeps six events and overwrites the oldest, forgets them and
//! what stands on it when it starts anew, and lets a question go away by itself.

mod device;
mod registers;

use std::io;
use std::path::PathBuf;

use tokio::sync::watch;

use super::stand::Stand;
use crate::keypad::kp1::MAGIC;
use crate::modbus::request::Unit;
use device::Device;

/// All orders, one a line, for a person who typed something else.
pub const ORDERS: &str = "press K | long K | case open | case close | key stick | key free | \
     reboot | sequence N | late N ms | unplug | replug | mute | unmute | garbage N | \
     flow stop | flow go | show | status";

/// What a stand-in keypad is made of.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The path under which its port is found.
    pub link: PathBuf,
    /// Where what stands on it is put as `keypad.txt`, if anywhere.
    pub folder: Option<PathBuf>,
    /// Its address on the line.
    pub unit: Unit,
    /// Its number of keys.
    pub keys: u8,
    /// What it says first; anything but [`MAGIC`] plays another device.
    pub magic: u16,
}

impl Setup {
    /// A keypad of five keys at this path, unit 1.
    #[must_use]
    pub fn new(link: impl Into<PathBuf>) -> Self {
        let unit = Unit::new(1).expect("1 is a unit");
        Self { link: link.into(), folder: None, unit, keys: 5, magic: MAGIC }
    }
}

/// What stands on a keypad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// Nothing.
    #[default]
    Nothing,
    /// A question with this token.
    Question(u16),
    /// Thanks.
    Thanks,
}

/// What a person sees of a keypad, and what has come over its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// What stands on it.
    pub standing: Standing,
    /// The last ack that it was given since it started.
    pub acked: u16,
    /// The newest event since it started.
    pub newest: u16,
    /// Requests that it obeyed.
    pub requests: u64,
    /// Frames that were damaged, or for another unit.
    pub ignored: u64,
}

/// A running stand-in keypad, obeying [`ORDERS`].
pub type KeypadSim = Stand<watch::Receiver<Seen>>;

impl KeypadSim {
    /// Starts a keypad. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When the pseudo-terminal, the link or the folder cannot be made.
    pub fn start(setup: Setup) -> io::Result<Self> {
        let (showing, seen) = watch::channel(Seen::default());
        let device = Device::new(setup, showing)?;
        Ok(Self::start_with(seen, |asked| device.run(asked)))
    }
}
