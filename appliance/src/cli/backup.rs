//! `anteroom backup`: the branch in one file, while it works.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use serve::clock::{Clock, SystemClock};
use tempfile::NamedTempFile;

use super::trouble::Trouble;
use super::{Session, Verdict};
use crate::backup::{self, BackupFault, Manifest, Snapshot};

/// `anteroom backup`.
#[derive(Debug, Args)]
#[command(
    after_help = "Works with the daemon running or stopped. The file is a zstd-compressed tar \
archive of its owner alone. What customers left (names, notes, contacts, accounts) is not in it, so \
that what the branch erases is erased everywhere. `-` writes to the standard output.

Examples:
  anteroom backup /media/stick/branch-1.backup
  anteroom backup branch.backup && anteroom verify branch.backup
  ssh technician@box backup - > branch-1.backup"
)]
pub(super) struct Asked {
    /// The file; it must not be there yet.
    file: PathBuf,
    /// Replaces a file that is there.
    #[arg(long)]
    force: bool,
}

pub(super) async fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
    if asked.file == Path::new("-") {
        return to_output(session).await;
    }
    if asked.file.exists() && !asked.force {
        let message = format!("{} is there already", asked.file.display());
        return Err(Trouble::new("file_exists", message)
            .remedy("Choose another name, or add --force to replace it."));
    }
    let folder = serve::folder::folder_of(&asked.file);
    let failed = |cause: io::Error| Trouble::with_file(&asked.file, &cause);
    // Under another name until it is whole: Ctrl-C leaves nothing behind.
    let mut file = NamedTempFile::new_in(folder).map_err(failed)?;
    let progress = session.paper.progress("backing up");
    write(session, |bytes| {
        progress.add(bytes.len());
        file.write_all(bytes).map_err(failed)
    })
    .await?;
    file.as_file().sync_all().map_err(failed)?;
    let manifest = glance(file.path())?;
    let bytes = file.as_file().metadata().map_err(failed)?.len();
    file.persist(&asked.file).map_err(|error| failed(error.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    drop(progress);
    if session.paper.is_json() {
        let written = json!({"file": asked.file, "bytes": bytes, "manifest": manifest});
        session.paper.document(&written)?;
    } else {
        session.paper.line(format!(
            "{} has the branch {} up to entry {} ({} KiB). Keep it apart from the box.",
            asked.file.display(),
            manifest.name,
            manifest.database.last_entry,
            bytes.div_ceil(1 << 10)
        ))?;
    }
    Ok(Verdict::Well)
}

async fn to_output(session: &mut Session) -> Result<Verdict, Trouble> {
    let mut out = io::stdout();
    write(session, |bytes| Ok(out.write_all(bytes)?)).await?;
    out.flush()?;
    Ok(Verdict::Well)
}

/// The bytes of a backup: the daemon's, or our own where it is stopped.
async fn write(
    session: &Session,
    mut take: impl FnMut(&[u8]) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    match session.daemon.stream("/v1/backup").await {
        Ok(mut pieces) => {
            let mut bytes = 0;
            while let Some(piece) = pieces.next().await? {
                bytes += piece.len();
                take(&piece)?;
            }
            match bytes {
                0 => Err(Trouble::new("no_backup", "the daemon could not make a backup")
                    .remedy("`anteroom logs --level error` says why.")),
                _ => Ok(()),
            }
        }
        Err(trouble) if trouble.code == "not_running" => {
            let now = SystemClock::new().now();
            let now = engine::Moment { wall_ms: now.wall_ms, steady_ms: 0 };
            let snapshot = Snapshot::of_folder(&session.folder, now).map_err(|fault| no(&fault))?;
            let mut whole = Vec::new();
            snapshot.write(&mut whole)?;
            take(&whole)
        }
        Err(trouble) => Err(trouble),
    }
}

/// A fault of a backup, with its cause.
pub(super) fn no(fault: &BackupFault) -> Trouble {
    let message = match std::error::Error::source(fault) {
        Some(cause) => format!("{fault}: {cause}"),
        None => fault.to_string(),
    };
    let code = match fault {
        BackupFault::File(..) => "file",
        BackupFault::Store(_) => "database",
        BackupFault::NotWhole(_) => "not_a_backup",
        BackupFault::TooNew(_) => "backup_too_new",
        BackupFault::Changed => "backup_damaged",
        BackupFault::Contradiction => "backup_contradicts_itself",
    };
    Trouble::new(code, message)
}

/// Reads a backup that was just written: what broke off is not left for one.
fn glance(path: &Path) -> Result<Manifest, Trouble> {
    let folder = tempfile::tempdir_in(serve::folder::folder_of(path));
    let folder = folder.map_err(|cause| Trouble::with_file(path, &cause))?;
    let input = File::open(path).map_err(|cause| Trouble::with_file(path, &cause))?;
    backup::unpack(BufReader::new(input), folder.path()).map_err(|fault| no(&fault))
}

/// A file that only its owner reads, and that is not there yet.
pub(super) fn own_file(path: &Path, force: bool) -> Result<File, Trouble> {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600).truncate(force);
    let options = if force { options.create(true) } else { options.create_new(true) };
    options.open(path).map_err(|cause| Trouble::with_file(path, &cause))
}
