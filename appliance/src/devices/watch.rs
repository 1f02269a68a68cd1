//! What every device is doing, for `/health`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use drivers::link_state::{LinkState, Reason, Reasons};
use engine::DeviceId;

use super::diary::Diary;
use super::trials::Trials;

/// How a device stands.
#[derive(Clone, Debug)]
pub struct DeviceReport {
    /// Its number.
    pub id: DeviceId,
    /// `printer`, `display` or `keypad`.
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
    /// Presses of a keypad since the start that happened and can no longer be told.
    pub presses_lost: u64,
}

impl DeviceReport {
    /// A device of which nothing is known yet.
    pub(crate) fn new(
        id: DeviceId,
        kind: &'static str,
        name: &str,
        port: &std::path::Path,
        now_ms: i64,
    ) -> DeviceReport {
        DeviceReport {
            id,
            kind,
            name: name.to_owned(),
            port: port.display().to_string(),
            model: None,
            state: LinkState::Opening,
            since_ms: now_ms,
            last_good_ms: None,
            presses_lost: 0,
        }
    }
}

/// The board on which the devices' tasks write, and from which health is read. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Board {
    reports: Arc<Mutex<Vec<DeviceReport>>>,
    diary: Diary,
    trials: Trials,
}

impl Board {
    /// All devices, by number.
    pub fn reports(&self) -> Vec<DeviceReport> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the devices did lately.
    pub fn diary(&self) -> &Diary {
        &self.diary
    }

    /// The trials that are asked for.
    pub fn trials(&self) -> &Trials {
        &self.trials
    }

    /// Takes devices off that are not of these.
    pub(super) fn keep_only(&self, ids: &[DeviceId]) {
        let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        reports.retain(|report| ids.contains(&report.id));
    }

    /// Puts a device on the board. One whose task begins again keeps what it has lost.
    pub(super) fn add(&self, mut report: DeviceReport) {
        let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        let known = reports.iter().find(|known| known.id == report.id);
        report.presses_lost = known.map_or(0, |known| known.presses_lost);
        reports.retain(|known| known.id != report.id);
        reports.push(report);
        reports.sort_by_key(|report| report.id);
    }

    /// Takes note that a device answers, with what it complains about.
    pub(super) fn answers(&self, id: DeviceId, reasons: Reasons, now_ms: i64) {
        let state = LinkState::answering(reasons);
        let words: Vec<&str> = reasons.iter().map(|reason| reason.word()).collect();
        let text = format!("{} {}", state.word(), words.join(" ")).trim_end().to_owned();
        self.diary.note_state(id, now_ms, text);
        self.change(id, |report| {
            if report.state != state {
                tracing::info!(device = id.0, kind = report.kind, state = state.word(), "device");
                report.state = state;
                report.since_ms = now_ms;
            }
        });
    }

    /// Takes note that a device is lost. One that stays lost keeps the instant at which it went.
    pub(super) fn lost(&self, id: DeviceId, reason: Reason, now_ms: i64) {
        self.diary.note_state(id, now_ms, format!("offline {}", reason.word()));
        self.change(id, |report| {
            let since = match report.state {
                LinkState::Offline { since, .. } => since,
                LinkState::Disabled
                | LinkState::Opening
                | LinkState::Probing
                | LinkState::Online
                | LinkState::Degraded(_) => {
                    tracing::warn!(
                        device = id.0,
                        kind = report.kind,
                        reason = reason.word(),
                        "device lost"
                    );
                    report.since_ms = now_ms;
                    Duration::from_millis(u64::try_from(now_ms).unwrap_or(0))
                }
            };
            report.state = LinkState::Offline { reason, since };
        });
    }

    /// Takes note that a device did what it is for.
    pub(super) fn did_well(&self, id: DeviceId, now_ms: i64) {
        self.change(id, |report| report.last_good_ms = Some(now_ms));
    }

    /// Takes note of presses that happened and can no longer be told.
    pub(super) fn lost_presses(&self, id: DeviceId, count: u64) {
        if count == 0 {
            return;
        }
        tracing::warn!(device = id.0, count, "presses of a keypad are lost");
        self.change(id, |report| report.presses_lost += count);
    }

    /// Changes what the board says of a device.
    pub(super) fn change(&self, id: DeviceId, change: impl FnOnce(&mut DeviceReport)) {
        let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(report) = reports.iter_mut().find(|report| report.id == id) {
            change(report);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_whose_task_begins_again_keeps_what_it_has_lost() {
        let board = Board::default();
        let report = |now_ms| {
            let port = std::path::Path::new("/dev/ttyS0");
            DeviceReport::new(DeviceId(1), "keypad", "Keypad 1", port, now_ms)
        };
        board.add(report(1));
        board.lost_presses(DeviceId(1), 2);
        board.answers(DeviceId(1), Reason::Tampered.into(), 2);
        board.add(report(3));
        board.lost_presses(DeviceId(1), 1);
        let reports = board.reports();
        let told = (reports.len(), reports[0].presses_lost, reports[0].state);
        assert_eq!(told, (1, 3, LinkState::Opening));
    }
}
