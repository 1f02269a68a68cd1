//! `anteroom restore`: a backup in the place of the branch.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use engine::{Moment, Seq};
use serde_json::json;
use serve::clock::{Clock, SystemClock};
use serve::folder::{self, FolderLock, LockFault};
use serve::secret::kernel_chance;

use super::backup::no;
use super::bench::Bench;
use super::resolve::Resolve;
use super::trouble::Trouble;
use super::{Session, Verdict};
use crate::backup::{self, ASIDE, BENCH, Manifest};
use crate::local_time::Zone;
use crate::store::{FILE_NAME, begin_another_life, replacement};

/// `anteroom restore`.
#[derive(Debug, Args)]
#[command(
    after_help = "Only while the daemon is stopped. The backup is proved before anything is \
touched; what was there is kept aside in the data folder, and nothing is deleted. Ctrl-C leaves the \
branch as it was; after a power cut the next start finds the old branch or the new one. To central the \
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

/// What came of it.
struct Restored {
    manifest: Manifest,
    /// The last entry of its journal.
    last: Seq,
    /// Where the branch before is, if there was one.
    aside: Option<PathBuf>,
}

pub(super) async fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
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
    replacement::finish(&target).map_err(failed)?;
    backup::sweep(&target);
    let is_empty = replacement::files_of_branch(&target).map_err(failed)?.is_empty();
    if !is_empty && !asked.force {
        let message = format!("there is a branch in {} already", target.display());
        return Err(Trouble::new("not_empty", message)
            .remedy("Add --force to keep it aside and put the backup in its place."));
    }
    let progress = session.paper.progress("restoring");
    let bench = Bench::within(&target, BENCH).map_err(failed)?;
    // On a thread of its own, so that Ctrl-C is heard at once: then the bench goes.
    let (file, path, resolve) =
        (asked.file.clone(), bench.path().to_owned(), session.resolve.clone());
    let work = {
        let target = target.clone();
        move || restore(&file, &target, &path, &resolve)
    };
    let restored = tokio::task::spawn_blocking(work).await.expect("restoring does not panic")?;
    drop((progress, bench, held));
    tell(session, restored)
}

/// Takes the backup apart, proves it, and puts it in the branch's place.
fn restore(
    file: &Path,
    target: &Path,
    bench: &Path,
    resolve: &Resolve,
) -> Result<Restored, Trouble> {
    let manifest = backup::unpack(opened(file)?, bench).map_err(|fault| no(&fault))?;
    let last = backup::prove(bench).map_err(|fault| no(&fault))?;
    let mut chance = [0; 4];
    kernel_chance(&mut chance);
    begin_another_life(&bench.join(FILE_NAME), u32::from_le_bytes(chance) | 1)
        .map_err(|error| no(&error.into()))?;
    if !resolve.take() {
        return Err(Trouble::new("given_up", "nothing was changed"));
    }
    let zone = Zone::named("UTC").expect("UTC is always there");
    let now = SystemClock::new().now().wall_ms;
    let stamp = zone.text(Moment { wall_ms: now, steady_ms: 0 }).replace([' ', ':'], "-");
    let aside = replacement::replace(target, bench, &format!("{ASIDE}{stamp}"));
    let aside = aside.map_err(|cause| match replacement::is_under_way(target) {
        true => Trouble::with_file(target, &cause)
            .remedy("The backup is proved; the next start of the daemon puts it in its place."),
        false => Trouble::with_file(target, &cause),
    })?;
    Ok(Restored { manifest, last, aside })
}

fn tell(session: &mut Session, restored: Restored) -> Result<Verdict, Trouble> {
    let Restored { manifest, last, aside } = restored;
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
