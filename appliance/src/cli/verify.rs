//! `anteroom verify`: whether a backup is whole and can be restored.

use std::path::{Path, PathBuf};

use clap::Args;
use engine::Seq;
use serde_json::json;

use super::backup::no;
use super::bench::Bench;
use super::restore::opened;
use super::trouble::Trouble;
use super::{Session, Verdict};
use crate::backup::{self, BENCH, Manifest};

/// `anteroom verify`.
#[derive(Debug, Args)]
#[command(
    after_help = "Works without the daemon. It needs as much room for temporary files as the \
database has (TMPDIR says where). `-` reads the standard input.

Examples:
  anteroom verify branch-1.backup
  anteroom --json verify branch-1.backup | jq .manifest.database.last_entry"
)]
pub(super) struct Asked {
    /// The backup.
    file: PathBuf,
}

pub(super) async fn perform(session: &mut Session, asked: &Asked) -> Result<Verdict, Trouble> {
    let bench = Bench::within(&std::env::temp_dir(), BENCH)?;
    let progress = session.paper.progress("verifying");
    // On a thread of its own, so that Ctrl-C is heard at once: then the bench goes.
    let (file, path) = (asked.file.clone(), bench.path().to_owned());
    let work = move || verify(&file, &path);
    let proved = tokio::task::spawn_blocking(work).await.expect("proving does not panic");
    drop((progress, bench));
    let (manifest, last) = proved?;
    if session.paper.is_json() {
        session.paper.document(&json!({"sound": true, "entries": last.0, "manifest": manifest}))?;
    } else {
        session.paper.line(format!(
            "The backup of {} is whole: its hash is right, every page is sound, and its {} entries \
             lead to its rows.",
            manifest.name, last.0
        ))?;
    }
    Ok(Verdict::Well)
}

fn verify(file: &Path, bench: &Path) -> Result<(Manifest, Seq), Trouble> {
    let manifest = backup::unpack(opened(file)?, bench).map_err(|fault| no(&fault))?;
    let last = backup::prove(bench).map_err(|fault| no(&fault))?;
    Ok((manifest, last))
}
