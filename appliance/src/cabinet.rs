//! What belongs to the box rather than to the branch: its folder, its devices, its way to central.

use std::path::PathBuf;

use crate::checks::Post;
use crate::config::{Devices, DisplayPlace};
use crate::outbox::OutboxView;

/// The box, as it is configured.
#[derive(Debug)]
pub struct Cabinet {
    /// The data folder.
    pub folder: PathBuf,
    /// What hangs on its ports.
    pub devices: Devices,
    /// The link to central.
    pub outbox: OutboxView,
}

impl Cabinet {
    /// Where its devices stand.
    pub fn posts(&self) -> Vec<Post> {
        let printers = self.devices.printers.iter().map(|printer| Post::Printer(printer.id));
        let displays = self.devices.displays.iter().map(|display| match display.place {
            DisplayPlace::Counter(counter) => Post::Display(display.id, Some(counter)),
            DisplayPlace::Hall => Post::Display(display.id, None),
        });
        let keypads = self.devices.keypads.iter();
        let keypads = keypads.map(|keypad| Post::Keypad(keypad.id, keypad.counter));
        printers.chain(displays).chain(keypads).collect()
    }
}
