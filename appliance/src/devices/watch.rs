//! What every device is doing, for `/health`.

use std::sync::{Arc, Mutex, PoisonError};

use drivers::link_state::LinkState;
use engine::DeviceId;

/// How a device stands.
#[derive(Clone, Debug)]
pub struct DeviceReport {
    /// Its number.
    pub id: DeviceId,
    /// `printer`.
    pub kind: &'static str,
    /// What people call it.
    pub name: String,
    /// Its port.
    pub port: String,
    /// The model that it has told, if any.
    pub model: Option<String>,
    /// How it stands.
    pub state: LinkState,
    /// Since when, in milliseconds since the Unix epoch.
    pub since_ms: i64,
    /// When it last did what it is for.
    pub last_good_ms: Option<i64>,
}

/// The board on which the devices' tasks write, and from which health is read. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Board(Arc<Mutex<Vec<DeviceReport>>>);

impl Board {
    /// All devices, by number.
    pub fn reports(&self) -> Vec<DeviceReport> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a device on the board.
    pub(super) fn add(&self, report: DeviceReport) {
        let mut reports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reports.retain(|known| known.id != report.id);
        reports.push(report);
        reports.sort_by_key(|report| report.id);
    }

    /// Changes what the board says of a device.
    pub(super) fn change(&self, id: DeviceId, change: impl FnOnce(&mut DeviceReport)) {
        let mut reports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(report) = reports.iter_mut().find(|report| report.id == id) {
            change(report);
        }
    }
}
