//! Devices: what follows the journal and ends in paper.
//!
//! Each device has a task of its own that owns its port. The line never waits for any of them: they
//! read what is committed, and what they have to say goes through the registrar like everyone's.

mod printing;
pub mod slips;
mod spool;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use drivers::printer::typeset::Typesetter;
use serve::shutdown::Shutdown;
use tokio::sync::Notify;
use tokio::task::JoinSet;

pub use watch::{Board, DeviceReport};

use crate::api::Rooms;
use crate::config::PrinterConfig;
use crate::store::Archive;

/// The wait before a task that failed begins again.
const RESTART_AFTER: Duration = Duration::from_secs(1);

/// Starts everything that prints, and comes back when it has stopped after `shutdown`.
pub async fn run(
    rooms: Rooms,
    archive: Archive,
    printers: Vec<PrinterConfig>,
    slip_age_max: Duration,
    board: Board,
    shutdown: Shutdown,
) {
    if printers.is_empty() {
        return;
    }
    let mut tasks = JoinSet::new();
    let typesetter = Typesetter::shared();
    let mut bells = Vec::new();
    for config in printers {
        let bell = Arc::new(Notify::new());
        bells.push((config.id, Arc::clone(&bell)));
        let printer = printing::Printer {
            config,
            rooms: rooms.clone(),
            archive: archive.clone(),
            board: board.clone(),
            typesetter: Arc::clone(&typesetter),
            slip_age_max,
            bell,
            shutdown: shutdown.clone(),
            under_way: tokio::sync::watch::Sender::new(false),
        };
        tasks.spawn(supervise(printer));
    }
    tasks.spawn(spool::fill(rooms, archive, bells, shutdown));
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a device's task failed");
        }
    }
}

/// Tends a printer, again should its task fail: one fault must not end the paper for the day.
async fn supervise(printer: printing::Printer) {
    while let Err(error) = tokio::spawn(printer.clone().tend()).await {
        tracing::error!(%error, "a printer's task failed; it begins again");
        tokio::select! {
            _ = printer.shutdown.wait() => return,
            () = tokio::time::sleep(RESTART_AFTER) => {}
        }
    }
}
