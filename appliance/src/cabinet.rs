//! What belongs to the box rather than to the branch: its folder, its devices, its way to central.

use std::path::PathBuf;
use std::sync::Arc;

use drivers::printer::profile::Profile;
use engine::DeviceId;
use tokio::sync::{Mutex, MutexGuard, watch};

use crate::api::Printer;
use crate::checks::Post;
use crate::config::DisplayPlace;
use crate::fittings::Fittings;
use crate::outbox::OutboxView;

/// The box, as it is set up.
#[derive(Debug)]
pub struct Cabinet {
    /// The data folder.
    pub folder: PathBuf,
    /// The link to central.
    pub outbox: OutboxView,
    fittings: watch::Sender<Arc<Fittings>>,
    changing: Mutex<()>,
}

impl Cabinet {
    /// A box with this data folder, what hangs on its ports, and its link to central.
    pub fn new(folder: PathBuf, fittings: Fittings, outbox: OutboxView) -> Cabinet {
        let fittings = watch::Sender::new(Arc::new(fittings));
        Cabinet { folder, outbox, fittings, changing: Mutex::default() }
    }

    /// What hangs on its ports.
    pub fn fittings(&self) -> Arc<Fittings> {
        Arc::clone(&self.fittings.borrow())
    }

    /// The same, with a wake-up whenever it changes.
    pub fn follow(&self) -> watch::Receiver<Arc<Fittings>> {
        self.fittings.subscribe()
    }

    /// The turn to change them: one at a time.
    pub(crate) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().await
    }

    /// Has these used from now on.
    pub(crate) fn put(&self, fittings: Fittings) {
        self.fittings.send_replace(Arc::new(fittings));
    }

    /// Its printers.
    pub fn printers(&self) -> Vec<Printer> {
        let fittings = self.fittings();
        let printer = |printer: &crate::config::PrinterConfig| Printer {
            id: printer.id,
            name: printer.name.clone(),
        };
        fittings.devices.printers.iter().map(printer).collect()
    }

    /// The model of this printer, else of the first; none where there is no printer.
    pub fn printer_model(&self, id: Option<DeviceId>) -> Option<&'static Profile> {
        let fittings = self.fittings();
        let printers = &fittings.devices.printers;
        let own = printers.iter().find(|printer| Some(printer.id) == id);
        own.or(printers.first()).map(|printer| printer.profile)
    }

    /// Where its devices stand.
    pub fn posts(&self) -> Vec<Post> {
        let fittings = self.fittings();
        let devices = &fittings.devices;
        let printers = devices.printers.iter().map(|printer| Post::Printer(printer.id));
        let displays = devices.displays.iter().map(|display| match display.place {
            DisplayPlace::Counter(counter) => Post::Display(display.id, Some(counter)),
            DisplayPlace::Hall => Post::Display(display.id, None),
        });
        let keypads = devices.keypads.iter();
        let keypads = keypads.map(|keypad| Post::Keypad(keypad.id, keypad.counter));
        printers.chain(displays).chain(keypads).collect()
    }
}
