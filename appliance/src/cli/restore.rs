//! `anteroom restore`: a backup in the place of the branch.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

use clap::Args;
use engine::Moment;
use serde_json::json;
use serve::clock::{Clock, SystemClock};
use serve::folder::{self, FolderLock, LockFault};
use serve::secret::kernel_chance;

use super::backup::no;
use super::trouble::Trouble;
use super::{Session, Verdict};
use crate::accounts::KEY_FILE;
use crate::backup::{self, ASIDE, BENCH};
use crate::local_time::Zone;
use crate::store::{FILE_NAME, begin_another_life};

/// `anteroom restore`.
#[derive(Debug, Args)]
#[command(
    after_help = "Only while the daemon is stopped. The backup is proved before anything is \
touched; what was there is kept aside in the data folder, and nothing is deleted. To central the \
box begins another life, so that tickets taken since the backup are not mixed up with new ones. \
Everybody has to sign in again. Customers' names, notes and accounts are in no backup.

Examples:
  systemctl stop anteroomd
  anteroom restore branch-1.backup --force
  systemctl start anteroomd"
)]
pub(super) struct Asked {
    /// The backup; `-` reads the standard input.
    file: PathBuf,
    /// Where there is a branch already: keeps it aside.
    #[arg(long)]
    force: bool,
}

/// The file to be read, or the standard input.
pub(super) fn opened(file: &Path) -> Result<Box<dyn Read>, Trouble> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let input = File::open(file).map_err(|cause| Trouble::with_file(file, &cause))?;
    Ok(Box::new(BufReader::new(input)))
}

pub(super) fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
    let target = session.folder.clone();
    let failed = |cause: io::Error| Trouble::with_file(&target, &cause);
    folder::prepare(&target).map_err(failed)?;
    let held = FolderLock::take(&target).map_err(|fault| match fault {
        LockFault::Held => {
            let message = format!("the daemon is running in {}", target.display());
            Trouble::new("running", message).remedy("Stop it first: `systemctl stop anteroomd`.")
        }
        LockFault::Reach(cause) => failed(cause),
    })?;
    let before = files_of_branch(&target).map_err(failed)?;
    if !before.is_empty() && !asked.force {
        let message = format!("there is a branch in {} already", target.display());
        return Err(Trouble::new("not_empty", message)
            .remedy("Add --force to keep it aside and put the backup in its place."));
    }
    let progress = session.paper.progress("restoring");
    let fresh = tempfile::Builder::new().prefix(BENCH).tempdir_in(&target).map_err(failed)?;
    let manifest = backup::unpack(opened(&asked.file)?, fresh.path()).map_err(|f| no(&f))?;
    let last = backup::prove(fresh.path()).map_err(|fault| no(&fault))?;
    let path = fresh.path().join(FILE_NAME);
    let mut chance = [0; 4];
    kernel_chance(&mut chance);
    begin_another_life(&path, u32::from_le_bytes(chance) | 1).map_err(|error| no(&error.into()))?;
    let aside = if before.is_empty() { None } else { Some(set_aside(&target, &before)?) };
    File::open(&path).and_then(|file| file.sync_all()).map_err(failed)?;
    fs::rename(&path, target.join(FILE_NAME)).map_err(failed)?;
    give_to_owner(&target).map_err(failed)?;
    File::open(&target).and_then(|folder| folder.sync_all()).map_err(failed)?;
    drop((progress, held));
    if session.paper.is_json() {
        session.paper.document(&json!({"restored": true, "entries": last.0, "aside": aside,
            "manifest": manifest}))?;
        return Ok(Verdict::Well);
    }
    let zone = Zone::named("UTC").expect("UTC is always there");
    let made = zone.text(Moment { wall_ms: manifest.made_ms, steady_ms: 0 });
    let paper = &mut session.paper;
    paper.line(format!("{} is as it was at {made} UTC, entry {}.", manifest.name, last.0))?;
    paper.line("Tickets taken since then are not known any more: their labels may come again.")?;
    if let Some(aside) = aside {
        paper.line(format!(
            "What was there is in {}, until you delete it or `retention.texts_days` are over.",
            aside.display()
        ))?;
    }
    paper.line("Start the daemon: `systemctl start anteroomd`.")?;
    Ok(Verdict::Well)
}

/// The database with all that belongs to it, and the key of those who have signed in: an end of
/// their tokens after the backup would be forgotten.
fn files_of_branch(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let text = name.to_string_lossy();
        if text.starts_with(FILE_NAME) || text == KEY_FILE {
            found.push(folder.join(&name));
        }
    }
    found.sort();
    Ok(found)
}

fn set_aside(folder: &Path, files: &[PathBuf]) -> Result<PathBuf, Trouble> {
    let failed = |cause: io::Error| Trouble::with_file(folder, &cause);
    let zone = Zone::named("UTC").expect("UTC is always there");
    let now = SystemClock::new().now().wall_ms;
    let stamp = zone.text(Moment { wall_ms: now, steady_ms: 0 }).replace([' ', ':'], "-");
    let aside = folder.join(format!("{ASIDE}{stamp}"));
    folder::prepare(&aside).map_err(failed)?;
    for file in files {
        let name = file.file_name().unwrap_or_default();
        fs::rename(file, aside.join(name)).map_err(failed)?;
    }
    File::open(&aside).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(aside)
}

/// What root has put there belongs to the daemon's user, as the folder does.
fn give_to_owner(folder: &Path) -> io::Result<()> {
    if !nix::unistd::Uid::effective().is_root() {
        return Ok(());
    }
    let owner = fs::metadata(folder)?;
    for entry in fs::read_dir(folder)? {
        chown(entry?.path(), Some(owner.uid()), Some(owner.gid()))?;
    }
    Ok(())
}
