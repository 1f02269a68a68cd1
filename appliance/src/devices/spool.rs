//! From the journal into the spool: every ticket that asks for a slip gets one, exactly once.

use std::sync::Arc;
use std::time::Duration;

use engine::{DeviceId, Entry, Event, Seq};
use serve::shutdown::Shutdown;
use tokio::sync::Notify;

use crate::api::Rooms;
use crate::store::{Archive, ENTRIES_READ_MAX, Housekeeping, NewSlip, SLIPS_READER, StoreError};

/// Entries after which the cursor is written even though none asked for a slip.
const CURSOR_EVERY: u64 = 4_096;

/// In a busy hall the journal grows thousands of times a second; reading it once for all that came
/// within this time costs a slip nothing that anyone could notice.
const GATHER: Duration = Duration::from_millis(10);

/// The wait before the journal is read again after a failure.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Follows the journal until `shutdown`, and rings the printers' bells.
pub(super) async fn fill(
    rooms: Rooms,
    archive: Archive,
    bells: Vec<(DeviceId, Arc<Notify>)>,
    shutdown: Shutdown,
) {
    let mut grown = rooms.mailbox.grown();
    let mut reader = Reader { read: None, kept: Seq(0), archive, bells };
    loop {
        grown.mark_unchanged();
        let pause = match reader.catch_up(&rooms).await {
            Ok(()) => None,
            Err(()) => Some(RETRY_AFTER),
        };
        let more = async {
            match pause {
                Some(pause) => tokio::time::sleep(pause).await,
                // An error means that the registrar has ended; the shutdown is near.
                None => {
                    if grown.changed().await.is_err() {
                        std::future::pending::<()>().await;
                    }
                    tokio::time::sleep(GATHER).await;
                }
            }
        };
        tokio::select! {
            _ = shutdown.wait() => return,
            () = more => {}
        }
    }
}

struct Reader {
    /// How far it has read; nothing before the cursor on disk is known.
    read: Option<Seq>,
    /// How far that is on disk.
    kept: Seq,
    archive: Archive,
    bells: Vec<(DeviceId, Arc<Notify>)>,
}

impl Reader {
    /// Reads to the journal's end.
    async fn catch_up(&mut self, rooms: &Rooms) -> Result<(), ()> {
        loop {
            let entries = self.next().map_err(|error| {
                let cause = &error as &dyn std::error::Error;
                tracing::error!(error = cause, "the journal cannot be read for slips");
            })?;
            let Some(last) = entries.last() else { return Ok(()) };
            let last = last.seq;
            let slips: Vec<NewSlip> = entries.iter().filter_map(|e| self.slip(e)).collect();
            if !slips.is_empty() || self.kept.0 + CURSOR_EVERY <= last.0 {
                let devices: Vec<DeviceId> = slips.iter().map(|slip| slip.device).collect();
                let note = Housekeeping::Spool { slips, cursor: last };
                rooms.mailbox.keep(note).await.map_err(|error| {
                    tracing::warn!(?error, "slips could not be queued yet");
                })?;
                self.kept = last;
                self.ring(&devices);
            }
            self.read = Some(last);
            if entries.len() < ENTRIES_READ_MAX as usize {
                return Ok(());
            }
        }
    }

    fn next(&mut self) -> Result<Vec<Entry>, StoreError> {
        let from = match self.read {
            Some(read) => read,
            None => {
                self.kept = self.archive.cursor(SLIPS_READER)?;
                self.kept
            }
        };
        self.archive.entries_after(from)
    }

    fn slip(&self, entry: &Entry) -> Option<NewSlip> {
        let (Event::Issued { ticket, device: Some(device), .. }
        | Event::CheckedIn { ticket, device: Some(device), .. }) = entry.event
        else {
            return None;
        };
        let known = self.bells.iter().any(|(id, _)| *id == device);
        if !known {
            tracing::warn!(ticket = ticket.0, device = device.0, "no such printer for a slip");
        }
        known.then_some(NewSlip { seq: entry.seq, ticket, device, asked: entry.at })
    }

    fn ring(&self, devices: &[DeviceId]) {
        for (id, bell) in &self.bells {
            if devices.contains(id) {
                bell.notify_one();
            }
        }
    }
}
