//! The daemon's side of a backup: one at a time, in pieces as they are made.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use serve::http::{Answer, AnswerBody, Bytes, HeaderValue, OnDrain, StatusCode};
use serve::problem::Problem;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::{Snapshot, sweep};
use crate::api::Rooms;
use crate::checks::{Machine, Space};
use crate::store::Archive;

/// The route's name in logs and metrics.
pub(crate) const ROUTE: &str = "v1/backup";

/// Pieces that wait for a slow reader.
const PIECES_MAX: usize = 4;

/// Bytes of a piece.
const PIECE_BYTES: usize = 64 << 10;

/// Bytes of the disk that are left alone: the branch needs some, too.
const SPARE_BYTES: u64 = 64 << 20;

/// The one place where a backup is put together.
#[derive(Clone, Debug)]
pub(crate) struct Workshop(Arc<Semaphore>);

impl Workshop {
    pub(crate) fn new() -> Workshop {
        Workshop(Arc::new(Semaphore::new(1)))
    }

    /// A backup of the branch, as a stream that breaks off where it cannot be made.
    pub(crate) fn answer(&self, rooms: &Rooms) -> Answer {
        match self.begin(rooms) {
            Ok(answer) => answer,
            Err(problem) => problem.answer(ROUTE),
        }
    }

    fn begin(&self, rooms: &Rooms) -> Result<Answer, Problem> {
        let place = Arc::clone(&self.0).try_acquire_owned().map_err(|_| {
            let detail = "A backup is being made already; ask again when it is done.";
            Problem::new(StatusCode::CONFLICT, "backup_under_way", detail)
        })?;
        let folder = rooms.cabinet.folder.clone();
        let (database, log) = Machine::sizes(&folder);
        let needed = database + log + SPARE_BYTES;
        if let Some(space) = Space::at(&folder).filter(|space| space.free < needed) {
            let detail = format!(
                "A backup needs {} MiB on the disk while it is made, and {} MiB are free.",
                needed >> 20,
                space.free >> 20
            );
            return Err(Problem::new(StatusCode::INSUFFICIENT_STORAGE, "no_room", detail));
        }
        let (pieces, stream) = mpsc::channel(PIECES_MAX);
        let (archive, now) = (rooms.archive.clone(), rooms.mailbox.moment());
        tokio::task::spawn_blocking(move || make(&archive, &folder, now, pieces, place));
        Ok(Answer {
            content_type: Some(HeaderValue::from_static("application/zstd")),
            body: AnswerBody::Stream(Box::pin(stream), OnDrain::Finish),
            ..Answer::empty(StatusCode::OK, ROUTE)
        })
    }
}

fn make(
    archive: &Archive,
    folder: &Path,
    now: engine::Moment,
    pieces: mpsc::Sender<Bytes>,
    _place: OwnedSemaphorePermit,
) {
    sweep(folder);
    let snapshot = match Snapshot::of_archive(archive, folder, now) {
        Ok(snapshot) => snapshot,
        Err(error) => {
            let cause = &error as &dyn std::error::Error;
            tracing::error!(error = cause, "no backup could be made");
            return;
        }
    };
    let out = io::BufWriter::with_capacity(PIECE_BYTES, Pipe { pieces });
    match snapshot.write(out) {
        Ok(()) => {
            tracing::info!(entry = snapshot.manifest().database.last_entry, "a backup was made")
        }
        Err(fault) => tracing::warn!(%fault, "a backup broke off"),
    }
}

/// What is written becomes pieces of an answer.
struct Pipe {
    pieces: mpsc::Sender<Bytes>,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        // Nobody reads on: the technician has pressed Ctrl-C.
        self.pieces.blocking_send(piece).map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
