//! Trials of devices: asked for over HTTP, made by the device's own task, which owns its port.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use drivers::link_state::Reason;
use engine::DeviceId;
use tokio::sync::{oneshot, watch};

/// How long a display shows its test. A call ends it at once: customers come first.
pub const PANEL_STANDS: Duration = Duration::from_secs(10);

/// How long a keypad asks for a press.
pub const PRESS_WAITED_FOR: Duration = Duration::from_secs(15);

/// What became of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The display shows it.
    Shown,
    /// This key was pressed, numbered from 1.
    Pressed(u8),
    /// Customers need the device at this moment.
    InUse,
    /// The device was lost meanwhile.
    Lost(Reason),
}

/// Where a device's task says what became of it.
pub(super) type Asked = oneshot::Sender<Outcome>;

/// The trials that are asked for. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Trials(Arc<Slate>);

#[derive(Debug, Default)]
struct Slate {
    /// At most one a device.
    asked: Mutex<BTreeMap<DeviceId, Asked>>,
    changed: watch::Sender<u64>,
}

impl Trials {
    /// Asks for a trial; nothing where one is asked for already. Dropping what is returned takes it
    /// back.
    pub fn ask(&self, id: DeviceId) -> Option<oneshot::Receiver<Outcome>> {
        let mut asked = self.0.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.get(&id).is_some_and(|asked| !asked.is_closed()) {
            return None;
        }
        let (tell, outcome) = oneshot::channel();
        asked.insert(id, tell);
        drop(asked);
        self.0.changed.send_modify(|count| *count += 1);
        Some(outcome)
    }

    /// The trial that is asked of this device, which is its task's from now on.
    pub(super) fn take(&self, id: DeviceId) -> Option<Asked> {
        let mut asked = self.0.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.remove(&id).filter(|asked| !asked.is_closed())
    }

    /// Wakes up whenever a trial is asked for.
    pub(super) fn changed(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_trial_at_a_time_and_none_that_was_taken_back() {
        let trials = Trials::default();
        let changed = trials.changed();
        let first = trials.ask(DeviceId(1)).expect("none is asked for");
        assert!(changed.has_changed().expect("the sender lives"));
        assert!(trials.ask(DeviceId(1)).is_none(), "one is");
        assert!(trials.ask(DeviceId(2)).is_some(), "another device");
        drop(first);
        assert!(trials.take(DeviceId(1)).is_none(), "it was taken back");
        let again = trials.ask(DeviceId(1)).expect("free again");
        let asked = trials.take(DeviceId(1)).expect("it is there");
        asked.send(Outcome::Shown).expect("somebody waits");
        assert_eq!(again.blocking_recv(), Ok(Outcome::Shown));
    }
}
