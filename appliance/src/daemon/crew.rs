//! The tasks that work beside the doors: screens, devices, the day, notices, forgetting, a proof.

use std::time::Duration;

use serve::shutdown::Shutdown;
use serve::tray::Tray;
use tokio::task::JoinHandle;

use crate::api::Rooms;
use crate::config::Config;
use crate::devices::{self, Surroundings};
use crate::notices::{self, NOTICES_FILES_MAX, NOTICES_FOLDER};
use crate::registrar::Mailbox;
use crate::store::Archive;
use crate::{day, live, retention};

/// How long devices may take to see their work through and let go of their ports. They are told at
/// the same time as the HTTP server, whose drain they outlive by little.
const DEVICES_STOP_TIME: Duration = Duration::from_millis(2_500);

/// Those at work.
pub(super) struct Crew {
    /// What is seen through to its end, however long that takes: none of it waits for anything.
    steady: Vec<JoinHandle<()>>,
    devices: JoinHandle<()>,
    proof: JoinHandle<()>,
}

impl Crew {
    /// Sends them to work until `shutdown`.
    pub(super) fn start(config: &Config, rooms: &Rooms, shutdown: &Shutdown) -> Crew {
        let around = Surroundings {
            rooms: rooms.clone(),
            archive: rooms.archive.clone(),
            slip_age_max: config.slip_age_max,
            board: rooms.board.clone(),
            shutdown: shutdown.clone(),
        };
        let (mailbox, archive) = (rooms.mailbox.clone(), rooms.archive.clone());
        let tray = Tray::at(config.data.join(NOTICES_FOLDER), NOTICES_FILES_MAX);
        let until = || shutdown.clone();
        Crew {
            steady: vec![
                tokio::spawn(day::keep(mailbox.clone(), until())),
                tokio::spawn(notices::tell(rooms.clone(), archive.clone(), tray, until())),
                tokio::spawn(retention::keep(rooms.clone(), config.retention, until())),
                tokio::spawn(live::follow(rooms.clone(), until())),
            ],
            devices: tokio::spawn(devices::run(around)),
            proof: check_later(archive, mailbox),
        }
    }

    /// Waits until they have put their work down, once they are told to.
    pub(super) async fn end(self) {
        for task in self.steady {
            task.await.ok();
        }
        self.proof.abort();
        if tokio::time::timeout(DEVICES_STOP_TIME, self.devices).await.is_err() {
            tracing::warn!("a device did not let go in time");
        }
    }
}

/// A file too large to be checked before the doors open is checked behind them.
fn check_later(archive: Archive, mailbox: Mailbox) -> tokio::task::JoinHandle<()> {
    tokio::task::spawn_blocking(move || {
        if !archive.is_large() {
            // Opening it has checked it.
            mailbox.vitals().was_checked(mailbox.moment().wall_ms);
            return;
        }
        if let Err(error) = archive.check() {
            tracing::error!(error = &error as &dyn std::error::Error, "the database is damaged");
            mailbox.vitals().found_damage();
        }
        mailbox.vitals().was_checked(mailbox.moment().wall_ms);
    })
}
