//! `anteroom doctor`: all that is amiss, seen from inside by the daemon and from outside without it.

use std::fs;
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use clap::Args;
use engine::Moment;
use serde::Serialize;
use serde_json::Value;
use serve::clock::{Clock, SystemClock};
use serve::folder::{FolderLock, LOCK_FILE, LockFault};

use super::branch::text;
use super::paper::Ink;
use super::trouble::Trouble;
use super::{Session, Verdict};
use crate::checks::{DISK_FREE_ENOUGH_BYTES, DISK_FREE_MIN_BYTES, DISK_FREE_MIN_PERCENT, Space};
use crate::config::{Arguments, Config};
use crate::fittings::{Fittings, InUse};
use crate::local_time::Zone;
use crate::socket::SOCKET_FILE;
use crate::store::{Contents, FILE_NAME, StoreError, StoredFittings, examine, replacement};

/// Milliseconds by which a clock may be behind the last entry: computers' clocks are set by jumps.
const CLOCK_BEHIND_MAX_MS: i64 = 2_000;

/// Where the kernel tells about memory.
const MEMORY_FILE: &str = "/proc/meminfo";

/// With less memory than that the kernel soon ends programs: half of what the daemon takes at most.
const MEMORY_FREE_MIN_KIB: u64 = 64 << 10;

/// Where a box keeps its configuration, where it is not named.
const CONFIGURATIONS: [&str; 2] = ["/data/config/anteroomd.toml", "/etc/anteroom/anteroomd.toml"];

/// `anteroom doctor`.
#[derive(Debug, Args)]
#[command(after_help = "Works with the daemon stopped, too: then it checks every page of the \
database, the clock, the disk, the address and the ports. Exit status 1 where it finds anything \
but notes.

Examples:
  anteroom doctor
  anteroom doctor --config /etc/anteroom/anteroomd.toml
  anteroom --json doctor | jq -r '.findings[] | \"\\(.severity) \\(.code): \\(.remedy)\"'")]
pub(super) struct Asked {
    /// The daemon's configuration, of which the address and the devices' ports are looked at while
    /// it is stopped. Where it names no devices, those in the database are looked at.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Something that is amiss.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) code: String,
    /// `error`, `warning` or `note`.
    pub(super) severity: String,
    pub(super) subject: String,
    /// The evidence, in a sentence.
    pub(super) message: String,
    pub(super) remedy: String,
}

impl Finding {
    fn new(severity: &str, code: &str, subject: &str, message: String, remedy: &str) -> Finding {
        let [severity, code, subject, remedy] =
            [severity, code, subject, remedy].map(str::to_owned);
        Finding { code, severity, subject, message, remedy }
    }

    fn error(code: &str, subject: &str, message: impl Into<String>, remedy: &str) -> Finding {
        Finding::new("error", code, subject, message.into(), remedy)
    }

    fn warning(code: &str, subject: &str, message: impl Into<String>, remedy: &str) -> Finding {
        Finding::new("warning", code, subject, message.into(), remedy)
    }

    fn note(code: &str, subject: &str, message: impl Into<String>, remedy: &str) -> Finding {
        Finding::new("note", code, subject, message.into(), remedy)
    }
}

/// What the doctor has to say.
#[derive(Debug, Serialize)]
pub(super) struct Opinion {
    /// Whether the daemon was there to be asked.
    pub(super) running: bool,
    /// What was looked at.
    pub(super) looked_at: Vec<&'static str>,
    /// What is amiss, the worst first.
    pub(super) findings: Vec<Finding>,
}

pub(super) async fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
    let opinion = look(session, asked.config.as_deref()).await?;
    let is_well = opinion.findings.iter().all(|finding| finding.severity == "note");
    let verdict = if is_well { Verdict::Well } else { Verdict::Wrong };
    if session.paper.is_json() {
        session.paper.document(&opinion)?;
        return Ok(verdict);
    }
    for finding in &opinion.findings {
        let ink = match finding.severity.as_str() {
            "error" => Ink::Bad,
            "warning" => Ink::Warn,
            _ => Ink::Faint,
        };
        let paper = &mut session.paper;
        let severity = paper.ink(ink, &finding.severity);
        let code = paper.ink(Ink::Faint, format!("({}, {})", finding.code, finding.subject));
        paper.line(format!("{severity}: {} {code}", finding.message))?;
        paper.line(format!("  -> {}", finding.remedy))?;
    }
    let looked = format!("Looked at {}.", opinion.looked_at.join(", "));
    session.paper.line(session.paper.ink(Ink::Faint, looked))?;
    let said = match opinion.findings.len() {
        0 => session.paper.ink(Ink::Good, "Nothing is amiss."),
        1 => "1 finding.".to_owned(),
        count => format!("{count} findings."),
    };
    session.paper.line(said)?;
    Ok(verdict)
}

/// Everything that can be seen from here.
pub(super) async fn look(
    session: &Session,
    configuration: Option<&Path>,
) -> Result<Opinion, Trouble> {
    let folder = &session.folder;
    if let Err(fault) = fs::read_dir(folder)
        && fault.kind() == io::ErrorKind::NotFound
    {
        let message = format!("there is no folder {}", folder.display());
        return Err(Trouble::new("no_folder", message).remedy("Name the daemon's with --data."));
    }
    let mut opinion = Opinion { running: false, looked_at: vec!["daemon"], findings: Vec::new() };
    match session.daemon.get("/v1/checks").await {
        Ok(checks) => {
            opinion.running = true;
            opinion.looked_at.extend(["settings", "devices", "database", "clock", "link"]);
            opinion.findings = checks.as_array().into_iter().flatten().map(told).collect();
            ports_of_daemon(session, &mut opinion).await;
        }
        Err(trouble) if trouble.code == "not_allowed" => return Err(trouble),
        Err(trouble) => {
            opinion.findings.push(absence(folder, &trouble));
            let contents = database(folder, &mut opinion);
            let stored = contents.and_then(|contents| contents.devices);
            configured(configuration, stored.as_ref(), &mut opinion);
        }
    }
    disk(folder, &mut opinion);
    memory(&fs::read_to_string(MEMORY_FILE).unwrap_or_default(), &mut opinion);
    let rank = |severity: &str| match severity {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    };
    opinion.findings.sort_by_key(|finding| rank(&finding.severity));
    Ok(opinion)
}

fn told(check: &Value) -> Finding {
    let [code, severity, subject, message, remedy] =
        ["code", "severity", "subject", "message", "remedy"].map(|part| text(check, part));
    Finding { code, severity, subject, message, remedy }
}

/// Why the daemon does not answer.
fn absence(folder: &Path, trouble: &Trouble) -> Finding {
    let path = folder.display();
    let is_held =
        folder.join(LOCK_FILE).exists() && matches!(FolderLock::take(folder), Err(LockFault::Held));
    let socket = fs::symlink_metadata(folder.join(SOCKET_FILE));
    let is_socket = socket.as_ref().is_ok_and(|file| file.file_type().is_socket());
    let start =
        "Start it: `systemctl start anteroomd`; if it ends again, `anteroom logs` says why.";
    if is_held && socket.is_err() {
        let message = format!("A daemon works in {path}, but its socket {SOCKET_FILE} is gone.");
        let remedy = "It may still be starting. Otherwise restart it: it makes the socket anew.";
        return Finding::error("socket_missing", "daemon", message, remedy);
    }
    if is_held {
        let message = format!("A daemon works in {path} and does not answer: {}.", trouble.message);
        let remedy = "See `anteroom logs`; restart it if it stays so.";
        return Finding::error("daemon_silent", "daemon", message, remedy);
    }
    let left = if is_socket { "; a crash has left its socket" } else { "" };
    let message = format!("No daemon is running in {path}{left}.");
    Finding::error("daemon_not_running", "daemon", message, start)
}

/// The database of a daemon that is stopped: every page, and whether the clock is behind it.
fn database(folder: &Path, opinion: &mut Opinion) -> Option<Contents> {
    opinion.looked_at.extend(["database", "clock"]);
    if replacement::is_under_way(folder) {
        let message = "A restore was cut off while it put the backup in the branch's place.";
        let remedy = "Start the daemon, or restore again: both see it through first.";
        opinion.findings.push(Finding::warning("restore_cut_off", "database", message, remedy));
        return None;
    }
    if !folder.join(FILE_NAME).exists() {
        let message = format!("There is no database {FILE_NAME} in {} yet.", folder.display());
        let remedy = "The first start makes it; name another folder with --data if there was one.";
        opinion.findings.push(Finding::note("no_database", "database", message, remedy));
        return None;
    }
    match examine(folder) {
        Ok(contents) => {
            clock(contents.last_at, opinion);
            return Some(contents);
        }
        Err(StoreError::InUse { .. }) => {
            let message = "The database was not checked: a daemon is using it.";
            let remedy = "Ask again when the daemon answers, or is stopped.";
            opinion.findings.push(Finding::note("database_in_use", "database", message, remedy));
        }
        Err(fault @ (StoreError::Damaged { .. } | StoreError::Row { .. })) => {
            let remedy = "Leave the file as it is and put a backup in its place: `anteroom restore \
                          FILE --force` keeps the damaged one aside.";
            let message = format!("{}.", sentence(&fault));
            opinion.findings.push(Finding::error("database_damaged", "database", message, remedy));
        }
        Err(fault) => {
            let remedy = "Look as root or as the daemon's user, at its rights and at the disk.";
            let message = format!("The database could not be checked: {}.", sentence(&fault));
            opinion.findings.push(Finding::error(
                "database_unchecked",
                "database",
                message,
                remedy,
            ));
        }
    }
    None
}

fn sentence(fault: &StoreError) -> String {
    match std::error::Error::source(fault) {
        Some(cause) => format!("{fault}: {cause}"),
        None => fault.to_string(),
    }
}

/// Whether the clock is behind what has been written.
fn clock(last_at: Option<Moment>, opinion: &mut Opinion) {
    let now = SystemClock::new().now().wall_ms;
    let Some(last) = last_at.filter(|last| now + CLOCK_BEHIND_MAX_MS < last.wall_ms) else {
        return;
    };
    let zone = Zone::named("UTC").expect("UTC is always there");
    let at = |wall_ms| zone.text(Moment { wall_ms, steady_ms: 0 });
    let message = format!(
        "The clock went back: it says {} UTC, and the last entry was written at {} UTC.",
        at(now),
        at(last.wall_ms)
    );
    let remedy = "Set the clock, or connect the box to a time server, before the daemon starts.";
    opinion.findings.push(Finding::error("clock_went_back", "clock", message, remedy));
}

/// The disk of the data folder. The daemon looks at it too, and is not asked twice.
fn disk(folder: &Path, opinion: &mut Opinion) {
    opinion.looked_at.push("disk");
    let is_told = |finding: &Finding| finding.subject == "disk" && finding.code != "disk_failing";
    let Some(space) = Space::at(folder).filter(|_| !opinion.findings.iter().any(is_told)) else {
        return;
    };
    let mebibytes = |bytes: u64| bytes >> 20;
    let message = format!(
        "{} MiB of {} MiB are free on the disk.",
        mebibytes(space.free),
        mebibytes(space.total)
    );
    let remedy = "Remove what does not belong there, or put in a larger disk.";
    let short = space.free.saturating_mul(100) < space.total.saturating_mul(DISK_FREE_MIN_PERCENT);
    if space.free < DISK_FREE_MIN_BYTES {
        opinion.findings.push(Finding::error("disk_full", "disk", message, remedy));
    } else if space.free < DISK_FREE_ENOUGH_BYTES && short {
        opinion.findings.push(Finding::warning("disk_nearly_full", "disk", message, remedy));
    }
}

/// The memory of the box, as the kernel tells it.
fn memory(told: &str, opinion: &mut Opinion) {
    let number = |name: &str| {
        let line = told.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().find_map(|word| word.parse::<u64>().ok())
    };
    let (Some(free), Some(total)) = (number("MemAvailable:"), number("MemTotal:")) else { return };
    opinion.looked_at.push("memory");
    if free < MEMORY_FREE_MIN_KIB {
        let message = format!("{} MiB of {} MiB of memory are free.", free >> 10, total >> 10);
        let remedy = "See which program takes it (`ps aux --sort -rss`), or put in more.";
        opinion.findings.push(Finding::warning("memory_low", "memory", message, remedy));
    }
}

/// The ports of the daemon's devices, seen from outside: one that is not there was unplugged.
async fn ports_of_daemon(session: &Session, opinion: &mut Opinion) {
    let Ok(devices) = session.daemon.get("/v1/devices").await else { return };
    opinion.looked_at.push("ports");
    for device in devices.as_array().into_iter().flatten() {
        let subject = format!("devices/{}", device["id"]);
        port(&subject, &text(device, "name"), Path::new(&text(device, "port")), opinion);
    }
}

fn port(subject: &str, name: &str, path: &Path, opinion: &mut Opinion) {
    if path.exists() {
        return;
    }
    let folder = path.parent().unwrap_or(Path::new("/"));
    let others = fs::read_dir(folder).into_iter().flatten().flatten();
    let others: Vec<String> =
        others.map(|other| other.file_name().to_string_lossy().into_owned()).take(8).collect();
    let there = match folder.starts_with("/dev/serial") {
        true if others.is_empty() => " No serial adapter is plugged in.".to_owned(),
        true => format!(" Plugged in are: {}.", others.join(", ")),
        false => String::new(),
    };
    let message = format!("{name}: its port {} is not there.{there}", path.display());
    let remedy = "Plug its adapter in, or set its port to the one that there is.";
    opinion.findings.push(Finding::error("port_missing", subject, message, remedy));
}

/// What the daemon would take up, while none holds it: the address and the ports.
fn configured(named: Option<&Path>, stored: Option<&StoredFittings>, opinion: &mut Opinion) {
    let usual = || CONFIGURATIONS.iter().map(PathBuf::from).find(|path| path.exists());
    let Some(path) = named.map(Path::to_owned).or_else(usual) else {
        return ports_of(&Fittings::none(), stored, opinion);
    };
    opinion.looked_at.extend(["configuration", "address"]);
    let arguments = Arguments { config: Some(path.clone()), ..Arguments::default() };
    let config = match Config::load(&arguments) {
        Ok(config) => config,
        Err(error) => {
            let message = format!("The configuration {} cannot be used: {error}.", path.display());
            let remedy = "Correct it; the daemon does not start with it.";
            opinion.findings.push(Finding::error(
                "configuration",
                "configuration",
                message,
                remedy,
            ));
            return;
        }
    };
    if let Err(error) = TcpListener::bind(config.listen) {
        let message = format!("The address {} cannot be listened on: {error}.", config.listen);
        let remedy = "Stop the other program (`ss -ltnp` names it), or set `listen` to a free one.";
        opinion.findings.push(Finding::error("address_in_use", "address", message, remedy));
    }
    ports_of(&config.fittings, stored, opinion);
}

/// The ports of the devices that the daemon would use.
fn ports_of(configured: &Fittings, stored: Option<&StoredFittings>, opinion: &mut Opinion) {
    opinion.looked_at.push("ports");
    let InUse { fittings, fault } = Fittings::in_use(configured, stored);
    if let Some(fault) = fault {
        let message = format!("The list of devices in the database cannot be used: {fault}.");
        let remedy = "Start the daemon, and name them anew on the administration's page.";
        opinion.findings.push(Finding::error("devices_unusable", "devices", message, remedy));
    }
    let devices = &fittings.devices;
    let printers = devices.printers.iter().map(|d| (d.id, &d.name, &d.port.path));
    let displays = devices.displays.iter().map(|d| (d.id, &d.name, &d.port.path));
    let keypads = devices.keypads.iter().map(|d| (d.id, &d.name, &d.port.path));
    for (id, name, path) in printers.chain(displays).chain(keypads) {
        port(&format!("devices/{id}"), name, Path::new(path), opinion);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_memory_is_told_with_its_figures() {
        let mut opinion = Opinion { running: true, looked_at: Vec::new(), findings: Vec::new() };
        memory("MemTotal: 2048000 kB\nMemAvailable: 900000 kB\n", &mut opinion);
        memory("nothing that can be read", &mut opinion);
        assert!(opinion.findings.is_empty());
        memory("MemTotal: 2048000 kB\nMemAvailable: 40960 kB\n", &mut opinion);
        assert_eq!(opinion.findings[0].code, "memory_low");
        assert!(opinion.findings[0].message.contains("40 MiB of 2000 MiB"));
    }
}
