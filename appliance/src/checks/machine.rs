//! Troubles of the box: its clock, its disk, its database, its devices and its way to central.

use std::path::Path;

use engine::Moment;

use super::{Findings, Premises, Severity};
use crate::devices::DeviceReport;
use crate::local_time::Zone;
use crate::outbox::Standing;
use crate::store::FILE_NAME;

/// With less than this share of the disk free, in percent, somebody should look.
pub const DISK_FREE_MIN_PERCENT: u64 = 10;

/// With more bytes free than that there is no haste, however large the disk is: a busy year of a
/// branch takes less.
pub const DISK_FREE_ENOUGH_BYTES: u64 = 8 << 30;

/// With fewer bytes free than this the branch may stop within days.
pub const DISK_FREE_MIN_BYTES: u64 = 256 << 20;

/// A database beyond this takes long to check and to back up.
const DATABASE_BYTES_MAX: u64 = 4 << 30;

/// A write-ahead log beyond this says that it is not being folded into the database.
const LOG_BYTES_MAX: u64 = 64 << 20;

/// The room on the disk of the data folder, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// What the daemon may still use.
    pub free: u64,
    /// All there is.
    pub total: u64,
}

impl Space {
    /// Of the disk that this folder is on; nothing where it cannot be told.
    pub fn at(folder: &Path) -> Option<Space> {
        let stat = nix::sys::statvfs::statvfs(folder).ok()?;
        let size = stat.fragment_size();
        Some(Space { free: stat.blocks_available() * size, total: stat.blocks() * size })
    }

    fn is_short(self) -> bool {
        self.free < DISK_FREE_ENOUGH_BYTES
            && self.free.saturating_mul(100) < self.total.saturating_mul(DISK_FREE_MIN_PERCENT)
    }
}

/// What was looked up about the box.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The branch's zone, for times in sentences.
    pub zone: Zone,
    /// Whether the clock may end a business day.
    pub clock_trusted: bool,
    /// Whether the last write failed.
    pub failing: bool,
    /// Whether a check has found a damaged page.
    pub damaged: bool,
    /// When the whole database was last checked, in milliseconds since the Unix epoch.
    pub checked_ms: Option<i64>,
    /// The room on the disk.
    pub space: Option<Space>,
    /// Bytes of the database.
    pub database_bytes: u64,
    /// Bytes of its write-ahead log.
    pub log_bytes: u64,
}

impl Machine {
    /// The files' sizes in the data folder: the database's, and its log's.
    pub fn sizes(folder: &Path) -> (u64, u64) {
        let size = |name: &str| std::fs::metadata(folder.join(name)).map_or(0, |file| file.len());
        (size(FILE_NAME), size(&format!("{FILE_NAME}-wal")))
    }

    fn time(&self, wall_ms: i64) -> String {
        self.zone.text(Moment { wall_ms, steady_ms: 0 })
    }
}

pub(super) fn look(premises: &Premises<'_>, findings: &mut Findings) {
    look_at_box(premises.machine, findings);
    sync(premises, findings);
    for report in premises.reports {
        device(report, findings);
    }
    count_slips(premises, findings);
}

/// Its clock, its disk and its database.
pub(super) fn look_at_box(machine: &Machine, findings: &mut Findings) {
    if !machine.clock_trusted {
        let message = "The clock is behind what is already written, or was never set.";
        let remedy = "Set the clock, or connect the box to a time server; no business day ends \
                      until then.";
        findings.error("clock_untrusted", "clock", message, remedy);
    }
    disk(machine, findings);
    database(machine, findings);
}

/// Slips of which nobody knows that they came out.
pub(super) fn count_slips(premises: &Premises<'_>, findings: &mut Findings) {
    for (id, lost) in premises.slips_lost.iter().filter(|(_, lost)| *lost != 0) {
        let message = format!("{lost} slips of the last two days may be missing.");
        let remedy = "Ask at the dispenser whether customers stand without a slip.";
        findings.warning("slips_missing", format!("devices/{id}"), message, remedy);
    }
}

fn disk(machine: &Machine, findings: &mut Findings) {
    if machine.failing {
        let message = "The disk takes no writes.";
        let remedy = "Look whether it is full or broken; nothing is accepted until then.";
        findings.error("disk_failing", "disk", message, remedy);
    }
    let Some(space) = machine.space else { return };
    let message =
        || format!("{} MiB of {} MiB are free on the disk.", space.free >> 20, space.total >> 20);
    let remedy = "Remove what does not belong there, or put in a larger disk.";
    if space.free < DISK_FREE_MIN_BYTES {
        findings.error("disk_full", "disk", message(), remedy);
    } else if space.is_short() {
        findings.warning("disk_nearly_full", "disk", message(), remedy);
    }
}

fn database(machine: &Machine, findings: &mut Findings) {
    let checked = match machine.checked_ms {
        Some(at) => format!("It was last checked whole at {}.", machine.time(at)),
        None => "It is being checked for the first time since the start.".to_owned(),
    };
    if machine.damaged {
        let message = format!("The database has a damaged page. {checked}");
        let remedy = "Restore a backup tonight.";
        findings.error("database_damaged", "database", message, remedy);
    }
    if DATABASE_BYTES_MAX < machine.database_bytes {
        let mebibytes = machine.database_bytes >> 20;
        let message = format!("The database has {mebibytes} MiB. {checked}");
        let remedy = "Backups and checks take long; have old business days removed.";
        findings.warning("database_large", "database", message, remedy);
    }
    if LOG_BYTES_MAX < machine.log_bytes {
        let mebibytes = machine.log_bytes >> 20;
        let message = format!("The database's log has {mebibytes} MiB and does not shrink.");
        let remedy = "Look whether another program holds the database open; a restart folds it in.";
        findings.warning("database_log_large", "database", message, remedy);
    }
}

fn sync(premises: &Premises<'_>, findings: &mut Findings) {
    let report = premises.sync;
    let since = premises.machine.time(report.since_ms);
    let broker = report.broker.as_deref().unwrap_or("");
    match report.standing {
        Standing::Off | Standing::InStep | Standing::CatchingUp => {}
        Standing::Cut => {
            let why = report.trouble.as_deref().unwrap_or("no word yet");
            let message =
                format!("There is no connection to the broker {broker} since {since}: {why}.");
            let remedy = "Check the network and the broker; the branch works on, and central gets \
                          everything when it is back.";
            findings.warning("broker_away", "sync", message, remedy);
        }
        Standing::Unanswered => {
            let message = format!(
                "Central does not answer since {since}, although the broker {broker} does."
            );
            let remedy = "Look after the central server; the branch works on, and central gets \
                          everything when it is back.";
            findings.warning("central_away", "sync", message, remedy);
        }
    }
}

fn device(report: &DeviceReport, findings: &mut Findings) {
    let subject = format!("devices/{}", report.id);
    let is_away = matches!(report.state, drivers::link_state::LinkState::Offline { .. });
    let severity = if is_away { Severity::Error } else { Severity::Warning };
    for reason in report.state.reasons().iter() {
        let message = format!("{} ({}): {}.", report.name, report.port, reason.word());
        let remedy = reason.sentence().to_owned();
        findings.add(severity, "device_trouble", subject.clone(), message, remedy);
    }
    if report.presses_lost != 0 {
        let message = format!(
            "{}: {} presses since the start can no longer be told.",
            report.name, report.presses_lost
        );
        let remedy = "Look whether the keypad is cut off for long.";
        findings.warning("presses_lost", subject, message, remedy);
    }
}
