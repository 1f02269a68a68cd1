//! Devices: what follows the journal and ends in paper, light and sound; and what customers press.
//!
//! Each port has a task of its own. The line never waits for any of them: they read what is
//! committed, and what they have to say goes through the registrar like everyone's.

mod calls;
mod diary;
mod keys;
mod printing;
pub mod slips;
mod spool;
mod trials;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use drivers::printer::typeset::Typesetter;
use serve::shutdown::Shutdown;
use tokio::sync::Notify;
use tokio::task::JoinSet;

pub use diary::{Diary, LINES_MAX, Line};
pub use trials::{Outcome, PANEL_STANDS, PRESS_WAITED_FOR, Trials};
pub use watch::{Board, DeviceReport};

use crate::api::Rooms;
use crate::config::{Devices, KeypadConfig, PrinterConfig};
use crate::store::Archive;

/// The wait before a task that failed begins again.
const RESTART_AFTER: Duration = Duration::from_secs(1);

/// How long devices may take to see their work through when the list changes: a slip takes some
/// seconds.
const CHANGE_TIME: Duration = Duration::from_secs(10);

/// Everything that the devices' tasks need.
#[derive(Clone)]
pub struct Surroundings {
    /// The line and what belongs to it.
    pub rooms: Rooms,
    /// The reading end of the store.
    pub archive: Archive,
    /// After this time a slip that could not be printed is given up.
    pub slip_age_max: Duration,
    /// Where health is read.
    pub board: Board,
    /// When to stop.
    pub shutdown: Shutdown,
}

/// Tends all devices, and others once the list of them changes; comes back when they have stopped
/// after the shutdown.
pub async fn run(around: Surroundings) {
    let mut fitted = around.rooms.cabinet.follow();
    while !around.shutdown.is_triggered() {
        let fittings = std::sync::Arc::clone(&fitted.borrow_and_update());
        around.board.keep_only(&fittings.devices.ids());
        let around = Surroundings { shutdown: around.shutdown.child(), ..around.clone() };
        let tending = tend(fittings.devices.clone(), &around);
        tokio::pin!(tending);
        tokio::select! {
            () = &mut tending => {
                // There are none, or they have stopped.
                tokio::select! {
                    _ = around.shutdown.wait() => return,
                    changed = fitted.changed() => if changed.is_err() { return },
                }
            }
            changed = fitted.changed() => {
                if changed.is_err() {
                    return tending.await;
                }
                around.shutdown.trigger();
                if tokio::time::timeout(CHANGE_TIME, tending).await.is_err() {
                    tracing::warn!("a device did not let go in time for a change of the list");
                }
            }
        }
    }
}

/// Tends these devices until the shutdown.
async fn tend(devices: Devices, around: &Surroundings) {
    let mut tasks = JoinSet::new();
    if !devices.printers.is_empty() {
        print(&mut tasks, devices.printers, around);
    }
    for config in devices.displays {
        let display = calls::Display {
            config,
            rooms: around.rooms.clone(),
            board: around.board.clone(),
            shutdown: around.shutdown.clone(),
        };
        let shutdown = around.shutdown.clone();
        tasks.spawn(supervise(shutdown, move || display.clone().tend()));
    }
    for keypads in lines(devices.keypads) {
        let line = keys::Line {
            keypads,
            rooms: around.rooms.clone(),
            board: around.board.clone(),
            shutdown: around.shutdown.clone(),
        };
        let shutdown = around.shutdown.clone();
        tasks.spawn(supervise(shutdown, move || line.clone().tend()));
    }
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a device's task failed");
        }
    }
}

fn print(tasks: &mut JoinSet<()>, printers: Vec<PrinterConfig>, around: &Surroundings) {
    let typesetter = Typesetter::shared();
    let mut bells = Vec::new();
    for config in printers {
        let bell = Arc::new(Notify::new());
        bells.push((config.id, Arc::clone(&bell)));
        let printer = printing::Printer {
            config,
            rooms: around.rooms.clone(),
            archive: around.archive.clone(),
            board: around.board.clone(),
            typesetter: Arc::clone(&typesetter),
            slip_age_max: around.slip_age_max,
            bell,
            shutdown: around.shutdown.clone(),
            under_way: tokio::sync::watch::Sender::new(false),
        };
        let shutdown = around.shutdown.clone();
        tasks.spawn(supervise(shutdown, move || printer.clone().tend()));
    }
    let (rooms, archive) = (around.rooms.clone(), around.archive.clone());
    tasks.spawn(spool::fill(rooms, archive, bells, around.shutdown.clone()));
}

/// The keypads of each port.
fn lines(keypads: Vec<KeypadConfig>) -> Vec<Vec<KeypadConfig>> {
    let mut lines: Vec<Vec<KeypadConfig>> = Vec::new();
    for keypad in keypads {
        match lines.iter_mut().find(|line| line[0].port.path == keypad.port.path) {
            Some(line) => line.push(keypad),
            None => lines.push(vec![keypad]),
        }
    }
    lines
}

/// Tends a device, again should its task fail: one fault must not be the end of it for the day.
async fn supervise<T>(shutdown: Shutdown, tend: impl Fn() -> T)
where
    T: Future<Output = ()> + Send + 'static,
{
    while let Err(error) = tokio::spawn(tend()).await {
        tracing::error!(%error, "a device's task failed; it begins again");
        tokio::select! {
            _ = shutdown.wait() => return,
            () = tokio::time::sleep(RESTART_AFTER) => {}
        }
    }
}
